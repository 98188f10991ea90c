//! The deliveries in hand, and what the broker is told about each: done, later, or still at work.

use std::time::Duration;

use async_nats::jetstream::{self, AckKind};
use async_nats::{HeaderMap, Message};
use bytes::Bytes;
use tokio::time::Instant;

use crate::backoff::growing;
use crate::read::timestamp;
use crate::{Delivery, Revision, WorkOptions, measure};

/// The deliveries in hand.
pub(crate) struct Batch {
    options: WorkOptions,
    pub(crate) deliveries: Vec<Delivery>,
    /// To answer with; `None` once that is done.
    handles: Vec<Option<jetstream::Message>>,
    /// Deliveries whose payload cannot be had, and why.
    pub(crate) unreadable: Vec<(usize, String)>,
    kept_alive: Instant,
}

impl Batch {
    /// Puts messages into stream order. Claimed payloads are left empty.
    pub(crate) fn new(options: &WorkOptions, context: &jetstream::Context, taken: Vec<Message>) -> Batch {
        let mut pending = 0;
        let mut placed = Vec::with_capacity(taken.len());
        for message in taken {
            let handle = jetstream::Message { message, context: context.clone() };
            // Without its place a message cannot even be set aside; it is not one of a consumer's.
            let Ok(info) = handle.info() else { continue };
            pending = info.pending;
            let time = timestamp(info.published.unix_timestamp_nanos());
            let delivery = Delivery {
                subject: handle.message.subject.to_string(),
                sequence: info.stream_sequence,
                time: time.unwrap_or(jiff::Timestamp::UNIX_EPOCH),
                payload: Bytes::new(),
                attempt: u64::try_from(info.delivered).unwrap_or(1),
            };
            placed.push((delivery, Some(handle)));
        }
        placed.sort_by_key(|(delivery, _)| delivery.sequence);
        measure::backlog(&options.durable, pending, placed.len());
        let (deliveries, handles) = placed.into_iter().unzip();
        Batch {
            options: options.clone(),
            deliveries,
            handles,
            unreadable: Vec::new(),
            kept_alive: Instant::now(),
        }
    }

    /// What the payload of an item is resolved from.
    pub(crate) fn claim(&self, item: usize) -> (Revision, Option<&HeaderMap>, Bytes) {
        let sequence = self.deliveries.get(item).map_or(0, |delivery| delivery.sequence);
        let message = self.handles.get(item).and_then(Option::as_ref).map(|handle| &handle.message);
        let payload = message.map(|message| message.payload.clone()).unwrap_or_default();
        (Revision::new(sequence), message.and_then(|message| message.headers.as_ref()), payload)
    }

    pub(crate) fn set_payload(&mut self, item: usize, payload: Bytes) {
        if let Some(delivery) = self.deliveries.get_mut(item) {
            delivery.payload = payload;
        }
    }

    /// Acknowledges: the effect is stored, or there is none.
    pub(crate) async fn settle(&mut self, items: Vec<usize>, outcome: &'static str) {
        measure::worked(&self.options.durable, outcome, items.len());
        for item in items {
            if let Some(handle) = self.handles.get_mut(item).and_then(Option::take) {
                // A lost acknowledgement is a redelivery that changes nothing.
                let _redelivered = handle.ack().await;
            }
        }
    }

    /// Has failed deliveries come again after a pause that grows with each attempt.
    pub(crate) async fn retry_later(&mut self, failed: Vec<(usize, String)>) {
        measure::worked(&self.options.durable, "failed", failed.len());
        for (item, error) in failed {
            let Some(handle) = self.handles.get_mut(item).and_then(Option::take) else { continue };
            let Some(delivery) = self.deliveries.get(item) else { continue };
            let options = &self.options;
            let delay = growing(options.retry_delay_ms, options.retry_delay_max_ms, delivery.attempt);
            let (consumer, sequence, attempt) = (&options.durable, delivery.sequence, delivery.attempt);
            tracing::warn!(consumer, sequence, attempt, %error, "a delivery failed and will come again");
            let _redelivered = handle.ack_with(AckKind::Nak(Some(delay))).await;
        }
    }

    /// Tells the broker that this worker lives, so that what it has in hand is not given to another.
    pub(crate) async fn keep_alive(&mut self) {
        let third = Duration::from_millis(self.options.ack_wait_ms / 3);
        if self.kept_alive.elapsed() < third {
            return;
        }
        for handle in self.handles.iter().flatten() {
            let _redelivered = handle.ack_with(AckKind::Progress).await;
        }
        self.kept_alive = Instant::now();
    }
}
