//! What the gateway may be told. Every limit has its unit in its name.

use crate::Error;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Settings of the gateway, the section `gateway` of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where gRPC is served: `host:port`, port 0 picks a free one.
    pub grpc: String,
    /// Serve without encryption and access control on an address that others can reach. Only for networks that
    /// see to both themselves.
    pub insecure_plaintext: bool,
    /// Give the bytes of quarantined messages to whoever may call: they are what the hospital sent, names included.
    pub quarantine_bytes: bool,
    /// Answer gRPC reflection (v1 and v1alpha), which shows the API but no data.
    pub reflection: bool,
    /// Longest time for one answer; callers may ask for less. Streams are not bound by it.
    pub request_timeout_s: u64,
    /// Most calls in hand at once, over all connections; streams count until they have begun, probes never.
    pub requests_max: usize,
    /// Most connections.
    pub connections_max: usize,
    /// Longest silence of a new connection before its first byte.
    pub silent_ms_max: u64,
    /// Most calls and streams at once on one connection.
    pub connection_streams_max: u32,
    /// Age at which a connection is asked to end, so that clients spread anew over replicas.
    pub connection_age_max_s: u64,
    /// Largest HL7 message taken.
    pub message_bytes_max: usize,
    /// Most HL7 messages handed to intake at once. With `message_bytes_max` this bounds memory.
    pub submissions_max: usize,
    /// Most streams of HL7 messages at once.
    pub submit_streams_max: usize,
    /// Most watches of the work list at once.
    pub watchers_max: usize,
    /// Most changed patients that one watch may be behind before it is ended.
    pub watch_backlog_max: usize,
    /// Longest time without the broker after which the work list is no longer shown.
    pub stale_s_max: u64,
    /// Time between saying *not serving* and taking no more connections, so that balancers look elsewhere.
    pub lame_duck_ms: u64,
    /// Longest wait for calls in hand when stopping; then their connections are cut.
    pub close_ms: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            grpc: "127.0.0.1:50051".to_owned(),
            insecure_plaintext: false,
            quarantine_bytes: false,
            reflection: true,
            request_timeout_s: 30,
            requests_max: 256,
            connections_max: 1024,
            silent_ms_max: 10_000,
            connection_streams_max: 128,
            connection_age_max_s: 1800,
            message_bytes_max: 16 << 20,
            submissions_max: 32,
            submit_streams_max: 8,
            watchers_max: 64,
            watch_backlog_max: 10_000,
            stale_s_max: 60,
            lame_duck_ms: 0,
            close_ms: 5000,
        }
    }
}

impl Config {
    /// Finds settings that cannot work.
    ///
    /// # Errors
    /// [`Error::Setting`] that names the key.
    pub fn check(&self) -> Result<(), Error> {
        let positive = [
            ("request_timeout_s", self.request_timeout_s > 0),
            ("requests_max", self.requests_max > 0),
            ("connections_max", self.connections_max > 0),
            ("silent_ms_max", self.silent_ms_max > 0),
            ("connection_streams_max", self.connection_streams_max > 0),
            ("connection_age_max_s", self.connection_age_max_s > 0),
            ("message_bytes_max", self.message_bytes_max > 0),
            ("submissions_max", self.submissions_max > 0),
            ("submit_streams_max", self.submit_streams_max > 0),
            ("watchers_max", self.watchers_max > 0),
            ("watch_backlog_max", self.watch_backlog_max > 0),
            ("stale_s_max", self.stale_s_max > 0),
            ("close_ms", self.close_ms > 0),
        ];
        match positive.iter().find(|(_, is_positive)| !is_positive) {
            Some((key, _)) => {
                Err(Error::Setting { key: format!("gateway.{key}"), problem: "must be above 0" })
            }
            None => Ok(()),
        }
    }

    pub(crate) fn request_timeout(&self) -> Duration {
        Duration::from_secs(self.request_timeout_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_of_nothing_is_refused_by_name() {
        assert!(Config::default().check().is_ok());
        let error = Config { watchers_max: 0, ..Config::default() }.check().unwrap_err();
        assert_eq!(error.to_string(), "gateway.watchers_max must be above 0");
    }
}
