//! Deliveries that can never succeed: each harms only itself, and is seen.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures::future::BoxFuture;
use lacteal_ledger::{AsideRecord, Error, Fault, Moment, WorkOptions, work, work_with_fault};
use tokio::sync::Notify;

use crate::steps::{Works, work_options};
use crate::working::inputs;
use crate::world::{World, texts, until};

#[tokio::test]
async fn poison_is_set_aside_with_its_error_while_the_others_go_on() {
    let world = World::new().await;
    let mut works = Works::new(&world).await;
    works.give_all(&inputs(4, 3)).await;
    for poison in ["fail-x", "panic-x", "fail-hopeless"] {
        works.give(if poison.ends_with("hopeless") { "e3" } else { "e1" }, poison).await;
    }
    works.give_all(&[("e1".into(), "1.last".into()), ("e2".into(), "2.last".into())]).await;
    works.start(work_options());
    until("all poison is set aside", || async { texts(&works.sink, "out.aside.>").await.len() == 3 }).await;
    works.stop().await;
    let records: Vec<AsideRecord> = texts(&works.sink, "out.aside.>")
        .await
        .iter()
        .map(|text| serde_json::from_str(text).expect("a record"))
        .collect();
    let mut places: Vec<_> =
        records.iter().map(|one| (one.sequence, one.attempts, one.subject.as_str())).collect();
    places.sort_unstable();
    assert_eq!(places, [(13, 5, "in.e1"), (14, 5, "in.e1"), (15, 5, "in.e3")]);
    assert!(records.iter().any(|one| one.error == "cannot be read" && one.stream == "IN"));
    let wanted: BTreeSet<String> =
        ["1.0", "1.1", "1.2", "1.last", "needs review"].map(str::to_owned).into_iter().collect();
    assert_eq!(works.state("e1").await, wanted);
    assert_eq!(works.log("e1").await, ["1.0", "1.1", "1.2", "1.last"]);
    assert!(!works.state("e3").await.contains("needs review"), "its step could not give it up");
    assert_eq!(works.log("e2").await.len(), 4);
}

#[tokio::test]
async fn an_entity_goes_on_after_its_poison() {
    let world = World::new().await;
    let mut works = Works::new(&world).await;
    works.give("e", "fail-x").await;
    works.start(work_options());
    until("it shows", || async { works.state("e").await.contains("needs review") }).await;
    works.give("e", "next").await;
    until("the next took effect", || async { works.state("e").await.contains("next") }).await;
    works.stop().await;
    assert!(works.state("e").await.contains("needs review"));
}

/// Ends the worker wherever a fatal input was decided on, as a killed process would be.
struct Fatal {
    works: Arc<crate::steps::Tally>,
    died: Arc<Notify>,
}

impl Fault for Fatal {
    fn at(&self, moment: Moment) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            if moment == Moment::Decided && self.works.fatal.swap(false, Ordering::SeqCst) {
                self.died.notify_one();
                std::future::pending::<()>().await;
            }
        })
    }
}

#[tokio::test]
async fn a_poison_that_kills_its_process_is_set_aside_and_takes_no_neighbour_along() {
    let world = World::new().await;
    let works = Works::new(&world).await;
    works.give_all(&inputs(10, 2)).await;
    works.give("e5", "fatal-x").await;
    works.give_all(&(0..10).map(|e| (format!("e{e}"), format!("{e}.2"))).collect::<Vec<_>>()).await;
    let options = WorkOptions { ack_wait_ms: 500, ..work_options() };
    let died = Arc::new(Notify::new());
    let mut deaths = 0;
    loop {
        let fault = Arc::new(Fatal { works: Arc::clone(&works.step), died: Arc::clone(&died) });
        let running = work_with_fault(
            &works.source,
            &works.sink,
            options.clone(),
            Arc::clone(&works.step),
            works.stop.clone(),
            fault,
        );
        tokio::select! {
            ended = running => panic!("{ended:?}"),
            () = died.notified() => deaths += 1,
            () = until("aside", || async { !texts(&works.sink, "out.aside.>").await.is_empty() }) => break,
        }
    }
    assert_eq!(deaths, 5, "as often as it may be attempted");
    assert_eq!(texts(&works.sink, "out.aside.>").await.len(), 1, "a neighbour was set aside, too");
    assert!(works.state("e5").await.contains("needs review"));
    assert_eq!(texts(&works.sink, "out.log.*").await.len(), 30);
}

#[tokio::test]
async fn a_delivery_whose_object_is_gone_is_set_aside_and_others_go_on() {
    let world = World::with(|options| options.max_payload_bytes = 64 * 1024).await;
    let mut works = Works::new(&world).await;
    works.give("e0", &"z".repeat(100_000)).await;
    let password = std::fs::read_to_string(world.broker.password_file()).expect("a password");
    let operator = async_nats::ConnectOptions::with_user_and_password("lacteal".into(), password)
        .connect(world.broker.client_url())
        .await
        .expect("an operator");
    let jetstream = async_nats::jetstream::new(operator);
    jetstream.delete_object_store("lacteal-claims").await.expect("deleted");
    works.give("e1", "fine").await;
    works.start(work_options());
    until("the other went on", || async { works.state("e1").await.contains("fine") }).await;
    until("it shows", || async { works.state("e0").await.contains("needs review") }).await;
    works.stop().await;
    assert_eq!(texts(&works.sink, "out.aside.>").await.len(), 1);
}

#[tokio::test]
async fn a_place_for_what_is_set_aside_is_demanded_before_work_begins() {
    let world = World::new().await;
    let works = Works::new(&world).await;
    let nowhere = WorkOptions { aside_subject_prefix: "nowhere".to_owned(), ..work_options() };
    let refused =
        work(&works.source, &works.sink, nowhere, Arc::clone(&works.step), works.stop.clone()).await;
    assert!(matches!(refused, Err(Error::Spec { .. })), "{refused:?}");
}
