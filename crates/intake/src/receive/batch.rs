//! Several messages in one frame: a file, a batch, or messages one after the other.
//!
//! Each message takes the way of one that came alone, with its own key, event and outcome; the key is that of a
//! message that came alone, so that it is known again in whatever wrapping it is resent. A batch that numbers its
//! messages from 1 reuses control ids: other content under a used id gets a key of its own from its bytes, which
//! tells apart what the control id of the batch would, and also what it would not (the same batch id again).
//!
//! The frame gets **one acknowledgement**, as is usual: a plain ACK whose MSA-2 is the control id of the file or
//! batch, or else of the first message, in the mode that the first message asks for. Engines read that; an
//! acknowledgement wrapped in BHS and BTS is allowed too, and few read it. It is positive when every message is
//! durable and none was refused; AE when some were refused, or the counts of BTS-1 or FTS-1 do not agree with what
//! came; AR when all were refused. What was taken stays taken whatever the code is.

use std::collections::BTreeSet;

use bytes::Bytes;
use futures::future::join_all;
use lacteal_hl7::ack::ERRORS_MAX;
use lacteal_hl7::batch::{Batch, Defect};
use lacteal_hl7::{AckError, ErrorCode, Message, Outcome, ReplyTo, Severity};
use tokio::time::Instant;

use super::answer::{acknowledge, reply, unavailable};
use super::{Disposition, Incoming, Receiver, Reply, in_time};
use crate::config::{Source, WhenUnavailable};
use crate::events::{BatchAnswered, MessageAnswered, MessageUnanswered};
use crate::interpret::{Refusal, Verdict};

/// Messages that are under way to the broker together: they share the group commit.
const TOGETHER: usize = 250;
/// Numbers of refused messages that are listed.
const LISTED_MAX: usize = 100;

/// A message that waits to be settled.
struct Waiting {
    /// Position in the batch, from 0.
    at: usize,
    incoming: Incoming,
    read: Result<(Message, Verdict), Refusal>,
}

impl Waiting {
    /// Whether it depends on what is kept already if it is: what the same batch brings counts.
    fn is_conditional(&self) -> bool {
        matches!(self.read, Ok((_, Verdict::KeepIfKnown(_) | Verdict::KeepIfToldBefore(_))))
    }
}

impl Receiver {
    /// Takes the messages of a frame that holds several to their common answer.
    pub(super) async fn receive_batch(&self, source: &Source, bytes: Bytes, began: Instant) -> Reply {
        let messages_max = self.shared.batch_messages_max;
        let batch = Batch::split(&bytes, &self.shared.limits);
        let first = first_message(&bytes, batch.as_ref().ok());
        let mode = self.ack_mode(&first);
        let reply_to = reply_to(&bytes, batch.as_ref().ok(), &first);
        let Some(batch) = batch.ok().filter(|batch| batch.messages().count() <= messages_max) else {
            let deadline = self.deadline(Instant::now(), bytes.len());
            let incoming = self.identify(source, bytes, None);
            let refusal = Refusal::reject(too_many(messages_max));
            let kept = self.quarantine(source, &incoming, refusal, deadline);
            let disposition = in_time(deadline, kept).await;
            return reply(source, &reply_to, mode, disposition, began);
        };
        let messages: Vec<Bytes> = batch.messages().map(|slice| slice.bytes.clone()).collect();

        let (mut problems, is_wrong) = defects(&batch.defects);
        let members = match self.settle_all(source, &messages).await {
            Some(members) if self.keep_strays(source, bytes, &batch.defects, &problems).await => members,
            _ if source.when_unavailable == WhenUnavailable::Close => {
                MessageUnanswered { source: &source.name }.emit();
                return Reply::Silence;
            }
            _ => {
                let acknowledgements = acknowledge(&reply_to, mode, Outcome::Error, &[unavailable()]);
                return Reply::Answer { acknowledgements, disposition: Disposition::Unavailable };
            }
        };
        let refused = problems_of(&members, &mut problems);
        let outcome = match refused {
            0 if !is_wrong => Outcome::Accept,
            _ if refused > 0 && refused == members.len() => Outcome::Reject,
            _ => Outcome::Error,
        };
        for disposition in &members {
            MessageAnswered { source: &source.name, disposition, took: None }.emit();
        }
        let is_miscounted = batch.defects.iter().any(is_count);
        let took = began.elapsed();
        let (name, count) = (source.name.as_str(), members.len());
        BatchAnswered { source: name, outcome, members: count, refused, is_miscounted, took }.emit();
        let acknowledgements = acknowledge(&reply_to, mode, outcome, &problems);
        Reply::Answer { acknowledgements, disposition: Disposition::Batch { members, problems } }
    }

    /// What became of each message; none when one of them could not be stored: then the sender resends all, and
    /// those that were stored are repetitions.
    async fn settle_all(&self, source: &Source, messages: &[Bytes]) -> Option<Vec<Disposition>> {
        let mut settled = vec![Disposition::Unavailable; messages.len()];
        for (group, part) in messages.chunks(TOGETHER).enumerate() {
            let waiting = part.iter().enumerate().map(|(at, bytes)| {
                let (incoming, read) = self.read(source, bytes.clone());
                Waiting { at: group * TOGETHER + at, incoming, read }
            });
            let (conditional, others): (Vec<_>, Vec<_>) = waiting.partition(Waiting::is_conditional);
            let deadline = self.deadline(Instant::now(), part.iter().map(Bytes::len).sum());
            for round in [others, conditional] {
                let all = round.into_iter().map(|one| self.settle_one(source, one, deadline));
                for (at, disposition) in join_all(all).await {
                    if disposition == Disposition::Unavailable {
                        return None;
                    }
                    if let Some(slot) = settled.get_mut(at) {
                        *slot = disposition;
                    }
                }
            }
        }
        Some(settled)
    }

