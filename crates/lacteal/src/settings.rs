//! The whole configuration: one section a role, and what they share.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use lacteal_clinical::PseudonymKey;
use lacteal_service::{Layers, Loaded};
use serde::{Deserialize, Serialize};

use crate::args::Configured;

/// The command or its configuration is not as it must be: exit code 2, as for an argument that is unknown.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

/// Variables that begin with `LACTEAL_` and are not configuration.
const NOT_CONFIGURATION: [&str; 4] =
    ["LACTEAL_CONFIG", "LACTEAL_GATEWAY_ADDR", "LACTEAL_NATS_SERVER", "LACTEAL_TEST_SEED"];

/// Everything that can be configured.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) service: lacteal_service::Settings,
    pub(crate) nats: Nats,
    pub(crate) streams: Streams,
    pub(crate) identity: Identity,
    pub(crate) intake: lacteal_intake::Config,
    pub(crate) risk: lacteal_risk::Config,
    pub(crate) scheduling: lacteal_scheduling::Config,
    pub(crate) gateway: lacteal_gateway::Config,
}

impl Default for Settings {
    fn default() -> Settings {
        let mut service = lacteal_service::Settings::default();
        // The ledger says what matters of the connection; its client says it again.
        service.log.level = "info,async_nats=warn".to_owned();
        Settings {
            service,
            nats: Nats::default(),
            streams: Streams::default(),
            identity: Identity::default(),
            intake: lacteal_intake::Config::default(),
            risk: lacteal_risk::Config::default(),
            scheduling: lacteal_scheduling::Config::default(),
            gateway: lacteal_gateway::Config::default(),
        }
    }
}

/// How to reach the broker. An empty text means none.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Nats {
    /// `nats://host:port` or `tls://host:port`, one or more of a cluster.
    pub(crate) servers: Vec<String>,
    /// Name of the connection, shown by the broker. Empty: the role.
    pub(crate) name: String,
    /// User to connect as; goes with `password_file`.
    pub(crate) user: String,
    /// File that holds the password.
    pub(crate) password_file: String,
    /// File with a JWT and seed, instead of user and password.
    pub(crate) credentials_file: String,
    /// Certificates to trust, PEM.
    pub(crate) tls_ca_file: String,
    /// Client certificate, PEM; goes with `tls_key_file`.
    pub(crate) tls_cert_file: String,
    /// Client key, PEM.
    pub(crate) tls_key_file: String,
    /// Refuse a connection without TLS.
    pub(crate) tls_required: bool,
    /// Milliseconds to wait for one answer of the broker.
    pub(crate) request_timeout_ms: u64,
    /// Object store bucket of payloads that are too large for a message.
    pub(crate) claims_bucket: String,
    /// Copies of that bucket.
    pub(crate) claims_replicas: usize,
}

impl Default for Nats {
    fn default() -> Nats {
        let defaults = lacteal_ledger::Options::default();
        Nats {
            servers: defaults.servers,
            name: String::new(),
            user: String::new(),
            password_file: String::new(),
            credentials_file: String::new(),
            tls_ca_file: String::new(),
            tls_cert_file: String::new(),
            tls_key_file: String::new(),
            tls_required: defaults.tls_required,
            request_timeout_ms: defaults.request_timeout_ms,
            claims_bucket: defaults.claims_bucket,
            claims_replicas: defaults.claims_replicas,
        }
    }
}

impl Nats {
    /// What the ledger needs, for a connection of this name unless one is configured.
    pub(crate) fn options(&self, name: &str) -> lacteal_ledger::Options {
        let text = |text: &String| (!text.is_empty()).then(|| text.clone());
        let path = |text: &String| text_path(text);
        lacteal_ledger::Options {
            servers: self.servers.clone(),
            name: text(&self.name).unwrap_or_else(|| name.to_owned()),
            user: text(&self.user),
            password_file: path(&self.password_file),
            credentials_file: path(&self.credentials_file),
            tls_ca_file: path(&self.tls_ca_file),
            tls_cert_file: path(&self.tls_cert_file),
            tls_key_file: path(&self.tls_key_file),
            tls_required: self.tls_required,
            request_timeout_ms: self.request_timeout_ms,
            claims_bucket: self.claims_bucket.clone(),
            claims_replicas: self.claims_replicas,
            ..lacteal_ledger::Options::default()
        }
    }
}

fn text_path(text: &str) -> Option<PathBuf> {
    (!text.is_empty()).then(|| PathBuf::from(text))
}

/// How the streams are laid out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Streams {
    /// Copies of each stream: 1 on a single server, 3 in a cluster.
    pub(crate) replicas: usize,
    /// Create streams that are missing. Without it they are only verified.
    pub(crate) create: bool,
    /// Bytes the INTAKE stream may hold; when they are used up, intake answers nothing and senders resend.
    pub(crate) intake_max_bytes: i64,
    /// Bytes the RISK stream may hold.
    pub(crate) risk_max_bytes: i64,
}

impl Default for Streams {
    fn default() -> Self {
        let gibibyte = 1 << 30;
        Streams { replicas: 1, create: false, intake_max_bytes: 64 * gibibyte, risk_max_bytes: 16 * gibibyte }
    }
}

/// How patients are recognised.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Identity {
    /// File with the secret key of the pseudonyms: 64 hexadecimal digits. The same in intake and gateway, for
    /// ever: another key makes every patient somebody else.
    pub(crate) key_file: String,
    /// Assigning authorities whose record numbers identify a patient, most wanted first. Empty: any.
    pub(crate) authorities: Vec<String>,
}

impl Identity {
    /// Reads the key.
    pub(crate) fn key(&self) -> anyhow::Result<PseudonymKey> {
        if self.key_file.is_empty() {
            bail!(Usage(
                "identity.key_file is not set: name a file with 64 hexadecimal digits, the same for intake and gateway"
                    .to_owned()
            ));
        }
        let text = std::fs::read_to_string(&self.key_file)
            .with_context(|| format!("failed to read identity.key_file {}", self.key_file))?;
        PseudonymKey::from_hex(&text)
            .with_context(|| format!("identity.key_file {} holds no key", self.key_file))
    }
}

/// Flags of a command that set configuration: flag, key, value.
pub(crate) type Flags = Vec<(&'static str, &'static str, String)>;

/// Lays file, environment and flags over the defaults.
pub(crate) fn load(
    defaults: &Settings,
    configured: &Configured,
    flags: Flags,
) -> anyhow::Result<Loaded<Settings>> {
    let mut layers = Layers::new(defaults)?
        .open("intake.codes")
        .open("intake.sources")
        .open("intake.fhir.authorities")
        .open("intake.fhir.clients")
        .secret("nats.password");
    if let Some(path) = &configured.config {
        layers = layers.file(path)?;
    }
    layers = layers.environment(std::env::vars_os(), &NOT_CONFIGURATION)?;
    for pair in &configured.set {
        let Some((key, value)) = pair.split_once('=') else {
            bail!(Usage(format!(
                "--set {pair}: write KEY=VALUE, for example --set intake.mllp=0.0.0.0:2575"
            )));
        };
        layers = layers.flag("--set", key.trim(), value)?;
    }
    if let Some(ops) = &configured.ops {
        layers = layers.flag("--ops", "service.ops", ops)?;
    }
    for (flag, key, value) in flags {
        layers = layers.flag(flag, key, &value)?;
    }
    Ok(layers.load()?)
}
