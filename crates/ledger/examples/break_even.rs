//! Where one atomic batch becomes faster than as many single publishes under way at once, and what a work step
//! costs, against a broker of its own that flushes every message. Takes a minute; prints medians.
//!
//! `cargo run --release -p lacteal-ledger --example break_even`

#![expect(clippy::expect_used, reason = "a measurement that cannot set up its world must fail loudly")]
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::time::Duration;

use futures::future::join_all;
use lacteal_broker::{Broker, BrokerOptions};
use lacteal_ledger::{
    CommitError, CommitterOptions, Ledger, Options, Presence, Revision, Stream, StreamSpec, Transaction,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// As the report of a message.
const PAYLOAD_BYTES: usize = 2_560;
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
    committer_against_singles(&stream).await;
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

/// Rates of so many callers, each of which commits again when it is answered: by single publishes, and by the group
/// commit, which should never be much slower.
async fn committer_against_singles(stream: &Stream) {
    let stop = CancellationToken::new();
    let (committer, task) = stream.committer(CommitterOptions::default());
    let task = task.run(stop.clone());
    let measure = async {
        println!("{:>8} {:>14} {:>14}", "callers", "singles/s", "committer/s");
        for callers in [1, 4, 8, 12, 16, 17, 20, 24, 32, 64, 256] {
            let (mut singles, mut grouped) = (Vec::new(), Vec::new());
            for _ in 0..5 {
                singles.push(rate(callers, || stream.commit(appends(1))).await);
                grouped.push(rate(callers, || committer.commit(appends(1))).await);
            }
            let middle = |rates: &mut Vec<u64>| {
                rates.sort_unstable();
                rates.get(rates.len() / 2).copied().unwrap_or_default()
            };
            println!("{callers:>8} {:>14} {:>14}", middle(&mut singles), middle(&mut grouped));
        }
        stop.cancel();
    };
    futures::join!(task, measure);
}

/// Commits in a second, of so many callers.
async fn rate<F>(callers: usize, commit: impl Fn() -> F) -> u64
where
    F: Future<Output = Result<Vec<Revision>, CommitError>>,
{
    let started = Instant::now();
    let rounds = (1_000 / callers).max(8);
    join_all((0..callers).map(async |_| {
        for _ in 0..rounds {
            commit().await.expect("stored");
        }
    }))
    .await;
    ((callers * rounds) as f64 / started.elapsed().as_secs_f64()) as u64
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
