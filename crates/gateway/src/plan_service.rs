//! `lacteal.v1.PlanService`: plans straight from the stream, decisions on to intake.
//!
//! A decision is checked here against the dossier, which intake does not read: whether there is such a patient, whether
//! the dossier is the one that was looked at, which statement is confirmed or rejected, and with scheduling whether there is
//! the policy that was chosen.

use crate::ask::Asker;
use crate::call::Call;
use crate::fault::{Fault, Part};
use crate::history::Turn;
use crate::lookup::{Found, Lookup, Name};
use crate::streams::Record;
use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use lacteal_clinical::Reading;
use lacteal_service::clock;
use lacteal_wire::api::decide_request::By;
use lacteal_wire::api::plan_service_server::PlanService;
use lacteal_wire::api::{
    DecideRequest, DecideResponse, GetPlanHistoryRequest, GetPlanHistoryResponse, GetPlanRequest,
    GetPlanResponse, ListPoliciesRequest, ListPoliciesResponse, PastPlan,
};
use lacteal_wire::event::decision::Kind;
use lacteal_wire::event::{JudgedFact, PartialDate};
use lacteal_wire::subject;
use tonic::{Request, Response, Status};

pub(crate) struct Plans {
    pub(crate) lookup: Lookup,
    pub(crate) asker: Asker,
}

#[tonic::async_trait]
impl PlanService for Plans {
    async fn get_plan(&self, request: Request<GetPlanRequest>) -> Result<Response<GetPlanResponse>, Status> {
        let call = Call::of(&request);
        let plan = self.get(request.into_inner()).await.map_err(|fault| call.status(&fault))?;
        Ok(Response::new(plan))
    }

    async fn get_plan_history(
        &self,
        request: Request<GetPlanHistoryRequest>,
    ) -> Result<Response<GetPlanHistoryResponse>, Status> {
        let call = Call::of(&request);
        let page = self.history(request.into_inner()).await.map_err(|fault| call.status(&fault))?;
        Ok(Response::new(page))
    }

    async fn decide(&self, request: Request<DecideRequest>) -> Result<Response<DecideResponse>, Status> {
        let call = Call::of(&request);
        let decided = Box::pin(self.hand_on(request.into_inner(), &call)).await;
        decided.map(Response::new).map_err(|fault| call.status(&fault))
    }

    async fn list_policies(
        &self,
        request: Request<ListPoliciesRequest>,
    ) -> Result<Response<ListPoliciesResponse>, Status> {
        let call = Call::of(&request);
        let listed = self.policies(&call).await;
        listed.map(Response::new).map_err(|fault| call.status(&fault))
    }
}

impl Plans {
    async fn get(&self, request: GetPlanRequest) -> Result<GetPlanResponse, Fault> {
        let Found { id, record, .. } = self.lookup.find(Name::of(request.by)?).await?;
        let Record { plan, dossier_revision, .. } = record;
        Ok(GetPlanResponse { plan, dossier_revision, patient_id: id.to_string() })
    }

    async fn history(&self, request: GetPlanHistoryRequest) -> Result<GetPlanHistoryResponse, Fault> {
        let (id, unknown) = self.lookup.id(Name::of(request.by)?)?;
        let turn = Turn::of(&subject::planned(id), request.page_size, &request.page_token)?;
        let mut plans = self.lookup.streams.plans(id, turn.after, turn.reads()).await?;
        if plans.is_empty() {
            self.lookup.known(id).await?.ok_or(unknown)?;
        }
        let next_page_token = turn.cut(&mut plans);
        let past = |(revision, plan)| PastPlan { revision, plan: Some(plan) };
        Ok(GetPlanHistoryResponse { plans: plans.into_iter().map(past).collect(), next_page_token })
    }

