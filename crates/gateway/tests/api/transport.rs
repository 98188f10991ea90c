//! What is true of every call, and of the port.

use crate::world::{DEADLINE, World, config, key, patient, risk, schedule};
use lacteal_gateway::{Config, Error, REQUEST_ID, Sources};
use lacteal_ledger::{Ledger, Options};
use lacteal_service::{Readiness, Tasks};
use lacteal_wire::api::ListPatientsRequest;
use lacteal_wire::event;
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tonic::{Code, Request};
use tonic_reflection::pb::{v1, v1alpha};
use tonic_types::StatusExt as _;

/// A gateway whose broker never comes.
async fn start(config: Config) -> Result<(), Error> {
    let options = Options { servers: vec!["nats://127.0.0.1:1".to_owned()], ..Options::default() };
    let ledger = Ledger::connect(options).await.unwrap();
    let sources = Sources { ledger, risk: risk(), schedule: schedule() };
    lacteal_gateway::start(&config, key(), sources, &Tasks::new(Readiness::new())).await.map(|_| ())
}

#[tokio::test]
async fn an_address_that_others_can_reach_is_refused_unless_asked_for() {
    let open = Config { grpc: "0.0.0.0:0".to_owned(), ..config() };
    let error = start(open.clone()).await.unwrap_err();
    assert!(matches!(error, Error::Plaintext(_)));
    assert!(error.to_string().contains("gateway.insecure_plaintext = true"), "{error}");
    start(Config { insecure_plaintext: true, ..open }).await.unwrap();
}

#[tokio::test]
async fn a_taken_port_is_named_with_its_key() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let grpc = taken.local_addr().unwrap().to_string();
    let error = start(Config { grpc, ..config() }).await.unwrap_err().to_string();
    assert!(error.contains("gateway.grpc"), "{error}");
}

#[tokio::test]
async fn every_answer_carries_the_request_id_given_or_made() {
    let world = World::with(config()).await;
    let mut client = world.patients().await;
    let given = "2f1c9e0a-5d3b-4c1e-9a7f-0123456789ab";
    let mut request = Request::new(ListPatientsRequest::default());
    request.metadata_mut().insert(REQUEST_ID, given.parse().unwrap());
    let answer = client.list_patients(request).await.unwrap();
    assert_eq!(answer.metadata().get(REQUEST_ID).unwrap(), given);
    let status =
        client.list_patients(ListPatientsRequest { page_size: -1, ..Default::default() }).await.unwrap_err();
    let made = status.metadata().get(REQUEST_ID).unwrap().to_str().unwrap().to_owned();
    assert_eq!(made.len(), 32);
    assert_eq!(status.get_error_details().request_info().unwrap().request_id, made);
}

#[tokio::test]
async fn reflection_describes_the_services_in_both_versions() {
    let world = World::with(config()).await;
    let ask = v1::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(v1::server_reflection_request::MessageRequest::ListServices(String::new())),
    };
    let mut client = v1::server_reflection_client::ServerReflectionClient::new(world.channel().await);
    let mut answers =
        client.server_reflection_info(futures::stream::iter([ask.clone()])).await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response.unwrap();
    let v1::server_reflection_response::MessageResponse::ListServicesResponse(list) = answer else {
        panic!("not a list: {answer:?}");
    };
    let names: Vec<_> = list.service.into_iter().map(|service| service.name).collect();
    for service in [
        "lacteal.v1.IntakeService",
        "lacteal.v1.PatientService",
        "lacteal.v1.WorklistService",
        "grpc.health.v1.Health",
    ] {
        assert!(names.iter().any(|name| name == service), "{service} in {names:?}");
    }

    let old = v1alpha::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(v1alpha::server_reflection_request::MessageRequest::FileContainingSymbol(
            "lacteal.event.v1.Plan".to_owned(),
        )),
    };
    let mut client = v1alpha::server_reflection_client::ServerReflectionClient::new(world.channel().await);
    let mut answers = client.server_reflection_info(futures::stream::iter([old])).await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response.unwrap();
    assert!(matches!(
        answer,
        v1alpha::server_reflection_response::MessageResponse::FileDescriptorResponse(_)
    ));
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed_and_one_that_calls_is_not() {
    let world = World::without_streams(Config { silent_ms_max: 200, connections_max: 2, ..config() }).await;
    let mut silent = TcpStream::connect(world.grpc).await.unwrap();
    let mut client = world.patients().await;
    let closed = tokio::time::timeout(DEADLINE, silent.read_to_end(&mut Vec::new())).await;
    assert!(closed.is_ok(), "the silent connection is still open");
    let status = client.list_patients(ListPatientsRequest::default()).await.unwrap_err();
    assert_eq!(status.get_error_details().error_info().unwrap().reason, "WORKLIST_NOT_READY");
}

#[tokio::test]
async fn calls_and_the_work_list_are_counted_and_no_metric_names_a_patient() {
    // The runtime of this test has one thread, so that a recorder of this thread hears the gateway.
    let recorder = PrometheusBuilder::new().build_recorder();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let world = World::with(config()).await;
    let revision = world.put_plan(1, event::Status::Due).await;
    world.until_listed(1, revision).await;
    let mut client = world.patients().await;
    client.list_patients(ListPatientsRequest { page_size: -1, ..Default::default() }).await.unwrap_err();
    let text = recorder.handle().render();
    let method = "/lacteal.v1.PatientService/ListPatients";
    for line in [
        &format!("lacteal_gateway_requests_total{{method=\"{method}\",code=\"INVALID_ARGUMENT\"}} 1"),
        "lacteal_gateway_worklist_patients{status=\"DUE\"} 1",
        "lacteal_gateway_worklist_patients{status=\"OVERDUE\"} 0",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(text.contains("lacteal_gateway_request_seconds"), "{text}");
    assert!(!text.contains(&patient(1).to_string()));
}

#[tokio::test]
async fn reflection_can_be_switched_off() {
    let world = World::without_streams(Config { reflection: false, ..config() }).await;
    let mut client = v1::server_reflection_client::ServerReflectionClient::new(world.channel().await);
    let status = client.server_reflection_info(futures::stream::empty()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
}
