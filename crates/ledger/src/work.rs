//! The work loop: deliveries in, one transaction out, acknowledged after it is stored. Everything that decides is
//! in `unit`, in `round` and in the step; this file pulls, reads, commits and tries again.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use async_nats::Message;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::backoff::Backoff;
use crate::batch::Batch;
use crate::consumer::{self, Attempt};
use crate::pull::Puller;
use crate::round::{Outcome, Part, Round};
use crate::unit::{Frame, Unit};
use crate::{CommitError, Error, States, Step, Stream, WorkOptions, measure};

/// A place in the loop where a test may stall or end a worker.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Deliveries are in hand, nothing is read.
    Pulled,
    /// Decided, nothing is stored.
    Decided,
    /// Stored, nothing is acknowledged.
    Stored,
}

/// What a test does at a [`Moment`].
#[doc(hidden)]
pub trait Fault: Send + Sync {
    /// Resolves when the worker may go on.
    fn at(&self, moment: Moment) -> BoxFuture<'_, ()>;
}

struct NoFault;

impl Fault for NoFault {
    fn at(&self, _moment: Moment) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// Takes deliveries of `source` through `step` into `sink` until `stop`; then finishes the batch in hand and
/// returns. Any number of workers may share a consumer. The durable consumer is made when it is missing.
///
/// Waits out a broker that is away and a stream that is full. A delivery that fails is tried again later, and set
/// aside after `attempts_max`; it never holds up the others.
///
/// # Errors
/// Only what no waiting repairs: [`Error::Spec`], [`Error::Differs`], [`Error::Refused`] about the consumer.
pub async fn work<S: Step>(
    source: &Stream,
    sink: &Stream,
    options: WorkOptions,
    step: Arc<S>,
    stop: CancellationToken,
) -> Result<(), Error> {
    work_with_fault(source, sink, options, step, stop, Arc::new(NoFault)).await
}

/// [`work`] with stalls and ends where a test wants them.
#[doc(hidden)]
pub async fn work_with_fault<S: Step>(
    source: &Stream,
    sink: &Stream,
    options: WorkOptions,
    step: Arc<S>,
    stop: CancellationToken,
    fault: Arc<dyn Fault>,
) -> Result<(), Error> {
    options.check()?;
    let record = format!("{}.{}.1", options.aside_subject_prefix, source.name());
    if !sink.spec().covers(&record) {
        let reason = format!("aside_subject_prefix is not among the subjects of stream {}", sink.name());
        return Err(Error::Spec { name: format!("consumer {}", options.durable), reason });
    }
    let worker = Worker { source, sink, options, step, stop, fault };
    // Boxed: the loop holds a batch and several nested requests.
    Box::pin(worker.run()).await
}

struct Worker<'a, S> {
    source: &'a Stream,
    sink: &'a Stream,
    options: WorkOptions,
    step: Arc<S>,
    stop: CancellationToken,
    fault: Arc<dyn Fault>,
}

/// Told to stop while waiting for the broker: what is in hand is left to other workers.
struct Stopped;

