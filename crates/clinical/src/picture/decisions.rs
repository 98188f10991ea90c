//! The decisions of clinicians that stand, and what they make of statements that were read out of text.

use std::collections::{BTreeMap, BTreeSet};

use crate::decision::{Decision, DecisionKind, Slot};
use crate::fact::{Fact, FactRef};
use crate::finding::Finding;
use crate::reading::Reading;

/// A decision that stands.
///
/// Whether its last day has passed is for those to judge who know the present day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionInForce {
    /// The fact that states it.
    pub fact: FactRef,
    /// When it was made: seconds since 1970-01-01T00:00:00Z.
    pub decided_at: i64,
    /// The decision.
    pub decision: Decision,
}

/// The latest decision of each slot, whichever record of the patient it was made for.
pub(super) fn in_force(facts: &[&Fact]) -> Vec<DecisionInForce> {
    let mut latest: BTreeMap<Slot, &Fact> = BTreeMap::new();
    for fact in facts.iter().filter(|it| it.standing.is_settled()) {
        let Finding::Decision(decision) = &fact.finding else { continue };
        let known = latest.entry(decision.slot()).or_insert(fact);
        if fact.supersedes(known) {
            *known = fact;
        }
    }
    let stated = |fact: &Fact| match &fact.finding {
        Finding::Decision(decision) => Some(DecisionInForce {
            fact: fact.key(),
            decided_at: fact.version.reported_at,
            decision: decision.clone(),
        }),
        _ => None,
    };
    latest.into_values().filter_map(stated).collect()
}

/// Which statements clinicians have judged.
#[derive(Default)]
pub(super) struct Judged {
    confirmed: BTreeSet<FactRef>,
    rejected: BTreeSet<FactRef>,
}

impl Judged {
    /// A judgement counts only while the statement is what it was when it was judged, and only of what was read out of
    /// text: a coded value is its sender's to correct.
    pub(super) fn of(decisions: &[DecisionInForce], facts: &[&Fact]) -> Self {
        let stands = |key: &FactRef, digest: &[u8; 16]| {
            let fact = facts.iter().find(|it| it.key() == *key);
            let read = fact.filter(|it| matches!(it.reading, Reading::Text { .. }));
            read.is_some_and(|it| it.statement_digest() == *digest)
        };
        let mut judged = Self::default();
        for it in decisions {
            match it.decision.kind() {
                DecisionKind::Confirm { fact, digest } if stands(fact, digest) => {
                    judged.confirmed.insert(*fact);
                }
                DecisionKind::Reject { fact, digest } if stands(fact, digest) => {
                    judged.rejected.insert(*fact);
                }
                _ => {}
            }
        }
        judged
    }

    /// Whether a fact may be believed: not rejected, and certain or confirmed.
    pub(super) fn believes(&self, fact: &Fact) -> bool {
        let key = fact.key();
        !self.rejected.contains(&key) && (!fact.reading.is_uncertain() || self.confirmed.contains(&key))
    }

    /// Whether a clinician has called it wrong.
    pub(super) fn rejects(&self, fact: &Fact) -> bool {
        self.rejected.contains(&fact.key())
    }
}
