//! `lacteal up`: broker and all roles in one process tree, in one data directory.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use lacteal_broker::{Broker, BrokerOptions};
use lacteal_ledger::Ledger;
use lacteal_service::{Outcome, Readiness, Stage, Tasks, Telemetry, ids, signals};
use tokio_util::sync::CancellationToken;

use crate::roles::{self, Addresses, Role};
use crate::settings::{Flags, Settings, load};
use crate::streams::Which;
use crate::{args, show, streams};

/// Restarts of a broker that dies, before the process gives up.
const RESTARTS_MAX: u32 = 10;
/// Room for what has no limit of its own: plans, notices, timers and large payloads.
const UNLIMITED_BYTES: u64 = 64 << 30;
/// Pause before a dead broker is started again.
const RESTART_PAUSE: Duration = Duration::from_millis(500);

/// Everything that `up` runs, started.
pub(crate) struct Running {
    pub(crate) tasks: Tasks,
    pub(crate) addresses: Addresses,
    grace: Duration,
}

/// Runs until a signal.
pub(crate) async fn up(arguments: args::Up) -> anyhow::Result<ExitCode> {
    let signals = signals().context("failed to watch for signals")?;
    let settings = settings(&arguments)?;
    let running = start(settings, &arguments.data).await?;
    announce(&running.addresses);
    let outcome = running.tasks.run(signals, running.grace).await;
    Ok(ExitCode::from(outcome.exit_code()))
}

/// The configuration of `up`: as everywhere, but everything local is settled.
pub(crate) fn settings(arguments: &args::Up) -> anyhow::Result<Settings> {
    let mut defaults = Settings::default();
    defaults.streams.create = true;
    defaults.intake.fhir.listen = "127.0.0.1:8090".to_owned();
    defaults.identity.key_file = arguments.data.join("pseudonym.key").display().to_string();
    let mut flags: Flags = Vec::new();
    if let Some(mllp) = &arguments.mllp {
        flags.push(("--mllp", "intake.mllp", mllp.clone()));
    }
    if let Some(fhir) = &arguments.fhir {
        flags.push(("--fhir", "intake.fhir.listen", fhir.clone()));
    }
    if let Some(grpc) = &arguments.grpc {
        flags.push(("--grpc", "gateway.grpc", grpc.clone()));
    }
    Ok(load(&defaults, &arguments.configured, flags)?.value)
}

/// Starts broker and roles; returns when all of them are ready.
pub(crate) async fn start(mut settings: Settings, data: &Path) -> anyhow::Result<Running> {
    let telemetry = Telemetry::init(&settings.service.log)?;
    private_directory(data)?;
    if settings.identity.key_file == data.join("pseudonym.key").display().to_string() {
        make_key(Path::new(&settings.identity.key_file))?;
    }
    let tasks = Tasks::new(Readiness::new());
    let started = tasks.readiness().flag("start");
    let ops = roles::serve_ops(&settings, &telemetry, &tasks).await?;
    // The broker sets aside what streams may hold; SCHEDULE and large payloads have no limit of their own.
    let limited = settings.streams.intake_max_bytes.saturating_add(settings.streams.risk_max_bytes);
    let broker = Broker::start(BrokerOptions {
        file_store_bytes_max: u64::try_from(limited).unwrap_or(0).saturating_add(UNLIMITED_BYTES),
        log_file: Some(data.join("nats.log")),
        tied_by: tied_by(),
        ..BrokerOptions::new(data.join("nats"))
    })
    .await?;
    settings.nats.servers = vec![broker.client_url()];
    settings.nats.user = broker.user().to_owned();
    settings.nats.password_file = broker.password_file().display().to_string();
    let stop = tasks.stopping(Stage::Broker);
    tasks.spawn(Stage::Broker, "broker", supervise(broker, stop));
    if settings.streams.create {
        make_streams(&settings).await?;
    }
    let mut addresses = roles::start(&Role::ALL, &settings, &tasks).await?;
    started.set(true, "started");
    addresses.ops = Some(ops);
    let grace = settings.service.stop_grace();
    Ok(Running { tasks, addresses, grace })
}

