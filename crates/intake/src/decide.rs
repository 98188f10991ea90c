//! Decisions of clinicians, handed on by the gateway: each becomes a report about its patient that holds the request
//! as its bytes, stored by the same committer as messages, so that INTAKE alone replays everything.
//!
//! What author and reason say stays in the report: nothing of a request reaches a log. Whether the author may decide,
//! and whether a policy or a judged statement exists, is not known here; a judgement of something else has no effect.
//!
//! A request that was recorded is answered the same when it comes again, also when the dossier has moved on since, as
//! it does by the decision itself. The gateway knows the dossier and clears `expected_dossier_revision` where it is the
//! present one; one that is still set says that the dossier is another, and then nothing new is recorded.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use lacteal_clinical::decision::{AUTHOR_BYTES_MAX, Decision, REASON_BYTES_MAX};
use lacteal_clinical::{
    Fact, Finding, PartialDate, PatientId, Place, Reading, ReportKey, ReportKind, Standing, Version,
};
use lacteal_ledger::{Revision, Transaction};
use lacteal_service::clock;
use lacteal_wire::api::decide_request::By;
use lacteal_wire::api::{self, Failure, failure::Kind};
use lacteal_wire::{Error, decode, encode, event, subject};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use crate::asked::{failure, invalid, read_failed, text, unavailable, unreadable};
use crate::events::DecisionTaken;
use crate::kept::FIRST_READING;
use crate::receive::{Receiver, Written};
use crate::submit;

/// Message type of the report that holds a decision. No message of a sender has it: theirs have a `^`, and FHIR bodies
/// the name of a resource.
pub(crate) const MESSAGE_TYPE: &str = "DECISION";
/// Bytes of the id that a client gives a request.
const REQUEST_ID_BYTES_MAX: usize = 64;
/// How long a decision may take to be stored.
const STORE: Duration = Duration::from_secs(5);

/// Takes decisions.
pub(crate) struct Decider {
    receiver: Receiver,
    seconds: Seconds,
}

/// A request that was checked.
struct Checked {
    patient: PatientId,
    decision: Decision,
    revoke: bool,
    /// The dossier is another than the one that was looked at.
    is_stale: bool,
    key: ReportKey,
    /// The request as it is kept.
    raw: Bytes,
    sha256: [u8; 32],
}

impl Decider {
    pub(crate) fn new(receiver: Receiver) -> Decider {
        Decider { receiver, seconds: Seconds::default() }
    }

    /// Records one decision, or finds that it was recorded before.
    pub(crate) async fn decide(&self, request: api::DecideRequest) -> Result<api::DecideResponse, Failure> {
        let decided = self.record(request).await;
        let outcome = match &decided {
            Ok(response) if response.repeated => "repeated",
            Ok(_) => "stored",
            Err(failure) if failure.kind() == Kind::Unavailable => "unavailable",
            Err(_) => "refused",
        };
        DecisionTaken { outcome }.emit();
        decided
    }

    async fn record(&self, request: api::DecideRequest) -> Result<api::DecideResponse, Failure> {
        let checked = self.check(request)?;
        let subject = subject::report(checked.patient, checked.key);
        let stream = &self.receiver.shared.stream;
        let states = stream.last(std::slice::from_ref(&subject)).await;
        let states = states.map_err(|error| read_failed(&error))?;
        if let Some(stored) = states.get(&subject) {
            return checked.found(&stored.payload);
        }
        if checked.is_stale {
            let text = "is not the present one: look at the dossier again";
            return Err(failure(Kind::Conflict, "expected_dossier_revision", text));
        }
        let of_patient = stream.page(&subject::reports_of(checked.patient), Revision::NONE, 1).await;
        if of_patient.map_err(|error| read_failed(&error))?.is_empty() {
            return Err(failure(Kind::NotFound, "patient_id", "is of no patient of whom something is kept"));
        }
        let received = clock::now();
        let report = checked.report(received, self.seconds.next(checked.patient, received.as_second()));
        let mut transaction = Transaction::new();
        transaction.create(subject.clone(), encode(&report), None);
        let deadline = Instant::now() + STORE;
        match self.receiver.write(transaction, vec![subject.clone()], deadline).await {
            Written::New => Ok(checked.answer(false)),
            // The same request, or another with its id, was quicker.
            Written::There(states) => match states.get(&subject) {
                Some(stored) => checked.found(&stored.payload),
                None => Err(unavailable()),
            },
            Written::Unavailable => Err(unavailable()),
        }
    }

