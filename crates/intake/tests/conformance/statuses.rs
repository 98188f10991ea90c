//! Group 8, the standing of results: whatever the order of arrival, the same stands.

use lacteal_clinical::Standing;

use crate::answered::{answer, facts_of, msh, pid, stands};
use crate::given::{message, segment};

/// A Ki-67 result of a patient, reported on a day of June 2024.
fn result(number: &str, day: u32, status: &str, value: &str) -> String {
    let reported = format!("202406{day:02}");
    let obr = segment("OBR", &[(3, "F1"), (4, "x"), (7, "20240601"), (22, &reported)]);
    let code = "29593-1^Ki-67^LN";
    let obx = segment("OBX", &[(2, "NM"), (3, code), (5, value), (6, "%"), (11, status)]);
    message(&[&msh("ORU^R01", &format!("M{day}{status}"), day), &pid(number), &obr, &obx])
}

#[test]
fn preliminary_then_final_then_corrected_then_deleted() {
    let all = [
        result("1", 2, "P", "3"),
        result("1", 3, "F", "5"),
        result("1", 4, "C", "15"),
        result("1", 5, "D", ""),
    ];
    let [p, f, c, d] = all.each_ref().map(String::as_str);
    assert!([p, f, c, d].iter().all(|text| answer(*text) == "AA"));
    assert_eq!(stands(&[p]), ["Preliminary: ki67 3 % @2024-06-01"]);
    assert_eq!(stands(&[p, f]), ["ki67 5 % @2024-06-01"]);
    assert_eq!(stands(&[p, f, c]), ["Corrected: ki67 15 % @2024-06-01"]);
    assert_eq!(stands(&[p, f, c, d]), [""; 0]);
}

#[test]
fn a_result_of_another_patient_is_withdrawn_as_such_and_told_to_the_right_one() {
    let (wrong, withdrawn) = (result("1", 3, "F", "5"), result("1", 4, "W", "5"));
    let right = result("2", 4, "F", "5");
    assert_eq!(answer(&*withdrawn), "AA");
    let all = stands(&[&wrong, &withdrawn, &right]);
    assert_eq!(all, ["WrongPatient: ki67 5 % @2024-06-01", "ki67 5 % @2024-06-01"]);
}

#[test]
fn a_late_preliminary_does_not_replace_a_final() {
    assert_eq!(stands(&[&result("1", 3, "F", "5"), &result("1", 9, "P", "3")]), ["ki67 5 % @2024-06-01"]);
}

#[test]
fn a_correction_of_an_original_that_never_came_stands() {
    let corrected = result("1", 4, "C", "15");
    assert_eq!(answer(&*corrected), "AA");
    assert_eq!(stands(&[&corrected]), ["Corrected: ki67 15 % @2024-06-01"]);
}

#[test]
fn a_final_without_its_value_leaves_what_is_known() {
    let (p, f, u) = (result("1", 2, "P", "3"), result("1", 3, "F", "5"), result("1", 4, "U", ""));
    assert_eq!(answer(&*u), "AA");
    assert_eq!(stands(&[&f, &u]), ["ki67 5 % @2024-06-01"]);
    // A value that is not repeated cannot be said to be final: it stays what it was.
    assert_eq!(stands(&[&p, &u]), ["Preliminary: ki67 3 % @2024-06-01"]);
}

#[test]
fn every_letter_of_table_0085_has_its_standing() {
    for (status, version, standing) in [
        ("P", "2.5.1", Standing::Preliminary),
        ("R", "2.5.1", Standing::Preliminary),
        ("S", "2.5.1", Standing::Preliminary),
        ("I", "2.5.1", Standing::Preliminary),
        ("F", "2.5.1", Standing::Final),
        ("U", "2.5.1", Standing::Final),
        ("C", "2.5.1", Standing::Corrected),
        ("D", "2.5.1", Standing::Deleted),
        ("W", "2.5.1", Standing::WrongPatient),
        ("X", "2.5.1", Standing::NotAvailable),
        ("N", "2.5.1", Standing::NotAvailable),
        ("O", "2.5.1", Standing::NotAvailable),
        ("A", "2.5.1", Standing::Preliminary),
        ("B", "2.5.1", Standing::Preliminary),
        ("V", "2.5.1", Standing::Preliminary),
        ("A", "2.8", Standing::Corrected),
        ("B", "2.8", Standing::Final),
        ("V", "2.8.2", Standing::Final),
    ] {
        let text = result("1", 3, status, "5").replace("2.5.1", version);
        let facts = facts_of(&[&text]);
        let fact = facts.iter().find(|it| it.finding.is_about_the_tumour()).expect("a fact");
        assert_eq!(fact.standing, standing, "{status} {version}");
    }
}
