//! Treatments of the tumour: operations, radiotherapy and drugs that mCODE calls related to the cancer.
//!
//! A hospital does many things to a patient; only what its profile calls a treatment of cancer, and what does not name
//! another disease as its reason, is one of the tumour.

use lacteal_clinical::finding::Attribute;
use lacteal_clinical::treatment::Treatment;
use lacteal_clinical::{Finding, Standing};
use lacteal_fhir::{
    Condition, DateTime, EventStatus, McodeProfile, MedicationAdministration, MedicationAdministrationStatus,
    MedicationRequest, MedicationRequestStatus, Procedure, Reference, RequestIntent, Resource, Target,
};

use super::condition::coded;
use super::pen::Pen;
use crate::codes::Concept;
use crate::diagnosis::finding;

/// Writes down an operation or a course of radiotherapy that was done; `false` when it is none.
pub(crate) fn procedure(pen: &mut Pen<'_>, it: &Procedure) -> bool {
    let resected = it
        .code
        .as_ref()
        .and_then(|code| pen.concept(code))
        .is_some_and(|(_, concept)| *concept == Concept::SmallBowelResection);
    let treatment = match McodeProfile::of(&pen.item.resource) {
        Some(McodeProfile::SurgicalProcedure) if resected => Treatment::SmallBowelResection,
        Some(McodeProfile::SurgicalProcedure) => Treatment::Surgery,
        Some(McodeProfile::RadiotherapyCourseSummary) => Treatment::Radiotherapy,
        _ => return false,
    };
    let standing = match it.status {
        EventStatus::Completed => Standing::Final,
        // An operation that was broken off resected nothing for certain; a course that was, irradiated.
        EventStatus::Stopped if treatment == Treatment::Radiotherapy => Standing::Final,
        EventStatus::EnteredInError | EventStatus::NotDone => Standing::Deleted,
        _ => return true,
    };
    let ended = it.performed.as_ref().and_then(|timing| timing.end().or_else(|| timing.start()));
    given(pen, standing, treatment, (ended, "performed"), &it.reason_reference);
    true
}

/// Writes down a drug that was prescribed, with the day of the prescription: its end is not told.
pub(crate) fn prescribed(pen: &mut Pen<'_>, it: &MedicationRequest) {
    let is_order =
        !matches!(it.intent, RequestIntent::Proposal | RequestIntent::Plan | RequestIntent::Option);
    if McodeProfile::of(&pen.item.resource) != Some(McodeProfile::MedicationRequest)
        || !is_order
        || it.do_not_perform == Some(true)
    {
        return;
    }
    let standing = match it.status {
        MedicationRequestStatus::Active
        | MedicationRequestStatus::OnHold
        | MedicationRequestStatus::Completed
        | MedicationRequestStatus::Stopped => Standing::Final,
        MedicationRequestStatus::Cancelled | MedicationRequestStatus::EnteredInError => Standing::Deleted,
        MedicationRequestStatus::Draft | MedicationRequestStatus::Unknown => return,
    };
    let on = (it.authored_on.as_ref(), "authoredOn");
    given(pen, standing, Treatment::Systemic, on, &it.reason_reference);
}

/// Writes down a drug that was given.
pub(crate) fn administered(pen: &mut Pen<'_>, it: &MedicationAdministration) {
    if McodeProfile::of(&pen.item.resource) != Some(McodeProfile::MedicationAdministration) {
        return;
    }
    let standing = match it.status {
        MedicationAdministrationStatus::InProgress
        | MedicationAdministrationStatus::Completed
        | MedicationAdministrationStatus::Stopped => Standing::Final,
        MedicationAdministrationStatus::NotDone | MedicationAdministrationStatus::EnteredInError => {
            Standing::Deleted
        }
        MedicationAdministrationStatus::OnHold | MedicationAdministrationStatus::Unknown => return,
    };
    let ended = it.effective.as_ref().and_then(|timing| timing.end().or_else(|| timing.start()));
    given(pen, standing, Treatment::Systemic, (ended, "effective"), &it.reason_reference);
}

fn given(
    pen: &mut Pen<'_>,
    standing: Standing,
    treatment: Treatment,
    (on, path): (Option<&DateTime>, &str),
    reasons: &[Reference],
) {
    if is_of_another(pen, reasons) {
        return;
    }
    let key = pen.key();
    let parts: &[&[u8]] = &[b"treatment", &key];
    let on = pen.date(parts, standing, Attribute::Treatment, on, path);
    pen.of_known = true;
    pen.state(parts, standing, on, Finding::Treatment(treatment), "");
}

/// Whether the references lead to conditions, and to none that may be the tumour.
pub(crate) fn is_of_another(pen: &Pen<'_>, references: &[Reference]) -> bool {
    let conditions: Vec<_> = references
        .iter()
        .filter_map(|reference| match pen.input.resolve(pen.item, reference) {
            Target::Inside(item) => match &item.resource {
                Resource::Condition(it) => Some(&**it),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let may_be_ours = |it: &&Condition| {
        let codes = it.code.iter().flat_map(|concept| coded(pen, concept));
        let mut findings = codes.map(|(system, code)| finding(system, code));
        findings.any(|finding| crate::relevance::site_of(&finding).is_none_or(|site| site.is_followed()))
    };
    !conditions.is_empty() && !conditions.iter().any(may_be_ours)
}
