//! Going once through all that is kept, for changes that no delivery brings: new rules on old facts.

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::backoff::Backoff;
use crate::round::without_unchanged;
use crate::unit::{READS_MAX, guarded};
use crate::{CommitError, Decision, Delivery, Error, Revision, States, Step, Stored, Stream};

/// Messages read at once, as far as one request brings them. The broker counts all that is left for each request.
const PART_MESSAGES: usize = 2_000;

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
    /// The subject of the sink that holds how far a sweep has come, and by which rules.
    const SWEPT: &str;

    /// Equal for equal rules alone.
    fn digest(&self) -> [u8; 16];

    /// Whether this was kept by other rules. What cannot be read is outdated.
    fn is_outdated(&self, kept: &Stored) -> bool;

    /// The subject of the source that this was made of, to be taken anew.
    fn made_of(&self, kept: &Stored) -> Option<String>;
}

/// Goes once through what `kept` holds now under `filter`, and takes what is outdated from `source` through `step` into
/// `sink`; tells what was done, earlier when told to stop. What comes later is for the work loop, which follows the same
/// rules: a sweep that ran after it would do all of its work again. What an earlier sweep by the same rules has been
/// through is not looked at again: whatever other rules wrote since then lies further on. Where the last sweep was another
/// version's of this program, everything is taken anew: it may decide otherwise by the same rules.
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
    let mut absences = Backoff::new(50, 2_000);
    let mut range: Option<Range> = None;
    while !stop.is_cancelled() {
        let turn = async {
            let range = match &mut range {
                Some(range) => range,
                none => none.insert(Range::of(kept, filter, sink, step).await?),
            };
            if range.after >= range.until {
                return Ok(None);
            }
            let (part, _) = kept.part(filter, range.after, PART_MESSAGES).await?;
            if part.is_empty() {
                // Removed meanwhile, or read from a replica that lags.
                range.until = kept.last_under_from_leader(filter).await?.unwrap_or(Revision::NONE);
            }
            // Where it panics nothing can be taken either; the work loop sets aside what it cannot take.
            let all = range.by_other_program;
            let outdated =
                |kept| guarded(|| (all || step.is_outdated(kept)).then(|| step.made_of(kept)).flatten());
            let outdated: Vec<String> =
                part.iter().filter_map(|kept| outdated(kept).ok().flatten()).collect();
            Ok::<_, Error>(Some((part, source.last(&outdated).await?)))
        };
        let (part, outdated) = match turn.await {
            Ok(Some(read)) => read,
            Ok(None) => break,
            Err(error) if error.is_transient() => {
                tracing::debug!(%error, stream = kept.name(), "a sweep waits");
                absences.wait().await;
                continue;
            }
            Err(error) => return Err(error),
        };
        match (part.last(), &mut range) {
            (Some(last), Some(range)) => range.after = last.revision,
            _ => absences.wait().await,
        }
        swept.seen += part.len() as u64;
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
    match range {
        Some(range) if swept.failed == 0 && !stop.is_cancelled() => range.record(sink, step).await,
        _ => {}
    }
    Ok(swept)
}

/// What a sweep goes through.
struct Range {
    after: Revision,
    until: Revision,
    /// What was there to begin with, and what of it had been seen before.
    whole: Revision,
    seen_before: Revision,
    by_other_program: bool,
    record: Revision,
}

/// Up to which revision everything was kept by these rules, when somebody looked.
#[derive(Serialize, Deserialize)]
struct Record {
    program: String,
    rules: [u8; 16],
    until: u64,
}

/// All crates of the workspace have one version.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

impl Range {
    async fn of<S: Rules>(kept: &Stream, filter: &str, sink: &Stream, step: &S) -> Result<Range, Error> {
        let records = sink.last_from_leader(&[S::SWEPT.to_owned()]).await?;
        let record = records.get(S::SWEPT);
        let read = |stored: &Stored| serde_json::from_slice(&stored.payload).ok();
        let last = record.and_then(read).filter(|it: &Record| it.program == PROGRAM);
        let by_other_program = last.is_none();
        let done = last.filter(|it| it.rules == step.digest());
        let until = kept.last_under_from_leader(filter).await?.unwrap_or(Revision::NONE);
        let after = done.map_or(Revision::NONE, |it| Revision::new(it.until));
        let record = record.map_or(Revision::NONE, |it| it.revision);
        Ok(Range { after, until, whole: until, seen_before: after, by_other_program, record })
    }

    /// Spares the next sweep by these rules what this one has seen. Without it that sweep sees it again, no more.
    async fn record<S: Rules>(self, sink: &Stream, step: &S) {
        if self.whole <= self.seen_before && !self.by_other_program {
            return;
        }
        let record =
            Record { program: PROGRAM.to_owned(), rules: step.digest(), until: self.whole.sequence() };
        let Ok(record) = serde_json::to_vec(&record) else { return };
        let mut transaction = crate::Transaction::new();
        transaction.put(S::SWEPT, self.record, record);
        if let Err(error) = sink.commit(transaction).await {
            tracing::debug!(%error, stream = sink.name(), "how far a sweep came was not recorded");
        }
    }
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
