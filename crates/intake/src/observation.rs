//! Observations (OBX) and studies (OBR): which statement a coded result makes.
//!
//! A result whose code is in the table becomes a fact or, when its value cannot be read, an unread item that
//! a person will see. A result whose code is not in the table says nothing here.

use std::borrow::Cow;
use std::collections::HashMap;

use lacteal_clinical::codes::CodeSystem;
use lacteal_clinical::finding::{Attribute, Margin, Presence as Seen, UnreadReason};
use lacteal_clinical::imaging::Imaging;
use lacteal_clinical::tnm::{Axis, Basis, Category, TnmStatement, single};
use lacteal_clinical::{Bounded, Finding, Length, MitoticRate, Percent, Standing};
use lacteal_hl7::{Message, Segment, Value};

use crate::codes::{Codes, Concept, Means, Presence, worded_answer};
use crate::diagnosis::{coded, diagnosis_system, site};
use crate::scribe::{Scribe, Weight};

/// How often an identity was used in a message, to tell repetitions of one code without a sub-id apart.
#[derive(Default)]
pub(crate) struct Repeats(HashMap<Vec<u8>, u32>);

impl Repeats {
    fn next(&mut self, parts: &[&[u8]]) -> u32 {
        let count = self.0.entry(parts.join(&b'|')).or_insert(0);
        *count += 1;
        *count - 1
    }
}

/// The order that observations belong to.
pub(crate) struct Order<'a> {
    /// None for observations of the patient that belong to no order.
    obr: Option<Segment<'a>>,
    /// Filler number, else placer number, else the control id of the message and the place of the order in it.
    number: Vec<u8>,
    reported_at_s: i64,
}

impl<'a> Order<'a> {
    /// What observations belong to that stand before any order.
    pub(crate) fn none(scribe: &Scribe<'_>, message: &Message) -> Order<'a> {
        let number = message.header().segment().field(10).raw().to_vec();
        Order { obr: None, number, reported_at_s: scribe.envelope().made_at_s }
    }

    /// Begins an order, and writes down the study when it is one that was performed.
    pub(crate) fn begin(scribe: &mut Scribe<'_>, codes: &Codes, obr: Segment<'a>) -> Order<'a> {
        let number = [obr.field(3), obr.field(2)].into_iter().find_map(|value| value.present());
        let number = number.map(|value| value.raw().to_vec()).unwrap_or_else(|| {
            let control_id = obr.message().header().segment().field(10);
            [control_id.raw(), b"|", obr.occurrence().to_string().as_bytes()].concat()
        });
        let reported_at_s = scribe.envelope().reported_at_s(&obr.field(22));
        let order = Order { obr: Some(obr), number, reported_at_s };
        order.study(scribe, codes, obr);
        order
    }

    fn study(&self, scribe: &mut Scribe<'_>, codes: &Codes, obr: Segment<'_>) {
        let service = obr.field(4);
        let Some((code, &Concept::Study { modality, region })) = concept(codes, &service) else { return };
        // OBR-25 (table 0123): a study that is only ordered, scheduled or registered was not performed.
        let standing = match letter(&obr.field(25)) {
            None | Some(b'F') => Standing::Final,
            Some(b'C') => Standing::Corrected,
            Some(b'P' | b'R' | b'A') => Standing::Preliminary,
            Some(b'X') => Standing::Deleted,
            Some(_) => return,
        };
        let weight = Weight { reported_at_s: self.reported_at_s, standing };
        let parts: &[&[u8]] = &[b"study", &self.number, code.raw()];
        let performed = scribe.required_date(parts, weight, Attribute::Imaging, &obr.field(7));
        let finding = Finding::Imaging(Imaging { modality, region });
        scribe.state(parts, weight, performed, finding, &code);
    }

