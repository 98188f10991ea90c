//! Quarantined messages and reports to be read again: handed on to intake, which the test stands in for.

use crate::world::{DEADLINE, World, config, patient};
use lacteal_gateway::Config;
use lacteal_wire::api::failure::Kind;
use lacteal_wire::api::feed_service_client::FeedServiceClient;
use lacteal_wire::api::get_patient_request::By;
use lacteal_wire::api::quarantine_service_client::QuarantineServiceClient;
use lacteal_wire::api::reinterpretation_service_client::ReinterpretationServiceClient;
use lacteal_wire::api::{
    Answer, DiscardQuarantinedRequest, Failure, Feed, GetPatientRequest, GetQuarantinedRequest,
    GetQuarantinedResponse, ListFeedsRequest, ListFeedsResponse, ListQuarantinedRequest,
    ListQuarantinedResponse, QuarantineEntry, QuarantineState, ReinterpretRequest, ReinterpretResponse,
    answer::Outcome,
};
use lacteal_wire::{event, subject};
use prost::Message as _;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

pub(crate) fn response(response: &impl prost::Message) -> Answer {
    Answer { outcome: Some(Outcome::Response(response.encode_to_vec())) }
}

pub(crate) fn failure(kind: Kind, field: &str, text: &str) -> Answer {
    let failure = Failure { kind: kind.into(), field: field.into(), text: text.into() };
    Answer { outcome: Some(Outcome::Failure(failure)) }
}

/// Answers on a subject as intake would, and waits until it does.
pub(crate) async fn serve<Q>(
    world: &World,
    subject: &'static str,
    answer: impl Fn(Q) -> Answer + Send + Sync + 'static,
) where
    Q: prost::Message + Default,
{
    world.serve(subject, move |payload| answer(Q::decode(payload).unwrap_or_default()).encode_to_vec());
    let answered = async {
        let wait = std::time::Duration::from_secs(1);
        while world.ledger.request(subject, bytes::Bytes::new(), wait).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(DEADLINE, answered).await.unwrap();
}

async fn get(world: &World, include_bytes: bool) -> Result<GetQuarantinedResponse, Status> {
    let mut client = QuarantineServiceClient::new(world.channel().await);
    let request = GetQuarantinedRequest { id: "00".repeat(16), include_bytes, from_byte: 0 };
    Ok(client.get_quarantined(request).await?.into_inner())
}

#[tokio::test]
async fn the_bytes_of_a_quarantined_message_are_given_only_where_that_is_configured() {
    let serve_get = async |world: &World| {
        serve(world, subject::QUARANTINE_GET, |asked: GetQuarantinedRequest| {
            let hl7 = if asked.include_bytes { b"MSH".to_vec() } else { Vec::new() };
            response(&GetQuarantinedResponse { entry: Some(QuarantineEntry::default()), hl7, next_byte: 0 })
        })
        .await;
    };
    let world = World::with(config()).await;
    serve_get(&world).await;
    assert_eq!(get(&world, false).await.unwrap().hl7, b"");
    let denied = get(&world, true).await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);
    assert_eq!(denied.get_error_details().error_info().unwrap().reason, "BYTES_DENIED");
    assert!(denied.message().contains("gateway.quarantine_bytes"), "{}", denied.message());

    let world = World::with(Config { quarantine_bytes: true, ..config() }).await;
    serve_get(&world).await;
    assert_eq!(get(&world, true).await.unwrap().hl7, b"MSH");
}