    async fn settle_one(&self, source: &Source, one: Waiting, deadline: Instant) -> (usize, Disposition) {
        let Waiting { at, incoming, read } = one;
        let stored = self.settle(source, incoming, read, deadline);
        (at, in_time(deadline, stored).await)
    }

    /// Segments that belong to no message may be somebody's results: the frame is kept where people see it.
    async fn keep_strays(
        &self,
        source: &Source,
        bytes: Bytes,
        defects: &[Defect],
        problems: &[AckError],
    ) -> bool {
        if !defects.iter().any(|defect| matches!(defect, Defect::Stray { .. })) {
            return true;
        }
        let deadline = self.deadline(Instant::now(), bytes.len());
        let incoming = self.identify(source, bytes, None);
        let refusal = Refusal { problems: problems.to_vec() };
        let kept = self.quarantine(source, &incoming, refusal, deadline);
        in_time(deadline, kept).await != Disposition::Unavailable
    }
}

/// The first message, or the whole when it could not be taken apart: only its header is looked at.
fn first_message(bytes: &Bytes, batch: Option<&Batch>) -> Bytes {
    let Some(batch) = batch else { return bytes.clone() };
    batch.messages().next().map(|slice| slice.bytes.clone()).unwrap_or_default()
}

/// Whom to answer: the file, where it says nothing its first batch, and where that says nothing the first message.
fn reply_to(bytes: &Bytes, batch: Option<&Batch>, first: &Bytes) -> ReplyTo {
    let group = batch.and_then(|batch| batch.groups.first()).and_then(|group| group.header.as_ref());
    let whole = ReplyTo::read(bytes);
    let whole = group.map(Message::reply_to).iter().fold(whole, ReplyTo::completed_by);
    whole.completed_by(&ReplyTo::read(first))
}

fn too_many(messages_max: usize) -> AckError {
    AckError {
        location: None,
        code: ErrorCode::Internal,
        severity: Severity::Error,
        text: format!("the batch has more than {messages_max} messages; send it in parts").into(),
    }
}

/// The problems of the whole, and whether one of them is more than a warning. Batches are counted from 1, as
/// people do.
fn defects(defects: &[Defect]) -> (Vec<AckError>, bool) {
    let mut is_wrong = false;
    let problems = defects.iter().map(|defect| {
        let text = match *defect {
            Defect::MessageCount { batch, declared, found } => format!(
                "BTS-1 of batch {} says {declared} messages and {found} came; those that came are taken",
                batch + 1
            ),
            Defect::BatchCount { declared, found } => {
                format!("FTS-1 says {declared} batches and {found} came; the messages that came are taken")
            }
            Defect::Stray { offset } => {
                format!("segments at byte {offset} belong to no message; the frame is kept in quarantine")
            }
            Defect::Header { offset } => format!("the batch header at byte {offset} cannot be read"),
            Defect::BatchNotClosed { batch } => {
                format!("batch {} has no BTS: it cannot be checked whether it is whole", batch + 1)
            }
            ref defect => defect.to_string(),
        };
        let severity = match defect {
            Defect::MessageCount { .. }
            | Defect::BatchCount { .. }
            | Defect::Stray { .. }
            | Defect::Header { .. } => Severity::Error,
            _ => Severity::Warning,
        };
        is_wrong |= severity == Severity::Error;
        AckError { location: None, code: ErrorCode::SegmentSequence, severity, text: text.into() }
    });
    let problems = problems.take(ERRORS_MAX).collect();
    (problems, is_wrong)
}

fn is_count(defect: &Defect) -> bool {
    matches!(defect, Defect::MessageCount { .. } | Defect::BatchCount { .. })
}

/// Adds which messages were refused, by their position, and why; counts them.
fn problems_of(members: &[Disposition], problems: &mut Vec<AckError>) -> usize {
    let refused = members.iter().enumerate().filter_map(|(at, member)| match member {
        Disposition::Quarantined(why) => Some((at + 1, why)),
        _ => None,
    });
    let refused: Vec<_> = refused.collect();
    let Some((_, why)) = refused.first() else { return 0 };
    let numbers: BTreeSet<usize> = refused.iter().take(LISTED_MAX).map(|(number, _)| *number).collect();
    let numbers: Vec<_> = numbers.iter().map(usize::to_string).collect();
    let more = if refused.len() > LISTED_MAX { " and more" } else { "" };
    problems.push(AckError {
        location: None,
        code: why.first().map_or(ErrorCode::Internal, |problem| problem.code),
        severity: Severity::Error,
        text: format!(
            "{} of {} messages are refused and kept in quarantine: number {}{more}; the others are taken",
            refused.len(),
            members.len(),
            numbers.join(", ")
        )
        .into(),
    });
    for (number, why) in &refused {
        for problem in *why {
            if problems.len() >= ERRORS_MAX {
                return refused.len();
            }
            let text = format!("message {number}: {}", problem.text).into();
            problems.push(AckError { text, ..problem.clone() });
        }
    }
    refused.len()
}
