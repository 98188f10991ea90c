//! Lengths, percentages and mitotic rates in exact whole units.
//!
//! Each type has one unit and bounds that a real value cannot leave. A unit is read or refused, never assumed.
//! Comparators and ranges around these values live in [`bounded`](crate::bounded).

use std::fmt;

use crate::Error;
use crate::decimal::Decimal;

/// A length in whole micrometres, above zero and at most one metre.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length(u32);

impl Length {
    /// Longest length accepted, in micrometres.
    pub const MICROMETRES_MAX: u32 = 1_000_000;
    pub(crate) const WHAT: &'static str = "length";

    /// From micrometres; zero and more than a metre are refused.
    pub const fn from_micrometres(micrometres: u32) -> Result<Self, Error> {
        if micrometres == 0 || micrometres > Self::MICROMETRES_MAX {
            return Err(Error::OutOfRange { what: Self::WHAT });
        }
        Ok(Self(micrometres))
    }

    /// From whole millimetres.
    pub const fn from_millimetres(millimetres: u32) -> Result<Self, Error> {
        Self::from_micrometres(millimetres.saturating_mul(1000))
    }

    /// In micrometres.
    pub const fn micrometres(self) -> u32 {
        self.0
    }

    /// Reads `1.4 cm`, `14` with unit `mm`, or the greatest of `2.1 x 1.4 x 0.9 cm`.
    ///
    /// `unit` is the unit field (OBX-6); it may be absent when the text carries the unit (UCUM `mm`, `cm`, `m`).
    pub fn parse(text: &str, unit: Option<&str>) -> Result<Self, Error> {
        let what = Self::WHAT;
        let mut rest = text.trim().trim_end_matches('.');
        let mut numbers = Vec::new();
        let mut stated = None;
        loop {
            let (number, after) = Decimal::take(what, rest)?.ok_or(Error::NotANumber { what })?;
            numbers.push(number);
            let word = after.trim_start();
            let end = word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len());
            // `2.1x1.4cm`: an `x` between numbers is no unit.
            let end = if word.starts_with(['x', 'X', '×', '*']) { 0 } else { end };
            let (name, after) = word.split_at(end);
            if !name.is_empty() {
                if stated.is_some_and(|it: &str| !it.eq_ignore_ascii_case(name)) {
                    return Err(Error::UnitsDisagree { what });
                }
                stated = Some(name);
            }
            let after = after.trim_start();
            let Some(next) = after.strip_prefix(['x', 'X', '×', '*']) else {
                if after.is_empty() && numbers.len() <= 3 {
                    break;
                }
                return Err(Error::Unexpected { what });
            };
            rest = next.trim_start();
        }
        let unit = agreed_unit(what, stated, unit, |a, b| {
            length_factor(a).is_ok() && length_factor(a) == length_factor(b)
        })?;
        let lengths: Result<Vec<Self>, Error> =
            numbers.into_iter().map(|n| Self::from_decimal(n, unit)).collect();
        lengths?.into_iter().max().ok_or(Error::NotANumber { what })
    }

    pub(crate) fn from_decimal(value: Decimal, unit: &str) -> Result<Self, Error> {
        let what = Self::WHAT;
        let micrometres = value.scaled(length_factor(unit)?, 1).ok_or(Error::OutOfRange { what })?;
        Self::from_micrometres(u32::try_from(micrometres).map_err(|_| Error::OutOfRange { what })?)
    }
}

/// Micrometres in one of this unit.
fn length_factor(unit: &str) -> Result<u64, Error> {
    match unit.trim().trim_end_matches('.').to_ascii_lowercase().as_str() {
        "mm" | "millimeter" | "millimeters" | "millimetre" | "millimetres" => Ok(1_000),
        "cm" | "centimeter" | "centimeters" | "centimetre" | "centimetres" => Ok(10_000),
        "m" | "meter" | "metre" => Ok(1_000_000),
        _ => Err(Error::UnitUnknown { what: Length::WHAT }),
    }
}

impl fmt::Debug for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Length {
    /// In millimetres, as pathologists compare: `14 mm`, `2.5 mm`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        thousandths(f, self.0)?;
        f.write_str(" mm")
    }
}

/// A percentage in thousandths of one per cent, 0 to 100 %.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(u32);

impl Percent {
    /// One hundred per cent, in thousandths.
    pub const THOUSANDTHS_MAX: u32 = 100_000;
    pub(crate) const WHAT: &'static str = "percentage";

