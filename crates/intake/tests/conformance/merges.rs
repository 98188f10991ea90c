//! Group 9, records: what is deleted, merged, renumbered, linked and unlinked.

use crate::answered::{answer, facts_of, msh, patient, pid, stands, survivor};
use crate::given::{about_the_person, message, obx, read, refused, segment, words};
use lacteal_intake::Verdict;

fn merge(kind: &str, minute: u32, pairs: &[(&str, &str)]) -> String {
    let mut segments = vec![msh(kind, &format!("M{minute}"), minute)];
    for (survivor, retired) in pairs {
        segments.push(pid(survivor));
        segments.push(format!("MRG|{retired}^^^NORTH^MR"));
    }
    segments.join("\r")
}

fn a40(minute: u32, survivor: &str, retired: &str) -> String {
    merge("ADT^A40^ADT_A39", minute, &[(survivor, retired)])
}

fn link(trigger: &str, minute: u32, one: &str, other: &str) -> String {
    message(&[&msh(&format!("ADT^{trigger}"), &format!("L{minute}"), minute), &pid(one), &pid(other)])
}

#[test]
fn an_explicit_null_deletes_and_an_empty_field_does_not() {
    let a08 = |pid: &[(usize, &str)], minute| {
        let pid = segment("PID", &[&[(3, "1^^^NORTH^MR")], pid].concat());
        message(&[&msh("ADT^A08", &format!("M{minute}"), minute), &pid, "DG1|1||C7A.012^NET^I10C"])
    };
    let null = "\"\"";
    let text = a08(&[(7, null), (8, null), (29, null), (30, null)], 1);
    assert_eq!(answer(&*text), "AA");
    let taken_back = [
        "Deleted: unread birth_date empty",
        "Deleted: sex Unknown",
        "Deleted: died",
        "Deleted: unread death invalid_date",
    ];
    assert_eq!(about_the_person(&text), taken_back);
    assert_eq!(about_the_person(&a08(&[(7, ""), (8, ""), (29, ""), (30, "")], 1)), [""; 0]);
    let said = facts_of(&[&a08(&[(7, "19600412"), (8, "F")], 0)]);
    for (old, new) in said.iter().zip(facts_of(&[&text])).skip(1).take(2) {
        assert!(new.identity == old.identity && new.supersedes(old), "{}", words(old));
    }
}

#[test]
fn a_merge_moves_the_record_in_each_of_its_events() {
    for kind in ["ADT^A40^ADT_A39", "ADT^A34^ADT_A30", "ADT^A18^ADT_A18", "ADT^A36^ADT_A30"] {
        let text = merge(kind, 1, &[("1", "2")]);
        assert_eq!(answer(&*text), "AA", "{kind}");
        assert_eq!(survivor(&[&text], "2"), patient("1"), "{kind}");
        assert_eq!(survivor(&[&text], "1"), patient("1"), "{kind}");
    }
}

#[test]
fn groups_may_repeat_and_each_is_a_merge() {
    let text = merge("ADT^A40^ADT_A39", 1, &[("1", "2"), ("3", "4"), ("1", "5")]);
    assert_eq!(survivor(&[&text], "5"), patient("1"));
    assert_eq!(survivor(&[&text], "4"), patient("3"));
}

#[test]
fn a_reversed_merge_goes_the_other_way_and_the_latest_counts() {
    let (there, back) = (a40(1, "1", "2"), a40(2, "2", "1"));
    for all in [[&*there, &*back], [&*back, &*there]] {
        assert_eq!(survivor(&all, "1"), patient("2"));
        assert_eq!(survivor(&all, "2"), patient("2"));
    }
}

#[test]
fn a_record_cannot_be_merged_into_itself() {
    for kind in ["ADT^A40^ADT_A39", "ADT^A34", "ADT^A18", "ADT^A47"] {
        let text = merge(kind, 1, &[("1", "1")]);
        assert_eq!(answer(&*text), "AR 205", "{kind}");
        assert_eq!(refused(&text), "205 MRG[1]-1", "{kind}");
    }
    assert_eq!(answer(link("A24", 1, "1", "1")), "AR 205");
}

#[test]
fn a_chain_is_followed_in_any_order_of_arrival() {
    let (one, two) = (a40(1, "B", "A"), a40(2, "C", "B"));
    for all in [[&*one, &*two], [&*two, &*one]] {
        assert_eq!(survivor(&all, "A"), patient("C"));
    }
}

fn result(number: &str, minute: u32) -> String {
    let obr = segment("OBR", &[(3, &format!("F{minute}")), (7, "20240601")]);
    let ki67 = obx("NM", "29593-1^Ki-67^LN", "5", "%");
    message(&[&msh("ORU^R01", &format!("R{minute}"), minute), &pid(number), &obr, &ki67])
}

