//! The laws of folding deliveries into dossiers when records are merged.
//!
//! A store in memory stands for the broker. What it must hold is computed a second time, straight from the definition
//! in the documentation of `fold`, by code that shares nothing with it but the order of versions and the path rule.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use lacteal_clinical::merge::{MergeEdge, edge, ends, survivor};
use lacteal_clinical::{Contribution, Dossier, Fact, Finding, Fold, PatientId, ReportKey, fold};
use proptest::prelude::*;
use support::{any_contribution, any_merge, any_plain_finding, fact, patient};

const PATIENTS: u8 = 5;

type Store = BTreeMap<PatientId, Dossier>;

/// Reads as fold asks and gives what it wants to write.
fn folded(store: &Store, delivered: &[Contribution]) -> Store {
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

fn deliver(store: &mut Store, delivered: &[Contribution]) {
    let changed = folded(store, delivered);
    store.extend(changed);
}

/// The facts that count, and the interpretation of each report about each patient: what was read by an earlier
/// interpretation than the latest counts no more.
fn counting(all: &[Contribution]) -> (Vec<&Fact>, BTreeMap<(PatientId, ReportKey), u32>) {
    let mut latest = BTreeMap::new();
    for it in all {
        let known = latest.entry((it.patient, it.report)).or_insert(1);
        *known = it.interpretation.max(*known);
    }
    let counts = |it: &&Contribution| it.interpretation.max(1) == latest[&(it.patient, it.report)];
    (all.iter().filter(counts).flat_map(|it| &it.facts).collect(), latest)
}

/// The store by definition: own statements, those with a merge that names the patient, and those of all whose survivor
/// it is, with all their versions.
fn by_definition(all: &[Contribution]) -> Store {
    let (facts, interpretations) = counting(all);
    let mut statements: BTreeMap<_, BTreeMap<ReportKey, &Fact>> = BTreeMap::new();
    for fact in facts {
        let versions = statements.entry(fact.key()).or_default();
        let held = versions.entry(fact.place.report).or_insert(fact);
        if fact.supersedes(held) {
            *held = fact;
        }
    }
    let standing = |versions: &BTreeMap<ReportKey, &Fact>| {
        versions.values().copied().max_by(|one, other| one.cmp_version(other)).cloned()
    };
    let edges: BTreeSet<MergeEdge> = statements.values().filter_map(|it| edge(&standing(it)?)).collect();
    let holds = |it: PatientId, addressee: PatientId, versions: &BTreeMap<ReportKey, &Fact>| {
        let named =
            |fact: &&Fact| ends(fact).is_some_and(|(retired, survivor)| it == retired || it == survivor);
        addressee == it || survivor(&edges, addressee) == it || versions.values().any(named)
    };
    let dossier = |it: PatientId| {
        let mut dossier = Dossier::from_parts(it, survivor(&edges, it), []);
        for ((about, report), version) in &interpretations {
            if *about == it || survivor(&edges, *about) == it {
                dossier.read_again(*about, *report, *version);
            }
        }
        for ((addressee, _), versions) in &statements {
            if holds(it, *addressee, versions) {
                versions.values().for_each(|fact| {
                    dossier.add((*fact).clone());
                });
            }
        }
        dossier
    };
    (0..PATIENTS).map(patient).map(|it| (it, dossier(it))).collect()
}

fn complete(mut store: Store) -> Store {
    for it in (0..PATIENTS).map(patient) {
        store.entry(it).or_insert_with(|| Dossier::new(it));
    }
    store
}

fn any_contributions() -> impl Strategy<Value = Vec<Contribution>> {
    let finding = prop_oneof![3 => any_plain_finding(), 2 => any_merge(PATIENTS)];
    proptest::collection::vec(any_contribution(PATIENTS, finding), 1..16)
}

/// Contributions cut into deliveries, in an order of their own and some of them twice: later readings before and after
/// the earlier ones.
fn any_deliveries() -> impl Strategy<Value = (Vec<Contribution>, Vec<Vec<Contribution>>)> {
    any_contributions().prop_flat_map(|all| {
        let sent = [all.clone(), all.iter().take(5).cloned().collect()].concat();
        let sizes = proptest::collection::vec(1usize..4, sent.len());
        (Just(all), Just(sent).prop_shuffle(), sizes).prop_map(|(all, sent, sizes)| {
            let mut rest = sent.as_slice();
            let mut deliveries = Vec::new();
            for size in sizes {
                let (now, later) = rest.split_at(size.min(rest.len()));
                deliveries.push(now.to_vec());
                rest = later;
            }
            (all, deliveries)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn every_order_of_reports_readings_and_merges_gives_the_store_of_the_definition((all, deliveries) in any_deliveries()) {
        let mut store = Store::new();
        for delivered in &deliveries {
            deliver(&mut store, delivered);
        }
        let (store, expected) = (complete(store), by_definition(&all));
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
    fn a_survivor_holds_every_version_of_its_group((all, deliveries) in any_deliveries()) {
        let mut store = Store::new();
        for delivered in &deliveries {
            deliver(&mut store, delivered);
        }
        let store = complete(store);
        for fact in counting(&all).0 {
            let own = &store[&fact.patient];
            let end = &store[&own.survivor()];
            prop_assert_eq!(end.survivor(), end.patient());
            prop_assert!(own.fact(&fact.key()).is_some());
            prop_assert_eq!(own.versions(&fact.key()), end.versions(&fact.key()));
        }
    }

    /// Reading everything again gives what reading it only by the last interpretation would have given.
    #[test]
    fn what_was_read_again_leaves_nothing_of_the_earlier_reading(
        first in any_contributions(),
        again in any_contributions(),
        order in any::<bool>(),
    ) {
        let first: Vec<_> = first.into_iter().map(|it| Contribution { interpretation: 1, ..it }).collect();
        let mut again: Vec<_> = again.into_iter().map(|it| Contribution { interpretation: 7, ..it }).collect();
        // A report that says nothing any more is written again without facts.
        let empty = |it: &Contribution| Contribution { interpretation: 7, facts: Vec::new(), ..it.clone() };
        again.extend(first.iter().map(empty));
        let mut store = Store::new();
        for delivered in if order { [&first, &again] } else { [&again, &first] } {
            deliver(&mut store, delivered);
        }
        let mut alone = Store::new();
        deliver(&mut alone, &again);
        prop_assert_eq!(complete(store), complete(alone));
    }

    /// Two workers decide on the same store; the second to write loses when any dossier that it writes has changed.
    #[test]
    fn compare_and_set_on_the_changed_dossiers_is_enough_for_two_workers((all, deliveries) in any_deliveries()) {
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
        prop_assert_eq!(complete(store), by_definition(&all));
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

/// A report of its own that states these facts.
fn report(number: u8, interpretation: u32, facts: &[Fact]) -> Contribution {
    let report = ReportKey([number; 16]);
    let place = |it: &Fact| lacteal_clinical::Place { report, ..it.place.clone() };
    let facts: Vec<Fact> = facts.iter().map(|it| Fact { place: place(it), ..it.clone() }).collect();
    let patient = facts.first().map_or_else(|| patient(1), |it| it.patient);
    Contribution { patient, report, interpretation, facts }
}

fn after_all(deliveries: &[Contribution]) -> Store {
    let mut store = Store::new();
    for delivered in deliveries {
        deliver(&mut store, std::slice::from_ref(delivered));
    }
    complete(store)
}

/// The store after reports of one fact each; facts of one identity come in one report.
fn after(facts: &[Fact]) -> Store {
    let one = |fact: &Fact| report(fact.identity.0[0], 1, std::slice::from_ref(fact));
    after_all(&facts.iter().map(one).collect::<Vec<_>>())
}

fn at(reported_at: i64, mut fact: Fact) -> Fact {
    fact.version.reported_at = reported_at;
    fact
}

fn standing(store: &Store, number: u8) -> Vec<Finding> {
    store[&patient(number)].facts().map(|it| it.finding.clone()).collect()
}

#[test]
fn what_a_withdrawn_reading_had_displaced_stands_again() {
    let older = report(1, 1, &[at(10, to(1, "count", Finding::NodesPositive(2)))]);
    let newer = report(2, 1, &[at(20, to(1, "count", Finding::NodesPositive(9)))]);
    let again = report(2, 2, &[]);
    for deliveries in [
        [&older, &newer, &again],
        [&newer, &again, &older],
        [&again, &older, &newer],
        [&newer, &older, &again],
    ] {
        let store = after_all(&deliveries.map(Clone::clone));
        assert_eq!(standing(&store, 1), [Finding::NodesPositive(2)]);
        assert_eq!(store[&patient(1)].superseded().count(), 0);
    }
}

#[test]
fn a_merge_that_was_misread_gives_the_facts_back_in_any_order() {
    let count = report(1, 1, &[to(1, "count", Finding::NodesPositive(4))]);
    let merged = report(2, 1, &[merge(1, 2, 10)]);
    let again = report(2, 2, &[]);
    for deliveries in [[&count, &merged, &again], [&again, &merged, &count], [&merged, &again, &count]] {
        let store = after_all(&deliveries.map(Clone::clone));
        assert!(!store[&patient(1)].is_retired());
        assert_eq!((standing(&store, 1).len(), standing(&store, 2).len()), (1, 0));
    }
}

#[test]
fn a_correction_by_another_report_outlives_the_later_reading_of_the_first() {
    let first =
        |version, positive| report(1, version, &[at(10, to(1, "count", Finding::NodesPositive(positive)))]);
    let corrected = report(2, 1, &[at(20, to(1, "count", Finding::NodesPositive(5)))]);
    let store = after_all(&[first(1, 2), corrected, first(2, 3)]);
    assert_eq!(standing(&store, 1), [Finding::NodesPositive(5)]);
    let earlier: Vec<_> = store[&patient(1)].superseded().map(|it| it.finding.clone()).collect();
    assert_eq!(earlier, [Finding::NodesPositive(3)], "of each report one version, by its latest reading");
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
    let changed = folded(&store, &[report(9, 1, &[merge(3, 4, 30)])]);
    assert_eq!(changed.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4].map(patient));
    assert_eq!(changed[&patient(2)], store[&patient(2)], "not changed, yet guarded");
}
