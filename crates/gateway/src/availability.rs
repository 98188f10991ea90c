//! What can be answered at the moment: followed from the broker connection and the work list, told to the calls,
//! to gRPC health and to the readiness of the process.

use lacteal_service::Flag;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

/// What can be answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Availability {
    /// Requests to the broker work.
    pub(crate) broker: bool,
    /// The work list holds all plans and is not older than allowed.
    pub(crate) worklist: bool,
}

/// Whether a service can answer.
pub(crate) type Needs = fn(Availability) -> bool;

/// Where availability comes from.
pub(crate) struct Inputs {
    pub(crate) ledger: watch::Receiver<lacteal_ledger::Readiness>,
    pub(crate) caught_up: watch::Receiver<bool>,
    pub(crate) stale_max: Duration,
}

/// To whom it is told.
pub(crate) struct Outputs {
    pub(crate) calls: watch::Sender<Availability>,
    pub(crate) health: HealthReporter,
    pub(crate) readiness: Flag,
    /// Name of each gRPC service with what it needs.
    pub(crate) services: Vec<(&'static str, Needs)>,
}

/// Follows availability until `draining`; then says that nothing is served any more.
pub(crate) async fn follow(mut inputs: Inputs, outputs: Outputs, draining: CancellationToken) {
    let mut away_since: Option<Instant> = None;
    loop {
        let broker = inputs.ledger.borrow_and_update().ready;
        let caught_up = *inputs.caught_up.borrow_and_update();
        let now = Instant::now();
        away_since = if broker { None } else { away_since.or(Some(now)) };
        let stale_at = away_since.map(|since| since + inputs.stale_max);
        let is_stale = stale_at.is_some_and(|at| at <= now);
        outputs.tell(Availability { broker, worklist: caught_up && !is_stale }, caught_up).await;
        tokio::select! {
            biased;
            () = draining.cancelled() => break,
            Ok(()) = inputs.ledger.changed() => {}
            Ok(()) = inputs.caught_up.changed() => {}
            () = until(stale_at.filter(|_| !is_stale)) => {}
            // Both reporters are gone: nothing can become better.
            else => {
                outputs.tell(Availability::default(), caught_up).await;
                draining.cancelled().await;
                break;
            }
        }
    }
    outputs.set_health(|_| false).await;
}

impl Outputs {
    async fn tell(&self, now: Availability, caught_up: bool) {
        let reason = match (now.worklist, caught_up) {
            (true, _) => "up to date",
            (false, true) => "not followed for too long: the broker is away",
            (false, false) => "catching up",
        };
        self.readiness.set(now.worklist, reason);
        self.calls.send_replace(now);
        self.set_health(|needs| needs(now)).await;
    }

    async fn set_health(&self, is_serving: impl Fn(Needs) -> bool) {
        for (service, needs) in &self.services {
            let status = if is_serving(*needs) { ServingStatus::Serving } else { ServingStatus::NotServing };
            self.health.set_service_status(service, status).await;
        }
    }
}

/// Waits for a moment; for ever when there is none.
pub(crate) async fn until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}
