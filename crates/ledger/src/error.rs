//! What can go wrong between a service and its streams. Texts carry names, codes and counts, never
//! payloads or subjects of entities.

use std::path::PathBuf;

/// A field of a stream or consumer that is not as wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Name of the field as the broker calls it.
    pub field: &'static str,
    /// What this program needs.
    pub wanted: String,
    /// What the broker has.
    pub found: String,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is {} instead of {}", self.field, self.found, self.wanted)
    }
}

/// Everything but commits.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The options contradict themselves or name what cannot be used.
    #[error("bad ledger options: {0}")]
    Options(String),
    /// A file named by the options cannot be read.
    #[error("cannot read {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A specification that no broker could serve.
    #[error("bad specification of {name}: {reason}")]
    Spec {
        /// Stream or consumer.
        name: String,
        /// Why not.
        reason: String,
    },
    /// The stream does not exist and was only to be verified.
    #[error("stream {0} does not exist; create the streams first")]
    Missing(String),
    /// A stream or consumer exists with other settings.
    #[error("{name} is not as needed: {}", list(.differences))]
    Differs {
        /// Stream, or `stream/consumer`.
        name: String,
        /// Every field that differs.
        differences: Vec<Difference>,
    },
    /// The broker said no, and will say it again.
    #[error("broker refused {what}: {reason} (code {code})")]
    Refused {
        /// What was asked.
        what: String,
        /// JetStream's error code, 0 when there is none.
        code: u64,
        /// JetStream's description.
        reason: String,
    },
    /// The broker is away or did not answer in time; asking again may work.
    #[error("broker unavailable for {what}: {reason}")]
    Unavailable {
        /// What was asked.
        what: &'static str,
        /// What was seen.
        reason: String,
    },
    /// The answering side has as many requests in hand as it may.
    #[error("the answering service is busy")]
    Busy,
    /// A large payload could not be fetched from, or does not match, its object.
    #[error("claimed payload of message {sequence} cannot be used: {reason}")]
    Claim {
        /// Sequence of the message that carries the claim, 0 when it has none yet.
        sequence: u64,
        /// Why.
        reason: String,
    },
    /// A message that this crate did not write, or a broker that speaks otherwise.
    #[error("unexpected answer to {what}: {reason}")]
    Protocol {
        /// What was asked.
        what: &'static str,
        /// What was wrong with the answer.
        reason: String,
    },
}

impl Error {
    pub(crate) fn unavailable(what: &'static str, reason: impl std::fmt::Display) -> Error {
        Error::Unavailable { what, reason: reason.to_string() }
    }

    pub(crate) fn protocol(what: &'static str, reason: impl std::fmt::Display) -> Error {
        Error::Protocol { what, reason: reason.to_string() }
    }

    /// Whether the same request may work later without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        matches!(self, Error::Unavailable { .. } | Error::Busy)
    }
}

/// Why a commit did not succeed. Only [`CommitError::Unknown`] leaves open whether it was stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// Somebody else wrote first. Nothing was stored: read again, decide again.
    #[error("{} of the subjects moved since they were read", .subjects.len())]
    Conflict {
        /// Subjects whose revision was not the expected one; empty when the broker moved on meanwhile.
        subjects: Vec<String>,
    },
    /// The stream or the broker's disk is full. Nothing was stored: slow down, make room.
    #[error("stream is full: {0}")]
    Full(String),
    /// Too many messages, or one too large. Nothing was stored.
    #[error("transaction is too large: {0}")]
    TooLarge(String),
    /// Not sent, or certainly not stored. May be tried again.
    #[error("broker unavailable: {0}")]
    Unavailable(String),
    /// Sent, and no answer: it may have been stored, or may yet be.
    #[error("outcome unknown: {0}")]
    Unknown(String),
    /// The broker refuses this transaction and will again. Nothing was stored.
    #[error("refused: {reason} (code {code})")]
    Refused {
        /// JetStream's error code, 0 when refused on this side.
        code: u64,
        /// Why.
        reason: String,
    },
}

impl CommitError {
    pub(crate) fn refused(reason: impl std::fmt::Display) -> CommitError {
        CommitError::Refused { code: 0, reason: reason.to_string() }
    }
}

fn list(differences: &[Difference]) -> String {
    differences.iter().map(Difference::to_string).collect::<Vec<_>>().join(", ")
}
