//! Markers, carcinoid syndrome and stage groups as resources state them: the same as in HL7 v2.

use lacteal_clinical::marker::Level;
use lacteal_clinical::{Finding, Marker};
use lacteal_intake::Verdict;

use crate::given::{coded, facts, observation, observation_of, stated, subject, verdict};

fn marker(more: &str) -> Marker {
    let body = observation("9811-1", more);
    let found: Vec<_> = facts(&body).into_iter().filter(|it| !it.finding.is_about_the_person()).collect();
    match found.first().map(|it| it.finding.clone()) {
        Some(Finding::Marker(marker)) if found.len() == 1 => marker,
        other => panic!("not a marker: {other:?}"),
    }
}

const LEVEL: &str = r#""valueQuantity": {"value": 412.5, "unit": "ug/L"}"#;

#[test]
fn a_marker_is_its_level_unit_limit_and_assay() {
    let range = r#""referenceRange": [{"low": {"value": 0, "unit": "ug/L"}, "high": {"value": 100, "unit": "ug/L"}}]"#;
    let method = r#""method": {"coding": [{"system": "urn:x", "code": "ELISA"}]}"#;
    let told = marker(&format!("{LEVEL}, {range}, {method}"));
    assert_eq!((told.level().to_string().as_str(), told.unit()), ("412.5", "ug/L"));
    assert_eq!(told.upper_limit(), Some(Level::from_thousandths(100_000)));
    assert_eq!(told.assay(), "9811-1^LN ELISA");
    assert_eq!(marker(LEVEL).assay(), "9811-1^LN");
}

#[test]
fn a_limit_of_another_unit_or_of_several_kinds_of_people_is_none() {
    let other = r#""referenceRange": [{"high": {"value": 2, "unit": "nmol/L"}}]"#;
    assert_eq!(marker(&format!("{LEVEL}, {other}")).upper_limit(), None);
    let one = r#"{"high": {"value": 100, "unit": "ug/L"}}"#;
    let several = format!(r#""referenceRange": [{one}, {one}]"#);
    assert_eq!(marker(&format!("{LEVEL}, {several}")).upper_limit(), None);
    let without = r#""referenceRange": [{"high": {"value": 100}}]"#;
    let limit = marker(&format!("{LEVEL}, {without}")).upper_limit();
    assert_eq!(limit, Some(Level::from_thousandths(100_000)));
}

#[test]
fn a_marker_matters_only_of_those_who_are_known_and_needs_its_unit() {
    assert!(matches!(verdict(&observation("9811-1", LEVEL)), Ok(Verdict::KeepIfKnown(_))));
    let bare = stated(&observation("9811-1", r#""valueQuantity": {"value": 412}"#));
    assert!(bare.len() == 1 && bare[0].contains("Marker") && bare[0].contains("UnitMissing"), "{bare:?}");
}

#[test]
fn carcinoid_syndrome_is_read_from_its_code_and_establishes_no_tumour() {
    let condition = |code: &str, status: &str| {
        let system = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
        let (code, subject) = (coded("http://hl7.org/fhir/sid/icd-10-cm", code), subject("4711"));
        let status = coded(system, status);
        format!(
            r#"{{"resourceType": "Condition", "id": "c", "verificationStatus": {status}, "code": {code}, {subject},
                "recordedDate": "2024-03-01"}}"#
        )
    };
    let text = condition("E34.00", "confirmed");
    assert_eq!(stated(&text), ["CarcinoidSyndrome(Present) @2024-03-01"]);
    assert!(matches!(verdict(&text), Ok(Verdict::KeepIfKnown(_))));
    let withdrawn = stated(&condition("E34.00", "entered-in-error"));
    assert!(
        withdrawn.contains(&"Deleted: CarcinoidSyndrome(Present) @2024-03-01".to_owned()),
        "{withdrawn:?}"
    );
}

#[test]
fn a_stage_group_is_read_from_loinc_and_from_mcode() {
    let value = |code: &str, value: &str| {
        let said = stated(&observation_of("final", code, value));
        assert_eq!(said.len(), 1, "{said:?}");
        said[0].clone()
    };
    let loinc = coded("http://loinc.org", "21902-2");
    let display = r#""valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "1222806003",
        "display": "American Joint Committee on Cancer stage IIIB (qualifier value)"}]}"#;
    let read = value(&loinc, display);
    assert!(read.contains("StageGroup") && read.contains("'B'"), "{read}");
    assert_eq!(value(&coded("http://snomed.info/sct", "399588009"), display), read);
    assert_eq!(value(&loinc, r#""valueString": "IIIB""#), read);
    let unread = value(&loinc, r#""valueString": "early""#);
    assert!(unread.contains("Unread") && unread.contains("UnknownForm"), "{unread}");
}
