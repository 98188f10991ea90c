//! Requests that are answered by many messages: the batched direct gets of ADR-31. One inbox per request, a
//! bound on the silence between two messages, and an end mark without which nothing is returned.

use async_nats::{Message, StatusCode, header};
use bytes::Bytes;
use futures::StreamExt as _;
use serde::Serialize;

use crate::link::Link;
use crate::{Error, Revision};

/// Bytes asked for in one go, well under what a server lets pile up for one client.
const GATHER_BYTES: usize = 8 << 20;

/// The last message of each subject.
#[derive(Serialize)]
pub(crate) struct LastOf<'a> {
    pub(crate) multi_last: &'a [String],
    pub(crate) max_bytes: usize,
}

impl<'a> LastOf<'a> {
    pub(crate) fn new(subjects: &'a [String]) -> LastOf<'a> {
        LastOf { multi_last: subjects, max_bytes: GATHER_BYTES }
    }
}

/// Messages under a filter from a sequence on.
#[derive(Serialize)]
pub(crate) struct NextOf<'a> {
    pub(crate) next_by_subj: &'a str,
    pub(crate) seq: u64,
    pub(crate) batch: usize,
    pub(crate) max_bytes: usize,
}

impl<'a> NextOf<'a> {
    pub(crate) fn new(filter: &'a str, after: Revision, batch: usize) -> NextOf<'a> {
        NextOf { next_by_subj: filter, seq: after.sequence() + 1, batch, max_bytes: GATHER_BYTES }
    }
}

/// What came, and whether the server has more that did not fit.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) messages: Vec<Message>,
    pub(crate) more: bool,
}

/// Sends one batched get to a stream and collects the answer to its end.
pub(crate) async fn gather(
    link: &Link,
    stream: &str,
    request: &(impl Serialize + Sync),
) -> Result<Gathered, Error> {
    const WHAT: &str = "a direct get";
    let body = serde_json::to_vec(request).map_err(|error| Error::protocol(WHAT, error))?;
    let lost = link.lost();
    if !link.is_up() {
        return Err(Error::unavailable(WHAT, "not connected"));
    }
    tokio::pin!(lost);
    let inbox = link.client.new_inbox();
    let mut answers = link.subscribe(WHAT, inbox.clone()).await?;
    link.client
        .publish_with_reply(format!("$JS.API.DIRECT.GET.{stream}"), inbox, Bytes::from(body))
        .await
        .map_err(|error| Error::unavailable(WHAT, error))?;
    let mut gathered = Gathered::default();
    loop {
        let next = tokio::select! {
            biased;
            next = tokio::time::timeout(link.timeout, answers.next()) => next,
            () = &mut lost => return Err(Error::unavailable(WHAT, "connection lost")),
        };
        let message = match next {
            Ok(Some(message)) => message,
            Ok(None) => return Err(Error::unavailable(WHAT, "subscription ended")),
            Err(_) => return Err(Error::unavailable(WHAT, "no answer in time")),
        };
        match message.status {
            None | Some(StatusCode::OK) => gathered.messages.push(message),
            Some(StatusCode::NOT_FOUND) if gathered.messages.is_empty() => return Ok(gathered),
            Some(StatusCode::NO_RESPONDERS) => return Err(Error::unavailable(WHAT, "nobody answers")),
            Some(status) if status.as_u16() == 204 => {
                gathered.more = pending(&message).is_some_and(|pending| pending > 0);
                return Ok(gathered);
            }
            Some(status) => {
                let said = message.description.unwrap_or_default();
                return Err(Error::protocol(WHAT, format!("{status} {said}")));
            }
        }
    }
}

fn pending(message: &Message) -> Option<u64> {
    message.headers.as_ref()?.get("Nats-Num-Pending")?.as_str().parse().ok()
}

/// Subject, sequence and time that a direct get adds to each message.
pub(crate) fn place(message: &Message) -> Result<(String, Revision, jiff::Timestamp), Error> {
    let missing = || Error::protocol("a direct get", "a message without its place");
    let headers = message.headers.as_ref().ok_or_else(missing)?;
    // A stored message may carry headers of the same name from an earlier life; the server's own come last.
    let last = |name| headers.get_last(name).map(|value| value.as_str()).ok_or_else(missing);
    let subject = last(header::NATS_SUBJECT)?.to_owned();
    let sequence = last(header::NATS_SEQUENCE)?.parse().map_err(|_| missing())?;
    let time = last(header::NATS_TIME_STAMP)?.parse().map_err(|_| missing())?;
    Ok((subject, Revision::new(sequence), time))
}
