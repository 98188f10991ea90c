//! Resources are read as their types say, whole or not at all.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic where it fails")]

mod common;

use common::{first, input, item, lines, observation, single};
use lacteal_fhir::{
    Comparator, Deceased, Error, LinkType, ObservationStatus, Resource, Severity, Timing, Value,
};

/// The issues of one observation with these members, and whether it could be read.
fn verdict(members: &str) -> (bool, String) {
    let input = input(&observation(members));
    let item = &input.items()[0];
    (!matches!(item.resource, Resource::Unreadable(_)), lines(&item.issues))
}

#[test]
fn a_quantity_keeps_comparator_unit_and_digits() {
    let resource = single(&observation(
        r#""valueQuantity": {"value": 2.0, "comparator": "<", "unit": "percent", "system": "http://unitsofmeasure.org", "code": "%"}"#,
    ));
    let Resource::Observation(it) = resource else { panic!() };
    let Some(Value::Quantity(quantity)) = it.value else { panic!() };
    assert_eq!(quantity.value.unwrap().as_str(), "2.0");
    assert_eq!(quantity.comparator, Some(Comparator::Less));
    assert_eq!((quantity.unit.as_deref(), quantity.code.as_deref()), (Some("percent"), Some("%")));
}

#[test]
fn each_type_of_value_is_told_apart() {
    for (member, suffix) in [
        (r#""valueQuantity": {"value": 1}"#, "Quantity"),
        (r#""valueCodeableConcept": {"text": "pT3"}"#, "CodeableConcept"),
        (r#""valueString": "pT3""#, "String"),
        (r#""valueBoolean": true"#, "Boolean"),
        (r#""valueInteger": 4"#, "Integer"),
        (r#""valueRange": {"low": {"value": 3}, "high": {"value": 5}}"#, "Range"),
        (r#""valueRatio": {"numerator": {"value": 4}, "denominator": {"value": 17}}"#, "Ratio"),
        (r#""valueSampledData": {"origin": {"value": 0}}"#, "SampledData"),
        (r#""valueTime": "10:00:00""#, "Time"),
        (r#""valueDateTime": "2021-03""#, "DateTime"),
        (r#""valuePeriod": {"start": "2021"}"#, "Period"),
    ] {
        let Resource::Observation(it) = single(&observation(member)) else { panic!("{member}") };
        assert_eq!(it.value.map(|it| it.suffix()), Some(suffix));
    }
}

#[test]
fn an_element_of_the_wrong_kind_makes_the_resource_unreadable_and_says_where() {
    for (members, expected) in [
        (r#""valueQuantity": 4"#, "structure Observation.valueQuantity: element must be an object"),
        (
            r#""valueQuantity": {"value": "4"}"#,
            "structure Observation.valueQuantity.value: element must be a number",
        ),
        (r#""valueInteger": 4.0"#, "value Observation.valueInteger: text is not a valid integer"),
        (r#""note": {"text": "x"}"#, "structure Observation.note: element must be an array"),
        (r#""note": [{"text": "x"}, null]"#, "structure Observation.note[1]: element must be an object"),
        (
            r#""effectiveDateTime": "05/04/2021""#,
            "value Observation.effectiveDateTime: text is not a valid dateTime",
        ),
        (
            r#""component": [{"valueString": "x"}]"#,
            "required Observation.component[0].code: required element is absent",
        ),
        (
            r#""valueQuantity": {"value": 4, "comparator": "~"}"#,
            "code-invalid Observation.valueQuantity.comparator: code is not in the value set quantity-comparator, \
             which is required here",
        ),
        (
            r#""valueString": "a", "valueBoolean": true"#,
            "structure Observation.value: two values of one choice element; only one type may be given",
        ),
    ] {
        assert_eq!(verdict(members), (false, expected.to_owned()), "{members}");
    }
}

#[test]
fn a_resource_without_its_required_elements_is_unreadable() {
    let input = input(r#"{"resourceType": "Observation", "status": ""}"#);
    let item = &input.items()[0];
    assert!(matches!(item.resource, Resource::Unreadable(_)) && input.has_errors());
    let issues: Vec<_> = item.issues.iter().map(|it| (it.expression.as_str(), it.error.clone())).collect();
    assert_eq!(
        issues,
        [
            ("Observation.status", Error::Empty),
            ("Observation.status", Error::Missing),
            ("Observation.code", Error::Missing),
        ]
    );
}

#[test]
fn an_unreadable_resource_is_kept_whole() {
    let body = observation(r#""valueQuantity": 4, "id": "o-1", "subject": {"reference": "Patient/1"}"#);
    let resource = single(&body);
    assert_eq!((resource.type_name(), resource.id()), ("Observation", Some("o-1")));
    assert!(resource.subject().is_some());
    assert_eq!(resource.to_json().to_text().replace([' ', '\n'], ""), body.replace([' ', '\n'], ""));
}

#[test]
fn an_empty_element_is_absent_and_mentioned() {
    for members in [r#""note": []"#, r#""valueString": """#, r#""subject": null"#] {
        let (read, issues) = verdict(members);
        assert!(read && issues.contains("read as absent"), "{members}: {issues}");
    }
}

#[test]
fn a_time_without_a_zone_is_read_and_mentioned() {
    let input = input(&observation(r#""effectiveDateTime": "2021-03-08T10:00:00""#));
    let item = &input.items()[0];
    assert_eq!((item.issues.len(), input.has_errors()), (1, false));
    assert_eq!((&item.issues[0].error, item.issues[0].severity), (&Error::NoZone, Severity::Warning));
    let Resource::Observation(it) = &item.resource else { panic!() };
    let Some(Timing::DateTime(time)) = &it.effective else { panic!() };
    assert_eq!((time.date().unwrap().to_string().as_str(), time.instant()), ("2021-03-08", None));
}

#[test]
fn a_modifier_that_is_not_understood_makes_the_resource_unreadable() {
    for members in [
        r#""modifierExtension": [{"url": "http://example.org/not", "valueBoolean": true}]"#,
        r#""component": [{"code": {}, "modifierExtension": [{"url": "x"}]}]"#,
        r#""implicitRules": "http://example.org/rules""#,
    ] {
        let (read, issues) = verdict(members);
        assert!(!read, "{members}");
        assert!(issues.contains("is not understood"), "{issues}");
    }
    let (read, _) = verdict(r#""extension": [{"url": "http://example.org/x", "valueBoolean": true}]"#);
    assert!(read, "an ordinary extension may be ignored");
}

#[test]
fn an_unreadable_entry_leaves_the_others_readable() {
    let input = input(common::BATCH);
    let kinds: Vec<_> =
        input.items().iter().map(|it| matches!(it.resource, Resource::Unreadable(_))).collect();
    assert_eq!(kinds, [false, true, false]);
    assert_eq!(
        lines(input.issues()),
        "code-invalid Bundle.entry[1].resource.status: code is not in the value set observation-status, \
         which is required here"
    );
}

#[test]
fn entered_in_error_is_told_by_the_type() {
    let marked = |body: &str| single(body).is_entered_in_error();
    let subject = r#""subject": {"reference": "Patient/1"}"#;
    let ver = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
    for body in [
        observation("\"id\": \"1\"").replace("\"final\"", "\"entered-in-error\""),
        format!(
            r#"{{"resourceType": "Condition", {subject},
            "verificationStatus": {{"coding": [{{"system": "{ver}", "code": "entered-in-error"}}]}}}}"#
        ),
        r#"{"resourceType": "DiagnosticReport", "status": "entered-in-error", "code": {}}"#.to_owned(),
        format!(r#"{{"resourceType": "Procedure", "status": "entered-in-error", {subject}}}"#),
        format!(
            r#"{{"resourceType": "ServiceRequest", "status": "entered-in-error", "intent": "order", {subject}}}"#
        ),
        r#"{"resourceType": "Appointment", "status": "entered-in-error"}"#.to_owned(),
        format!(r#"{{"resourceType": "ImagingStudy", "status": "entered-in-error", {subject}}}"#),
        r#"{"resourceType": "Encounter", "status": "entered-in-error"}"#.to_owned(),
        r#"{"resourceType": "Specimen", "status": "entered-in-error"}"#.to_owned(),
    ] {
        assert!(marked(&body), "{body}");
        assert!(!marked(&body.replace("entered-in-error", "cancelled")), "{body}");
    }
    let Resource::Observation(it) = single(&observation("\"id\": \"1\"")) else { panic!() };
    assert_eq!(it.status, ObservationStatus::Final);
}

#[test]
fn of_a_patient_names_are_only_known_to_be_there() {
    let input = input(common::COLLECTION);
    let Resource::Patient(patient) = &item(&input, "Patient", "p-4711").resource else { panic!() };
    assert!(patient.name.is_some() && patient.address.is_some() && patient.telecom.is_some());
    assert_eq!(patient.birth_date.as_ref().unwrap().date().unwrap().to_string(), "1957-06");
    assert_eq!(patient.deceased.as_ref().map(Deceased::is_deceased), Some(false));
    assert_eq!(
        patient.extra.extensions("http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex").count(),
        1
    );
    let written = Resource::Patient(patient.clone()).to_json().to_text();
    assert!(
        !written.contains("Canaria") && !written.contains("555-0142") && !written.contains("Canary Lane")
    );
    assert!(written.contains("1957-06") && written.contains("birthsex"));
}

#[test]
fn a_merged_patient_says_by_which_it_is_replaced() {
    let input = input(common::BATCH);
    let Resource::Patient(patient) = &first(&input, "Patient").resource else { panic!() };
    assert_eq!((patient.active, patient.link[0].kind), (Some(false), LinkType::ReplacedBy));
    assert_eq!(patient.replaced_by().unwrap().reference.as_deref(), Some("Patient/p-4711"));
    assert_eq!(patient.replaces().count(), 0);
}

#[test]
fn the_parameters_of_a_merge_are_understood() {
    let Resource::Parameters(parameters) = single(common::MERGE) else { panic!() };
    let merge = parameters.merge().unwrap();
    assert_eq!(merge.source.unwrap().reference.as_deref(), Some("Patient/p-4712"));
    assert_eq!(merge.target.unwrap().reference.as_deref(), Some("Patient/p-4711"));
    assert_eq!((merge.target_identifiers.len(), merge.preview), (1, false));
    let Resource::Parameters(half) = single(
        r#"{"resourceType": "Parameters", "parameter": [{"name": "source-patient", "valueReference": {}}]}"#,
    ) else {
        panic!()
    };
    assert_eq!(half.merge(), None, "a merge needs both records");
}

#[test]
fn the_text_of_a_report_is_decoded_by_its_charset() {
    let input = input(common::COLLECTION);
    let Resource::DiagnosticReport(report) = &first(&input, "DiagnosticReport").resource else { panic!() };
    let text = report.presented_form[0].text().unwrap().unwrap();
    assert!(text.starts_with("DIAGNOSIS: Terminal ileum") && text.contains("Ki-67 index 1.8 %"));

    let input = common::input(common::TRANSACTION);
    let Resource::DiagnosticReport(report) = &first(&input, "DiagnosticReport").resource else { panic!() };
    assert!(report.presented_form[0].text().unwrap().unwrap().ends_with("metastasis. Grüße"));
}

#[test]
fn an_attachment_that_cannot_be_decoded_says_why() {
    let attachment = |members: &str| {
        let body = format!(
            r#"{{"resourceType": "DiagnosticReport", "status": "final", "code": {{}}, "presentedForm": [{{{members}}}]}}"#
        );
        let Resource::DiagnosticReport(report) = single(&body) else { panic!() };
        report.presented_form[0].clone()
    };
    let text = |members: &str| attachment(members).text();
    assert_eq!(text(r#""contentType": "text/plain", "data": "TGl2 ZXI=""#), Ok(Some("Liver".to_owned())));
    assert_eq!(text(r#""contentType": "Text/Plain", "data": "TGl2ZXI""#), Ok(Some("Liver".to_owned())));
    assert_eq!(text(r#""contentType": "application/pdf", "data": "TGl2ZXI=""#), Ok(None));
    assert_eq!(text(r#""contentType": "text/plain", "url": "https://example.org/1""#), Ok(None));
    assert_eq!(text(r#""contentType": "text/plain", "data": "TGl*""#), Err(Error::Base64));
    assert_eq!(text(r#""contentType": "text/plain", "data": "/A==""#), Err(Error::Undecodable));
    assert_eq!(
        text(r#""contentType": "text/plain; charset=klingon", "data": "TGl2ZXI=""#),
        Err(Error::UnknownCharset)
    );
    assert_eq!(
        attachment(r#""contentType": "application/pdf", "data": "TGl2""#).bytes(),
        Ok(Some(b"Liv".to_vec()))
    );
}
