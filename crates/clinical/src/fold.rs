//! From deliveries to dossiers, merges included.
//!
//! # What a dossier holds
//!
//! Let F be the set of all facts ever delivered, E the merge edges that stand in F, and survivor(p) the end of the
//! path of p in E ([`merge`](mod@crate::merge)). The store is a function of F alone. The dossier of p holds exactly
//!
//! - the facts addressed to p itself,
//! - the merge facts that name p, whoever they are addressed to, and
//! - the facts addressed to any q with survivor(q) = p.
//!
//! So a surviving dossier holds all facts of its group, a retired one its own, and each knows its survivor.
//!
//! # Why every order gives the same store
//!
//! Delivering D to the store of F must give the store of F ∪ D. A dossier keeps its own facts for ever, and knows
//! every merge that names it.
//!
//! - When no merge fact is new, E stays. A new fact about p belongs to p and survivor(p) and to no other, and p knows
//!   its survivor: two dossiers decide.
//! - When a merge fact is new (or a newer version of a known one), paths can change only within the records connected
//!   through merges, standing or withdrawn. All of them are read, their facts pooled, and each dossier of them is made anew by
//!   the definition above.
//!
//! # Why concurrent workers cannot break it
//!
//! Writing is compare-and-set on each dossier. In the second case *every* dossier read is among the changed ones,
//! even where its content stays, so that two workers that decide about one group meet in a conflict. In the first
//! case the dossier of p is written, and any merge that moves p writes it too, since it holds the name of its survivor.
//!
//! The number of dossiers in one group is not bounded here; a caller that cannot commit so many sets the delivery
//! aside, and the dossiers stay as they were.

use std::collections::{BTreeMap, BTreeSet};

use crate::PatientId;
use crate::dossier::Dossier;
use crate::fact::{Fact, FactRef};
use crate::merge::{self, MergeEdge};

/// What came of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fold {
    /// These dossiers must be read too; fold again with them. In order, without repetition.
    Needs(Vec<PatientId>),
    /// These dossiers are to be written, each with compare-and-set. Empty when nothing is new.
    Changed(BTreeMap<PatientId, Dossier>),
}

/// Folds facts addressed to any number of patients into their dossiers.
///
/// `dossiers` has an entry for each patient that was looked up: [`Dossier::new`] where nothing is stored yet. It may
/// hold more than is needed.
pub fn fold(delivered: &[Fact], dossiers: &BTreeMap<PatientId, Dossier>) -> Fold {
    let mut needed: BTreeSet<PatientId> = delivered.iter().flat_map(named).collect();
    let changes = |it: &&Fact| dossiers.get(&it.patient).is_some_and(|own| own.would_change(it));
    needed.extend(
        delivered.iter().filter(changes).filter_map(|it| dossiers.get(&it.patient)).map(Dossier::survivor),
    );
    if let Some(missing) = missing(&needed, dossiers) {
        return Fold::Needs(missing);
    }
    let seeds = delivered.iter().filter(|it| is_new_merge(it, dossiers)).flat_map(named).collect();
    let group = match connected(seeds, delivered, dossiers) {
        Ok(group) => group,
        Err(missing) => return Fold::Needs(missing),
    };
    let mut changed = rebuilt(&group, delivered, dossiers);
    for fact in delivered.iter().filter(|it| !group.contains(&it.patient)) {
        add_plain(fact, dossiers, &mut changed);
    }
    Fold::Changed(changed)
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

/// Whether the fact is a merge, or replaces one, that its own dossier does not know yet.
fn is_new_merge(fact: &Fact, dossiers: &BTreeMap<PatientId, Dossier>) -> bool {
    let Some(own) = dossiers.get(&fact.patient) else { return false };
    let replaces = || own.fact(&fact.key()).is_some_and(|held| merge::ends(held).is_some());
    own.would_change(fact) && (merge::ends(fact).is_some() || replaces())
}

/// All patients connected with the seeds through merges, held or delivered, standing or withdrawn; or those of them
/// whose dossiers are missing.
fn connected(
    seeds: BTreeSet<PatientId>,
    delivered: &[Fact],
    dossiers: &BTreeMap<PatientId, Dossier>,
) -> Result<BTreeSet<PatientId>, Vec<PatientId>> {
    if seeds.is_empty() {
        return Ok(seeds);
    }
    let mut partners: BTreeMap<PatientId, BTreeSet<PatientId>> = BTreeMap::new();
    let held = dossiers.values().flat_map(Dossier::facts);
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

/// Every dossier of the group, made from the pooled facts by the definition.
fn rebuilt(
    group: &BTreeSet<PatientId>,
    delivered: &[Fact],
    dossiers: &BTreeMap<PatientId, Dossier>,
) -> BTreeMap<PatientId, Dossier> {
    let mut pool: BTreeMap<FactRef, Fact> = BTreeMap::new();
    let held = group.iter().filter_map(|it| dossiers.get(it)).flat_map(Dossier::facts);
    for fact in held.chain(delivered.iter().filter(|it| group.contains(&it.patient))) {
        let known = pool.entry(fact.key()).or_insert_with(|| fact.clone());
        if fact.supersedes(known) {
            *known = fact.clone();
        }
    }
    let edges: BTreeSet<MergeEdge> = pool.values().filter_map(merge::edge).collect();
    let survivors: BTreeMap<PatientId, PatientId> =
        group.iter().map(|it| (*it, merge::survivor(&edges, *it))).collect();
    let mut parts: BTreeMap<PatientId, Vec<Fact>> = group.iter().map(|it| (*it, Vec::new())).collect();
    for fact in pool.into_values() {
        let mut holders: BTreeSet<PatientId> = named(&fact).into_iter().collect();
        holders.extend(survivors.get(&fact.patient));
        for holder in holders {
            parts.entry(holder).or_default().push(fact.clone());
        }
    }
    let dossier = |(patient, facts)| {
        let survivor = survivors.get(&patient).copied().unwrap_or(patient);
        (patient, Dossier::from_parts(patient, survivor, facts))
    };
    parts.into_iter().map(dossier).collect()
}

fn add_plain(
    fact: &Fact,
    dossiers: &BTreeMap<PatientId, Dossier>,
    changed: &mut BTreeMap<PatientId, Dossier>,
) {
    let survivor = dossiers.get(&fact.patient).map_or(fact.patient, Dossier::survivor);
    for holder in BTreeSet::from([fact.patient, survivor]) {
        let Some(present) = changed.get(&holder).or_else(|| dossiers.get(&holder)) else { continue };
        if present.would_change(fact) {
            let mut dossier = present.clone();
            dossier.add(fact.clone());
            changed.insert(holder, dossier);
        }
    }
}
