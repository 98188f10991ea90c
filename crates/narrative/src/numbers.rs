//! Numbers as reports write them: comparators, ranges, "approximately", numbers in words, and lengths with units.
//!
//! Values are exact, in thousandths. A number that could be read in two ways (`1,200`) is not read.

mod lengths;

pub(crate) use lengths::{Measure, lengths};

use std::ops::Range;

use lacteal_clinical::Comparator;

use crate::tokens::{Gap, Text};
use crate::words;

/// A number or range with what was said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) comparator: Comparator,
    /// In thousandths.
    pub(crate) low: u32,
    /// In thousandths; the same as `low` unless a range.
    pub(crate) high: u32,
    pub(crate) approximate: bool,
    pub(crate) tokens: Range<usize>,
}

/// Largest number read, before the decimal mark.
const WHOLE_MAX: u32 = 99_999;

/// A written number in thousandths.
pub(crate) fn thousandths(word: &str) -> Option<u32> {
    let (whole, fraction) = word.split_once(['.', ',']).unwrap_or((word, ""));
    let thousands = word.contains(',') && fraction.len() == 3 && !whole.is_empty() && !whole.starts_with('0');
    if thousands || fraction.len() > 6 || whole.len() > 5 {
        return None;
    }
    let whole: u32 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut value = whole.min(WHOLE_MAX) * 1000;
    for (digit, weight) in fraction.bytes().zip([100, 10, 1]) {
        value += u32::from(digit.checked_sub(b'0')?) * weight;
    }
    Some(value)
}

/// The number at a token, in digits or in words, in thousandths.
pub(crate) fn at(text: &Text<'_>, i: usize) -> Option<u32> {
    if text.is_number(i) {
        thousandths(text.word(i))
    } else {
        words::number(text.word(i)).map(|it| it * 1000)
    }
}

/// A whole number at a token, in digits or in words (`three`, `twenty-one`), and the tokens it takes.
pub(crate) fn whole(text: &Text<'_>, i: usize) -> Option<(u16, usize)> {
    if text.is_number(i) {
        let value: u16 = text.word(i).parse().ok()?;
        // `4 (four)`: the word says the same again.
        let again = text.mark(i + 1, b'(') && words::number(text.word(i + 2)) == Some(u32::from(value));
        return Some((value, if again && text.mark(i + 3, b')') { 4 } else { 1 }));
    }
    let value = words::number(text.word(i))?;
    if text.word(i) == "a" {
        return None;
    }
    let hyphen = text.mark(i + 1, b'-') && text.gap(i + 1) == Gap::None;
    let unit_at = if hyphen { i + 2 } else { i + 1 };
    let unit = words::number(text.word(unit_at)).filter(|it| (1..10).contains(it));
    if let (20.., Some(unit), true) = (value, unit, text.word(unit_at) != "a") {
        return u16::try_from(value + unit).ok().map(|it| (it, unit_at + 1 - i));
    }
    // `four (4)`: the digits say the same again.
    let again = text.mark(i + 1, b'(') && text.is_number(i + 2) && text.mark(i + 3, b')');
    let value = u16::try_from(value).ok()?;
    Some((value, if again { 4 } else { 1 }))
}

/// The amount whose first number is the token `i`.
pub(crate) fn amount(text: &Text<'_>, i: usize, limits: &Range<usize>) -> Option<Amount> {
    let low = at(text, i)?;
    let (comparator, approximate, start) = before(text, i, limits.start);
    let mut it = Amount { comparator, low, high: low, approximate, tokens: start..i + 1 };
    let mut next = i + 1;
    if text.mark(next, b'%') || matches!(text.word(next), "percent" | "per" | "pct" | "cent") {
        next += if text.word(next) == "per" && text.word(next + 1) == "cent" { 2 } else { 1 };
    }
    let joined = text.mark(next, b'-')
        || text.word(next) == "to"
        || (text.word(next) == "and" && text.word(i.wrapping_sub(1)) == "between");
    let second = next + 1;
    // `corrected from 1 % to 4 %`: what it was is not what it is.
    let changed = text.word(next) == "to"
        && text.word(i.wrapping_sub(1)) == "from"
        && (i.saturating_sub(4).max(limits.start)..i).any(|k| {
            matches!(
                text.word(k),
                "corrected"
                    | "revised"
                    | "changed"
                    | "amended"
                    | "upgraded"
                    | "downgraded"
                    | "increased"
                    | "decreased"
            )
        });
    if changed && let Some(now) = at(text, second).filter(|_| second < limits.end) {
        return Some(Amount {
            comparator: Comparator::Equal,
            low: now,
            high: now,
            approximate: false,
            tokens: second..second + 1,
        });
    }
    if joined
        && second < limits.end
        && comparator == Comparator::Equal
        // `between two and three percent`
        && let Some(high) = at(text, second).filter(|_| text.is_number(second) || !text.is_number(i))
        && high >= low
    {
        it.high = high;
        it.tokens.end = second + 1;
    } else if text.mark(next, b'+') && text.gap(next) == Gap::None && comparator == Comparator::Equal {
        it.comparator = Comparator::AtLeast;
    }
    Some(it)
}

