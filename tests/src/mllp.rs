//! An MLLP client that does what integration engines do: one message, one answer, and again when none comes.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use futures::{SinkExt as _, StreamExt as _};
use lacteal_hl7::mllp::{Frame, MllpCodec};
use lacteal_hl7::{Ack, AckCode, Limits};
use tokio::net::TcpStream;
use tokio_util::codec::Framed;

/// A connection.
pub struct Client {
    to: SocketAddr,
    framed: Option<Framed<TcpStream, MllpCodec>>,
}

impl Client {
    pub fn new(to: SocketAddr) -> Client {
        Client { to, framed: None }
    }

    /// Sends once; none when no answer comes.
    pub async fn try_send(&mut self, message: &[u8]) -> Option<Ack> {
        let exchange = async {
            let framed = match &mut self.framed {
                Some(framed) => framed,
                none => {
                    none.insert(Framed::new(TcpStream::connect(self.to).await.ok()?, MllpCodec::default()))
                }
            };
            framed.send(Bytes::copy_from_slice(message)).await.ok()?;
            match framed.next().await? {
                Ok(Frame::Message(answer)) => Ack::parse(answer, &Limits::default()).ok(),
                _ => None,
            }
        };
        let answer = tokio::time::timeout(Duration::from_secs(10), exchange).await.ok().flatten();
        if answer.is_none() {
            self.framed = None;
        }
        answer
    }

    /// Sends until there is an answer.
    pub async fn send(&mut self, message: &[u8]) -> Ack {
        let deadline = tokio::time::Instant::now() + crate::PATIENCE;
        loop {
            if let Some(answer) = self.try_send(message).await {
                return answer;
            }
            assert!(tokio::time::Instant::now() < deadline, "no answer");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Sends until there is an answer, which must be AA.
    pub async fn accepted(&mut self, message: &[u8]) {
        let answer = self.send(message).await;
        assert_eq!(answer.code, AckCode::AA, "{:?}", answer.errors);
    }
}
