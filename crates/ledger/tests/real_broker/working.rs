//! The work loop: each delivery takes effect once, whatever fails, and a poison harms only itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::future::BoxFuture;
use lacteal_ledger::{
    Error, Fault, Moment, Presence, Revision, StreamSpec, Transaction, WorkOptions, work, work_with_fault,
};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::steps::{Memory, Tally, Works, work_options};
use crate::world::{World, spec, texts, until, until_ready};

pub(crate) fn inputs(entities: usize, each: usize) -> Vec<(String, String)> {
    (0..each).flat_map(|i| (0..entities).map(move |e| (format!("e{e}"), format!("{e}.{i}")))).collect()
}

fn ids(entity: usize, each: usize) -> Vec<String> {
    (0..each).map(|i| format!("{entity}.{i}")).collect::<BTreeSet<_>>().into_iter().collect()
}

pub(crate) async fn until_done(works: &Works, entities: usize, each: usize) {
    until("all inputs took effect", || async {
        texts(&works.sink, "out.log.*").await.len() >= entities * each
    })
    .await;
}

pub(crate) async fn assert_once_each(works: &Works, entities: usize, each: usize) {
    for entity in 0..entities {
        let name = format!("e{entity}");
        let wanted = ids(entity, each);
        assert_eq!(works.log(&name).await, wanted, "history of {name}");
        assert_eq!(works.state(&name).await.into_iter().collect::<Vec<_>>(), wanted, "state of {name}");
    }
}

#[tokio::test]
async fn every_input_takes_effect_once() {
    let world = World::new().await;
    let mut works = Works::new(&world).await;
    works.give_all(&inputs(40, 20)).await;
    works.start(work_options());
    until_done(&works, 40, 20).await;
    works.stop().await;
    assert_once_each(&works, 40, 20).await;
}

#[tokio::test]
async fn an_input_that_comes_again_writes_nothing() {
    let world = World::new().await;
    let mut works = Works::new(&world).await;
    works.give_all(&inputs(10, 5)).await;
    works.start(work_options());
    until_done(&works, 10, 5).await;
    let before = works.sink.numbers().await.expect("numbers").last;
    works.start(WorkOptions { durable: "again".to_owned(), ..work_options() });
    works.give("e0", "the-end").await;
    until("both have seen the end", || async { works.state("e0").await.contains("the-end") }).await;
    works.stop().await;
    let after = works.sink.numbers().await.expect("numbers").last;
    assert_eq!(after.sequence(), before.sequence() + 2, "one state and one line for the end, nothing else");
}

#[tokio::test]
async fn two_workers_on_the_same_entities_both_progress_and_lose_nothing() {
    let world = World::new().await;
    let mut works = Works::new(&world).await;
    let small = WorkOptions { batch_max: 7, ..work_options() };
    works.start(small.clone());
    works.start(small.clone());
    works.start(WorkOptions { durable: "rival".to_owned(), ..small });
    works.give_all(&inputs(3, 150)).await;
    until_done(&works, 3, 150).await;
    works.stop().await;
    assert_once_each(&works, 3, 150).await;
}

/// Stops the worker at one moment, once, until it is let go.
struct Gate {
    moment: Moment,
    once: Semaphore,
    reached: Notify,
    go: Notify,
}

impl Gate {
    fn new(moment: Moment) -> Arc<Gate> {
        Arc::new(Gate { moment, once: Semaphore::new(1), reached: Notify::new(), go: Notify::new() })
    }
}

impl Fault for Gate {
    fn at(&self, moment: Moment) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            if moment == self.moment
                && let Ok(permit) = self.once.try_acquire()
            {
                permit.forget();
                self.reached.notify_one();
                self.go.notified().await;
            }
        })
    }
}

