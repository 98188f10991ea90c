//! From deliveries to dossiers, merges and later readings included.
//!
//! # What a dossier holds
//!
//! A [`Contribution`] is what one report states about one patient, by one interpretation. Let D be the set of all
//! contributions ever delivered. A contribution counts when D has none of the same patient and report by a later
//! interpretation: a report that is read again replaces what it stated before, and a report that no longer concerns a
//! patient is delivered for that patient once more, without facts. F are the facts of the contributions that count.
//!
//! A statement is (patient, identity). Its versions are the facts of F with this key, one of each report, the latest by
//! [`Fact::supersedes`]; the latest of all stands. E are the merge edges that standing versions state, and survivor(p)
//! the end of the path of p in E ([`merge`](mod@crate::merge)). The store is a function of D alone. The dossier of p holds, always
//! with all their versions, exactly
//!
//! - the statements addressed to p itself,
//! - the statements any version of which is a merge that names p, whoever they are addressed to, and
//! - the statements addressed to any q with survivor(q) = p;
//!
//! and the interpretation of each report about p or any such q.
//!
//! So a surviving dossier holds all of its group, a retired one its own, and each knows its survivor.
//!
//! # Why every order gives the same store
//!
//! Delivering d to the store of D must give the store of D ∪ d. A dossier keeps its own statements for ever, and knows
//! every merge that names it. It notes by which interpretation each report about its own patient was read, so it can
//! tell whether a contribution counts, is late, or makes the earlier one void. What is void leaves nothing behind but
//! that note; what it had displaced is still there, since every report keeps its own version of a statement.
//!
//! - When no version of a merge is new and none becomes void, E stays. A new version about p, or one that becomes void,
//!   belongs to p and survivor(p) and to no other, and p knows its survivor: two dossiers decide.
//! - When a statement changes that has a merge among its versions, before or after, paths can change only within the
//!   records connected through merges, of standing versions or others. All of them are read, their statements pooled,
//!   and each dossier of them is made anew by the definition above.
//!
//! # Why concurrent workers cannot break it
//!
//! Writing is compare-and-set on each dossier. In the second case *every* dossier read is among the changed ones,
//! even where its content stays, so that two workers that decide about one group meet in a conflict. In the first
//! case the dossier of p is written, and any merge that moves p writes it too, since it holds the name of its survivor.
//!
//! The number of dossiers in one group is not bounded here; a caller that cannot commit so many sets the delivery
//! aside, and the dossiers stay as they were. A statement has as many versions as reports made it: one for most results,
//! one a message for what every message repeats about the person.

use std::collections::{BTreeMap, BTreeSet};

use crate::PatientId;
use crate::dossier::{Dossier, FIRST_INTERPRETATION};
use crate::fact::{Fact, ReportKey};
use crate::merge::{self, MergeEdge};

/// What one report states about one patient, by one interpretation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// Whom the report is about.
    pub patient: PatientId,
    /// The report.
    pub report: ReportKey,
    /// The interpretation by which it was read, from 1; 0 counts as 1.
    pub interpretation: u32,
    /// What it states: facts addressed to this patient, with their place in this report. A fact with another address or
    /// report counts as a contribution of its own, by the same interpretation.
    pub facts: Vec<Fact>,
}

/// What came of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fold {
    /// These dossiers must be read too; fold again with them. In order, without repetition.
    Needs(Vec<PatientId>),
    /// These dossiers are to be written, each with compare-and-set. Empty when nothing is new.
    Changed(BTreeMap<PatientId, Dossier>),
}

