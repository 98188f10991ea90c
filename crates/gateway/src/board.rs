//! The work list shared between the one task that follows the plans and the calls that read it, and the watches
//! that are told of changes. Locks are held for one page at most, and nothing is awaited under them.
//!
//! A watch is told *whose* line changed; it reads the line when it gets to it. So changes of one patient that a slow
//! client has not taken yet become one, and a watch holds no more than a list of pseudonyms.

use crate::events::{WatchBegan, WatchEnded, WatchOverflowed, WorklistCounted};
use crate::worklist::{Change, Filter, Table};
use lacteal_clinical::identity::PatientId;
use lacteal_wire::event::{Plan, Status};
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use tokio::sync::Notify;

/// The shared work list.
pub(crate) struct Board {
    table: RwLock<Table>,
    watches: Mutex<Vec<Arc<Queue>>>,
    watchers_max: usize,
    backlog_max: usize,
}

/// One watch: patients whose line changed and matches, or did before. Ends with its drop.
pub(crate) struct Watch {
    board: Arc<Board>,
    queue: Arc<Queue>,
}

/// As many watches as allowed are there already.
#[derive(Debug)]
pub(crate) struct TooManyWatches;

/// The watch fell behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Behind;

struct Queue {
    filter: Filter,
    backlog_max: usize,
    backlog: Mutex<Backlog>,
    changed: Notify,
}

#[derive(Default)]
struct Backlog {
    order: VecDeque<PatientId>,
    waiting: HashSet<PatientId>,
    overflowed: bool,
}

// === impl Board ===

impl Board {
    pub(crate) fn new(watchers_max: usize, backlog_max: usize) -> Self {
        Self { table: RwLock::default(), watches: Mutex::default(), watchers_max, backlog_max }
    }

    /// Takes a plan, `None` when it could not be read, and tells the watches.
    pub(crate) fn put(&self, patient: PatientId, revision: u64, plan: Option<&Plan>) {
        let change = {
            let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
            let change = match plan {
                Some(plan) => table.put(patient, revision, plan),
                None => table.put_unreadable(patient, revision),
            };
            let Some(change) = change else { return };
            count(&table, &change);
            change
        };
        for queue in lock(&self.watches).iter() {
            queue.note(&change);
        }
    }

