//! The table itself: entries by patient, and their keys by status in two families of sorted sets.

use super::UNREADABLE;
use super::entry::{Entry, Invalid};
use super::filter::{Facet, Filter, STATUSES};
use super::order::{Family, Key, Order};
use super::page::Cursor;
use super::texts::Texts;
use lacteal_clinical::identity::PatientId;
use lacteal_wire::api;
use lacteal_wire::event::{Plan, RecordNumber, Status};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// Every patient's line.
#[derive(Default)]
pub struct Table {
    entries: BTreeMap<PatientId, Entry>,
    by_due: [BTreeSet<Key>; STATUSES],
    by_risk: [BTreeSet<Key>; STATUSES],
    texts: Texts,
}

/// What an update did, as far as filters can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whose line it is.
    pub patient: PatientId,
    /// What the line was. `None` for a new one.
    pub before: Option<Facet>,
    /// What it is.
    pub after: Facet,
}

/// A page of entries.
#[derive(Debug)]
pub struct Page {
    /// The entries in order.
    pub entries: Vec<api::WorklistEntry>,
    /// Where the next page begins. `None` at the end.
    pub next: Option<Cursor>,
}

/// Part of a walk over all patients.
#[derive(Debug)]
pub struct Scan {
    /// Entries that match, by pseudonym.
    pub entries: Vec<api::WorklistEntry>,
    /// Patient after whom to go on. `None` at the end.
    pub resume_after: Option<PatientId>,
}

impl Table {
    /// Takes the plan of a patient. A revision that is not newer than the present one changes nothing, so that
    /// plans may come again and late. A plan that cannot be shown becomes *needs review*, never nothing.
    pub fn put(&mut self, patient: PatientId, revision: u64, plan: &Plan) -> Option<Change> {
        if !self.is_newer(patient, revision) {
            return None;
        }
        let is_own = plan.patient == patient.0;
        match Entry::pack(plan, revision, &mut self.texts) {
            Ok(entry) if is_own => Some(self.replace(patient, entry)),
            Ok(entry) => {
                entry.release(&mut self.texts);
                self.put_unreadable(patient, revision)
            }
            Err(Invalid) => {
                let numbers = if is_own { plan.record_numbers.clone() } else { Vec::new() };
                self.replace_unreadable(patient, revision, numbers)
            }
        }
    }

    /// Takes note that the plan of a patient cannot be read. The record numbers of the last readable one stay,
    /// so that people find the patient.
    pub fn put_unreadable(&mut self, patient: PatientId, revision: u64) -> Option<Change> {
        if !self.is_newer(patient, revision) {
            return None;
        }
        let numbers = self.get(patient).map(|entry| entry.record_numbers).unwrap_or_default();
        self.replace_unreadable(patient, revision, numbers)
    }

    /// The line of a patient.
    #[must_use]
    pub fn get(&self, patient: PatientId) -> Option<api::WorklistEntry> {
        self.entries.get(&patient).map(|entry| entry.show(patient, &self.texts))
    }

    /// The line of a patient, if it matches.
    #[must_use]
    pub fn get_matching(&self, patient: PatientId, filter: &Filter) -> Option<api::WorklistEntry> {
        let entry = self.entries.get(&patient)?;
        filter.matches(entry.facet()).then(|| entry.show(patient, &self.texts))
    }

    /// Number of patients.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no patient.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Number of patients of a status.
    #[must_use]
    pub fn count(&self, status: Status) -> usize {
        self.by_due.get(status as usize).map_or(0, BTreeSet::len)
    }

    /// Number of entries that match.
    #[must_use]
    pub fn total(&self, filter: &Filter) -> usize {
        let sets = self.by_due.iter().enumerate().filter(|(status, _)| filter.has_status(*status));
        sets.map(|(_, set)| match filter.due_on_or_before() {
            None => set.len(),
            Some(day) => set.range(..=Key { major: day.number(), patient: PatientId([u8::MAX; 16]) }).count(),
        })
        .sum()
    }

    /// The page of at most `size` matching entries after `after`, in order.
    #[must_use]
    pub fn list(&self, filter: &Filter, order: Order, size: usize, after: Option<Cursor>) -> Page {
        let mut places = (after.map_or(0, |cursor| cursor.group)..order.groups())
            .flat_map(|group| {
                let after = after.filter(|cursor| cursor.group == group).map(|cursor| cursor.key);
                self.merged(filter, order, group, after).map(move |key| Cursor { group, key })
            })
            .filter_map(|place| Some((place, self.get_matching(place.at(), filter)?)));
        let mut entries = Vec::new();
        let mut last = None;
        for (place, entry) in places.by_ref().take(size) {
            entries.push(entry);
            last = Some(place);
        }
        let next = if places.next().is_some() { last } else { None };
        Page { entries, next }
    }

