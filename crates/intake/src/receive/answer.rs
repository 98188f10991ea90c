//! What goes back to a sender of HL7 v2: the acknowledgements that its message asks for, or nothing, so that it resends.

use bytes::Bytes;
use lacteal_hl7::{AckError, AckMode, Answer, ErrorCode, Outcome, ReplyTo, Severity, Timestamp, build_ack};
use lacteal_service::{clock, ids};
use tokio::time::Instant;

use super::Disposition;
use crate::config::{Source, WhenUnavailable};
use crate::events::{MessageAnswered, MessageUnanswered};

/// What goes back to the sender.
pub enum Reply {
    /// An answer; none when the sender asked for none.
    Answer {
        /// Acknowledgements, in the order in which they are due.
        acknowledgements: Vec<Bytes>,
        /// What became of the message.
        disposition: Disposition,
    },
    /// No answer: the sender must resend.
    Silence,
}

/// Answers one message by what became of it.
pub(super) fn reply(
    source: &Source,
    reply_to: &ReplyTo,
    mode: AckMode,
    disposition: Disposition,
    began: Instant,
) -> Reply {
    let (outcome, errors) = match &disposition {
        Disposition::Stored(_) | Disposition::NotRelevant | Disposition::Repeated(_) => {
            (Outcome::Accept, Vec::new())
        }
        Disposition::Quarantined(problems) => (Outcome::Reject, problems.clone()),
        Disposition::Unavailable if source.when_unavailable == WhenUnavailable::Close => {
            MessageUnanswered { source: &source.name }.emit();
            return Reply::Silence;
        }
        // A batch is answered beside its own code.
        Disposition::Unavailable | Disposition::Batch { .. } => (Outcome::Error, vec![unavailable()]),
    };
    let took = Some(began.elapsed());
    MessageAnswered { source: &source.name, disposition: &disposition, took }.emit();
    let acknowledgements = acknowledge(reply_to, mode, outcome, &errors);
    Reply::Answer { acknowledgements, disposition }
}

/// The acknowledgements that are owed for an outcome.
pub(super) fn acknowledge(
    reply_to: &ReplyTo,
    mode: AckMode,
    outcome: Outcome,
    errors: &[AckError],
) -> Vec<Bytes> {
    let owed = mode.owed(outcome);
    let now = hl7_now();
    let codes = [owed.accept, owed.application].into_iter().flatten();
    let write = |code| {
        let answer = Answer { code, errors: errors.to_vec() };
        build_ack(reply_to, &answer, &ids::control_id(), &now)
    };
    codes.map(write).collect()
}

pub(super) fn unavailable() -> AckError {
    AckError {
        location: None,
        code: ErrorCode::Internal,
        severity: Severity::Error,
        text: "the message could not be stored for the moment; please send it again".into(),
    }
}

/// The time of an acknowledgement (MSH-7).
fn hl7_now() -> Timestamp {
    let now = clock::now().to_zoned(jiff::tz::TimeZone::UTC);
    let part = |part: i8| part.unsigned_abs();
    Timestamp {
        year: now.year().unsigned_abs(),
        month: Some(part(now.month())),
        day: Some(part(now.day())),
        hour: Some(part(now.hour())),
        minute: Some(part(now.minute())),
        second: Some(part(now.second())),
        fraction: None,
        offset_minutes: Some(0),
    }
}
