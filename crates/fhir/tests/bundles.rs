//! Bundles: the rules between entries, where things are, where references lead, and what makes a resource the same.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic where it fails")]

mod common;

use std::cmp::Ordering;
use std::time::{Duration, UNIX_EPOCH};

use common::{first, input, item, lines};
use lacteal_fhir::{
    BundleType, Identity, Input, Literal, Method, Reference, Resource, Target, Unresolved, locate,
};

/// A collection of these entries.
fn collection(entries: &str) -> Input {
    input(&format!(r#"{{"resourceType": "Bundle", "type": "collection", "entry": [{entries}]}}"#))
}

/// The type and id of what the subject of the item leads to inside the body.
fn subject(input: &Input, index: usize) -> Option<(String, Option<String>)> {
    match input.subject_of(&input.items()[index])? {
        Target::Inside(it) => Some((it.resource.type_name().to_owned(), it.resource.id().map(str::to_owned))),
        _ => None,
    }
}

fn target_of<'a>(input: &'a Input, index: usize) -> Target<'a> {
    input.subject_of(&input.items()[index]).expect("has a subject")
}

/// An entry with an observation about this reference.
fn about(reference: &str, full_url: &str) -> String {
    format!(
        r#"{{"fullUrl": "{full_url}", "resource": {{"resourceType": "Observation", "status": "final", "code": {{}},
        "subject": {reference}}}}}"#
    )
}

