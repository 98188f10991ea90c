//! A broker, an INTAKE stream and a listener of its own for each test; senders; and messages.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use futures::{SinkExt as _, StreamExt as _};
use lacteal_broker::{Broker, BrokerOptions};
use lacteal_clinical::{PatientId, PseudonymKey, RecordNumber};
use lacteal_hl7::mllp::{Frame, MllpCodec};
use lacteal_hl7::{Ack, Limits};
use lacteal_intake::{Config, Identity};
use lacteal_ledger::{Ledger, Options, Presence, Revision, Stored, Stream, StreamSpec};
use lacteal_service::{Outcome, Readiness, Tasks};
use lacteal_wire::{decode, event, subject};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::codec::Framed;

/// How long anything may take that has to happen.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// Between two looks of intake at its feeds.
const LOOK: Duration = Duration::from_millis(200);

/// Between two looks at a condition.
const POLL: Duration = Duration::from_millis(20);

pub(crate) struct World {
    pub(crate) broker: Broker,
    pub(crate) ledger: Ledger,
    pub(crate) stream: Stream,
    pub(crate) tasks: Tasks,
    pub(crate) mllp: SocketAddr,
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn new() -> World {
        World::with(-1, |_| {}).await
    }

    /// A world whose stream holds so many bytes (-1: any), with a changed configuration.
    pub(crate) async fn with(max_bytes: i64, change: impl FnOnce(&mut Config)) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let mut options = BrokerOptions::new(folder.path());
        options.sync_always = false;
        let broker = Broker::start(options).await.expect("a broker");
        let ledger = connect(&broker).await;
        let spec = StreamSpec {
            ttl: true,
            immutable: true,
            max_bytes,
            ..StreamSpec::new(subject::INTAKE, &["intake.>"])
        };
        let stream = ledger.stream(&spec, Presence::Create).await.expect("a stream");
        let (tasks, mllp) = intake(&broker, &spec, &[], change).await;
        World { broker, ledger, stream, tasks, mllp, _folder: folder }
    }

    /// The same world with intake stopped and started with a changed configuration.
    pub(crate) async fn again(self, change: impl FnOnce(&mut Config)) -> World {
        self.again_as(&[], change).await
    }

    /// As [`World::again`], with these assigning authorities.
    pub(crate) async fn again_as(self, authorities: &[&str], change: impl FnOnce(&mut Config)) -> World {
        assert_eq!(self.stop().await.exit_code(), 0, "intake stops in order");
        let (tasks, mllp) = intake(&self.broker, self.stream.spec(), authorities, change).await;
        World { tasks, mllp, ..self }
    }

    pub(crate) async fn sender(&self) -> Sender {
        Sender::to(self.mllp).await
    }

    /// Stops intake in order.
    pub(crate) async fn stop(&self) -> Outcome {
        self.tasks.stop();
        self.tasks.run(futures::stream::pending(), DEADLINE).await
    }

    /// The reports about a patient, in their order.
    pub(crate) async fn reports(&self, number: &str) -> Vec<event::Report> {
        let stored = self.all(&subject::reports_of(patient(number))).await;
        stored.iter().map(|one| decode(&one.payload, "report").expect("a report")).collect()
    }

    pub(crate) async fn quarantined(&self) -> Vec<event::Quarantined> {
        let stored = self.all("intake.quarantine.*").await;
        stored.iter().map(|one| decode(&one.payload, "quarantined").expect("a quarantined message")).collect()
    }

    pub(crate) async fn receipts(&self) -> usize {
        self.all("intake.seen.*").await.len()
    }

    /// The test's own connection may come back later than that of intake: it is asked again.
    pub(crate) async fn all(&self, filter: &str) -> Vec<Stored> {
        let end = Instant::now() + DEADLINE;
        loop {
            match self.stream.page(filter, Revision::NONE, 10_000).await {
                Ok(page) => return page,
                Err(error) if error.is_transient() && Instant::now() < end => sleep(POLL).await,
                Err(error) => panic!("failed to read the stream: {error}"),
            }
        }
    }

    /// How many messages were stored or remembered; pulses of feeds come beside them.
    pub(crate) async fn messages(&self) -> u64 {
        let mut messages = 0;
        for filter in [subject::REPORTS, subject::EARLY, "intake.seen.*", "intake.quarantine.*"] {
            messages += self.all(filter).await.len() as u64;
        }
        messages
    }

    /// Stops the broker so that it neither answers nor closes, and waits until all its threads stand.
    pub(crate) async fn hang(&self) {
        self.signal("-STOP");
        let tasks = format!("/proc/{}/task", self.broker.pid().expect("a running broker"));
        let stands = |task: std::io::Result<std::fs::DirEntry>| {
            let stat = task.and_then(|task| std::fs::read_to_string(task.path().join("stat")));
            stat.is_ok_and(|stat| stat.contains(") T "))
        };
        let all_stand = || std::fs::read_dir(&tasks).expect("its threads").all(stands);
        until("the broker stands", || async { all_stand() }).await;
    }

    pub(crate) fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, name: &str) {
        let pid = self.broker.pid().expect("a running broker").to_string();
        let done = std::process::Command::new("kill").args([name, &pid]).status().expect("kill");
        assert!(done.success());
    }
}

