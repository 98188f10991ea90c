//! Whole numbers as systems write them.

use lacteal_clinical::finding::UnreadReason;

/// A count: digits, which may have a decimal point with zeros behind it (`5.00`), since many systems write all numbers
/// with the same decimals.
///
/// # Errors
/// Anything else is no count.
pub(crate) fn count(text: &str) -> Result<u16, UnreadReason> {
    let is_zero = |decimals: &str| !decimals.is_empty() && decimals.bytes().all(|it| it == b'0');
    let whole = text.split_once('.').filter(|(_, decimals)| is_zero(decimals));
    whole.map_or(text, |(whole, _)| whole).parse().map_err(|_| UnreadReason::NotANumber)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_behind_the_point_change_nothing_and_anything_else_is_no_count() {
        for text in ["5", "5.0", "5.00", "05"] {
            assert_eq!(count(text), Ok(5), "{text}");
        }
        for text in ["5.", "5.10", ".0", "5.0.0", "-5", "5e0", "70000", ""] {
            assert_eq!(count(text), Err(UnreadReason::NotANumber), "{text}");
        }
    }
}
