//! Limits of connections, in number and in time.

use std::time::Duration;

use tokio::time::Instant;

use crate::meters::{count, counted};
use crate::world::{Sender, World, frame, report, until};

#[tokio::test]
async fn a_slow_sender_is_closed_at_the_time_limit_of_a_frame() {
    let world = World::with(-1, |config| config.frame_timeout_s = 1).await;
    let mut sender = world.sender().await;
    let bytes = frame(&report("M1", "1", 5));
    let began = Instant::now();
    sender.raw(&bytes[..20]).await;
    assert!(sender.answer().await.is_none(), "half a message was answered");
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(900) && took < Duration::from_secs(5), "{took:?}");
    assert_eq!(world.messages().await, 0);
}

#[tokio::test]
async fn a_sender_that_trickles_is_closed_at_the_same_limit() {
    let world = World::with(-1, |config| config.frame_timeout_s = 1).await;
    let mut sender = world.sender().await;
    let bytes = frame(&report("M1", "1", 5));
    let (mut sent, began) = (0, Instant::now());
    loop {
        sender.raw(&bytes[sent..=sent]).await;
        sent += 1;
        // The pause between bytes is the wait for the end of the connection.
        if let Ok(answer) = tokio::time::timeout(Duration::from_millis(100), sender.answer()).await {
            assert!(answer.is_none(), "half a message was answered");
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(5), "still open after {sent} bytes");
    }
    assert_eq!(world.messages().await, 0);
}

#[tokio::test]
async fn a_sender_that_leaves_out_the_last_carriage_return_and_waits_is_answered() {
    let world = World::with(-1, |_| {}).await;
    let mut sender = world.sender().await;
    for number in ["M1", "M2"] {
        let mut bytes = frame(&report(number, "1", 5));
        assert_eq!(bytes.pop(), Some(b'\r'));
        sender.raw(&bytes).await;
        let answer = tokio::time::timeout(Duration::from_secs(10), sender.answer()).await;
        assert!(answer.expect("an answer in time").is_some(), "closed at {number}");
    }
    assert_eq!(world.messages().await, 2);
}

#[tokio::test]
async fn each_frame_has_the_whole_time_to_itself() {
    let world = World::with(-1, |config| config.frame_timeout_s = 1).await;
    let mut sender = world.sender().await;
    let end = Instant::now() + Duration::from_millis(1_500);
    let mut number = 0;
    // Each write ends one frame and begins the next: the connection is never between frames.
    sender.raw(&[0x0B]).await;
    while Instant::now() < end {
        number += 1;
        let mut bytes = frame(&report(&format!("M{number}"), "1", 5)).split_off(1);
        bytes.push(0x0B);
        sender.raw(&bytes).await;
        assert!(sender.answer().await.is_some(), "closed at frame {number}");
    }
    assert!(number > 1);
}

#[tokio::test]
async fn bytes_outside_of_frames_do_not_keep_a_connection_open() {
    let world = World::with(-1, |config| config.idle_timeout_s = 1).await;
    let mut sender = world.sender().await;
    let (mut closed, began) = (false, Instant::now());
    while !closed && began.elapsed() < Duration::from_secs(10) {
        // Writing into a closed connection fails at some later write: the end is what is waited for.
        let wait = tokio::time::timeout(Duration::from_millis(100), sender.answer());
        match wait.await {
            Ok(answer) => {
                assert!(answer.is_none());
                closed = true;
            }
            Err(_) => sender.raw(b" ").await,
        }
    }
    assert!(closed, "blanks kept the connection open");
}

#[tokio::test]
async fn a_peer_that_vanishes_without_a_word_loses_its_place_and_is_counted() {
    count();
    let world = World::with(-1, |config| {
        config.idle_timeout_s = 2;
        config.connections_max = 1;
    })
    .await;
    let mut vanished = world.sender().await;
    assert_eq!(vanished.exchange(&report("M1", "1", 5)).await, "AA");
    let began = Instant::now();
    let idle = || counted("lacteal_intake_connections_closed_total", "why=\"idle\"");
    let before = idle();
    // It neither sends nor closes: to the listener that is a peer whose power went off. It is not even read from.
    let addr = world.mllp;
    assert!(!is_served(&mut Sender::to(addr).await).await, "its place was given away at once");
    until("its place is free again", || async move { is_served(&mut Sender::to(addr).await).await }).await;
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(1_900) && took < Duration::from_secs(8), "{took:?}");
    assert!(idle() > before, "the end was not counted");
    assert!(vanished.answer().await.is_none());
}

#[tokio::test]
async fn connections_are_limited_and_given_back() {
    let world = World::with(-1, |config| config.connections_max = 2).await;
    are_limited_to_two(&world).await;
}

#[tokio::test]
async fn connections_of_one_peer_are_limited_and_given_back() {
    let world = World::with(-1, |config| config.connections_per_peer_max = 2).await;
    are_limited_to_two(&world).await;
}

async fn are_limited_to_two(world: &World) {
    let (mut first, mut second) = (world.sender().await, world.sender().await);
    assert_eq!(first.exchange(&report("M1", "1", 5)).await, "AA");
    assert_eq!(second.exchange(&report("M2", "1", 5)).await, "AA");
    let mut third = world.sender().await;
    assert!(third.answer().await.is_none(), "a third connection was served");
    drop(first);
    let addr = world.mllp;
    until("a place is free again", || async move { is_served(&mut Sender::to(addr).await).await }).await;
    assert_eq!(second.exchange(&report("M3", "1", 5)).await, "AA", "the others were not disturbed");
}

async fn is_served(sender: &mut Sender) -> bool {
    sender.try_send(&report("M4", "1", 5)).await && sender.answer().await.is_some()
}

#[tokio::test]
async fn large_messages_on_more_connections_than_the_budget_holds_are_all_taken() {
    let world = World::with(-1, |config| {
        config.frame_bytes_max = 1 << 20;
        config.buffered_bytes_max = 2 << 20;
    })
    .await;
    let large = |id: usize| format!("{}\rZZZ|{}", report(&format!("M{id}"), "1", 5), "x".repeat(900 << 10));
    // All connections stay open and idle after their message, as those of engines do.
    let mut senders = Vec::new();
    for id in 0..8 {
        let mut sender = world.sender().await;
        assert_eq!(sender.exchange(&large(id)).await, "AA", "{id}");
        senders.push(sender);
    }
}

#[tokio::test]
async fn a_stop_answers_the_messages_in_hand_and_takes_no_more() {
    let world = World::new().await;
    let mut senders = tokio::task::JoinSet::new();
    for connection in 0..8 {
        let mut sender = world.sender().await;
        senders.spawn(async move {
            let mut answered = 0_u64;
            while sender.try_send(&report(&format!("C{connection}M{answered}"), "1", 5)).await
                && sender.answer().await.is_some()
            {
                answered += 1;
            }
            answered
        });
    }
    until("messages come", || async { world.messages().await > 50 }).await;
    let outcome = world.stop().await;
    assert!(outcome.failures.is_empty() && outcome.unstopped.is_empty(), "{outcome:?}");
    let mut answered = 0;
    while let Some(one) = senders.join_next().await {
        answered += one.expect("a sender");
    }
    assert_eq!(world.messages().await, answered, "stored and not answered, or the other way round");
}