/// This program as that which ties the broker to it. Named so, it is there even after an upgrade has replaced its file.
#[cfg(target_os = "linux")]
fn tied_by() -> Vec<OsString> {
    vec!["/proc/self/exe".into(), args::TIED_BROKER.into()]
}

#[cfg(not(target_os = "linux"))]
fn tied_by() -> Vec<OsString> {
    Vec::new()
}

/// Makes the streams before any role looks for them.
async fn make_streams(settings: &Settings) -> anyhow::Result<()> {
    let ledger = Ledger::connect(settings.nats.options("lacteal-streams")).await?;
    for which in Which::ALL {
        streams::open(&ledger, settings, which).await?;
    }
    ledger.close().await;
    Ok(())
}

impl Running {
    /// Waits until every role is ready, or a task has failed.
    pub(crate) async fn ready(&self, within: Duration) -> anyhow::Result<()> {
        let readiness = self.tasks.readiness();
        let deadline = tokio::time::Instant::now() + within;
        loop {
            if let Some(task) = readiness.failed_task() {
                anyhow::bail!("task {task} failed; the log says why");
            }
            if readiness.is_ready() {
                return Ok(());
            }
            if tokio::time::Instant::now() > deadline {
                let waiting: Vec<_> = readiness
                    .statuses()
                    .into_iter()
                    .filter(|status| !status.ready)
                    .map(|status| format!("{}: {}", status.name, status.reason))
                    .collect();
                anyhow::bail!("not ready after {} s: {}", within.as_secs(), waiting.join("; "));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Stops everything in order.
    pub(crate) async fn stop(self) -> Outcome {
        self.tasks.stop();
        self.tasks.run(futures::stream::pending(), self.grace).await
    }
}

/// Prints where a user can connect.
pub(crate) fn announce(addresses: &Addresses) {
    let line = |what: &str, addr: Option<std::net::SocketAddr>| {
        if let Some(addr) = addr {
            show::line(&format!("{what:<5} {addr}"));
        }
    };
    line("mllp", addresses.mllp);
    line("fhir", addresses.fhir);
    line("grpc", addresses.grpc);
    line("ops", addresses.ops);
}

/// Keeps the broker running: one that dies is started again over the same data, a few times.
async fn supervise(mut broker: Broker, stop: CancellationToken) -> Result<(), lacteal_service::BoxError> {
    let mut restarts = 0;
    loop {
        let ended = tokio::select! {
            () = stop.cancelled() => break,
            ended = broker.wait() => ended?,
        };
        restarts += 1;
        tracing::error!(%ended, restarts, "the broker ended unasked; starting it again");
        if restarts > RESTARTS_MAX {
            return Err(format!(
                "the broker ended {restarts} times; its log is nats.log in the data directory"
            )
            .into());
        }
        tokio::time::sleep(RESTART_PAUSE).await;
        broker.restart().await?;
    }
    broker.stop().await?;
    Ok(())
}

fn private_directory(path: &Path) -> anyhow::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("failed to make the data directory {}", path.display()))
}

/// Makes the secret key of the pseudonyms at the first start. It is never made again: without the old one
/// every patient would be somebody else.
fn make_key(path: &Path) -> anyhow::Result<()> {
    let context = || format!("failed to write the key of the pseudonyms {}", path.display());
    let partial: PathBuf = path.with_extension("new");
    match fs::metadata(path) {
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(context),
    }
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&partial)
        .with_context(context)?;
    let digits: String = ids::secret_key().iter().map(|byte| format!("{byte:02x}")).collect();
    writeln!(file, "{digits}").and_then(|()| file.sync_all()).with_context(context)?;
    fs::rename(&partial, path).with_context(context)?;
    // The name must survive a power loss before any patient is known by the key.
    let Some(directory) = path.parent() else { return Ok(()) };
    fs::File::open(directory).and_then(|directory| directory.sync_all()).with_context(context)
}
