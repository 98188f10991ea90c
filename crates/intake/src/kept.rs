//! What intake writes into its stream: reports, receipts and quarantined messages, as events.

use bytes::Bytes;
use lacteal_clinical::PatientId;
use lacteal_hl7::{AckError, Message};
use lacteal_wire::event;

use crate::config::Source;
use crate::interpret::{INTERPRETATION_VERSION, Understood};
use crate::receive::Incoming;

/// The report about one patient of a message. The bytes are in the report of `holder` only.
pub(crate) fn report(
    source: &Source,
    message: &Message,
    incoming: &Incoming,
    one: &Understood,
    holder: Option<PatientId>,
    reused: bool,
) -> event::Report {
    let holds_raw = holder == Some(one.patient);
    let kind = message.header().message_type();
    event::Report {
        key: incoming.key.0.to_vec(),
        patient: one.patient.0.to_vec(),
        source: source.name.clone(),
        message_type: kind.map(|kind| format!("{}^{}", kind.code, kind.trigger)).unwrap_or_default(),
        raw_sha256: incoming.sha256.to_vec(),
        raw: if holds_raw { incoming.bytes.clone() } else { Bytes::new() },
        charset: message.charset().map(|charset| charset.name().to_owned()).unwrap_or_default(),
        interpretation_version: INTERPRETATION_VERSION,
        facts: one.facts.iter().map(lacteal_wire::fact).collect(),
        raw_in: holder.filter(|_| !holds_raw).map(|holder| holder.0.to_vec()).unwrap_or_default(),
        control_id_reused: reused,
    }
}

fn problem(error: &AckError) -> event::Problem {
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
pub(crate) fn quarantined(source: &Source, incoming: &Incoming, problems: &[AckError]) -> event::Quarantined {
    event::Quarantined {
        source: source.name.clone(),
        raw_sha256: incoming.sha256.to_vec(),
        raw: incoming.bytes.to_vec(),
        problems: problems.iter().map(problem).collect(),
    }
}
