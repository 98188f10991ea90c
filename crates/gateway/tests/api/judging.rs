//! Plans, risks and decisions: read from the streams, handed on to intake and risk, which the test stands in for.

use crate::kept::{failure, response, serve};
use crate::world::{World, config, patient, risk, schedule};
use lacteal_clinical::{
    Fact, FactIdentity, Finding, Place, Reading, ReportKey, ReportKind, Standing, Version,
};
use lacteal_ledger::{StreamSpec, Transaction};
use lacteal_wire::api::failure::Kind;
use lacteal_wire::api::plan_service_client::PlanServiceClient;
use lacteal_wire::api::risk_service_client::RiskServiceClient;
use lacteal_wire::api::{
    DecideRequest, DecideResponse, ExplainRequest, ExplainResponse, GetPlanHistoryRequest, GetPlanRequest,
    GetRiskHistoryRequest, GetRiskRequest, ListModelsRequest, ListPoliciesRequest, ListPoliciesResponse,
    Sentence, SupposedPlanRequest, SupposedPlanResponse, SurveillancePolicy, WhatIfRequest, WhatIfResponse,
    decide_request, explain_request, get_plan_history_request, get_plan_request, get_risk_history_request,
    get_risk_request, what_if_request,
};
use lacteal_wire::event::decision;
use lacteal_wire::{event, subject};
use prost::Message as _;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

async fn append(world: &World, spec: StreamSpec, subject: String, payloads: impl Iterator<Item = Vec<u8>>) {
    let stream = world.stream(spec).await;
    for payload in payloads {
        let mut transaction = Transaction::new();
        transaction.append(subject.clone(), payload);
        stream.commit(transaction).await.unwrap();
    }
}

fn field(status: &Status) -> String {
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    status.get_error_details().bad_request().unwrap().field_violations[0].field.clone()
}

fn reason(status: &Status) -> String {
    status.get_error_details().error_info().unwrap().reason.clone()
}

fn by_id(number: u8) -> String {
    patient(number).to_string()
}

/// A dossier of one uncertain fact; its revision.
async fn put_dossier(world: &World, number: u8) -> (Fact, u64) {
    let fact = Fact {
        patient: patient(number),
        identity: FactIdentity([3; 16]),
        version: Version { reported_at: 5, tie: [0; 16] },
        standing: Standing::Final,
        observed: None,
        finding: Finding::NodesPositive(3),
        reading: Reading::uncertain("nodes", "Perhaps three nodes."),
        report_kind: ReportKind::Pathology,
        text: None,
        place: Place {
            report: ReportKey([4; 16]),
            segment: "OBX".into(),
            occurrence: 1,
            field: 5,
            repetition: 1,
            component: 1,
            span_start: 0,
            span_end: 1,
            expression: String::new(),
        },
    };
    let dossier = event::Dossier {
        patient: patient(number).0.to_vec(),
        survivor: patient(number).0.to_vec(),
        facts: vec![lacteal_wire::fact(&fact)],
        summary: Some(event::Summary::default()),
        assessment: Some(event::Assessment { risk_5_years: 0.25, ..event::Assessment::default() }),
        ..event::Dossier::default()
    };
    let revision = world.put(risk(), subject::dossier(patient(number)), dossier.encode_to_vec()).await;
    (fact, revision.sequence())
}

/// The same fact of patient 1, told by a code.
async fn put_coded(world: &World, fact: &Fact) {
    let coded = Fact { reading: Reading::Coded, ..fact.clone() };
    let dossier = event::Dossier {
        patient: patient(1).0.to_vec(),
        survivor: patient(1).0.to_vec(),
        facts: vec![lacteal_wire::fact(&coded)],
        ..event::Dossier::default()
    };
    world.put(risk(), subject::dossier(patient(1)), dossier.encode_to_vec()).await;
}

fn decide(kind: decision::Kind) -> DecideRequest {
    let decision = event::Decision {
        kind: Some(kind),
        author: "Dr Weser".into(),
        reason: "board of May".into(),
        until: None,
    };
    DecideRequest {
        by: Some(decide_request::By::PatientId(by_id(1))),
        decision: Some(decision),
        request_id: "r-1".into(),
        ..DecideRequest::default()
    }
}

fn day(year: u32, month: u32, day: u32) -> event::PartialDate {
    event::PartialDate { year, month, day }
}

