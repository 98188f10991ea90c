//! A quarantined message together with what became of it, read from the stream.

use lacteal_clinical::ReportKey;
use lacteal_ledger::{Revision, States, Stored, Stream};
use lacteal_wire::api::{self, Failure, QuarantineState};
use lacteal_wire::{decode, event, subject};

use super::filter::Filter;
use crate::asked::{read_failed, unreadable};
use crate::receive::OVERSIZE_KEPT;

/// Messages read at once, each with its bytes: this and the largest message bound memory.
const CHUNK: usize = 16;

/// A quarantined message with what became of it.
pub(super) struct Case {
    /// Its key, which is its id.
    pub(super) key: ReportKey,
    /// Its place in the list that it was found in.
    pub(super) place: Revision,
    /// When it came.
    pub(super) received: jiff::Timestamp,
    pub(super) message: event::Quarantined,
    pub(super) resolution: Option<event::Resolved>,
}

/// Some cases in their order, and where to go on; none at the end.
pub(super) struct Chunk {
    pub(super) cases: Vec<Case>,
    pub(super) next: Option<Revision>,
}

impl Case {
    fn read(key: ReportKey, place: Revision, stored: &Stored, states: &States) -> Result<Case, Failure> {
        let message = decode(&stored.payload, "quarantined").map_err(|error| unreadable(&error))?;
        let resolution = states.get(&subject::resolved(key)).map(resolution).transpose()?;
        Ok(Case { key, place, received: stored.time, message, resolution })
    }

    pub(super) fn state(&self) -> QuarantineState {
        match self.resolution.as_ref().map(event::Resolved::outcome) {
            None => QuarantineState::Open,
            Some(event::resolved::Outcome::Discarded) => QuarantineState::Discarded,
            Some(_) => QuarantineState::Replayed,
        }
    }

    /// Whether only the beginning of the message was kept. Such a message may parse, and would be taken for whole.
    pub(super) fn is_cut(&self) -> bool {
        let told = self.message.problems.iter().any(|problem| problem.text.starts_with(OVERSIZE_KEPT));
        told || self.message.sent_bytes > self.message.raw.len() as u64
    }

    pub(super) fn entry(&self) -> api::QuarantineEntry {
        let message = &self.message;
        let patient = lacteal_wire::patient(&message.patient, "quarantined.patient");
        api::QuarantineEntry {
            id: self.key.to_string(),
            source: message.source.clone(),
            received_at_s: self.received.as_second(),
            problems: message.problems.clone(),
            size_bytes: message.sent_bytes.max(message.raw.len() as u64),
            cut: self.is_cut(),
            state: self.state().into(),
            resolution: self.resolution.clone(),
            patient_id: patient.map(|patient| patient.to_string()).unwrap_or_default(),
        }
    }
}

/// Reads a record of what became of a message.
pub(super) fn resolution(stored: &Stored) -> Result<event::Resolved, Failure> {
    decode(&stored.payload, "resolved").map_err(|error| unreadable(&error))
}

/// One case, as the leader has it; none when no such message is in quarantine.
pub(super) async fn case(stream: &Stream, key: ReportKey) -> Result<Option<Case>, Failure> {
    let subjects = [subject::quarantine(key), subject::resolved(key)];
    let states = stream.last_from_leader(&subjects).await.map_err(|error| read_failed(&error))?;
    let stored = states.iter().find(|stored| stored.subject == subject::quarantine(key));
    stored.map(|stored| Case::read(key, stored.revision, stored, &states)).transpose()
}

/// The next cases that a filter may admit: of all messages, or of those that name a patient.
pub(super) async fn chunk(stream: &Stream, filter: &Filter, after: Revision) -> Result<Chunk, Failure> {
    let failed = |error: lacteal_ledger::Error| read_failed(&error);
    let subjects = match filter.patient {
        Some(patient) => subject::reviews_of(patient),
        None => subject::QUARANTINE.to_owned(),
    };
    let page = stream.page(&subjects, after, CHUNK).await.map_err(failed)?;
    let next = page.last().map(|stored| stored.revision).filter(|_| page.len() == CHUNK);
    let keys: Vec<_> = page.iter().filter_map(|stored| subject::key_of(&stored.subject)).collect();
    let mut wanted: Vec<String> = keys.iter().map(|key| subject::resolved(*key)).collect();
    if filter.patient.is_some() {
        wanted.extend(keys.iter().map(|key| subject::quarantine(*key)));
    }
    let states = stream.last(&wanted).await.map_err(failed)?;
    let mut cases = Vec::with_capacity(page.len());
    for found in &page {
        let Some(key) = subject::key_of(&found.subject) else { continue };
        let message = match filter.patient {
            Some(_) => states.get(&subject::quarantine(key)),
            None => Some(found),
        };
        if let Some(message) = message {
            cases.push(Case::read(key, found.revision, message, &states)?);
        }
    }
    Ok(Chunk { cases, next })
}
