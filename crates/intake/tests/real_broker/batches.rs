//! Several messages in one frame: each is a message of its own, and the frame has one answer.

use lacteal_hl7::{Ack, Limits};
use lacteal_intake::{SourceConfig, WhenUnavailable};
use lacteal_wire::{api, decode, encode, subject};

use crate::meters::{count, counted};
use crate::world::{DEADLINE, Sender, World, admission, alive, codes, msh, pid, report, until};

/// A file with one batch.
fn file(id: &str, messages: &[String], declared: usize) -> String {
    let messages = messages.join("\r");
    format!(
        "FHS|^~\\&|PATH|NORTH\rBHS|^~\\&|PATH|NORTH|||20240610||||{id}\r{messages}\rBTS|{declared}\rFTS|1\r"
    )
}

fn reports(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| report(id, id, 5)).collect()
}

/// What the ERR segments say to whoever mends it.
fn words(ack: &Ack) -> Vec<String> {
    let words = |err: lacteal_hl7::Segment<'_>| err.field(7).text().expect("a text").into_owned();
    ack.message.segments_named("ERR").map(words).collect()
}

async fn exchange(sender: &mut Sender, frame: &str) -> Ack {
    sender.send(frame).await;
    sender.answer().await.expect("an answer")
}

#[tokio::test]
async fn each_message_of_a_batch_is_stored_by_itself_and_the_batch_answered_once() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    let messages = reports(&["A", "B", "C"]);
    let ack = exchange(&mut sender, &file("B1", &messages, 3)).await;
    assert_eq!((codes(&ack).as_str(), ack.acknowledged_id.as_str()), ("AA", "B1"));
    for (id, message) in ["A", "B", "C"].iter().zip(&messages) {
        let [kept] = &world.reports(id).await[..] else { panic!("one report of {id}") };
        assert_eq!(kept.raw, message.as_bytes(), "its own bytes and no others");
    }
    // Whatever they are wrapped in the next time, they are the same messages.
    assert_eq!(sender.exchange(&messages[1]).await, "AA");
    assert_eq!(codes(&exchange(&mut sender, &file("B2", &messages, 3)).await), "AA");
    assert_eq!(codes(&exchange(&mut sender, &messages.join("\r")).await), "AA");
    assert_eq!(world.messages().await, 3);
}

#[tokio::test]
async fn messages_without_any_header_are_answered_as_the_first_asks() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    let ack = exchange(&mut sender, &reports(&["A", "B"]).join("\r")).await;
    assert_eq!((codes(&ack).as_str(), ack.acknowledged_id.as_str()), ("AA", "A"));
    let enhanced: Vec<_> =
        reports(&["C", "D"]).iter().map(|one| one.replace("|2.5.1", "|2.5.1|||AL|NE")).collect();
    let ack = exchange(&mut sender, &enhanced.join("\r\n")).await;
    assert_eq!((codes(&ack).as_str(), ack.acknowledged_id.as_str()), ("CA", "C"));
    assert_eq!(world.messages().await, 4);
}

#[tokio::test]
async fn an_empty_batch_is_accepted_and_stores_nothing() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    for empty in [
        "BHS|^~\\&|PATH|NORTH|||20240610||||B1\rBTS|0\r",
        "FHS|^~\\&|PATH|NORTH|||20240610||||B1\rBHS|^~\\&|PATH\rBTS|0\rFTS|1\r",
        "FHS|^~\\&|PATH|NORTH|||20240610||||B1\rFTS|0\r",
    ] {
        let ack = exchange(&mut sender, empty).await;
        assert_eq!((codes(&ack).as_str(), ack.acknowledged_id.as_str()), ("AA", "B1"), "{empty}");
    }
    assert_eq!(world.messages().await, 0);
}

