//! Why a broker could not be found, started or stopped. Texts say what to do next.

use std::path::PathBuf;

/// Everything that can go wrong with the child server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No usable server on this machine and none could be obtained.
    #[error(
        "no nats-server {minimum} or newer found ({tried}); install it and put it on PATH, \
         or name its file in LACTEAL_NATS_SERVER"
    )]
    NotFound {
        /// Oldest version that is accepted.
        minimum: String,
        /// What was tried, and why each try failed.
        tried: String,
    },
    /// The file named by `LACTEAL_NATS_SERVER` cannot be used.
    #[error("LACTEAL_NATS_SERVER names {path}, which cannot be used: {reason}")]
    Named {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// Another live process owns the data directory.
    #[error("{path} is in use by another running process; stop it or choose another data directory")]
    Busy {
        /// The data directory.
        path: PathBuf,
    },
    /// A file or directory could not be read or written.
    #[error("{what} {path}: {source}")]
    Io {
        /// What was attempted, as a fragment ("cannot write").
        what: &'static str,
        /// On which path.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The server started and ended, or never accepted a connection.
    #[error("nats-server did not become ready: {reason}; the end of its log: {log}")]
    NotReady {
        /// What was seen.
        reason: String,
        /// Last lines of its log.
        log: String,
    },
    /// A signal could not be delivered to the child.
    #[error("cannot signal the nats-server: {0}")]
    Signal(String),
}

impl Error {
    pub(crate) fn io(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.into();
        move |source| Error::Io { what, path, source }
    }
}
