//! Dates and times as HL7 writes them (DT, DTM, TS): `YYYY[MM[DD[HH[MM[SS[.S…]]]]]][+/-ZZZZ]`.
//!
//! A [`Timestamp`] keeps exactly what was written: how precise it was and whether it had an offset. It is no
//! instant; zones, comparison and arithmetic are the caller's.

use std::fmt;

/// A date or time with the precision it was written with. The parts are present from the left: there is no
/// day without a month. Values made by [`Timestamp::parse`] and [`Timestamp::to_second`] are valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Timestamp {
    /// 1 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: Option<u8>,
    /// 1 to the last of the month.
    pub day: Option<u8>,
    /// 0 to 23, or 24 with nothing but zeros after it: the end of the day.
    pub hour: Option<u8>,
    /// 0 to 59.
    pub minute: Option<u8>,
    /// 0 to 59.
    pub second: Option<u8>,
    /// The part of a second.
    pub fraction: Option<Fraction>,
    /// Minutes east of UTC, -840 to 840; none when the time is local to whoever wrote it.
    pub offset_minutes: Option<i16>,
}

/// A part of a second as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fraction {
    /// Billionths of a second.
    pub nanoseconds: u32,
    /// How many digits were written, 1 to 9.
    pub digits: u8,
}

/// What is wrong with a text that should be a time. It names the part and not its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimestampFault {
    /// It is not of the form `YYYY[MM[DD[HH[MM[SS[.S…]]]]]][+/-ZZZZ]`.
    #[error("not of the form YYYY[MM[DD[HH[MM[SS[.S]]]]]][+/-ZZZZ]")]
    Form,
    /// The year is 0000.
    #[error("year is 0000")]
    Year,
    /// The month is not 01 to 12.
    #[error("month is not 01 to 12")]
    Month,
    /// The month has no such day.
    #[error("the month has no such day")]
    Day,
    /// The hour is not 00 to 23, nor 24:00.
    #[error("hour is not 00 to 23, nor 24 with zero minutes and seconds")]
    Hour,
    /// The minute is not 00 to 59.
    #[error("minute is not 00 to 59")]
    Minute,
    /// The second is not 00 to 59.
    #[error("second is not 00 to 59")]
    Second,
    /// The fraction of a second is not 1 to 9 digits.
    #[error("fraction of a second is not 1 to 9 digits")]
    Fraction,
    /// The offset is not within 14 hours of UTC.
    #[error("offset from UTC is more than 14 hours or has more than 59 minutes")]
    Offset,
}

impl Timestamp {
    /// Reads a time.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, TimestampFault> {
        let bytes = text.as_bytes();
        let (clock, offset) = match bytes.iter().position(|byte| matches!(byte, b'+' | b'-')) {
            Some(at) => bytes.split_at(at),
            None => (bytes, &[][..]),
        };
        let (digits, fraction) = match clock.iter().position(|&byte| byte == b'.') {
            Some(at) => clock.split_at(at),
            None => (clock, &[][..]),
        };
        if !matches!(digits.len(), 4 | 6 | 8 | 10 | 12 | 14) || (!fraction.is_empty() && digits.len() != 14) {
            return Err(TimestampFault::Form);
        }
        let (year, rest) = digits.split_at_checked(4).ok_or(TimestampFault::Form)?;
        let mut pairs = rest.chunks_exact(2).map(|pair| number(pair).map(|number| number as u8));
        let mut pair = || pairs.next().transpose();
        Self {
            year: number(year)?,
            month: pair()?,
            day: pair()?,
            hour: pair()?,
            minute: pair()?,
            second: pair()?,
            fraction: read_fraction(fraction)?,
            offset_minutes: read_offset(offset)?,
        }
        .checked()
    }

    /// A time to the second with its offset from UTC, as messages of our own carry it.
    ///
    /// # Errors
    /// Which of the parts is out of its range.
    pub fn to_second(
        (year, month, day): (u16, u8, u8),
        (hour, minute, second): (u8, u8, u8),
        offset_minutes: i16,
    ) -> Result<Self, TimestampFault> {
        Self {
            year,
            month: Some(month),
            day: Some(day),
            hour: Some(hour),
            minute: Some(minute),
            second: Some(second),
            fraction: None,
            offset_minutes: Some(offset_minutes),
        }
        .checked()
    }

    fn checked(self) -> Result<Self, TimestampFault> {
        if !(1..=9999).contains(&self.year) {
            return Err(TimestampFault::Year);
        }
        let month = self.month.unwrap_or(1);
        if !(1..=12).contains(&month) {
            return Err(TimestampFault::Month);
        }
        if self.day.is_some_and(|day| day == 0 || day > days_in(self.year, month)) {
            return Err(TimestampFault::Day);
        }
        let is_whole_hour = self.minute.unwrap_or(0) == 0
            && self.second.unwrap_or(0) == 0
            && self.fraction.is_none_or(|fraction| fraction.nanoseconds == 0);
        if self.hour.is_some_and(|hour| hour > 24 || (hour == 24 && !is_whole_hour)) {
            return Err(TimestampFault::Hour);
        }
        if self.minute.is_some_and(|minute| minute > 59) {
            return Err(TimestampFault::Minute);
        }
        if self.second.is_some_and(|second| second > 59) {
            return Err(TimestampFault::Second);
        }
        if self.offset_minutes.is_some_and(|minutes| minutes.unsigned_abs() > 14 * 60) {
            return Err(TimestampFault::Offset);
        }
        Ok(self)
    }
}

