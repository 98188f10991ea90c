//! The MLLP listener: connections, plain or under TLS, their limits and time-outs, and the order of answers.
//!
//! On one connection messages are taken one after the other, and each is answered before the next is read.
//! Nothing is decided here about a message: [`Receiver`] does that.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::BytesMut;
use lacteal_hl7::mllp::{Frame, MllpCodec};
use lacteal_service::{BoxError, clock};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::codec::{Decoder as _, Encoder as _};
use tokio_util::sync::CancellationToken;

use crate::config::{Config, Source};
use crate::events::{
    ConnectionClosed, ConnectionPanicked, ConnectionRefused, ConnectionsOpen, FramesSkipped, HandshakeFailed,
};
use crate::receive::{Receiver, Reply};
use crate::tls::Tls;

/// A connection's buffer to begin with.
const BUFFER_BYTES: usize = 8 * 1024;
/// A connection's buffer up to this size needs no share of the budget.
const BUFFER_BYTES_FREE: usize = 64 * 1024;
/// The unit in which the budget of buffered bytes is handed out.
const BUDGET_UNIT_BYTES: usize = 64 * 1024;
/// How long an answer may take to be written: the peer reads it or is gone.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the CR after a frame's FS is waited for: some senders leave it out and wait for their answer.
const FINAL_CR_WAIT: Duration = Duration::from_secs(1);
/// How long saying goodbye may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// Pause after the operating system refused to accept, for instance for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The listener with what its connections share.
pub(crate) struct Listener {
    pub(crate) listener: TcpListener,
    pub(crate) shared: Arc<Shared>,
}

/// What connections share.
pub(crate) struct Shared {
    receiver: Receiver,
    sources: Vec<Arc<Source>>,
    tls: Option<Arc<Tls>>,
    connections: Arc<Semaphore>,
    budget: Arc<Semaphore>,
    per_peer: Mutex<HashMap<IpAddr, usize>>,
    limits: Limits,
}

struct Limits {
    per_peer_max: usize,
    frame_bytes_max: usize,
    frame: Duration,
    idle: Duration,
}

impl Shared {
    pub(crate) fn new(
        config: &Config,
        sources: Vec<Arc<Source>>,
        tls: Option<Arc<Tls>>,
        receiver: Receiver,
    ) -> Shared {
        // A single message of the largest size must always fit.
        let budget_bytes = config.buffered_bytes_max.max(2 * config.frame_bytes_max);
        Shared {
            receiver,
            sources,
            tls,
            connections: Arc::new(Semaphore::new(config.connections_max)),
            budget: Arc::new(Semaphore::new(budget_bytes / BUDGET_UNIT_BYTES)),
            per_peer: Mutex::new(HashMap::new()),
            limits: Limits {
                per_peer_max: config.connections_per_peer_max,
                frame_bytes_max: config.frame_bytes_max,
                frame: Duration::from_secs(config.frame_timeout_s.max(1)),
                idle: Duration::from_secs(config.idle_timeout_s.max(1)),
            },
        }
    }

    fn enter(self: &Arc<Self>, peer: IpAddr) -> Option<PeerSlot> {
        let mut counts = self.per_peer.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(peer).or_insert(0);
        if *count >= self.limits.per_peer_max {
            return None;
        }
        *count += 1;
        Some(PeerSlot { shared: Arc::clone(self), peer })
    }
}

/// One of a peer's connections; given back when it ends.
struct PeerSlot {
    shared: Arc<Shared>,
    peer: IpAddr,
}

impl Drop for PeerSlot {
    fn drop(&mut self) {
        let mut counts = self.shared.per_peer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.peer) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.peer);
            }
        }
    }
}

