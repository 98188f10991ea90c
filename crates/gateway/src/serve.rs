//! Starting: binds the port, ties the parts together and hands them to supervised tasks. What each part does when
//! it stops is said where it is; the order is that of their stages.

use crate::ask::Asker;
use crate::availability::{self, Availability, Inputs, Outputs};
use crate::board::Board;
use crate::call::{CallLayer, Limits};
use crate::connection::{ConnectionLimits, Ends};
use crate::intake::Submissions;
use crate::kept::Kept;
use crate::lookup::Lookup;
use crate::patients::Patients;
use crate::plan_service::Plans;
use crate::plans;
use crate::risk_service::Risks;
use crate::server::{Services, Serving, routes};
use crate::streams::{Sources, Streams};
use crate::worklists::Worklists;
use crate::{Config, Error};
use lacteal_clinical::identity::PseudonymKey;
use lacteal_service::{Stage, Tasks, listen};
use lacteal_wire::api::feed_service_server::FeedServiceServer;
use lacteal_wire::api::intake_service_server::IntakeServiceServer;
use lacteal_wire::api::patient_service_server::PatientServiceServer;
use lacteal_wire::api::plan_service_server::PlanServiceServer;
use lacteal_wire::api::quarantine_service_server::QuarantineServiceServer;
use lacteal_wire::api::reinterpretation_service_server::ReinterpretationServiceServer;
use lacteal_wire::api::risk_service_server::RiskServiceServer;
use lacteal_wire::api::worklist_service_server::WorklistServiceServer;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::sleep;
use tonic::server::NamedService;
use tonic_health::server::HealthReporter;

const SUBMIT: &str = "/lacteal.v1.IntakeService/SubmitMessage";
const METHODS: [&str; 25] = [
    SUBMIT,
    "/lacteal.v1.IntakeService/SubmitMessages",
    "/lacteal.v1.PatientService/GetPatient",
    "/lacteal.v1.PatientService/ListPatients",
    "/lacteal.v1.PlanService/GetPlan",
    "/lacteal.v1.PlanService/GetPlanHistory",
    "/lacteal.v1.PlanService/Decide",
    "/lacteal.v1.PlanService/ListPolicies",
    "/lacteal.v1.RiskService/GetRisk",
    "/lacteal.v1.RiskService/GetRiskHistory",
    "/lacteal.v1.RiskService/WhatIf",
    "/lacteal.v1.RiskService/Explain",
    "/lacteal.v1.RiskService/ListModels",
    "/lacteal.v1.QuarantineService/ListQuarantined",
    "/lacteal.v1.QuarantineService/GetQuarantined",
    "/lacteal.v1.QuarantineService/ReplayQuarantined",
    "/lacteal.v1.QuarantineService/DiscardQuarantined",
    "/lacteal.v1.ReinterpretationService/Reinterpret",
    "/lacteal.v1.FeedService/ListFeeds",
    "/lacteal.v1.WorklistService/ListWorklist",
    "/lacteal.v1.WorklistService/WatchWorklist",
    "/grpc.health.v1.Health/Check",
    "/grpc.health.v1.Health/Watch",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
];

const PATIENTS: &str = <PatientServiceServer<Patients> as NamedService>::NAME;
const WORKLIST: &str = <WorklistServiceServer<Worklists> as NamedService>::NAME;
const INTAKE: &str = <IntakeServiceServer<Submissions> as NamedService>::NAME;

const PLAN: &str = <PlanServiceServer<Plans> as NamedService>::NAME;
const RISK: &str = <RiskServiceServer<Risks> as NamedService>::NAME;
const QUARANTINE: &str = <QuarantineServiceServer<Kept> as NamedService>::NAME;
const REINTERPRETATION: &str = <ReinterpretationServiceServer<Kept> as NamedService>::NAME;
const FEED: &str = <FeedServiceServer<Kept> as NamedService>::NAME;

/// A gateway that was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// Where gRPC is served.
    pub grpc: SocketAddr,
}