#[tokio::test]
async fn a_wrong_count_is_an_error_that_names_both_and_what_came_is_taken() {
    count();
    let miscounted = || counted("lacteal_intake_batches_miscounted_total", "");
    let before = miscounted();
    let world = World::new().await;
    let mut sender = world.sender().await;
    let ack = exchange(&mut sender, &file("B1", &reports(&["A", "B"]), 3)).await;
    assert_eq!(codes(&ack), "AE 100");
    assert_eq!(words(&ack), ["BTS-1 of batch 1 says 3 messages and 2 came; those that came are taken"]);
    let ack = exchange(&mut sender, &file("B2", &reports(&["C"]), 1).replace("FTS|1", "FTS|4")).await;
    assert_eq!(codes(&ack), "AE 100");
    assert_eq!(words(&ack), ["FTS-1 says 4 batches and 1 came; the messages that came are taken"]);
    assert!(miscounted() >= before + 2, "an operator is told of each gap");
    assert_eq!(world.messages().await, 3);
    // What was cut off comes with the whole.
    assert_eq!(codes(&exchange(&mut sender, &file("B1", &reports(&["A", "B", "D"]), 3)).await), "AA");
    assert_eq!(world.messages().await, 4);
    // A trailer that is missing says nothing about completeness; that is told, and no error.
    let ack = exchange(&mut sender, &format!("BHS|^~\\&|P||||||||B3\r{}", report("E", "E", 5))).await;
    assert_eq!((ack.code.as_str(), ack.errors[0].severity.as_str()), ("AA", "W"));
}

#[tokio::test]
async fn refused_messages_are_listed_by_position_and_the_others_taken() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    let mut messages = reports(&["A", "B", "C", "D"]);
    messages[1] = report("B", "", 5);
    messages[3] = format!("{}\rnot a segment", msh("ORU^R01", "SECRETID"));
    let ack = exchange(&mut sender, &file("B1", &messages, 4)).await;
    assert_eq!(ack.code.as_str(), "AE");
    let told = words(&ack);
    assert!(
        told[0].starts_with("2 of 4 messages are refused and kept in quarantine: number 2, 4;"),
        "{told:?}"
    );
    assert!(told[1].starts_with("message 2: ") && told[2].starts_with("message 4: "), "{told:?}");
    assert_eq!((ack.errors[1].location.as_str(), ack.errors[1].code), ("PID^1^3", Some(101)));
    assert!(!told.join(" ").contains("SECRETID"));
    assert_eq!(world.quarantined().await.len(), 2);
    assert_eq!(world.messages().await, 4);
    let ack = exchange(&mut sender, &file("B2", &[report("E", "", 5), report("F", "", 5)], 2)).await;
    assert_eq!(ack.code.as_str(), "AR", "nothing of it was taken");
}

#[tokio::test]
async fn control_ids_that_begin_anew_in_each_batch_lose_nothing() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    for batch in 0..3 {
        let messages: Vec<_> =
            (1..=3).map(|id| report(&id.to_string(), &format!("P{batch}{id}"), 5)).collect();
        for _ in 0..2 {
            assert_eq!(codes(&exchange(&mut sender, &file("B", &messages, 3)).await), "AA");
        }
    }
    assert_eq!(world.messages().await, 9);
    // One id for different contents inside of a batch, and one content twice.
    let messages = [report("X", "Q", 5), report("X", "Q", 6), report("X", "Q", 5)];
    assert_eq!(codes(&exchange(&mut sender, &file("B", &messages, 3)).await), "AA");
    let told: Vec<_> = world.reports("Q").await.iter().map(|one| one.control_id_reused).collect();
    assert_eq!(told, [false, true]);
}

#[tokio::test]
async fn a_batch_above_the_limit_is_refused_whole_and_kept() {
    let world = World::with(-1, |config| config.batch_messages_max = 2).await;
    let mut sender = world.sender().await;
    assert_eq!(codes(&exchange(&mut sender, &file("B1", &reports(&["A", "B"]), 2)).await), "AA");
    let large = file("B2", &reports(&["C", "D", "E"]), 3);
    let ack = exchange(&mut sender, &large).await;
    assert_eq!((codes(&ack).as_str(), ack.acknowledged_id.as_str()), ("AR 207", "B2"));
    assert_eq!(words(&ack), ["the batch has more than 2 messages; send it in parts"]);
    assert_eq!(world.messages().await, 3);
    assert_eq!(world.quarantined().await[0].raw, large.as_bytes());
}