/// A merge before any other message, and a message for the dead number after it: facts stay addressed to the number
/// that they named, and the dossiers follow the merge (`merge` and `fold` of the clinical crate).
#[test]
fn a_merge_may_come_first_and_a_later_message_for_the_dead_number_goes_to_the_survivor() {
    let (first, late) = (a40(1, "1", "2"), result("2", 9));
    assert_eq!(answer(&*late), "AA");
    let facts = facts_of(&[&first, &late]);
    let index = facts.iter().find(|it| it.finding.is_about_the_tumour()).expect("a result");
    assert_eq!(index.patient, patient("2"));
    assert_eq!(survivor(&[&first, &late], "2"), patient("1"));
}

#[test]
fn a_merge_during_an_open_order_moves_the_order_with_the_record() {
    let order = message(&[
        &msh("ORM^O01", "O1", 0),
        &pid("2"),
        "ORC|NW|O1^CPOE",
        "OBR|1|O1^CPOE||30670-4^MR Liver^LN||20240901",
    ]);
    let all = [&*order, &*a40(1, "1", "2")];
    assert_eq!(stands(&all), ["ordered mr liver Placed @2024-09-01"]);
    assert_eq!(survivor(&all, "2"), patient("1"));
}

#[test]
fn a_changed_number_is_the_same_person_under_another() {
    let changed = merge("ADT^A47^ADT_A30", 1, &[("NEW", "OLD")]);
    assert_eq!(answer(&*changed), "AA");
    assert_eq!(survivor(&[&changed], "OLD"), patient("NEW"));
    let list = "PID|||7^^^NORTH^MR~2^^^GOV^SS\rMRG|7^^^NORTH^MR~1^^^GOV^SS";
    let other = message(&[&msh("ADT^A47", "M2", 2), list]);
    assert_eq!(answer(&*other), "AA", "another number of the list");
    assert_eq!(read(&other), Verdict::NotRelevant("nothing about a tumour"));
}

#[test]
fn a_link_mixes_nothing_and_is_shown_to_people() {
    let linked = link("A24", 1, "1", "2");
    assert_eq!(answer(&*linked), "AA");
    assert!(matches!(read(&linked), Verdict::KeepIfKnown(_)), "of patients who are known");
    let facts = facts_of(&[&linked]);
    assert_eq!(
        facts.iter().map(words).collect::<Vec<_>>(),
        ["unread merge ambiguous", "unread merge ambiguous"]
    );
    assert_eq!(facts.iter().map(|it| it.patient).collect::<std::collections::BTreeSet<_>>().len(), 2);
    assert_eq!(survivor(&[&linked], "2"), patient("2"));
}

#[test]
fn an_unlink_takes_back_the_link_and_any_merge_of_the_two() {
    let (merged, linked, unlinked) = (a40(1, "1", "2"), link("A24", 1, "1", "2"), link("A37", 2, "2", "1"));
    assert_eq!(answer(&*unlinked), "AA");
    assert!(matches!(read(&unlinked), Verdict::Keep(_)), "it may come before what it takes back");
    for all in [[&*merged, &*unlinked], [&*unlinked, &*merged]] {
        assert_eq!(survivor(&all, "2"), patient("2"));
    }
    for (old, new) in facts_of(&[&linked]).iter().zip(facts_of(&[&unlinked]).iter().step_by(3)) {
        assert!(new.identity == old.identity && new.patient == old.patient && new.supersedes(old));
    }
    let again = a40(3, "1", "2");
    assert_eq!(survivor(&[&merged, &unlinked, &again], "2"), patient("1"), "a later merge counts again");
}

#[test]
fn a_deleted_person_needs_review_and_loses_nothing() {
    let text = message(&[&msh("ADT^A29", "M1", 1), &pid("1")]);
    assert_eq!(answer(&*text), "AA");
    assert!(matches!(read(&text), Verdict::KeepIfKnown(_)));
    assert_eq!(facts_of(&[&text]).iter().map(words).collect::<Vec<_>>(), ["unread record_number ambiguous"]);
}

#[test]
fn a_visit_that_is_cancelled_says_nothing_of_the_tumour_and_a_cancelled_discharge_nobody_dead() {
    for (trigger, relevant) in [("A11", false), ("A13", true)] {
        let text = message(&[&msh(&format!("ADT^{trigger}"), "M1", 1), &pid("1"), "DG1|1||C7A.012^NET^I10C"]);
        assert_eq!(answer(&*text), "AA");
        assert_eq!(stands(&[&text]), [""; 0], "{trigger}");
        assert_eq!(matches!(read(&text), Verdict::KeepIfKnown(_)), relevant, "{trigger}");
    }
    let left = message(&[&msh("ADT^A03", "M1", 1), &pid("1"), &segment("PV1", &[(36, "20")])]);
    let back = message(&[&msh("ADT^A13", "M2", 2), &pid("1")]);
    let (died, alive) = (facts_of(&[&left]), facts_of(&[&back]));
    let [died, alive] =
        [&died, &alive].map(|all| all.iter().find(|it| words(it).ends_with("died")).expect("a word"));
    assert!(died.identity == alive.identity && alive.supersedes(died));
    assert_eq!(answer(message(&[&msh("ADT^A05", "M3", 3), &pid("1"), "DG1|1||C7A.012^NET^I10C"])), "AA");
}
