//! From a frame to an answer: interpret, store, acknowledge. Nothing is acknowledged before it is durable,
//! and what cannot be understood is kept with its reason.

mod answer;
mod batch;
mod early;
mod fhir;
mod known;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use lacteal_clinical::{PatientId, ReportKey};
use lacteal_hl7::{self as hl7, AckError, AckMode, ErrorCode, Limits, Message, ReplyTo, Severity};
use lacteal_ledger::{CommitError, Committer, States, Stream, Transaction};
use lacteal_service::clock;
use lacteal_wire::{decode, encode, event, subject};
use sha2::{Digest as _, Sha256};
use tokio::time::{Instant, sleep, timeout_at};

use crate::codes::Codes;
use crate::config::Source;
use crate::events::ControlIdReused;
use crate::interpret::{Context, Refusal, Understood, Verdict, interpret};
use crate::kept::{self, Told};
use crate::person::{Identity, named_alone};
pub use answer::Reply;
use answer::reply;
pub(crate) use early::{Waiting, keep_looking};
pub(crate) use fhir::{Body, Oversize, problem as body_problem, tie};
pub(crate) use known::Kept;

/// Pause between two attempts to store while the broker is away.
const RETRY_PAUSE: Duration = Duration::from_millis(100);
/// Bytes a second at which the slowest broker stores a large message; those that fit into one are stored at once.
const STORED_BYTES_PER_S: usize = 2 << 20;
/// What is said about a frame that was too large to be taken.
pub(crate) const OVERSIZE_KEPT: &str = "message is larger than the limit; only its beginning was kept";

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// Kept as reports about these patients.
    Stored(Vec<PatientId>),
    /// Acknowledged and not kept.
    NotRelevant,
    /// Answered before, in the same way.
    Repeated(Vec<PatientId>),
    /// Refused; in quarantine.
    Quarantined(Vec<AckError>),
    /// Could not be stored for the moment.
    Unavailable,
    /// It was a batch.
    Batch {
        /// What became of its messages, in their order.
        members: Vec<Disposition>,
        /// What is wrong with the batch and with those of its messages that were refused.
        problems: Vec<AckError>,
    },
}

/// Takes messages from any listener. A cheap handle.
#[derive(Clone)]
pub struct Receiver {
    pub(crate) shared: Arc<Parts>,
}

/// What a receiver needs.
pub(crate) struct Parts {
    pub(crate) committer: Committer,
    pub(crate) stream: Stream,
    pub(crate) identity: Identity,
    pub(crate) codes: Codes,
    pub(crate) limits: Limits,
    pub(crate) batch_messages_max: usize,
    pub(crate) wait: Duration,
    pub(crate) seen_for: Duration,
    /// How long a report of a patient who is not known yet is held; none: not at all.
    pub(crate) early_for: Option<Duration>,
    pub(crate) waiting: Waiting,
}

/// A message with what identifies it.
pub(crate) struct Incoming {
    pub(crate) bytes: Bytes,
    pub(crate) sha256: [u8; 32],
    pub(crate) key: ReportKey,
    /// When it came.
    pub(crate) received: jiff::Timestamp,
    /// The FHIR client that sent it; empty for HL7 v2.
    pub(crate) client: String,
}

impl Receiver {
    pub(crate) fn new(parts: Parts) -> Receiver {
        Receiver { shared: Arc::new(parts) }
    }

    /// Takes a message of a source, or a batch of messages, to its answer.
    pub async fn receive(&self, source: &Source, bytes: Bytes) -> Reply {
        let began = Instant::now();
        let message = self.parse(source, &bytes);
        if matches!(message, Err(hl7::Error::IsBatch { .. })) {
            return Box::pin(self.receive_batch(source, bytes, began)).await;
        }
        let reply_to = ReplyTo::read(&bytes);
        let mode = match &message {
            Ok(message) => message.header().ack_mode(),
            Err(_) => self.ack_mode(&bytes),
        };
        let deadline = self.deadline(began, bytes.len());
        let (incoming, read) = self.read_parsed(source, bytes, message);
        let disposition = in_time(deadline, self.settle(source, incoming, read, deadline)).await;
        reply(source, &reply_to, mode, disposition, began)
    }