async fn crash_at(moment: Moment) {
    let mut world = World::new().await;
    let mut works = Works::new(&world).await;
    works.give_all(&inputs(30, 4)).await;
    let gate = Gate::new(moment);
    let (source, sink, step, stop, fault) = (
        works.source.clone(),
        works.sink.clone(),
        Arc::clone(&works.step),
        works.stop.clone(),
        Arc::clone(&gate),
    );
    works.tasks.spawn(async move {
        work_with_fault(&source, &sink, work_options(), step, stop, fault).await.expect("worked");
    });
    gate.reached.notified().await;
    world.crash().await;
    gate.go.notify_one();
    until_ready(&world.ledger).await;
    until_done(&works, 30, 4).await;
    works.stop().await;
    assert_once_each(&works, 30, 4).await;
}

#[tokio::test]
async fn a_broker_killed_between_commit_and_acknowledgement_repeats_no_effect() {
    crash_at(Moment::Stored).await;
}

#[tokio::test]
async fn a_broker_killed_before_the_commit_loses_no_input() {
    crash_at(Moment::Decided).await;
}

#[tokio::test]
async fn a_zombie_that_wakes_after_another_did_its_work_changes_nothing() {
    let world = World::new().await;
    let mut works = Works::new(&world).await;
    works.give_all(&inputs(10, 10)).await;
    let gate = Gate::new(Moment::Decided);
    let options = WorkOptions { ack_wait_ms: 500, ..work_options() };
    let (source, sink) = (works.source.clone(), works.sink.clone());
    let zombie = work_with_fault(
        &source,
        &sink,
        options.clone(),
        Arc::clone(&works.step),
        works.stop.clone(),
        Arc::clone(&gate) as Arc<dyn Fault>,
    );
    let (from, to, step, stop) =
        (works.source.clone(), works.sink.clone(), Arc::clone(&works.step), works.stop.clone());
    let others = async {
        gate.reached.notified().await;
        works.tasks.spawn(async move { work(&from, &to, options, step, stop).await.expect("worked") });
        until_done(&works, 10, 10).await;
        let before = works.sink.numbers().await.expect("numbers").last;
        gate.go.notify_one();
        works.give("e0", "0.end").await;
        until("the end took effect", || async { works.state("e0").await.contains("0.end") }).await;
        works.stop.cancel();
        before
    };
    let (ended, before) = tokio::join!(zombie, others);
    ended.expect("ended in order");
    assert_eq!(works.sink.numbers().await.expect("numbers").last.sequence(), before.sequence() + 2);
}

#[tokio::test]
async fn units_of_one_batch_see_each_other_and_are_stored_together() {
    let world = World::new().await;
    let mut works = Works::new(&world).await;
    let mut all = inputs(5, 3);
    for e in 0..5 {
        all.push((format!("e{e}"), format!("both-e{}-{e}", (e + 1) % 5)));
    }
    works.give_all(&all).await;
    works.start(work_options());
    until_done(&works, 5, 4).await;
    works.stop().await;
    for e in 0..5 {
        let state = works.state(&format!("e{e}")).await;
        assert_eq!(state.len(), 5, "{state:?}");
        assert!(state.contains(&format!("both-e{}-{e}", (e + 1) % 5)));
        assert!(state.contains(&format!("both-e{e}-{}", (e + 4) % 5)));
    }
}

#[tokio::test]
async fn more_messages_than_a_batch_holds_are_split_where_nothing_is_shared() {
    let world = World::new().await;
    let mut works = Works::new(&world).await;
    let spread = (0..200).map(|e| (format!("e{e}"), "many-10-a".to_owned()));
    let heaped = (0..30).map(|i| ("heap".to_owned(), format!("many-50-{i}")));
    works.give_all(&spread.chain(heaped).collect::<Vec<_>>()).await;
    // One delivery that can never be stored.
    works.give("huge", "many-2000-x").await;
    works.start(work_options());
    until("all lines are written", || async {
        works.log("heap").await.len() == 1_500 && texts(&works.sink, "out.log.*").await.len() == 3_500
    })
    .await;
    until("the huge one is set aside", || async { works.state("huge").await.contains("needs review") }).await;
    works.stop().await;
    assert_eq!(works.state("heap").await.len(), 30);
    assert!(works.log("huge").await.is_empty());
}

