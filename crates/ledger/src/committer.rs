//! Group commit: what arrives while a commit is under way goes into the next, so that many callers share one
//! flush to disk. While there are few callers each publishes for itself: below the break-even that is faster than
//! waiting for each other. One caller's conflict is that caller's alone.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::join_all;
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::stream::owned;
use crate::transaction::{Kind, MESSAGES_MAX};
use crate::{CommitError, Revision, Stream, Transaction};

/// Waiting single messages from which on one atomic batch is faster than as many publishes under way at once.
/// Measured with `examples/break_even.rs`.
pub const BREAK_EVEN: usize = 12;

/// Single messages under way at once up to which callers publish for themselves. With more of them each takes
/// longer, and callers that are answered together make groups that are worth a batch. Measured with
/// `examples/break_even.rs`.
pub const SINGLES_MAX: usize = 16;

/// Payload bytes of one group.
const GROUP_BYTES_MAX: usize = 8 << 20;
/// Times in a row that few callers are seen after which they no longer go together. Callers that are answered together
/// come again together: one straggler before them is no sign that there are few.
const FEW_MAX: u32 = 2;
/// Conflicts that one group goes through before its members are committed one by one.
const CONFLICTS_MAX: usize = 4;

/// How a group commit behaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CommitterOptions {
    /// Most transactions that wait.
    pub queue_max: usize,
    /// Longest wait before it is sent; then the transaction is given back as unavailable, not stored.
    pub wait_ms: u64,
    /// Single messages that wait from which on they go into one batch.
    pub break_even: usize,
    /// Most single messages that callers publish for themselves at once.
    pub singles_max: usize,
}

impl Default for CommitterOptions {
    fn default() -> CommitterOptions {
        CommitterOptions {
            queue_max: 4_096,
            wait_ms: 10_000,
            break_even: BREAK_EVEN,
            singles_max: SINGLES_MAX,
        }
    }
}

/// The callers' end; clones share the queue.
#[derive(Debug, Clone)]
pub struct Committer {
    stream: Stream,
    queue: mpsc::Sender<Waiting>,
    singles: Arc<Singles>,
    wait: Duration,
}

/// Whether callers may publish for themselves.
#[derive(Debug)]
struct Singles {
    room: Semaphore,
    room_max: usize,
    /// There are many callers: going together pays.
    crowded: AtomicBool,
}

impl Singles {
    fn under_way(&self) -> usize {
        self.room_max.saturating_sub(self.room.available_permits())
    }
}

/// The working end: without [`CommitterTask::run`] under way callers wait in vain.
#[derive(Debug)]
pub struct CommitterTask {
    stream: Stream,
    queue: mpsc::Receiver<Waiting>,
    waiting: VecDeque<Waiting>,
    break_even: usize,
    singles: Arc<Singles>,
    /// Messages of the group before.
    last_group: usize,
    /// Times in a row that few callers were seen; at the start as many as it takes.
    few: u32,
}

#[derive(Debug)]
struct Waiting {
    transaction: Transaction,
    deadline: Instant,
    answer: oneshot::Sender<Result<Vec<Revision>, CommitError>>,
}

impl Stream {
    /// A group commit over this stream.
    pub fn committer(&self, options: CommitterOptions) -> (Committer, CommitterTask) {
        let (sender, receiver) = mpsc::channel(options.queue_max.max(1));
        let wait = Duration::from_millis(options.wait_ms);
        let room_max = options.singles_max.clamp(1, MESSAGES_MAX);
        let room = Semaphore::new(room_max);
        let singles = Singles { room, room_max, crowded: AtomicBool::new(false) };
        let singles = Arc::new(singles);
        let committer =
            Committer { stream: self.clone(), queue: sender, singles: Arc::clone(&singles), wait };
        let task = CommitterTask {
            stream: self.clone(),
            queue: receiver,
            waiting: VecDeque::new(),
            break_even: options.break_even.max(1),
            singles,
            last_group: 0,
            few: FEW_MAX,
        };
        (committer, task)
    }
}

