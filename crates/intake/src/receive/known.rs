//! What of a verdict is kept: that depends on what is kept already of its patients.
//!
//! A report that says nothing of a tumour is kept only where it takes something back: where another version of the same
//! text is kept. Looking for one is bounded; where the bound is reached it is taken to be there.

use std::collections::{BTreeSet, VecDeque};

use lacteal_clinical::{Fact, FactIdentity, PatientId};
use lacteal_ledger::{Error, Revision, Stored};
use lacteal_wire::event::finding::Kind;
use lacteal_wire::{decode, event, subject};
use tokio::time::{Instant, sleep};

use super::{RETRY_PAUSE, Receiver};
use crate::interpret::{Refusal, Understood, Verdict};

/// Reports read at once in search of a text.
const PAGE: usize = 8;
/// Reports of one person, all its records together, that are searched for a text.
const REPORTS_SEARCHED_MAX: usize = 200;
/// Bytes of reports that are searched for a text.
const BYTES_SEARCHED_MAX: usize = 16 << 20;

/// What of a verdict is kept.
pub(crate) enum Kept {
    /// What it says of these patients, of whom there is at least one.
    These(Vec<Understood>),
    /// Nothing yet: it would matter of these patients if they were known.
    Early(Vec<Understood>),
    /// Nothing; why, as a label for counting.
    Nothing(&'static str),
    /// Nothing as it is: the message is refused.
    Refused(Refusal),
    /// That cannot be found out now.
    Unavailable,
}

impl Receiver {
    /// Finds out what of a verdict is kept, trying until the deadline.
    pub(crate) async fn kept_of(&self, verdict: Verdict, deadline: Instant) -> Kept {
        let told_before = match verdict {
            Verdict::Keep(understood) => return Kept::These(understood),
            Verdict::NotRelevant(why) => return Kept::Nothing(why),
            Verdict::Refuse(refusal) => return Kept::Refused(refusal),
            Verdict::KeepIfKnown(understood) => {
                return match self.known(&understood, deadline).await {
                    None => Kept::Unavailable,
                    Some(known) if known.is_empty() => Kept::Early(understood),
                    Some(known) => Kept::These(
                        understood.into_iter().filter(|one| known.contains(&one.patient)).collect(),
                    ),
                };
            }
            Verdict::KeepIfToldBefore(understood) => self.told_before(understood, deadline).await,
        };
        match told_before {
            None => Kept::Unavailable,
            Some(kept) if kept.is_empty() => Kept::Nothing("nothing about a tumour"),
            Some(kept) => Kept::These(kept),
        }
    }

    /// Those of the patients of whom a report is kept. None when that cannot be found out now.
    async fn known(&self, understood: &[Understood], deadline: Instant) -> Option<BTreeSet<PatientId>> {
        let mut known = BTreeSet::new();
        for one in understood {
            if self.is_known(one.patient, deadline).await? {
                known.insert(one.patient);
            }
        }
        Some(known)
    }

    /// Whether a report is kept of a patient. None when that cannot be found out until the deadline.
    pub(crate) async fn is_known(&self, patient: PatientId, deadline: Instant) -> Option<bool> {
        Some(!self.reports_after(patient, Revision::NONE, 1, deadline).await?.is_empty())
    }

    /// Those of the patients of whom another version of a text is kept. None when that cannot be found out now.
    async fn told_before(&self, understood: Vec<Understood>, deadline: Instant) -> Option<Vec<Understood>> {
        let mut told = Vec::new();
        for one in understood {
            let texts: BTreeSet<FactIdentity> = one.facts.iter().filter_map(text_of).collect();
            if !texts.is_empty() && self.holds_any(one.patient, &texts, deadline).await? {
                told.push(one);
            }
        }
        Some(told)
    }

    /// Whether a version of one of the texts is kept of a patient, or of a record that was merged with its own.
    async fn holds_any(
        &self,
        patient: PatientId,
        texts: &BTreeSet<FactIdentity>,
        deadline: Instant,
    ) -> Option<bool> {
        let mut records = BTreeSet::from([patient]);
        let mut waiting = VecDeque::from([patient]);
        let (mut reports, mut bytes) = (0, 0);
        while let Some(record) = waiting.pop_front() {
            let mut after = Revision::NONE;
            loop {
                let page = self.reports_after(record, after, PAGE, deadline).await?;
                for stored in &page {
                    // One that cannot be read here could hold it.
                    let Ok(report) = decode::<event::Report>(&stored.payload, "report") else {
                        return Some(true);
                    };
                    if report.facts.iter().any(|fact| is_of(fact, texts)) {
                        return Some(true);
                    }
                    let merged = report.facts.iter().filter_map(merged_with);
                    waiting.extend(merged.filter(|other| records.insert(*other)));
                    after = stored.revision;
                    bytes += stored.payload.len();
                }
                reports += page.len();
                if reports > REPORTS_SEARCHED_MAX || bytes > BYTES_SEARCHED_MAX {
                    return Some(true);
                }
                if page.len() < PAGE {
                    break;
                }
            }
        }
        Some(false)
    }

    /// Reports of a patient in their order, all that were stored before among them. None when they cannot be read until
    /// the deadline.
    async fn reports_after(
        &self,
        patient: PatientId,
        after: Revision,
        limit: usize,
        deadline: Instant,
    ) -> Option<Vec<Stored>> {
        let filter = subject::reports_of(patient);
        loop {
            match self.page(&filter, after, limit).await {
                Ok(Some(page)) => return Some(page),
                _ if Instant::now() + RETRY_PAUSE < deadline => sleep(RETRY_PAUSE).await,
                _ => return None,
            }
        }
    }

    /// None when it came from a replica that has not all of it yet: what is missing would be taken for unknown, and the
    /// message acknowledged and not kept.
    async fn page(&self, filter: &str, after: Revision, limit: usize) -> Result<Option<Vec<Stored>>, Error> {
        let stream = &self.shared.stream;
        let page = stream.page(filter, after, limit).await?;
        if page.len() >= limit || stream.spec().replicas <= 1 {
            return Ok(Some(page));
        }
        let end = page.last().map_or(after, |last| last.revision);
        let last = stream.last_under_from_leader(filter).await?;
        Ok(last.is_none_or(|last| last <= end).then_some(page))
    }
}

/// The text of which a fact is a version that takes others back.
fn text_of(fact: &Fact) -> Option<FactIdentity> {
    fact.text.filter(|text| text.is_whole).map(|text| text.text)
}

fn is_of(fact: &event::Fact, texts: &BTreeSet<FactIdentity>) -> bool {
    let text = fact.text.as_ref().and_then(|text| <[u8; 16]>::try_from(&text.text[..]).ok());
    text.is_some_and(|text| texts.contains(&FactIdentity(text)))
}

/// The other record of a merge.
fn merged_with(fact: &event::Fact) -> Option<PatientId> {
    match fact.finding.as_ref()?.kind.as_ref()? {
        Kind::MergedInto(other) | Kind::Absorbs(other) => lacteal_wire::patient(other, "finding").ok(),
        _ => None,
    }
}
