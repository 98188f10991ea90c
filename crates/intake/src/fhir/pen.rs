//! Writes the facts of one resource, each with its identity, version and place.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use lacteal_clinical::fact::EXPRESSION_BYTES_MAX;
use lacteal_clinical::finding::{Attribute, UnreadReason};
use lacteal_clinical::{
    Fact, FactIdentity, Finding, PartialDate, PatientId, Place, Reading, ReportKind, Standing, TextVersion,
    Version,
};
use lacteal_fhir::{
    CodeableConcept, DateTime, DiagnosticReport, Identifier, Identity, Input, Instant, Item, NaturalKey,
    Resource, Terminology,
};

use super::Context;
use crate::codes::Concept;
use crate::meaning::reading;
use crate::relevance::Concern;
use crate::scribe::AHEAD_YEARS;

/// Facts of one resource in the making. Whom they are about is found out at the end, and only when there are any.
pub(crate) struct Pen<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) input: &'a Input,
    pub(crate) item: &'a Item,
    /// Something is stated that matters only for those who are known.
    pub(crate) of_known: bool,
    /// Of whom a text matters.
    pub(crate) text_concern: Concern,
    /// What kind of report states what is written.
    pub(crate) source: ReportKind,
    /// The text that states what is written.
    pub(crate) text: Option<TextVersion>,
    occurrence: u32,
    reported_at_s: i64,
    latest: Date,
    facts: Vec<Fact>,
    repeats: &'a mut HashMap<Vec<u8>, u32>,
    reports: &'a ReportsOf,
}

/// Positions of the reports of a body, by the position of what is among their results.
pub(crate) type ReportsOf = HashMap<usize, Vec<usize>>;

