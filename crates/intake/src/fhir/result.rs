//! Results: Observation with its components, and DiagnosticReport as a study or with coded conclusions.

use lacteal_clinical::finding::{Attribute, UnreadReason};
use lacteal_clinical::imaging::Imaging;
use lacteal_clinical::{Finding, ReportKind, Standing};
use lacteal_fhir::{
    CodeableConcept, DiagnosticReport, Input, McodeProfile, Observation, ObservationStatus, ReferenceRange,
    ReportStatus, Resource, Staging, Target, Terminology, Value,
};

use super::condition::coded;
use super::narrative;
use super::pen::{Pen, ReportsOf, filler};
use super::treatment::is_of_another;
use super::value::{Asked, finding};
use crate::codes::{Concept, Means};
use crate::diagnosis::finding as stated_by;
use crate::marker::assay;
use crate::meaning::attribute;

/// Writes what an observation and its components state.
pub(crate) fn observation(pen: &mut Pen<'_>, it: &Observation) {
    let standing = match it.status {
        ObservationStatus::Final => Standing::Final,
        ObservationStatus::Amended | ObservationStatus::Corrected => Standing::Corrected,
        ObservationStatus::Cancelled => Standing::NotAvailable,
        ObservationStatus::EnteredInError => Standing::Deleted,
        ObservationStatus::Registered | ObservationStatus::Preliminary | ObservationStatus::Unknown => {
            Standing::Preliminary
        }
    };
    let mut asked = Vec::new();
    let own = own_meaning(pen, &it.code);
    // A panel says what it says in its components.
    let is_panel = it.value.is_none() && !it.component.is_empty();
    let method = it.method.as_ref();
    if let Some((code, mut meaning)) = own.filter(|_| !is_panel) {
        describe_assay(pen, &mut meaning, &it.code, method, &it.reference_range);
        asked.push((code, meaning, it.value.as_ref(), it.data_absent_reason.is_some(), "value".to_owned()));
    }
    for (at, component) in it.component.iter().enumerate() {
        if let Some((code, mut meaning)) = meaning_of(pen, &component.code) {
            describe_assay(pen, &mut meaning, &component.code, method, &component.reference_range);
            let absent = component.data_absent_reason.is_some();
            asked.push((code, meaning, component.value.as_ref(), absent, format!("component[{at}].value")));
        }
    }
    pen.source = source(pen, it);
    let of_another = is_of_another(pen, &it.focus);
    for (code, asked, value, is_absent, path) in asked {
        if of_another && asked.means == Means::DiseaseStatus {
            continue;
        }
        // Registered is before there is anything to say.
        if it.status == ObservationStatus::Registered && value.is_none() {
            continue;
        }
        let identity = identity(pen, it, &code);
        let parts: Vec<&[u8]> = identity.iter().map(Vec::as_slice).collect();
        let attribute = attribute(asked.means);
        let standing = if is_absent && standing.counts() { Standing::NotAvailable } else { standing };
        let effective = it.effective.as_ref().and_then(|timing| timing.start());
        let dated = effective.or_else(|| specimen_date(pen, it));
        let observed = pen.date(&parts, standing, attribute, dated, "effective");
        let read = value.map_or(Err(UnreadReason::Empty), |value| finding(pen, &asked, value));
        let finding = read.unwrap_or_else(|reason| Finding::Unread { attribute, reason });
        let path = format!("{path}{}", value.map_or("", suffix));
        pen.state(&parts, standing, observed, finding, &path);
    }
}

/// What tells the assay of a marker from another, and its reference range.
fn describe_assay(
    pen: &Pen<'_>,
    asked: &mut Asked,
    code: &CodeableConcept,
    method: Option<&CodeableConcept>,
    ranges: &[ReferenceRange],
) {
    let Some(kind) = asked.means.marker() else { return };
    let of_table = code.coding.iter().find_map(|coding| {
        let (system, code) = (pen.system(coding.system.as_deref()?), coding.code.as_deref()?);
        pen.context.codes.concept(&system, code).map(|_| (code, system))
    });
    let method = method.and_then(|method| {
        let codes = method.coding.iter().find_map(|coding| coding.code.as_deref());
        codes.or(method.text.as_deref())
    });
    let (code, system) = of_table.unwrap_or((kind.as_str(), String::new()));
    asked.assay = assay(code, &system, method);
    // Several ranges are for several kinds of people; which is meant is not told.
    if let [range] = ranges {
        asked.upper_limit = range.high.clone();
    }
}

/// What makes a result the same again.
fn identity(pen: &mut Pen<'_>, it: &Observation, code: &str) -> Vec<Vec<u8>> {
    let lasting = pen.has_lasting_key();
    let number = filler(&it.identifier).or_else(|| report_of(pen).filter(|_| !lasting));
    let mut parts: Vec<Vec<u8>> = match number {
        // As an OBX without sub-id and time of its own.
        Some(number) => [b"result", number.as_bytes(), code.as_bytes(), b"", b""].map(<[u8]>::to_vec).into(),
        None => vec![b"observation".to_vec(), pen.key(), code.as_bytes().to_vec()],
    };
    let same: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    let repetition = pen.repetition(&same);
    parts.push(repetition.to_string().into_bytes());
    parts
}

/// The filler number of the report in the body that has this observation among its results.
fn report_of<'a>(pen: &Pen<'a>) -> Option<&'a str> {
    pen.reports().find_map(|report| filler(&report.identifier))
}

/// What kind of report states an observation: that which has it among its results, else as its category says.
fn source(pen: &Pen<'_>, it: &Observation) -> ReportKind {
    let of_report = pen.reports().find_map(|report| narrative::kind(pen, report));
    let is_imaging = || it.category.iter().any(|it| it.has(Terminology::ObservationCategory, "imaging"));
    match of_report {
        Some(kind) => kind.into(),
        None if is_imaging() => ReportKind::Imaging,
        None => ReportKind::Untold,
    }
}

