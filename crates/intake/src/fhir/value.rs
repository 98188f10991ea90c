//! Values of observations, read as what their code means: the readings of HL7 v2 over the types of FHIR.

use std::borrow::Cow;

use lacteal_clinical::codes::CodeSystem;
use lacteal_clinical::finding::{Margin, Presence as Seen, UnreadReason};
use lacteal_clinical::tnm::{Axis, Basis, Category, TnmStatement, single};
use lacteal_clinical::{Bounded, Finding, Length, MitoticRate, Percent};
use lacteal_fhir::{CodeableConcept, Quantity, Range, Value};

use super::condition::codes;
use super::pen::Pen;
use crate::codes::{Means, Presence, worded_answer};
use crate::diagnosis::{diagnosis_system, site};
use crate::marker::marker;
use crate::observation::stage_group;
use crate::whole;

/// What a code asks for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) means: Means,
    /// Unit to take when none is sent.
    pub(crate) unit: Option<String>,
    /// The code leaves open whether a category is clinical or pathological.
    pub(crate) basis_is_open: bool,
    /// What tells the assay from another, of a marker.
    pub(crate) assay: String,
    /// Upper limit of the reference range.
    pub(crate) upper_limit: Option<Quantity>,
}

impl Asked {
    /// A meaning, with nothing else told.
    pub(crate) fn of(means: Means) -> Asked {
        Asked { means, unit: None, basis_is_open: false, assay: String::new(), upper_limit: None }
    }
}

/// Reads a value.
pub(crate) fn finding(pen: &Pen<'_>, asked: &Asked, value: &Value) -> Result<Finding, UnreadReason> {
    Read { pen, asked, value }.finding()
}

struct Read<'a> {
    pen: &'a Pen<'a>,
    asked: &'a Asked,
    value: &'a Value,
}

