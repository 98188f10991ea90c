//! What a user meets at the command line: help, errors, answers, exit codes.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use lacteal_tests::gateway::Gateway;
use lacteal_tests::message::{days_ago, pathology};
use lacteal_tests::process::{Process, Up, get, run, run_with_input};
use lacteal_tests::until;
use lacteal_wire::event::Status;

/// A record number too long to stand by chance in a time or an id of a log line.
const RECORD: &str = "4711008150";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn help_names_every_command_and_the_first_thing_to_try() {
    let help = text(&run(&["--help"]).stdout);
    for word in [
        "lacteal demo",
        "lacteal up --data DIR",
        "up",
        "demo",
        "intake",
        "risk",
        "scheduling",
        "gateway",
        "send",
        "worklist",
        "patient",
        "config",
        "not a cleared medical device",
    ] {
        assert!(help.replace('\n', " ").contains(word), "{word}: {help}");
    }
}

#[test]
fn an_unknown_key_is_refused_with_the_near_miss_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("lacteal.toml");
    for (wrong, key, near) in [
        ("[intake]\nmlpp = \"0.0.0.0:2575\"\n", "intake.mlpp", "intake.mllp"),
        ("[intake.tls]\ncert_fil = \"a\"\n", "intake.tls.cert_fil", "cert_file"),
        ("[[intake.sources]]\ncertificat = \"a\"\n", "certificat", "\"certificate\""),
        ("[[intake.sources]]\nsilence_minutes = 5\n", "silence_minutes", "silence_min_minutes"),
    ] {
        std::fs::write(&file, wrong).unwrap();
        let output = run(&["config", "--config", file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2));
        let error = text(&output.stderr);
        assert!(error.contains(key) && error.contains(near), "{error}");
    }
}

