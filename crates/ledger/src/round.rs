//! From units and states to transactions, without IO: units are decided one after the other against states
//! that already carry what earlier units of the batch would write; what depends on each other is then written in
//! one transaction, what does not may be split.

use std::collections::{HashSet, VecDeque};

use bytes::Bytes;

use crate::parts::{Accepted, components};
use crate::step::AsideRecord;
use crate::transaction::{Kind, MESSAGES_MAX};
use crate::unit::{Frame, READS_MAX, Unit, guarded};
use crate::{Decision, Delivery, States, Step, Stored, Transaction};

/// Payload bytes of one transaction made of several units.
const PART_BYTES_MAX: usize = 8 << 20;

/// Units whose writes are stored together.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) units: Vec<Unit>,
    pub(crate) transaction: Transaction,
}

/// What became of a set of units.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// To be stored.
    pub(crate) parts: Vec<Part>,
    /// Items that change nothing.
    pub(crate) unchanged: Vec<usize>,
    /// Items to be tried again later, and why.
    pub(crate) retry: Vec<(usize, String)>,
    /// Units that must be carried out one at a time, after the others.
    pub(crate) alone: Vec<Unit>,
}

/// One pass over a set of units with freshly read states.
pub(crate) struct Round<'a, S> {
    frame: &'a Frame<'a, S>,
    pub(crate) states: States,
    accepted: Vec<Accepted>,
    outcome: Outcome,
}

