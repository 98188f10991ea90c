//! Conditional requests: met, or refused with what to do, and never passed over.

use lacteal_clinical::{Fact, Standing};

use crate::given::{SYSTEM, bundle, facts, observation, patient, subject};
use crate::world::World;

/// A transaction of one entry, a numbered result, with more in its request.
fn asking(method: &str, url: &str, more: &str, number: u32) -> String {
    let resource = numbered(number);
    let request = format!(r#"{{"method": "{method}", "url": "{url}"{more}}}"#);
    format!(
        r#"{{"resourceType": "Bundle", "type": "transaction", "entry": [{{"resource": {resource}, "request": {request}}}]}}"#
    )
}

fn numbered(number: u32) -> String {
    let subject = subject("4711");
    format!(
        r#"{{"resourceType": "Observation", "identifier": [{{"system": "urn:lab", "value": "R 7"}}], "status": "final",
            "code": {{"coding": [{{"system": "http://loinc.org", "code": "21893-3"}}]}}, {subject},
            "issued": "2024-06-10T12:00:00Z", "valueInteger": {number}}}"#
    )
}

fn only(body: &str) -> Fact {
    facts(body).into_iter().find(|fact| !fact.finding.is_about_the_person()).expect("a result")
}

#[tokio::test]
async fn a_condition_that_cannot_be_met_is_refused_with_its_place_and_the_body_kept() {
    let world = World::with(|_| {}).await;
    let of_entry = [
        ("PUT", "Observation/o", r#", "ifMatch": "W/\"1\"""#, "request.ifMatch", 412),
        ("PUT", "Observation/o", r#", "ifNoneMatch": "*""#, "request.ifNoneMatch", 412),
        ("POST", "Observation", r#", "ifMatch": "W/\"1\"""#, "request.ifMatch", 422),
        (
            "POST",
            "Observation",
            r#", "ifModifiedSince": "2024-06-10T12:00:00Z""#,
            "request.ifModifiedSince",
            422,
        ),
        ("POST", "Observation", r#", "ifNoneExist": "code=21893-3""#, "request.ifNoneExist", 412),
        ("POST", "Observation", r#", "ifNoneExist": "identifier=urn:lab|other""#, "request.ifNoneExist", 412),
        ("POST", "Observation", r#", "ifNoneExist": "identifier=R%207""#, "request.ifNoneExist", 412),
        (
            "POST",
            "Observation",
            r#", "ifNoneExist": "identifier=urn:lab|R%207&status=final""#,
            "request.ifNoneExist",
            412,
        ),
        ("PUT", "Observation?code=21893-3", "", "request.url", 412),
        ("POST", "Observation?identifier=urn:lab|R%207", "", "request.url", 422),
    ];
    for (at, (method, url, more, place, status)) in of_entry.into_iter().enumerate() {
        let answer = world.post("/fhir", &asking(method, url, more, at as u32)).await;
        assert_eq!(answer.status, status, "{url} {more}: {}", answer.body);
        assert!(answer.body.contains(&format!("Bundle.entry[0].{place}")), "{url} {more}: {}", answer.body);
        assert_eq!(answer.body.contains(r#""conflict""#), status == 412, "{}", answer.body);
    }
    assert_eq!(world.quarantined().await.len(), of_entry.len());
    let json = ("Content-Type", "application/fhir+json");
    let with_header = async |method: &str, header: (&str, &str), number: u32| {
        let path = if method == "PUT" { "/fhir/Observation/o" } else { "/fhir/Observation" };
        let body = observation("21893-3", &format!(r#""valueInteger": {number}"#));
        let answer = world.send(method, path, &[json, header], &body).await;
        assert!(answer.body.contains("OperationOutcome"), "{}", answer.body);
        answer.status
    };
    assert_eq!(with_header("PUT", ("If-Match", "W/\"3\""), 101).await, 412);
    assert_eq!(with_header("PUT", ("If-None-Match", "*"), 102).await, 412);
    assert_eq!(with_header("PUT", ("If-Unmodified-Since", "Sat, 29 Oct 2024 19:43:31 GMT"), 103).await, 412);
    assert_eq!(with_header("POST", ("If-None-Exist", "identifier=urn:x|1"), 104).await, 412);
    assert_eq!(with_header("POST", ("If-Match", "W/\"3\""), 105).await, 400);
    assert_eq!(with_header("PUT", ("If-None-Exist", "identifier=urn:x|1"), 106).await, 400);
    assert_eq!(world.quarantined().await.len(), of_entry.len() + 6);
    assert!(world.reports().await.is_empty());

    let batch =
        asking("PUT", "Observation/o", r#", "ifMatch": "W/\"1\"""#, 9).replace("transaction", "batch");
    let answer = world.post("/fhir", &batch).await;
    assert!(answer.status == 200 && answer.body.contains("412 Precondition Failed"), "{}", answer.body);
}

#[tokio::test]
async fn what_is_taken_only_where_it_is_not_there_is_taken_by_its_own_identifier() {
    let world = World::with(|_| {}).await;
    for search in ["identifier=urn:lab|R%207", "?identifier=urn%3Alab%7CR+7"] {
        let more = format!(r#", "ifNoneExist": "{search}""#);
        let answer = world.post("/fhir", &asking("POST", "Observation", &more, 3)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let update = asking("PUT", "Observation?identifier=urn:lab|R%207", "", 4);
    assert_eq!(world.post("/fhir", &update).await.status, 200);
    let body = bundle("transaction", "", &[patient("4711", "")]);
    let search = format!(r#""url": "Patient", "ifNoneExist": "identifier={SYSTEM}|4711""#);
    let answer = world.post("/fhir", &body.replace(r#""url": "Patient""#, &search)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[test]
fn what_is_taken_only_where_it_is_not_there_gives_way_to_all_that_is_there_whichever_comes_first() {
    let more = r#", "ifNoneExist": "identifier=urn:lab|R%207""#;
    let (there, only_if_absent) =
        (only(&asking("POST", "Observation", "", 3)), only(&asking("POST", "Observation", more, 9)));
    assert_eq!(there.key(), only_if_absent.key());
    assert_eq!(only_if_absent.standing, Standing::Final);
    assert!(there.supersedes(&only_if_absent), "an existing value was overwritten");
}
