//! What was refused or read by an older table is not lost: quarantine and reinterpretation as an operator lives them,
//! at the command line.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use std::path::Path;
use std::process::Output;

use lacteal_hl7::AckCode;
use lacteal_tests::gateway::Gateway;
use lacteal_tests::message::{Results, days_ago, pathology};
use lacteal_tests::mllp::Client;
use lacteal_tests::process::{Up, run};
use lacteal_tests::until;
use lacteal_wire::api::Patient;
use lacteal_wire::event::{Plan, Status, finding::Kind};

/// A record number too long to stand by chance in a time or an id of a log line.
const RECORD: &str = "4711008150";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn printed(output: &Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

/// Starts Lacteal with a configuration, stopping the one that runs.
async fn start(data: &Path, running: Option<Up>, config: &str) -> Up {
    if let Some(up) = running {
        assert_eq!(up.process.stop().await, Some(0));
    }
    let file = data.join("lacteal.toml");
    std::fs::write(&file, config).unwrap();
    Up::start(&data.join("data"), &["--config", file.to_str().unwrap()]).await
}

/// The ids in the first column of a table.
fn ids(table: &str) -> Vec<String> {
    let first = table.lines().filter_map(|line| line.split_whitespace().next());
    let is_id = |word: &&str| word.len() == 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    first.filter(is_id).map(str::to_owned).collect()
}

/// Runs a command against the gateway of `up`.
fn at(up: &Up, arguments: &[&str]) -> Output {
    let grpc = up.grpc.to_string();
    run(&[arguments, &["--gateway", &grpc]].concat())
}

fn succeeds(up: &Up, arguments: &[&str]) -> String {
    let output = at(up, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", printed(&output));
    text(&output.stdout)
}

fn fails(up: &Up, arguments: &[&str]) -> String {
    let output = at(up, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", printed(&output));
    printed(&output)
}

#[tokio::test]
async fn a_refused_message_is_seen_understood_after_a_change_and_planned_and_another_is_discarded() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let up = start(directory, None, "").await;
    let mut mllp = Client::new(up.mllp);

    // The sender leaves out whose record number it is.
    let report = text(&pathology(RECORD, &days_ago(100), &days_ago(90), "F", "2.0"));
    let unnamed = report.replace("^^^NORTH^MR", "");
    assert_eq!(mllp.send(unnamed.as_bytes()).await.code, AckCode::AR);
    assert_eq!(
        mllp.send(b"MSH|^~\\&|LAB|NORTH|LACTEAL|NORTH|2024||ORU|Q1|P|2.5.1\rPID|1||4711008150^^^NORTH^MR\r")
            .await
            .code,
        AckCode::AR
    );
    assert_eq!(mllp.send(b"PID|1||0815\r").await.code, AckCode::AR);

    let listed = succeeds(&up, &["quarantine", "list"]);
    let [first, named, broken] = &ids(&listed)[..] else { panic!("three messages: {listed}") };
    assert!(listed.contains("PID[1]-3") && listed.contains("open"), "{listed}");
    let json = succeeds(&up, &["quarantine", "list", "--json", "--code", "101", "--since", "2024-01-01"]);
    assert!(json.contains(first) && json.contains("QUARANTINE_STATE_OPEN"), "{json}");
    let shown = succeeds(&up, &["quarantine", "show", first]);
    assert!(shown.contains("default") && !shown.contains("Weser"), "{shown}");
    let denied = fails(&up, &["quarantine", "show", first, "--bytes"]);
    assert!(denied.contains("gateway.quarantine_bytes"), "{denied}");

    let vain = fails(&up, &["quarantine", "replay", first, "--author", "Iris"]);
    assert!(vain.contains("refused") && vain.contains("1 still to be looked at"), "{vain}");
    let discarded =
        succeeds(&up, &["quarantine", "discard", broken, "--reason", "a line test", "--author", "Otto"]);
    assert!(discarded.contains("discarded") && discarded.contains("a line test"), "{discarded}");
    assert!(fails(&up, &["quarantine", "show", "nonsense"]).contains("32 hexadecimal digits"));

    // The site says whose numbers they are.
    let config =
        "[[intake.sources]]\nname = \"default\"\nauthority = \"NORTH\"\n[gateway]\nquarantine_bytes = true\n";
    let up = start(directory, Some(up), config).await;
    let bytes = succeeds(&up, &["quarantine", "show", first, "--bytes"]);
    assert!(bytes.contains("\nPID|1||4711008150||Weser"), "{bytes}");
    let replayed = fails(&up, &["quarantine", "replay", "--all", "--source", "default", "--author", "Iris"]);
    assert!(replayed.contains("1 refused, 1 stored") && replayed.contains("1 still"), "{replayed}");
    let gateway = Gateway::connect(up.grpc).await;
    gateway.status(RECORD, Status::Due).await;

    // The one that is still refused names the patient, who is shown with it.
    let patient = gateway.patient(RECORD).await.unwrap();
    assert_eq!(patient.quarantined, Some(1));
    let shown = succeeds(&up, &["patient", "--mrn", "NORTH:4711008150"]);
    assert!(shown.contains("1 refused messages name this patient"), "{shown}");
    let of_patient = succeeds(&up, &["quarantine", "list", "--patient", &patient.patient_id]);
    assert_eq!(ids(&of_patient).as_slice(), std::slice::from_ref(named));

    let any = succeeds(&up, &["quarantine", "list", "--state", "any"]);
    assert!(any.contains("replayed") && any.contains("discarded") && any.contains("open"), "{any}");
    let again = succeeds(&up, &["quarantine", "replay", first, broken]);
    assert!(again.contains("2 resolved before"), "{again}");
    let log = up.process.log();
    assert!(!log.contains(RECORD) && !log.contains("Weser"), "no log names a patient");
    assert_eq!(up.process.stop().await, Some(0));
}

fn ki67(patient: &Patient) -> Option<u32> {
    patient.dossier.as_ref()?.summary.as_ref()?.ki67_milli_percent.as_ref()?.high
}

#[tokio::test]
async fn a_code_that_a_site_adds_later_is_read_in_the_reports_it_has_when_that_is_applied() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let up = start(directory, None, "").await;
    let mut mllp = Client::new(up.mllp);
    let (operated, reported) = (days_ago(100), days_ago(90));
    let proliferation = Results {
        number: RECORD,
        order: "S4712",
        service: "60568-3^Pathology Synoptic report^LN",
        observed: &operated,
        reported: &reported,
        status: "F",
        observations: &[
            ("CWE", "21855-2^Primary site^LN", "C17.2^Ileum^ICDO3", ""),
            ("CWE", "59847-4^Histology^LN", "8240/3^NET^ICDO3", ""),
            ("NM", "PROLIF^Proliferation^99NORTH", "14", "%"),
        ],
    };
    mllp.accepted(&proliferation.bytes()).await;
    let gateway = Gateway::connect(up.grpc).await;
    let before = gateway.patient_after(RECORD, "a plan", |_| true).await;
    assert_eq!(ki67(&before), None, "the code is not known");
    assert!(succeeds(&up, &["reinterpret"]).contains("1 report read again, 0 differ"));

    let config = "[[intake.codes]]\nsystem = \"99NORTH\"\ncode = \"PROLIF\"\nmeans = \"ki67\"\n";
    let up = start(directory, Some(up), config).await;
    let gateway = Gateway::connect(up.grpc).await;
    let dry = succeeds(&up, &["reinterpret", "--since", "2024-01-01", "--source", "default"]);
    assert!(dry.contains("ki67 +1") && dry.contains("1 report read again, 1 differ"), "{dry}");
    assert!(
        dry.contains("dry run") && !dry.split(|it: char| !it.is_alphanumeric()).any(|word| word == "14"),
        "it prints counts and never a value: {dry}"
    );
    let json = succeeds(&up, &["reinterpret", "--dry-run", "--json"]);
    assert!(json.contains("\"attribute\": \"ki67\""), "{json}");
    gateway.status(RECORD, Status::Due).await;
    assert_eq!(ki67(&gateway.patient(RECORD).await.unwrap()), None, "a dry run changes nothing");

    let applied = succeeds(&up, &["reinterpret", "--apply", "--patient", &before.patient_id]);
    assert!(applied.contains("1 new readings written"), "{applied}");
    let after = until("the new fact", || async {
        gateway.patient(RECORD).await.filter(|patient| ki67(patient) == Some(14_000))
    })
    .await;
    let planned_before = before.plan.as_ref().unwrap().dossier_revision;
    let follows = |plan: &Plan| plan.dossier_revision > planned_before;
    gateway.plan_when(RECORD, "a plan by the new reading", follows).await;
    let dossier = after.dossier.unwrap();
    let facts = dossier.facts.iter().filter_map(|fact| fact.finding.as_ref()?.kind.as_ref());
    assert_eq!(facts.filter(|kind| matches!(kind, Kind::Ki67MilliPercent(_))).count(), 1);
    let again = succeeds(&up, &["reinterpret", "--apply"]);
    assert!(again.contains("0 differ") && again.contains("0 new readings written"), "{again}");
    let both = run(&["reinterpret", "--apply", "--dry-run"]);
    assert_eq!(both.status.code(), Some(2), "{}", printed(&both));
    assert_eq!(up.process.stop().await, Some(0));
}
