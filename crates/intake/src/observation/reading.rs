//! The value of a coded observation, read as what its code means: a finding, or why it cannot be read.

use std::borrow::Cow;

use lacteal_clinical::codes::CodeSystem;
use lacteal_clinical::finding::{Attribute, Margin, Presence as Seen, UnreadReason};
use lacteal_clinical::tnm::{Axis, Basis, Category, StatedStage, TnmStatement, single};
use lacteal_clinical::{Bounded, Finding, Length, MarkerKind, MitoticRate, Percent};
use lacteal_hl7::{Segment, Value};

use crate::codes::{Codes, Means, Presence, worded_answer};
use crate::diagnosis::{coded, diagnosis_system, finding, site};
use crate::marker::{assay, marker};
use crate::whole;

/// What an unread value was meant to be.
pub(crate) fn attribute(means: Means) -> Attribute {
    match means {
        Means::PrimarySite => Attribute::PrimarySite,
        Means::Morphology | Means::Diagnosis => Attribute::Diagnosis,
        Means::TumourSize => Attribute::TumourSize,
        Means::PathologicalT
        | Means::PathologicalN
        | Means::PathologicalM
        | Means::ClinicalT
        | Means::ClinicalN
        | Means::ClinicalM => Attribute::Tnm,
        Means::NodesExamined => Attribute::NodesExamined,
        Means::NodesPositive => Attribute::NodesPositive,
        Means::Ki67 => Attribute::Ki67,
        Means::Mitoses => Attribute::Mitoses,
        Means::Grade => Attribute::Grade,
        Means::LiverMetastasis => Attribute::LiverMetastasis,
        Means::MesentericMass => Attribute::MesentericMass,
        Means::MesentericDeposits => Attribute::MesentericDeposits,
        Means::Margin => Attribute::Margin,
        Means::LymphovascularInvasion => Attribute::LymphovascularInvasion,
        Means::PerineuralInvasion => Attribute::PerineuralInvasion,
        Means::StageGroup => Attribute::StageGroup,
        Means::ChromograninA | Means::UrineHiaa | Means::PlasmaHiaa | Means::NtProBnp => Attribute::Marker,
        Means::Imaging | Means::RadiologyReport => Attribute::Imaging,
        Means::PathologyReport | Means::ClinicReport => Attribute::Diagnosis,
    }
}

/// A stage group: the text as a whole, or the word after `stage` in the display of a code (`American Joint Committee on
/// Cancer stage IIIB (qualifier value)`).
pub(crate) fn stage_group(text: &str) -> Option<StatedStage> {
    StatedStage::parse(text).or_else(|| {
        let mut words = text.split_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("stage"));
        StatedStage::parse(words.nth(1)?)
    })
}

fn text<'a>(value: &Value<'a>) -> Option<Cow<'a, str>> {
    value.trimmed().ok().flatten()
}

