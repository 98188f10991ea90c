//! FHIR R4 as a way in: what resources state, and the endpoint over a real broker and real connections.

#![expect(clippy::expect_used, reason = "a test must fail loudly")]

mod again;
#[path = "../certificates/mod.rs"]
mod certificates;
mod conditions;
mod endpoint;
mod given;
mod mapping;
mod markers;
mod port;
mod same_patient;
mod silence;
mod taking_back;
mod treatment;
mod world;
