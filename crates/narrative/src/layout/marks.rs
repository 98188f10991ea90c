//! Marks at the front of a line: bullets, numbers of lists, letters of specimens.

use std::ops::Range;

use crate::tokens::{Gap, Shape, Text};

/// Whether a piece is nothing but the mark of a list (`3.`, `(a)`, `-`).
pub(super) fn only_bullet(text: &Text<'_>, mut range: Range<usize>) -> bool {
    range.len() <= 3
        && (range.len() > 1 || text.mark(range.start, b'-') || text.mark(range.start, b'*'))
        && range.all(|i| {
            text.is_number(i) && text.written(i).len() <= 2
                || text.is_word(i) && text.written(i).len() == 1
                || text.token(i).is_some_and(|t| {
                    t.shape == Shape::Mark && matches!(t.first, b'.' | b')' | b'(' | b'-' | b'*')
                })
        })
}

/// A list mark at the front, and the rest.
pub(super) fn bullet(text: &Text<'_>, range: Range<usize>) -> (Option<usize>, Range<usize>) {
    let start = range.start;
    let token = text.token(start);
    if token.is_some_and(|t| {
        t.shape == Shape::Mark && matches!(t.first, b'-' | b'*' | b'+' | b'#') && t.end - t.start <= 3
    }) && start + 1 < range.end
    {
        let (_, rest) = bullet(text, start + 1..range.end);
        return (Some(start), rest);
    }
    // `2- Three metastases`
    let dashed = text.mark(start + 1, b'-') && text.is_number(start) && text.is_word(start + 2);
    let enumerated = text.mark(start + 1, b'.') || text.mark(start + 1, b')') || dashed;
    let number = text.is_number(start) && text.written(start).len() <= 2;
    let letter = text.is_word(start) && text.written(start).len() == 1;
    if start + 2 < range.end
        && enumerated
        && text.gap(start + 1) == Gap::None
        && text.gap(start + 2) >= Gap::Space
        && (number || letter)
    {
        return (Some(start), start + 2..range.end);
    }
    // `S2.04   Max. dimension`: the numbered items of structured reports.
    let code = text.is_word(start)
        && text.written(start).len() <= 3
        && text.written(start).ends_with(|c: char| c.is_ascii_digit())
        && text.written(start).starts_with(|c: char| c.is_ascii_uppercase());
    if code
        && text.mark(start + 1, b'.')
        && text.is_number(start + 2)
        && text.gap(start + 2) == Gap::None
        && start + 3 < range.end
        && text.gap(start + 3) >= Gap::Space
    {
        return (Some(start), start + 3..range.end);
    }
    // `(a) …`, `1: …`
    if text.mark(start, b'(')
        && text.mark(start + 2, b')')
        && text.written(start + 1).len() <= 2
        && start + 3 < range.end
        && (!text.is_number(start + 1) || heads_item(text, start + 3))
    {
        return (Some(start), start + 3..range.end);
    }
    (None, range)
}

/// `(2) Liver wedge`, but not `pT3 (2) N1`.
fn heads_item(text: &Text<'_>, i: usize) -> bool {
    text.gap(i) >= Gap::Space
        && text.token(i).is_some_and(|t| t.shape == Shape::Word && matches!(t.first, b'A' | b'N'))
        && text.word(i).len() > 2
}

/// `A.`, `B:`, `Part 2`, `Specimen C`, `Tumour 1`: another specimen or tumour begins.
pub(super) fn part_mark(text: &Text<'_>, i: usize) -> bool {
    let letter =
        text.written(i).len() == 1 && text.token(i).is_some_and(|t| t.first == b'N' || t.first == b'A');
    let mark = text.mark(i + 1, b'.') || text.mark(i + 1, b')') || text.mark(i + 1, b':');
    let named =
        matches!(text.word(i), "specimen" | "part" | "tumour" | "tumor" | "lesion" | "sample" | "pot")
            && (text.is_number(i + 1) || text.written(i + 1).len() == 1 && text.is_word(i + 1));
    (letter && mark) || named
}