impl Listener {
    /// Accepts until `stop`; then lets every connection finish and answer the message in hand.
    pub(crate) async fn run(self, stop: CancellationToken) -> Result<(), BoxError> {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                Some(ended) = connections.join_next(), if !connections.is_empty() => {
                    note(&ended);
                    ConnectionsOpen(connections.len()).emit();
                }
                accepted = self.listener.accept() => match accepted {
                    Ok((socket, peer)) => self.admit(socket, peer, &stop, &mut connections),
                    Err(error) => {
                        ConnectionRefused::new("accept failed").emit();
                        tracing::warn!(%error, "failed to accept a connection");
                        sleep(ACCEPT_PAUSE).await;
                    }
                },
            }
        }
        drop(self.listener);
        while let Some(ended) = connections.join_next().await {
            note(&ended);
        }
        Ok(())
    }

    fn admit(
        &self,
        socket: TcpStream,
        peer: SocketAddr,
        stop: &CancellationToken,
        connections: &mut JoinSet<()>,
    ) {
        let ip = peer.ip().to_canonical();
        if !self.shared.sources.iter().any(|source| source.admits(ip)) {
            return ConnectionRefused::new("no source has this address").emit();
        }
        let Ok(permit) = Arc::clone(&self.shared.connections).try_acquire_owned() else {
            return ConnectionRefused::new("connections_max is reached").emit();
        };
        let Some(slot) = self.shared.enter(ip) else {
            return ConnectionRefused::new("connections_per_peer_max is reached").emit();
        };
        let caller = Caller { shared: Arc::clone(&self.shared), ip, permit, slot };
        let stop = stop.clone();
        ConnectionsOpen(connections.len() + 1).emit();
        connections.spawn(caller.serve(socket, stop));
    }
}

/// Somebody whose address is admitted and who has a place; a handshake under way counts as a connection.
struct Caller {
    shared: Arc<Shared>,
    ip: IpAddr,
    permit: OwnedSemaphorePermit,
    slot: PeerSlot,
}

impl Caller {
    /// Finds out which source it is, after the handshake where there is one, and serves it.
    async fn serve(self, socket: TcpStream, stop: CancellationToken) {
        // Answers are small and awaited: do not hold them back.
        let _ = socket.set_nodelay(true);
        let Some(tls) = self.shared.tls.clone() else {
            return self.serve_as(socket, &[], stop).await;
        };
        match stop.run_until_cancelled(tls.accept(socket)).await {
            None => {}
            Some(Ok((stream, names))) => self.serve_as(stream, &names, stop).await,
            Some(Err(why)) => HandshakeFailed { peer: self.ip, why }.emit(),
        }
    }

    async fn serve_as<S>(self, socket: S, names: &[String], stop: CancellationToken)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let source = match Source::of(&self.shared.sources, self.ip, names) {
            Ok(source) => Arc::clone(source),
            Err(why) => return ConnectionRefused::new(why).emit(),
        };
        let mut connection = Connection {
            codec: MllpCodec::new(self.shared.limits.frame_bytes_max),
            shared: self.shared,
            source: Arc::clone(&source),
            socket,
            buffer: BytesMut::with_capacity(BUFFER_BYTES),
            out: BytesMut::with_capacity(1024),
            budget: None,
            frames: 0,
            _permit: self.permit,
            _slot: self.slot,
        };
        let why = Box::pin(connection.run(stop)).await;
        // Under TLS the peer wants to hear that this is the end and nothing was cut off.
        let _ = timeout(CLOSE_TIMEOUT, connection.socket.shutdown()).await;
        ConnectionClosed { source: &source.name, why }.emit();
    }
}

/// A connection that panicked takes nothing else with it. What the panic said may quote a message: it is not
/// looked at.
fn note(ended: &Result<(), tokio::task::JoinError>) {
    if ended.is_err() {
        ConnectionPanicked.emit();
    }
}

