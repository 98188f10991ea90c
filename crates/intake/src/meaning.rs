//! What the value of a coded result states: one table from the meaning of a code to a finding, whatever carried it.
//!
//! A carrier (an OBX, a field of a site's own segment, a FHIR value) gives its value as codes, words or a number, each
//! only when the table asks for it; here is decided what these amount to, or why they cannot be read.

use std::borrow::Cow;

use lacteal_clinical::codes::CodeSystem;
use lacteal_clinical::finding::{Attribute, Code, Margin, Presence as Seen, UnreadReason};
use lacteal_clinical::tnm::{Axis, Basis, Category, StatedStage, TnmStatement, single};
use lacteal_clinical::treatment::{DiseaseStatus, Performance};
use lacteal_clinical::{Bounded, Finding, Length, MarkerKind, MitoticRate, Percent, Reading};

use crate::codes::{Codes, Means, Presence, worded_answer};
use crate::diagnosis::{self, diagnosis_system, site};
use crate::marker::marker;
use crate::whole;

/// A value as its carrier holds it.
pub(crate) trait Told {
    /// The table of codes.
    fn table(&self) -> &Codes;

    /// Its codes with their systems under the names of the table.
    ///
    /// # Errors
    /// When a value of this type has none.
    fn codes(&self) -> Result<Vec<(String, Code)>, UnreadReason>;

    /// What may tell it in words, the strictest first: codes, displays, text.
    fn words(&self) -> Vec<Cow<'_, str>>;

    /// Its number.
    ///
    /// # Errors
    /// When it is none, or of a type that holds none.
    fn number(&self) -> Result<Number<'_>, UnreadReason>;

    /// A plain yes or no.
    fn flag(&self) -> Option<bool> {
        None
    }

    /// What tells its assay from another; none when that is not told.
    fn assay(&self) -> Option<Cow<'_, str>>;

    /// The reference range beside it, for a level in this unit.
    fn range(&self, unit: Option<&str>) -> Option<Cow<'_, str>>;
}

/// A number with its comparator or as a range, and the spellings of its unit, the strictest first; none when it has no
/// unit.
pub(crate) struct Number<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) units: Vec<Cow<'a, str>>,
}

/// The meaning of a code, and whether a category that it names may rest on anything.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) means: Means,
    /// The code leaves open whether a category is clinical or pathological.
    pub(crate) basis_is_open: bool,
}

impl Asked {
    /// A meaning that says all by itself.
    pub(crate) fn of(means: Means) -> Asked {
        Asked { means, basis_is_open: false }
    }
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
        Means::StageGroup => Attribute::StageGroup,
        Means::ChromograninA
        | Means::UrineHiaa
        | Means::UrineHiaaConcentration
        | Means::PlasmaHiaa
        | Means::NtProBnp => Attribute::Marker,
        Means::IodinatedContrast | Means::GadoliniumContrast => Attribute::ContrastIntolerance,
        Means::DiseaseStatus => Attribute::DiseaseStatus,
        Means::Ecog | Means::Karnofsky => Attribute::Performance,
        Means::SmallBowelResection => Attribute::Treatment,
        Means::Imaging | Means::RadiologyReport => Attribute::Imaging,
        Means::PathologyReport | Means::ClinicReport => Attribute::Diagnosis,
    }
}

