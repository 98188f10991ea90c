//! Reads stored reports again with the interpretation and codes in force, tells what differs, and writes new readings
//! when told to.
//!
//! A new reading goes under the subject of the old one, with a higher version and only if the old one is still the
//! last. What is equal is not written, so that a run that was cut short is repeated without harm, and two runs at a
//! time write each reading once. The list ends at what was stored when it began: its own readings are not read again.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use lacteal_clinical::{Fact, PatientId, ReportKey};
use lacteal_ledger::{CommitError, Revision, Stored, Transaction};
use lacteal_wire::api::{self, Failure};
use lacteal_wire::{decode, encode, event, subject};
use tokio::time::Instant;

use crate::asked::{invalid, read_failed, unavailable, unreadable};
use crate::config::Source;
use crate::decide;
use crate::difference::{Difference, difference};
use crate::events::ReportsReinterpreted;
use crate::fhir::again::Bodies;
use crate::fhir::clients::Client;
use crate::fhir::judge;
use crate::interpret::{Context, Understood, Verdict, interpret};
use crate::kept::{FIRST_READING, reading_after};
use crate::paging::{Position, Query, page_size};
use crate::receive::{Kept, Receiver};
use crate::senders::{Sender, Senders};

/// Stored messages a page.
const PAGE_DEFAULT: usize = 500;
const PAGE_MAX: usize = 2_000;
/// Reports read at once, each with its bytes: this and the largest message bound memory.
const CHUNK: usize = 16;
/// How long one request may take before it gives what it has.
const READING: Duration = Duration::from_secs(8);

/// Answers requests to read reports again.
pub(crate) struct Reinterpreter {
    receiver: Receiver,
    senders: Arc<Senders>,
}

/// Which reports to read again.
struct Asked {
    subjects: String,
    source: String,
    since_s: i64,
    apply: bool,
}

/// Another reading of one report, and of patients that the message had no report about.
struct Reading {
    transaction: Transaction,
    differences: Vec<api::ReportDifference>,
}

enum Examined {
    /// Not asked for, or an older reading.
    Passed,
    Skipped,
    Refused,
    Read(Reading),
}

impl Reinterpreter {
    /// One that knows these senders.
    pub(crate) fn new(receiver: Receiver, senders: Arc<Senders>) -> Reinterpreter {
        Reinterpreter { receiver, senders }
    }

    /// Reads a page of reports again.
    pub(crate) async fn page(
        &self,
        request: api::ReinterpretRequest,
    ) -> Result<api::ReinterpretResponse, Failure> {
        let (token, size) =
            (request.page_token.clone(), page_size(request.page_size, PAGE_DEFAULT, PAGE_MAX)?);
        let request = api::ReinterpretRequest { page_token: String::new(), page_size: 0, ..request };
        let query = Query::of("reinterpret", &request);
        let asked = Asked::read(request)?;
        let mut position = match query.position(&token)? {
            Some(position) => position,
            None => {
                let numbers = self.receiver.shared.stream.numbers().await;
                let until = numbers.map_err(|error| read_failed(&error))?.last;
                Position { after: Revision::NONE, until }
            }
        };
        let (began, mut looked) = (Instant::now(), 0);
        let mut page = api::ReinterpretResponse::default();
        let has_more = loop {
            let limit = CHUNK.min(size - looked);
            let stored = self.receiver.shared.stream.page(&asked.subjects, position.after, limit).await;
            let stored = stored.map_err(|error| read_failed(&error))?;
            let is_last = stored.len() < limit;
            let mut chunk = stored;
            chunk.retain(|stored| stored.revision <= position.until);
            let Some(last) = chunk.last().map(|stored| stored.revision) else { break false };
            looked += chunk.len();
            self.chunk(&asked, &chunk, &mut page).await?;
            position.after = last;
            if is_last || chunk.len() < limit {
                break false;
            }
            if looked >= size || began.elapsed() > READING {
                break true;
            }
        };
        if has_more {
            page.next_page_token = query.token(position);
        }
        ReportsReinterpreted { examined: page.examined, written: page.written }.emit();
        Ok(page)
    }

    async fn chunk(
        &self,
        asked: &Asked,
        chunk: &[Stored],
        page: &mut api::ReinterpretResponse,
    ) -> Result<(), Failure> {
        let stream = &self.receiver.shared.stream;
        let subjects: Vec<_> = chunk.iter().map(|stored| stored.subject.clone()).collect();
        let states = stream.last(&subjects).await.map_err(|error| read_failed(&error))?;
        let mut readings = Vec::new();
        for stored in chunk {
            let examined = match states.revision(&stored.subject) > stored.revision {
                true => Examined::Passed,
                false => self.examine(asked, stored).await?,
            };
            match examined {
                Examined::Passed => continue,
                Examined::Skipped => page.skipped += 1,
                Examined::Refused => page.refused += 1,
                Examined::Read(mut reading) => {
                    page.differences.append(&mut reading.differences);
                    readings.push(reading.transaction);
                }
            }
            page.examined += 1;
        }
        if asked.apply {
            // Each by itself: what happened meanwhile to one report is no reason to leave the others.
            for transaction in readings.into_iter().filter(|transaction| !transaction.is_empty()) {
                let count = u32::try_from(transaction.len()).unwrap_or(u32::MAX);
                match self.receiver.shared.committer.commit(transaction).await {
                    Ok(_) => page.written += count,
                    Err(CommitError::Conflict { .. }) => page.conflicts += 1,
                    Err(error) => {
                        tracing::warn!(%error, "a new reading could not be stored");
                        return Err(unavailable());
                    }
                }
            }
        }
        Ok(())
    }

