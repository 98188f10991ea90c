//! Each coded observation in each sensible type of value: one row, one fact, or one unread item with its
//! reason. Nothing under a code of the table is dropped.

use lacteal_intake::{Code, Means};

use crate::given::{Given, about_the_tumour, obx, pathology, takes_back, words};

const SITE: &str = "21855-2^Primary site^LN";
const MORPHOLOGY: &str = "59847-4^Histology^LN";
const SIZE: &str = "33728-7^Size^LN";
const EXAMINED: &str = "21894-1^Nodes examined^LN";
const POSITIVE: &str = "21893-3^Nodes positive^LN";
const KI67: &str = "29593-1^Ki-67^LN";
const GRADE: &str = "33732-9^Grade^LN";
const VASCULAR: &str = "33761-8^Vessels^LN";
const NERVES: &str = "92837-4^Nerves^LN";
const LIVER: &str = "94381002^Liver metastasis^SCT";

/// One observation of 1 June 2024 states exactly this.
fn check(kind: &str, code: &str, value: &str, unit: &str, expected: &str) {
    let stated = about_the_tumour(&pathology(&[&obx(kind, code, value, unit)]));
    assert_eq!(stated, [format!("{expected} @2024-06-01")], "{kind} {code} {value} {unit}");
}

#[test]
fn ki67_is_read_as_number_structured_number_or_text() {
    for (kind, value, unit, expected) in [
        ("NM", "5", "%", "ki67 5 %"),
        ("NM", "4.5", "%", "ki67 4.5 %"),
        ("NM", " 5 ", "%^percent^UCUM", "ki67 5 %"),
        ("NM", "5", "^percent", "ki67 5 %"),
        ("SN", "^5", "%", "ki67 5 %"),
        ("SN", "=^5", "%", "ki67 5 %"),
        ("SN", "<^5", "%", "ki67 <5 %"),
        ("SN", "<=^5", "%", "ki67 <=5 %"),
        ("SN", ">=^10", "%", "ki67 >=10 %"),
        ("SN", ">^20", "%", "ki67 >20 %"),
        ("SN", "^2^-^4", "%", "ki67 2 % to 4 %"),
        ("ST", "5 %", "", "ki67 5 %"),
        ("ST", "<1%", "", "ki67 <1 %"),
        ("ST", "2-3 %", "", "ki67 2 % to 3 %"),
        ("ST", "\\R\\2%", "", "ki67 ~2 %"),
        ("", "5", "%", "ki67 5 %"),
    ] {
        check(kind, KI67, value, unit, expected);
    }
}

#[test]
fn ki67_that_cannot_be_read_is_unread_with_its_reason() {
    for (kind, value, unit, reason) in [
        ("ST", "abc", "%", "not_a_number"),
        ("NM", "abc", "%", "not_a_number"),
        ("NM", "5", "", "unit_missing"),
        ("NM", "5", "mm", "unit_unknown"),
        ("NM", "101", "%", "out_of_range"),
        ("NM", "-1", "%", "not_a_number"),
        ("NM", "", "%", "empty"),
        ("NM", "\"\"", "%", "empty"),
        ("NM", "5~6", "%", "ambiguous"),
        ("ST", "~2%", "", "ambiguous"),
        ("SN", "^1^:^128", "%", "unknown_form"),
        ("SN", "^1^/^2", "%", "unknown_form"),
        ("SN", "^1^+", "%", "unknown_form"),
        ("SN", "<>^5", "%", "unknown_form"),
        ("SN", "^4^-^2", "%", "unknown_form"),
    ] {
        check(kind, KI67, value, unit, &format!("unread ki67 {reason}"));
    }
}

#[test]
fn a_size_needs_a_unit_and_is_never_given_one() {
    for (kind, value, unit, expected) in [
        ("NM", "14", "mm", "size 14 mm"),
        ("NM", "1.4", "cm", "size 14 mm"),
        ("SN", "^1.4", "cm", "size 14 mm"),
        ("ST", "1.4 cm", "", "size 14 mm"),
        ("ST", "2.1 x 1.4 x 0.9 cm", "", "size 21 mm"),
        ("NM", "1.4", "^centimeter^UCUM", "size 14 mm"),
        ("NM", "14", "", "unread tumour_size unit_missing"),
        ("NM", "14", "\"\"", "unread tumour_size unit_missing"),
        ("NM", "14", "in", "unread tumour_size unit_unknown"),
        ("NM", "0", "mm", "unread tumour_size out_of_range"),
        ("ST", "two", "cm", "unread tumour_size not_a_number"),
        ("SN", ">^2", "cm", "unread tumour_size not_a_number"),
    ] {
        check(kind, SIZE, value, unit, expected);
    }
}

