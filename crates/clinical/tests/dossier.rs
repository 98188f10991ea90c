//! The laws of the dossier as a fold over a set of facts.

mod support;

use lacteal_clinical::finding::Sex;
use lacteal_clinical::{Dossier, Fact, Finding, Picture, Standing};
use proptest::prelude::*;
use support::{any_fact, any_plain_finding, fact, patient};

fn folded(facts: &[Fact]) -> Dossier {
    Dossier::from_parts(patient(1), patient(1), facts.iter().cloned())
}

/// Facts, and the same facts in another order with some of them repeated.
fn facts_and_their_shuffle() -> impl Strategy<Value = (Vec<Fact>, Vec<Fact>)> {
    let facts = proptest::collection::vec(any_fact(2, any_plain_finding()), 0..24);
    facts.prop_flat_map(|facts| {
        let repeated = proptest::sample::subsequence(facts.clone(), 0..=facts.len());
        let all = repeated.prop_map({
            let facts = facts.clone();
            move |more| [facts.clone(), more].concat()
        });
        (Just(facts), all.prop_shuffle())
    })
}

proptest! {
    #[test]
    fn any_order_and_any_duplication_give_the_same_dossier_bit_for_bit((facts, shuffled) in facts_and_their_shuffle()) {
        let (one, other) = (folded(&facts), folded(&shuffled));
        prop_assert_eq!(one.digest(), other.digest());
        prop_assert_eq!(Picture::of(&one), Picture::of(&other));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn adding_tells_exactly_whether_the_digest_changed(
        facts in proptest::collection::vec(any_fact(2, any_plain_finding()), 0..16)
    ) {
        let mut dossier = Dossier::new(patient(1));
        for fact in facts {
            let before = dossier.digest();
            let expected = dossier.would_change(&fact);
            let changed = dossier.add(fact.clone());
            prop_assert_eq!(changed, expected);
            prop_assert_eq!(changed, dossier.digest() != before);
            prop_assert!(!dossier.add(fact));
        }
    }

    #[test]
    fn of_two_versions_exactly_one_stands(
        one in any_fact(1, any_plain_finding()), other in any_fact(1, any_plain_finding()), third in any_fact(1, any_plain_finding())
    ) {
        prop_assert_eq!(one.supersedes(&other), !other.supersedes(&one) && one != other);
        if one.supersedes(&other) && other.supersedes(&third) {
            prop_assert!(one.supersedes(&third));
        }
    }
}

fn version(standing: Standing, reported_at: i64, positive: u16) -> Fact {
    let mut it = fact("nodes", Some("2021-03-05"), Finding::NodesPositive(positive));
    it.standing = standing;
    it.version.reported_at = reported_at;
    it
}

fn standing_values(facts: &[Fact]) -> Vec<Finding> {
    folded(facts).standing_facts().map(|it| it.finding.clone()).collect()
}

#[test]
fn a_late_preliminary_does_not_overwrite_the_final() {
    let facts = [version(Standing::Final, 100, 2), version(Standing::Preliminary, 200, 9)];
    assert_eq!(standing_values(&facts), [Finding::NodesPositive(2)]);
}

#[test]
fn a_correction_replaces_what_it_corrects() {
    let facts = [version(Standing::Corrected, 200, 3), version(Standing::Final, 100, 2)];
    assert_eq!(standing_values(&facts), [Finding::NodesPositive(3)]);
}

#[test]
fn a_withdrawn_fact_counts_no_more_and_its_late_copy_does_not_return() {
    for standing in [Standing::Deleted, Standing::WrongPatient, Standing::NotAvailable] {
        let facts =
            [version(Standing::Final, 100, 2), version(standing, 200, 2), version(Standing::Final, 100, 2)];
        assert_eq!(standing_values(&facts), [], "{standing:?}");
        assert_eq!(folded(&facts).facts().len(), 1, "the withdrawal stays to be seen");
    }
}

#[test]
fn a_result_of_another_patient_stays_visible_as_misdirected() {
    let dossier = folded(&[version(Standing::Final, 100, 2), version(Standing::WrongPatient, 200, 2)]);
    assert_eq!(dossier.misdirected_facts().count(), 1);
    assert_eq!(Picture::of(&dossier).misdirected.len(), 1);
}

#[test]
fn a_final_after_a_deletion_stands_again() {
    let facts = [version(Standing::Deleted, 200, 2), version(Standing::Final, 300, 4)];
    assert_eq!(standing_values(&facts), [Finding::NodesPositive(4)]);
}

#[test]
fn an_uncertain_reading_that_is_restated_for_certain_is_uncertain_no_more() {
    let mut hedged = version(Standing::Final, 100, 2);
    hedged.reading = lacteal_clinical::Reading::uncertain("test.hedged", "Perhaps two nodes.");
    let stated = version(Standing::Final, 200, 2);
    let picture = |facts: &[Fact]| Picture::of(&folded(facts));
    let before = picture(std::slice::from_ref(&hedged));
    assert_eq!((before.uncertain.len(), before.nodes_positive), (1, None));
    let after = picture(&[stated, hedged]);
    assert_eq!((after.uncertain.len(), after.nodes_positive.unwrap().value), (0, 2));
}

#[test]
fn a_later_interpretation_drops_what_its_report_stated_and_an_earlier_one_drops_nothing() {
    let mut dossier = folded(&[version(Standing::Final, 100, 2)]);
    let (to, report) = (patient(1), support::place().report);
    assert!(!dossier.read_again(to, report, 1), "it was read by the first");
    assert!(dossier.read_again(to, report, 3));
    assert_eq!((dossier.facts().len(), dossier.interpretation(to, report)), (0, 3));
    let digest = dossier.digest();
    assert!(!dossier.read_again(to, report, 2));
    assert_eq!(dossier.digest(), digest);
    assert_ne!(digest, Dossier::new(to).digest(), "that it was read again is remembered");
}

/// A dossier of patient 1, into whose record that of patient 2 was merged.
fn of_both(own: Fact, of_retired: Fact) -> Vec<Finding> {
    let of_retired = Fact { patient: patient(2), ..of_retired };
    folded(&[own, of_retired]).standing_facts().map(|it| it.finding.clone()).collect()
}

#[test]
fn a_correction_under_the_surviving_number_replaces_the_result_under_the_retired_one() {
    let left = of_both(version(Standing::Corrected, 200, 3), version(Standing::Final, 100, 2));
    assert_eq!(left, [Finding::NodesPositive(3)]);
    let left = of_both(version(Standing::Deleted, 200, 2), version(Standing::Final, 100, 2));
    assert_eq!(left, []);
}

#[test]
fn a_late_correction_under_the_retired_number_counts_too() {
    let left = of_both(version(Standing::Final, 100, 2), version(Standing::Corrected, 200, 3));
    assert_eq!(left, [Finding::NodesPositive(3)]);
}

#[test]
fn deleting_the_copy_under_the_retired_number_leaves_the_original() {
    for standing in [Standing::Deleted, Standing::WrongPatient] {
        let left = of_both(version(Standing::Final, 100, 2), version(standing, 200, 2));
        assert_eq!(left, [Finding::NodesPositive(2)], "{standing:?}");
    }
}

#[test]
fn each_record_states_its_own_person() {
    let person = |sex| fact("sex", None, Finding::Sex(sex));
    assert_eq!(of_both(person(Sex::Female), person(Sex::Male)).len(), 2);
}
