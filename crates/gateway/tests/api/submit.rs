//! Messages handed to intake.

use crate::world::{World, config};
use futures::StreamExt as _;
use lacteal_gateway::Config;
use lacteal_wire::api::{
    Disposition, Submission, SubmitMessageRequest, SubmitMessageResponse, SubmitMessagesRequest,
};
use std::time::Duration;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

fn stored(hl7: &[u8]) -> SubmitMessageResponse {
    let submission = Submission {
        disposition: Disposition::Stored.into(),
        acknowledgement: hl7.to_vec(),
        ..Submission::default()
    };
    SubmitMessageResponse { submission: Some(submission) }
}

async fn submit(world: &World, hl7: &[u8]) -> Result<Submission, Status> {
    let answer = world.intake().await.submit_message(SubmitMessageRequest { hl7: hl7.to_vec() }).await?;
    Ok(answer.into_inner().submission.unwrap())
}

#[tokio::test]
async fn a_message_is_answered_with_what_intake_says() {
    let world = World::with(config()).await;
    world.serve_intake(|request| async move {
        match request.hl7.as_slice() {
            b"not stored" => SubmitMessageResponse { submission: Some(Submission::default()) },
            b"" => SubmitMessageResponse { submission: None },
            hl7 => stored(hl7),
        }
    });
    let submission = until_answered(&world).await;
    assert_eq!(
        (submission.disposition(), submission.acknowledgement.as_slice()),
        (Disposition::Stored, &b"MSH"[..])
    );
    for not_stored in [&b"not stored"[..], b""] {
        let status = submit(&world, not_stored).await.unwrap_err();
        assert_eq!(status.code(), Code::Unavailable);
        assert_eq!(status.get_error_details().error_info().unwrap().reason, "INTAKE_AWAY");
    }
}

#[tokio::test]
async fn without_intake_a_message_is_unavailable_and_may_be_sent_again() {
    let mut world = World::with(config()).await;
    let status = submit(&world, b"MSH").await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    let details = status.get_error_details();
    assert!(details.retry_info().is_some());
    assert_eq!(details.error_info().unwrap().reason, "INTAKE_AWAY");
    world.broker.kill().await.unwrap();
    world
        .until_health(
            "lacteal.v1.IntakeService",
            tonic_health::pb::health_check_response::ServingStatus::NotServing,
        )
        .await;
    let status = submit(&world, b"MSH").await.unwrap_err();
    assert_eq!(status.get_error_details().error_info().unwrap().reason, "BROKER_AWAY");
}

#[tokio::test]
async fn a_stream_is_answered_in_its_order_whatever_order_intake_takes() {
    let world = World::with(config()).await;
    world.serve_intake(|request| async move {
        let place = u64::from(request.hl7[0]);
        tokio::time::sleep(Duration::from_millis(20 * (place % 4))).await;
        stored(&request.hl7)
    });
    until_answered(&world).await;
    let messages = futures::stream::iter(0..40u8).map(|place| SubmitMessagesRequest { hl7: vec![place] });
    let answers = world.intake().await.submit_messages(messages).await.unwrap().into_inner();
    let places = answers.map(|answer| answer.unwrap().submission.unwrap().acknowledgement[0]);
    assert_eq!(places.collect::<Vec<_>>().await, (0..40).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_message_above_the_limit_is_refused() {
    let world = World::with(Config { message_bytes_max: 100, ..config() }).await;
    world.serve_intake(|request| async move { stored(&request.hl7) });
    until_answered(&world).await;
    assert!(submit(&world, &[b'x'; 100]).await.is_ok());
    assert_eq!(submit(&world, &[b'x'; 101]).await.unwrap_err().code(), Code::ResourceExhausted);
    // Above what the limit could be with its framing, the transport refuses before it has read the message.
    assert_eq!(submit(&world, &[b'x'; 1000]).await.unwrap_err().code(), Code::OutOfRange);
}

#[tokio::test]
async fn a_call_that_takes_too_long_ends_at_its_deadline_and_too_many_are_turned_away() {
    let world = World::with(Config { request_timeout_s: 1, submissions_max: 1, ..config() }).await;
    let (began, mut has_begun) = tokio::sync::mpsc::unbounded_channel();
    world.serve_intake(move |request| {
        let began = began.clone();
        async move {
            if request.hl7 == b"slow" {
                began.send(()).unwrap();
                std::future::pending::<()>().await;
            }
            stored(&request.hl7)
        }
    });
    until_answered(&world).await;
    let (slow, busy) = tokio::join!(submit(&world, b"slow"), async {
        has_begun.recv().await.unwrap();
        submit(&world, b"quick").await
    });
    let slow = slow.unwrap_err();
    assert_eq!(slow.code(), Code::DeadlineExceeded);
    assert!(slow.get_error_details().request_info().is_some());
    let busy = busy.unwrap_err();
    assert_eq!(busy.code(), Code::ResourceExhausted);
    assert_eq!(busy.get_error_details().error_info().unwrap().reason, "BUSY");
    assert!(submit(&world, b"quick").await.is_ok(), "what was in hand is free again");
}

/// The subscription of the test's intake may come after the first request.
async fn until_answered(world: &World) -> Submission {
    let answered = async {
        loop {
            match submit(world, b"MSH").await {
                Ok(submission) => return submission,
                Err(status) => assert_eq!(status.code(), Code::Unavailable),
            }
        }
    };
    tokio::time::timeout(crate::world::DEADLINE, answered).await.expect("intake answers")
}
