//! Which entries are wanted.

use super::day::Day;
use lacteal_wire::event::Status;

/// Number of statuses, the unspecified one included: they are small numbers and index arrays.
pub(super) const STATUSES: usize = Status::NeedsReview as usize + 1;

/// The default list: everybody whose surveillance has not ended.
const DEFAULT: u16 = !(1 << Status::Ended as u16);

/// What a filter looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facet {
    pub(super) status: u8,
    pub(super) due: Day,
}

impl Facet {
    /// The status.
    #[must_use]
    pub fn status(self) -> Status {
        Status::try_from(i32::from(self.status)).unwrap_or_default()
    }
}

/// Which entries are wanted: a set of statuses, and perhaps a last due day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter {
    statuses: u16,
    due_on_or_before: Option<Day>,
}

impl Filter {
    /// Everybody, also those whose surveillance has ended.
    pub const ALL: Self = Self { statuses: u16::MAX, due_on_or_before: None };

    /// A filter by statuses (none named: all but ended) and last due day.
    #[must_use]
    pub fn new(statuses: &[Status], due_on_or_before: Option<Day>) -> Self {
        let named = statuses.iter().fold(0, |set, status| set | 1 << *status as u16);
        Self { statuses: if named == 0 { DEFAULT } else { named }, due_on_or_before }
    }

    /// Whether an entry is wanted.
    #[must_use]
    pub fn matches(&self, facet: Facet) -> bool {
        self.has_status(facet.status.into()) && self.is_due(facet.due)
    }

    pub(super) fn has_status(&self, status: usize) -> bool {
        self.statuses >> status & 1 == 1
    }

    pub(super) fn is_due(&self, due: Day) -> bool {
        self.due_on_or_before.is_none_or(|last| due <= last)
    }

    pub(super) fn due_on_or_before(&self) -> Option<Day> {
        self.due_on_or_before
    }

    /// The same for equal filters, and for no others.
    pub(super) fn fingerprint(&self) -> [u8; 6] {
        let due = self.due_on_or_before.map_or(u32::MAX, Day::number);
        let [a, b] = self.statuses.to_le_bytes();
        let [c, d, e, f] = due.to_le_bytes();
        [a, b, c, d, e, f]
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self::new(&[], None)
    }
}

const _: () = assert!(STATUSES <= 16, "a set of statuses has sixteen bits");
