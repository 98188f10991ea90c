//! What makes a statement the same one again, which version of it stands, and how far it counts.

use lacteal_clinical::Fact;

use crate::given::{Given, MSH_ORU, PID, facts, message, segment, takes_back, words};

const KI67: &str = "29593-1^Ki-67^LN";

fn report(msh_7: &str, reported: &str, status: &str, value: &str, taken: &str) -> String {
    let obr = segment("OBR", &[(3, "F77"), (4, "11529-5^Path^LN"), (7, "20240601"), (22, reported)]);
    let obx = segment("OBX", &[(2, "NM"), (3, KI67), (5, value), (6, "%"), (11, status), (14, taken)]);
    message(&[&MSH_ORU.replace("20240610120000+0000", msh_7), PID, &obr, &obx])
}

fn tumour(text: &str) -> Vec<Fact> {
    let about = |fact: &Fact| fact.finding.is_about_the_tumour() && !takes_back(fact);
    facts(text).into_iter().filter(about).collect()
}

/// The result itself, without what is said about its date.
fn result(text: &str) -> Fact {
    let is_result = |fact: &Fact| fact.finding.is_about_the_tumour() && !words(fact).contains("_date");
    facts(text).into_iter().find(is_result).expect("a result")
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
    let corrected = later.facts(&report("20240714", "20240714", "C", "5", "")).remove(1);
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
        assert_eq!(stated, ["ki67 5 %".to_owned(), format!("unread ki67 {reason}")], "{taken}");
    }
    let partial = result(&report("20240610", "", "F", "5", "202405"));
    assert_eq!(words(&partial), "ki67 5 % @2024-05");
}

#[test]
fn a_later_report_takes_back_that_the_dates_were_unread() {
    let text = |date: &str, status: &str, reported: &str| {
        let obr = segment("OBR", &[(3, "F77"), (4, "x"), (7, date), (22, reported)]);
        let obx = segment("OBX", &[(2, "NM"), (3, KI67), (5, "5"), (6, "%"), (11, status)]);
        message(&[MSH_ORU, PID, &obr, &obx])
    };
    let all = |text: &str| {
        let about = |fact: &Fact| fact.finding.is_about_the_tumour();
        facts(text).into_iter().filter(about).collect::<Vec<_>>()
    };
    let shown = |all: &[Fact]| all.iter().map(words).collect::<Vec<_>>();
    let bad = all(&text("00000101", "F", "20240609"));
    assert_eq!(shown(&bad), ["ki67 5 %", "unread ki67 invalid_date"]);
    for (status, standing) in [("F", ""), ("C", "Corrected: ")] {
        let good = all(&text("20240601", status, "20240610"));
        let expected = format!("{standing}ki67 5 % @2024-06-01");
        assert_eq!(shown(&good), [expected, "Deleted: unread ki67 invalid_date".to_owned()]);
        for (old, new) in bad.iter().zip(&good) {
            assert_eq!(old.identity, new.identity);
            assert!(new.supersedes(old));
        }
    }
    let preliminary = all(&text("20240601", "P", "20240610"));
    assert_eq!(shown(&preliminary), ["Preliminary: ki67 5 % @2024-06-01"], "it takes nothing back");
}

#[test]
fn a_date_is_unread_once_for_all_results_of_an_order_and_not_cleared_by_others() {
    let text = |date: &str, codes: &[&str]| {
        let obr = segment("OBR", &[(3, "F77"), (4, "x"), (7, date)]);
        let obx = codes.iter().map(|code| {
            segment("OBX", &[(2, "NM"), (3, &format!("{code}^^LN")), (5, "5"), (6, "%"), (11, "F")])
        });
        let obx: Vec<_> = obx.collect();
        message(&[&[MSH_ORU, PID, &obr][..], &obx.iter().map(String::as_str).collect::<Vec<_>>()].concat())
    };
    let dates = |text: &str| {
        let dates = facts(text).into_iter().filter(|fact| words(fact).contains("invalid_date"));
        dates.map(|fact| fact.identity).collect::<Vec<_>>()
    };
    let both = dates(&text("00000101", &["29593-1", "21894-1"]));
    assert_eq!(both.len(), 1);
    assert_eq!(dates(&text("20240601", &["29593-1", "21894-1"])), both);
    assert_ne!(
        dates(&text("20240601", &["29593-1"])),
        both,
        "another part of the panel says nothing of these"
    );
}

#[test]
fn a_final_without_its_value_and_a_pending_result_state_nothing() {
    for status in ["U", "I"] {
        let verdict = crate::given::read(&report("20240611", "20240611", status, "", ""));
        assert_eq!(verdict, lacteal_intake::Verdict::NotRelevant("nothing about a tumour"), "{status}");
    }
    assert_eq!(words(&result(&report("20240611", "20240611", "U", "5", ""))), "ki67 5 % @2024-06-01");
}

#[test]
fn letters_that_came_with_version_2_8_mean_nothing_final_before_it() {
    for (status, later) in [("A", "Corrected: "), ("B", ""), ("V", "")] {
        let text = report("20240610", "", status, "5", "");
        assert_eq!(words(&result(&text)), "Preliminary: ki67 5 % @2024-06-01", "{status}");
        let text = text.replace("|2.5.1", "|2.8");
        assert_eq!(words(&result(&text)), format!("{later}ki67 5 % @2024-06-01"), "{status}");
    }
}