impl<'a> Pen<'a> {
    pub(crate) fn new(
        context: &'a Context<'a>,
        input: &'a Input,
        item: &'a Item,
        occurrence: u32,
        repeats: &'a mut HashMap<Vec<u8>, u32>,
        reports: &'a ReportsOf,
    ) -> Pen<'a> {
        let latest = context.received.to_zoned(TimeZone::UTC).date().saturating_add(1.day());
        // What gives way to all that is known stands as if it were the oldest, whenever it comes.
        let reported_at_s =
            if is_if_none_exist(input, item) { 0 } else { reported_at_s(context, input, item) };
        Pen {
            context,
            input,
            item,
            of_known: false,
            text_concern: Concern::None,
            source: ReportKind::Untold,
            text: None,
            occurrence,
            reported_at_s,
            latest,
            facts: Vec::new(),
            repeats,
            reports,
        }
    }

    /// The reports in the body that have this resource among their results.
    pub(crate) fn reports(&self) -> impl Iterator<Item = &'a DiagnosticReport> + use<'a> {
        let (input, own) = (self.input, self.reports.get(&self.item.index));
        own.into_iter().flatten().filter_map(move |at| match &input.items().get(*at)?.resource {
            Resource::DiagnosticReport(report) => Some(&**report),
            _ => None,
        })
    }

    /// Whether nothing was written.
    pub(crate) fn is_silent(&self) -> bool {
        self.facts.is_empty()
    }

    /// The facts, about this patient.
    pub(crate) fn finish(mut self, patient: PatientId) -> Vec<Fact> {
        for fact in &mut self.facts {
            fact.patient = patient;
        }
        self.facts
    }

    /// What was written so far.
    pub(crate) fn so_far(&self) -> &[Fact] {
        &self.facts
    }

    /// Takes out the last fact that was written.
    pub(crate) fn take_last(&mut self) -> Option<Fact> {
        self.facts.pop()
    }

    /// Writes a fact that was read at a path of the resource.
    pub(crate) fn state(
        &mut self,
        parts: &[&[u8]],
        standing: Standing,
        observed: Option<PartialDate>,
        finding: Finding,
        path: &str,
    ) {
        let reading = reading(&finding);
        self.state_read(parts, standing, observed, finding, reading, path);
    }

    /// Writes a fact that was read at a path of the resource, by a rule.
    pub(crate) fn state_read(
        &mut self,
        parts: &[&[u8]],
        standing: Standing,
        observed: Option<PartialDate>,
        finding: Finding,
        reading: Reading,
        path: &str,
    ) {
        let identity = self.identity(parts);
        let byte = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let name = self.item.resource.type_name();
        let mut expression = if path.is_empty() { name.to_owned() } else { format!("{name}.{path}") };
        if expression.len() > EXPRESSION_BYTES_MAX {
            expression = name.to_owned();
        }
        self.facts.push(Fact {
            patient: PatientId([0; 16]),
            identity,
            version: Version { reported_at: self.reported_at_s, tie: self.context.tie },
            standing,
            observed,
            finding,
            reading,
            report_kind: self.source,
            text: self.text,
            place: Place {
                report: self.context.report,
                segment: name.to_owned(),
                occurrence: self.occurrence,
                field: 0,
                repetition: 0,
                component: 0,
                span_start: byte(self.item.place.span.start),
                span_end: byte(self.item.place.span.end),
                expression,
            },
        });
    }

    /// What makes a statement of the sender the same in a later body.
    pub(crate) fn identity(&self, parts: &[&[u8]]) -> FactIdentity {
        let sender = self.context.sender.map(str::as_bytes);
        FactIdentity::of(sender.into_iter().chain(parts.iter().copied()))
    }

    /// Writes down that something could not be read, so that a person will.
    pub(crate) fn unread(
        &mut self,
        parts: &[&[u8]],
        standing: Standing,
        attribute: Attribute,
        reason: UnreadReason,
        path: &str,
    ) {
        self.state(parts, standing, None, Finding::Unread { attribute, reason }, path);
    }

    /// The date of something that was. One that cannot be is written down as unread under the identity of what it
    /// dates, and a later one that can be takes that back.
    pub(crate) fn date(
        &mut self,
        parts: &[&[u8]],
        standing: Standing,
        attribute: Attribute,
        date: Option<&DateTime>,
        path: &str,
    ) -> Option<PartialDate> {
        self.date_until(self.latest, parts, standing, attribute, date, path)
    }

    /// As [`Pen::date`], of an order or an appointment, which may be yet to come.
    pub(crate) fn day_ahead(
        &mut self,
        parts: &[&[u8]],
        standing: Standing,
        attribute: Attribute,
        date: Option<&DateTime>,
        path: &str,
    ) -> Option<PartialDate> {
        let until = self.latest.saturating_add(AHEAD_YEARS.years());
        self.date_until(until, parts, standing, attribute, date, path)
    }

    fn date_until(
        &mut self,
        latest: Date,
        parts: &[&[u8]],
        standing: Standing,
        attribute: Attribute,
        date: Option<&DateTime>,
        path: &str,
    ) -> Option<PartialDate> {
        let date = date?;
        let read = match date.date() {
            None => Err(UnreadReason::InvalidDate),
            Some(date) if date.is_after(latest) => Err(UnreadReason::FutureDate),
            Some(date) => Ok(date),
        };
        let parts = [parts, &[b"date"]].concat();
        match read {
            Err(reason) => self.unread(&parts, standing, attribute, reason, path),
            Ok(_) if matches!(standing, Standing::Preliminary | Standing::Final) => {}
            Ok(_) => self.unread(&parts, Standing::Deleted, attribute, UnreadReason::InvalidDate, path),
        }
        read.ok()
    }

    /// As [`Pen::date`], where a date must be.
    pub(crate) fn required_date(
        &mut self,
        parts: &[&[u8]],
        standing: Standing,
        attribute: Attribute,
        date: Option<&DateTime>,
        path: &str,
    ) -> Option<PartialDate> {
        if date.is_none() && standing.counts() {
            let parts = [parts, &[b"date"]].concat();
            self.unread(&parts, standing, attribute, UnreadReason::Empty, path);
        }
        self.date(parts, standing, attribute, date, path)
    }

    /// Whether a day is one that can have been.
    pub(crate) fn has_been(&self, date: PartialDate) -> bool {
        !date.is_after(self.latest)
    }

    /// What tells this resource from others: its business identifier, else its id; else, within this body only, its
    /// place.
    pub(crate) fn key(&self) -> Vec<u8> {
        let own = self.input.key_of(self.item);
        own.map(|key| key_bytes(&key)).unwrap_or_else(|| {
            [b"place\x1f", &self.context.report.0[..], &self.item.index.to_be_bytes()].concat()
        })
    }

    /// Whether the resource can be known again when it comes alone.
    pub(crate) fn has_lasting_key(&self) -> bool {
        let own = self.input.key_of(self.item);
        own.is_some_and(|key| !matches!(key.identity, Identity::Urn(_)))
    }

    /// The repetition of an identity within the body, from 0.
    pub(crate) fn repetition(&mut self, parts: &[&[u8]]) -> u32 {
        let count = self.repeats.entry(parts.join(&0x1F)).or_insert(0);
        *count += 1;
        *count - 1
    }

    /// Name of a code system in the table.
    pub(crate) fn system(&self, uri: &str) -> String {
        let known = match Terminology::from_uri(uri) {
            Some(Terminology::Loinc) => "LN",
            Some(Terminology::Snomed) => "SCT",
            Some(Terminology::Icd10Cm) => "I10C",
            Some(Terminology::Icd10 | Terminology::Icd10Gm) => "I10",
            Some(Terminology::IcdO3 | Terminology::IcdO3Topography | Terminology::IcdO3Morphology) => "ICDO3",
            _ => uri,
        };
        self.context.codes.system(known).into_owned()
    }

    /// What the first code of a concept that is in the table stands for, with that code and its position.
    pub(crate) fn concept<'c>(&self, concept: &'c CodeableConcept) -> Option<(&'c str, &'a Concept)> {
        concept.coding.iter().find_map(|coding| {
            let (system, code) = (coding.system.as_deref()?, coding.code.as_deref()?);
            Some((code, self.context.codes.concept(&self.system(system), code)?))
        })
    }
}

