//! Which answer a message gets: acceptance, refusal, repetition, by the mode that it asks for.

use crate::meters::{count, counted};
use crate::world::{Sender, World, admission, codes, msh, pid, report};

#[tokio::test]
async fn what_is_acknowledged_is_in_the_stream() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    for number in 0..50 {
        let number = number.to_string();
        let message = report(&format!("M{number}"), &number, 5);
        assert_eq!(sender.exchange(&message).await, "AA");
        let [kept] = &world.reports(&number).await[..] else { panic!("not stored when acknowledged") };
        assert_eq!(kept.raw, message.as_bytes());
        assert_eq!(kept.message_type, "ORU^R01");
        assert_eq!(kept.source, "default");
    }
}

#[tokio::test]
async fn each_outcome_is_told_as_msh_15_and_16_ask() {
    let world = World::new().await;
    let (good, bad) = (true, false);
    for (at, (accept, application, is_good, expected)) in [
        ("", "", good, "AA"),
        ("", "", bad, "AR 101"),
        ("AL", "", good, "CA"),
        ("AL", "", bad, "CR 101"),
        ("AL", "NE", good, "CA"),
        ("AL", "AL", good, "CA, AA"),
        ("AL", "AL", bad, "CR 101"),
        ("NE", "AL", good, "AA"),
        ("NE", "AL", bad, "AR 101"),
        ("NE", "NE", good, ""),
        ("NE", "NE", bad, ""),
        ("ER", "NE", good, ""),
        ("ER", "NE", bad, "CR 101"),
        ("SU", "ER", good, "CA"),
        ("SU", "ER", bad, "AR 101"),
        ("SU", "SU", good, "CA, AA"),
    ]
    .into_iter()
    .enumerate()
    {
        let head = format!("{}|||{accept}|{application}", msh("ORU^R01", &format!("M{at}")));
        let patient = if is_good { pid("1") } else { pid("") };
        let body = report("", "", 5).split_off(report("", "", 5).find("OBR").expect("an order"));
        let mut sender = world.sender().await;
        sender.send(&[head, patient, body].join("\r")).await;
        // The answer to the next message shows that nothing else is owed for the first.
        let last = format!("LAST{at}");
        sender.send(&admission(&last, "2")).await;
        let mut told = Vec::new();
        loop {
            let ack = sender.answer().await.expect("an answer");
            if ack.acknowledged_id == last {
                break;
            }
            assert_eq!(ack.acknowledged_id, format!("M{at}"));
            told.push(codes(&ack));
        }
        assert_eq!(told.join(", "), expected, "{accept} {application}");
    }
}

#[tokio::test]
async fn a_message_that_cannot_be_parsed_is_refused_in_the_mode_of_its_header() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    let enhanced = format!("{}|||AL|NE\rnot a segment", msh("ORU^R01", "M1"));
    assert_eq!(sender.exchange(&enhanced).await, "CR 100");
    assert_eq!(sender.exchange(&format!("{}\rnot a segment", msh("ORU^R01", "M2"))).await, "AR 100");
}

#[tokio::test]
async fn a_repetition_gets_the_answer_of_the_first_time_and_changes_nothing() {
    let world = World::new().await;
    let refused = report("M3", "", 5);
    let messages = [report("M1", "1", 5), admission("M2", "2"), refused, "garbage".to_owned()];
    let mut first = Vec::new();
    for message in &messages {
        first.push(told(&mut world.sender().await, message).await);
    }
    let stored = world.messages().await;
    assert_eq!(stored, 4);
    for (message, first) in messages.iter().zip(&first) {
        for _ in 0..3 {
            assert_eq!(&told(&mut world.sender().await, message).await, first);
        }
    }
    assert_eq!(world.messages().await, stored);
}

async fn told(sender: &mut Sender, message: &str) -> String {
    sender.send(message).await;
    codes(&sender.answer().await.expect("an answer"))
}

#[tokio::test]
async fn a_reused_control_id_with_other_content_is_a_message_of_its_own_and_flagged() {
    let world = World::new().await;
    count();
    let reused = || counted("lacteal_intake_control_ids_reused_total", "");
    let before = reused();
    let mut sender = world.sender().await;
    let (one, other) = (report("SAME", "1", 5), report("SAME", "1", 15));
    for message in [&one, &other, &one, &other] {
        assert_eq!(sender.exchange(message).await, "AA");
    }
    let reports = world.reports("1").await;
    let told: Vec<_> = reports.iter().map(|it| (it.raw.clone(), it.control_id_reused)).collect();
    assert_eq!(told, [(one.into(), false), (other.into(), true)]);
    assert!(reused() > before);
    assert_ne!(reports[0].key, reports[1].key);
    for report in &reports {
        for fact in &report.facts {
            assert_eq!(fact.place.as_ref().expect("a place").report, report.key);
        }
    }
}

#[tokio::test]
async fn messages_without_a_control_id_are_refused_once_for_each_content() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    assert_eq!(sender.exchange(&report("", "1", 5)).await, "AR 101");
    assert_eq!(sender.exchange(&report("", "1", 6)).await, "AR 101");
    assert_eq!(world.quarantined().await.len(), 2);
}
