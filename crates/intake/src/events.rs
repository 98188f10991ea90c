//! What intake tells operators: one type an event, with its metric and its log line. No content, no ids.

use std::time::Duration;

use lacteal_hl7::mllp::Counters;
use metrics::{counter, gauge, histogram};

use crate::receive::Disposition;

/// A message was answered.
pub(crate) struct MessageAnswered<'a> {
    pub(crate) source: &'a str,
    pub(crate) disposition: &'a Disposition,
    pub(crate) took: Duration,
}

impl MessageAnswered<'_> {
    pub(crate) fn emit(&self) {
        let disposition = match self.disposition {
            Disposition::Stored(_) => "stored",
            Disposition::NotRelevant => "not_relevant",
            Disposition::Repeated(_) => "repeated",
            Disposition::Quarantined(_) => "quarantined",
            Disposition::Unavailable => "unavailable",
        };
        counter!("lacteal_intake_messages_total", "source" => self.source.to_owned(), "disposition" => disposition)
            .increment(1);
        histogram!("lacteal_intake_answer_seconds").record(self.took.as_secs_f64());
        if let Disposition::Quarantined(problems) = self.disposition {
            let codes: Vec<_> = problems.iter().map(|problem| problem.code.number()).collect();
            tracing::warn!(source = self.source, ?codes, "message quarantined");
        }
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
