//! Where sentences end.

use std::ops::Range;

use crate::tokens::{Gap, Shape, Text};

/// Longest sentence, in tokens. Longer ones are cut, so that work stays linear in the length of the text.
pub(super) const SENTENCE_TOKENS_MAX: usize = 240;

/// Words whose full stop ends no sentence.
pub(super) fn is_abbreviation(word: &str) -> bool {
    matches!(
        word,
        "approx"
            | "vasc"
            | "nr"
            | "no"
            | "ca"
            | "cf"
            | "vs"
            | "dr"
            | "mr"
            | "mrs"
            | "ms"
            | "prof"
            | "seg"
            | "segs"
            | "fig"
            | "e"
            | "g"
            | "i"
            | "gr"
            | "m"
            | "max"
            | "dia"
            | "diam"
            | "incl"
            | "ref"
            | "hosp"
            | "st"
            | "nos"
            | "cm"
            | "mm"
            | "resp"
            | "ed"
            | "min"
            | "al"
            | "excl"
            | "dim"
            | "dept"
            | "lab"
            | "est"
    )
}

pub(super) fn sentence_ends(text: &Text<'_>, range: Range<usize>) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut start = range.start;
    for i in range.clone() {
        let last = i + 1 == range.end;
        if last || i + 1 - start >= SENTENCE_TOKENS_MAX || ends_sentence(text, i) {
            ends.push(i + 1);
            start = i + 1;
        }
    }
    ends
}

fn ends_sentence(text: &Text<'_>, i: usize) -> bool {
    let Some(token) = text.token(i).filter(|t| t.shape == Shape::Mark) else { return false };
    let Some(next) = text.token(i + 1) else { return true };
    if next.gap < Gap::Space {
        return false;
    }
    let capital = next.shape != Shape::Word || next.first != b'a';
    // `2 . 1 cm`, as scanners space it out.
    if token.first == b'.'
        && token.gap >= Gap::Space
        && next.shape == Shape::Number
        && text.is_number(i.wrapping_sub(1))
    {
        return false;
    }
    match token.first {
        b'.' => {
            let unit =
                matches!(text.word(i.wrapping_sub(1)), "cm" | "mm" | "st" | "no" | "max" | "min" | "ed");
            let begins = next.shape == Shape::Word && next.first != b'a';
            capital && (!is_abbreviation(text.word(i.wrapping_sub(1))) || (unit && begins))
        }
        b'!' => capital,
        b'?' => token.gap < Gap::Space && capital,
        _ => false,
    }
}
