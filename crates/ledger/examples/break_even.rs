//! Where one atomic batch becomes faster than as many single publishes under way at once, and what a work step
//! costs, against a broker of its own that flushes every message. Takes half a minute; prints medians.
//!
//! `cargo run --release -p lacteal-ledger --example break_even`

#![expect(clippy::expect_used, reason = "a measurement that cannot set up its world must fail loudly")]
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::time::Duration;

use futures::future::join_all;
use lacteal_broker::{Broker, BrokerOptions};
use lacteal_ledger::{Ledger, Options, Presence, Revision, Stream, StreamSpec, Transaction};
use tokio::time::Instant;

const PAYLOAD_BYTES: usize = 1_024;
const ROUNDS: usize = 25;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let broker = Broker::start(BrokerOptions::new(folder.path())).await.expect("a broker");
    let options = Options {
        servers: vec![broker.client_url()],
        user: Some(broker.user().to_owned()),
        password_file: Some(broker.password_file().to_owned()),
        ..Options::default()
    };
    let ledger = Ledger::connect(options).await.expect("options");
    let spec = StreamSpec { rollup: true, ..StreamSpec::new("MEASURE", &["m.>"]) };
    let stream = ledger.stream(&spec, Presence::Create).await.expect("a stream");
    singles_against_batches(&stream).await;
    batches_at_once(&stream).await;
    steps(&stream).await;
}

async fn singles_against_batches(stream: &Stream) {
    println!("{:>8} {:>14} {:>14}", "messages", "singles", "one batch");
    for count in [1, 2, 4, 6, 8, 10, 12, 16, 20, 24, 32, 64, 128, 256, 512] {
        let singles = median(|| async {
            join_all((0..count).map(|_| stream.commit(appends(1)))).await.into_iter().for_each(|stored| {
                stored.expect("stored");
            });
        })
        .await;
        // Two at least: one message alone is never a batch.
        let batch = median(|| async {
            stream.commit(appends(count.max(2))).await.expect("stored");
        })
        .await;
        println!("{count:>8} {singles:>14?} {batch:>14?}");
    }
}

async fn batches_at_once(stream: &Stream) {
    println!("{:>24} {:>14}", "1000 messages as", "");
    for at_once in [1, 2, 4, 8] {
        let took = median(|| async {
            join_all((0..at_once).map(|_| stream.commit(appends(1_000 / at_once))))
                .await
                .into_iter()
                .for_each(|stored| {
                    stored.expect("stored");
                });
        })
        .await;
        println!("{:>24} {took:>14?}", format!("{at_once} batches at once"));
    }
}

/// The reads and writes of one work step: states of so many units, and a state and an event for each.
async fn steps(stream: &Stream) {
    println!("{:>8} {:>14} {:>14}", "units", "read", "commit");
    for units in [1, 10, 50, 250, 500] {
        let subjects: Vec<String> = (0..units).map(|unit| format!("m.state.{unit}")).collect();
        let read = median(|| async {
            stream.last(&subjects).await.expect("read");
        })
        .await;
        let commit = median(|| async {
            let states = stream.last(&subjects).await.expect("read");
            let mut transaction = Transaction::new();
            for subject in &subjects {
                transaction.put(subject.clone(), states.revision(subject), vec![b'x'; PAYLOAD_BYTES]);
                transaction.append("m.event", vec![b'x'; PAYLOAD_BYTES]);
            }
            stream.commit(transaction).await.expect("stored");
        })
        .await;
        println!("{units:>8} {read:>14?} {:>14?}", commit.saturating_sub(read));
    }
    let first = stream.page("m.event", Revision::NONE, 1).await.expect("a page");
    println!("oldest event is {:?}", first.first().map(|stored| stored.revision));
}

fn appends(count: usize) -> Transaction {
    let mut transaction = Transaction::new();
    (0..count).for_each(|_| transaction.append("m.log", vec![b'x'; PAYLOAD_BYTES]));
    transaction
}

async fn median<F: Future<Output = ()>>(mut once: impl FnMut() -> F) -> Duration {
    let mut took = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let started = Instant::now();
        once().await;
        took.push(started.elapsed());
    }
    took.sort_unstable();
    took.get(took.len() / 2).copied().unwrap_or_default()
}
