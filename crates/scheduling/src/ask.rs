//! What the gateway asks of scheduling: the plan of a patient who is supposed, and the policies. Pure but for the bytes.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use lacteal_wire::api::{
    Failure, ListPoliciesRequest, ListPoliciesResponse, SupposedPlanRequest, SupposedPlanResponse,
    SurveillancePolicy,
};
use lacteal_wire::asked::{answer, invalid};
use lacteal_wire::event::Plan;
use lacteal_wire::subject;

use crate::plan::plan;
use crate::step::{Rules, remembered};

/// Answers by the rules of the site.
pub(crate) struct Asked {
    rules: Arc<Rules>,
}

impl Asked {
    pub(crate) fn new(rules: Arc<Rules>) -> Self {
        Self { rules }
    }

    /// The answer to a request on one of the subjects of scheduling.
    pub(crate) async fn answer(&self, subject: &str, request: Bytes, now: Timestamp) -> Bytes {
        match subject {
            subject::PLAN_SUPPOSED => {
                answer("supposed plan", request, async |it| self.supposed(&it, now)).await
            }
            _ => {
                answer("list policies", request, async |it: ListPoliciesRequest| Ok(self.policies(&it))).await
            }
        }
    }

    /// No plan came before: what is supposed does not go on from what is stored.
    fn supposed(
        &self,
        request: &SupposedPlanRequest,
        now: Timestamp,
    ) -> Result<SupposedPlanResponse, Failure> {
        let dossier = request.dossier.as_ref().ok_or_else(|| invalid("dossier", "must be set"))?;
        let Rules { policies, zone } = &*self.rules;
        let plan = plan(dossier, 0, None, policies, now, zone);
        Ok(SupposedPlanResponse { plan: plan.map(|it| Plan { now_s: it.now_s, ..remembered(&it) }) })
    }

    fn policies(&self, _: &ListPoliciesRequest) -> ListPoliciesResponse {
        let (site, all) = (self.rules.policies.site(), self.rules.policies.all());
        let others = all.filter(|it| it.name() != site.name());
        let policies = std::iter::once(site).chain(others).map(|it| SurveillancePolicy {
            name: it.name().to_owned(),
            version: it.version().to_owned(),
            date: it.date().to_string(),
            source: it.source().to_owned(),
            is_site: it.name() == site.name(),
        });
        ListPoliciesResponse { policies: policies.collect() }
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use lacteal_wire::event::{
        Assessment, Dossier, Grade, LiverState, PartialDate, RecordNumber, Scope, Summary, Tnm,
    };

    use super::*;
    use crate::{Policies, Policy};

    fn asked(site: &str) -> Asked {
        let text = Policy::built_in_text("nccn").unwrap();
        let own = Policy::parse(&text.replace("name = \"nccn\"", "name = \"ward-7\"")).unwrap();
        Asked::new(Arc::new(Rules { policies: Policies::new([own], site).unwrap(), zone: TimeZone::UTC }))
    }

    fn request() -> SupposedPlanRequest {
        let summary = Summary {
            scope: Scope::In.into(),
            record_numbers: vec![RecordNumber { authority: "HOSP".into(), number: "1".into() }],
            liver: LiverState::Free.into(),
            time_zero: Some(PartialDate { year: 2026, month: 1, day: 10 }),
            grade: Grade::G1.into(),
            n: Some(Tnm { category: "N1".into(), ..Tnm::default() }),
            ..Summary::default()
        };
        let dossier = Dossier {
            patient: vec![7; 16],
            summary: Some(summary),
            assessment: Some(Assessment::default()),
            ..Dossier::default()
        };
        SupposedPlanRequest { dossier: Some(dossier) }
    }

    #[test]
    fn who_is_supposed_is_planned_by_the_rules_of_the_site_and_without_bookkeeping() {
        let now = "2026-02-01T12:00:00Z".parse().unwrap();
        let asked = asked("ward-7");
        let supposed = asked.supposed(&request(), now).unwrap().plan.unwrap();
        let Rules { policies, zone } = &*asked.rules;
        let stored = plan(request().dossier.as_ref().unwrap(), 0, None, policies, now, zone).unwrap();
        assert_eq!((supposed.policy.as_str(), supposed.status), ("ward-7", stored.status));
        assert!(!supposed.row.is_empty() && supposed.next_scan.is_some());
        assert_eq!((&supposed.next_scan, &supposed.reason), (&stored.next_scan, &stored.reason));
        assert_eq!(supposed.now_s, now.as_second());
        assert!(supposed.record_numbers.is_empty() && supposed.basis.is_none() && supposed.wake_at_s == 0);
        let summary = Some(Summary { scope: Scope::NoTumour.into(), ..Summary::default() });
        let nobody = SupposedPlanRequest { dossier: Some(Dossier { summary, ..Dossier::default() }) };
        assert_eq!(asked.supposed(&nobody, now).unwrap().plan, None);
        assert_eq!(asked.supposed(&SupposedPlanRequest::default(), now).unwrap_err().field, "dossier");
    }

    #[test]
    fn the_policies_are_all_that_can_be_chosen_and_that_of_the_site_comes_first() {
        let listed = asked("ward-7").policies(&ListPoliciesRequest {}).policies;
        let names: Vec<_> = listed.iter().map(|it| (it.name.as_str(), it.is_site)).collect();
        assert_eq!(names, [("ward-7", true), ("default", false), ("nccn", false), ("norway", false)]);
        assert!(
            listed.iter().all(|it| !it.version.is_empty() && it.date.len() == 10 && !it.source.is_empty())
        );
    }
}
