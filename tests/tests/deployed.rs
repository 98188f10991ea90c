//! The deployed form at work: the broker with the permissions of `deploy/nats`, a user a role, and each role
//! with its configuration of `deploy/compose`. What a role may not do, it does not need.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use lacteal_tests::feed;
use lacteal_tests::gateway::{AUTHORITY, Gateway};
use lacteal_tests::message::{days_ago, pathology};
use lacteal_tests::mllp::Client;
use lacteal_tests::process::{Process, binary, free_address, ready};
use lacteal_tests::site::{ROLES, settled};
use lacteal_wire::api::intake_service_client::IntakeServiceClient;
use lacteal_wire::api::plan_service_client::PlanServiceClient;
use lacteal_wire::api::risk_service_client::RiskServiceClient;
use lacteal_wire::api::{
    Disposition, GetPlanHistoryRequest, GetPlanRequest, GetRiskHistoryRequest, GetRiskRequest,
    ListModelsRequest, SubmitMessageRequest, get_plan_history_request, get_plan_request,
    get_risk_history_request, get_risk_request,
};
use lacteal_wire::event::Status;

const USERS: [&str; 5] = ["intake", "risk", "scheduling", "gateway", "operator"];

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy")
}

fn password(user: &str) -> String {
    format!("secret{user}")
}

/// The broker of `deploy/nats`, on free ports.
fn broker(directory: &Path, listen: SocketAddr, monitor: SocketAddr) -> tokio::process::Child {
    let conf = std::fs::read_to_string(deploy().join("nats/nats.conf")).unwrap();
    let conf: Vec<_> = conf.lines().filter(|line| !line.starts_with("http:")).collect();
    let store = directory.join("store").display().to_string();
    let conf = conf.join("\n").replace("\"/data\"", &format!("{store:?}"));
    std::fs::write(directory.join("nats.conf"), conf).unwrap();
    std::fs::copy(deploy().join("nats/authorization.conf"), directory.join("authorization.conf")).unwrap();
    let mut command = tokio::process::Command::new(lacteal_broker::locate().unwrap());
    command.arg("-c").arg(directory.join("nats.conf"));
    command.args(["-a", "127.0.0.1", "-p", &listen.port().to_string()]);
    command.args(["-m", &monitor.port().to_string(), "-l"]).arg(directory.join("nats.log"));
    for user in USERS {
        command.env(format!("{}_PASSWORD", user.to_uppercase()), password(user));
    }
    command.env("JS_KEY", "keyoftheencryptionatrest").kill_on_drop(true).spawn().unwrap()
}

/// Configuration of a role as compose gives it, but for addresses and the places of secrets.
fn arguments(
    directory: &Path,
    role: &str,
    broker: SocketAddr,
    listens: SocketAddr,
    ops: SocketAddr,
) -> Vec<String> {
    let secret = directory.join(format!("{role}.password"));
    let user = if role == "streams" { "operator" } else { role };
    std::fs::write(&secret, password(user)).unwrap();
    let config = deploy().join(format!("compose/{role}.toml"));
    let mut arguments = vec![role.to_owned(), "--config".to_owned(), config.display().to_string()];
    for pair in [
        format!("nats.servers=nats://{broker}"),
        format!("nats.password_file={}", secret.display()),
        format!("identity.key_file={}", directory.join("pseudonym.key").display()),
        format!("service.ops={ops}"),
        format!("intake.mllp={listens}"),
        format!("gateway.grpc={listens}"),
        // Its token is where compose mounts it.
        "intake.fhir.listen=".to_owned(),
    ] {
        arguments.extend(["--set".to_owned(), pair]);
    }
    arguments
}

/// The present and the past of the patient who was decided about.
async fn judgements(gateway: &Gateway, url: &str) {
    let id = gateway.patient("4711").await.unwrap().patient_id;
    let mut plans = PlanServiceClient::connect(url.to_owned()).await.unwrap();
    let by = Some(get_plan_request::By::PatientId(id.clone()));
    let plan = plans.get_plan(GetPlanRequest { by }).await.unwrap().into_inner().plan.unwrap();
    assert_eq!(plan.decisions[0].author, "Dr Weser");
    let by = Some(get_plan_history_request::By::PatientId(id.clone()));
    let past = plans.get_plan_history(GetPlanHistoryRequest { by, ..Default::default() }).await.unwrap();
    assert!(past.into_inner().plans.len() >= 2, "before the decision and after it");

    let mut risks = RiskServiceClient::connect(url.to_owned()).await.unwrap();
    let by = Some(get_risk_request::By::PatientId(id.clone()));
    let risk = risks.get_risk(GetRiskRequest { by }).await.unwrap().into_inner().assessment.unwrap();
    let by = Some(get_risk_history_request::By::PatientId(id));
    let past = risks.get_risk_history(GetRiskHistoryRequest { by, ..Default::default() }).await.unwrap();
    assert_eq!(past.into_inner().assessments.last(), Some(&risk));
    assert!(!risks.list_models(ListModelsRequest {}).await.unwrap().into_inner().models.is_empty());
}

