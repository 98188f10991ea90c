//! Accepting connections, and ending them.
//!
//! hyper waits for ever for a peer that connects and says nothing, and for one that stops reading. So a connection
//! here ends by itself: when it says nothing in time, when it has said nothing by the time the gateway stops, and
//! whatever it does when the stop takes too long.

use crate::events::AcceptFailed;
use futures::Stream;
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Sleep, sleep};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::transport::server::{Connected, TcpConnectInfo};

/// Pause after a failed accept, mostly because there are no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// When connections end, whatever they do.
#[derive(Clone, Default)]
pub(crate) struct Ends {
    /// The gateway stops: nobody who has said nothing is waited for.
    pub(crate) closing: CancellationToken,
    /// The stop took too long: nobody is waited for.
    pub(crate) cut: CancellationToken,
}

/// An accepted connection.
pub(crate) struct Connection {
    socket: TcpStream,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    /// Until the first byte.
    silence: Option<Silence>,
    _permit: OwnedSemaphorePermit,
}

struct Silence {
    closing: Pin<Box<WaitForCancellationFutureOwned>>,
    over: Pin<Box<Sleep>>,
}

/// Limits of connections.
#[derive(Clone, Copy)]
pub(crate) struct ConnectionLimits {
    /// Further ones wait in the system's queue.
    pub(crate) connections_max: usize,
    /// How long a peer may be connected without saying anything.
    pub(crate) silent_max: Duration,
}

/// Connections as they come.
pub(crate) fn accepted(
    listener: TcpListener,
    limits: ConnectionLimits,
    ends: Ends,
) -> impl Stream<Item = io::Result<Connection>> {
    let permits = Arc::new(Semaphore::new(limits.connections_max));
    futures::stream::unfold((listener, permits, ends), move |(listener, permits, ends)| async move {
        let permit = Arc::clone(&permits).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((socket, _)) => {
                    let connection = Connection::new(socket, permit, limits.silent_max, &ends);
                    return Some((Ok(connection), (listener, permits, ends)));
                }
                Err(error) => {
                    AcceptFailed { error: &error }.emit();
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    })
}

impl Connection {
    fn new(socket: TcpStream, permit: OwnedSemaphorePermit, silent_max: Duration, ends: &Ends) -> Self {
        // Answers are small; without this they wait for the peer's delayed acknowledgement. A socket that refuses
        // is about to fail anyway.
        let _slower_otherwise = socket.set_nodelay(true);
        let silence = Silence {
            closing: Box::pin(ends.closing.clone().cancelled_owned()),
            over: Box::pin(sleep(silent_max)),
        };
        Self {
            socket,
            cut: Box::pin(ends.cut.clone().cancelled_owned()),
            silence: Some(silence),
            _permit: permit,
        }
    }

    fn poll_ended(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let mut ended = self.cut.as_mut().poll(cx).is_ready();
        if let Some(silence) = &mut self.silence {
            ended |=
                silence.closing.as_mut().poll(cx).is_ready() || silence.over.as_mut().poll(cx).is_ready();
        }
        if ended { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll_ended(cx)?;
        let filled = buffer.filled().len();
        let read = Pin::new(&mut self.socket).poll_read(cx, buffer);
        if buffer.filled().len() > filled {
            self.silence = None;
        }
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_ended(cx)?;
        Pin::new(&mut self.socket).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_ended(cx)?;
        Pin::new(&mut self.socket).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

impl Connected for Connection {
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> TcpConnectInfo {
        self.socket.connect_info()
    }
}
