//! Reading values with a comparator, a range or a "roughly", out of text and out of the parts of an HL7 SN value.
//!
//! A unit is read or refused, never assumed; what is left over makes the whole unreadable.

use super::{Bounded, Comparator};
use crate::decimal::Decimal;
use crate::marker::Level;
use crate::quantity::{agreed_unit, is_percent, mitotic_unit};
use crate::{Error, Length, MitoticRate, Percent};

/// The parts of an HL7 SN value (structured numeric, v2 chapter 2A): `<^1`, `^1^-^2`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Structured<'a> {
    /// SN.1; empty means equal.
    pub comparator: &'a str,
    /// SN.2.
    pub first: &'a str,
    /// SN.3: `-` for a range; `+`, `/`, `.` and `:` are no value of these kinds.
    pub separator: &'a str,
    /// SN.4.
    pub second: &'a str,
}

impl Bounded<Percent> {
    /// Reads `4.5%`, `<1 %`, `1-2%`, `2 to 3 %`, `~2%`, `less than 3` with unit `%`. The unit must be somewhere.
    pub fn parse(text: &str, unit: Option<&str>) -> Result<Self, Error> {
        let what = Percent::WHAT;
        read(what, text, unit, Percent::from_decimal, |a, b| is_percent(a) && is_percent(b))
    }

    /// Reads the parts of an SN value.
    pub fn from_structured(parts: Structured<'_>, unit: Option<&str>) -> Result<Self, Error> {
        Self::parse(&structured_text(Percent::WHAT, parts)?, unit)
    }
}

impl Bounded<Length> {
    /// Reads `2.4 cm`, `>2 cm`, `at least 18 mm`, `1-2` with unit `cm`, or the greatest of `2 x 1 cm`.
    pub fn parse(text: &str, unit: Option<&str>) -> Result<Self, Error> {
        if let Ok(length) = Length::parse(text, unit) {
            return Ok(Self::exactly(length));
        }
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        read(Length::WHAT, text, unit, Length::from_decimal, same)
    }

    /// Reads the parts of an SN value.
    pub fn from_structured(parts: Structured<'_>, unit: Option<&str>) -> Result<Self, Error> {
        Self::parse(&structured_text(Length::WHAT, parts)?, unit)
    }
}

impl Bounded<MitoticRate> {
    /// Reads `1 per 2 mm2`, `<2` with unit `/2.mm2`, `3 /10 mm2`, `less than 1 mitosis per 10 HPF` (approximate).
    pub fn parse(text: &str, unit: Option<&str>) -> Result<Self, Error> {
        let what = MitoticRate::WHAT;
        let same = |a: &str, b: &str| mitotic_unit(a).is_some() && mitotic_unit(a) == mitotic_unit(b);
        // The unit decides whether the reading is approximate, and it is known only inside the reading.
        let fields = std::cell::Cell::new(false);
        let convert = |value, unit: &str| {
            fields.set(mitotic_unit(unit).is_some_and(|it| it.2));
            MitoticRate::from_decimal(value, unit)
        };
        let it = read(what, text, unit, convert, same)?;
        Ok(it.approximate(it.is_approximate() || fields.get()))
    }

    /// Reads the parts of an SN value.
    pub fn from_structured(parts: Structured<'_>, unit: Option<&str>) -> Result<Self, Error> {
        Self::parse(&structured_text(MitoticRate::WHAT, parts)?, unit)
    }
}

impl Bounded<Level> {
    /// Reads `120`, `<3`, `12.5` with its unit, which the text may repeat.
    pub fn parse(text: &str, unit: &str) -> Result<Self, Error> {
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        read(Level::WHAT, text, Some(unit), |value, _| Level::from_decimal(value), same)
    }

    /// Reads the parts of an SN value.
    pub fn from_structured(parts: Structured<'_>, unit: &str) -> Result<Self, Error> {
        Self::parse(&structured_text(Level::WHAT, parts)?, unit)
    }
}

fn structured_text(what: &'static str, parts: Structured<'_>) -> Result<String, Error> {
    let [comparator, first, separator, second] =
        [parts.comparator, parts.first, parts.separator, parts.second].map(str::trim);
    if !matches!(comparator, "" | "=" | "<" | ">" | "<=" | ">=") {
        return Err(Error::Unsupported { what });
    }
    match (separator, second.is_empty()) {
        ("", true) => Ok(format!("{comparator}{first}")),
        ("-", false) => Ok(format!("{comparator}{first}-{second}")),
        _ => Err(Error::Unsupported { what }),
    }
}

