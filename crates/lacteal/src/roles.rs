//! Starting roles: one in a process under Kubernetes, all in one under `up`.
//!
//! Ports are bound and files are read before anything waits for the broker, so that a mistake in the
//! configuration ends the start at once.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context as _;
use lacteal_ledger::Ledger;
use lacteal_service::{Readiness, Stage, Tasks, Telemetry, ops, signals};

use crate::settings::Settings;
use crate::streams::{self, Which};

/// A part of Lacteal that can run on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Intake,
    Risk,
    Scheduling,
    Gateway,
}

impl Role {
    pub(crate) const ALL: [Role; 4] = [Role::Intake, Role::Risk, Role::Scheduling, Role::Gateway];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Role::Intake => "intake",
            Role::Risk => "risk",
            Role::Scheduling => "scheduling",
            Role::Gateway => "gateway",
        }
    }
}

/// Where a process listens.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Addresses {
    pub(crate) mllp: Option<SocketAddr>,
    pub(crate) fhir: Option<SocketAddr>,
    pub(crate) grpc: Option<SocketAddr>,
    pub(crate) ops: Option<SocketAddr>,
}

/// Runs one role until it is told to stop.
pub(crate) async fn run(role: Role, settings: Settings) -> anyhow::Result<ExitCode> {
    let signals = signals().context("failed to watch for signals")?;
    let telemetry = Telemetry::init(&settings.service.log)?;
    let tasks = Tasks::new(Readiness::new());
    // A probe that comes before the parts have registered must not find nothing to wait for.
    let started = tasks.readiness().flag("start");
    let ops = serve_ops(&settings, &telemetry, &tasks).await?;
    let addresses = start(&[role], &settings, &tasks).await?;
    started.set(true, "started");
    let [mllp, grpc] = [addresses.mllp, addresses.grpc].map(|it| it.map(tracing::field::display));
    tracing::info!(role = role.name(), %ops, mllp, grpc, "started");
    let outcome = tasks.run(signals, settings.service.stop_grace()).await;
    Ok(ExitCode::from(outcome.exit_code()))
}

/// Binds and serves the operations port.
pub(crate) async fn serve_ops(
    settings: &Settings,
    telemetry: &Telemetry,
    tasks: &Tasks,
) -> anyhow::Result<SocketAddr> {
    let bound = ops::bind(&settings.service.ops).await?;
    let addr = bound.addr();
    let stop = tasks.stopping(Stage::Telemetry);
    let serving = bound.serve(tasks.readiness().clone(), telemetry.metrics(), stop);
    tasks.spawn(Stage::Telemetry, "ops", serving);
    Ok(addr)
}

/// Starts roles as tasks. Returns when ports are bound; the roles themselves wait for the broker.
pub(crate) async fn start(roles: &[Role], settings: &Settings, tasks: &Tasks) -> anyhow::Result<Addresses> {
    let mut addresses = Addresses::default();
    for role in roles {
        let tasks = tasks.within(role.name());
        let ledger = connect(*role, settings, &tasks).await?;
        match role {
            Role::Intake => {
                let (mllp, fhir) = intake(settings, ledger, &tasks).await?;
                (addresses.mllp, addresses.fhir) = (Some(mllp), fhir);
            }
            Role::Risk => risk(settings, ledger, &tasks)?,
            Role::Scheduling => scheduling(settings, ledger, &tasks)?,
            Role::Gateway => addresses.grpc = Some(gateway(settings, ledger, &tasks).await?),
        }
    }
    Ok(addresses)
}

/// Each role has its own connection, so that it can have its own permissions.
async fn connect(role: Role, settings: &Settings, tasks: &Tasks) -> anyhow::Result<Ledger> {
    let ledger = Ledger::connect(settings.nats.options(&format!("lacteal-{}", role.name()))).await?;
    tasks.readiness().watch("ledger", ledger.ready(), |state| (state.ready, state.reason.clone()));
    let (stop, closing) = (tasks.stopping(Stage::Clients), ledger.clone());
    tasks.spawn(Stage::Clients, "ledger", async move {
        stop.cancelled().await;
        closing.close().await;
        Ok(())
    });
    Ok(ledger)
}

/// Gives the address of MLLP, and that of FHIR when it is on.
async fn intake(
    settings: &Settings,
    ledger: Ledger,
    tasks: &Tasks,
) -> anyhow::Result<(SocketAddr, Option<SocketAddr>)> {
    let identity = lacteal_intake::Identity {
        key: settings.identity.key()?,
        authorities: settings.identity.authorities.clone(),
    };
    let bound = lacteal_intake::bind(settings.intake.clone()).await?;
    let addresses = (bound.addr(), bound.fhir_addr());
    when_open(settings, ledger.clone(), &[Which::Intake], tasks, move |streams, tasks| {
        let [stream] = streams;
        bound.start(identity, ledger, stream, tasks)?;
        Ok(())
    });
    Ok(addresses)
}

fn risk(settings: &Settings, ledger: Ledger, tasks: &Tasks) -> anyhow::Result<()> {
    let config = settings.risk.clone();
    let model = lacteal_risk::load_model(&config)?;
    let asked = ledger.clone();
    when_open(settings, ledger, &[Which::Intake, Which::Risk], tasks, move |[intake, risk], tasks| {
        lacteal_risk::start(&config, model, &asked, intake, risk, tasks);
        Ok(())
    });
    Ok(())
}

fn scheduling(settings: &Settings, ledger: Ledger, tasks: &Tasks) -> anyhow::Result<()> {
    let config = settings.scheduling.clone();
    let rules = lacteal_scheduling::load_rules(&config)?;
    let asked = ledger.clone();
    when_open(settings, ledger, &[Which::Risk, Which::Schedule], tasks, move |[risk, schedule], tasks| {
        lacteal_scheduling::start(&config, rules, &asked, risk, schedule, tasks);
        Ok(())
    });
    Ok(())
}

async fn gateway(settings: &Settings, ledger: Ledger, tasks: &Tasks) -> anyhow::Result<SocketAddr> {
    let sources = lacteal_gateway::Sources {
        ledger,
        risk: streams::risk(&settings.streams),
        schedule: streams::schedule(&settings.streams),
    };
    let running = lacteal_gateway::start(&settings.gateway, settings.identity.key()?, sources, tasks).await?;
    Ok(running.grpc)
}

/// Opens streams in the background, waiting for a broker that is away, and then starts what needs them. The
/// process listens to signals meanwhile, and is not ready.
fn when_open<const N: usize>(
    settings: &Settings,
    ledger: Ledger,
    which: &[Which; N],
    tasks: &Tasks,
    begin: impl FnOnce([lacteal_ledger::Stream; N], &Tasks) -> anyhow::Result<()> + Send + 'static,
) {
    let (settings, which, within) = (settings.clone(), *which, tasks.clone());
    let opened = tasks.readiness().flag("streams");
    let stop = tasks.stopping(Stage::Listeners);
    tasks.spawn_finite(Stage::Listeners, "start", async move {
        let open = async {
            let mut streams = Vec::with_capacity(N);
            for which in which {
                streams.push(streams::open(&ledger, &settings, which).await?);
            }
            anyhow::Ok(streams)
        };
        let streams = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            streams = open => streams?,
        };
        let Ok(streams) = <[_; N]>::try_from(streams) else { return Ok(()) };
        begin(streams, &within)?;
        opened.set(true, "open");
        Ok(())
    });
}
