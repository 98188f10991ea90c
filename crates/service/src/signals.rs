//! The two signals that ask a process to end, as a stream.
//!
//! The stream is an argument of [`Tasks::run`](crate::Tasks::run), so tests send what they like without a real
//! signal.

use futures::{Stream, StreamExt, stream};
use std::{fmt, io};
use tokio::signal::unix::{Signal as Source, SignalKind, signal};

/// A request to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// `SIGTERM`: from Kubernetes, systemd or `kill`.
    Terminate,
    /// `SIGINT`: Ctrl-C.
    Interrupt,
}

impl Signal {
    /// The exit code by which shells know a process that this signal ended: 128 and the signal's number.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Terminate => 143,
            Self::Interrupt => 130,
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Terminate => "SIGTERM",
            Self::Interrupt => "SIGINT",
        })
    }
}

/// The real signals of this process. Call it early: from then on they no longer end the process by themselves.
/// Must be called within a tokio runtime.
///
/// # Errors
/// When the operating system refuses the handler.
pub fn signals() -> io::Result<impl Stream<Item = Signal> + Send + Unpin + 'static> {
    let terminate = every(signal(SignalKind::terminate())?, Signal::Terminate);
    let interrupt = every(signal(SignalKind::interrupt())?, Signal::Interrupt);
    Ok(stream::select(terminate, interrupt))
}

fn every(source: Source, signal: Signal) -> impl Stream<Item = Signal> + Send + Unpin {
    stream::unfold(source, move |mut source| async move { source.recv().await.map(|()| (signal, source)) })
        .boxed()
}