const APPROXIMATE: [&str; 8] = ["~", "≈", "approximately", "approx.", "approx", "about", "circa", "ca."];
const COMPARATORS: [(&str, Comparator); 17] = [
    ("<=", Comparator::AtMost),
    ("=<", Comparator::AtMost),
    ("≤", Comparator::AtMost),
    (">=", Comparator::AtLeast),
    ("=>", Comparator::AtLeast),
    ("≥", Comparator::AtLeast),
    ("<", Comparator::Below),
    (">", Comparator::Above),
    ("=", Comparator::Equal),
    ("less than or equal to", Comparator::AtMost),
    ("at most", Comparator::AtMost),
    ("up to", Comparator::AtMost),
    ("less than", Comparator::Below),
    ("at least", Comparator::AtLeast),
    ("greater than or equal to", Comparator::AtLeast),
    ("greater than", Comparator::Above),
    ("more than", Comparator::Above),
];
const TO: [&str; 5] = ["-", "–", "—", "−", "to"];

fn read<T: Copy + Ord>(
    what: &'static str,
    text: &str,
    unit: Option<&str>,
    convert: impl Fn(Decimal, &str) -> Result<T, Error>,
    same: impl Fn(&str, &str) -> bool,
) -> Result<Bounded<T>, Error> {
    let lower = text.trim().trim_end_matches('.').to_lowercase();
    let (approximate, rest) = after_any(&lower, APPROXIMATE.map(|it| (it, true))).unwrap_or((false, &lower));
    let (comparator, rest) = match after_any(rest, COMPARATORS) {
        Some((comparator, rest)) => (Some(comparator), rest),
        None => (None, rest),
    };
    let (first, rest) = Decimal::take(what, rest)?.ok_or(Error::NotANumber { what })?;
    let (between, second, rest) = second_number(what, rest.trim())?;
    let stated = match (between.is_empty(), rest.is_empty()) {
        (false, false) if !same(between, rest) => return Err(Error::UnitsDisagree { what }),
        (_, true) => between,
        _ => rest,
    };
    let unit = agreed_unit(what, Some(stated), unit, same)?;
    let first = convert(first, unit)?;
    let it = match (comparator, second) {
        (comparator, None) => Bounded::new(comparator.unwrap_or(Comparator::Equal), first),
        (None, Some(second)) => Bounded::range(first, convert(second, unit)?)?,
        (Some(_), Some(_)) => return Err(Error::Unsupported { what }),
    };
    Ok(it.approximate(approximate))
}

/// Splits `% - 2 %` into the unit before the separator, the second number and what follows it.
fn second_number<'a>(
    what: &'static str,
    text: &'a str,
) -> Result<(&'a str, Option<Decimal>, &'a str), Error> {
    if text.is_empty() {
        return Ok(("", None, text));
    }
    for separator in TO {
        let Some((before, after)) = text.split_once(separator) else { continue };
        if let Some((number, rest)) = Decimal::take(what, after.trim_start())? {
            return Ok((before.trim(), Some(number), rest.trim()));
        }
    }
    Ok(("", None, text))
}