    /// Writes down what an observation of this order states.
    pub(crate) fn observation(
        &self,
        scribe: &mut Scribe<'_>,
        codes: &Codes,
        obx: Segment<'_>,
        repeats: &mut Repeats,
    ) {
        let [_, kind, code, sub_id, value, unit, _, _, _, _, status, _, _, taken] = obx.leading();
        let Some((code, Concept::Observation { means, unit: default_unit })) = concept(codes, &code) else {
            return;
        };
        let attribute = attribute(*means);
        let same: [&[u8]; 5] = [b"result", &self.number, code.raw(), sub_id.raw(), taken.raw()];
        let repetition = repeats.next(&same).to_string();
        let parts = &[&same[..], &[repetition.as_bytes()][..]].concat();
        let standing = match letter(&status) {
            // OBX-11 is required; a sender that leaves it out means the status of the order.
            None => self.standing(),
            Some(status) => Standing::from_observation_status(status).unwrap_or(Standing::Preliminary),
        };
        let weight = Weight { reported_at_s: self.reported_at_s, standing };
        let dated = taken.present().or_else(|| self.obr?.field(7).present()).unwrap_or(taken);
        let observed = scribe.date(parts, weight, attribute, &dated);
        let read = Reading {
            codes,
            kind,
            value,
            parts: value.leading_components(),
            unit,
            default_unit: default_unit.as_deref(),
        };
        let finding = match read.finding(*means) {
            Ok(finding) => finding,
            Err(reason) => Finding::Unread { attribute, reason },
        };
        scribe.state(parts, weight, observed, finding, &value);
    }

    /// What OBR-25 means for results that have no status of their own: final, unless it says otherwise.
    fn standing(&self) -> Standing {
        match self.obr.and_then(|obr| letter(&obr.field(25))) {
            Some(b'P' | b'R' | b'A' | b'I' | b'S' | b'O') => Standing::Preliminary,
            Some(b'C') => Standing::Corrected,
            Some(b'X') => Standing::Deleted,
            _ => Standing::Final,
        }
    }
}

/// A status: the first letter of a field, as a capital.
fn letter(status: &Value<'_>) -> Option<u8> {
    status.present()?.raw().trim_ascii().first().map(u8::to_ascii_uppercase)
}

/// What the code or the alternate code of a coded value stands for, with the code.
fn concept<'c, 'v>(codes: &'c Codes, value: &Value<'v>) -> Option<(Value<'v>, &'c Concept)> {
    let [code, _, system, alternate, _, alternate_system] = value.leading_components();
    [(code, system), (alternate, alternate_system)].into_iter().find_map(|(code, system)| {
        let text = code.trimmed().ok().flatten()?;
        let system = system.trimmed().ok().flatten()?;
        Some((code, codes.concept(&system, &text)?))
    })
}

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
        Means::Imaging => Attribute::Imaging,
    }
}

fn text<'a>(value: &Value<'a>) -> Option<Cow<'a, str>> {
    value.trimmed().ok().flatten()
}

/// The value of an observation, to be read as what its code means.
struct Reading<'a> {
    codes: &'a Codes,
    kind: Value<'a>,
    value: Value<'a>,
    /// Components of the first repetition.
    parts: [Value<'a>; 9],
    unit: Value<'a>,
    default_unit: Option<&'a str>,
}

impl Reading<'_> {
    fn finding(&self, means: Means) -> Result<Finding, UnreadReason> {
        if self.value.present().is_none() {
            return Err(UnreadReason::Empty);
        }
        if self.value.repetitions().count() > 1 {
            return Err(UnreadReason::Ambiguous);
        }
        Ok(match means {
            Means::PrimarySite => Finding::PrimarySite(self.first_code(site)?),
            Means::Morphology => self.morphology()?,
            Means::Diagnosis => {
                let (system, code) =
                    self.first_code(|system, code| Some((diagnosis_system(system, code)?, code.clone())))?;
                Finding::Diagnosis { system, code }
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
            // The table gives this meaning to studies only.
            Means::Imaging => return Err(UnreadReason::UnsupportedType),
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
        let told = [1, 2].map(|component| self.unit.component(component).trimmed().ok().flatten());
        told.into_iter().flatten().next().or_else(|| self.default_unit.map(Cow::Borrowed))
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
        if self.kind.raw() == b"SN" {
            self.structured().map(Cow::Owned)
        } else {
            self.text(1).ok_or(UnreadReason::UnknownForm)
        }
    }

    fn length(&self) -> Result<Length, UnreadReason> {
        let text = self.number()?;
        Length::parse(&text, self.unit().as_deref()).map_err(|error| error.reason())
    }

    fn count(&self) -> Result<u16, UnreadReason> {
        let text = self.number()?;
        let whole = text.strip_suffix(".0").unwrap_or(&text);
        whole.parse().map_err(|_| UnreadReason::NotANumber)
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
