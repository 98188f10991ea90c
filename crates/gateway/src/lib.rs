//! The gateway: the gRPC API (`lacteal.v1`) with the work list.
//!
//! It promises:
//! - an answer about one patient is the last that was stored, read from the streams for that call;
//! - the work list holds every patient that has a plan, one that cannot be read as *needs review*; it is not shown
//!   before it holds all, nor when it has not been followed for too long;
//! - a message or a decision is answered as stored only when intake said so;
//! - the bytes of a quarantined message are given only where that is configured;
//! - a slow or silent client costs a bounded amount of memory and holds up nobody, not even the stop;
//! - errors, logs and metrics hold no patient data; pseudonyms are only in answers to those who asked.
//!
//! It does not write a stream, decide a status or read HL7. It does not encrypt and knows no users yet, so it
//! listens on loopback only unless told otherwise.
//!
//! The way through: [`start`] ties the parts together; `plans` feeds the [`worklist`] on the `board`; `patients`,
//! `worklists`, `plan_service`, `risk_service`, `intake` and `kept` are the services; `lookup` finds a patient by name,
//! `ask` asks other services, `history` pages what was; `call` is what happens to every call, `fault` all that can be wrong
//! with one; `connection` and `server` are the transport and its stop.

mod ask;
mod availability;
mod board;
mod call;
mod config;
mod connection;
mod error;
mod events;
mod fault;
mod history;
mod intake;
mod kept;
mod lookup;
mod patients;
mod plan_service;
mod plans;
mod risk_service;
mod serve;
mod server;
mod streams;
pub mod worklist;
mod worklists;

pub use call::REQUEST_ID;
pub use config::Config;
pub use error::Error;
pub use fault::DOMAIN;
pub use serve::{Running, start};
pub use streams::Sources;
