//! The stop ends whatever clients do.

use crate::world::{DEADLINE, World, config};
use lacteal_gateway::Config;
use lacteal_wire::api::{
    ListWorklistRequest, SubmitMessageRequest, SubmitMessageResponse, WatchWorklistRequest,
};
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_types::StatusExt as _;

#[tokio::test]
async fn a_stop_ends_open_watches_and_silent_connections_at_once_and_says_not_serving_before() {
    let world = World::with(Config { close_ms: 60_000, ..config() }).await;
    let mut watch =
        world.worklist().await.watch_worklist(WatchWorklistRequest::default()).await.unwrap().into_inner();
    watch.message().await.unwrap();
    let mut silent = TcpStream::connect(world.grpc).await.unwrap();
    let mut health = HealthClient::new(world.channel().await);
    let mut health = health.watch(HealthCheckRequest { service: String::new() }).await.unwrap().into_inner();
    assert_eq!(health.message().await.unwrap().unwrap().status(), ServingStatus::Serving);

    let began = Instant::now();
    let (outcome, heard) = tokio::join!(world.stop(), async {
        let mut heard = Vec::new();
        while let Ok(Some(status)) = health.message().await {
            heard.push(status.status());
        }
        heard
    });
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(outcome.exit_code(), 0, "{outcome:?}");
    assert_eq!(heard, [ServingStatus::NotServing]);
    let status = watch.message().await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(status.get_error_details().error_info().unwrap().reason, "STOPPING");
    // The server greets; after that nothing but the end comes, be it a close or a reset.
    let closed = tokio::time::timeout(DEADLINE, silent.read_to_end(&mut Vec::new())).await;
    assert!(closed.is_ok(), "the silent connection is still open");
}

#[tokio::test]
async fn while_balancers_look_elsewhere_calls_and_watches_go_on() {
    let world = World::with(Config { lame_duck_ms: 1000, ..config() }).await;
    let mut client = world.worklist().await;
    let mut watch = client.watch_worklist(WatchWorklistRequest::default()).await.unwrap().into_inner();
    watch.message().await.unwrap();
    let mut health = HealthClient::new(world.channel().await);
    let mut health = health.watch(HealthCheckRequest { service: String::new() }).await.unwrap().into_inner();
    assert_eq!(health.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    let (outcome, reason) = tokio::join!(world.stop(), async {
        assert_eq!(health.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
        client.list_worklist(ListWorklistRequest::default()).await.unwrap();
        let early = tokio::time::timeout(Duration::from_millis(300), watch.message()).await;
        assert!(early.is_err(), "the watch ended too early: {early:?}");
        let status = watch.message().await.unwrap_err();
        status.get_error_details().error_info().unwrap().reason.clone()
    });
    assert_eq!((outcome.exit_code(), reason.as_str()), (0, "STOPPING"));
}

#[tokio::test]
async fn a_call_that_does_not_end_is_cut_at_the_deadline() {
    let world = World::with(Config { close_ms: 200, ..config() }).await;
    let (began, mut has_begun) = tokio::sync::mpsc::unbounded_channel();
    world.serve_intake(move |_| {
        let began = began.clone();
        async move {
            began.send(()).unwrap();
            std::future::pending::<SubmitMessageResponse>().await
        }
    });
    let mut client = world.intake().await;
    let hung = async {
        loop {
            let status =
                client.submit_message(SubmitMessageRequest { hl7: b"MSH".to_vec() }).await.unwrap_err();
            if status.get_error_details().error_info().is_none() {
                return status;
            }
        }
    };
    let stopped = async {
        has_begun.recv().await.unwrap();
        let began = Instant::now();
        (world.stop().await, began.elapsed())
    };
    let (_cut, (outcome, took)) = tokio::join!(hung, stopped);
    assert!(took < Duration::from_secs(6), "{took:?}");
    assert_eq!(outcome.unstopped, Vec::<String>::new());
}
