//! gRPC clients of the gateway.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use lacteal_wire::api::patient_service_client::PatientServiceClient;
use lacteal_wire::api::worklist_service_client::WorklistServiceClient;
use lacteal_wire::api::{
    GetPatientRequest, ListWorklistRequest, Patient, WorklistEntry, WorklistFilter, get_patient_request::By,
};
use lacteal_wire::event::{Plan, RecordNumber, Status};
use tonic::Code;
use tonic::transport::Channel;

use crate::until;

/// Assigning authority of all tests.
pub const AUTHORITY: &str = "NORTH";

/// Clients of one gateway.
#[derive(Clone)]
pub struct Gateway {
    pub patients: PatientServiceClient<Channel>,
    pub worklist: WorklistServiceClient<Channel>,
}

impl Gateway {
    pub async fn connect(addr: SocketAddr) -> Gateway {
        let channel = until("the gateway", || async move {
            tonic::transport::Endpoint::from_shared(format!("http://{addr}")).ok()?.connect().await.ok()
        })
        .await;
        Gateway {
            patients: PatientServiceClient::new(channel.clone()),
            worklist: WorklistServiceClient::new(channel),
        }
    }

    /// A patient by record number; none when not known.
    pub async fn patient(&self, number: &str) -> Option<Patient> {
        let number = RecordNumber { authority: AUTHORITY.to_owned(), number: number.to_owned() };
        let request = GetPatientRequest { by: Some(By::RecordNumber(number)) };
        match self.patients.clone().get_patient(request).await {
            Ok(response) => response.into_inner().patient,
            Err(status) if status.code() == Code::NotFound => None,
            Err(status) if status.code() == Code::Unavailable => None,
            Err(status) => panic!("{status:?}"),
        }
    }

    /// Waits until a patient's plan is as wanted, and gives the patient.
    pub async fn patient_after(&self, number: &str, what: &str, wanted: impl Fn(&Plan) -> bool) -> Patient {
        let wanted = &wanted;
        until(what, || async move {
            let patient = self.patient(number).await?;
            patient.plan.as_ref().is_some_and(wanted).then_some(patient)
        })
        .await
    }

    /// Waits until a patient's plan is as wanted.
    pub async fn plan_when(&self, number: &str, what: &str, wanted: impl Fn(&Plan) -> bool) -> Plan {
        self.patient_after(number, what, wanted).await.plan.unwrap_or_default()
    }

    /// Waits until a patient has a plan of this status.
    pub async fn status(&self, number: &str, status: Status) -> Plan {
        self.plan_when(number, status.as_str_name(), |plan| plan.status() == status).await
    }

    /// All entries of the work list, ended ones too, by pseudonym.
    pub async fn everybody(&self) -> Option<BTreeMap<String, WorklistEntry>> {
        let filter = WorklistFilter { statuses: (1..=10).collect(), due_on_or_before: String::new() };
        let mut all = BTreeMap::new();
        let mut page_token = String::new();
        loop {
            let request = ListWorklistRequest {
                filter: Some(filter.clone()),
                page_size: 1000,
                page_token,
                ..ListWorklistRequest::default()
            };
            let page = self.worklist.clone().list_worklist(request).await.ok()?.into_inner();
            all.extend(page.entries.into_iter().map(|entry| (entry.patient_id.clone(), entry)));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return Some(all);
            }
        }
    }
}
