//! Telemetry as a process shows it: run as a child of this test, because it is set up once for a process.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

use lacteal_service::Telemetry;
use lacteal_service::telemetry::{Format, Log, PANICS_TOTAL};
use std::process::{Command, Output};

const CHILD: &str = "TELEMETRY_TEST_FORMAT";

/// Does nothing but in a child process: logs, panics with something that must not be seen, prints its metrics.
#[test]
fn child() {
    let Ok(format) = std::env::var(CHILD) else { return };
    let format = if format == "json" { Format::Json } else { Format::Human };
    let telemetry = Telemetry::init(&Log { format, level: "info,quiet=warn".to_owned() }).unwrap();
    tracing::info!(patients = 3, "batch committed");
    tracing::info!(target: "quiet", "not to be seen");
    let name = "fold-0".to_owned();
    let thread = std::thread::Builder::new().name(name).spawn(|| panic!("PID|1||4711008150^^^HOSP")).unwrap();
    assert!(thread.join().is_err());
    println!("{}", telemetry.metrics().render());
    assert!(Telemetry::init(&Log::default()).is_err());
}

fn run_child(format: &str) -> (String, String) {
    let program = std::env::current_exe().unwrap();
    let Output { status, stdout, stderr } =
        Command::new(program).args(["--exact", "child", "--nocapture"]).env(CHILD, format).output().unwrap();
    let (stdout, stderr) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    assert!(status.success(), "{stdout}\n{stderr}");
    (stdout, stderr)
}

#[test]
fn a_panic_is_logged_by_its_place_counted_and_never_quoted() {
    for format in ["json", "human"] {
        let (stdout, stderr) = run_child(format);
        assert!(!stdout.contains("4711008150") && !stderr.contains("4711008150"), "{stdout}\n{stderr}");
        let line = stderr.lines().find(|line| line.contains("panicked")).unwrap();
        assert!(line.contains("tests/telemetry.rs:") && line.contains("fold-0"), "{line}");
        assert!(stdout.lines().any(|line| line == format!("{PANICS_TOTAL} 1")), "{stdout}");
    }
}

#[test]
fn logs_go_to_stderr_in_the_form_asked_for_and_are_filtered() {
    let (stdout, json) = run_child("json");
    assert!(!stdout.contains("batch committed"));
    let line = json.lines().find(|line| line.contains("batch committed")).unwrap();
    for part in
        ["{\"timestamp\":\"", "\"level\":\"INFO\"", "\"message\":\"batch committed\"", "\"patients\":3"]
    {
        assert!(line.contains(part), "no {part} in {line}");
    }
    let (_, human) = run_child("human");
    let line = human.lines().find(|line| line.contains("batch committed")).unwrap();
    assert!(line.contains("INFO") && line.contains("patients=3") && !line.contains('{'), "{line}");
    assert!(!json.contains("not to be seen") && !human.contains("not to be seen"));
}
