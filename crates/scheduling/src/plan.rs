//! The plan: a patient's one surveillance status, why, and the next scan.
//!
//! [`plan`] decides from a dossier, [`advance`] from a plan and the time alone, [`notices`] what people must be told.
//! All three are pure: the same dossier, policy, time and zone give the same plan.
//!
//! Precedence: what ends surveillance, then what a person must review, then what is not known, then the window. A
//! patient in review keeps a window, with the shortest interval of the policy, so that no doubt delays a scan. Within the
//! window orders and appointments decide: a report that is awaited, then a booking, then an order.

mod arranged;
mod dates;
mod notices;
mod phase;
mod reason;
mod window;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tables;

pub use notices::notices;
pub use phase::{advance, same};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use lacteal_clinical::{PartialDate, Weibull};
use lacteal_wire::event::assessment::Outcome;
use lacteal_wire::event::{
    self, Dossier, EndCause, Grade, LiverState, Margin, Modality, Plan, Region, Scope, Status, Summary,
};

use crate::policy::{GradeMax, MarginMax, Policy};
use window::{Lesion, Patient, Study};

/// The plan of a patient by this dossier and policy.
///
/// `revision` is the dossier's; `before` the plan that was last kept for the patient; `zone` the site's, in which days
/// begin. `None` means that there is nothing to plan and never was: no evidence of a tumour, nothing to review, and no
/// plan before.
///
/// Time never runs backwards: when `before` was written at a later instant than `now` (a wake-up overtook the dossier),
/// that instant counts, so that nobody is told of the same scan again.
pub fn plan(
    dossier: &Dossier,
    revision: u64,
    before: Option<&Plan>,
    policy: &Policy,
    now: Timestamp,
    zone: &TimeZone,
) -> Option<Plan> {
    let written = before.and_then(|it| Timestamp::from_second(it.now_s).ok());
    let now = written.map_or(now, |it| now.max(it));
    let nothing = Summary::default();
    let summary = dossier.summary.as_ref().unwrap_or(&nothing);
    let today = dates::day_of(now, zone);
    let review = review(dossier, summary, policy, today);
    let no_tumour = summary.scope() == Scope::NoTumour;
    if no_tumour && review.is_empty() && before.is_none() && !ever_had_tumour(dossier) {
        return None;
    }
    let computed = computed(dossier);
    let mut plan = Plan {
        patient: dossier.patient.clone(),
        policy: policy.name.clone(),
        policy_version: policy.version.clone(),
        dossier_revision: revision,
        now_s: now.as_second(),
        record_numbers: summary.record_numbers.clone(),
        risk_5_years: computed.map(|it| it.risk_5_years),
        review,
        ..Plan::default()
    };
    if let Some((cause, detail)) = end(summary, &plan.review) {
        plan.set_status(Status::Ended);
        plan.set_end_cause(cause);
        plan.reason = reason::ended(cause, detail.as_deref());
        return Some(plan);
    }
    let in_scope = summary.scope() == Scope::In;
    let time_zero = dates::read(summary.time_zero.as_ref()).filter(|it| !it.is_after(today));
    if let (true, Some(time_zero)) = (in_scope, time_zero) {
        let hazard = computed.filter(|_| plan.review.is_empty()).and_then(hazard);
        let patient = patient(summary, time_zero, hazard, policy, today);
        let (window, mut basis) = window::next_scan(&patient, policy);
        let since = arranged::Since { time_zero, last_study: patient.last_study() };
        basis.order = arranged::order(summary, since, policy);
        basis.bookings = arranged::bookings(summary, since, policy);
        basis.model_version =
            dossier.assessment.as_ref().map(|it| it.model_version.clone()).unwrap_or_default();
        plan.next_scan = Some(window);
        plan.basis = Some(basis);
        plan.set_status(Status::UpToDate);
    } else {
        plan.set_status(Status::NotEnoughKnown);
        plan.reason = if in_scope {
            "Neither a resection nor a first evidence of the tumour has a date to count from.".to_owned()
        } else {
            with_detail(
                "It is not established whether the tumour is one that is watched here",
                &summary.scope_reason,
            )
        };
    }
    if !plan.review.is_empty() {
        plan.set_status(Status::NeedsReview);
    }
    phase::settle(&mut plan, now, zone);
    Some(plan)
}