fn after_any<'a, V: Copy, const N: usize>(text: &'a str, table: [(&str, V); N]) -> Option<(V, &'a str)> {
    // Most values are plain numbers, and no word begins with a digit.
    if text.starts_with(|it: char| it.is_ascii_digit()) {
        return None;
    }
    table.iter().find_map(|(word, value)| text.strip_prefix(word).map(|rest| (*value, rest.trim_start())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn percent(text: &str, unit: Option<&str>) -> Result<String, Error> {
        Bounded::<Percent>::parse(text, unit).map(|it| it.to_string())
    }

    #[test]
    fn the_written_forms_of_ki67_are_read() {
        for (text, unit, expected) in [
            ("4.5%", None, "4.5 %"),
            ("4.5", Some("%"), "4.5 %"),
            ("4.5 %", Some("%"), "4.5 %"),
            ("<1%", None, "<1 %"),
            ("< 1 %", None, "<1 %"),
            ("≤ 3%", None, "<=3 %"),
            ("~2%", None, "~2 %"),
            ("approx. 2 %", None, "~2 %"),
            ("1-2%", None, "1 % to 2 %"),
            ("1%-2%", None, "1 % to 2 %"),
            ("1 – 2", Some("%"), "1 % to 2 %"),
            ("2 to 3%", None, "2 % to 3 %"),
            ("2 to 3 percent", None, "2 % to 3 %"),
            ("3,2 %", None, "3.2 %"),
            (">=20", Some("%"), ">=20 %"),
            (">20 %", Some("percent"), ">20 %"),
            ("less than 3%", None, "<3 %"),
            ("2-2%", None, "2 %"),
        ] {
            assert_eq!(percent(text, unit).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_ki67_is_refused_with_its_reason() {
        let what = Percent::WHAT;
        assert_eq!(percent("abc", Some("%")), Err(Error::NotANumber { what }));
        assert_eq!(percent("", Some("%")), Err(Error::NotANumber { what }));
        assert_eq!(percent("-2", Some("%")), Err(Error::NotANumber { what }));
        assert_eq!(percent("2", None), Err(Error::UnitMissing { what }));
        assert_eq!(percent("2", Some("mm")), Err(Error::UnitUnknown { what }));
        assert_eq!(percent("2 %", Some("mm")), Err(Error::UnitsDisagree { what }));
        assert_eq!(percent("101%", None), Err(Error::OutOfRange { what }));
        assert_eq!(percent("3-2%", None), Err(Error::Unsupported { what: "range" }));
        assert_eq!(percent("<1-2%", None), Err(Error::Unsupported { what }));
        assert_eq!(percent("2 % of 500 cells", None), Err(Error::UnitUnknown { what }));
    }

    #[test]
    fn structured_numerics_are_read_and_ratios_are_not() {
        let sn = |comparator, first, separator, second| {
            let parts = Structured { comparator, first, separator, second };
            Bounded::<Percent>::from_structured(parts, Some("%")).map(|it| it.to_string())
        };
        assert_eq!(sn("<", "1", "", "").as_deref(), Ok("<1 %"));
        assert_eq!(sn("", "1", "-", "2").as_deref(), Ok("1 % to 2 %"));
        assert_eq!(sn("", "2", "", "").as_deref(), Ok("2 %"));
        assert!(sn("", "1", "/", "2").is_err());
        assert!(sn("", "1", ":", "2").is_err());
        assert!(sn("", "3", "+", "").is_err());
        assert!(sn("<>", "3", "", "").is_err());
        assert!(sn("", "", "", "").is_err());
    }

    #[test]
    fn mitoses_are_read_per_two_square_millimetres() {
        for (text, unit, expected) in [
            ("1", Some("{mitoses}/(2.mm2)"), "1 per 2 mm²"),
            ("<2 per 2 mm2", None, "<2 per 2 mm²"),
            ("3 /10 mm2", None, "0.6 per 2 mm²"),
            ("2-20 per 2 mm²", None, "2 per 2 mm² to 20 per 2 mm²"),
            ("less than 1 mitosis per 10 HPF", None, "~<1 per 2 mm²"),
        ] {
            let read = Bounded::<MitoticRate>::parse(text, unit).map(|it| it.to_string());
            assert_eq!(read.as_deref(), Ok(expected), "{text}");
        }
        assert!(Bounded::<MitoticRate>::parse("3", None).is_err());
    }

    #[test]
    fn a_mass_above_two_centimetres_stays_above() {
        let two = Length::from_millimetres(20).unwrap();
        assert!(Bounded::<Length>::parse(">2 cm", None).unwrap().certainly_above(two));
        let exactly = Bounded::<Length>::parse("2 cm", None).unwrap();
        assert!(!exactly.certainly_above(two) && !exactly.possibly_above(two));
        assert!(Bounded::<Length>::parse("1-3 cm", None).unwrap().possibly_above(two));
    }

    proptest! {
        #[test]
        fn any_text_reads_or_fails_without_panic(text in ".{0,30}", unit in proptest::option::of(".{0,6}")) {
            let _ = Bounded::<Percent>::parse(&text, unit.as_deref());
            let _ = Bounded::<Length>::parse(&text, unit.as_deref());
            let _ = Bounded::<MitoticRate>::parse(&text, unit.as_deref());
        }

        #[test]
        fn every_percentage_reads_back_from_its_text(thousandths in 0..=Percent::THOUSANDTHS_MAX, comparator in 0..5usize) {
            use Comparator::{Above, AtLeast, AtMost, Below, Equal};
            let comparator = [Equal, Below, AtMost, Above, AtLeast][comparator];
            let it = Bounded::new(comparator, Percent::from_thousandths(thousandths).unwrap());
            prop_assert_eq!(Bounded::<Percent>::parse(&it.to_string(), None), Ok(it));
        }
    }
}
