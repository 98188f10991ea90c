//! The broker is away, hangs, or is full: nothing is acknowledged, the sender resends, nothing is lost or
//! kept twice.

use std::time::Duration;

use lacteal_intake::{SourceConfig, WhenUnavailable};
use tokio::time::Instant;

use crate::world::{Sender, World, report, until};

/// `unavailable_wait_ms` and what a busy machine adds to it.
const WAIT: Duration = Duration::from_millis(1_500);
const SLACK: Duration = Duration::from_millis(2_000);

fn answer_errors(config: &mut lacteal_intake::Config) {
    let when_unavailable = WhenUnavailable::Error;
    config.sources = vec![SourceConfig { when_unavailable, ..SourceConfig::default() }];
}

/// Sends until it is accepted, on a new connection each time, as engines do.
async fn resend(world: &World, message: &str) {
    let addr = world.mllp;
    until("accepted at last", || async move {
        let mut sender = Sender::to(addr).await;
        sender.send(message).await;
        sender.answer().await.is_some_and(|ack| ack.code.as_str() == "AA")
    })
    .await;
}

async fn closes_without_an_answer(world: &World, message: &str) {
    let mut sender = world.sender().await;
    let began = Instant::now();
    sender.send(message).await;
    assert!(sender.answer().await.is_none(), "answered although nothing was stored");
    assert!(began.elapsed() < WAIT + SLACK, "closed after {:?}", began.elapsed());
}

#[tokio::test]
async fn while_the_broker_is_away_connections_close_without_an_answer() {
    let mut world = World::new().await;
    assert_eq!(world.sender().await.exchange(&report("M0", "1", 5)).await, "AA");
    world.broker.kill().await.expect("killed");
    closes_without_an_answer(&world, &report("M1", "1", 6)).await;
    closes_without_an_answer(&world, "garbage").await;
    world.broker.restart().await.expect("restarted");
    resend(&world, &report("M1", "1", 6)).await;
    assert_eq!(world.reports("1").await.len(), 2);
}

#[tokio::test]
async fn a_broker_that_hangs_is_waited_for_no_longer_than_one_that_is_away() {
    let world = World::new().await;
    let message = report("M1", "1", 5);
    assert_eq!(world.sender().await.exchange(&report("M0", "1", 5)).await, "AA");
    world.hang().await;
    closes_without_an_answer(&world, &message).await;
    world.go_on();
    resend(&world, &message).await;
    assert_eq!(world.reports("1").await.len(), 2, "stored twice, or not at all");
}

#[tokio::test]
async fn a_source_that_wants_errors_gets_one_and_keeps_its_connection() {
    let mut world = World::with(-1, answer_errors).await;
    let mut sender = world.sender().await;
    world.broker.kill().await.expect("killed");
    assert_eq!(sender.exchange(&report("M1", "1", 5)).await, "AE 207");
    let enhanced = report("M2", "1", 5).replace("|2.5.1", "|2.5.1|||AL|NE");
    assert_eq!(sender.exchange(&enhanced).await, "CE 207");
    world.broker.restart().await.expect("restarted");
    resend(&world, &report("M1", "1", 5)).await;
    assert_eq!(world.reports("1").await.len(), 1);
}

#[tokio::test]
async fn a_full_stream_takes_nothing_and_loses_nothing() {
    let world = World::with(64 << 10, |_| {}).await;
    let text = |id: u32| format!("{}\rNTE|1||{}", report(&format!("M{id}"), "1", 5), "x".repeat(8 << 10));
    let mut taken = 0;
    loop {
        let mut sender = world.sender().await;
        sender.send(&text(taken)).await;
        match sender.answer().await {
            Some(ack) => assert_eq!(ack.code.as_str(), "AA"),
            None => break,
        }
        taken += 1;
        assert!(taken < 20, "never full");
    }
    assert!(taken > 2, "full from the beginning");
    assert_eq!(world.reports("1").await.len(), taken as usize, "something acknowledged was dropped");
    let refused = format!("{}\rnot a segment {}", report("M99", "1", 5), "x".repeat(8 << 10));
    closes_without_an_answer(&world, &refused).await;
    assert_eq!(world.sender().await.exchange(&text(0)).await, "AA", "a repetition needs no room");
}

#[tokio::test]
async fn many_senders_through_kills_of_the_broker_lose_nothing_and_store_nothing_twice() {
    let mut world = World::new().await;
    let mut senders = tokio::task::JoinSet::new();
    for connection in 0..4 {
        let addr = world.mllp;
        senders.spawn(async move {
            for number in 0..50 {
                let message = report(&format!("C{connection}M{number}"), "1", 5);
                loop {
                    let mut sender = Sender::to(addr).await;
                    if sender.try_send(&message).await && sender.answer().await.is_some() {
                        break;
                    }
                }
            }
        });
    }
    for wanted in [20, 80] {
        until("messages come", || async { world.messages().await >= wanted }).await;
        world.broker.kill().await.expect("killed");
        world.broker.restart().await.expect("restarted");
    }
    while let Some(done) = senders.join_next().await {
        done.expect("a sender");
    }
    assert_eq!(world.reports("1").await.len(), 200);
}
