//! Connections of the FHIR endpoint: counted, under TLS where it is configured, and closed when nothing comes.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{Instant, Sleep, sleep};
use tokio_rustls::server::TlsStream;

use crate::events::HandshakeFailed;
use crate::tls::Tls;

/// Pause after a connection could not be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The address of a peer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

impl Connected<IncomingStream<'_, Connections>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Connections>) -> Self {
        *stream.remote_addr()
    }
}

/// Accepts connections.
pub(crate) struct Connections {
    tcp: TcpListener,
    tls: Option<Arc<Tls>>,
    permits: Arc<Semaphore>,
    idle: Duration,
    handshakes: JoinSet<Option<(Connection, Peer)>>,
}

impl Connections {
    pub(crate) fn new(
        tcp: TcpListener,
        tls: Option<Arc<Tls>>,
        connections_max: usize,
        idle: Duration,
    ) -> Connections {
        let permits = Arc::new(Semaphore::new(connections_max.max(1)));
        Connections { tcp, tls, permits, idle, handshakes: JoinSet::new() }
    }

    /// The next connection when there is room for it.
    async fn next(
        tcp: &TcpListener,
        permits: &Arc<Semaphore>,
    ) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
        loop {
            // The semaphore is never closed.
            let Ok(permit) = Arc::clone(permits).acquire_owned().await else {
                sleep(ACCEPT_PAUSE).await;
                continue;
            };
            match tcp.accept().await {
                Ok((socket, peer)) => return (socket, peer, permit),
                Err(_) => sleep(ACCEPT_PAUSE).await,
            }
        }
    }
}

impl Listener for Connections {
    type Io = Connection;
    type Addr = Peer;

    async fn accept(&mut self) -> (Connection, Peer) {
        loop {
            let (socket, peer, permit) = tokio::select! {
                next = Connections::next(&self.tcp, &self.permits) => next,
                Some(done) = self.handshakes.join_next() => match done {
                    Ok(Some(accepted)) => return accepted,
                    _ => continue,
                },
            };
            // Answers are short: they must not wait for one another.
            let _set = socket.set_nodelay(true);
            let idle = self.idle;
            let Some(tls) = self.tls.clone() else {
                return (Connection::new(Stream::Plain(socket), permit, idle), Peer(peer));
            };
            self.handshakes.spawn(async move {
                match tls.accept(socket).await {
                    Ok((stream, _)) => {
                        Some((Connection::new(Stream::Tls(Box::new(stream)), permit, idle), Peer(peer)))
                    }
                    Err(why) => {
                        HandshakeFailed { peer: peer.ip(), why }.emit();
                        None
                    }
                }
            });
        }
    }

    fn local_addr(&self) -> io::Result<Peer> {
        self.tcp.local_addr().map(Peer)
    }
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A connection that holds its place among all, and ends when its peer sends nothing for too long.
pub(crate) struct Connection {
    stream: Stream,
    idle: Duration,
    silence: Pin<Box<Sleep>>,
    _permit: OwnedSemaphorePermit,
}

impl Connection {
    fn new(stream: Stream, permit: OwnedSemaphorePermit, idle: Duration) -> Connection {
        Connection { stream, idle, silence: Box::pin(sleep(idle)), _permit: permit }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        };
        if read.is_ready() {
            let until = Instant::now() + self.idle;
            self.silence.as_mut().reset(until);
            return read;
        }
        match self.silence.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
