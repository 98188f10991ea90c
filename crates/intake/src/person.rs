//! Who a message is about: identifiers in PID-3 and MRG-1, and what PID says about the person.

use lacteal_clinical::finding::{Attribute, Sex};
use lacteal_clinical::{Finding, PatientId, PseudonymKey, RecordNumber, Standing};
use lacteal_hl7::{AckError, ErrorCode, Segment, Severity, Value};

use crate::config::Source;
use crate::scribe::Scribe;

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
/// before others, and then the first authority in the order of the alphabet, so that the order in which a
/// sender lists them does not make another patient.
pub(crate) fn identify<'a>(
    list: &Value<'a>,
    source: &Source,
    identity: &Identity,
) -> Result<Named<'a>, AckError> {
    let mut best: Option<(Rank, Named<'a>)> = None;
    for value in list.repetitions() {
        let Some((rank, named)) = candidate(value, source, identity)? else { continue };
        if best.as_ref().is_none_or(|(known, _)| rank < *known) {
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

/// Smaller is better.
type Rank = (usize, bool, String);

fn candidate<'a>(
    value: Value<'a>,
    source: &Source,
    identity: &Identity,
) -> Result<Option<(Rank, Named<'a>)>, AckError> {
    let text = |value: Value<'a>| value.trimmed().map_err(|error| error.ack_error());
    let Some(number) = text(value.component(1))? else { return Ok(None) };
    let authority = match text(value.component(4).subcomponent(1))? {
        Some(authority) => authority.into_owned(),
        None => match &source.authority {
            Some(authority) => authority.clone(),
            None => return Ok(None),
        },
    };
    let wanted = match identity.authorities.iter().position(|known| *known == authority) {
        Some(position) => position,
        None if identity.authorities.is_empty() => 0,
        None => return Ok(None),
    };
    let is_record_number = text(value.component(5))?.is_none_or(|kind| kind.eq_ignore_ascii_case("MR"));
    let number = RecordNumber::new(&authority, &number).map_err(|_| AckError {
        location: Some(value.location()),
        code: ErrorCode::DataType,
        severity: Severity::Error,
        text: "patient identifier or its assigning authority is too long".into(),
    })?;
    let id = identity.key.pseudonym(&number);
    Ok(Some(((wanted, !is_record_number, authority), Named { id, number, value })))
}

/// Writes what PID says about the person. Returns whether it withdraws a death, which matters only for a
/// patient who is known.
pub(crate) fn describe(scribe: &mut Scribe<'_>, pid: Segment<'_>, named: &Named<'_>) -> bool {
    let plain = scribe.plain();
    let number = Finding::RecordNumber(named.number.clone());
    let parts: &[&[u8]] = &[b"record", named.number.authority().as_bytes(), named.number.number().as_bytes()];
    scribe.state(parts, plain, None, number, &named.value);

    let born = pid.field(7);
    if let Some(date) = scribe.date(&[b"born"], plain, Attribute::BirthDate, &born) {
        scribe.state(&[b"born"], plain, None, Finding::BirthDate(date), &born);
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
    }
    death(scribe, pid)
}

/// PID-29 and PID-30. A `Y` or a date says dead; an `N` or an explicit null takes an earlier word back.
fn death(scribe: &mut Scribe<'_>, pid: Segment<'_>) -> bool {
    let (date, indicator) = (pid.field(29), pid.field(30));
    let plain = scribe.plain();
    let says_dead = indicator.raw().eq_ignore_ascii_case(b"Y");
    if says_dead || date.present().is_some() {
        let on = scribe.date(&[b"death"], plain, Attribute::Death, &date);
        let value = if says_dead { indicator } else { date };
        // Without a readable date nothing but the indicator says that somebody died.
        if says_dead || on.is_some() {
            scribe.state(&[b"death"], plain, on, Finding::Death { date: on }, &value);
        }
        return false;
    }
    let alive = indicator.raw().eq_ignore_ascii_case(b"N") || indicator.is_null();
    if alive || date.is_null() {
        let weight = crate::scribe::Weight { standing: Standing::Deleted, ..plain };
        let value = if alive { indicator } else { date };
        scribe.state(&[b"death"], weight, None, Finding::Death { date: None }, &value);
        return true;
    }
    false
}

/// Writes a death that PV1-36 states: discharge disposition expired (HL7 table 0112: 20, and 40 to 42).
pub(crate) fn discharged_dead(scribe: &mut Scribe<'_>, pv1: Segment<'_>) {
    let disposition = pv1.field(36);
    if matches!(disposition.component(1).raw(), b"20" | b"40" | b"41" | b"42") {
        let plain = scribe.plain();
        let on = scribe.date(&[b"death"], plain, Attribute::Death, &pv1.field(45));
        scribe.state(&[b"death"], plain, on, Finding::Death { date: on }, &disposition);
    }
}