/// An identifier of type FILL: the number by which HL7 v2 knows a result.
pub(crate) fn filler(identifiers: &[Identifier]) -> Option<&str> {
    of_kind(identifiers, "FILL")
}

/// The number of an identifier of this type (v2 table 0203).
pub(crate) fn of_kind<'i>(identifiers: &'i [Identifier], kind: &str) -> Option<&'i str> {
    let is = |it: &&Identifier| {
        it.kind.as_ref().is_some_and(|concept| concept.has(Terminology::V2IdentifierType, kind))
    };
    identifiers.iter().find(is)?.value.as_deref().map(str::trim).filter(|it| !it.is_empty())
}

pub(crate) fn key_bytes(key: &NaturalKey) -> Vec<u8> {
    let parts: [&str; 4] = match &key.identity {
        Identity::Business { system, value } => {
            ["identifier", &key.resource_type, system.as_deref().unwrap_or_default(), value]
        }
        Identity::Literal { base, id } => ["id", &key.resource_type, base.as_deref().unwrap_or_default(), id],
        Identity::Urn(urn) => ["urn", &key.resource_type, "", urn],
    };
    parts.join("\x1f").into_bytes()
}

/// Whether the resource is to be taken only where it is not known yet.
fn is_if_none_exist(input: &Input, item: &Item) -> bool {
    let entries = input.bundle.iter().filter(|it| it.kind.has_requests()).flat_map(|it| &it.entries);
    let mut own = entries.filter(|it| it.item == Some(item.index)).filter_map(|it| it.request.as_ref());
    own.any(|request| request.if_none_exist.is_some())
}

/// When this version was reported: the later of `issued` and `meta.lastUpdated`; else the time of the bundle; else the
/// time at which it came, which is what a FHIR server would write there.
fn reported_at_s(context: &Context<'_>, input: &Input, item: &Item) -> i64 {
    let of = |instant: &Instant| instant_of(context, instant.as_date_time());
    let issued = match &item.resource {
        Resource::Observation(it) => it.issued.as_ref(),
        Resource::DiagnosticReport(it) => it.issued.as_ref(),
        _ => None,
    };
    let updated = item.resource.meta().and_then(|meta| meta.last_updated.as_ref());
    let own = [issued, updated].into_iter().flatten().filter_map(of).max();
    let bundle = || input.bundle.as_ref()?.timestamp.as_ref().and_then(of);
    let received_s = context.received.as_second();
    // A clock that runs ahead must not shut out every correction until then.
    own.or_else(bundle).unwrap_or(received_s).min(received_s.saturating_add(24 * 60 * 60))
}

/// The point in time, in the zone of the source when the text names none.
fn instant_of(context: &Context<'_>, time: &DateTime) -> Option<i64> {
    let at = time.instant().or_else(|| {
        let civil: jiff::civil::DateTime = time.as_str().parse().ok()?;
        let zoned: Option<Timestamp> = context.source.zone.to_ambiguous_timestamp(civil).compatible().ok();
        zoned
    });
    at.map(Timestamp::as_second)
}
