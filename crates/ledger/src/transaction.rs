//! What is to be written to one stream, whole or not at all. Pure: nothing here talks to a broker.

use std::collections::HashMap;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::header;
use bytes::Bytes;

use crate::{CommitError, Revision};

/// Most messages of one transaction: the broker's limit for an atomic batch.
pub const MESSAGES_MAX: usize = 1_000;

/// How a message is written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Replaces the subject's messages, if its last one is the expected one.
    Put {
        /// Revision the new state was decided from.
        expected: Revision,
    },
    /// First message of a subject; vanishes after the time to live.
    Create {
        /// Whole seconds, rounded up; `None` for ever.
        ttl: Option<Duration>,
    },
    /// One more message of a subject.
    Append,
    /// One more message of a subject, if its last one is the expected one. The earlier ones stay.
    Revise {
        /// Revision the new message was decided from; not [`Revision::NONE`], which is [`Kind::Create`].
        expected: Revision,
    },
    /// A message that the broker delivers to `target` at a time; replaces the subject's earlier timer.
    Timer {
        /// When; in the past means at once.
        at: jiff::Timestamp,
        /// Where to; another subject of the same stream.
        target: String,
    },
    /// Ends the subject's timer.
    CancelTimer,
}

/// One message of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Full subject.
    pub subject: String,
    /// The bytes.
    pub payload: Bytes,
    /// How.
    pub kind: Kind,
}

/// Messages for one stream that are stored together or not at all, at most [`MESSAGES_MAX`].
///
/// A subject is written in one way only: a second `put`, `revise` or `timer` on a subject replaces what the first
/// would have written and keeps the revision it expected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transaction {
    writes: Vec<Write>,
    places: HashMap<String, usize>,
}

impl Transaction {
    /// Nothing to write.
    pub fn new() -> Transaction {
        Transaction::default()
    }

    /// Replaces the state of a subject, if its revision is still `expected`. Needs a stream with `rollup`.
    pub fn put(&mut self, subject: impl Into<String>, expected: Revision, payload: impl Into<Bytes>) {
        self.set(subject.into(), payload.into(), Kind::Put { expected });
    }

    /// Writes the first message of a subject; a conflict when it has one. A `ttl` needs a stream with `ttl`.
    pub fn create(&mut self, subject: impl Into<String>, payload: impl Into<Bytes>, ttl: Option<Duration>) {
        self.set(subject.into(), payload.into(), Kind::Create { ttl });
    }

    /// Adds to the history of a subject.
    pub fn append(&mut self, subject: impl Into<String>, payload: impl Into<Bytes>) {
        self.writes.push(Write { subject: subject.into(), payload: payload.into(), kind: Kind::Append });
    }

    /// Adds to the history of a subject, if its revision is still `expected`. Any stream takes it: nothing is
    /// replaced.
    pub fn revise(&mut self, subject: impl Into<String>, expected: Revision, payload: impl Into<Bytes>) {
        self.set(subject.into(), payload.into(), Kind::Revise { expected });
    }

    /// Has the broker deliver `payload` on `target` at a time. Needs a stream with `schedules`.
    pub fn timer(
        &mut self,
        subject: impl Into<String>,
        at: jiff::Timestamp,
        target: impl Into<String>,
        payload: impl Into<Bytes>,
    ) {
        self.set(subject.into(), payload.into(), Kind::Timer { at, target: target.into() });
    }

    /// Ends the timer of a subject, if it has one that has not fired.
    pub fn cancel_timer(&mut self, subject: impl Into<String>) {
        self.set(subject.into(), Bytes::new(), Kind::CancelTimer);
    }

