//! The quarantine desk: lists refused messages, shows one, interprets them again, and records that one was given up.
//!
//! A quarantined message is never changed or removed. What became of it is a record of its own, written once and
//! under compare-and-set; where a replay stores reports, both are written in one transaction. So two people at one
//! message, a repeated request and a crash in between do nothing twice.

mod case;
mod filter;
mod replay;

use std::sync::Arc;
use std::time::Duration;

use lacteal_clinical::ReportKey;
use lacteal_ledger::{Revision, Transaction};
use lacteal_service::clock;
use lacteal_wire::api::{self, Failure, failure::Kind};
use lacteal_wire::{encode, event, subject};
use tokio::time::Instant;

use self::case::{Case, case, chunk, resolution};
use self::filter::Filter;
use self::replay::replay;
use crate::asked::{ANSWER_BYTES_MAX, failure, invalid, text, unavailable};
use crate::events::QuarantineResolved;
use crate::paging::{Position, Query, page_size};
use crate::receive::{Receiver, Written};
use crate::senders::Senders;

/// Entries a page.
const PAGE_DEFAULT: usize = 100;
const PAGE_MAX: usize = 1_000;
/// Messages of one replay.
const REPLAY_MAX: usize = 50;
/// How long one request may look for entries before it gives what it has.
const SEARCH: Duration = Duration::from_secs(5);
/// How long one message may take to be stored.
const STORE: Duration = Duration::from_secs(5);
/// Bytes of an author and of a reason.
/// Bytes of a message in one answer, which has room for its entry, too.
const PIECE_BYTES: usize = ANSWER_BYTES_MAX / 2;
const AUTHOR_BYTES_MAX: usize = 128;
const REASON_BYTES_MAX: usize = 1_000;

/// Answers requests about quarantined messages.
pub(crate) struct Desk {
    receiver: Receiver,
    senders: Arc<Senders>,
}

impl Desk {
    /// A desk that knows these senders.
    pub(crate) fn new(receiver: Receiver, senders: Arc<Senders>) -> Desk {
        Desk { receiver, senders }
    }

    pub(crate) async fn list(
        &self,
        request: api::ListQuarantinedRequest,
    ) -> Result<api::ListQuarantinedResponse, Failure> {
        let asked = request.filter.unwrap_or_default();
        let query = Query::of("list", &asked);
        let filter = Filter::read(&asked)?;
        let size = page_size(request.page_size, PAGE_DEFAULT, PAGE_MAX)?;
        let after = query.position(&request.page_token)?.map_or(Revision::NONE, |position| position.after);
        let (entries, next) = self.search(&filter, after, size, Case::entry).await?;
        Ok(api::ListQuarantinedResponse { entries, next_page_token: token(query, next) })
    }

    pub(crate) async fn get(
        &self,
        request: api::GetQuarantinedRequest,
    ) -> Result<api::GetQuarantinedResponse, Failure> {
        let case = self.case(key(&request.id)?).await?.ok_or_else(not_found)?;
        let entry = Some(case.entry());
        if !request.include_bytes {
            return Ok(api::GetQuarantinedResponse { entry, ..Default::default() });
        }
        let raw = &case.message.raw;
        let from = usize::try_from(request.from_byte).ok().filter(|from| *from <= raw.len());
        let Some(from) = from else {
            return Err(invalid("from_byte", "the message has fewer bytes"));
        };
        let end = raw.len().min(from + PIECE_BYTES);
        let next_byte = if end < raw.len() { end as u64 } else { 0 };
        Ok(api::GetQuarantinedResponse { entry, hl7: raw.slice(from..end).to_vec(), next_byte })
    }

    pub(crate) async fn replay(
        &self,
        request: api::ReplayQuarantinedRequest,
    ) -> Result<api::ReplayQuarantinedResponse, Failure> {
        let author = text("author", &request.author, AUTHOR_BYTES_MAX)?;
        if request.ids.len() > REPLAY_MAX {
            return Err(invalid("ids", "must not be more than 50"));
        }
        if !request.ids.is_empty() {
            if request.filter.is_some() || !request.page_token.is_empty() {
                return Err(invalid("ids", "and filter or page_token exclude each other"));
            }
            let mut replays = Vec::with_capacity(request.ids.len());
            for id in &request.ids {
                replays.push(match self.case(key(id)?).await? {
                    Some(case) => self.replay_one(case, author).await,
                    None => outcome(id.clone(), api::replay::Outcome::NotFound),
                });
            }
            return Ok(api::ReplayQuarantinedResponse { replays, next_page_token: String::new() });
        }
        let asked = request.filter.unwrap_or_default();
        if !matches!(asked.state(), api::QuarantineState::Unspecified | api::QuarantineState::Open) {
            return Err(invalid("filter.state", "must be open: only open messages are replayed"));
        }
        let query = Query::of("replay", &asked);
        let filter = Filter { state: api::QuarantineState::Open, ..Filter::read(&asked)? };
        let size = page_size(request.page_size, REPLAY_MAX, REPLAY_MAX)?;
        let after = query.position(&request.page_token)?.map_or(Revision::NONE, |position| position.after);
        // Bytes are kept of one message at a time: the search gives keys, each is read again for its replay.
        let (keys, next) = self.search(&filter, after, size, |case| case.key).await?;
        let mut replays = Vec::with_capacity(keys.len());
        for key in keys {
            if let Some(case) = self.case(key).await? {
                replays.push(self.replay_one(case, author).await);
            }
        }
        Ok(api::ReplayQuarantinedResponse { replays, next_page_token: token(query, next) })
    }

