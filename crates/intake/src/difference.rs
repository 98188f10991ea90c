//! What another reading of one report changes: facts compared as sets of statements. Pure.

use std::collections::BTreeMap;

use lacteal_clinical::Fact;
use lacteal_clinical::fact::FactRef;
use lacteal_clinical::finding::Attribute;

/// Facts about one attribute that differ between two readings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Statements that only the new reading makes.
    pub added: u32,
    /// Statements that only the old reading makes.
    pub gone: u32,
    /// Statements that both make and that are not equal in everything: value, date, standing, version, place.
    pub changed: u32,
}

/// Counts by attribute; empty when both readings are equal as sets.
pub type Difference = BTreeMap<Attribute, Counts>;

/// Compares two readings of one report. Their order does not matter. A statement that changes its attribute, such
/// as an unread item that becomes a value of something else, counts under the new one.
pub fn difference(old: &[Fact], new: &[Fact]) -> Difference {
    let mut difference = Difference::new();
    let mut before = by_statement(old);
    for (statement, after) in by_statement(new) {
        let (left, added) = unequal(before.remove(&statement).unwrap_or_default(), after);
        for (index, fact) in added.iter().enumerate() {
            let counts = difference.entry(fact.finding.attribute()).or_default();
            if index < left.len() { counts.changed += 1 } else { counts.added += 1 }
        }
        for fact in left.iter().skip(added.len()) {
            difference.entry(fact.finding.attribute()).or_default().gone += 1;
        }
    }
    for fact in before.values().flatten() {
        difference.entry(fact.finding.attribute()).or_default().gone += 1;
    }
    difference
}

fn by_statement(facts: &[Fact]) -> BTreeMap<FactRef, Vec<&Fact>> {
    let mut all: BTreeMap<FactRef, Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        all.entry(fact.key()).or_default().push(fact);
    }
    all
}

/// What is left of both when equal facts are taken away in pairs.
fn unequal<'f>(mut old: Vec<&'f Fact>, new: Vec<&'f Fact>) -> (Vec<&'f Fact>, Vec<&'f Fact>) {
    let mut left = Vec::new();
    for fact in new {
        match old.iter().position(|known| *known == fact) {
            Some(place) => {
                old.swap_remove(place);
            }
            None => left.push(fact),
        }
    }
    (old, left)
}
