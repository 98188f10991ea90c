//! A report laid out for the rules: its tokens, units and cues, and the drafts that rules put down.

use std::ops::Range;

use crate::cues::{self, Found, State};
use crate::item::{Certainty, Item};
use crate::layout::{self, Unit};
use crate::tokens::{Gap, Text};
use crate::words::{Class, Mask};
use crate::{Kind, Section};

/// All that rules look at.
pub(crate) struct Scene<'a> {
    pub(crate) text: Text<'a>,
    pub(crate) units: Vec<Unit>,
    pub(crate) kind: Kind,
    /// Whether the study or the specimen is one of the liver alone: there a metastasis needs no other name.
    pub(crate) of_liver: bool,
    cues: Vec<Found>,
    cues_of: Vec<Range<usize>>,
}

/// A statement before it is judged.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) item: Item,
    pub(crate) tokens: Range<usize>,
    pub(crate) unit: usize,
    pub(crate) rule: &'static str,
    pub(crate) certainty: Certainty,
}

impl<'a> Scene<'a> {
    /// Lays out a text, of which `lower` is the copy in lower case.
    pub(crate) fn new(text: &'a str, lower: &'a str, kind: Kind) -> Self {
        let mut text = Text::new(text, lower);
        layout::take_out_boxes(&mut text);
        let units = layout::units(&text, kind == Kind::Radiology);
        let mut cues = Vec::new();
        let mut cues_of = Vec::with_capacity(units.len());
        for unit in &units {
            let start = cues.len();
            if unit.mask & Class::Cue.bit() != 0 {
                cues::find(&text, unit.tokens.clone(), &mut cues);
            }
            cues_of.push(start..cues.len());
        }
        let of_liver = match kind {
            Kind::Radiology => titled_liver(&text),
            Kind::Pathology => sent_liver(&text, &units),
            _ => false,
        };
        Self { text, units, kind, of_liver, cues, cues_of }
    }

    pub(crate) fn cues(&self, unit: usize) -> &[Found] {
        self.cues_of.get(unit).and_then(|it| self.cues.get(it.clone())).unwrap_or(&[])
    }

    /// What the cues of the unit say about these tokens.
    pub(crate) fn state_now(&self, unit: usize, target: Range<usize>) -> State {
        cues::state(&self.text, self.cues(unit), &target)
    }

    /// The same for facts of a tumour once removed: in a letter, a request or a history these are told as past and are
    /// still true. In the pathology report itself, what is past is another specimen's.
    pub(crate) fn state(&self, unit: usize, target: Range<usize>) -> State {
        let state = self.state_now(unit, target);
        let told = self.kind != Kind::Pathology
            || self.units.get(unit).is_some_and(|it| {
                it.section == Section::History || self.says(it.label.clone(), &["clin", "clinical", "hx"])
            });
        State { past: state.past && !told, ..state }
    }

    /// Whether pathology may be told here: not in what radiology itself found.
    pub(crate) fn tells_pathology(&self, unit: &Unit) -> bool {
        self.kind != Kind::Radiology || unit.section == Section::History
    }

    /// Tokens of the range with any of the classes.
    pub(crate) fn with(&self, range: Range<usize>, mask: Mask) -> impl Iterator<Item = usize> + '_ {
        range.filter(move |i| self.text.any(*i, mask))
    }

    /// Whether any of the words stands in the range.
    pub(crate) fn says(&self, range: Range<usize>, words: &[&str]) -> bool {
        // Most words share neither length nor first letter with any of the list: told apart without a call.
        range.into_iter().any(|i| {
            let own = self.text.word(i).as_bytes();
            words.iter().any(|it| {
                it.len() == own.len() && it.as_bytes().first() == own.first() && it.as_bytes() == own
            })
        })
    }
}

/// `Sample: liver, targeted core bx`: what was sent to the pathologist is liver and nothing else.
fn sent_liver(text: &Text<'_>, units: &[Unit]) -> bool {
    let others =
        Class::SmallBowel.bit() | Class::Elsewhere.bit() | Class::Node.bit() | Class::Mesentery.bit();
    let mut sent = units
        .iter()
        .filter(|it| it.section == Section::Specimen || it.field == Some(crate::fields::Field::Specimen))
        .peekable();
    let other = |i: usize| text.any(i, others) && !matches!(text.word(i), "lobe" | "small" | "t");
    sent.peek().is_some_and(|it| it.mask & Class::Liver.bit() != 0)
        && sent.all(|it| !it.tokens.clone().chain(it.label.clone()).any(other))
}

/// `MRI LIVER WITH CONTRAST`, `Contrast enhanced ultrasound liver`: the title names the liver and no other region.
fn titled_liver(text: &Text<'_>) -> bool {
    let title = || (0..TITLE_TOKENS).take_while(|i| *i == 0 || text.gap(*i) < Gap::Line);
    let other = |i: usize| {
        matches!(
            text.word(i),
            "abdomen"
                | "abdo"
                | "abdominal"
                | "abd"
                | "pelvis"
                | "pelvic"
                | "chest"
                | "thorax"
                | "tap"
                | "cap"
                | "body"
                | "bowel"
                | "pancreas"
                | "biopsy"
                | "request"
                | "for"
        )
    };
    title().any(|i| text.has(i, Class::Liver))
        && title().any(|i| text.has(i, Class::Modality))
        && !title().any(other)
}

/// Longest title that is looked at.
const TITLE_TOKENS: usize = 16;

/// Puts a draft down.
pub(crate) fn put(
    drafts: &mut Vec<Draft>,
    unit: usize,
    item: Item,
    tokens: Range<usize>,
    rule: &'static str,
    state: State,
) {
    let certainty = if state.maybe { Certainty::Uncertain } else { Certainty::Stated };
    drafts.push(Draft { item, tokens, unit, rule, certainty });
}
