//! What can be configured about intake, and the sources made of it.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::tz::TimeZone;
use lacteal_hl7::{Charset, CharsetRule};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::codes::Code;
use crate::site_field::SiteField;

/// The least silence that can be told from a pause: the times of messages are shared in steps of five minutes.
const SILENCE_MIN_MINUTES: u32 = 10;

/// Configuration of intake.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address to listen on for HL7 v2 over MLLP.
    pub mllp: String,
    /// TLS on that port. Without a certificate the port is plain.
    pub tls: TlsConfig,
    /// Connections at one time, over all peers.
    pub connections_max: usize,
    /// Connections at one time from one address.
    pub connections_per_peer_max: usize,
    /// Bytes of one message, or of one batch in a frame.
    pub frame_bytes_max: usize,
    /// Messages of one batch in a frame.
    pub batch_messages_max: usize,
    /// Bytes of unfinished messages over all connections; who would exceed it has to wait.
    pub buffered_bytes_max: usize,
    /// Seconds in which a message that has begun must arrive.
    pub frame_timeout_s: u64,
    /// Seconds after which a connection without messages is closed. Integration engines keep theirs open.
    pub idle_timeout_s: u64,
    /// Milliseconds to wait for the broker before a message goes unanswered. Engines resend after that, and
    /// give up after an error, so this must stay below their time-out. A large message may take half a second more for each
    /// MiB.
    pub unavailable_wait_ms: u64,
    /// Days for which messages that were not kept are remembered, to answer a repetition.
    pub seen_days: u32,
    /// Days for which a study, order, booking or text is held that matters only of a patient who is known, and whose
    /// patient is not known yet. It counts as soon as the patient is. 0: it is not held.
    pub early_days: u32,
    /// Requests from the gateway at one time.
    pub submit_in_flight_max: usize,
    /// FHIR R4 over HTTP.
    pub fhir: crate::fhir::Config,
    /// Who sends, and what they leave unsaid. Empty: anybody, with the defaults of a source.
    pub sources: Vec<SourceConfig>,
    /// Codes of this site, laid over the built-in table.
    pub codes: Vec<Code>,
    /// Read the text of reports. Without it only coded values are read.
    pub narrative: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            mllp: "127.0.0.1:2575".to_owned(),
            tls: TlsConfig::default(),
            connections_max: 512,
            connections_per_peer_max: 300,
            frame_bytes_max: 16 << 20,
            batch_messages_max: 5_000,
            buffered_bytes_max: 256 << 20,
            frame_timeout_s: 30,
            idle_timeout_s: 900,
            unavailable_wait_ms: 1500,
            seen_days: 30,
            early_days: 90,
            submit_in_flight_max: 256,
            fhir: crate::fhir::Config::default(),
            sources: Vec::new(),
            codes: Vec::new(),
            narrative: true,
        }
    }
}

/// TLS on the MLLP port: versions 1.2 and 1.3. An empty text means none.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlsConfig {
    /// Certificate of the server, PEM, with its intermediates after it. Set, the port takes TLS only.
    pub cert_file: String,
    /// Private key of that certificate, PEM, not encrypted.
    pub key_file: String,
    /// Certificates that may have signed those of clients, PEM. Empty: clients are asked for none.
    pub client_ca_file: String,
    /// Refuse a client that has no certificate; with `client_ca_file` only. A certificate that is not good is
    /// refused either way.
    pub client_required: bool,
    /// Seconds in which a handshake must be done.
    pub handshake_timeout_s: u64,
    /// Seconds between two looks whether the files have changed. 0: they are read at the start only.
    pub reread_s: u64,
}