#[tokio::test]
async fn the_present_plan_and_risk_are_the_last_that_were_stored() {
    let world = World::with(config()).await;
    let (_, revision) = put_dossier(&world, 1).await;
    world.put_plan(1, event::Status::Due).await;
    let number = event::RecordNumber { authority: "HOSP".into(), number: "1".into() };
    let mut plans = PlanServiceClient::new(world.channel().await);
    let request = GetPlanRequest { by: Some(get_plan_request::By::RecordNumber(number)) };
    let plan = plans.get_plan(request).await.unwrap().into_inner();
    assert_eq!((plan.patient_id, plan.dossier_revision), (by_id(1), revision));
    assert_eq!(plan.plan.unwrap().reason, "A reason of 1.");
    let mut risks = RiskServiceClient::new(world.channel().await);
    let request = |number| GetRiskRequest { by: Some(get_risk_request::By::PatientId(by_id(number))) };
    let risk = risks.get_risk(request(1)).await.unwrap().into_inner();
    assert_eq!((risk.assessment.unwrap().risk_5_years, risk.dossier_revision), (0.25, revision));
    let unknown = risks.get_risk(request(2)).await.unwrap_err();
    assert_eq!((unknown.code(), reason(&unknown).as_str()), (Code::NotFound, "UNKNOWN_PATIENT"));
    assert_eq!(field(&plans.get_plan(GetPlanRequest { by: None }).await.unwrap_err()), "by");
}

#[tokio::test]
async fn histories_are_paged_from_the_oldest_on_and_a_token_fits_its_own_only() {
    let world = World::with(config()).await;
    let planned = (1..=5).map(|it| event::Plan { now_s: it, ..event::Plan::default() }.encode_to_vec());
    append(&world, schedule(), subject::planned(patient(1)), planned).await;
    let assessed = (1..=3).map(|it| event::Assessment { now_s: it, ..Default::default() }.encode_to_vec());
    append(&world, risk(), subject::assessment(patient(1)), assessed).await;
    world.put_plan(2, event::Status::Due).await;

    let mut plans = PlanServiceClient::new(world.channel().await);
    let request = |number, page_token: &str| GetPlanHistoryRequest {
        by: Some(get_plan_history_request::By::PatientId(by_id(number))),
        page_size: 2,
        page_token: page_token.to_owned(),
    };
    let (mut token, mut given, mut tokens) = (String::new(), Vec::new(), Vec::new());
    loop {
        let page = plans.get_plan_history(request(1, &token)).await.unwrap().into_inner();
        given.push(page.plans.iter().map(|it| it.plan.as_ref().unwrap().now_s).collect::<Vec<_>>());
        assert!(page.plans.is_sorted_by_key(|it| it.revision));
        token = page.next_page_token;
        tokens.push(token.clone());
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(given, [vec![1, 2], vec![3, 4], vec![5]]);
    let other = plans.get_plan_history(request(2, &tokens[0])).await.unwrap_err();
    assert_eq!(field(&other), "page_token");
    let none = plans.get_plan_history(request(2, "")).await.unwrap().into_inner();
    assert!(none.plans.is_empty() && none.next_page_token.is_empty());
    let unknown = plans.get_plan_history(request(9, "")).await.unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);

    let mut risks = RiskServiceClient::new(world.channel().await);
    let request = GetRiskHistoryRequest {
        by: Some(get_risk_history_request::By::PatientId(by_id(1))),
        page_size: 100,
        page_token: String::new(),
    };
    let page = risks.get_risk_history(request.clone()).await.unwrap().into_inner();
    assert_eq!(page.assessments.iter().map(|it| it.now_s).collect::<Vec<_>>(), [1, 2, 3]);
    let wrong = risks.get_risk_history(GetRiskHistoryRequest { page_size: -1, ..request }).await.unwrap_err();
    assert_eq!(field(&wrong), "page_size");
}

