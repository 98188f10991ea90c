//! The dossier: everything known about one patient, folded as a set of facts.
//!
//! Adding facts is commutative, associative and idempotent: any order and any duplication of the same facts gives the
//! same dossier, and so the same [`Dossier::digest`]. Withdrawn facts stay in it, so that a late copy of the withdrawn
//! version cannot come back and so that the withdrawal can be shown.
//!
//! Which facts belong in whose dossier is decided by [`fold`](mod@crate::fold); this module only holds them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use sha2::{Digest, Sha256};

use crate::canonical;
use crate::fact::{Fact, FactIdentity, FactRef};
use crate::finding::Attribute;
use crate::{PatientId, Standing};

/// The facts of one patient, and of all whose records were merged into this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dossier {
    patient: PatientId,
    survivor: PatientId,
    facts: BTreeMap<FactRef, Fact>,
}

impl Dossier {
    /// An empty dossier of a patient whose record is its own survivor.
    pub fn new(patient: PatientId) -> Self {
        Self { patient, survivor: patient, facts: BTreeMap::new() }
    }

    /// A dossier as it was stored.
    pub fn from_parts(
        patient: PatientId,
        survivor: PatientId,
        facts: impl IntoIterator<Item = Fact>,
    ) -> Self {
        let mut dossier = Self { patient, survivor, facts: BTreeMap::new() };
        for fact in facts {
            dossier.add(fact);
        }
        dossier
    }

    /// Whose dossier it is.
    pub fn patient(&self) -> PatientId {
        self.patient
    }

    /// The patient whose dossier holds what is known of this one: itself, unless its record was merged away.
    pub fn survivor(&self) -> PatientId {
        self.survivor
    }

    /// Whether its record was merged into another.
    pub fn is_retired(&self) -> bool {
        self.survivor != self.patient
    }

    /// All facts in the order of their keys, withdrawn ones included.
    pub fn facts(&self) -> impl ExactSizeIterator<Item = &Fact> {
        self.facts.values()
    }

    /// One fact.
    pub fn fact(&self, key: &FactRef) -> Option<&Fact> {
        self.facts.get(key)
    }

    /// The facts that count: neither withdrawn, nor without value, nor replaced. Preliminary ones are among them.
    ///
    /// After a merge a laboratory corrects under the surviving number what it reported under the retired one. Facts of
    /// one identity are then versions of one statement although they are addressed to two patients: a value replaces
    /// older versions under any number. A withdrawal reaches other numbers only from the survivor's, because deleting
    /// a copy from a record that is about to be merged away must not delete the original.
    ///
    /// Diagnoses and facts about the person are left out of this: each record states its own.
    pub fn standing_facts(&self) -> impl Iterator<Item = &Fact> {
        let mut versions: BTreeMap<FactIdentity, Vec<&Fact>> = BTreeMap::new();
        for fact in self.facts() {
            versions.entry(fact.identity).or_default().push(fact);
        }
        let replaces = |newer: &Fact, older: &Fact| {
            let reaches = newer.standing.counts() || newer.patient == self.patient;
            reaches && newer.supersedes(older)
        };
        let replaced = move |fact: &Fact| {
            let shared =
                !fact.finding.is_about_the_person() && fact.finding.attribute() != Attribute::Diagnosis;
            shared && versions.get(&fact.identity).into_iter().flatten().any(|it| replaces(it, fact))
        };
        self.facts().filter(move |it| it.standing.counts() && !replaced(it))
    }

    /// The facts that were withdrawn because they belong to another patient.
    pub fn misdirected_facts(&self) -> impl Iterator<Item = &Fact> {
        self.facts().filter(|it| it.standing == Standing::WrongPatient)
    }

    /// Whether it holds nothing and is its own survivor: as if it had never been stored.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty() && !self.is_retired()
    }

    /// Whether [`add`](Self::add) would change it.
    pub fn would_change(&self, fact: &Fact) -> bool {
        self.facts.get(&fact.key()).is_none_or(|held| fact.supersedes(held))
    }

    /// Adds a version of a fact; of two versions the one that [`supersedes`](Fact::supersedes) stays. Tells whether
    /// anything changed.
    pub fn add(&mut self, fact: Fact) -> bool {
        match self.facts.entry(fact.key()) {
            Entry::Vacant(place) => {
                place.insert(fact);
                true
            }
            Entry::Occupied(mut held) if fact.supersedes(held.get()) => {
                held.insert(fact);
                true
            }
            Entry::Occupied(_) => false,
        }
    }

    /// SHA-256 over the canonical bytes: equal for equal dossiers, on any machine.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut buffer = Vec::with_capacity(512);
        hash.update(b"lacteal/dossier/1");
        hash.update(self.patient.0);
        hash.update(self.survivor.0);
        for fact in self.facts.values() {
            buffer.clear();
            canonical::fact(&mut buffer, fact);
            hash.update((buffer.len() as u64).to_be_bytes());
            hash.update(&buffer);
        }
        hash.finalize().into()
    }
}