#[test]
fn the_configuration_in_force_says_where_each_value_came_from() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("lacteal.toml");
    std::fs::write(&file, "[intake]\nmllp = \"0.0.0.0:2575\"\n").unwrap();
    let output = run(&["config", "--config", file.to_str().unwrap(), "--set", "risk.batch_max=100"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report = text(&output.stdout);
    let line = |key: &str| report.lines().find(|line| line.starts_with(key)).unwrap_or_default().to_owned();
    assert!(line("intake.mllp").contains("lacteal.toml"), "{report}");
    assert!(line("risk.batch_max").contains("100") && line("risk.batch_max").contains("--set"), "{report}");
    assert!(line("gateway.grpc").contains("default"), "{report}");
}

#[test]
fn a_gateway_that_is_not_there_is_said_in_plain_words() {
    let output = run(&["worklist", "--gateway", "127.0.0.1:1"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("no gateway answers at 127.0.0.1:1"));
}

#[tokio::test]
async fn making_the_streams_says_what_it_waits_for() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("lacteal.toml");
    std::fs::write(&config, "[nats]\nservers = [\"nats://127.0.0.1:1\"]\n").unwrap();
    let arguments = ["streams", "--config", config.to_str().unwrap()].map(str::to_owned);
    let process = Process::start(&arguments, &folder.path().join("log"));
    let said = until("a word about the broker", async || {
        let log = process.log();
        log.contains("waiting for the broker").then_some(log)
    });
    assert!(said.await.contains("waiting for the broker at nats://127.0.0.1:1: "));
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_to_write() {
    for (arguments, told) in [
        (&["worklist", "--status", "overdu"][..], "needs-review"),
        (&["worklist", "--order", "name"], "urgency, due, risk"),
        (&["worklist", "--due-by", "tomorrow"], "YYYY-MM-DD"),
        (&["worklist", "--limit", "0"], "--limit"),
        (&["patient", "--mrn", "4711"], "AUTHORITY:NUMBER"),
        (&["patient", "--mrn", "NORTH:"], "AUTHORITY:NUMBER"),
        (&["quarantine", "list", "--state", "shut"], "open, replayed, discarded, any"),
        (&["quarantine", "list", "--since", "2.1.2026"], "YYYY-MM-DD"),
        (&["config", "--set", "intake.mllp"], "KEY=VALUE"),
        (&["intake"], "identity.key_file"),
        (&["assess"], "state at least one fact"),
        (&["feed", "--patients", "18446744073709551615"], "--patients"),
    ] {
        let output = run(arguments);
        let error = text(&output.stderr);
        assert!(error.contains(told), "{arguments:?}: {error}");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
    }
}

#[test]
fn a_listener_that_is_not_there_ends_a_long_feed_at_the_first_message() {
    let feed = run(&["feed", "--patients", "20"]);
    let sent = run_with_input(&["send", "--to", "127.0.0.1:1", "-"], &feed.stdout);
    assert_eq!(sent.status.code(), Some(1));
    let table = text(&sent.stdout);
    assert!(table.contains("failed to connect to 127.0.0.1:1"), "{table}");
    assert!(table.contains("1 sent, 0 accepted, 1 refused") && table.contains("not sent"), "{table}");
}

#[test]
fn a_file_that_is_cut_off_in_a_frame_is_refused_before_anything_is_sent() {
    let cut = b"\x0bMSH|^~\\&|A\r\x1c\r\x0bMSH|^~\\&|B\r";
    let sent = run_with_input(&["send", "--to", "127.0.0.1:1", "-"], cut);
    assert_eq!(sent.status.code(), Some(1));
    let error = text(&sent.stderr);
    assert!(error.contains("failed to read standard input: its frame 2 has no end"), "{error}");
}

#[test]
fn tls_without_what_it_needs_is_refused_with_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let absent = directory.path().join("absent.pem");
    let absent = absent.to_str().unwrap();
    let output = run(&["send", "--to", "127.0.0.1:1", "--tls", "-"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--ca"), "{}", text(&output.stderr));
    let output = run(&["send", "--to", "127.0.0.1:1", "--tls", "--ca", absent, "-"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains(&format!("--ca {absent}")), "{}", text(&output.stderr));
    let data = directory.path().join("data");
    let tls = format!("intake.tls.cert_file={absent}");
    let key = format!("intake.tls.key_file={absent}");
    let output = run(&["up", "--data", data.to_str().unwrap(), "--set", &tls, "--set", &key]);
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(error.contains("intake.tls: cert_file") && error.contains("cannot be read"), "{error}");
}

#[tokio::test]
async fn messages_are_sent_under_mutual_tls() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, cert, key) = authority(folder.path());
    let set = |key: &str, path: &str| ["--set".to_owned(), format!("intake.tls.{key}={path}")];
    let flags = [set("cert_file", &cert), set("key_file", &key), set("client_ca_file", &ca)].concat();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let up = Up::start(&folder.path().join("data"), &flags).await;
    let mllp = up.mllp.to_string();
    let message = pathology(RECORD, &days_ago(100), &days_ago(90), "F", "2.0");
    let tls = ["send", "--to", &mllp, "--tls", "--ca", &ca, "--server-name", "localhost"];
    let with = [&tls[..], &["--cert", &cert, "--key", &key, "-"]].concat();
    let sent = run_with_input(&with, &message);
    assert_eq!(sent.status.code(), Some(0), "{}{}", text(&sent.stdout), text(&sent.stderr));
    for refused in [[&tls[..], &["-"]].concat(), vec!["send", "--to", &mllp, "-"]] {
        let sent = run_with_input(&refused, &message);
        assert_eq!(sent.status.code(), Some(1), "{}", text(&sent.stdout));
    }
    assert!(up.process.log().contains("TLS handshake failed"), "{}", up.process.log());
    assert_eq!(up.process.stop().await, Some(0));
}

/// An authority, and a certificate of it with its key that serves both sides: three files.
fn authority(folder: &std::path::Path) -> (String, String, String) {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &ca).unwrap();
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    (write("ca.pem", ca.pem()), write("cert.pem", leaf.pem()), write("key.pem", key.serialize_pem()))
}

#[tokio::test]
async fn messages_are_sent_answered_and_read_back() {
    let data = tempfile::tempdir().unwrap();
    let up = Up::start(&data.path().join("data"), &[]).await;
    let (mllp, grpc) = (up.mllp.to_string(), up.grpc.to_string());
    let good = pathology(RECORD, &days_ago(100), &days_ago(90), "F", "2.0");
    let file = data.path().join("good.hl7");
    // Two messages in one file.
    std::fs::write(&file, [good, pathology("4712008150", &days_ago(400), &days_ago(390), "F", "5")].concat())
        .unwrap();

    let sent = run(&["send", "--to", &mllp, file.to_str().unwrap()]);
    assert_eq!(sent.status.code(), Some(0), "{}", text(&sent.stderr));
    assert!(text(&sent.stdout).contains("2 sent, 2 accepted, 0 refused"));

    let refused = run_with_input(&["send", "--to", &mllp, "-"], b"PID|1||4711008150\r");
    assert_eq!(refused.status.code(), Some(1));
    let table = text(&refused.stdout);
    assert!(table.contains("AR") && table.contains("MSH"), "{table}");

    // What each message asks for in MSH-15 and MSH-16 is waited for, no more and no less.
    let asking = |id: &str, asked: &str| {
        format!(
            "MSH|^~\\&|A|B|C|D|20260101||ADT^A08^ADT_A01|{id}|P|2.5|||{asked}\rPID|1||77^^^NORTH^MR\rPV1|1|O\r"
        )
    };
    let all =
        [asking("1", "NE|NE"), asking("2", "AL|AL"), asking("3", "NE|AL"), asking("4", "ER|NE")].concat();
    let sent = run_with_input(&["send", "--to", &mllp, "--timeout-s", "2", "-"], all.as_bytes());
    let table = text(&sent.stdout);
    assert_eq!(sent.status.code(), Some(0), "{table}");
    assert!(table.contains("4 sent, 2 accepted, 0 refused, 2 without an answer, as they ask"), "{table}");
    assert_eq!((table.matches(" AA").count(), table.matches("not asked").count()), (2, 2), "{table}");

    Gateway::connect(up.grpc).await.status(RECORD, Status::Due).await;
    let listed = text(&run(&["worklist", "--gateway", &grpc]).stdout);
    assert!(listed.contains("NORTH:4711008150") && listed.contains("due"), "{listed}");
    let json = text(&run(&["worklist", "--gateway", &grpc, "--json", "--status", "due"]).stdout);
    assert!(json.contains("\"number\": \"4711008150\"") && json.contains("STATUS_DUE"), "{json}");
    let patient = text(&run(&["patient", "--gateway", &grpc, "--mrn", "NORTH:4711008150"]).stdout);
    for words in ["neuroendocrine tumour of the ileum", "Ki-67", "hazard ratio", "OBX[8]-5", "pT3"] {
        assert!(patient.contains(words), "{words}: {patient}");
    }
    let unknown = run(&["patient", "--gateway", &grpc, "--mrn", "NORTH:1"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(!text(&unknown.stderr).contains("NORTH:1"), "an error names no record number");

    let (status, metrics) = get(up.ops, "/metrics").await.unwrap();
    assert_eq!(status, 200);
    assert!(metrics.contains("lacteal_intake_messages_total"), "{metrics}");
    assert_eq!(get(up.ops, "/healthz").await.unwrap().0, 200);
    assert!(!up.process.log().contains(RECORD), "no log names a patient");
    assert_eq!(up.process.stop().await, Some(0));
}

#[test]
fn the_demonstration_shows_a_work_list_and_ends() {
    let output = run(&["demo", "--exit", "--patients", "20"]);
    let shown = text(&output.stdout);
    assert!(output.status.success(), "{shown}{}", text(&output.stderr));
    assert!(shown.contains("messages sent and acknowledged") && shown.contains("NORTH:10000"), "{shown}");
    assert!(!text(&output.stderr).contains("WARN"), "{}", text(&output.stderr));
}
