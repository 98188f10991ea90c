//! Group 4, control ids that say too little. What is stored once and what is flagged needs a broker:
//! `a_repetition_gets_the_answer_of_the_first_time_and_changes_nothing`,
//! `a_reused_control_id_with_other_content_is_a_message_of_its_own_and_flagged`,
//! `messages_without_a_control_id_are_refused_once_for_each_content` of the real-broker tests.

use crate::answered::{answer, msh, pid, stands};
use crate::given::{message, obx, segment};

fn report(id: &str, order: &str, ki67: &str) -> String {
    let obr = segment("OBR", &[(3, order), (7, "20240601")]);
    message(&[&msh("ORU^R01", id, 0), &pid("1"), &obr, &obx("NM", "29593-1^Ki-67^LN", ki67, "%")])
}

#[test]
fn the_same_id_with_the_same_bytes_is_the_same_message() {
    assert_eq!(stands(&[&report("M1", "F1", "5"), &report("M1", "F1", "5")]), ["ki67 5 % @2024-06-01"]);
}

#[test]
fn the_same_id_with_other_bytes_is_another_message() {
    let both = stands(&[&report("M1", "F1", "5"), &report("M1", "F2", "9")]);
    assert_eq!(both, ["ki67 5 % @2024-06-01", "ki67 9 % @2024-06-01"]);
}

#[test]
fn the_same_content_under_another_id_is_processed_once() {
    assert_eq!(stands(&[&report("M1", "F1", "5"), &report("M2", "F1", "5")]), ["ki67 5 % @2024-06-01"]);
}

#[test]
fn an_empty_id_is_refused() {
    assert_eq!(answer(report("", "F1", "5")), "AR 101");
}

#[test]
fn a_constant_id_costs_no_message() {
    let numbers = ["F1", "F2", "F3"];
    let all = numbers.map(|order| report("CLIA", order, "5"));
    assert_eq!(stands(&all.each_ref().map(String::as_str)).len(), 3);
    assert!(all.iter().all(|text| answer(text.as_str()) == "AA"));
}
