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

#[tokio::test]
async fn a_request_too_large_for_a_message_arrives_whole_and_is_forgotten_by_itself() {
    const LIMIT: usize = 64 << 10;
    let world = World::with(|options| options.max_payload_bytes = LIMIT).await;
    let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
    serve(&mut tasks, &world.ledger, 16, &stop, |request| async move {
        Bytes::from(format!("{} {}", request.len(), request.iter().all(|byte| *byte == 7)))
    });
    until_served(&world.ledger).await;
    let large = || Bytes::from(vec![7; 50 * LIMIT]);
    // The same content at once: each request has an object of its own.
    let mut asking = JoinSet::new();
    for _ in 0..6 {
        let ledger = world.ledger.clone();
        asking.spawn(async move { ledger.request("ask.it", large(), WAIT).await.expect("answered") });
    }
    while let Some(answer) = asking.join_next().await {
        assert_eq!(answer.expect("asked"), format!("{} true", 50 * LIMIT));
    }
    let client = client(&world).await;
    let store = async_nats::jetstream::new(client.clone());
    let lent = store.get_stream("OBJ_lacteal-requests").await.expect("a store");
    let config = &lent.cached_info().config;
    assert_eq!(config.max_age, Duration::from_secs(600));
    assert!(config.max_bytes > 0);

    // What has been forgotten is told to the caller at once.
    let mut headers = async_nats::HeaderMap::new();
    headers.insert("Lacteal-Claim", format!("{}-GONE 9", "0".repeat(64)));
    let request = async_nats::Request::new().headers(headers);
    let answer = client.send_request("ask.it", request).await.expect("answered");
    assert!(answer.headers.is_some_and(|headers| headers.get("Lacteal-Unread").is_some()));
    stop.cancel();
}

async fn client(world: &World) -> async_nats::Client {
    let password = std::fs::read_to_string(world.broker.password_file()).expect("a password");
    let options = async_nats::ConnectOptions::with_user_and_password("lacteal".into(), password);
    options.connect(world.broker.client_url()).await.expect("connected")
}
