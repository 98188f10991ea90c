//! What must be told to people when a plan changes: one notice per transition, none for a state that goes on.

use lacteal_wire::event::notice::Kind;
use lacteal_wire::event::{EndCause, Notice, Plan, Status};

use super::phase::{Phase, phase_of};
use super::reason;

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
    if after.status() == Status::Ended {
        let cause = after.end_cause();
        let changed = !had_ended || before.map(Plan::end_cause) != Some(cause);
        if changed && cause == EndCause::LiverMetastasis {
            tell(Kind::LiverMetastasis, after.reason.clone());
        } else if changed && before.is_some() {
            tell(Kind::SurveillanceEnded, format!("Surveillance has ended. {}", after.reason));
        }
        return told;
    }
    if had_ended {
        let text = format!("What had ended surveillance was withdrawn or corrected. {}", after.reason);
        tell(Kind::SurveillanceResumed, text);
    }
    if after.status() == Status::NeedsReview {
        let new = added(before.map(|it| it.review.as_slice()).unwrap_or_default(), &after.review);
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