/// Folds contributions about any number of patients into their dossiers.
///
/// `dossiers` has an entry for each patient that was looked up: [`Dossier::new`] where nothing is stored yet. It may
/// hold more than is needed.
pub fn fold(delivered: &[Contribution], dossiers: &BTreeMap<PatientId, Dossier>) -> Fold {
    let readings = readings(delivered);
    let mut needed: BTreeSet<PatientId> = readings.iter().map(|it| it.patient).collect();
    needed.extend(readings.iter().flat_map(|it| &it.facts).flat_map(|it| named(it)));
    let known: Vec<(&Reading<'_>, &Dossier)> =
        readings.iter().filter_map(|it| Some((it, dossiers.get(&it.patient)?))).collect();
    let new = || known.iter().filter(|(it, own)| it.changes(own));
    needed.extend(new().map(|(_, own)| own.survivor()));
    if let Some(missing) = missing(&needed, dossiers) {
        return Fold::Needs(missing);
    }
    let new: Vec<&Reading<'_>> = new().map(|(it, _)| *it).collect();
    let seeds =
        known.iter().filter(|(it, own)| it.changes(own)).flat_map(|(it, own)| it.merged(own)).collect();
    let group = match connected(seeds, &new, dossiers) {
        Ok(group) => group,
        Err(missing) => return Fold::Needs(missing),
    };
    let mut changed = rebuilt(&group, &new, dossiers);
    for reading in new.iter().filter(|it| !group.contains(&it.patient)) {
        add_plain(reading, dossiers, &mut changed);
    }
    Fold::Changed(changed)
}

/// The latest reading within a delivery of what one report says about one patient.
struct Reading<'a> {
    patient: PatientId,
    report: ReportKey,
    interpretation: u32,
    facts: Vec<&'a Fact>,
}

/// The readings of a delivery; of one report and patient only those of the latest interpretation.
fn readings(delivered: &[Contribution]) -> Vec<Reading<'_>> {
    let mut latest: BTreeMap<(PatientId, ReportKey), (u32, Vec<&Fact>)> = BTreeMap::new();
    for it in delivered {
        let interpretation = it.interpretation.max(FIRST_INTERPRETATION);
        let whole = std::iter::once(((it.patient, it.report), None));
        let each = it.facts.iter().map(|fact| ((fact.patient, fact.place.report), Some(fact)));
        for (key, fact) in whole.chain(each) {
            let (known, facts) = latest.entry(key).or_insert((interpretation, Vec::new()));
            if interpretation > *known {
                (*known, *facts) = (interpretation, Vec::new());
            }
            if interpretation == *known {
                facts.extend(fact);
            }
        }
    }
    let reading =
        |((patient, report), (interpretation, facts))| Reading { patient, report, interpretation, facts };
    latest.into_iter().map(reading).collect()
}

impl Reading<'_> {
    /// Whether it changes a dossier that holds the patient's own statements.
    fn changes(&self, dossier: &Dossier) -> bool {
        let known = dossier.interpretation(self.patient, self.report);
        self.interpretation > known
            || (self.interpretation == known && self.facts.iter().any(|it| dossier.would_change(it)))
    }

    /// Adds it to a dossier. Tells whether anything changed.
    fn apply(&self, dossier: &mut Dossier) -> bool {
        if self.interpretation < dossier.interpretation(self.patient, self.report) {
            return false;
        }
        let mut changed = dossier.read_again(self.patient, self.report, self.interpretation);
        for fact in &self.facts {
            changed |= dossier.would_change(fact) && dossier.add((*fact).clone());
        }
        changed
    }

    /// The patients whose merges it may change: of each statement that changes and has a merge among its versions, all
    /// that these name. Empty when no merge is concerned.
    fn merged(&self, own: &Dossier) -> BTreeSet<PatientId> {
        let is_later = self.interpretation > own.interpretation(self.patient, self.report);
        let mut concerned = if is_later { own.stated_by(self.patient, self.report) } else { BTreeSet::new() };
        let new: Vec<&Fact> =
            self.facts.iter().copied().filter(|it| is_later || own.would_change(it)).collect();
        concerned.extend(new.iter().map(|it| it.key()));
        let held = concerned.iter().flat_map(|key| own.versions(key));
        held.chain(new).filter(|it| merge::ends(it).is_some()).flat_map(named).collect()
    }
}

/// The patients that a fact names: whom it is addressed to, and the other end of a merge.
fn named(fact: &Fact) -> Vec<PatientId> {
    match merge::ends(fact) {
        Some((retired, survivor)) => vec![retired, survivor],
        None => vec![fact.patient],
    }
}

fn missing(needed: &BTreeSet<PatientId>, dossiers: &BTreeMap<PatientId, Dossier>) -> Option<Vec<PatientId>> {
    let missing: Vec<PatientId> = needed.iter().filter(|it| !dossiers.contains_key(it)).copied().collect();
    (!missing.is_empty()).then_some(missing)
}