#[tokio::test]
async fn segments_that_belong_to_no_message_are_kept_and_told() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    let strayed = format!("{}PID|1||9^^^NORTH^MR\r", file("B1", &reports(&["A"]), 1));
    let ack = exchange(&mut sender, &strayed).await;
    assert_eq!(codes(&ack), "AE 100");
    assert_eq!(world.reports("A").await.len(), 1);
    assert_eq!(world.quarantined().await[0].raw, strayed.as_bytes());
}

#[tokio::test]
async fn a_large_batch_is_durable_when_it_is_answered() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    let ids: Vec<_> = (0..1_200).map(|id| format!("M{id}")).collect();
    let mut messages: Vec<_> = ids.iter().map(|id| report(id, id, 5)).collect();
    messages.extend((0..50).map(|id| admission(&format!("A{id}"), "1")));
    let ack = exchange(&mut sender, &file("B1", &messages, messages.len())).await;
    assert_eq!(codes(&ack), "AA");
    assert_eq!(world.messages().await, 1_250);
}

#[tokio::test]
async fn a_patient_who_becomes_known_by_a_batch_is_known_to_all_of_it() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    let messages = [report("M1", "1", 5), alive("M2", "1"), alive("M3", "2")];
    assert_eq!(codes(&exchange(&mut sender, &file("B1", &messages, 3)).await), "AA");
    assert_eq!(world.reports("1").await.len(), 2);
    assert_eq!(world.reports("2").await.len(), 0);
}

#[tokio::test]
async fn a_batch_that_cannot_be_stored_is_not_answered_and_comes_again() {
    let mut world = World::new().await;
    let batch = file("B1", &reports(&["A", "B", "C"]), 3);
    assert_eq!(world.sender().await.exchange(&report("A", "A", 5)).await, "AA");
    world.broker.kill().await.expect("killed");
    let mut sender = world.sender().await;
    sender.send(&batch).await;
    assert!(sender.answer().await.is_none(), "answered although nothing was stored");
    world.broker.restart().await.expect("restarted");
    let addr = world.mllp;
    let batch = &batch;
    until("accepted at last", || async move {
        let mut sender = Sender::to(addr).await;
        sender.send(batch).await;
        sender.answer().await.is_some_and(|ack| ack.code.as_str() == "AA")
    })
    .await;
    assert_eq!(world.messages().await, 3);
}

#[tokio::test]
async fn a_source_that_wants_errors_gets_one_for_a_batch() {
    let mut world = World::with(-1, |config| {
        let when_unavailable = WhenUnavailable::Error;
        config.sources = vec![SourceConfig { when_unavailable, ..SourceConfig::default() }];
    })
    .await;
    let mut sender = world.sender().await;
    world.broker.kill().await.expect("killed");
    let ack = exchange(&mut sender, &file("B1", &reports(&["A"]), 1)).await;
    assert_eq!((codes(&ack).as_str(), ack.acknowledged_id.as_str()), ("AE 207", "B1"));
}

#[tokio::test]
async fn a_batch_of_the_gateway_is_told_as_a_whole() {
    let world = World::new().await;
    let submit = async |hl7: &str| {
        let request = encode(&api::SubmitMessageRequest { hl7: hl7.as_bytes().to_vec() });
        let answer = world.ledger.request(subject::SUBMIT, request, DEADLINE).await;
        let answer: Option<api::SubmitMessageResponse> = decode(&answer.ok()?, "answer").ok();
        answer?.submission
    };
    until("submissions are served", || async { submit("").await.is_some() }).await;
    let batch = [report("A", "1", 5), report("B", "1", 6), admission("C", "2")];
    let submission = submit(&file("B1", &batch, 3)).await.expect("a submission");
    assert_eq!(submission.disposition(), api::Disposition::Stored);
    assert_eq!(submission.patient_ids.len(), 1);
    let batch = [report("D", "1", 5), [msh("ORU^R01", "E"), pid("")].join("\r")];
    let submission = submit(&file("B2", &batch, 2)).await.expect("a submission");
    assert_eq!(submission.disposition(), api::Disposition::Quarantined);
    assert!(submission.problems[0].starts_with("1 of 2 messages"), "{:?}", submission.problems);
    let ack = Ack::parse(submission.acknowledgement.into(), &Limits::default()).expect("an answer");
    assert_eq!(ack.code.as_str(), "AE");
}
