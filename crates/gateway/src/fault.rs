//! Everything a call can fail with, and the one function that says it in gRPC: code, text and `google.rpc` details.
//!
//! Texts and details hold field names, limits and codes, never a value that a caller sent or a stream holds: both
//! may be about a patient.

use lacteal_wire::api::Failure;
use lacteal_wire::api::failure::Kind;
use std::time::Duration;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

/// Domain of the reasons in `google.rpc.ErrorInfo`.
pub const DOMAIN: &str = "lacteal";

const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Why a call fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A field of the request is wrong. The problem continues a sentence that begins with the field.
    Field { field: String, problem: String },
    /// Nobody of this pseudonym; empty when asked by record number, which must not be said back.
    UnknownPatient { patient: String },
    /// The dossier of the patient states no such fact.
    UnknownFact,
    /// No message of this id is in quarantine.
    NotQuarantined,
    /// The bytes of a quarantined message, which this gateway is not configured to give.
    BytesDenied,
    /// What was asked for is settled in another way; the text is intake's and holds no data.
    Settled(String),
    /// An answer that does not fit; the text is intake's and holds no data.
    AnswerTooLarge(String),
    /// The broker, intake or the work list is not there yet, or away.
    Away(Part),
    /// The gateway stops; another replica or a later try will do.
    Stopping,
    /// As much as allowed is in hand.
    Busy(&'static str),
    /// The time that the caller or the configuration allows is over.
    Deadline,
    /// A message too large for the broker or for the gateway.
    TooLarge,
    /// A watch fell behind and must be begun again.
    WatchBehind,
    /// Records were merged in a chain that does not end in time.
    MergeChain,
    /// What a stream holds cannot be read.
    Unreadable,
    /// A mistake of ours.
    Internal,
}

/// What can be away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Broker,
    Intake,
    /// Intake, asked about what it keeps.
    Keeper,
    /// Risk, asked to compute or explain.
    Risk,
    /// Scheduling, asked to plan who is supposed or to list its policies.
    Scheduling,
    Worklist,
}

impl Fault {
    pub(crate) fn field(field: impl Into<String>, problem: impl ToString) -> Self {
        Self::Field { field: field.into(), problem: problem.to_string() }
    }

    /// What another service said when it was asked. Its texts hold no data.
    pub(crate) fn of_service(failure: Failure) -> Self {
        let told = |failure: Failure| match failure.field.as_str() {
            "" => failure.text,
            field => format!("{field} {}", failure.text),
        };
        match failure.kind() {
            Kind::InvalidField if failure.field.is_empty() => Self::field("request", failure.text),
            Kind::InvalidField => Self::field(failure.field, failure.text),
            Kind::NotFound if failure.field == "patient_id" => {
                Self::UnknownPatient { patient: String::new() }
            }
            Kind::NotFound => Self::NotQuarantined,
            Kind::Conflict => Self::Settled(told(failure)),
            Kind::Unavailable => Self::Away(Part::Broker),
            Kind::TooLarge => Self::AnswerTooLarge(failure.text),
            Kind::Unreadable => Self::Unreadable,
            Kind::Unspecified => Self::Internal,
        }
    }

    /// The status of this fault, for the request of this id.
    pub(crate) fn status(&self, request_id: &str) -> Status {
        let mut details = ErrorDetails::new();
        details.set_request_info(request_id, "");
        details.set_error_info(self.reason(), DOMAIN, std::collections::HashMap::new());
        if let Some(delay) = self.retry_after() {
            details.set_retry_info(Some(delay));
        }
        match self {
            Self::Field { field, problem } => {
                details.add_bad_request_violation(field, problem);
            }
            Self::UnknownPatient { patient } => {
                details.set_resource_info("lacteal.v1.Patient", patient, "", "no dossier and no plan");
            }
            Self::UnknownFact => {
                details.set_resource_info("lacteal.event.v1.Fact", "", "", "not in the dossier");
            }
            Self::NotQuarantined => {
                details.set_resource_info("lacteal.v1.QuarantineEntry", "", "", "not in quarantine");
            }
            _ => {}
        }
        Status::with_error_details(self.code(), self.text(), details)
    }

