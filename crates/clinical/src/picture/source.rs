//! Which kind of source states a fact: what decides between sources that state different values.
//!
//! Pathology of a resection sees the whole tumour, a biopsy a part of it, imaging its outline, and a letter repeats what
//! others saw. A report that does not say what it is is judged by what it states.

use std::collections::BTreeMap;

use crate::PartialDate;
use crate::fact::{Fact, ReportKey, ReportKind};
use crate::finding::{Attribute, Finding};
use crate::tnm::{Axis, Basis};

/// The kind of a source, the weakest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A letter, or not told.
    #[default]
    Letter,
    /// Imaging.
    Imaging,
    /// Pathology of a biopsy.
    Biopsy,
    /// Pathology of a resection.
    Resection,
}

impl Source {
    /// The name that people read.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Letter => "letters and what tells no source",
            Self::Imaging => "imaging",
            Self::Biopsy => "pathology of a biopsy",
            Self::Resection => "pathology of a resection",
        }
    }
}

/// The sources of all reports of a patient.
#[derive(Default)]
pub(super) struct Sources(BTreeMap<ReportKey, Source>);

impl Sources {
    pub(super) fn of(facts: &[&Fact]) -> Self {
        let mut reports: BTreeMap<ReportKey, Vec<&Fact>> = BTreeMap::new();
        for fact in facts {
            reports.entry(fact.place.report).or_default().push(fact);
        }
        let resections = || facts.iter().filter(|it| is_of_resection(it));
        let resected = resections().filter_map(|it| it.observed).min();
        Self(reports.into_iter().map(|(key, facts)| (key, source(&facts, resected))).collect())
    }

    pub(super) fn of_fact(&self, fact: &Fact) -> Source {
        self.0.get(&fact.place.report).copied().unwrap_or_default()
    }
}

/// Tissue that was seen before the resection is a biopsy. Of later tissue nothing tells whether it is a biopsy, a second
/// specimen or an addendum to the first: it counts as much as the resection, so that a higher Ki-67 is not lost.
fn source(report: &[&Fact], resected: Option<PartialDate>) -> Source {
    let told = report.iter().map(|it| it.report_kind).max().unwrap_or_default();
    let any = |matches: fn(&Fact) -> bool| report.iter().any(|it| matches(it));
    let tissue = match told {
        ReportKind::Pathology => true,
        ReportKind::Imaging => return Source::Imaging,
        ReportKind::Clinic => return Source::Letter,
        ReportKind::Untold => any(is_of_tissue),
    };
    let before = |resected: PartialDate| {
        let days: Vec<PartialDate> = report.iter().filter_map(|it| it.observed).collect();
        !days.is_empty() && days.iter().all(|it| it.is_certainly_before(&resected))
    };
    if any(is_of_resection) {
        Source::Resection
    } else if tissue && resected.is_none_or(before) {
        Source::Biopsy
    } else if tissue {
        Source::Resection
    } else if any(is_of_imaging) {
        Source::Imaging
    } else {
        Source::Letter
    }
}

fn is_of_resection(fact: &Fact) -> bool {
    match &fact.finding {
        Finding::NodesExamined(count) | Finding::NodesPositive(count) => *count > 0,
        Finding::Margin(_) => true,
        Finding::Tnm(it) => {
            it.prefix.basis == Basis::Pathological && it.category.axis() != Axis::M && !it.suffixes.biopsy
        }
        _ => false,
    }
}

fn is_of_tissue(fact: &Fact) -> bool {
    matches!(
        fact.finding.attribute(),
        Attribute::Ki67
            | Attribute::MetastasisKi67
            | Attribute::Mitoses
            | Attribute::Grade
            | Attribute::Extent
            | Attribute::LymphovascularInvasion
            | Attribute::PerineuralInvasion
    )
}

fn is_of_imaging(fact: &Fact) -> bool {
    matches!(fact.finding.attribute(), Attribute::Imaging | Attribute::LiverLesionSize)
}
