//! The ledger's promises against a real nats-server, one per test.

#![expect(clippy::expect_used, reason = "a test that cannot set up its world must fail loudly")]
#![expect(clippy::panic, reason = "a condition that never comes true ends the test")]

mod calls;
mod chaos;
mod claims;
mod cluster;
mod commits;
mod following;
mod grouping;
mod poison;
mod steps;
mod streams;
mod sweeping;
mod timers;
mod working;
mod world;
