//! The work list: a table in memory, fed by plans, that answers by filter and order, page by page.
//!
//! Pure: no IO, no clock, no async. It is rebuilt from the plans at every start and is never written anywhere, so
//! its form may change at will. It is compact, because it holds every patient: below 300 bytes each, all in.
//! What it does not do: it decides no status and no urgency beyond the order that the API documents.

mod day;
mod entry;
mod filter;
mod order;
mod page;
mod table;
mod texts;

pub use day::Day;
pub use filter::{Facet, Filter};
pub use order::Order;
pub use page::{Cursor, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, PageError, Query, page_size};
pub use table::{Change, Page, Scan, Table};

/// What a patient's line says when the plan could not be read: it must be looked at, never shown as nothing due.
pub const UNREADABLE: &str = "The stored plan of this patient could not be read. Look at the patient.";
