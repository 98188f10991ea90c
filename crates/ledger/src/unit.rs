//! The deliveries of a batch as units: what is decided on together, what is tried again, and what is given up.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Delivery, Step, WorkOptions};

/// How often one unit may ask for more states.
pub(crate) const READS_MAX: u32 = 4;

/// Deliveries that are decided on together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unit {
    /// Indices into the batch, in stream order.
    pub(crate) items: Vec<usize>,
    /// Subjects whose states are needed.
    pub(crate) reads: Vec<String>,
    /// Set when its one delivery is given up: why.
    pub(crate) aside: Option<String>,
    /// Giving up failed, too: only the record is written.
    pub(crate) bare: bool,
    /// How often it asked for more states.
    pub(crate) rounds: u32,
}

/// What does not change while a batch is in hand.
pub(crate) struct Frame<'a, S> {
    pub(crate) step: &'a S,
    pub(crate) options: &'a WorkOptions,
    pub(crate) source: &'a str,
    pub(crate) deliveries: &'a [Delivery],
}

impl<S: Step> Frame<'_, S> {
    /// Groups items by key, in order of first appearance.
    pub(crate) fn group(&self, items: &[usize], retry: &mut Vec<(usize, String)>) -> Vec<Unit> {
        let mut order: Vec<Vec<usize>> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for &item in items {
            let Some(delivery) = self.deliveries.get(item) else { continue };
            // An unkeyable delivery is its own unit and will fail by itself.
            let key = guarded(|| self.step.key(delivery)).unwrap_or_else(|_| format!("\0{item}"));
            match places.get(&key).and_then(|&place| order.get_mut(place)) {
                Some(group) => group.push(item),
                None => {
                    places.insert(key, order.len());
                    order.push(vec![item]);
                }
            }
        }
        order.into_iter().flat_map(|items| self.units(items, retry)).collect()
    }

    /// One unit of these items; one for each when they cannot be asked together what they read.
    pub(crate) fn units(&self, items: Vec<usize>, retry: &mut Vec<(usize, String)>) -> Vec<Unit> {
        match guarded(|| self.step.reads(&self.pick(&items))) {
            Ok(reads) => vec![Unit { items, reads, ..Unit::default() }],
            Err(_) if items.len() > 1 => {
                items.into_iter().flat_map(|item| self.units(vec![item], retry)).collect()
            }
            Err(error) => items
                .into_iter()
                .filter_map(|item| self.failed(item, format!("what it reads: {error}"), retry))
                .map(|unit| Unit { bare: true, ..unit })
                .collect(),
        }
    }

    /// A failed delivery: to be retried, or, after enough attempts, a unit that sets it aside.
    pub(crate) fn failed(
        &self,
        item: usize,
        error: String,
        retry: &mut Vec<(usize, String)>,
    ) -> Option<Unit> {
        let delivery = self.deliveries.get(item)?;
        if delivery.attempt < self.options.attempts_max {
            retry.push((item, error));
            return None;
        }
        Some(self.aside(item, error))
    }

    /// A unit that sets its one delivery aside.
    pub(crate) fn aside(&self, item: usize, error: String) -> Unit {
        let known = guarded(|| self.step.reads(&self.pick(&[item])));
        let bare = known.is_err();
        let mut reads = known.unwrap_or_default();
        reads.push(self.record_subject(item));
        Unit { items: vec![item], reads, aside: Some(error), bare, rounds: 0 }
    }

    /// The same without any help of the step.
    pub(crate) fn bare(&self, unit: Unit) -> Unit {
        let record = unit.items.first().map(|&item| self.record_subject(item));
        Unit { reads: record.into_iter().collect(), bare: true, ..unit }
    }

    pub(crate) fn pick(&self, items: &[usize]) -> Vec<Delivery> {
        items.iter().filter_map(|&item| self.deliveries.get(item)).cloned().collect()
    }

    pub(crate) fn record_subject(&self, item: usize) -> String {
        let sequence = self.deliveries.get(item).map_or(0, |delivery| delivery.sequence);
        format!("{}.{}.{sequence}", self.options.aside_subject_prefix, self.source)
    }
}

/// Runs code of a step; a panic there is an error of one delivery, not the end of the worker.
pub(crate) fn guarded<T>(code: impl FnOnce() -> T) -> Result<T, String> {
    // The message of a panic may quote data, so only the fact is kept.
    catch_unwind(AssertUnwindSafe(code)).map_err(|_| "the step panicked".to_owned())
}
