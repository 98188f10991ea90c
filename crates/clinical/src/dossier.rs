//! The dossier: everything known about one patient, folded as a set of statements.
//!
//! A *statement* is what the versions of one fact share: whom it was addressed to, and its identity. Of each report that
//! made a statement the dossier keeps one version, the latest by [`Fact::supersedes`]; of these the latest stands.
//! Withdrawn versions stay, so that a late copy of what was withdrawn cannot come back and the withdrawal can be shown.
//!
//! A report can be read again by a later *interpretation*. Then all that its earlier reading stated is dropped before the
//! later one is added, and an earlier reading that comes late states nothing. What the dropped version of a statement
//! had displaced stands again: that is why each report keeps its own version. A dossier notes by which interpretation
//! a report was read, the first one unless it says so.
//!
//! Adding facts of equal interpretation is commutative, associative and idempotent; readings of a report replace each
//! other by their number. So any order and any duplication of the same contributions gives the same dossier, and the
//! same [`Dossier::digest`].
//!
//! Which statements belong in whose dossier is decided by [`fold`](mod@crate::fold); this module only holds them.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::canonical;
use crate::fact::{Fact, FactIdentity, FactRef, ReportKey, TextRank};
use crate::finding::Attribute;
use crate::{PatientId, Standing};

/// The interpretation by which a report was read unless it is told otherwise.
pub const FIRST_INTERPRETATION: u32 = 1;

/// The versions of one statement, one of each report that made it, in the order of their age: the last one stands.
/// Never empty within a dossier.
type Versions = Vec<Fact>;

/// The facts of one patient, and of all whose records were merged into this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dossier {
    patient: PatientId,
    survivor: PatientId,
    statements: BTreeMap<FactRef, Versions>,
    /// By which interpretation what a report says about a patient was read; only those after the first.
    interpretations: BTreeMap<(PatientId, ReportKey), u32>,
}

impl Dossier {
    /// An empty dossier of a patient whose record is its own survivor.
    pub fn new(patient: PatientId) -> Self {
        Self { patient, survivor: patient, statements: BTreeMap::new(), interpretations: BTreeMap::new() }
    }

    /// A dossier as it was stored: its facts, standing and superseded, in any order. Interpretations are added by
    /// [`read_again`](Self::read_again), before the facts that were read by them.
    pub fn from_parts(
        patient: PatientId,
        survivor: PatientId,
        facts: impl IntoIterator<Item = Fact>,
    ) -> Self {
        let mut dossier = Self { survivor, ..Self::new(patient) };
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

    /// The standing version of each statement in the order of their keys, withdrawn ones included.
    pub fn facts(&self) -> impl ExactSizeIterator<Item = &Fact> {
        self.statements.values().map(|versions| {
            #[expect(clippy::expect_used, reason = "a statement without versions is removed")]
            versions.last().expect("a statement has a version")
        })
    }

    /// The versions that do not stand, in the order of their keys and ages. They count only when the report of each
    /// newer version turns out, read again, not to make the statement.
    pub fn superseded(&self) -> impl Iterator<Item = &Fact> {
        self.statements.values().filter_map(|versions| versions.split_last()).flat_map(|(_, earlier)| earlier)
    }

    /// The standing version of one statement.
    pub fn fact(&self, key: &FactRef) -> Option<&Fact> {
        self.versions(key).last()
    }

    /// All versions of one statement, the standing one last.
    pub fn versions(&self, key: &FactRef) -> &[Fact] {
        self.statements.get(key).map_or(&[], Vec::as_slice)
    }

    /// By which interpretation what this report says about this patient was read.
    pub fn interpretation(&self, patient: PatientId, report: ReportKey) -> u32 {
        self.interpretations.get(&(patient, report)).copied().unwrap_or(FIRST_INTERPRETATION)
    }

    /// All that was read by an interpretation after the first, in order.
    pub fn interpretations(&self) -> impl ExactSizeIterator<Item = (PatientId, ReportKey, u32)> {
        self.interpretations.iter().map(|((patient, report), version)| (*patient, *report, *version))
    }

    /// The facts that count: neither withdrawn, nor without value, nor replaced. Preliminary and uncertain ones are
    /// among them.
    ///
    /// After a merge a laboratory corrects under the surviving number what it reported under the retired one. Facts of
    /// one identity are then versions of one statement although they are addressed to two patients: a value replaces
    /// older versions under any number. A withdrawal reaches other numbers only from the survivor's, because deleting
    /// a copy from a record that is about to be merged away must not delete the original.
    ///
    /// Diagnoses and facts about the person are left out of this: each record states its own.
    ///
    /// Of several versions of one text only what the latest says counts, and what was added to it later: a statement that
    /// a later version does not repeat is taken back by it, as by a withdrawal of that statement.
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
        let texts = LatestTexts::of(self);
        self.facts().filter(move |it| it.standing.counts() && !replaced(it) && !texts.take_back(it))
    }