/// All patients connected with the seeds through merges, held or delivered, standing or not; or those of them whose
/// dossiers are missing.
fn connected(
    seeds: BTreeSet<PatientId>,
    delivered: &[&Reading<'_>],
    dossiers: &BTreeMap<PatientId, Dossier>,
) -> Result<BTreeSet<PatientId>, Vec<PatientId>> {
    if seeds.is_empty() {
        return Ok(seeds);
    }
    let mut partners: BTreeMap<PatientId, BTreeSet<PatientId>> = BTreeMap::new();
    let held = dossiers.values().flat_map(Dossier::statements).flat_map(|(_, versions)| versions);
    let delivered = delivered.iter().flat_map(|it| it.facts.iter().copied());
    for (retired, survivor) in held.chain(delivered).filter_map(merge::ends) {
        partners.entry(retired).or_default().insert(survivor);
        partners.entry(survivor).or_default().insert(retired);
    }
    let mut group = seeds.clone();
    let mut open: Vec<PatientId> = seeds.into_iter().collect();
    while let Some(patient) = open.pop() {
        for partner in partners.get(&patient).into_iter().flatten() {
            if group.insert(*partner) {
                open.push(*partner);
            }
        }
    }
    match missing(&group, dossiers) {
        Some(missing) => Err(missing),
        None => Ok(group),
    }
}

/// Every dossier of the group, made from the pooled statements by the definition.
fn rebuilt(
    group: &BTreeSet<PatientId>,
    delivered: &[&Reading<'_>],
    dossiers: &BTreeMap<PatientId, Dossier>,
) -> BTreeMap<PatientId, Dossier> {
    let Some(first) = group.first() else { return BTreeMap::new() };
    let pool = pooled(Dossier::new(*first), group, delivered, dossiers);
    let edges: BTreeSet<MergeEdge> = pool.facts().filter_map(merge::edge).collect();
    let survivors: BTreeMap<PatientId, PatientId> =
        group.iter().map(|it| (*it, merge::survivor(&edges, *it))).collect();
    let survivor = |it: PatientId| survivors.get(&it).copied().unwrap_or(it);
    let mut made: BTreeMap<PatientId, Dossier> =
        group.iter().map(|it| (*it, Dossier::from_parts(*it, survivor(*it), []))).collect();
    for (patient, report, interpretation) in pool.interpretations() {
        for holder in BTreeSet::from([patient, survivor(patient)]) {
            if let Some(dossier) = made.get_mut(&holder) {
                dossier.read_again(patient, report, interpretation);
            }
        }
    }
    for ((patient, _), versions) in pool.statements() {
        let mut holders = BTreeSet::from([*patient, survivor(*patient)]);
        holders.extend(versions.iter().flat_map(named));
        for holder in holders {
            if let Some(dossier) = made.get_mut(&holder) {
                versions.iter().for_each(|it| {
                    dossier.add(it.clone());
                });
            }
        }
    }
    made
}

/// All statements of a group after a delivery, in one dossier. Interpretations come before the facts that were read by
/// them, because noting one drops facts.
fn pooled(
    mut pool: Dossier,
    group: &BTreeSet<PatientId>,
    delivered: &[&Reading<'_>],
    dossiers: &BTreeMap<PatientId, Dossier>,
) -> Dossier {
    let held = || group.iter().filter_map(|it| dossiers.get(it));
    for (patient, report, interpretation) in held().flat_map(Dossier::interpretations) {
        pool.read_again(patient, report, interpretation);
    }
    for fact in held().flat_map(Dossier::statements).flat_map(|(_, versions)| versions) {
        if pool.would_change(fact) {
            pool.add(fact.clone());
        }
    }
    for reading in delivered.iter().filter(|it| group.contains(&it.patient)) {
        reading.apply(&mut pool);
    }
    pool
}

fn add_plain(
    reading: &Reading<'_>,
    dossiers: &BTreeMap<PatientId, Dossier>,
    changed: &mut BTreeMap<PatientId, Dossier>,
) {
    let survivor = dossiers.get(&reading.patient).map_or(reading.patient, Dossier::survivor);
    for holder in BTreeSet::from([reading.patient, survivor]) {
        let Some(present) = changed.get(&holder).or_else(|| dossiers.get(&holder)) else { continue };
        if reading.changes(present) {
            let mut dossier = present.clone();
            reading.apply(&mut dossier);
            changed.insert(holder, dossier);
        }
    }
}
