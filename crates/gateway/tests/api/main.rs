//! The API as a client sees it: real gRPC over a real broker.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot set up its world must fail loudly"
)]

mod judging;
mod kept;
mod patients;
mod stop;
mod submit;
mod transport;
mod worklist;
mod world;
