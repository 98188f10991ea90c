//! Treatment, the course of the disease, fitness and stage, as mCODE tells them.

use lacteal_clinical::finding::Attribute;
use lacteal_intake::Verdict;

use crate::given::{
    bundle, coded, facts, observation, observation_of, patient, stated, subject, urn, verdict, words,
};

const MCODE: &str = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-";
const SCT: &str = "http://snomed.info/sct";
const PCS: &str = "http://hl7.org/fhir/sid/icd-10-pcs";
const ICD10CM: &str = "http://hl7.org/fhir/sid/icd-10-cm";

fn profiled(kind: &str, profile: &str, more: &str) -> String {
    let subject = subject("4711");
    format!(
        r#"{{"resourceType": "{kind}", "id": "t", "meta": {{"profile": ["{MCODE}{profile}"]}}, {subject}, {more}}}"#
    )
}

fn operation(code: &str, more: &str) -> String {
    let when = r#""performedPeriod": {"start": "2024-03-01", "end": "2024-03-02"}"#;
    let code = coded(PCS, code);
    profiled(
        "Procedure",
        "cancer-related-surgical-procedure",
        &format!(r#""status": "completed", "code": {code}, {when}{more}"#),
    )
}

fn condition(code: &str, more: &str) -> String {
    let (code, subject) = (coded(ICD10CM, code), subject("4711"));
    format!(
        r#"{{"resourceType": "Condition", "id": "c", {subject}, "code": {code}, "onsetDateTime": "2023-05-01"{more}}}"#
    )
}

#[test]
fn a_treatment_counts_from_its_end_and_a_resection_of_small_bowel_is_told_from_other_operations() {
    assert_eq!(stated(&operation("0DBB0ZZ", "")), ["Treatment(SmallBowelResection) @2024-03-02"]);
    assert_eq!(stated(&operation("0FB00ZZ", "")), ["Treatment(Surgery) @2024-03-02"]);
    let course = r#""status": "completed", "performedDateTime": "2024-04-30""#;
    let radiotherapy = profiled("Procedure", "radiotherapy-course-summary", course);
    assert_eq!(stated(&radiotherapy), ["Treatment(Radiotherapy) @2024-04-30"]);
    let drug = r#""medicationCodeableConcept": {"text": "octreotide"}"#;
    let request = format!(r#""status": "active", "intent": "order", "authoredOn": "2024-05-02", {drug}"#);
    let request = profiled("MedicationRequest", "cancer-related-medication-request", &request);
    assert_eq!(stated(&request), ["Treatment(Systemic) @2024-05-02"]);
    let given = format!(r#""status": "completed", "effectiveDateTime": "2024-05-03", {drug}"#);
    let given = profiled("MedicationAdministration", "cancer-related-medication-administration", &given);
    assert_eq!(stated(&given), ["Treatment(Systemic) @2024-05-03"]);
}

#[test]
fn what_is_no_treatment_of_cancer_or_of_another_one_states_nothing() {
    let plain = operation("0DBB0ZZ", "").replace("cancer-related-surgical-procedure", "other");
    assert!(matches!(verdict(&plain), Ok(Verdict::NotRelevant(_))), "a resection for Crohn's disease");
    let reason = format!(r#", "reasonReference": [{{"reference": "{}"}}]"#, urn(1));
    let of = |code: &str| {
        let all = [patient("4711", ""), condition(code, ""), operation("0DBB0ZZ", &reason)];
        let body = bundle("collection", "", &all);
        let Ok(Verdict::Keep(_) | Verdict::KeepIfKnown(_)) = verdict(&body) else { return 0 };
        facts(&body).iter().filter(|fact| fact.finding.attribute() == Attribute::Treatment).count()
    };
    assert_eq!(of("C7A.012"), 1, "NET of the ileum");
    assert_eq!(of("C18.2"), 0, "carcinoma of the ascending colon");
}

#[test]
fn that_the_disease_is_worse_waits_for_a_clinician() {
    let said = |value: &str| observation_of("final", &coded("http://loinc.org", "97509-4"), value);
    let trend = |code: &str| said(&format!(r#""valueCodeableConcept": {}"#, coded(SCT, code)));
    let all = [
        ("260415000", "NotDetected", false),
        ("268910001", "Improved", false),
        ("359746009", "Stable", false),
        ("709137006", "Undetermined", false),
        ("271299001", "Worsened", true),
    ];
    for (code, status, waits) in all {
        let facts = facts(&trend(code));
        let fact = facts.iter().find(|it| !it.finding.is_about_the_person()).expect("a fact");
        assert_eq!(words(fact), format!("DiseaseStatus({status}) @2024-06-01"));
        assert_eq!(fact.reading.is_uncertain(), waits, "{status}");
    }
    let words = stated(&said(r#""valueCodeableConcept": {"text": "Progressive disease"}"#));
    assert_eq!(words, ["DiseaseStatus(Worsened) @2024-06-01"]);
    let unknown = stated(&trend("73211009"));
    assert!(unknown[0].contains("Unread"), "{unknown:?}");
}

#[test]
fn a_condition_tells_remission_recurrence_and_stage() {
    let clinical = |code: &str| {
        let system = "http://terminology.hl7.org/CodeSystem/condition-clinical";
        stated(&condition("C7A.012", &format!(r#", "clinicalStatus": {}"#, coded(system, code))))
    };
    assert!(clinical("recurrence").contains(&"DiseaseStatus(Recurrence)".to_owned()));
    assert!(clinical("remission").contains(&"DiseaseStatus(Remission)".to_owned()));
    assert!(!clinical("active").iter().any(|it| it.contains("DiseaseStatus")));
    let stage = r#", "stage": [{"summary": {"text": "IIIB"}}]"#;
    let staged = stated(&condition("C7A.012", stage));
    assert!(staged.iter().any(|it| it.starts_with("StageGroup")), "{staged:?}");
    let other = stated(&condition("C7A.012", r#", "stage": [{"summary": {"text": "advanced"}}]"#));
    assert!(other.iter().any(|it| it.contains("StageGroup, reason: UnknownForm")), "{other:?}");
    assert!(matches!(verdict(&condition("C18.2", stage)), Ok(Verdict::NotRelevant(_))), "of the colon");
}

#[test]
fn fitness_keeps_to_its_scale() {
    assert_eq!(stated(&observation("89247-1", r#""valueInteger": 1"#)), ["Performance(Ecog(1)) @2024-06-01"]);
    assert_eq!(
        stated(&observation("89243-0", r#""valueInteger": 90"#)),
        ["Performance(Karnofsky(90)) @2024-06-01"]
    );
    let six = stated(&observation("89247-1", r#""valueInteger": 6"#));
    assert!(six[0].contains("OutOfRange"), "{six:?}");
}

#[test]
fn all_of_it_matters_of_known_patients_only() {
    for body in [operation("0DBB0ZZ", ""), observation("89247-1", r#""valueInteger": 1"#)] {
        assert!(matches!(verdict(&body), Ok(Verdict::KeepIfKnown(_))), "{body}");
    }
    let worse = format!(r#""valueCodeableConcept": {}"#, coded(SCT, "271299001"));
    assert!(matches!(verdict(&observation("97509-4", &worse)), Ok(Verdict::KeepIfKnown(_))));
}