#[tokio::test]
async fn what_intake_answers_and_why_it_does_not_is_said_in_the_terms_of_grpc() {
    let world = World::with(config()).await;
    let mut client = QuarantineServiceClient::new(world.channel().await);
    let away = client.list_quarantined(ListQuarantinedRequest::default()).await.unwrap_err();
    assert_eq!(away.code(), Code::Unavailable);
    assert_eq!(away.get_error_details().error_info().unwrap().reason, "INTAKE_AWAY");
    assert!(away.get_error_details().retry_info().is_some());

    serve(&world, subject::QUARANTINE_LIST, |asked: ListQuarantinedRequest| {
        let entry = QuarantineEntry { id: asked.page_token, ..QuarantineEntry::default() };
        response(&ListQuarantinedResponse { entries: vec![entry], next_page_token: "n".into() })
    })
    .await;
    let request = ListQuarantinedRequest { page_token: "t".into(), ..ListQuarantinedRequest::default() };
    let page = client.list_quarantined(request).await.unwrap().into_inner();
    assert_eq!((page.entries[0].id.as_str(), page.next_page_token.as_str()), ("t", "n"));

    serve(&world, subject::QUARANTINE_DISCARD, |asked: DiscardQuarantinedRequest| match asked.id.as_str() {
        "field" => failure(Kind::InvalidField, "reason", "must be set"),
        "none" => failure(Kind::NotFound, "id", "x"),
        "conflict" => failure(Kind::Conflict, "id", "was replayed"),
        "away" => failure(Kind::Unavailable, "", "x"),
        "large" => failure(Kind::TooLarge, "", "too large"),
        "broken" => failure(Kind::Unreadable, "", "x"),
        _ => Answer { outcome: None },
    })
    .await;
    for (id, code, reason) in [
        ("field", Code::InvalidArgument, "INVALID_FIELD"),
        ("none", Code::NotFound, "NOT_QUARANTINED"),
        ("conflict", Code::FailedPrecondition, "SETTLED_OTHERWISE"),
        ("away", Code::Unavailable, "BROKER_AWAY"),
        ("large", Code::ResourceExhausted, "ANSWER_TOO_LARGE"),
        ("broken", Code::DataLoss, "STORED_EVENT_UNREADABLE"),
        ("nothing", Code::Internal, "INTERNAL"),
    ] {
        let request = DiscardQuarantinedRequest { id: id.into(), ..DiscardQuarantinedRequest::default() };
        let status = client.discard_quarantined(request).await.unwrap_err();
        assert_eq!(status.code(), code, "{id}");
        assert_eq!(status.get_error_details().error_info().unwrap().reason, reason, "{id}");
    }

    serve(&world, subject::REINTERPRET, |asked: ReinterpretRequest| {
        response(&ReinterpretResponse { written: u32::from(asked.apply), ..ReinterpretResponse::default() })
    })
    .await;
    let mut again = ReinterpretationServiceClient::new(world.channel().await);
    let page = again.reinterpret(ReinterpretRequest { apply: true, ..ReinterpretRequest::default() }).await;
    assert_eq!(page.unwrap().into_inner().written, 1);
}

#[tokio::test]
async fn a_patient_is_shown_with_the_open_quarantined_messages_and_without_them_when_intake_is_away() {
    let world = World::with(config()).await;
    world.put_dossier(1, None).await;
    world.put_plan(1, event::Status::Due).await;
    let quarantined = async || {
        let by = Some(By::PatientId(patient(1).to_string()));
        let answer = world.patients().await.get_patient(GetPatientRequest { by }).await.unwrap();
        answer.into_inner().patient.unwrap().quarantined
    };
    assert_eq!(quarantined().await, None);
    serve(&world, subject::QUARANTINE_LIST, |asked: ListQuarantinedRequest| {
        let filter = asked.filter.unwrap_or_default();
        let is_asked = filter.patient_id == patient(1).to_string() && filter.state() == QuarantineState::Open;
        let entries = vec![QuarantineEntry::default(); if is_asked { 3 } else { 0 }];
        response(&ListQuarantinedResponse { entries, ..ListQuarantinedResponse::default() })
    })
    .await;
    assert_eq!(quarantined().await, Some(3));
}

#[tokio::test]
async fn feeds_are_listed_as_intake_tells_them_and_not_before_it_has_looked() {
    let world = World::with(config()).await;
    let heard = Feed { source: "pathology".into(), last_message_at_s: 300, ..Feed::default() };
    let told = ListFeedsResponse { feeds: vec![heard], looked_at_s: 400 };
    let mut client = FeedServiceClient::new(world.channel().await);
    let away = client.list_feeds(ListFeedsRequest {}).await.unwrap_err();
    assert_eq!(away.code(), Code::Unavailable);
    let answer = told.clone();
    serve(&world, subject::FEEDS_LIST, move |_: ListFeedsRequest| response(&answer)).await;
    assert_eq!(client.list_feeds(ListFeedsRequest {}).await.unwrap().into_inner(), told);
}
