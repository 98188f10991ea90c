//! Headers that are refused, and by which code; and what is not ours.

use lacteal_intake::Verdict;

use crate::given::{MSH_ORU, OBR, PID, message, obx, read, refused};

fn with_msh(msh: &str) -> String {
    message(&[msh, PID, OBR, &obx("NM", "29593-1^Ki-67^LN", "5", "%")])
}

#[test]
fn training_and_debugging_messages_are_refused() {
    for id in ["T", "D", "T^A", "t", "N"] {
        let text = with_msh(&MSH_ORU.replace("|P|", &format!("|{id}|")));
        assert_eq!(refused(&text), "202 MSH[1]-11", "{id}");
    }
    for id in ["P", "P^A", "p", ""] {
        let text = with_msh(&MSH_ORU.replace("|P|", &format!("|{id}|")));
        assert!(matches!(read(&text), Verdict::Keep(_)), "{id}");
    }
}

#[test]
fn any_version_2_is_read_and_no_other() {
    for version in ["2.1", "2.3", "2.5.1", "2.9", "2.17", "2.5^NLD"] {
        let text = with_msh(&MSH_ORU.replace("2.5.1", version));
        assert!(matches!(read(&text), Verdict::Keep(_)), "{version}");
    }
    for version in ["3.0", "1.9", "25"] {
        let text = with_msh(&MSH_ORU.replace("2.5.1", version));
        assert!(refused(&text).starts_with("203 MSH[1]-12"), "{version}");
    }
}

#[test]
fn what_is_missing_of_the_header_is_named() {
    for (old, new, expected) in [
        ("|M1|", "||", "101 MSH[1]-10"),
        ("|ORU^R01^ORU_R01|", "||", "101 MSH[1]-9"),
        ("|ORU^R01^ORU_R01|", "|ORU^^ORU_R01|", "101 MSH[1]-9"),
        ("|ORU^R01^ORU_R01|", "|ADT|", "101 MSH[1]-9"),
        ("|2.5.1", "|", "101 MSH[1]-12[1].1"),
        ("|2.5.1", "|x", "203 MSH[1]-12[1].1"),
        ("|2.5.1", "|2.5.1||||||KLINGON", "103 MSH[1]-18"),
    ] {
        assert_eq!(refused(&with_msh(&MSH_ORU.replace(old, new))), expected, "{new}");
    }
}

#[test]
fn other_messages_are_not_ours() {
    for kind in
        ["ACK", "ADT^A02", "ADT^A61", "ORM^O02^ORM_O02", "ORU^R03", "SIU^S23", "ORM", "MDM^T05", "ZZZ^Z01"]
    {
        let text = with_msh(&MSH_ORU.replace("ORU^R01^ORU_R01", kind));
        assert_eq!(read(&text), Verdict::NotRelevant("message type"), "{kind}");
    }
}

#[test]
fn a_report_without_a_patient_is_refused() {
    assert_eq!(refused(&message(&[MSH_ORU, OBR])), "100 PID[1]");
    let adt = MSH_ORU.replace("ORU^R01^ORU_R01", "ADT^A08");
    assert_eq!(refused(&adt), "100 PID[1]");
    assert_eq!(refused(&adt.replace("A08", "A40")), "100 PID[1]");
}
