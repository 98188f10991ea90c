//! Numbers as reports write them: comparators, ranges, "approximately", numbers in words, and lengths with units.
//!
//! Values are exact, in thousandths. A number that could be read in two ways (`1,200`) is not read.

use std::ops::Range;

use lacteal_clinical::{Comparator, Length};

use crate::tokens::{Gap, Text};
use crate::words::{self, Class};

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
    if joined
        && second < limits.end
        && comparator == Comparator::Equal
        && let Some(high) = at(text, second).filter(|_| text.is_number(second))
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

/// A length, with the greatest of its dimensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Measure {
    pub(crate) length: Length,
    pub(crate) comparator: Comparator,
    pub(crate) approximate: bool,
    pub(crate) tokens: Range<usize>,
}

/// Most numbers in one expression (`2 x 1 x 1 cm`, `0.3, 0.5 and 1.2 cm`).
const NUMBERS_MAX: usize = 12;

/// The lengths in a range of tokens.
pub(crate) fn lengths(text: &Text<'_>, range: &Range<usize>) -> Vec<Measure> {
    let mut found: Vec<Measure> = Vec::new();
    for unit in range.clone().filter(|i| text.has(*i, Class::Length)) {
        // `2.4 cm`, `2.4-cm`, `1.1 (D) cm`
        let Some(last) = number_before(text, unit, range.start) else { continue };
        let floor = found.last().map_or(range.start, |it| it.tokens.end);
        let micrometres = |i: usize| {
            let factor = if text.word(unit).starts_with('m') { 1 } else { 10 };
            thousandths(text.word(i)).and_then(|it| it.checked_mul(factor))
        };
        let mut start = last;
        let mut greatest = micrometres(start);
        // `2 . 5 cm`, as scanners space it out.
        let spaced = start >= floor + 2
            && text.mark(start - 1, b'.')
            && text.is_number(start - 2)
            && text.gap(start) == Gap::Space
            && text.gap(start - 1) == Gap::Space
            && text.word(start).len() == 1;
        if spaced {
            let factor = if text.word(unit).starts_with('m') { 1 } else { 10 };
            greatest = thousandths(&format!("{}.{}", text.word(start - 2), text.word(start)))
                .and_then(|it| it.checked_mul(factor));
            start -= 2;
        }
        for _ in 0..NUMBERS_MAX {
            // `AP 30 x TR 38 mm`: the direction may stand before each.
            let begins = if start > floor && is_direction(text.word(start - 1)) { start - 1 } else { start };
            if begins < floor + 2 || !joins(text, begins - 1) {
                break;
            }
            // `2 cm x 1 cm`: the unit may stand after each.
            let joint = begins - 1;
            let end = before_direction(text, joint, floor);
            let end = if end > floor && text.has(end - 1, Class::Length) { end - 1 } else { end };
            let Some(number) = number_before(text, end, floor) else { break };
            let listed = text.mark(joint, b',') || text.word(joint) == "and";
            // `27 mm, 18 cm from the margin`: another unit is another length.
            if listed
                && end < joint
                && text.word(end).as_bytes().first() != text.word(unit).as_bytes().first()
            {
                break;
            }
            // `grade 1, 0.8 cm`: the first number belongs to its own word.
            // `40 mm in 2021, 38 mm today`
            let year = text.word(number).len() == 4 && micrometres(number) >= Some(1_900_000);
            if listed && (year || number > floor && counts_something_else(text, number - 1)) {
                break;
            }
            greatest = greatest.max(micrometres(number));
            start = number;
        }
        // A chain that an earlier length began: `2.3 cm x 1.8 cm` is one expression.
        let mut measure_start = start;
        if start > range.start
            && joins(text, start - 1)
            && !matches!(text.word(start - 1), "and" | ",")
            && let Some(last) = found.last()
            && last.tokens.end == before_direction(text, start - 1, last.tokens.end)
        {
            let both = last.length.micrometres().max(greatest.unwrap_or(0));
            measure_start = last.tokens.start;
            greatest = Some(both);
            found.pop();
        }
        let Some(length) = greatest.and_then(|it| Length::from_micrometres(it).ok()) else { continue };
        let (comparator, approximate, from) = before(text, measure_start, floor.min(measure_start));
        found.push(Measure { length, comparator, approximate, tokens: from..unit + 1 });
    }
    found
}

