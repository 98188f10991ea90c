//! Decisions of clinicians: durable before the answer, stored once, and read back from INTAKE alone.

use lacteal_clinical::decision::DecisionKind;
use lacteal_clinical::{Fact, Finding, Standing};
use lacteal_intake::Config;
use lacteal_wire::api::{self, DecideRequest, DecideResponse, Failure, failure::Kind};
use lacteal_wire::event::decision::Kind as Decided;
use lacteal_wire::{event, read_fact, subject};
use prost::Message as _;

use crate::quarantine::ask;
use crate::world::{World, patient, report};

fn decide(id: &str, kind: Decided) -> DecideRequest {
    DecideRequest {
        by: Some(api::decide_request::By::PatientId(patient("1").to_string())),
        decision: Some(event::Decision {
            kind: Some(kind),
            author: "Dr Weser".to_owned(),
            reason: "nodes in the mesentery".to_owned(),
            until: None,
        }),
        request_id: id.to_owned(),
        ..DecideRequest::default()
    }
}

async fn answer(world: &World, request: DecideRequest) -> Result<DecideResponse, Failure> {
    ask(world, subject::DECIDE, request).await
}

/// A world in which something of patient 1 is kept.
async fn known() -> World {
    let world = World::new().await;
    assert_eq!(world.sender().await.exchange(&report("M1", "1", 5)).await, "AA");
    world
}

/// The decisions that are kept about patient 1, with their reports, in the order of the stream.
async fn kept(world: &World) -> Vec<(event::Report, Fact)> {
    let reports = world.reports("1").await.into_iter().filter(|it| it.message_type == "DECISION");
    reports
        .map(|report| {
            let fact = read_fact(&report.facts[0]).expect("a fact");
            (report, fact)
        })
        .collect()
}

fn months(fact: &Fact) -> u8 {
    match &fact.finding {
        Finding::Decision(decision) => match decision.kind() {
            DecisionKind::Interval { months } => *months,
            other => panic!("not an interval: {other:?}"),
        },
        _ => panic!("not a decision"),
    }
}

#[tokio::test]
async fn a_decision_is_a_report_that_holds_the_request_and_its_fact() {
    let world = known().await;
    let request = decide("R1", Decided::IntervalMonths(9));
    let response = answer(&world, request.clone()).await.expect("recorded");
    assert!(!response.repeated);
    let kept = kept(&world).await;
    let (report, fact) = &kept[0];
    assert_eq!(DecideRequest::decode(report.raw.clone()).expect("the request"), request);
    assert_eq!(response.report, fact.place.report.to_string());
    assert_eq!(report.key, fact.place.report.0);
    assert_eq!((fact.patient, fact.standing, months(fact)), (patient("1"), Standing::Final, 9));
    assert_eq!(fact.version.reported_at, report.received_at_s);
    assert_eq!((fact.place.segment.as_str(), fact.place.span_start), ("DECISION", 0));
    assert_eq!(fact.place.span_end as usize, report.raw.len());
    assert!(fact.observed.is_some());
}

#[tokio::test]
async fn the_same_request_is_answered_the_same_and_stored_once() {
    let world = known().await;
    let request = decide("R1", Decided::IntervalMonths(9));
    let first = answer(&world, request.clone()).await.expect("recorded");
    let again = answer(&world, request.clone()).await.expect("found");
    assert_eq!((again.report.clone(), again.repeated), (first.report, true));
    // The dossier has moved on by the decision itself.
    let late = DecideRequest { expected_dossier_revision: Some(1), ..request };
    assert_eq!(answer(&world, late).await.expect("found"), again);
    assert_eq!(kept(&world).await.len(), 1);

    let other = answer(&world, decide("R1", Decided::IntervalMonths(6))).await.expect_err("another request");
    assert_eq!((other.kind(), other.field.as_str()), (Kind::Conflict, "request_id"));
    assert_eq!(kept(&world).await.len(), 1);
}

#[tokio::test]
async fn requests_of_one_moment_with_one_id_are_stored_once() {
    let world = known().await;
    let request = || answer(&world, decide("R1", Decided::Treated(true)));
    let (one, two, three) = tokio::join!(request(), request(), request());
    let all = [one, two, three].map(|it| it.expect("an answer"));
    assert_eq!(all.iter().filter(|it| !it.repeated).count(), 1);
    assert_eq!(kept(&world).await.len(), 1);
}

