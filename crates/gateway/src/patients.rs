//! `lacteal.v1.PatientService`: what is known about a patient, read straight from the streams.

use crate::availability::Availability;
use crate::board::Board;
use crate::call::Call;
use crate::fault::{Fault, Part};
use crate::kept::Kept;
use crate::streams::{Record, Streams};
use crate::worklist::{Cursor, Query, page_size};
use lacteal_clinical::identity::{PatientId, PseudonymKey, RecordNumber};
use lacteal_wire::api::get_patient_request::By;
use lacteal_wire::api::patient_service_server::PatientService;
use lacteal_wire::api::{
    GetPatientRequest, GetPatientResponse, ListPatientsRequest, ListPatientsResponse, Patient,
};
use std::sync::Arc;
use tokio::sync::watch;
use tonic::{Request, Response, Status};

/// Most merges followed from one record to the next.
const MERGES_MAX: usize = 8;

pub(crate) struct Patients {
    pub(crate) key: PseudonymKey,
    pub(crate) kept: Kept,
    pub(crate) streams: Arc<Streams>,
    pub(crate) board: Arc<Board>,
    pub(crate) availability: watch::Receiver<Availability>,
}

#[tonic::async_trait]
impl PatientService for Patients {
    async fn get_patient(
        &self,
        request: Request<GetPatientRequest>,
    ) -> Result<Response<GetPatientResponse>, Status> {
        let call = Call::of(&request);
        let patient = self.get(request.into_inner()).await.map_err(|fault| call.status(&fault))?;
        Ok(Response::new(GetPatientResponse { patient: Some(patient) }))
    }

    async fn list_patients(
        &self,
        request: Request<ListPatientsRequest>,
    ) -> Result<Response<ListPatientsResponse>, Status> {
        let call = Call::of(&request);
        let page = self.list(&request.into_inner()).map_err(|fault| call.status(&fault))?;
        Ok(Response::new(page))
    }
}

impl Patients {
    async fn get(&self, request: GetPatientRequest) -> Result<Patient, Fault> {
        let (asked, unknown) = match request.by {
            None => return Err(Fault::field("by", "must be set: patient_id or record_number")),
            Some(By::PatientId(text)) => {
                let id = text.parse().map_err(|_| Fault::field("patient_id", "is not a pseudonym"))?;
                (id, Fault::UnknownPatient { patient: text })
            }
            Some(By::RecordNumber(number)) => {
                let number = RecordNumber::new(&number.authority, &number.number)
                    .map_err(|error| Fault::field("record_number", error))?;
                (self.key.pseudonym(&number), Fault::UnknownPatient { patient: String::new() })
            }
        };
        let first = self.known(asked).await?.ok_or(unknown)?;
        self.survivor(asked, first).await
    }

    /// Goes from a merged record to the one it was merged into, as long as that is known.
    async fn survivor(&self, asked: PatientId, first: Record) -> Result<Patient, Fault> {
        let (mut id, mut record) = (asked, first);
        for _ in 0..=MERGES_MAX {
            let next = match merged_into(&record)? {
                None => None,
                Some(next) => self.known(next).await?.map(|record| (next, record)),
            };
            let Some(next) = next else {
                let followed_from = if id == asked { String::new() } else { asked.to_string() };
                let records = if id == asked { vec![id] } else { vec![id, asked] };
                let quarantined = Box::pin(self.kept.open_of(&records)).await;
                let Record { dossier, plan, notices } = record;
                let patient_id = id.to_string();
                return Ok(Patient { patient_id, dossier, plan, followed_from, notices, quarantined });
            };
            (id, record) = next;
        }
        Err(Fault::MergeChain)
    }

    async fn known(&self, patient: PatientId) -> Result<Option<Record>, Fault> {
        let record = Box::pin(self.streams.record(patient)).await?;
        let is_known = record.dossier.is_some() || record.plan.is_some();
        Ok(is_known.then_some(record))
    }

    fn list(&self, request: &ListPatientsRequest) -> Result<ListPatientsResponse, Fault> {
        if !self.availability.borrow().worklist {
            return Err(Fault::Away(Part::Worklist));
        }
        let size = page_size(request.page_size).map_err(|error| Fault::field("page_size", error))?;
        let after = Cursor::of_token(&request.page_token, &Query::Patients)
            .map_err(|error| Fault::field("page_token", error))?;
        let page = self.board.read(|table| table.patients(size, after));
        let next = page.next.map_or_else(String::new, |next| next.token(&Query::Patients));
        Ok(ListPatientsResponse { patients: page.entries, next_page_token: next })
    }
}

fn merged_into(record: &Record) -> Result<Option<PatientId>, Fault> {
    let summary = record.dossier.as_ref().and_then(|dossier| dossier.summary.as_ref());
    match summary.map_or(&[][..], |summary| &summary.merged_into) {
        [] => Ok(None),
        bytes => bytes.try_into().map(|id| Some(PatientId(id))).map_err(|_| Fault::Unreadable),
    }
}