fn has_exponent(text: &str) -> bool {
    let mark = text.find(['e', 'E']);
    mark.is_some_and(|at| {
        let (before, after) = text.split_at(at);
        let digits = after.trim_start_matches(['e', 'E', '+', '-']);
        before.ends_with(|c: char| c.is_ascii_digit() || c == '.')
            && digits.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// The value of an observation, to be read as what its code means.
pub(super) struct Reading<'a> {
    pub(super) codes: &'a Codes,
    pub(super) kind: Value<'a>,
    pub(super) value: Value<'a>,
    /// Components of the first repetition.
    pub(super) parts: [Value<'a>; 9],
    pub(super) unit: Value<'a>,
    pub(super) default_unit: Option<&'a str>,
    /// The observation, when the value is that of one.
    pub(super) of: Option<Observed<'a>>,
}

/// What an observation tells beside its value.
pub(super) struct Observed<'a> {
    pub(super) obx: Segment<'a>,
    /// The code by which it was found in the table.
    pub(super) code: Value<'a>,
}

impl Reading<'_> {
    pub(super) fn finding(&self, means: Means) -> Result<Finding, UnreadReason> {
        if self.value.present().is_none() {
            return Err(UnreadReason::Empty);
        }
        if self.value.repetitions().count() > 1 {
            return Err(UnreadReason::Ambiguous);
        }
        // Times and attachments hold nothing that any of these attributes is told in.
        if matches!(self.kind.raw(), b"ED" | b"RP" | b"DT" | b"TM" | b"TS" | b"DTM" | b"DR" | b"NA" | b"MA") {
            return Err(UnreadReason::UnsupportedType);
        }
        Ok(match means {
            Means::PrimarySite => Finding::PrimarySite(self.first_code(site)?),
            Means::Morphology => self.morphology()?,
            Means::Diagnosis => {
                let (system, code) =
                    self.first_code(|system, code| Some((diagnosis_system(system, code)?, code.clone())))?;
                finding(system, code)
            }
            Means::TumourSize => Finding::TumourSize(self.length()?),
            Means::PathologicalT => self.tnm(Axis::T, Basis::Pathological)?,
            Means::PathologicalN => self.tnm(Axis::N, Basis::Pathological)?,
            Means::PathologicalM => self.tnm(Axis::M, Basis::Pathological)?,
            Means::ClinicalT => self.tnm(Axis::T, Basis::Clinical)?,
            Means::ClinicalN => self.tnm(Axis::N, Basis::Clinical)?,
            Means::ClinicalM => self.tnm(Axis::M, Basis::Clinical)?,
            Means::NodesExamined => Finding::NodesExamined(self.count()?),
            Means::NodesPositive => Finding::NodesPositive(self.count()?),
            Means::Ki67 => Finding::Ki67(self.bounded(Bounded::<Percent>::parse)?),
            Means::Mitoses => Finding::Mitoses(self.bounded(Bounded::<MitoticRate>::parse)?),
            Means::MesentericMass => Finding::MesentericMass(self.bounded(Bounded::<Length>::parse)?),
            Means::Grade => Finding::Grade(self.words(|text| text.parse().ok())?),
            Means::LiverMetastasis => Finding::LiverMetastasis(match self.presence()? {
                Presence::Present => Seen::Present,
                Presence::Absent => Seen::Absent,
                Presence::Indeterminate => Seen::Indeterminate,
            }),
            Means::MesentericDeposits => Finding::MesentericDeposits(self.yes_or_no()?),
            Means::LymphovascularInvasion => Finding::LymphovascularInvasion(self.yes_or_no()?),
            Means::PerineuralInvasion => Finding::PerineuralInvasion(self.yes_or_no()?),
            Means::Margin => {
                Finding::Margin(self.words(|text| match text.to_ascii_uppercase().as_str() {
                    "R0" => Some(Margin::R0),
                    "R1" => Some(Margin::R1),
                    "R2" => Some(Margin::R2),
                    _ => None,
                })?)
            }
            Means::StageGroup => Finding::StageGroup(self.words(stage_group)?),
            Means::ChromograninA => self.marker(MarkerKind::ChromograninA)?,
            Means::UrineHiaa => self.marker(MarkerKind::UrineHiaa)?,
            Means::PlasmaHiaa => self.marker(MarkerKind::PlasmaHiaa)?,
            Means::NtProBnp => self.marker(MarkerKind::NtProBnp)?,
            // The table gives these meanings to studies and reports only.
            Means::Imaging | Means::PathologyReport | Means::RadiologyReport | Means::ClinicReport => {
                return Err(UnreadReason::UnsupportedType);
            }
        })
    }

    fn first_code<T>(
        &self,
        read: impl Fn(&str, &lacteal_clinical::finding::Code) -> Option<T>,
    ) -> Result<T, UnreadReason> {
        let all = coded(self.codes, &self.value);
        all.iter().find_map(|(system, code, _)| read(system, code)).ok_or(UnreadReason::UnknownCode)
    }

    fn morphology(&self) -> Result<Finding, UnreadReason> {
        self.first_code(|system, code| match diagnosis_system(system, code) {
            Some(system @ CodeSystem::IcdO3Morphology) => {
                Some(Finding::Diagnosis { system, code: code.clone() })
            }
            _ => None,
        })
    }

    /// Reads the texts that a value may be told in; what can be read of them must agree.
    fn words<T: PartialEq>(&self, read: impl Fn(&str) -> Option<T>) -> Result<T, UnreadReason> {
        let mut told = self.texts().filter_map(|text| read(&text));
        let first = told.next().ok_or(UnreadReason::UnknownForm)?;
        if told.all(|other| other == first) { Ok(first) } else { Err(UnreadReason::Ambiguous) }
    }

    /// What may tell a value in words: the code of a coded value and its display, those of the alternate code, the
    /// original text.
    fn texts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let [code, display, _, alternate, alternate_display, _, _, _, original] = &self.parts;
        [code, display, alternate, alternate_display, original].into_iter().filter_map(text)
    }

    fn text(&self, component: usize) -> Option<Cow<'_, str>> {
        self.parts.get(component.checked_sub(1)?).and_then(text)
    }

    fn unit(&self) -> Option<Cow<'_, str>> {
        let told = [1, 2].into_iter().find_map(|component| text(&self.unit.component(component)));
        told.or_else(|| self.default_unit.map(Cow::Borrowed))
    }

    /// A number or range: SN (structured) or text in the first component.
    fn bounded<T>(
        &self,
        parse: impl Fn(&str, Option<&str>) -> Result<T, lacteal_clinical::Error>,
    ) -> Result<T, UnreadReason> {
        let unit = self.unit();
        let text = self.number()?;
        parse(&text, unit.as_deref()).map_err(|error| error.reason())
    }

    /// An SN value in the form that quantities are read from: `<^1` is `<1`, `^1^-^2` is `1-2`. A ratio or a
    /// sum (separators `:`, `/`, `+`) is none.
    fn structured(&self) -> Result<String, UnreadReason> {
        let part = |component| self.text(component).unwrap_or_default();
        let (comparator, first, separator, second) = (part(1), part(2), part(3), part(4));
        match (&*comparator, &*separator, second.is_empty()) {
            ("" | "=" | "<" | ">" | "<=" | ">=", "", true) => Ok(format!("{comparator}{first}")),
            ("" | "=", "-", false) => Ok(format!("{first}-{second}")),
            _ => Err(UnreadReason::UnknownForm),
        }
    }

    /// The text of a number: SN taken apart, anything else as it stands.
    fn number(&self) -> Result<Cow<'_, str>, UnreadReason> {
        match self.kind.raw() {
            b"SN" => self.structured().map(Cow::Owned),
            b"NR" => match (self.text(1), self.text(2)) {
                (Some(low), Some(high)) => Ok(Cow::Owned(format!("{low}-{high}"))),
                _ => Err(UnreadReason::UnknownForm),
            },
            // NM has no exponents (2.A.47), and what looks like one must not be taken for a unit.
            b"NM" => match self.text(1) {
                Some(text) if has_exponent(&text) => Err(UnreadReason::NotANumber),
                text => text.ok_or(UnreadReason::UnknownForm),
            },
            _ => self.text(1).ok_or(UnreadReason::UnknownForm),
        }
    }

    fn length(&self) -> Result<Length, UnreadReason> {
        let text = self.number()?;
        Length::parse(&text, self.unit().as_deref()).map_err(|error| error.reason())
    }

    /// A marker, with the range beside it (OBX-7) and its method (OBX-17). The field of a site's own segment has neither.
    fn marker(&self, kind: MarkerKind) -> Result<Finding, UnreadReason> {
        let (level, unit) = (self.number()?, self.unit());
        let range = self.of.as_ref().and_then(|it| text(&it.obx.field(7)));
        let assay = self.of.as_ref().and_then(|it| it.assay(self.codes));
        let assay = assay.as_deref().unwrap_or(kind.as_str());
        let read = marker(kind, &level, unit.as_deref(), range.as_deref(), assay);
        read.map_err(|error| error.reason())
    }

    fn count(&self) -> Result<u16, UnreadReason> {
        let text = self.number()?;
        whole::count(&text)
    }

    /// A category; the basis comes from the code when the text does not write it.
    fn tnm(&self, axis: Axis, basis: Basis) -> Result<Finding, UnreadReason> {
        let read = |text: &str| single(axis, text).ok();
        self.words(|text| Some(read(text)?.category))?;
        // Of several texts of one category the first stands: a code is written more strictly than a display.
        let statement = self.texts().find_map(|text| read(&text));
        let statement = statement.ok_or(UnreadReason::UnknownForm)?;
        let mut prefix = statement.prefix;
        match prefix.basis {
            Basis::Unstated => prefix.basis = basis,
            written if written != basis => return Err(UnreadReason::Ambiguous),
            _ => {}
        }
        // pM0 does not exist: absence of distant metastasis is a clinical finding.
        if let (Category::M(m), Basis::Pathological) = (statement.category, prefix.basis)
            && !m.is_metastatic()
        {
            prefix.basis = Basis::Unstated;
        }
        Ok(Finding::Tnm(TnmStatement { prefix, ..statement }))
    }

    fn presence(&self) -> Result<Presence, UnreadReason> {
        let answer = coded(self.codes, &self.value)
            .iter()
            .find_map(|(system, code, _)| self.codes.answer(system, code.as_str()));
        match answer {
            Some(answer) => Ok(answer),
            None => self.words(worded_answer),
        }
    }

    fn yes_or_no(&self) -> Result<bool, UnreadReason> {
        match self.presence()? {
            Presence::Present => Ok(true),
            Presence::Absent => Ok(false),
            Presence::Indeterminate => Err(UnreadReason::Ambiguous),
        }
    }
}

impl Observed<'_> {
    fn assay(&self, codes: &Codes) -> Option<String> {
        let [first, _, system, _, _, alternate_system] = self.obx.field(3).leading_components();
        let is_first = first.span() == self.code.span();
        let system = text(if is_first { &system } else { &alternate_system })?;
        let code = text(&self.code.subcomponent(1))?;
        let [method, name] = self.obx.field(17).repetition(1).leading_components();
        let method = text(&method).or_else(|| text(&name));
        Some(assay(&code, &codes.system(&system), method.as_deref()))
    }
}
