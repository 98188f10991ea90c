//! Nothing that identifies a patient leaves its place: not in logs, metrics, subjects or answers, when all goes
//! well and when nothing does. One test in a process of its own, because logs and metrics are the process's.

#![expect(clippy::expect_used, reason = "a test must fail loudly")]

use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lacteal_broker::{Broker, BrokerOptions};
use lacteal_clinical::{PseudonymKey, RecordNumber};
use lacteal_hl7::{Ack, Limits};
use lacteal_intake::{Config, Identity};
use lacteal_ledger::{Ledger, Options, Presence, Revision, StreamSpec};
use lacteal_service::{Readiness, Tasks};
use lacteal_wire::{api, decode, encode, event, subject};
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tracing_subscriber::EnvFilter;

const DEADLINE: Duration = Duration::from_secs(20);

/// What must not be found anywhere, whatever its case.
const CANARIES: [&str; 12] = [
    "CANARYNAME",
    "CANARYMRN",
    "CANARYOLD",
    "CANARYSTREET",
    "CANARYNOTE",
    "CANARYAUTH",
    "CANARYORDER",
    "CANARYCODE",
    "CANARYAUTHOR",
    "CANARYREASON",
    "19481131",
    "4242.42",
];

/// The logs of the process.
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

/// Messages of every fate, each full of what must not leave. Their headers are not: an answer copies fields of
/// the header, as the standard wants it.
fn messages() -> Vec<Vec<u8>> {
    let msh =
        |kind: &str, id: &str| format!("MSH|^~\\&|PATH|NORTH|LACTEAL|NET|20240610||{kind}|{id}|P|2.5.1");
    let pid = |number: &str| {
        format!("PID|1||{number}^^^CANARYAUTH^MR||CANARYNAME^Anna||19481131|F|||1 CANARYSTREET^^Town")
    };
    let rest = "OBR|1||CANARYORDER|11529-5^Path^LN|||20240601\rNTE|1||CANARYNOTE";
    let ki67 = |value: &str| format!("OBX|1|NM|29593-1^CANARYCODE^LN||{value}|%|||||F");
    let report = |id: &str, number: &str, value: &str| {
        [msh("ORU^R01", id), pid(number), rest.to_owned(), ki67(value)].join("\r")
    };
    let adt =
        |kind: &str, id: &str, more: &str| [msh(kind, id), pid("CANARYMRN"), more.to_owned()].join("\r");
    let mut all: Vec<Vec<u8>> = [
        report("M1", "CANARYMRN", "5"),
        report("M1", "CANARYMRN", "5"),
        report("M1", "CANARYMRN", "7"),
        report("M2", "CANARYMRN", "4242.42"),
        report("M3", "CANARYMRN", "CANARYNOTE"),
        report("M4", "", "5"),
        report("M5", &"CANARYMRN".repeat(20), "5"),
        report("M6", "CANARYMRN\u{e9}", "5"),
        adt("ADT^A01", "M7", "DG1|1||CANARYCODE^CANARYNOTE^I10"),
        adt("ADT^A08", "M8", "ZZZ|CANARYNOTE"),
        adt("ADT^A40", "M9", "MRG|CANARYOLD^^^CANARYAUTH"),
        adt("ADT^A40", "M10", "MRG|CANARYMRN^^^CANARYAUTH"),
        adt("ADT^A40", "M11", ""),
        adt("SIU^S12", "M12", ""),
        adt("ADT^A08", "M13", "\rCANARYNOTE without a segment name"),
        report("M14", "CANARYMRN", "5").replace("|2.5.1", "|NOVERSION"),
        report("M15", "CANARYMRN", "5").replace("|P|", "|T|"),
        report("M16", "CANARYMRN", "5").replace("|20240610|", "|CANARYNOTE|"),
        report("M17", "CANARYMRN", "5").replace("|2.5.1", "|2.5.1||||||UNKNOWN"),
        "CANARYNAME is no message".to_owned(),
        format!("PID|CANARYNAME\r{}", msh("ADT^A08", "M18")),
        format!("{}\r{}", report("M19", "CANARYMRN", "5"), report("M20", "CANARYMRN", "5")),
        format!("{}\rZZZ|{}", report("M21", "CANARYMRN", "5"), "CANARYNOTE".repeat(20_000)),
    ]
    .map(String::into_bytes)
    .to_vec();
    all.extend(in_words(&msh, &pid));
    let batch = |id: &str, trailer: &str, messages: &[String]| {
        let header = format!("BHS|^~\\&|PATH|NORTH|||20240610||CANARYNOTE|CANARYCODE|{id}");
        [&header, &messages.join("\r"), trailer].join("\r").into_bytes()
    };
    all.push(batch("B1", "BTS|1|CANARYNOTE", &[report("M23", "CANARYMRN", "5")]));
    all.push(batch("B2", "BTS|7", &[report("M24", "CANARYMRN", "5"), report("M25", "", "5")]));
    all.push(batch("B3", "BTS|1\rPID|1||CANARYMRN", &[report("M26", "CANARYMRN", "CANARYNOTE")]));
    all.push([report("M22", "CANARYMRN", "5").as_bytes(), b"\rNTE|1||CANARYNOTE\xFF\xFE"].concat());
    all
}

