//! What matters only of a patient who is known, and comes before the patient is: held, and counted as soon as it matters.

use std::collections::BTreeSet;
use std::time::Duration;

use lacteal_ledger::Transaction;
use lacteal_wire::{encode, event, subject};

use crate::meters::{count, counted};
use crate::world::{World, msh, patient, pid, report, until};

/// Texts and values of which each says nothing of a tumour.
fn before(number: &str) -> Vec<String> {
    let pid = pid(number);
    let scan = [
        msh("ORU^R01", &format!("CT-{number}")),
        pid.clone(),
        "OBR|1||R1|18748-4^Imaging^LN|||20240520|||||||||||||||20240520120000||RAD|F".to_owned(),
        "OBX|1|TX|18748-4^Imaging^LN||CT abdomen. Liver: no focal lesion.||||||F".to_owned(),
    ];
    let order = [
        msh("ORM^O01", &format!("OR-{number}")),
        pid.clone(),
        "ORC|NW|P1".to_owned(),
        "OBR|1|P1||30670-4^MR Liver^LN|||20240601".to_owned(),
    ];
    let marker = [
        msh("ORU^R01", &format!("CG-{number}")),
        pid,
        "OBR|1||L1|9811-1^Chromogranin^LN|||20240521".to_owned(),
        "OBX|1|NM|9811-1^Chromogranin A^LN||210|ug/L|||||F".to_owned(),
    ];
    vec![scan.join("\r"), order.join("\r"), marker.join("\r")]
}

async fn sent(world: &World, messages: &[String]) {
    let mut sender = world.sender().await;
    for message in messages {
        assert_eq!(sender.exchange(message).await, "AA");
    }
}

async fn held(world: &World) -> usize {
    world.all(subject::EARLY).await.len()
}

async fn until_reports(world: &World, number: &str, count: usize) {
    until("what was held counts", || async { world.reports(number).await.len() == count }).await;
}

/// What the reports of a patient state, whichever came first.
async fn stated(world: &World, number: &str) -> BTreeSet<String> {
    let reports = world.reports(number).await;
    let facts = reports.iter().flat_map(|report| &report.facts);
    facts.map(|fact| format!("{:?} {:?} {:?}", fact.identity, fact.standing, fact.finding)).collect()
}

#[tokio::test]
async fn the_same_reports_are_kept_in_whichever_order_they_come() {
    count();
    let world = World::new().await;
    let tumour = |number: &str| report(&format!("P-{number}"), number, 5);
    // Before the tumour, around it, and after it.
    for (number, place) in [("1", 3), ("2", 1), ("3", 0)] {
        let mut messages = before(number);
        messages.insert(place, tumour(number));
        sent(&world, &messages).await;
    }
    for number in ["1", "2", "3"] {
        until_reports(&world, number, 4).await;
    }
    assert!(counted("lacteal_intake_held_reports_counted_total", "") > 0);
    let first = stated(&world, "3").await;
    assert!(first.iter().any(|fact| fact.contains("Imaging")), "{first:?}");
    let kinds = |all: &BTreeSet<String>| all.len();
    assert_eq!(kinds(&stated(&world, "1").await), kinds(&first));
    assert_eq!(kinds(&stated(&world, "2").await), kinds(&first));
    for one in world.reports("1").await {
        assert!(!one.raw.is_empty() && one.raw_in.is_empty(), "each holds its own bytes");
    }
}

#[tokio::test]
async fn what_is_held_of_nobody_known_stays_held_and_is_known_again() {
    let world = World::new().await;
    sent(&world, &before("1")).await;
    sent(&world, &before("1")).await;
    sent(&world, &[report("P", "2", 5)]).await;
    let all: Vec<_> = world.all("intake.>").await.into_iter().map(|it| it.subject).collect();
    assert_eq!((held(&world).await, world.receipts().await), (3, 0), "{all:?}");
    assert!(world.reports("1").await.is_empty(), "it is no report of anybody yet");
    // A repetition after its patient has become known changes nothing either.
    sent(&world, &[report("P1", "1", 5)]).await;
    until_reports(&world, "1", 4).await;
    sent(&world, &before("1")).await;
    assert_eq!(world.reports("1").await.len(), 4);
}

#[tokio::test]
async fn what_was_held_before_a_restart_counts_after_it() {
    let world = World::new().await;
    sent(&world, &before("1")).await;
    let world = world.again(|_| {}).await;
    sent(&world, &[report("P1", "1", 5)]).await;
    until_reports(&world, "1", 4).await;
    // And what was not taken up before a stop is taken up after it.
    sent(&world, &before("2")).await;
    let tumour = world.reports("1").await.remove(0);
    let world = world.again(|_| {}).await;
    let key = lacteal_clinical::ReportKey([9; 16]);
    let of_two = event::Report { patient: patient("2").0.to_vec(), key: key.0.to_vec(), ..tumour };
    let mut stored_elsewhere = Transaction::new();
    stored_elsewhere.create(subject::report(patient("2"), key), encode(&of_two), None);
    world.stream.commit(stored_elsewhere).await.expect("stored");
    let world = world.again(|_| {}).await;
    until_reports(&world, "2", 4).await;
}

#[tokio::test]
async fn a_control_id_that_was_used_again_meanwhile_hides_nothing() {
    let world = World::new().await;
    sent(&world, &[report("X", "1", 5)]).await;
    let first = world.reports("1").await.remove(0);
    // Another message under the same control id that was held while the patient was not known.
    let other = event::Report { raw: "other".into(), raw_sha256: vec![7; 32], ..first.clone() };
    let key = lacteal_clinical::ReportKey(first.key.as_slice().try_into().expect("a key"));
    let mut transaction = Transaction::new();
    let subject = subject::early(patient("1"), key);
    transaction.create(subject, encode(&other), Some(Duration::from_secs(600)));
    world.stream.commit(transaction).await.expect("held");
    until_reports(&world, "1", 2).await;
    let second = world.reports("1").await.remove(1);
    assert_ne!(second.key, first.key);
    assert!(second.control_id_reused);
    let places: Vec<_> = second.facts.iter().filter_map(|fact| fact.place.as_ref()).collect();
    assert!(!places.is_empty() && places.iter().all(|place| place.report == second.key));
}

#[tokio::test]
async fn what_is_large_or_not_to_be_held_leaves_a_receipt() {
    let world = World::new().await;
    let large = format!("{}\rNTE|1||{}", before("1")[0], "x".repeat(70 << 10));
    sent(&world, &[large]).await;
    assert_eq!((held(&world).await, world.receipts().await), (0, 1));
    let world = world.again(|config| config.early_days = 0).await;
    sent(&world, &before("2")).await;
    assert_eq!((held(&world).await, world.receipts().await), (0, 4));
}
