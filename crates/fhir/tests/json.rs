//! Bodies are read strictly and within limits, and a refusal says where.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic where it fails")]

mod common;

use common::{lines, observation, refused, single};
use lacteal_fhir::{Error, Limits, Resource, Severity, SyntaxFault, locate, read};

fn refusal(body: &[u8]) -> String {
    let issues = refused(body);
    assert!(issues.iter().all(|it| it.severity >= Severity::Error), "{}", lines(&issues));
    lines(&issues)
}

#[test]
fn a_name_that_occurs_twice_is_refused_with_its_place() {
    let body = br#"{"resourceType": "Bundle", "type": "collection", "entry": [{}, {"resource":
        {"resourceType": "Observation", "status": "final", "status": "preliminary"}}]}"#;
    let issues = refused(body);
    assert_eq!(issues[0].expression, "Bundle.entry[1].resource.status");
    assert_eq!(issues[0].error.issue_type().as_str(), "structure");
    assert!(matches!(issues[0].error, Error::DuplicateKey { .. }));

    // Also when the second is written with an escape, and in an object of many members.
    assert!(
        refusal(br#"{"resourceType": "Patient", "active": true, "activ\u0065": false}"#)
            .contains("Patient.active")
    );
    let members: Vec<_> = (0..100).map(|it| format!("\"x{it}\": {it}")).collect();
    let body = format!("{{\"resourceType\": \"Patient\", {}, \"x50\": 1}}", members.join(", "));
    assert!(matches!(refused(body.as_bytes())[0].error, Error::DuplicateKey { .. }));
}

#[test]
fn what_is_no_json_is_refused_with_the_byte() {
    for (body, offset, fault) in [
        ("", 0, SyntaxFault::Nothing),
        (" \n\t", 3, SyntaxFault::Nothing),
        ("{", 1, SyntaxFault::End),
        ("{\"a\" 1}", 5, SyntaxFault::Colon),
        ("{\"a\": 1,}", 8, SyntaxFault::Name),
        ("[1 2]", 3, SyntaxFault::Comma),
        ("[01]", 1, SyntaxFault::Number),
        ("[.5]", 1, SyntaxFault::Value),
        ("[NaN]", 1, SyntaxFault::Value),
        ("[\"a\nb\"]", 3, SyntaxFault::Control),
        ("[\"\\ud800\"]", 8, SyntaxFault::Escape),
        ("[\"\\x\"]", 3, SyntaxFault::Escape),
        ("{} {}", 3, SyntaxFault::Trailing),
        ("<Patient/>", 0, SyntaxFault::Value),
    ] {
        assert_eq!(refused(body.as_bytes())[0].error, Error::Syntax { offset, fault }, "{body}");
    }
}

#[test]
fn bytes_that_are_no_utf_8_are_refused() {
    let body = b"{\"resourceType\": \"Patient\", \"id\": \"M\xfcller\"}";
    assert_eq!(refused(body)[0].error, Error::NotUtf8 { offset: 36 });
}

#[test]
fn a_byte_order_mark_is_let_pass_and_spans_count_it() {
    let body = format!("\u{feff}{}", observation("\"valueInteger\": 7"));
    let input = common::input(&body);
    assert_eq!(input.items()[0].place.span, 3..body.len());
}

