//! Requests between services over core NATS: at most once, answered or not, never stored. A service that has
//! as many requests in hand as it may says so at once instead of letting the caller wait. A request that is too large for
//! a message travels by claim check, a few at a time.

use std::sync::Arc;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::{Message, Subject};
use bytes::Bytes;
use futures::StreamExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::link::Failure;
use crate::{CommitError, Error, Ledger, Revision, measure};

const BUSY: &str = "Lacteal-Busy";
/// Header of an answer to a request whose claimed payload could not be read.
const UNREAD: &str = "Lacteal-Unread";
/// Requests with a claimed payload in hand at once; further ones wait.
const CLAIMED_IN_HAND_MAX: usize = 4;

impl Ledger {
    /// Answers requests on a subject, shared with the other members of the queue group, until `stop`; then takes
    /// no more and finishes what it has, bounded by `finish`. At most `concurrent_max` requests are in hand:
    /// further ones are told that the service is busy. A handler that panics leaves its caller without an answer.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the subscription cannot be made or ends.
    pub async fn serve<H, F>(
        &self,
        subject: &str,
        queue: &str,
        concurrent_max: usize,
        finish: Duration,
        handler: H,
        stop: CancellationToken,
    ) -> Result<(), Error>
    where
        H: Fn(Bytes) -> F + Send + Sync,
        F: Future<Output = Bytes> + Send + 'static,
    {
        let client = &self.inner.link.client;
        let mut requests = client
            .queue_subscribe(subject.to_owned(), queue.to_owned())
            .await
            .map_err(|error| Error::unavailable("serving requests", error))?;
        let mut running = JoinSet::new();
        let claimed = Arc::new(Semaphore::new(CLAIMED_IN_HAND_MAX));
        let begin = |running: &mut JoinSet<Step>, done: Result<Step, JoinError>| {
            if let Some(Fetched { reply, payload, permit }) = note(done) {
                let (client, answer) = (client.clone(), handler(payload));
                running.spawn(async move {
                    let _lost = client.publish(reply, answer.await).await;
                    drop(permit);
                    Step::Answered
                });
            }
        };
        loop {
            let request = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(done) = running.join_next(), if !running.is_empty() => {
                    begin(&mut running, done);
                    continue;
                }
                request = requests.next() => request,
            };
            let Some(request) = request else {
                return Err(Error::unavailable("serving requests", "the subscription ended"));
            };
            let Some(reply) = request.reply.clone() else { continue };
            if running.len() >= concurrent_max {
                measure::call("busy");
                let mut headers = HeaderMap::new();
                headers.insert(BUSY, "1");
                // A lost answer is a timeout at the caller's.
                let _lost = client.publish_with_headers(reply, headers, Bytes::new()).await;
                continue;
            }
            running.spawn(fetch(self.clone(), Arc::clone(&claimed), request, reply));
        }
        let _gone_anyway = requests.unsubscribe().await;
        let finishing = async {
            while let Some(done) = running.join_next().await {
                begin(&mut running, done);
            }
        };
        if tokio::time::timeout(finish, finishing).await.is_err() {
            tracing::warn!("requests were still in hand at the end of the grace period");
        }
        Ok(())
    }

    /// One request, of whatever size, and its answer.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when nobody answers or not in time (it may have been carried out),
    /// [`Error::Busy`] when it was turned away.
    pub async fn request(&self, subject: &str, payload: Bytes, timeout: Duration) -> Result<Bytes, Error> {
        const WHAT: &str = "a request";
        let deadline = Instant::now() + timeout;
        let mut headers = HeaderMap::new();
        let stowed = tokio::time::timeout(timeout, self.inner.lent.stow(&mut headers, payload)).await;
        let payload = match stowed {
            Ok(Ok(payload)) => payload,
            Ok(Err(CommitError::TooLarge(reason))) => {
                return Err(Error::Refused { what: WHAT.to_owned(), code: 0, reason });
            }
            Ok(Err(error)) => return Err(Error::unavailable(WHAT, error)),
            Err(_) => return Err(Error::unavailable(WHAT, "its payload was not stored in time")),
        };
        let left = deadline.saturating_duration_since(Instant::now());
        let headers = Some(headers).filter(|headers| !headers.is_empty());
        let answer = self.inner.link.ask(subject.to_owned(), headers, payload, left).await;
        let answer = answer.map_err(|failure| match failure {
            Failure::NotSent(reason) | Failure::Unknown(reason) => Error::unavailable(WHAT, reason),
            Failure::TooLarge(reason) => Error::Refused { what: WHAT.to_owned(), code: 0, reason },
        })?;
        match answer.headers {
            Some(headers) if headers.get(BUSY).is_some() => Err(Error::Busy),
            Some(headers) if headers.get(UNREAD).is_some() => {
                Err(Error::unavailable(WHAT, "its payload could not be read"))
            }
            _ => Ok(answer.payload),
        }
    }
}

/// What a task has done for a request.
enum Step {
    Fetched(Fetched),
    Answered,
    Unread,
}

/// A request with all its bytes. The permit goes when it is answered.
struct Fetched {
    reply: Subject,
    payload: Bytes,
    permit: Option<OwnedSemaphorePermit>,
}

/// Fetches a payload that was claimed.
async fn fetch(ledger: Ledger, claimed: Arc<Semaphore>, request: Message, reply: Subject) -> Step {
    let Message { headers, payload, .. } = request;
    if headers.is_none() {
        return Step::Fetched(Fetched { reply, payload, permit: None });
    }
    let permit = claimed.acquire_owned().await.ok();
    match ledger.inner.lent.resolve(Revision::NONE, headers.as_ref(), payload).await {
        Ok(payload) => Step::Fetched(Fetched { reply, payload, permit }),
        Err(error) => {
            tracing::warn!(%error, "the payload of a request cannot be read");
            let mut headers = HeaderMap::new();
            headers.insert(UNREAD, "1");
            // A lost answer is a timeout at the caller's.
            let _lost = ledger.inner.link.client.publish_with_headers(reply, headers, Bytes::new()).await;
            Step::Unread
        }
    }
}

fn note(done: Result<Step, JoinError>) -> Option<Fetched> {
    match done {
        Ok(Step::Fetched(fetched)) => return Some(fetched),
        Ok(Step::Answered) => measure::call("answered"),
        Ok(Step::Unread) => measure::call("unread"),
        Err(error) => {
            measure::call("panicked");
            tracing::error!(panicked = error.is_panic(), "a request handler did not finish");
        }
    }
    None
}
