//! Choosing one value among the facts that state one, and keeping the facts that agree.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Evidence;
use crate::PartialDate;
use crate::fact::{Fact, FactRef};

/// The value of highest rank, final facts before preliminary ones; facts of the same value and day stand behind it.
pub(super) fn best<T: PartialEq, K: Ord>(
    facts: &[&Fact],
    value: impl Fn(&Fact) -> Option<T>,
    rank: impl Fn(&Fact, &T) -> K,
) -> Option<Evidence<T>> {
    let stated = || facts.iter().filter_map(|fact| Some((*fact, value(fact)?)));
    let (chosen, value) =
        stated().max_by_key(|(fact, it)| (fact.standing.is_settled(), rank(fact, it), fact.key()))?;
    let agrees = |fact: &Fact| {
        fact.standing.is_settled() == chosen.standing.is_settled() && fact.observed == chosen.observed
    };
    let facts =
        stated().filter(|(fact, it)| agrees(fact) && *it == value).map(|(fact, _)| fact.key()).collect();
    let preliminary = !chosen.standing.is_settled();
    Some(Evidence { value, observed: chosen.observed, preliminary, derived: false, facts })
}

/// The worst of what may be the last word, final facts before preliminary ones. A word without a day was not said of a
/// day after that on which it was reported.
pub(super) fn last<T: PartialEq, K: Ord>(
    facts: &[&Fact],
    value: impl Fn(&Fact) -> Option<T>,
    badness: impl Fn(&T) -> K,
) -> Option<Evidence<T>> {
    let mut words: Vec<&Fact> = facts.iter().copied().filter(|it| value(it).is_some()).collect();
    if words.iter().any(|it| it.standing.is_settled()) {
        words.retain(|it| it.standing.is_settled());
    }
    let last = words.iter().filter_map(|it| it.observed).map(|it| it.earliest()).max();
    words.retain(|it| last.is_none_or(|last| last <= latest_day(it)));
    best(&words, value, |fact, it| (badness(it), fact.observed))
}

/// The last day that a fact can be about. The place of the report may be a day ahead of Greenwich.
fn latest_day(fact: &Fact) -> Date {
    let reported = || {
        let at = Timestamp::from_second(fact.version.reported_at).unwrap_or(Timestamp::MAX);
        let day = TimeZone::UTC.to_datetime(at).date();
        day.tomorrow().unwrap_or(day)
    };
    fact.observed.map_or_else(reported, |it| it.latest())
}

/// Each different value and day that final facts state, by day and value.
pub(super) fn all<T: Ord + Clone>(facts: &[&Fact], value: impl Fn(&Fact) -> Option<T>) -> Vec<Evidence<T>> {
    let mut found: BTreeMap<(Option<PartialDate>, T), Vec<FactRef>> = BTreeMap::new();
    for fact in facts.iter().filter(|it| it.standing.is_settled()) {
        if let Some(it) = value(fact) {
            found.entry((fact.observed, it)).or_default().push(fact.key());
        }
    }
    let evidence =
        |((observed, value), facts)| Evidence { value, observed, preliminary: false, derived: false, facts };
    found.into_iter().map(evidence).collect()
}

/// Several lists of facts as one, in order and without repetition.
pub(super) fn merged<'a>(lists: impl Iterator<Item = &'a Vec<FactRef>>) -> Vec<FactRef> {
    let mut facts: Vec<FactRef> = lists.flatten().copied().collect();
    facts.sort_unstable();
    facts.dedup();
    facts
}