    pub(crate) fn parse(&self, source: &Source, bytes: &Bytes) -> Result<Message, hl7::Error> {
        Message::parse(bytes.clone(), &self.shared.limits)
            .map(|message| message.with_charset_rule(source.charset))
    }

    /// Identifies and interprets one message.
    fn read(&self, source: &Source, bytes: Bytes) -> (Incoming, Result<(Message, Verdict), Refusal>) {
        let message = self.parse(source, &bytes);
        self.read_parsed(source, bytes, message)
    }

    fn read_parsed(
        &self,
        source: &Source,
        bytes: Bytes,
        message: Result<Message, hl7::Error>,
    ) -> (Incoming, Result<(Message, Verdict), Refusal>) {
        let incoming = self.identify(source, bytes, message.as_ref().ok());
        let read = match message {
            Ok(message) => {
                let verdict = self.interpret(source, &message, &incoming);
                Ok((message, verdict))
            }
            Err(error) => Err(Refusal::reject(error.ack_error())),
        };
        (incoming, read)
    }

    /// Refuses a frame that was too large to be taken.
    pub async fn refuse_oversize(&self, source: &Source, bytes: u64, head: Bytes) -> Reply {
        let began = Instant::now();
        let reply_to = ReplyTo::read(&head);
        let problem = AckError {
            location: None,
            code: ErrorCode::Internal,
            severity: Severity::Error,
            text: format!(
                "{OVERSIZE_KEPT} ({bytes} bytes, {} allowed)",
                self.shared.limits.message_bytes_max
            )
            .into(),
        };
        let mode = self.ack_mode(&head);
        let head_bytes = head.len();
        let incoming = self.identify(source, head, None);
        let deadline = self.deadline(began, head_bytes);
        let refused = Refused { problems: vec![problem], names: None, sent_bytes: bytes };
        let kept = self.quarantine_as(source, &incoming, refused, deadline);
        let disposition = in_time(deadline, kept).await;
        reply(source, &reply_to, mode, disposition, began)
    }

    /// Until when something of this size must be stored or goes unanswered.
    fn deadline(&self, began: Instant, bytes: usize) -> Instant {
        began + self.shared.wait + time_for(bytes)
    }

    /// What the header of a message asks for that cannot be read as a whole. A sender in enhanced mode waits
    /// for CR and does not know AR.
    fn ack_mode(&self, bytes: &Bytes) -> AckMode {
        let end = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(bytes.len());
        let header = Message::parse(bytes.slice(..end), &self.shared.limits);
        header.map_or(AckMode::Original, |message| message.header().ack_mode())
    }

    /// A message is the same again when source, sending application and facility and control id are. Where
    /// there is no control id, the bytes are.
    pub(crate) fn identify(&self, source: &Source, bytes: Bytes, message: Option<&Message>) -> Incoming {
        let sha256: [u8; 32] = Sha256::digest(&bytes).into();
        let name = source.name.as_bytes();
        let key = &self.shared.identity.key;
        let header = message.map(Message::header);
        let control_id = header.as_ref().map(|header| header.segment().field(10).raw());
        let key = match (&header, control_id) {
            (Some(header), Some(id)) if !id.is_empty() => {
                let sender = [header.sending_application().raw(), header.sending_facility().raw()];
                key.report_key([name, sender[0], sender[1], id])
            }
            _ => key.report_key([name, &sha256]),
        };
        Incoming { bytes, sha256, key, received: clock::now(), client: String::new() }
    }

    /// Stores one message as it was understood.
    async fn settle(
        &self,
        source: &Source,
        incoming: Incoming,
        read: Result<(Message, Verdict), Refusal>,
        deadline: Instant,
    ) -> Disposition {
        let (message, verdict) = match read {
            Ok(read) => read,
            Err(refusal) => return self.quarantine(source, &incoming, refusal, deadline).await,
        };
        let told = Told::by(&message);
        let names = || named_alone(&message, source, &self.shared.identity);
        let disposition = self.commit((source, &told, &incoming), verdict, names, deadline, false).await;
        let Some(disposition) = disposition else {
            // The control id was used before for other content: a message of its own.
            ControlIdReused { source: &source.name }.emit();
            let again = Incoming { key: self.second_key(&incoming), ..incoming };
            let verdict = self.interpret(source, &message, &again);
            let disposition = self.commit((source, &told, &again), verdict, names, deadline, true).await;
            return disposition.unwrap_or(Disposition::Unavailable);
        };
        disposition
    }

