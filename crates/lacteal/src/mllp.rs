//! An MLLP client: sends messages one after the other and waits for each answer, as integration engines do.

use std::time::Duration;

use anyhow::{Context as _, bail};
use bytes::Bytes;
use futures::{SinkExt as _, StreamExt as _};
use lacteal_hl7::mllp::{Frame, MllpCodec};
use lacteal_hl7::{Ack, AckCode, AckMode, Limits, Message, Outcome};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_util::codec::Framed;

use crate::tls::Tls;

/// Attempts to get an answer to one message.
const ATTEMPTS: u32 = 6;
/// Pause before a message is sent again.
const PAUSE: Duration = Duration::from_millis(500);

/// A connection that is opened when needed and opened again when lost.
pub(crate) struct Connection {
    to: String,
    tls: Option<Tls>,
    timeout: Duration,
    framed: Option<Framed<Box<dyn Wire>, MllpCodec>>,
}

/// What messages travel over.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}

impl<W: AsyncRead + AsyncWrite + Unpin + Send> Wire for W {}

impl Connection {
    pub(crate) fn new(to: &str, tls: Option<Tls>, timeout: Duration) -> Connection {
        Connection { to: to.to_owned(), tls, timeout, framed: None }
    }

    /// Sends a message and waits for its answer; none when it asks for none (MSH-15, MSH-16). A lost connection or a
    /// missing answer is tried again: the receiver knows a repetition.
    pub(crate) async fn send(&mut self, message: &Bytes) -> anyhow::Result<Option<Ack>> {
        let header = message.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
        let header = Message::parse(message.slice_ref(header), &Limits::default());
        let mode = header.map_or(AckMode::Original, |message| message.header().ack_mode());
        let mut attempt = 1;
        loop {
            match tokio::time::timeout(self.timeout, self.exchange(message, mode)).await {
                Ok(Ok(ack)) => return Ok(ack),
                Ok(Err(error)) if attempt == ATTEMPTS => return Err(error),
                Err(_) if attempt == ATTEMPTS => bail!("no answer within {} s", self.timeout.as_secs()),
                _ => {}
            }
            self.framed = None;
            attempt += 1;
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn exchange(&mut self, message: &Bytes, mode: AckMode) -> anyhow::Result<Option<Ack>> {
        let framed = match &mut self.framed {
            Some(framed) => framed,
            none => {
                let socket = TcpStream::connect(&self.to)
                    .await
                    .with_context(|| format!("failed to connect to {}", self.to))?;
                socket.set_nodelay(true)?;
                let wire: Box<dyn Wire> = match &self.tls {
                    Some(tls) => Box::new(tls.begin(socket).await?),
                    None => Box::new(socket),
                };
                none.insert(Framed::new(wire, MllpCodec::default()))
            }
        };
        framed.send(message.clone()).await.context("failed to send")?;
        let asks = |outcome| {
            let owed = mode.owed(outcome);
            owed.accept.is_some() || owed.application.is_some()
        };
        let ack = match (asks(Outcome::Accept), asks(Outcome::Error) || asks(Outcome::Reject)) {
            (false, false) => return Ok(None),
            // Silence is the answer to what was taken.
            (false, true) => match tokio::time::timeout(self.timeout / 2, answer(framed)).await {
                Ok(ack) => ack?,
                Err(_) => return Ok(None),
            },
            (true, _) => answer(framed).await?,
        };
        // What was stored safely may be told once more, when it is processed.
        let owed = mode.owed(Outcome::Accept);
        let goes_on = owed.accept == Some(ack.code) && owed.application.is_some();
        if goes_on { answer(framed).await.map(Some) } else { Ok(Some(ack)) }
    }
}

async fn answer(framed: &mut Framed<Box<dyn Wire>, MllpCodec>) -> anyhow::Result<Ack> {
    match framed.next().await {
        Some(Ok(Frame::Message(answer))) => {
            Ack::parse(answer, &Limits::default()).context("the answer is no acknowledgement")
        }
        Some(Ok(_)) => bail!("the answer is not whole"),
        Some(Err(error)) => Err(error).context("failed to receive"),
        None => bail!("the connection was closed without an answer"),
    }
}

/// Whether an answer says that the message was taken.
pub(crate) fn is_accepted(code: AckCode) -> bool {
    code.outcome() == Outcome::Accept
}
