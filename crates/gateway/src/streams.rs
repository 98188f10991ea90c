//! The streams that the gateway reads. They are verified in the background, so that the gateway also starts, and
//! says that it is not ready, while the broker is away or the streams are not made yet.

use crate::fault::{Fault, Part};
use lacteal_clinical::identity::PatientId;
use lacteal_ledger::{Error, Ledger, Presence, Revision, Stored, Stream, StreamSpec};
use lacteal_wire::event::{Assessment, Dossier, Notice, Plan};
use lacteal_wire::subject;
use std::sync::OnceLock;
use std::time::Duration;

const MISSING_PAUSE: Duration = Duration::from_millis(500);
/// Notices of a patient that are shown.
const NOTICES_MAX: usize = 50;
/// Notices of a patient that are read to find the last ones.
const NOTICES_READ_MAX: usize = 1000;

/// What the gateway reads from.
#[derive(Clone, Debug)]
pub struct Sources {
    /// The connection.
    pub ledger: Ledger,
    /// The stream of dossiers, as its owner specifies it.
    pub risk: StreamSpec,
    /// The stream of plans, as its owner specifies it.
    pub schedule: StreamSpec,
}

/// The streams once they are verified.
pub(crate) struct Streams {
    sources: Sources,
    found: OnceLock<Found>,
}

struct Found {
    risk: Stream,
    schedule: Stream,
}

/// What is stored about a patient.
pub(crate) struct Record {
    pub(crate) dossier: Option<Dossier>,
    /// Sequence of the dossier in RISK; 0 without one.
    pub(crate) dossier_revision: u64,
    pub(crate) plan: Option<Plan>,
}

impl Streams {
    pub(crate) fn new(sources: Sources) -> Self {
        Self { sources, found: OnceLock::new() }
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.sources.ledger
    }

    /// Verifies the streams, waits for those that are missing, and gives the stream of plans.
    ///
    /// # Errors
    /// A stream is there and not as needed, or the broker refuses.
    pub(crate) async fn find(&self) -> Result<Stream, Error> {
        let risk = self.verified(&self.sources.risk).await?;
        let schedule = self.verified(&self.sources.schedule).await?;
        let found = self.found.get_or_init(|| Found { risk, schedule });
        Ok(found.schedule.clone())
    }

    async fn verified(&self, spec: &StreamSpec) -> Result<Stream, Error> {
        let mut has_told = false;
        loop {
            match self.sources.ledger.stream(spec, Presence::Verify).await {
                Err(Error::Missing(stream)) => {
                    if !std::mem::replace(&mut has_told, true) {
                        tracing::warn!(stream, "waiting for a stream that its owner has not made yet");
                    }
                    tokio::time::sleep(MISSING_PAUSE).await;
                }
                found => return found,
            }
        }
    }

    /// Reads the last dossier and plan of a patient.
    pub(crate) async fn record(&self, patient: PatientId) -> Result<Record, Fault> {
        let found = self.found()?;
        let (dossier, plan) = tokio::try_join!(
            last(&found.risk, subject::dossier(patient)),
            last(&found.schedule, subject::plan(patient)),
        )?;
        let (mut dossier, dossier_revision) =
            dossier.map_or((None, 0), |(it, revision)| (Some(it), revision));
        // A fact of a kind that only a newer service knows hides nothing: all are shown, without the marks.
        if let Some(Err(error)) = dossier.as_mut().map(lacteal_wire::mark_taken_back) {
            tracing::warn!(%error, "a dossier holds facts that this version does not know");
        }
        Ok(Record { dossier, dossier_revision, plan: plan.map(|(it, _)| it) })
    }

    /// The last notices about a patient, the latest last. A few come in a year: all of them are read.
    pub(crate) async fn notices(&self, patient: PatientId) -> Result<Vec<Notice>, Fault> {
        let stream = &self.found()?.schedule;
        let notices = page(stream, &subject::notice(patient), 0, NOTICES_READ_MAX).await?;
        let skipped = notices.len().saturating_sub(NOTICES_MAX);
        Ok(notices.into_iter().skip(skipped).map(|(_, notice)| notice).collect())
    }

    /// Assessments of a patient after a revision, the oldest first, each with its revision.
    pub(crate) async fn assessments(
        &self,
        patient: PatientId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Assessment)>, Fault> {
        page(&self.found()?.risk, &subject::assessment(patient), after, limit).await
    }

    /// Plans that a patient has had after a revision, the oldest first, each with its revision.
    pub(crate) async fn plans(
        &self,
        patient: PatientId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Plan)>, Fault> {
        page(&self.found()?.schedule, &subject::planned(patient), after, limit).await
    }

    fn found(&self) -> Result<&Found, Fault> {
        self.found.get().ok_or(Fault::Away(Part::Broker))
    }
}

/// Messages of one subject after a revision, in the order in which they were stored.
async fn page<T: prost::Message + Default>(
    stream: &Stream,
    subject: &str,
    after: u64,
    limit: usize,
) -> Result<Vec<(u64, T)>, Fault> {
    let stored = stream.page(subject, Revision::new(after), limit).await;
    let stored = stored.map_err(|error| fault(stream, &error, "cannot read what was stored of a patient"))?;
    stored.iter().map(|it| Ok((it.revision.sequence(), decoded(stream, it)?))).collect()
}

async fn last<T: prost::Message + Default>(
    stream: &Stream,
    subject: String,
) -> Result<Option<(T, u64)>, Fault> {
    let states = stream
        .last(std::slice::from_ref(&subject))
        .await
        .map_err(|error| fault(stream, &error, "cannot read the last message of a patient"))?;
    let stored = states.get(&subject);
    stored.map(|stored| Ok((decoded(stream, stored)?, stored.revision.sequence()))).transpose()
}

fn fault(stream: &Stream, error: &Error, what: &'static str) -> Fault {
    if error.is_transient() {
        return Fault::Away(Part::Broker);
    }
    tracing::error!(stream = stream.name(), %error, what);
    Fault::Unreadable
}

fn decoded<T: prost::Message + Default>(stream: &Stream, stored: &Stored) -> Result<T, Fault> {
    T::decode(stored.payload.clone()).map_err(|_| {
        let revision = stored.revision.sequence();
        tracing::error!(stream = stream.name(), revision, "a stored event cannot be decoded");
        Fault::Unreadable
    })
}
