//! Where sentences end.

use std::ops::Range;

use crate::tokens::{Gap, Shape, Text};
use crate::words::Class;

/// Longest sentence, in tokens. Longer ones are cut, so that work stays linear in the length of the text.
pub(super) const SENTENCE_TOKENS_MAX: usize = 240;

/// Words whose full stop ends no sentence.
pub(super) fn is_abbreviation(word: &str) -> bool {
    matches!(
        word,
        "approx"
            | "vasc"
            | "pr"
            | "w"
            | "nr"
            | "prev"
            | "susp"
            | "mes"
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
            | "segm"
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
            // `38 mm. 14 nodes removed`, but `2 cm. 3 mm` may be one list.
            let counts = next.shape == Shape::Number
                && text.is_word(i + 2)
                && !text.has(i + 2, Class::Length)
                && text.word(i + 2) != "x";
            let begins = next.shape == Shape::Word && next.first != b'a' || counts;
            // A stop at the end of a line ends the sentence, though the next begins in small letters.
            (capital || next.gap >= Gap::Line)
                && (!is_abbreviation(text.word(i.wrapping_sub(1))) || (unit && begins))
        }
        b'!' => capital,
        b'?' => token.gap < Gap::Space && capital,
        _ => false,
    }
}
