//! `lacteal.v1.RiskService`: assessments straight from the stream; what is to be computed is asked of risk, and the plan that
//! would follow of scheduling. Both are handed the dossier, because they answer without reading.

use crate::ask::Asker;
use crate::call::Call;
use crate::fault::{Fault, Part};
use crate::history::Turn;
use crate::lookup::{Lookup, Name};
use lacteal_wire::api::risk_service_server::RiskService;
use lacteal_wire::api::{
    ExplainRequest, ExplainResponse, GetRiskHistoryRequest, GetRiskHistoryResponse, GetRiskRequest,
    GetRiskResponse, ListModelsRequest, ListModelsResponse, SupposedPlanRequest, SupposedPlanResponse,
    WhatIfRequest, WhatIfResponse,
};
use lacteal_wire::event::Dossier;
use lacteal_wire::subject;
use std::time::Duration;
use tonic::{Request, Response, Status};

pub(crate) struct Risks {
    pub(crate) lookup: Lookup,
    pub(crate) asker: Asker,
}

#[tonic::async_trait]
impl RiskService for Risks {
    async fn get_risk(&self, request: Request<GetRiskRequest>) -> Result<Response<GetRiskResponse>, Status> {
        let call = Call::of(&request);
        let risk = self.get(request.into_inner()).await.map_err(|fault| call.status(&fault))?;
        Ok(Response::new(risk))
    }

    async fn get_risk_history(
        &self,
        request: Request<GetRiskHistoryRequest>,
    ) -> Result<Response<GetRiskHistoryResponse>, Status> {
        let call = Call::of(&request);
        let page = self.history(request.into_inner()).await.map_err(|fault| call.status(&fault))?;
        Ok(Response::new(page))
    }

    async fn what_if(&self, request: Request<WhatIfRequest>) -> Result<Response<WhatIfResponse>, Status> {
        let call = Call::of(&request);
        let answered = Box::pin(self.suppose(request.into_inner(), &call)).await;
        answered.map(Response::new).map_err(|fault| call.status(&fault))
    }

    async fn explain(&self, request: Request<ExplainRequest>) -> Result<Response<ExplainResponse>, Status> {
        let call = Call::of(&request);
        let answered = Box::pin(self.explained(request.into_inner(), call.left())).await;
        answered.map(Response::new).map_err(|fault| call.status(&fault))
    }

    async fn list_models(
        &self,
        request: Request<ListModelsRequest>,
    ) -> Result<Response<ListModelsResponse>, Status> {
        let call = Call::of(&request);
        let asked = self.asker.ask(subject::MODELS, request.get_ref(), call.left(), Part::Risk).await;
        asked.map(Response::new).map_err(|fault| call.status(&fault))
    }
}

impl Risks {
    async fn get(&self, request: GetRiskRequest) -> Result<GetRiskResponse, Fault> {
        let record = self.lookup.find(Name::of(request.by)?).await?.record;
        let assessment = record.dossier.and_then(|it| it.assessment);
        Ok(GetRiskResponse { assessment, dossier_revision: record.dossier_revision })
    }

    async fn history(&self, request: GetRiskHistoryRequest) -> Result<GetRiskHistoryResponse, Fault> {
        let (id, unknown) = self.lookup.id(Name::of(request.by)?)?;
        let turn = Turn::of(&subject::assessment(id), request.page_size, &request.page_token)?;
        let mut found = self.lookup.streams.assessments(id, turn.after, turn.reads()).await?;
        if found.is_empty() {
            self.lookup.known(id).await?.ok_or(unknown)?;
        }
        let next_page_token = turn.cut(&mut found);
        let assessments = found.into_iter().map(|(_, it)| it).collect();
        Ok(GetRiskHistoryResponse { assessments, next_page_token })
    }

    /// Without a name the patient is one of whom only the supposed is known.
    async fn suppose(&self, mut request: WhatIfRequest, call: &Call) -> Result<WhatIfResponse, Fault> {
        request.base = match request.by.take() {
            Some(by) => Some(self.dossier(by.into()).await?),
            None => None,
        };
        let asked = self.asker.ask(subject::WHAT_IF, &request, call.left(), Part::Risk).await;
        let mut answer: WhatIfResponse = asked?;
        // Scheduling plans by facts and assessment together, so it is asked with what risk has supposed.
        let request = SupposedPlanRequest { dossier: answer.supposed.take() };
        let planned = self.asker.ask(subject::PLAN_SUPPOSED, &request, call.left(), Part::Scheduling).await;
        let planned: SupposedPlanResponse = planned?;
        answer.plan = planned.plan;
        Ok(answer)
    }

    async fn explained(&self, mut request: ExplainRequest, left: Duration) -> Result<ExplainResponse, Fault> {
        let name = Name::of(request.by.take())?;
        request.base = Some(self.dossier(name).await?);
        self.asker.ask(subject::EXPLAIN, &request, left, Part::Risk).await
    }

    /// The dossier of a patient; an empty one when risk has not processed a report yet.
    async fn dossier(&self, name: Name) -> Result<Dossier, Fault> {
        let found = self.lookup.find(name).await?;
        let none =
            || Dossier { patient: found.id.0.to_vec(), survivor: found.id.0.to_vec(), ..Dossier::default() };
        Ok(found.record.dossier.unwrap_or_else(none))
    }
}
