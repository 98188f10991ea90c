//! Messages of the gateway, over NATS.

use std::time::Duration;

use bytes::Bytes;
use lacteal_hl7::{Ack, Limits};
use lacteal_wire::{api, decode, encode, subject};

use crate::world::{World, admission, patient, report, until};

const WAIT: Duration = Duration::from_secs(5);

async fn submit(world: &World, hl7: &str) -> api::Submission {
    let request = encode(&api::SubmitMessageRequest { hl7: hl7.as_bytes().to_vec() });
    let answer = world.ledger.request(subject::SUBMIT, request, WAIT).await.expect("an answer");
    let answer: api::SubmitMessageResponse = decode(&answer, "answer").expect("readable");
    answer.submission.expect("a submission")
}

async fn serving() -> World {
    let world = World::new().await;
    until("submissions are served", || async {
        world.ledger.request(subject::SUBMIT, Bytes::from_static(b"\xFF"), WAIT).await.is_ok()
    })
    .await;
    world
}

#[tokio::test]
async fn a_submitted_message_takes_the_way_of_any_other() {
    let world = serving().await;
    for (hl7, disposition, code, patients) in [
        (report("M1", "1", 5), api::Disposition::Stored, "AA", vec![patient("1").to_string()]),
        (report("M1", "1", 5), api::Disposition::Repeated, "AA", vec![patient("1").to_string()]),
        (admission("M2", "2"), api::Disposition::NotRelevant, "AA", vec![]),
        (report("M3", "", 5), api::Disposition::Quarantined, "AR", vec![]),
    ] {
        let submission = submit(&world, &hl7).await;
        assert_eq!(submission.disposition(), disposition);
        assert_eq!(submission.patient_ids, patients);
        let ack = Ack::parse(submission.acknowledgement.into(), &Limits::default()).expect("an answer");
        assert_eq!(ack.code.as_str(), code);
        assert_eq!(submission.problems.is_empty(), code == "AA");
    }
    let [kept] = &world.reports("1").await[..] else { panic!("one report") };
    assert_eq!(kept.source, "gateway");
}

#[tokio::test]
async fn a_request_that_cannot_be_read_is_told_so_and_stores_nothing() {
    let world = serving().await;
    let answer = world.ledger.request(subject::SUBMIT, Bytes::from_static(b"\xFF"), WAIT).await;
    let answer: api::SubmitMessageResponse = decode(&answer.expect("answered"), "answer").expect("readable");
    let submission = answer.submission.expect("a submission");
    assert_eq!(submission.problems, ["SubmitMessageRequest is not readable protobuf"]);
    assert_eq!(world.messages().await, 0);
}
