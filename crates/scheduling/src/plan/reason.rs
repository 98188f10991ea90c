//! The sentences of plans and notices.
//!
//! They are made only from what a plan holds, so that a wake-up can say them again without the dossier. They speak to
//! nurses and physicians, name dates in ISO 8601, and name nobody.

use lacteal_wire::event::{self, EndCause, Modality, Window};

use super::dates;
use super::phase::Phase;

/// Most review items that one sentence lists; the plan holds them all.
const ITEMS_MAX: usize = 3;

/// Why surveillance has ended, with a detail.
pub(super) fn ended(cause: EndCause, detail: Option<&str>) -> String {
    let sentence = match cause {
        EndCause::Merged => "The record was merged into another, where surveillance goes on.",
        EndCause::Deceased => "The patient has died.",
        EndCause::Withdrawn => {
            "No evidence of a tumour is left: what was known has been withdrawn or corrected."
        }
        EndCause::OutOfScope => "The tumour is not one that is watched here.",
        EndCause::LiverMetastasis => {
            "Liver metastasis is known: surveillance for it ends and the NET team decides."
        }
        EndCause::Unspecified => "Surveillance has ended.",
    };
    match detail {
        Some(detail) => format!("{sentence} {detail}"),
        None => sentence.to_owned(),
    }
}

/// When the next scan is due, and why then.
pub(super) fn scan(window: &Window, phase: Phase) -> String {
    let day =
        |date: Option<&event::PartialDate>| dates::read(date).map(|it| it.to_string()).unwrap_or_default();
    let due = day(window.due.as_ref());
    let scan = match window.modality() {
        Modality::Mr => "MRI",
        Modality::Ct => "CT",
        _ => "imaging",
    };
    let when = match phase {
        Phase::Ahead => format!("Next scan ({scan}) due {due}."),
        Phase::Open => {
            format!("Scan ({scan}) due {due}; its window is open since {}.", day(window.opens.as_ref()))
        }
        Phase::Over => {
            format!(
                "Scan ({scan}) overdue: it was due {due}, at the latest {}.",
                day(window.overdue_after.as_ref())
            )
        }
    };
    format!("{when} {}", window.interval_reason)
}

/// What a person must review, and the window that holds until then.
pub(super) fn review(items: &[String], scan: Option<&str>) -> String {
    let scan = scan.unwrap_or("No scan can be planned before that.");
    format!("To be reviewed by a person: {}. {scan}", list(items.iter().map(String::as_str)))
}

/// Some items in one sentence without its full stop.
pub(super) fn list<'a>(items: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = items.len().saturating_sub(ITEMS_MAX);
    let shown: Vec<&str> = items.take(ITEMS_MAX).map(|it| it.trim_end_matches('.')).collect();
    let mut text = shown.join("; ");
    if more > 0 {
        text.push_str(&format!("; and {more} more"));
    }
    text
}