/// What stands before a number: comparator, whether approximate, and where it begins.
fn before(text: &Text<'_>, i: usize, floor: usize) -> (Comparator, bool, usize) {
    let mut start = i;
    let mut comparator = Comparator::Equal;
    let mut approximate = false;
    loop {
        let word = |back: usize| if start >= floor + back { text.word(start - back) } else { "" };
        let mark = |back: usize, byte: u8| start >= floor + back && text.mark(start - back, byte);
        // `35 mm -> 38 mm`: an arrow compares nothing.
        if mark(1, b'>') && mark(2, b'-') && text.gap(start - 1) == Gap::None {
            return (comparator, approximate, start);
        }
        let (found, length) = if mark(1, b'=') && word(2) == "or" && mark(3, b'<') {
            (Some(Comparator::AtMost), 3)
        } else if mark(1, b'=') && word(2) == "or" && mark(3, b'>') {
            (Some(Comparator::AtLeast), 3)
        } else if mark(1, b'=') && mark(2, b'<') || mark(1, b'<') && mark(2, b'=') {
            (Some(Comparator::AtMost), 2)
        } else if mark(1, b'=') && mark(2, b'>') || mark(1, b'>') && mark(2, b'=') {
            (Some(Comparator::AtLeast), 2)
        } else if mark(1, b'<') {
            (Some(Comparator::Below), 1)
        } else if mark(1, b'>') {
            (Some(Comparator::Above), 1)
        } else if mark(1, b'l') {
            (Some(Comparator::AtMost), 1)
        } else if mark(1, b'g') {
            (Some(Comparator::AtLeast), 1)
        } else {
            match (word(2), word(1)) {
                ("equal", "to") if word(4) == "less" || word(5) == "less" => {
                    (Some(Comparator::AtMost), if word(4) == "less" { 4 } else { 5 })
                }
                ("equal", "to") if word(4) == "greater" || word(5) == "greater" => {
                    (Some(Comparator::AtLeast), if word(4) == "greater" { 4 } else { 5 })
                }
                ("more" | "greater" | "higher", "than") if matches!(word(3), "no" | "not") => {
                    (Some(Comparator::AtMost), 3)
                }
                ("less" | "fewer", "than") if matches!(word(3), "no" | "not") => {
                    (Some(Comparator::AtLeast), 3)
                }
                ("less" | "fewer" | "lower" | "smaller", "than") => (Some(Comparator::Below), 2),
                ("more" | "greater" | "higher" | "larger", "than") => (Some(Comparator::Above), 2),
                ("not", "exceed" | "exceeding") => (Some(Comparator::AtMost), 2),
                ("up", "to") => (Some(Comparator::AtMost), 2),
                ("at", "most") => (Some(Comparator::AtMost), 2),
                ("at", "least") => (Some(Comparator::AtLeast), 2),
                (_, "under" | "below") => (Some(Comparator::Below), 1),
                (_, "over" | "above" | "exceeding") => (Some(Comparator::Above), 1),
                _ => (None, 0),
            }
        };
        if let Some(found) = found {
            if comparator == Comparator::Equal {
                comparator = found;
            }
            start -= length;
            continue;
        }
        let roughly = matches!(
            word(1),
            "approximately"
                | "approx"
                | "about"
                | "around"
                | "circa"
                | "ca"
                | "roughly"
                | "nearly"
                | "almost"
                | "c"
                | "estimated"
                | "est"
        ) || mark(1, b'~');
        let roughly_dotted = mark(1, b'.') && matches!(word(2), "approx" | "ca" | "c" | "est");
        if roughly || roughly_dotted {
            approximate = true;
            start -= if roughly { 1 } else { 2 };
            continue;
        }
        return (comparator, approximate, start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparators_and_ranges_keep_their_sense() {
        use Comparator::{Above, AtLeast, AtMost, Below, Equal};
        for (text, number, expected) in [
            ("<3%", 1, (Below, 3000, 3000, false)),
            ("< 3%", 1, (Below, 3000, 3000, false)),
            ("less than 3 %", 2, (Below, 3000, 3000, false)),
            ("less than or equal to 3", 5, (AtMost, 3000, 3000, false)),
            ("no more than 2", 3, (AtMost, 2000, 2000, false)),
            ("≤2", 1, (AtMost, 2000, 2000, false)),
            ("<= 2", 2, (AtMost, 2000, 2000, false)),
            ("> 20", 1, (Above, 20000, 20000, false)),
            (">=20", 2, (AtLeast, 20000, 20000, false)),
            ("approx. 2", 2, (Equal, 2000, 2000, true)),
            ("~1", 1, (Equal, 1000, 1000, true)),
            ("3-5%", 0, (Equal, 3000, 5000, false)),
            ("3% to 5%", 0, (Equal, 3000, 5000, false)),
            ("between 1 and 2%", 1, (Equal, 1000, 2000, false)),
            ("up to 4%", 2, (AtMost, 4000, 4000, false)),
        ] {
            let it = Text::new(text, text);
            let amount = amount(&it, number, &(0..it.tokens.len())).unwrap();
            assert_eq!((amount.comparator, amount.low, amount.high, amount.approximate), expected, "{text}");
        }
    }

    #[test]
    fn whole_numbers_in_words_are_read() {
        for (text, expected) in
            [("three", 3), ("twenty-one", 21), ("twenty one", 21), ("17", 17), ("none", 0), ("four (4)", 4)]
        {
            assert_eq!(whole(&Text::new(text, text), 0).map(|it| it.0), Some(expected), "{text}");
        }
        assert_eq!(whole(&Text::new("2.5", "2.5"), 0), None);
        assert_eq!(whole(&Text::new("a", "a"), 0), None);
    }
}
