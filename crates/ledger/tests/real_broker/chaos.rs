//! Everything fails at once: workers stall beyond their acknowledgement time and wake as zombies, end before and
//! after they commit, and the server is killed every few seconds. Nothing may be lost, repeated or torn. The
//! seed is printed; `LACTEAL_CHAOS_SEED` repeats a run's dice (not its timing).

#![expect(clippy::print_stdout, reason = "the seed and the toll of a failed run must be seen")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use lacteal_ledger::{
    Fault, Ledger, Moment, Options, Presence, Revision, Stream, Transaction, WorkOptions, work_with_fault,
};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::steps::{Memory, Tally, Works, work_options};
use crate::world::{World, options, spec, until_ready};

const STALL: Duration = Duration::from_millis(1_600);
const ACK_WAIT_MS: u64 = 1_000;
const SETTLE: Duration = Duration::from_secs(60);

struct Plan {
    memory: Memory,
    workers: usize,
    entities: usize,
    inputs: usize,
    /// Inputs given per second.
    rate: usize,
    /// Of all moments, how many stall and how many end the worker.
    stalls: f64,
    aborts: f64,
    kill_every: Option<Duration>,
}

#[derive(Default)]
struct Toll {
    stalls: AtomicU64,
    aborts: AtomicU64,
    kills: AtomicU64,
    quiet: AtomicBool,
}

struct Dice {
    random: Mutex<StdRng>,
    stalls: f64,
    aborts: f64,
    toll: Arc<Toll>,
    abort: Arc<Notify>,
}

impl Fault for Dice {
    fn at(&self, _moment: Moment) -> BoxFuture<'_, ()> {
        let drawn: f64 = self.random.lock().expect("dice").random();
        Box::pin(async move {
            if self.toll.quiet.load(Ordering::SeqCst) {
                return;
            }
            if drawn < self.stalls {
                self.toll.stalls.fetch_add(1, Ordering::SeqCst);
                sleep(STALL).await;
            } else if drawn < self.stalls + self.aborts {
                self.toll.aborts.fetch_add(1, Ordering::SeqCst);
                self.abort.notify_one();
                std::future::pending::<()>().await;
            }
        })
    }
}

/// A process that works until it is ended by the dice, and is then started again.
async fn process(
    connection: Options,
    work: WorkOptions,
    step: Arc<Tally>,
    dice: Dice,
    stop: CancellationToken,
) {
    let abort = Arc::clone(&dice.abort);
    let dice = Arc::new(dice);
    loop {
        let ledger = Ledger::connect(connection.clone()).await.expect("options");
        let source = ledger.stream(&spec("IN", &["in.>"]), Presence::Verify).await.expect("there");
        let sink = ledger.stream(&spec("OUT", &["out.>"]), Presence::Verify).await.expect("there");
        let fault = Arc::clone(&dice) as Arc<dyn Fault>;
        let working = work_with_fault(&source, &sink, work.clone(), Arc::clone(&step), stop.clone(), fault);
        tokio::select! {
            ended = working => return ended.expect("worked to the end"),
            () = abort.notified() => {}
        }
    }
}

/// Gives all inputs, each acknowledged; one of unknown outcome is given again, as a sender would.
async fn feed(source: Stream, plan: (usize, usize, usize)) {
    let (entities, inputs, rate) = plan;
    let started = Instant::now();
    for first in (0..inputs).step_by(20) {
        let due = Duration::from_secs_f64(first as f64 / rate as f64);
        tokio::time::sleep_until(started + due).await;
        let mut transaction = Transaction::new();
        for i in first..(first + 20).min(inputs) {
            transaction.append(format!("in.e{}", (i * 7) % entities), format!("{i}"));
        }
        while source.commit(transaction.clone()).await.is_err() {
            sleep(Duration::from_millis(50)).await;
        }
    }
}

#[derive(Debug, PartialEq, Eq, Default)]
struct Findings {
    lost: usize,
    repeated: usize,
    torn: usize,
    aside: usize,
}

async fn everything(stream: &Stream, filter: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut after = Revision::NONE;
    loop {
        let page = stream.page(filter, after, 500).await.expect("a page");
        let Some(last) = page.last() else { return all };
        after = last.revision;
        all.extend(
            page.iter().map(|stored| {
                (stored.subject.clone(), String::from_utf8_lossy(&stored.payload).into_owned())
            }),
        );
    }
}

