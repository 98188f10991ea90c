//! Finds or obtains a `nats-server` and runs it as a child process: for `lacteal up` and for tests.
//!
//! It promises: the server listens on loopback only unless told otherwise and asks for a password
//! that only this user can read; the child dies with its [`Broker`], and on Linux, where the owner lends
//! a program for it ([`BrokerOptions::tied_by`]), with an owner that is killed; a child left over from a
//! killed parent is found again by its pid file and stopped before a new one opens the same store; a data
//! directory has one owner at a time.
//!
//! It does not cluster, back up or upgrade a server, and knows nothing of streams: that is the
//! `ledger`'s. In Kubernetes the broker is deployed by its own chart and this crate is not used.

mod config;
mod error;
mod leftover;
mod locate;
mod server;
#[cfg(target_os = "linux")]
mod tie;
mod wheel;

pub use config::BrokerOptions;
pub use error::Error;
pub use locate::{VERSION_MIN, locate};
pub use server::{Broker, USER};
#[cfg(target_os = "linux")]
pub use tie::become_tied;
