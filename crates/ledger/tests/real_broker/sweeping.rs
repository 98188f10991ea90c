//! A sweep: everything that is kept is taken once, with no delivery.

use std::sync::atomic::Ordering;

use lacteal_ledger::{Swept, Transaction, sweep};
use tokio_util::sync::CancellationToken;

use crate::steps::{Works, work_options};
use crate::working::{assert_once_each, inputs, until_done};
use crate::world::World;

#[tokio::test]
async fn a_sweep_takes_all_that_is_kept_and_a_second_one_writes_nothing() {
    let world = World::new().await;
    let works = Works::new(&world).await;
    works.give_all(&inputs(240, 1)).await;
    let sweep = || sweep((&works.source, "in.>"), &works.source, &works.sink, &*works.step, &works.stop);
    assert_eq!(sweep().await.expect("swept"), Swept { seen: 240, changed: 240, failed: 0 });
    assert_once_each(&works, 240, 1).await;
    works.step.rules.store(2, Ordering::SeqCst);
    assert_eq!(sweep().await.expect("swept"), Swept { seen: 240, changed: 0, failed: 0 });
}

#[tokio::test]
async fn only_what_came_since_is_looked_at_by_the_next_sweep_of_the_same_rules() {
    let world = World::new().await;
    let works = Works::new(&world).await;
    let seen = async || {
        let swept = sweep((&works.source, "in.>"), &works.source, &works.sink, &*works.step, &works.stop);
        swept.await.expect("swept").seen
    };
    works.give_all(&inputs(7, 1)).await;
    assert_eq!(seen().await, 7);
    assert_eq!(seen().await, 0);
    works.give_all(&inputs(3, 1)).await;
    assert_eq!(seen().await, 3);
    works.step.rules.store(2, Ordering::SeqCst);
    assert_eq!(seen().await, 10, "other rules look at everything");
    works.step.rules.store(1, Ordering::SeqCst);
    assert_eq!(seen().await, 10, "and so do the first ones when they are back");
    works.give("e9", "fail-1").await;
    assert_eq!((seen().await, seen().await), (1, 1), "what could not be taken is tried again");
}

#[tokio::test]
async fn what_cannot_be_taken_is_left_and_the_rest_is_taken() {
    let world = World::new().await;
    let works = Works::new(&world).await;
    works.give("e9", "fail-1").await;
    works.give("e8", "panic-1").await;
    works.give_all(&inputs(3, 1)).await;
    let swept = sweep((&works.source, "in.>"), &works.source, &works.sink, &*works.step, &works.stop).await;
    assert_eq!(swept.expect("swept"), Swept { seen: 5, changed: 3, failed: 2 });
    assert_once_each(&works, 3, 1).await;
}

#[tokio::test]
async fn sweeps_and_a_worker_on_the_same_entities_write_each_effect_once() {
    let world = World::new().await;
    let mut works = Works::new(&world).await;
    works.give_all(&inputs(10, 30)).await;
    works.start(work_options());
    let never = CancellationToken::new();
    let one = sweep((&works.source, "in.>"), &works.source, &works.sink, &*works.step, &never);
    let two = sweep((&works.source, "in.>"), &works.source, &works.sink, &*works.step, &never);
    let (one, two) = tokio::join!(one, two);
    assert_eq!((one.expect("swept").failed, two.expect("swept").failed), (0, 0));
    until_done(&works, 10, 30).await;
    works.stop().await;
    assert_once_each(&works, 10, 30).await;
}

#[tokio::test]
async fn a_sweep_that_is_told_to_stop_stops() {
    let world = World::new().await;
    let works = Works::new(&world).await;
    works.give_all(&inputs(3, 2)).await;
    works.stop.cancel();
    let swept = sweep((&works.source, "in.>"), &works.source, &works.sink, &*works.step, &works.stop).await;
    assert_eq!(swept.expect("stopped"), Swept::default());
}

#[tokio::test]
async fn what_is_up_to_date_is_taken_by_another_version_of_the_program_alone() {
    let world = World::new().await;
    let works = Works::new(&world).await;
    let swept = async || {
        let swept = sweep((&works.source, "in.>"), &works.source, &works.sink, &*works.step, &works.stop);
        swept.await.expect("swept")
    };
    assert_eq!(swept().await, Swept::default());
    works.give("e9", "new-1").await;
    works.give_all(&inputs(3, 1)).await;
    assert_eq!(swept().await, Swept { seen: 4, changed: 3, failed: 0 });
    assert!(!works.state("e9").await.contains("new-1"));

    let record = works.sink.last(&["out.swept".to_owned()]).await.expect("read");
    let record = record.get("out.swept").expect("recorded");
    let this = format!("\"program\":\"{}\"", env!("CARGO_PKG_VERSION"));
    let text = String::from_utf8_lossy(&record.payload).into_owned();
    assert!(text.contains(&this), "{text}");
    let mut transaction = Transaction::new();
    transaction.put("out.swept", record.revision, text.replace(&this, "\"program\":\"0.0.0\""));
    works.sink.commit(transaction).await.expect("stored");
    assert_eq!(swept().await, Swept { seen: 4, changed: 1, failed: 0 });
    assert!(works.state("e9").await.contains("new-1"));
}
