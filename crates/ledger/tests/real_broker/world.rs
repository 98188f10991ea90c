//! A broker of its own for each test, a connection to it, and waiting for conditions with a deadline.

use std::time::Duration;

use lacteal_broker::{Broker, BrokerOptions};
use lacteal_ledger::{Ledger, Options, Presence, Revision, Stream, StreamSpec, Transaction};

pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub(crate) broker: Broker,
    pub(crate) ledger: Ledger,
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn new() -> World {
        World::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut BrokerOptions)) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let mut options = BrokerOptions::new(folder.path());
        options.sync_always = false;
        change(&mut options);
        let broker = Broker::start(options).await.expect("a broker");
        let ledger = connect(&broker).await;
        World { broker, ledger, _folder: folder }
    }

    /// A stream that allows everything.
    pub(crate) async fn stream(&self, name: &str, subjects: &[&str]) -> Stream {
        self.ledger.stream(&spec(name, subjects), Presence::Create).await.expect("a stream")
    }

    /// SIGKILL and a new start over the same store and port.
    pub(crate) async fn crash(&mut self) {
        self.broker.kill().await.expect("killed");
        self.broker.restart().await.expect("restarted");
    }
}

pub(crate) fn spec(name: &str, subjects: &[&str]) -> StreamSpec {
    StreamSpec { rollup: true, ttl: true, schedules: true, ..StreamSpec::new(name, subjects) }
}

pub(crate) fn options(broker: &Broker) -> Options {
    Options {
        servers: vec![broker.client_url()],
        user: Some(broker.user().to_owned()),
        password_file: Some(broker.password_file().to_owned()),
        request_timeout_ms: 2_000,
        reconnect_delay_max_ms: 200,
        ..Options::default()
    }
}

pub(crate) async fn connect(broker: &Broker) -> Ledger {
    let ledger = Ledger::connect(options(broker)).await.expect("options");
    until_ready(&ledger).await;
    ledger
}

pub(crate) async fn until_ready(ledger: &Ledger) {
    let mut ready = ledger.ready();
    let waited = tokio::time::timeout(DEADLINE, ready.wait_for(|ready| ready.ready)).await;
    waited.expect("ready in time").expect("a ledger");
}

pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let end = tokio::time::Instant::now() + DEADLINE;
    while tokio::time::Instant::now() < end {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never came true: {what}");
}

pub(crate) fn put(subject: &str, expected: Revision, payload: &str) -> Transaction {
    let mut transaction = Transaction::new();
    transaction.put(subject, expected, payload.to_owned());
    transaction
}

pub(crate) fn append(subject: &str, payload: &str) -> Transaction {
    let mut transaction = Transaction::new();
    transaction.append(subject, payload.to_owned());
    transaction
}

/// All payloads under a filter, in stream order.
pub(crate) async fn texts(stream: &Stream, filter: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut after = Revision::NONE;
    loop {
        let page = stream.page(filter, after, 500).await.expect("a page");
        let Some(last) = page.last() else { return all };
        after = last.revision;
        all.extend(page.iter().map(|stored| String::from_utf8_lossy(&stored.payload).into_owned()));
    }
}
