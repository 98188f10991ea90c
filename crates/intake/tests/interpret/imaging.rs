//! Studies: OBR-4 says which, OBR-25 whether it was done and reported.

use crate::given::{MSH_ORU, PID, about_the_tumour, facts, message, read, segment, words};
use lacteal_clinical::Finding;
use lacteal_intake::Verdict;

const CT: &str = "41806-1^CT Abdomen^LN";
const MR: &str = "30670-4^MR Liver^LN";

fn study(code: &str, status: &str, performed: &str) -> String {
    let obr = segment("OBR", &[(1, "1"), (3, "A1^RIS"), (4, code), (7, performed), (25, status)]);
    message(&[MSH_ORU, PID, &obr])
}

#[test]
fn the_status_of_the_order_says_how_far_a_study_counts() {
    for (status, expected) in [
        ("F", "imaging ct abdomen @2024-05-02"),
        ("", "imaging ct abdomen @2024-05-02"),
        ("P", "Preliminary: imaging ct abdomen @2024-05-02"),
        ("R", "Preliminary: imaging ct abdomen @2024-05-02"),
        ("A", "Preliminary: imaging ct abdomen @2024-05-02"),
    ] {
        assert_eq!(about_the_tumour(&study(CT, status, "202405021030")), [expected], "{status}");
    }
    for (status, standing) in [("C", "Corrected"), ("X", "Deleted")] {
        let stated = about_the_tumour(&study(CT, status, "20240502"));
        assert_eq!(stated, [format!("{standing}: imaging ct abdomen @2024-05-02")], "{status}");
    }
}

#[test]
fn a_study_that_was_not_performed_says_nothing() {
    for status in ["O", "I", "S", "Z"] {
        let verdict = read(&study(CT, status, "20240502"));
        assert_eq!(verdict, Verdict::NotRelevant("nothing about a tumour"), "{status}");
    }
}

#[test]
fn a_study_without_a_date_shows_as_unread_beside_the_study() {
    let stated = about_the_tumour(&study(MR, "F", ""));
    assert_eq!(stated, ["unread imaging empty", "imaging mr liver"]);
    let stated = about_the_tumour(&study(MR, "F", "20990101"));
    assert_eq!(stated, ["unread imaging future_date", "imaging mr liver"]);
}

#[test]
fn a_later_report_replaces_the_study_and_what_was_unread_about_its_date() {
    for status in ["F", "C"] {
        replaces(&facts(&study(CT, "F", "00000101")), &facts(&later(&study(CT, status, "20240502"))));
    }
}

fn later(text: &str) -> String {
    text.replace("|20240610120000", "|20240611120000")
}

fn replaces(bad: &[lacteal_clinical::Fact], good: &[lacteal_clinical::Fact]) {
    let identities = |all: &[lacteal_clinical::Fact]| {
        let tumour = all.iter().filter(|fact| fact.finding.is_about_the_tumour());
        tumour.map(|fact| fact.identity).collect::<Vec<_>>()
    };
    assert_eq!(identities(bad), identities(good));
    for (old, new) in bad.iter().zip(good).filter(|(old, _)| old.finding.is_about_the_tumour()) {
        assert!(new.supersedes(old), "{} {}", words(new), words(old));
    }
}

#[test]
fn two_studies_of_one_accession_number_are_two_facts() {
    let obr = |code| segment("OBR", &[(3, "A1^RIS"), (4, code), (7, "20240502"), (25, "F")]);
    let facts = facts(&message(&[MSH_ORU, PID, &obr(CT), &obr(MR)]));
    let studies: Vec<_> = facts
        .iter()
        .filter(|fact| matches!(fact.finding, Finding::Imaging(_)))
        .map(|it| it.identity)
        .collect();
    assert_eq!(studies.len(), 2);
    assert_ne!(studies[0], studies[1]);
}

#[test]
fn a_study_of_anybody_is_kept_only_where_the_message_itself_speaks_of_the_tumour() {
    let alone = study(CT, "F", "20240502");
    assert!(matches!(read(&alone), Verdict::KeepIfKnown(_)));
    let with = |line: &str| {
        let text = segment("OBX", &[(1, "1"), (2, "TX"), (3, "L1^Text^L"), (5, line), (11, "F")]);
        read(&message(&[&alone, &text]))
    };
    let establishes = "Known ileal neuroendocrine tumour. Liver: no metastases.";
    assert!(matches!(with(establishes), Verdict::Keep(_)));
    assert!(matches!(with("Liver: no metastases."), Verdict::KeepIfKnown(_)));
    let coded =
        segment("OBX", &[(1, "1"), (2, "NM"), (3, "29593-1^Ki-67^LN"), (5, "5"), (6, "%"), (11, "F")]);
    assert!(matches!(read(&message(&[&alone, &coded])), Verdict::Keep(_)));
}
