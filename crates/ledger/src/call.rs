//! Requests between services over core NATS: at most once, answered or not, never stored. A service that has
//! as many requests in hand as it may says so at once instead of letting the caller wait.

use std::time::Duration;

use async_nats::HeaderMap;
use bytes::Bytes;
use futures::StreamExt as _;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::link::Failure;
use crate::{Error, Ledger, measure};

const BUSY: &str = "Lacteal-Busy";

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
        loop {
            let request = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(done) = running.join_next(), if !running.is_empty() => {
                    note(done);
                    continue;
                }
                request = requests.next() => request,
            };
            let Some(request) = request else {
                return Err(Error::unavailable("serving requests", "the subscription ended"));
            };
            let Some(reply) = request.reply else { continue };
            let client = client.clone();
            if running.len() >= concurrent_max {
                measure::call("busy");
                let mut headers = HeaderMap::new();
                headers.insert(BUSY, "1");
                // A lost answer is a timeout at the caller's.
                let _lost = client.publish_with_headers(reply, headers, Bytes::new()).await;
                continue;
            }
            let answer = handler(request.payload);
            running.spawn(async move {
                let _lost = client.publish(reply, answer.await).await;
            });
        }
        let _gone_anyway = requests.unsubscribe().await;
        let finishing = async {
            while let Some(done) = running.join_next().await {
                note(done);
            }
        };
        if tokio::time::timeout(finish, finishing).await.is_err() {
            tracing::warn!("requests were still in hand at the end of the grace period");
        }
        Ok(())
    }

    /// One request and its answer.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when nobody answers or not in time (it may have been carried out),
    /// [`Error::Busy`] when it was turned away.
    pub async fn request(&self, subject: &str, payload: Bytes, timeout: Duration) -> Result<Bytes, Error> {
        const WHAT: &str = "a request";
        let answer = self.inner.link.ask(subject.to_owned(), None, payload, timeout).await;
        let answer = answer.map_err(|failure| match failure {
            Failure::NotSent(reason) | Failure::Unknown(reason) => Error::unavailable(WHAT, reason),
            Failure::TooLarge(reason) => Error::Refused { what: WHAT.to_owned(), code: 0, reason },
        })?;
        match answer.headers {
            Some(headers) if headers.get(BUSY).is_some() => Err(Error::Busy),
            _ => Ok(answer.payload),
        }
    }
}

fn note(done: Result<(), tokio::task::JoinError>) {
    match done {
        Ok(()) => measure::call("answered"),
        Err(error) => {
            measure::call("panicked");
            tracing::error!(panicked = error.is_panic(), "a request handler did not finish");
        }
    }
}
