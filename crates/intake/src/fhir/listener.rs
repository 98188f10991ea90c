//! Connections of the FHIR endpoint: counted, under TLS where it is configured, and closed when nothing comes.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
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

/// The address of a peer, and whether a request of its connection is under way.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) addr: SocketAddr,
    turn: Turn,
}

/// What a connection learns of its requests.
#[derive(Clone, Debug, Default)]
struct Turn(Arc<Requests>);

#[derive(Debug, Default)]
struct Requests {
    /// Whose heads have come.
    begun: AtomicUsize,
    /// Whose answers are not made yet.
    under_way: AtomicUsize,
}

/// A request that is under way until this is dropped.
pub(crate) struct UnderWay(Turn);

impl Peer {
    /// Tells the connection that the head of a request has come.
    pub(crate) fn begin(&self) -> UnderWay {
        self.turn.0.under_way.fetch_add(1, Ordering::Relaxed);
        self.turn.0.begun.fetch_add(1, Ordering::Relaxed);
        UnderWay(self.turn.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How long a connection may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// For the head of a request, from its first byte.
    pub(crate) head: Duration,
    /// Between two reads.
    pub(crate) idle: Duration,
}

impl Connected<IncomingStream<'_, Connections>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Connections>) -> Self {
        stream.remote_addr().clone()
    }
}

/// Accepts connections.
pub(crate) struct Connections {
    tcp: TcpListener,
    tls: Option<Arc<Tls>>,
    permits: Arc<Semaphore>,
    patience: Patience,
    handshakes: JoinSet<Option<(Connection, Peer)>>,
}

impl Connections {
    pub(crate) fn new(
        tcp: TcpListener,
        tls: Option<Arc<Tls>>,
        connections_max: usize,
        patience: Patience,
    ) -> Connections {
        let permits = Arc::new(Semaphore::new(connections_max.max(1)));
        Connections { tcp, tls, permits, patience, handshakes: JoinSet::new() }
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
            let patience = self.patience;
            let peer = Peer { addr: peer, turn: Turn::default() };
            let Some(tls) = self.tls.clone() else {
                return (Connection::new(Stream::Plain(socket), permit, patience, &peer), peer);
            };
            self.handshakes.spawn(async move {
                match tls.accept(socket).await {
                    Ok((stream, _)) => {
                        let stream = Stream::Tls(Box::new(stream));
                        Some((Connection::new(stream, permit, patience, &peer), peer))
                    }
                    Err(why) => {
                        HandshakeFailed { peer: peer.addr.ip(), why }.emit();
                        None
                    }
                }
            });
        }
    }

    fn local_addr(&self) -> io::Result<Peer> {
        self.tcp.local_addr().map(|addr| Peer { addr, turn: Turn::default() })
    }
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A connection that holds its place among all, and ends when its peer sends nothing for too long, or the head of a
/// request bit by bit.
pub(crate) struct Connection {
    stream: Stream,
    patience: Patience,
    turn: Turn,
    /// Requests whose heads had come at the last look.
    begun: usize,
    /// Until when the head must have come whose first bytes are there.
    head_until: Option<Instant>,
    silence: Pin<Box<Sleep>>,
    _permit: OwnedSemaphorePermit,
}

impl Connection {
    fn new(stream: Stream, permit: OwnedSemaphorePermit, patience: Patience, peer: &Peer) -> Connection {
        let silence = Box::pin(sleep(patience.idle));
        Connection {
            stream,
            patience,
            turn: peer.turn.clone(),
            begun: 0,
            head_until: None,
            silence,
            _permit: permit,
        }
    }

    /// Until when the next bytes must come, now that some have.
    fn next_until(&mut self) -> Instant {
        let now = Instant::now();
        let idle = now + self.patience.idle;
        if self.turn.0.under_way.load(Ordering::Relaxed) > 0 {
            return idle;
        }
        idle.min(*self.head_until.get_or_insert(now + self.patience.head))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let begun = self.turn.0.begun.load(Ordering::Relaxed);
        if begun != self.begun {
            // The head that had begun is whole.
            (self.begun, self.head_until) = (begun, None);
            let until = Instant::now() + self.patience.idle;
            self.silence.as_mut().reset(until);
        }
        let read = match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        };
        if read.is_ready() {
            let until = self.next_until();
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
