//! A clinician's decision is handed in while the broker is taken away: what was answered is durable, what was not is said
//! to be tried again, and a repeated request is one decision.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use lacteal_tests::gateway::Gateway;
use lacteal_tests::message::{days_ago, pathology};
use lacteal_tests::mllp::Client;
use lacteal_tests::site::{ROLES, Site};
use lacteal_tests::{PATIENCE, until};
use lacteal_wire::api::plan_service_client::PlanServiceClient;
use lacteal_wire::api::{DecideRequest, decide_request};
use lacteal_wire::event::{self, Status, decision};
use lacteal_wire::{decode, subject};
use tokio::task::JoinSet;
use tonic::Code;
use tonic::transport::Channel;

const CLINICIANS: usize = 4;
/// Decisions that are answered between two absences, at least.
const BETWEEN: usize = 10;
const ABSENCES: usize = 6;

fn request(patient: &str, clinician: usize, number: usize) -> DecideRequest {
    DecideRequest {
        by: Some(decide_request::By::PatientId(patient.to_owned())),
        decision: Some(event::Decision {
            kind: Some(decision::Kind::IntervalMonths(1 + (number % 60) as u32)),
            author: "Dr Weser".into(),
            reason: "board of May".into(),
            until: None,
        }),
        request_id: format!("{clinician}-{number}"),
        ..DecideRequest::default()
    }
}

/// Hands in one decision until it is answered, and gives the report that holds it. `refused` counts how often it was said
/// to be tried again.
async fn decided(
    plans: &mut PlanServiceClient<Channel>,
    request: DecideRequest,
    refused: &AtomicUsize,
) -> String {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        match plans.decide(request.clone()).await {
            Ok(answer) => return answer.into_inner().report,
            Err(status) => {
                assert_eq!(
                    status.code(),
                    Code::Unavailable,
                    "it says that it may be tried again: {status:?}"
                );
                refused.fetch_add(1, Ordering::Relaxed);
            }
        }
        assert!(tokio::time::Instant::now() < deadline, "no answer");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_is_durable_or_to_be_tried_again_and_never_taken_twice() {
    let directory = tempfile::tempdir().unwrap();
    let mut site = Site::start(directory.path(), &ROLES, &[]).await;
    Client::new(site.listens("intake"))
        .accepted(&pathology("4711", &days_ago(100), &days_ago(90), "F", "2.0"))
        .await;
    let gateway = Gateway::connect(site.listens("gateway")).await;
    gateway.status("4711", Status::Due).await;
    let patient = gateway.patient("4711").await.unwrap().patient_id;

    let url = format!("http://{}", site.listens("gateway"));
    let (answered, refused) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let is_over = Arc::new(AtomicBool::new(false));
    let mut clinicians = JoinSet::new();
    for clinician in 0..CLINICIANS {
        let (url, patient) = (url.clone(), patient.clone());
        let (answered, refused) = (Arc::clone(&answered), Arc::clone(&refused));
        let is_over = Arc::clone(&is_over);
        clinicians.spawn(async move {
            let mut plans = PlanServiceClient::connect(url).await.unwrap();
            let mut reports = BTreeMap::new();
            for number in 0.. {
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
                let request = request(&patient, clinician, number);
                let report = decided(&mut plans, request.clone(), &refused).await;
                answered.fetch_add(1, Ordering::Relaxed);
                reports.insert((clinician, number), report);
            }
            reports
        });
    }
    // The broker is killed, or asked to end, in the middle of what is under way.
    for absence in 0..ABSENCES {
        let share = answered.load(Ordering::Relaxed) + BETWEEN;
        until("decisions to be taken", || {
            let enough = answered.load(Ordering::Relaxed) >= share;
            async move { enough.then_some(()) }
        })
        .await;
        if absence.is_multiple_of(2) {
            site.broker.kill().await.unwrap();
        } else {
            let pid = site.broker.pid().unwrap().to_string();
            assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
            site.broker.wait().await.unwrap();
        }
        let before = refused.load(Ordering::Relaxed);
        until("a decision to meet the absence", || {
            let is_met = refused.load(Ordering::Relaxed) > before;
            async move { is_met.then_some(()) }
        })
        .await;
        site.broker.restart().await.unwrap();
    }
    is_over.store(true, Ordering::Relaxed);
    let mut reports = BTreeMap::new();
    while let Some(theirs) = clinicians.join_next().await {
        reports.extend(theirs.unwrap());
    }

    // One report for each request, whether it was asked for once or again.
    let kept = |messages: Vec<lacteal_ledger::Stored>| -> Vec<String> {
        let decisions = messages
            .into_iter()
            .filter(|it| decode::<event::Report>(&it.payload, "report").unwrap().message_type == "DECISION");
        let mut keys: Vec<_> =
            decisions.map(|it| subject::key_of(&it.subject).unwrap().to_string()).collect();
        keys.sort_unstable();
        keys
    };
    let mut answered: Vec<_> = reports.values().cloned().collect();
    answered.sort_unstable();
    assert_eq!(kept(site.messages(subject::INTAKE, subject::REPORTS).await), answered);

    // And all of them again: nothing is added.
    let mut plans = PlanServiceClient::connect(url).await.unwrap();
    for (&(clinician, number), report) in &reports {
        let again = plans.decide(request(&patient, clinician, number)).await.unwrap().into_inner();
        assert!(again.repeated);
        assert_eq!(&again.report, report);
    }
    assert_eq!(kept(site.messages(subject::INTAKE, subject::REPORTS).await), answered);
    site.settled().await;
    assert_eq!(
        gateway.patient("4711").await.unwrap().plan.unwrap().decisions.len(),
        1,
        "the last one stands"
    );
    site.stop().await;
}

#[tokio::test]
async fn a_decision_for_which_there_is_no_room_is_to_be_tried_again_and_not_taken() {
    let directory = tempfile::tempdir().unwrap();
    let settings =
        ["streams.intake_max_bytes=200000", "intake.unavailable_wait_ms=1000"].map(ToOwned::to_owned);
    let mut site = Site::start(directory.path(), &ROLES, &settings).await;
    let mut mllp = Client::new(site.listens("intake"));
    let report = || pathology("4711", &days_ago(100), &days_ago(90), "F", "2.0");
    mllp.accepted(&report()).await;
    let gateway = Gateway::connect(site.listens("gateway")).await;
    gateway.status("4711", Status::Due).await;
    // Filled to the last bytes: what does not fit is not answered.
    for note_bytes in [40_000, 10_000, 2_000, 500, 0] {
        loop {
            let note = format!("NTE|1||{}\r", "x".repeat(note_bytes));
            if mllp.try_send(&[report().as_slice(), note.as_bytes()].concat()).await.is_none() {
                break;
            }
        }
    }
    site.settled().await;
    let patient = gateway.patient("4711").await.unwrap();
    let url = format!("http://{}", site.listens("gateway"));
    let mut plans = PlanServiceClient::connect(url).await.unwrap();
    let refused = plans.decide(request(&patient.patient_id, 1, 1)).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable, "{refused:?}");
    site.settled().await;
    assert_eq!(gateway.patient("4711").await.unwrap(), patient);
    site.stop().await;
}