/// The number right before token `end`, with a direction in brackets or a hyphen between: `1.1 (D) cm`, `2.4-cm`.
fn number_before(text: &Text<'_>, end: usize, floor: usize) -> Option<usize> {
    let at = |back: usize| end.checked_sub(back).filter(|i| *i >= floor && text.is_number(*i));
    let hyphen = || at(2).filter(|_| text.mark(end - 1, b'-') && text.gap(end) == Gap::None);
    let directed = || Some(before_direction(text, end, floor)).filter(|it| *it < end)?.checked_sub(1);
    at(1).or_else(hyphen).or_else(|| directed().filter(|i| *i >= floor && text.is_number(*i)))
}

/// Where a direction in brackets that ends before token `end` begins, or `end` itself.
fn before_direction(text: &Text<'_>, end: usize, floor: usize) -> usize {
    let inside = end >= floor + 3
        && text.mark(end - 1, b')')
        && is_direction(text.word(end - 2))
        && text.mark(end - 3, b'(');
    if inside { end - 3 } else { end }
}

/// Directions in which a dimension is told.
fn is_direction(word: &str) -> bool {
    matches!(
        word,
        "ap" | "tr"
            | "cc"
            | "tv"
            | "ml"
            | "si"
            | "l"
            | "w"
            | "d"
            | "h"
            | "b"
            | "trans"
            | "long"
            | "craniocaudal"
            | "transverse"
            | "longitudinal"
            | "length"
            | "width"
            | "height"
            | "depth"
            | "thickness"
    )
}

/// Words whose own number follows them.
fn counts_something_else(text: &Text<'_>, i: usize) -> bool {
    matches!(
        text.word(i),
        "grade"
            | "stage"
            | "type"
            | "who"
            | "n"
            | "no"
            | "number"
            | "part"
            | "block"
            | "specimen"
            | "case"
            | "station"
            | "item"
            | "slide"
            | "segment"
            | "seg"
            | "section"
            | "level"
            | "tumour"
            | "tumor"
            | "image"
            | "series"
            | "g"
            | "total"
            | "class"
            | "category"
            | "figure"
            | "krenning"
            | "score"
            | "suvmax"
            | "suv"
            | "max"
    ) || text.word(i) == "of" && i > 0 && at(text, i - 1).is_some()
        || text.mark(i, b'#')
        || text.mark(i, b'/')
}

/// Whether the token stands between numbers of one expression.
fn joins(text: &Text<'_>, i: usize) -> bool {
    matches!(text.word(i), "x" | "by" | "to" | "and" | "×")
        || text.mark(i, b'x')
        || text.mark(i, b'*')
        || text.mark(i, b'-')
        || text.mark(i, b',')
        || text.mark(i, b'&')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greatest(text: &str) -> Vec<String> {
        let lower = crate::tokens::lower(text);
        let text = Text::new(text, &lower);
        lengths(&text, &(0..text.tokens.len())).iter().map(|it| it.length.to_string()).collect()
    }

    #[test]
    fn the_greatest_dimension_of_each_expression_is_read() {
        for (text, expected) in [
            ("2.3 x 1.8 x 1.5 cm", vec!["23 mm"]),
            ("2.3x1.8x1.5cm", vec!["23 mm"]),
            ("1.8 cm x 2.3 cm", vec!["23 mm"]),
            ("23mm", vec!["23 mm"]),
            ("2,3 cm", vec!["23 mm"]),
            ("2,3 x 1,9 cm", vec!["23 mm"]),
            ("from 0.3 to 1.8 cm", vec!["18 mm"]),
            ("0.3-1.8cm", vec!["18 mm"]),
            ("12 × 9 × 7 mm", vec!["12 mm"]),
            ("1.2, 0.8 and 0.5 cm", vec!["12 mm"]),
            ("2 cm and a node of 8 mm", vec!["20 mm", "8 mm"]),
            ("3 by 2 cm", vec!["30 mm"]),
            ("1.4 centimeters", vec!["14 mm"]),
            ("17 nodes", vec![]),
            ("1,200 mm", vec![]),
        ] {
            assert_eq!(greatest(text), expected, "{text}");
        }
    }

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
