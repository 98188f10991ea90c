//! When a row of the policy would have the next scan: one candidate for each row that applies.
//!
//! Of several candidates the earliest day decides, and of one day the row that comes first in the file.

use jiff::civil::Date;
use lacteal_clinical::{PartialDate, Weibull};

use super::anchor::{Anchor, Kind};
use super::dates;
use super::window::{Lesion, Patient};
use crate::policy::{After, Months, Policy, Row, Then, Timing};

/// What a row asks for.
pub(super) struct Candidate<'a> {
    pub(super) row: &'a Row,
    pub(super) from: Anchor,
    /// `None` when the row's last scan was done.
    pub(super) due: Option<Date>,
    pub(super) why: String,
    /// The range within which a clinician's interval lies in the row.
    pub(super) range: Option<Months>,
    /// What a person must decide.
    pub(super) review: Option<String>,
}

/// What the model says of the interval after an anchor.
#[derive(Clone, Copy)]
pub(super) struct Model {
    /// Whole days in which the risk stays within the policy's.
    pub(super) days: u32,
    /// Whole months.
    pub(super) months: u32,
}

impl Model {
    /// Dates may be partial: of the least and the most time since time zero, the one with the shorter interval counts.
    pub(super) fn after(anchor: Anchor, time_zero: PartialDate, hazard: Weibull, risk_max: f64) -> Self {
        let least = dates::years_between(time_zero.latest(), anchor.day());
        let most = dates::years_between(time_zero.earliest(), anchor.day());
        let years = [least, most]
            .map(|since| hazard.interval_years(since, risk_max))
            .into_iter()
            .fold(f64::MAX, f64::min);
        // A float becomes an integer by saturation: never wraps, and years beyond the row are cut off later.
        Self { days: ((years * 365.25).floor() as u32).max(1), months: (years * 12.0).floor() as u32 }
    }
}

/// The row's candidate; `None` for a row that asks for no scan.
pub(super) fn candidate<'a>(
    row: &'a Row,
    patient: &Patient,
    anchor: Anchor,
    model: Option<Model>,
    policy: &Policy,
) -> Option<Candidate<'a>> {
    match row.timing.as_ref()? {
        Timing::Interval { months, after: After::Finding, .. } => {
            Some(after_finding(row, patient.lesion?, anchor, *months))
        }
        Timing::Interval { months, model: by_model, after: After::Scan } => {
            let range = if anchor.is_study() { *months } else { row.first_scan.unwrap_or(*months) };
            let (interval, why) =
                interval(row, range, model, *by_model, policy.general.risk_between_scans_max);
            let due = dates::add_months(anchor.day(), u16::from(interval));
            Some(until_end(
                row,
                patient,
                anchor,
                policy,
                Candidate { row, from: anchor, due: Some(due), why, range: Some(range), review: None },
            ))
        }
        Timing::Visits(visits) => Some(visit(row, patient, anchor, policy, visits)),
    }
}

fn after_finding(row: &Row, lesion: Lesion, anchor: Anchor, months: Months) -> Candidate<'_> {
    let from = Anchor { date: lesion.seen.unwrap_or(anchor.date), kind: Kind::Lesion };
    let why = if lesion.seen.is_some() {
        "an indeterminate lesion is settled by MRI at a short interval"
    } else {
        "an indeterminate lesion is settled by MRI at a short interval; the date of the finding is not known"
    };
    Candidate {
        row,
        from,
        due: Some(dates::add_months(from.day(), u16::from(months.max))),
        why: why.to_owned(),
        range: None,
        review: None,
    }
}

