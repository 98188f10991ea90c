//! Dates that keep the precision they were stated with.
//!
//! A report may say `2021`, `2021-03` or `2021-03-05`. Filling in the missing part would invent data, so each
//! date stands for the days from [`PartialDate::earliest`] to [`PartialDate::latest`]. It knows no clock: whether a
//! date lies in the future is asked with a given day.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::Error;

/// First year accepted: nobody who is followed was born before it.
pub const YEAR_MIN: i16 = 1850;
/// Last year accepted.
pub const YEAR_MAX: i16 = 2200;

/// How much of a date was stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// Only the year.
    Year,
    /// Year and month.
    Month,
    /// The day.
    Day,
}

/// A date of year, month or day precision. Shown in ISO 8601 (`2021`, `2021-03`, `2021-03-05`).
///
/// The order is by the first day it can mean, then by the last: total, and equal only for the same statement.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartialDate {
    earliest: Date,
    precision: Precision,
}

impl PartialDate {
    /// From the parts that were stated. A day without a month is refused.
    pub fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Result<Self, Error> {
        let precision = match (month, day) {
            (None, None) => Precision::Year,
            (Some(_), None) => Precision::Month,
            (Some(_), Some(_)) => Precision::Day,
            (None, Some(_)) => return Err(Error::Date),
        };
        if !(YEAR_MIN..=YEAR_MAX).contains(&year) {
            return Err(Error::Date);
        }
        let earliest = Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).map_err(|_| Error::Date)?;
        Ok(Self { earliest, precision })
    }

    /// A date of day precision.
    pub fn from_day(day: Date) -> Result<Self, Error> {
        Self::new(day.year(), Some(day.month()), Some(day.day()))
    }

    /// From `YYYY`, `YYYYMM` or `YYYYMMDD`, the date part of an HL7 DTM (v2 chapter 2A, data type DTM).
    pub fn from_compact(digits: &str) -> Result<Self, Error> {
        let part = |range| digits.get(range).map(parse_digits).transpose();
        match digits.len() {
            4 => Self::new(year_of(digits)?, None, None),
            6 => Self::new(year_of(digits.get(..4).ok_or(Error::Date)?)?, part(4..6)?, None),
            8 => Self::new(year_of(digits.get(..4).ok_or(Error::Date)?)?, part(4..6)?, part(6..8)?),
            _ => Err(Error::Date),
        }
    }

    /// The year.
    pub fn year(&self) -> i16 {
        self.earliest.year()
    }

    /// The month, 1 to 12, when it was stated.
    pub fn month(&self) -> Option<i8> {
        (self.precision >= Precision::Month).then_some(self.earliest.month())
    }

    /// The day of the month, when it was stated.
    pub fn day(&self) -> Option<i8> {
        (self.precision == Precision::Day).then_some(self.earliest.day())
    }

    /// How much was stated.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The first day that it can mean.
    pub fn earliest(&self) -> Date {
        self.earliest
    }

    /// The last day that it can mean.
    pub fn latest(&self) -> Date {
        match self.precision {
            Precision::Year => self.earliest.last_of_year(),
            Precision::Month => self.earliest.last_of_month(),
            Precision::Day => self.earliest,
        }
    }

    /// Whether it lies after this day whatever the missing parts are: the test for *in the future*.
    pub fn is_after(&self, day: Date) -> bool {
        self.earliest > day
    }

    /// Whether every day it can mean is before every day the other can mean.
    pub fn is_certainly_before(&self, other: &Self) -> bool {
        self.latest() < other.earliest
    }
}

fn parse_digits(text: &str) -> Result<i8, Error> {
    if text.len() != 2 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::Date);
    }
    text.parse().map_err(|_| Error::Date)
}

fn year_of(text: &str) -> Result<i16, Error> {
    if text.len() != 4 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::Date);
    }
    text.parse().map_err(|_| Error::Date)
}

impl Ord for PartialDate {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.earliest, self.latest()).cmp(&(other.earliest, other.latest()))
    }
}

impl PartialOrd for PartialDate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year())?;
        if let Some(month) = self.month() {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day() {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PartialDate {
    type Err = Error;

    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parts = text.split('-');
        let year = year_of(parts.next().ok_or(Error::Date)?)?;
        let month = parts.next().map(parse_digits).transpose()?;
        let day = parts.next().map(parse_digits).transpose()?;
        if parts.next().is_some() {
            return Err(Error::Date);
        }
        Self::new(year, month, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn at(text: &str) -> PartialDate {
        text.parse().unwrap()
    }

    #[test]
    fn precision_is_kept_and_spans_the_days_it_can_mean() {
        assert_eq!((at("2024").earliest(), at("2024").latest()), (date(2024, 1, 1), date(2024, 12, 31)));
        assert_eq!((at("2024-02").earliest(), at("2024-02").latest()), (date(2024, 2, 1), date(2024, 2, 29)));
        assert_eq!(at("2024-02-29").latest(), date(2024, 2, 29));
        assert_eq!(PartialDate::from_compact("202402"), Ok(at("2024-02")));
        assert_eq!(PartialDate::from_compact("20240229"), Ok(at("2024-02-29")));
    }

    #[test]
    fn what_is_not_a_date_is_refused() {
        for text in
            ["", "0000", "1849", "2201", "2023-02-29", "2024-13", "2024-00", "2024-1", "24", "2024-01-01-01"]
        {
            assert_eq!(text.parse::<PartialDate>(), Err(Error::Date), "{text}");
        }
        for text in ["", "0000", "2024022", "20230229", "２０２４", "2024+1", "00000101"] {
            assert_eq!(PartialDate::from_compact(text), Err(Error::Date), "{text}");
        }
        assert_eq!(PartialDate::new(2024, None, Some(1)), Err(Error::Date));
    }

    #[test]
    fn a_partial_date_is_in_the_future_only_when_all_of_it_is() {
        let today = date(2024, 6, 15);
        assert!(!at("2024").is_after(today));
        assert!(!at("2024-06").is_after(today));
        assert!(!at("2024-06-15").is_after(today));
        assert!(at("2024-06-16").is_after(today));
        assert!(at("2024-07").is_after(today));
        assert!(at("2025").is_after(today));
    }

    proptest! {
        #[test]
        fn text_reads_back(year in YEAR_MIN..=YEAR_MAX, month in 1i8..=12, day in 1i8..=28, parts in 0..3) {
            let it = match parts {
                0 => PartialDate::new(year, None, None),
                1 => PartialDate::new(year, Some(month), None),
                _ => PartialDate::new(year, Some(month), Some(day)),
            }.unwrap();
            prop_assert_eq!(it.to_string().parse::<PartialDate>(), Ok(it));
            prop_assert_eq!(PartialDate::from_compact(&it.to_string().replace('-', "")), Ok(it));
            prop_assert!(it.earliest() <= it.latest());
        }

        #[test]
        fn any_text_reads_or_fails_without_panic(text in ".{0,12}") {
            let _ = text.parse::<PartialDate>();
            let _ = PartialDate::from_compact(&text);
        }
    }
}