/// Binds the port and starts the tasks; returns without waiting for the broker. Until the work list has caught up,
/// calls that need it are answered with UNAVAILABLE.
///
/// # Errors
/// As [`Error`]: the configuration cannot work or the port cannot be had.
pub async fn start(
    config: &Config,
    key: PseudonymKey,
    sources: Sources,
    tasks: &Tasks,
) -> Result<Running, Error> {
    config.check()?;
    let listener = bind(config).await?;
    let grpc = listener.local_addr().map_err(Error::Address)?;

    let streams = Arc::new(Streams::new(sources));
    let board = Arc::new(Board::new(config.watchers_max, config.watch_backlog_max));
    let (caught_up_sender, caught_up) = watch::channel(false);
    let (availability_sender, availability) = watch::channel(Availability::default());
    let ends = Ends::default();
    let health = HealthReporter::new();
    let limits = Arc::new(Limits::new(
        config.requests_max,
        config.submissions_max,
        config.request_timeout(),
        METHODS.to_vec(),
        SUBMIT,
    ));
    let submissions = Submissions {
        ledger: streams.ledger().clone(),
        availability: availability.clone(),
        message_bytes_max: config.message_bytes_max,
        timeout: config.request_timeout(),
        in_hand: Arc::clone(&limits.submissions),
        streams: Arc::new(Semaphore::new(config.submit_streams_max)),
        closing: ends.closing.clone(),
    };
    let asker = Asker { ledger: streams.ledger().clone(), availability: availability.clone() };
    let kept = Kept { asker: asker.clone(), gives_bytes: config.quarantine_bytes };
    let lookup = Lookup { key, streams: Arc::clone(&streams) };
    let patients = Patients {
        lookup: lookup.clone(),
        kept: kept.clone(),
        board: Arc::clone(&board),
        availability: availability.clone(),
    };
    let plans = Plans { lookup: lookup.clone(), asker: asker.clone() };
    let risks = Risks { lookup, asker };
    let worklists = Worklists { board: Arc::clone(&board), availability, closing: ends.closing.clone() };
    let services = Services { patients, worklists, plans, risks, submissions, kept };
    let routes = routes(config, services, health.clone())?;

    let inputs = Inputs {
        ledger: streams.ledger().ready(),
        caught_up,
        stale_max: Duration::from_secs(config.stale_s_max),
    };
    let outputs = Outputs {
        calls: availability_sender,
        health: health.clone(),
        readiness: tasks.readiness().flag("worklist"),
        services: vec![
            ("", |now| now.broker && now.worklist),
            (PATIENTS, |now| now.broker && now.worklist),
            (WORKLIST, |now| now.worklist),
            (INTAKE, |now| now.broker),
            (PLAN, |now| now.broker),
            (RISK, |now| now.broker),
            (QUARANTINE, |now| now.broker),
            (REINTERPRETATION, |now| now.broker),
            (FEED, |now| now.broker),
        ],
    };
    let stop = tasks.stopping(Stage::Workers);
    tasks.spawn(Stage::Workers, "plans", async move {
        plans::follow(streams, board, caught_up_sender, stop).await.map_err(Into::into)
    });
    let (stop, lame_duck) = (tasks.stopping(Stage::Listeners), Duration::from_millis(config.lame_duck_ms));
    let closing = ends.closing.clone();
    tasks.spawn(Stage::Listeners, "availability", async move {
        availability::follow(inputs, outputs, stop).await;
        sleep(lame_duck).await;
        closing.cancel();
        Ok(())
    });
    let serving = Serving {
        listener,
        routes,
        layer: CallLayer(limits),
        connections: ConnectionLimits {
            connections_max: config.connections_max,
            silent_max: Duration::from_millis(config.silent_ms_max),
        },
        connection_streams_max: config.connection_streams_max,
        connection_age_max: Duration::from_secs(config.connection_age_max_s),
        close: Duration::from_millis(config.close_ms),
        health,
        health_services: vec!["", PATIENTS, WORKLIST, INTAKE, PLAN, RISK, QUARANTINE, REINTERPRETATION, FEED],
        ends,
    };
    let stop = tasks.stopping(Stage::Requests);
    tasks.spawn(Stage::Requests, "grpc", async move { serving.run(stop).await.map_err(Into::into) });
    tracing::info!(%grpc, "gRPC is served");
    Ok(Running { grpc })
}

/// Binds, and refuses what others could reach unless that was asked for.
async fn bind(config: &Config) -> Result<TcpListener, Error> {
    let listener = listen::bind_tcp("gateway.grpc", &config.grpc).await?;
    let addr = listener.local_addr().map_err(Error::Address)?;
    if addr.ip().is_loopback() {
        return Ok(listener);
    }
    if !config.insecure_plaintext {
        return Err(Error::Plaintext(addr));
    }
    tracing::warn!(%addr, "gRPC is served without encryption and access control, as configured");
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_of_the_api_is_counted_under_its_name() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../proto/lacteal/v1");
        let mut served = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let mut service = "";
            for line in text.lines().map(str::trim) {
                if let Some(rest) = line.strip_prefix("service ") {
                    service = rest.split_whitespace().next().unwrap();
                } else if let Some(rest) = line.strip_prefix("rpc ") {
                    let method = format!("/lacteal.v1.{service}/{}", rest.split('(').next().unwrap());
                    assert!(METHODS.contains(&method.as_str()), "{method}");
                    served += 1;
                }
            }
        }
        let ours = METHODS.iter().filter(|method| method.starts_with("/lacteal.v1."));
        assert_eq!(ours.count(), served, "a method that the API has no more");
    }
}
