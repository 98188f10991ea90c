//! Observations (OBX) and studies (OBR): which statement a coded result makes.
//!
//! A result whose code is in the table becomes a fact or, when its value cannot be read, an unread item that
//! a person will see. A result whose code is not in the table says nothing here.

use lacteal_clinical::codes::CodeSystem;
use lacteal_clinical::finding::{Attribute, Margin, Presence as Seen, UnreadReason};
use lacteal_clinical::imaging::Imaging;
use lacteal_clinical::tnm::{Axis, Basis, Category, TnmStatement, single};
use lacteal_clinical::{Bounded, Finding, Length, MitoticRate, Percent, Standing};
use lacteal_hl7::{Segment, Value};

use crate::codes::{Codes, Concept, Means, Presence, worded_answer};
use crate::diagnosis::{coded, diagnosis_system, site};
use crate::scribe::{Scribe, Weight};

/// The order that observations belong to.
pub(crate) struct Order<'a> {
    obr: Segment<'a>,
    /// Filler number, else placer number, else the control id of the message.
    number: Vec<u8>,
    reported_at_s: i64,
    /// Codes seen so far, to tell repetitions of one code without a sub-id apart.
    seen: Vec<Vec<u8>>,
}

impl<'a> Order<'a> {
    /// Begins an order, and writes down the study when it is one that was performed.
    pub(crate) fn begin(scribe: &mut Scribe<'_>, codes: &Codes, obr: Segment<'a>) -> Order<'a> {
        let number = [obr.field(3), obr.field(2)].into_iter().find_map(|value| value.present()).map_or_else(
            || obr.message().header().segment().field(10).raw().to_vec(),
            |value| value.raw().to_vec(),
        );
        let reported_at_s = scribe.envelope().reported_at_s(&obr.field(22));
        let order = Order { obr, number, reported_at_s, seen: Vec::new() };
        order.study(scribe, codes);
        order
    }

    fn study(&self, scribe: &mut Scribe<'_>, codes: &Codes) {
        let service = self.obr.field(4);
        let Some(&Concept::Study { modality, region }) = concept(codes, &service) else { return };
        // OBR-25 (table 0123): a study that is only ordered, scheduled or registered was not performed.
        let standing = match self.obr.field(25).raw() {
            b"F" | b"A" | b"" => Standing::Final,
            b"C" => Standing::Corrected,
            b"P" | b"R" => Standing::Preliminary,
            b"X" => Standing::Deleted,
            _ => return,
        };
        let weight = Weight { reported_at_s: self.reported_at_s, standing };
        let parts: &[&[u8]] = &[b"study", &self.number];
        let performed = scribe.date(parts, weight, Attribute::Imaging, &self.obr.field(7));
        let finding = Finding::Imaging(Imaging { modality, region });
        scribe.state(parts, weight, performed, finding, &service);
    }

    /// Writes down what an observation of this order states.
    pub(crate) fn observation(&mut self, scribe: &mut Scribe<'_>, codes: &Codes, obx: Segment<'a>) {
        let identifier = obx.field(3);
        let Some(Concept::Observation { means, unit }) = concept(codes, &identifier) else { return };
        let attribute = attribute(*means);
        let code = identifier.repetition(1).component(1).raw().to_vec();
        let (sub_id, taken) = (obx.field(4), obx.field(14));
        let key = [code.as_slice(), b"|", sub_id.raw(), b"|", taken.raw()].concat();
        let repetition = self.seen.iter().filter(|seen| **seen == key).count().to_string();
        let parts: &[&[u8]] =
            &[b"result", &self.number, &code, sub_id.raw(), taken.raw(), repetition.as_bytes()];
        let status = obx.field(11);
        let standing = match status.raw() {
            // OBX-11 is required; a sender that leaves it out means the status of the order, which is final
            // unless it says otherwise.
            [] => order_standing(self.obr.field(25).raw()),
            [letter, ..] => Standing::from_observation_status(*letter).unwrap_or(Standing::Preliminary),
        };
        let weight = Weight { reported_at_s: self.reported_at_s, standing };
        let dated = [taken, self.obr.field(7)].into_iter().find_map(|value| value.present()).unwrap_or(taken);
        let observed = scribe.date(parts, weight, attribute, &dated);
        let value = obx.field(5);
        let read =
            Reading { codes, kind: obx.field(2), value, unit: obx.field(6), default_unit: unit.as_deref() };
        let finding = match read.finding(*means) {
            Ok(finding) => finding,
            Err(reason) => Finding::Unread { attribute, reason },
        };
        scribe.state(parts, weight, observed, finding, &value);
        self.seen.push(key);
    }
}

fn order_standing(status: &[u8]) -> Standing {
    match status {
        b"P" | b"R" | b"I" | b"S" | b"O" => Standing::Preliminary,
        b"C" => Standing::Corrected,
        b"X" => Standing::Deleted,
        _ => Standing::Final,
    }
}

fn concept<'c>(codes: &'c Codes, value: &Value<'_>) -> Option<&'c Concept> {
    let value = value.repetition(1);
    [(1, 3), (4, 6)].into_iter().find_map(|(code, system)| {
        let code = value.component(code).trimmed().ok().flatten()?;
        let system = value.component(system).trimmed().ok().flatten()?;
        codes.concept(&system, &code)
    })
}

/// What an unread value was meant to be.
fn attribute(means: Means) -> Attribute {
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

/// The value of an observation, to be read as what its code means.
struct Reading<'a> {
    codes: &'a Codes,
    kind: Value<'a>,
    value: Value<'a>,
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

    /// The texts that a value may be read from: the code of a coded value, then its display.
    fn words<T>(&self, read: impl Fn(&str) -> Option<T>) -> Result<T, UnreadReason> {
        [1, 2, 9]
            .into_iter()
            .find_map(|component| read(&self.text(component)?))
            .ok_or(UnreadReason::UnknownForm)
    }

    fn text(&self, component: u32) -> Option<String> {
        self.value.repetition(1).component(component).trimmed().ok().flatten().map(|text| text.into_owned())
    }

    fn unit(&self) -> Option<String> {
        let sent = self.unit.component(1).trimmed().ok().flatten();
        sent.map(|unit| unit.into_owned()).or_else(|| self.default_unit.map(str::to_owned))
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

    /// An SN value in the form that quantities are read from: `<^1` is `<1`, `1^^-^2` is `1-2`. A ratio or a
    /// sum (separators `:`, `/`, `+`) is none.
    fn structured(&self) -> Result<String, UnreadReason> {
        let part = |component| self.text(component).unwrap_or_default();
        let (comparator, first, separator, second) = (part(1), part(2), part(3), part(4));
        match (comparator.as_str(), separator.as_str(), second.is_empty()) {
            ("" | "=" | "<" | ">" | "<=" | ">=", "", true) => Ok(format!("{comparator}{first}")),
            ("" | "=", "-", false) => Ok(format!("{first}-{second}")),
            _ => Err(UnreadReason::UnknownForm),
        }
    }

    /// The text of a number: SN taken apart, anything else as it stands.
    fn number(&self) -> Result<String, UnreadReason> {
        if self.kind.raw() == b"SN" { self.structured() } else { self.text(1).ok_or(UnreadReason::Empty) }
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
        let statement = self.words(|text| single(axis, text).ok())?;
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
