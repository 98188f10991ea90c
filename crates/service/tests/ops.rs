//! The operations port over real HTTP: probes follow health and readiness, and the stop is never held up.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

use lacteal_service::{Metrics, Readiness, Signal, Stage, Tasks, ops};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Status code, headers and body of one `GET`.
async fn get(addr: SocketAddr, path: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: ops\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let code = head.split(' ').nth(1).unwrap().parse().unwrap();
    (code, head.to_lowercase(), body.to_owned())
}

async fn serve(tasks: &Tasks) -> SocketAddr {
    let bound = ops::bind("127.0.0.1:0").await.unwrap();
    let addr = bound.addr();
    let stop = tasks.stopping(Stage::Telemetry);
    tasks.spawn(Stage::Telemetry, "ops", bound.serve(tasks.readiness().clone(), Metrics::detached(), stop));
    addr
}

#[tokio::test]
async fn readiness_follows_its_flags_and_health_does_not() {
    let tasks = Tasks::new(Readiness::new());
    let addr = serve(&tasks).await;
    let (code, _, body) = get(addr, "/readyz").await;
    assert_eq!((code, body.as_str()), (200, "ready\n"));

    let ledger = tasks.within("intake").readiness().flag("ledger");
    let (code, _, body) = get(addr, "/readyz").await;
    assert_eq!((code, body.as_str()), (503, "not ready\nintake/ledger: not ready: starting\n"));
    assert_eq!(get(addr, "/healthz").await.0, 200);

    ledger.set(true, "connected");
    let (code, _, body) = get(addr, "/readyz").await;
    assert_eq!((code, body.as_str()), (200, "ready\nintake/ledger: ready: connected\n"));
    ledger.set(false, "broker away");
    assert_eq!(get(addr, "/readyz").await.0, 503);
    assert_eq!(get(addr, "/healthz").await.0, 200);
}

#[tokio::test]
async fn a_failed_task_shows_in_health_and_probes_are_answered_while_others_drain() {
    let tasks = Tasks::new(Readiness::new());
    let addr = serve(&tasks).await;
    let (stop, drained) = (tasks.stopping(Stage::Workers), tokio_util::sync::CancellationToken::new());
    let may_end = drained.clone();
    tasks.spawn(Stage::Workers, "fold", async move {
        stop.cancelled().await;
        may_end.cancelled().await;
        Ok(())
    });
    tasks.spawn(Stage::Writers, "commit", async { Err("refused".into()) });
    let probing = async {
        while tasks.readiness().is_ready() {
            tokio::task::yield_now().await;
        }
        let health = get(addr, "/healthz").await;
        let ready = get(addr, "/readyz").await;
        drained.cancel();
        (health, ready)
    };
    let run = tasks.run(futures::stream::pending(), Duration::from_secs(20));
    let (outcome, (health, ready)) = tokio::join!(run, probing);
    assert_eq!((health.0, health.2.as_str()), (503, "task commit failed\n"));
    assert_eq!((ready.0, ready.2.as_str()), (503, "not ready\nprocess: not ready: stopping\n"));
    assert_eq!((outcome.exit_code(), outcome.unstopped.len()), (1, 0));
}

#[tokio::test]
async fn metrics_are_served_as_text_and_other_paths_are_not_found() {
    let tasks = Tasks::new(Readiness::new());
    let addr = serve(&tasks).await;
    let (code, head, _) = get(addr, "/metrics").await;
    assert_eq!(code, 200);
    assert!(head.contains("content-type: text/plain; version=0.0.4"), "{head}");
    assert_eq!(get(addr, "/").await.0, 404);
}

#[tokio::test]
async fn idle_and_half_asked_connections_do_not_hold_up_the_stop() {
    let tasks = Tasks::new(Readiness::new());
    let addr = serve(&tasks).await;
    let idle = TcpStream::connect(addr).await.unwrap();
    let mut half = TcpStream::connect(addr).await.unwrap();
    half.write_all(b"GET /healthz HTTP/1.1\r\nhost: ").await.unwrap();
    assert_eq!(get(addr, "/healthz").await.0, 200);
    let run = tasks.run(futures::stream::iter([Signal::Terminate]), Duration::from_secs(20));
    let outcome = tokio::time::timeout(Duration::from_secs(5), run).await.unwrap();
    assert_eq!((outcome.exit_code(), outcome.unstopped.len()), (0, 0));
    drop((idle, half));
}

#[tokio::test]
async fn a_taken_port_fails_before_anything_is_served() {
    let first = ops::bind("127.0.0.1:0").await.unwrap();
    let error = ops::bind(&first.addr().to_string()).await.unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot listen on {} (ops): ", first.addr())), "{error}");
}
