//! What is believed of the liver.
//!
//! Three sources speak: findings of presence, M categories that name the liver, and diagnosis codes. Once metastasis was
//! reported it stays reported; a later *absent* is a conflict. Without it the last word counts, and of words of which
//! each may be the last the worse. M0 is no word about the liver: it is often written without the liver having been imaged.

use std::collections::BTreeMap;

use super::{CLEAR_DAYS_MAX, Evidence, Liver, LiverStatus, choose};
use crate::PartialDate;
use crate::codes::LiverCode;
use crate::fact::Fact;
use crate::finding::{Finding, Presence};
use crate::scope::{self, Scope};

pub(super) fn believed(facts: &[&Fact], scope: &Scope) -> Liver {
    let settled: Vec<&Fact> = facts.iter().copied().filter(|it| it.standing.is_settled()).collect();
    let preliminary: Vec<&Fact> = facts.iter().copied().filter(|it| !it.standing.is_settled()).collect();
    let says = |fact: &Fact| says(fact, scope);
    let clear = clear(&settled, &says);
    let (status, facts) = status(&settled, &says);
    Liver { status, clear, facts, preliminary: choose::best(&preliminary, says, |_, it| badness(*it)) }
}

/// What one fact says about the liver, given the scope.
pub(super) fn says(fact: &Fact, scope: &Scope) -> Option<Presence> {
    match &fact.finding {
        Finding::LiverMetastasis(presence) => Some(*presence),
        Finding::Tnm(it) => it.m().filter(|m| m.says_liver()).map(|_| Presence::Present),
        finding @ Finding::Diagnosis { .. } => match scope::evidence(finding)?.liver? {
            LiverCode::Present => Some(Presence::Present),
            LiverCode::PresentIfInScope => matches!(scope, Scope::InScope(_)).then_some(Presence::Present),
        },
        _ => None,
    }
}

fn status(settled: &[&Fact], says: &dyn Fn(&Fact) -> Option<Presence>) -> (LiverStatus, Vec<crate::FactRef>) {
    let present: Vec<&&Fact> = settled.iter().filter(|it| says(it) == Some(Presence::Present)).collect();
    if !present.is_empty() {
        let since = present.iter().filter_map(|it| it.observed).min();
        return (LiverStatus::Present { since }, present.iter().map(|it| it.key()).collect());
    }
    let last = choose::last(settled, says, |it| badness(*it));
    match last {
        Some(Evidence { value: Presence::Indeterminate, observed: at, facts, .. }) => {
            (LiverStatus::Indeterminate { at }, facts)
        }
        Some(Evidence { observed: at, facts, .. }) => (LiverStatus::Absent { at }, facts),
        None => (LiverStatus::Unknown, Vec::new()),
    }
}

/// The days on which nothing worse was said than that there is none.
fn clear(settled: &[&Fact], says: &dyn Fn(&Fact) -> Option<Presence>) -> Vec<PartialDate> {
    let mut worst: BTreeMap<PartialDate, u8> = BTreeMap::new();
    for (said, day) in settled.iter().filter_map(|it| Some((says(it)?, it.observed?))) {
        let held = worst.entry(day).or_default();
        *held = badness(said).max(*held);
    }
    let mut days: Vec<PartialDate> = worst
        .into_iter()
        .filter(|(_, worst)| *worst == badness(Presence::Absent))
        .map(|(day, _)| day)
        .collect();
    days.drain(..days.len().saturating_sub(CLEAR_DAYS_MAX));
    days
}

pub(super) fn badness(presence: Presence) -> u8 {
    match presence {
        Presence::Absent => 0,
        Presence::Indeterminate => 1,
        Presence::Present => 2,
    }
}
