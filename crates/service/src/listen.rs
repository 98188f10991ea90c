//! Binding a TCP port, with an error that a person at the console can act on.
//!
//! Binding is apart from serving everywhere: a process binds all its ports first, so that a clash ends the
//! start before any work is done, and port 0 is known by its real number before anything is announced.

use std::io;
use tokio::net::TcpListener;

/// Why a port could not be bound.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {addr} ({key}): {reason}{advice}")]
pub struct Error {
    /// The address as configured.
    pub addr: String,
    /// The configuration key that holds it.
    pub key: String,
    /// What the operating system said.
    pub reason: io::Error,
    advice: &'static str,
}

/// Binds `addr` (`host:port`; port 0 picks a free one), which the configuration holds under `key`.
///
/// # Errors
/// When the address is not one, is taken, is not of this machine or may not be used by this user.
pub async fn bind_tcp(key: &str, addr: &str) -> Result<TcpListener, Error> {
    TcpListener::bind(addr).await.map_err(|reason| Error::new(key, addr, reason))
}

impl Error {
    pub(crate) fn new(key: &str, addr: &str, reason: io::Error) -> Self {
        Self { addr: addr.to_owned(), key: key.to_owned(), advice: advice(reason.kind()), reason }
    }
}

fn advice(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::AddrInUse => "; another process has this port: stop it or choose another port",
        io::ErrorKind::AddrNotAvailable => "; this machine has no such address",
        io::ErrorKind::PermissionDenied => "; choose a port above 1023",
        io::ErrorKind::InvalidInput => "; write it as host:port, for example 127.0.0.1:2575",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_named_with_its_key_and_what_to_do() {
        let first = bind_tcp("intake.mllp", "127.0.0.1:0").await.unwrap();
        let addr = first.local_addr().unwrap().to_string();
        let error = bind_tcp("intake.mllp", &addr).await.unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot listen on {addr} (intake.mllp): ")), "{error}");
        assert!(error.ends_with("another process has this port: stop it or choose another port"), "{error}");
    }

    #[tokio::test]
    async fn an_address_without_a_port_is_explained() {
        let error = bind_tcp("ops", "localhost").await.unwrap_err().to_string();
        assert!(error.ends_with("write it as host:port, for example 127.0.0.1:2575"), "{error}");
    }
}