/// The finding that a value states under a code of this meaning.
///
/// # Errors
/// Why it cannot be read.
pub(crate) fn finding(told: &impl Told, asked: Asked) -> Result<Finding, UnreadReason> {
    let tnm = |axis, basis| tnm(told, axis, if asked.basis_is_open { Basis::Unstated } else { basis });
    Ok(match asked.means {
        Means::PrimarySite => Finding::PrimarySite(first_code(told, site)?),
        Means::Morphology => coded_diagnosis(told, |system| system == CodeSystem::IcdO3Morphology)?,
        Means::Diagnosis => coded_diagnosis(told, |_| true)?,
        Means::TumourSize => Finding::TumourSize(measured(told, Length::parse)?),
        Means::PathologicalT => tnm(Axis::T, Basis::Pathological)?,
        Means::PathologicalN => tnm(Axis::N, Basis::Pathological)?,
        Means::PathologicalM => tnm(Axis::M, Basis::Pathological)?,
        Means::ClinicalT => tnm(Axis::T, Basis::Clinical)?,
        Means::ClinicalN => tnm(Axis::N, Basis::Clinical)?,
        Means::ClinicalM => tnm(Axis::M, Basis::Clinical)?,
        Means::NodesExamined => Finding::NodesExamined(count(told)?),
        Means::NodesPositive => Finding::NodesPositive(count(told)?),
        Means::Ki67 => Finding::Ki67(measured(told, Bounded::<Percent>::parse)?),
        Means::Mitoses => Finding::Mitoses(measured(told, Bounded::<MitoticRate>::parse)?),
        Means::MesentericMass => Finding::MesentericMass(measured(told, Bounded::<Length>::parse)?),
        Means::Grade => Finding::Grade(agreed(told, |text| text.parse().ok())?),
        Means::LiverMetastasis => Finding::LiverMetastasis(match presence(told)? {
            Presence::Present => Seen::Present,
            Presence::Absent => Seen::Absent,
            Presence::Indeterminate => Seen::Indeterminate,
        }),
        Means::MesentericDeposits => Finding::MesentericDeposits(yes_or_no(told)?),
        Means::LymphovascularInvasion => Finding::LymphovascularInvasion(yes_or_no(told)?),
        Means::PerineuralInvasion => Finding::PerineuralInvasion(yes_or_no(told)?),
        Means::Margin => Finding::Margin(agreed(told, margin)?),
        Means::StageGroup => Finding::StageGroup(agreed(told, stage_group)?),
        Means::ChromograninA => level(told, MarkerKind::ChromograninA)?,
        Means::UrineHiaa => level(told, MarkerKind::UrineHiaa)?,
        Means::UrineHiaaConcentration => level(told, MarkerKind::UrineHiaaConcentration)?,
        Means::PlasmaHiaa => level(told, MarkerKind::PlasmaHiaa)?,
        Means::NtProBnp => level(told, MarkerKind::NtProBnp)?,
        Means::DiseaseStatus => Finding::DiseaseStatus(disease_status(told)?),
        Means::Ecog => performance(Performance::ecog(count(told)?))?,
        Means::Karnofsky => performance(Performance::karnofsky(count(told)?))?,
        // The table gives these meanings to studies, reports, procedures and substances only.
        Means::Imaging
        | Means::PathologyReport
        | Means::RadiologyReport
        | Means::ClinicReport
        | Means::IodinatedContrast
        | Means::GadoliniumContrast
        | Means::SmallBowelResection => return Err(UnreadReason::UnsupportedType),
    })
}

/// How far what a value states may be believed: that the disease is worse is for a clinician to confirm, whatever code
/// says so.
pub(crate) fn reading(finding: &Finding) -> Reading {
    match finding {
        Finding::DiseaseStatus(status) if status.is_worse() => Reading::uncertain("disease_status", ""),
        _ => Reading::Coded,
    }
}

fn performance(score: Option<Performance>) -> Result<Finding, UnreadReason> {
    score.map(Finding::Performance).ok_or(UnreadReason::OutOfRange)
}

/// How the disease goes, by the codes of SNOMED CT that mCODE binds (ConditionStatusTrendVS), else by its words.
fn disease_status(told: &impl Told) -> Result<DiseaseStatus, UnreadReason> {
    const TRENDS: [(&str, DiseaseStatus); 5] = [
        ("260415000", DiseaseStatus::NotDetected),
        ("268910001", DiseaseStatus::Improved),
        ("359746009", DiseaseStatus::Stable),
        ("271299001", DiseaseStatus::Worsened),
        ("709137006", DiseaseStatus::Undetermined),
    ];
    let codes = told.codes().unwrap_or_default();
    let trend = codes.iter().filter(|(system, _)| system == "SCT").find_map(|(_, code)| {
        TRENDS.iter().find(|(known, _)| *known == code.as_str()).map(|(_, status)| *status)
    });
    match trend {
        Some(status) => Ok(status),
        None => agreed(told, worded_status),
    }
}

/// The words that answers about the course of a cancer are given in.
fn worded_status(text: &str) -> Option<DiseaseStatus> {
    match text.trim().to_ascii_lowercase().as_str() {
        "not detected" | "no evidence of disease" | "complete response" => Some(DiseaseStatus::NotDetected),
        "remission" => Some(DiseaseStatus::Remission),
        "improved" | "partial response" => Some(DiseaseStatus::Improved),
        "stable" | "stable disease" => Some(DiseaseStatus::Stable),
        "worsened" | "progression" | "progressive disease" => Some(DiseaseStatus::Worsened),
        "recurrence" | "recurrent disease" | "relapse" => Some(DiseaseStatus::Recurrence),
        "undetermined" | "indeterminate" => Some(DiseaseStatus::Undetermined),
        _ => None,
    }
}