#[tokio::test]
async fn each_role_does_its_work_with_the_permissions_and_the_configuration_that_are_deployed() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    // Once: a role that reads it must not meet it half written.
    std::fs::write(directory.join("pseudonym.key"), "7c".repeat(32)).unwrap();
    let (nats, monitor) = (free_address(), free_address());
    let _broker = broker(directory, nats, monitor);

    let made = Command::new(binary())
        .args(arguments(directory, "streams", nats, free_address(), free_address()))
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));

    let mut roles = Vec::new();
    let mut listens = std::collections::BTreeMap::new();
    for role in ROLES {
        let (listen, ops) = (free_address(), free_address());
        listens.insert(role, listen);
        let log = directory.join(format!("{role}.log"));
        roles.push((role, ops, Process::start(&arguments(directory, role, nats, listen, ops), &log)));
    }
    for (_, ops, _) in &roles {
        ready(*ops).await;
    }

    let messages = feed::messages(&feed::options(30, 1, 5));
    feed::send(listens["intake"], messages, 8, std::sync::Arc::default()).await;
    // One with a payload that is too large for a message and goes to the object store.
    let mut mllp = Client::new(listens["intake"]);
    let mut large = pathology("4711", &days_ago(100), &days_ago(90), "F", "2.0");
    large.extend_from_slice(format!("NTE|1||{}\r", "x".repeat(3 << 20)).as_bytes());
    mllp.accepted(&large).await;

    settled(monitor, &ROLES).await;
    let gateway = Gateway::connect(listens["gateway"]).await;
    gateway.status("4711", Status::Due).await;
    lacteal_tests::until("all patients", || async { (gateway.everybody().await?.len() >= 31).then_some(()) })
        .await;
    // What the gateway asks of intake about what is kept.
    let at = listens["gateway"].to_string();
    for (arguments, said) in [
        (&["quarantine", "list"][..], "0 messages"),
        (&["quarantine", "replay", "--all"], "0 messages replayed"),
        (&["reinterpret", "--apply"], "0 new readings written"),
        (&["feeds"], "default"),
    ] {
        let asked = Command::new(binary()).args(arguments).args(["--gateway", &at]).output().unwrap();
        let printed = String::from_utf8_lossy(&asked.stdout).into_owned();
        assert!(asked.status.success() && printed.contains(said), "{printed}{:?}", asked.stderr);
    }
    // The same over gRPC, near the largest that is taken.
    let mut large = pathology("4712", &days_ago(100), &days_ago(90), "F", "2.0");
    large.extend_from_slice(format!("NTE|1||{}\r", "x".repeat(15 << 20)).as_bytes());
    let mut intake = IntakeServiceClient::connect(format!("http://{at}")).await.unwrap();
    let submitted = intake.submit_message(SubmitMessageRequest { hl7: large }).await.unwrap().into_inner();
    assert_eq!(submitted.submission.unwrap().disposition(), Disposition::Stored);
    gateway.status("4712", Status::Due).await;
    // What it asks of risk, and a decision.
    let mrn = format!("{AUTHORITY}:4711");
    for (arguments, said) in [
        (&["what-if", "--ki67", "15%"][..], "Supposed"),
        (&["explain", "--words"], "Evidence"),
        (
            &["decide", "--interval", "3", "--author", "Dr Weser", "--reason", "board of May"],
            "decided: interval of 3 months",
        ),
    ] {
        let asked =
            Command::new(binary()).args(arguments).args(["--gateway", &at, "--mrn", &mrn]).output().unwrap();
        let printed = String::from_utf8_lossy(&asked.stdout).into_owned();
        assert!(asked.status.success() && printed.contains(said), "{printed}{:?}", asked.stderr);
    }
    settled(monitor, &ROLES).await;
    judgements(&gateway, &format!("http://{at}")).await;
    for (role, _, process) in roles {
        let log = process.log();
        assert!(!log.to_lowercase().contains("permissions violation"), "{role}: {log}");
        assert_eq!(process.stop().await, Some(0), "{role}");
    }
}