/// Whether any fact was ever about a tumour, be it withdrawn since.
fn ever_had_tumour(dossier: &Dossier) -> bool {
    use event::finding::Kind;
    dossier.facts.iter().filter_map(|fact| fact.finding.as_ref()?.kind.as_ref()).any(|kind| {
        !matches!(
            kind,
            Kind::Death(_)
                | Kind::BirthDate(_)
                | Kind::Sex(_)
                | Kind::RecordNumber(_)
                | Kind::MergedInto(_)
                | Kind::Absorbs(_)
                | Kind::Unread(_)
                | Kind::ImagingOrder(_)
                | Kind::ImagingAppointment(_)
                | Kind::Decision(_)
                | Kind::Marker(_)
                | Kind::CarcinoidSyndrome(_)
        )
    })
}

/// What ends surveillance, and a detail of it. Death before all that is about the tumour: nobody plans for the dead.
fn end(summary: &Summary, review: &[String]) -> Option<(EndCause, Option<String>)> {
    if !summary.merged_into.is_empty() {
        return Some((EndCause::Merged, None));
    }
    if let Some(death) = &summary.death {
        let date = dates::read(death.date.as_ref());
        return Some((EndCause::Deceased, date.map(|it| format!("Date of death: {it}."))));
    }
    match (summary.scope(), summary.liver()) {
        (Scope::NoTumour, _) if review.is_empty() => Some((EndCause::Withdrawn, None)),
        (Scope::Out, _) => {
            let why = summary.scope_reason.trim_end_matches('.');
            Some((EndCause::OutOfScope, (!why.is_empty()).then(|| format!("Reason: {why}."))))
        }
        (Scope::In, LiverState::Metastatic) => {
            let date = dates::read(summary.liver_date.as_ref());
            Some((EndCause::LiverMetastasis, date.map(|it| format!("Date of the finding: {it}."))))
        }
        _ => None,
    }
}

/// What a person must look at before the plan can be trusted, in a fixed order.
fn review(dossier: &Dossier, summary: &Summary, policy: &Policy, today: Date) -> Vec<String> {
    let mut items: Vec<String> = summary.review.iter().map(|it| it.text.clone()).collect();
    items.extend(dossier.asides.iter().map(|it| {
        let event::Aside { stream, sequence, error } = it;
        format!("message {sequence} of {stream} about this patient could not be processed ({error})")
    }));
    items.extend(future(summary, today));
    if summary.scope() != Scope::In {
        if summary.scope() != Scope::Out && summary.liver() == LiverState::Metastatic {
            items.push("liver metastasis is reported, and the primary tumour is not established".to_owned());
        }
        return items;
    }
    if summary.liver() == LiverState::Metastatic {
        return items;
    }
    items.extend(outside_the_row(summary, policy));
    items.extend(unsettled_lesion(summary, policy, today));
    if items.is_empty() && computed(dossier).and_then(hazard).is_none() {
        items.push("the risk of liver metastasis could not be computed".to_owned());
    }
    items
}

/// Dates that cannot be true yet. They count for nothing.
fn future(summary: &Summary, today: Date) -> Vec<String> {
    let named =
        [("time zero", summary.time_zero.as_ref()), ("the liver finding", summary.liver_date.as_ref())];
    let studies = summary.studies.iter().map(|it| ("a scan", it.performed.as_ref()));
    named
        .into_iter()
        .chain(studies)
        .filter_map(|(what, date)| Some((what, dates::read(date).filter(|it| it.is_after(today))?)))
        .map(|(what, date)| format!("{what} is dated in the future ({date}) and does not count"))
        .collect()
}

