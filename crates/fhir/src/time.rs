//! date, dateTime and instant (R4 datatypes, 2.24.0.1) with the precision that was stated.
//!
//! The text is kept, so that what is written back is what was read. A time without a zone is read, mentioned as an
//! issue, and has no instant: which zone was meant is for the receiver's configuration to say, not for a guess.

use std::fmt;

use jiff::civil::{self, Time};
use jiff::tz::Offset;

use lacteal_clinical::PartialDate;

use crate::element::{Element, Issues, wrong};
use crate::json::Json;
use crate::path::At;
use crate::{Error, Timestamp};

/// A date of year, month or day precision.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Date {
    text: String,
    date: Option<PartialDate>,
}

impl Date {
    /// From its text; `None` when it is no date.
    pub fn new(text: &str) -> Option<Self> {
        let (_, date) = parse_date(text)?;
        Some(Self { text: text.to_owned(), date })
    }

    /// The text as it was sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The date; `None` when it lies outside the years in which people live, as the placeholders 0001-01-01 and
    /// 9999-12-31 do.
    pub fn date(&self) -> Option<PartialDate> {
        self.date
    }
}

impl Element for Date {
    fn read(json: Json, at: &At<'_>, out: &mut Issues) -> Option<Self> {
        let Json::String(text) = json else { return wrong("a string", at, out) };
        let Some(it) = Self::new(&text) else {
            out.add(Error::Value { expected: "date" }, at);
            return None;
        };
        if it.date.is_none() {
            out.add(Error::DateOutOfRange, at);
        }
        Some(it)
    }

    fn write(&self) -> Json {
        Json::String(self.text.clone())
    }
}

impl fmt::Debug for Date {
    /// Shows the shape, not the date.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("date")
    }
}

/// `YYYY[-MM[-DD]]` of the calendar: its first day, whether the day is stated, and the date when it is in range.
fn parse_date(text: &str) -> Option<((civil::Date, bool), Option<PartialDate>)> {
    let mut parts = text.split('-');
    let year = parts.next().filter(|it| it.len() == 4 && it.bytes().all(|b| b.is_ascii_digit()))?;
    let month = parts.next().map(two_digits);
    let day = parts.next().map(two_digits);
    if parts.next().is_some() || month == Some(None) || day == Some(None) {
        return None;
    }
    let number = |it: Option<Option<i32>>| i8::try_from(it.flatten().unwrap_or(1)).ok();
    let first = civil::Date::new(year.parse().ok()?, number(month)?, number(day)?).ok()?;
    Some(((first, day.is_some()), text.parse().ok()))
}

/// A dateTime: a date of year, month or day precision, or a day with a time.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DateTime {
    text: String,
    first_day: civil::Date,
    date: Option<PartialDate>,
    time: Option<Time>,
    offset: Option<Offset>,
    to_the_second: bool,
}

impl DateTime {
    /// From its text; `None` when it is no dateTime. A missing zone and missing seconds are let pass.
    pub fn new(text: &str) -> Option<Self> {
        let (date, clock) = match text.split_once('T') {
            Some((date, clock)) => (parse_date(date)?, Some(clock)),
            None => (parse_date(text)?, None),
        };
        let ((first_day, has_day), date) = date;
        let (time, offset, to_the_second) = match clock {
            None => (None, None, false),
            Some(clock) => {
                let (time, offset) = split_offset(clock).filter(|_| has_day)?;
                let (time, to_the_second) = parse_time(time)?;
                (Some(time), offset, to_the_second)
            }
        };
        Some(Self { text: text.to_owned(), first_day, date, time, offset, to_the_second })
    }

    /// The text as it was sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The date as stated, in the zone of the sender; `None` when it lies outside the years in which people live, as
    /// the placeholders 0001-01-01 and 9999-12-31 do.
    pub fn date(&self) -> Option<PartialDate> {
        self.date
    }

    /// The time of day as stated, in the zone of the sender.
    pub fn time(&self) -> Option<Time> {
        self.time
    }

    /// The zone as stated.
    pub fn offset(&self) -> Option<Offset> {
        self.offset
    }

    /// The point in time, when the text says one: a day, a time and a zone.
    pub fn instant(&self) -> Option<Timestamp> {
        self.offset?.to_timestamp(self.first_day.to_datetime(self.time?)).ok()
    }
}

/// Takes the zone off the end of a time.
fn split_offset(clock: &str) -> Option<(&str, Option<Offset>)> {
    if let Some(time) = clock.strip_suffix('Z') {
        return Some((time, Some(Offset::UTC)));
    }
    let Some(at) = clock.find(['+', '-']) else { return Some((clock, None)) };
    let (time, zone) = clock.split_at(at);
    let (sign, zone) = (if zone.starts_with('-') { -1 } else { 1 }, zone.get(1..)?);
    let (hours, minutes) = zone.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    // From -12:00 to +14:00 all zones of the earth.
    if minutes > 59 || hours * 60 + minutes > 14 * 60 {
        return None;
    }
    Some((time, Some(Offset::from_seconds(sign * (hours * 60 + minutes) * 60).ok()?)))
}

