//! What can be configured about intake, and the sources made of it.

use std::net::IpAddr;

use jiff::tz::TimeZone;
use lacteal_hl7::{Charset, CharsetRule};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::codes::Code;
use crate::site_field::SiteField;

/// Configuration of intake.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address to listen on for HL7 v2 over MLLP.
    pub mllp: String,
    /// Connections at one time, over all peers.
    pub connections_max: usize,
    /// Connections at one time from one address.
    pub connections_per_peer_max: usize,
    /// Bytes of one message.
    pub frame_bytes_max: usize,
    /// Bytes of unfinished messages over all connections; who would exceed it has to wait.
    pub buffered_bytes_max: usize,
    /// Seconds in which a message that has begun must arrive.
    pub frame_timeout_s: u64,
    /// Seconds after which a connection without messages is closed. Integration engines keep theirs open.
    pub idle_timeout_s: u64,
    /// Milliseconds to wait for the broker before a message goes unanswered. Engines resend after that, and
    /// give up after an error, so this must stay below their time-out.
    pub unavailable_wait_ms: u64,
    /// Days for which messages that were not kept are remembered, to answer a repetition.
    pub seen_days: u32,
    /// Requests from the gateway at one time.
    pub submit_in_flight_max: usize,
    /// Who sends, and what they leave unsaid. Empty: anybody, with the defaults of a source.
    pub sources: Vec<SourceConfig>,
    /// Codes of this site, laid over the built-in table.
    pub codes: Vec<Code>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            mllp: "127.0.0.1:2575".to_owned(),
            connections_max: 512,
            connections_per_peer_max: 300,
            frame_bytes_max: 16 << 20,
            buffered_bytes_max: 256 << 20,
            frame_timeout_s: 30,
            idle_timeout_s: 900,
            unavailable_wait_ms: 1500,
            seen_days: 30,
            submit_in_flight_max: 256,
            sources: Vec::new(),
            codes: Vec::new(),
        }
    }
}

/// A system that sends, and what its messages leave unsaid.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SourceConfig {
    /// Name, for logs, metrics and reports.
    pub name: String,
    /// Addresses it connects from. Empty: any.
    pub peers: Vec<IpAddr>,
    /// Time zone (IANA name) of times without an offset.
    pub zone: String,
    /// Character set to take when MSH-18 is empty or says ASCII: `UNICODE UTF-8`, `8859/1`, …
    pub charset: String,
    /// Assigning authority to take when PID-3 names none. Empty: such a number is no identifier.
    pub authority: String,
    /// Assigning authorities whose numbers identify a patient in messages of this source, most wanted first, in
    /// place of those for all. Empty: those for all.
    pub authorities: Vec<String>,
    /// What its messages are for: `production`, or `training` for a test system, whose messages are all refused
    /// with 202, whatever MSH-11 says.
    pub processing: Processing,
    /// Fields of its own Z segments that are observations.
    pub z: Vec<SiteField>,
    /// What to do with a message that cannot be stored for the moment: `close` (no answer and a closed
    /// connection, so that the sender resends) or `error` (AE or CE).
    pub when_unavailable: WhenUnavailable,
}

impl Default for SourceConfig {
    fn default() -> Self {
        SourceConfig {
            name: "default".to_owned(),
            peers: Vec::new(),
            zone: "UTC".to_owned(),
            charset: "ASCII".to_owned(),
            authority: String::new(),
            authorities: Vec::new(),
            processing: Processing::Production,
            z: Vec::new(),
            when_unavailable: WhenUnavailable::Close,
        }
    }
}

/// What to do with a message that cannot be stored for the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenUnavailable {
    /// Close the connection without an answer.
    Close,
    /// Answer AE or CE.
    Error,
}

/// What the messages of a source are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Processing {
    /// Care of patients.
    Production,
    /// Training and tests.
    Training,
}

/// A source, checked.
#[derive(Clone, Debug)]
pub struct Source {
    /// Name, for logs, metrics and reports.
    pub name: String,
    /// Time zone of times without an offset.
    pub zone: TimeZone,
    /// How its character set is found.
    pub charset: CharsetRule,
    /// Assigning authority to take when none is named.
    pub authority: Option<String>,
    /// Assigning authorities whose numbers identify a patient here; empty: those for all.
    pub authorities: Vec<String>,
    /// What its messages are for.
    pub processing: Processing,
    /// Fields of its own Z segments that are observations.
    pub z: Vec<SiteField>,
    /// What to do with a message that cannot be stored for the moment.
    pub when_unavailable: WhenUnavailable,
    peers: Vec<IpAddr>,
}

impl Source {
    /// Checks a source.
    ///
    /// # Errors
    /// When the name is empty, the zone is not known, or the character set is not supported.
    pub fn new(config: &SourceConfig) -> Result<Source, Error> {
        let refuse = |what: String| Error::Source { name: config.name.clone(), what };
        if config.name.is_empty() || config.name.len() > 64 {
            return Err(refuse("name must have 1 to 64 bytes".to_owned()));
        }
        let zone =
            TimeZone::get(&config.zone).map_err(|_| refuse(format!("no time zone {:?}", config.zone)))?;
        let charset = Charset::named(&config.charset)
            .map_err(|fault| refuse(format!("charset {:?}: {fault}", config.charset)))?;
        for field in &config.z {
            field.check().map_err(refuse)?;
        }
        Ok(Source {
            name: config.name.clone(),
            zone,
            charset: CharsetRule::Assume(charset),
            authority: (!config.authority.is_empty()).then(|| config.authority.clone()),
            authorities: config.authorities.clone(),
            processing: config.processing,
            z: config.z.clone(),
            when_unavailable: config.when_unavailable,
            peers: config.peers.clone(),
        })
    }

    /// All sources of a configuration, the default one when it names none.
    ///
    /// # Errors
    /// As [`Source::new`].
    pub fn all(config: &Config) -> Result<Vec<Source>, Error> {
        if config.sources.is_empty() {
            return Ok(vec![Source::new(&SourceConfig::default())?]);
        }
        config.sources.iter().map(Source::new).collect()
    }

    /// Whether a connection from this address is this source.
    pub fn admits(&self, peer: IpAddr) -> bool {
        self.peers.is_empty() || self.peers.contains(&peer.to_canonical())
    }
}
