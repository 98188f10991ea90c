//! The laws of folding deliveries into dossiers when records are merged.
//!
//! A store in memory stands for the broker. What it must hold is computed a second time, straight from the definition
//! in the documentation of `fold`, by code that shares nothing with it but the order of versions and the path rule.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use lacteal_clinical::merge::{MergeEdge, edge, ends, survivor};
use lacteal_clinical::{Dossier, Fact, Finding, Fold, PatientId, fold};
use proptest::prelude::*;
use support::{any_fact, any_merge, any_plain_finding, fact, patient};

const PATIENTS: u8 = 5;

type Store = BTreeMap<PatientId, Dossier>;

/// Reads as fold asks and gives what it wants to write.
fn folded(store: &Store, delivered: &[Fact]) -> Store {
    let mut read = Store::new();
    for _round in 0..=2 * PATIENTS {
        match fold(delivered, &read) {
            Fold::Changed(changed) => return changed,
            Fold::Needs(more) => {
                assert!(
                    !more.is_empty() && more.iter().all(|it| !read.contains_key(it)),
                    "asks only for what is new"
                );
                read.extend(
                    more.into_iter()
                        .map(|it| (it, store.get(&it).cloned().unwrap_or_else(|| Dossier::new(it)))),
                );
            }
        }
    }
    panic!("fold never has enough");
}

fn deliver(store: &mut Store, delivered: &[Fact]) {
    let changed = folded(store, delivered);
    store.extend(changed);
}

/// The store by definition: own facts, merges that name the patient, facts of all whose survivor it is.
fn by_definition(facts: &[Fact]) -> Store {
    let mut latest: BTreeMap<_, &Fact> = BTreeMap::new();
    for fact in facts {
        let held = latest.entry(fact.key()).or_insert(fact);
        if fact.supersedes(held) {
            *held = fact;
        }
    }
    let edges: BTreeSet<MergeEdge> = latest.values().filter_map(|it| edge(it)).collect();
    let holds = |it: PatientId, fact: &Fact| {
        let named = ends(fact).is_some_and(|(retired, survivor)| it == retired || it == survivor);
        fact.patient == it || named || survivor(&edges, fact.patient) == it
    };
    let dossier = |it: PatientId| {
        let facts = latest.values().filter(|fact| holds(it, fact)).map(|fact| (*fact).clone());
        Dossier::from_parts(it, survivor(&edges, it), facts)
    };
    (0..PATIENTS).map(patient).map(|it| (it, dossier(it))).collect()
}

fn complete(mut store: Store) -> Store {
    for it in (0..PATIENTS).map(patient) {
        store.entry(it).or_insert_with(|| Dossier::new(it));
    }
    store
}

fn any_facts() -> impl Strategy<Value = Vec<Fact>> {
    let finding = prop_oneof![3 => any_plain_finding(), 2 => any_merge(PATIENTS)];
    proptest::collection::vec(any_fact(PATIENTS, finding), 1..20)
}

