//! Reports that came before their patients were known: a staging CT before the histology, an order, a booking.
//!
//! By themselves they say nothing of a tumour, and most of a hospital's are of others. So they are held for some time
//! under `intake.early`, each its own receipt, and become reports as soon as anything else makes their patient known.
//! Which patients have one is learned from the stream, those that other replicas hold among them. A patient is looked at
//! when a report of it is stored here, when a held one of it is first seen here, and once a day: so none is missed,
//! whichever comes first, and whoever stores it. What is done twice changes nothing.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lacteal_clinical::{Attribute, Fact, PatientId, ReportKey};
use lacteal_ledger::{CommitError, Revision, Stored, Transaction};
use lacteal_service::{BoxError, clock};
use lacteal_wire::{decode, encode, event, subject};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{Disposition, Incoming, Parts, Receiver, Written, holds_same};
use crate::config::Source;
use crate::events::HeldCounted;
use crate::interpret::Understood;
use crate::kept::{self, Told};

/// Bytes of a message that may be held: a text or coded results, and no pictures.
const HELD_BYTES_MAX: usize = 64 << 10;
/// Held reports of one read.
const PAGE: usize = 500;
/// Seconds between two looks at all patients with a held report.
const ALL_S: i64 = 24 * 60 * 60;
/// Pause after a look that failed.
const AGAIN: Duration = Duration::from_secs(1);
/// How long one question to the broker may take.
const ASKING: Duration = Duration::from_secs(5);

/// Whether a message is to be held. That somebody is alive, which many systems say with each message, is not.
pub(super) fn is_to_be_held(parts: &Parts, incoming: &Incoming, understood: &[Understood]) -> bool {
    let matters =
        |fact: &Fact| !matches!(fact.finding.attribute(), Attribute::Death | Attribute::RecordNumber);
    parts.early_for.is_some()
        && incoming.bytes.len() <= HELD_BYTES_MAX
        && understood.iter().flat_map(|one| &one.facts).any(matters)
}

/// Patients of whom a report is held, and those of them to be looked at.
#[derive(Default)]
pub(crate) struct Waiting {
    patients: Mutex<Patients>,
    due: Notify,
}

#[derive(Default)]
struct Patients {
    held: HashMap<PatientId, Vec<ReportKey>>,
    due: BTreeSet<PatientId>,
}

impl Waiting {
    /// Says that reports of these patients were stored.
    pub(crate) fn are_known(&self, patients: &[PatientId]) {
        let mut all = self.patients();
        let Patients { held, due } = &mut *all;
        let before = due.len();
        due.extend(patients.iter().filter(|patient| held.contains_key(*patient)));
        if due.len() > before {
            self.due.notify_one();
        }
    }

    fn is_held(&self, patient: PatientId, key: ReportKey) {
        let mut all = self.patients();
        all.held.entry(patient).or_default().push(key);
        all.due.insert(patient);
    }

    /// A panic elsewhere leaves nothing half done here.
    fn patients(&self) -> std::sync::MutexGuard<'_, Patients> {
        self.patients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Receiver {
    /// Holds what a message says of patients who are not known.
    pub(super) async fn hold(
        &self,
        (source, told, incoming): (&Source, &Told, &Incoming),
        understood: &[Understood],
        deadline: Instant,
        reused: bool,
    ) -> Option<Disposition> {
        let mut transaction = Transaction::new();
        let mut subjects = Vec::with_capacity(understood.len());
        for one in understood {
            let report = kept::report(source, told, incoming, one, Some(one.patient), reused);
            let subject = subject::early(one.patient, incoming.key);
            transaction.create(subject.clone(), encode(&report), self.shared.early_for);
            subjects.push(subject);
        }
        match self.write(transaction, subjects, deadline).await {
            Written::New => {
                self.shared.waiting.due.notify_one();
                Some(Disposition::NotRelevant)
            }
            Written::There(states) => {
                holds_same(&states, incoming).then_some(Disposition::Repeated(Vec::new()))
            }
            Written::Unavailable => Some(Disposition::Unavailable),
        }
    }
}

/// Makes reports of what is held as its patients become known, until `stop`. A broker that is away is asked again at the
/// next look.
pub(crate) async fn keep_looking(
    receiver: Receiver,
    pause: Duration,
    stop: CancellationToken,
) -> Result<(), BoxError> {
    let mut watch = Watch { receiver, read: Revision::NONE, all_at_s: clock::now().as_second() };
    loop {
        // What a look had not finished is done by the next.
        let next = match stop.run_until_cancelled(Box::pin(watch.look(clock::now().as_second()))).await {
            None => return Ok(()),
            Some(Ok(())) => pause,
            Some(Err(error)) => {
                tracing::debug!(%error, "held reports not looked at");
                pause.min(AGAIN)
            }
        };
        let woken = async {
            tokio::select! {
                () = watch.receiver.shared.waiting.due.notified() => {}
                () = sleep(next) => {}
            }
        };
        if stop.run_until_cancelled(woken).await.is_none() {
            return Ok(());
        }
    }
}

struct Watch {
    receiver: Receiver,
    /// The last held report that was seen.
    read: Revision,
    /// When all patients were last to be looked at.
    all_at_s: i64,
}

impl Watch {
    async fn look(&mut self, now_s: i64) -> Result<(), BoxError> {
        self.see_what_is_held().await?;
        let waiting = &self.receiver.shared.waiting;
        if now_s >= self.all_at_s.saturating_add(ALL_S) {
            self.all_at_s = now_s;
            let mut all = waiting.patients();
            let Patients { held, due } = &mut *all;
            due.extend(held.keys());
        }
        loop {
            // Taken out first: who becomes known while this asks is put in again.
            let Some(patient) = waiting.patients().due.pop_first() else { return Ok(()) };
            if let Err(error) = self.look_at(patient).await {
                waiting.patients().due.insert(patient);
                return Err(error);
            }
        }
    }

