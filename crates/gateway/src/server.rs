//! The gRPC server: routes, limits of the transport, and its stop.
//!
//! Neither tonic nor hyper ends by itself while a stream or a silent connection is open. So there are two ends:
//! `closing`, from which on no connection is taken, our streams end themselves and calls in hand may finish; and
//! `cut`, some time later, at which every connection that is still open is dropped.

use crate::call::CallLayer;
use crate::connection::{ConnectionLimits, Ends, accepted};
use crate::intake::Submissions;
use crate::kept::Kept;
use crate::patients::Patients;
use crate::plan_service::Plans;
use crate::risk_service::Risks;
use crate::worklists::Worklists;
use crate::{Config, Error};
use lacteal_wire::DESCRIPTORS;
use lacteal_wire::api::feed_service_server::FeedServiceServer;
use lacteal_wire::api::intake_service_server::IntakeServiceServer;
use lacteal_wire::api::patient_service_server::PatientServiceServer;
use lacteal_wire::api::plan_service_server::PlanServiceServer;
use lacteal_wire::api::quarantine_service_server::QuarantineServiceServer;
use lacteal_wire::api::reinterpretation_service_server::ReinterpretationServiceServer;
use lacteal_wire::api::risk_service_server::RiskServiceServer;
use lacteal_wire::api::worklist_service_server::WorklistServiceServer;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::{HealthReporter, HealthService};
use tonic_reflection::server::Builder as Reflection;

/// Requests other than submissions are names, filters and tokens.
const REQUEST_BYTES_MAX: usize = 64 << 10;
/// Far above a page of a thousand lines or a dossier with its facts.
const RESPONSE_BYTES_MAX: usize = 64 << 20;
/// What protobuf adds to the HL7 bytes.
const SUBMISSION_SLACK_BYTES: usize = 64;
const HEADERS_BYTES_MAX: u32 = 16 << 10;
const KEEPALIVE: Duration = Duration::from_secs(30);
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// The services of the API.
pub(crate) struct Services {
    pub(crate) patients: Patients,
    pub(crate) worklists: Worklists,
    pub(crate) plans: Plans,
    pub(crate) risks: Risks,
    pub(crate) submissions: Submissions,
    pub(crate) kept: Kept,
}

/// All services behind one port.
pub(crate) fn routes(config: &Config, services: Services, health: HealthReporter) -> Result<Routes, Error> {
    let Services { patients, worklists, plans, risks, submissions, kept } = services;
    let submission_bytes_max = config.message_bytes_max.saturating_add(SUBMISSION_SLACK_BYTES);
    let mut routes = Routes::new(HealthServer::new(HealthService::from_health_reporter(health)))
        .add_service(
            PatientServiceServer::new(patients)
                .max_decoding_message_size(REQUEST_BYTES_MAX)
                .max_encoding_message_size(RESPONSE_BYTES_MAX),
        )
        .add_service(
            WorklistServiceServer::new(worklists)
                .max_decoding_message_size(REQUEST_BYTES_MAX)
                .max_encoding_message_size(RESPONSE_BYTES_MAX),
        )
        .add_service(
            PlanServiceServer::new(plans)
                .max_decoding_message_size(REQUEST_BYTES_MAX)
                .max_encoding_message_size(RESPONSE_BYTES_MAX),
        )
        .add_service(
            RiskServiceServer::new(risks)
                .max_decoding_message_size(REQUEST_BYTES_MAX)
                .max_encoding_message_size(RESPONSE_BYTES_MAX),
        )
        .add_service(
            QuarantineServiceServer::new(kept.clone())
                .max_decoding_message_size(REQUEST_BYTES_MAX)
                .max_encoding_message_size(RESPONSE_BYTES_MAX),
        )
        .add_service(
            FeedServiceServer::new(kept.clone())
                .max_decoding_message_size(REQUEST_BYTES_MAX)
                .max_encoding_message_size(RESPONSE_BYTES_MAX),
        )
        .add_service(
            ReinterpretationServiceServer::new(kept)
                .max_decoding_message_size(REQUEST_BYTES_MAX)
                .max_encoding_message_size(RESPONSE_BYTES_MAX),
        )
        .add_service(
            IntakeServiceServer::new(submissions)
                .max_decoding_message_size(submission_bytes_max)
                .max_encoding_message_size(RESPONSE_BYTES_MAX),
        );
    if config.reflection {
        let described = || {
            Reflection::configure()
                .register_encoded_file_descriptor_set(DESCRIPTORS)
                .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        };
        let error = |error: tonic_reflection::server::Error| Error::Reflection(error.to_string());
        routes = routes
            .add_service(described().build_v1().map_err(error)?)
            .add_service(described().build_v1alpha().map_err(error)?);
    }
    Ok(routes)
}

/// What the task that serves needs.
pub(crate) struct Serving {
    pub(crate) listener: TcpListener,
    pub(crate) routes: Routes,
    pub(crate) layer: CallLayer,
    pub(crate) connections: ConnectionLimits,
    pub(crate) connection_streams_max: u32,
    pub(crate) connection_age_max: Duration,
    pub(crate) close: Duration,
    pub(crate) health: HealthReporter,
    pub(crate) health_services: Vec<&'static str>,
    pub(crate) ends: Ends,
}

impl Serving {
    /// Serves until `closing` or `stop`, and for as long after that as calls in hand may take.
    pub(crate) async fn run(mut self, stop: CancellationToken) -> Result<(), tonic::transport::Error> {
        // Connections live in tasks of tonic's. This reaches them when this task ends, and also when it is aborted.
        let _cut_at_the_end = self.ends.cut.clone().drop_guard();
        let closing = self.ends.closing.clone();
        let shutdown = {
            let closing = closing.clone();
            async move {
                tokio::select! {
                    () = closing.cancelled() => {}
                    () = stop.cancelled() => closing.cancel(),
                }
            }
        };
        let incoming = accepted(self.listener, self.connections, self.ends);
        // No grace after the age: with one, tonic cuts the connection at its end and never asks it to end.
        let serve = Server::builder()
            .max_concurrent_streams(self.connection_streams_max)
            .max_connection_age(self.connection_age_max)
            .http2_keepalive_interval(Some(KEEPALIVE))
            .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
            .http2_max_header_list_size(HEADERS_BYTES_MAX)
            .layer(self.layer)
            .add_routes(self.routes)
            .serve_with_incoming_shutdown(incoming, shutdown);
        let mut serve = std::pin::pin!(serve);
        tokio::select! {
            served = &mut serve => return served,
            () = closing.cancelled() => {}
        }
        // Streams of the health service end when what they watch is gone.
        for service in self.health_services {
            self.health.clear_service_status(service).await;
        }
        timeout(self.close, serve).await.unwrap_or_else(|_elapsed| {
            tracing::warn!(
                "calls were still in hand at the end of gateway.close_ms: their connections are cut"
            );
            Ok(())
        })
    }
}
