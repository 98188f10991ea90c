//! Supervised tasks and the order in which they stop.
//!
//! Every long-running part of a process is a task with a name and a [`Stage`]. [`Tasks`] owns them: a task that
//! fails, panics or ends without having been asked stops the process, and a stop cancels stage after stage,
//! waiting for each, so that nothing is taken away from a task that still needs it. How a process ended is an
//! [`Outcome`]; the binary turns it into the exit code.
//!
//! This is the one module that names `tokio::spawn`. Short-lived children (one per connection, say) belong in
//! a `JoinSet` owned by a task, which must report their failures as its own.

mod outcome;
mod stage;
mod stop;

pub use outcome::{Cause, Failure, Outcome, Reason};
pub use stage::Stage;

use crate::Readiness;
use futures::FutureExt as _;
use std::any::Any;
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Any error that a task may end with. Its text is logged, so it never holds patient data.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The supervised tasks of a process. A cheap handle: clones share the tasks.
#[derive(Clone)]
pub struct Tasks {
    set: Arc<Set>,
    prefix: String,
    readiness: Readiness,
}

struct Set {
    state: Mutex<State>,
    /// Announces every change of `state`.
    changed: watch::Sender<()>,
    /// One for each stage, in the order of [`Stage::ALL`].
    stopping: [CancellationToken; Stage::ALL.len()],
}

#[derive(Default)]
struct State {
    phase: Phase,
    asked: bool,
    next_id: u64,
    running: BTreeMap<u64, Running>,
    failures: Vec<Failure>,
}

#[derive(Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Running,
    Stopping,
    Ended,
}

struct Running {
    name: String,
    stage: Stage,
    handle: JoinHandle<()>,
}

/// Whether a task may end by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Span {
    UntilStopped,
    Finite,
}

// === impl Tasks ===

impl Tasks {
    /// An empty set of tasks. Failures and the stop show in `readiness`.
    #[must_use]
    pub fn new(readiness: Readiness) -> Self {
        let set = Set {
            state: Mutex::default(),
            changed: watch::Sender::new(()),
            stopping: std::array::from_fn(|_| CancellationToken::new()),
        };
        Self { set: Arc::new(set), prefix: String::new(), readiness }
    }

    /// The same set, naming new tasks and readiness flags `role/…`: so that several roles run in one process
    /// and stop together, stage by stage.
    #[must_use]
    pub fn within(&self, role: &str) -> Self {
        Self {
            set: Arc::clone(&self.set),
            prefix: format!("{}{role}/", self.prefix),
            readiness: self.readiness.within(role),
        }
    }

    /// The readiness registry of these tasks.
    #[must_use]
    pub fn readiness(&self) -> &Readiness {
        &self.readiness
    }

    /// Is cancelled when tasks of this stage are to stop. Cancelling it by hand stops nothing else.
    #[must_use]
    pub fn stopping(&self, stage: Stage) -> CancellationToken {
        self.set.token(stage).child_token()
    }

    /// Starts a task that runs until its stage stops. Ending earlier, even without an error, is a failure.
    ///
    /// Must be called within a tokio runtime. Once all tasks have stopped, nothing is started any more.
    pub fn spawn(
        &self,
        stage: Stage,
        name: &str,
        task: impl Future<Output = Result<(), BoxError>> + Send + 'static,
    ) {
        self.start(stage, name, Span::UntilStopped, task);
    }

    /// Starts a task that may end by itself; only an error or a panic is a failure.
    pub fn spawn_finite(
        &self,
        stage: Stage,
        name: &str,
        task: impl Future<Output = Result<(), BoxError>> + Send + 'static,
    ) {
        self.start(stage, name, Span::Finite, task);
    }

    /// Asks for the stop of everything, as a signal would.
    pub fn stop(&self) {
        self.set.change(|state| state.asked = true);
    }

    fn start(
        &self,
        stage: Stage,
        name: &str,
        span: Span,
        task: impl Future<Output = Result<(), BoxError>> + Send + 'static,
    ) {
        let name = format!("{}{name}", self.prefix);
        // The lock is held until the task is entered, so that it cannot end before it is known.
        let mut state = self.set.lock();
        if state.phase == Phase::Ended {
            tracing::warn!(task = name, "not started: the process has stopped");
            return;
        }
        tracing::debug!(task = name, ?stage, "task started");
        let id = state.next_id;
        state.next_id += 1;
        let (set, readiness) = (Arc::clone(&self.set), self.readiness.clone());
        #[expect(clippy::disallowed_methods, reason = "the one place that spawns, because it supervises")]
        let handle = tokio::spawn(async move {
            let ended = AssertUnwindSafe(task).catch_unwind().await;
            set.note_end(id, span, ended, &readiness);
        });
        state.running.insert(id, Running { name, stage, handle });
    }
}

// === impl Set ===

impl Set {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A poisoned lock only means that some thread panicked while it held plain data that is still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.lock());
        self.changed.send_replace(());
        changed
    }

    /// Waits until `look` finds what it looks for.
    async fn until<T>(&self, look: impl Fn(&State) -> Option<T>) -> T {
        let mut changes = self.changed.subscribe();
        loop {
            if let Some(found) = look(&self.lock()) {
                return found;
            }
            if changes.changed().await.is_err() {
                // The sender lives in `self`: this cannot happen, and waiting is right if it does.
                std::future::pending::<()>().await;
            }
        }
    }

    fn token(&self, stage: Stage) -> &CancellationToken {
        let [listeners, requests, workers, writers, clients, broker, telemetry] = &self.stopping;
        match stage {
            Stage::Listeners => listeners,
            Stage::Requests => requests,
            Stage::Workers => workers,
            Stage::Writers => writers,
            Stage::Clients => clients,
            Stage::Broker => broker,
            Stage::Telemetry => telemetry,
        }
    }

    fn note_end(
        &self,
        id: u64,
        span: Span,
        ended: Result<Result<(), BoxError>, Box<dyn Any + Send>>,
        readiness: &Readiness,
    ) {
        self.change(|state| {
            // Absent when it was given up at the deadline and ended just then.
            let Some(Running { name, stage, .. }) = state.running.remove(&id) else { return };
            let reason = match ended {
                Err(_payload) => Reason::Panicked,
                Ok(Err(error)) => Reason::Error(outcome::chain(&*error)),
                Ok(Ok(())) if span == Span::UntilStopped && state.phase == Phase::Running => Reason::Ended,
                Ok(Ok(())) => {
                    tracing::debug!(task = name, "task ended");
                    return;
                }
            };
            tracing::error!(task = name, %reason, "task failed");
            readiness.set_failed(&name);
            state.failures.push(Failure { task: name, stage, reason });
        });
    }
}
