//! What intake tells operators: one type an event, with its metric and its log line. No content, no ids.

use std::time::Duration;

use lacteal_hl7::Outcome;
use lacteal_hl7::mllp::Counters;
use metrics::{counter, gauge, histogram};

use crate::receive::Disposition;

/// Why a handshake failed whose peer went away.
pub(crate) const CONNECTION_LOST: &str = "connection lost";

/// Days before the end of a certificate from which on it is told.
const CERTIFICATE_WARNING_DAYS: i64 = 30;

/// A message was answered.
pub(crate) struct MessageAnswered<'a> {
    pub(crate) source: &'a str,
    pub(crate) disposition: &'a Disposition,
    /// None for a message of a batch: the batch is what was answered.
    pub(crate) took: Option<Duration>,
}

impl MessageAnswered<'_> {
    pub(crate) fn emit(&self) {
        let disposition = match self.disposition {
            Disposition::Stored(_) => "stored",
            Disposition::NotRelevant => "not_relevant",
            Disposition::Repeated(_) => "repeated",
            Disposition::Quarantined(_) => "quarantined",
            Disposition::Unavailable => "unavailable",
            Disposition::Batch { .. } => "batch",
        };
        counter!("lacteal_intake_messages_total", "source" => self.source.to_owned(), "disposition" => disposition)
            .increment(1);
        if let Some(took) = self.took {
            histogram!("lacteal_intake_answer_seconds").record(took.as_secs_f64());
        }
        if let Disposition::Quarantined(problems) = self.disposition {
            let codes: Vec<_> = problems.iter().map(|problem| problem.code.number()).collect();
            tracing::warn!(source = self.source, ?codes, "message quarantined");
        }
    }
}

/// Other content came under a control id, or a name of FHIR, that was used before.
pub(crate) struct ControlIdReused<'a> {
    pub(crate) source: &'a str,
}

impl ControlIdReused<'_> {
    /// Some senders do it with each message: it is counted and not logged.
    pub(crate) fn emit(&self) {
        counter!("lacteal_intake_control_ids_reused_total", "source" => self.source.to_owned()).increment(1);
    }
}

/// Reports that came before their patient was known have become reports of a patient.
pub(crate) struct HeldCounted {
    pub(crate) reports: usize,
}

impl HeldCounted {
    pub(crate) fn emit(&self) {
        counter!("lacteal_intake_held_reports_counted_total").increment(self.reports as u64);
    }
}

/// A batch was answered.
pub(crate) struct BatchAnswered<'a> {
    pub(crate) source: &'a str,
    pub(crate) outcome: Outcome,
    pub(crate) members: usize,
    pub(crate) refused: usize,
    /// BTS-1 or FTS-1 says another number than came.
    pub(crate) is_miscounted: bool,
    pub(crate) took: Duration,
}

impl BatchAnswered<'_> {
    pub(crate) fn emit(&self) {
        let outcome = match self.outcome {
            Outcome::Accept => "accepted",
            Outcome::Error => "error",
            Outcome::Reject => "refused",
        };
        counter!("lacteal_intake_batches_total", "source" => self.source.to_owned(), "outcome" => outcome)
            .increment(1);
        histogram!("lacteal_intake_batch_answer_seconds").record(self.took.as_secs_f64());
        let (source, members, refused) = (self.source, self.members, self.refused);
        if self.is_miscounted {
            counter!("lacteal_intake_batches_miscounted_total", "source" => source.to_owned()).increment(1);
            tracing::warn!(
                source,
                members,
                "a batch has not as many messages as it says; a part may be lost"
            );
        }
        if self.outcome != Outcome::Accept {
            tracing::warn!(source, members, refused, outcome, "batch not taken as a whole");
        }
    }
}

/// A request to the FHIR endpoint was not taken.
pub(crate) struct FhirRefused {
    pub(crate) status: u16,
}