/// When the specimen was taken, where the observation does not say when.
fn specimen_date<'a>(pen: &Pen<'a>, it: &'a Observation) -> Option<&'a lacteal_fhir::DateTime> {
    match pen.input.resolve(pen.item, it.specimen.as_ref()?) {
        Target::Inside(item) => match &item.resource {
            Resource::Specimen(specimen) => specimen.collection.as_ref()?.collected.as_ref()?.start(),
            _ => None,
        },
        _ => None,
    }
}

/// Meaning of a code in the table.
fn meaning_of(pen: &Pen<'_>, concept: &CodeableConcept) -> Option<(String, Asked)> {
    let (code, found) = pen.concept(concept)?;
    let Concept::Observation { means, unit } = found else { return None };
    Some((code.to_owned(), Asked { unit: unit.clone(), ..Asked::of(*means) }))
}

/// Meaning of the code of an observation: by the table, else by what mCODE calls it.
fn own_meaning(pen: &Pen<'_>, concept: &CodeableConcept) -> Option<(String, Asked)> {
    meaning_of(pen, concept).or_else(|| {
        let means = match McodeProfile::of(&pen.item.resource)? {
            McodeProfile::TnmPrimaryTumor(Staging::Clinical) => Means::ClinicalT,
            McodeProfile::TnmPrimaryTumor(_) => Means::PathologicalT,
            McodeProfile::TnmRegionalNodes(Staging::Clinical) => Means::ClinicalN,
            McodeProfile::TnmRegionalNodes(_) => Means::PathologicalN,
            McodeProfile::TnmDistantMetastases(Staging::Clinical) => Means::ClinicalM,
            McodeProfile::TnmDistantMetastases(_) => Means::PathologicalM,
            McodeProfile::TnmStageGroup(_) => Means::StageGroup,
            McodeProfile::HistologicGrade if !is_nottingham(concept) => Means::Grade,
            McodeProfile::HistologicBehaviorAndType => Means::Morphology,
            _ => return None,
        };
        let staging = McodeProfile::of(&pen.item.resource).and_then(McodeProfile::staging);
        let code = concept.coding.iter().find_map(|it| it.code.clone())?;
        Some((code, Asked { basis_is_open: staging == Some(Staging::Unsaid), ..Asked::of(means) }))
    })
}

/// A grade of breast cancer.
fn is_nottingham(concept: &CodeableConcept) -> bool {
    concept.has(Terminology::Loinc, "44648-4")
}

fn suffix(value: &Value) -> &'static str {
    match value {
        Value::Quantity(_) => "Quantity",
        Value::CodeableConcept(_) => "CodeableConcept",
        Value::String(_) => "String",
        Value::Boolean(_) => "Boolean",
        Value::Integer(_) => "Integer",
        Value::Range(_) => "Range",
        Value::Ratio(_) => "Ratio",
        Value::SampledData(_) => "SampledData",
        Value::Time(_) => "Time",
        Value::DateTime(_) => "DateTime",
        Value::Period(_) => "Period",
    }
}

/// Writes the study that a report is about, and the diagnoses of its coded conclusions.
pub(crate) fn report(pen: &mut Pen<'_>, it: &DiagnosticReport) {
    let standing = match it.status {
        // Only ordered or scheduled.
        ReportStatus::Registered => return,
        ReportStatus::Partial | ReportStatus::Preliminary | ReportStatus::Unknown => Standing::Preliminary,
        ReportStatus::Final | ReportStatus::Appended => Standing::Final,
        ReportStatus::Amended | ReportStatus::Corrected => Standing::Corrected,
        ReportStatus::Cancelled | ReportStatus::EnteredInError => Standing::Deleted,
    };
    pen.source = narrative::kind(pen, it).map(Into::into).unwrap_or_default();
    let key = pen.key();
    let number = filler(&it.identifier).map_or_else(|| key.clone(), |number| number.as_bytes().to_vec());
    let effective = it.effective.as_ref().and_then(|timing| timing.start());
    if let Some((code, &Concept::Study { modality, region })) = pen.concept(&it.code) {
        let parts: &[&[u8]] = &[b"study", &number, code.as_bytes()];
        let performed = pen.required_date(parts, standing, Attribute::Imaging, effective, "effective");
        pen.state(parts, standing, performed, Finding::Imaging(Imaging { modality, region }), "code");
    }
    for (at, concept) in it.conclusion_code.iter().enumerate() {
        for (system, code) in coded(pen, concept) {
            let parts: &[&[u8]] =
                &[b"conclusion", &key, system.as_str().as_bytes(), code.as_str().as_bytes()];
            let finding = stated_by(system, code.clone());
            let on = pen.date(parts, standing, finding.attribute(), effective, "effective");
            let path = format!("conclusionCode[{at}]");
            pen.state(parts, standing, on, finding, &path);
        }
    }
    let observed = effective.and_then(|date| date.date()).filter(|date| pen.has_been(*date));
    narrative::statements(pen, it, &number, standing, observed);
}

/// Finds the results of all reports of a body at once: there may be thousands of either.
pub(crate) fn reports_of_results(input: &Input) -> ReportsOf {
    let mut reports = ReportsOf::new();
    for item in input.items() {
        let Resource::DiagnosticReport(report) = &item.resource else { continue };
        for reference in &report.result {
            if let Target::Inside(result) = input.resolve(item, reference) {
                reports.entry(result.index).or_default().push(item.index);
            }
        }
    }
    reports
}
