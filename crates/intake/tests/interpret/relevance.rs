//! What is kept, for whom, and what is not.

use lacteal_intake::Verdict;

use crate::given::{MSH_ORU, OBR, PID, about_the_tumour, message, obx, pathology, read, segment, takes_back};

const KI67: &str = "29593-1^Ki-67^LN";
const SITE: &str = "21855-2^Primary site^LN";
const NOTHING: Verdict = Verdict::NotRelevant("nothing about a tumour");

fn adt(trigger: &str, more: &[&str]) -> String {
    let msh = format!("MSH|^~\\&|ADT|NORTH|LACTEAL|NET|20240610120000||ADT^{trigger}|M1|P|2.5.1");
    message(&[&[msh.as_str(), PID], more].concat())
}

fn dg1(code: &str, action: &str) -> String {
    segment("DG1", &[(1, "1"), (3, code), (5, "20240301"), (21, action)])
}

#[test]
fn most_of_a_hospitals_traffic_is_not_kept() {
    for trigger in ["A01", "A03", "A04", "A08", "A28", "A31"] {
        assert_eq!(read(&adt(trigger, &[])), NOTHING, "{trigger}");
        assert_eq!(read(&adt(trigger, &[&dg1("I10^Hypertension^I10C", "")])), NOTHING, "{trigger}");
    }
    assert_eq!(read(&pathology(&[&obx("NM", "718-7^Haemoglobin^LN", "14", "g/dL")])), NOTHING);
    assert_eq!(read(&pathology(&[])), NOTHING);
}

#[test]
fn diagnoses_of_ours_are_kept_from_any_admission_message() {
    for (code, expected) in [
        ("C7A.012^NET ileum^I10C", "diagnosis icd-10-cm C7A012"),
        ("C7A.012^NET ileum^I10", "diagnosis icd-10-cm C7A012"),
        ("C7B.02^Liver^I10C", "diagnosis icd-10-cm C7B02"),
        ("C78.7^Liver^I10", "diagnosis icd-10 C787"),
        ("C17.2^Ileum^ICD-10", "diagnosis icd-10 C172"),
        ("34516001^Ileum^SCT", "diagnosis snomed-ct 34516001"),
        ("94381002^Liver^SNOMED-CT", "diagnosis snomed-ct 94381002"),
        ("X^x^L^C7A.012^NET^I10C", "diagnosis icd-10-cm C7A012"),
    ] {
        for trigger in ["A01", "A03", "A04", "A08", "A28", "A31"] {
            let stated = about_the_tumour(&adt(trigger, &[&dg1(code, "")]));
            assert_eq!(stated, [format!("{expected} @2024-03-01")], "{trigger} {code}");
        }
    }
}

#[test]
fn the_coding_method_beside_a_bare_code_names_its_system() {
    let old = segment("DG1", &[(1, "1"), (2, "I10C"), (3, "C7A.012"), (5, "20240301")]);
    assert_eq!(about_the_tumour(&adt("A01", &[&old])), ["diagnosis icd-10-cm C7A012 @2024-03-01"]);
}

#[test]
fn a_diagnosis_that_is_deleted_is_withdrawn() {
    let stated = about_the_tumour(&adt("A08", &[&dg1("C7A.012^NET^I10C", "D")]));
    assert_eq!(stated, ["Deleted: diagnosis icd-10-cm C7A012 @2024-03-01"]);
}

#[test]
fn a_primary_in_another_organ_is_kept_only_of_those_known() {
    for breast in ["C50.9^Breast^ICDO3", "C50.9^Breast^I10C"] {
        let site = obx("CWE", SITE, breast, "");
        let verdict = read(&pathology(&[&site, &obx("NM", KI67, "30", "%")]));
        assert!(matches!(verdict, Verdict::KeepIfKnown(_)), "{breast}");
    }
}

#[test]
fn another_organ_does_not_hide_a_tumour_of_ours_in_the_same_report() {
    let breast = obx("CWE", SITE, "C50.9^Breast^ICDO3", "");
    let ileum = obx("CWE", SITE, "C17.2^Ileum^ICDO3", "");
    assert!(matches!(read(&pathology(&[&breast, &ileum])), Verdict::Keep(_)));
    let known = dg1("C7A.012^NET ileum^I10C", "");
    assert!(matches!(read(&message(&[MSH_ORU, PID, &known, OBR, &breast])), Verdict::Keep(_)));
}

#[test]
fn a_message_about_several_patients_is_kept_whole_for_the_sake_of_one() {
    let other = "PID|2||4712^^^NORTH^MR";
    let (ours, breast) = (obx("NM", KI67, "5", "%"), obx("CWE", SITE, "C50.9^Breast^ICDO3", ""));
    for segments in
        [[MSH_ORU, PID, OBR, &ours, other, OBR, &breast], [MSH_ORU, other, OBR, &breast, PID, OBR, &ours]]
    {
        let Verdict::Keep(all) = read(&message(&segments)) else { panic!("not kept") };
        assert_eq!(all.len(), 2);
        for one in all {
            assert!(one.facts.iter().all(|fact| fact.patient == one.patient));
            let stated = one.facts.iter().filter(|fact| fact.finding.is_about_the_tumour());
            assert_eq!(stated.filter(|fact| !takes_back(fact)).count(), 1);
        }
    }
}

#[test]
fn withdrawn_results_are_kept_so_that_late_copies_cannot_come_back() {
    let withdrawn = obx("NM", KI67, "5", "%").replace("|F", "|D");
    assert!(matches!(read(&pathology(&[&withdrawn])), Verdict::Keep(_)));
}
