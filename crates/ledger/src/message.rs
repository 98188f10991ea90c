//! What is read from a stream: messages with their revision and the broker's time, and the states of
//! a set of subjects.

use std::collections::HashMap;

use bytes::Bytes;

/// Position of a subject's last message: what a compare-and-set compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Revision(u64);

impl Revision {
    /// The subject has no message.
    pub const NONE: Revision = Revision(0);

    /// The revision that a stream sequence stands for.
    pub const fn new(sequence: u64) -> Revision {
        Revision(sequence)
    }

    /// The stream sequence, 0 for [`Revision::NONE`].
    pub const fn sequence(self) -> u64 {
        self.0
    }

    /// Whether there is no message.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// A message as stored; a payload that was put into the object store is already fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Full subject.
    pub subject: String,
    /// Its place in the stream.
    pub revision: Revision,
    /// The broker's timestamp.
    pub time: jiff::Timestamp,
    /// The bytes.
    pub payload: Bytes,
}

/// The last message of each of a set of subjects, as one read saw them.
#[derive(Debug, Clone, Default)]
pub struct States {
    seen: HashMap<String, Option<Stored>>,
}

impl States {
    /// No subjects.
    pub fn new() -> States {
        States::default()
    }

    /// The last message of a subject; `None` when it has none or was not read.
    pub fn get(&self, subject: &str) -> Option<&Stored> {
        self.seen.get(subject).and_then(Option::as_ref)
    }

    /// The revision to expect when writing the subject.
    pub fn revision(&self, subject: &str) -> Revision {
        self.get(subject).map_or(Revision::NONE, |stored| stored.revision)
    }

    /// Whether the subject was read, with or without finding a message.
    pub fn contains(&self, subject: &str) -> bool {
        self.seen.contains_key(subject)
    }

    /// Notes what was found under a subject (`None`: nothing). For tests of a [`crate::Step`], too.
    pub fn insert(&mut self, subject: impl Into<String>, found: Option<Stored>) {
        self.seen.insert(subject.into(), found);
    }

    /// The messages found, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Stored> {
        self.seen.values().flatten()
    }

    /// Number of subjects read.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether no subject was read.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    pub(crate) fn get_mut(&mut self, subject: &str) -> Option<&mut Option<Stored>> {
        self.seen.get_mut(subject)
    }

    pub(crate) fn extend(&mut self, other: States) {
        self.seen.extend(other.seen);
    }
}