fn first_code<T>(told: &impl Told, read: impl Fn(&str, &Code) -> Option<T>) -> Result<T, UnreadReason> {
    let all = told.codes()?;
    all.iter().find_map(|(system, code)| read(system, code)).ok_or(UnreadReason::UnknownCode)
}

fn coded_diagnosis(told: &impl Told, fits: impl Fn(CodeSystem) -> bool) -> Result<Finding, UnreadReason> {
    first_code(told, |system, code| {
        let system = diagnosis_system(system, code).filter(|it| fits(*it))?;
        Some(diagnosis::finding(system, code.clone()))
    })
}

/// Reads the words; what can be read of them must agree.
fn agreed<T: PartialEq>(told: &impl Told, read: impl Fn(&str) -> Option<T>) -> Result<T, UnreadReason> {
    let words = told.words();
    let mut all = words.iter().filter_map(|text| read(text));
    let first = all.next().ok_or(UnreadReason::UnknownForm)?;
    if all.all(|other| other == first) { Ok(first) } else { Err(UnreadReason::Ambiguous) }
}

/// A number with its unit, by the first spelling of the unit that can be read.
fn measured<T>(
    told: &impl Told,
    parse: impl Fn(&str, Option<&str>) -> Result<T, lacteal_clinical::Error>,
) -> Result<T, UnreadReason> {
    let Number { text, units } = told.number()?;
    let mut failed = None;
    let spellings = units.iter().map(|it| Some(&**it)).chain(units.is_empty().then_some(None));
    for unit in spellings {
        match parse(&text, unit) {
            Ok(value) => return Ok(value),
            Err(error) => failed = failed.or_else(|| Some(error.reason())),
        }
    }
    Err(failed.unwrap_or(UnreadReason::UnknownForm))
}

/// A level of a marker, with its range and assay.
fn level(told: &impl Told, kind: MarkerKind) -> Result<Finding, UnreadReason> {
    let assay = told.assay();
    let assay = assay.as_deref().unwrap_or(kind.as_str());
    measured(told, |text, unit| marker(kind, text, unit, told.range(unit).as_deref(), assay))
}

fn count(told: &impl Told) -> Result<u16, UnreadReason> {
    whole::count(&told.number()?.text)
}

/// A category; the basis comes from the code when the text does not write it.
fn tnm(told: &impl Told, axis: Axis, basis: Basis) -> Result<Finding, UnreadReason> {
    let read = |text: &str| single(axis, text).ok().or_else(|| category_within(axis, text));
    let words = told.words();
    // Of several texts of one category the first stands: a code is written more strictly than a display.
    let mut statements = words.iter().filter_map(|text| read(text));
    let statement = statements.next().ok_or(UnreadReason::UnknownForm)?;
    if statements.any(|other| other.category != statement.category) {
        return Err(UnreadReason::Ambiguous);
    }
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

fn margin(text: &str) -> Option<Margin> {
    match text.to_ascii_uppercase().as_str() {
        "R0" => Some(Margin::R0),
        "R1" => Some(Margin::R1),
        "R2" => Some(Margin::R2),
        _ => None,
    }
}

/// A stage group: the text as a whole, or the word after `stage` in the display of a code (`American Joint Committee on
/// Cancer stage IIIB (qualifier value)`).
fn stage_group(text: &str) -> Option<StatedStage> {
    StatedStage::parse(text).or_else(|| {
        let mut words = text.split_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("stage"));
        StatedStage::parse(words.nth(1)?)
    })
}

fn presence(told: &impl Told) -> Result<Presence, UnreadReason> {
    match told.flag() {
        Some(true) => return Ok(Presence::Present),
        Some(false) => return Ok(Presence::Absent),
        None => {}
    }
    let codes = told.codes().unwrap_or_default();
    let answer = codes.iter().find_map(|(system, code)| told.table().answer(system, code.as_str()));
    match answer {
        Some(answer) => Ok(answer),
        None => agreed(told, worded_answer),
    }
}

fn yes_or_no(told: &impl Told) -> Result<bool, UnreadReason> {
    match presence(told)? {
        Presence::Present => Ok(true),
        Presence::Absent => Ok(false),
        Presence::Indeterminate => Err(UnreadReason::Ambiguous),
    }
}