#[tokio::test]
async fn a_decision_reaches_intake_under_the_pseudonym_with_what_was_judged() {
    let world = World::with(config()).await;
    let (fact, revision) = put_dossier(&world, 1).await;
    // Says back, as the report's key, whom and what intake was asked about.
    serve(&world, subject::DECIDE, |asked: DecideRequest| {
        if asked.expected_dossier_revision.is_some() {
            return failure(Kind::Conflict, "expected_dossier_revision", "is not the present one");
        }
        let judged = match asked.decision.and_then(|it| it.kind) {
            Some(decision::Kind::Confirm(it) | decision::Kind::Reject(it)) => it.digest,
            _ => Vec::new(),
        };
        let Some(decide_request::By::PatientId(id)) = asked.by else {
            return failure(Kind::InvalidField, "patient_id", "must be set");
        };
        response(&DecideResponse { report: format!("{id} {judged:?}"), repeated: false })
    })
    .await;
    let mut plans = PlanServiceClient::new(world.channel().await);
    let number = event::RecordNumber { authority: "HOSP".into(), number: "1".into() };
    let request = DecideRequest {
        by: Some(decide_request::By::RecordNumber(number)),
        expected_dossier_revision: Some(revision),
        ..decide(decision::Kind::IntervalMonths(3))
    };
    let decided = plans.decide(request.clone()).await.unwrap().into_inner();
    assert_eq!(decided.report, format!("{} []", by_id(1)));

    let judged = |identity: u8| event::JudgedFact {
        fact: Some(event::FactRef { patient: patient(1).0.to_vec(), identity: vec![identity; 16] }),
        digest: Vec::new(),
    };
    let confirmed = plans.decide(decide(decision::Kind::Confirm(judged(3)))).await.unwrap().into_inner();
    assert_eq!(confirmed.report, format!("{} {:?}", by_id(1), fact.statement_digest()));
    let other = event::JudgedFact { digest: vec![7; 16], ..judged(3) };
    let other = plans.decide(decide(decision::Kind::Reject(other))).await.unwrap_err();
    assert!(other.message().contains("decision.reject.digest is not that"), "{}", other.message());
    let unknown = plans.decide(decide(decision::Kind::Reject(judged(8)))).await.unwrap_err();
    assert_eq!((unknown.code(), reason(&unknown).as_str()), (Code::NotFound, "UNKNOWN_FACT"));

    let stale = DecideRequest { expected_dossier_revision: Some(revision + 1), ..request };
    let stale = plans.decide(stale).await.unwrap_err();
    assert_eq!(stale.code(), Code::FailedPrecondition);
    assert!(stale.message().starts_with("expected_dossier_revision is not"), "{}", stale.message());

    put_coded(&world, &fact).await;
    let coded = plans.decide(decide(decision::Kind::Reject(judged(3)))).await.unwrap_err();
    assert_eq!(coded.code(), Code::InvalidArgument);
    assert!(coded.message().contains("only its sender can correct it"), "{}", coded.message());
}

