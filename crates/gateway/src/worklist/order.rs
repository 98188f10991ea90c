//! The orders of the list, and the keys that make them.
//!
//! The table has a sorted set of keys for each status. An order is a sequence of groups of statuses; within a
//! group the sets of its statuses are merged. So two families of sets serve all orders and all filters.

use super::day::Day;
use super::filter::STATUSES;
use lacteal_clinical::identity::PatientId;
use lacteal_wire::event::Status;

/// An order of the work list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Overdue, needs review, due, then the others; each by due date.
    Urgency,
    /// By due date, earliest first; without one last.
    Due,
    /// By five-year risk, highest first; without one last.
    Risk,
}

/// Place of an entry within its group: smaller comes first, and the pseudonym makes it total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) major: u32,
    pub(super) patient: PatientId,
}

/// Which family of sets an order walks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Due,
    Risk,
}

const OVERDUE: usize = Status::Overdue as usize;
const NEEDS_REVIEW: usize = Status::NeedsReview as usize;
const DUE: usize = Status::Due as usize;

impl Order {
    pub(super) fn family(self) -> Family {
        match self {
            Self::Urgency | Self::Due => Family::Due,
            Self::Risk => Family::Risk,
        }
    }

    pub(super) fn groups(self) -> u8 {
        match self {
            Self::Urgency => 4,
            Self::Due | Self::Risk => 1,
        }
    }

    /// The statuses of a group.
    pub(super) fn statuses(self, group: u8) -> impl Iterator<Item = usize> {
        (0..STATUSES).filter(move |status| self.group(*status) == group)
    }

    fn group(self, status: usize) -> u8 {
        match (self, status) {
            (Self::Due | Self::Risk, _) | (Self::Urgency, OVERDUE) => 0,
            (Self::Urgency, NEEDS_REVIEW) => 1,
            (Self::Urgency, DUE) => 2,
            (Self::Urgency, _) => 3,
        }
    }

    pub(super) fn code(self) -> u8 {
        match self {
            Self::Urgency => 0,
            Self::Due => 1,
            Self::Risk => 2,
        }
    }
}

impl Key {
    pub(super) fn due(due: Day, patient: PatientId) -> Self {
        Self { major: due.number(), patient }
    }

    /// A risk is between 0 and 1. Bits of such numbers sort as the numbers do; single precision is enough to
    /// sort by, and half the size.
    pub(super) fn risk(risk: Option<f64>, patient: PatientId) -> Self {
        let highest = 1_f32.to_bits();
        let major = risk.map_or(u32::MAX, |risk| highest.saturating_sub((risk as f32).to_bits()));
        Self { major, patient }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_risk_sorts_first_and_an_unknown_one_last() {
        let key = |risk| Key::risk(risk, PatientId([0; 16]));
        let sorted = [Some(1.0), Some(0.5), Some(0.18), Some(0.0), None].map(key);
        assert!(sorted.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn every_status_is_in_one_group_of_each_order() {
        for order in [Order::Urgency, Order::Due, Order::Risk] {
            let mut all: Vec<_> = (0..order.groups()).flat_map(|group| order.statuses(group)).collect();
            all.sort_unstable();
            assert_eq!(all, (0..STATUSES).collect::<Vec<_>>());
        }
    }
}