impl Committer {
    /// Commits with whoever else commits now. A future dropped before it resolved leaves the outcome unknown.
    ///
    /// # Errors
    /// As [`Stream::commit`]; [`CommitError::Unavailable`] when it was not taken up within `wait_ms`.
    pub async fn commit(&self, transaction: Transaction) -> Result<Vec<Revision>, CommitError> {
        if transaction.is_empty() {
            return Ok(Vec::new());
        }
        let alone = transaction.len() == 1 && !self.singles.crowded.load(Ordering::Relaxed);
        if alone
            && self.stream.link().is_up()
            && let Ok(_room) = self.singles.room.try_acquire()
            && !self.queue.is_closed()
        {
            return self.stream.commit(transaction).await;
        }
        transaction.check()?;
        let deadline = Instant::now() + self.wait;
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { transaction, deadline, answer };
        match tokio::time::timeout_at(deadline, self.queue.send(waiting)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Err(CommitError::Unavailable("stopping".to_owned())),
            Err(_) => return Err(CommitError::Unavailable("too much is waiting".to_owned())),
        }
        answered.await.unwrap_or_else(|_| Err(CommitError::Unknown("the committer ended".to_owned())))
    }
}

impl CommitterTask {
    /// Commits groups until `stop`; then takes no more, finishes what it has accepted, and returns.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            if self.waiting.is_empty() && !self.receive(&stop).await {
                break;
            }
            self.take_up();
            if self.singles.crowded.load(Ordering::Relaxed) {
                self.gather().await;
            }
            self.until_connected().await;
            let group = self.group();
            self.note(group.len());
            if !group.is_empty() {
                Box::pin(self.commit(group)).await;
            }
        }
        // Callers that publish for themselves hold some of the room; afterwards nobody does.
        for _ in 0..self.singles.room_max {
            if let Ok(room) = self.singles.room.acquire().await {
                room.forget();
            }
        }
    }

    /// Decides whether callers go together, by how many there are: those of a group come again while the next is under
    /// way, so that it takes two groups, and the messages that callers publish for themselves, to see all of them.
    fn note(&mut self, group: usize) {
        let callers = group + std::mem::replace(&mut self.last_group, group) + self.singles.under_way();
        self.few = if callers > self.singles.room_max { 0 } else { self.few.saturating_add(1) };
        self.singles.crowded.store(self.few < FEW_MAX, Ordering::Relaxed);
    }

    fn take_up(&mut self) {
        while self.waiting.len() < MESSAGES_MAX
            && let Ok(more) = self.queue.try_recv()
        {
            self.waiting.push_back(more);
        }
    }

    /// Lets callers that are about to commit do so, for as long as each turn of theirs brings more: where processor
    /// time is short, small batches would use it up at the broker.
    async fn gather(&mut self) {
        loop {
            let before = self.waiting.len();
            tokio::task::yield_now().await;
            self.take_up();
            if self.waiting.len() == before {
                return;
            }
        }
    }

    /// Waits for work; `false` when there will be none.
    async fn receive(&mut self, stop: &CancellationToken) -> bool {
        let first = tokio::select! {
            biased;
            () = stop.cancelled() => {
                self.queue.close();
                self.queue.recv().await
            }
            first = self.queue.recv() => first,
        };
        self.waiting.extend(first);
        !self.waiting.is_empty()
    }

    /// Waits for the connection, giving back what has waited too long.
    async fn until_connected(&mut self) {
        loop {
            let now = Instant::now();
            let up = self.stream.link().is_up();
            let mut kept = VecDeque::with_capacity(self.waiting.len());
            for one in self.waiting.drain(..) {
                if one.answer.is_closed() {
                    continue;
                }
                if one.deadline > now {
                    kept.push_back(one);
                } else {
                    let reason = if up { "too much is waiting" } else { "not connected to the broker" };
                    one.answer(Err(CommitError::Unavailable(reason.to_owned())));
                }
            }
            self.waiting = kept;
            let Some(deadline) = self.waiting.iter().map(|one| one.deadline).min().filter(|_| !up) else {
                return;
            };
            let link = self.stream.link().clone();
            // Either way the loop looks again.
            let _woken = tokio::time::timeout_at(deadline, link.up()).await;
        }
    }

    /// Takes what fits into one transaction: no subject twice, not too many messages.
    fn group(&mut self) -> Vec<Waiting> {
        let mut group = Vec::new();
        let mut later = VecDeque::new();
        let (mut once, mut appended) = (HashSet::new(), HashSet::new());
        let (mut messages, mut bytes) = (0, 0);
        for one in self.waiting.drain(..) {
            let writes = one.transaction.writes();
            let size = one.transaction.payload_bytes();
            let fits = messages + writes.len() <= MESSAGES_MAX && bytes + size <= GROUP_BYTES_MAX;
            let clash = writes.iter().any(|write| {
                let taken = once.contains(&write.subject);
                taken || (write.kind != Kind::Append && appended.contains(&write.subject))
            });
            if (group.is_empty() || fits) && !clash {
                for write in writes {
                    let set = if write.kind == Kind::Append { &mut appended } else { &mut once };
                    set.insert(write.subject.clone());
                }
                messages += writes.len();
                bytes += size;
                group.push(one);
            } else {
                later.push_back(one);
            }
        }
        self.waiting = later;
        group
    }

    async fn commit(&self, group: Vec<Waiting>) {
        let single = group.iter().all(|one| one.transaction.len() == 1);
        if group.len() == 1 || (single && group.len() < self.break_even) {
            self.each(group).await;
        } else {
            self.together(group).await;
        }
    }

    /// Each transaction by itself, all under way at once.
    async fn each(&self, group: Vec<Waiting>) {
        join_all(group.into_iter().map(|one| one.commit(&self.stream))).await;
    }

    /// One batch; on a conflict without those whose states moved, until it succeeds.
    async fn together(&self, mut group: Vec<Waiting>) {
        for _ in 0..CONFLICTS_MAX {
            let mut merged = Transaction::new();
            group.iter().for_each(|one| merged.absorb(one.transaction.clone()));
            let stored = match self.stream.seal(merged).await {
                Ok(sealed) => self.stream.store(sealed).await,
                Err(error) => Err(error),
            };
            match stored {
                Ok(revisions) => return distribute(group, &revisions),
                Err(CommitError::Conflict { .. }) => {
                    let expectations: Vec<_> = group.iter().flat_map(|one| owned(&one.transaction)).collect();
                    let moved = match self.stream.moved(&expectations).await {
                        Ok(moved) => moved.into_iter().collect::<HashSet<_>>(),
                        Err(error) => {
                            let error = CommitError::Unavailable(error.to_string());
                            return group.into_iter().for_each(|one| one.answer(Err(error.clone())));
                        }
                    };
                    group = without_moved(group, &moved);
                    match group.len() {
                        0 => return,
                        1 => return self.each(group).await,
                        _ => {}
                    }
                }
                Err(
                    error @ (CommitError::Full(_) | CommitError::Unavailable(_) | CommitError::Unknown(_)),
                ) => {
                    return group.into_iter().for_each(|one| one.answer(Err(error.clone())));
                }
                // One of them cannot be stored at all: find out which by storing each.
                Err(CommitError::TooLarge(_) | CommitError::Refused { .. }) => return self.each(group).await,
            }
        }
        self.each(group).await;
    }
}

