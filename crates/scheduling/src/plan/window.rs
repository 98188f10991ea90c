//! When and how the next scan should be done: what it is counted from, the interval, and the modality.
//!
//! Every doubt goes to the earlier day: a date of month precision counts from its first day, a study that may have
//! been done before the resection does not lengthen anything, and of two windows that apply the earlier one holds.

use jiff::civil::Date;
use lacteal_clinical::{PartialDate, Precision, Weibull};
use lacteal_wire::event;

use super::dates;
use crate::policy::{Modality, Policy};

/// What a patient's next scan is worked out from.
pub(super) struct Patient {
    /// Resection, or first evidence.
    pub(super) time_zero: PartialDate,
    /// Time zero is not a resection.
    pub(super) first_evidence: bool,
    /// Studies that count, in any order.
    pub(super) studies: Vec<Study>,
    /// The indeterminate lesion of the liver, when there is one.
    pub(super) lesion: Option<Lesion>,
    /// Date of birth.
    pub(super) birth: Option<PartialDate>,
    /// The hazard, when the model covers the patient and nothing stands in its way.
    pub(super) hazard: Option<Weibull>,
}

impl Patient {
    /// When the last study that counts was done.
    pub(super) fn last_study(&self) -> Option<PartialDate> {
        self.studies.iter().map(|it| it.performed).max()
    }
}

/// A study that covers the liver.
#[derive(Clone, Copy)]
pub(super) struct Study {
    /// When it was done.
    pub(super) performed: PartialDate,
    /// How.
    pub(super) modality: event::Modality,
}

/// An indeterminate lesion of the liver.
#[derive(Clone, Copy)]
pub(super) struct Lesion {
    /// When it was seen, if that is known.
    pub(super) seen: Option<PartialDate>,
}

/// What the interval is counted from.
#[derive(Clone, Copy)]
struct Anchor {
    date: PartialDate,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Resection,
    FirstEvidence,
    /// A study after time zero.
    Study,
    /// A study that may have been done before time zero, for all that the dates tell.
    StudyAroundTimeZero,
    Lesion,
}

/// The interval before and after the row, and why.
struct Interval {
    /// What the risk rule alone gives, in days; 0 when there is no risk to apply it to.
    model_days: u32,
    months: u8,
    why: String,
}

/// The window of the next scan and what it rests on.
pub(super) fn next_scan(patient: &Patient, policy: &Policy) -> (event::Window, event::Basis) {
    let last = patient.studies.iter().max_by_key(|it| (it.performed, it.modality)).copied();
    let anchor = anchor(patient, last);
    let interval = interval(patient, anchor, policy);
    let due = dates::add_months(anchor.date.earliest(), interval.months);
    let mut chosen = (anchor, interval.months, due, sentence(anchor, interval.months, &interval.why));
    if patient.lesion.is_some() {
        chosen.3.push_str(" There is an indeterminate liver finding: MRI.");
    }
    if let Some(lesion) = patient.lesion {
        let seen = Anchor { date: lesion.seen.unwrap_or(anchor.date), kind: Kind::Lesion };
        let months = policy.indeterminate.within_months.value;
        let lesion_due = dates::add_months(seen.date.earliest(), months);
        if lesion_due <= due {
            let why = if lesion.seen.is_some() {
                "an indeterminate lesion is settled by MRI at a short interval"
            } else {
                "an indeterminate lesion is settled by MRI at a short interval; the date of the finding is not known"
            };
            chosen = (seen, months, lesion_due, sentence(seen, months, why));
        }
    }
    let (anchor, months, due, interval_reason) = chosen;
    let (opens, overdue_after) = limits(anchor, due, policy);
    let modality = modality(patient, last, due, policy);
    let window = event::Window {
        opens: Some(dates::write_day(opens)),
        due: Some(dates::write_day(due)),
        overdue_after: Some(dates::write_day(overdue_after)),
        interval_months: u32::from(months),
        modality: modality.into(),
        interval_reason,
    };
    let basis = event::Basis {
        time_zero: Some(lacteal_wire::date(&patient.time_zero)),
        anchor: Some(lacteal_wire::date(&anchor.date)),
        anchor_is_study: matches!(anchor.kind, Kind::Study | Kind::StudyAroundTimeZero),
        interval_model_days: interval.model_days,
        ..event::Basis::default()
    };
    (window, basis)
}

fn anchor(patient: &Patient, last: Option<Study>) -> Anchor {
    let time_zero = patient.time_zero;
    match last {
        Some(study) if time_zero.is_certainly_before(&study.performed) => {
            Anchor { date: study.performed, kind: Kind::Study }
        }
        // Resection and study may have come in either order. Counting the short first interval from the later of the
        // two first possible days is never later than the right one.
        Some(study) if study.performed.earliest() > time_zero.earliest() => {
            Anchor { date: study.performed, kind: Kind::StudyAroundTimeZero }
        }
        _ if patient.first_evidence => Anchor { date: time_zero, kind: Kind::FirstEvidence },
        _ => Anchor { date: time_zero, kind: Kind::Resection },
    }
}

