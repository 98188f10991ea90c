//! Markers in blood and urine: chromogranin A, 5-HIAA, NT-proBNP.
//!
//! Assays differ by kit, so a level is nothing without its unit and assay: two levels are compared only when marker, unit
//! and assay are the same. A rise is an alert for people and no part of any hazard (AJCC Version 9 and Norway advise
//! against routine use; Neuroendocrinology 2009;89:302 found a rise first in 28 of 33 recurrences).

use std::fmt;

use crate::bounded::Bounded;
use crate::decimal::Decimal;
use crate::fact::FactRef;
use crate::{Error, PartialDate, quantity, text};

/// Longest unit, in bytes.
pub const UNIT_BYTES_MAX: usize = 24;
/// Longest name of an assay, in bytes.
pub const ASSAY_BYTES_MAX: usize = 64;
/// A level counts as risen from this many hundredths of the one before (an assumption).
pub const RISE_PERCENT: u32 = 150;

/// Which marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkerKind {
    /// Chromogranin A in serum or plasma.
    ChromograninA,
    /// 5-HIAA in urine of 24 hours.
    UrineHiaa,
    /// Concentration of 5-HIAA in urine of 24 hours: without the volume it is no daily excretion.
    UrineHiaaConcentration,
    /// 5-HIAA in serum or plasma.
    PlasmaHiaa,
    /// NT-proBNP: for the heart, not for the tumour.
    NtProBnp,
}

impl MarkerKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::ChromograninA,
        Self::UrineHiaa,
        Self::UrineHiaaConcentration,
        Self::PlasmaHiaa,
        Self::NtProBnp,
    ];

    /// The name used in configuration and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChromograninA => "chromogranin_a",
            Self::UrineHiaa => "urine_5hiaa",
            Self::UrineHiaaConcentration => "urine_5hiaa_concentration",
            Self::PlasmaHiaa => "plasma_5hiaa",
            Self::NtProBnp => "nt_probnp",
        }
    }

    /// The name that people read.
    pub const fn words(self) -> &'static str {
        match self {
            Self::ChromograninA => "chromogranin A",
            Self::UrineHiaa => "5-HIAA in 24-hour urine",
            Self::UrineHiaaConcentration => "concentration of 5-HIAA in 24-hour urine",
            Self::PlasmaHiaa => "5-HIAA in plasma",
            Self::NtProBnp => "NT-proBNP",
        }
    }

    /// Whether a higher level means more of the tumour's product. NT-proBNP speaks of the heart, and a concentration in
    /// urine of how much was drunk, too.
    pub const fn can_rise(self) -> bool {
        matches!(self, Self::ChromograninA | Self::UrineHiaa | Self::PlasmaHiaa)
    }
}

/// A level in thousandths of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(u32);

impl Level {
    /// From thousandths of the unit.
    pub const fn from_thousandths(thousandths: u32) -> Self {
        Self(thousandths)
    }

    /// In thousandths of the unit.
    pub const fn thousandths(self) -> u32 {
        self.0
    }

    pub(crate) const WHAT: &'static str = "level of a marker";

    /// From the number alone, whatever its unit.
    pub(crate) fn from_decimal(value: Decimal) -> Result<Self, Error> {
        let thousandths = value.scaled(1000, 1).and_then(|it| u32::try_from(it).ok());
        thousandths.map(Self).ok_or(Error::OutOfRange { what: Self::WHAT })
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        quantity::thousandths(f, self.0)
    }
}

/// A measured marker.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Marker {
    kind: MarkerKind,
    level: Bounded<Level>,
    unit: String,
    upper_limit: Option<Level>,
    assay: String,
}

impl Marker {
    /// A level with its unit as told, the upper limit of the reference range when told, and what tells the assay from
    /// another (code and method).
    ///
    /// # Errors
    /// When unit or assay is empty or too long.
    pub fn new(
        kind: MarkerKind,
        level: Bounded<Level>,
        unit: &str,
        upper_limit: Option<Level>,
        assay: &str,
    ) -> Result<Self, Error> {
        let unit = text::kept("unit of a marker", unit, UNIT_BYTES_MAX)?;
        let assay = text::kept("assay of a marker", assay, ASSAY_BYTES_MAX)?;
        Ok(Self { kind, level, unit, upper_limit, assay })
    }

