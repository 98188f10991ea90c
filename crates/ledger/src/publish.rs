//! Storing a transaction: a plain publish for one message, the atomic batch of ADR-50 for more. What the broker
//! says is turned into a [`CommitError`] here and nowhere else.

use async_nats::{HeaderMap, Message, client, header};
use bytes::Bytes;
use serde::Deserialize;

use crate::backoff::batch_id;
use crate::link::Failure;
use crate::transaction::Kind;
use crate::{CommitError, Revision, Stream, Transaction, Write, measure};

/// A transaction ready for the wire: checked, with large payloads stowed away.
#[derive(Debug)]
pub(crate) struct Sealed {
    messages: Vec<Outgoing>,
}

#[derive(Debug)]
struct Outgoing {
    subject: String,
    headers: HeaderMap,
    payload: Bytes,
}

impl Stream {
    /// Checks a transaction and stows large payloads.
    pub(crate) async fn seal(&self, transaction: Transaction) -> Result<Sealed, CommitError> {
        transaction.check()?;
        let mut messages = Vec::with_capacity(transaction.len());
        for write in transaction.into_writes() {
            let mut headers = write.headers(self.spec.ttl);
            self.permitted(&write)?;
            let payload = self.inner.claims.stow(&mut headers, write.payload).await?;
            messages.push(Outgoing { subject: write.subject, headers, payload });
        }
        Ok(Sealed { messages })
    }

    /// Sends a sealed transaction once.
    pub(crate) async fn store(&self, sealed: Sealed) -> Result<Vec<Revision>, CommitError> {
        let count = sealed.messages.len();
        let kind = if count == 1 { "plain" } else { "batch" };
        let mut messages = sealed.messages.into_iter();
        let stored = match (messages.next(), count) {
            (None, _) => return Ok(Vec::new()),
            (Some(only), 1) => self.publish(only).await,
            (Some(first), _) => self.publish_batch(first, messages).await,
        };
        measure::commit(self.name(), kind, count, outcome(&stored));
        stored
    }

    async fn publish(&self, message: Outgoing) -> Result<Vec<Revision>, CommitError> {
        let Outgoing { subject, headers, payload } = message;
        let answer = self.link().ask(subject, Some(headers), payload, self.link().timeout).await;
        let stored = self.judge(answer)?;
        Ok(vec![Revision::new(stored.seq)])
    }

    /// All messages but the last are sent without asking for an answer; the last commits and is answered.
    /// A gap (a broken connection, a refused message) leaves the batch incomplete: nothing is stored.
    async fn publish_batch(
        &self,
        first: Outgoing,
        rest: impl Iterator<Item = Outgoing>,
    ) -> Result<Vec<Revision>, CommitError> {
        let lost = self.link().lost();
        if !self.link().is_up() {
            return Err(CommitError::Unavailable("not connected".to_owned()));
        }
        let id = batch_id();
        let mut count = 1u64;
        let mut held = first;
        let send = async {
            held.number(&id, count);
            for mut next in rest {
                count += 1;
                next.number(&id, count);
                let Outgoing { subject, headers, payload } = std::mem::replace(&mut held, next);
                let sent = self.link().client.publish_with_headers(subject, headers, payload).await;
                sent.map_err(|error| match error.kind() {
                    client::PublishErrorKind::MaxPayloadExceeded => CommitError::TooLarge(error.to_string()),
                    _ => CommitError::Unavailable(error.to_string()),
                })?;
            }
            held.headers.insert(header::NATS_BATCH_COMMIT, header::NATS_BATCH_COMMIT_FINAL);
            let Outgoing { subject, headers, payload } = held;
            self.judge(self.link().ask(subject, Some(headers), payload, self.link().timeout).await)
        };
        // Boxed: the two nested requests make a large future, and this is awaited deep down.
        let stored = tokio::select! {
            biased;
            stored = Box::pin(send) => stored?,
            () = lost => return Err(CommitError::Unknown("connection lost".to_owned())),
        };
        if stored.count != count {
            let text = format!("{} of {count} messages acknowledged", stored.count);
            return Err(CommitError::Unknown(text));
        }
        // A batch is stored without anything between its messages.
        let first = stored.seq.saturating_sub(count - 1);
        Ok((first..=stored.seq).map(Revision::new).collect())
    }

    fn judge(&self, answer: Result<Message, Failure>) -> Result<Acknowledged, CommitError> {
        let message = answer.map_err(|failure| match failure {
            Failure::NotSent(reason) => CommitError::Unavailable(reason),
            Failure::Unknown(reason) => CommitError::Unknown(reason),
            Failure::TooLarge(reason) => CommitError::TooLarge(reason),
        })?;
        let answer: Acknowledged = serde_json::from_slice(&message.payload)
            .map_err(|error| CommitError::Unknown(format!("unreadable acknowledgement: {error}")))?;
        if let Some(refusal) = answer.error {
            return Err(refusal.into());
        }
        if answer.stream != self.name() {
            // Another stream took the subject: the specification of one of them is wrong.
            return Err(CommitError::refused(format!("stored by stream {} instead", answer.stream)));
        }
        Ok(answer)
    }