    fn check(&self, mut request: api::DecideRequest) -> Result<Checked, Failure> {
        let Some(By::PatientId(id)) = &request.by else {
            return Err(invalid("patient_id", "must be set"));
        };
        let patient: PatientId = id.parse().map_err(|_| invalid("patient_id", "is not a pseudonym"))?;
        text("request_id", &request.request_id, REQUEST_ID_BYTES_MAX)?;
        let asked = request.decision.as_ref().ok_or_else(|| invalid("decision", "must be set"))?;
        text("decision.author", &asked.author, AUTHOR_BYTES_MAX)?;
        text("decision.reason", &asked.reason, REASON_BYTES_MAX)?;
        let decision = lacteal_wire::read_decision(asked).map_err(|error| wrong(&error))?;
        let is_stale = request.expected_dossier_revision.take().is_some();
        let raw = encode(&request);
        let name = [b"decision".as_slice(), &patient.0, request.request_id.as_bytes()];
        Ok(Checked {
            patient,
            decision,
            revoke: request.revoke,
            is_stale,
            key: self.receiver.shared.identity.key.report_key(name),
            sha256: Sha256::digest(&raw).into(),
            raw,
        })
    }
}

impl Checked {
    /// The answer to a request whose id was used: the same for the same request.
    fn found(&self, payload: &Bytes) -> Result<api::DecideResponse, Failure> {
        let kept: event::Report = decode(payload, "report").map_err(|error| unreadable(&error))?;
        if kept.raw_sha256 != self.sha256 {
            return Err(failure(Kind::Conflict, "request_id", "was used before, for something else"));
        }
        Ok(self.answer(true))
    }

    fn answer(&self, repeated: bool) -> api::DecideResponse {
        api::DecideResponse { report: self.key.to_string(), repeated }
    }

    fn report(&self, received: Timestamp, reported_at_s: i64) -> event::Report {
        event::Report {
            key: self.key.0.to_vec(),
            patient: self.patient.0.to_vec(),
            source: submit::SOURCE.to_owned(),
            message_type: MESSAGE_TYPE.to_owned(),
            raw_sha256: self.sha256.to_vec(),
            raw: self.raw.clone(),
            interpretation_version: FIRST_READING,
            facts: vec![lacteal_wire::fact(&self.fact(received, reported_at_s))],
            received_at_s: received.as_second(),
            ..event::Report::default()
        }
    }

    fn fact(&self, received: Timestamp, reported_at_s: i64) -> Fact {
        let mut tie = [0; 16];
        tie.copy_from_slice(&self.sha256[..16]);
        Fact {
            patient: self.patient,
            identity: self.decision.slot().identity(),
            version: Version { reported_at: reported_at_s, tie },
            standing: if self.revoke { Standing::Deleted } else { Standing::Final },
            observed: PartialDate::from_day(received.to_zoned(TimeZone::UTC).date()).ok(),
            finding: Finding::Decision(self.decision.clone()),
            reading: Reading::Coded,
            report_kind: ReportKind::Untold,
            text: None,
            place: Place {
                report: self.key,
                segment: MESSAGE_TYPE.to_owned(),
                occurrence: 1,
                field: 0,
                repetition: 0,
                component: 0,
                span_start: 0,
                span_end: u32::try_from(self.raw.len()).unwrap_or(u32::MAX),
                expression: String::new(),
            },
        }
    }
}

/// Seconds of decisions: of one patient no two have the same, because within a second a digest would decide which one
/// stands, and not who was later.
#[derive(Default)]
struct Seconds {
    /// The last one given, of patients for whom it is not over. Others are forgotten.
    given: Mutex<HashMap<PatientId, i64>>,
}

impl Seconds {
    fn next(&self, patient: PatientId, now_s: i64) -> i64 {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.retain(|_, last| *last >= now_s);
        let next = given.get(&patient).map_or(now_s, |last| last.saturating_add(1));
        given.insert(patient, next);
        next
    }
}

/// What is wrong with a decision, in words for its field.
fn wrong(error: &Error) -> Failure {
    match error {
        Error::Missing { field: "decision.kind" } => invalid("decision", "must say what was decided"),
        Error::Missing { field } => invalid(field, "must be set"),
        Error::Invalid { field } => invalid(
            field,
            match *field {
                "decision.interval_months" => "must be 1 to 60",
                "decision.modality" => "must be CT or MR",
                "decision.until" => {
                    "must be a day; a hold needs one, and what is resumed, treated, confirmed or rejected has none"
                }
                "decision.policy" => "must be 1 to 64 bytes long",
                "decision.kind" => "must be true",
                "decision.digest" | "fact.patient" | "fact.identity" => "must be 16 bytes long",
                _ => "is not valid",
            },
        ),
        _ => invalid("decision", "is not readable"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_of_one_patient_never_share_a_second_and_the_past_is_forgotten() {
        let (seconds, one, other) = (Seconds::default(), PatientId([1; 16]), PatientId([2; 16]));
        assert_eq!([0; 3].map(|_| seconds.next(one, 100)), [100, 101, 102]);
        assert_eq!(seconds.next(other, 100), 100);
        assert_eq!(seconds.next(one, 101), 103);
        assert_eq!(seconds.next(one, 200), 200);
        assert_eq!(seconds.given.lock().map(|given| given.len()).ok(), Some(1));
    }
}
