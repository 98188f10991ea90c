//! Interprets one quarantined message again, with the settings of its source, and stores what comes of it together
//! with the record that it is resolved.

use lacteal_clinical::{Fact, PatientId};
use lacteal_fhir::{BundleType, Issue};
use lacteal_ledger::{States, Stored, Transaction};
use lacteal_service::clock;
use lacteal_wire::api::{self, replay::Outcome};
use lacteal_wire::event::{self, resolved};
use lacteal_wire::{decode, encode, subject};
use tokio::time::Instant;

use super::case::Case;
use super::{STORE, outcome};
use crate::config::Source;
use crate::difference::difference;
use crate::fhir::again::Bodies;
use crate::fhir::clients::Client;
use crate::fhir::judge;
use crate::interpret::{Understood, Verdict};
use crate::kept::{self, Told, problem, reading_after};
use crate::receive::{Body, Incoming, Kept, Receiver, Written, body_problem, holds_same, reports, tie};
use crate::senders::Sender;

/// Replays an open case. A message that is still refused leaves no trace.
pub(super) async fn replay(
    receiver: &Receiver,
    sender: Sender<'_>,
    case: &Case,
    author: &str,
) -> api::Replay {
    let run = Run { receiver, case, author, deadline: Instant::now() + STORE };
    match sender {
        Sender::Message(source) => run.message(source).await,
        Sender::Body(bodies, client) => run.body(bodies, client).await,
    }
}

struct Run<'a> {
    receiver: &'a Receiver,
    case: &'a Case,
    author: &'a str,
    deadline: Instant,
}

