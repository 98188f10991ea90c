//! Intake's promises through its real listener and a real nats-server, one per test.

#![expect(clippy::expect_used, reason = "a test that cannot set up its world must fail loudly")]
#![expect(clippy::panic, reason = "a condition that never comes true ends the test")]

mod answers;
mod batches;
#[path = "../certificates/mod.rs"]
mod certificates;
mod connections;
mod deciding;
mod early;
mod faults;
mod feeds;
mod framing;
mod meters;
mod quarantine;
mod reinterpreting;
mod stored;
mod submitting;
mod taking_back;
mod tls;
mod world;
