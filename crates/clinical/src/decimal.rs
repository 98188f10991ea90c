//! Exact decimal numbers as reports write them, with point or comma.
//!
//! Floats would turn 2.9 and 3.0 into guesses at the very boundary that separates two grades. A comma that could
//! as well separate thousands (`1,200`) is refused rather than guessed.

use crate::Error;

/// Most digits accepted, before and after the mark together.
const DIGITS_MAX: usize = 15;

/// `digits` divided by ten to the power of `scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    digits: u64,
    scale: u32,
}

impl Decimal {
    /// Takes the number at the front of `text`; `None` when there is none.
    pub(crate) fn take<'a>(what: &'static str, text: &'a str) -> Result<Option<(Self, &'a str)>, Error> {
        let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(text.len());
        let (number, rest) = text.split_at(end);
        // A mark at the end belongs to the sentence, not to the number: `4.` or `3, of which`.
        let trimmed = number.trim_end_matches(['.', ',']);
        if number.len() - trimmed.len() > 1 {
            return Err(Error::NotANumber { what });
        }
        if trimmed.is_empty() {
            return Ok(None);
        }
        let (whole, fraction) = match trimmed.split_once(['.', ',']) {
            Some((whole, fraction)) => (whole, fraction),
            None => (trimmed, ""),
        };
        if fraction.contains(['.', ',']) || whole.len() + fraction.len() > DIGITS_MAX {
            return Err(Error::NotANumber { what });
        }
        let thousands =
            trimmed.contains(',') && fraction.len() == 3 && !whole.is_empty() && !whole.starts_with('0');
        if thousands {
            return Err(Error::Ambiguous { what });
        }
        let digits = whole.bytes().chain(fraction.bytes()).fold(0, |sum, it| sum * 10 + u64::from(it - b'0'));
        let scale = fraction.len() as u32;
        Ok(Some((Self { digits, scale }, rest)))
    }

    /// The value times `factor`, divided by `divisor`, as a whole number, halves rounded up.
    pub(crate) fn scaled(self, factor: u64, divisor: u64) -> Option<u64> {
        let below = 10u128.checked_pow(self.scale)?.checked_mul(u128::from(divisor))?;
        let above = u128::from(self.digits) * u128::from(factor);
        let rounded = (above * 2 + below).checked_div(below * 2)?;
        u64::try_from(rounded).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thousandths(text: &str) -> Result<Option<u64>, Error> {
        Ok(Decimal::take("x", text)?.and_then(|(it, _)| it.scaled(1000, 1)))
    }

    #[test]
    fn point_and_comma_are_the_same_number() {
        assert_eq!(thousandths("3.2"), Ok(Some(3200)));
        assert_eq!(thousandths("3,2 %"), Ok(Some(3200)));
        assert_eq!(thousandths(".5"), Ok(Some(500)));
        assert_eq!(thousandths("4."), Ok(Some(4000)));
        assert_eq!(thousandths("0,125"), Ok(Some(125)));
        assert_eq!(thousandths("2.9996"), Ok(Some(3000)));
    }

    #[test]
    fn what_could_be_thousands_is_refused() {
        assert_eq!(thousandths("1,200"), Err(Error::Ambiguous { what: "x" }));
        assert_eq!(thousandths("1.200"), Ok(Some(1200)));
    }

    #[test]
    fn what_is_no_number_is_none_or_refused() {
        assert_eq!(thousandths("abc"), Ok(None));
        assert_eq!(thousandths("-2"), Ok(None));
        assert_eq!(thousandths("."), Ok(None));
        assert!(thousandths("1.2.3").is_err());
        assert!(thousandths("1..").is_err());
        assert!(thousandths(&"9".repeat(16)).is_err());
    }
}