impl Read<'_> {
    fn finding(&self) -> Result<Finding, UnreadReason> {
        Ok(match self.asked.means {
            Means::PrimarySite => Finding::PrimarySite(self.first_code(site)?),
            Means::Morphology => self.diagnosis(true)?,
            Means::Diagnosis => self.diagnosis(false)?,
            Means::TumourSize => Finding::TumourSize(self.measured(Length::parse)?),
            Means::PathologicalT => self.tnm(Axis::T, Basis::Pathological)?,
            Means::PathologicalN => self.tnm(Axis::N, Basis::Pathological)?,
            Means::PathologicalM => self.tnm(Axis::M, Basis::Pathological)?,
            Means::ClinicalT => self.tnm(Axis::T, Basis::Clinical)?,
            Means::ClinicalN => self.tnm(Axis::N, Basis::Clinical)?,
            Means::ClinicalM => self.tnm(Axis::M, Basis::Clinical)?,
            Means::NodesExamined => Finding::NodesExamined(self.count()?),
            Means::NodesPositive => Finding::NodesPositive(self.count()?),
            Means::Ki67 => Finding::Ki67(self.measured(Bounded::<Percent>::parse)?),
            Means::Mitoses => Finding::Mitoses(self.measured(Bounded::<MitoticRate>::parse)?),
            Means::MesentericMass => Finding::MesentericMass(self.measured(Bounded::<Length>::parse)?),
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
            Means::ChromograninA | Means::UrineHiaa | Means::PlasmaHiaa | Means::NtProBnp => self.marker()?,
            _ => return Err(UnreadReason::UnsupportedType),
        })
    }

    fn concept(&self) -> Option<&CodeableConcept> {
        if let Value::CodeableConcept(concept) = self.value { Some(concept) } else { None }
    }

    fn first_code<T>(
        &self,
        read: impl Fn(&str, &lacteal_clinical::finding::Code) -> Option<T>,
    ) -> Result<T, UnreadReason> {
        let concept = self.concept().ok_or(UnreadReason::UnsupportedType)?;
        let all = codes(self.pen, concept);
        all.iter().find_map(|(system, code)| read(system, code)).ok_or(UnreadReason::UnknownCode)
    }

    fn diagnosis(&self, is_morphology: bool) -> Result<Finding, UnreadReason> {
        self.first_code(|system, code| {
            let system = diagnosis_system(system, code)?;
            let fits = !is_morphology || system == CodeSystem::IcdO3Morphology;
            fits.then(|| crate::diagnosis::finding(system, code.clone()))
        })
    }

    /// What may tell a value in words: codes, displays, the text.
    fn texts(&self) -> Vec<Cow<'_, str>> {
        match self.value {
            Value::CodeableConcept(concept) => {
                let codings = concept.coding.iter();
                let of_codings = codings.flat_map(|it| [it.code.as_deref(), it.display.as_deref()]);
                let all = of_codings.chain([concept.text.as_deref()]).flatten();
                all.map(str::trim).filter(|it| !it.is_empty()).map(Cow::Borrowed).collect()
            }
            Value::String(text) => vec![Cow::Borrowed(text.trim())],
            Value::Integer(number) => vec![Cow::Owned(number.to_string())],
            Value::Quantity(quantity) => written(quantity).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Reads the texts; what can be read of them must agree.
    fn words<T: PartialEq>(&self, read: impl Fn(&str) -> Option<T>) -> Result<T, UnreadReason> {
        let texts = self.texts();
        let mut told = texts.iter().filter_map(|text| read(text));
        let first = told.next().ok_or(UnreadReason::UnknownForm)?;
        if told.all(|other| other == first) { Ok(first) } else { Err(UnreadReason::Ambiguous) }
    }

    /// A number with its unit. The code of a unit is tried first, then its words.
    fn measured<T>(
        &self,
        parse: impl Fn(&str, Option<&str>) -> Result<T, lacteal_clinical::Error>,
    ) -> Result<T, UnreadReason> {
        let (text, units) = self.number()?;
        let default = self.asked.unit.as_deref();
        let mut units: Vec<Option<&str>> = units.into_iter().flatten().map(Some).collect();
        if units.is_empty() {
            units.push(default);
        }
        let mut failed = UnreadReason::UnknownForm;
        for (at, unit) in units.into_iter().enumerate() {
            match parse(&text, unit) {
                Ok(value) => return Ok(value),
                Err(error) if at == 0 => failed = error.reason(),
                Err(_) => {}
            }
        }
        Err(failed)
    }

    /// A marker. The limit of its range is one of the same unit.
    fn marker(&self) -> Result<Finding, UnreadReason> {
        let kind = self.asked.means.marker().ok_or(UnreadReason::UnsupportedType)?;
        let Asked { assay, upper_limit, .. } = self.asked;
        self.measured(|text, unit| {
            let has_unit = |it: &&Quantity| units(it) == [None, None] || units(it).contains(&unit);
            let limit = upper_limit.as_ref().filter(has_unit).and_then(written);
            let range = limit.map(|limit| format!("<={limit}"));
            marker(kind, text, unit, range.as_deref(), assay)
        })
    }

    fn number(&self) -> Result<(Cow<'_, str>, [Option<&str>; 2]), UnreadReason> {
        match self.value {
            Value::Quantity(it) => Ok((written(it).ok_or(UnreadReason::NotANumber)?, units(it))),
            Value::Range(range) => between(range),
            Value::Integer(number) => Ok((Cow::Owned(number.to_string()), [None, None])),
            Value::String(text) => Ok((Cow::Borrowed(text.trim()), [None, None])),
            _ => Err(UnreadReason::UnsupportedType),
        }
    }

    fn count(&self) -> Result<u16, UnreadReason> {
        let (text, _) = self.number()?;
        whole::count(&text)
    }

    /// A category; the basis comes from the code when the text does not write it.
    fn tnm(&self, axis: Axis, basis: Basis) -> Result<Finding, UnreadReason> {
        let basis = if self.asked.basis_is_open { Basis::Unstated } else { basis };
        let read = |text: &str| single(axis, text).ok().or_else(|| category_within(axis, text));
        self.words(|text| Some(read(text)?.category))?;
        let texts = self.texts();
        let statement = texts.iter().find_map(|text| read(text)).ok_or(UnreadReason::UnknownForm)?;
        let mut prefix = statement.prefix;
        match prefix.basis {
            Basis::Unstated => prefix.basis = basis,
            written if written != basis && basis != Basis::Unstated => return Err(UnreadReason::Ambiguous),
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
        match self.value {
            Value::Boolean(true) => return Ok(Presence::Present),
            Value::Boolean(false) => return Ok(Presence::Absent),
            Value::CodeableConcept(concept) => {
                let all = codes(self.pen, concept);
                let table = self.pen.context.codes;
                let answer = all.iter().find_map(|(system, code)| table.answer(system, code.as_str()));
                if let Some(answer) = answer {
                    return Ok(answer);
                }
            }
            _ => {}
        }
        self.words(worded_answer)
    }

    fn yes_or_no(&self) -> Result<bool, UnreadReason> {
        match self.presence()? {
            Presence::Present => Ok(true),
            Presence::Absent => Ok(false),
            Presence::Indeterminate => Err(UnreadReason::Ambiguous),
        }
    }
}

/// The words around a category in the display of a code (`American Joint Committee on Cancer pT3 (qualifier value)`):
/// the one word that is a category with the letter of its axis.
fn category_within(axis: Axis, text: &str) -> Option<TnmStatement> {
    let letter = match axis {
        Axis::T => 'T',
        Axis::N => 'N',
        Axis::M => 'M',
    };
    let words = text.split([' ', ',', ';', ':']).filter(|it| it.contains(letter));
    let mut found = words.filter(|it| it.bytes().any(|b| b.is_ascii_digit() || b == b'X'));
    let statement = single(axis, found.next()?).ok()?;
    found
        .all(|it| single(axis, it).is_ok_and(|other| other.category == statement.category))
        .then_some(statement)
}

/// A number with its comparator as reports write it.
fn written(quantity: &Quantity) -> Option<Cow<'_, str>> {
    let number = quantity.value.as_ref()?.plain()?;
    Some(match quantity.comparator {
        Some(comparator) => Cow::Owned(format!("{}{number}", comparator.as_str())),
        None => number,
    })
}

fn units(quantity: &Quantity) -> [Option<&str>; 2] {
    [quantity.code.as_deref(), quantity.unit.as_deref()]
}

fn between(range: &Range) -> Result<(Cow<'_, str>, [Option<&str>; 2]), UnreadReason> {
    match (&range.low, &range.high) {
        (Some(low), Some(high)) => {
            let (from, to) = (written(low), written(high));
            let (from, to) = (from.ok_or(UnreadReason::NotANumber)?, to.ok_or(UnreadReason::NotANumber)?);
            let agree = [low.code == high.code, low.unit == high.unit];
            let told_once = units(low) == [None, None];
            if !told_once && agree.contains(&false) {
                return Err(UnreadReason::UnitUnknown);
            }
            let units = if told_once { units(high) } else { units(low) };
            Ok((Cow::Owned(format!("{from}-{to}")), units))
        }
        (Some(low), None) => {
            let from = written(low).ok_or(UnreadReason::NotANumber)?;
            Ok((Cow::Owned(format!(">={from}")), units(low)))
        }
        (None, Some(high)) => {
            let to = written(high).ok_or(UnreadReason::NotANumber)?;
            Ok((Cow::Owned(format!("<={to}")), units(high)))
        }
        (None, None) => Err(UnreadReason::Empty),
    }
}
