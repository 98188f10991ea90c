//! Going once through all that is kept, for changes that no delivery brings: new rules on old facts.

use tokio_util::sync::CancellationToken;

use crate::backoff::Backoff;
use crate::plan::{READS_MAX, without_unchanged};
use crate::{CommitError, Decision, Delivery, Error, Revision, States, Step, Stored, Stream};

/// Messages read at once.
const PAGE_MESSAGES: usize = 100;

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Messages looked at.
    pub seen: u64,
    /// Messages for which something was written.
    pub changed: u64,
    /// Messages that could not be taken; the log names them by sequence.
    pub failed: u64,
}

/// Takes every message that `source` holds now under `filter` through `step` into `sink`, once, and tells what was done;
/// earlier when told to stop. What comes later is for the work loop, which follows the same rules: a sweep that ran after
/// it would do all of its work again.
///
/// It waits out a broker that is away. A step that finds nothing to change writes nothing, so any number of processes may
/// sweep at once, and a sweep that was cut short is simply done again. What the step cannot take stays as it is: it
/// is for the work loop to set aside.
///
/// # Errors
/// Only what no waiting repairs.
pub async fn sweep<S: Step>(
    source: &Stream,
    sink: &Stream,
    filter: &str,
    step: &S,
    stop: &CancellationToken,
) -> Result<Swept, Error> {
    let mut swept = Swept::default();
    let mut after = Revision::NONE;
    let mut absences = Backoff::new(50, 2_000);
    let mut end = None;
    while !stop.is_cancelled() && end.is_none_or(|end| after < end) {
        if end.is_none() {
            match source.numbers().await {
                Ok(numbers) => end = Some(numbers.last),
                Err(error) if error.is_transient() => {
                    tracing::debug!(%error, stream = source.name(), "a sweep waits");
                    absences.wait().await;
                }
                Err(error) => return Err(error),
            }
            continue;
        }
        let page = match source.page(filter, after, PAGE_MESSAGES).await {
            Ok(page) => page,
            Err(error) if error.is_transient() => {
                tracing::debug!(%error, stream = source.name(), "a sweep waits");
                absences.wait().await;
                continue;
            }
            Err(error) => return Err(error),
        };
        absences.reset();
        let Some(last) = page.last() else { return Ok(swept) };
        after = last.revision;
        let page: Vec<[Delivery; 1]> = page.into_iter().map(|stored| [delivery(stored)]).collect();
        let settled = settled(sink, step, &page).await;
        for (delivery, is_settled) in page.iter().zip(settled) {
            if stop.is_cancelled() {
                return Ok(swept);
            }
            swept.seen += 1;
            if is_settled {
                continue;
            }
            match take(sink, step, delivery, stop).await? {
                Taken::Unchanged => {}
                Taken::Changed => swept.changed += 1,
                Taken::Failed => swept.failed += 1,
            }
        }
    }
    Ok(swept)
}

enum Taken {
    Unchanged,
    Changed,
    Failed,
}

fn delivery(stored: Stored) -> Delivery {
    let Stored { subject, revision, time, payload } = stored;
    Delivery { subject, sequence: revision.sequence(), time, payload, attempt: 1 }
}

/// Which of a page need no change, by one read for all of them: usually every one. What this cannot tell, it denies.
async fn settled<S: Step>(sink: &Stream, step: &S, page: &[[Delivery; 1]]) -> Vec<bool> {
    let wanted: Vec<String> = page.iter().flat_map(|delivery| step.reads(delivery)).collect();
    let Ok(states) = sink.last(&wanted).await else { return vec![false; page.len()] };
    let is_settled = |delivery: &[Delivery; 1]| match step.decide(delivery, &states) {
        Ok(Decision::Commit(transaction)) => without_unchanged(transaction, &states).is_empty(),
        Ok(Decision::Read(_)) | Err(_) => false,
    };
    page.iter().map(is_settled).collect()
}

async fn take<S: Step>(
    sink: &Stream,
    step: &S,
    delivery: &[Delivery; 1],
    stop: &CancellationToken,
) -> Result<Taken, Error> {
    let [Delivery { sequence, .. }] = *delivery;
    let mut waits = Backoff::new(1, 2_000);
    while !stop.is_cancelled() {
        let failed = match decide(sink, step, delivery).await {
            Ok(Some(transaction)) if transaction.is_empty() => return Ok(Taken::Unchanged),
            Ok(Some(transaction)) => match sink.commit(transaction).await {
                Ok(_) => return Ok(Taken::Changed),
                // Another process decided first, or the broker was away: by what is there then.
                Err(CommitError::Conflict { .. } | CommitError::Full(_))
                | Err(CommitError::Unavailable(_) | CommitError::Unknown(_)) => {
                    waits.wait().await;
                    continue;
                }
                Err(error) => error.to_string(),
            },
            Ok(None) => "the step asks for ever more".to_owned(),
            Err(Failed::Step(error)) => error,
            Err(Failed::Read(error)) if error.is_transient() => {
                waits.wait().await;
                continue;
            }
            Err(Failed::Read(error)) => return Err(error),
        };
        tracing::error!(sequence, error = failed, "a sweep left a message as it is");
        return Ok(Taken::Failed);
    }
    Ok(Taken::Unchanged)
}

enum Failed {
    Step(String),
    Read(Error),
}

/// From the leader: a sweep meets the work loop on the same subjects.
async fn decide<S: Step>(
    sink: &Stream,
    step: &S,
    delivery: &[Delivery; 1],
) -> Result<Option<crate::Transaction>, Failed> {
    let mut states = States::new();
    let mut wanted = step.reads(delivery);
    for _ in 0..=READS_MAX {
        states.extend(sink.last_from_leader(&wanted).await.map_err(Failed::Read)?);
        match step.decide(delivery, &states).map_err(|error| Failed::Step(error.error))? {
            Decision::Commit(transaction) => return Ok(Some(without_unchanged(transaction, &states))),
            Decision::Read(more) => wanted = more.into_iter().filter(|it| !states.contains(it)).collect(),
        }
    }
    Ok(None)
}
