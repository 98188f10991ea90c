//! What is written: resources as they were read, outcomes and capabilities that are well-formed resources themselves,
//! and nothing that tells who a patient is.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic where it fails")]

mod common;

use common::{input, refused};
use lacteal_fhir::{
    BundleType, Capability, EntryResponse, Error, Issue, IssueType, Json, Limits, MessageAnswer, Resource,
    ResourceCapability, ResponseCode, Severity, bundle_response, capability_statement, message_response,
    operation_outcome, read,
};
use serde_json::{Value, json};

fn value(json: &Json) -> Value {
    serde_json::from_str(&json.to_text()).expect("what is written is JSON")
}

#[test]
fn a_resource_of_the_samples_is_written_as_it_was_read() {
    for sample in common::SAMPLES {
        for item in input(sample).items().iter().filter(|it| !it.resource.is("Patient")) {
            let read: Value = serde_json::from_str(&sample[item.place.span.clone()]).unwrap();
            assert_eq!(value(&item.resource.to_json()), read, "{}", item.place.expression);
        }
    }
}

#[test]
fn an_outcome_holds_severity_code_and_expression() {
    let issues = refused(br#"{"resourceType": "Observation", "status": "final", "status": "final"}"#);
    assert_eq!(
        value(&operation_outcome(&issues)),
        json!({"resourceType": "OperationOutcome", "issue": [{
            "severity": "fatal", "code": "structure",
            "diagnostics": "object has two members of the same name, the second at byte 51",
            "expression": ["Observation.status"],
        }]})
    );
    let own = Issue::new(Error::Other { issue_type: IssueType::NoStore, text: "store is not reachable" }, "");
    let outcome = value(&operation_outcome(&[own]));
    assert_eq!(
        outcome["issue"][0],
        json!({"severity": "error", "code": "no-store", "diagnostics": "store is not reachable"})
    );
    assert_eq!(value(&operation_outcome(&[]))["issue"][0]["severity"], "information");
}

#[test]
fn issues_are_bounded_and_the_rest_is_counted() {
    let components = vec!["{}"; 1000].join(",");
    let body = common::observation(&format!("\"component\": [{components}]"));
    let limits = Limits { issues_max: 10, ..Limits::default() };
    let input = read(body.as_bytes(), &limits).unwrap();
    assert!(matches!(input.items()[0].resource, Resource::Unreadable(_)));
    assert_eq!(input.issues().len(), 11);
    assert_eq!(input.issues()[10].error, Error::MoreIssues { count: 990 });
    assert_eq!(input.issues()[10].severity, Severity::Information);
}

#[test]
fn issues_are_bounded_over_all_entries_and_no_error_is_forgotten() {
    let entries = vec![r#"{"resource": {"resourceType": "Observation", "status": "x"}}"#; 50].join(",");
    let body = format!(r#"{{"resourceType": "Bundle", "type": "collection", "entry": [{entries}]}}"#);
    let input = read(body.as_bytes(), &Limits { issues_max: 10, ..Limits::default() }).unwrap();
    assert_eq!((input.issues().len(), &input.issues()[10].error), (11, &Error::MoreIssues { count: 90 }));
    assert!(
        input.items().iter().all(|it| matches!(it.resource, Resource::Unreadable(_))) && input.has_errors()
    );
}

#[test]
fn a_capability_statement_says_what_the_caller_gives() {
    let statement = value(&capability_statement(&Capability {
        software_name: "lacteal",
        software_version: "0.1.0",
        date: "2026-01-01",
        description: "intake",
        formats: &["application/fhir+json"],
        security: None,
        resources: &[ResourceCapability {
            resource_type: "Patient",
            interactions: &["create"],
            profiles: &[],
            operations: &[("merge", "http://example.org/merge")],
        }],
        interactions: &["transaction", "batch"],
        operations: &[],
    }));
    assert_eq!(statement["fhirVersion"], "4.0.1");
    assert_eq!(
        statement["rest"][0],
        json!({
            "mode": "server",
            "resource": [{"type": "Patient", "interaction": [{"code": "create"}],
                "operation": [{"name": "merge", "definition": "http://example.org/merge"}]}],
            "interaction": [{"code": "transaction"}, {"code": "batch"}],
        })
    );
    for required in ["status", "date", "kind", "format", "implementation"] {
        assert!(!statement[required].is_null(), "{required}");
    }
}

#[test]
fn an_answer_has_an_entry_for_each_entry_asked() {
    let issue = [Issue::new(Error::Missing, "Bundle.entry[1].resource.code")];
    let entries = [
        EntryResponse {
            status: "201 Created",
            location: Some("Patient/1/_history/1"),
            ..EntryResponse::default()
        },
        EntryResponse { status: "422", issues: &issue, ..EntryResponse::default() },
    ];
    let answer = value(&bundle_response(BundleType::Batch, &entries));
    assert_eq!(answer["type"], "batch-response");
    assert_eq!(
        answer["entry"][0]["response"],
        json!({"status": "201 Created", "location": "Patient/1/_history/1"})
    );
    assert_eq!(answer["entry"][1]["response"]["outcome"]["issue"][0]["code"], "required");
    assert_eq!(value(&bundle_response(BundleType::Transaction, &[]))["type"], "transaction-response");
}

#[test]
fn the_answer_to_a_message_can_be_read_and_is_the_same_each_time() {
    let answer = || {
        message_response(&MessageAnswer {
            ids: ["6f1d2a3e-0000-4000-8000-000000000001", "6f1d2a3e-0000-4000-8000-000000000002"],
            timestamp: "2026-01-01T00:00:00Z",
            endpoint: "https://lacteal.example",
            event: ("eventUri", Json::from("http://example.org/events/result")),
            request: "mh-1",
            code: ResponseCode::Ok,
            issues: &[],
        })
        .to_text()
    };
    assert_eq!(answer(), answer());
    let input = input(&answer());
    assert!(!input.has_errors());
    let Resource::MessageHeader(header) = &input.items()[0].resource else { panic!() };
    let response = header.response.as_ref().unwrap();
    assert_eq!((response.identifier.as_str(), response.code), ("mh-1", ResponseCode::Ok));
    let details = input.resolve(&input.items()[0], response.details.as_ref().unwrap());
    assert_eq!(details.resource_type(), Some("OperationOutcome"));
}

/// Everything that can be shown of a body: issues, outcome, and `Debug` of the whole and of each part.
fn shown(body: &str) -> String {
    let limits = Limits::default();
    match read(body.as_bytes(), &limits) {
        Err(issues) => {
            format!("{issues:?} {} {}", common::lines(&issues), operation_outcome(&issues).to_text())
        }
        Ok(input) => {
            let mut out = format!("{input:?} {}", operation_outcome(input.issues()).to_text());
            for item in input.items() {
                out += &format!("{item:?} {:?} {:?}", input.key_of(item), item.version());
                out += &match &item.resource {
                    Resource::Patient(it) => format!("{it:?} {:?}", it.identifier),
                    Resource::Observation(it) => format!("{it:?} {:?} {:?}", it.value, it.effective),
                    Resource::Other(it) | Resource::Unreadable(it) => format!("{it:?}"),
                    Resource::Condition(it) => format!("{it:?} {:?}", it.subject),
                    _ => String::new(),
                };
                out += &format!("{:?}", input.subject_of(item));
            }
            out
        }
    }
}

#[test]
fn nothing_that_is_shown_holds_content_of_the_body() {
    // Each value of the sample becomes a canary by turns of the body being cut or spoilt.
    let canaries = ["Canar", "CANARY", "1957", "Ileum", "2.3", "pT3", "S21-0815", "PL-77", "Grüße", "4711"];
    for sample in common::SAMPLES {
        let mut bodies = vec![(*sample).to_owned()];
        bodies.extend(
            ["\"id\"", "\"value\"", "\"code\"", "\"status\"", "\"reference\""]
                .map(|name| sample.replacen(name, "\"canaryCANARY\"", 1)),
        );
        bodies.extend(
            ["\"final\"", "2.3", "\"1957-06\"", "\"usual\"", "true"]
                .map(|it| sample.replace(it, "\"CANARY\"")),
        );
        bodies.extend(
            (0..sample.len())
                .step_by(97)
                .filter(|it| sample.is_char_boundary(*it))
                .map(|it| sample[..it].to_owned()),
        );
        for body in bodies {
            let shown = shown(&body);
            for canary in canaries {
                assert!(!shown.contains(canary), "{canary} in {shown}");
            }
        }
    }
    let twice = r#"{"resourceType": "Patient", "CanaryName": {"canaria": 1, "canaria": 2}}"#;
    assert!(!shown(twice).to_lowercase().contains("canar"));
    assert!(!shown(r#"{"resourceType": "CanaryType"}"#).contains("Canary"));
}
