//! Markers, carcinoid syndrome, stage groups, and what a text says of them.

use lacteal_clinical::marker::Level;
use lacteal_clinical::{Fact, Finding, Marker};
use lacteal_intake::Verdict;

use crate::given::{MSH_ORU, PID, facts, message, obx, pathology, read, segment, takes_back, words};

const CGA: &str = "9811-1^Chromogranin A^LN";

/// An observation with its reference range and method.
fn measured(code: &str, value: &str, unit: &str, range: &str, method: &str) -> String {
    let fields = [(2, "NM"), (3, code), (5, value), (6, unit), (7, range), (11, "F"), (17, method)];
    segment("OBX", &fields)
}

/// The facts that are not about the person.
fn about(text: &str) -> Vec<Fact> {
    let beside = |it: &Fact| !it.finding.is_about_the_person() && !takes_back(it);
    facts(text).into_iter().filter(beside).collect()
}

fn marker(observation: &str) -> Marker {
    match &about(&pathology(&[observation]))[..] {
        [Fact { finding: Finding::Marker(marker), .. }] => marker.clone(),
        other => panic!("not a marker: {other:?}"),
    }
}

fn said(text: &str) -> Vec<String> {
    about(text).iter().map(words).collect()
}

#[test]
fn a_marker_is_its_level_unit_limit_and_assay() {
    let told = marker(&measured(CGA, "412.5", "ug/L", "0-100", "ELISA^Immunoassay^99M"));
    assert_eq!((told.level().to_string().as_str(), told.unit()), ("412.5", "ug/L"));
    assert_eq!(told.upper_limit(), Some(Level::from_thousandths(100_000)));
    assert_eq!(told.assay(), "9811-1^LN ELISA");
    assert!(told.is_raised());

    let bare = marker(&measured(CGA, "90", "ug/L", "", ""));
    assert_eq!((bare.upper_limit(), bare.assay()), (None, "9811-1^LN"));
    assert!(!told.has_risen_over(&bare), "another assay");
    assert!(told.has_risen_over(&marker(&measured(CGA, "100", "ug/L", "<100", "ELISA"))));
    // Under its alternate code, and in whatever name the sender gives the system.
    let alternate =
        marker(&measured("CGA^CgA^99N^9811-1^Chromogranin A^http://loinc.org", "90", "ug/L", "", ""));
    assert_eq!(alternate.assay(), "9811-1^LN");
}

#[test]
fn every_code_of_a_marker_is_read_as_its_marker() {
    for (codes, expected) in [
        (&["9811-1", "25587-7"][..], "chromogranin_a"),
        (&["1695-6", "14573-0"], "urine_5hiaa"),
        (&["31203-3", "25971-3"], "urine_5hiaa_concentration"),
        (&["1693-1", "50149-4"], "plasma_5hiaa"),
        (&["33762-6"], "nt_probnp"),
    ] {
        for code in codes {
            let told = marker(&measured(&format!("{code}^x^LN"), "<3", "umol/L", "", ""));
            assert_eq!(told.kind().as_str(), expected, "{code}");
            assert_eq!(told.level().to_string(), "<3", "{code}");
        }
    }
    // 5-HIAA in a spot urine is no level to compare.
    let spot = pathology(&[&measured("1694-9^x^LN", "3", "mg/L", "", "")]);
    assert_eq!(read(&spot), Verdict::NotRelevant("nothing about a tumour"));
}

#[test]
fn a_marker_that_cannot_be_read_is_unread_with_its_reason() {
    for (value, unit, reason) in [
        ("412", "", "unit_missing"),
        ("", "ug/L", "empty"),
        ("high", "ug/L", "not_a_number"),
        ("99999999", "ug/L", "out_of_range"),
    ] {
        let text = pathology(&[&measured(CGA, value, unit, "0-100", "")]);
        assert_eq!(said(&text), [format!("unread marker {reason} @2024-06-01")], "{value} {unit}");
        assert!(matches!(read(&text), Verdict::KeepIfKnown(_)));
    }
}

#[test]
fn a_marker_matters_only_of_those_who_are_known() {
    let alone = pathology(&[&measured(CGA, "412", "ug/L", "", "")]);
    assert!(matches!(read(&alone), Verdict::KeepIfKnown(_)));
    let beside =
        pathology(&[&measured(CGA, "412", "ug/L", "", ""), &obx("NM", "29593-1^Ki-67^LN", "5", "%")]);
    assert!(matches!(read(&beside), Verdict::Keep(_)));
}

