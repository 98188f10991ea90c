//! The operations port: plain HTTP for probes and for Prometheus.
//!
//! - `/healthz`: 200 while the process lives, 503 once a supervised task has failed;
//! - `/readyz`: 200 when every flag of the [`Readiness`] is ready, else 503; the body lists them with reasons;
//! - `/metrics`: the metrics in the text format of Prometheus.
//!
//! It shows names of parts and reasons, never data of patients, and takes no input. It has no access control:
//! keep it on loopback or behind a network policy.

use crate::listen::{self, bind_tcp};
use crate::{BoxError, Metrics, Readiness};
use axum::http::{StatusCode, header};
use axum::{Router, routing::get};
use std::fmt::Write as _;
use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

/// How often histograms are folded while nobody scrapes.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);
/// How long connections may linger after the stop: a client that keeps its connection open must not hold it up.
const LINGER_MAX: Duration = Duration::from_millis(500);

/// An operations port that is bound and does not answer yet.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    addr: SocketAddr,
}

/// Binds the operations port, configured under `ops`.
///
/// # Errors
/// When the port cannot be bound.
pub async fn bind(addr: &str) -> Result<Bound, listen::Error> {
    let listener = bind_tcp("ops", addr).await?;
    match listener.local_addr() {
        Ok(addr) => Ok(Bound { listener, addr }),
        Err(reason) => Err(listen::Error::new("ops", addr, reason)),
    }
}

impl Bound {
    /// The address that is bound, with its real port.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Answers until `stop`. Belongs in [`Stage::Telemetry`](crate::Stage::Telemetry), so that probes are
    /// answered to the end.
    ///
    /// # Errors
    /// When the listener fails for good.
    pub async fn serve(
        self,
        readiness: Readiness,
        metrics: Metrics,
        stop: CancellationToken,
    ) -> Result<(), BoxError> {
        let routes = routes(readiness, metrics.clone());
        let mut serving = pin!(
            axum::serve(self.listener, routes)
                .with_graceful_shutdown(stop.clone().cancelled_owned())
                .into_future()
        );
        let mut lingered = pin!(async {
            stop.cancelled().await;
            sleep(LINGER_MAX).await;
        });
        let mut upkeep = interval(UPKEEP_EVERY);
        upkeep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                served = &mut serving => return Ok(served?),
                () = &mut lingered => return Ok(()),
                _ = upkeep.tick() => metrics.upkeep(),
            }
        }
    }
}

fn routes(readiness: Readiness, metrics: Metrics) -> Router {
    let health = readiness.clone();
    Router::new()
        .route("/healthz", get(move || async move { healthz(&health) }))
        .route("/readyz", get(move || async move { readyz(&readiness) }))
        .route(
            "/metrics",
            get(move || async move {
                ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render())
            }),
        )
}

fn healthz(readiness: &Readiness) -> (StatusCode, String) {
    match readiness.failed_task() {
        None => (StatusCode::OK, "healthy\n".to_owned()),
        Some(task) => (StatusCode::SERVICE_UNAVAILABLE, format!("task {task} failed\n")),
    }
}

fn readyz(readiness: &Readiness) -> (StatusCode, String) {
    let statuses = readiness.statuses();
    let (code, mut body) = if statuses.iter().all(|status| status.ready) {
        (StatusCode::OK, "ready\n".to_owned())
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n".to_owned())
    };
    for status in statuses {
        let word = if status.ready { "ready" } else { "not ready" };
        // Writing to a String cannot fail.
        let _ = writeln!(body, "{}: {word}: {}", status.name, status.reason);
    }
    (code, body)
}