/// Texts that are read, cannot be decoded or are pictures; documents, orders and appointments.
fn in_words(msh: &dyn Fn(&str, &str) -> String, pid: &dyn Fn(&str) -> String) -> Vec<Vec<u8>> {
    let pid = pid("CANARYMRN");
    let text = "Ileum: neuroendocrine tumour of Anna CANARYNAME. Ki-67 2 %. A metastasis of CANARYNOTE cannot be excluded.";
    let obx = |kind: &str, value: &str| format!("OBX|1|{kind}|22634-0^Path^LN||{value}||||||F");
    let order = "OBR|1|CANARYORDER|CANARYORDER|22634-0^CANARYNOTE^LN|||20240601";
    let txa = |status: &str| format!("TXA|1|SP|TX|20240601||||||||CANARYORDER||||||{status}");
    let orc = "ORC|NW|CANARYORDER";
    let asked = "OBR|1|CANARYORDER||24627-2^CANARYNOTE^LN|||20240601||||||CANARYNOTE";
    let booked = [
        "SCH|CANARYORDER|||||CANARYNOTE^CANARYREASON|||||^^^20260601",
        "AIS|1||24627-2^CANARYNOTE^LN|20260601",
        "NTE|1||CANARYNOTE",
    ]
    .join("\r");
    let all = [
        [msh("ORU^R01", "T1"), pid.clone(), order.to_owned(), obx("TX", text)],
        [msh("ORU^R01", "T2"), pid.clone(), order.to_owned(), obx("ED", "^AP^PDF^Base64^Q0FOQVJZ")],
        [msh("ORU^R01", "T3"), pid.clone(), order.to_owned(), obx("ED", "^TEXT^plain^Base64^CANARYNOTE*")],
        [msh("ORU^R01", "T4"), pid.clone(), "OBR|1||CANARYORDER|L1^CANARYNOTE^L".to_owned(), obx("TX", text)],
        [msh("OUL^R22", "T5"), pid.clone(), order.to_owned(), obx("FT", text)],
        [msh("MDM^T02", "T6"), pid.clone(), txa("AU"), obx("TX", text)],
        [msh("MDM^T02", "T7"), pid.clone(), txa("CANARYNOTE"), obx("TX", text)],
        [msh("MDM^T11", "T8"), pid.clone(), txa("AU"), String::new()],
        [msh("ORM^O01", "T9"), pid.clone(), orc.to_owned(), asked.to_owned()],
        [msh("OMG^O19", "T10"), pid.clone(), orc.replace("NW", "CANARYCODE"), asked.to_owned()],
        [msh("SIU^S12", "T11"), booked.clone(), pid.clone(), String::new()],
        [msh("SIU^S15", "T12"), booked.replace("20260601", "CANARYNOTE"), pid.clone(), String::new()],
        [msh("ADT^A08", "T13"), pid.clone(), "AL1|1|DA|CANARYCODE^CANARYNOTE".to_owned(), String::new()],
    ];
    let mut all: Vec<Vec<u8>> =
        all.iter().map(|it| it.join("\r").trim_end_matches('\r').as_bytes().to_vec()).collect();
    let latin = [msh("ORU^R01", "T14"), pid, order.to_owned(), obx("TX", text)].join("\r");
    all.push([latin.as_bytes(), b"\rOBX|2|TX|22634-0^Path^LN||CANARYNOTE \xF6||||||F"].concat());
    all
}

