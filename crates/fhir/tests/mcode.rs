//! mCODE profiles are recognised by their URL, and by the code where no profile is named.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic where it fails")]

mod common;

use common::{input, single};
use lacteal_fhir::mcode::{HISTOLOGY_EXTENSION, SIZE_LONGEST};
use lacteal_fhir::{McodeProfile as P, Resource, Staging, Terminology, Value};

const SAMPLE: &[(&str, P)] = &[
    ("p-4711", P::CancerPatient),
    ("c-ileum", P::PrimaryCancerCondition),
    ("o-stage", P::TnmStageGroup(Staging::Pathologic)),
    ("o-t", P::TnmPrimaryTumor(Staging::Pathologic)),
    ("o-n", P::TnmRegionalNodes(Staging::Pathologic)),
    ("o-m", P::TnmDistantMetastases(Staging::Clinical)),
    ("o-ki67", P::TumorMarkerTest),
    ("o-size", P::TumorSize),
    ("s-1", P::HumanSpecimen),
];

#[test]
fn a_profile_is_recognised_by_its_url() {
    let input = input(common::COLLECTION);
    for (id, profile) in SAMPLE {
        let item = input.items().iter().find(|it| it.resource.id() == Some(id)).unwrap();
        assert_eq!(P::of(&item.resource), Some(*profile), "{id}");
    }
}

#[test]
fn a_profile_of_an_observation_is_recognised_by_its_code_alone() {
    let input = input(&common::COLLECTION.replace("us/mcode/StructureDefinition/mcode-", "elsewhere/"));
    for (id, profile) in SAMPLE.iter().filter(|(id, _)| id.starts_with('o')) {
        let item = input.items().iter().find(|it| it.resource.id() == Some(id)).unwrap();
        assert_eq!(P::of(&item.resource), Some(*profile), "{id}");
    }
    assert_eq!(P::of(&single(r#"{"resourceType": "Patient"}"#)), None);
}

#[test]
fn older_profiles_and_versions_of_a_profile_are_known() {
    let url =
        |name: &str| P::from_url(&format!("http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-{name}"));
    assert_eq!(url("tumor-size|3.0.0"), Some(P::TumorSize));
    assert_eq!(
        url("tnm-pathological-regional-nodes-category"),
        Some(P::TnmRegionalNodes(Staging::Pathologic))
    );
    assert_eq!(url("tnm-pathologic-stage-group"), Some(P::TnmStageGroup(Staging::Pathologic)));
    assert_eq!(url("tnm-primary-tumor-category"), Some(P::TnmPrimaryTumor(Staging::Unsaid)));
    assert_eq!(url("wilms-tumor-stage"), Some(P::OtherStage));
    assert_eq!(url("unheard-of"), None);
}

#[test]
fn a_grade_is_recognised_under_both_codes() {
    for (system, code) in
        [("http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "C18000"), ("http://loinc.org", "44648-4")]
    {
        let body = format!(
            r#"{{"resourceType": "Observation", "status": "final", "code": {{"coding": [{{"system": "{system}", "code": "{code}"}}]}}}}"#
        );
        assert_eq!(P::of(&single(&body)), Some(P::HistologicGrade));
    }
}

#[test]
fn the_parts_of_an_mcode_sample_are_within_reach() {
    let input = input(common::COLLECTION);
    let find = |id: &str| &input.items().iter().find(|it| it.resource.id() == Some(id)).unwrap().resource;
    let Resource::Condition(condition) = find("c-ileum") else { panic!() };
    assert!(condition.code.as_ref().unwrap().has(Terminology::Icd10Cm, "C7A.012"));
    assert!(condition.body_site[0].has(Terminology::Snomed, "34516001"));
    let histology = condition.extra.extension_concept(HISTOLOGY_EXTENSION).unwrap();
    assert_eq!(histology.codes(Terminology::IcdO3Morphology).collect::<Vec<_>>(), ["8240/3"]);
    assert!(condition.clinical_is("active") && condition.verification_is("confirmed"));
    let Resource::Observation(size) = find("o-size") else { panic!() };
    let longest = size.component.iter().find(|it| it.code.has(Terminology::Loinc, SIZE_LONGEST)).unwrap();
    let Some(Value::Quantity(quantity)) = &longest.value else { panic!() };
    assert_eq!((quantity.value.as_ref().unwrap().as_str(), quantity.code.as_deref()), ("2.3", Some("cm")));
}