    /// From thousandths of one per cent; more than 100 % is refused.
    pub const fn from_thousandths(thousandths: u32) -> Result<Self, Error> {
        if thousandths > Self::THOUSANDTHS_MAX {
            return Err(Error::OutOfRange { what: Self::WHAT });
        }
        Ok(Self(thousandths))
    }

    /// In thousandths of one per cent.
    pub const fn thousandths(self) -> u32 {
        self.0
    }

    /// In per cent, for arithmetic that is inexact anyway.
    pub fn points(self) -> f64 {
        f64::from(self.0) / 1000.0
    }

    pub(crate) fn from_decimal(value: Decimal, unit: &str) -> Result<Self, Error> {
        let what = Self::WHAT;
        if !is_percent(unit) {
            return Err(Error::UnitUnknown { what });
        }
        let thousandths = value.scaled(1000, 1).ok_or(Error::OutOfRange { what })?;
        Self::from_thousandths(u32::try_from(thousandths).map_err(|_| Error::OutOfRange { what })?)
    }
}

pub(crate) fn is_percent(unit: &str) -> bool {
    matches!(unit.trim().to_ascii_lowercase().as_str(), "%" | "percent" | "per cent" | "pct")
}

impl fmt::Debug for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        thousandths(f, self.0)?;
        f.write_str(" %")
    }
}

/// Mitoses per 2 mm² in thousandths, at most 1000 per 2 mm².
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MitoticRate(u32);

impl MitoticRate {
    /// Highest rate accepted, in thousandths of a mitosis per 2 mm².
    pub const THOUSANDTHS_MAX: u32 = 1_000_000;
    pub(crate) const WHAT: &'static str = "mitotic rate";

    /// From thousandths of a mitosis per 2 mm².
    pub const fn from_thousandths(thousandths: u32) -> Result<Self, Error> {
        if thousandths > Self::THOUSANDTHS_MAX {
            return Err(Error::OutOfRange { what: Self::WHAT });
        }
        Ok(Self(thousandths))
    }

    /// In thousandths of a mitosis per 2 mm².
    pub const fn thousandths(self) -> u32 {
        self.0
    }

    /// Per 2 mm², for arithmetic that is inexact anyway.
    pub fn per_two_square_millimetres(self) -> f64 {
        f64::from(self.0) / 1000.0
    }

    pub(crate) fn from_decimal(value: Decimal, unit: &str) -> Result<Self, Error> {
        let what = Self::WHAT;
        let (factor, divisor, _) = mitotic_unit(unit).ok_or(Error::UnitUnknown { what })?;
        let thousandths = value.scaled(1000 * factor, divisor).ok_or(Error::OutOfRange { what })?;
        Self::from_thousandths(u32::try_from(thousandths).map_err(|_| Error::OutOfRange { what })?)
    }
}

/// How to bring a unit to 2 mm²: factor, divisor, and whether that is only approximate.
///
/// Ten high-power fields are 2 mm² only at a field diameter of 0.5 mm (WHO 2019), so they are approximate.
pub(crate) fn mitotic_unit(unit: &str) -> Option<(u64, u64, bool)> {
    let lower = unit.trim().to_lowercase().replace('²', "2").replace("sq mm", "mm2").replace("mm^2", "mm2");
    let words =
        ["{mitoses}", "{mitosis}", "mitotic figures", "mitoses", "mitosis", "per", "/", "(", ")", " "];
    let mut area = lower;
    for word in words {
        area = area.replace(word, "");
    }
    match area.as_str() {
        "2mm2" | "2.mm2" => Some((1, 1, false)),
        "mm2" | "1mm2" => Some((2, 1, false)),
        "10mm2" | "10.mm2" => Some((1, 5, false)),
        "10hpf" | "10hpfs" | "10{hpf}" => Some((1, 1, true)),
        _ => None,
    }
}

impl fmt::Debug for MitoticRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for MitoticRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        thousandths(f, self.0)?;
        f.write_str(" per 2 mm²")
    }
}

/// The unit to use when the text may carry one and the unit field another.
pub(crate) fn agreed_unit<'a>(
    what: &'static str,
    stated: Option<&'a str>,
    field: Option<&'a str>,
    same: impl Fn(&str, &str) -> bool,
) -> Result<&'a str, Error> {
    let present = |it: Option<&'a str>| it.map(str::trim).filter(|it| !it.is_empty());
    match (present(stated), present(field)) {
        (Some(text), Some(field)) if same(text, field) => Ok(text),
        (Some(_), Some(_)) => Err(Error::UnitsDisagree { what }),
        (Some(unit), None) | (None, Some(unit)) => Ok(unit),
        (None, None) => Err(Error::UnitMissing { what }),
    }
}

