//! One pull at a time: everything that is there up to a limit, or the first message that comes. Silence is told
//! from a dead server by heartbeats.

use std::time::Duration;

use async_nats::{Message, StatusCode, Subscriber};
use bytes::Bytes;
use futures::StreamExt as _;
use tokio::time::{Instant, timeout};

use crate::backoff::Backoff;
use crate::link::Link;
use crate::{Error, Stream};

/// How long one request waits at the server.
const EXPIRES: Duration = Duration::from_secs(10);
const HEARTBEAT: Duration = Duration::from_secs(2);
/// Pauses after requests that ended without a message long before their time: other workers have asked for more
/// than there is, or everything that may be out is out.
const PAUSE_MS: (u64, u64) = (5, 200);

/// Why pulling does not go on by itself: make the consumer sure again, then pull anew.
#[derive(Debug)]
pub(crate) struct Interrupted(pub(crate) String);

/// Pulls from one consumer.
#[derive(Debug)]
pub(crate) struct Puller {
    link: Link,
    request: String,
    inbox: String,
    messages: Subscriber,
    number: u64,
    pause: Backoff,
}

impl Puller {
    pub(crate) async fn new(stream: &Stream, consumer: &str) -> Result<Puller, Error> {
        let link = stream.link().clone();
        let inbox = link.client.new_inbox();
        let messages = link.subscribe("a pull", format!("{inbox}.*")).await?;
        let request = format!("$JS.API.CONSUMER.MSG.NEXT.{}.{consumer}", stream.name());
        let pause = Backoff::new(PAUSE_MS.0, PAUSE_MS.1);
        Ok(Puller { link, request, inbox, messages, number: 0, pause })
    }

    /// Adds what is there, up to `max` messages; waits for the first when there is nothing. May come back without
    /// any. What was added stays in `taken` when this future is dropped or fails.
    pub(crate) async fn fill(&mut self, max: usize, taken: &mut Vec<Message>) -> Result<(), Interrupted> {
        let lost = self.link.lost();
        if !self.link.is_up() {
            return Err(Interrupted("not connected".to_owned()));
        }
        tokio::pin!(lost);
        self.number += 1;
        let reply = format!("{}.{}", self.inbox, self.number);
        let body = format!(
            r#"{{"batch":{max},"no_wait":true,"expires":{},"idle_heartbeat":{}}}"#,
            EXPIRES.as_nanos(),
            HEARTBEAT.as_nanos()
        );
        let started = Instant::now();
        let asked =
            self.link.client.publish_with_reply(self.request.clone(), reply.clone(), Bytes::from(body)).await;
        asked.map_err(|error| Interrupted(error.to_string()))?;
        while taken.len() < max {
            let next = tokio::select! {
                biased;
                next = timeout(HEARTBEAT * 2, self.messages.next()) => next,
                () = &mut lost => return Err(Interrupted("connection lost".to_owned())),
            };
            let message = match next {
                Ok(Some(message)) => message,
                Ok(None) => return Err(Interrupted("subscription ended".to_owned())),
                Err(_) => return Err(Interrupted("no heartbeat".to_owned())),
            };
            match message.status {
                None | Some(StatusCode::OK) => {
                    self.pause.reset();
                    taken.push(message);
                }
                Some(StatusCode::IDLE_HEARTBEAT) => {}
                // The end of an earlier request.
                Some(_) if message.subject.as_str() != reply => {}
                Some(StatusCode::NOT_FOUND | StatusCode::TIMEOUT) => {
                    if taken.is_empty() && started.elapsed() < EXPIRES / 2 {
                        self.pause.wait().await;
                    }
                    return Ok(());
                }
                Some(status) => {
                    let said = message.description.unwrap_or_default();
                    return Err(Interrupted(format!("{status} {said}")));
                }
            }
        }
        Ok(())
    }

    /// Ends the subscription and adds what had arrived already.
    pub(crate) async fn drain(mut self, taken: &mut Vec<Message>) {
        if self.messages.unsubscribe().await.is_ok() {
            while let Ok(Some(message)) = timeout(HEARTBEAT, self.messages.next()).await {
                if message.status.is_none() {
                    taken.push(message);
                }
            }
        }
    }
}
