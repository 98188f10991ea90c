//! Waiting for the end and bringing it about, stage by stage.

use super::{Cause, Outcome, Phase, Set, Stage, Tasks};
use crate::Signal;
use futures::future::join_all;
use futures::{Stream, StreamExt as _};
use std::pin::pin;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

/// How long to wait for aborted tasks to be gone. One that never yields will not be: the process ends anyway.
const ABORT_WAIT: Duration = Duration::from_millis(500);

impl Tasks {
    /// Runs until the first of: a signal, the failure of a task, a call of [`Tasks::stop`]. Then marks the
    /// process as not ready and stops it stage after stage.
    ///
    /// The whole stop takes no longer than `grace`, and half a second for aborts. A stage may use three
    /// quarters of what is left of it; then its tasks are aborted and named, and the later stages still get
    /// their orderly stop. A second signal returns at once. Call it once.
    pub async fn run(&self, signals: impl Stream<Item = Signal>, grace: Duration) -> Outcome {
        let mut signals = pin!(signals.chain(futures::stream::pending()));
        let cause = tokio::select! {
            Some(signal) = signals.next() => Cause::Signal(signal),
            cause = self.set.until(|state| {
                if !state.failures.is_empty() {
                    Some(Cause::Failure)
                } else {
                    state.asked.then_some(Cause::Asked)
                }
            }) => cause,
        };
        tracing::info!(%cause, "stopping");
        self.readiness.set_stopping();
        self.set.change(|state| state.phase = Phase::Stopping);

        // Kubernetes may send its first SIGTERM while a failure already stops us: only a second signal hurries.
        let signals_before = usize::from(matches!(cause, Cause::Signal(_)));
        let mut hurried = pin!(signals.skip(1 - signals_before));
        let (unstopped, cut_short) = tokio::select! {
            unstopped = self.set.stop_in_order(Instant::now() + grace) => (unstopped, None),
            Some(signal) = hurried.next() => (self.set.abort_all(), Some(signal)),
        };
        if let Some(signal) = cut_short {
            tracing::warn!(%signal, "stop cut short by a second signal");
        }
        let failures = self.set.lock().failures.clone();
        tracing::info!(failures = failures.len(), unstopped = unstopped.len(), "stopped");
        Outcome { cause, failures, unstopped, cut_short }
    }
}

impl Set {
    /// Stops all stages and gives the names of the tasks that had to be aborted.
    async fn stop_in_order(&self, deadline: Instant) -> Vec<String> {
        let mut unstopped = Vec::new();
        let mut aborted = Vec::new();
        for stage in Stage::ALL {
            self.token(stage).cancel();
            let begin = Instant::now();
            let left = deadline.saturating_duration_since(begin);
            let share = if stage == Stage::Telemetry { left } else { left * 3 / 4 };
            let empty =
                self.until(|state| state.running.values().all(|task| task.stage > stage).then_some(()));
            if timeout_at(begin + share, empty).await.is_err() {
                for (name, handle) in self.abort_through(stage) {
                    tracing::error!(task = name, ?stage, "task did not stop in time: aborted");
                    unstopped.push(name);
                    aborted.push(handle);
                }
            }
        }
        self.change(|state| state.phase = Phase::Ended);
        // The result only says which of them are gone; all of them are named already.
        let _ = timeout(ABORT_WAIT, join_all(aborted)).await;
        unstopped
    }

    fn abort_all(&self) -> Vec<String> {
        self.change(|state| state.phase = Phase::Ended);
        self.abort_through(Stage::Telemetry).into_iter().map(|(name, _)| name).collect()
    }

    /// Aborts the tasks of this stage and of those before it.
    fn abort_through(&self, last: Stage) -> Vec<(String, JoinHandle<()>)> {
        self.change(|state| {
            let running = std::mem::take(&mut state.running);
            let (mut hung, others): (Vec<_>, Vec<_>) =
                running.into_iter().partition(|(_, task)| task.stage <= last);
            state.running.extend(others);
            hung.sort_by_key(|(id, task)| (task.stage, *id));
            hung.into_iter()
                .map(|(_, task)| {
                    task.handle.abort();
                    (task.name, task.handle)
                })
                .collect()
        })
    }
}