impl FhirRefused {
    pub(crate) fn emit(&self) {
        counter!("lacteal_intake_fhir_refused_total", "status" => self.status.to_string()).increment(1);
        tracing::debug!(status = self.status, "FHIR request not taken");
    }
}

/// A decision was asked to be recorded.
pub(crate) struct DecisionTaken {
    pub(crate) outcome: &'static str,
}

impl DecisionTaken {
    pub(crate) fn emit(&self) {
        counter!("lacteal_intake_decisions_total", "outcome" => self.outcome).increment(1);
        tracing::info!(outcome = self.outcome, "decision answered");
    }
}

/// A message could not be stored and got no answer.
pub(crate) struct MessageUnanswered<'a> {
    pub(crate) source: &'a str,
}

impl MessageUnanswered<'_> {
    pub(crate) fn emit(&self) {
        counter!("lacteal_intake_unanswered_total", "source" => self.source.to_owned()).increment(1);
        tracing::warn!(source = self.source, "message not stored in time; closing without an answer");
    }
}

/// A connection was not accepted.
pub(crate) struct ConnectionRefused {
    why: &'static str,
}

impl ConnectionRefused {
    pub(crate) fn new(why: &'static str) -> ConnectionRefused {
        ConnectionRefused { why }
    }

    pub(crate) fn emit(&self) {
        counter!("lacteal_intake_connections_refused_total", "why" => self.why).increment(1);
        tracing::warn!(why = self.why, "connection refused");
    }
}

/// A TLS handshake failed.
pub(crate) struct HandshakeFailed {
    pub(crate) peer: std::net::IpAddr,
    pub(crate) why: &'static str,
}

impl HandshakeFailed {
    pub(crate) fn emit(&self) {
        counter!("lacteal_intake_handshakes_failed_total", "why" => self.why).increment(1);
        let (peer, why) = (self.peer, self.why);
        // Load balancers look whether the port is open, every few seconds.
        if why == CONNECTION_LOST {
            tracing::debug!(%peer, why, "TLS handshake failed");
        } else {
            tracing::warn!(%peer, why, "TLS handshake failed");
        }
    }
}

/// A certificate of the MLLP port is in use.
pub(crate) struct CertificateInUse {
    pub(crate) not_after_s: i64,
    pub(crate) now_s: i64,
}

impl CertificateInUse {
    pub(crate) fn emit(&self) {
        // Seconds up to the year 2106; a later one shows as that.
        let shown = u32::try_from(self.not_after_s.max(0)).unwrap_or(u32::MAX);
        gauge!("lacteal_intake_certificate_expires_timestamp_seconds").set(shown);
        let days = (self.not_after_s - self.now_s).div_euclid(24 * 60 * 60);
        if days < CERTIFICATE_WARNING_DAYS {
            tracing::warn!(days, "the certificate of MLLP expires soon, or has expired: renew it");
        }
    }
}

/// The certificates of the MLLP port changed and cannot be used.
pub(crate) struct CertificatesNotRead<'a> {
    pub(crate) error: &'a str,
}

impl CertificatesNotRead<'_> {
    pub(crate) fn emit(&self) {
        counter!("lacteal_intake_certificates_not_read_total").increment(1);
        tracing::warn!(error = self.error, "the changed certificates are not used; the earlier ones stay");
    }
}

/// A connection ended.
pub(crate) struct ConnectionClosed<'a> {
    pub(crate) source: &'a str,
    pub(crate) why: &'static str,
}

impl ConnectionClosed<'_> {
    pub(crate) fn emit(&self) {
        counter!("lacteal_intake_connections_closed_total", "why" => self.why).increment(1);
        tracing::debug!(source = self.source, why = self.why, "connection closed");
    }
}

/// A connection task panicked: a defect, contained to its connection.
pub(crate) struct ConnectionPanicked;

impl ConnectionPanicked {
    pub(crate) fn emit(&self) {
        counter!("lacteal_intake_connection_panics_total").increment(1);
        tracing::error!("a connection ended by a defect of this program");
    }
}