    fn code(&self) -> Code {
        match self {
            Self::Field { .. } => Code::InvalidArgument,
            Self::UnknownPatient { .. } | Self::UnknownFact | Self::NotQuarantined => Code::NotFound,
            Self::BytesDenied => Code::PermissionDenied,
            Self::Away(_) | Self::Stopping => Code::Unavailable,
            Self::Busy(_) | Self::TooLarge | Self::AnswerTooLarge(_) => Code::ResourceExhausted,
            Self::Deadline => Code::DeadlineExceeded,
            Self::WatchBehind => Code::Aborted,
            Self::MergeChain | Self::Settled(_) => Code::FailedPrecondition,
            Self::Unreadable => Code::DataLoss,
            Self::Internal => Code::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Field { .. } => "INVALID_FIELD",
            Self::UnknownPatient { .. } => "UNKNOWN_PATIENT",
            Self::Away(Part::Broker) => "BROKER_AWAY",
            Self::UnknownFact => "UNKNOWN_FACT",
            Self::NotQuarantined => "NOT_QUARANTINED",
            Self::BytesDenied => "BYTES_DENIED",
            Self::Settled(_) => "SETTLED_OTHERWISE",
            Self::AnswerTooLarge(_) => "ANSWER_TOO_LARGE",
            Self::Away(Part::Intake | Part::Keeper) => "INTAKE_AWAY",
            Self::Away(Part::Risk) => "RISK_AWAY",
            Self::Away(Part::Scheduling) => "SCHEDULING_AWAY",
            Self::Away(Part::Worklist) => "WORKLIST_NOT_READY",
            Self::Stopping => "STOPPING",
            Self::Busy(_) => "BUSY",
            Self::Deadline => "DEADLINE_EXCEEDED",
            Self::TooLarge => "MESSAGE_TOO_LARGE",
            Self::WatchBehind => "WATCH_TOO_SLOW",
            Self::MergeChain => "MERGE_CHAIN_TOO_LONG",
            Self::Unreadable => "STORED_EVENT_UNREADABLE",
            Self::Internal => "INTERNAL",
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Field { field, problem } => format!("{field} {problem}"),
            Self::UnknownPatient { .. } => "no such patient is known".to_owned(),
            Self::Away(Part::Broker) => "the message broker is not available; try again".to_owned(),
            Self::Away(Part::Intake) => {
                "intake did not store the message, or did not say so; send it again".to_owned()
            }
            Self::UnknownFact => "the dossier of this patient states no such fact".to_owned(),
            Self::NotQuarantined => "no message of this id is in quarantine".to_owned(),
            Self::BytesDenied => {
                "this gateway gives no bytes of messages: gateway.quarantine_bytes is not set".to_owned()
            }
            Self::Settled(text) | Self::AnswerTooLarge(text) => text.clone(),
            Self::Away(Part::Keeper) => {
                "intake does not answer; what was asked for may have happened; ask again".to_owned()
            }
            Self::Away(Part::Risk) => "risk does not answer; ask again".to_owned(),
            Self::Away(Part::Scheduling) => "scheduling does not answer; ask again".to_owned(),
            Self::Away(Part::Worklist) => "the work list is not up to date yet; try again".to_owned(),
            Self::Stopping => "this server stops; call again".to_owned(),
            Self::Busy(what) => format!("too many {what} at once; try again"),
            Self::Deadline => "not done in the time allowed; what was asked for may have happened".to_owned(),
            Self::TooLarge => "the message is larger than can be taken".to_owned(),
            Self::WatchBehind => "this watch fell too far behind; begin it again".to_owned(),
            Self::MergeChain => "the record was merged through too many others; ask for the last".to_owned(),
            Self::Unreadable => "what is stored cannot be read".to_owned(),
            Self::Internal => "internal error".to_owned(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Away(_) | Self::Stopping | Self::Busy(_) | Self::WatchBehind => Some(RETRY_AFTER),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_field_is_named_with_the_request_and_a_reason() {
        let status = Fault::field("page_size", "must not be negative").status("r1");
        assert_eq!(
            (status.code(), status.message()),
            (Code::InvalidArgument, "page_size must not be negative")
        );
        let details = status.get_error_details();
        let violation = &details.bad_request().unwrap().field_violations[0];
        assert_eq!(
            (violation.field.as_str(), violation.description.as_str()),
            ("page_size", "must not be negative")
        );
        assert_eq!(details.request_info().unwrap().request_id, "r1");
        let info = details.error_info().unwrap();
        assert_eq!((info.reason.as_str(), info.domain.as_str()), ("INVALID_FIELD", "lacteal"));
        assert!(details.retry_info().is_none());
    }

    #[test]
    fn what_passes_says_when_to_try_again() {
        for fault in [Fault::Away(Part::Intake), Fault::Busy("calls"), Fault::Stopping, Fault::WatchBehind] {
            assert!(fault.status("r").get_error_details().retry_info().is_some(), "{fault:?}");
        }
        assert_eq!(Fault::Away(Part::Broker).status("r").code(), Code::Unavailable);
    }
}
