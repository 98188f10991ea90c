//! Everything is killed in the middle of a feed, and nothing that was acknowledged is lost.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lacteal_lab::{Course, Fate};
use lacteal_tests::gateway::Gateway;
use lacteal_tests::message::{days_ago, pathology};
use lacteal_tests::mllp::Client;
use lacteal_tests::process::{Up, get, ready, run};
use lacteal_tests::site::{ROLES, Site};
use lacteal_tests::{feed, until};
use lacteal_wire::api::WorklistEntry;
use lacteal_wire::event::{EndCause, Status};
use lacteal_wire::subject;
use tokio::task::JoinSet;

#[tokio::test]
async fn roles_that_start_before_the_broker_wait_for_it_and_say_so() {
    let directory = tempfile::tempdir().unwrap();
    let mut site = Site::start(directory.path(), &ROLES, &[]).await;
    site.broker.kill().await.unwrap();
    for name in ROLES {
        site.crash(name).await;
    }
    for (name, role) in &site.roles {
        let alive = until("a probe to be answered", || get(role.ops, "/healthz")).await;
        assert_eq!(alive.0, 200, "{name}: a process that waits for its broker is healthy");
        // From its first answer on; what it waits for is known once its parts have registered.
        until("the reason", || async {
            let (status, body) = get(role.ops, "/readyz").await.unwrap();
            assert_eq!(status, 503, "{name}: and not ready: {body}");
            body.contains("ledger: not ready").then_some(())
        })
        .await;
    }
    let report = pathology("4711", &days_ago(100), &days_ago(90), "F", "2.0");
    let mut mllp = Client::new(site.roles["intake"].listens);
    site.broker.restart().await.unwrap();
    mllp.accepted(&report).await;
    for role in site.roles.values() {
        ready(role.ops).await;
    }
    let gateway = Gateway::connect(site.roles["gateway"].listens).await;
    gateway.status("4711", Status::Due).await;
}

#[tokio::test]
async fn a_killed_up_takes_its_broker_along_and_starts_again_over_its_data() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let mut up = Up::start(&data, &[]).await;
    let children = up.process.children();
    assert_eq!(children.len(), 1, "the broker");
    let command = std::fs::read_to_string(format!("/proc/{}/cmdline", children[0])).unwrap();
    assert!(command.contains("nats-server") && !command.contains("tied-broker"), "{command}");
    up.process.kill().await;
    until("the broker to end", || async {
        let command = std::fs::read(format!("/proc/{}/cmdline", children[0]));
        command.unwrap_or_default().is_empty().then_some(())
    })
    .await;
    let up = Up::start(&data, &[]).await;
    assert!(!up.process.log().contains("left over"), "{}", up.process.log());
    assert_eq!(up.process.stop().await, Some(0));
    let orphan = run(&["tied-broker", "1", "true"]);
    assert_eq!(orphan.status.code(), Some(1), "who has lost its parent does not begin");
}

/// The work list when all is processed and the gateway has followed to the last plan of each patient.
async fn worklist(site: &Site, gateway: &Gateway) -> BTreeMap<String, WorklistEntry> {
    site.settled().await;
    let plans = site.messages(subject::SCHEDULE, subject::PLANS).await;
    let patient = |subject: &str| subject::patient_of(subject).unwrap().to_string();
    let last: BTreeMap<_, _> =
        plans.iter().map(|plan| (patient(&plan.subject), plan.revision.sequence())).collect();
    until("the gateway to have followed", || async {
        let all = gateway.everybody().await?;
        let shown: BTreeMap<_, _> = all.iter().map(|(id, entry)| (id.clone(), entry.revision)).collect();
        (shown == last).then_some(all)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_every_process_is_killed_in_the_middle_of_a_feed() {
    let directory = tempfile::tempdir().unwrap();
    let mut site = Site::start(directory.path(), &ROLES, &[]).await;
    let mut options = feed::options(150, 3, 23);
    while feed::messages(&options).len() < 2000 {
        options.patients += 10;
    }
    let messages = feed::messages(&options);
    let (total, answered) = (messages.len(), Arc::new(AtomicUsize::new(0)));
    let intake = site.roles["intake"].listens;
    let mut sending = JoinSet::new();
    sending.spawn(feed::send(intake, messages.clone(), 8, Arc::clone(&answered)));

    // One crash after the other, spread over the feed; the broker's among them.
    let crashes =
        ["risk", "intake", "scheduling", "broker", "gateway", "intake", "risk", "broker", "scheduling"];
    for (index, name) in crashes.into_iter().enumerate() {
        let share = total * (index + 1) / (crashes.len() + 2);
        until("the feed to go on", || {
            let answered = answered.load(Ordering::Relaxed);
            async move { (answered >= share).then_some(()) }
        })
        .await;
        if name == "broker" {
            site.broker.kill().await.unwrap();
            site.broker.restart().await.unwrap();
        } else {
            site.crash(name).await;
        }
    }
    sending.join_next().await.unwrap().unwrap();
    assert_eq!(answered.load(Ordering::Relaxed), total);

    let gateway = Gateway::connect(site.roles["gateway"].listens).await;
    ready(site.roles["gateway"].ops).await;
    let all = options.patients * u64::from(options.others_per_patient + 1);
    for index in 0..all {
        let course = Course::of(options.seed, index, options.today, options.others_per_patient);
        let number = format!("{:07}", 1_000_000 + index);
        if course.tumour.is_none() {
            continue;
        }
        let (studies, dies) = (course.studies.len(), matches!(course.fate, Fate::Died(_)));
        let plan = gateway
            .plan_when(&number, "the end state of a patient", |plan| match course.fate {
                Fate::Died(_) => plan.end_cause() == EndCause::Deceased,
                Fate::LiverReached => plan.end_cause() == EndCause::LiverMetastasis,
                _ => plan.status() != Status::Ended,
            })
            .await;
        assert!(!plan.reason.is_empty());
        // The plan can be right before the last of a patient's reports has been counted.
        let nodes_positive = course.tumour.as_ref().map(|tumour| tumour.nodes_positive);
        let stated = (studies, nodes_positive, dies, if course.merged { 2 } else { 1 });
        let dossier = until("all that was sent of a patient", || async {
            let dossier = gateway.patient(&number).await?.dossier?;
            let it = dossier.summary.as_ref()?;
            let counted = (it.studies.len(), it.nodes_positive, it.death.is_some(), it.record_numbers.len());
            (counted == stated).then_some(dossier)
        })
        .await;
        assert!(dossier.asides.is_empty(), "nothing was set aside");
    }

    // The whole feed again: every answer is positive, and nobody's plan is written anew.
    let before = worklist(&site, &gateway).await;
    feed::send(intake, messages, 8, Arc::new(AtomicUsize::new(0))).await;
    let after = worklist(&site, &gateway).await;
    let changed: Vec<_> = after.iter().filter(|(id, entry)| before.get(*id) != Some(*entry)).collect();
    assert_eq!((before.len(), changed), (after.len(), Vec::new()));
    for role in std::mem::take(&mut site.roles).into_values() {
        assert_eq!(role.process.stop().await, Some(0), "a stop is clean");
    }
}
