//! Going once through all that is kept, for changes that no delivery brings: new rules on old facts.

use tokio_util::sync::CancellationToken;

use crate::backoff::Backoff;
use crate::plan::{READS_MAX, guarded, without_unchanged};
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

/// A step whose rules can change while nothing is delivered.
pub trait Rules: Step {
    /// The subject of the source that must be taken anew because this was kept by other rules; `None` when it was not.
    /// What cannot be read is outdated.
    fn outdated(&self, kept: &Stored) -> Option<String>;
}

/// Goes once through what `kept` holds now under `filter`, and takes what is outdated from `source` through `step` into
/// `sink`; tells what was done, earlier when told to stop. What comes later is for the work loop, which follows the same
/// rules: a sweep that ran after it would do all of its work again.
///
/// It waits out a broker that is away. A step that finds nothing to change writes nothing, so any number of processes may
/// sweep at once, and a sweep that was cut short is simply done again. What the step cannot take stays as it is: it
/// is for the work loop to set aside.
///
/// # Errors
/// Only what no waiting repairs.
pub async fn sweep<S: Rules>(
    (kept, filter): (&Stream, &str),
    source: &Stream,
    sink: &Stream,
    step: &S,
    stop: &CancellationToken,
) -> Result<Swept, Error> {
    let mut swept = Swept::default();
    let mut after = Revision::NONE;
    let mut absences = Backoff::new(50, 2_000);
    let mut end = None;
    while !stop.is_cancelled() && end.is_none_or(|end| after < end) {
        let turn = async {
            if end.is_none() {
                end = Some(kept.numbers().await?.last);
            }
            let page = kept.page(filter, after, PAGE_MESSAGES).await?;
            // Where it panics nothing can be taken either; the work loop sets aside what it cannot take.
            let outdated = |kept| guarded(|| step.outdated(kept)).ok().flatten();
            let outdated: Vec<String> = page.iter().filter_map(outdated).collect();
            Ok::<_, Error>((page, source.last(&outdated).await?))
        };
        let (page, outdated) = match turn.await {
            Ok(read) => read,
            Err(error) if error.is_transient() => {
                tracing::debug!(%error, stream = kept.name(), "a sweep waits");
                absences.wait().await;
                continue;
            }
            Err(error) => return Err(error),
        };
        absences.reset();
        let Some(last) = page.last() else { return Ok(swept) };
        after = last.revision;
        swept.seen += page.len() as u64;
        for stored in outdated.iter() {
            if stop.is_cancelled() {
                return Ok(swept);
            }
            match take(sink, step, &[delivery(stored)], stop).await? {
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

fn delivery(stored: &Stored) -> Delivery {
    let Stored { subject, revision, time, payload } = stored.clone();
    Delivery { subject, sequence: revision.sequence(), time, payload, attempt: 1 }
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
            // One state that cannot be read is no reason to leave the others.
            Err(Failed::Read(error)) => error.to_string(),
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
    let mut wanted = guarded(|| step.reads(delivery)).map_err(Failed::Step)?;
    for _ in 0..=READS_MAX {
        states.extend(sink.last_from_leader(&wanted).await.map_err(Failed::Read)?);
        let decision = guarded(|| step.decide(delivery, &states)).map_err(Failed::Step)?;
        match decision.map_err(|error| Failed::Step(error.error))? {
            Decision::Commit(transaction) => return Ok(Some(without_unchanged(transaction, &states))),
            Decision::Read(more) => wanted = more.into_iter().filter(|it| !states.contains(it)).collect(),
        }
    }
    Ok(None)
}
