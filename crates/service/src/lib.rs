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