pub(crate) fn thousandths(f: &mut fmt::Formatter<'_>, value: u32) -> fmt::Result {
    let (whole, fraction) = (value / 1000, value % 1000);
    if fraction == 0 {
        return write!(f, "{whole}");
    }
    let digits = format!("{fraction:03}");
    write!(f, "{whole}.{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn micrometres(text: &str, unit: Option<&str>) -> Result<u32, Error> {
        Length::parse(text, unit).map(Length::micrometres)
    }

    #[test]
    fn a_length_is_read_with_the_unit_of_text_or_field() {
        for (text, unit, expected) in [
            ("14", Some("mm"), 14_000),
            ("1.4", Some("cm"), 14_000),
            ("1,4 cm", None, 14_000),
            ("1.4cm", Some("cm"), 14_000),
            ("14 mm", Some("MM"), 14_000),
            ("2.1 x 1.4 x 0.9 cm", None, 21_000),
            ("0.9x2.1x1.4", Some("cm"), 21_000),
            ("9 mm × 14 mm", None, 14_000),
            ("0.03", Some("m"), 30_000),
            ("1.1 centimeters", None, 11_000),
            ("1.1 cm.", None, 11_000),
        ] {
            assert_eq!(micrometres(text, unit), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_length_without_unit_or_with_two_is_refused() {
        let what = Length::WHAT;
        assert_eq!(micrometres("14", None), Err(Error::UnitMissing { what }));
        assert_eq!(micrometres("14", Some(" ")), Err(Error::UnitMissing { what }));
        assert_eq!(micrometres("14 mm", Some("cm")), Err(Error::UnitsDisagree { what }));
        assert_eq!(micrometres("9 mm x 1.4 cm", None), Err(Error::UnitsDisagree { what }));
        assert_eq!(micrometres("14", Some("kg")), Err(Error::UnitUnknown { what }));
    }

    #[test]
    fn impossible_and_unreadable_lengths_are_refused() {
        let what = Length::WHAT;
        assert_eq!(micrometres("abc", Some("mm")), Err(Error::NotANumber { what }));
        assert_eq!(micrometres("", Some("mm")), Err(Error::NotANumber { what }));
        assert_eq!(micrometres("-3", Some("mm")), Err(Error::NotANumber { what }));
        assert_eq!(micrometres("0", Some("mm")), Err(Error::OutOfRange { what }));
        assert_eq!(micrometres("1001", Some("mm")), Err(Error::OutOfRange { what }));
        assert_eq!(micrometres("1,200", Some("mm")), Err(Error::Ambiguous { what }));
        assert_eq!(micrometres("2 cm in the ileum", None), Err(Error::Unexpected { what }));
    }

    #[test]
    fn mitotic_units_come_to_two_square_millimetres() {
        for (unit, expected) in [
            ("/2 mm2", Some((1, 1, false))),
            ("per 2 mm²", Some((1, 1, false))),
            ("{mitoses}/(2.mm2)", Some((1, 1, false))),
            ("mitoses per 2 mm^2", Some((1, 1, false))),
            ("/10 mm2", Some((1, 5, false))),
            ("/mm2", Some((2, 1, false))),
            ("mitoses per 10 HPF", Some((1, 1, true))),
            ("/50 HPF", None),
            ("%", None),
        ] {
            assert_eq!(mitotic_unit(unit), expected, "{unit}");
        }
    }

    #[test]
    fn quantities_are_shown_in_their_shortest_exact_form() {
        assert_eq!(Length::from_micrometres(2_500).unwrap().to_string(), "2.5 mm");
        assert_eq!(Percent::from_thousandths(3_000).unwrap().to_string(), "3 %");
        assert_eq!(MitoticRate::from_thousandths(600).unwrap().to_string(), "0.6 per 2 mm²");
    }

    proptest! {
        #[test]
        fn any_text_reads_or_fails_without_panic(text in ".{0,30}", unit in proptest::option::of(".{0,6}")) {
            let _ = Length::parse(&text, unit.as_deref());
        }

        #[test]
        fn every_length_reads_back_from_its_text(micrometres in 1..=Length::MICROMETRES_MAX) {
            let length = Length::from_micrometres(micrometres).unwrap();
            prop_assert_eq!(Length::parse(&length.to_string(), None), Ok(length));
        }
    }
}
