//! Laws that hold for any input.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic where it fails")]

mod common;

use lacteal_fhir::{Error, Input, Json, Limits, Resource, locate, read};
use proptest::prelude::*;
use serde_json::Value;

/// JSON of any shape whose names are often names of FHIR.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        prop_oneof!["[a-zA-Z0-9 :/#.|-]{0,12}", ".{0,6}"].prop_map(Value::from),
        prop::sample::select(CODES).prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..6)
                .prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![4 => prop::sample::select(NAMES).prop_map(str::to_owned), 1 => "[a-z]{1,5}"]
}

const NAMES: &[&str] = &[
    "resourceType",
    "id",
    "meta",
    "type",
    "entry",
    "resource",
    "fullUrl",
    "request",
    "status",
    "code",
    "coding",
    "system",
    "subject",
    "reference",
    "valueQuantity",
    "valueString",
    "value",
    "unit",
    "component",
    "contained",
    "identifier",
    "effectiveDateTime",
    "extension",
    "modifierExtension",
    "link",
    "other",
    "method",
    "url",
    "text",
];

const CODES: &[&str] = &[
    "final",
    "collection",
    "transaction",
    "Observation",
    "Patient",
    "Bundle",
    "Condition",
    "Flag",
    "2021-03",
    "2021-03-08T10:00:00Z",
    "2021-03-08T10:00:00",
    "Patient/1",
    "#a",
    "urn:uuid:1",
    "PUT",
    "usual",
    "replaces",
];

/// A resource that is often well-formed, with members that nobody knows.
fn resource_like() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(
        &["Observation", "Condition", "DiagnosticReport", "Appointment", "Flag", "Specimen"][..],
    );
    let concept = || {
        prop::collection::vec(("[A-Z0-9-]{1,6}", any::<bool>()), 0..3).prop_map(|it| {
            let coding = it
                .into_iter()
                .map(|(code, chosen)| serde_json::json!({"code": code, "userSelected": chosen}));
            let coding: Vec<Value> = coding.collect();
            if coding.is_empty() {
                serde_json::json!({"text": "words"})
            } else {
                serde_json::json!({"coding": coding})
            }
        })
    };
    let status = prop::sample::select(&["final", "booked", "available", "unknown", "nonsense"][..]);
    let members = prop::collection::vec(("[a-z]{1,4}[A-Z][a-z]{0,4}", any_json()), 0..4);
    (kind, concept(), status, members, any::<i64>(), 0u32..2000).prop_map(
        |(kind, code, status, members, number, day)| {
            let mut it = serde_json::json!({
                "resourceType": kind, "status": status, "code": code,
                "subject": {"reference": "Patient/1", "xtra": number},
                "note": [{"text": "remark", "time": format!("{:04}-0{}", 1900 + day % 100, 1 + day % 9)}],
            });
            if kind == "Condition" {
                it.as_object_mut().map(|it| it.remove("status"));
            }
            for (name, value) in members {
                it[name] = value;
            }
            it
        },
    )
}

fn check(input: &Input, body: &[u8]) -> Result<(), TestCaseError> {
    for issue in input.issues() {
        prop_assert!(!issue.expression.is_empty());
    }
    for item in input.items() {
        prop_assert_eq!(
            locate(body, &item.place.expression, &Limits::default()),
            Some(item.place.span.clone())
        );
        let broken = item.issues.iter().any(lacteal_fhir::Issue::is_error);
        prop_assert_eq!(matches!(item.resource, Resource::Unreadable(_)), broken);
        let _ =
            (input.key_of(item), input.subject_of(item), item.version(), item.resource.is_entered_in_error());
        if !item.resource.is("Patient") {
            let text = std::str::from_utf8(&body[item.place.span.clone()]).unwrap();
            let read: Value = serde_json::from_str(text).unwrap();
            let written: Value = serde_json::from_str(&item.resource.to_json().to_text()).unwrap();
            prop_assert_eq!(read, written);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let limits = Limits::default();
        if let Err(issues) = read(&body, &limits) {
            prop_assert!(issues.iter().any(lacteal_fhir::Issue::is_error));
        }
        let _ = locate(&body, "Bundle.entry[0].resource", &limits);
    }

    #[test]
    fn no_spoilt_sample_makes_it_panic(
        which in 0..common::SAMPLES.len(),
        at in any::<prop::sample::Index>(),
        len in 0usize..40,
        with in "[\\[\\]{}\",:a-z0-9 ]{0,6}",
    ) {
        let mut body = common::SAMPLES[which].as_bytes().to_vec();
        let start = at.index(body.len());
        let end = (start + len).min(body.len());
        body.splice(start..end, with.bytes());
        match read(&body, &Limits::default()) {
            Ok(input) => check(&input, &body)?,
            Err(issues) => prop_assert!(issues.iter().all(|it| !it.expression.is_empty())),
        }
    }

    #[test]
    fn any_json_is_read_or_refused_with_an_expression(mut json in any_json(), kind in prop::sample::select(CODES)) {
        if let Some(object) = json.as_object_mut() {
            object.insert("resourceType".into(), kind.into());
        }
        let body = json.to_string().into_bytes();
        match read(&body, &Limits::default()) {
            Ok(input) => check(&input, &body)?,
            Err(issues) => prop_assert!(
                !issues.is_empty() && issues.iter().all(|it| !it.expression.is_empty()),
            ),
        }
    }

    #[test]
    fn what_is_read_is_written_back(json in resource_like()) {
        let body = json.to_string();
        let input = common::input(&body);
        check(&input, body.as_bytes())?;
        let again = common::input(&input.items()[0].resource.to_json().to_text());
        prop_assert_eq!(&again.items()[0].resource, &input.items()[0].resource);
    }

    #[test]
    fn it_takes_the_json_that_the_usual_reader_takes(text in "[\\[\\]{}\",:0-9eE+.truefalsn \\\\u-]{0,24}") {
        // Wrapped, so that any JSON value becomes part of a resource that is kept whole.
        let body = format!("{{\"resourceType\":\"Flag\",\"x\":{text}}}");
        let usual = serde_json::from_str::<Value>(&body);
        match (read(body.as_bytes(), &Limits::default()), usual) {
            (Ok(input), Ok(usual)) => {
                let ours: Value = serde_json::from_str(&input.items()[0].resource.to_json().to_text()).unwrap();
                prop_assert_eq!(ours, usual);
            }
            (Err(_), Err(_)) => {}
            (Err(issues), Ok(_)) => prop_assert!(matches!(issues[0].error, Error::DuplicateKey { .. }), "{body}"),
            // The usual reader refuses numbers beyond its floats; here they are text.
            (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("number out of range"), "{body}: {error}"),
        }
    }

    #[test]
    fn any_string_is_written_so_that_it_is_read_the_same(text in ".{0,40}", control in 0u8..0x20) {
        let text = format!("{text}{}", char::from(control));
        let body = Json::from(text.as_str()).to_text();
        prop_assert_eq!(&serde_json::from_str::<String>(&body).unwrap(), &text);
        let body = format!("{{\"resourceType\":\"Flag\",\"x\":{body}}}");
        let Resource::Other(other) = common::single(&body) else { panic!() };
        prop_assert_eq!(other.json.get("x").and_then(Json::as_str), Some(text.as_str()));
    }
}
