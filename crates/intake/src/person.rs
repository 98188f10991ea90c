//! Who a message is about: identifiers in PID-3 and MRG-1, and what PID says about the person.

use lacteal_clinical::finding::{Attribute, Sex, UnreadReason};
use lacteal_clinical::{Finding, PatientId, PseudonymKey, RecordNumber, Standing};
use lacteal_hl7::{AckError, ErrorCode, Message, ProcessingId, Segment, Severity, Value};

use crate::config::{Processing, Source};
use crate::relevance::Concern;
use crate::scribe::{Scribe, Weight};
use crate::when::civil_date;

/// How patients are recognised.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Secret key of the pseudonyms.
    pub key: PseudonymKey,
    /// Assigning authorities whose numbers identify a patient, most wanted first. Empty: any.
    pub authorities: Vec<String>,
}

/// A patient as a message names one.
pub(crate) struct Named<'a> {
    pub(crate) id: PatientId,
    pub(crate) number: RecordNumber,
    pub(crate) value: Value<'a>,
}

/// Finds the identifier by which we know the patient in a list of identifiers (CX).
///
/// Of several, that of the most wanted authority is taken; without a list, a medical record number (CX.5 MR)
/// before others, and then the first authority and number in the order of the alphabet, so that the order in
/// which a sender lists them does not make another patient.
pub(crate) fn identify<'a>(
    list: &Value<'a>,
    source: &Source,
    identity: &Identity,
) -> Result<Named<'a>, AckError> {
    let mut best: Option<(Rank, Named<'a>)> = None;
    for value in list.repetitions() {
        let Some((rank, named)) = candidate(value, source, identity)? else { continue };
        if best.as_ref().is_none_or(|(known, best)| (rank, &named.number) < (*known, &best.number)) {
            best = Some((rank, named));
        }
    }
    best.map(|(_, named)| named).ok_or_else(|| AckError {
        location: Some(list.location()),
        code: ErrorCode::RequiredFieldMissing,
        severity: Severity::Error,
        text:
            "no usable patient identifier: a number with its assigning authority is needed, of an authority \
               that is configured"
                .into(),
    })
}

/// The one patient that a refused message names, when that can be told without guessing: charset and version are
/// known, the message is no test, and each of its PID segments names the same patient. Pure.
pub(crate) fn named_alone(message: &Message, source: &Source, identity: &Identity) -> Option<PatientId> {
    let header = message.header();
    let is_readable = message.charset().is_ok() && header.version().is_ok_and(|version| version.major == 2);
    let is_meant = source.processing == Processing::Production
        && matches!(header.processing_id(), ProcessingId::Production | ProcessingId::Absent);
    if !is_readable || !is_meant {
        return None;
    }
    let mut named = message.segments_named("PID").map(|pid| {
        let found = identify(&pid.field(3), source, identity);
        found.ok().map(|named| named.id)
    });
    let first = named.next()??;
    named.all(|other| other == Some(first)).then_some(first)
}

/// Smaller is better, and the smaller number of two alike.
type Rank = (usize, bool);

fn candidate<'a>(
    value: Value<'a>,
    source: &Source,
    identity: &Identity,
) -> Result<Option<(Rank, Named<'a>)>, AckError> {
    let text = |value: Value<'a>| value.trimmed().map_err(|error| error.ack_error());
    let Some(number) = text(value.component(1))? else { return Ok(None) };
    // HD: a local name, or else a universal id. The authority of the source stands in only for neither.
    let assigned = value.component(4);
    let named = match text(assigned.subcomponent(1))? {
        Some(local) => Some(local),
        None => text(assigned.subcomponent(2))?,
    };
    let Some(authority) = named.as_deref().or(source.authority.as_deref()) else {
        return Ok(None);
    };
    // What a source says of itself goes before what holds for all.
    let known = if source.authorities.is_empty() { &identity.authorities } else { &source.authorities };
    let wanted = match known.iter().position(|known| known == authority) {
        Some(position) => position,
        None if known.is_empty() => 0,
        None => return Ok(None),
    };
    let is_record_number = text(value.component(5))?.is_none_or(|kind| kind.eq_ignore_ascii_case("MR"));
    let number = RecordNumber::new(authority, &number).map_err(|_| AckError {
        location: Some(value.location()),
        code: ErrorCode::DataType,
        severity: Severity::Error,
        text: "patient identifier or its assigning authority is too long or holds control characters".into(),
    })?;
    let id = identity.key.pseudonym(&number);
    Ok(Some(((wanted, !is_record_number), Named { id, number, value })))
}

/// What a message does with a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Discharge {
    /// Nothing that tells of a death.
    None,
    /// The patient left (A03).
    Left,
    /// That the patient left is taken back (A13).
    Cancelled,
}

