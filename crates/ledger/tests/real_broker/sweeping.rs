//! A sweep: everything that is kept is taken once, with no delivery.

use lacteal_ledger::{Swept, sweep};
use tokio_util::sync::CancellationToken;

use crate::steps::{Works, work_options};
use crate::working::{assert_once_each, inputs, until_done};
use crate::world::World;

#[tokio::test]
async fn a_sweep_takes_all_that_is_kept_and_a_second_one_writes_nothing() {
    let world = World::new().await;
    let works = Works::new(&world).await;
    works.give_all(&inputs(30, 8)).await;
    let sweep = || sweep(&works.source, &works.sink, "in.>", &*works.step, &works.stop);
    assert_eq!(sweep().await.expect("swept"), Swept { seen: 240, changed: 240, failed: 0 });
    assert_once_each(&works, 30, 8).await;
    assert_eq!(sweep().await.expect("swept"), Swept { seen: 240, changed: 0, failed: 0 });
}

#[tokio::test]
async fn what_cannot_be_taken_is_left_and_the_rest_is_taken() {
    let world = World::new().await;
    let works = Works::new(&world).await;
    works.give("e0", "fail-1").await;
    works.give_all(&inputs(3, 2)).await;
    let swept = sweep(&works.source, &works.sink, "in.>", &*works.step, &works.stop).await;
    assert_eq!(swept.expect("swept"), Swept { seen: 7, changed: 6, failed: 1 });
    assert_once_each(&works, 3, 2).await;
}

#[tokio::test]
async fn sweeps_and_a_worker_on_the_same_entities_write_each_effect_once() {
    let world = World::new().await;
    let mut works = Works::new(&world).await;
    works.give_all(&inputs(10, 30)).await;
    works.start(work_options());
    let never = CancellationToken::new();
    let one = sweep(&works.source, &works.sink, "in.>", &*works.step, &never);
    let two = sweep(&works.source, &works.sink, "in.>", &*works.step, &never);
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
    let swept = sweep(&works.source, &works.sink, "in.>", &*works.step, &works.stop).await;
    assert_eq!(swept.expect("stopped"), Swept::default());
}