/// What intake answers to a request of the gateway; the answer itself holds nothing that may not be shown.
async fn asked<A: prost::Message + Default>(
    ledger: &Ledger,
    subject: &'static str,
    request: bytes::Bytes,
) -> Option<A> {
    let answer = ledger.request(subject, request, DEADLINE).await.expect("an answer");
    assert_silent(subject, &answer);
    let answer: api::Answer = decode(&answer, "answer").expect("an answer");
    match answer.outcome? {
        api::answer::Outcome::Response(response) => A::decode(response.as_slice()).ok(),
        api::answer::Outcome::Failure(_) => None,
    }
}

/// Lists, shows and replays what is in quarantine, fails to give up what is not there, and has stored reports read again.
async fn look_after(ledger: &Ledger) {
    let all = encode(&api::ListQuarantinedRequest::default());
    let listed: api::ListQuarantinedResponse =
        asked(ledger, subject::QUARANTINE_LIST, all).await.expect("a list");
    assert!(listed.entries.len() >= 8, "{}", listed.entries.len());
    let ids: Vec<String> = listed.entries.into_iter().map(|it| it.id).collect();
    for id in ids.iter().cloned() {
        let request = encode(&api::GetQuarantinedRequest { id, include_bytes: false, from_byte: 0 });
        let shown: Option<api::GetQuarantinedResponse> =
            asked(ledger, subject::QUARANTINE_GET, request).await;
        assert!(shown.is_some());
    }
    let request = api::ReplayQuarantinedRequest {
        ids: ids.into_iter().take(50).collect(),
        author: "CANARYAUTHOR".to_owned(),
        ..api::ReplayQuarantinedRequest::default()
    };
    let replayed: api::ReplayQuarantinedResponse =
        asked(ledger, subject::QUARANTINE_REPLAY, encode(&request)).await.expect("outcomes");
    assert!(!replayed.replays.is_empty());
    let request = api::DiscardQuarantinedRequest {
        id: "CANARYNOTE".to_owned(),
        reason: "CANARYREASON".to_owned(),
        author: "CANARYAUTHOR".to_owned(),
    };
    let refused: Option<api::DiscardQuarantinedResponse> =
        asked(ledger, subject::QUARANTINE_DISCARD, encode(&request)).await;
    assert!(refused.is_none());
    let request = encode(&api::ReinterpretRequest { apply: true, ..api::ReinterpretRequest::default() });
    let read: api::ReinterpretResponse = asked(ledger, subject::REINTERPRET, request).await.expect("a page");
    assert!(read.examined > 0);
}

/// Decisions that are stored, repeated and refused for every part of them.
fn decisions(key: &PseudonymKey) -> Vec<api::DecideRequest> {
    let patient = |number: &str| {
        let number = RecordNumber::new("CANARYAUTH", number).expect("a number");
        Some(api::decide_request::By::PatientId(key.pseudonym(&number).to_string()))
    };
    let decide = |id: &str, number: &str, months| api::DecideRequest {
        by: patient(number),
        decision: Some(event::Decision {
            kind: Some(event::decision::Kind::IntervalMonths(months)),
            author: "CANARYAUTHOR".to_owned(),
            reason: "CANARYREASON".to_owned(),
            until: None,
        }),
        request_id: format!("CANARYCODE {id}"),
        ..api::DecideRequest::default()
    };
    let mut lines = decide("4", "CANARYMRN", 6);
    lines.decision.get_or_insert_default().author.push_str("\r\nCANARYAUTHOR");
    let by_number = api::DecideRequest {
        by: Some(api::decide_request::By::RecordNumber(event::RecordNumber {
            authority: "CANARYAUTH".to_owned(),
            number: "CANARYMRN".to_owned(),
        })),
        ..decide("5", "CANARYMRN", 6)
    };
    vec![
        decide("1", "CANARYMRN", 6),
        decide("1", "CANARYMRN", 6),
        decide("1", "CANARYMRN", 7),
        decide("2", "CANARYMRN", 70),
        decide("3", "CANARYNOTE", 6),
        lines,
        by_number,
    ]
}

/// Sends a message and gives back the answer, if any, as it came.
async fn exchange(addr: SocketAddr, message: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(addr).await.expect("connected");
    let framed = [b"CANARYNAME before the frame\x0B", message, b"\x1C\r"].concat();
    // The peer may close before it has read all of it.
    let _sent = socket.write_all(&framed).await;
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    while !answer.ends_with(b"\x1C\r") {
        match timeout(DEADLINE, socket.read(&mut part)).await.expect("an answer or an end") {
            Ok(0) | Err(_) => break,
            Ok(read) => answer.extend_from_slice(&part[..read]),
        }
    }
    answer
}