    /// The facts that were withdrawn because they belong to another patient.
    pub fn misdirected_facts(&self) -> impl Iterator<Item = &Fact> {
        self.facts().filter(|it| it.standing == Standing::WrongPatient)
    }

    /// Whether it holds nothing and is its own survivor: as if it had never been stored.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty() && self.interpretations.is_empty() && !self.is_retired()
    }

    /// Whether [`add`](Self::add) would change it.
    pub fn would_change(&self, fact: &Fact) -> bool {
        let same_report = |held: &&Fact| held.place.report == fact.place.report;
        self.versions(&fact.key()).iter().find(same_report).is_none_or(|held| fact.supersedes(held))
    }

    /// Adds a version of a fact, read by the interpretation that is noted for its report; of two versions of one report
    /// the one that [`supersedes`](Fact::supersedes) stays. Tells whether anything changed.
    pub fn add(&mut self, fact: Fact) -> bool {
        let versions = self.statements.entry(fact.key()).or_default();
        if let Some(held) = versions.iter().position(|held| held.place.report == fact.place.report) {
            if !versions.get(held).is_some_and(|held| fact.supersedes(held)) {
                return false;
            }
            versions.remove(held);
        }
        let at = versions.partition_point(|held| fact.supersedes(held));
        versions.insert(at, fact);
        true
    }

    /// Notes that what a report says about a patient was read by a later interpretation, and drops all that it stated
    /// by the earlier one. Tells whether anything changed: an equal or earlier interpretation changes nothing.
    pub fn read_again(&mut self, patient: PatientId, report: ReportKey, version: u32) -> bool {
        if version <= self.interpretation(patient, report) {
            return false;
        }
        self.interpretations.insert((patient, report), version);
        for key in self.stated_by(patient, report) {
            if let Some(versions) = self.statements.get_mut(&key) {
                versions.retain(|held| held.place.report != report);
                if versions.is_empty() {
                    self.statements.remove(&key);
                }
            }
        }
        true
    }

    /// The statements about a patient that a report makes.
    pub(crate) fn stated_by(&self, patient: PatientId, report: ReportKey) -> BTreeSet<FactRef> {
        let of_patient = (patient, FactIdentity([u8::MIN; 16]))..=(patient, FactIdentity([u8::MAX; 16]));
        let stated = |versions: &Versions| versions.iter().any(|held| held.place.report == report);
        self.statements.range(of_patient).filter(|(_, it)| stated(it)).map(|(key, _)| *key).collect()
    }

    /// All statements with all their versions, in the order of their keys.
    pub(crate) fn statements(&self) -> impl Iterator<Item = (&FactRef, &[Fact])> {
        self.statements.iter().map(|(key, versions)| (key, versions.as_slice()))
    }

    /// SHA-256 over the canonical bytes: equal for equal dossiers, on any machine.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut buffer = Vec::with_capacity(512);
        let mut add = |hash: &mut Sha256, fact: &Fact| {
            buffer.clear();
            canonical::fact(&mut buffer, fact);
            hash.update((buffer.len() as u64).to_be_bytes());
            hash.update(&buffer);
        };
        hash.update(b"lacteal/dossier/1");
        hash.update(self.patient.0);
        hash.update(self.survivor.0);
        self.facts().for_each(|it| add(&mut hash, it));
        // No fact is empty: a length of zero ends the standing ones. A dossier without more keeps its digest.
        if self.superseded().next().is_some() || !self.interpretations.is_empty() {
            hash.update(0u64.to_be_bytes());
            self.superseded().for_each(|it| add(&mut hash, it));
            hash.update(0u64.to_be_bytes());
            for (patient, report, version) in self.interpretations() {
                hash.update(patient.0);
                hash.update(report.0);
                hash.update(version.to_be_bytes());
            }
        }
        hash.finalize().into()
    }
}

/// The latest whole version of each text, by the patient under whose number it came.
struct LatestTexts {
    survivor: PatientId,
    latest: BTreeMap<FactIdentity, BTreeMap<PatientId, TextRank>>,
}

impl LatestTexts {
    fn of(dossier: &Dossier) -> LatestTexts {
        let mut latest: BTreeMap<FactIdentity, BTreeMap<PatientId, TextRank>> = BTreeMap::new();
        for fact in dossier.statements().flat_map(|(_, versions)| versions) {
            let Some((version, rank)) = fact.text_rank().filter(|(version, _)| version.is_whole) else {
                continue;
            };
            let known = latest.entry(version.text).or_default().entry(fact.patient).or_insert(rank);
            *known = rank.max(*known);
        }
        LatestTexts { survivor: dossier.patient(), latest }
    }

    /// Whether a later version of its text does not state a fact. A withdrawal reaches other numbers only from the
    /// survivor's.
    fn take_back(&self, fact: &Fact) -> bool {
        let Some((version, own)) = fact.text_rank() else { return false };
        let by_patient = self.latest.get(&version.text).into_iter().flatten();
        by_patient.into_iter().any(|(patient, rank)| {
            let reaches = rank.2.counts() || *patient == self.survivor || *patient == fact.patient;
            reaches && *rank > own
        })
    }
}