async fn find(works: &Works, plan: &Plan) -> Findings {
    let mut history: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (subject, id) in everything(&works.sink, "out.log.*").await {
        history.entry(subject.replace("out.log.", "")).or_default().push(id);
    }
    let mut states: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (subject, text) in everything(&works.sink, "out.state.*").await {
        let lines = text.lines().filter(|line| !line.starts_with("mark ")).map(str::to_owned).collect();
        states.insert(subject.replace("out.state.", ""), lines);
    }
    let mut findings =
        Findings { aside: everything(&works.sink, "out.aside.>").await.len(), ..Findings::default() };
    for i in 0..plan.inputs {
        let entity = format!("e{}", (i * 7) % plan.entities);
        let id = i.to_string();
        let times = history.get(&entity).map_or(0, |lines| lines.iter().filter(|line| **line == id).count());
        findings.lost += usize::from(times == 0);
        findings.repeated += times.saturating_sub(1);
    }
    for (entity, lines) in &history {
        let told: BTreeSet<String> = lines.iter().cloned().collect();
        findings.torn += usize::from(states.get(entity) != Some(&told));
    }
    findings.torn += states.keys().filter(|entity| !history.contains_key(*entity)).count();
    findings
}

async fn run(plan: Plan) -> (Findings, Arc<Toll>) {
    let seed = std::env::var("LACTEAL_CHAOS_SEED").ok().and_then(|text| text.parse().ok());
    let seed: u64 = seed.unwrap_or_else(rand::random);
    println!("LACTEAL_CHAOS_SEED={seed}");
    let mut world = World::new().await;
    let works = Works { step: Tally::new(plan.memory), ..Works::new(&world).await };
    let toll = Arc::new(Toll::default());
    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    let work = WorkOptions { batch_max: 20, ack_wait_ms: ACK_WAIT_MS, attempts_max: 30, ..work_options() };
    for number in 0..plan.workers {
        let dice = Dice {
            random: Mutex::new(StdRng::seed_from_u64(seed.wrapping_add(number as u64))),
            stalls: plan.stalls,
            aborts: plan.aborts,
            toll: Arc::clone(&toll),
            abort: Arc::new(Notify::new()),
        };
        tasks.spawn(process(
            options(&world.broker),
            work.clone(),
            Arc::clone(&works.step),
            dice,
            stop.clone(),
        ));
    }
    let mut feeding = JoinSet::new();
    feeding.spawn(feed(works.source.clone(), (plan.entities, plan.inputs, plan.rate)));
    let period = plan.kill_every.unwrap_or(Duration::from_secs(3_600));
    loop {
        tokio::select! {
            fed = feeding.join_next() => {
                fed.expect("a feeder").expect("all given");
                break;
            }
            () = sleep(period) => {
                world.crash().await;
                toll.kills.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
    toll.quiet.store(true, Ordering::SeqCst);
    until_ready(&world.ledger).await;
    until_idle(&world).await;
    stop.cancel();
    while let Some(ended) = tasks.join_next().await {
        ended.expect("ended in order");
    }
    let findings = find(&works, &plan).await;
    let [stalls, aborts, kills] =
        [&toll.stalls, &toll.aborts, &toll.kills].map(|count| count.load(Ordering::SeqCst));
    println!("{} inputs, {stalls} stalls, {aborts} aborts, {kills} kills: {findings:?}", plan.inputs);
    (findings, toll)
}

/// Waits until the consumer has nothing to deliver and nothing outstanding.
async fn until_idle(world: &World) {
    let password = std::fs::read_to_string(world.broker.password_file()).expect("a password");
    let operator = async_nats::ConnectOptions::with_user_and_password("lacteal".into(), password)
        .connect(world.broker.client_url())
        .await
        .expect("an operator");
    let mut consumer: async_nats::jetstream::consumer::PullConsumer =
        async_nats::jetstream::new(operator).get_consumer_from_stream("tally", "IN").await.expect("found");
    let end = Instant::now() + SETTLE;
    while Instant::now() < end {
        if let Ok(info) = consumer.info().await
            && info.num_pending == 0
            && info.num_ack_pending == 0
        {
            return;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("the work did not come to an end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stalls_aborts_and_server_kills_lose_repeat_and_tear_nothing() {
    let (findings, toll) = run(Plan {
        memory: Memory::Set,
        workers: 2,
        entities: 200,
        inputs: 4_000,
        rate: 200,
        stalls: 0.015,
        aborts: 0.015,
        kill_every: Some(Duration::from_millis(2_500)),
    })
    .await;
    assert_eq!(findings, Findings::default());
    assert!(toll.kills.load(Ordering::SeqCst) >= 5, "the server was hardly killed");
    assert!(
        toll.stalls.load(Ordering::SeqCst) > 0 && toll.aborts.load(Ordering::SeqCst) > 0,
        "nothing went wrong"
    );
}

/// The negative control: the same faults must be able to find a loss, or the test above proves nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watermark_instead_of_a_set_loses_inputs_under_the_same_stalls() {
    let (findings, _) = run(Plan {
        memory: Memory::Watermark,
        workers: 3,
        entities: 20,
        inputs: 4_000,
        rate: 300,
        stalls: 0.02,
        aborts: 0.02,
        kill_every: None,
    })
    .await;
    assert!(findings.lost > 0, "a watermark lost nothing: the faults are too mild to prove anything");
}
