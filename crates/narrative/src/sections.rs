//! The headings of reports and the sections they open.

mod headings;

use std::collections::HashMap;
use std::sync::LazyLock;

use headings::HEADINGS;

/// Part of a report. The order is the order of trust within one report: a later one is believed before an earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// What was known before: clinical details, history, indication. Not what this report found.
    History,
    /// Earlier studies that this one is compared with.
    Comparison,
    /// How the study was done.
    Technique,
    /// What relatives have.
    Family,
    /// What should be done.
    Recommendation,
    /// Text before or without headings.
    Body,
    /// What was sent.
    Specimen,
    /// Macroscopic description.
    Gross,
    /// Comment and discussion.
    Comment,
    /// Microscopic description and special stains.
    Microscopic,
    /// Radiological findings.
    Findings,
    /// Impression or conclusion.
    Impression,
    /// Diagnosis.
    Diagnosis,
    /// Synoptic data.
    Synoptic,
    /// Addendum, supplement or correction: overrides what it amends.
    Addendum,
}

impl Section {
    /// The name used in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Comparison => "comparison",
            Self::Technique => "technique",
            Self::Family => "family",
            Self::Recommendation => "recommendation",
            Self::Body => "body",
            Self::Specimen => "specimen",
            Self::Gross => "gross",
            Self::Comment => "comment",
            Self::Microscopic => "microscopic",
            Self::Findings => "findings",
            Self::Impression => "impression",
            Self::Diagnosis => "diagnosis",
            Self::Synoptic => "synoptic",
            Self::Addendum => "addendum",
        }
    }

    /// Whether statements here are what this report itself found.
    pub const fn is_own(self) -> bool {
        !matches!(
            self,
            Self::History | Self::Comparison | Self::Technique | Self::Family | Self::Recommendation
        )
    }
}

static TABLE: LazyLock<HashMap<&'static str, Section>> = LazyLock::new(|| {
    HEADINGS.iter().flat_map(|(section, names)| names.iter().map(|it| (*it, *section))).collect()
});

/// The first words of all headings, for the vocabulary.
pub(crate) fn first_words() -> impl Iterator<Item = &'static str> {
    HEADINGS.iter().flat_map(|(_, names)| names.iter().filter_map(|it| it.split(' ').next()))
}

/// Longest heading, in words.
pub(crate) const HEADING_WORDS_MAX: usize = 6;

/// The section that a heading opens; `name` is in lower case, single-spaced, without marks and numbers.
pub(crate) fn heading(name: &str) -> Option<Section> {
    TABLE.get(name).copied()
}