impl<'a, S: Step> Round<'a, S> {
    pub(crate) fn new(frame: &'a Frame<'a, S>, states: States) -> Round<'a, S> {
        Round { frame, states, accepted: Vec::new(), outcome: Outcome::default() }
    }

    /// Decides the units in order; returns those that need more states than were read.
    pub(crate) fn decide(&mut self, units: Vec<Unit>) -> Vec<Unit> {
        let mut queue = VecDeque::from(units);
        let mut more = Vec::new();
        while let Some(mut unit) = queue.pop_front() {
            match self.ask(&unit) {
                Ok(Decision::Commit(transaction)) => match self.admit(&unit, transaction) {
                    Ok(transaction) => self.accepted.push(Accepted { unit, transaction }),
                    Err(text) => self.fault(unit, None, text, &mut queue, &mut more),
                },
                Ok(Decision::Read(subjects)) => {
                    let unread: Vec<String> =
                        subjects.into_iter().filter(|subject| !self.states.contains(subject)).collect();
                    if unread.is_empty() || unit.rounds >= READS_MAX {
                        let text = "it keeps asking for states".to_owned();
                        self.fault(unit, None, text, &mut queue, &mut more);
                    } else {
                        unit.rounds += 1;
                        unit.reads.extend(unread);
                        more.push(unit);
                    }
                }
                Err((index, text)) => self.fault(unit, index, text, &mut queue, &mut more),
            }
        }
        more
    }

    fn ask(&self, unit: &Unit) -> Result<Decision, (Option<usize>, String)> {
        let deliveries = self.frame.pick(&unit.items);
        let step = self.frame.step;
        let Some(error) = &unit.aside else {
            return match guarded(|| step.decide(&deliveries, &self.states)) {
                Ok(Ok(decision)) => Ok(decision),
                Ok(Err(failed)) => Err((Some(failed.delivery), failed.error)),
                Err(panicked) => Err((None, panicked)),
            };
        };
        let Some(delivery) = deliveries.first() else { return Ok(Decision::Commit(Transaction::new())) };
        let decision = match unit.bare {
            true => Decision::Commit(Transaction::new()),
            false => match guarded(|| step.set_aside(delivery, error, &self.states)) {
                Ok(Ok(decision)) => decision,
                Ok(Err(failed)) => return Err((None, failed.error)),
                Err(panicked) => return Err((None, panicked)),
            },
        };
        match decision {
            Decision::Read(subjects) => Ok(Decision::Read(subjects)),
            Decision::Commit(transaction) => {
                Ok(Decision::Commit(self.with_record(unit, delivery, error, transaction)))
            }
        }
    }

    /// Adds the record of a delivery that is given up, unless an earlier try left it already.
    fn with_record(
        &self,
        unit: &Unit,
        delivery: &Delivery,
        error: &str,
        mut transaction: Transaction,
    ) -> Transaction {
        let subject = unit.items.first().map(|&item| self.frame.record_subject(item)).unwrap_or_default();
        if self.states.get(&subject).is_none() {
            let record = AsideRecord {
                stream: self.frame.source.to_owned(),
                sequence: delivery.sequence,
                subject: delivery.subject.clone(),
                attempts: delivery.attempt,
                error: error.to_owned(),
            };
            // Strings and numbers always become JSON.
            let body = serde_json::to_vec(&record).unwrap_or_default();
            transaction.create(subject, body, None);
        }
        transaction
    }

    /// Checks a decision against what was read, drops what changes nothing, and shows the rest to later units.
    fn admit(&mut self, unit: &Unit, transaction: Transaction) -> Result<Transaction, String> {
        transaction.check().map_err(|error| error.to_string())?;
        for write in transaction.writes() {
            let stale = match write.kind {
                Kind::Put { expected } | Kind::Revise { expected } => {
                    !self.states.contains(&write.subject) || self.states.revision(&write.subject) != expected
                }
                Kind::Create { .. } => {
                    !self.states.contains(&write.subject) || self.states.get(&write.subject).is_some()
                }
                _ => false,
            };
            if stale {
                return Err("it writes a state that it has not read".to_owned());
            }
        }
        let kept = without_unchanged(transaction, &self.states);
        let last = unit.items.last().and_then(|&item| self.frame.deliveries.get(item));
        let time = last.map_or(jiff::Timestamp::UNIX_EPOCH, |delivery| delivery.time);
        for write in kept.writes() {
            if matches!(write.kind, Kind::Put { .. } | Kind::Revise { .. } | Kind::Create { .. }) {
                let revision = self.states.revision(&write.subject);
                let (subject, payload) = (write.subject.clone(), write.payload.clone());
                let stored = Stored { subject, revision, time, payload };
                if let Some(place) = self.states.get_mut(&write.subject) {
                    *place = Some(stored);
                }
            }
        }
        Ok(kept)
    }

    /// Takes the failing delivery out of its unit and puts the rest back.
    fn fault(
        &mut self,
        mut unit: Unit,
        index: Option<usize>,
        text: String,
        queue: &mut VecDeque<Unit>,
        more: &mut Vec<Unit>,
    ) {
        if unit.aside.is_some() {
            if unit.bare {
                self.outcome.retry.extend(unit.items.into_iter().map(|item| (item, text.clone())));
            } else {
                tracing::error!(error = %text, "setting a delivery aside failed; only its record is kept");
                queue.push_front(self.frame.bare(unit));
            }
            return;
        }
        let index = index.filter(|index| *index < unit.items.len());
        let single = unit.items.len() == 1;
        match index.or_else(|| single.then_some(0)) {
            Some(index) => {
                let item = unit.items.remove(index);
                more.extend(self.frame.failed(item, text, &mut self.outcome.retry));
                if !unit.items.is_empty() {
                    queue.push_front(unit);
                }
            }
            // Nobody knows which one it was: each by itself.
            None => {
                for item in unit.items.into_iter().rev() {
                    let reads = unit.reads.clone();
                    queue.push_front(Unit { items: vec![item], reads, ..Unit::default() });
                }
            }
        }
    }

    /// Puts together what belongs together.
    pub(crate) fn finish(mut self) -> Outcome {
        let mut part = Part { units: Vec::new(), transaction: Transaction::new() };
        for component in components(std::mem::take(&mut self.accepted)) {
            let mut merged = Transaction::new();
            component.iter().for_each(|accepted| merged.absorb(accepted.transaction.clone()));
            let units: Vec<Unit> = component.into_iter().map(|accepted| accepted.unit).collect();
            if merged.is_empty() {
                self.outcome.unchanged.extend(units.into_iter().flat_map(|unit| unit.items));
                continue;
            }
            if merged.len() > MESSAGES_MAX {
                self.outgrown(units);
                continue;
            }
            let bytes = part.transaction.payload_bytes() + merged.payload_bytes();
            let full = part.transaction.len() + merged.len() > MESSAGES_MAX || bytes > PART_BYTES_MAX;
            if full && !part.units.is_empty() {
                let next = Part { units: Vec::new(), transaction: Transaction::new() };
                self.outcome.parts.push(std::mem::replace(&mut part, next));
            }
            part.transaction.absorb(merged);
            part.units.extend(units);
        }
        if !part.units.is_empty() {
            self.outcome.parts.push(part);
        }
        self.outcome
    }

    /// More messages than a transaction holds: the units one at a time, then their deliveries one at a time.
    fn outgrown(&mut self, units: Vec<Unit>) {
        let text = || format!("one delivery makes more than {MESSAGES_MAX} messages");
        if units.len() > 1 {
            self.outcome.alone.extend(units);
            return;
        }
        for unit in units {
            if unit.aside.is_some() && !unit.bare {
                self.outcome.alone.push(self.frame.bare(unit));
                continue;
            }
            let single = unit.items.len() == 1;
            for item in unit.items {
                let alone = match single {
                    true => self.frame.failed(item, text(), &mut self.outcome.retry),
                    false => Some(Unit { items: vec![item], reads: unit.reads.clone(), ..Unit::default() }),
                };
                self.outcome.alone.extend(alone);
            }
        }
    }
}

