//! What intake writes into its stream: reports, receipts and quarantined messages, as events.

use bytes::Bytes;
use lacteal_clinical::PatientId;
use lacteal_hl7::{AckError, Message};
use lacteal_wire::event;

use crate::config::Source;
use crate::interpret::{INTERPRETATION_VERSION, Understood};
use crate::receive::{Incoming, Refused};

/// Readings of one report under one version of the interpretation, by other tables of codes or settings.
const READINGS_PER_VERSION: u32 = 1_000;

/// The version of a report's first reading: 1 by the first interpretation, 1 001 by the second.
pub(crate) const FIRST_READING: u32 = (INTERPRETATION_VERSION - 1) * READINGS_PER_VERSION + 1;

/// The version of a reading that takes the place of one of this version: always a higher one, also when only the
/// site's codes have changed.
pub(crate) fn reading_after(version: u32) -> u32 {
    version.saturating_add(1).max(FIRST_READING)
}

/// What a message or body says of itself.
pub(crate) struct Told {
    /// Message type and trigger, such as `ORU^R01`, or the kind of a FHIR body.
    pub(crate) message_type: String,
    /// Character set by which it was decoded.
    pub(crate) charset: String,
}

impl Told {
    pub(crate) fn by(message: &Message) -> Told {
        let kind = message.header().message_type();
        Told {
            message_type: kind.map(|kind| format!("{}^{}", kind.code, kind.trigger)).unwrap_or_default(),
            charset: message.charset().map(|charset| charset.name().to_owned()).unwrap_or_default(),
        }
    }
}

/// The report about one patient of a message. The bytes are in the report of `holder` only.
pub(crate) fn report(
    source: &Source,
    told: &Told,
    incoming: &Incoming,
    one: &Understood,
    holder: Option<PatientId>,
    reused: bool,
) -> event::Report {
    let holds_raw = holder == Some(one.patient);
    event::Report {
        key: incoming.key.0.to_vec(),
        patient: one.patient.0.to_vec(),
        source: source.name.clone(),
        message_type: told.message_type.clone(),
        raw_sha256: incoming.sha256.to_vec(),
        raw: if holds_raw { incoming.bytes.clone() } else { Bytes::new() },
        charset: told.charset.clone(),
        interpretation_version: FIRST_READING,
        facts: one.facts.iter().map(lacteal_wire::fact).collect(),
        raw_in: holder.filter(|_| !holds_raw).map(|holder| holder.0.to_vec()).unwrap_or_default(),
        control_id_reused: reused,
        received_at_s: incoming.received.as_second(),
        client: incoming.client.clone(),
    }
}

pub(crate) fn problem(error: &AckError) -> event::Problem {
    event::Problem {
        code: error.code.number().into(),
        location: error.location.map(|location| location.to_string()).unwrap_or_default(),
        text: error.text.clone().into_owned(),
    }
}

/// What remains of a message that is not kept.
pub(crate) fn receipt(incoming: &Incoming, reason: &str) -> event::Receipt {
    event::Receipt { raw_sha256: incoming.sha256.to_vec(), reason: reason.to_owned() }
}

/// A message that was refused, with its bytes.
pub(crate) fn quarantined(source: &Source, incoming: &Incoming, refused: &Refused) -> event::Quarantined {
    event::Quarantined {
        source: source.name.clone(),
        raw_sha256: incoming.sha256.to_vec(),
        raw: incoming.bytes.clone(),
        problems: refused.problems.iter().map(problem).collect(),
        patient: refused.names.map(|patient| patient.0.to_vec()).unwrap_or_default(),
        sent_bytes: refused.sent_bytes,
        client: incoming.client.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_reading_has_a_higher_version_whatever_has_changed() {
        assert_eq!(reading_after(FIRST_READING), FIRST_READING + 1);
        assert_eq!(reading_after(FIRST_READING + 1), FIRST_READING + 2);
        // A reading by an older program.
        assert_eq!(reading_after(FIRST_READING - 1), FIRST_READING);
    }
}