    /// The key of other content under a control id that was used before.
    pub(crate) fn second_key(&self, incoming: &Incoming) -> ReportKey {
        self.shared.identity.key.report_key([&incoming.key.0[..], &incoming.sha256])
    }

    pub(crate) fn interpret(&self, source: &Source, message: &Message, incoming: &Incoming) -> Verdict {
        let mut tie = [0; 16];
        tie.copy_from_slice(&incoming.sha256[..16]);
        interpret(
            message,
            &Context {
                source,
                identity: &self.shared.identity,
                codes: &self.shared.codes,
                report: incoming.key,
                tie,
                received: incoming.received,
            },
        )
    }

    /// Stores what the verdict asks for. None when the key stands for other content already.
    ///
    /// `names` tells the patient of a message that is refused, where that can be told all the same.
    async fn commit(
        &self,
        (source, told, incoming): (&Source, &Told, &Incoming),
        verdict: Verdict,
        names: impl FnOnce() -> Option<PatientId>,
        deadline: Instant,
        reused: bool,
    ) -> Option<Disposition> {
        let understood = match self.kept_of(verdict, deadline).await {
            Kept::These(understood) => understood,
            Kept::Early(early) if early::is_to_be_held(&self.shared, incoming, &early) => {
                return self.hold((source, told, incoming), &early, deadline, reused).await;
            }
            Kept::Early(_) => return self.remember(incoming, "patient is not followed", deadline).await,
            Kept::Nothing(why) => return self.remember(incoming, why, deadline).await,
            Kept::Refused(Refusal { problems }) => {
                let refused = Refused { problems, names: names(), sent_bytes: 0 };
                return Some(self.quarantine_as(source, incoming, refused, deadline).await);
            }
            Kept::Unavailable => return Some(Disposition::Unavailable),
        };
        let patients: Vec<_> = understood.iter().map(|one| one.patient).collect();
        let (transaction, subjects) = reports(source, told, incoming, &understood, reused);
        match self.write(transaction, subjects, deadline).await {
            Written::New => {
                self.shared.waiting.are_known(&patients);
                Some(Disposition::Stored(patients))
            }
            Written::There(states) => {
                holds_same(&states, incoming).then_some(Disposition::Repeated(patients))
            }
            Written::Unavailable => Some(Disposition::Unavailable),
        }
    }

    /// Remembers a message that is not kept, so that a repetition gets the same answer.
    async fn remember(&self, incoming: &Incoming, reason: &str, deadline: Instant) -> Option<Disposition> {
        let receipt = kept::receipt(incoming, reason);
        let subject = subject::seen(incoming.key);
        let mut transaction = Transaction::new();
        transaction.create(subject.clone(), encode(&receipt), Some(self.shared.seen_for));
        match self.write(transaction, vec![subject], deadline).await {
            Written::New => Some(Disposition::NotRelevant),
            // Other content under a used key that is not relevant either changes nothing: nothing is kept.
            Written::There(_) => Some(Disposition::Repeated(Vec::new())),
            Written::Unavailable => Some(Disposition::Unavailable),
        }
    }

    async fn quarantine(
        &self,
        source: &Source,
        incoming: &Incoming,
        refusal: Refusal,
        deadline: Instant,
    ) -> Disposition {
        let refused = Refused { problems: refusal.problems, names: None, sent_bytes: 0 };
        self.quarantine_as(source, incoming, refused, deadline).await
    }

