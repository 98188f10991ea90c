//! ADT A40: which record ends in which.

use std::collections::BTreeMap;

use lacteal_clinical::{Finding, PatientId};
use lacteal_intake::Verdict;

use crate::given::{message, read, refused};

const MSH: &str = "MSH|^~\\&|ADT|NORTH|LACTEAL|NET|20240610120000||ADT^A40^ADT_A39|M1|P|2.5.1";

fn pair(survivor: &str, retired: &str) -> String {
    format!("PID|||{survivor}^^^NORTH^MR\rMRG|{retired}^^^NORTH^MR")
}

/// For each patient of the message what it is told.
fn told(text: &str) -> BTreeMap<PatientId, Vec<Finding>> {
    let Verdict::Keep(all) = read(text) else { panic!("not kept") };
    let mut told = BTreeMap::new();
    for one in all {
        assert!(one.facts.iter().all(|fact| fact.patient == one.patient));
        let merges = one
            .facts
            .into_iter()
            .map(|fact| fact.finding)
            .filter(|finding| matches!(finding, Finding::MergedInto { .. } | Finding::Absorbs { .. }));
        told.insert(one.patient, merges.collect());
    }
    told
}

fn id(number: &str) -> PatientId {
    // A merge tells each record of the other: the one that absorbs is the survivor.
    let told = told(&message(&[MSH, &pair(number, "other")]));
    let absorbs = |findings: &Vec<Finding>| matches!(findings[..], [Finding::Absorbs { .. }]);
    told.into_iter().find(|(_, findings)| absorbs(findings)).map(|(id, _)| id).expect("a survivor")
}

#[test]
fn both_records_are_told_of_each_other() {
    let told = told(&message(&[MSH, "EVN|A40|20240610", &pair("1", "2")]));
    assert_eq!(told.len(), 2);
    assert_eq!(told[&id("1")], [Finding::Absorbs { retired: id("2") }]);
    assert_eq!(told[&id("2")], [Finding::MergedInto { survivor: id("1") }]);
}

#[test]
fn a_reversed_merge_is_the_other_way_round() {
    let told = told(&message(&[MSH, &pair("2", "1")]));
    assert_eq!(told[&id("1")], [Finding::MergedInto { survivor: id("2") }]);
}

#[test]
fn every_group_of_the_message_is_a_merge() {
    let told = told(&message(&[MSH, &pair("1", "2"), &pair("3", "4"), &pair("1", "5")]));
    assert_eq!(told.len(), 5);
    assert_eq!(
        told[&id("1")],
        [Finding::Absorbs { retired: id("2") }, Finding::Absorbs { retired: id("5") }]
    );
    assert_eq!(told[&id("4")], [Finding::MergedInto { survivor: id("3") }]);
}

#[test]
fn a_merge_into_itself_is_refused_as_a_duplicate_key() {
    assert_eq!(refused(&message(&[MSH, &pair("1", "1")])), "205 MRG[1]-1");
    assert_eq!(refused(&message(&[MSH, &pair("1", "2"), &pair("3", "3")])), "205 MRG[2]-1");
}

#[test]
fn a_merge_without_its_other_half_is_refused() {
    assert_eq!(refused(&message(&[MSH, "PID|||1^^^NORTH^MR"])), "100 MRG[1]");
    assert_eq!(refused(&message(&[MSH, "PID|||1^^^NORTH^MR", &pair("2", "3")])), "100 MRG[1]");
    assert_eq!(refused(&message(&[MSH, "PID|||1^^^NORTH^MR\rMRG|"])), "101 MRG[1]-1");
}

#[test]
fn the_same_merge_in_two_messages_is_one_statement() {
    let again = MSH.replace("M1", "M2").replace("20240610", "20240611");
    let identities = |msh: &str| {
        let Verdict::Keep(all) = read(&message(&[msh, &pair("1", "2")])) else { panic!("not kept") };
        let facts = all.into_iter().flat_map(|one| one.facts);
        facts.map(|fact| fact.identity).collect::<Vec<_>>()
    };
    assert_eq!(identities(MSH), identities(&again));
}
