//! What must be told to people when a plan changes: one notice per transition, none for a state that goes on.

use lacteal_wire::event::notice::Kind;
use lacteal_wire::event::{AppliedDecision, EndCause, Notice, Plan, Status};

use super::phase::{Phase, phase_of};
use super::{decisions, reason};

/// The notices that the step from one plan to the next calls for.
///
/// `before` is the plan that was last kept for the patient, `None` for a new one. Equal plans call for none, so a step
/// that is repeated after its plan was kept tells nobody twice.
pub fn notices(before: Option<&Plan>, after: &Plan) -> Vec<Notice> {
    let mut told = Vec::new();
    let mut tell = |kind: Kind, text: String| {
        told.push(Notice {
            patient: after.patient.clone(),
            kind: kind.into(),
            text: reason::unquoted(&text),
            now_s: after.now_s,
            dossier_revision: after.dossier_revision,
        });
    };
    let had_ended = before.is_some_and(|it| it.status() == Status::Ended);
    let knew_metastasis =
        before.is_some_and(|it| it.liver_metastasis || it.end_cause() == EndCause::LiverMetastasis);
    if after.liver_metastasis && !knew_metastasis {
        tell(Kind::LiverMetastasis, reason::metastasis(after));
    }
    if after.status() == Status::Ended {
        let cause = after.end_cause();
        let changed = !had_ended || before.map(Plan::end_cause) != Some(cause);
        if changed && before.is_some() && cause != EndCause::LiverMetastasis {
            tell(Kind::SurveillanceEnded, format!("Surveillance has ended. {}", after.reason));
        }
        return told;
    }
    if had_ended {
        let text = format!("{} {}", reason::resumed(before.map(Plan::end_cause)), after.reason);
        tell(Kind::SurveillanceResumed, text);
    }
    let alerts = added(before.map(|it| it.alerts.as_slice()).unwrap_or_default(), &after.alerts);
    if !alerts.is_empty() {
        tell(Kind::Symptoms, format!("{}.", sentence(&reason::list(alerts.iter().copied()))));
    }
    if let Some(text) = decided(before, after) {
        tell(Kind::Decision, text);
    }
    if matches!(after.status(), Status::NeedsReview | Status::Paused) {
        let mut new = added(before.map(|it| it.review.as_slice()).unwrap_or_default(), &after.review);
        new.retain(|item| !alerts.iter().any(|alert| alert.starts_with(item)));
        if !new.is_empty() {
            tell(
                Kind::NeedsReview,
                format!("To be reviewed by a person: {}.", reason::list(new.into_iter())),
            );
        }
    }
    let phase = phase_of(after);
    if phase != before.and_then(phase_of) {
        match phase {
            Some(Phase::Open) => tell(Kind::ScanDue, after.reason.clone()),
            Some(Phase::Over) => tell(Kind::ScanOverdue, after.reason.clone()),
            Some(Phase::Ahead) | None => {}
        }
    }
    told
}

/// The items of the second list that the first does not hold as often.
fn added<'a>(before: &[String], after: &'a [String]) -> Vec<&'a str> {
    let mut known: Vec<&String> = before.iter().collect();
    let mut new = Vec::new();
    for item in after {
        match known.iter().position(|it| *it == item) {
            Some(index) => {
                known.swap_remove(index);
            }
            None => new.push(item.as_str()),
        }
    }
    new
}

/// Which decisions began to apply and which ceased to, without the words of their authors.
fn decided(before: Option<&Plan>, after: &Plan) -> Option<String> {
    let known = before.map(|it| it.decisions.as_slice()).unwrap_or_default();
    let is_in = |all: &[AppliedDecision], it: &AppliedDecision| {
        all.iter().any(|other| {
            (&other.what, &other.fact, other.decided_at_s, other.until)
                == (&it.what, &it.fact, it.decided_at_s, it.until)
        })
    };
    let of = |these: &[AppliedDecision], those: &[AppliedDecision]| -> Vec<String> {
        let told = these.iter().filter(|it| decisions::is_told(it) && !is_in(those, it));
        told.map(|it| it.what.clone()).collect()
    };
    let (new, gone) = (of(&after.decisions, known), of(known, &after.decisions));
    let list = |it: &[String]| reason::list(it.iter().map(String::as_str));
    match (new.is_empty(), gone.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("A clinician decided: {}. {}", list(&new), after.reason)),
        (true, false) => Some(format!("No longer in force: {}. {}", list(&gone), after.reason)),
        (false, false) => Some(format!(
            "A clinician decided: {}. No longer in force: {}. {}",
            list(&new),
            list(&gone),
            after.reason
        )),
    }
}

/// The text with a capital letter.
fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}