/// Writes what PID says about the person, and PV1 of a discharge about a death. What is taken back matters only for
/// a patient who is known.
pub(crate) fn describe(
    scribe: &mut Scribe<'_>,
    pid: Segment<'_>,
    named: &Named<'_>,
    (discharge, visit): (Discharge, Option<Segment<'_>>),
) {
    let plain = scribe.plain();
    let number = Finding::RecordNumber(named.number.clone());
    let parts: &[&[u8]] = &[b"record", named.number.authority().as_bytes(), named.number.number().as_bytes()];
    scribe.state(parts, plain, None, number, &named.value);

    // The explicit null deletes what this sender said before; an empty field changes nothing.
    let deleted = Weight { standing: Standing::Deleted, ..plain };
    let born = pid.field(7);
    match civil_date(&born, scribe.envelope().latest) {
        Ok(Some(date)) => scribe.state(&[b"born"], plain, None, Finding::BirthDate(date), &born),
        Ok(None) if born.is_null() => {
            scribe.unread(&[b"born"], deleted, Attribute::BirthDate, UnreadReason::Empty, &born);
            scribe.matters(Concern::OfKnown);
        }
        Ok(None) => {}
        Err(reason) => scribe.unread(&[b"born"], plain, Attribute::BirthDate, reason, &born),
    }
    let sex = pid.field(8);
    if let Some(code) = sex.component(1).present() {
        let finding = match code.raw() {
            b"F" | b"f" => Sex::Female,
            b"M" | b"m" => Sex::Male,
            b"O" | b"o" | b"A" | b"a" => Sex::Other,
            _ => Sex::Unknown,
        };
        scribe.state(&[b"sex"], plain, None, Finding::Sex(finding), &sex);
    } else if sex.is_null() {
        scribe.state(&[b"sex"], deleted, None, Finding::Sex(Sex::Unknown), &sex);
        scribe.matters(Concern::OfKnown);
    }
    death(scribe, pid, discharge, visit);
}

const DEATH: &[&[u8]] = &[b"death"];

/// PID-29, PID-30 and the disposition of a discharge (PV1-36). A `Y`, a date or a patient who left as expired
/// says dead; an `N`, an explicit null or a discharge that is cancelled takes an earlier word back.
///
/// A discharge as expired counts against an `N` of the same message: many systems send that `N` by default. A
/// cancelled discharge counts only where PID does not say dead.
fn death(scribe: &mut Scribe<'_>, pid: Segment<'_>, discharge: Discharge, visit: Option<Segment<'_>>) {
    let (date, indicator) = (pid.field(29), pid.field(30));
    let letter = indicator.component(1).raw().trim_ascii();
    let left = visit.filter(|_| discharge == Discharge::Left);
    let expired = left.map(|pv1| (pv1.field(36), pv1.field(45))).filter(|(left_as, _)| is_expired(left_as));
    let said = Some(indicator).filter(|_| letter.eq_ignore_ascii_case(b"Y"));
    let said = said.or_else(|| expired.map(|(left_as, _)| left_as));
    let plain = scribe.plain();
    if said.is_some() || date.present().is_some() {
        let dated = date.present().or_else(|| expired.map(|(_, left_at)| left_at)).unwrap_or(date);
        let on = scribe.date(DEATH, plain, Attribute::Death, &dated);
        // Without a readable date nothing but these words says that somebody died.
        if let Some(value) = said.or_else(|| on.map(|_| date)) {
            scribe.state(DEATH, plain, on, Finding::Death { date: on }, &value);
        }
        return;
    }
    let alive = letter.eq_ignore_ascii_case(b"N") || indicator.is_null();
    if alive || date.is_null() || discharge == Discharge::Cancelled {
        let weight = Weight { standing: Standing::Deleted, ..plain };
        let value = if alive || !date.is_null() { indicator } else { date };
        scribe.state(DEATH, weight, None, Finding::Death { date: None }, &value);
        date_is_read(scribe, &value);
        scribe.matters(Concern::OfKnown);
    }
}

/// Takes back that the date of death could not be read.
fn date_is_read(scribe: &mut Scribe<'_>, value: &Value<'_>) {
    let weight = Weight { standing: Standing::Deleted, ..scribe.plain() };
    scribe.unread(&[b"death", b"date"], weight, Attribute::Death, UnreadReason::InvalidDate, value);
}

/// Whether a discharge disposition is one of the expired (HL7 table 0112: 20, and 40 to 42).
fn is_expired(disposition: &Value<'_>) -> bool {
    matches!(disposition.component(1).raw().trim_ascii(), b"20" | b"40" | b"41" | b"42")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SourceConfig;
    use lacteal_clinical::PseudonymKey;
    use lacteal_hl7::Limits;

    fn named(segments: &[&str]) -> Option<bool> {
        let message = Message::parse(segments.join("\r").into_bytes().into(), &Limits::default()).unwrap();
        let identity = Identity { key: PseudonymKey::from_bytes(&[7; 32]).unwrap(), authorities: Vec::new() };
        let source = Source::new(&SourceConfig::default()).unwrap();
        let first = identity.key.pseudonym(&RecordNumber::new("NORTH", "1").unwrap());
        named_alone(&message, &source, &identity).map(|patient| patient == first)
    }

    const MSH: &str = "MSH|^~\\&|PATH|NORTH|LACTEAL|NET|20240610120000||ORU|M1|P|2.5.1";

    #[test]
    fn a_refused_message_names_its_patient_only_when_all_of_it_does() {
        let (one, other) = ("PID|1||1^^^NORTH^MR", "PID|2||2^^^NORTH^MR");
        assert_eq!(named(&[MSH, one]), Some(true));
        assert_eq!(named(&[MSH, one, "OBX|1", one]), Some(true));
        assert_eq!(named(&[MSH, one, other]), None);
        assert_eq!(named(&[MSH, one, "PID|2||"]), None, "another may be meant");
        assert_eq!(named(&[MSH]), None);
    }

    #[test]
    fn a_test_or_what_cannot_be_decoded_names_nobody() {
        let one = "PID|1||1^^^NORTH^MR";
        for (was, is) in [("|P|", "|T|"), ("|P|", "|D|"), ("|2.5.1", "|3.0"), ("|2.5.1", "|2.5.1||||||X")] {
            assert_eq!(named(&[&MSH.replace(was, is), one]), None, "{is}");
        }
        assert_eq!(named(&[&MSH.replace("|M1|", "||"), one]), Some(true), "no control id hides no patient");
    }
}
