//! What ends surveillance.

use lacteal_wire::event::{EndCause, Plan, Scope, Status, Summary};

use super::decisions::Course;
use super::{dates, reason};

/// What ends surveillance whatever was decided, and a detail of it. Death before all that is about the tumour: nobody
/// plans for the dead.
pub(super) fn cause(summary: &Summary, review: &[String]) -> Option<(EndCause, Option<String>)> {
    if !summary.merged_into.is_empty() {
        return Some((EndCause::Merged, None));
    }
    if let Some(death) = &summary.death {
        let date = dates::read(death.date.as_ref());
        return Some((EndCause::Deceased, date.map(|it| format!("Date of death: {it}."))));
    }
    match summary.scope() {
        Scope::NoTumour if review.is_empty() => Some((EndCause::Withdrawn, None)),
        Scope::Out => {
            let why = summary.scope_reason.trim_end_matches('.');
            Some((EndCause::OutOfScope, (!why.is_empty()).then(|| format!("Reason: {why}."))))
        }
        _ => None,
    }
}

/// The end that a decision brings.
pub(super) fn decided(course: Course) -> Option<EndCause> {
    match course {
        Course::Decline => Some(EndCause::Declined),
        Course::Discharge => Some(EndCause::Discharged),
        Course::Transfer => Some(EndCause::Transferred),
        Course::Hold(_) | Course::Resume => None,
    }
}

/// Ends the surveillance of a plan.
pub(super) fn set(plan: &mut Plan, cause: EndCause, detail: Option<&str>) {
    plan.set_status(Status::Ended);
    plan.set_end_cause(cause);
    plan.reason = reason::ended(cause, detail);
}
