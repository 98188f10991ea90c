//! Writes facts about one patient of one message, each with its identity, version and place.

use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use lacteal_clinical::finding::{Attribute, UnreadReason};
use lacteal_clinical::{
    Fact, FactIdentity, Finding, Identities, PartialDate, PatientId, Place, Reading, ReportKey, ReportKind,
    Standing, TextVersion, Version,
};
use lacteal_hl7::{Location, Message, Value};

use crate::meaning::reading;
use crate::relevance::Concern;
use crate::when::{Zone, civil_date};

/// Seconds of a day.
const DAY_S: i64 = 24 * 60 * 60;
/// Facts of a report for which there is room from the beginning.
const FACTS_USUAL: usize = 24;
/// How far ahead a study may be ordered or booked: beyond it a date is a mistake.
pub(crate) const AHEAD_YEARS: i64 = 5;

/// What all facts of a message share.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    /// Key of the report.
    pub(crate) report: ReportKey,
    /// Digest of the message, which orders versions of the same second.
    pub(crate) tie: [u8; 16],
    /// Sending application and facility: identities are unique only within them.
    pub(crate) sender: [Vec<u8>; 2],
    /// When the message was made (MSH-7, else EVN-2), in seconds since 1970-01-01T00:00:00Z. 0 when it does
    /// not say: such a version loses against any that does.
    pub(crate) made_at_s: i64,
    /// What times without an offset mean.
    pub(crate) zone: Zone,
    /// The day after the message came: no date that is later can be true.
    pub(crate) latest: Date,
    /// The last second of a report that can be true. A sender whose clock runs years ahead would otherwise
    /// shut out every correction until then.
    pub(crate) latest_s: i64,
}

impl Envelope {
    pub(crate) fn new(
        message: &Message,
        report: ReportKey,
        tie: [u8; 16],
        zone: TimeZone,
        received: Timestamp,
    ) -> Envelope {
        let latest = received.to_zoned(TimeZone::UTC).date().saturating_add(1.day());
        let latest_s = received.as_second().saturating_add(DAY_S);

        let header = message.header();
        let time = header.time().ok().flatten();
        let zone = Zone::new(time.as_ref(), zone);
        let recorded = || message.segment("EVN").and_then(|evn| evn.field(2).timestamp().ok().flatten());
        let made_at_s =
            time.or_else(recorded).and_then(|time| zone.instant_s(&time)).unwrap_or(0).min(latest_s);
        let sender = [header.sending_application(), header.sending_facility()].map(|it| it.raw().to_vec());
        Envelope { report, tie, sender, made_at_s, zone, latest, latest_s }
    }

    /// When a value says that something was reported, or when the message was made.
    pub(crate) fn reported_at_s(&self, value: &Value<'_>) -> i64 {
        let time = value.timestamp().ok().flatten();
        time.and_then(|time| self.zone.instant_s(&time))
            .map_or(self.made_at_s, |time_s| time_s.min(self.latest_s))
    }
}

/// What makes a statement the same one in a later message.
pub(crate) type IdentityParts<'a> = &'a [&'a [u8]];

/// Facts about one patient in the making.
pub(crate) struct Scribe<'a> {
    envelope: &'a Envelope,
    patient: PatientId,
    facts: Vec<Fact>,
    identities: Identities,
    /// Of whom the message matters for reasons that the facts do not show by themselves.
    concern: Concern,
}

/// What was written about one patient.
pub(crate) struct Written {
    /// The facts, in the order of the message.
    pub(crate) facts: Vec<Fact>,
    /// Of whom they matter.
    pub(crate) concern: Concern,
}

/// Who gives a number that identifies a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// It is unique only within the sender of the message.
    Sender,
    /// It carries its own authority: another sender who names it means the same.
    Everywhere,
}

/// How a statement counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weight {
    pub(crate) reported_at_s: i64,
    pub(crate) standing: Standing,
    /// What kind of report states it.
    pub(crate) source: ReportKind,
    /// The text that states it.
    pub(crate) text: Option<TextVersion>,
}

impl<'a> Scribe<'a> {
    pub(crate) fn new(envelope: &'a Envelope, patient: PatientId) -> Scribe<'a> {
        Scribe {
            envelope,
            patient,
            facts: Vec::with_capacity(FACTS_USUAL),
            identities: Identities::beginning(&envelope.sender),
            concern: Concern::None,
        }
    }

    /// Says that the message matters for these patients, whatever else it states.
    pub(crate) fn matters(&mut self, concern: Concern) {
        self.concern = self.concern.max(concern);
    }

    /// The facts written so far.
    pub(crate) fn so_far(&self) -> &[Fact] {
        &self.facts
    }

    pub(crate) fn envelope(&self) -> &'a Envelope {
        self.envelope
    }

    /// What was written, and whom it concerns.
    pub(crate) fn done(self) -> Written {
        let concern = self.concern.max(Concern::of(&self.facts));
        Written { facts: self.facts, concern }
    }

    /// A final statement made by the message itself.
    pub(crate) fn plain(&self) -> Weight {
        Weight {
            reported_at_s: self.envelope.made_at_s,
            standing: Standing::Final,
            source: ReportKind::Untold,
            text: None,
        }
    }