/// A put of what is there already is dropped, unless it is all that guards the other messages.
pub(crate) fn without_unchanged(transaction: Transaction, states: &States) -> Transaction {
    let unchanged =
        |subject: &str, payload: &Bytes| states.get(subject).is_some_and(|stored| stored.payload == *payload);
    let idle: HashSet<String> = transaction
        .writes()
        .iter()
        .filter(|write| matches!(write.kind, Kind::Put { .. }) && unchanged(&write.subject, &write.payload))
        .map(|write| write.subject.clone())
        .collect();
    let guards = transaction.expectations().count();
    let only_guards = transaction.len() == guards;
    if idle.is_empty() || (guards == idle.len() && !only_guards) {
        return transaction;
    }
    let mut kept = Transaction::new();
    for write in transaction.writes() {
        if !(matches!(write.kind, Kind::Put { .. }) && idle.contains(&write.subject)) {
            kept.push(write.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Revision, StepError, WorkOptions};

    /// Decides whatever it was made with.
    struct Fixed(Transaction);

    impl Step for Fixed {
        fn key(&self, delivery: &Delivery) -> String {
            delivery.subject.clone()
        }
        fn reads(&self, _deliveries: &[Delivery]) -> Vec<String> {
            vec!["s".to_owned()]
        }
        fn decide(&self, _deliveries: &[Delivery], _states: &States) -> Result<Decision, StepError> {
            Ok(Decision::Commit(self.0.clone()))
        }
        fn set_aside(&self, _: &Delivery, _: &str, _: &States) -> Result<Decision, StepError> {
            Ok(Decision::Commit(Transaction::new()))
        }
    }

    fn outcome(transaction: Transaction, attempt: u64) -> Outcome {
        let time = jiff::Timestamp::UNIX_EPOCH;
        let delivery = Delivery { subject: "in.a".into(), sequence: 1, time, payload: Bytes::new(), attempt };
        let options = WorkOptions { aside_subject_prefix: "aside".into(), ..WorkOptions::default() };
        let step = Fixed(transaction);
        let frame = Frame { step: &step, options: &options, source: "IN", deliveries: &[delivery] };
        let mut states = States::new();
        let payload = Bytes::from("same");
        let stored = Stored { subject: "s".into(), revision: Revision::new(7), time, payload };
        states.insert("s", Some(stored));
        let mut retry = Vec::new();
        let units = frame.group(&[0], &mut retry);
        let mut round = Round::new(&frame, states);
        let mut more = round.decide(units);
        while !more.is_empty() {
            more.iter().flat_map(|unit| &unit.reads).for_each(|subject| {
                if !round.states.contains(subject) {
                    round.states.insert(subject.clone(), None);
                }
            });
            more = round.decide(more);
        }
        round.finish()
    }

    fn put(payload: &str, expected: u64) -> Transaction {
        let mut transaction = Transaction::new();
        transaction.put("s", Revision::new(expected), payload.to_owned());
        transaction
    }

    #[test]
    fn a_put_of_what_is_there_writes_nothing() {
        let outcome = outcome(put("same", 7), 1);
        assert!(outcome.parts.is_empty());
        assert_eq!(outcome.unchanged, [0]);
    }

    #[test]
    fn an_unchanged_put_stays_where_nothing_else_guards_the_appended() {
        let mut transaction = put("same", 7);
        transaction.append("log", "x");
        assert_eq!(outcome(transaction, 1).parts[0].transaction.len(), 2);
    }

    #[test]
    fn a_write_on_a_revision_that_was_not_read_is_the_steps_fault() {
        let outcome = outcome(put("other", 6), 1);
        assert!(outcome.parts.is_empty());
        assert_eq!(outcome.retry.len(), 1);
    }

    #[test]
    fn the_last_attempt_is_set_aside_with_a_record() {
        let outcome = outcome(put("other", 6), 5);
        let writes = outcome.parts[0].transaction.writes();
        assert_eq!((writes.len(), writes[0].subject.as_str()), (1, "aside.IN.1"));
    }
}
