//! Whether the process can do its work, as a list of named flags with reasons.
//!
//! Readiness follows what the process depends on (the broker, a listener); health does not: a process whose
//! broker is away is alive, and restarting it helps nobody. The probes of [`ops`](crate::ops) show both.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::watch;

/// The registry of readiness flags of one process. A cheap handle: clones share the flags.
#[derive(Clone, Default)]
pub struct Readiness {
    shared: Arc<Shared>,
    prefix: String,
}

#[derive(Default)]
struct Shared {
    sources: Mutex<Vec<Source>>,
    failed: Mutex<Option<String>>,
    stopping: AtomicBool,
}

/// Read anew for each probe, so that a flag can never be staler than what it speaks of.
type Read = Box<dyn Fn() -> (bool, String) + Send + Sync>;

struct Source {
    name: String,
    read: Read,
}

/// What one flag says at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The flag's name, with the role it belongs to: `intake/ledger`.
    pub name: String,
    /// Whether it is ready.
    pub ready: bool,
    /// Why; shown to operators, so it never holds patient data.
    pub reason: String,
}

/// One flag; its owner sets it. Starts as not ready ("starting"). Clones set the same flag.
#[derive(Clone)]
pub struct Flag {
    name: String,
    state: Arc<Mutex<(bool, String)>>,
}

// === impl Readiness ===

impl Readiness {
    /// An empty registry, which is ready: nothing has been said to be missing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same registry, naming new flags `role/…`, for several roles in one process.
    #[must_use]
    pub fn within(&self, role: &str) -> Self {
        Self { shared: Arc::clone(&self.shared), prefix: format!("{}{role}/", self.prefix) }
    }

    /// Registers a flag that its owner sets.
    #[must_use = "the process is not ready until the flag is set"]
    pub fn flag(&self, name: &str) -> Flag {
        let state = Arc::new(Mutex::new((false, "starting".to_owned())));
        let shown = Arc::clone(&state);
        let name = self.add(name, Box::new(move || lock(&shown).clone()));
        Flag { name, state }
    }

    /// Registers a flag that is read out of a watched state by `read`, which gives (ready, reason). It is not
    /// ready once the sender is gone, because nobody reports any more.
    pub fn watch<T: Send + Sync + 'static>(
        &self,
        name: &str,
        state: watch::Receiver<T>,
        read: impl Fn(&T) -> (bool, String) + Send + Sync + 'static,
    ) {
        self.add(
            name,
            Box::new(move || match state.has_changed() {
                Ok(_) => read(&state.borrow()),
                Err(_) => (false, "its reporter is gone".to_owned()),
            }),
        );
    }

    /// What every flag says, in the order of registration. While the process stops, a flag `process` that is
    /// not ready comes first.
    #[must_use]
    pub fn statuses(&self) -> Vec<Status> {
        let stopping = self.shared.stopping.load(Ordering::Acquire).then(|| Status {
            name: "process".to_owned(),
            ready: false,
            reason: "stopping".to_owned(),
        });
        let sources = lock(&self.shared.sources);
        let flags = sources.iter().map(|source| {
            let (ready, reason) = (source.read)();
            Status { name: source.name.clone(), ready, reason }
        });
        stopping.into_iter().chain(flags).collect()
    }

    /// Whether every flag is ready and the process is not stopping.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.statuses().iter().all(|status| status.ready)
    }

    /// The first supervised task that failed, if any: then the process is no longer healthy.
    #[must_use]
    pub fn failed_task(&self) -> Option<String> {
        lock(&self.shared.failed).clone()
    }

    pub(crate) fn set_stopping(&self) {
        self.shared.stopping.store(true, Ordering::Release);
    }

    pub(crate) fn set_failed(&self, task: &str) {
        lock(&self.shared.failed).get_or_insert_with(|| task.to_owned());
    }

    fn add(&self, name: &str, read: Read) -> String {
        let name = format!("{}{name}", self.prefix);
        lock(&self.shared.sources).push(Source { name: name.clone(), read });
        name
    }
}

// === impl Flag ===

impl Flag {
    /// Sets the flag and says why. The reason is shown to operators: no patient data.
    pub fn set(&self, ready: bool, reason: impl Into<String>) {
        let reason = reason.into();
        let mut state = lock(&self.state);
        if state.0 != ready {
            tracing::info!(flag = self.name, ready, reason, "readiness changed");
        }
        *state = (ready, reason);
    }
}

/// A poisoned lock only means that some thread panicked while it held plain data that is still whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(readiness: &Readiness) -> Vec<String> {
        readiness.statuses().iter().map(|s| format!("{} {} {}", s.name, s.ready, s.reason)).collect()
    }

    #[test]
    fn every_flag_must_be_ready() {
        let readiness = Readiness::new();
        assert!(readiness.is_ready());
        let ledger = readiness.flag("ledger");
        let mllp = readiness.within("intake").flag("mllp");
        assert_eq!(shown(&readiness), ["ledger false starting", "intake/mllp false starting"]);
        ledger.set(true, "connected");
        assert!(!readiness.is_ready());
        mllp.set(true, "listening");
        assert!(readiness.is_ready());
        ledger.set(false, "connecting");
        assert_eq!(shown(&readiness), ["ledger false connecting", "intake/mllp true listening"]);
    }

    #[test]
    fn a_watched_state_is_read_anew_and_is_not_ready_once_its_sender_is_gone() {
        let readiness = Readiness::new();
        let (sender, receiver) = watch::channel(0_u32);
        readiness.watch("ledger", receiver, |count| (*count > 0, format!("{count} streams")));
        assert_eq!(shown(&readiness), ["ledger false 0 streams"]);
        sender.send_replace(2);
        assert_eq!(shown(&readiness), ["ledger true 2 streams"]);
        drop(sender);
        assert_eq!(shown(&readiness), ["ledger false its reporter is gone"]);
    }

    #[test]
    fn a_stopping_process_is_not_ready_whatever_its_flags_say() {
        let readiness = Readiness::new();
        readiness.flag("ledger").set(true, "connected");
        readiness.set_stopping();
        assert_eq!(shown(&readiness), ["process false stopping", "ledger true connected"]);
        assert_eq!(readiness.failed_task(), None);
    }
}