#[tokio::test]
async fn a_decision_without_author_reason_content_or_days_to_come_is_refused_by_its_field() {
    let world = World::with(config()).await;
    put_dossier(&world, 1).await;
    let mut plans = PlanServiceClient::new(world.channel().await);
    let whole = || decide(decision::Kind::Treated(true));
    let with = |change: &dyn Fn(&mut event::Decision)| {
        let mut request = whole();
        change(request.decision.as_mut().unwrap());
        request
    };
    for (expected, request) in [
        ("decision", DecideRequest { decision: None, ..whole() }),
        ("decision.kind", with(&|it| it.kind = None)),
        ("decision.author", with(&|it| it.author = " ".into())),
        ("decision.reason", with(&|it| it.reason.clear())),
        ("by", DecideRequest { by: None, ..whole() }),
        ("decision.until", with(&|it| it.until = Some(day(2020, 2, 29)))),
    ] {
        assert_eq!(field(&plans.decide(request).await.unwrap_err()), expected);
    }
    let away = plans.decide(whole()).await.unwrap_err();
    assert_eq!((away.code(), reason(&away).as_str()), (Code::Unavailable, "INTAKE_AWAY"));
    // What is yet to come reaches intake, and so does what takes back a decision whose day is over.
    let ahead = plans.decide(with(&|it| it.until = Some(day(2999, 1, 1)))).await.unwrap_err();
    assert_eq!(reason(&ahead), "INTAKE_AWAY");
    let over = DecideRequest { revoke: true, ..with(&|it| it.until = Some(day(2020, 2, 29))) };
    assert_eq!(reason(&plans.decide(over).await.unwrap_err()), "INTAKE_AWAY");
    let nobody = DecideRequest { by: Some(decide_request::By::PatientId(by_id(7))), ..whole() };
    assert_eq!(plans.decide(nobody).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn a_policy_is_chosen_from_those_that_scheduling_knows() {
    let world = World::with(config()).await;
    put_dossier(&world, 1).await;
    serve(&world, subject::DECIDE, |_: DecideRequest| response(&DecideResponse::default())).await;
    let mut plans = PlanServiceClient::new(world.channel().await);
    let choose = |name: &str| decide(decision::Kind::Policy(name.into()));
    let away = plans.decide(choose("norway")).await.unwrap_err();
    assert_eq!((away.code(), reason(&away).as_str()), (Code::Unavailable, "SCHEDULING_AWAY"));

    serve(&world, subject::POLICIES, |_: ListPoliciesRequest| {
        let policy = |name: &str| SurveillancePolicy { name: name.into(), ..Default::default() };
        response(&ListPoliciesResponse { policies: vec![policy("default"), policy("norway")] })
    })
    .await;
    let listed = plans.list_policies(ListPoliciesRequest {}).await.unwrap().into_inner();
    assert_eq!(listed.policies.len(), 2);
    plans.decide(choose("norway")).await.unwrap();
    let unknown = plans.decide(choose("narnia")).await.unwrap_err();
    assert_eq!(field(&unknown), "decision.policy");
    assert!(unknown.message().ends_with("there are default, norway"), "{}", unknown.message());
    // What was chosen while there was such a policy can be taken back.
    plans.decide(DecideRequest { revoke: true, ..choose("narnia") }).await.unwrap();
}

#[tokio::test]
async fn risk_is_asked_with_the_stored_dossier_whatever_the_caller_sends() {
    let world = World::with(config()).await;
    put_dossier(&world, 1).await;
    let mut risks = RiskServiceClient::new(world.channel().await);
    let away = risks.list_models(ListModelsRequest {}).await.unwrap_err();
    assert_eq!((away.code(), reason(&away).as_str()), (Code::Unavailable, "RISK_AWAY"));

    let said = |base: Option<event::Dossier>| match base {
        Some(base) => format!("{} facts", base.facts.len()),
        None => "nobody".to_owned(),
    };
    serve(&world, subject::WHAT_IF, move |asked: WhatIfRequest| {
        let text = said(asked.base);
        let explanation = vec![Sentence { text: text.clone(), ..Sentence::default() }];
        let summary = Some(event::Summary { scope_reason: text, ..event::Summary::default() });
        let supposed = Some(event::Dossier { summary, ..event::Dossier::default() });
        response(&WhatIfResponse { explanation, supposed, ..WhatIfResponse::default() })
    })
    .await;
    let request = |by| WhatIfRequest { by, base: Some(event::Dossier::default()), ..Default::default() };
    let by = what_if_request::By::PatientId(by_id(1));
    let away = risks.what_if(request(Some(by.clone()))).await.unwrap_err();
    assert_eq!((away.code(), reason(&away).as_str()), (Code::Unavailable, "SCHEDULING_AWAY"));
    serve(&world, subject::PLAN_SUPPOSED, |asked: SupposedPlanRequest| {
        let reason = asked.dossier.and_then(|it| it.summary).unwrap_or_default().scope_reason;
        response(&SupposedPlanResponse { plan: Some(event::Plan { reason, ..event::Plan::default() }) })
    })
    .await;
    for (by, expected) in [(Some(by), "1 facts"), (None, "nobody")] {
        let answer = risks.what_if(request(by)).await.unwrap().into_inner();
        assert_eq!(answer.explanation[0].text, expected);
        assert_eq!(answer.plan.unwrap().reason, expected, "planned is what risk supposed");
        assert_eq!(answer.supposed, None);
    }

    serve(&world, subject::EXPLAIN, move |asked: ExplainRequest| {
        let sentence = Sentence { text: said(asked.base), ..Sentence::default() };
        response(&ExplainResponse { sentences: vec![sentence] })
    })
    .await;
    let by = Some(explain_request::By::PatientId(by_id(1)));
    let answer = risks.explain(ExplainRequest { by, base: None }).await.unwrap().into_inner();
    assert_eq!(answer.sentences[0].text, "1 facts");
    let missing = risks.explain(ExplainRequest::default()).await.unwrap_err();
    assert_eq!(field(&missing), "by");
}
