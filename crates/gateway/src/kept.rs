//! `lacteal.v1.QuarantineService`, `lacteal.v1.ReinterpretationService` and `lacteal.v1.FeedService`: hand on to intake,
//! the only one that reads and writes what it keeps. Here it is decided who may see the bytes of a message.

use crate::ask::Asker;
use crate::call::Call;
use crate::events::BytesGiven;
use crate::fault::{Fault, Part};
use lacteal_clinical::identity::PatientId;
use lacteal_wire::api::feed_service_server::FeedService;
use lacteal_wire::api::quarantine_service_server::QuarantineService;
use lacteal_wire::api::reinterpretation_service_server::ReinterpretationService;
use lacteal_wire::api::{
    DiscardQuarantinedRequest, DiscardQuarantinedResponse, GetQuarantinedRequest, GetQuarantinedResponse,
    ListFeedsRequest, ListFeedsResponse, ListQuarantinedRequest, ListQuarantinedResponse, QuarantineFilter,
    QuarantineState, ReinterpretRequest, ReinterpretResponse, ReplayQuarantinedRequest,
    ReplayQuarantinedResponse,
};
use lacteal_wire::subject;
use std::time::Duration;
use tonic::{Request, Response, Status};

/// How long a patient's answer waits for the number of quarantined messages.
const COUNT_TIMEOUT: Duration = Duration::from_secs(1);
/// Messages of one patient that are counted.
const COUNTED_MAX: i32 = 100;

#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) asker: Asker,
    /// Whether callers may have the bytes of quarantined messages.
    pub(crate) gives_bytes: bool,
}

#[tonic::async_trait]
impl QuarantineService for Kept {
    async fn list_quarantined(
        &self,
        request: Request<ListQuarantinedRequest>,
    ) -> Result<Response<ListQuarantinedResponse>, Status> {
        self.hand_on(subject::QUARANTINE_LIST, request).await
    }

    async fn get_quarantined(
        &self,
        request: Request<GetQuarantinedRequest>,
    ) -> Result<Response<GetQuarantinedResponse>, Status> {
        let (call, wants_bytes) = (Call::of(&request), request.get_ref().include_bytes);
        if wants_bytes && !self.gives_bytes {
            return Err(call.status(&Fault::BytesDenied));
        }
        let answered = self.hand_on(subject::QUARANTINE_GET, request).await?;
        if wants_bytes {
            BytesGiven { request_id: &call.request_id }.emit();
        }
        Ok(answered)
    }

    async fn replay_quarantined(
        &self,
        request: Request<ReplayQuarantinedRequest>,
    ) -> Result<Response<ReplayQuarantinedResponse>, Status> {
        self.hand_on(subject::QUARANTINE_REPLAY, request).await
    }

    async fn discard_quarantined(
        &self,
        request: Request<DiscardQuarantinedRequest>,
    ) -> Result<Response<DiscardQuarantinedResponse>, Status> {
        self.hand_on(subject::QUARANTINE_DISCARD, request).await
    }
}

#[tonic::async_trait]
impl ReinterpretationService for Kept {
    async fn reinterpret(
        &self,
        request: Request<ReinterpretRequest>,
    ) -> Result<Response<ReinterpretResponse>, Status> {
        self.hand_on(subject::REINTERPRET, request).await
    }
}

#[tonic::async_trait]
impl FeedService for Kept {
    async fn list_feeds(
        &self,
        request: Request<ListFeedsRequest>,
    ) -> Result<Response<ListFeedsResponse>, Status> {
        self.hand_on(subject::FEEDS_LIST, request).await
    }
}

impl Kept {
    async fn hand_on<Q, A>(&self, subject: &str, request: Request<Q>) -> Result<Response<A>, Status>
    where
        Q: prost::Message,
        A: prost::Message + Default,
    {
        let call = Call::of(&request);
        let answered = self.ask(subject, request.get_ref(), call.left()).await;
        answered.map(Response::new).map_err(|fault| call.status(&fault))
    }

    /// How many quarantined messages that name one of these patients are open. None when intake cannot be asked now:
    /// a dossier is shown without the number rather than not at all.
    pub(crate) async fn open_of(&self, patients: &[PatientId]) -> Option<u32> {
        let mut open = 0;
        for patient in patients {
            let mut filter =
                QuarantineFilter { patient_id: patient.to_string(), ..QuarantineFilter::default() };
            filter.set_state(QuarantineState::Open);
            let request = ListQuarantinedRequest {
                filter: Some(filter),
                page_size: COUNTED_MAX,
                ..ListQuarantinedRequest::default()
            };
            let asked = self.ask(subject::QUARANTINE_LIST, &request, COUNT_TIMEOUT).await;
            let page: ListQuarantinedResponse = asked.ok()?;
            open += page.entries.len();
        }
        u32::try_from(open).ok()
    }

    async fn ask<Q, A>(&self, subject: &str, request: &Q, timeout: Duration) -> Result<A, Fault>
    where
        Q: prost::Message,
        A: prost::Message + Default,
    {
        self.asker.ask(subject, request, timeout, Part::Keeper).await
    }
}
