//! What the end-to-end tests share: the real binary as child processes, an MLLP client and gRPC clients.
//!
//! Tests see Lacteal as its users do: over MLLP, gRPC, HTTP and the command line. Nothing here reaches into
//! a crate of a service.

#![expect(clippy::expect_used, missing_docs, reason = "only tests use this")]

pub mod feed;
pub mod gateway;
pub mod message;
pub mod mllp;
pub mod process;
pub mod site;

use std::time::Duration;

/// Longest wait for anything. Machines that run tests are slow at times.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until `condition` gives something, and fails with `what` when it does not.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut condition: impl FnMut() -> F) -> T {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(found) = condition().await {
            return found;
        }
        assert!(tokio::time::Instant::now() < deadline, "waited too long for {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
