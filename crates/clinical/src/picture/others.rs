//! Tumours that are not the one watched here: what a report says of a colon or lung carcinoma is no value of the ileal
//! tumour, even where both patients are one.
//!
//! A report whose own diagnosis is of another organ or kind, and of none that is watched, describes another tumour. Its
//! size, categories, nodes, proliferation, grade, margin and invasion are kept apart; what it says of the liver, of
//! imaging and of the person is not.

use std::collections::BTreeMap;

use crate::codes::TumourKind;
use crate::fact::{Fact, FactRef, ReportKey};
use crate::finding::{Attribute, Site};
use crate::scope;

/// Another tumour, as one report describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherTumour {
    /// The report.
    pub report: ReportKey,
    /// What it says of that tumour, in order of the keys.
    pub facts: Vec<FactRef>,
}

/// The other tumours, in order of their reports.
pub(super) fn of(facts: &[&Fact]) -> Vec<OtherTumour> {
    let mut reports: BTreeMap<ReportKey, Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        reports.entry(fact.place.report).or_default().push(fact);
    }
    let other = |(report, facts): (ReportKey, Vec<&Fact>)| {
        if !is_of_another(&facts) {
            return None;
        }
        let mut keys: Vec<FactRef> =
            facts.iter().filter(|it| describes_a_primary(it)).map(|it| it.key()).collect();
        keys.sort_unstable();
        (!keys.is_empty()).then_some(OtherTumour { report, facts: keys })
    };
    reports.into_iter().filter_map(other).collect()
}

fn is_of_another(report: &[&Fact]) -> bool {
    let said = || report.iter().filter_map(|it| scope::evidence(&it.finding));
    if said().any(|it| it.site.is_some_and(Site::is_followed)) {
        return false;
    }
    // A NET may be the one that is watched, unless the report says where it is.
    let may_be_watched = said().any(|it| matches!(it.kind, Some(TumourKind::Net | TumourKind::Unclear)));
    let elsewhere = said().any(|it| it.site == Some(Site::Elsewhere));
    elsewhere || (!may_be_watched && said().any(|it| it.kind == Some(TumourKind::Other)))
}

fn describes_a_primary(fact: &Fact) -> bool {
    matches!(
        fact.finding.attribute(),
        Attribute::TumourSize
            | Attribute::Tnm
            | Attribute::NodesExamined
            | Attribute::NodesPositive
            | Attribute::Ki67
            | Attribute::MetastasisKi67
            | Attribute::Mitoses
            | Attribute::Grade
            | Attribute::Margin
            | Attribute::LymphovascularInvasion
            | Attribute::PerineuralInvasion
            | Attribute::Extent
            | Attribute::Focality
            | Attribute::StageGroup
    )
}