    /// Which marker.
    pub fn kind(&self) -> MarkerKind {
        self.kind
    }

    /// The level.
    pub fn level(&self) -> &Bounded<Level> {
        &self.level
    }

    /// Its unit, as told.
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// Upper limit of the reference range.
    pub fn upper_limit(&self) -> Option<Level> {
        self.upper_limit
    }

    /// What tells the assay from another.
    pub fn assay(&self) -> &str {
        &self.assay
    }

    /// Whether levels of both may be compared.
    pub fn is_comparable(&self, other: &Self) -> bool {
        (self.kind, &self.unit, &self.assay) == (other.kind, &other.unit, &other.assay)
    }

    /// Whether the level certainly lies above its reference range.
    pub fn is_raised(&self) -> bool {
        self.upper_limit.is_some_and(|limit| self.level.certainly_above(limit))
    }

    /// Whether this level is certainly a rise over an earlier one: comparable, at least [`RISE_PERCENT`] hundredths of
    /// it, and not within the reference range where that is told.
    pub fn has_risen_over(&self, earlier: &Self) -> bool {
        let (Some(low), Some(high)) = (self.level.lower(), earlier.level.upper()) else { return false };
        let risen = u64::from(low.value.0) * 100 >= u64::from(high.value.0) * u64::from(RISE_PERCENT);
        let within = self.upper_limit.is_some_and(|limit| !self.level.possibly_above(limit));
        self.is_comparable(earlier) && risen && low.value.0 > 0 && !within
    }
}

/// A marker that has risen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rise {
    /// The earlier level.
    pub earlier: (PartialDate, Marker),
    /// The later level.
    pub later: (PartialDate, Marker),
    /// The facts of both, in order of their keys.
    pub facts: Vec<FactRef>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(thousandths: u32) -> Bounded<Level> {
        Bounded::exactly(Level::from_thousandths(thousandths))
    }

    fn marker(thousandths: u32, unit: &str, limit: Option<u32>) -> Marker {
        let limit = limit.map(Level::from_thousandths);
        Marker::new(MarkerKind::ChromograninA, level(thousandths), unit, limit, "9811-1").unwrap()
    }

    #[test]
    fn a_rise_is_half_as_much_again_of_the_same_assay_and_unit() {
        let earlier = marker(100_000, "ug/L", None);
        assert!(marker(150_000, "ug/L", None).has_risen_over(&earlier));
        assert!(!marker(149_999, "ug/L", None).has_risen_over(&earlier));
        assert!(!marker(900_000, "nmol/L", None).has_risen_over(&earlier), "another unit");
        assert!(
            !marker(90_000, "ug/L", Some(100_000)).has_risen_over(&marker(30_000, "ug/L", None)),
            "within"
        );
    }

    #[test]
    fn a_bound_proves_no_rise() {
        let below = Bounded::new(crate::Comparator::Below, Level::from_thousandths(900_000));
        let later = Marker::new(MarkerKind::ChromograninA, below, "ug/L", None, "9811-1").unwrap();
        assert!(!later.has_risen_over(&marker(100_000, "ug/L", None)));
    }

    #[test]
    fn a_level_is_read_with_the_unit_that_was_told() {
        let read = |text| Bounded::<Level>::parse(text, "ug/L").map(|it| it.to_string());
        assert_eq!(read("120.5").unwrap(), "120.5");
        assert_eq!(read("<3 UG/L").unwrap(), "<3");
        for text in ["", "high", "3 nmol/L", "99999999"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_level_is_written_without_needless_zeros() {
        let shown = [1_000, 1_500, 12_034, 7].map(|it| Level::from_thousandths(it).to_string());
        assert_eq!(shown, ["1", "1.5", "12.034", "0.007"]);
    }
}