/// Starts intake. It has its own connection, as in production: what the test reads is read by another.
async fn intake(
    broker: &Broker,
    spec: &StreamSpec,
    authorities: &[&str],
    change: impl FnOnce(&mut Config),
) -> (Tasks, SocketAddr) {
    let mut config = Config { mllp: "127.0.0.1:0".to_owned(), ..Config::default() };
    change(&mut config);
    let bound = lacteal_intake::bind(config).await.expect("a port").look_every(LOOK);
    let mllp = bound.addr();
    let tasks = Tasks::new(Readiness::new());
    let own = connect(broker).await;
    let stream = own.stream(spec, Presence::Verify).await.expect("the stream");
    let authorities = authorities.iter().map(|name| (*name).to_owned()).collect();
    bound.start(Identity { key: key(), authorities }, own, stream, &tasks).expect("started");
    (tasks, mllp)
}

async fn connect(broker: &Broker) -> Ledger {
    let options = Options {
        servers: vec![broker.client_url()],
        user: Some(broker.user().to_owned()),
        password_file: Some(broker.password_file().to_owned()),
        request_timeout_ms: 5_000,
        reconnect_delay_max_ms: 200,
        ..Options::default()
    };
    let ledger = Ledger::connect(options).await.expect("options");
    let mut ready = ledger.ready();
    let waited = timeout(DEADLINE, ready.wait_for(|ready| ready.ready)).await;
    waited.expect("ready in time").expect("a ledger");
    ledger
}

pub(crate) fn key() -> PseudonymKey {
    PseudonymKey::from_bytes(&[7; 32]).expect("a key")
}

pub(crate) fn patient(number: &str) -> PatientId {
    key().pseudonym(&RecordNumber::new("NORTH", number).expect("a number"))
}

/// An MLLP client.
pub(crate) struct Sender<S = TcpStream> {
    framed: Framed<S, MllpCodec>,
}

impl Sender {
    pub(crate) async fn to(addr: SocketAddr) -> Sender {
        let socket = timeout(DEADLINE, TcpStream::connect(addr)).await.expect("in time").expect("connected");
        socket.set_nodelay(true).expect("an option");
        Sender::over(socket)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Sender<S> {
    pub(crate) fn over(socket: S) -> Sender<S> {
        Sender { framed: Framed::new(socket, MllpCodec::default()) }
    }

    pub(crate) async fn send(&mut self, message: &str) {
        self.framed.send(Bytes::copy_from_slice(message.as_bytes())).await.expect("sent");
    }

    /// Sends to a listener that may be gone.
    pub(crate) async fn try_send(&mut self, message: &str) -> bool {
        self.framed.send(Bytes::copy_from_slice(message.as_bytes())).await.is_ok()
    }

    /// Bytes as they are, without a frame.
    pub(crate) async fn raw(&mut self, bytes: &[u8]) {
        self.framed.get_mut().write_all(bytes).await.expect("sent");
    }

    /// The next answer; none when the connection was closed.
    pub(crate) async fn answer(&mut self) -> Option<Ack> {
        match timeout(DEADLINE, self.framed.next()).await.expect("an answer or an end in time") {
            Some(Ok(Frame::Message(bytes))) => {
                Some(Ack::parse(bytes, &Limits::default()).expect("an acknowledgement"))
            }
            Some(Ok(frame)) => panic!("not a whole answer: {frame:?}"),
            Some(Err(_)) | None => None,
        }
    }

    /// Waits for the end of a connection whose peer may say things that are no frame; gives a frame if there is one.
    pub(crate) async fn answer_or_noise(&mut self) -> Option<Frame> {
        timeout(DEADLINE, self.framed.next()).await.expect("an end in time").and_then(Result::ok)
    }

    /// The codes of the answer to a message: that of MSA-1, and those of the ERR segments.
    pub(crate) async fn exchange(&mut self, message: &str) -> String {
        self.send(message).await;
        let ack = self.answer().await.expect("an answer");
        assert_eq!(ack.acknowledged_id, control_id(message), "the answer to another message");
        codes(&ack)
    }
}

pub(crate) fn codes(ack: &Ack) -> String {
    let errors = ack.errors.iter().map(|error| error.code.unwrap_or_default().to_string());
    std::iter::once(ack.code.as_str().to_owned()).chain(errors).collect::<Vec<_>>().join(" ")
}

fn control_id(message: &str) -> &str {
    message.split('\r').next().and_then(|msh| msh.split('|').nth(9)).unwrap_or_default()
}

pub(crate) fn frame(message: &str) -> Vec<u8> {
    [&[0x0B], message.as_bytes(), &[0x1C, 0x0D]].concat()
}

/// A pathology report about a patient.
pub(crate) fn report(id: &str, number: &str, ki67: u32) -> String {
    [
        &msh("ORU^R01", id),
        &pid(number),
        "OBR|1||F77|11529-5^Pathology^LN|||20240601",
        &format!("OBX|1|NM|29593-1^Ki-67^LN||{ki67}|%|||||F"),
    ]
    .join("\r")
}

/// An admission that says nothing about a tumour.
pub(crate) fn admission(id: &str, number: &str) -> String {
    [msh("ADT^A01", id), pid(number)].join("\r")
}

/// An update that takes a death back.
pub(crate) fn alive(id: &str, number: &str) -> String {
    [msh("ADT^A08", id), format!("{}{}N", pid(number), "|".repeat(27))].join("\r")
}

pub(crate) fn msh(kind: &str, id: &str) -> String {
    format!("MSH|^~\\&|PATH|NORTH|LACTEAL|NET|20240610120000||{kind}|{id}|P|2.5.1")
}

pub(crate) fn pid(number: &str) -> String {
    format!("PID|1||{number}^^^NORTH^MR")
}

pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let end = Instant::now() + DEADLINE;
    while Instant::now() < end {
        if holds().await {
            return;
        }
        sleep(POLL).await;
    }
    panic!("never came true: {what}");
}
