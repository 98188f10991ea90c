//! What the label of a synoptic line asks for.
//!
//! A label is read by the classes of its words, not by its exact spelling: CAP, RCPath and local forms name the same
//! field in dozens of ways. The value is read elsewhere.

mod figures;
mod label;
mod naming;

use std::ops::Range;

use crate::tokens::{Shape, Text};
use crate::words::Class;
use figures::{invasion, measured, nodes, proliferation, staged};
use label::{Label, TOKENS_MAX, has};
use naming::{mesentery, named, organ};

/// A field of a synoptic report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Site,
    Size,
    Focality,
    Histology,
    Grade,
    Ki67,
    Mitoses,
    Extent,
    /// Whether the serosa is reached.
    Serosa,
    /// Whether other organs are reached.
    AdjacentOrgans,
    Margin,
    Lymphovascular,
    Perineural,
    NodesExamined,
    NodesPositive,
    /// Examined first, then positive.
    NodesExaminedPositive,
    /// Positive first, then examined, or free wording.
    Nodes,
    T,
    N,
    M,
    Stage,
    MesentericMass,
    MesentericDeposits,
    Distant,
    Specimen,
    /// The organ label of a radiology report.
    Liver,
    /// Another organ label of a radiology report.
    Organ,
    /// A known field of no use here that must not be mistaken for another (size of a node, distance to a margin).
    Ignored,
}

/// Most words that a label has.
pub(crate) const LABEL_WORDS_MAX: usize = 14;

/// The field that a label names.
pub(crate) fn field(text: &Text<'_>, range: Range<usize>) -> Option<Field> {
    let range = without_marks(text, range);
    let it = Label::new(text, range.clone())?;
    let words = it.words();
    let not_applicable = words == 2 && it.first() == "n" && text.word(range.end - 1) == "a";
    if words == 0 || words > LABEL_WORDS_MAX || not_applicable {
        return None;
    }
    // `Ileum, segmental resection: …` heads a diagnosis; its words are no field but the liver's.
    let operation = has!(
        it,
        "resection",
        "biopsy",
        "excision",
        "ileocolectomy",
        "hemicolectomy",
        "wedge",
        "enterectomy",
        "core"
    );
    let asked = it.class(Class::Margin) && has!(it, "margin", "margins", "status", "edges", "rings");
    if operation && !asked {
        return if it.class(Class::Liver) {
            Some(Field::Liver)
        } else {
            (words <= 3 && has!(it, "type")).then_some(Field::Specimen)
        };
    }
    staged(&it)
        .or_else(|| proliferation(&it))
        .or_else(|| invasion(&it))
        .or_else(|| nodes(&it))
        .or_else(|| mesentery(&it))
        .or_else(|| measured(&it))
        .or_else(|| named(&it))
        .or_else(|| organ(&it))
}

/// Whether every word of the label is one that labels are made of: then it may stand without a colon.
pub(crate) fn is_exact(text: &Text<'_>, range: Range<usize>) -> bool {
    let range = without_marks(text, range);
    (1..=TOKENS_MAX).contains(&range.len())
        && range.clone().all(|i| match text.tokens.get(i).map(|t| t.shape) {
            Some(Shape::Word) => {
                text.has(i, Class::Label)
                    || text.has(range.start, Class::Label) && in_brackets(text, i, &range)
            }
            // `Ki-67`, `MIB 1`, `(WHO 2019)`, but no value of its own.
            Some(Shape::Number) => {
                i > range.start && (text.mark(i - 1, b'-') || text.has(i - 1, Class::Ki))
                    || in_brackets(text, i, &range)
            }
            // `No. of nodes`, `Max. dimension`
            _ if text.mark(i, b'.') && i > range.start => {
                matches!(
                    text.word(i - 1),
                    "no" | "nr" | "max" | "greatest" | "diam" | "dim" | "lymph" | "hist" | "inv"
                )
            }
            _ => {
                matches!(text.token(i).map(|t| t.first), Some(b'-' | b'/' | b'(' | b')' | b',' | b'&'))
                    || in_brackets(text, i, &range)
            }
        })
}

fn in_brackets(text: &Text<'_>, i: usize, range: &Range<usize>) -> bool {
    (range.start..i).any(|k| text.mark(k, b'(') || text.mark(k, b'['))
        && (i..range.end + 1).any(|k| text.mark(k, b')') || text.mark(k, b']'))
}

fn without_marks(text: &Text<'_>, mut range: Range<usize>) -> Range<usize> {
    let marker =
        |i: usize| text.tokens.get(i).is_some_and(|t| t.shape == Shape::Mark && !matches!(t.first, b'('));
    while range.start < range.end && (marker(range.start) || is_bullet_number(text, range.clone())) {
        range.start += 1;
    }
    while range.start < range.end
        && text
            .tokens
            .get(range.end - 1)
            .is_some_and(|t| t.shape == Shape::Mark && !matches!(t.first, b')' | b'%'))
    {
        range.end -= 1;
    }
    range
}

fn is_bullet_number(text: &Text<'_>, range: Range<usize>) -> bool {
    text.is_number(range.start)
        && (text.mark(range.start + 1, b'.') || text.mark(range.start + 1, b')'))
        && text.is_word(range.start + 2)
}
