//! What a service puts into the work loop: a pure step from deliveries and states to a transaction.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{Error, States, Transaction};

/// One message of the source stream, as handed to a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Full subject.
    pub subject: String,
    /// Sequence in the source stream.
    pub sequence: u64,
    /// The broker's timestamp: the step's *now*.
    pub time: jiff::Timestamp,
    /// The bytes, also when they travelled as a claim; empty in [`Step::set_aside`] when they cannot be had.
    pub payload: Bytes,
    /// 1 at the first delivery.
    pub attempt: u64,
}

/// What a step wants.
#[derive(Debug, Clone)]
pub enum Decision {
    /// It needs these states, too, and will be asked again with them; a few rounds at most.
    Read(Vec<String>),
    /// To be stored; empty when nothing changes.
    Commit(Transaction),
}

/// One delivery cannot be taken. The text is kept and shown: it must name no patient and quote no data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct StepError {
    /// Index into the deliveries that were decided on.
    pub delivery: usize,
    /// Why, without data.
    pub error: String,
}

/// The deciding half of a worker. Everything here must be pure: the same arguments give the same result, in any
/// process at any time, and a delivery that is already part of the states changes nothing (deliveries come more
/// than once and in any order).
///
/// Every `put` and `create` of a decision must be on a subject that was read, with the revision that was read:
/// this guard is what makes appended messages and timers of the same decision come exactly once. A decision that
/// only appends is written again when its delivery comes again.
pub trait Step: Send + Sync + 'static {
    /// What groups deliveries of one unit, such as the last token of the subject.
    fn key(&self, delivery: &Delivery) -> String;

    /// Subjects of the sink stream whose states are needed first.
    fn reads(&self, deliveries: &[Delivery]) -> Vec<String>;

    /// Decides on the deliveries of one unit, in stream order.
    ///
    /// # Errors
    /// About one delivery; the others of the unit are then decided on without it.
    fn decide(&self, deliveries: &[Delivery], states: &States) -> Result<Decision, StepError>;

    /// What to write when a delivery is given up, so that its unit shows it. The states are those of
    /// [`Step::reads`] for this one delivery.
    ///
    /// # Errors
    /// Then only the record of the failure is written.
    fn set_aside(&self, delivery: &Delivery, error: &str, states: &States) -> Result<Decision, StepError>;
}

/// How a work loop takes deliveries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkOptions {
    /// Name of the durable consumer that all workers of a service share. No dots.
    pub durable: String,
    /// Subjects of the source stream; must not overlap.
    pub filters: Vec<String>,
    /// Most deliveries of one transaction.
    pub batch_max: usize,
    /// After this long without an acknowledgement a delivery goes to another worker.
    pub ack_wait_ms: u64,
    /// Most deliveries out at once, over all workers.
    pub max_ack_pending: usize,
    /// A delivery that failed this often is set aside; at least 3.
    pub attempts_max: u64,
    /// Pause before the second attempt; doubles with each further one.
    pub retry_delay_ms: u64,
    /// Longest pause between two attempts.
    pub retry_delay_max_ms: u64,
    /// Records of what was set aside are written under `<prefix>.<source stream>.<sequence>` of the sink stream.
    pub aside_subject_prefix: String,
}

impl Default for WorkOptions {
    fn default() -> WorkOptions {
        WorkOptions {
            durable: String::new(),
            filters: Vec::new(),
            batch_max: 250,
            ack_wait_ms: 30_000,
            max_ack_pending: 1_000,
            attempts_max: 5,
            retry_delay_ms: 500,
            retry_delay_max_ms: 60_000,
            aside_subject_prefix: String::new(),
        }
    }
}

impl WorkOptions {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let fault = |reason: &str| {
            Err(Error::Spec { name: format!("consumer {}", self.durable), reason: reason.to_owned() })
        };
        let named = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if self.durable.is_empty() || !self.durable.bytes().all(named) {
            return fault("a name is made of letters, digits, - and _");
        }
        if self.filters.is_empty() {
            return fault("no filters");
        }
        if self.batch_max == 0 || self.batch_max > self.max_ack_pending {
            return fault("batch_max is at least 1 and at most max_ack_pending");
        }
        if self.attempts_max < 3 {
            return fault("attempts_max is at least 3: innocent neighbours of a poison need two of them");
        }
        if self.ack_wait_ms < 500 {
            return fault("ack_wait_ms is at least 500");
        }
        if self.aside_subject_prefix.is_empty() {
            return fault("aside_subject_prefix is empty");
        }
        Ok(())
    }
}

/// What is kept of a delivery that was given up. JSON, under the aside subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsideRecord {
    /// Source stream.
    pub stream: String,
    /// Sequence in the source stream, where the message itself stays.
    pub sequence: u64,
    /// Subject of the message.
    pub subject: String,
    /// How often it was delivered.
    pub attempts: u64,
    /// Why it was given up; names no patient.
    pub error: String,
}
