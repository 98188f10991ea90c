//! Reading states and history. Every read is one snapshot of the stream, free of half-committed batches;
//! `last` may come from a replica that lags, `last_from_leader` never does.

use std::collections::HashMap;

use async_nats::jetstream::stream::LastRawMessageErrorKind;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use crate::gather::{LastOf, NextOf, gather, place};
use crate::{Error, Revision, States, Stored, Stream};

/// Subjects of one multi-last get: the server answers 1 024 at most.
const SUBJECTS_PER_GET: usize = 512;
/// Requests to the leader under way at once.
const LEADER_GETS: usize = 64;
/// Messages of one batched get.
const PAGE_MESSAGES_MAX: usize = 500;

impl Stream {
    /// The last message of each subject (no wildcards): one request per 512 subjects.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Claim`], [`Error::Protocol`].
    pub async fn last(&self, subjects: &[String]) -> Result<States, Error> {
        let mut states = States::new();
        for subject in subjects {
            if subject.contains(['*', '>']) {
                return Err(Error::protocol("a read", "a wildcard where a subject is needed"));
            }
            states.insert(subject.clone(), None);
        }
        for part in subjects.chunks(SUBJECTS_PER_GET) {
            self.last_of(part, &mut states).await?;
        }
        Ok(states)
    }

    /// As [`Stream::last`], but never older than what a commit would be checked against.
    ///
    /// # Errors
    /// As [`Stream::last`].
    pub async fn last_from_leader(&self, subjects: &[String]) -> Result<States, Error> {
        if self.spec.replicas == 1 {
            return self.last(subjects).await;
        }
        let found: Vec<(String, Option<Stored>)> = stream::iter(subjects.iter().cloned())
            .map(|subject| async move {
                let found = self.leader_get(&subject).await?;
                Ok::<_, Error>((subject, found))
            })
            .buffer_unordered(LEADER_GETS)
            .try_collect()
            .await?;
        let mut states = States::new();
        found.into_iter().for_each(|(subject, found)| states.insert(subject, found));
        Ok(states)
    }

    /// Up to `limit` messages under a subject or wildcard filter, in stream order, that come after a revision
    /// ([`Revision::NONE`]: from the start). Fewer than `limit` means that there are no more.
    ///
    /// # Errors
    /// As [`Stream::last`].
    pub async fn page(&self, filter: &str, after: Revision, limit: usize) -> Result<Vec<Stored>, Error> {
        let mut page = Vec::new();
        let mut after = after;
        while page.len() < limit {
            let batch = (limit - page.len()).min(PAGE_MESSAGES_MAX);
            let (part, more) = self.part(filter, after, batch).await?;
            let Some(last) = part.last() else { break };
            after = last.revision;
            page.extend(part);
            if !more {
                break;
            }
        }
        Ok(page)
    }

    /// As [`Stream::page`], in one request: fewer than `limit`, too, where they would be too large together. With
    /// whether there are more.
    pub(crate) async fn part(
        &self,
        filter: &str,
        after: Revision,
        limit: usize,
    ) -> Result<(Vec<Stored>, bool), Error> {
        let gathered = gather(self.link(), self.name(), &NextOf::new(filter, after, limit)).await?;
        let mut part = Vec::with_capacity(gathered.messages.len());
        for message in gathered.messages {
            let (subject, revision, time) = place(&message)?;
            let payload =
                self.inner.claims.resolve(revision, message.headers.as_ref(), message.payload).await?;
            part.push(Stored { subject, revision, time, payload });
        }
        Ok((part, gathered.more))
    }

    /// The revision of the last message under a subject or wildcard filter, never older than what a commit would be
    /// checked against: tells whether a [`Stream::page`] came from a replica that lags. None when there is no message.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn last_under_from_leader(&self, filter: &str) -> Result<Option<Revision>, Error> {
        match self.handle.get_last_raw_message_by_subject(filter).await {
            Ok(message) => Ok(Some(Revision::new(message.sequence))),
            Err(error) if matches!(error.kind(), LastRawMessageErrorKind::NoMessageFound) => Ok(None),
            Err(error) => Err(Error::unavailable("a read from the leader", error)),
        }
    }

    /// Revisions alone, without fetching claimed payloads.
    pub(crate) async fn revisions_from_leader(
        &self,
        subjects: &[String],
    ) -> Result<HashMap<String, Revision>, Error> {
        if self.spec.replicas > 1 {
            let states = self.last_from_leader(subjects).await?;
            return Ok(states.iter().map(|stored| (stored.subject.clone(), stored.revision)).collect());
        }
        let mut revisions = HashMap::new();
        for part in subjects.chunks(SUBJECTS_PER_GET) {
            let mut asked = part.to_vec();
            loop {
                let gathered = gather(self.link(), self.name(), &LastOf::new(&asked)).await?;
                for message in &gathered.messages {
                    let (subject, revision, _) = place(message)?;
                    revisions.insert(subject, revision);
                }
                if !gathered.more || gathered.messages.is_empty() {
                    break;
                }
                asked.retain(|subject| !revisions.contains_key(subject));
            }
        }
        Ok(revisions)
    }

    async fn last_of(&self, subjects: &[String], states: &mut States) -> Result<(), Error> {
        let mut asked = subjects.to_vec();
        loop {
            if asked.is_empty() {
                return Ok(());
            }
            let gathered = gather(self.link(), self.name(), &LastOf::new(&asked)).await?;
            let empty = gathered.messages.is_empty();
            for message in gathered.messages {
                let (subject, revision, time) = place(&message)?;
                let payload =
                    self.inner.claims.resolve(revision, message.headers.as_ref(), message.payload).await?;
                states.insert(subject.clone(), Some(Stored { subject, revision, time, payload }));
            }
            if empty || !gathered.more {
                return Ok(());
            }
            asked.retain(|subject| states.get(subject).is_none());
        }
    }

    async fn leader_get(&self, subject: &str) -> Result<Option<Stored>, Error> {
        let message = match self.handle.get_last_raw_message_by_subject(subject).await {
            Ok(message) => message,
            Err(error) if matches!(error.kind(), LastRawMessageErrorKind::NoMessageFound) => return Ok(None),
            Err(error) => return Err(Error::unavailable("a read from the leader", error)),
        };
        let revision = Revision::new(message.sequence);
        let payload = self.inner.claims.resolve(revision, Some(&message.headers), message.payload).await?;
        let time = timestamp(message.time.unix_timestamp_nanos())?;
        Ok(Some(Stored { subject: message.subject.to_string(), revision, time, payload }))
    }
}

/// The broker's time in this crate's type.
pub(crate) fn timestamp(nanoseconds: i128) -> Result<jiff::Timestamp, Error> {
    jiff::Timestamp::from_nanosecond(nanoseconds).map_err(|error| Error::protocol("a read", error))
}
