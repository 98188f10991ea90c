//! A text that comes again and says nothing of a tumour: kept where an earlier version of it is, and nowhere else.

use lacteal_clinical::{Dossier, Fact};
use lacteal_wire::read_fact;

use crate::world::{World, msh, patient, pid};

const TUMOUR: &str = "Ileum, resection: well differentiated neuroendocrine tumour. Ki-67 index: 2 %.";
const NOTHING: &str = "Skin, excision: benign naevus.";

/// A version of the text of an order.
fn text(id: &str, number: &str, order: &str, minute: u32, said: &str) -> String {
    [
        msh("ORU^R01", id),
        pid(number),
        format!("OBR|1||{order}|11529-5^Pathology^LN|||20240601|||||||||||||||2024060212{minute:02}"),
        format!("OBX|1|TX|L1^Text^L||{said}||||||F"),
    ]
    .join("\r")
}

fn merge(survivor: &str, retired: &str) -> String {
    [msh("ADT^A40", "A40"), pid(survivor), format!("MRG|{retired}^^^NORTH^MR")].join("\r")
}

async fn sent(world: &World, messages: &[String]) {
    let mut sender = world.sender().await;
    for message in messages {
        assert_eq!(sender.exchange(message).await, "AA");
    }
}

/// How many facts about the tumour stand, of the reports under one number.
async fn standing(world: &World, number: &str) -> usize {
    let reports = world.reports(number).await;
    let facts = reports.iter().flat_map(|report| &report.facts);
    let facts: Vec<Fact> = facts.map(|fact| read_fact(fact).expect("a fact")).collect();
    let dossier = Dossier::from_parts(patient(number), patient(number), facts);
    dossier.standing_facts().filter(|fact| fact.finding.is_about_the_tumour()).count()
}

#[tokio::test]
async fn a_text_that_no_longer_speaks_of_a_tumour_takes_back_what_its_earlier_version_said() {
    let world = World::new().await;
    sent(&world, &[text("M1", "1", "F1", 1, TUMOUR)]).await;
    assert!(standing(&world, "1").await > 0);
    sent(&world, &[text("M2", "1", "F1", 2, NOTHING)]).await;
    assert_eq!((world.reports("1").await.len(), standing(&world, "1").await), (2, 0));
}

#[tokio::test]
async fn a_text_without_a_tumour_is_kept_of_nobody_else_and_of_no_other_order() {
    let world = World::new().await;
    let others = [
        text("M1", "1", "F1", 1, TUMOUR),
        text("M2", "1", "F2", 2, NOTHING),
        text("M3", "2", "F1", 2, NOTHING),
        text("M4", "3", "F3", 2, NOTHING),
    ];
    sent(&world, &others).await;
    assert_eq!((world.reports("1").await.len(), world.receipts().await), (1, 3));
    for receipt in world.all("intake.seen.*").await {
        assert!(receipt.payload.len() < 100, "a receipt of {} bytes", receipt.payload.len());
    }
    assert!(standing(&world, "1").await > 0);
}

#[tokio::test]
async fn an_earlier_version_under_a_record_that_was_merged_counts() {
    let world = World::new().await;
    sent(&world, &[text("M1", "2", "F1", 1, TUMOUR), merge("1", "2"), text("M2", "1", "F1", 2, NOTHING)])
        .await;
    assert_eq!((world.reports("1").await.len(), world.receipts().await), (2, 0));
}

#[tokio::test]
async fn an_earlier_version_in_the_same_batch_counts_wherever_it_stands() {
    let world = World::new().await;
    let batch = [text("M2", "1", "F1", 2, NOTHING), text("M1", "1", "F1", 1, TUMOUR)];
    let mut sender = world.sender().await;
    sender.send(&batch.join("\r")).await;
    assert_eq!(sender.answer().await.expect("an answer").code.as_str(), "AA");
    assert_eq!((world.reports("1").await.len(), standing(&world, "1").await), (2, 0));
}

#[tokio::test]
async fn an_earlier_version_behind_many_other_reports_is_found() {
    let world = World::new().await;
    let mut messages: Vec<String> =
        (0..20).map(|at| text(&format!("A{at}"), "1", &format!("G{at}"), 1, TUMOUR)).collect();
    messages.extend([text("M1", "1", "F1", 1, TUMOUR), text("M2", "1", "F1", 2, NOTHING)]);
    sent(&world, &messages).await;
    assert_eq!((world.reports("1").await.len(), world.receipts().await), (22, 0));
}
