//! The headings of a line: which words open a section, and what follows them on the line.
//!
//! What a heading does to the flow is told in `turns`.

use std::ops::Range;

use super::Flow;
use crate::fields;
use crate::sections::{self, Section};
use crate::tokens::{Gap, Shape, Text};
use crate::words::Class;

impl Flow<'_, '_> {
    /// A heading at the front of the line, and what follows it on the line.
    pub(super) fn heading(&self, range: Range<usize>) -> Option<(Section, Range<usize>)> {
        let text = self.text;
        let mut at = range.start;
        while at < range.end
            && (text.token(at).is_some_and(|t| {
                t.shape == Shape::Mark && !matches!(t.first, b'[' | b'(' | b'?' | b'<' | b'>')
            }) || (text.is_number(at) && (text.mark(at + 1, b'.') || text.mark(at + 1, b')'))))
        {
            at += 1;
        }
        let first = at;
        if !text.has(first, Class::Heading) {
            return None;
        }
        let (section, end) = name(text, first, range.end)?;
        let capital = text.token(first).is_some_and(|t| t.first != b'a');
        let Tail { after, bare, dated } = tail(text, end, range.end);
        // `Tumour (mm): 24` is a field.
        let colon = after < range.end
            && text.mark(after, b':')
            && bare
            && !(end..after).any(|i| text.has(i, Class::Length));
        // `Addendum 12/3: …` and `ADDENDUM: …` begin sections; `Report of …` in a sentence does not.
        if colon {
            let rest = after + 1..range.end;
            // In a line that goes on from the one before, `tumour:` is no heading.
            let fresh = self.open.as_ref().is_none_or(|it| {
                it.tokens.is_empty() && !it.waiting || text.mark(it.tokens.end.max(1) - 1, b'.')
            });
            return (capital
                || fresh
                    && range.start == first
                    && !matches!(text.word(first), "report" | "tumour" | "tumor" | "note" | "key"))
            .then_some((section, rest));
        }
        let dash = end < range.end
            && text.mark(end, b'-')
            && text.gap(end) >= Gap::Space
            && text.gap(end + 1) >= Gap::Space
            && capital;
        if dash && (section != Section::Synoptic || text.token(first).is_some_and(|t| t.first == b'N')) {
            return Some((section, end + 1..range.end));
        }
        // `Question ........ Jejunal NET, operated 2019`: the leader of a form.
        let leader =
            text.token(end).is_some_and(|t| t.first == b'.' && t.end - t.start >= 3) && end < range.end;
        if leader && capital && section != Section::Synoptic && fields::field(text, first..end).is_none() {
            return Some((section, end + 1..range.end));
        }
        // `Comparison   CT of 3 May`: the column of labels of a letter.
        let wide = end < range.end
            && text.gap(end) == Gap::Wide
            && capital
            && text.token(first).is_some_and(|t| t.gap >= Gap::Line || t.first == b'N');
        let whole = bare
            && after >= range.end
            && capital
            && !(text.mark(range.end - 1, b'.') && text.token(first).is_some_and(|t| t.first != b'N'))
            && dated <= 8;
        if whole {
            return Some((section, range.end..range.end));
        }
        if wide && !matches!(section, Section::Synoptic) && fields::field(text, first..end).is_none() {
            return Some((section, end..range.end));
        }
        // Capitals set a heading apart from the sentence after it: `IMPRESSION No metastases.`
        let capitals =
            (first..end).all(|i| text.token(i).is_some_and(|t| t.shape == Shape::Mark || t.first == b'N'));
        let sentence = end < range.end
            && text.token(end).is_some_and(|t| t.first == b'A' && t.shape == Shape::Word)
            && end - first <= 2;
        (capitals && sentence && section != Section::Synoptic).then_some((section, end..range.end))
    }
}

/// The longest heading that begins at token `first`, and where it ends.
fn name(text: &Text<'_>, first: usize, limit: usize) -> Option<(Section, usize)> {
    let mut at = first;
    let mut name = String::new();
    let mut found = None;
    while at < limit && at < first + sections::HEADING_WORDS_MAX + 2 {
        let joins = text.mark(at, b'-') || text.mark(at, b'/') || text.mark(at, b'&');
        if !text.is_word(at) && !joins {
            break;
        }
        if at > first && text.gap(at) >= Gap::Wide && found.is_some() {
            break;
        }
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(match text.token(at).map(|t| t.first) {
            Some(b'-') if joins => "",
            Some(b'&') if joins => "and",
            _ => text.word(at),
        });
        while name.ends_with("  ") {
            name.pop();
        }
        at += 1;
        if let Some(section) = sections::heading(name.trim_end()) {
            found = Some((section, at));
        }
    }
    found
}

/// What stands between a heading and its colon or the end of its line.
struct Tail {
    /// Where it ends.
    after: usize,
    /// Whether it is no more than a date, a number or what is in brackets.
    bare: bool,
    /// Tokens of dates and numbers, ornaments aside.
    dated: usize,
}

fn tail(text: &Text<'_>, end: usize, limit: usize) -> Tail {
    let mut after = end;
    let mut dated = 0;
    // `09:40`
    let clock = |i: usize| text.is_number(i - 1) && text.is_number(i + 1) && text.gap(i + 1) == Gap::None;
    while after < limit && (!text.mark(after, b':') || clock(after)) {
        if text.mark(after, b':') {
            after += 1;
            continue;
        }
        if text.mark(after, b'(') {
            while after < limit && !text.mark(after, b')') {
                after += 1;
            }
        } else if of_date(text, after) {
            dated += usize::from(!text.mark(after, b'*'));
        } else {
            return Tail { after, bare: false, dated };
        }
        after += 1;
    }
    Tail { after, bare: true, dated }
}

/// Dates and numbers of reports, which stand behind a heading: `ADDENDUM 2 (issued 3 May 2021):`.
fn of_date(text: &Text<'_>, i: usize) -> bool {
    text.is_number(i)
        || [b'/', b'#', b'-', b'.', b'*'].into_iter().any(|it| text.mark(i, it))
        || matches!(
            text.word(i),
            "no" | "report"
                | "dated"
                | "of"
                | "issued"
                | "jan"
                | "feb"
                | "mar"
                | "apr"
                | "may"
                | "jun"
                | "jul"
                | "aug"
                | "sep"
                | "oct"
                | "nov"
                | "dec"
                | "one"
                | "two"
                | "january"
                | "february"
                | "march"
                | "april"
                | "june"
                | "july"
                | "august"
                | "september"
                | "october"
                | "november"
                | "december"
                | "cap"
        )
}