#[test]
fn each_limit_is_inclusive_and_says_what_is_over() {
    let body = observation(r#""valueString": "0123456789", "note": [{"text": "x"}]"#);
    let values = body.matches([':', '[']).count() - body.matches("http:").count() + 1;
    let exact = Limits {
        body_bytes_max: body.len(),
        depth_max: 4,
        string_bytes_max: "http://loinc.org".len(),
        values_max: values,
        ..Limits::default()
    };
    assert!(read(body.as_bytes(), &exact).is_ok());
    let refusal = |limits: Limits| read(body.as_bytes(), &limits).expect_err("over the limit").remove(0);

    let issue = refusal(Limits { body_bytes_max: body.len() - 1, ..exact });
    assert_eq!((issue.error.issue_type().as_str(), issue.expression.as_str()), ("too-long", "Resource"));
    let issue = refusal(Limits { depth_max: 3, ..exact });
    assert_eq!(issue.expression, "Observation.code.coding[0]");
    assert_eq!(issue.error.issue_type().as_str(), "too-costly");
    let issue = refusal(Limits { string_bytes_max: exact.string_bytes_max - 1, ..exact });
    assert_eq!(issue.expression, "Observation.code.coding[0].system");
    let issue = refusal(Limits { values_max: values - 1, ..exact });
    assert_eq!(issue.expression, "Observation.note[0].text");
    let long = observation("\"valueQuantity\": {\"value\": 1.00000000}");
    let issue =
        read(long.as_bytes(), &Limits { number_bytes_max: 9, ..Limits::default() }).expect_err("too long");
    assert_eq!(issue[0].expression, "Observation.valueQuantity.value");
}

#[test]
fn the_entries_of_a_bundle_are_counted() {
    let body =
        br#"{"resourceType": "Bundle", "type": "batch-response", "entry": [{"x": 1}, {"x": 1}, {"x": 1}]}"#;
    let with = |entries_max| read(body, &Limits { entries_max, ..Limits::default() });
    assert!(with(3).is_ok());
    let issues = with(2).expect_err("too many");
    assert_eq!(issues[0].error, Error::TooManyEntries { count: 3, count_max: 2 });
    assert_eq!(issues[0].expression, "Bundle.entry");
}

#[test]
fn no_depth_exhausts_the_stack_whatever_the_limit() {
    let limits = Limits { depth_max: usize::MAX, ..Limits::default() };
    for open in ["[", "{\"a\":"] {
        let body = open.repeat(1_000_000);
        let issues = read(body.as_bytes(), &limits).expect_err("too deep");
        assert!(matches!(issues[0].error, Error::OverLimit { .. }));
        assert_eq!(locate(body.as_bytes(), "Resource.a", &limits), None);
    }
}

#[test]
fn a_number_keeps_its_digits() {
    for text in ["2.50", "2.5", "1E+2", "0.000000000000000000123", "123456789012345678901234567890", "-0.0"] {
        let body = observation(&format!("\"valueQuantity\": {{\"value\": {text}}}"));
        let resource = single(&body);
        assert!(resource.to_json().to_text().contains(&format!("\"value\":{text}}}")), "{text}");
    }
}

#[test]
fn a_body_that_is_no_resource_of_r4_is_refused() {
    assert!(refusal(b"[]").contains("Resource: element must be an object"));
    assert!(refusal(b"{}").contains("Resource: no resourceType"));
    assert!(refusal(br#"{"resourceType": 4}"#).contains("no resourceType"));
    let refusal = refusal(br#"{"resourceType": "Pavient"}"#);
    assert!(refusal.starts_with("not-supported Resource.resourceType"), "{refusal}");
}

#[test]
fn the_bytes_of_a_value_are_found_by_its_expression() {
    let body =
        observation(r#" "component": [{"code": {}}, {"code": {}, "valueQuantity" : {"value":  2.50 }}]"#);
    let found =
        |expression: &str| locate(body.as_bytes(), expression, &Limits::default()).map(|it| &body[it]);
    assert_eq!(found("Observation.component[1].valueQuantity.value"), Some("2.50"));
    assert_eq!(found("Observation.component[1].valueQuantity"), Some("{\"value\":  2.50 }"));
    assert_eq!(found("Observation"), Some(body.as_str()));
    for absent in
        ["Observation.component[2]", "Observation.x", "Observation.status[0]", "", "Observation.component[x]"]
    {
        assert_eq!(found(absent), None, "{absent}");
    }
}

#[test]
fn an_other_type_of_r4_is_kept_whole() {
    let body = r#"{"resourceType": "Flag", "id": "f", "status": "entered-in-error", "x": [1.0, null]}"#;
    let resource = single(body);
    let Resource::Other(other) = &resource else { panic!("{resource:?}") };
    assert_eq!((other.resource_type.as_str(), resource.id()), ("Flag", Some("f")));
    assert!(resource.is_entered_in_error());
    assert_eq!(resource.to_json().to_text(), body.replace(": ", ":").replace(", ", ","));
}
