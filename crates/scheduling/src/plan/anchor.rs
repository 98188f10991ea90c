//! What an interval is counted from: the last scan that counts, else time zero, or a finding.
//!
//! Every doubt goes to the earlier day: a date of month precision counts from its first day, and a study that may have
//! been done before the resection does not lengthen anything.

use jiff::civil::Date;
use lacteal_clinical::{PartialDate, Precision};

use super::studies::Study;

/// What the interval is counted from.
#[derive(Clone, Copy)]
pub(super) struct Anchor {
    pub(super) date: PartialDate,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Resection,
    FirstEvidence,
    /// A study after time zero.
    Study,
    /// A study that may have been done before time zero, for all that the dates tell.
    StudyAroundTimeZero,
    Lesion,
}

impl Anchor {
    /// Time zero itself.
    pub(super) fn time_zero(date: PartialDate, first_evidence: bool) -> Self {
        Self { date, kind: if first_evidence { Kind::FirstEvidence } else { Kind::Resection } }
    }

    /// The last study that counts, else time zero.
    pub(super) fn last(time_zero: PartialDate, first_evidence: bool, last: Option<Study>) -> Self {
        match last {
            Some(study) if time_zero.is_certainly_before(&study.performed) => {
                Self { date: study.performed, kind: Kind::Study }
            }
            // Resection and study may have come in either order. Counting the short first interval from the later of
            // the two first possible days is never later than the right one.
            Some(study) if study.performed.earliest() > time_zero.earliest() => {
                Self { date: study.performed, kind: Kind::StudyAroundTimeZero }
            }
            _ => Self::time_zero(time_zero, first_evidence),
        }
    }

    /// The first day that it can mean.
    pub(super) fn day(self) -> Date {
        self.date.earliest()
    }

    /// It is a study that was certainly done after time zero.
    pub(super) fn is_study(self) -> bool {
        self.kind == Kind::Study
    }

    /// "N months after the scan of DATE: why." and what is to be said of an inexact date.
    pub(super) fn sentence(self, months: u16, why: &str) -> String {
        let what = match self.kind {
            Kind::Resection => "the resection of",
            Kind::FirstEvidence => "the first evidence of the tumour (no resection has a date) of",
            Kind::Study => "the scan of",
            Kind::StudyAroundTimeZero => "the scan (perhaps before the resection) of",
            Kind::Lesion => "the indeterminate liver finding of",
        };
        let unit = if months == 1 { "month" } else { "months" };
        let date = self.date;
        let counted = match date.precision() {
            Precision::Day => String::new(),
            Precision::Month => {
                format!(" Only the month of that date is known: counted from {}.", date.earliest())
            }
            Precision::Year => {
                format!(" Only the year of that date is known: counted from {}.", date.earliest())
            }
        };
        format!("{months} {unit} after {what} {date}: {why}.{counted}")
    }
}