impl Run<'_> {
    async fn message(&self, source: &Source) -> api::Replay {
        let bytes = self.case.message.raw.clone();
        let message = match self.receiver.parse(source, &bytes) {
            Ok(message) => message,
            Err(error) => return self.refused(&[error.ack_error()]),
        };
        let incoming = self.receiver.identify(source, bytes, Some(&message));
        // It came when it came: what can be true of its dates was settled then.
        let incoming = Incoming { received: self.case.received, ..incoming };
        let verdict = self.receiver.interpret(source, &message, &incoming);
        self.settle(source, &Told::by(&message), &incoming, verdict, false).await
    }

    /// A body, by what it is: where it was sent to is not known any more. A batch counts as understood when all of its
    /// entries are.
    async fn body(&self, bodies: &Bodies, client: &Client) -> api::Replay {
        let bytes = self.case.message.raw.clone();
        let refused = |issues: &[Issue]| {
            let errors = issues.iter().filter(|it| it.is_error());
            self.refused(&errors.map(body_problem).collect::<Vec<_>>())
        };
        let input = match bodies.read(&bytes) {
            Ok(input) => input,
            Err(issues) => return refused(&issues),
        };
        let (name, kind) = (judge::name(&input), judge::kind(&input));
        let body = Body { bytes, name: &name, kind: &kind, client: &client.name };
        let incoming = self.receiver.body_incoming(&client.source, &body);
        let incoming = Incoming { received: self.case.received, ..incoming };
        let key = (incoming.key, tie(&incoming));
        let context = bodies.context(client, self.receiver, &key, self.case.received);
        match judge::read_again(&input, &context) {
            Err(issues) => refused(&issues),
            Ok(read) if !read.refused.is_empty() => refused(&read.refused),
            Ok(read) => {
                let is_batch = input.bundle.as_ref().is_some_and(|it| it.kind == BundleType::Batch);
                self.settle(&client.source, &body.told(), &incoming, read.verdict, is_batch).await
            }
        }
    }

    /// Stores what was understood. `in_parts`: some of it may be stored already.
    async fn settle(
        &self,
        source: &Source,
        told: &Told,
        incoming: &Incoming,
        verdict: Verdict,
        in_parts: bool,
    ) -> api::Replay {
        let understood = match self.receiver.kept_of(verdict, self.deadline).await {
            Kept::These(understood) => understood,
            Kept::Early(_) | Kept::Nothing(_) => return self.not_relevant().await,
            Kept::Refused(refusal) => return self.refused(&refusal.problems),
            Kept::Unavailable => return self.told(Outcome::Unavailable, &[]),
        };
        let patients: Vec<_> = understood.iter().map(|one| one.patient).collect();
        let (mut transaction, mut subjects) = reports(source, told, incoming, &understood, false);
        let resolved = subject::resolved(self.case.key);
        let record = self.record(resolved::Result::Stored, &patients);
        transaction.create(resolved.clone(), record, None);
        subjects.push(resolved.clone());
        let states = match self.receiver.write(transaction, subjects, self.deadline).await {
            Written::New => {
                self.receiver.shared.waiting.are_known(&patients);
                return self.told(Outcome::Stored, &patients);
            }
            Written::Unavailable => return self.told(Outcome::Unavailable, &[]),
            Written::There(states) => states,
        };
        if states.get(&resolved).is_some() {
            return self.told(Outcome::ResolvedBefore, &[]);
        }
        if in_parts && holds_same(&states, incoming) {
            return self.complete((source, told, incoming), &understood, &states).await;
        }
        if holds_same(&states, incoming) || self.is_kept_beside(incoming, &patients).await {
            return self.resolve(Outcome::Repeated, resolved::Result::Repeated, &patients).await;
        }
        self.told(Outcome::Overtaken, &[])
    }

    /// Adds what a batch says beyond what was stored of it when it came, as another reading.
    async fn complete(
        &self,
        (source, told, incoming): (&Source, &Told, &Incoming),
        understood: &[Understood],
        states: &States,
    ) -> api::Replay {
        let patients: Vec<_> = understood.iter().map(|one| one.patient).collect();
        let mut holder = None;
        for stored in states.iter() {
            let Ok(report) = decode::<event::Report>(&stored.payload, "report") else { continue };
            let named = if report.raw.is_empty() { &report.raw_in } else { &report.patient };
            holder = holder.or_else(|| lacteal_wire::patient(named, "report.patient").ok());
        }
        let mut transaction = Transaction::new();
        for one in understood {
            let subject = subject::report(one.patient, incoming.key);
            let Some(stored) = states.get(&subject) else {
                let report = kept::report(source, told, incoming, one, holder, false);
                transaction.create(subject, encode(&report), None);
                continue;
            };
            match reading_again(stored, &one.facts) {
                Err(_) => return self.told(Outcome::Unavailable, &[]),
                Ok(None) => {}
                Ok(Some(report)) => {
                    transaction.revise(&subject, stored.revision, encode(&report));
                }
            }
        }
        if transaction.is_empty() {
            return self.resolve(Outcome::Repeated, resolved::Result::Repeated, &patients).await;
        }
        let subject = subject::resolved(self.case.key);
        transaction.create(subject.clone(), self.record(resolved::Result::Stored, &patients), None);
        match self.receiver.write(transaction, vec![subject], self.deadline).await {
            Written::New => self.told(Outcome::Stored, &patients),
            Written::There(_) => self.told(Outcome::ResolvedBefore, &[]),
            Written::Unavailable => self.told(Outcome::Unavailable, &[]),
        }
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

/// The report with these facts in place of its own; none when they are equal.
fn reading_again(stored: &Stored, facts: &[Fact]) -> Result<Option<event::Report>, lacteal_wire::Error> {
    let report: event::Report = decode(&stored.payload, "report")?;
    let old = report.facts.iter().map(lacteal_wire::read_fact).collect::<Result<Vec<_>, _>>()?;
    if difference(&old, facts).is_empty() {
        return Ok(None);
    }
    let interpretation_version = reading_after(report.interpretation_version);
    let facts = facts.iter().map(lacteal_wire::fact).collect();
    Ok(Some(event::Report { interpretation_version, facts, ..report }))
}