    async fn look_at(&self, patient: PatientId) -> Result<(), BoxError> {
        let known = self.receiver.is_known(patient, Instant::now() + ASKING).await;
        if known.ok_or("reports of a patient could not be read")? {
            self.count(patient).await
        } else {
            Ok(())
        }
    }

    async fn see_what_is_held(&mut self) -> Result<(), BoxError> {
        let shared = &self.receiver.shared;
        loop {
            let page = shared.stream.page(subject::EARLY, self.read, PAGE).await?;
            for stored in &page {
                let named = subject::patient_of(&stored.subject).zip(subject::key_of(&stored.subject));
                if let Some((patient, key)) = named {
                    shared.waiting.is_held(patient, key);
                }
                self.read = stored.revision;
            }
            if page.len() < PAGE {
                return Ok(());
            }
        }
    }

    /// Makes reports of all that is held of a patient.
    async fn count(&self, patient: PatientId) -> Result<(), BoxError> {
        let shared = &self.receiver.shared;
        let keys = shared.waiting.patients().held.get(&patient).cloned().unwrap_or_default();
        for key in keys {
            let held = subject::early(patient, key);
            // Nothing where it has expired.
            let states = shared.stream.last_from_leader(std::slice::from_ref(&held)).await?;
            if let Some(stored) = states.get(&held) {
                self.store(patient, decode(&stored.payload, "report")?).await?;
            }
        }
        let counted = shared.waiting.patients().held.remove(&patient).map_or(0, |keys| keys.len());
        HeldCounted { reports: counted }.emit();
        Ok(())
    }

    async fn store(&self, patient: PatientId, report: event::Report) -> Result<(), BoxError> {
        let key = ReportKey(report.key.as_slice().try_into()?);
        if !self.create(patient, key, &report).await? {
            return Ok(());
        }
        // The control id was used again for other content, which came when the patient was known.
        let second = self.receiver.shared.identity.key.report_key([&key.0[..], &report.raw_sha256]);
        self.create(patient, second, &of_key(report, second)).await.map(|_| ())
    }

    /// Stores a report under a key. Whether other content stands there.
    async fn create(
        &self,
        patient: PatientId,
        key: ReportKey,
        report: &event::Report,
    ) -> Result<bool, BoxError> {
        let shared = &self.receiver.shared;
        let subject = subject::report(patient, key);
        let mut transaction = Transaction::new();
        transaction.create(subject.clone(), encode(report), None);
        match shared.committer.commit(transaction).await {
            Ok(_) => Ok(false),
            Err(CommitError::Conflict { .. }) => {
                let states = shared.stream.last_from_leader(&[subject]).await?;
                let same = |stored: &Stored| {
                    let there: Result<event::Report, _> = decode(&stored.payload, "report");
                    there.is_ok_and(|there| there.raw_sha256 == report.raw_sha256)
                };
                Ok(!states.iter().any(same))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// The report under another key, which the places of its facts name, too.
fn of_key(mut report: event::Report, key: ReportKey) -> event::Report {
    report.key = key.0.to_vec();
    report.control_id_reused = true;
    for place in report.facts.iter_mut().filter_map(|fact| fact.place.as_mut()) {
        place.report = key.0.to_vec();
    }
    report
}
