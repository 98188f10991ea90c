//! What the broker gives to a program that does nothing but write: the floors under the figures.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use lacteal_ledger::{Stream, Transaction};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::Result;

/// Messages of one raw batch.
pub(crate) const BATCH: usize = 500;
/// Patients of one raw step.
pub(crate) const STEP: usize = 250;

/// Writes to one stream, never to the same subject twice.
pub(crate) struct Floor {
    stream: Stream,
    /// What is written, in turn.
    payloads: Vec<Bytes>,
    written: usize,
}

impl Floor {
    pub(crate) fn new(stream: Stream, payloads: Vec<Bytes>) -> Floor {
        Floor { stream, payloads, written: 0 }
    }

    fn append(&mut self, transaction: &mut Transaction) {
        let payload = self.payloads.get(self.written % self.payloads.len().max(1)).cloned();
        self.written += 1;
        transaction.append(subject("report", self.written), payload.unwrap_or_default());
    }

    fn appends(&mut self, count: usize) -> Transaction {
        let mut transaction = Transaction::new();
        (0..count).for_each(|_| self.append(&mut transaction));
        transaction
    }

    /// Single publishes, so many at once: the time of all and of each.
    pub(crate) async fn singles(
        &mut self,
        count: usize,
        at_once: usize,
    ) -> Result<(Duration, Vec<Duration>)> {
        let transactions: Vec<_> = (0..count).map(|_| self.appends(1)).collect();
        let queue = Arc::new(Mutex::new(transactions.into_iter()));
        let mut tasks = JoinSet::new();
        let began = Instant::now();
        for _ in 0..at_once {
            let (stream, queue) = (self.stream.clone(), Arc::clone(&queue));
            tasks.spawn(async move {
                let mut waits = Vec::new();
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(transaction) = next else { return Ok(waits) };
                    let began = Instant::now();
                    stream.commit(transaction).await?;
                    waits.push(began.elapsed());
                }
            });
        }
        let mut waits = Vec::with_capacity(count);
        while let Some(ended) = tasks.join_next().await {
            let one: Result<Vec<Duration>> = ended?;
            waits.extend(one?);
        }
        Ok((began.elapsed(), waits))
    }

    /// Atomic batches of 500, one after the other.
    pub(crate) async fn batches(&mut self, count: usize) -> Result<Duration> {
        let transactions: Vec<_> = (0..count).map(|_| self.appends(BATCH)).collect();
        let began = Instant::now();
        for transaction in transactions {
            self.stream.commit(transaction).await?;
        }
        Ok(began.elapsed())
    }

    /// Steps of work without the work, about patients never seen before: 250 states read by one request, 250 states
    /// and 250 events written by one batch, each state guarded by compare-and-set.
    pub(crate) async fn steps(&mut self, count: usize, state: &Bytes, event: &Bytes) -> Result<Duration> {
        let mut took = Duration::ZERO;
        for _ in 0..count {
            let from = self.written;
            self.written += STEP;
            let patients = from..self.written;
            let subjects: Vec<_> = patients.clone().map(|patient| subject("state", patient)).collect();
            let events: Vec<_> = patients.map(|patient| subject("event", patient)).collect();
            let began = Instant::now();
            let states = self.stream.last(&subjects).await?;
            let mut transaction = Transaction::new();
            for (subject, event_subject) in subjects.iter().zip(events) {
                transaction.put(subject, states.revision(subject), state.clone());
                transaction.append(event_subject, event.clone());
            }
            self.stream.commit(transaction).await?;
            took += began.elapsed();
        }
        Ok(took)
    }
}

/// As long as the subject of a report, so that the broker has as much to keep.
fn subject(kind: &str, number: usize) -> String {
    format!("floor.{kind}.{:02}.{number:0>52}", number % 16)
}
