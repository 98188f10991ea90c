//! What pathology says of the tumour as a whole: T, N and M, counts of nodes, grade, and the day of the resection.

use super::source::Sources;
use super::{Evidence, GradeBelief, TimeZero, TimeZeroBasis, choose};
use crate::bounded::Bounded;
use crate::fact::Fact;
use crate::finding::Finding;
use crate::grade::{self, Grade};
use crate::quantity::{MitoticRate, Percent};
use crate::tnm::{Axis, Basis, TnmStatement};
use crate::treatment::Treatment;

/// Known before X, pathological before clinical, the first tumour before its recurrence, then the latest, then the
/// highest: with several primaries the highest T counts.
pub(super) fn tnm(facts: &[&Fact], axis: Axis, sources: &Sources) -> Option<Evidence<TnmStatement>> {
    let of_axis = |fact: &Fact| match &fact.finding {
        Finding::Tnm(it) if it.category.axis() == axis && !it.prefix.autopsy => Some(it.clone()),
        _ => None,
    };
    choose::best(facts, of_axis, |fact, it| {
        let source = sources.of_fact(fact);
        (it.category.is_known(), it.prefix.basis, !it.prefix.recurrence, source, fact.observed, it.category)
    })
}

/// Node counts, from their own findings or from the `(2/13)` beside a category.
pub(super) fn nodes(
    facts: &[&Fact],
    own: impl Fn(&Fact) -> Option<u16>,
    part: impl Fn(&crate::tnm::NodeCounts) -> u16,
    sources: &Sources,
) -> Option<Evidence<u16>> {
    let beside = |fact: &Fact| match &fact.finding {
        Finding::Tnm(it) => it.nodes.as_ref().map(&part),
        _ => None,
    };
    let rank = |fact: &Fact, it: &u16| (sources.of_fact(fact), fact.observed, *it);
    choose::best(facts, |it| own(it).or_else(|| beside(it)), rank)
}

pub(super) fn grades(
    stated: Option<Evidence<Grade>>,
    ki67: Option<&Evidence<Bounded<Percent>>>,
    mitoses: Option<&Evidence<Bounded<MitoticRate>>>,
) -> GradeBelief {
    // A preliminary index must not outweigh a final one.
    let any_final = ki67.is_some_and(|it| !it.preliminary) || mitoses.is_some_and(|it| !it.preliminary);
    let ki67 = ki67.filter(|it| !(any_final && it.preliminary));
    let mitoses = mitoses.filter(|it| !(any_final && it.preliminary));
    let derived = grade::derive(ki67.map(|it| &it.value), mitoses.map(|it| &it.value)).map(|value| {
        let facts = [ki67.map(|it| &it.facts), mitoses.map(|it| &it.facts)];
        Evidence {
            value,
            observed: ki67.map(|it| it.observed).max(mitoses.map(|it| it.observed)).flatten(),
            preliminary: !any_final,
            derived: true,
            facts: choose::merged(facts.into_iter().flatten()),
        }
    });
    let worked_out = derived.as_ref().map(|it| Evidence {
        value: it.value.grade,
        observed: it.observed,
        preliminary: it.preliminary,
        derived: true,
        facts: it.facts.clone(),
    });
    let both = stated.iter().chain(&worked_out);
    let higher = both.max_by_key(|it| (!it.preliminary, it.value)).cloned();
    GradeBelief { stated, derived, higher }
}

pub(super) fn time_zero(facts: &[&Fact]) -> Option<Evidence<TimeZero>> {
    let of_specimen = |fact: &Fact| match &fact.finding {
        Finding::Tnm(it) => {
            let pathological = it.prefix.basis == Basis::Pathological && it.category.axis() != Axis::M;
            pathological && !it.prefix.autopsy && it.category.is_known()
        }
        // No node examined is how a report says that none was resected.
        Finding::NodesExamined(count) | Finding::NodesPositive(count) => *count > 0,
        Finding::Treatment(it) => *it == Treatment::SmallBowelResection,
        _ => false,
    };
    let about_tumour = |fact: &Fact| {
        let told = !matches!(fact.finding, Finding::Imaging(_) | Finding::Unread { .. });
        told && fact.finding.is_about_the_tumour()
    };
    let earliest = |basis, matches: &dyn Fn(&Fact) -> bool| {
        let dated = |fact: &Fact| {
            let date = fact.observed.filter(|_| fact.standing.is_settled() && matches(fact))?;
            Some(TimeZero { date, basis })
        };
        choose::best(facts, dated, |_, it| std::cmp::Reverse(it.date))
    };
    earliest(TimeZeroBasis::Resection, &of_specimen)
        .or_else(|| earliest(TimeZeroBasis::FirstEvidence, &about_tumour))
}
