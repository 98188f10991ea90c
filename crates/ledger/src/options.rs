//! How to reach the broker. Secrets are named by file and never held here, so this may be printed.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Error;

/// How to reach the broker and how long to wait for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// `nats://host:port` or `tls://host:port`, one or more of a cluster.
    pub servers: Vec<String>,
    /// Name of this connection, shown by the broker.
    pub name: String,
    /// User to connect as; goes with `password_file`.
    pub user: Option<String>,
    /// File that holds the password.
    pub password_file: Option<PathBuf>,
    /// File with a JWT and seed, instead of user and password.
    pub credentials_file: Option<PathBuf>,
    /// Certificates to trust, PEM.
    pub tls_ca_file: Option<PathBuf>,
    /// Client certificate, PEM; goes with `tls_key_file`.
    pub tls_cert_file: Option<PathBuf>,
    /// Client key, PEM.
    pub tls_key_file: Option<PathBuf>,
    /// Refuse a connection without TLS.
    pub tls_required: bool,
    /// Longest wait for one answer of the broker.
    pub request_timeout_ms: u64,
    /// Longest wait for one connection attempt.
    pub connect_timeout_ms: u64,
    /// Longest pause between two connection attempts.
    pub reconnect_delay_max_ms: u64,
    /// Longest wait for a graceful close.
    pub close_ms: u64,
    /// Object store bucket of payloads that are too large for a message.
    pub claims_bucket: String,
    /// Most bytes of that bucket; -1 for no limit of its own.
    pub claims_bytes_max: i64,
    /// Object store bucket of requests that are too large for a message; it forgets after some minutes.
    pub requests_bucket: String,
    /// Copies of these buckets.
    pub claims_replicas: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            servers: vec!["nats://127.0.0.1:4222".to_owned()],
            name: "lacteal".to_owned(),
            user: None,
            password_file: None,
            credentials_file: None,
            tls_ca_file: None,
            tls_cert_file: None,
            tls_key_file: None,
            tls_required: false,
            request_timeout_ms: 5_000,
            connect_timeout_ms: 5_000,
            reconnect_delay_max_ms: 2_000,
            close_ms: 5_000,
            claims_bucket: "lacteal-claims".to_owned(),
            claims_bytes_max: -1,
            requests_bucket: "lacteal-requests".to_owned(),
            claims_replicas: 1,
        }
    }
}

impl Options {
    /// Finds contradictions without touching files or the network.
    ///
    /// # Errors
    /// [`Error::Options`] that says what to change.
    pub fn check(&self) -> Result<(), Error> {
        let fault = |text: &str| Err(Error::Options(text.to_owned()));
        if self.servers.is_empty() {
            return fault("servers is empty");
        }
        if self.user.is_some() != self.password_file.is_some() {
            return fault("user and password_file go together");
        }
        if self.user.is_some() && self.credentials_file.is_some() {
            return fault("either user and password_file, or credentials_file");
        }
        if self.tls_cert_file.is_some() != self.tls_key_file.is_some() {
            return fault("tls_cert_file and tls_key_file go together");
        }
        if self.servers.iter().any(|server| server.contains('@')) {
            return fault("credentials belong into files, not into servers");
        }
        if self.request_timeout_ms == 0 || self.connect_timeout_ms == 0 || self.reconnect_delay_max_ms == 0 {
            return fault("timeouts and delays must be above 0");
        }
        if self.claims_bucket.is_empty() || self.requests_bucket.is_empty() {
            return fault("claims_bucket or requests_bucket is empty");
        }
        if self.claims_bucket == self.requests_bucket {
            return fault("claims_bucket and requests_bucket must not be the same: one is kept, one forgets");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contradictions_are_found() {
        assert!(Options::default().check().is_ok());
        let user = Options { user: Some("u".into()), ..Options::default() };
        assert!(user.check().is_err());
        let inline = Options { servers: vec!["nats://u:p@h:1".into()], ..Options::default() };
        assert!(inline.check().is_err());
        assert!(Options { servers: Vec::new(), ..Options::default() }.check().is_err());
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(serde_json::from_str::<Options>(r#"{"server": []}"#).is_err());
        assert!(serde_json::from_str::<Options>(r#"{"servers": ["nats://h:1"]}"#).is_ok());
    }
}
