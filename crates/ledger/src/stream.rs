//! A handle on one verified stream.

use std::sync::Arc;

use async_nats::jetstream::stream::{Info, Stream as Handle};

use crate::ledger::Inner;
use crate::link::Link;
use crate::{CommitError, Error, Revision, StreamSpec, Transaction};

/// One stream: read, commit, follow, work. Clones share it.
#[derive(Debug, Clone)]
pub struct Stream {
    pub(crate) inner: Arc<Inner>,
    pub(crate) spec: Arc<StreamSpec>,
    pub(crate) handle: Handle<Info>,
}

/// How much a stream holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamNumbers {
    /// Messages stored.
    pub messages: u64,
    /// Bytes stored.
    pub bytes: u64,
    /// Distinct subjects.
    pub subjects: u64,
    /// Sequence of the newest message.
    pub last: Revision,
}

impl Stream {
    pub(crate) fn new(inner: Arc<Inner>, spec: StreamSpec, handle: Handle<Info>) -> Stream {
        Stream { inner, spec: Arc::new(spec), handle }
    }

    /// The stream's name.
    pub fn name(&self) -> &str {
        &self.spec.name
    }

    /// What the stream was verified to be.
    pub fn spec(&self) -> &StreamSpec {
        &self.spec
    }

    /// How much it holds. One small request.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn numbers(&self) -> Result<StreamNumbers, Error> {
        let info =
            self.handle.get_info().await.map_err(|error| Error::unavailable("stream information", error))?;
        Ok(StreamNumbers {
            messages: info.state.messages,
            bytes: info.state.bytes,
            subjects: info.state.subjects_count,
            last: Revision::new(info.state.last_sequence),
        })
    }

    /// Stores a transaction: one message as a plain publish, more as one atomic batch. An empty one succeeds.
    /// Revisions are those of [`Transaction::writes`], in order.
    ///
    /// # Errors
    /// As [`CommitError`]; after [`CommitError::Unknown`] read before writing again. A future dropped before it
    /// resolved leaves the outcome unknown, too.
    pub async fn commit(&self, transaction: Transaction) -> Result<Vec<Revision>, CommitError> {
        let expectations: Vec<(String, Revision)> = owned(&transaction);
        let sealed = self.seal(transaction).await?;
        match self.store(sealed).await {
            Err(CommitError::Conflict { .. }) => {
                // Which subjects moved is a courtesy: the conflict stands whether or not they can be told.
                let subjects = self.moved(&expectations).await.unwrap_or_default();
                Err(CommitError::Conflict { subjects })
            }
            outcome => outcome,
        }
    }

    pub(crate) fn link(&self) -> &Link {
        &self.inner.link
    }

    /// Those of the subjects whose last message, as the leader has it, is not the expected one.
    pub(crate) async fn moved(&self, expected: &[(String, Revision)]) -> Result<Vec<String>, Error> {
        let subjects: Vec<String> = expected.iter().map(|(subject, _)| subject.clone()).collect();
        let present = self.revisions_from_leader(&subjects).await?;
        let moved = expected
            .iter()
            .filter(|(subject, revision)| present.get(subject).copied().unwrap_or_default() != *revision);
        Ok(moved.map(|(subject, _)| subject.clone()).collect())
    }
}

pub(crate) fn owned(transaction: &Transaction) -> Vec<(String, Revision)> {
    transaction.expectations().map(|(subject, revision)| (subject.to_owned(), revision)).collect()
}
