//! What every role of Lacteal needs to live, and nothing of what it does.
//!
//! A role (intake, risk, scheduling, gateway) is started with a strict [`config`]uration, speaks through
//! [`telemetry`], answers on an operations port ([`ops`]), runs as supervised [`tasks`], and ends in order.
//!
//! Promises:
//! - a configuration key that nobody reads is refused, and every value in force knows where it came from;
//! - a task that ends, fails or panics when it should run is noticed, named, and stops the process;
//! - stopping follows one order for all roles, never takes longer than its grace, and a second signal ends it;
//! - no log line, metric or probe written here holds the payload of a panic or the value of a secret.
//!
//! It knows no medicine, no message format and no broker, opens no store, and never ends the process itself:
//! the binary does, with the exit code of the [`Outcome`]. The wall clock is read only in [`clock`], random
//! numbers only in [`ids`], and tasks are spawned only in [`tasks`].
//!
//! # A role, from its configuration to its exit code
//!
//! ```no_run
//! use lacteal_service::{BoxError, Layers, Outcome, Readiness, Settings, Stage, Tasks, Telemetry};
//! use lacteal_service::{listen, ops, signals};
//!
//! #[derive(Default, serde::Serialize, serde::Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct Config {
//!     service: Settings,
//!     intake: Intake,
//! }
//!
//! #[derive(serde::Serialize, serde::Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct Intake {
//!     mllp: String,
//! }
//!
//! impl Default for Intake {
//!     fn default() -> Self {
//!         Self { mllp: "127.0.0.1:2575".to_owned() }
//!     }
//! }
//!
//! async fn run() -> Result<Outcome, BoxError> {
//!     let loaded = Layers::new(&Config::default())?
//!         .file("lacteal.toml")?
//!         .environment(std::env::vars_os(), &["LACTEAL_CONFIG"])?
//!         .flag("--mllp", "intake.mllp", "0.0.0.0:2575")?
//!         .load::<Config>()?;
//!     let Config { service, intake } = loaded.value;
//!     let telemetry = Telemetry::init(&service.log)?;
//!     let signals = signals()?;
//!
//!     // All ports first: a clash ends the start before any work is done.
//!     let operations = ops::bind(&service.ops).await?;
//!     let mllp = listen::bind_tcp("intake.mllp", &intake.mllp).await?;
//!     tracing::info!(ops = %operations.addr(), mllp = %mllp.local_addr()?, "listening");
//!
//!     let tasks = Tasks::new(Readiness::new());
//!     let stop = tasks.stopping(Stage::Telemetry);
//!     let probes = operations.serve(tasks.readiness().clone(), telemetry.metrics(), stop);
//!     tasks.spawn(Stage::Telemetry, "ops", probes);
//!     start_intake(&tasks.within("intake"), mllp);
//!     Ok(tasks.run(signals, service.stop_grace()).await)
//! }
//!
//! fn start_intake(tasks: &Tasks, mllp: tokio::net::TcpListener) {
//!     let listening = tasks.readiness().flag("mllp");
//!     let stop = tasks.stopping(Stage::Listeners);
//!     tasks.spawn(Stage::Listeners, "mllp", async move {
//!         listening.set(true, "listening");
//!         loop {
//!             tokio::select! {
//!                 () = stop.cancelled() => return Ok(()),
//!                 accepted = mllp.accept() => { let (_connection, _peer) = accepted?; }
//!             }
//!         }
//!     });
//! }
//! # fn main() {}
//! ```
//!
//! `main` prints an error and exits with a code of its own, or calls `std::process::exit` with
//! [`Outcome::exit_code`]; returning from `main` instead could wait for what a second signal just abandoned.

pub mod clock;
pub mod config;
pub mod ids;
pub mod listen;
pub mod ops;
pub mod readiness;
pub mod settings;
pub mod signals;
pub mod tasks;
pub mod telemetry;

pub use config::{Error as ConfigError, Layers, Loaded};
pub use readiness::{Flag, Readiness};
pub use settings::Settings;
pub use signals::{Signal, signals};
pub use tasks::{BoxError, Outcome, Stage, Tasks};
pub use telemetry::{Metrics, Telemetry};
