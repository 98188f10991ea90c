//! Requests of the gateway: a message that did not come over MLLP takes the same way.

use bytes::Bytes;
use lacteal_hl7::AckError;
use lacteal_wire::{api, decode, encode};

use crate::config::Source;
use crate::receive::{Disposition, Receiver, Reply};

/// Name under which messages from the gateway are kept.
pub(crate) const SOURCE: &str = "gateway";

/// Answers one request.
pub(crate) async fn answer(receiver: Receiver, source: Source, request: Bytes) -> Bytes {
    let submission = match decode::<api::SubmitMessageRequest>(&request, "SubmitMessageRequest") {
        Ok(request) => submission(receiver.receive(&source, request.hl7.into()).await),
        Err(error) => api::Submission { problems: vec![error.to_string()], ..api::Submission::default() },
    };
    encode(&api::SubmitMessageResponse { submission: Some(submission) })
}

fn submission(reply: Reply) -> api::Submission {
    let Reply::Answer { acknowledgements, disposition } = reply else {
        // An unset disposition tells the gateway that the message is not stored and should come again.
        return api::Submission::default();
    };
    let mut submission = api::Submission {
        acknowledgement: acknowledgements.last().map(|ack| ack.to_vec()).unwrap_or_default(),
        ..api::Submission::default()
    };
    let disposition = told(disposition, &mut submission);
    submission.set_disposition(disposition);
    submission
}

/// Tells what became of a message, or of all messages of a batch: the worst of it, and all patients.
fn told(disposition: Disposition, submission: &mut api::Submission) -> api::Disposition {
    match disposition {
        Disposition::Stored(patients) => {
            submission.patient_ids.extend(patients.iter().map(ToString::to_string));
            api::Disposition::Stored
        }
        Disposition::Repeated(patients) => {
            submission.patient_ids.extend(patients.iter().map(ToString::to_string));
            api::Disposition::Repeated
        }
        Disposition::NotRelevant => api::Disposition::NotRelevant,
        Disposition::Quarantined(problems) => {
            submission.problems.extend(problems.iter().map(words));
            api::Disposition::Quarantined
        }
        Disposition::Unavailable => api::Disposition::Unspecified,
        Disposition::Batch { members, problems } => {
            let mut one_by_one = api::Submission::default();
            let all: Vec<_> = members.into_iter().map(|member| told(member, &mut one_by_one)).collect();
            submission.problems.extend(problems.iter().map(words));
            for patient in one_by_one.patient_ids {
                if !submission.patient_ids.contains(&patient) {
                    submission.patient_ids.push(patient);
                }
            }
            let order = [api::Disposition::Quarantined, api::Disposition::Stored, api::Disposition::Repeated];
            let worst = order.into_iter().find(|disposition| all.contains(disposition));
            worst.unwrap_or(api::Disposition::NotRelevant)
        }
    }
}

fn words(problem: &AckError) -> String {
    match problem.location {
        Some(location) => format!("{location}: {}", problem.text),
        None => problem.text.clone().into_owned(),
    }
}