    async fn quarantine_as(
        &self,
        source: &Source,
        incoming: &Incoming,
        refused: Refused,
        deadline: Instant,
    ) -> Disposition {
        let kept = kept::quarantined(source, incoming, &refused);
        // Each content once: under a reused control id other bytes must not be taken for the first ones.
        let key = self.shared.identity.key.report_key([&incoming.key.0[..], b"quarantine", &incoming.sha256]);
        let subject = subject::quarantine(key);
        let mut transaction = Transaction::new();
        transaction.create(subject.clone(), encode(&kept), None);
        if let Some(patient) = refused.names {
            let mark = encode(&event::QuarantineMark {});
            transaction.create(subject::review(patient, key), mark, None);
        }
        match self.write(transaction, vec![subject], deadline).await {
            Written::New | Written::There(_) => Disposition::Quarantined(refused.problems),
            Written::Unavailable => Disposition::Unavailable,
        }
    }

    /// Stores a transaction, trying again until the deadline while the broker is away or full.
    pub(crate) async fn write(
        &self,
        transaction: Transaction,
        subjects: Vec<String>,
        deadline: Instant,
    ) -> Written {
        loop {
            match self.shared.committer.commit(transaction.clone()).await {
                Ok(_) => return Written::New,
                Err(CommitError::Conflict { .. }) => {
                    match self.shared.stream.last_from_leader(&subjects).await {
                        Ok(states) if !states.is_empty() => return Written::There(states),
                        // It expired in between, or the answer does not come: try again.
                        _ => {}
                    }
                }
                Err(error) => {
                    tracing::debug!(%error, "message not stored yet");
                    if matches!(error, CommitError::Refused { .. } | CommitError::TooLarge(_)) {
                        tracing::error!(%error, "the broker refuses a message");
                        return Written::Unavailable;
                    }
                }
            }
            if Instant::now() + RETRY_PAUSE >= deadline {
                return Written::Unavailable;
            }
            sleep(RETRY_PAUSE).await;
        }
    }
}

/// How much longer a large message may take: it is stored piece by piece, each of them durable before the next.
fn time_for(bytes: usize) -> Duration {
    Duration::from_millis((bytes.saturating_mul(1000) / STORED_BYTES_PER_S) as u64)
}

/// The broker may be slow instead of away: the wait is over all that is asked of it. What was under way then may
/// still be stored; the sender resends, and that is a repetition.
async fn in_time(deadline: Instant, stored: impl Future<Output = Disposition>) -> Disposition {
    timeout_at(deadline, Box::pin(stored)).await.unwrap_or(Disposition::Unavailable)
}

/// What writes the reports of a message, and their subjects.
pub(crate) fn reports(
    source: &Source,
    told: &Told,
    incoming: &Incoming,
    understood: &[Understood],
    reused: bool,
) -> (Transaction, Vec<String>) {
    let mut transaction = Transaction::new();
    let mut subjects = Vec::with_capacity(understood.len());
    let holder = understood.first().map(|one| one.patient);
    for one in understood {
        let report = kept::report(source, told, incoming, one, holder, reused);
        let subject = subject::report(one.patient, incoming.key);
        transaction.create(subject.clone(), encode(&report), None);
        subjects.push(subject);
    }
    (transaction, subjects)
}

/// Whether one of the reports holds the same message.
pub(crate) fn holds_same(states: &States, incoming: &Incoming) -> bool {
    states.iter().any(|stored| {
        let kept: Result<event::Report, _> = decode(&stored.payload, "report");
        kept.is_ok_and(|kept| kept.raw_sha256 == incoming.sha256)
    })
}

/// Why a message goes to quarantine, and what is known of it all the same.
pub(crate) struct Refused {
    pub(crate) problems: Vec<AckError>,
    /// The one patient that it names.
    pub(crate) names: Option<PatientId>,
    /// Its size, when only the beginning was kept; otherwise 0.
    pub(crate) sent_bytes: u64,
}

pub(crate) enum Written {
    New,
    There(States),
    Unavailable,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_second_more_is_given_for_each_mib() {
        assert_eq!([0, 1 << 20, 16 << 20].map(time_for), [0, 500, 8_000].map(Duration::from_millis));
        assert!(time_for(4_000) < Duration::from_millis(2), "what is small is stored at once");
    }
}
