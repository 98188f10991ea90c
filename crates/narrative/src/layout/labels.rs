//! Labels inside a line: where they begin, where they end, and where their value begins.
//!
//! What a label asks for is told by the fields.

use std::ops::Range;

use super::sentences::is_abbreviation;
use crate::fields::{self, Field};
use crate::tokens::{Gap, Shape, Text};
use crate::words::Class;

/// Where further labelled values begin inside a line: `pT: 3   pN: 1`, `Grade: G1; Ki-67: 2%`.
pub(super) fn label_starts(text: &Text<'_>, range: Range<usize>) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut last = range.start;
    for colon in range.clone().filter(|i| {
        text.mark(*i, b':') || (text.mark(*i, b'.') && text.token(*i).is_some_and(|t| t.end - t.start > 3))
    }) {
        let mut at = colon;
        let floor = last.max(colon.saturating_sub(fields::LABEL_WORDS_MAX));
        while at > floor && !boundary(text, at, range.start) {
            at -= 1;
        }
        // `Liver, spleen, adrenals and kidneys: normal` is one label.
        let listed = at > range.start
            && (range.start..at).all(|i| {
                text.any(i, Class::Organ.bit() | Class::Liver.bit())
                    || text.mark(i, b',')
                    || matches!(text.word(i), "and" | "the")
            });
        // `Ki-67: 14 mm lesion: 1.8%; 9 mm lesion: 2.4%` is one field.
        let measured = text.is_number(at) && text.has(at + 1, Class::Length);
        if at > last && at > range.start && !listed && !measured && fields::field(text, at..colon).is_some() {
            starts.push(at);
            last = at;
        } else {
            // `Grade: G1 Ki-67: 2%`: no boundary, but a run of words that only labels have.
            let mut at = colon;
            while at > floor && text.has(at - 1, Class::Label) && !text.mark(at - 1, b':') {
                at -= 1;
            }
            if at > last
                && at < colon
                && at > range.start
                && !text.mark(at - 1, b':')
                // `Reviewed w/ pt: …`
                && text.written(at - 1) != "w/"
                && matches!(
                    fields::field(text, at..colon),
                    Some(Field::Ki67 | Field::T | Field::N | Field::M | Field::Mitoses | Field::Grade)
                )
                && colon - at <= 3
            {
                starts.push(at);
                last = at;
            }
        }
    }
    starts
}

/// Whether a new phrase begins at token `i`.
fn boundary(text: &Text<'_>, i: usize, start: usize) -> bool {
    i == start
        || text.gap(i) == Gap::Wide
        || (i > 0
            && text.token(i - 1).is_some_and(|t| {
                t.shape == Shape::Mark
                    && matches!(t.first, b';' | b'.' | b'|' | b',' | b'*' | b':')
                    && text.gap(i) >= Gap::Space
                    && !(t.first == b'.' && i > 1 && matches!(text.word(i - 2), "no" | "nr" | "max" | "dim"))
            }))
}

