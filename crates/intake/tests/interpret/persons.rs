//! Birth, sex and death, from PID and from a discharge.

use lacteal_intake::Verdict;

use crate::given::{about_the_person, message, read, segment};

fn adt(trigger: &str, pid: &[(usize, &str)], more: &[&str]) -> String {
    let msh = format!("MSH|^~\\&|ADT|NORTH|LACTEAL|NET|20240610120000||ADT^{trigger}|M1|P|2.5.1");
    let pid = segment("PID", &[&[(3, "4711^^^NORTH^MR")], pid].concat());
    message(&[&[msh.as_str(), &pid], more].concat())
}

fn death(pid: &[(usize, &str)]) -> Vec<String> {
    about_the_person(&adt("A08", pid, &[]))
}

const DATE_READ: &str = "Deleted: unread death invalid_date";

#[test]
fn a_death_is_said_by_indicator_or_date() {
    assert_eq!(death(&[(30, "Y")]), ["died"]);
    let dated = [DATE_READ, "died 2024-06-09 @2024-06-09"];
    assert_eq!(death(&[(29, "202406091200"), (30, "Y")]), dated);
    assert_eq!(death(&[(29, "20240609")]), dated);
    assert_eq!(death(&[(29, "202406"), (30, "y")]), [DATE_READ, "died 2024-06 @2024-06"]);
    assert_eq!(death(&[(29, "20240609"), (30, "N")]), dated, "a date says more than a default N");
}

#[test]
fn a_death_with_a_date_that_cannot_be_true_is_a_death_and_unread() {
    assert_eq!(death(&[(29, "00000101"), (30, "Y")]), ["unread death invalid_date", "died"]);
    assert_eq!(death(&[(29, "20990101"), (30, "Y")]), ["unread death future_date", "died"]);
    assert_eq!(death(&[(29, "soon")]), ["unread death invalid_date"]);
}

#[test]
fn a_death_that_is_taken_back_matters_only_for_those_known() {
    for pid in [&[(30, "N")][..], &[(30, "\"\"")], &[(29, "\"\"")], &[(29, "\"\""), (30, "\"\"")]] {
        let text = adt("A08", pid, &[]);
        assert!(matches!(read(&text), Verdict::KeepIfKnown(_)), "{pid:?}");
        assert_eq!(about_the_person(&text), ["Deleted: died", DATE_READ], "{pid:?}");
    }
}

#[test]
fn an_explicit_null_deletes_birth_and_sex_and_matters_only_for_those_known() {
    let text = adt("A31", &[(7, "\"\""), (8, "\"\"")], &[]);
    assert!(matches!(read(&text), Verdict::KeepIfKnown(_)));
    assert_eq!(about_the_person(&text), ["Deleted: unread birth_date empty", "Deleted: sex Unknown"]);
}

#[test]
fn an_empty_death_changes_nothing() {
    assert_eq!(read(&adt("A08", &[(7, "1960")], &[])), Verdict::NotRelevant("nothing about a tumour"));
}

#[test]
fn a_discharge_as_expired_is_a_death() {
    let pv1 = |disposition: &str| segment("PV1", &[(2, "I"), (36, disposition), (45, "20240608")]);
    for disposition in ["20", "40", "41", "42", "20^Expired"] {
        let text = adt("A03", &[], &[&pv1(disposition)]);
        assert_eq!(about_the_person(&text), [DATE_READ, "died 2024-06-08 @2024-06-08"], "{disposition}");
    }
    let text = adt("A03", &[(30, "N")], &[&pv1("20")]);
    assert_eq!(
        about_the_person(&text),
        [DATE_READ, "died 2024-06-08 @2024-06-08"],
        "a default N of the same message does not take it back"
    );
    let alive = Verdict::NotRelevant("nothing about a tumour");
    assert_eq!(read(&adt("A03", &[], &[&pv1("01")])), alive);
    assert_eq!(read(&adt("A01", &[], &[&pv1("20")])), alive, "only a discharge tells how somebody left");
}

#[test]
fn birth_and_sex_are_kept_with_a_message_that_is_kept() {
    let person = |pid: &[(usize, &str)]| {
        let all = about_the_person(&adt("A08", &[pid, &[(30, "Y")]].concat(), &[]));
        all.into_iter().filter(|words| words != "died").collect::<Vec<_>>()
    };
    assert_eq!(person(&[(7, "19600412"), (8, "F")]), ["born 1960-04-12", "sex Female"]);
    assert_eq!(person(&[(7, "1960"), (8, "m")]), ["born 1960", "sex Male"]);
    assert_eq!(person(&[(7, "00000412"), (8, "X")]), ["unread birth_date invalid_date", "sex Unknown"]);
    assert_eq!(person(&[(7, "20990101")]), ["unread birth_date future_date"]);
    assert_eq!(person(&[(7, ""), (8, "")]), [""; 0]);
}