    async fn examine(&self, asked: &Asked, stored: &Stored) -> Result<Examined, Failure> {
        let report: event::Report = decode(&stored.payload, "report").map_err(|error| unreadable(&error))?;
        let received = match report.received_at_s {
            0 => stored.time,
            second => Timestamp::from_second(second).unwrap_or(stored.time),
        };
        let wanted = asked.source.is_empty() || asked.source == report.source;
        if !wanted || received.as_second() < asked.since_s {
            return Ok(Examined::Passed);
        }
        if report.message_type == decide::MESSAGE_TYPE {
            // A decision says what it says: no code and no rule reads it otherwise.
            return Ok(Examined::Passed);
        }
        let (Some(key), Some(patient)) =
            (subject::key_of(&stored.subject), subject::patient_of(&stored.subject))
        else {
            return Ok(Examined::Skipped);
        };
        let Some(raw) = self.raw(&report, key).await? else { return Ok(Examined::Skipped) };
        let read = match self.senders.of(&report.source, &report.client, &raw) {
            None => return Ok(Examined::Skipped),
            Some(Sender::Message(source)) => self.read(source, raw, key, &report, received),
            Some(Sender::Body(bodies, client)) => {
                self.read_body((bodies, client), &raw, key, &report, received)
            }
        };
        let Some(read) = read else { return Ok(Examined::Refused) };
        let examined = Report { stored, report: &report, key, patient, received };
        examined.compare(self, read).await.map(Examined::Read)
    }

    /// The bytes of a report: its own, or those in the report of the same message that holds them.
    async fn raw(&self, report: &event::Report, key: ReportKey) -> Result<Option<Bytes>, Failure> {
        if !report.raw.is_empty() {
            return Ok(Some(report.raw.clone()));
        }
        let Ok(holder) = lacteal_wire::patient(&report.raw_in, "report.raw_in") else { return Ok(None) };
        let subject = subject::report(holder, key);
        let states = self.receiver.shared.stream.last(std::slice::from_ref(&subject)).await;
        let states = states.map_err(|error| read_failed(&error))?;
        let Some(stored) = states.get(&subject) else { return Ok(None) };
        let holding: event::Report = decode(&stored.payload, "report").map_err(|error| unreadable(&error))?;
        Ok(Some(holding.raw).filter(|raw| !raw.is_empty()))
    }

    /// What a message says by the interpretation in force. None when it would be refused: what was understood once is
    /// not given up because the message could no longer come.
    fn read(
        &self,
        source: &Source,
        raw: Bytes,
        key: ReportKey,
        report: &event::Report,
        received: Timestamp,
    ) -> Option<Read> {
        let message = self.receiver.parse(source, &raw).ok()?;
        let tie = tie_of(report)?;
        let shared = &self.receiver.shared;
        let verdict = interpret(
            &message,
            &Context { source, identity: &shared.identity, codes: &shared.codes, report: key, tie, received },
        );
        Read::of(verdict)
    }

    /// The same of a FHIR body. An entry of a batch that was understood once is not given up either.
    fn read_body(
        &self,
        (bodies, client): (&Bodies, &Client),
        raw: &Bytes,
        key: ReportKey,
        report: &event::Report,
        received: Timestamp,
    ) -> Option<Read> {
        let input = bodies.read(raw).ok()?;
        let context = bodies.context(client, &self.receiver, &(key, tie_of(report)?), received);
        let read = judge::read_again(&input, &context).ok()?;
        let is_lost = |fact: &event::Fact| {
            let place = fact.place.as_ref();
            let start = place.and_then(|place| usize::try_from(place.span_start).ok());
            let at = start.and_then(|start| {
                input
                    .items()
                    .iter()
                    .find(|item| item.place.span.start <= start && start < item.place.span.end)
            });
            let entry = at.and_then(|item| item.entry);
            read.refused.iter().any(|issue| entry.is_some() && judge::entry_of(&issue.expression) == entry)
        };
        if report.facts.iter().any(is_lost) {
            return None;
        }
        Read::of(read.verdict)
    }
}

fn tie_of(report: &event::Report) -> Option<[u8; 16]> {
    report.raw_sha256.get(..16)?.try_into().ok()
}

