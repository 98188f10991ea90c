//! INTAKE alone replays the whole system: its messages, copied into an empty broker, end in the same bytes.
//!
//! Three fields are set aside, because they say when and in which company a message was processed, and a copy is processed
//! at another time and in other batches: `now_s` (the broker's time of the message that a step decided on), `rewrites`
//! (how often a dossier was written without another content, to guard a merge) and `dossier_revision` (the place of the
//! dossier in RISK). A plan says what holds on a day, so both sites live on the same day.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use lacteal_ledger::{Revision, Transaction};
use lacteal_tests::feed;
use lacteal_tests::gateway::{AUTHORITY, Gateway};
use lacteal_tests::message::{ABSENT, PRESENT, adt, days_ago, liver_mr, merge, pathology, prose};
use lacteal_tests::mllp::Client;
use lacteal_tests::process::run;
use lacteal_tests::site::{ROLES, Site};
use lacteal_wire::event::{Assessment, Certainty, Dossier, Plan};
use lacteal_wire::{decode, encode, subject};

const PATIENTS: u64 = 60;
/// Messages copied at once.
const COPIED_AT_ONCE: usize = 200;

/// A zone in which it is about noon, so that no midnight comes between the two sites.
fn zone_at_noon() -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests play in the present, because the broker's clock does"
    )]
    let hour = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).hour();
    // Etc/GMT-5 is five hours ahead of UTC.
    format!("scheduling.zone=Etc/GMT{:+}", hour - 12)
}

/// Corrections, withdrawals, text, merges, what cannot be read, and what is too large for a message.
fn stories() -> Vec<Vec<u8>> {
    let mut all = vec![merge("20", "10", &days_ago(200))];
    for number in ["1", "2", "3", "4", "5", "6", "10"] {
        all.push(pathology(number, &days_ago(500), &days_ago(490), "F", "2.0"));
        all.push(liver_mr(number, "R1", &days_ago(200), &days_ago(199), "F", ABSENT));
    }
    // One statement is sure and one is not.
    let tumour = "Terminal ileum, resection: well differentiated neuroendocrine tumour, 22 mm.";
    all.extend(["1", "2"].map(|number| prose(number, &[tumour, "Possible perineural invasion is seen."])));
    all.push(liver_mr("5", "R2", &days_ago(20), &days_ago(19), "F", PRESENT));
    all.push(liver_mr("5", "R2", &days_ago(20), &days_ago(9), "W", PRESENT));
    all.push(pathology("6", &days_ago(500), &days_ago(30), "C", "14"));
    all.push(pathology("7", &days_ago(300), &days_ago(290), "F", "abc"));
    all.push(adt("A01", "8", &days_ago(3), "PV1|1|I\rDG1|1||I10^Hypertension^I10C|||A\r"));
    let mut large = pathology("9", &days_ago(100), &days_ago(90), "F", "2.0");
    large.extend_from_slice(format!("NTE|1||{}\r", "x".repeat(3 << 20)).as_bytes());
    all.push(large);
    all
}

/// What clinicians decide about the patients of the stories.
async fn decide(gateway: &Gateway, address: &str) {
    let uncertain = gateway
        .patient("1")
        .await
        .unwrap()
        .dossier
        .unwrap()
        .facts
        .into_iter()
        .find(|fact| fact.reading.as_ref().is_some_and(|it| it.certainty() == Certainty::Uncertain));
    let id: String = uncertain.unwrap().identity.iter().map(|byte| format!("{byte:02x}")).collect();
    for (number, decision) in [
        ("1", &["--confirm", &id][..]),
        ("1", &["--interval", "3"]),
        ("2", &["--reject", &id]),
        ("3", &["--hold", "--until", "2099-12-31"]),
        ("4", &["--policy", "norway"]),
        ("6", &["--interval", "4"]),
        ("6", &["--interval", "4", "--revoke"]),
        ("20", &["--modality", "ct"]),
    ] {
        let mrn = format!("{AUTHORITY}:{number}");
        let who =
            ["decide", "--gateway", address, "--mrn", &mrn, "--author", "Dr Weser", "--reason", "board"];
        let decided = run(&[&who, decision].concat());
        assert!(decided.status.success(), "{decision:?}: {}", String::from_utf8_lossy(&decided.stderr));
    }
}

