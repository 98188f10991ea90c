//! The one binary: server roles, clients and tools by subcommand.
//!
//! Only this crate ends the process and decides exit codes: 0 for success, 1 for a failure, 2 for wrong usage
//! or configuration, 130 and 143 when a second signal cut a stop short.

mod args;
mod assess;
mod client;
mod decide;
mod demo;
mod explain;
mod feeds;
mod mllp;
mod model;
mod page;
mod patient;
mod policy;
mod quarantine;
mod read;
mod reinterpret;
mod roles;
mod send;
mod settings;
mod show;
mod streams;
mod tls;
mod up;
mod what_if;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Arguments, Command, Configured};
use crate::roles::Role;
use crate::settings::{Flags, Settings, Usage, load};

/// A message costs intake hundreds of small allocations, which this allocator makes cheaper.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // One provider for the whole process, before anything could pick another.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&anyhow::Error::from(error).context("failed to start the runtime")),
    };
    let ended = runtime.block_on(run(arguments.command));
    let code = ended.unwrap_or_else(|error| failed(&error));
    // What was cut short must not hold up the end.
    runtime.shutdown_background();
    code
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Demo(arguments) => return demo::demo(arguments).await,
        Command::Up(arguments) => return up::up(arguments).await,
        Command::Intake(role) => return start(Role::Intake, role).await,
        Command::Risk(role) => return start(Role::Risk, role).await,
        Command::Scheduling(role) => return start(Role::Scheduling, role).await,
        Command::Gateway(role) => return start(Role::Gateway, role).await,
        Command::Streams(configured) => make_streams(configured).await?,
        Command::Config(configured) => {
            let loaded = load(&Settings::default(), &configured, Flags::new())?;
            show::text(&loaded.report());
        }
        Command::Read(arguments) => return Ok(read::read(&arguments)),
        Command::Send(arguments) => return send::send(arguments).await,
        Command::Worklist(arguments) => client::worklist(arguments).await?,
        Command::Patient(arguments) => patient::patient(arguments).await?,
        Command::Explain(arguments) => explain::explain(arguments).await?,
        Command::Decide(arguments) => decide::decide(arguments).await?,
        Command::WhatIf(arguments) => what_if::what_if(&arguments).await?,
        Command::Assess(arguments) => return assess::assess(&arguments),
        Command::Policy(command) => return policy::policy(&command),
        Command::Model(command) => return model::model(&command),
        Command::Quarantine(command) => return quarantine::quarantine(command).await,
        Command::Reinterpret(arguments) => return reinterpret::reinterpret(arguments).await,
        Command::Feeds(arguments) => feeds::feeds(arguments).await?,
        Command::Feed(arguments) => demo::write_feed(&arguments)?,
        #[cfg(target_os = "linux")]
        Command::TiedBroker(tied) => {
            let error = lacteal_broker::become_tied(tied.parent, &tied.command);
            return Err(anyhow::Error::from(error).context("failed to start the broker"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn start(role: Role, arguments: args::Role) -> anyhow::Result<ExitCode> {
    let mut flags = Flags::new();
    if arguments.create_streams {
        flags.push(("--create-streams", "streams.create", "true".to_owned()));
    }
    let settings = load(&Settings::default(), &arguments.configured, flags)?.value;
    roles::run(role, settings).await
}

/// Creates or verifies all streams, for an installation job.
async fn make_streams(configured: Configured) -> anyhow::Result<()> {
    let flags = vec![("lacteal streams", "streams.create", "true".to_owned())];
    let settings = load(&Settings::default(), &configured, flags)?.value;
    let _telemetry = lacteal_service::Telemetry::init(&settings.service.log)?;
    let ledger = lacteal_ledger::Ledger::connect(settings.nats.options("lacteal-streams")).await?;
    let made = async {
        for which in streams::Which::ALL {
            let stream = streams::open(&ledger, &settings, which).await?;
            show::line(&format!("{} is as it should be", stream.name()));
        }
        Ok::<_, anyhow::Error>(())
    };
    tokio::select! {
        made = made => made?,
        never = say_what_is_missing(&ledger, &settings) => match never {},
    }
    ledger.close().await;
    Ok(())
}

/// Tells a person who waits that the broker does not answer, and why, again when the reason changes.
async fn say_what_is_missing(
    ledger: &lacteal_ledger::Ledger,
    settings: &Settings,
) -> std::convert::Infallible {
    let mut ready = ledger.ready();
    loop {
        tokio::time::sleep(PATIENCE_BEFORE_A_WORD).await;
        let reason = ready.borrow_and_update().reason.clone();
        let servers = settings.nats.servers.join(", ");
        show::error(&format!("waiting for the broker at {servers}: {reason}; Ctrl-C gives up"));
        if ready.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// How long the broker may take without a word about it.
const PATIENCE_BEFORE_A_WORD: std::time::Duration = std::time::Duration::from_secs(2);

/// Says what went wrong, with its causes, to people.
fn failed(error: &anyhow::Error) -> ExitCode {
    show::error(&format!("lacteal: {error:#}"));
    let usage = error.chain().any(|cause| cause.is::<lacteal_service::ConfigError>() || cause.is::<Usage>());
    ExitCode::from(if usage { 2 } else { 1 })
}
