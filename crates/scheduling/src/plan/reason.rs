//! The sentences of plans and notices.
//!
//! They are made only from what a plan holds, so that a wake-up can say them again without the dossier. They speak to
//! nurses and physicians, name dates in ISO 8601, and name nobody. What must be reviewed may quote a sentence of a report,
//! between “ and ”; notices leave that out.

use jiff::civil::Date;
use lacteal_wire::event::{
    self, Booking, EndCause, MarkerKind, Modality, Plan, PlannedOrder, Summary, Window,
};

use super::arranged::{self, Arranged};
use super::dates;
use super::phase::Phase;
use crate::policy::Traits;

/// Most review items that one sentence lists; the plan holds them all.
const ITEMS_MAX: usize = 3;
/// Longest part of an item that one sentence shows, in characters, so that what follows is not crowded out.
const ITEM_CHARS_MAX: usize = 200;

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
        EndCause::Declined => "The patient declined surveillance.",
        EndCause::Discharged => "The patient was discharged from surveillance.",
        EndCause::Transferred => "The patient is followed elsewhere.",
        EndCause::FollowUpComplete => "Follow-up is complete: its last scan was done.",
        EndCause::Unspecified => "Surveillance has ended.",
    };
    match detail {
        Some(detail) => format!("{sentence} {detail}"),
        None => sentence.to_owned(),
    }
}

/// That liver metastasis is known, whatever the status.
pub(super) fn metastasis(plan: &Plan) -> String {
    if plan.end_cause() == EndCause::LiverMetastasis {
        return plan.reason.clone();
    }
    format!("Liver metastasis is known: the NET team decides. {}", plan.reason)
}

/// Why surveillance goes on after it had ended.
pub(super) fn resumed(before: Option<EndCause>) -> &'static str {
    match before {
        Some(EndCause::Declined | EndCause::Discharged | EndCause::Transferred) => {
            "The decision that had ended surveillance is no longer in force."
        }
        _ => {
            "What had ended surveillance was withdrawn or corrected, or a clinician decided that it goes on."
        }
    }
}

/// That surveillance is paused.
pub(super) fn paused(until: Date, by: &str, liver_metastasis: bool) -> String {
    let also = if liver_metastasis { " Liver metastasis is known: the NET team decides." } else { "" };
    format!("Surveillance is paused until {until}: {by}.{also}")
}

/// Why nothing can be planned.
pub(super) fn not_enough_known(in_scope: bool, scope_reason: &str) -> String {
    if in_scope {
        return "Neither a resection nor a first evidence of the tumour has a date to count from.".to_owned();
    }
    let sentence = "It is not established whether the tumour is one that is watched here";
    let detail = scope_reason.trim_end_matches('.');
    if detail.is_empty() { format!("{sentence}.") } else { format!("{sentence}: {detail}.") }
}

/// What a clinician must be told at once, with what was seen and no value of it.
pub(super) fn alert(text: &str, summary: &Summary, traits: &Traits) -> String {
    let rising = summary.rising.iter().map(|it| {
        let name = match it.kind() {
            MarkerKind::ChromograninA => "chromogranin A",
            MarkerKind::Urine5hiaa => "5-HIAA in urine",
            MarkerKind::Urine5hiaaConcentration => "5-HIAA per volume of urine",
            MarkerKind::Plasma5hiaa => "5-HIAA in plasma",
            MarkerKind::NtProbnp => "NT-proBNP",
            MarkerKind::Unspecified => "a marker",
        };
        match dates::read(it.at.as_ref()) {
            Some(at) => format!("{name} risen on {at}"),
            None => format!("{name} risen"),
        }
    });
    let symptoms = traits.symptoms.then(|| "symptoms of carcinoid syndrome".to_owned());
    let raised = traits.raised.then(|| "5-HIAA above its upper limit".to_owned());
    let seen: Vec<String> = symptoms.into_iter().chain(raised).chain(rising).collect();
    if seen.is_empty() { text.to_owned() } else { format!("{text} ({})", seen.join("; ")) }
}

fn day(date: Option<&event::PartialDate>) -> String {
    dates::read(date).map(|it| it.to_string()).unwrap_or_default()
}

fn modality(it: Modality) -> Option<&'static str> {
    match it {
        Modality::Mr => Some("MRI"),
        Modality::Ct => Some("CT"),
        Modality::Pet => Some("PET"),
        Modality::Ultrasound | Modality::Scintigraphy | Modality::Unspecified => None,
    }
}

/// ` (CT)`, or nothing when the modality was not told.
fn bracketed(it: Modality) -> String {
    modality(it).map(|name| format!(" ({name})")).unwrap_or_default()
}

/// What is arranged, when the next scan is due, and why then.
pub(super) fn scan(window: &Window, phase: Phase, arranged: Option<Arranged<'_>>) -> String {
    let due = due(window, phase);
    match arranged {
        Some(Arranged::Unreported(booking)) => format!("{} {due}", unreported(booking)),
        Some(Arranged::Booked(booking)) => format!("{} {due}", booked(booking, window)),
        Some(Arranged::Ordered(order)) => format!("{} {due}", ordered(order)),
        None => due,
    }
}

fn ordered(order: &PlannedOrder) -> String {
    format!("A scan{} is ordered ({}).", bracketed(order.modality()), day(order.day.as_ref()))
}

fn booked(booking: &Booking, window: &Window) -> String {
    let after = if arranged::is_after(booking, window) { ", which is after its window" } else { "" };
    format!("A scan{} is booked for {}{after}.", bracketed(booking.modality()), day(booking.day.as_ref()))
}

fn unreported(booking: &Booking) -> String {
    let (on, until) = (day(booking.day.as_ref()), day(booking.report_until.as_ref()));
    let scan = bracketed(booking.modality());
    if booking.fulfilled {
        format!("The scan{scan} of {on} has no report yet: it is awaited until {until}.")
    } else {
        format!(
            "The day of a booked scan{scan}, {on}, has passed and there is no report: it is awaited until {until}."
        )
    }
}

fn due(window: &Window, phase: Phase) -> String {
    let due = day(window.due.as_ref());
    let scan = modality(window.modality()).unwrap_or("imaging");
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
    let shown: Vec<String> = items.take(ITEMS_MAX).map(|it| shortened(it.trim_end_matches('.'))).collect();
    let mut text = shown.join("; ");
    if more > 0 {
        text.push_str(&format!("; and {more} more"));
    }
    text
}

/// An item that fits into a sentence; a quotation that is cut is closed.
fn shortened(item: &str) -> String {
    let Some((end, _)) = item.char_indices().nth(ITEM_CHARS_MAX) else { return item.to_owned() };
    let shown = item.get(..end).unwrap_or(item);
    let is_open = shown.rfind('“') > shown.rfind('”');
    format!("{shown}{}", if is_open { " …”" } else { " …" })
}

/// The text without its quotations: for notices, which leave the place where clinicians look.
pub(super) fn unquoted(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, quoted)) = rest.split_once('“') {
        kept.push_str(before);
        kept.push_str("a sentence of a report");
        rest = quoted.split_once('”').map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}