/// What puts a patient outside the policy's row.
fn outside_the_row(summary: &Summary, policy: &Policy) -> Vec<String> {
    let mut items = Vec::new();
    let grade = summary.grade();
    let grade_is_covered = match policy.applies.grade_max.value {
        GradeMax::G1 => grade <= Grade::G1,
        GradeMax::G2 => grade <= Grade::G2,
        GradeMax::G3 => grade <= Grade::G3,
    };
    if !grade_is_covered {
        let name = if grade == Grade::Nec { "NEC" } else { grade.as_str_name().trim_start_matches("GRADE_") };
        items.push(format!("grade {name} is followed more closely than this policy does"));
    }
    let margin = summary.margin();
    let margin_is_covered = match policy.applies.margin_max.value {
        MarginMax::R0 => margin <= Margin::R0,
        MarginMax::R1 => margin <= Margin::R1,
    };
    if !margin_is_covered {
        let name = margin.as_str_name().trim_start_matches("MARGIN_");
        items.push(format!("residual tumour ({name}) is followed more closely than this policy does"));
    }
    if let Some(m) = summary.m.as_ref().filter(|it| it.category.starts_with("M1")) {
        items.push(format!("distant metastasis ({}) is outside this policy", m.category));
    }
    items
}

/// An indeterminate lesion that a later scan did not settle.
fn unsettled_lesion(summary: &Summary, policy: &Policy, today: Date) -> Option<String> {
    let seen = lesion(summary, today)?.seen?;
    let scans = studies(summary, policy, today).into_iter();
    let later = scans.map(|it| it.performed).filter(|it| seen.is_certainly_before(it)).max()?;
    Some(format!(
        "the scan of {later} came after the indeterminate liver finding of {seen}, and nothing tells what became of it"
    ))
}

fn lesion(summary: &Summary, today: Date) -> Option<Lesion> {
    (summary.liver() == LiverState::Indeterminate)
        .then(|| Lesion { seen: dates::read(summary.liver_date.as_ref()).filter(|it| !it.is_after(today)) })
}

/// The studies that count: by a modality of the policy, with the liver in their region, not in the future.
fn studies(summary: &Summary, policy: &Policy, today: Date) -> Vec<Study> {
    let counts = |it: &&event::Study| modality_counts(it.modality(), policy) && covers_liver(it.region());
    let dated = |it: &event::Study| Some((dates::read(it.performed.as_ref())?, it.modality()));
    let studies = summary.studies.iter().filter(counts).filter_map(dated);
    let past = studies.filter(|(performed, _): &(PartialDate, Modality)| !performed.is_after(today));
    past.map(|(performed, modality)| Study { performed, modality }).collect()
}

fn modality_counts(modality: Modality, policy: &Policy) -> bool {
    match modality {
        Modality::Ct | Modality::Mr => true,
        Modality::Pet => policy.studies.pet_counts.value,
        Modality::Ultrasound | Modality::Scintigraphy | Modality::Unspecified => false,
    }
}

fn covers_liver(region: Region) -> bool {
    match region {
        Region::Abdomen | Region::AbdomenPelvis | Region::Liver => true,
        Region::ChestAbdomenPelvis | Region::WholeBody => true,
        Region::Pelvis | Region::Chest | Region::Other | Region::Unspecified => false,
    }
}

fn patient(
    summary: &Summary,
    time_zero: PartialDate,
    hazard: Option<Weibull>,
    policy: &Policy,
    today: Date,
) -> Patient {
    Patient {
        time_zero,
        first_evidence: summary.time_zero_is_first_evidence,
        studies: studies(summary, policy, today),
        lesion: lesion(summary, today),
        birth: dates::read(summary.birth_date.as_ref()),
        hazard,
    }
}

/// The assessment, when it gives a risk.
fn computed(dossier: &Dossier) -> Option<&event::Assessment> {
    dossier.assessment.as_ref().filter(|it| it.outcome() == Outcome::Computed)
}

fn hazard(assessment: &event::Assessment) -> Option<Weibull> {
    Weibull::new(assessment.shape, assessment.scale_years, assessment.hazard_ratio).ok()
}

fn with_detail(text: &str, detail: &str) -> String {
    let detail = detail.trim_end_matches('.');
    if detail.is_empty() { format!("{text}.") } else { format!("{text}: {detail}.") }
}
