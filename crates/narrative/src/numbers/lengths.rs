//! Lengths with units, one dimension or several: `2.3 x 1.8 cm`, `AP 30 x TR 38 mm`, `0.3, 0.5 and 1.2 cm`.

use std::ops::Range;

use lacteal_clinical::{Comparator, Length};

use super::{at, before, thousandths, whole};
use crate::tokens::{Gap, Text};
use crate::words::Class;

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
        let Some(last) = number_before(text, unit, range.start) else {
            found.extend(in_words(text, unit, range.start).or_else(|| unit_first(text, unit, range.end)));
            continue;
        };
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
            // `CT 5/3/24 - 1.9 cm mass`: the end of a date begins no range.
            if text.mark(joint, b'-') && number > floor && text.mark(number - 1, b'/') {
                break;
            }
            // `has reduced from 28 to 23 mm`: what it was is not what it is.
            if text.word(joint) == "to" && has_changed(text, number, floor) {
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

/// `a lesion of cm 1.7 x 1.3`: the unit before its numbers, as in Italian.
fn unit_first(text: &Text<'_>, unit: usize, end: usize) -> Option<Measure> {
    let factor = if text.word(unit).starts_with('m') { 1 } else { 10 };
    let mut greatest = None;
    let mut at = unit + 1;
    for _ in 0..3 {
        if at >= end || !text.is_number(at) {
            break;
        }
        greatest = greatest.max(thousandths(text.word(at)).and_then(|it| it.checked_mul(factor)));
        at += 1;
        let times = matches!(text.word(at), "x" | "by" | "×") || text.mark(at, b'x');
        if !times {
            break;
        }
        at += 1;
    }
    // `2 nodes, mm 3 mm` has its unit behind.
    let own = !text.has(at, Class::Length) && !text.mark(at, b'%');
    let length = greatest.filter(|it| own && *it > 0).and_then(|it| Length::from_micrometres(it).ok())?;
    Some(Measure { length, comparator: Comparator::Equal, approximate: false, tokens: unit..at })
}

/// `four centimetres`, `twenty-two mm`, `one and a half cm`: a length dictated in words.
fn in_words(text: &Text<'_>, unit: usize, floor: usize) -> Option<Measure> {
    let factor = if text.word(unit).starts_with('m') { 1 } else { 10 };
    let half = unit >= floor + 4
        && text.word(unit - 1) == "half"
        && text.word(unit - 2) == "a"
        && text.word(unit - 3) == "and";
    let last = if half { unit - 4 } else { unit.checked_sub(1).filter(|i| *i >= floor)? };
    // `twenty-two`, `twenty two`
    let first = (last.saturating_sub(2).max(floor)..last)
        .find(|i| whole(text, *i).is_some_and(|it| *i + it.1 == last + 1));
    let start = first.unwrap_or(last);
    if text.is_number(start)
        || matches!(text.word(start), "no" | "none" | "nil" | "single" | "solitary" | "both")
    {
        return None;
    }
    let (value, _) = whole(text, start).filter(|it| it.0 > 0)?;
    let thousandths = u32::from(value) * 1000 + if half { 500 } else { 0 };
    let length = Length::from_micrometres(thousandths * factor).ok()?;
    let (comparator, approximate, from) = before(text, start, floor);
    Some(Measure { length, comparator, approximate, tokens: from..unit + 1 })
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
    // `16 mm length x 9 mm`
    let behind =
        end > floor && end >= 2 && is_direction(text.word(end - 1)) && text.has(end - 2, Class::Length);
    match (inside, behind) {
        (true, _) => end - 3,
        (_, true) => end - 1,
        _ => end,
    }
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

/// `reduced from`, `has grown from` right before the number.
fn has_changed(text: &Text<'_>, number: usize, floor: usize) -> bool {
    const CHANGED: [&str; 14] = [
        "reduced",
        "reduction",
        "decreased",
        "increased",
        "increase",
        "decrease",
        "grown",
        "enlarged",
        "shrunk",
        "gone",
        "progressed",
        "regressed",
        "changed",
        "diminished",
    ];
    number > floor
        && text.word(number - 1) == "from"
        && (number.saturating_sub(5).max(floor)..number).any(|i| CHANGED.contains(&text.word(i)))
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
            ("CT 5/3/24 - 1.9 cm mass", vec!["19 mm"]),
            ("3 by 2 cm", vec!["30 mm"]),
            ("1.4 centimeters", vec!["14 mm"]),
            ("about four centimetres", vec!["40 mm"]),
            ("16 mm length x 9 mm", vec!["16 mm"]),
            ("reduced in size from 28 to 23 mm", vec!["23 mm"]),
            ("twenty-two mm", vec!["22 mm"]),
            ("twenty two mm", vec!["22 mm"]),
            ("one and a half cm", vec!["15 mm"]),
            ("a cm", vec![]),
            ("a lesion of cm 1.7 x 1.3.", vec!["17 mm"]),
            ("cm 2 cm", vec!["20 mm"]),
            ("both cm", vec![]),
            ("17 nodes", vec![]),
            ("1,200 mm", vec![]),
        ] {
            assert_eq!(greatest(text), expected, "{text}");
        }
    }
}