/// Copies all that INTAKE holds, in its order.
async fn copy(from: &Site, to: &Site) {
    let messages = from.messages(subject::INTAKE, "intake.>").await;
    let stream = to.stream(subject::INTAKE).await;
    for some in messages.chunks(COPIED_AT_ONCE) {
        let mut transaction = Transaction::new();
        for message in some {
            transaction.append(message.subject.clone(), message.payload.clone());
        }
        stream.commit(transaction).await.unwrap();
    }
    assert_eq!(stream.numbers().await.unwrap().last, Revision::new(messages.len() as u64));
}

/// The bytes without the fields that are set aside; before, it is made sure that there is nothing else in them.
fn without_processing<M: prost::Message + Default>(bytes: &Bytes, strip: impl Fn(&mut M)) -> Bytes {
    let mut message: M = decode(bytes, "event").unwrap();
    assert_eq!(encode(&message), bytes, "bytes that this test does not know");
    strip(&mut message);
    encode(&message)
}

fn strip_dossier(dossier: &mut Dossier) {
    dossier.rewrites = 0;
    dossier.assessment.iter_mut().for_each(strip_assessment);
}

fn strip_assessment(assessment: &mut Assessment) {
    assessment.now_s = 0;
}

fn strip_plan(plan: &mut Plan) {
    plan.now_s = 0;
    plan.dossier_revision = 0;
    plan.later.iter_mut().for_each(|later| strip_plan(later));
}

/// All dossiers, assessments and plans by subject.
async fn outcome(site: &Site) -> BTreeMap<String, Bytes> {
    site.settled().await;
    let dossiers = site.last(subject::RISK, subject::DOSSIERS).await;
    let assessments = site.last(subject::RISK, "risk.assessment.>").await;
    let plans = site.last(subject::SCHEDULE, subject::PLANS).await;
    let dossiers = dossiers.iter().map(|(name, it)| (name, without_processing(it, strip_dossier)));
    let assessments = assessments.iter().map(|(name, it)| (name, without_processing(it, strip_assessment)));
    let plans = plans.iter().map(|(name, it)| (name, without_processing(it, strip_plan)));
    dossiers.chain(assessments).chain(plans).map(|(name, it)| (name.clone(), it)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_of_intake_replayed_gives_byte_identical_dossiers_assessments_and_plans() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let settings = [zone_at_noon()];
    let mut lived = Site::start(first.path(), &ROLES, &settings).await;
    feed::send(
        lived.listens("intake"),
        feed::messages(&feed::options(PATIENTS, 1, 31)),
        8,
        Default::default(),
    )
    .await;
    let mut mllp = Client::new(lived.listens("intake"));
    for message in stories() {
        mllp.accepted(&message).await;
    }
    lived.settled().await;
    let address = lived.listens("gateway");
    decide(&Gateway::connect(address).await, &address.to_string()).await;
    let lived_outcome = outcome(&lived).await;
    let plans = lived_outcome.keys().filter(|name| name.starts_with("schedule.plan.")).count();
    assert!(plans as u64 >= PATIENTS + 9, "{plans}");

    let mut replayed = Site::start(second.path(), &["risk", "scheduling"], &settings).await;
    copy(&lived, &replayed).await;
    let replayed_outcome = outcome(&replayed).await;
    let names = |it: &BTreeMap<String, Bytes>| it.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&lived_outcome), names(&replayed_outcome));
    for (name, lived) in &lived_outcome {
        assert!(lived == &replayed_outcome[name], "{name} is another one");
    }
    lived.stop().await;
    replayed.stop().await;
}
