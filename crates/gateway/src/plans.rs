//! Follows the plans into the work list.

use crate::board::{Board, count_all};
use crate::events::PlanUnreadable;
use crate::streams::Streams;
use futures::StreamExt as _;
use lacteal_ledger::{Error, Followed};
use lacteal_wire::event::Plan;
use lacteal_wire::subject;
use prost::Message as _;
use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Feeds the work list until `stop`, and says through `caught_up` when it holds all that was there.
///
/// # Errors
/// The streams are not as needed: no waiting helps.
pub(crate) async fn follow(
    streams: Arc<Streams>,
    board: Arc<Board>,
    caught_up: watch::Sender<bool>,
    stop: CancellationToken,
) -> Result<(), Error> {
    board.read(count_all);
    let found = tokio::select! {
        biased;
        () = stop.cancelled() => return Ok(()),
        found = streams.find() => found?,
    };
    let mut plans = found.follow(subject::PLANS, stop).await?;
    while let Some(followed) = plans.next().await {
        match followed {
            Followed::Message(stored) => {
                let plan = Plan::decode(stored.payload).ok();
                put(&board, &stored.subject, stored.revision.sequence(), plan.as_ref());
            }
            Followed::Unreadable { subject, revision, .. } => {
                put(&board, &subject, revision.sequence(), None);
            }
            Followed::CaughtUp => {
                tracing::info!(patients = board.read(|table| table.len()), "the work list has caught up");
                caught_up.send_replace(true);
            }
            _ => tracing::warn!("the ledger says something about the plans that this version does not know"),
        }
    }
    Ok(())
}

fn put(board: &Board, subject: &str, revision: u64, plan: Option<&Plan>) {
    if plan.is_none() {
        PlanUnreadable { revision }.emit();
    }
    match subject::patient_of(subject) {
        Some(patient) => board.put(patient, revision, plan),
        None => PlanUnreadable { revision }.emit(),
    }
}