    /// The messages in the order of writing.
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }

    /// Number of messages.
    pub fn len(&self) -> usize {
        self.writes.len()
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// Sum of the payloads.
    pub fn payload_bytes(&self) -> usize {
        self.writes.iter().map(|write| write.payload.len()).sum()
    }

    pub(crate) fn into_writes(self) -> Vec<Write> {
        self.writes
    }

    pub(crate) fn push(&mut self, write: Write) {
        match write.kind {
            Kind::Append => self.writes.push(write),
            kind => self.set(write.subject, write.payload, kind),
        }
    }

    /// Appends another transaction, which shares no subject with this one except appended ones.
    pub(crate) fn absorb(&mut self, other: Transaction) {
        for write in other.writes {
            self.push(write);
        }
    }

    /// Subjects with the revision that they must have, and that a failed check is about.
    pub(crate) fn expectations(&self) -> impl Iterator<Item = (&str, Revision)> {
        self.writes.iter().filter_map(|write| match write.kind {
            Kind::Put { expected } | Kind::Revise { expected } => Some((write.subject.as_str(), expected)),
            Kind::Create { .. } => Some((write.subject.as_str(), Revision::NONE)),
            _ => None,
        })
    }

    /// Subjects that may be written once only in a batch.
    pub(crate) fn exclusive_subjects(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    /// Refuses on this side what the broker would refuse, or misunderstand.
    pub(crate) fn check(&self) -> Result<(), CommitError> {
        if self.writes.len() > MESSAGES_MAX {
            let text = format!("{} messages, at most {MESSAGES_MAX} fit", self.writes.len());
            return Err(CommitError::TooLarge(text));
        }
        for write in &self.writes {
            check_subject(&write.subject)?;
            match &write.kind {
                Kind::Timer { target, .. } if *target == write.subject => {
                    return Err(CommitError::refused("a timer must have another subject than its target"));
                }
                Kind::Timer { target, .. } => check_subject(target)?,
                Kind::Revise { expected } if expected.is_none() => {
                    return Err(CommitError::refused("a revision of a subject that has no message"));
                }
                Kind::Append if self.places.contains_key(&write.subject) => {
                    return Err(CommitError::refused("a subject is both appended to and replaced"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn set(&mut self, subject: String, payload: Bytes, kind: Kind) {
        let earlier = self.places.get(&subject).and_then(|place| self.writes.get_mut(*place));
        match earlier {
            None => {
                self.places.insert(subject.clone(), self.writes.len());
                self.writes.push(Write { subject, payload, kind });
            }
            Some(earlier) => {
                earlier.payload = payload;
                let guards = |kind: &Kind| matches!(kind, Kind::Put { .. } | Kind::Revise { .. });
                let guarded = guards(&earlier.kind) || matches!(earlier.kind, Kind::Create { .. });
                if !(guarded && guards(&kind)) {
                    earlier.kind = kind;
                }
            }
        }
    }
}

impl Write {
    /// The headers that tell the broker how to store the message. `ttl`: whether the stream takes one.
    pub(crate) fn headers(&self, ttl: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        match &self.kind {
            Kind::Put { expected } => {
                // The first message of a subject has nothing to roll up, which the broker would look for.
                if !expected.is_none() {
                    headers.insert(header::NATS_ROLLUP, "sub");
                }
                headers.insert(header::NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, expected.sequence().to_string());
            }
            Kind::Create { ttl } => {
                headers.insert(header::NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, "0");
                if let Some(ttl) = ttl {
                    headers.insert(header::NATS_MESSAGE_TTL, whole_seconds(*ttl).to_string());
                }
            }
            Kind::Append => {}
            Kind::Revise { expected } => {
                headers.insert(header::NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, expected.sequence().to_string());
            }
            Kind::Timer { at, target } => {
                headers.insert(header::NATS_SCHEDULE, format!("@at {at}"));
                headers.insert(header::NATS_SCHEDULE_TARGET, target.as_str());
            }
            Kind::CancelTimer => {
                // The timer's message is rolled away by an empty one, which goes by itself where it can.
                headers.insert(header::NATS_ROLLUP, "sub");
                if ttl {
                    headers.insert(header::NATS_MESSAGE_TTL, "1");
                }
            }
        }
        headers
    }
}

fn whole_seconds(ttl: Duration) -> u64 {
    let up = u64::from(ttl.subsec_nanos() > 0);
    (ttl.as_secs() + up).max(1)
}

fn check_subject(subject: &str) -> Result<(), CommitError> {
    let bad = |token: &str| {
        token.is_empty()
            || token == "*"
            || token == ">"
            || token.bytes().any(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control())
    };
    if subject.split('.').any(bad) {
        return Err(CommitError::refused("a subject with an empty token, white space or a wildcard"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_put_replaces_the_value_and_keeps_the_expected_revision() {
        let mut transaction = Transaction::new();
        transaction.put("a", Revision::new(7), "one");
        transaction.append("log", "x");
        transaction.put("a", Revision::new(9), "two");
        assert_eq!(transaction.len(), 2);
        let first = &transaction.writes()[0];
        assert_eq!(first.payload, "two");
        assert_eq!(first.kind, Kind::Put { expected: Revision::new(7) });
    }

    #[test]
    fn appends_stay_apart_and_in_order() {
        let mut transaction = Transaction::new();
        transaction.append("log", "1");
        transaction.append("log", "2");
        let payloads: Vec<_> = transaction.writes().iter().map(|write| write.payload.clone()).collect();
        assert_eq!(payloads, ["1", "2"]);
    }

    #[test]
    fn what_the_broker_would_misunderstand_is_refused_here() {
        for subject in ["", "a..b", "a.*", "a.>", "a b", "a\r\nb"] {
            let mut transaction = Transaction::new();
            transaction.append(subject, "x");
            assert!(transaction.check().is_err(), "{subject:?}");
        }
        let mut both = Transaction::new();
        both.put("a", Revision::NONE, "x");
        both.append("a", "y");
        assert!(both.check().is_err());
        let mut none = Transaction::new();
        none.revise("a", Revision::NONE, "x");
        assert!(none.check().is_err());
        let mut own = Transaction::new();
        own.timer("a", jiff::Timestamp::UNIX_EPOCH, "a", "x");
        assert!(own.check().is_err());
        let mut many = Transaction::new();
        (0..=MESSAGES_MAX).for_each(|i| many.append(format!("a.{i}"), "x"));
        assert!(matches!(many.check(), Err(CommitError::TooLarge(_))));
    }

    #[test]
    fn a_time_to_live_is_rounded_up_to_whole_seconds() {
        assert_eq!(whole_seconds(Duration::from_millis(1)), 1);
        assert_eq!(whole_seconds(Duration::from_millis(1_001)), 2);
        assert_eq!(whole_seconds(Duration::from_secs(3)), 3);
    }
}
