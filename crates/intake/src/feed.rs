//! Watches the feeds: tells once when a source falls silent for longer than its rhythm, and once when it is back.
//!
//! Every replica notes in the stream in which five minutes it heard a source (a *pulse*; the first of them writes
//! it, and it expires after some weeks) and reads what the others noted, so that all judge from the same times and
//! a restart learns the rhythm again. A notice has the last pulse before the silence in its subject and is the
//! first message there or is not written: replicas that notice the same silence leave one notice.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use lacteal_clinical::PseudonymKey;
use lacteal_ledger::{CommitError, Committer, Error as LedgerError, Revision, Stored, Stream, Transaction};
use lacteal_service::{BoxError, clock};
use lacteal_wire::api::{self, Failure, FeedState, failure::Kind};
use lacteal_wire::event::{FeedNotice, FeedPulse, feed_notice};
use lacteal_wire::{encode, subject};
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::asked::failure;
use crate::config::Source;
use crate::events::{FeedBack, FeedKnown, FeedSilent};
use crate::rhythm::{Rhythm, SLOT_S, Silence, WEEKS, slot};

/// Between two looks.
pub(crate) const TICK: Duration = Duration::from_secs(60);
/// Slots by which clocks of replicas may differ.
const AHEAD_MAX: i64 = 2;
/// Messages of one read.
const PAGE: usize = 500;
/// How long a pulse is kept: a week more than is learned from.
const PULSE_TTL: Duration = Duration::from_secs((WEEKS as u64 + 1) * 7 * 24 * 60 * 60);

/// Watches the sources of one intake.
pub struct FeedWatch {
    stream: Stream,
    committer: Committer,
    feeds: Vec<Feed>,
    /// Silence before this does not count, in seconds since 1970-01-01T00:00:00Z.
    listening_since_s: i64,
    pulses_read: Revision,
    notices_read: Revision,
    /// Names of all sources, the unwatched ones among them.
    names: Vec<String>,
    told: watch::Sender<Option<api::ListFeedsResponse>>,
}

/// One source.
struct Feed {
    source: Arc<Source>,
    min_s: i64,
    token: lacteal_clinical::ReportKey,
    name: String,
    rhythm: Rhythm,
    /// The last slot that this replica knows to be noted.
    noted: i64,
    /// The last slot before the silence that was told and is not over.
    silent_after: Option<i64>,
}

impl FeedWatch {
    /// A watch over those of the sources whose silence is to be told. `key` hides their names in subjects.
    pub fn new(
        sources: &[Arc<Source>],
        key: &PseudonymKey,
        stream: Stream,
        committer: Committer,
        now: Timestamp,
    ) -> FeedWatch {
        let feed = |source: &Arc<Source>| {
            let token = key.report_key([b"feed", source.name.as_bytes()]);
            Some(Feed {
                min_s: source.silence_min_s?,
                token,
                name: token.to_string(),
                rhythm: Rhythm::new(source.zone.clone()),
                noted: i64::MIN,
                silent_after: None,
                source: Arc::clone(source),
            })
        };
        FeedWatch {
            stream,
            committer,
            feeds: sources.iter().filter_map(feed).collect(),
            listening_since_s: now.as_second(),
            pulses_read: Revision::NONE,
            notices_read: Revision::NONE,
            names: sources.iter().map(|source| source.name.clone()).collect(),
            told: watch::Sender::new(None),
        }
    }

    /// How the sources stood at the last look that was finished; none before the first.
    pub fn told(&self) -> watch::Receiver<Option<api::ListFeedsResponse>> {
        self.told.subscribe()
    }

    /// Looks every so often until `stop`. A broker that is away is asked again at the next look.
    pub(crate) async fn run(mut self, pause: Duration, stop: CancellationToken) -> Result<(), BoxError> {
        loop {
            // What a look had not finished is done by the next.
            match stop.run_until_cancelled(Box::pin(self.look(clock::now()))).await {
                None => return Ok(()),
                Some(Ok(())) => {}
                Some(Err(error)) => tracing::debug!(%error, "feeds not looked at"),
            }
            if stop.run_until_cancelled(sleep(pause)).await.is_none() {
                return Ok(());
            }
        }
    }

    /// Notes what was heard, learns what others heard, and tells what has changed. Time is an argument, and does
    /// not go back from one look to the next.
    ///
    /// # Errors
    /// When the stream cannot be read or written; then the next look does what is left.
    pub async fn look(&mut self, now: Timestamp) -> Result<(), Error> {
        self.note_heard().await?;
        self.learn(slot(now.as_second()) + AHEAD_MAX).await?;
        let now_s = now.as_second();
        for feed in &mut self.feeds {
            if let Some(after) = feed.silent_after
                && feed.rhythm.last_slot().is_some_and(|last| last > after)
            {
                let subject = subject::feed_back(feed.token, after);
                let notice = feed.notice(feed_notice::Kind::Back, after, 0, now_s);
                let is_first = create(&self.committer, subject, encode(&notice), None).await?;
                feed.silent_after = None;
                if is_first {
                    FeedBack { source: &feed.source.name, silent_s: now_s - after * SLOT_S }.emit();
                }
            }
            let silence = feed.rhythm.judge(now_s, self.listening_since_s, feed.min_s);
            if let Some(Silence { after_slot, usual_s }) = silence
                && feed.silent_after.is_none()
            {
                let subject = subject::feed_silent(feed.token, after_slot);
                let notice = feed.notice(feed_notice::Kind::Silent, after_slot, usual_s, now_s);
                let is_first = create(&self.committer, subject, encode(&notice), None).await?;
                feed.silent_after = Some(after_slot);
                if is_first {
                    let silent_s = now_s - after_slot * SLOT_S;
                    FeedSilent { source: &feed.source.name, silent_s, usual_s }.emit();
                }
            }
            if let Some(last) = feed.rhythm.last_slot() {
                let since_s =
                    (now_s - feed.source.heard_at_s.load(Ordering::Relaxed).max(last * SLOT_S)).max(0);
                let is_silent = feed.silent_after.is_some();
                FeedKnown { source: &feed.source.name, is_silent, since_s }.emit();
            }
        }
        let feeds = self.names.iter().map(|name| self.feed(name, now_s)).collect();
        self.told.send_replace(Some(api::ListFeedsResponse { feeds, looked_at_s: now_s }));
        Ok(())
    }

