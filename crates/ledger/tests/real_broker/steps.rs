//! The step under test: each entity keeps the set of its inputs and a history with one line for each, so that
//! loss, repetition and torn writes all show.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use lacteal_ledger::{
    Decision, Delivery, Presence, Rules, States, Step, StepError, Stored, Stream, Transaction, WorkOptions,
    work,
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::world::{World, append, spec, texts};

pub(crate) fn state_of(entity: &str) -> String {
    format!("out.state.{entity}")
}

pub(crate) fn log_of(entity: &str) -> String {
    format!("out.log.{entity}")
}

fn entity(delivery: &Delivery) -> &str {
    delivery.subject.rsplit('.').next().unwrap_or_default()
}

/// How inputs are told from what was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Memory {
    /// As a set: what a step must do.
    Set,
    /// "Skip what is not newer than the newest": what loses inputs.
    Watermark,
}

/// Payloads: a plain id; `fail-…` and `panic-…` never succeed; `both-<entity>-…` is also noted at another entity;
/// `many-<n>-…` writes n lines; `fatal-…` raises a flag; `new-…` is
/// up to date for a sweep.
pub(crate) struct Tally {
    pub(crate) memory: Memory,
    pub(crate) fatal: AtomicBool,
    /// Stands for the rules in force.
    pub(crate) rules: AtomicU8,
}

impl Tally {
    pub(crate) fn new(memory: Memory) -> Arc<Tally> {
        Arc::new(Tally { memory, fatal: AtomicBool::new(false), rules: AtomicU8::new(1) })
    }

    fn note(&self, delivery: &Delivery, id: &str, state: &mut BTreeSet<String>) -> bool {
        match self.memory {
            Memory::Set => state.insert(id.to_owned()),
            Memory::Watermark => {
                let mark =
                    state.iter().find_map(|line| line.strip_prefix("mark ")?.parse().ok()).unwrap_or(0);
                let newer = delivery.sequence > mark;
                if newer {
                    state.remove(&format!("mark {mark}"));
                    state.insert(format!("mark {}", delivery.sequence));
                    state.insert(id.to_owned());
                }
                newer
            }
        }
    }
}

pub(crate) fn lines(states: &States, subject: &str) -> BTreeSet<String> {
    let text = states.get(subject).map(|stored| String::from_utf8_lossy(&stored.payload).into_owned());
    text.unwrap_or_default().lines().map(str::to_owned).collect()
}

fn joined(lines: &BTreeSet<String>) -> String {
    lines.iter().cloned().collect::<Vec<_>>().join("\n")
}

impl Step for Tally {
    fn key(&self, delivery: &Delivery) -> String {
        entity(delivery).to_owned()
    }

    fn reads(&self, deliveries: &[Delivery]) -> Vec<String> {
        deliveries.first().map(|delivery| state_of(entity(delivery))).into_iter().collect()
    }

    fn decide(&self, deliveries: &[Delivery], states: &States) -> Result<Decision, StepError> {
        let mut changed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut transaction = Transaction::new();
        for (index, delivery) in deliveries.iter().enumerate() {
            let id = String::from_utf8_lossy(&delivery.payload).into_owned();
            let failed = |error: &str| Err(StepError { delivery: index, error: error.to_owned() });
            let mut parts = id.split('-');
            let (kind, argument) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            assert!(kind != "panic", "a step that panics");
            if kind == "fail" {
                return failed("cannot be read");
            }
            if kind == "fatal" {
                self.fatal.store(true, Ordering::SeqCst);
            }
            let mut subjects = vec![state_of(entity(delivery))];
            if kind == "both" {
                subjects.push(state_of(argument));
            }
            if subjects.iter().any(|subject| !states.contains(subject)) {
                return Ok(Decision::Read(subjects));
            }
            let mut fresh = false;
            for subject in subjects {
                let state = changed.entry(subject.clone()).or_insert_with(|| lines(states, &subject));
                fresh |= self.note(delivery, &id, state);
            }
            let count = if kind == "many" { argument.parse().unwrap_or(1) } else { 1 };
            if fresh {
                (0..count).for_each(|_| transaction.append(log_of(entity(delivery)), id.clone()));
            }
        }
        for (subject, state) in changed {
            transaction.put(subject.clone(), states.revision(&subject), joined(&state));
        }
        Ok(Decision::Commit(transaction))
    }