struct Connection<S> {
    shared: Arc<Shared>,
    source: Arc<Source>,
    socket: S,
    codec: MllpCodec,
    buffer: BytesMut,
    out: BytesMut,
    budget: Option<OwnedSemaphorePermit>,
    /// Frames taken so far.
    frames: u64,
    _permit: OwnedSemaphorePermit,
    _slot: PeerSlot,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// Serves the connection until it ends, and says why it did.
    async fn run(&mut self, stop: CancellationToken) -> &'static str {
        let mut deadline = Instant::now() + self.shared.limits.idle;
        // What the deadline is for: the end or the beginning of which frame. Bytes that are neither, such as
        // blanks between messages, do not put it off.
        let mut waiting_for = (false, self.frames);
        loop {
            match self.serve_buffered(&stop).await {
                Served::More => {}
                Served::Close(why) => return why,
            }
            if stop.is_cancelled() {
                return "stopping";
            }
            let inside = self.codec.is_inside_frame();
            if waiting_for != (inside, self.frames) {
                waiting_for = (inside, self.frames);
                let limits = &self.shared.limits;
                deadline = Instant::now() + if inside { limits.frame } else { limits.idle };
            }
            if !inside {
                self.release();
            }
            if !self.reserve(deadline).await {
                return "memory for messages is used up";
            }
            let at_mark = self.codec.is_at_final_mark(&self.buffer);
            let deadline = if at_mark { deadline.min(Instant::now() + FINAL_CR_WAIT) } else { deadline };
            let read = tokio::select! {
                () = stop.cancelled() => return "stopping",
                read = timeout_at(deadline, self.socket.read_buf(&mut self.buffer)) => read,
            };
            match read {
                // The sender leaves out the last CR and waits for its answer.
                Err(_) if at_mark => {
                    if let Some(frame) = self.codec.end_at_mark(&mut self.buffer) {
                        self.frames += 1;
                        if let Served::Close(why) = self.serve(frame).await {
                            return why;
                        }
                    }
                }
                Err(_) if inside => return "message not complete in time",
                Err(_) => return "idle",
                Ok(Err(_)) => return "connection lost",
                Ok(Ok(0)) => return self.serve_end().await,
                Ok(Ok(_)) => {}
            }
        }
    }

    /// Makes room for the next read; a large message needs its share of the common budget.
    async fn reserve(&mut self, deadline: Instant) -> bool {
        if self.buffer.capacity() - self.buffer.len() < 4 * 1024 {
            self.buffer.reserve(self.buffer.len().clamp(BUFFER_BYTES, 1 << 20));
        }
        let wanted = self.buffer.capacity().saturating_sub(BUFFER_BYTES_FREE).div_ceil(BUDGET_UNIT_BYTES);
        let held = self.budget.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let Some(more) = wanted.checked_sub(held).filter(|more| *more > 0) else { return true };
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        let acquire = Arc::clone(&self.shared.budget).acquire_many_owned(more);
        match timeout_at(deadline, acquire).await {
            Ok(Ok(permit)) => {
                match &mut self.budget {
                    Some(budget) => budget.merge(permit),
                    none => *none = Some(permit),
                }
                true
            }
            _ => false,
        }
    }

    /// Gives back the memory of a large message: many connections that once sent one must not use up the
    /// budget while they are idle.
    fn release(&mut self) {
        if self.budget.take().is_some() {
            self.buffer = BytesMut::with_capacity(BUFFER_BYTES);
        }
    }

    /// Serves the whole frames of the buffer; only the one in hand when the listener stops.
    async fn serve_buffered(&mut self, stop: &CancellationToken) -> Served {
        let before = self.codec.counters();
        let mut served = Served::More;
        while let Served::More = served
            && let Ok(Some(frame)) = self.codec.decode(&mut self.buffer)
        {
            self.frames += 1;
            served = match self.serve(frame).await {
                Served::More if stop.is_cancelled() => Served::Close("stopping"),
                served => served,
            };
        }
        FramesSkipped { source: &self.source.name, before, after: self.codec.counters() }.emit();
        served
    }

    async fn serve_end(&mut self) -> &'static str {
        while let Ok(Some(frame)) = self.codec.decode_eof(&mut self.buffer) {
            if let Served::Close(why) = self.serve(frame).await {
                return why;
            }
        }
        "closed by the peer"
    }

    async fn serve(&mut self, frame: Frame) -> Served {
        if !matches!(frame, Frame::Truncated { .. }) {
            self.source.hear(clock::now().as_second());
        }
        let reply = match frame {
            Frame::Message(bytes) => self.shared.receiver.receive(&self.source, bytes).await,
            Frame::Oversize { bytes, head } => {
                self.shared.receiver.refuse_oversize(&self.source, bytes, head).await
            }
            // The sender is gone in the middle of a message: there is nobody to answer, and it will resend.
            Frame::Truncated { .. } => return Served::Close("closed inside a message"),
        };
        let Reply::Answer { acknowledgements, .. } = reply else {
            return Served::Close("message could not be stored");
        };
        self.out.clear();
        for acknowledgement in acknowledgements {
            if self.codec.encode(acknowledgement, &mut self.out).is_err() {
                return Served::Close("answer cannot be framed");
            }
        }
        let write = async {
            self.socket.write_all(&self.out).await?;
            // TLS may hold back what the socket did not take at once.
            self.socket.flush().await
        };
        match timeout(WRITE_TIMEOUT, write).await {
            Ok(Ok(())) => Served::More,
            _ => Served::Close("answer could not be written"),
        }
    }
}

enum Served {
    More,
    Close(&'static str),
}
