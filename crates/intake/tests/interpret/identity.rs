//! Which patient a message is about.

use lacteal_clinical::PatientId;
use lacteal_intake::{SourceConfig, Verdict};
use proptest::prelude::*;

use crate::given::{Given, MSH_ORU, OBR, message, obx, refusal};

fn report(list: &str) -> String {
    message(&[MSH_ORU, &format!("PID|1||{list}"), OBR, &obx("NM", "29593-1^Ki-67^LN", "5", "%")])
}

fn patients(given: &Given, list: &str) -> Vec<PatientId> {
    match given.read(&report(list)) {
        Verdict::Keep(all) => all.into_iter().map(|one| one.patient).collect(),
        other => panic!("not kept: {other:?}"),
    }
}

fn same(given: &Given, left: &str, right: &str) -> bool {
    patients(given, left) == patients(given, right)
}

fn known(authorities: &[&str]) -> Given {
    Given { authorities: authorities.iter().map(|name| (*name).to_owned()).collect(), ..Given::default() }
}

#[test]
fn the_number_together_with_its_authority_is_the_patient() {
    let any = Given::default();
    assert!(same(&any, "1^^^NORTH^MR", "1^^^NORTH&1.2.3&ISO^MR"));
    assert!(same(&any, " 1 ^^^ NORTH ^MR", "1^^^NORTH"));
    assert!(!same(&any, "1^^^NORTH^MR", "1^^^SOUTH^MR"));
    assert!(!same(&any, "1^^^NORTH^MR", "01^^^NORTH^MR"));
}

#[test]
fn a_record_number_goes_before_other_numbers() {
    assert!(same(&Given::default(), "9^^^ALPHA^SS~1^^^NORTH^MR", "1^^^NORTH^MR"));
}

#[test]
fn configured_authorities_are_taken_in_their_order_and_no_other() {
    let given = known(&["NORTH", "SOUTH"]);
    assert!(same(&given, "2^^^SOUTH^MR~1^^^NORTH^PI", "1^^^NORTH"));
    assert!(same(&given, "2^^^SOUTH^MR~3^^^ALPHA^MR", "2^^^SOUTH"));
    assert_eq!(refusal(given.read(&report("3^^^ALPHA^MR"))), "101 PID[1]-3");
}

#[test]
fn the_authority_of_the_source_stands_in_only_where_none_is_named() {
    let source = SourceConfig { authority: "NORTH".to_owned(), ..SourceConfig::default() };
    let given = Given { source, ..Given::default() };
    assert!(same(&given, "1", "1^^^NORTH^MR"));
    assert!(!same(&given, "1^^^SOUTH", "1^^^NORTH"));
    assert!(!same(&given, "1^^^&1.2.3&ISO", "1^^^NORTH"), "an authority named by its id is named");
    assert!(same(&given, "1^^^&1.2.3&ISO", "1^^^1.2.3"));
}

#[test]
fn a_patient_without_a_usable_number_is_refused() {
    for list in ["", "\"\"", "1", "^^^NORTH^MR", "1^^^\"\"^MR", "~~"] {
        assert_eq!(refusal(Given::default().read(&report(list))), "101 PID[1]-3", "{list}");
    }
    let long = format!("{}^^^NORTH^MR", "1".repeat(65));
    assert_eq!(refusal(Given::default().read(&report(&long))), "102 PID[1]-3[1]");
}

proptest! {
    #[test]
    fn the_order_of_the_numbers_does_not_make_another_patient(
        numbers in prop::collection::vec(("[1-3]", "(NORTH|SOUTH|EAST)", "(MR|SS|PI|)"), 1..6),
        turn in 0_usize..6,
        configured in prop::bool::ANY,
    ) {
        let mut list: Vec<String> =
            numbers.iter().map(|(number, who, kind)| format!("{number}^^^{who}^{kind}")).collect();
        let given = if configured { known(&["SOUTH", "NORTH", "EAST"]) } else { Given::default() };
        let before = patients(&given, &list.join("~"));
        let length = list.len();
        list.rotate_left(turn % length);
        prop_assert_eq!(&patients(&given, &list.join("~")), &before);
        list.reverse();
        prop_assert_eq!(&patients(&given, &list.join("~")), &before);
    }
}
