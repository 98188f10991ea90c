//! Facts, dates and places, between `clinical` and protobuf.

use lacteal_clinical as clinical;
use lacteal_clinical::fact::EXPRESSION_BYTES_MAX;
use lacteal_clinical::reading::{Certainty, RULE_BYTES_MAX, Reading, SENTENCE_BYTES_MAX};
use lacteal_clinical::{
    FactIdentity, PatientId, RecordNumber, ReportKey, ReportKind, Standing, TextVersion, Version,
};

use crate::error::{invalid, missing, sixteen};
use crate::{Error, event};

/// A fact as an event.
pub fn fact(fact: &clinical::Fact) -> event::Fact {
    event::Fact {
        patient: fact.patient.0.to_vec(),
        identity: fact.identity.0.to_vec(),
        reported_at_s: fact.version.reported_at,
        tie: fact.version.tie.to_vec(),
        standing: standing(fact.standing) as i32,
        observed: fact.observed.as_ref().map(date),
        place: Some(place(&fact.place)),
        finding: Some(crate::finding::finding(&fact.finding)),
        reading: reading(&fact.reading),
        report_kind: report_kind(fact.report_kind) as i32,
        text: fact.text.as_ref().map(text),
        taken_back: false,
    }
}

/// A fact out of an event.
///
/// # Errors
/// When a field is missing or holds what it cannot hold.
pub fn read_fact(fact: &event::Fact) -> Result<clinical::Fact, Error> {
    Ok(clinical::Fact {
        patient: patient(&fact.patient, "fact.patient")?,
        identity: FactIdentity(sixteen(&fact.identity, "fact.identity")?),
        version: Version { reported_at: fact.reported_at_s, tie: sixteen(&fact.tie, "fact.tie")? },
        standing: read_standing(fact.standing())?,
        observed: fact.observed.as_ref().map(read_date).transpose()?,
        finding: crate::finding::read_finding(fact.finding.as_ref().ok_or_else(|| missing("fact.finding"))?)?,
        reading: fact.reading.as_ref().map_or(Ok(Reading::Coded), read_reading)?,
        report_kind: read_report_kind(fact.report_kind)?,
        text: fact.text.as_ref().map(read_text).transpose()?,
        place: read_place(fact.place.as_ref().ok_or_else(|| missing("fact.place"))?)?,
    })
}

/// A patient's pseudonym out of 16 bytes.
///
/// # Errors
/// When there are more or fewer.
pub fn patient(bytes: &[u8], field: &'static str) -> Result<PatientId, Error> {
    sixteen(bytes, field).map(PatientId)
}

fn standing(standing: Standing) -> event::Standing {
    match standing {
        Standing::Preliminary => event::Standing::Preliminary,
        Standing::Final => event::Standing::Final,
        Standing::Corrected => event::Standing::Corrected,
        Standing::Deleted => event::Standing::Deleted,
        Standing::WrongPatient => event::Standing::Wrong,
        Standing::NotAvailable => event::Standing::NotAvailable,
    }
}

fn read_standing(standing: event::Standing) -> Result<Standing, Error> {
    Ok(match standing {
        event::Standing::Preliminary => Standing::Preliminary,
        event::Standing::Final => Standing::Final,
        event::Standing::Corrected => Standing::Corrected,
        event::Standing::Deleted => Standing::Deleted,
        event::Standing::Wrong => Standing::WrongPatient,
        event::Standing::NotAvailable => Standing::NotAvailable,
        event::Standing::Unspecified => return Err(invalid("fact.standing")),
    })
}

fn report_kind(kind: ReportKind) -> event::ReportKind {
    match kind {
        ReportKind::Untold => event::ReportKind::Unspecified,
        ReportKind::Clinic => event::ReportKind::Clinic,
        ReportKind::Imaging => event::ReportKind::Imaging,
        ReportKind::Pathology => event::ReportKind::Pathology,
    }
}

fn read_report_kind(kind: i32) -> Result<ReportKind, Error> {
    match event::ReportKind::try_from(kind) {
        Ok(event::ReportKind::Unspecified) => Ok(ReportKind::Untold),
        Ok(event::ReportKind::Clinic) => Ok(ReportKind::Clinic),
        Ok(event::ReportKind::Imaging) => Ok(ReportKind::Imaging),
        Ok(event::ReportKind::Pathology) => Ok(ReportKind::Pathology),
        Err(_) => Err(invalid("fact.report_kind")),
    }
}

