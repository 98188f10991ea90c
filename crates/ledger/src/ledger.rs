//! The face of one connection: streams, readiness, and the end.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream;
use tokio::sync::watch;

use crate::claims::Claims;
use crate::health::Health;
use crate::link::Link;
use crate::{Error, Options, Presence, Readiness, Stream, StreamSpec, ensure};

/// A connection to the broker; clones share it.
#[derive(Debug, Clone)]
pub struct Ledger {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) link: Link,
    pub(crate) jetstream: jetstream::Context,
    pub(crate) health: Arc<Health>,
    pub(crate) claims: Claims,
    /// Payloads of requests.
    pub(crate) lent: Claims,
    close: Duration,
}

impl Ledger {
    /// Begins to connect and returns at once, also when the broker is away: the connection is then tried again
    /// in the background with growing pauses. Watch [`Ledger::ready`].
    ///
    /// # Errors
    /// Only for options that cannot work: [`Error::Options`], [`Error::File`].
    pub async fn connect(options: Options) -> Result<Ledger, Error> {
        options.check()?;
        let health = Arc::new(Health::new());
        let link = Link::open(&options, Arc::clone(&health)).await?;
        let mut jetstream = jetstream::new(link.client.clone());
        jetstream.set_timeout(link.timeout);
        let claims = Claims::new(jetstream.clone(), link.clone(), &options);
        let lent = Claims::lending(jetstream.clone(), link.clone(), &options);
        let close = Duration::from_millis(options.close_ms);
        Ok(Ledger { inner: Arc::new(Inner { link, jetstream, health, claims, lent, close }) })
    }

    /// Whether a commit would work: connected, and every stream asked for with [`Ledger::stream`] verified.
    pub fn ready(&self) -> watch::Receiver<Readiness> {
        self.inner.health.readiness()
    }

    /// Verifies a stream, or makes it. Waits for as long as the broker is away; drop the future to give up.
    ///
    /// # Errors
    /// [`Error::Differs`] with every differing field, [`Error::Missing`], [`Error::Spec`], [`Error::Refused`].
    pub async fn stream(&self, spec: &StreamSpec, presence: Presence) -> Result<Stream, Error> {
        spec.check()?;
        self.inner.health.stream_wanted(&spec.name);
        let found = ensure::stream(&self.inner, spec, presence).await;
        let outcome = found.as_ref().map(|_| ()).map_err(Error::to_string);
        self.inner.health.stream_found(&spec.name, outcome);
        let handle = found?;
        Ok(Stream::new(Arc::clone(&self.inner), spec.clone(), handle))
    }

    /// Sends what is buffered, ends all subscriptions and the connection; bounded by `close_ms`.
    pub async fn close(self) {
        let drained = tokio::time::timeout(self.inner.close, self.inner.link.client.drain()).await;
        if !matches!(drained, Ok(Ok(()))) {
            tracing::warn!("the broker connection did not close in time");
        }
    }
}
