//! Calendar days in four bytes, in an order that sorts a month before its days.

use lacteal_wire::event::PartialDate;

/// A date as precise as it was stated, packed so that comparing numbers compares dates. A date without day or
/// month sorts before every day in it: what may be due earliest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(u32);

/// Twelve bits hold the year.
const YEAR_MAX: u32 = 4095;

impl Day {
    /// After every date: what has no date sorts last.
    pub(super) const NONE: Self = Self(u32::MAX);

    /// Packs a date. `None` when it is none: year 0, or a month or day out of range.
    #[must_use]
    pub fn pack(date: &PartialDate) -> Option<Self> {
        let PartialDate { year, month, day } = *date;
        let is_date = (1..=YEAR_MAX).contains(&year) && month <= 12 && day <= 31 && (day == 0 || month > 0);
        is_date.then_some(Self(year << 9 | month << 5 | day))
    }

    /// Reads `YYYY-MM-DD` and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let is_digits = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if !is_digits || parts.next().is_some() || (year.len(), month.len(), day.len()) != (4, 2, 2) {
            return None;
        }
        let date = jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
        Self::pack(&PartialDate {
            year: u32::try_from(date.year()).ok()?,
            month: u32::try_from(date.month()).ok()?,
            day: u32::try_from(date.day()).ok()?,
        })
    }

    pub(super) fn unpack(self) -> Option<PartialDate> {
        (self != Self::NONE).then_some(PartialDate {
            year: self.0 >> 9,
            month: self.0 >> 5 & 0xF,
            day: self.0 & 0x1F,
        })
    }

    pub(super) fn number(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_a_real_day_in_one_spelling_is_read() {
        assert!(Day::parse("2026-02-28").is_some());
        for text in [
            "2026-02-29",
            "2026-2-28",
            "20260228",
            "2026-02",
            "+026-02-28",
            "2026-02-28T00",
            "0000-01-01",
            "",
        ] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn packing_keeps_the_date_and_its_order(a in (1u32..4096, 1u32..13, 1u32..32), b in (1u32..4096, 1u32..13, 1u32..32)) {
            let date = |(year, month, day)| PartialDate { year, month, day };
            let (x, y) = (Day::pack(&date(a)).unwrap(), Day::pack(&date(b)).unwrap());
            prop_assert_eq!(x.unpack(), Some(date(a)));
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            prop_assert!(x < Day::NONE);
            let month = Day::pack(&PartialDate { day: 0, ..date(a) }).unwrap();
            prop_assert!(month < x);
        }
    }
}
