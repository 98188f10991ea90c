//! From the name of a patient in a request to what is stored, along merges.

use crate::fault::Fault;
use crate::streams::{Record, Streams};
use lacteal_clinical::identity::{PatientId, PseudonymKey, RecordNumber};
use lacteal_wire::{api, event};
use std::sync::Arc;

/// Most merges followed from one record to the next.
const MERGES_MAX: usize = 8;

/// How a request names a patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Id(String),
    Number(event::RecordNumber),
}

/// Finds patients.
#[derive(Clone)]
pub(crate) struct Lookup {
    pub(crate) key: PseudonymKey,
    pub(crate) streams: Arc<Streams>,
}

/// A patient that was found.
pub(crate) struct Found {
    /// Whose record was asked for.
    pub(crate) asked: PatientId,
    /// Whose record it is: another one's when that of `asked` was merged.
    pub(crate) id: PatientId,
    pub(crate) record: Record,
}

// The oneof of each request is a type of its own.
macro_rules! names {
    ($($request:ident),+) => {
        $(impl From<api::$request::By> for Name {
            fn from(by: api::$request::By) -> Self {
                match by {
                    api::$request::By::PatientId(id) => Self::Id(id),
                    api::$request::By::RecordNumber(number) => Self::Number(number),
                }
            }
        })+
    };
}

names!(
    get_patient_request,
    get_plan_request,
    get_plan_history_request,
    decide_request,
    get_risk_request,
    get_risk_history_request,
    what_if_request,
    explain_request
);

impl Name {
    /// The name in a request, which must have one.
    pub(crate) fn of<B: Into<Self>>(by: Option<B>) -> Result<Self, Fault> {
        by.map(Into::into).ok_or_else(|| Fault::field("by", "must be set: patient_id or record_number"))
    }
}

impl Lookup {
    /// The pseudonym of a named patient, and what is said when nobody has it.
    pub(crate) fn id(&self, name: Name) -> Result<(PatientId, Fault), Fault> {
        match name {
            Name::Id(text) => {
                let id = text.parse().map_err(|_| Fault::field("patient_id", "is not a pseudonym"))?;
                Ok((id, Fault::UnknownPatient { patient: text }))
            }
            Name::Number(number) => {
                let number = RecordNumber::new(&number.authority, &number.number)
                    .map_err(|error| Fault::field("record_number", error))?;
                Ok((self.key.pseudonym(&number), Fault::UnknownPatient { patient: String::new() }))
            }
        }
    }

    /// The patient of this name; from a merged record on to the one it was merged into, as long as that is known.
    pub(crate) async fn find(&self, name: Name) -> Result<Found, Fault> {
        let (asked, unknown) = self.id(name)?;
        let (mut id, mut record) = (asked, self.known(asked).await?.ok_or(unknown)?);
        for _ in 0..=MERGES_MAX {
            let next = match merged_into(&record)? {
                None => None,
                Some(next) => self.known(next).await?.map(|record| (next, record)),
            };
            match next {
                None => return Ok(Found { asked, id, record }),
                Some(next) => (id, record) = next,
            }
        }
        Err(Fault::MergeChain)
    }

    /// What is stored of a patient, when anything is.
    pub(crate) async fn known(&self, patient: PatientId) -> Result<Option<Record>, Fault> {
        let record = Box::pin(self.streams.record(patient)).await?;
        let is_known = record.dossier.is_some() || record.plan.is_some();
        Ok(is_known.then_some(record))
    }
}

fn merged_into(record: &Record) -> Result<Option<PatientId>, Fault> {
    let summary = record.dossier.as_ref().and_then(|dossier| dossier.summary.as_ref());
    match summary.map_or(&[][..], |summary| &summary.merged_into) {
        [] => Ok(None),
        bytes => bytes.try_into().map(|id| Some(PatientId(id))).map_err(|_| Fault::Unreadable),
    }
}
