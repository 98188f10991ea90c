//! The last message of each subject, then every later one, without a gap over interruptions: what a read model
//! in memory is fed from.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use async_nats::Message;
use async_nats::jetstream;
use futures::stream::{BoxStream, StreamExt as _};
use tokio_util::sync::CancellationToken;

use crate::backoff::Backoff;
use crate::consumer::{Attempt, follower};
use crate::pull::Puller;
use crate::read::timestamp;
use crate::{Error, Revision, Stored, Stream, measure};

/// Messages taken in one go.
const PULL_MESSAGES: usize = 500;

/// What a follower is given.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Followed {
    /// A message; later ones of the same subject replace it.
    Message(Stored),
    /// Everything that was there at the start has been given. Once.
    CaughtUp,
    /// A message whose claimed payload cannot be had.
    Unreadable {
        /// Its subject.
        subject: String,
        /// Its place.
        revision: Revision,
        /// Why, without data.
        error: String,
    },
}

/// A stream of [`Followed`] that ends only when it is stopped. Removed messages (expired, purged) are not told.
pub struct Follow {
    items: BoxStream<'static, Followed>,
}

impl std::fmt::Debug for Follow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Follow").finish_non_exhaustive()
    }
}

impl futures::Stream for Follow {
    type Item = Followed;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Followed>> {
        self.items.poll_next_unpin(cx)
    }
}

impl Stream {
    /// Follows a subject or wildcard filter until `stop`: the last message of each subject, in stream order, then
    /// [`Followed::CaughtUp`], then every message as it comes, each once. A reconnect or restart of the broker goes
    /// on where it was; between two states of a subject some may be missing if they were rolled up meanwhile.
    ///
    /// # Errors
    /// [`Error::Refused`] or [`Error::Spec`] when the broker will never serve this filter.
    pub async fn follow(&self, filter: &str, stop: CancellationToken) -> Result<Follow, Error> {
        let mut state = Following {
            stream: self.clone(),
            filter: filter.to_owned(),
            stop,
            puller: None,
            after: Revision::NONE,
            delivered: 0,
            caught_up: false,
            ready: VecDeque::new(),
            backoff: Backoff::new(20, 2_000),
        };
        state.open().await?;
        let items = futures::stream::unfold(state, |mut state| async move {
            let next = state.next().await?;
            Some((next, state))
        });
        Ok(Follow { items: items.boxed() })
    }
}

struct Following {
    stream: Stream,
    filter: String,
    stop: CancellationToken,
    puller: Option<Puller>,
    /// The last message that was given out.
    after: Revision,
    /// Messages that the present consumer has handed out, as it counts them itself.
    delivered: u64,
    caught_up: bool,
    ready: VecDeque<Followed>,
    backoff: Backoff,
}

impl Following {
    async fn next(&mut self) -> Option<Followed> {
        loop {
            if let Some(next) = self.ready.pop_front() {
                return Some(next);
            }
            let stop = self.stop.clone();
            let advanced = tokio::select! {
                biased;
                () = stop.cancelled() => return None,
                advanced = self.advance() => advanced,
            };
            if let Err(reason) = advanced {
                tracing::info!(stream = self.stream.name(), %reason, "following anew");
                measure::follow_restarted(self.stream.name());
                self.puller = None;
                self.backoff.wait().await;
            }
        }
    }

    async fn advance(&mut self) -> Result<(), String> {
        if self.puller.is_none() {
            self.stream.link().up().await;
            self.open().await.map_err(|error| error.to_string())?;
        }
        let Some(puller) = self.puller.as_mut() else { return Err("no consumer".to_owned()) };
        let mut taken = Vec::new();
        let filled = puller.fill(PULL_MESSAGES, &mut taken).await;
        for message in taken {
            self.take(message).await?;
        }
        filled.map_err(|interrupted| interrupted.0)?;
        self.backoff.reset();
        Ok(())
    }

    async fn open(&mut self) -> Result<(), Error> {
        match follower(&self.stream, &self.filter, self.after).await? {
            Attempt::Again(reason) => {
                tracing::debug!(%reason, "no follower yet");
            }
            Attempt::Done((name, pending)) => {
                self.puller = Some(Puller::new(&self.stream, &name).await?);
                self.delivered = 0;
                if pending == 0 && !self.caught_up {
                    self.caught_up = true;
                    self.ready.push_back(Followed::CaughtUp);
                }
            }
        }
        Ok(())
    }

    async fn take(&mut self, message: Message) -> Result<(), String> {
        let message = jetstream::Message { message, context: self.stream.inner.jetstream.clone() };
        let (place, pending, time) = {
            let info = message.info().map_err(|error| error.to_string())?;
            if info.consumer_sequence != self.delivered + 1 {
                return Err("a message is missing".to_owned());
            }
            (info.stream_sequence, info.pending, info.published.unix_timestamp_nanos())
        };
        let revision = Revision::new(place);
        let subject = message.message.subject.to_string();
        let time = timestamp(time).map_err(|error| error.to_string())?;
        let headers = message.message.headers.as_ref();
        let payload =
            self.stream.inner.claims.resolve(revision, headers, message.message.payload.clone()).await;
        let followed = match payload {
            Ok(payload) => Followed::Message(Stored { subject, revision, time, payload }),
            Err(error) if error.is_transient() => return Err(error.to_string()),
            Err(error) => Followed::Unreadable { subject, revision, error: error.to_string() },
        };
        self.delivered += 1;
        self.after = revision;
        self.ready.push_back(followed);
        if pending == 0 && !self.caught_up {
            self.caught_up = true;
            self.ready.push_back(Followed::CaughtUp);
        }
        Ok(())
    }
}