fn number(digits: &[u8]) -> Result<u16, TimestampFault> {
    digits.iter().try_fold(0u16, |sum, byte| match byte {
        b'0'..=b'9' => Ok(sum.wrapping_mul(10).wrapping_add(u16::from(byte - b'0'))),
        _ => Err(TimestampFault::Form),
    })
}

fn read_fraction(fraction: &[u8]) -> Result<Option<Fraction>, TimestampFault> {
    let Some((_, digits)) = fraction.split_first() else { return Ok(None) };
    if !(1..=9).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return Err(TimestampFault::Fraction);
    }
    let padded = digits.iter().copied().chain(std::iter::repeat(b'0')).take(9);
    let nanoseconds = padded.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    Ok(Some(Fraction { nanoseconds, digits: digits.len() as u8 }))
}

fn read_offset(offset: &[u8]) -> Result<Option<i16>, TimestampFault> {
    let (sign, digits) = match offset.split_first() {
        None => return Ok(None),
        Some((b'-', digits)) => (-1, digits),
        Some((_, digits)) => (1, digits),
    };
    if digits.len() != 4 {
        return Err(TimestampFault::Form);
    }
    let written = number(digits)?;
    let (hours, minutes) = (written / 100, written % 100);
    if hours > 14 || minutes > 59 {
        return Err(TimestampFault::Offset);
    }
    Ok(Some(sign * (hours * 60 + minutes) as i16))
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// As HL7 writes it, with the precision it has.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in
            [self.month, self.day, self.hour, self.minute, self.second].into_iter().map_while(|part| part)
        {
            write!(f, "{part:02}")?;
        }
        if let Some(Fraction { nanoseconds, digits }) = self.fraction {
            let written: String = format!("{nanoseconds:09}").chars().take(digits.into()).collect();
            write!(f, ".{written}")?;
        }
        if let Some(minutes) = self.offset_minutes {
            let sign = if minutes < 0 { '-' } else { '+' };
            write!(f, "{sign}{:02}{:02}", minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_and_offset_are_kept() {
        for text in [
            "2024",
            "0001",
            "202402",
            "20240229",
            "2024022923",
            "202402292359",
            "20240229235959",
            "20240229235959.1",
            "20240229235959.0000",
            "20240229235959.123456789",
            "2024+0100",
            "20240229235959.1234+0545",
            "20240101000000-0330",
            "202401010000+1400",
            "20240101240000",
            "2024010124",
        ] {
            assert_eq!(Timestamp::parse(text).map(|time| time.to_string()), Ok(text.into()));
        }
        let time = Timestamp::parse("20240229120000.5+0545").unwrap();
        assert_eq!(time.offset_minutes, Some(345));
        assert_eq!(time.fraction, Some(Fraction { nanoseconds: 500_000_000, digits: 1 }));
        assert_eq!(Timestamp::parse("2024").unwrap().month, None);
    }

    #[test]
    fn what_is_no_time_is_named() {
        use TimestampFault::*;
        for (text, fault) in [
            ("", Form),
            ("24", Form),
            ("20241", Form),
            ("2024-01-02", Form),
            ("20240102T1200", Form),
            ("202401021200Z", Form),
            ("202401021200.5", Form),
            ("２０２４", Form),
            ("2024010\u{0}", Form),
            ("202401021200+01:00", Form),
            ("202401021200+1", Form),
            ("00000101", Year),
            ("202400", Month),
            ("202413", Month),
            ("20240230", Day),
            ("20230229", Day),
            ("19000229", Day),
            ("20240100", Day),
            ("2024010125", Hour),
            ("202401012401", Hour),
            ("20240101240000.1", Hour),
            ("202401011260", Minute),
            ("20240101125960", Second),
            ("20240101125959.", Fraction),
            ("20240101125959.1234567890", Fraction),
            ("202401011200+1500", Offset),
            ("202401011200+1401", Offset),
            ("202401011200+0160", Offset),
        ] {
            assert_eq!(Timestamp::parse(text), Err(fault), "{text}");
        }
        assert!(Timestamp::parse("20000229").is_ok());
    }
}
