//! Whether a commit would work: connection and streams, watched by readiness probes and by requests
//! in flight. No IO.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// Whether a commit would work now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// Connected, and every stream asked for is verified.
    pub ready: bool,
    /// Why not, or `ready`.
    pub reason: String,
}

/// State of the connection; `losses` counts how often it was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Connection {
    pub(crate) up: bool,
    pub(crate) losses: u64,
}

#[derive(Debug)]
pub(crate) struct Health {
    connection: watch::Sender<Connection>,
    readiness: watch::Sender<Readiness>,
    detail: Mutex<Detail>,
}

#[derive(Debug, Default)]
struct Detail {
    /// Streams asked for; verified or not.
    streams: BTreeMap<String, Result<(), String>>,
    complaint: Option<String>,
}

impl Health {
    pub(crate) fn new() -> Health {
        let waiting = Readiness { ready: false, reason: "not connected yet".to_owned() };
        Health {
            connection: watch::Sender::new(Connection::default()),
            readiness: watch::Sender::new(waiting),
            detail: Mutex::default(),
        }
    }

    pub(crate) fn connection(&self) -> watch::Receiver<Connection> {
        self.connection.subscribe()
    }

    pub(crate) fn readiness(&self) -> watch::Receiver<Readiness> {
        self.readiness.subscribe()
    }

    pub(crate) fn connected(&self) {
        self.detail().complaint = None;
        self.connection.send_modify(|connection| connection.up = true);
        self.announce();
    }

    pub(crate) fn disconnected(&self) {
        self.connection.send_modify(|connection| {
            connection.up = false;
            connection.losses += 1;
        });
        self.announce();
    }

    /// What the client or server said while not connected.
    pub(crate) fn complaint(&self, text: String) {
        self.detail().complaint = Some(text);
        self.announce();
    }

    pub(crate) fn stream_wanted(&self, name: &str) {
        let waiting = Err("not verified yet".to_owned());
        self.detail().streams.entry(name.to_owned()).or_insert(waiting);
        self.announce();
    }

    pub(crate) fn stream_found(&self, name: &str, found: Result<(), String>) {
        self.detail().streams.insert(name.to_owned(), found);
        self.announce();
    }

    fn detail(&self) -> MutexGuard<'_, Detail> {
        self.detail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn announce(&self) {
        let detail = self.detail();
        let unverified = detail
            .streams
            .iter()
            .find_map(|(name, found)| found.as_ref().err().map(|reason| format!("stream {name}: {reason}")));
        let away = (!self.connection.borrow().up).then(|| match &detail.complaint {
            None => "not connected to the broker".to_owned(),
            Some(complaint) => format!("not connected to the broker: {complaint}"),
        });
        let readiness = match away.or(unverified) {
            None => Readiness { ready: true, reason: "ready".to_owned() },
            Some(reason) => Readiness { ready: false, reason },
        };
        self.readiness.send_if_modified(|present| {
            let changed = *present != readiness;
            *present = readiness;
            changed
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ready_means_connected_and_all_streams_verified() {
        let health = Health::new();
        let ready = health.readiness();
        assert!(!ready.borrow().ready);
        health.connected();
        assert!(ready.borrow().ready);
        health.stream_wanted("S");
        assert!(!ready.borrow().ready);
        health.stream_found("S", Ok(()));
        assert!(ready.borrow().ready);
        health.disconnected();
        assert!(!ready.borrow().ready);
        assert_eq!(*health.connection().borrow(), Connection { up: false, losses: 1 });
    }
}