fn patient(full_url: &str, members: &str) -> String {
    format!(r#"{{"fullUrl": "{full_url}", "resource": {{"resourceType": "Patient"{members}}}}}"#)
}

#[test]
fn the_kinds_of_bundle_are_told_apart() {
    let kind = |body: &str| input(body).bundle.map(|it| it.kind);
    assert_eq!(kind(common::COLLECTION), Some(BundleType::Collection));
    assert_eq!(kind(common::TRANSACTION), Some(BundleType::Transaction));
    assert_eq!(kind(common::MESSAGE), Some(BundleType::Message));
    assert_eq!(kind(common::BATCH), Some(BundleType::Batch));
    assert_eq!(kind(common::MERGE), None);
    assert!(BundleType::Transaction.is_all_or_nothing() && !BundleType::Batch.is_all_or_nothing());
    assert!(BundleType::Searchset.is_input() && !BundleType::History.is_input());
    let issues = common::refused(br#"{"resourceType": "Bundle", "type": "parcel", "entry": []}"#);
    assert!(lines(&issues).contains("code-invalid Bundle.type"));
}

#[test]
fn every_resource_knows_its_expression_and_its_bytes() {
    for sample in common::SAMPLES {
        for item in input(sample).items() {
            let text = &sample[item.place.span.clone()];
            assert!(text.starts_with('{') && text.ends_with('}'));
            assert!(text.contains(&format!("\"resourceType\": \"{}\"", item.resource.type_name())));
            assert_eq!(
                locate(sample.as_bytes(), &item.place.expression, &Default::default()),
                Some(item.place.span.clone())
            );
        }
    }
    let input = input(common::COLLECTION);
    assert_eq!(item(&input, "Observation", "o-ki67").place.expression, "Bundle.entry[6].resource");
    let expression = item(&input, "Observation", "o-ki67").place.expression_of("valueQuantity.value");
    let span = locate(common::COLLECTION.as_bytes(), &expression, &Default::default()).unwrap();
    assert_eq!(&common::COLLECTION[span], "1.80");
}

#[test]
fn the_samples_hold_no_issue_but_the_one_on_purpose() {
    for sample in common::SAMPLES.iter().filter(|it| **it != common::BATCH) {
        assert_eq!(lines(input(sample).issues()), "");
    }
}

#[test]
fn an_entry_says_what_is_to_be_done() {
    let input = input(common::TRANSACTION);
    let entries = &input.bundle.as_ref().unwrap().entries;
    let methods: Vec<_> = entries.iter().map(|it| it.request.as_ref().unwrap().method).collect();
    assert_eq!(methods[..2], [Method::Put, Method::Post]);
    assert_eq!((methods[6], entries[6].item), (Method::Delete, None));
    let search = entries[1].request.as_ref().unwrap().if_none_exist.as_deref();
    assert_eq!(search, Some("identifier=urn:oid:2.999.17.5|PL-77"));
}

#[test]
fn a_reference_by_uuid_leads_to_its_entry() {
    let input = input(common::TRANSACTION);
    let report = first(&input, "ServiceRequest");
    assert!(matches!(input.subject_of(report), Some(Target::Inside(it)) if it.resource.is("Patient")));
    let dangling = collection(&about(r#"{"reference": "urn:uuid:0"}"#, "urn:uuid:1"));
    assert_eq!(target_of(&dangling, 0), Target::Unresolved(Unresolved::Dangling));
}

#[test]
fn the_patient_of_an_appointment_is_the_participant_that_is_one() {
    let input = input(common::TRANSACTION);
    let appointment = first(&input, "Appointment");
    assert!(matches!(input.subject_of(appointment), Some(Target::Inside(it)) if it.resource.is("Patient")));
    let Resource::Appointment(it) = &appointment.resource else { panic!() };
    let room = input.resolve(appointment, it.participant[0].actor.as_ref().unwrap());
    let Target::Inside(room) = room else { panic!("{room:?}") };
    assert_eq!(
        (room.container, room.place.expression.as_str()),
        (Some(appointment.index), "Bundle.entry[2].resource.contained[0]")
    );
}

#[test]
fn a_relative_reference_leads_to_the_same_server() {
    let both = [
        patient("https://a.example/r4/Patient/1", r#", "id": "1", "active": true"#),
        patient("https://b.example/r4/Patient/1", r#", "id": "1", "active": false"#),
        about(r#"{"reference": "Patient/1"}"#, "https://b.example/r4/Observation/9"),
        about(r#"{"reference": "https://a.example/r4/Patient/1"}"#, "https://b.example/r4/Observation/8"),
        about(r#"{"reference": "Patient/1"}"#, "urn:uuid:7"),
        about(r#"{"reference": "Patient/1"}"#, "https://c.example/r4/Observation/6"),
    ];
    let input = collection(&both.join(","));
    let inside = |index: usize| match target_of(&input, index) {
        Target::Inside(it) => Some(it.index),
        _ => None,
    };
    assert_eq!((inside(2), inside(3)), (Some(1), Some(0)));
    assert_eq!(target_of(&input, 4), Target::Unresolved(Unresolved::Ambiguous));
    assert_eq!(target_of(&input, 5).resource_type(), Some("Patient"));
    assert_eq!(inside(5), None, "two named servers are not mixed");
}

#[test]
fn a_relative_reference_leads_to_type_and_id_where_no_server_is_named() {
    let entries = [
        r#"{"resource": {"resourceType": "Patient", "id": "1"}}"#.to_owned(),
        r#"{"resource": {"resourceType": "Practitioner", "id": "1"}}"#.to_owned(),
        about(r#"{"reference": "Patient/1"}"#, "urn:uuid:7"),
    ];
    assert_eq!(subject(&collection(&entries.join(",")), 2), Some(("Patient".into(), Some("1".into()))));
}

#[test]
fn a_versioned_reference_leads_to_that_version_only() {
    let version = |version: &str, day: &str| {
        let meta =
            format!(r#", "id": "1", "meta": {{"versionId": "{version}", "lastUpdated": "{day}T00:00:00Z"}}"#);
        patient("https://a.example/Patient/1", &meta)
    };
    let entries = [
        version("2", "2021-02-01"),
        version("1", "2021-01-01"),
        about(r#"{"reference": "Patient/1/_history/1"}"#, "https://a.example/Observation/1"),
        about(r#"{"reference": "Patient/1"}"#, "https://a.example/Observation/2"),
        about(r#"{"reference": "Patient/1/_history/3"}"#, "https://a.example/Observation/3"),
    ];
    let input = collection(&entries.join(","));
    let inside = |index: usize| match target_of(&input, index) {
        Target::Inside(it) => Some(it.index),
        _ => None,
    };
    assert_eq!((inside(2), inside(3), inside(4)), (Some(1), Some(0), None), "without a version the newest");

    let message = common::input(common::MESSAGE);
    let header = first(&message, "MessageHeader");
    let Resource::MessageHeader(it) = &header.resource else { panic!() };
    assert!(
        matches!(message.resolve(header, &it.focus[0]), Target::Inside(it) if it.resource.id() == Some("r-9"))
    );
}

#[test]
fn a_logical_reference_leads_to_the_one_with_the_identifier_or_outside() {
    let identifier = r#", "identifier": [{"system": "urn:oid:2.999", "value": "A|7"}]"#;
    let logical = r#"{"type": "Patient", "identifier": {"system": "urn:oid:2.999", "value": "A|7"}}"#;
    let conditional = r#"{"reference": "Patient?identifier=urn:oid:2.999%7CA%7C7"}"#;
    for reference in [logical, conditional] {
        let input =
            collection(&[patient("urn:uuid:1", identifier), about(reference, "urn:uuid:2")].join(","));
        assert!(matches!(target_of(&input, 1), Target::Inside(it) if it.index == 0), "{reference}");
        let input = collection(&about(reference, "urn:uuid:2"));
        let Target::Outside(outside) = target_of(&input, 0) else { panic!("{reference}") };
        let logical = outside.logical.unwrap();
        assert_eq!((logical.system.as_deref(), logical.value.as_str()), (Some("urn:oid:2.999"), "A|7"));
        assert!(logical.resource_type == Some("Patient") && outside.literal.is_none());
    }
    let other = collection(&about(r#"{"reference": "Patient?name=x"}"#, "urn:uuid:2"));
    assert_eq!(target_of(&other, 0), Target::Unresolved(Unresolved::Conditional));
}

#[test]
fn what_is_elsewhere_is_a_value_and_what_is_nothing_says_why() {
    let input =
        collection(&about(r#"{"reference": "Patient/1", "identifier": {"value": "7"}}"#, "urn:uuid:2"));
    let Target::Outside(outside) = target_of(&input, 0) else { panic!() };
    let literal = outside.literal.unwrap();
    assert_eq!((literal.base, literal.resource_type, literal.id), (None, "Patient", "1"));
    assert_eq!(outside.logical.unwrap().value, "7");
    for (reference, why) in [
        (r#"{"display": "somebody"}"#, Unresolved::Empty),
        (r#"{"identifier": {"system": "x"}}"#, Unresolved::Empty),
        (r#"{"reference": "somebody"}"#, Unresolved::Malformed),
        (r#"{"reference": "ftp://a.example/Patient/1"}"#, Unresolved::Malformed),
        (r##"{"reference": "#nobody"}"##, Unresolved::Dangling),
    ] {
        assert_eq!(
            target_of(&collection(&about(reference, "urn:uuid:2")), 0),
            Target::Unresolved(why),
            "{reference}"
        );
    }
}

#[test]
fn an_address_is_taken_apart() {
    let it = Literal::new("https://a.example/r4/Patient/p-1/_history/3").unwrap();
    assert_eq!(
        (it.base, it.resource_type, it.id, it.version),
        (Some("https://a.example/r4"), "Patient", "p-1", Some("3"))
    );
    for text in
        ["Patient", "Patient/", "Pavient/1", "/Patient/1", "urn:uuid:1", "Patient/a b", "a/b/Patient/1"]
    {
        assert!(Literal::new(text).is_none(), "{text}");
    }
}

#[test]
fn the_key_is_the_best_business_identifier_else_the_id_else_the_url() {
    let key = |entry: &str| {
        let input = collection(entry);
        input.key_of(&input.items()[0]).map(|it| it.identity)
    };
    let business = |system: &str, value: &str| {
        Some(Identity::Business { system: Some(system.to_owned()), value: value.to_owned() })
    };
    let identifiers = r#", "id": "1", "identifier": [{"value": "bare"}, {"use": "old", "system": "s", "value": "gone"},
        {"use": "temp", "system": "s", "value": "for now"}, {"system": "s", "value": "it"}]"#;
    assert_eq!(key(&patient("https://a.example/Patient/1", identifiers)), business("s", "it"));
    let only_old = r#", "id": "1", "identifier": [{"use": "old", "system": "s", "value": "gone"}]"#;
    assert!(matches!(key(&patient("urn:uuid:9", only_old)), Some(Identity::Literal { .. })));
    let literal =
        |base: Option<&str>| Some(Identity::Literal { base: base.map(str::to_owned), id: "1".to_owned() });
    assert_eq!(key(&patient("https://a.example/Patient/1", "")), literal(Some("https://a.example")));
    assert_eq!(key(&patient("urn:uuid:9", r#", "id": "1""#)), literal(None));
    assert_eq!(key(&patient("urn:uuid:9", "")), Some(Identity::Urn("urn:uuid:9".to_owned())));
    assert_eq!(key(r#"{"resource": {"resourceType": "Patient"}}"#), None);
}

#[test]
fn an_identifier_that_several_resources_share_is_no_key() {
    let entry = |id: &str| {
        format!(
            r#"{{"resource": {{"resourceType": "Observation", "id": "{id}", "status": "final", "code": {{}},
            "identifier": [{{"system": "accession", "value": "S21"}}]}}}}"#
        )
    };
    let input = collection(&[entry("1"), entry("2")].join(","));
    let keys: Vec<_> = input.items().iter().map(|it| input.key_of(it).unwrap().identity).collect();
    assert!(matches!(&keys[0], Identity::Literal { id, .. } if id == "1"));
    assert_ne!(keys[0], keys[1]);
    let alone = collection(&entry("1"));
    assert!(matches!(alone.key_of(&alone.items()[0]).unwrap().identity, Identity::Business { .. }));
}

#[test]
fn the_same_sample_gives_the_same_keys_and_a_later_version_is_newer() {
    let (one, two) = (input(common::COLLECTION), input(common::COLLECTION));
    let keys = |input: &Input| input.items().iter().map(|it| input.key_of(it).unwrap()).collect::<Vec<_>>();
    assert_eq!(keys(&one), keys(&two));
    let version = |meta: &str| {
        let input = input(&format!(r#"{{"resourceType": "Patient", "meta": {{{meta}}}}}"#));
        input.items()[0].version()
    };
    let compare = |a: &str, b: &str| version(a).compare(&version(b));
    assert_eq!(compare(r#""versionId": "9""#, r#""versionId": "10""#), Some(Ordering::Less));
    assert_eq!(compare(r#""versionId": "a""#, r#""versionId": "b""#), None);
    assert_eq!(compare(r#""versionId": "a""#, r#""versionId": "a""#), Some(Ordering::Equal));
    let (early, late) =
        (r#""lastUpdated": "2021-03-01T09:00:00+02:00""#, r#""lastUpdated": "2021-03-01T08:00:00Z""#);
    assert_eq!(compare(early, late), Some(Ordering::Less), "by the point in time, not by the text");
    assert_eq!(compare(early, r#""versionId": "1""#), None);
}

#[test]
fn two_entries_of_a_transaction_with_one_identity_are_refused() {
    let transaction = |requests: [&str; 2]| {
        let entry = |request: &&str| {
            format!(r#"{{"resource": {{"resourceType": "Patient"}}, "request": {{{request}}}}}"#)
        };
        let entries: Vec<_> = requests.iter().map(entry).collect();
        let body = format!(
            r#"{{"resourceType": "Bundle", "type": "transaction", "entry": [{}]}}"#,
            entries.join(",")
        );
        lines(input(&body).issues())
    };
    let put = r#""method": "PUT", "url": "Patient/1""#;
    let delete = r#""method": "DELETE", "url": "/Patient/1""#;
    let create = r#""method": "POST", "url": "Patient", "ifNoneExist": "identifier=s|1""#;
    let same_search = r#""method": "PUT", "url": "Patient?identifier=s|1""#;
    for twice in [[put, put], [put, delete], [create, create], [create, same_search]] {
        assert!(transaction(twice).starts_with("duplicate Bundle.entry[1].request:"), "{twice:?}");
    }
    let plain = r#""method": "POST", "url": "Patient""#;
    assert_eq!(transaction([plain, plain]), "");
    assert_eq!(transaction([put, create]), "");
}

#[test]
fn the_rules_of_a_bundle_are_checked() {
    let problems = |kind: &str, entries: &str| {
        lines(
            input(&format!(r#"{{"resourceType": "Bundle", "type": "{kind}", "entry": [{entries}]}}"#))
                .issues(),
        )
    };
    let patient = r#"{"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient"}}"#;
    assert_eq!(problems("collection", patient), "");
    assert_eq!(
        problems("collection", &[patient, patient].join(",")),
        "invariant Bundle.entry[1].fullUrl: another entry has the same fullUrl and version"
    );
    assert_eq!(
        problems("transaction", patient),
        "required Bundle.entry[0].request: required element is absent"
    );
    assert_eq!(
        problems("message", patient),
        "invariant Bundle.entry[0]: first entry of a message must be a MessageHeader"
    );
    assert_eq!(problems("collection", "{}"), "required Bundle.entry[0].resource: required element is absent");
    assert!(
        problems("collection", "null").starts_with("structure Bundle.entry[0]: element must be an object")
    );
    assert!(
        problems("collection", r#"{"resource": {"id": "1"}}"#)
            .starts_with("structure Bundle.entry[0].resource: no resourceType")
    );
}

#[test]
fn a_reference_is_built_from_its_json_alone() {
    // A reference that is not part of the item, such as one of an extension, is followed like any other.
    let input = input(common::COLLECTION);
    let condition = item(&input, "Condition", "c-ileum");
    let Resource::Condition(it) = &condition.resource else { panic!() };
    let reference: &Reference = &it.stage[0].assessment[0];
    assert!(
        matches!(input.resolve(condition, reference), Target::Inside(it) if it.resource.id() == Some("o-stage"))
    );
}

#[test]
fn each_of_many_contained_resources_is_found_at_once() {
    const MANY: usize = 30_000;
    let code = r#""code": {"text": "x"}"#;
    let contained = (0..MANY)
        .map(|at| format!(r#"{{"resourceType": "Observation", "id": "o{at}", "status": "final", {code}}}"#));
    let contained = contained.collect::<Vec<_>>().join(", ");
    let results = (0..MANY).map(|at| format!(r##"{{"reference": "#o{at}"}}"##));
    let results = results.collect::<Vec<_>>().join(", ");
    let input = input(&format!(
        r#"{{"resourceType": "DiagnosticReport", "status": "final", {code}, "contained": [{contained}],
            "result": [{results}]}}"#
    ));
    let report = &input.items()[0];
    let Resource::DiagnosticReport(it) = &report.resource else { panic!("a report") };
    let began = UNIX_EPOCH.elapsed().unwrap();
    for (at, reference) in it.result.iter().enumerate() {
        let Target::Inside(found) = input.resolve(report, reference) else { panic!("inside") };
        assert_eq!(found.index, at + 1);
    }
    let took = UNIX_EPOCH.elapsed().unwrap().saturating_sub(began);
    assert!(took < Duration::from_secs(3), "{took:?}");
}