    /// The page of at most `size` patients after `after`, in the order of pseudonyms, whatever their status.
    #[must_use]
    pub fn patients(&self, size: usize, after: Option<Cursor>) -> Page {
        let scan = self.scan(&Filter::ALL, size, after.map(|cursor| cursor.at()));
        Page { entries: scan.entries, next: scan.resume_after.map(Cursor::patient) }
    }

    /// Looks at no more than `size` patients after `after`, in the order of pseudonyms, for those that match.
    #[must_use]
    pub fn scan(&self, filter: &Filter, size: usize, after: Option<PatientId>) -> Scan {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = self.entries.range((start, Bound::Unbounded));
        let mut entries = Vec::new();
        let mut last = None;
        for (patient, entry) in rest.by_ref().take(size) {
            last = Some(*patient);
            if filter.matches(entry.facet()) {
                entries.push(entry.show(*patient, &self.texts));
            }
        }
        Scan { entries, resume_after: if rest.next().is_some() { last } else { None } }
    }

    /// The keys of a group in order. Sets by due date end at the filter's last day.
    fn merged(
        &self,
        filter: &Filter,
        order: Order,
        group: u8,
        after: Option<Key>,
    ) -> impl Iterator<Item = Key> {
        let (family, sets) = match order.family() {
            Family::Due => (Family::Due, &self.by_due),
            Family::Risk => (Family::Risk, &self.by_risk),
        };
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let last = filter.due_on_or_before().filter(|_| family == Family::Due);
        let mut runs: Vec<_> = order
            .statuses(group)
            .filter(|status| filter.has_status(*status))
            .filter_map(|status| sets.get(status))
            .map(|set| {
                let keys = set.range((start, Bound::Unbounded));
                keys.take_while(move |key| last.is_none_or(|day| key.major <= day.number())).peekable()
            })
            .collect();
        std::iter::from_fn(move || {
            let first = runs.iter_mut().filter_map(|run| Some((**run.peek()?, run)));
            let (_, run) = first.min_by_key(|(key, _)| *key)?;
            run.next().copied()
        })
    }

    fn is_newer(&self, patient: PatientId, revision: u64) -> bool {
        self.entries.get(&patient).is_none_or(|entry| entry.revision() < revision)
    }

    fn replace_unreadable(
        &mut self,
        patient: PatientId,
        revision: u64,
        record_numbers: Vec<RecordNumber>,
    ) -> Option<Change> {
        let plan = Plan {
            status: Status::NeedsReview.into(),
            reason: UNREADABLE.to_owned(),
            record_numbers,
            ..Plan::default()
        };
        let entry = Entry::pack(&plan, revision, &mut self.texts).ok()?;
        Some(self.replace(patient, entry))
    }

    fn replace(&mut self, patient: PatientId, entry: Entry) -> Change {
        let before = self.entries.remove(&patient).map(|old| {
            let (by_due, by_risk) = self.sets(&old);
            by_due.remove(&Key::due(old.facet().due, patient));
            by_risk.remove(&Key::risk(old.risk(), patient));
            old.release(&mut self.texts);
            old.facet()
        });
        let after = entry.facet();
        let (by_due, by_risk) = self.sets(&entry);
        by_due.insert(Key::due(after.due, patient));
        by_risk.insert(Key::risk(entry.risk(), patient));
        self.entries.insert(patient, entry);
        Change { patient, before, after }
    }

    /// The sets in which an entry's keys are. [`Entry::pack`] lets no other status in than those we have sets for.
    #[expect(clippy::indexing_slicing, reason = "an entry's status is a known one")]
    fn sets(&mut self, entry: &Entry) -> (&mut BTreeSet<Key>, &mut BTreeSet<Key>) {
        let status = usize::from(entry.facet().status);
        (&mut self.by_due[status], &mut self.by_risk[status])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_plans_that_were_replaced_are_forgotten() {
        let mut table = Table::default();
        let patient = PatientId([1; 16]);
        for revision in 1..=100 {
            // Letters, because digits are no part of a template.
            let text: String = format!("{revision}").chars().map(|c| char::from(c as u8 + 49)).collect();
            let number = RecordNumber { authority: format!("authority {text}"), number: "7".to_owned() };
            let plan = Plan {
                patient: patient.0.to_vec(),
                status: Status::Due.into(),
                reason: text,
                record_numbers: vec![number],
                ..Plan::default()
            };
            table.put(patient, revision, &plan);
        }
        assert_eq!(table.texts.len(), 3, "a reason, no reason for interval and modality, an authority");
    }
}