/// What a message says when it is read again.
struct Read {
    facts: HashMap<PatientId, Vec<Fact>>,
    /// The verdict about those of its patients of whom it made no report.
    verdict_of: fn(Vec<Understood>) -> Verdict,
}

impl Read {
    fn of(verdict: Verdict) -> Option<Read> {
        let (understood, verdict_of): (_, fn(_) -> _) = match verdict {
            Verdict::Keep(all) => (all, Verdict::Keep),
            Verdict::KeepIfKnown(all) => (all, Verdict::KeepIfKnown),
            Verdict::KeepIfToldBefore(all) => (all, Verdict::KeepIfToldBefore),
            Verdict::NotRelevant(_) => (Vec::new(), Verdict::Keep),
            Verdict::Refuse(_) => return None,
        };
        let facts = understood.into_iter().map(|one| (one.patient, one.facts)).collect();
        Some(Read { facts, verdict_of })
    }
}

/// A stored report that is read again.
struct Report<'a> {
    stored: &'a Stored,
    report: &'a event::Report,
    key: ReportKey,
    patient: PatientId,
    received: Timestamp,
}

impl Report<'_> {
    async fn compare(&self, reinterpreter: &Reinterpreter, read: Read) -> Result<Reading, Failure> {
        let old: Result<Vec<_>, _> = self.report.facts.iter().map(lacteal_wire::read_fact).collect();
        let old = old.map_err(|error| unreadable(&error))?;
        let Read { facts: mut read, verdict_of } = read;
        let new = read.remove(&self.patient).unwrap_or_default();
        let mut reading = Reading { transaction: Transaction::new(), differences: Vec::new() };
        let differs = difference(&old, &new);
        if !differs.is_empty() {
            let version = reading_after(self.report.interpretation_version);
            let again = event::Report {
                interpretation_version: version,
                facts: new.iter().map(lacteal_wire::fact).collect(),
                received_at_s: self.received.as_second(),
                ..self.report.clone()
            };
            reading.transaction.revise(&self.stored.subject, self.stored.revision, encode(&again));
            reading.differences.push(self.told(self.patient, differs, false));
        }
        // Whom the message had no report about is seen to once, with the report that holds the bytes.
        if !self.report.raw.is_empty() && !read.is_empty() {
            let subjects: Vec<_> = read.keys().map(|patient| subject::report(*patient, self.key)).collect();
            let states = reinterpreter.receiver.shared.stream.last(&subjects).await;
            let states = states.map_err(|error| read_failed(&error))?;
            let missing = read.into_iter().map(|(patient, facts)| Understood { patient, facts });
            let missing = missing.filter(|one| {
                !one.facts.is_empty() && states.get(&subject::report(one.patient, self.key)).is_none()
            });
            let verdict = verdict_of(missing.collect());
            let added = match reinterpreter.receiver.kept_of(verdict, Instant::now() + READING).await {
                Kept::These(added) => added,
                Kept::Early(_) | Kept::Nothing(_) | Kept::Refused(_) => Vec::new(),
                Kept::Unavailable => return Err(unavailable()),
            };
            for Understood { patient, facts } in added {
                let subject = subject::report(patient, self.key);
                let added = event::Report {
                    patient: patient.0.to_vec(),
                    raw: Bytes::new(),
                    raw_in: self.patient.0.to_vec(),
                    interpretation_version: FIRST_READING,
                    facts: facts.iter().map(lacteal_wire::fact).collect(),
                    received_at_s: self.received.as_second(),
                    ..self.report.clone()
                };
                reading.transaction.create(subject, encode(&added), None);
                reading.differences.push(self.told(patient, difference(&[], &facts), true));
            }
        }
        Ok(reading)
    }

    fn told(&self, patient: PatientId, differs: Difference, is_new: bool) -> api::ReportDifference {
        let mut attributes: Vec<_> = differs
            .into_iter()
            .map(|(attribute, counts)| api::AttributeDifference {
                attribute: attribute.as_str().to_owned(),
                added: counts.added,
                gone: counts.gone,
                changed: counts.changed,
            })
            .collect();
        attributes.sort_by(|one, other| one.attribute.cmp(&other.attribute));
        api::ReportDifference {
            report: self.key.to_string(),
            patient_id: patient.to_string(),
            source: self.report.source.clone(),
            message_type: self.report.message_type.clone(),
            is_new,
            attributes,
        }
    }
}

impl Asked {
    fn read(request: api::ReinterpretRequest) -> Result<Asked, Failure> {
        let subjects = match request.patient_id.as_str() {
            "" => subject::REPORTS.to_owned(),
            id => {
                let patient = id.parse().map_err(|_| invalid("patient_id", "is not a pseudonym"))?;
                subject::reports_of(patient)
            }
        };
        let api::ReinterpretRequest { source, since_s, apply, .. } = request;
        Ok(Asked { subjects, source, since_s, apply })
    }
}