#[test]
fn carcinoid_syndrome_is_read_from_its_codes_and_establishes_no_tumour() {
    let msh = "MSH|^~\\&|ADT|NORTH|LACTEAL|NET|20240610120000||ADT^A08|M1|P|2.5.1";
    let admission = |code: &str, action: &str| {
        let dg1 = segment("DG1", &[(1, "1"), (3, code), (5, "20240301"), (21, action)]);
        message(&[msh, PID, &dg1])
    };
    for code in ["E34.0^x^I10", "E340^x^I10C", "E34.00^x^I10C", "E34.01^x^I10C", "E34.09^x^I10C"] {
        let text = admission(code, "");
        assert_eq!(said(&text), ["syndrome Present @2024-03-01"], "{code}");
        assert!(matches!(read(&text), Verdict::KeepIfKnown(_)), "{code}");
    }
    assert_eq!(said(&admission("E34.0^x^I10", "D")), ["Deleted: syndrome Present @2024-03-01"]);
    for code in ["E34.1^x^I10", "E34.0^x^SCT", "E34.011^x^I10C"] {
        assert!(matches!(read(&admission(code, "")), Verdict::NotRelevant(_)), "{code}");
    }
}

#[test]
fn a_coded_stage_group_is_read_from_text_code_or_display() {
    let stage = |kind: &str, code: &str, value: &str| said(&pathology(&[&obx(kind, code, value, "")]));
    for code in ["21902-2^x^LN", "21908-9^x^LN", "21914-7^x^LN"] {
        let group = &stage("ST", code, "Stage IV")[..];
        assert_eq!(group, ["stage IV @2024-06-01"], "{code}");
    }
    let display = "1222806003^American Joint Committee on Cancer stage IIIB (qualifier value)^SCT";
    let coded = stage("CWE", "21902-2^x^LN", display);
    assert_eq!(coded, stage("ST", "21902-2^x^LN", "IIIB"));
    assert!(coded[0].contains("III"), "{coded:?}");
    for value in ["V", "limited", "IIIZ"] {
        let unread = ["unread stage_group unknown_form @2024-06-01"];
        assert_eq!(stage("ST", "21902-2^x^LN", value), unread, "{value}");
    }
    let differ = stage("CWE", "21902-2^x^LN", "II^Stage III^99N");
    assert_eq!(differ, ["unread stage_group ambiguous @2024-06-01"]);
}

/// What a text of a pathology report states.
fn texts(lines: &[&str]) -> Vec<Fact> {
    let obr = segment("OBR", &[(3, "F77"), (4, "11529-5^Surgical pathology^LN"), (7, "20240601")]);
    let observations: Vec<_> = lines.iter().map(|line| obx("TX", "L1^Text^L", line, "")).collect();
    let segments: Vec<&str> =
        [MSH_ORU, PID, &obr].into_iter().chain(observations.iter().map(String::as_str)).collect();
    about(&message(&segments))
}

const NET: &str = "Terminal ileum, resection: well differentiated neuroendocrine tumour.";

#[test]
fn a_stage_group_is_read_out_of_text_with_its_letter_and_edition() {
    let stages = |line: &str| -> Vec<String> {
        let is_stage = |it: &&Fact| matches!(it.finding, Finding::StageGroup(_));
        texts(&[NET, line]).iter().filter(is_stage).map(|it| format!("{:?}", it.finding)).collect()
    };
    let old = stages("Stage IIIB.");
    assert!(old.len() == 1 && old[0].contains("III") && old[0].contains("'B'"), "{old:?}");
    let edition = stages("Stage III (AJCC 8th edition).");
    assert!(edition.len() == 1 && edition[0].contains("Eighth"), "{edition:?}");
    for line in ["Chronic kidney disease stage 3.", "Known heart failure, stage 2."] {
        assert_eq!(stages(line), [""; 0], "{line}");
    }
}

#[test]
fn the_ki67_of_a_metastasis_is_not_that_of_the_primary() {
    let lines = ["Ki-67 index of the primary tumour: 2 %.", "Liver metastasis: Ki-67 index 9 %."];
    let facts = texts(&[&[NET], &lines[..]].concat());
    let all: Vec<_> = facts.iter().map(words).collect();
    assert!(all.iter().any(|it| it.starts_with("metastasis ki67 9 %")), "{all:?}");
    assert_eq!(all.iter().filter(|it| it.starts_with("ki67")).collect::<Vec<_>>(), ["ki67 2 % @2024-06-01"]);
}