    /// How one source stands.
    fn feed(&self, name: &str, now_s: i64) -> api::Feed {
        let mut told = api::Feed { source: name.to_owned(), ..api::Feed::default() };
        let Some(feed) = self.feeds.iter().find(|feed| feed.source.name == name) else {
            told.set_state(FeedState::Unwatched);
            return told;
        };
        told.silence_min_s = feed.min_s;
        told.last_message_at_s = feed.rhythm.last_slot().map_or(0, |last| last * SLOT_S);
        let usual_s = feed.rhythm.usual_s(now_s);
        told.usual_gap_s = usual_s.unwrap_or(0);
        told.set_state(match (feed.silent_after, usual_s) {
            (Some(_), _) => FeedState::Silent,
            (None, Some(_)) => FeedState::Usual,
            (None, None) => FeedState::Learning,
        });
        told
    }

    async fn note_heard(&mut self) -> Result<(), Error> {
        for feed in &mut self.feeds {
            let heard_at_s = feed.source.heard_at_s.load(Ordering::Relaxed);
            let heard = slot(heard_at_s);
            if heard_at_s == 0 || heard <= feed.noted {
                continue;
            }
            let subject = subject::pulse(feed.token, heard);
            // Another replica may have noted it: that is as good.
            create(&self.committer, subject, encode(&FeedPulse { heard_at_s }), Some(PULSE_TTL)).await?;
            feed.noted = heard;
        }
        Ok(())
    }

    /// `latest`: no slot after it can be true; a replica whose clock runs ahead must not make a feed seem alive.
    async fn learn(&mut self, latest: i64) -> Result<(), Error> {
        let pulses = read(&self.stream, subject::PULSES, &mut self.pulses_read).await?;
        let heard = pulses.iter().filter_map(|pulse| subject::feed_of(&pulse.subject));
        let mut heard: Vec<(&str, i64)> = heard.filter(|(_, slot)| *slot <= latest).collect();
        // Replicas write beside each other.
        heard.sort_unstable_by_key(|(_, slot)| *slot);
        for (name, slot) in heard {
            if let Some(feed) = self.feeds.iter_mut().find(|feed| feed.name == name) {
                feed.rhythm.hear(slot);
            }
        }
        let notices = read(&self.stream, subject::FEEDS, &mut self.notices_read).await?;
        for notice in &notices {
            let Some((name, after)) = subject::feed_of(&notice.subject) else { continue };
            let Some(feed) = self.feeds.iter_mut().find(|feed| feed.name == name) else { continue };
            if notice.subject.ends_with(".silent") {
                feed.silent_after = Some(after);
            } else if feed.silent_after == Some(after) {
                feed.silent_after = None;
            }
        }
        Ok(())
    }
}

impl Feed {
    fn notice(&self, kind: feed_notice::Kind, after: i64, usual_gap_s: i64, now_s: i64) -> FeedNotice {
        let mut notice = FeedNotice {
            source: self.source.name.clone(),
            last_message_at_s: after * SLOT_S,
            usual_gap_s,
            now_s,
            ..FeedNotice::default()
        };
        notice.set_kind(kind);
        notice
    }
}

/// Answers the gateway by what was seen at the last look.
pub(crate) fn list(
    told: &watch::Receiver<Option<api::ListFeedsResponse>>,
) -> Result<api::ListFeedsResponse, Failure> {
    let text = "the feeds were not looked at yet; try again";
    told.borrow().clone().ok_or_else(|| failure(Kind::Unavailable, "", text))
}

/// Why a look was not finished.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The stream could not be read.
    #[error("failed to read feeds: {0}")]
    Read(#[from] LedgerError),
    /// The stream could not be written.
    #[error("failed to write about feeds: {0}")]
    Write(#[from] CommitError),
}

/// Writes the first message of a subject; false when there was one.
async fn create(
    committer: &Committer,
    subject: String,
    payload: bytes::Bytes,
    ttl: Option<Duration>,
) -> Result<bool, CommitError> {
    let mut transaction = Transaction::new();
    transaction.create(subject, payload, ttl);
    match committer.commit(transaction).await {
        Ok(_) => Ok(true),
        Err(CommitError::Conflict { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Everything under a filter that is new since the last time.
async fn read(stream: &Stream, filter: &str, after: &mut Revision) -> Result<Vec<Stored>, LedgerError> {
    let mut all: Vec<Stored> = Vec::new();
    loop {
        let last = all.last().map_or(*after, |last| last.revision);
        let page = stream.page(filter, last, PAGE).await?;
        let is_last = page.len() < PAGE;
        all.extend(page);
        if is_last {
            break;
        }
    }
    if let Some(last) = all.last() {
        *after = last.revision;
    }
    Ok(all)
}
