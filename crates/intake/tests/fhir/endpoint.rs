//! The endpoint: what is answered, and what is in the stream when it is.

use lacteal_clinical::Standing;
use lacteal_intake::fhir::ClientConfig;

use crate::given::{bundle, coded, observation, observation_of, patient};
use crate::world::World;

fn nodes(number: u32) -> String {
    observation("21893-3", &format!(r#""valueInteger": {number}"#))
}

fn transaction(identifier: &str, number: u32) -> String {
    let named = format!(r#", "identifier": {{"system": "urn:x", "value": "{identifier}"}}"#);
    bundle("transaction", &named, &[patient("4711", ""), nodes(number)])
}

#[tokio::test]
async fn what_is_answered_with_success_is_in_the_stream() {
    let world = World::with(|_| {}).await;
    let answer = world.post("/fhir", &transaction("B1", 3)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(
        answer.body.contains("transaction-response") && answer.body.contains("201 Created"),
        "{}",
        answer.body
    );
    let reports = world.reports().await;
    assert_eq!(reports.len(), 1);
    assert_eq!(
        (reports[0].source.as_str(), reports[0].message_type.as_str()),
        ("fhir", "Bundle transaction")
    );
    assert_eq!(reports[0].raw, transaction("B1", 3).as_bytes());

    let created = world.post("/fhir/Observation", &nodes(4)).await;
    assert_eq!(created.status, 201, "{}", created.body);
    let updated = world
        .send("PUT", "/fhir/Observation/o", &[("Content-Type", "application/json; charset=utf-8")], &nodes(5))
        .await;
    assert_eq!(updated.status, 200, "{}", updated.body);
    assert_eq!(world.reports().await.len(), 3);
}

#[tokio::test]
async fn a_repetition_is_answered_the_same_and_changes_nothing() {
    let world = World::with(|_| {}).await;
    let first = world.post("/fhir", &transaction("B1", 3)).await;
    let again = world.post("/fhir", &transaction("B1", 3)).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert_eq!(world.reports().await.len(), 1);
    // The same name for other content: kept as its own, and marked.
    assert_eq!(world.post("/fhir", &transaction("B1", 9)).await.status, 200);
    let reports = world.reports().await;
    assert_eq!(reports.iter().filter(|it| it.control_id_reused).count(), 1);
    assert_eq!(reports.len(), 2);

    let message = message(&nodes(3));
    let first = world.post("/fhir", &message).await;
    let again = world.post("/fhir", &message).await;
    assert_eq!((first.status, &first.body), (200, &again.body));
    assert!(
        first.body.contains(r#""identifier":"h1""#) && first.body.contains(r#""code":"ok""#),
        "{}",
        first.body
    );
}

fn message(observation: &str) -> String {
    let header = r#"{"resourceType": "MessageHeader", "id": "h1", "eventUri": "urn:e", "source": {"endpoint": "urn:s"}}"#;
    bundle(
        "message",
        r#", "timestamp": "2024-06-10T12:00:00Z""#,
        &[header.to_owned(), patient("4711", ""), observation.to_owned()],
    )
}

#[tokio::test]
async fn the_sender_of_a_message_gets_a_message_whatever_becomes_of_it() {
    let world = World::with(|_| {}).await;
    let test_data =
        nodes(3).replacen(r#""id": "o","#, r#""id": "o", "meta": {"security": [{"code": "HTEST"}]},"#, 1);
    let refused = world.post("/fhir", &message(&test_data)).await;
    let header = [r#""resourceType":"MessageHeader""#, r#""identifier":"h1""#];
    for part in header.into_iter().chain([r#""code":"fatal-error""#, "test data are not taken"]) {
        assert!(refused.status == 422 && refused.body.contains(part), "{part}: {}", refused.body);
    }
    assert_eq!(world.post("/fhir", &message(&test_data)).await.body, refused.body, "the same again");
    assert!(world.reports().await.is_empty());

    let mut world = World::with(|config| config.unavailable_wait_ms = 300).await;
    world.broker.kill().await.expect("killed");
    let away = world.post("/fhir", &message(&nodes(3))).await;
    for part in header.into_iter().chain([r#""code":"transient-error""#]) {
        assert!(away.status == 503 && away.body.contains(part), "{part}: {}", away.body);
    }
}

#[tokio::test]
async fn without_the_broker_nothing_is_claimed() {
    let mut world = World::with(|config| config.unavailable_wait_ms = 300).await;
    world.broker.kill().await.expect("killed");
    let answer = world.post("/fhir", &transaction("B1", 3)).await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.head.contains("retry-after:") && answer.body.contains("transient"), "{}", answer.head);
    let refused = world.post("/fhir", "{").await;
    assert_eq!(refused.status, 503, "a refusal is only told when the body is kept");
}

#[tokio::test]
async fn what_was_entered_in_error_is_withdrawn() {
    let world = World::with(|_| {}).await;
    assert_eq!(world.post("/fhir/Observation", &nodes(3)).await.status, 201);
    let code = coded("http://loinc.org", "21893-3");
    let withdrawn = observation_of("entered-in-error", &code, "");
    let put = world
        .send("PUT", "/fhir/Observation/o", &[("Content-Type", "application/fhir+json")], &withdrawn)
        .await;
    assert_eq!(put.status, 200, "{}", put.body);
    let facts: Vec<Vec<_>> = world
        .reports()
        .await
        .iter()
        .map(|report| {
            report.facts.iter().map(|fact| lacteal_wire::read_fact(fact).expect("a fact")).collect()
        })
        .collect();
    let result = |at: usize| {
        let mut all = facts[at]
            .iter()
            .filter(|fact: &&lacteal_clinical::Fact| fact.place.expression.starts_with("Observation.value"));
        all.next().expect("a result").clone()
    };
    assert_eq!(result(0).key(), result(1).key());
    assert_eq!(result(1).standing, Standing::Deleted);
    assert!(result(1).supersedes(&result(0)));
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_with_its_place_and_kept() {
    let world = World::with(|config| config.fhir.body_bytes_max = 20_000).await;
    let refused = async |path: &str, body: &str, status: u16, place: &str| {
        let answer = world.post(path, body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
        assert!(
            answer.body.contains("OperationOutcome") && answer.body.contains(place),
            "{place}: {}",
            answer.body
        );
    };
    let twice = nodes(3).replace(r#""status": "final""#, r#""status": "final", "status": "final""#);
    refused("/fhir/Observation", &twice, 400, "two members of the same name").await;
    let unknown = nodes(3).replace(r#""final""#, r#""fianl""#);
    refused("/fhir/Observation", &unknown, 422, "Observation.status").await;
    let nobody = nodes(3).replace("\"identifier\": {", "\"display\": \"x\", \"extra\": {");
    refused("/fhir/Observation", &nobody, 422, "Observation.subject").await;
    refused("/fhir/Condition", &nodes(3), 400, "another type").await;
    refused("/fhir", &nodes(3), 400, "a Bundle is wanted").await;
    refused("/fhir", r#"{"resourceType": "Bundle", "type": "history"}"#, 400, "Bundle.type").await;
    let delete = transaction("B2", 3).replacen("\"POST\"", "\"DELETE\"", 1);
    refused("/fhir", &delete, 422, "Bundle.entry[0].request.method").await;
    let half = bundle("transaction", "", &[patient("4711", ""), nodes(3), unknown.clone()]);
    refused("/fhir", &half, 422, "Bundle.entry[2].resource.status").await;
    assert!(world.reports().await.is_empty(), "a transaction is taken whole or not at all");
    // Eight were refused; two of them were the same bytes.
    assert_eq!(world.subjects("intake.quarantine.*").await.len(), 7);
    let long = "x".repeat(20_001);
    refused("/fhir", &long, 413, "longer").await;
}

#[tokio::test]
async fn each_entry_of_a_batch_has_its_own_outcome() {
    let world = World::with(|_| {}).await;
    let unknown = nodes(7).replace(r#""final""#, r#""fianl""#);
    let lost = nodes(8).replace("\"identifier\": {", "\"display\": \"x\", \"extra\": {");
    let good = nodes(3);
    let batch = bundle("batch", "", &[patient("4711", ""), unknown, good, lost]);
    let answer = world.post("/fhir", &batch).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let statuses: Vec<_> = answer.body.split(r#""status":""#).skip(1).filter_map(|it| it.get(..3)).collect();
    assert_eq!(statuses, ["201", "422", "201", "422"], "{}", answer.body);
    assert!(
        answer.body.contains("batch-response") && answer.body.contains("Bundle.entry[3].resource.subject")
    );
    let reports = world.reports().await;
    assert_eq!(reports.len(), 1);
    let nodes: Vec<_> = reports[0]
        .facts
        .iter()
        .map(|fact| format!("{:?}", lacteal_wire::read_fact(fact).expect("a fact").finding))
        .collect();
    assert!(
        nodes.contains(&"NodesPositive(3)".to_owned())
            && !nodes.iter().any(|it| it.contains("(7)") || it.contains("(8)"))
    );
    assert_eq!(world.subjects("intake.quarantine.*").await.len(), 1);
}

#[tokio::test]
async fn only_json_of_known_clients_is_taken_where_there_is_something() {
    let folder = tempfile::tempdir().expect("a folder");
    let token_file = folder.path().join("token");
    std::fs::write(&token_file, "a-token-of-the-lab\n").expect("written");
    let world = World::with(|config| {
        config.fhir.clients.push(ClientConfig {
            name: "lab".to_owned(),
            token_file: token_file.display().to_string(),
            ..ClientConfig::default()
        });
    })
    .await;
    let token = ("Authorization", "Bearer a-token-of-the-lab");
    let json = ("Content-Type", "application/fhir+json");
    let status = async |method: &str, path: &str, headers: &[(&str, &str)]| {
        world.send(method, path, headers, &transaction("B1", 3)).await.status
    };
    assert_eq!(status("POST", "/fhir", &[json]).await, 401);
    assert_eq!(status("POST", "/fhir", &[json, ("Authorization", "Bearer a-token-of-the-lad")]).await, 401);
    assert_eq!(status("POST", "/fhir", &[token]).await, 415);
    assert_eq!(status("POST", "/fhir", &[token, ("Content-Type", "application/fhir+xml")]).await, 415);
    assert_eq!(
        status("POST", "/fhir", &[token, ("Content-Type", "application/json; charset=latin1")]).await,
        415
    );
    assert_eq!(status("POST", "/fhir", &[token, json, ("Content-Encoding", "gzip")]).await, 415);
    assert_eq!(status("POST", "/fhir", &[token, json, ("Accept", "application/fhir+xml")]).await, 406);
    assert_eq!(status("DELETE", "/fhir/Patient/1", &[token, json]).await, 405);
    assert_eq!(status("POST", "/elsewhere", &[token, json]).await, 404);
    assert!(world.subjects("intake.>").await.iter().all(|it| !it.contains("report")), "nothing was taken");
    assert_eq!(
        status("POST", "/fhir", &[token, json, ("Accept", "text/html, application/*;q=0.5")]).await,
        200
    );
    let reports = world.reports().await;
    assert_eq!(reports[0].source, "lab");
    let metadata = world.send("GET", "/fhir/metadata", &[token], "").await;
    assert_eq!(metadata.status, 200);
    assert!(
        metadata.body.contains("CapabilityStatement") && metadata.body.contains("Bearer"),
        "{}",
        metadata.body
    );
    let statement: serde_json::Value = serde_json::from_str(&metadata.body).expect("JSON");
    let resources = statement["rest"][0]["resource"].as_array().expect("resources");
    let of = |name: &str| resources.iter().find(|it| it["type"] == name).expect("the resource");
    assert_eq!(of("Patient")["operation"][0]["name"], "merge");
    let codes = |it: &serde_json::Value| it["interaction"].as_array().expect("interactions").len();
    assert!(resources.iter().all(|it| codes(it) == 2), "create and update");
    let profiles = of("Observation")["supportedProfile"].as_array().expect("profiles");
    assert!(profiles.iter().any(|it| it.as_str().is_some_and(|it| it.ends_with("mcode-tumor-size"))));
}

#[tokio::test]
async fn patients_are_merged_by_the_operation() {
    let world = World::with(|_| {}).await;
    let number = |name: &str, value: &str| {
        let system = crate::given::SYSTEM;
        format!(r#"{{"name": "{name}", "valueIdentifier": {{"system": "{system}", "value": "{value}"}}}}"#)
    };
    let merge = |source: &str, target: &str| {
        let (source, target) =
            (number("source-patient-identifier", source), number("target-patient-identifier", target));
        format!(r#"{{"resourceType": "Parameters", "parameter": [{source}, {target}]}}"#)
    };
    assert_eq!(world.post("/fhir/Patient/$merge", &merge("1", "2")).await.status, 200);
    assert_eq!(world.reports().await.len(), 2, "one of each patient");
    assert_eq!(world.post("/fhir/Patient/$merge", &merge("1", "1")).await.status, 422);
    let incomplete = r#"{"resourceType": "Parameters", "parameter": []}"#;
    assert_eq!(world.post("/fhir/Patient/$merge", incomplete).await.status, 400);
}

#[tokio::test]
async fn what_is_not_about_a_tumour_is_answered_and_not_kept() {
    let world = World::with(|_| {}).await;
    let pulse = observation("8867-4", r#""valueInteger": 70"#);
    let body = bundle("collection", "", &[patient("4711", ""), pulse]);
    let answer = world.post("/fhir", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(world.reports().await.is_empty());
    assert_eq!(world.subjects("intake.seen.*").await.len(), 1);
}