    fn set_aside(&self, delivery: &Delivery, _error: &str, states: &States) -> Result<Decision, StepError> {
        if delivery.payload.ends_with(b"hopeless") {
            return Err(StepError { delivery: 0, error: "cannot even be given up".to_owned() });
        }
        let subject = state_of(entity(delivery));
        let mut state = lines(states, &subject);
        state.insert("needs review".to_owned());
        let mut transaction = Transaction::new();
        transaction.put(subject.clone(), states.revision(&subject), joined(&state));
        Ok(Decision::Commit(transaction))
    }
}

impl Rules for Tally {
    const SWEPT: &str = "out.swept";

    fn digest(&self) -> [u8; 16] {
        [self.rules.load(Ordering::SeqCst); 16]
    }

    fn is_outdated(&self, kept: &Stored) -> bool {
        !kept.payload.starts_with(b"new-")
    }

    fn made_of(&self, kept: &Stored) -> Option<String> {
        Some(kept.subject.clone())
    }
}

/// Two streams and workers between them.
pub(crate) struct Works {
    pub(crate) source: Stream,
    pub(crate) sink: Stream,
    pub(crate) step: Arc<Tally>,
    pub(crate) tasks: JoinSet<()>,
    pub(crate) stop: CancellationToken,
}

impl Works {
    pub(crate) async fn new(world: &World) -> Works {
        let source = world.stream("IN", &["in.>"]).await;
        let sink = world.ledger.stream(&spec("OUT", &["out.>"]), Presence::Create).await.expect("made");
        Works {
            source,
            sink,
            step: Tally::new(Memory::Set),
            tasks: JoinSet::new(),
            stop: CancellationToken::new(),
        }
    }

    pub(crate) fn start(&mut self, options: WorkOptions) {
        let (source, sink) = (self.source.clone(), self.sink.clone());
        let (step, stop) = (Arc::clone(&self.step), self.stop.clone());
        self.tasks.spawn(async move {
            work(&source, &sink, options, step, stop).await.expect("worked to the end");
        });
    }

    pub(crate) async fn stop(&mut self) {
        self.stop.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            ended.expect("ended in order");
        }
        self.stop = CancellationToken::new();
    }

    pub(crate) async fn give(&self, entity: &str, payload: &str) {
        self.source.commit(append(&format!("in.{entity}"), payload)).await.expect("given");
    }

    pub(crate) async fn give_all(&self, inputs: &[(String, String)]) {
        for part in inputs.chunks(500) {
            let mut transaction = Transaction::new();
            for (entity, payload) in part {
                transaction.append(format!("in.{entity}"), payload.clone());
            }
            self.source.commit(transaction).await.expect("given");
        }
    }

    pub(crate) async fn state(&self, entity: &str) -> BTreeSet<String> {
        let subject = state_of(entity);
        let states = self.sink.last(std::slice::from_ref(&subject)).await.expect("read");
        lines(&states, &subject)
    }

    pub(crate) async fn log(&self, entity: &str) -> Vec<String> {
        let mut log = texts(&self.sink, &log_of(entity)).await;
        log.sort();
        log
    }
}

pub(crate) fn work_options() -> WorkOptions {
    WorkOptions {
        durable: "tally".to_owned(),
        filters: vec!["in.>".to_owned()],
        ack_wait_ms: 2_000,
        retry_delay_ms: 20,
        retry_delay_max_ms: 100,
        aside_subject_prefix: "out.aside".to_owned(),
        ..WorkOptions::default()
    }
}
