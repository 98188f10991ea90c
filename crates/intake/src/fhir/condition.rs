//! Diagnoses (Condition): the same codes as in DG1, the site, the histology, and a metastasis in the liver.

use lacteal_clinical::codes::{CodeSystem, meaning};
use lacteal_clinical::finding::{Attribute, Code, Presence, UnreadReason};
use lacteal_clinical::treatment::DiseaseStatus;
use lacteal_clinical::{Finding, Standing};
use lacteal_fhir::mcode::HISTOLOGY_EXTENSION;
use lacteal_fhir::{CodeableConcept, Condition, McodeProfile, Terminology, Value};

use super::pen::Pen;
use super::value::{self, Asked};
use crate::codes::Means;
use crate::diagnosis::{diagnosis_system, finding, is_carcinoid_syndrome, site};

/// Secondary malignant neoplastic disease (SNOMED CT).
const SECONDARY: &str = "128462008";
/// Liver structure (SNOMED CT).
const LIVER: &str = "10200004";

/// Writes the statements of a condition.
pub(crate) fn condition(pen: &mut Pen<'_>, it: &Condition) {
    let standing = standing(it);
    let profile = McodeProfile::of(&pen.item.resource);
    let key = pen.key();
    let mut stated: Vec<(&'static str, Finding, String)> = Vec::new();
    let diagnoses = it.code.iter().map(|concept| (concept.clone(), "code".to_owned()));
    let histology = it.extra.extension_concept(HISTOLOGY_EXTENSION);
    let histology = histology.into_iter().map(|concept| (concept, "extension".to_owned()));
    for (concept, path) in diagnoses.chain(histology) {
        stated.extend(
            coded(pen, &concept)
                .into_iter()
                .map(|(system, code)| (system.as_str(), finding(system, code), path.clone())),
        );
    }
    let is_ours = stated.iter().any(|(_, finding, _)| finding.is_about_the_tumour());
    let secondary = profile == Some(McodeProfile::SecondaryCancerCondition)
        || it.code.as_ref().is_some_and(|code| code.has(Terminology::Snomed, SECONDARY));
    if secondary {
        let liver =
            it.body_site.iter().position(|at| at.has(Terminology::Snomed, LIVER) || is_liver(pen, at));
        if let Some(at) = liver {
            let path = format!("bodySite[{at}]");
            stated.push(("liver", Finding::LiverMetastasis(Presence::Present), path));
        }
    } else if is_ours || profile == Some(McodeProfile::PrimaryCancerCondition) {
        let mut sites = it.body_site.iter().enumerate();
        let found = sites.find_map(|(at, concept)| {
            let site = codes(pen, concept).iter().find_map(|(system, code)| site(system, code))?;
            Some(("site", Finding::PrimarySite(site), format!("bodySite[{at}]")))
        });
        stated.extend(found);
        if is_ours {
            stated.extend(
                course(it)
                    .map(|status| ("status", Finding::DiseaseStatus(status), "clinicalStatus".to_owned())),
            );
            stated.extend(stage(pen, it));
        }
    }
    let on = it.onset.as_ref().and_then(|onset| onset.start()).or(it.recorded_date.as_ref());
    let path = if it.onset.is_some() { "onset" } else { "recordedDate" };
    let mut observed = None;
    if let Some((_, first, _)) = stated.first() {
        let parts: &[&[u8]] = &[b"condition", &key];
        let attribute = if is_ours || secondary { Attribute::Diagnosis } else { first.attribute() };
        observed = pen.date(parts, standing, attribute, on, path);
    }
    let is_changed = standing == Standing::Deleted || is_later_version(pen);
    let slots =
        CodeSystem::ALL.iter().map(|system| system.as_str()).chain(["liver", "site", "status", "stage"]);
    for slot in slots {
        let parts: &[&[u8]] = &[b"condition", &key, slot.as_bytes()];
        match stated.iter().position(|(name, ..)| *name == slot) {
            Some(at) => {
                let (_, finding, path) = stated.swap_remove(at);
                // The onset is no day of the course; what is said now is said of now.
                let on = if slot == "status" { None } else { observed };
                pen.state(parts, standing, on, finding, &path);
            }
            // What an earlier version may have said and this one does not is taken back.
            None if is_changed && pen.has_lasting_key() => {
                let attribute = match slot {
                    "liver" => Attribute::LiverMetastasis,
                    "site" => Attribute::PrimarySite,
                    "status" => Attribute::DiseaseStatus,
                    "stage" => Attribute::StageGroup,
                    _ => Attribute::Diagnosis,
                };
                pen.of_known = true;
                pen.unread(parts, Standing::Deleted, attribute, UnreadReason::Empty, "code");
            }
            None => {}
        }
    }
}

/// How the disease goes, where the condition tells more than that it is there.
fn course(it: &Condition) -> Option<DiseaseStatus> {
    if it.clinical_is("remission") {
        Some(DiseaseStatus::Remission)
    } else if it.clinical_is("recurrence") || it.clinical_is("relapse") {
        Some(DiseaseStatus::Recurrence)
    } else {
        None
    }
}

/// The stage group of a condition. mCODE keeps the most recent one there.
fn stage(pen: &Pen<'_>, it: &Condition) -> Option<(&'static str, Finding, String)> {
    let (at, summary) = it.stage.iter().enumerate().find_map(|(at, it)| Some((at, it.summary.clone()?)))?;
    let read = value::finding(pen, &Asked::of(Means::StageGroup), &Value::CodeableConcept(summary));
    let unread = |reason| Finding::Unread { attribute: Attribute::StageGroup, reason };
    Some(("stage", read.unwrap_or_else(unread), format!("stage[{at}].summary")))
}

fn is_later_version(pen: &Pen<'_>) -> bool {
    pen.item.version().id.is_some_and(|id| id != "1")
}

/// How far a diagnosis counts. One in remission or resolved was there all the same.
fn standing(it: &Condition) -> Standing {
    if it.verification_is("entered-in-error") || it.verification_is("refuted") {
        Standing::Deleted
    } else if ["unconfirmed", "provisional", "differential"].iter().any(|code| it.verification_is(code)) {
        Standing::Preliminary
    } else {
        Standing::Final
    }
}

/// The codes of a concept with their systems under the names of the table.
pub(crate) fn codes(pen: &Pen<'_>, concept: &CodeableConcept) -> Vec<(String, Code)> {
    let codings = concept.coding.iter().filter_map(|coding| {
        let code = Code::new(coding.code.as_deref()?).ok()?;
        Some((pen.system(coding.system.as_deref()?), code))
    });
    codings.collect()
}

/// The codes of a concept that say something of a tumour, or of carcinoid syndrome.
pub(crate) fn coded(pen: &Pen<'_>, concept: &CodeableConcept) -> Vec<(CodeSystem, Code)> {
    let all = codes(pen, concept).into_iter().filter_map(|(system, code)| {
        let system = diagnosis_system(&system, &code)?;
        let says = meaning(system, &code).is_some() || is_carcinoid_syndrome(system, &code);
        says.then_some((system, code))
    });
    all.collect()
}

/// C22 of ICD-O-3 topography and of ICD-10.
fn is_liver(pen: &Pen<'_>, concept: &CodeableConcept) -> bool {
    codes(pen, concept).iter().any(|(system, code)| {
        matches!(system.as_str(), "ICDO3" | "I10" | "I10C") && code.as_str().starts_with("C22")
    })
}