/// How many connections are open.
pub(crate) struct ConnectionsOpen(pub(crate) usize);

impl ConnectionsOpen {
    pub(crate) fn emit(&self) {
        gauge!("lacteal_intake_connections").set(u32::try_from(self.0).unwrap_or(u32::MAX));
    }
}

/// Bytes and frames that were passed over between messages.
pub(crate) struct FramesSkipped<'a> {
    pub(crate) source: &'a str,
    pub(crate) before: Counters,
    pub(crate) after: Counters,
}

impl FramesSkipped<'_> {
    pub(crate) fn emit(&self) {
        let junk_bytes = self.after.junk_bytes - self.before.junk_bytes;
        let restarted = self.after.frames_restarted - self.before.frames_restarted;
        if junk_bytes > 0 {
            counter!("lacteal_intake_junk_bytes_total", "source" => self.source.to_owned())
                .increment(junk_bytes);
            tracing::debug!(source = self.source, junk_bytes, "bytes outside of a message dropped");
        }
        if restarted > 0 {
            counter!("lacteal_intake_frames_restarted_total", "source" => self.source.to_owned())
                .increment(restarted);
        }
    }
}

/// A quarantined message was replayed or discarded.
pub(crate) struct QuarantineResolved<'a> {
    pub(crate) source: &'a str,
    /// Name of the outcome in the API.
    pub(crate) outcome: &'static str,
}

impl QuarantineResolved<'_> {
    pub(crate) fn emit(&self) {
        let outcome = self.outcome.trim_start_matches("OUTCOME_").to_ascii_lowercase();
        tracing::info!(source = self.source, outcome, "quarantined message looked after");
        counter!("lacteal_intake_quarantine_outcomes_total", "source" => self.source.to_owned(), "outcome" => outcome)
            .increment(1);
    }
}

/// A page of stored reports was read again.
pub(crate) struct ReportsReinterpreted {
    pub(crate) examined: u32,
    pub(crate) written: u32,
}

impl ReportsReinterpreted {
    pub(crate) fn emit(&self) {
        counter!("lacteal_intake_reports_reexamined_total").increment(self.examined.into());
        counter!("lacteal_intake_readings_written_total").increment(self.written.into());
        tracing::info!(examined = self.examined, written = self.written, "stored reports read again");
    }
}

/// A source is silent for longer than usual.
pub(crate) struct FeedSilent<'a> {
    pub(crate) source: &'a str,
    pub(crate) silent_s: i64,
    pub(crate) usual_s: i64,
}

impl FeedSilent<'_> {
    pub(crate) fn emit(&self) {
        counter!("lacteal_intake_feed_silences_total", "source" => self.source.to_owned()).increment(1);
        let (source, silent_s, usual_s) = (self.source, self.silent_s, self.usual_s);
        tracing::warn!(source, silent_s, usual_s, "a feed is silent for longer than usual at this hour");
    }
}

/// A source that was silent for longer than usual is heard again.
pub(crate) struct FeedBack<'a> {
    pub(crate) source: &'a str,
    pub(crate) silent_s: i64,
}

impl FeedBack<'_> {
    pub(crate) fn emit(&self) {
        tracing::info!(source = self.source, silent_s = self.silent_s, "a feed is back");
    }
}

/// How a source stands.
pub(crate) struct FeedKnown<'a> {
    pub(crate) source: &'a str,
    pub(crate) is_silent: bool,
    pub(crate) since_s: i64,
}

impl FeedKnown<'_> {
    pub(crate) fn emit(&self) {
        let source = || self.source.to_owned();
        gauge!("lacteal_intake_feed_silent", "source" => source()).set(f64::from(u8::from(self.is_silent)));
        gauge!("lacteal_intake_feed_last_message_seconds", "source" => source())
            .set(u32::try_from(self.since_s).unwrap_or(u32::MAX));
    }
}
