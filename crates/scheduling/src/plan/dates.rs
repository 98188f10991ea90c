//! Between the dates of events, dates of the calendar, and instants.
//!
//! A day begins at an instant only in a time zone; the zone is the site's and comes as an argument.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use lacteal_clinical::PartialDate;
use lacteal_wire::event;

/// The date of an event, `None` when it is absent or no date of the calendar.
pub(super) fn read(date: Option<&event::PartialDate>) -> Option<PartialDate> {
    lacteal_wire::read_date(date?).ok()
}

/// A day as an event keeps it.
pub(super) fn write_day(day: Date) -> event::PartialDate {
    event::PartialDate {
        year: u32::from(day.year().unsigned_abs()),
        month: u32::from(day.month().unsigned_abs()),
        day: u32::from(day.day().unsigned_abs()),
    }
}

/// The first day that an event's date can mean.
pub(super) fn first_day(date: Option<&event::PartialDate>) -> Option<Date> {
    read(date).map(|it| it.earliest())
}

/// The same day so many months later, or the last day of that month.
pub(super) fn add_months(day: Date, months: u16) -> Date {
    day.saturating_add(Span::new().months(i32::from(months)))
}

/// So many days later, or earlier when negative.
pub(super) fn add_days(day: Date, days: i32) -> Date {
    day.saturating_add(Span::new().days(days))
}

/// Days from one day to another, in years of 365.25 days; negative when the other is earlier.
pub(super) fn years_between(from: Date, to: Date) -> f64 {
    let days = to.duration_since(from).as_hours() / 24;
    days as f64 / 365.25
}

/// The first instant of a day in this zone.
///
/// A day that begins with a change of the clock begins at the first time that exists.
pub(super) fn start_of(day: Date, zone: &TimeZone) -> Timestamp {
    day.to_zoned(zone.clone()).map_or(Timestamp::MAX, |it| it.timestamp())
}

/// The day of an instant in this zone.
pub(super) fn day_of(now: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(now).date()
}