    pub(crate) fn read<T>(&self, look: impl FnOnce(&Table) -> T) -> T {
        look(&self.table.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Begins a watch. Read the lines that match after this, not before: then no change is missed.
    pub(crate) fn watch(self: &Arc<Self>, filter: Filter) -> Result<Watch, TooManyWatches> {
        let mut watches = lock(&self.watches);
        if watches.len() >= self.watchers_max {
            return Err(TooManyWatches);
        }
        let queue = Arc::new(Queue {
            filter,
            backlog_max: self.backlog_max,
            backlog: Mutex::default(),
            changed: Notify::new(),
        });
        watches.push(Arc::clone(&queue));
        WatchBegan.emit();
        Ok(Watch { board: Arc::clone(self), queue })
    }
}

fn count(table: &Table, change: &Change) {
    let statuses = [change.before.map(|facet| facet.status()), Some(change.after.status())];
    for status in statuses.into_iter().flatten() {
        WorklistCounted { status, patients: table.count(status) }.emit();
    }
}

/// The number of lines of every status, for the beginning, when all are none.
pub(crate) fn count_all(table: &Table) {
    for code in 1..=i32::from(Status::NeedsReview as u8) {
        if let Ok(status) = Status::try_from(code) {
            WorklistCounted { status, patients: table.count(status) }.emit();
        }
    }
}

// === impl Watch ===

impl Watch {
    pub(crate) fn filter(&self) -> &Filter {
        &self.queue.filter
    }

    /// Waits for a changed line and says whose it is. If it does not match any more, the client may hold it.
    /// Cancel-safe.
    pub(crate) async fn changed(&self) -> Result<PatientId, Behind> {
        loop {
            if let Some(taken) = self.queue.take()? {
                return Ok(taken);
            }
            self.queue.changed.notified().await;
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        lock(&self.board.watches).retain(|queue| !Arc::ptr_eq(queue, &self.queue));
        WatchEnded.emit();
    }
}

// === impl Queue ===

impl Queue {
    fn note(&self, change: &Change) {
        let facets = [change.before, Some(change.after)];
        if !facets.into_iter().flatten().any(|facet| self.filter.matches(facet)) {
            return;
        }
        let mut backlog = lock(&self.backlog);
        if backlog.overflowed {
            return;
        }
        if backlog.waiting.contains(&change.patient) {
            return;
        }
        if backlog.order.len() < self.backlog_max {
            backlog.waiting.insert(change.patient);
            backlog.order.push_back(change.patient);
        } else {
            *backlog = Backlog { overflowed: true, ..Backlog::default() };
            WatchOverflowed.emit();
        }
        drop(backlog);
        self.changed.notify_one();
    }

    fn take(&self) -> Result<Option<PatientId>, Behind> {
        let mut backlog = lock(&self.backlog);
        if backlog.overflowed {
            return Err(Behind);
        }
        let patient = backlog.order.pop_front();
        if let Some(patient) = &patient {
            backlog.waiting.remove(patient);
        }
        Ok(patient)
    }
}

/// A poisoned lock only means that some thread panicked while it held plain data that is still whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    fn plan(patient: PatientId, status: Status) -> Plan {
        Plan { patient: patient.0.to_vec(), status: status.into(), ..Plan::default() }
    }

    fn next(watch: &Watch) -> Option<Result<PatientId, Behind>> {
        watch.changed().now_or_never()
    }

    const A: PatientId = PatientId([1; 16]);
    const B: PatientId = PatientId([2; 16]);
    const C: PatientId = PatientId([3; 16]);

    #[test]
    fn a_watch_hears_of_lines_that_match_or_did_and_of_no_others() {
        let board = Arc::new(Board::new(1, 10));
        let watch = board.watch(Filter::new(&[Status::Due], None)).unwrap();
        board.put(A, 1, Some(&plan(A, Status::UpToDate)));
        assert_eq!(next(&watch), None);
        board.put(A, 2, Some(&plan(A, Status::Due)));
        assert_eq!(next(&watch), Some(Ok(A)));
        board.put(A, 3, Some(&plan(A, Status::Overdue)));
        assert_eq!(next(&watch), Some(Ok(A)));
        board.put(A, 3, Some(&plan(A, Status::Due)));
        assert_eq!(next(&watch), None, "the same revision again is no change");
    }

    #[test]
    fn changes_of_one_patient_that_wait_become_one_and_later_ones_are_told_anew() {
        let board = Arc::new(Board::new(1, 10));
        let watch = board.watch(Filter::new(&[Status::Due], None)).unwrap();
        board.put(A, 1, Some(&plan(A, Status::UpToDate)));
        for (revision, status) in (2..).zip([Status::Due, Status::Overdue, Status::Due, Status::Paused]) {
            board.put(A, revision, Some(&plan(A, status)));
        }
        assert_eq!(next(&watch), Some(Ok(A)));
        assert_eq!(next(&watch), None);
        board.put(A, 9, Some(&plan(A, Status::Due)));
        assert_eq!(next(&watch), Some(Ok(A)));
    }

    #[test]
    fn a_watch_that_falls_behind_is_told_and_the_others_are_not() {
        let board = Arc::new(Board::new(2, 2));
        let (slow, quick) = (board.watch(Filter::ALL).unwrap(), board.watch(Filter::ALL).unwrap());
        for patient in [A, B, C] {
            board.put(patient, 1, Some(&plan(patient, Status::Due)));
            assert_eq!(next(&quick), Some(Ok(patient)));
        }
        assert_eq!(next(&slow), Some(Err(Behind)));
        assert_eq!(next(&slow), Some(Err(Behind)));
    }

    #[test]
    fn there_are_as_many_watches_as_allowed_and_an_ended_one_makes_room() {
        let board = Arc::new(Board::new(1, 1));
        let first = board.watch(Filter::ALL).unwrap();
        assert!(board.watch(Filter::ALL).is_err());
        drop(first);
        assert!(board.watch(Filter::ALL).is_ok());
    }
}