#[tokio::test]
async fn of_decisions_in_quick_succession_the_last_one_stands_withdrawals_included() {
    let world = known().await;
    for (id, months, revoke) in [("R1", 9, false), ("R2", 6, false), ("R3", 6, true), ("R4", 3, false)] {
        let request = DecideRequest { revoke, ..decide(id, Decided::IntervalMonths(months)) };
        answer(&world, request).await.expect("recorded");
    }
    let kept = kept(&world).await;
    let facts: Vec<_> = kept.iter().map(|(_, fact)| fact.clone()).collect();
    assert_eq!(
        facts.iter().map(|fact| (months(fact), fact.standing)).collect::<Vec<_>>(),
        [(9, Standing::Final), (6, Standing::Final), (6, Standing::Deleted), (3, Standing::Final)]
    );
    for pair in facts.windows(2) {
        assert_eq!(pair[0].key(), pair[1].key(), "one slot, one statement");
        assert!(pair[1].supersedes(&pair[0]), "the later one stands");
    }
}

#[tokio::test]
async fn a_decision_about_an_older_dossier_is_not_recorded() {
    let world = known().await;
    let request =
        DecideRequest { expected_dossier_revision: Some(7), ..decide("R1", Decided::Decline(true)) };
    let refused = answer(&world, request).await.expect_err("stale");
    assert_eq!((refused.kind(), refused.field.as_str()), (Kind::Conflict, "expected_dossier_revision"));
    assert!(kept(&world).await.is_empty());
}

#[tokio::test]
async fn nothing_is_decided_about_a_patient_of_whom_nothing_is_kept() {
    let world = World::new().await;
    let refused = answer(&world, decide("R1", Decided::IntervalMonths(9))).await.expect_err("unknown");
    assert_eq!((refused.kind(), refused.field.as_str()), (Kind::NotFound, "patient_id"));
    assert_eq!(world.messages().await, 0);
}

#[tokio::test]
async fn what_is_wrong_is_said_by_its_field() {
    let world = known().await;
    let good = || decide("R1", Decided::IntervalMonths(9));
    let with = |change: &dyn Fn(&mut event::Decision)| {
        let mut request = good();
        change(request.decision.get_or_insert_default());
        request
    };
    let pseudonym = Some(api::decide_request::By::PatientId("NOBODY".to_owned()));
    let cases = [
        ("patient_id", DecideRequest { by: None, ..good() }),
        ("patient_id", DecideRequest { by: pseudonym, ..good() }),
        ("request_id", DecideRequest { request_id: String::new(), ..good() }),
        ("request_id", DecideRequest { request_id: "x".repeat(65), ..good() }),
        ("decision", DecideRequest { decision: None, ..good() }),
        ("decision", with(&|it| it.kind = None)),
        ("decision.author", with(&|it| it.author.clear())),
        ("decision.author", with(&|it| it.author = "one\ntwo".to_owned())),
        ("decision.reason", with(&|it| it.reason = "x".repeat(401))),
        ("decision.interval_months", with(&|it| it.kind = Some(Decided::IntervalMonths(61)))),
        ("decision.modality", with(&|it| it.kind = Some(Decided::Modality(event::Modality::Pet.into())))),
        ("decision.until", with(&|it| it.kind = Some(Decided::Hold(true)))),
        ("decision.policy", with(&|it| it.kind = Some(Decided::Policy(" ".to_owned())))),
        ("decision.fact", with(&|it| it.kind = Some(Decided::Confirm(event::JudgedFact::default())))),
    ];
    for (field, request) in cases {
        let refused = answer(&world, request).await.expect_err(field);
        assert_eq!((refused.kind(), refused.field.as_str()), (Kind::InvalidField, field), "{refused:?}");
    }
    assert!(kept(&world).await.is_empty());
}

#[tokio::test]
async fn reading_again_leaves_decisions_as_they_are() {
    let world = known().await;
    answer(&world, decide("R1", Decided::IntervalMonths(9))).await.expect("recorded");
    let before = kept(&world).await;
    let world = world.again(|_: &mut Config| {}).await;
    let request = api::ReinterpretRequest { apply: true, ..api::ReinterpretRequest::default() };
    let page: api::ReinterpretResponse = ask(&world, subject::REINTERPRET, request).await.expect("a page");
    assert_eq!((page.examined, page.skipped, page.refused, page.written), (1, 0, 0, 0));
    assert_eq!(kept(&world).await, before);
}
