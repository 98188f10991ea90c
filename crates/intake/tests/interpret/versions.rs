//! What makes a statement the same one again, which version of it stands, and how far it counts.

use lacteal_clinical::Fact;

use crate::given::{Given, MSH_ORU, PID, facts, message, segment, words};

const KI67: &str = "29593-1^Ki-67^LN";

fn report(msh_7: &str, reported: &str, status: &str, value: &str, taken: &str) -> String {
    let obr = segment("OBR", &[(3, "F77"), (4, "11529-5^Path^LN"), (7, "20240601"), (22, reported)]);
    let obx = segment("OBX", &[(2, "NM"), (3, KI67), (5, value), (6, "%"), (11, status), (14, taken)]);
    message(&[&MSH_ORU.replace("20240610120000+0000", msh_7), PID, &obr, &obx])
}

fn tumour(text: &str) -> Vec<Fact> {
    facts(text).into_iter().filter(|fact| fact.finding.is_about_the_tumour()).collect()
}

/// The result itself, without what is said about its date.
fn result(text: &str) -> Fact {
    tumour(text).pop().expect("a result")
}

#[test]
fn the_status_of_a_result_says_how_far_it_counts() {
    for (status, expected) in [
        ("F", ""),
        ("f", ""),
        ("U", ""),
        ("", ""),
        ("P", "Preliminary: "),
        ("R", "Preliminary: "),
        ("?", "Preliminary: "),
        ("C", "Corrected: "),
        ("D", "Deleted: "),
        ("W", "WrongPatient: "),
        ("X", "NotAvailable: "),
    ] {
        let result = result(&report("20240610", "", status, "5", ""));
        assert_eq!(words(&result), format!("{expected}ki67 5 % @2024-06-01"), "{status}");
    }
}

#[test]
fn a_result_without_a_status_has_that_of_its_order() {
    for (status, expected) in
        [("P", "Preliminary: "), ("A", "Preliminary: "), ("C", "Corrected: "), ("F", "")]
    {
        let obr = segment("OBR", &[(3, "F77"), (4, "11529-5^Path^LN"), (7, "20240601"), (25, status)]);
        let obx = segment("OBX", &[(2, "NM"), (3, KI67), (5, "5"), (6, "%")]);
        let result = result(&message(&[MSH_ORU, PID, &obr, &obx]));
        assert_eq!(words(&result), format!("{expected}ki67 5 % @2024-06-01"), "{status}");
    }
}

#[test]
fn a_later_version_of_a_result_is_the_same_statement_and_stands() {
    let preliminary = result(&report("20240610", "20240609", "P", "3", ""));
    let done = result(&report("20240611", "20240610", "F", "5", ""));
    let corrected = result(&report("20240612", "20240612", "C", "15", ""));
    let deleted = result(&report("20240613", "20240613", "D", "", ""));
    let wrong = result(&report("20240613", "20240614", "W", "15", ""));
    for (older, newer) in
        [(&preliminary, &done), (&done, &corrected), (&corrected, &deleted), (&deleted, &wrong)]
    {
        assert_eq!(newer.identity, older.identity);
        assert!(newer.supersedes(older), "{} {}", words(newer), words(older));
    }
    let late = result(&report("20240614", "20240614", "P", "3", ""));
    assert!(done.supersedes(&late), "a late preliminary never beats a final");
}

#[test]
fn without_a_time_of_the_report_that_of_the_message_decides() {
    let (first, second) =
        (result(&report("20240610", "", "F", "3", "")), result(&report("20240611", "", "F", "5", "")));
    assert!(second.supersedes(&first));
}

#[test]
fn a_report_from_the_future_does_not_shut_out_later_corrections() {
    let wrong_clock = result(&report("20420101", "20420101", "F", "3", ""));
    let later = Given { received: "2024-07-15T12:00:00Z".parse().expect("a time"), ..Given::default() };
    let corrected = later.facts(&report("20240714", "20240714", "C", "5", "")).pop().expect("a result");
    assert!(corrected.supersedes(&wrong_clock));
}

#[test]
fn a_result_is_told_apart_by_order_code_sub_id_and_time() {
    let obr = |number| segment("OBR", &[(3, number), (4, "11529-5^Path^LN"), (7, "20240601")]);
    let obx = |sub: &str, taken: &str| {
        segment("OBX", &[(2, "NM"), (3, KI67), (4, sub), (5, "5"), (6, "%"), (11, "F"), (14, taken)])
    };
    let text = message(&[
        MSH_ORU,
        PID,
        &obr("F1"),
        &obx("", ""),
        &obx("", ""),
        &obx("1", ""),
        &obx("1", "20240602"),
        &obr("F2"),
        &obx("", ""),
        // The same number again, as when a panel is sent in parts.
        &obr("F1"),
        &obx("", ""),
        // No number at all, twice.
        &obr(""),
        &obx("", ""),
        &obr(""),
        &obx("", ""),
    ]);
    let mut identities: Vec<_> = tumour(&text).iter().map(|fact| fact.identity).collect();
    let count = identities.len();
    identities.sort_unstable();
    identities.dedup();
    assert_eq!((count, identities.len()), (8, 8));
}

#[test]
fn other_senders_make_other_statements() {
    let own = report("20240610", "", "F", "5", "");
    let other = own.replace("|PATH|", "|LAB|");
    assert_ne!(result(&own).identity, result(&other).identity);
}

#[test]
fn the_same_message_gives_the_same_facts() {
    let text = report("20240610", "20240609", "C", "5", "20240601");
    assert_eq!(facts(&text), facts(&text));
}

#[test]
fn a_date_that_cannot_be_true_is_unread_and_the_value_is_kept() {
    for (taken, reason) in
        [("00000101", "invalid_date"), ("20240230", "invalid_date"), ("20240617", "future_date")]
    {
        let stated: Vec<_> = tumour(&report("20240610", "", "F", "5", taken)).iter().map(words).collect();
        assert_eq!(stated, [format!("unread ki67 {reason}"), "ki67 5 %".to_owned()], "{taken}");
    }
    let partial = result(&report("20240610", "", "F", "5", "202405"));
    assert_eq!(words(&partial), "ki67 5 % @2024-05");
}

#[test]
fn a_correction_takes_back_that_the_date_was_unread() {
    let bad = tumour(&report("20240610", "20240609", "F", "5", ""));
    assert_eq!(bad.len(), 1);
    let text = |date: &str, status: &str, reported: &str| {
        let obr = segment("OBR", &[(3, "F77"), (4, "x"), (7, date), (22, reported)]);
        let obx = segment("OBX", &[(2, "NM"), (3, KI67), (5, "5"), (6, "%"), (11, status)]);
        message(&[MSH_ORU, PID, &obr, &obx])
    };
    let bad = tumour(&text("00000101", "F", "20240609"));
    let good = tumour(&text("20240601", "C", "20240610"));
    let shown = |all: &[Fact]| all.iter().map(words).collect::<Vec<_>>();
    assert_eq!(shown(&bad), ["unread ki67 invalid_date", "ki67 5 %"]);
    assert_eq!(shown(&good), ["Deleted: unread ki67 invalid_date", "Corrected: ki67 5 % @2024-06-01"]);
    for (old, new) in bad.iter().zip(&good) {
        assert_eq!(old.identity, new.identity);
        assert!(new.supersedes(old));
    }
}
