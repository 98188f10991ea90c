//! `lacteal.v1.PatientService`: what is known about a patient, read straight from the streams.

use crate::availability::Availability;
use crate::board::Board;
use crate::call::Call;
use crate::fault::{Fault, Part};
use crate::kept::Kept;
use crate::lookup::{Found, Lookup, Name};
use crate::worklist::{Cursor, Query, page_size};
use lacteal_wire::api::patient_service_server::PatientService;
use lacteal_wire::api::{
    GetPatientRequest, GetPatientResponse, ListPatientsRequest, ListPatientsResponse, Patient,
};
use std::sync::Arc;
use tokio::sync::watch;
use tonic::{Request, Response, Status};

pub(crate) struct Patients {
    pub(crate) lookup: Lookup,
    pub(crate) kept: Kept,
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
        let Found { asked, id, record } = self.lookup.find(Name::of(request.by)?).await?;
        let records = if id == asked { vec![id] } else { vec![id, asked] };
        let quarantined = Box::pin(self.kept.open_of(&records)).await;
        Ok(Patient {
            patient_id: id.to_string(),
            dossier: record.dossier,
            plan: record.plan,
            followed_from: if id == asked { String::new() } else { asked.to_string() },
            notices: self.lookup.streams.notices(id).await?,
            quarantined,
        })
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
