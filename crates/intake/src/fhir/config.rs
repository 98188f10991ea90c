//! What can be configured about the FHIR endpoint.

use serde::{Deserialize, Serialize};

use crate::config::TlsConfig;

/// Configuration of the FHIR endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address to listen on for FHIR R4 over HTTP. Empty: the endpoint is off.
    pub listen: String,
    /// TLS on that port, with the settings of MLLP. Without a certificate the port is plain.
    pub tls: TlsConfig,
    /// Bytes of one body.
    pub body_bytes_max: usize,
    /// Entries of one Bundle.
    pub entries_max: usize,
    /// Connections at one time.
    pub connections_max: usize,
    /// Requests at one time; who comes when there are as many is told to come again.
    pub requests_max: usize,
    /// Seconds in which the head of a request must arrive once it has begun.
    pub head_timeout_s: u64,
    /// Seconds in which a body must arrive.
    pub body_timeout_s: u64,
    /// Seconds after which a connection that sends nothing is closed.
    pub idle_timeout_s: u64,
    /// Names under which HL7 v2 knows the authorities of identifier systems.
    pub authorities: Vec<AuthorityConfig>,
    /// Who may send. Empty: anybody on this machine, and nobody else.
    pub clients: Vec<ClientConfig>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            listen: String::new(),
            tls: TlsConfig::default(),
            body_bytes_max: 16 << 20,
            entries_max: 5_000,
            connections_max: 256,
            requests_max: 32,
            head_timeout_s: 15,
            body_timeout_s: 30,
            idle_timeout_s: 120,
            authorities: Vec::new(),
            clients: Vec::new(),
        }
    }
}

/// An identifier system and its name in HL7 v2 (PID-3.4): the same authority gives the same patients.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthorityConfig {
    /// Identifier.system.
    pub system: String,
    /// Assigning authority.
    pub authority: String,
}

/// A client, known by its token.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientConfig {
    /// Name, for logs and metrics.
    pub name: String,
    /// File that holds its bearer token, at least 16 characters.
    pub token_file: String,
    /// Name of the entry of `intake.sources` that it is. Empty: one of its own, named as the client.
    pub source: String,
    /// Sending application (MSH-3) of the HL7 v2 feed of the same system. With `facility` it makes results with the
    /// same filler number and code one statement, whichever way they come. Empty: there is no such feed.
    pub application: String,
    /// Sending facility (MSH-4) of that feed.
    pub facility: String,
}
