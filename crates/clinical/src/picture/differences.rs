//! Values that sources state differently: which was chosen, which were not, and by which rule.
//!
//! Not every difference is a contradiction: a biopsy sees less than a resection, and a tumour changes. Contradictions are
//! in [`conflicts`](super::Picture::conflicts).

use super::source::{Source, Sources};
use super::{Evidence, Picture, of};
use crate::fact::{Fact, FactRef};
use crate::finding::{Attribute, Finding};

/// A value that was chosen although other facts state another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is about.
    pub attribute: Attribute,
    /// Facts of the chosen value, in order of their keys.
    pub chosen: Vec<FactRef>,
    /// Facts of the other values, in order of their keys.
    pub others: Vec<FactRef>,
    /// The rule that chose.
    pub rule: Rule,
}

/// The rule that chose between values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Final before preliminary.
    Final,
    /// The stronger source.
    Source {
        /// Of the chosen value.
        chosen: Source,
        /// The strongest of the others.
        other: Source,
    },
    /// The later of two of equal strength.
    Later,
    /// Of one day and strength the value of higher risk.
    Higher,
}

impl Rule {
    /// The rule as people read it.
    pub fn words(self) -> String {
        match self {
            Self::Final => "a final result counts before a preliminary one".to_owned(),
            Self::Source { chosen, other } => {
                format!("{} counts before {}", chosen.words(), other.words())
            }
            Self::Later => "of two results of equal strength the later one counts".to_owned(),
            Self::Higher => "of two results of one day the one of higher risk counts".to_owned(),
        }
    }
}

pub(super) fn differences(picture: &Picture, facts: &[&Fact], sources: &Sources) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut push = |it: Option<Difference>| found.extend(it);
    push(differing(&picture.size, facts, sources, Attribute::TumourSize, of!(Finding::TumourSize)));
    push(differing(&picture.extent, facts, sources, Attribute::Extent, of!(Finding::Extent)));
    push(differing(&picture.ki67, facts, sources, Attribute::Ki67, of!(Finding::Ki67)));
    push(differing(&picture.mitoses, facts, sources, Attribute::Mitoses, of!(Finding::Mitoses)));
    push(differing(&picture.grade.stated, facts, sources, Attribute::Grade, of!(Finding::Grade)));
    push(differing(&picture.margin, facts, sources, Attribute::Margin, of!(Finding::Margin)));
    found
}

fn differing<T: PartialEq>(
    chosen: &Option<Evidence<T>>,
    facts: &[&Fact],
    sources: &Sources,
    attribute: Attribute,
    value: impl Fn(&Fact) -> Option<T>,
) -> Option<Difference> {
    let chosen = chosen.as_ref()?;
    let others: Vec<&&Fact> =
        facts.iter().filter(|fact| value(fact).is_some_and(|it| it != chosen.value)).collect();
    let strongest = others.iter().map(|it| sources.of_fact(it)).max()?;
    let own = facts.iter().filter(|it| chosen.facts.contains(&it.key()));
    let source = own.map(|it| sources.of_fact(it)).max().unwrap_or_default();
    let any_final = others.iter().any(|it| it.standing.is_settled());
    let rule = if !chosen.preliminary && !any_final {
        Rule::Final
    } else if source != strongest {
        Rule::Source { chosen: source, other: strongest }
    } else if others.iter().all(|it| it.observed != chosen.observed) {
        Rule::Later
    } else {
        Rule::Higher
    };
    let mut others: Vec<FactRef> = others.into_iter().map(|it| it.key()).collect();
    others.sort_unstable();
    Some(Difference { attribute, chosen: chosen.facts.clone(), others, rule })
}