#[test]
fn counts_of_nodes_are_whole_numbers() {
    for (kind, value, expected) in
        [("NM", "0", "0"), ("NM", "12", "12"), ("NM", "12.0", "12"), ("SN", "^12", "12"), ("ST", "12", "12")]
    {
        check(kind, EXAMINED, value, "", &format!("examined {expected}"));
        check(kind, POSITIVE, value, "{count}", &format!("positive {expected}"));
    }
    for (kind, value) in [("NM", "1.5"), ("NM", "-1"), ("ST", "many"), ("SN", ">^12"), ("NM", "70000")] {
        check(kind, EXAMINED, value, "", "unread nodes_examined not_a_number");
    }
}

#[test]
fn a_grade_is_read_from_code_display_or_text_that_agree() {
    for (kind, value, expected) in [
        ("ST", "G2", "grade G2"),
        ("ST", "NET G2", "grade G2"),
        ("CWE", "G2^Grade 2^L", "grade G2"),
        ("CE", "12345^Grade 2^L", "grade G2"),
        ("CWE", "12345^^L^^^^^^G2", "grade G2"),
        ("CWE", "12345^x^L^G2^Grade 2^M", "grade G2"),
        ("CE", "G1^Grade 2^L", "unread grade ambiguous"),
        ("ST", "GX", "unread grade unknown_form"),
        ("CE", "12345^x^L", "unread grade unknown_form"),
    ] {
        check(kind, GRADE, value, "", expected);
    }
}

#[test]
fn presence_is_read_from_coded_answers_and_few_plain_words() {
    for (kind, value, told) in [
        ("CE", "52101004^Present^SCT", true),
        ("CWE", "L1^x^L^52101004^Present^http://snomed.info/sct", true),
        ("CWE", "Y^Yes^HL70136", true),
        ("ST", "Present", true),
        ("ID", "N", false),
        ("CE", "2667000^Absent^SCT", false),
        ("ST", "not identified", false),
    ] {
        check(kind, VASCULAR, value, "", &format!("lymphovascular {told}"));
        check(kind, NERVES, value, "", &format!("perineural {told}"));
        check(kind, LIVER, value, "", if told { "liver Present" } else { "liver Absent" });
    }
    check("ST", LIVER, "indeterminate", "", "liver Indeterminate");
    check("ST", VASCULAR, "indeterminate", "", "unread lymphovascular_invasion ambiguous");
    for (value, reason) in [
        ("no new lesions", "unknown_form"),
        ("cannot be excluded", "unknown_form"),
        ("N^present^L", "ambiguous"),
        ("X1^Lesion^L", "unknown_form"),
    ] {
        check("CWE", LIVER, value, "", &format!("unread liver_metastasis {reason}"));
    }
}

#[test]
fn sites_and_morphologies_are_codes_and_never_words() {
    for (value, expected) in [
        ("C17.2^Ileum^ICDO3", "site Ileum"),
        ("C172^Ileum^ICD-O-3", "site Ileum"),
        ("C17.1^Jejunum^ICDO3", "site Jejunum"),
        ("C17.9^Small intestine^ICDO3", "site SmallBowelUnspecified"),
        ("C17^Small intestine^ICDO3", "site SmallBowelUnspecified"),
        ("C17.2^Ileum^I10", "site Ileum"),
        ("34516001^Ileum^SCT", "site Ileum"),
        ("X^x^L^C17.2^Ileum^ICDO3", "site Ileum"),
        ("C76.2^Abdomen^ICDO3", "unread primary_site unknown_code"),
        ("C80.9^Unknown^ICDO3", "unread primary_site unknown_code"),
        ("C17.2^Ileum", "unread primary_site unknown_code"),
        ("Ileum", "unread primary_site unknown_code"),
    ] {
        check("CWE", SITE, value, "", expected);
    }
    check("CE", MORPHOLOGY, "8240/3^NET G1^ICDO3", "", "diagnosis icd-o-3-morphology 8240/3");
    check("CE", MORPHOLOGY, "C17.2^Ileum^ICDO3", "", "unread diagnosis unknown_code");
    check("ST", MORPHOLOGY, "neuroendocrine tumour", "", "unread diagnosis unknown_code");
}

fn own(means: Means, unit: &str) -> Given {
    let text = |text: &str| text.to_owned();
    let code = Code {
        system: text("99NORTH"),
        code: text("OWN"),
        means,
        modality: String::new(),
        region: String::new(),
        unit: text(unit),
        source: String::new(),
    };
    Given { codes: vec![code], ..Given::default() }
}