impl Waiting {
    /// Commits this one by itself.
    async fn commit(self, stream: &Stream) {
        let outcome = stream.commit(self.transaction).await;
        // A caller that went away does not want to know.
        let _gone = self.answer.send(outcome);
    }

    fn answer(self, outcome: Result<Vec<Revision>, CommitError>) {
        // A caller that went away does not want to know.
        let _gone = self.answer.send(outcome);
    }
}

/// Answers those whose states moved, and keeps the others.
fn without_moved(group: Vec<Waiting>, moved: &HashSet<String>) -> Vec<Waiting> {
    let mut kept = Vec::new();
    for one in group {
        let culprits: Vec<String> = one
            .transaction
            .expectations()
            .filter(|(subject, _)| moved.contains(*subject))
            .map(|(subject, _)| subject.to_owned())
            .collect();
        if culprits.is_empty() {
            kept.push(one);
        } else {
            one.answer(Err(CommitError::Conflict { subjects: culprits }));
        }
    }
    kept
}

fn distribute(group: Vec<Waiting>, revisions: &[Revision]) {
    let mut rest = revisions;
    for one in group {
        let (own, others) = rest.split_at(one.transaction.len().min(rest.len()));
        rest = others;
        one.answer(Ok(own.to_vec()));
    }
}