/// A label and its value on one line.
pub(super) fn labelled(text: &Text<'_>, range: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let limit = range.end.min(range.start + fields::LABEL_WORDS_MAX + 8);
    for i in range.start + 1..limit {
        // `Ki-67 %      3-4`: the unit closes the label.
        let name = range.start..if i > range.start + 1 && text.mark(i - 1, b'%') { i - 1 } else { i };
        if text.gap(i) == Gap::Wide
            && text.token(i).is_some_and(|t| t.shape != Shape::Mark || t.first != b':')
            && !text.mark(i, b'.')
            && !text.mark(i, b'|')
            && !text.mark(i, b'_')
            && !text.mark(i, b'-')
            && fields::is_exact(text, name.clone())
            && fields::field(text, name).is_some()
        {
            return Some((range.start..i, i..range.end));
        }
        if text.has(i, Class::Verb) {
            return None;
        }
        let Some(token) = text.token(i).filter(|t| t.shape == Shape::Mark) else { continue };
        // A typesetter's dash is one mark of three bytes.
        let long = if text.written(i).is_ascii() { token.end - token.start } else { 1 };
        let leader = (matches!(token.first, b'.' | b'_' | b'-' | b'=') && long >= 3)
            || (token.first == b'.'
                && long == 2
                && fields::is_exact(text, range.start..i)
                && fields::field(text, range.start..i).is_some())
            || (token.first == b'.' && text.mark(i + 1, b'.') && text.mark(i + 2, b'.'))
            || (token.first == b'*' && text.mark(i + 1, b'*'));
        let known = || fields::field(text, range.start..i).is_some();
        // `Mesenteric mass 38 mm. Ileal primary: 24 mm`: the stop of a unit ends the sentence, too.
        let measured = text.has(i - 1, Class::Length)
            && text.token(i + 1).is_some_and(|t| t.shape == Shape::Word && t.first != b'a');
        let ends =
            long == 1 && text.gap(i + 1) >= Gap::Space && (measured || !is_abbreviation(text.word(i - 1)));
        let separator = match token.first {
            // `Ki-67 4% (G2: 3-20%)` has its value already.
            b':' | b'|' if valued(text, range.start..i) => return None,
            b':' if inside_bracket(text, range.clone(), i) => return None,
            b':' => !(text.is_number(i - 1) && text.is_number(i + 1) && text.gap(i + 1) == Gap::None),
            b'|' => true,
            b'=' if text.mark(i.wrapping_sub(1), b'<') || text.mark(i.wrapping_sub(1), b'>') => false,
            // `Lymph nodes (n=14): …` has its label before it.
            b'=' => known() && fields::is_exact(text, range.start..i) && !text.mark(i.wrapping_sub(2), b'('),
            b'-' => {
                text.gap(i) >= Gap::Space
                    && text.gap(i + 1) >= Gap::Space
                    && fields::is_exact(text, range.start..i)
                    && known()
            }
            b'?' => fields::is_exact(text, range.start..i) && known() && i > range.start + 1,
            b'.' if ends && !leader => return None,
            b';' => return None,
            _ => false,
        };
        if !(separator || leader) {
            continue;
        }
        let mut value = i + 1;
        while value < range.end
            && text.token(value).is_some_and(|t| {
                t.shape == Shape::Mark
                    && (matches!(t.first, b'.' | b'_' | b':' | b'|' | b'=' | b'*')
                        || (t.first == b'-' && text.gap(value + 1) >= Gap::Space))
            })
        {
            value += 1;
        }
        let words = range.start..i;
        return (i - range.start <= fields::LABEL_WORDS_MAX + 4).then_some((words, value..range.end));
    }
    counted(text, range)
}

/// `mass measures 3.1 cm (outside study: 2.9 cm)`, `NET of the ileum, G1 (Ki-67: 2 %)`: the colon is of what the
/// bracket says, but in `Tumour size (maximum: 24 mm)` of what stands before it.
fn inside_bracket(text: &Text<'_>, range: Range<usize>, colon: usize) -> bool {
    let open = (range.start..colon).rev().take_while(|i| !text.mark(*i, b')')).find(|i| text.mark(*i, b'('));
    open.is_some_and(|i| {
        let measured = i > range.start + 1 && text.has(i - 1, Class::Length);
        let own = || {
            fields::field(text, i + 1..colon).is_some()
                && fields::is_exact(text, i + 1..colon)
                && fields::field(text, range.start..i).is_none()
        };
        (measured || own()) && (colon..range.end.min(colon + BRACKET_TOKENS)).any(|k| text.mark(k, b')'))
    })
}

/// How far ahead the end of a bracket is looked for.
const BRACKET_TOKENS: usize = 16;

/// Whether a percentage stands in the range, which no label holds outside of brackets.
fn valued(text: &Text<'_>, mut range: Range<usize>) -> bool {
    let start = range.start;
    range.any(|i| {
        text.mark(i, b'%')
            && i > start + 1
            && text.is_number(i - 1)
            && text.is_word(start)
            && !(text.token(i - 2).is_some_and(|t| matches!(t.first, b'(' | b'<' | b'>' | b'-' | b'[')))
    })
}

/// `Positive lymph nodes 3`, `Maximum tumour dimension (mm) 21`: a label with nothing but a number behind it.
fn counted(text: &Text<'_>, range: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let last = range.end.checked_sub(1).filter(|i| *i >= range.start + 2 && text.is_number(*i))?;
    let label = range.start..last;
    let unit = text.mark(last - 1, b')') && text.has(last - 2, Class::Length);
    let asked = match fields::field(text, label.clone())? {
        Field::NodesExamined | Field::NodesPositive => true,
        Field::Size => unit,
        _ => false,
    };
    (asked && label.len() <= fields::LABEL_WORDS_MAX && fields::is_exact(text, label.clone()))
        .then_some((label, last..range.end))
}