/// Months of the row: shortest and longest.
fn row(anchor: Anchor, policy: &Policy) -> (u8, u8) {
    if anchor.kind == Kind::Study {
        (policy.interval.months_min.value, policy.interval.months_max.value)
    } else {
        (policy.first_scan.months_min.value, policy.first_scan.months_max.value)
    }
}

fn interval(patient: &Patient, anchor: Anchor, policy: &Policy) -> Interval {
    let (shortest, longest) = row(anchor, policy);
    let Some(hazard) = patient.hazard else {
        let why = "the policy's shortest interval until a person has reviewed the patient".to_owned();
        return Interval { model_days: 0, months: shortest, why };
    };
    let risk_max = policy.interval.risk_max.value;
    // Dates may be partial: of the least and the most time since time zero, the one with the shorter interval counts.
    let least = dates::years_between(patient.time_zero.latest(), anchor.date.earliest());
    let most = dates::years_between(patient.time_zero.earliest(), anchor.date.earliest());
    let years = [least, most]
        .map(|since| hazard.interval_years(since, risk_max))
        .into_iter()
        .fold(f64::MAX, f64::min);
    // A float becomes an integer by saturation: never wraps, and years beyond the row are cut off below.
    let model_days = (years * 365.25).floor() as u32;
    let model_months = (years * 12.0).floor() as u32;
    let months = u8::try_from(model_months).unwrap_or(u8::MAX).clamp(shortest, longest);
    let percent = percent(risk_max);
    let why = if model_months < u32::from(shortest) {
        format!(
            "the policy's shortest interval; the risk of liver metastasis reaches {percent} already within \
             {model_months} months, which is for the NET team to judge"
        )
    } else if model_months > u32::from(longest) {
        format!("the policy's longest interval; the risk of liver metastasis within it stays below {percent}")
    } else {
        format!("the longest interval in which the risk of liver metastasis stays within {percent}")
    };
    Interval { model_days: model_days.max(1), months, why }
}

fn percent(risk: f64) -> String {
    format!("{} %", (risk * 1000.0).round() / 10.0)
}

fn sentence(anchor: Anchor, months: u8, why: &str) -> String {
    let what = match anchor.kind {
        Kind::Resection => "the resection of",
        Kind::FirstEvidence => "the first evidence of the tumour (no resection has a date) of",
        Kind::Study => "the scan of",
        Kind::StudyAroundTimeZero => "the scan (perhaps before the resection) of",
        Kind::Lesion => "the indeterminate liver finding of",
    };
    let unit = if months == 1 { "month" } else { "months" };
    let date = anchor.date;
    let counted = match date.precision() {
        Precision::Day => String::new(),
        Precision::Month => {
            format!(" Only the month of that date is known: counted from {}.", date.earliest())
        }
        Precision::Year => format!(" Only the year of that date is known: counted from {}.", date.earliest()),
    };
    format!("{months} {unit} after {what} {date}: {why}.{counted}")
}

/// First day on which the scan counts, and the day after which it is overdue.
fn limits(anchor: Anchor, due: Date, policy: &Policy) -> (Date, Date) {
    let opens = dates::add_days(due, -i32::from(policy.window.opens_before_days.value));
    let overdue_after = dates::add_days(due, i32::from(policy.window.overdue_after_days.value));
    let from = anchor.date.earliest();
    match anchor.kind {
        // To be done within the interval, not around its end.
        Kind::Lesion => (from, due),
        Kind::Study => (opens.max(from), overdue_after),
        Kind::Resection | Kind::FirstEvidence | Kind::StudyAroundTimeZero => {
            let earliest = dates::add_months(from, policy.first_scan.months_min.value);
            (opens.min(earliest).max(from), overdue_after)
        }
    }
}

fn modality(patient: &Patient, last: Option<Study>, due: Date, policy: &Policy) -> event::Modality {
    let choice = &policy.modality;
    let young = patient.birth.is_some_and(|birth| {
        let months = i32::from(choice.mr_below_age_years.value) * 12;
        birth.latest().saturating_add(jiff::Span::new().months(months)) > due
    });
    let preferred = event::Modality::from(choice.preferred.value);
    if young || patient.lesion.is_some() {
        Modality::Mr.into()
    } else if last.is_some_and(|it| it.modality == preferred) {
        choice.alternate.value.into()
    } else {
        preferred
    }
}