impl Default for TlsConfig {
    fn default() -> Self {
        TlsConfig {
            cert_file: String::new(),
            key_file: String::new(),
            client_ca_file: String::new(),
            client_required: true,
            handshake_timeout_s: 10,
            reread_s: 30,
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
    /// Name that its client certificate must bear: a DNS name of the subject alternative names, or the common
    /// name. Empty: no certificate is demanded. Sources are tried in their order, and after one that demands a
    /// certificate and admits the address only others that demand one are.
    pub certificate: String,
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
    /// Minutes of silence below which nobody is told, however unusual they are; 10 is the least. 0: silence of
    /// this source is not watched.
    pub silence_min_minutes: u32,
}

impl Default for SourceConfig {
    fn default() -> Self {
        SourceConfig {
            name: "default".to_owned(),
            peers: Vec::new(),
            certificate: String::new(),
            zone: "UTC".to_owned(),
            charset: "UTF-8".to_owned(),
            authority: String::new(),
            authorities: Vec::new(),
            processing: Processing::Production,
            z: Vec::new(),
            when_unavailable: WhenUnavailable::Close,
            silence_min_minutes: 60,
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
    /// Seconds of silence below which nobody is told. None: silence is not watched.
    pub(crate) silence_min_s: Option<i64>,
    /// When it was last heard, in seconds since 1970-01-01T00:00:00Z; 0: not yet. Shared by the clones.
    pub(crate) heard_at_s: Arc<AtomicI64>,
    peers: Vec<IpAddr>,
    certificate: Option<String>,
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
        if config.silence_min_minutes > 0 && config.silence_min_minutes < SILENCE_MIN_MINUTES {
            let least = format!("silence_min_minutes must be 0 or at least {SILENCE_MIN_MINUTES}");
            return Err(refuse(least));
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
            silence_min_s: (config.silence_min_minutes > 0)
                .then(|| i64::from(config.silence_min_minutes) * 60),
            heard_at_s: Arc::new(AtomicI64::new(0)),
            peers: config.peers.clone(),
            certificate: (!config.certificate.is_empty()).then(|| config.certificate.to_lowercase()),
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
        let sources = config.sources.iter().map(Source::new).collect::<Result<Vec<_>, _>>()?;
        let refuse = |source: &Source, what: &str| {
            Err(Error::Source { name: source.name.clone(), what: what.to_owned() })
        };
        for (at, source) in sources.iter().enumerate() {
            if source.certificate.is_some() && config.tls.client_ca_file.is_empty() {
                return refuse(
                    source,
                    "certificate is set, and intake.tls.client_ca_file is not: nobody could present one",
                );
            }
            // One name may stand for several addresses; what is watched and counted is the name.
            if sources.iter().take(at).any(|earlier| earlier.name == source.name) {
                return refuse(source, "two sources have this name; give each its own");
            }
        }
        Ok(sources)
    }

    /// Whether a connection from this address may be this source.
    pub fn admits(&self, peer: IpAddr) -> bool {
        self.peers.is_empty() || self.peers.contains(&peer.to_canonical())
    }

    /// The source that a peer is, by its address and the names (lower case) that its certificate bears. The
    /// first that fits; but whoever cannot meet a demand for a certificate does not get past it to a source that
    /// demands none, or leaving the certificate away would be the way around it.
    ///
    /// # Errors
    /// Why it is none of them.
    pub(crate) fn of<'a>(
        sources: &'a [Arc<Source>],
        peer: IpAddr,
        names: &[String],
    ) -> Result<&'a Arc<Source>, &'static str> {
        let mut is_demanded = false;
        for source in sources.iter().filter(|source| source.admits(peer)) {
            match &source.certificate {
                Some(wanted) if names.contains(wanted) => return Ok(source),
                Some(_) => is_demanded = true,
                None if !is_demanded => return Ok(source),
                None => {}
            }
        }
        Err(match (is_demanded, names.is_empty()) {
            (false, _) => "no source has this address",
            (true, true) => "the source demands a certificate and the peer has none",
            (true, false) => "no source of this address has the certificate of the peer",
        })
    }

    /// Notes that something came from it, at a time in seconds since 1970-01-01T00:00:00Z.
    pub fn hear(&self, at_s: i64) {
        self.heard_at_s.fetch_max(at_s, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, peers: &[&str], certificate: &str) -> SourceConfig {
        SourceConfig {
            name: name.to_owned(),
            peers: peers.iter().map(|peer| peer.parse().unwrap()).collect(),
            certificate: certificate.to_owned(),
            ..SourceConfig::default()
        }
    }

    fn all(sources: Vec<SourceConfig>) -> Result<Vec<Arc<Source>>, Error> {
        let tls = TlsConfig { client_ca_file: "ca.pem".to_owned(), ..TlsConfig::default() };
        let sources = Source::all(&Config { sources, tls, ..Config::default() })?;
        Ok(sources.into_iter().map(Arc::new).collect())
    }

    fn chosen(sources: &[Arc<Source>], peer: &str, names: &[&str]) -> String {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        let found = Source::of(sources, peer.parse().unwrap(), &names);
        found.map_or_else(|why| format!("none: {why}"), |source| source.name.clone())
    }

    #[test]
    fn a_source_is_known_by_its_address_and_the_name_in_its_certificate() {
        let sources = all(vec![
            source("old", &["10.0.0.9"], ""),
            source("path", &[], "Path.Hospital.Test"),
            source("rad", &["10.0.0.1"], "rad"),
            source("any", &[], ""),
        ])
        .unwrap();
        assert_eq!(chosen(&sources, "10.0.0.9", &[]), "old");
        assert_eq!(chosen(&sources, "10.0.0.1", &["path.hospital.test", "x"]), "path");
        assert_eq!(chosen(&sources, "10.0.0.1", &["rad"]), "rad");
        let denied = "none: no source of this address has the certificate of the peer";
        assert_eq!(chosen(&sources, "10.0.0.2", &["rad"]), denied);
        let denied = "none: the source demands a certificate and the peer has none";
        assert_eq!(chosen(&sources, "10.0.0.1", &[]), denied, "nobody gets past a demand to `any`");
    }

    #[test]
    fn a_configuration_that_cannot_work_is_refused_with_the_name_of_the_source() {
        let refused = |config: &Config| Source::all(config).unwrap_err().to_string();
        let with = |sources| Config { sources, ..Config::default() };
        let error = refused(&with(vec![source("path", &[], "path")]));
        assert!(error.contains("\"path\"") && error.contains("client_ca_file"), "{error}");
        let error = refused(&with(vec![source("a", &["10.0.0.1"], ""), source("a", &[], "")]));
        assert!(error.contains("two sources"), "{error}");
        let short = SourceConfig { silence_min_minutes: 5, ..SourceConfig::default() };
        assert!(refused(&with(vec![short])).contains("at least 10"));
    }
}