    /// Writes a fact.
    pub(crate) fn state(
        &mut self,
        identity: IdentityParts<'_>,
        weight: Weight,
        observed: Option<PartialDate>,
        finding: Finding,
        value: &Value<'_>,
    ) {
        self.state_within(Scope::Sender, identity, weight, observed, finding, value);
    }

    /// Writes a fact that other senders may state too.
    pub(crate) fn state_within(
        &mut self,
        scope: Scope,
        identity: IdentityParts<'_>,
        weight: Weight,
        observed: Option<PartialDate>,
        finding: Finding,
        value: &Value<'_>,
    ) {
        let place = self.place(value.location(), value.span());
        let reading = reading(&finding);
        self.push(scope, identity, weight, observed, finding, reading, place);
    }

    /// What makes something the same in a later message.
    pub(crate) fn identity_within(&mut self, scope: Scope, parts: IdentityParts<'_>) -> FactIdentity {
        match scope {
            Scope::Sender => self.identities.of(parts),
            Scope::Everywhere => {
                let everywhere: [&[u8]; 2] = [b"", b"everywhere"];
                FactIdentity::of(everywhere.iter().chain(parts))
            }
        }
    }

    /// Writes a fact that was read out of text, with the bytes that say it.
    pub(crate) fn state_text(
        &mut self,
        identity: IdentityParts<'_>,
        weight: Weight,
        observed: Option<PartialDate>,
        finding: Finding,
        reading: Reading,
        (location, span): (Location, Range<usize>),
    ) {
        let place = self.place(location, span);
        self.push(Scope::Sender, identity, weight, observed, finding, reading, place);
    }

    #[inline]
    #[expect(clippy::too_many_arguments, reason = "the parts of a fact, each named by its type")]
    fn push(
        &mut self,
        scope: Scope,
        identity: IdentityParts<'_>,
        weight: Weight,
        observed: Option<PartialDate>,
        finding: Finding,
        reading: Reading,
        place: Place,
    ) {
        let identity = self.identity_within(scope, identity);
        self.facts.push(Fact {
            patient: self.patient,
            identity,
            version: Version { reported_at: weight.reported_at_s, tie: self.envelope.tie },
            standing: weight.standing,
            observed,
            finding,
            reading,
            report_kind: weight.source,
            text: weight.text,
            place,
        });
    }

    /// Reads a date; what cannot be one is written down as unread, under the identity of what it dates. A date
    /// that is read takes back that an earlier one was not, unless the statement is preliminary; so does the
    /// correction or withdrawal of what it dates.
    pub(crate) fn date(
        &mut self,
        identity: IdentityParts<'_>,
        weight: Weight,
        attribute: Attribute,
        value: &Value<'_>,
    ) -> Option<PartialDate> {
        let date = civil_date(value, self.envelope.latest);
        let (reason, standing) = match date {
            Err(reason) => (reason, weight.standing),
            Ok(None) if matches!(weight.standing, Standing::Preliminary | Standing::Final) => return None,
            Ok(_) if weight.standing == Standing::Preliminary => return date.ok().flatten(),
            Ok(_) => (UnreadReason::InvalidDate, Standing::Deleted),
        };
        let parts = [identity, &[b"date"]].concat();
        self.unread(&parts, Weight { standing, ..weight }, attribute, reason, value);
        date.ok().flatten()
    }

    /// The civil date that a value states, not yet written down when it cannot be one.
    ///
    /// # Errors
    /// When it is no date, or lies in the future.
    pub(crate) fn read_date(&self, value: &Value<'_>) -> Result<Option<PartialDate>, UnreadReason> {
        civil_date(value, self.envelope.latest)
    }

    /// As [`Scribe::date`], where a date must be: none at all is unread, too.
    pub(crate) fn required_date(
        &mut self,
        identity: IdentityParts<'_>,
        weight: Weight,
        attribute: Attribute,
        value: &Value<'_>,
    ) -> Option<PartialDate> {
        if value.present().is_some() {
            return self.date(identity, weight, attribute, value);
        }
        let parts = [identity, &[b"date"]].concat();
        self.unread(&parts, weight, attribute, UnreadReason::Empty, value);
        None
    }

    /// A day that may be yet to come, of an order or an appointment.
    ///
    /// # Errors
    /// When it is no date, or too far ahead.
    pub(crate) fn day_ahead(&self, value: &Value<'_>) -> Result<Option<PartialDate>, UnreadReason> {
        civil_date(value, self.envelope.latest.saturating_add(AHEAD_YEARS.years()))
    }

    /// Writes down that something could not be read, so that a person will.
    pub(crate) fn unread(
        &mut self,
        identity: IdentityParts<'_>,
        weight: Weight,
        attribute: Attribute,
        reason: UnreadReason,
        value: &Value<'_>,
    ) {
        self.state(identity, weight, None, Finding::Unread { attribute, reason }, value);
    }

    fn place(&self, location: Location, span: Range<usize>) -> Place {
        place(self.envelope.report, location, span)
    }
}

fn place(report: ReportKey, location: Location, span: Range<usize>) -> Place {
    let small = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
    let byte = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    Place {
        report,
        segment: location.segment.as_str().to_owned(),
        occurrence: location.occurrence,
        field: small(location.field),
        repetition: small(location.repetition),
        component: small(location.component),
        span_start: byte(span.start),
        span_end: byte(span.end),
        expression: String::new(),
    }
}
