//! Markers in blood and urine: a coded level with its unit, the upper limit of its reference range, and what tells its
//! assay from another.

use std::borrow::Cow;

use lacteal_clinical::marker::{ASSAY_BYTES_MAX, Level};
use lacteal_clinical::{Bounded, Error, Finding, Marker, MarkerKind};

/// What tells an assay from another: code and system of the observation, and its method where that is told.
pub(crate) fn assay(code: &str, system: &str, method: Option<&str>) -> String {
    let mut assay = format!("{}^{}", code.trim(), system.trim());
    if let Some(method) = method.map(str::trim).filter(|it| !it.is_empty()) {
        assay.push(' ');
        assay.push_str(method);
    }
    assay.truncate(assay.floor_char_boundary(ASSAY_BYTES_MAX));
    assay
}

/// A level as a finding. A range that cannot be read is none.
pub(crate) fn marker(
    kind: MarkerKind,
    level: &str,
    unit: Option<&str>,
    range: Option<&str>,
    assay: &str,
) -> Result<Finding, Error> {
    let unit = unit.map(str::trim).filter(|it| !it.is_empty());
    let unit = unit.ok_or(Error::UnitMissing { what: "level of a marker" })?;
    let level = Bounded::<Level>::parse(level, unit)?;
    let limit = range.and_then(|range| upper_limit(range, unit));
    Marker::new(kind, level, unit, limit, assay).map(Finding::Marker)
}

/// The upper limit of `0-100`, `0 - 100 ug/L`, `<100` or `<= 100` (OBX-7). A lone number could be either limit.
fn upper_limit(range: &str, unit: &str) -> Option<Level> {
    let range: Cow<'_, str> = match range.split_once(" - ") {
        Some((low, high)) => Cow::Owned(format!("{}-{}", low.trim(), high.trim())),
        None => Cow::Borrowed(range.trim()),
    };
    let read = Bounded::<Level>::parse(&range, unit).ok()?;
    let (low, high) = (read.lower().map(|it| it.value), read.upper()?.value);
    (low != Some(high)).then_some(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_upper_limit_is_that_of_a_range_or_a_bound() {
        let limit = |range| upper_limit(range, "ug/L").map(Level::thousandths);
        for range in ["0-100", "0 - 100", "<100", "<=100", "0-100 ug/L", " < 100 "] {
            assert_eq!(limit(range), Some(100_000), "{range}");
        }
        for range in ["", "100", ">100", "see remarks", "0-100 nmol/L"] {
            assert_eq!(limit(range), None, "{range}");
        }
    }

    #[test]
    fn an_assay_is_its_code_and_method_and_fits() {
        assert_eq!(assay("9811-1", "LN", None), "9811-1^LN");
        assert_eq!(assay("9811-1", "LN", Some(" ELISA ")), "9811-1^LN ELISA");
        assert_eq!(assay("9811-1", "LN", Some(&"ß".repeat(60))).len(), ASSAY_BYTES_MAX);
    }
}