#[tokio::test]
async fn a_full_sink_holds_the_work_back_and_loses_nothing() {
    let world = World::new().await;
    let source = world.stream("IN", &["in.>"]).await;
    let small = StreamSpec { max_bytes: 40 * 1024, schedules: false, ..spec("OUT", &["out.>"]) };
    let sink = world.ledger.stream(&small, Presence::Create).await.expect("made");
    let mut ballast = Transaction::new();
    (0..3).for_each(|i| ballast.append(format!("out.ballast.{i}"), "x".repeat(11 * 1024)));
    sink.commit(ballast).await.expect("stored");
    let mut works = Works {
        source,
        sink,
        step: Tally::new(Memory::Set),
        tasks: JoinSet::new(),
        stop: CancellationToken::new(),
    };
    works.give_all(&inputs(40, 2)).await;
    let options = WorkOptions { ack_wait_ms: 1_000, ..work_options() };
    works.start(options.clone());
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    assert!(texts(&works.sink, "out.log.*").await.is_empty());
    // One worker gives up in the middle of it, another takes over: nothing was acknowledged that is not stored.
    works.stop().await;
    works.start(options);
    let password = std::fs::read_to_string(world.broker.password_file()).expect("a password");
    let operator = async_nats::ConnectOptions::with_user_and_password("lacteal".into(), password)
        .connect(world.broker.client_url())
        .await
        .expect("an operator");
    let handle = async_nats::jetstream::new(operator).get_stream("OUT").await.expect("found");
    handle.purge().filter("out.ballast.>").await.expect("purged");
    until_done(&works, 40, 2).await;
    works.stop().await;
    assert_once_each(&works, 40, 2).await;
    assert!(texts(&works.sink, "out.aside.>").await.is_empty(), "back-pressure was taken for poison");
}

#[tokio::test]
async fn a_stopped_worker_acknowledges_what_it_finished() {
    let world = World::new().await;
    let mut works = Works::new(&world).await;
    works.give_all(&inputs(20, 5)).await;
    works.start(work_options());
    until_done(&works, 20, 5).await;
    works.stop().await;
    let mut consumer: async_nats::jetstream::consumer::PullConsumer = {
        let password = std::fs::read_to_string(world.broker.password_file()).expect("a password");
        let operator = async_nats::ConnectOptions::with_user_and_password("lacteal".into(), password)
            .connect(world.broker.client_url())
            .await
            .expect("an operator");
        async_nats::jetstream::new(operator).get_consumer_from_stream("tally", "IN").await.expect("found")
    };
    let info = consumer.info().await.expect("information");
    assert_eq!((info.num_ack_pending, info.num_pending), (0, 0));
}

#[tokio::test]
async fn a_consumer_that_differs_is_an_error_that_names_the_field() {
    let world = World::new().await;
    let mut works = Works::new(&world).await;
    works.give("e0", "x").await;
    works.start(work_options());
    until("it works", || async { !works.log("e0").await.is_empty() }).await;
    works.stop().await;
    let other = WorkOptions { ack_wait_ms: 9_000, ..work_options() };
    let refused = work(&works.source, &works.sink, other, Arc::clone(&works.step), works.stop.clone()).await;
    let Err(Error::Differs { differences, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(differences.iter().map(|one| one.field).collect::<Vec<_>>(), ["ack_wait"]);
}

#[tokio::test]
async fn large_inputs_and_large_states_go_through_as_if_they_were_small() {
    let world = World::with(|options| options.max_payload_bytes = 64 * 1024).await;
    let mut works = Works::new(&world).await;
    let large = |i: usize| format!("{i}{}", "y".repeat(50_000 + i));
    for i in 0..4 {
        works.give("e", &large(i)).await;
    }
    works.start(work_options());
    until("all took effect", || async { works.log("e").await.len() == 4 }).await;
    works.stop().await;
    assert_eq!(works.state("e").await, (0..4).map(large).collect());
    let page = works.sink.page("out.state.e", Revision::NONE, 9).await.expect("a page");
    assert_eq!(page.len(), 1);
}
