//! Timers that the broker keeps.

use lacteal_ledger::Transaction;

use crate::world::{World, texts, until};

/// Some time before or after the broker's own: taken from a message that it stored.
async fn broker_now(stream: &lacteal_ledger::Stream) -> jiff::Timestamp {
    stream.commit(crate::world::append("s.clock", "tick")).await.expect("stored");
    let read = stream.last(&["s.clock".into()]).await.expect("read");
    read.get("s.clock").expect("found").time
}

fn after(now: jiff::Timestamp, milliseconds: i64) -> jiff::Timestamp {
    now + jiff::SignedDuration::from_millis(milliseconds)
}

#[tokio::test]
async fn a_timer_fires_to_its_target_not_before_its_time() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    let due = after(broker_now(&stream).await, 1_200);
    let mut transaction = Transaction::new();
    transaction.timer("s.timer.p", due, "s.wake.p", "up");
    transaction.append("s.log", "with others in one batch");
    stream.commit(transaction).await.expect("stored");
    until("the timer fired", || async { texts(&stream, "s.wake.p").await == ["up"] }).await;
    let woken = stream.page("s.wake.p", lacteal_ledger::Revision::NONE, 1).await.expect("a page");
    assert!(woken[0].time >= due, "fired at {} for {due}", woken[0].time);
}

#[tokio::test]
async fn a_later_timer_replaces_and_a_cancelled_one_never_fires() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    let now = broker_now(&stream).await;
    let mut transaction = Transaction::new();
    transaction.timer("s.timer.a", after(now, 1_000), "s.wake.a", "first");
    transaction.timer("s.timer.b", after(now, 1_000), "s.wake.b", "never");
    stream.commit(transaction).await.expect("stored");
    let mut transaction = Transaction::new();
    transaction.timer("s.timer.a", after(now, 1_500), "s.wake.a", "second");
    transaction.cancel_timer("s.timer.b");
    // The end mark of the test comes after all of them.
    transaction.timer("s.timer.end", after(now, 2_500), "s.wake.end", "end");
    stream.commit(transaction).await.expect("stored");
    until("the last timer fired", || async { !texts(&stream, "s.wake.end").await.is_empty() }).await;
    assert_eq!(texts(&stream, "s.wake.*").await, ["second", "end"]);
    until("cancelled and fired timers leave nothing", || async {
        stream.page("s.timer.*", lacteal_ledger::Revision::NONE, 9).await.expect("a page").is_empty()
    })
    .await;
}

#[tokio::test]
async fn a_timer_outlives_a_crash_of_the_broker_and_fires_late_rather_than_never() {
    let mut world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    let mut transaction = Transaction::new();
    transaction.timer("s.timer.p", after(broker_now(&stream).await, 500), "s.wake.p", "up");
    stream.commit(transaction).await.expect("stored");
    world.broker.kill().await.expect("killed");
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    world.broker.restart().await.expect("restarted");
    crate::world::until_ready(&world.ledger).await;
    until("the timer fired", || async { texts(&stream, "s.wake.p").await == ["up"] }).await;
}
