//! Requests of the gateway: a message that did not come over MLLP takes the same way.

use bytes::Bytes;
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
    let disposition = match disposition {
        Disposition::Stored(patients) => {
            submission.patient_ids = patients.iter().map(ToString::to_string).collect();
            api::Disposition::Stored
        }
        Disposition::Repeated(patients) => {
            submission.patient_ids = patients.iter().map(ToString::to_string).collect();
            api::Disposition::Repeated
        }
        Disposition::NotRelevant => api::Disposition::NotRelevant,
        Disposition::Quarantined(problems) => {
            submission.problems = problems
                .iter()
                .map(|problem| match problem.location {
                    Some(location) => format!("{location}: {}", problem.text),
                    None => problem.text.clone().into_owned(),
                })
                .collect();
            api::Disposition::Quarantined
        }
        Disposition::Unavailable => api::Disposition::Unspecified,
    };
    submission.set_disposition(disposition);
    submission
}