#[test]
fn a_code_of_the_site_is_read_with_the_unit_the_site_says_it_means() {
    for (means, default_unit, kind, value, unit, expected) in [
        (Means::TumourSize, "cm", "NM", "1.4", "", "size 14 mm"),
        (Means::TumourSize, "cm", "NM", "14", "mm", "size 14 mm"),
        (Means::TumourSize, "", "NM", "14", "", "unread tumour_size unit_missing"),
        (Means::Ki67, "%", "SN", "<^2", "", "ki67 <2 %"),
        (Means::Mitoses, "/2.mm2", "SN", "<^2", "", "mitoses <2 per 2 mm²"),
        (Means::Mitoses, "", "ST", "3 per 2 mm2", "", "mitoses 3 per 2 mm²"),
        (Means::Mitoses, "", "NM", "3", "", "unread mitoses unit_missing"),
        (Means::MesentericMass, "", "SN", ">^2", "cm", "mass >20 mm"),
        (Means::MesentericMass, "", "ST", "at least 18 mm", "", "mass >=18 mm"),
        (Means::MesentericDeposits, "", "ST", "present", "", "deposits true"),
        (Means::Margin, "", "CE", "R0^no residual tumour^L", "", "margin R0"),
        (Means::Margin, "", "ST", "r1", "", "margin R1"),
        (Means::Margin, "", "ST", "close", "", "unread margin unknown_form"),
        (Means::Diagnosis, "", "CE", "C7A.012^NET of ileum^I10C", "", "diagnosis icd-10-cm C7A012"),
        (Means::Diagnosis, "", "ST", "NET", "", "unread diagnosis unknown_code"),
    ] {
        let text = pathology(&[&obx(kind, "OWN^Own^99NORTH", value, unit)]);
        let facts = own(means, default_unit).facts(&text);
        let stated: Vec<_> = facts
            .iter()
            .filter(|it| it.finding.is_about_the_tumour() && !takes_back(it))
            .map(words)
            .collect();
        assert_eq!(stated, [format!("{expected} @2024-06-01")], "{means:?} {value} {unit}");
    }
}

#[test]
fn bytes_outside_of_the_charset_are_unread_and_not_nothing() {
    let text = pathology(&[&obx("ST", KI67, "fünf", "%")]);
    let stated: Vec<_> = Given::default().facts(&text).iter().map(words).collect();
    assert!(stated.contains(&"unread ki67 unknown_form @2024-06-01".to_owned()), "{stated:?}");
}

#[test]
fn a_code_is_found_as_the_alternate_one_and_stays_the_same_statement() {
    let first = pathology(&[&obx("NM", "29593-1^Ki-67^LN^K^Ki^L", "5", "%")]);
    let alternate = pathology(&[&obx("NM", "K^Ki^L^29593-1^Ki-67^LN", "5", "%")]);
    assert_eq!(about_the_tumour(&alternate), ["ki67 5 % @2024-06-01"]);
    let identity = |text: &str| {
        let facts = Given::default().facts(text);
        facts.into_iter().find(|fact| fact.finding.is_about_the_tumour()).map(|fact| fact.identity)
    };
    assert_eq!(identity(&first), identity(&alternate));
}

#[test]
fn observations_before_any_order_belong_to_the_patient() {
    let text = crate::given::message(&[crate::given::MSH_ORU, crate::given::PID, &obx("NM", KI67, "5", "%")]);
    assert_eq!(about_the_tumour(&text), ["ki67 5 %"]);
}

#[test]
fn two_thousand_observations_are_two_thousand_facts() {
    let one = obx("NM", KI67, "5", "%");
    let text = pathology(&vec![one.as_str(); 2000]);
    let facts = Given::default().facts(&text);
    let about: Vec<_> =
        facts.iter().filter(|it| it.finding.is_about_the_tumour() && !takes_back(it)).collect();
    let mut identities: Vec<_> = about.iter().map(|fact| fact.identity).collect();
    identities.sort_unstable();
    identities.dedup();
    assert_eq!((about.len(), identities.len()), (2000, 2000));
}

#[test]
fn a_count_may_have_zeros_behind_the_point_and_nothing_else() {
    let nodes =
        |value: &str| about_the_tumour(&pathology(&[&obx("NM", "21893-3^Nodes positive^LN", value, "")]));
    assert_eq!(nodes("5.00"), nodes("5"));
    assert_ne!(nodes("5.10"), nodes("5"));
}
