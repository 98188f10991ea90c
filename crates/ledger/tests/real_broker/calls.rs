//! Requests between services.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use lacteal_ledger::{Error, Ledger};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::world::{World, connect, until};

const WAIT: Duration = Duration::from_secs(5);

fn serve<H, F>(
    tasks: &mut JoinSet<()>,
    ledger: &Ledger,
    concurrent_max: usize,
    stop: &CancellationToken,
    handler: H,
) where
    H: Fn(Bytes) -> F + Send + Sync + 'static,
    F: Future<Output = Bytes> + Send + 'static,
{
    let (ledger, stop) = (ledger.clone(), stop.clone());
    tasks.spawn(async move {
        ledger.serve("ask.it", "q", concurrent_max, WAIT, handler, stop).await.expect("served");
    });
}

async fn until_served(ledger: &Ledger) {
    until("somebody serves", || async { ledger.request("ask.it", Bytes::new(), WAIT).await.is_ok() }).await;
}

#[tokio::test]
async fn a_request_is_answered_by_one_member_of_the_queue() {
    let world = World::new().await;
    let answered = Arc::new(AtomicUsize::new(0));
    let (mut tasks, stop) = (JoinSet::new(), CancellationToken::new());
    let second = connect(&world.broker).await;
    for ledger in [&world.ledger, &second] {
        let answered = Arc::clone(&answered);
        serve(&mut tasks, ledger, 10, &stop, move |payload| {
            answered.fetch_add(1, Ordering::SeqCst);
            async move { Bytes::from(payload.to_ascii_uppercase()) }
        });
    }
    until_served(&world.ledger).await;
    let before = answered.load(Ordering::SeqCst);
    let answer = world.ledger.request("ask.it", "abc".into(), WAIT).await.expect("answered");
    assert_eq!(answer, "ABC");
    assert_eq!(answered.load(Ordering::SeqCst), before + 1);
    stop.cancel();
    while let Some(done) = tasks.join_next().await {
        done.expect("ended in order");
    }
}

#[tokio::test]
async fn a_service_with_its_hands_full_says_so_and_finishes_what_it_has() {
    let world = World::new().await;
    let gate = Arc::new(Semaphore::new(0));
    let (mut tasks, stop) = (JoinSet::new(), CancellationToken::new());
    let opened = Arc::clone(&gate);
    serve(&mut tasks, &world.ledger, 1, &stop, move |payload| {
        let gate = Arc::clone(&opened);
        async move {
            if !payload.is_empty() {
                gate.acquire().await.expect("open").forget();
            }
            payload
        }
    });
    until_served(&world.ledger).await;
    let held = world.ledger.request("ask.it", "held".into(), WAIT);
    let other = async {
        until("it is busy", || async {
            matches!(world.ledger.request("ask.it", Bytes::new(), WAIT).await, Err(Error::Busy))
        })
        .await;
        stop.cancel();
        gate.add_permits(1);
    };
    let (held, ()) = tokio::join!(held, other);
    assert_eq!(held.expect("finished after stop"), "held");
    tasks.join_next().await.expect("a task").expect("ended in order");
}

#[tokio::test]
async fn a_panicking_handler_costs_one_answer_and_not_the_service() {
    let world = World::new().await;
    let (mut tasks, stop) = (JoinSet::new(), CancellationToken::new());
    serve(&mut tasks, &world.ledger, 4, &stop, |payload| async move {
        assert!(payload != "bad", "a bad request");
        payload
    });
    until_served(&world.ledger).await;
    let lost = world.ledger.request("ask.it", "bad".into(), Duration::from_millis(300)).await;
    assert!(matches!(lost, Err(Error::Unavailable { .. })), "{lost:?}");
    assert_eq!(world.ledger.request("ask.it", "good".into(), WAIT).await.expect("answered"), "good");
}