    async fn replay_one(&self, case: Case, author: &str) -> api::Replay {
        let id = case.key.to_string();
        if case.resolution.is_some() {
            return outcome(id, api::replay::Outcome::ResolvedBefore);
        }
        if case.is_cut() {
            return outcome(id, api::replay::Outcome::Cut);
        }
        let message = &case.message;
        let Some(sender) = self.senders.of(&message.source, &message.client, &message.raw) else {
            return outcome(id, api::replay::Outcome::SourceUnknown);
        };
        let replayed = replay(&self.receiver, sender, &case, author).await;
        QuarantineResolved { source: &message.source, outcome: replayed.outcome().as_str_name() }.emit();
        replayed
    }

    pub(crate) async fn discard(
        &self,
        request: api::DiscardQuarantinedRequest,
    ) -> Result<api::DiscardQuarantinedResponse, Failure> {
        let reason = text("reason", &request.reason, REASON_BYTES_MAX)?.to_owned();
        let author = text("author", &request.author, AUTHOR_BYTES_MAX)?.to_owned();
        let key = key(&request.id)?;
        let mut case = self.case(key).await?.ok_or_else(not_found)?;
        if case.resolution.is_none() {
            let record = event::Resolved {
                outcome: event::resolved::Outcome::Discarded.into(),
                author,
                reason,
                at_s: clock::now().as_second(),
                ..event::Resolved::default()
            };
            let subject = subject::resolved(key);
            let mut transaction = Transaction::new();
            transaction.create(subject.clone(), encode(&record), None);
            let deadline = Instant::now() + STORE;
            case.resolution = match self.receiver.write(transaction, vec![subject.clone()], deadline).await {
                Written::New => {
                    let source = &case.message.source;
                    QuarantineResolved { source, outcome: "OUTCOME_DISCARDED" }.emit();
                    Some(record)
                }
                // Somebody else was first: theirs stands.
                Written::There(states) => states.get(&subject).map(resolution).transpose()?,
                Written::Unavailable => return Err(unavailable()),
            };
        }
        if case.state() != api::QuarantineState::Discarded {
            let text = "the message was replayed already: there is nothing left to discard";
            return Err(failure(Kind::Conflict, "id", text));
        }
        Ok(api::DiscardQuarantinedResponse { entry: Some(case.entry()) })
    }

    /// Looks for cases that match, in their order, until there are enough, all or too much time has passed.
    async fn search<T>(
        &self,
        filter: &Filter,
        after: Revision,
        size: usize,
        take: impl Fn(&Case) -> T,
    ) -> Result<(Vec<T>, Option<Revision>), Failure> {
        let began = Instant::now();
        let (mut found, mut after) = (Vec::new(), after);
        loop {
            let chunk = chunk(&self.receiver.shared.stream, filter, after).await?;
            for case in chunk.cases.iter().filter(|case| filter.admits(case)) {
                found.push(take(case));
                if found.len() >= size {
                    return Ok((found, Some(case.place)));
                }
            }
            match chunk.next {
                None => return Ok((found, None)),
                Some(next) => after = next,
            }
            if began.elapsed() > SEARCH {
                return Ok((found, Some(after)));
            }
        }
    }

    async fn case(&self, key: ReportKey) -> Result<Option<Case>, Failure> {
        case(&self.receiver.shared.stream, key).await
    }
}

fn token(query: Query, next: Option<Revision>) -> String {
    let until = Revision::NONE;
    next.map(|after| query.token(Position { after, until })).unwrap_or_default()
}

fn key(id: &str) -> Result<ReportKey, Failure> {
    let text = "is not the id of a quarantined message: 32 hexadecimal digits in lower case";
    subject::read_key(id).ok_or_else(|| invalid("id", text))
}

fn not_found() -> Failure {
    failure(Kind::NotFound, "id", "no message of this id is in quarantine")
}

fn outcome(id: String, outcome: api::replay::Outcome) -> api::Replay {
    api::Replay { id, outcome: outcome.into(), ..api::Replay::default() }
}
