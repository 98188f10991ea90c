//! A broker, an INTAKE stream and an endpoint of its own for each test; and an HTTP client of a few lines.

use std::net::SocketAddr;
use std::time::Duration;

use lacteal_broker::{Broker, BrokerOptions};
use lacteal_intake::{Config, Identity};
use lacteal_ledger::{Ledger, Options, Presence, Revision, Stream, StreamSpec};
use lacteal_service::{Readiness, Tasks};
use lacteal_wire::api::{self, answer};
use lacteal_wire::{decode, encode, event, subject};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub(crate) broker: Broker,
    pub(crate) ledger: Ledger,
    pub(crate) stream: Stream,
    pub(crate) fhir: SocketAddr,
    tasks: Tasks,
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let mut options = BrokerOptions::new(folder.path());
        options.sync_always = false;
        let broker = Broker::start(options).await.expect("a broker");
        let ledger = connect(&broker).await;
        let spec =
            StreamSpec { ttl: true, immutable: true, ..StreamSpec::new(subject::INTAKE, &["intake.>"]) };
        let stream = ledger.stream(&spec, Presence::Create).await.expect("a stream");
        let (tasks, fhir) = intake(&broker, &spec, &[], change).await;
        World { broker, ledger, stream, fhir, tasks, _folder: folder }
    }

    /// The same world with intake stopped and started with a changed configuration and these authorities.
    pub(crate) async fn again(self, authorities: &[&str], change: impl FnOnce(&mut Config)) -> World {
        self.tasks.stop();
        let outcome = self.tasks.run(futures::stream::pending(), DEADLINE).await;
        assert_eq!(outcome.exit_code(), 0, "intake stops in order");
        let (tasks, fhir) = intake(&self.broker, self.stream.spec(), authorities, change).await;
        World { tasks, fhir, ..self }
    }

    /// Asks intake something, as the gateway does.
    pub(crate) async fn ask<Q: prost::Message, A: prost::Message + Default>(
        &self,
        subject: &'static str,
        request: Q,
    ) -> A {
        let end = Instant::now() + DEADLINE;
        // It listens some time after its start; what cannot be read is answered without doing anything.
        while self.ledger.request(subject, bytes::Bytes::from_static(b"\xFF"), DEADLINE).await.is_err() {
            assert!(Instant::now() < end, "intake never answers");
            sleep(Duration::from_millis(20)).await;
        }
        let answer = self.ledger.request(subject, encode(&request), DEADLINE).await.expect("an answer");
        let answer: api::Answer = decode(&answer, "answer").expect("an answer");
        match answer.outcome.expect("an outcome") {
            answer::Outcome::Response(response) => A::decode(response.as_slice()).expect("the response"),
            answer::Outcome::Failure(failure) => panic!("refused: {failure:?}"),
        }
    }

    pub(crate) async fn quarantined(&self) -> Vec<event::Quarantined> {
        let page = self.stream.page("intake.quarantine.*", Revision::NONE, 10_000).await.expect("a page");
        page.iter()
            .map(|stored| decode(&stored.payload, "quarantined").expect("a quarantined body"))
            .collect()
    }

    pub(crate) async fn subjects(&self, filter: &str) -> Vec<String> {
        let page = self.stream.page(filter, Revision::NONE, 10_000).await.expect("a page");
        page.into_iter().map(|stored| stored.subject).collect()
    }

    pub(crate) async fn reports(&self) -> Vec<event::Report> {
        let page = self.stream.page(subject::REPORTS, Revision::NONE, 10_000).await.expect("a page");
        page.iter().map(|stored| decode(&stored.payload, "report").expect("a report")).collect()
    }

    /// Posts a body as FHIR.
    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        self.send("POST", path, &[("Content-Type", "application/fhir+json")], body).await
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: lacteal\r\nConnection: close\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        let mut socket =
            timeout(DEADLINE, TcpStream::connect(self.fhir)).await.expect("in time").expect("connected");
        // The endpoint may answer before it has read all of it.
        let _sent = socket.write_all([head.as_bytes(), body.as_bytes()].concat().as_slice()).await;
        let mut bytes = Vec::new();
        let _read = timeout(DEADLINE, socket.read_to_end(&mut bytes)).await.expect("an answer in time");
        let text = String::from_utf8(bytes).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).expect("a status");
        Answer { status, head: head.to_lowercase(), body: body.to_owned() }
    }
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Starts intake with the endpoint.
async fn intake(
    broker: &Broker,
    spec: &StreamSpec,
    authorities: &[&str],
    change: impl FnOnce(&mut Config),
) -> (Tasks, SocketAddr) {
    let mut config = Config { mllp: "127.0.0.1:0".to_owned(), ..Config::default() };
    config.fhir.listen = "127.0.0.1:0".to_owned();
    let authority = lacteal_intake::fhir::AuthorityConfig {
        system: crate::given::SYSTEM.to_owned(),
        authority: "NORTH".to_owned(),
    };
    config.fhir.authorities.push(authority);
    change(&mut config);
    let bound = lacteal_intake::bind(config).await.expect("ports");
    let fhir = bound.fhir_addr().expect("the endpoint is on");
    let tasks = Tasks::new(Readiness::new());
    let own = connect(broker).await;
    let stream = own.stream(spec, Presence::Verify).await.expect("the stream");
    let authorities = authorities.iter().map(|name| (*name).to_owned()).collect();
    bound.start(Identity { key: crate::given::key(), authorities }, own, stream, &tasks).expect("started");
    (tasks, fhir)
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