    /// Refuses what this stream cannot take. A subject of no stream would be met with silence, which cannot be
    /// told from a broker that is away and would be waited for without end.
    fn permitted(&self, write: &Write) -> Result<(), CommitError> {
        let target = match &write.kind {
            Kind::Timer { target, .. } => Some(target.as_str()),
            _ => None,
        };
        if !self.spec.covers(&write.subject) || target.is_some_and(|target| !self.spec.covers(target)) {
            return Err(CommitError::refused(format!("not a subject of stream {}", self.name())));
        }
        let missing = match write.kind {
            Kind::Put { .. } if !(self.spec.rollup || self.spec.schedules) => "rollup",
            Kind::Create { ttl: Some(_) } if !self.spec.ttl => "ttl",
            Kind::Timer { .. } | Kind::CancelTimer if !self.spec.schedules => "schedules",
            _ => return Ok(()),
        };
        Err(CommitError::refused(format!("stream {} is specified without {missing}", self.name())))
    }
}

impl Outgoing {
    fn number(&mut self, id: &str, sequence: u64) {
        self.headers.insert(header::NATS_BATCH_ID, id);
        self.headers.insert(header::NATS_BATCH_SEQUENCE, sequence.to_string());
    }
}

/// The broker's answer to a publish or to the end of a batch.
#[derive(Debug, Deserialize)]
struct Acknowledged {
    #[serde(default)]
    stream: String,
    #[serde(default)]
    seq: u64,
    #[serde(default)]
    count: u64,
    error: Option<Refusal>,
}

#[derive(Debug, Deserialize)]
struct Refusal {
    #[serde(default)]
    code: u64,
    #[serde(default)]
    err_code: u64,
    #[serde(default)]
    description: String,
}

impl From<Refusal> for CommitError {
    fn from(refusal: Refusal) -> CommitError {
        let Refusal { code, err_code, description: reason } = refusal;
        match err_code {
            // Wrong last sequence; the same while another write to the subject is under way.
            10071 | 10164 => CommitError::Conflict { subjects: Vec::new() },
            // Account, memory or storage resources; and the store's own limit, which 10077 names in words.
            10002 | 10023 | 10028 | 10047 => CommitError::Full(reason),
            10077 if reason.contains("maximum") && !reason.contains("message") => CommitError::Full(reason),
            // Message, headers or batch too large.
            10054 | 10077 | 10097 | 10199 => CommitError::TooLarge(reason),
            // Batch incomplete (its messages came over two connections, or too slowly), too many open batches,
            // no leader.
            10176 | 10208 | 10210 | 10211 | 10008 | 10009 => CommitError::Unavailable(reason),
            _ if code == 429 || code == 503 => CommitError::Unavailable(reason),
            _ => CommitError::Refused { code: err_code, reason },
        }
    }
}

fn outcome(stored: &Result<Vec<Revision>, CommitError>) -> &'static str {
    match stored {
        Ok(_) => "stored",
        Err(CommitError::Conflict { .. }) => "conflict",
        Err(CommitError::Full(_)) => "full",
        Err(CommitError::TooLarge(_)) => "too_large",
        Err(CommitError::Unavailable(_)) => "unavailable",
        Err(CommitError::Unknown(_)) => "unknown",
        Err(CommitError::Refused { .. }) => "refused",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(err_code: u64, description: &str) -> CommitError {
        Refusal { code: 400, err_code, description: description.to_owned() }.into()
    }

    #[test]
    fn a_full_stream_is_told_from_a_large_message() {
        assert!(matches!(judged(10077, "maximum bytes exceeded"), CommitError::Full(_)));
        assert!(matches!(judged(10077, "message to large"), CommitError::TooLarge(_)));
        assert!(matches!(judged(10054, "message size exceeds maximum allowed"), CommitError::TooLarge(_)));
        assert!(matches!(judged(10047, "insufficient storage"), CommitError::Full(_)));
    }

    #[test]
    fn a_stale_revision_is_a_conflict_and_the_unforeseen_a_refusal() {
        assert!(matches!(judged(10071, "wrong last sequence: 7"), CommitError::Conflict { .. }));
        assert!(matches!(judged(10164, "wrong last sequence"), CommitError::Conflict { .. }));
        assert!(matches!(judged(10190, "x"), CommitError::Refused { code: 10190, .. }));
    }
}