fn assert_silent(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).to_uppercase();
    for canary in CANARIES {
        let line = text.lines().find(|line| line.contains(canary));
        assert!(line.is_none(), "{what} shows {canary}: {}", line.unwrap_or_default());
    }
}

async fn connect(broker: &Broker) -> Ledger {
    let options = Options {
        servers: vec![broker.client_url()],
        user: Some(broker.user().to_owned()),
        password_file: Some(broker.password_file().to_owned()),
        reconnect_delay_max_ms: 200,
        ..Options::default()
    };
    let ledger = Ledger::connect(options).await.expect("options");
    let mut ready = ledger.ready();
    timeout(DEADLINE, ready.wait_for(|ready| ready.ready)).await.expect("in time").expect("a ledger");
    ledger
}

#[tokio::test]
async fn nothing_that_identifies_a_patient_is_logged_counted_named_or_answered() {
    let logs = Collected::default();
    let writer = logs.clone();
    let filter = "debug,lacteal_intake=trace,lacteal_ledger=trace,lacteal_service=trace,lacteal_hl7=trace";
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let recorder = PrometheusBuilder::new().build_recorder();
    let shown = recorder.handle();
    metrics::set_global_recorder(recorder).expect("the first recorder");

    let folder = tempfile::tempdir().expect("a folder");
    let mut options = BrokerOptions::new(folder.path());
    options.sync_always = false;
    let mut broker = Broker::start(options).await.expect("a broker");
    let ledger = connect(&broker).await;
    let spec = StreamSpec { ttl: true, immutable: true, ..StreamSpec::new(subject::INTAKE, &["intake.>"]) };
    let stream = ledger.stream(&spec, Presence::Create).await.expect("a stream");
    let config = Config {
        mllp: "127.0.0.1:0".to_owned(),
        frame_bytes_max: 100 << 10,
        unavailable_wait_ms: 2_000,
        ..Config::default()
    };
    let bound = lacteal_intake::bind(config).await.expect("a port");
    let addr = bound.addr();
    let tasks = Tasks::new(Readiness::new());
    let key = PseudonymKey::from_bytes(&[7; 32]).expect("a key");
    let decisions = decisions(&key);
    let identity = Identity { key, authorities: Vec::new() };
    bound.start(identity, ledger.clone(), stream.clone(), &tasks).expect("started");

    let mut answers = Vec::new();
    for message in messages() {
        answers.push(exchange(addr, &message).await);
        let request = encode(&api::SubmitMessageRequest { hl7: message });
        let submitted = ledger.request(subject::SUBMIT, request, DEADLINE).await.expect("an answer");
        assert_silent("a submission", &submitted);
    }
    for decision in &decisions {
        let answered = ledger.request(subject::DECIDE, encode(decision), DEADLINE).await.expect("an answer");
        assert_silent("an answer to a decision", &answered);
    }
    look_after(&ledger).await;
    let subjects: Vec<_> = stream.page("intake.>", Revision::NONE, 10_000).await.expect("a page");
    broker.kill().await.expect("killed");
    let mut unanswered = 0;
    for message in messages().into_iter().take(2) {
        unanswered += usize::from(exchange(addr, &message).await.is_empty());
    }

    // The paths were really taken.
    let codes: Vec<String> = answers
        .iter()
        .map(|answer| {
            let bytes = answer[1..answer.len() - 2].to_vec().into();
            Ack::parse(bytes, &Limits::default()).expect("an answer").code.as_str().to_owned()
        })
        .collect();
    let count = |wanted: &str| codes.iter().filter(|code| *code == wanted).count();
    assert!(count("AA") >= 8 && count("AR") >= 8, "{codes:?}");
    assert_eq!(unanswered, 2);
    let metrics = shown.render();
    assert!(metrics.contains("lacteal_intake_messages_total"), "{metrics}");
    for (outcome, count) in [("stored", 1), ("repeated", 1), ("refused", 5)] {
        let wanted = format!("lacteal_intake_decisions_total{{outcome=\"{outcome}\"}} {count}");
        assert!(metrics.contains(&wanted), "{metrics}");
    }
    let logs = logs.0.lock().expect("a lock").clone();
    let text = String::from_utf8_lossy(&logs);
    assert!(text.contains("message quarantined") && text.contains("not stored in time"), "{text}");

    for answer in &answers {
        assert_silent("an answer", answer);
    }
    for stored in &subjects {
        assert_silent("a subject", stored.subject.as_bytes());
    }
    assert_silent("a metric", metrics.as_bytes());
    assert_silent("a log line", &logs);
}
