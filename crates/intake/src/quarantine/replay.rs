//! Interprets one quarantined message again, with the settings of its source, and stores what comes of it together
//! with the record that it is resolved.

use lacteal_clinical::PatientId;
use lacteal_ledger::Transaction;
use lacteal_service::clock;
use lacteal_wire::api::{self, replay::Outcome};
use lacteal_wire::event::{self, resolved};
use lacteal_wire::{encode, subject};
use tokio::time::Instant;

use super::case::Case;
use super::{STORE, outcome};
use crate::config::Source;
use crate::interpret::Verdict;
use crate::kept::{Told, problem};
use crate::receive::{Incoming, Receiver, Written, holds_same, reports};

/// Replays an open case. A message that is still refused leaves no trace.
pub(super) async fn replay(receiver: &Receiver, source: &Source, case: &Case, author: &str) -> api::Replay {
    let run = Run { receiver, case, author, deadline: Instant::now() + STORE };
    run.outcome(source).await
}

struct Run<'a> {
    receiver: &'a Receiver,
    case: &'a Case,
    author: &'a str,
    deadline: Instant,
}

impl Run<'_> {
    async fn outcome(&self, source: &Source) -> api::Replay {
        let bytes = self.case.message.raw.clone();
        let message = match self.receiver.parse(source, &bytes) {
            Ok(message) => message,
            Err(error) => return self.refused(&[error.ack_error()]),
        };
        let incoming = self.receiver.identify(source, bytes, Some(&message));
        // It came when it came: what can be true of its dates was settled then.
        let incoming = Incoming { received: self.case.received, ..incoming };
        let understood = match self.receiver.interpret(source, &message, &incoming) {
            Verdict::Refuse(refusal) => return self.refused(&refusal.problems),
            Verdict::NotRelevant(_) => return self.not_relevant().await,
            Verdict::Keep(understood) => understood,
            Verdict::KeepIfKnown(understood) => match self.receiver.known(understood, self.deadline).await {
                None => return self.told(Outcome::Unavailable, &[]),
                Some(known) if known.is_empty() => return self.not_relevant().await,
                Some(known) => known,
            },
        };
        let patients: Vec<_> = understood.iter().map(|one| one.patient).collect();
        let (mut transaction, mut subjects) =
            reports(source, &Told::by(&message), &incoming, &understood, false);
        let resolved = subject::resolved(self.case.key);
        let record = self.record(resolved::Result::Stored, &patients);
        transaction.create(resolved.clone(), record, None);
        subjects.push(resolved.clone());
        let states = match self.receiver.write(transaction, subjects, self.deadline).await {
            Written::New => return self.told(Outcome::Stored, &patients),
            Written::Unavailable => return self.told(Outcome::Unavailable, &[]),
            Written::There(states) => states,
        };
        if states.get(&resolved).is_some() {
            return self.told(Outcome::ResolvedBefore, &[]);
        }
        if holds_same(&states, &incoming) || self.is_kept_beside(&incoming, &patients).await {
            return self.resolve(Outcome::Repeated, resolved::Result::Repeated, &patients).await;
        }
        self.told(Outcome::Overtaken, &[])
    }

    /// Whether the same bytes came again under a control id that stood for other content by then.
    async fn is_kept_beside(&self, incoming: &Incoming, patients: &[PatientId]) -> bool {
        let key = self.receiver.second_key(incoming);
        let subjects: Vec<_> = patients.iter().map(|patient| subject::report(*patient, key)).collect();
        let states = self.receiver.shared.stream.last_from_leader(&subjects).await;
        states.is_ok_and(|states| holds_same(&states, incoming))
    }

    async fn not_relevant(&self) -> api::Replay {
        self.resolve(Outcome::NotRelevant, resolved::Result::NotRelevant, &[]).await
    }

    /// Records an outcome that stores nothing else.
    async fn resolve(
        &self,
        outcome: Outcome,
        result: resolved::Result,
        patients: &[PatientId],
    ) -> api::Replay {
        let subject = subject::resolved(self.case.key);
        let mut transaction = Transaction::new();
        transaction.create(subject.clone(), self.record(result, patients), None);
        match self.receiver.write(transaction, vec![subject], self.deadline).await {
            Written::New => self.told(outcome, patients),
            Written::There(_) => self.told(Outcome::ResolvedBefore, &[]),
            Written::Unavailable => self.told(Outcome::Unavailable, &[]),
        }
    }

    fn record(&self, result: resolved::Result, patients: &[PatientId]) -> bytes::Bytes {
        encode(&event::Resolved {
            outcome: resolved::Outcome::Replayed.into(),
            author: self.author.to_owned(),
            reason: String::new(),
            at_s: clock::now().as_second(),
            result: result.into(),
            patients: patients.iter().map(|patient| patient.0.to_vec()).collect(),
        })
    }

    fn told(&self, what: Outcome, patients: &[PatientId]) -> api::Replay {
        let patient_ids = patients.iter().map(ToString::to_string).collect();
        api::Replay { patient_ids, ..outcome(self.case.key.to_string(), what) }
    }

    fn refused(&self, problems: &[lacteal_hl7::AckError]) -> api::Replay {
        let problems = problems.iter().map(problem).collect();
        api::Replay { problems, ..self.told(Outcome::Refused, &[]) }
    }
}
