//! Frames as real senders send them.

use crate::world::{World, admission, codes, frame, report};

#[tokio::test]
async fn a_frame_cut_anywhere_is_one_message() {
    let world = World::new().await;
    let bytes = frame(&report("M1", "1", 5));
    let mut sender = world.sender().await;
    for at in (1..bytes.len()).step_by(7) {
        let (left, right) = bytes.split_at(at);
        sender.raw(left).await;
        tokio::task::yield_now().await;
        sender.raw(right).await;
        assert_eq!(codes(&sender.answer().await.expect("an answer")), "AA");
    }
    assert_eq!(world.messages().await, 1);
}

#[tokio::test]
async fn frames_in_one_write_are_answered_in_order() {
    let world = World::new().await;
    let ids: Vec<_> = (0..20).map(|number| format!("M{number}")).collect();
    let all: Vec<u8> = ids.iter().flat_map(|id| frame(&report(id, id, 5))).collect();
    let mut sender = world.sender().await;
    sender.raw(&all).await;
    for id in &ids {
        let ack = sender.answer().await.expect("an answer");
        assert_eq!((ack.acknowledged_id.as_str(), codes(&ack).as_str()), (id.as_str(), "AA"));
    }
}

#[tokio::test]
async fn garbage_and_an_empty_frame_are_refused_and_the_connection_goes_on() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    for garbage in ["", " \r\n", "GET / HTTP/1.1", "\u{1}\u{2}\u{3}", "MSH", "MSH|", "PID|1"] {
        sender.send(garbage).await;
        let told = codes(&sender.answer().await.expect("an answer"));
        assert!(["AR 100", "AR 102"].contains(&told.as_str()), "{garbage:?}: {told}");
    }
    let mut between = b"junk between frames".to_vec();
    between.extend(frame(&report("M1", "1", 5)));
    sender.raw(&between).await;
    assert_eq!(codes(&sender.answer().await.expect("an answer")), "AA");
}

#[tokio::test]
async fn a_frame_above_the_limit_is_refused_and_the_connection_goes_on() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    let head = report("BIG", "1", 5);
    let message = format!("{head}\rOBX|2|ED|PDF^Report^L||{}", "x".repeat(17 << 20));
    assert_eq!(sender.exchange(&message).await, "AR 207");
    assert_eq!(sender.exchange(&report("M1", "1", 5)).await, "AA");
    let [kept] = &world.quarantined().await[..] else { panic!("one message") };
    assert!(kept.raw.len() < 10_000 && kept.raw.starts_with(head.as_bytes()));
    assert!(kept.problems[0].text.contains("larger than the limit"), "{}", kept.problems[0].text);
}

#[tokio::test]
async fn a_sender_that_begins_again_inside_a_frame_is_answered_for_the_second() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    let whole = frame(&admission("M2", "1"));
    let half = &frame(&report("M1", "1", 5))[..40];
    sender.raw(&[half, &whole].concat()).await;
    assert_eq!(sender.answer().await.expect("an answer").acknowledged_id, "M2");
    assert_eq!(world.messages().await, 1);
}