impl<S: Step> Worker<'_, S> {
    async fn run(self) -> Result<(), Error> {
        let mut backoff = Backoff::new(20, 2_000);
        while !self.stop.is_cancelled() {
            let Some(mut puller) = self.puller(&mut backoff).await? else { return Ok(()) };
            loop {
                let mut taken = Vec::new();
                let filled = tokio::select! {
                    biased;
                    () = self.stop.cancelled() => None,
                    filled = puller.fill(self.options.batch_max, &mut taken) => Some(filled),
                };
                if filled.is_none() {
                    puller.drain(&mut taken).await;
                    // Whether or not it could be finished: this worker ends.
                    let _left_to_others = self.batch(taken).await;
                    return Ok(());
                }
                if !taken.is_empty() {
                    backoff.reset();
                    if self.batch(taken).await.is_err() {
                        return Ok(());
                    }
                }
                if let Some(Err(interrupted)) = filled {
                    tracing::info!(consumer = self.options.durable, reason = interrupted.0, "pulling anew");
                    self.pause(&mut backoff).await;
                    break;
                }
            }
        }
        Ok(())
    }

    /// Makes sure of the consumer and subscribes; `None` when told to stop.
    async fn puller(&self, backoff: &mut Backoff) -> Result<Option<Puller>, Error> {
        loop {
            let attempt = async {
                self.source.link().up().await;
                consumer::durable(self.source, &self.options).await
            };
            let reason = tokio::select! {
                biased;
                () = self.stop.cancelled() => return Ok(None),
                attempt = attempt => match attempt? {
                    Attempt::Again(reason) => reason,
                    Attempt::Done(()) => match Puller::new(self.source, &self.options.durable).await {
                        Ok(puller) => return Ok(Some(puller)),
                        Err(error) => error.to_string(),
                    },
                },
            };
            tracing::debug!(consumer = self.options.durable, %reason, "no consumer yet");
            self.pause(backoff).await;
        }
    }

    async fn pause(&self, backoff: &mut Backoff) {
        let wait = backoff.draw();
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }

    /// Carries out what was pulled: first the fresh deliveries together, then each redelivered one by itself.
    ///
    /// A delivery may have come again because it killed its process. Taking the redelivered ones singly, upwards
    /// at even attempts and downwards at odd ones, lets every neighbour of such a poison be acknowledged before it
    /// is reached, from one side or the other.
    async fn batch(&self, taken: Vec<Message>) -> Result<(), Stopped> {
        if taken.is_empty() {
            return Ok(());
        }
        let mut batch = self.open(taken).await?;
        let deliveries = batch.deliveries.clone();
        let frame = Frame {
            step: &*self.step,
            options: &self.options,
            source: self.source.name(),
            deliveries: &deliveries,
        };
        self.fault.at(Moment::Pulled).await;
        let mut retry = Vec::new();
        let mut lanes: VecDeque<Vec<Unit>> = VecDeque::new();
        let unreadable: HashSet<usize> = batch.unreadable.iter().map(|(item, _)| *item).collect();
        let readable = |item: &usize| !unreadable.contains(item);
        let attempt = |item: &usize| deliveries.get(*item).map_or(1, |delivery| delivery.attempt);
        let (fresh, again): (Vec<usize>, Vec<usize>) =
            (0..deliveries.len()).filter(readable).partition(|item| attempt(item) <= 1);
        lanes.push_back(frame.group(&fresh, &mut retry));
        let (up, mut down): (Vec<usize>, Vec<usize>) =
            again.into_iter().partition(|item| attempt(item).is_multiple_of(2));
        down.reverse();
        for item in up.into_iter().chain(down) {
            if attempt(&item) > self.options.attempts_max {
                let error = "delivered again and again without an outcome".to_owned();
                lanes.push_back(vec![frame.aside(item, error)]);
            } else {
                lanes.push_back(frame.units(vec![item], &mut retry));
            }
        }
        for (item, error) in std::mem::take(&mut batch.unreadable) {
            lanes.push_back(frame.failed(item, error, &mut retry).into_iter().collect());
        }
        batch.retry_later(retry).await;
        while let Some(units) = lanes.pop_front() {
            self.carry(&frame, &mut batch, units, &mut lanes).await?;
        }
        Ok(())
    }

    /// Reads what the broker says of each message, and payloads that were claimed.
    async fn open(&self, taken: Vec<Message>) -> Result<Batch, Stopped> {
        let mut batch = Batch::new(&self.options, &self.source.inner.jetstream, taken);
        for item in 0..batch.deliveries.len() {
            match self.payload(item, &mut batch).await? {
                Ok(payload) => batch.set_payload(item, payload),
                Err(error) => batch.unreadable.push((item, error)),
            }
        }
        Ok(batch)
    }

    async fn payload(&self, item: usize, batch: &mut Batch) -> Result<Result<bytes::Bytes, String>, Stopped> {
        let mut backoff = Backoff::new(50, 2_000);
        loop {
            let (revision, headers, payload) = batch.claim(item);
            match self.source.inner.claims.resolve(revision, headers, payload).await {
                Ok(payload) => return Ok(Ok(payload)),
                Err(error) if error.is_transient() => self.outlast(&mut backoff, batch).await?,
                Err(error) => return Ok(Err(error.to_string())),
            }
        }
    }

    /// Brings units to their end: stored, unchanged, retried later or put into a lane of their own.
    async fn carry(
        &self,
        frame: &Frame<'_, S>,
        batch: &mut Batch,
        units: Vec<Unit>,
        lanes: &mut VecDeque<Vec<Unit>>,
    ) -> Result<(), Stopped> {
        let mut pending = units;
        let mut from_leader = false;
        let mut conflicts = Backoff::new(1, 50);
        let mut absences = Backoff::new(50, 2_000);
        while !pending.is_empty() {
            batch.keep_alive().await;
            let outcome = match self.decide(frame, &pending, from_leader).await {
                Ok(outcome) => outcome,
                Err(error) if error.is_transient() => {
                    tracing::warn!(%error, "states cannot be read");
                    self.outlast(&mut absences, batch).await?;
                    continue;
                }
                Err(error) => {
                    self.unreadable_state(frame, batch, std::mem::take(&mut pending), lanes, &error).await;
                    return Ok(());
                }
            };
            batch.retry_later(outcome.retry).await;
            batch.settle(outcome.unchanged, "unchanged").await;
            lanes.extend(outcome.alone.into_iter().map(|unit| vec![unit]));
            self.fault.at(Moment::Decided).await;
            let mut away = false;
            pending = Vec::new();
            for part in outcome.parts {
                match self.store(&part).await {
                    Ok(()) => {
                        self.fault.at(Moment::Stored).await;
                        self.settle_units(batch, part.units).await;
                    }
                    Err(CommitError::Conflict { .. }) => pending.extend(part.units),
                    Err(error @ (CommitError::TooLarge(_) | CommitError::Refused { .. })) => {
                        self.refused(frame, batch, part.units, lanes, &error).await;
                    }
                    Err(error) => {
                        tracing::warn!(%error, stream = self.sink.name(), "not stored, trying again");
                        away = true;
                        pending.extend(part.units);
                    }
                }
            }
            from_leader = true;
            if away {
                self.outlast(&mut absences, batch).await?;
            } else if !pending.is_empty() {
                measure::worked(&self.options.durable, "conflict", pending.len());
                conflicts.wait().await;
            }
        }
        Ok(())
    }

    async fn decide(
        &self,
        frame: &Frame<'_, S>,
        units: &[Unit],
        from_leader: bool,
    ) -> Result<Outcome, Error> {
        let states = self.read(units, &States::new(), from_leader).await?;
        let mut round = Round::new(frame, states);
        let mut more = round.decide(units.to_vec());
        while !more.is_empty() {
            let states = self.read(&more, &round.states, from_leader).await?;
            round.states.extend(states);
            more = round.decide(more);
        }
        Ok(round.finish())
    }

    /// Reads what the units need and is not known.
    async fn read(&self, units: &[Unit], known: &States, from_leader: bool) -> Result<States, Error> {
        let wanted: HashSet<&String> = units.iter().flat_map(|unit| &unit.reads).collect();
        let unread: Vec<String> =
            wanted.into_iter().filter(|subject| !known.contains(subject)).cloned().collect();
        if from_leader { self.sink.last_from_leader(&unread).await } else { self.sink.last(&unread).await }
    }

    async fn store(&self, part: &Part) -> Result<(), CommitError> {
        let sealed = self.sink.seal(part.transaction.clone()).await?;
        self.sink.store(sealed).await.map(|_| ())
    }

    /// The broker will not have this transaction: find the unit, then the delivery, that it is about.
    async fn refused(
        &self,
        frame: &Frame<'_, S>,
        batch: &mut Batch,
        units: Vec<Unit>,
        lanes: &mut VecDeque<Vec<Unit>>,
        error: &CommitError,
    ) {
        tracing::warn!(%error, units = units.len(), "the broker refused a transaction");
        let mut retry = Vec::new();
        if units.len() > 1 {
            lanes.extend(units.into_iter().map(|unit| vec![unit]));
            return;
        }
        for unit in units {
            self.one_by_one(frame, unit, lanes, &mut retry, &error.to_string());
        }
        batch.retry_later(retry).await;
    }

    /// A state that the units depend on cannot be used: the fault of one of them, to be found.
    async fn unreadable_state(
        &self,
        frame: &Frame<'_, S>,
        batch: &mut Batch,
        units: Vec<Unit>,
        lanes: &mut VecDeque<Vec<Unit>>,
        error: &Error,
    ) {
        tracing::error!(%error, units = units.len(), "a state cannot be used");
        if units.len() > 1 {
            lanes.extend(units.into_iter().map(|unit| vec![unit]));
            return;
        }
        let mut retry = Vec::new();
        for unit in units {
            self.one_by_one(frame, unit, lanes, &mut retry, &error.to_string());
        }
        batch.retry_later(retry).await;
    }

    fn one_by_one(
        &self,
        frame: &Frame<'_, S>,
        unit: Unit,
        lanes: &mut VecDeque<Vec<Unit>>,
        retry: &mut Vec<(usize, String)>,
        error: &str,
    ) {
        if unit.aside.is_some() {
            match unit.bare {
                true => retry.extend(unit.items.into_iter().map(|item| (item, error.to_owned()))),
                false => lanes.push_back(vec![frame.bare(unit)]),
            }
        } else if unit.items.len() > 1 {
            for item in unit.items {
                lanes.push_back(frame.units(vec![item], retry));
            }
        } else {
            for item in unit.items {
                lanes.extend(frame.failed(item, error.to_owned(), retry).map(|unit| vec![unit]));
            }
        }
    }

    async fn settle_units(&self, batch: &mut Batch, units: Vec<Unit>) {
        for unit in units {
            let outcome = if unit.aside.is_some() { "set_aside" } else { "stored" };
            if let Some(error) = &unit.aside {
                tracing::error!(consumer = self.options.durable, %error, "a delivery was set aside");
            }
            batch.settle(unit.items, outcome).await;
        }
    }

    /// Waits for a broker that is away or full; gives up when told to stop.
    async fn outlast(&self, backoff: &mut Backoff, batch: &mut Batch) -> Result<(), Stopped> {
        let wait = backoff.draw();
        let ready = async {
            tokio::time::sleep(wait).await;
            self.sink.link().up().await;
        };
        tokio::select! {
            biased;
            () = self.stop.cancelled() => return Err(Stopped),
            () = ready => {}
        }
        batch.keep_alive().await;
        Ok(())
    }
}