    async fn hand_on(&self, mut request: DecideRequest, call: &Call) -> Result<DecideResponse, Fault> {
        let name = Name::of(request.by.take())?;
        let decision = request.decision.as_mut();
        let decision = decision.ok_or_else(|| Fault::field("decision", "must be set"))?;
        if decision.kind.is_none() {
            return Err(Fault::field("decision.kind", "must be set: what was decided"));
        }
        for (field, text) in [("decision.author", &decision.author), ("decision.reason", &decision.reason)] {
            if text.trim().is_empty() {
                return Err(Fault::field(field, "must not be empty"));
            }
        }
        if !request.revoke && decision.until.as_ref().is_some_and(is_over) {
            let problem = "is over already: the decision would do nothing";
            return Err(Fault::field("decision.until", problem));
        }
        let Found { id, record, .. } = self.lookup.find(name).await?;
        match &mut decision.kind {
            Some(Kind::Confirm(judged)) => fill("decision.confirm", judged, &record)?,
            Some(Kind::Reject(judged)) => fill("decision.reject", judged, &record)?,
            Some(Kind::Policy(name)) if !request.revoke => self.check_policy(name, call).await?,
            _ => {}
        }
        request.by = Some(By::PatientId(id.to_string()));
        // What is still set says to intake that the dossier is another one; it knows whether this was recorded before.
        if request.expected_dossier_revision == Some(record.dossier_revision) {
            request.expected_dossier_revision = None;
        }
        self.asker.ask(subject::DECIDE, &request, call.left(), Part::Keeper).await
    }

    async fn policies(&self, call: &Call) -> Result<ListPoliciesResponse, Fault> {
        self.asker.ask(subject::POLICIES, &ListPoliciesRequest {}, call.left(), Part::Scheduling).await
    }

    /// A policy that scheduling does not have would leave the patient with the site's and a review item.
    async fn check_policy(&self, name: &str, call: &Call) -> Result<(), Fault> {
        let known = self.policies(call).await?.policies;
        if known.iter().any(|it| it.name == name) {
            return Ok(());
        }
        let names: Vec<String> = known.into_iter().map(|it| it.name).collect();
        Err(Fault::field(
            "decision.policy",
            format!("is no policy of this site; there are {}", names.join(", ")),
        ))
    }
}

/// Whether a day is over in every zone of the earth. One that is none is for intake to refuse.
fn is_over(day: &PartialDate) -> bool {
    const LATEST_ZONE: SignedDuration = SignedDuration::from_hours(12);
    let part = |it: u32| i8::try_from(it).ok();
    let day = || Date::new(i16::try_from(day.year).ok()?, part(day.month)?, part(day.day)?).ok();
    let today = clock::now().checked_sub(LATEST_ZONE).map(|now| now.to_zoned(TimeZone::UTC).date());
    matches!((day(), today), (Some(day), Ok(today)) if day < today)
}

/// Notes what the statement says that is judged, unless the caller did. A judgement that would have no effect is refused:
/// of a coded value, which is its sender's to correct, and of what the statement does not say any more.
fn fill(field: &str, judged: &mut JudgedFact, record: &Record) -> Result<(), Fault> {
    let wanted = judged.fact.as_ref().ok_or_else(|| Fault::field(format!("{field}.fact"), "must be set"))?;
    let facts = record.dossier.as_ref().map(|it| it.facts.as_slice()).unwrap_or_default();
    let is_wanted =
        |it: &&lacteal_wire::event::Fact| it.patient == wanted.patient && it.identity == wanted.identity;
    let stated = facts.iter().find(is_wanted).ok_or(Fault::UnknownFact)?;
    let stated = lacteal_wire::read_fact(stated).map_err(|_| Fault::Unreadable)?;
    if stated.reading == Reading::Coded {
        let text = "was not read out of text: only its sender can correct it";
        return Err(Fault::field(format!("{field}.fact"), text));
    }
    let digest = stated.statement_digest();
    if !judged.digest.is_empty() && judged.digest != digest {
        return Err(Fault::field(format!("{field}.digest"), "is not that of what the statement says now"));
    }
    judged.digest = digest.to_vec();
    Ok(())
}