/// The interval within a range, and why.
fn interval(row: &Row, range: Months, model: Option<Model>, by_model: bool, risk_max: f64) -> (u8, String) {
    let percent = percent(risk_max);
    // Of an interval that the model cannot shorten further, the NET team has to know.
    let early = model.filter(|it| it.months < u32::from(range.min)).map(|it| {
        format!(
            "; the risk of liver metastasis reaches {percent} already within {} months, which is for the NET team to \
             judge",
            it.months
        )
    });
    let early = early.unwrap_or_default();
    if range.min == range.max || !by_model {
        let which = if range.min == range.max { "fixed" } else { "shortest" };
        return (range.min, format!("the {which} interval of row {} ({}){early}", row.name, row.title));
    }
    let Some(model) = model else {
        return (
            range.min,
            "the policy's shortest interval until a person has reviewed the patient".to_owned(),
        );
    };
    let months = u8::try_from(model.months).unwrap_or(u8::MAX).clamp(range.min, range.max);
    let why = if model.months < u32::from(range.min) {
        format!("the policy's shortest interval{early}")
    } else if model.months > u32::from(range.max) {
        format!("the policy's longest interval; the risk of liver metastasis within it stays below {percent}")
    } else {
        format!("the longest interval in which the risk of liver metastasis stays within {percent}")
    };
    (months, why)
}

pub(super) fn percent(risk: f64) -> String {
    format!("{} %", (risk * 1000.0).round() / 10.0)
}

/// The day on which follow-up by a row ends, the latest that the dates allow.
pub(super) fn end_of(row: &Row, patient: &Patient) -> Option<Date> {
    let months = u16::from(row.end.years?) * 12;
    Some(dates::add_months(patient.time_zero.latest(), months))
}

/// The end of follow-up: it has come when a scan was done at it, and until then no scan is later than it.
fn until_end<'a>(
    row: &Row,
    patient: &Patient,
    anchor: Anchor,
    policy: &Policy,
    mut it: Candidate<'a>,
) -> Candidate<'a> {
    let Some(end) = end_of(row, patient) else { return it };
    let last = dates::add_days(end, -i32::from(policy.general.opens_before_days));
    let is_over = anchor.is_study() && anchor.day() >= last;
    match (row.end.then, is_over) {
        (Then::Ended, true) => it.due = None,
        (Then::Ended, false) => it.due = it.due.map(|due| due.min(end)),
        (Then::Review, true) => {
            it.review = Some(end_review(row));
            if let Some(Timing::Interval { months, .. }) = &row.timing {
                it.due = Some(dates::add_months(anchor.day(), u16::from(months.min)));
                it.why = format!("the shortest interval of row {} until a clinician decides", row.name);
            }
        }
        (Then::Review, false) | (Then::Lifelong, _) => {}
    }
    it
}

fn end_review(row: &Row) -> String {
    let years = row.end.years.unwrap_or_default();
    format!(
        "follow-up by row {} is complete after {years} years: a clinician decides whether it goes on",
        row.name
    )
}

/// The first visit that no scan has served. A scan serves a visit from the day on which its window opens.
fn visit<'a>(
    row: &'a Row,
    patient: &Patient,
    anchor: Anchor,
    policy: &Policy,
    visits: &[u16],
) -> Candidate<'a> {
    let zero = Anchor::time_zero(patient.time_zero, patient.first_evidence);
    let from = if anchor.is_study() { anchor } else { zero };
    let day = |months: &u16| dates::add_months(zero.day(), *months);
    let before = -i32::from(policy.general.opens_before_days);
    let is_open = |months: &&u16| !anchor.is_study() || dates::add_days(day(months), before) > anchor.day();
    let next = visits.iter().find(is_open);
    let mut it = Candidate { row, from, due: next.map(day), why: String::new(), range: None, review: None };
    if let Some(months) = next {
        it.why = format!(
            "the visit at {months} months after {}; the row fixes its visits, and the risk does not move them",
            patient.time_zero
        );
    } else if row.end.then != Then::Ended {
        let gap = visits.windows(2).last().and_then(|it| Some(it.get(1)?.saturating_sub(*it.first()?)));
        it.due = Some(dates::add_months(from.day(), gap.or_else(|| visits.first().copied()).unwrap_or(1)));
        it.why = format!("all visits of row {} were made, and its last interval is kept", row.name);
        it.review = (row.end.then == Then::Review).then(|| end_review(row));
    }
    it
}