/// `hh:mm[:ss[.fraction]]`, and whether the seconds are there. Digits beyond nanoseconds are dropped.
fn parse_time(text: &str) -> Option<(Time, bool)> {
    let mut parts = text.splitn(3, ':');
    let hour = two_digits(parts.next()?)?;
    let minute = two_digits(parts.next()?)?;
    let Some(seconds) = parts.next() else {
        return Some((civil_time(hour, minute, 0, 0)?, false));
    };
    let (second, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let nanoseconds = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    // A leap second has no place in civil time; it is the end of the second before.
    let second = two_digits(second)?;
    let (second, nanoseconds) = if second == 60 { (59, 999_999_999) } else { (second, nanoseconds) };
    Some((civil_time(hour, minute, second, nanoseconds)?, true))
}

fn civil_time(hour: i32, minute: i32, second: i32, nanoseconds: i32) -> Option<Time> {
    let small = |it: i32| i8::try_from(it).ok();
    Time::new(small(hour)?, small(minute)?, small(second)?, nanoseconds).ok()
}

fn two_digits(text: &str) -> Option<i32> {
    (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

impl Element for DateTime {
    fn read(json: Json, at: &At<'_>, out: &mut Issues) -> Option<Self> {
        let Json::String(text) = json else { return wrong("a string", at, out) };
        let Some(it) = Self::new(&text) else {
            out.add(Error::Value { expected: "dateTime" }, at);
            return None;
        };
        if it.time.is_some() && it.offset.is_none() {
            out.add(Error::NoZone, at);
        }
        if it.date.is_none() {
            out.add(Error::DateOutOfRange, at);
        }
        Some(it)
    }

    fn write(&self) -> Json {
        Json::String(self.text.clone())
    }
}

impl fmt::Debug for DateTime {
    /// Shows the shape, not the date.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dateTime")?;
        f.write_str(if self.time.is_some() { " with time" } else { "" })?;
        f.write_str(if self.offset.is_some() { " and zone" } else { "" })
    }
}

/// An instant: like [`DateTime`], and said to be exact to the second with a zone. One that is not is kept as it is,
/// with an issue.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Instant(DateTime);

impl Instant {
    /// As a dateTime, whatever its precision.
    pub fn as_date_time(&self) -> &DateTime {
        &self.0
    }

    /// The point in time, when the text says one.
    pub fn instant(&self) -> Option<Timestamp> {
        self.0.instant()
    }
}

impl Element for Instant {
    fn read(json: Json, at: &At<'_>, out: &mut Issues) -> Option<Self> {
        let Json::String(text) = json else { return wrong("a string", at, out) };
        let Some(it) = DateTime::new(&text) else {
            out.add(Error::Value { expected: "instant" }, at);
            return None;
        };
        if !it.to_the_second || it.offset.is_none() {
            out.add(Error::NotAnInstant, at);
        }
        if it.date.is_none() {
            out.add(Error::DateOutOfRange, at);
        }
        Some(Self(it))
    }

    fn write(&self) -> Json {
        self.0.write()
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_time_keeps_its_precision_and_its_text() {
        for text in ["2018", "2018-04", "2018-04-01", "2018-04-01T10:30:00Z", "2018-04-01T10:30:00.25+02:00"]
        {
            let it = DateTime::new(text).unwrap();
            assert_eq!(it.as_str(), text);
            assert_eq!(it.instant().is_some(), text.contains('T'));
        }
        let it = DateTime::new("2018-04-01T00:30:00+02:00").unwrap();
        assert_eq!(it.date().unwrap().to_string(), "2018-04-01", "the day is the sender's, not that of UTC");
        assert_eq!(it.instant().unwrap().to_string(), "2018-03-31T22:30:00Z");
    }

    #[test]
    fn a_time_without_a_zone_has_no_instant() {
        let it = DateTime::new("2018-04-01T10:30:00").unwrap();
        assert_eq!((it.offset(), it.instant()), (None, None));
        assert_eq!(it.time().unwrap().to_string(), "10:30:00");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "18",
            "2018-4",
            "2018-02-30",
            "20180401",
            "2018-04-01 10:30:00Z",
            "2018-04T10:00:00Z",
            "2018-04-01T24:00:00Z",
            "2018-04-01T10:61:00Z",
            "2018-04-01T1:00:00Z",
            "2018-04-01T10:30:00+25:00",
            "2018-04-01T10:30:00.Z",
            "2018-04-01T10:30:00+0200",
            "2018-04-01T",
            "T10:00:00Z",
            "2018-04-01T10:30:61Z",
        ] {
            assert!(DateTime::new(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_placeholder_is_a_date_that_means_nothing() {
        for text in ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59Z"] {
            assert_eq!(DateTime::new(text).unwrap().date(), None, "{text}");
        }
        assert_eq!(Date::new("9999").unwrap().date(), None);
        assert!(Date::new("9999-13-31").is_none());
    }

    #[test]
    fn a_leap_second_is_the_end_of_its_minute() {
        let it = DateTime::new("2016-12-31T23:59:60Z").unwrap();
        assert_eq!(it.instant().unwrap().to_string(), "2016-12-31T23:59:59.999999999Z");
    }
}