/// Facts cut into deliveries, in an order of their own and some of them twice.
fn any_deliveries() -> impl Strategy<Value = (Vec<Fact>, Vec<Vec<Fact>>)> {
    any_facts().prop_flat_map(|facts| {
        let sent = [facts.clone(), facts.iter().take(5).cloned().collect()].concat();
        let sizes = proptest::collection::vec(1usize..4, sent.len());
        (Just(facts), Just(sent).prop_shuffle(), sizes).prop_map(|(facts, sent, sizes)| {
            let mut rest = sent.as_slice();
            let mut deliveries = Vec::new();
            for size in sizes {
                let (now, later) = rest.split_at(size.min(rest.len()));
                deliveries.push(now.to_vec());
                rest = later;
            }
            (facts, deliveries)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_order_of_reports_and_merges_gives_the_store_of_the_definition((facts, deliveries) in any_deliveries()) {
        let mut store = Store::new();
        for delivered in &deliveries {
            deliver(&mut store, delivered);
        }
        let (store, expected) = (complete(store), by_definition(&facts));
        for it in (0..PATIENTS).map(patient) {
            prop_assert_eq!(store[&it].digest(), expected[&it].digest());
        }
        prop_assert_eq!(store, expected);
    }

    #[test]
    fn a_second_delivery_of_everything_writes_nothing((_, deliveries) in any_deliveries()) {
        let mut store = Store::new();
        for delivered in &deliveries {
            deliver(&mut store, delivered);
        }
        for delivered in &deliveries {
            prop_assert_eq!(folded(&store, delivered), Store::new());
        }
    }

    #[test]
    fn a_survivor_holds_every_fact_of_its_group((facts, deliveries) in any_deliveries()) {
        let mut store = Store::new();
        for delivered in &deliveries {
            deliver(&mut store, delivered);
        }
        let store = complete(store);
        for fact in &facts {
            let own = &store[&fact.patient];
            let end = &store[&own.survivor()];
            prop_assert_eq!(end.survivor(), end.patient());
            prop_assert!(own.fact(&fact.key()).is_some());
            prop_assert_eq!(own.fact(&fact.key()), end.fact(&fact.key()));
        }
    }

    /// Two workers decide on the same store; the second to write loses when any dossier that it writes has changed.
    #[test]
    fn compare_and_set_on_the_changed_dossiers_is_enough_for_two_workers((facts, deliveries) in any_deliveries()) {
        let mut store = Store::new();
        for pair in deliveries.chunks(2) {
            let decided: Vec<Store> = pair.iter().map(|it| folded(&store, it)).collect();
            let mut written: BTreeSet<PatientId> = BTreeSet::new();
            for (delivered, changed) in pair.iter().zip(decided) {
                let stale = changed.keys().any(|it| written.contains(it));
                let changed = if stale { folded(&store, delivered) } else { changed };
                written.extend(changed.keys());
                store.extend(changed);
            }
        }
        prop_assert_eq!(complete(store), by_definition(&facts));
    }
}

fn to(number: u8, name: &str, finding: Finding) -> Fact {
    Fact { patient: patient(number), ..fact(name, None, finding) }
}

fn merge(retired: u8, survivor: u8, reported_at: i64) -> Fact {
    let mut it =
        to(retired, &format!("merge at {reported_at}"), Finding::MergedInto { survivor: patient(survivor) });
    it.version.reported_at = reported_at;
    it
}

fn after(deliveries: &[Fact]) -> Store {
    let mut store = Store::new();
    for delivered in deliveries {
        deliver(&mut store, std::slice::from_ref(delivered));
    }
    complete(store)
}

#[test]
fn a_late_message_for_a_dead_record_reaches_the_survivor() {
    let store = after(&[merge(1, 2, 10), merge(2, 3, 20), to(1, "late", Finding::NodesPositive(4))]);
    for holder in [1, 3] {
        assert!(
            store[&patient(holder)].facts().any(|it| it.finding == Finding::NodesPositive(4)),
            "{holder}"
        );
    }
    assert!(!store[&patient(2)].facts().any(|it| it.finding == Finding::NodesPositive(4)));
    assert_eq!(store[&patient(1)].survivor(), patient(3));
}

#[test]
fn a_merge_before_any_other_message_waits_for_them() {
    let report = to(1, "report", Finding::NodesPositive(4));
    assert_eq!(after(&[merge(1, 2, 10), report.clone()]), after(&[report, merge(1, 2, 10)]));
}

#[test]
fn either_half_of_a_merge_message_is_the_merge() {
    let report = to(1, "report", Finding::NodesPositive(4));
    let absorbs = to(2, "merge", Finding::Absorbs { retired: patient(1) });
    let store = after(&[report, absorbs]);
    assert_eq!(store[&patient(1)].survivor(), patient(2));
    assert!(store[&patient(2)].facts().any(|it| it.finding == Finding::NodesPositive(4)));
}

#[test]
fn a_withdrawn_merge_gives_the_facts_back() {
    let report = to(1, "report", Finding::NodesPositive(4));
    let mut withdrawn = merge(1, 2, 10);
    withdrawn.standing = lacteal_clinical::Standing::Deleted;
    withdrawn.version.reported_at = 20;
    let store = after(&[report, merge(1, 2, 10), withdrawn]);
    assert!(!store[&patient(1)].is_retired());
    assert!(!store[&patient(2)].facts().any(|it| it.finding == Finding::NodesPositive(4)));
}

#[test]
fn a_reversed_merge_moves_everything_to_the_other_record() {
    let report = to(1, "report", Finding::NodesPositive(4));
    let store = after(&[merge(1, 2, 10), report, merge(2, 1, 20)]);
    assert!(!store[&patient(1)].is_retired());
    assert_eq!(store[&patient(2)].survivor(), patient(1));
    assert!(!store[&patient(2)].facts().any(|it| it.finding == Finding::NodesPositive(4)));
}

#[test]
fn a_merge_into_itself_changes_no_survivor() {
    let store = after(&[merge(1, 1, 10), to(1, "report", Finding::NodesPositive(4))]);
    assert!(!store[&patient(1)].is_retired());
}

#[test]
fn a_new_merge_names_every_dossier_that_it_read_so_that_concurrent_merges_conflict() {
    let store = after(&[merge(1, 2, 10), merge(1, 3, 20)]);
    let changed = folded(&store, &[merge(3, 4, 30)]);
    assert_eq!(changed.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4].map(patient));
    assert_eq!(changed[&patient(2)], store[&patient(2)], "not changed, yet guarded");
}
