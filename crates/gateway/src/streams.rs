//! The streams that the gateway reads. They are verified in the background, so that the gateway also starts, and
//! says that it is not ready, while the broker is away or the streams are not made yet.

use crate::fault::{Fault, Part};
use lacteal_clinical::identity::PatientId;
use lacteal_ledger::{Error, Ledger, Presence, Revision, Stored, Stream, StreamSpec};
use lacteal_wire::event::{Dossier, Notice, Plan};
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
    pub(crate) plan: Option<Plan>,
    /// The latest last.
    pub(crate) notices: Vec<Notice>,
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
        let found = self.found.get().ok_or(Fault::Away(Part::Broker))?;
        let (dossier, plan, notices) = tokio::try_join!(
            last(&found.risk, subject::dossier(patient)),
            last(&found.schedule, subject::plan(patient)),
            notices(&found.schedule, patient),
        )?;
        Ok(Record { dossier, plan, notices })
    }
}

/// The last notices about a patient. A few come in a year: all of them are read.
async fn notices(stream: &Stream, patient: PatientId) -> Result<Vec<Notice>, Fault> {
    let stored = stream
        .page(&subject::notice(patient), Revision::NONE, NOTICES_READ_MAX)
        .await
        .map_err(|error| fault(stream, &error, "cannot read the notices of a patient"))?;
    let skipped = stored.len().saturating_sub(NOTICES_MAX);
    stored.iter().skip(skipped).map(|stored| decoded(stream, stored)).collect()
}

async fn last<T: prost::Message + Default>(stream: &Stream, subject: String) -> Result<Option<T>, Fault> {
    let states = stream
        .last(std::slice::from_ref(&subject))
        .await
        .map_err(|error| fault(stream, &error, "cannot read the last message of a patient"))?;
    states.get(&subject).map(|stored| decoded(stream, stored)).transpose()
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
