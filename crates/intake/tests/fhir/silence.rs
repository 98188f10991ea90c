//! Nothing that identifies a patient is in an answer, a log line, a metric or a subject.

use std::io::Write;
use std::sync::{Arc, Mutex};

use metrics_exporter_prometheus::PrometheusBuilder;
use tracing_subscriber::EnvFilter;

use crate::given::{bundle, observation, patient};
use crate::world::World;

const CANARIES: [&str; 5] = ["CANARYNAME", "CANARYMRN", "CANARYCODE", "CANARYNOTE", "4242.42"];

#[derive(Clone, Default)]
struct Collected(Arc<Mutex<Vec<u8>>>);

impl Write for Collected {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("a lock").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn assert_silent(what: &str, text: &str) {
    let text = text.to_uppercase();
    for canary in CANARIES {
        assert!(!text.contains(canary), "{what} shows {canary}: {text}");
    }
}

#[tokio::test]
async fn nothing_that_identifies_a_patient_leaves_its_place() {
    // Other tests of this process log here too: they have no canaries.
    let logs = Collected::default();
    let writer = logs.clone();
    let filter = "debug,lacteal_intake=trace,lacteal_ledger=trace,lacteal_service=trace";
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let recorder = PrometheusBuilder::new().build_recorder();
    let shown = recorder.handle();
    metrics::set_global_recorder(recorder).expect("the first recorder");

    let mut world = World::with(|config| {
        config.unavailable_wait_ms = 2_000;
        config.fhir.body_bytes_max = 100_000;
    })
    .await;
    let person = patient("CANARYMRN", r#""name": [{"family": "CANARYNAME"}], "birthDate": "1948-11-31""#);
    let good = patient("CANARYMRN", r#""name": [{"family": "CANARYNAME"}]"#);
    let own = |body: String| body.replace("4711", "CANARYMRN");
    let nodes = own(observation("21893-3", r#""valueInteger": 3, "note": [{"text": "CANARYNOTE"}]"#));
    let odd = own(observation("29593-1", r#""valueQuantity": {"value": 4242.42, "unit": "CANARYCODE"}"#));
    let lost = nodes.replace("\"system\": \"urn:oid:1.2.3\", ", "");
    let bodies = [
        ("/fhir", bundle("transaction", "", &[good.clone(), nodes.clone(), odd.clone()])),
        ("/fhir", bundle("batch", "", &[person.clone(), nodes.clone(), lost.clone()])),
        ("/fhir", bundle("collection", "", &[person, lost.clone()])),
        ("/fhir/Observation", nodes.clone()),
        ("/fhir/Observation", lost),
        ("/fhir/Observation", nodes.replace("final", "CANARYCODE")),
        (
            "/fhir/Observation",
            nodes.replace("\"status\"", "\"CANARYNAME\": 1, \"CANARYNAME\": 2, \"status\""),
        ),
        ("/fhir/Observation/CANARYMRN", nodes.clone()),
        ("/fhir/CANARYNAME", nodes.clone()),
        ("/fhir/Patient", good),
        ("/fhir/Patient", "CANARYNAME is no JSON".to_owned()),
        ("/fhir/Patient", format!("\"{}\"", "CANARYNAME".repeat(20_000))),
        ("/fhir?name=CANARYNAME", nodes.clone()),
    ];
    let mut statuses = Vec::new();
    for (path, body) in &bodies {
        let answer = world.post(path, body).await;
        statuses.push(answer.status);
        assert_silent("an answer", &answer.head);
        assert_silent("an answer", &answer.body);
    }
    for stored in world.subjects("intake.>").await {
        assert_silent("a subject", &stored);
    }
    world.broker.kill().await.expect("killed");
    let answer = world.post("/fhir", &bodies[0].1).await;
    assert_eq!(answer.status, 503);
    assert_silent("an answer", &answer.body);
    for expected in [200, 201, 400, 405, 413, 422] {
        assert!(statuses.contains(&expected), "{expected}: {statuses:?}");
    }
    assert_silent("a metric", &shown.render());
    let logs = logs.0.lock().expect("a lock").clone();
    let logs = String::from_utf8_lossy(&logs).into_owned();
    assert!(logs.contains("FHIR request not taken") && logs.contains("message quarantined"), "{logs}");
    assert_silent("the log", &logs);
}