fn text(text: &TextVersion) -> event::TextVersion {
    event::TextVersion {
        text: text.text.0.to_vec(),
        standing: standing(text.standing) as i32,
        is_whole: text.is_whole,
    }
}

fn read_text(text: &event::TextVersion) -> Result<TextVersion, Error> {
    Ok(TextVersion {
        text: FactIdentity(sixteen(&text.text, "text.text")?),
        standing: read_standing(text.standing())?,
        is_whole: text.is_whole,
    })
}

fn reading(reading: &Reading) -> Option<event::Reading> {
    let Reading::Text { rule, certainty, sentence } = reading else { return None };
    let certainty = match certainty {
        Certainty::Stated => event::Certainty::Stated,
        Certainty::Uncertain => event::Certainty::Uncertain,
    };
    Some(event::Reading { rule: rule.clone(), certainty: certainty as i32, sentence: sentence.clone() })
}

fn read_reading(reading: &event::Reading) -> Result<Reading, Error> {
    let certainty = match reading.certainty() {
        event::Certainty::Stated => Certainty::Stated,
        event::Certainty::Uncertain => Certainty::Uncertain,
        event::Certainty::Unspecified => return Err(invalid("reading.certainty")),
    };
    if reading.rule.is_empty() || reading.rule.len() > RULE_BYTES_MAX {
        return Err(invalid("reading.rule"));
    }
    let sentence_fits = reading
        .sentence
        .as_ref()
        .is_none_or(|it| certainty == Certainty::Uncertain && it.len() <= SENTENCE_BYTES_MAX);
    if !sentence_fits {
        return Err(invalid("reading.sentence"));
    }
    Ok(Reading::Text { rule: reading.rule.clone(), certainty, sentence: reading.sentence.clone() })
}

/// A date as an event.
pub fn date(date: &clinical::PartialDate) -> event::PartialDate {
    let part = |part: Option<i8>| part.map_or(0, |part| part.unsigned_abs().into());
    event::PartialDate {
        year: date.year().unsigned_abs().into(),
        month: part(date.month()),
        day: part(date.day()),
    }
}

/// A date out of an event.
///
/// # Errors
/// When it is not in the calendar.
pub fn read_date(date: &event::PartialDate) -> Result<clinical::PartialDate, Error> {
    let refused = || invalid("date");
    let part = |part: u32| match part {
        0 => Ok(None),
        part => i8::try_from(part).map(Some).map_err(|_| refused()),
    };
    let year = i16::try_from(date.year).map_err(|_| refused())?;
    clinical::PartialDate::new(year, part(date.month)?, part(date.day)?).map_err(|_| refused())
}

fn place(place: &clinical::Place) -> event::Place {
    event::Place {
        report: place.report.0.to_vec(),
        segment: place.segment.clone(),
        occurrence: place.occurrence,
        field: place.field.into(),
        repetition: place.repetition.into(),
        component: place.component.into(),
        span_start: place.span_start,
        span_end: place.span_end,
        expression: place.expression.clone(),
    }
}

fn read_place(place: &event::Place) -> Result<clinical::Place, Error> {
    let number = |number: u32| u16::try_from(number).map_err(|_| invalid("place"));
    if place.expression.len() > EXPRESSION_BYTES_MAX {
        return Err(invalid("place.expression"));
    }
    Ok(clinical::Place {
        report: ReportKey(sixteen(&place.report, "place.report")?),
        segment: place.segment.clone(),
        occurrence: place.occurrence,
        field: number(place.field)?,
        repetition: number(place.repetition)?,
        component: number(place.component)?,
        span_start: place.span_start,
        span_end: place.span_end,
        expression: place.expression.clone(),
    })
}

/// A record number as an event.
pub fn record_number(number: &RecordNumber) -> event::RecordNumber {
    event::RecordNumber { authority: number.authority().to_owned(), number: number.number().to_owned() }
}

/// A record number out of an event.
///
/// # Errors
/// When a part is empty or too long.
pub fn read_record_number(number: &event::RecordNumber) -> Result<RecordNumber, Error> {
    RecordNumber::new(&number.authority, &number.number).map_err(|_| invalid("record_number"))
}
