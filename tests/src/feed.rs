//! A synthetic hospital feed, sent over several connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lacteal_hl7::AckCode;
use lacteal_lab::{Feed, FeedOptions};
use tokio::task::JoinSet;

use crate::mllp::Client;

/// A feed that ends today.
pub fn options(patients: u64, others_per_patient: u32, seed: u64) -> FeedOptions {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests play in the present, because the broker's clock does"
    )]
    let today = jiff::Zoned::now().date();
    FeedOptions { seed, patients, others_per_patient, today }
}

/// All its messages.
pub fn messages(options: &FeedOptions) -> Vec<Vec<u8>> {
    Feed::new(options.clone()).collect()
}

/// Sends all messages over some connections, each until it is answered with AA. `progress` counts answers.
pub async fn send(to: SocketAddr, messages: Vec<Vec<u8>>, connections: usize, progress: Arc<AtomicUsize>) {
    let messages = Arc::new(messages);
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        let (messages, next, progress) = (Arc::clone(&messages), Arc::clone(&next), Arc::clone(&progress));
        tasks.spawn(async move {
            let mut client = Client::new(to);
            while let Some(message) = messages.get(next.fetch_add(1, Ordering::Relaxed)) {
                let answer = client.send(message).await;
                assert_eq!(answer.code, AckCode::AA, "{:?}", answer.errors);
                progress.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.expect("a connection does not fail");
    }
}
