//! MLLP: how messages are marked in a stream of bytes, as a codec for `tokio-util`.
//!
//! A frame is VT (0B), the message, FS (1C) and CR (0D). The standard gives a message no byte below 20 but
//! CR, so VT and FS cannot belong to one; what real senders do is met like this:
//!
//! - **bytes before VT** are dropped and counted;
//! - **VT inside a frame** means that the sender began again: what it had sent is dropped and counted;
//! - **FS and CR** end the frame. FS followed by VT, or by the end of the stream, ends it too (senders forget
//!   the CR). FS followed by any other byte is taken as part of the message: ending there would accept half
//!   a message, and a frame that never ends is seen by the sender, who gets no answer;
//! - **a frame above the limit** is not buffered: it is skipped to its end and then reported once, with its
//!   first bytes, so that it can be refused by name;
//! - **a frame cut off by the end of the stream** is reported as such and never as a message.
//!
//! The codec waits for the byte after FS. A sender that leaves out the CR *and* waits for its answer sends none: who
//! reads the stream asks [`MllpCodec::is_at_final_mark`], waits a little, and calls [`MllpCodec::end_at_mark`].

use std::io;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use memchr::{memchr, memchr2};
use tokio_util::codec::{Decoder, Encoder};

use crate::Error;

/// Begins a frame.
pub const VT: u8 = 0x0B;
/// Ends a frame, together with CR.
pub const FS: u8 = 0x1C;
/// Follows FS.
pub const CR: u8 = 0x0D;

/// Bytes of a message in one frame when nothing else is configured: as many as
/// [`Limits`](crate::Limits) allows.
pub const FRAME_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Bytes kept of a frame that is too large: enough for any MSH.
pub const HEAD_BYTES_MAX: usize = 4096;

/// What a stream of frames consists of.
#[derive(Clone, PartialEq, Eq)]
pub enum Frame {
    /// A whole frame: what was between VT and FS. May be empty.
    Message(Bytes),
    /// A whole frame above the limit, which was not kept.
    Oversize {
        /// How long it was.
        bytes: u64,
        /// Its first bytes, up to [`HEAD_BYTES_MAX`].
        head: Bytes,
    },
    /// The stream ended inside a frame.
    Truncated {
        /// How much of it had come.
        bytes: u64,
    },
}

/// What the decoder met besides frames. The counts only grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Bytes outside frames that were dropped.
    pub junk_bytes: u64,
    /// Frames dropped because VT came before their end.
    pub frames_restarted: u64,
    /// Frames whose FS was not followed by CR.
    pub final_cr_missing: u64,
}

/// Reads and writes MLLP frames.
#[derive(Debug, Clone)]
pub struct MllpCodec {
    frame_bytes_max: usize,
    state: State,
    counters: Counters,
}

#[derive(Clone)]
enum State {
    Between,
    /// After VT; that many bytes of the buffer are known to be part of the message.
    Inside {
        scanned: usize,
    },
    /// In a frame above the limit; its bytes so far are gone but for the head.
    Skipping {
        bytes: u64,
        head: Vec<u8>,
    },
}

/// What is found in the bytes of a frame.
enum Scan {
    /// No end; that many bytes are part of the message. What follows them is nothing, or one FS.
    More(usize),
    /// VT at this offset.
    Restart(usize),
    /// FS at this offset ends the frame; that many bytes of the end mark are to be dropped.
    End(usize, usize),
}

impl MllpCodec {
    /// A codec that accepts messages of up to `frame_bytes_max` bytes.
    pub fn new(frame_bytes_max: usize) -> Self {
        Self { frame_bytes_max, state: State::Between, counters: Counters::default() }
    }

    /// What was met besides frames since the codec was made.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Whether a frame has begun and not ended: for a time limit that holds within frames only.
    pub fn is_inside_frame(&self) -> bool {
        !matches!(self.state, State::Between)
    }

    /// Whether the last byte that came is the FS of a frame, and what follows it decides.
    pub fn is_at_final_mark(&self, src: &BytesMut) -> bool {
        self.is_inside_frame() && src.last() == Some(&FS)
    }

    /// Ends the frame at its FS, since nothing follows. None where the codec is not
    /// [at one](MllpCodec::is_at_final_mark).
    pub fn end_at_mark(&mut self, src: &mut BytesMut) -> Option<Frame> {
        if self.is_at_final_mark(src) { self.last_frame(src) } else { None }
    }

    /// Decodes what is in the buffer; without IO there is no error.
    fn next_frame(&mut self, src: &mut BytesMut) -> Option<Frame> {
        loop {
            match &mut self.state {
                State::Between => {
                    let Some(at) = memchr(VT, src) else {
                        self.counters.junk_bytes += src.len() as u64;
                        src.clear();
                        return None;
                    };
                    self.counters.junk_bytes += at as u64;
                    src.advance(at + 1);
                    self.state = State::Inside { scanned: 0 };
                }
                State::Inside { scanned } => match scan(src, *scanned) {
                    Scan::Restart(at) => self.restart(src, at),
                    Scan::End(at, mark) => {
                        let payload = src.split_to(at).freeze();
                        self.end(src, mark);
                        return Some(self.sized(payload));
                    }
                    Scan::More(known) if known > self.frame_bytes_max => {
                        self.state = State::Skipping { bytes: 0, head: Vec::new() };
                    }
                    Scan::More(known) => {
                        *scanned = known;
                        return None;
                    }
                },
                State::Skipping { bytes, head } => match scan(src, 0) {
                    Scan::Restart(at) => self.restart(src, at),
                    Scan::End(at, mark) => {
                        skip(src, at, bytes, head);
                        let oversize = Frame::Oversize { bytes: *bytes, head: std::mem::take(head).into() };
                        self.end(src, mark);
                        return Some(oversize);
                    }
                    Scan::More(known) => {
                        skip(src, known, bytes, head);
                        return None;
                    }
                },
            }
        }
    }

    fn restart(&mut self, src: &mut BytesMut, at: usize) {
        self.counters.frames_restarted += 1;
        src.advance(at + 1);
        self.state = State::Inside { scanned: 0 };
    }

    fn end(&mut self, src: &mut BytesMut, mark: usize) {
        src.advance(mark);
        self.counters.final_cr_missing += u64::from(mark == 1);
        self.state = State::Between;
    }

    fn sized(&self, payload: Bytes) -> Frame {
        if payload.len() <= self.frame_bytes_max {
            return Frame::Message(payload);
        }
        let head = Bytes::copy_from_slice(payload.get(..HEAD_BYTES_MAX).unwrap_or(&payload));
        Frame::Oversize { bytes: payload.len() as u64, head }
    }

    /// The last frame, when the stream has ended and [`MllpCodec::next_frame`] found no more.
    fn last_frame(&mut self, src: &mut BytesMut) -> Option<Frame> {
        let has_end = src.last() == Some(&FS);
        let length = src.len() - usize::from(has_end);
        let frame = match std::mem::replace(&mut self.state, State::Between) {
            State::Between => None,
            State::Inside { .. } if has_end => Some(self.sized(src.split_to(length).freeze())),
            State::Inside { .. } => Some(Frame::Truncated { bytes: length as u64 }),
            State::Skipping { bytes, head } if has_end => Some(Frame::Oversize { bytes, head: head.into() }),
            State::Skipping { bytes, .. } => Some(Frame::Truncated { bytes }),
        };
        self.counters.final_cr_missing += u64::from(frame.is_some() && has_end);
        src.clear();
        frame
    }
}

/// Drops `length` bytes of a frame that is too large, but for what its head still lacks.
fn skip(src: &mut BytesMut, length: usize, bytes: &mut u64, head: &mut Vec<u8>) {
    let wanted = length.min(HEAD_BYTES_MAX.saturating_sub(head.len()));
    head.extend_from_slice(src.get(..wanted).unwrap_or_default());
    *bytes += length as u64;
    src.advance(length);
}

/// Looks for the end of the frame from offset `from` on, before which there is none.
fn scan(src: &[u8], from: usize) -> Scan {
    let mut from = from;
    while let Some(found) = src.get(from..).and_then(|rest| memchr2(VT, FS, rest)) {
        let at = from + found;
        if src.get(at) == Some(&VT) {
            return Scan::Restart(at);
        }
        match src.get(at + 1) {
            None => return Scan::More(at),
            Some(&CR) => return Scan::End(at, 2),
            Some(&VT) => return Scan::End(at, 1),
            Some(_) => from = at + 1,
        }
    }
    Scan::More(src.len())
}

/// [`FRAME_BYTES_MAX`].
impl Default for MllpCodec {
    fn default() -> Self {
        Self::new(FRAME_BYTES_MAX)
    }
}

impl Decoder for MllpCodec {
    type Item = Frame;
    type Error = io::Error;

    /// Fails never: the error type is that of the stream.
    fn decode(&mut self, src: &mut BytesMut) -> Result<Option<Frame>, io::Error> {
        Ok(self.next_frame(src))
    }

    fn decode_eof(&mut self, src: &mut BytesMut) -> Result<Option<Frame>, io::Error> {
        Ok(match self.next_frame(src) {
            Some(frame) => Some(frame),
            None => self.last_frame(src),
        })
    }
}

/// Refuses, with [`Error::Unframeable`] as the source, a message with bytes that mark frames.
impl Encoder<Bytes> for MllpCodec {
    type Error = io::Error;

    fn encode(&mut self, message: Bytes, dst: &mut BytesMut) -> Result<(), io::Error> {
        self.encode(message.as_ref(), dst)
    }
}

/// As for `Bytes`.
impl Encoder<&[u8]> for MllpCodec {
    type Error = io::Error;

    fn encode(&mut self, message: &[u8], dst: &mut BytesMut) -> Result<(), io::Error> {
        if let Some(offset) = memchr2(VT, FS, message) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, Error::Unframeable { offset }));
        }
        dst.reserve(message.len() + 3);
        dst.put_u8(VT);
        dst.put_slice(message);
        dst.put_slice(&[FS, CR]);
        Ok(())
    }
}

/// Sizes only: a frame must not reach a log.
impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Message(payload) => write!(f, "Message({} bytes)", payload.len()),
            Self::Oversize { bytes, .. } => write!(f, "Oversize({bytes} bytes)"),
            Self::Truncated { bytes } => write!(f, "Truncated({bytes} bytes)"),
        }
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Between => f.write_str("Between"),
            Self::Inside { scanned } => write!(f, "Inside({scanned} bytes scanned)"),
            Self::Skipping { bytes, .. } => write!(f, "Skipping({bytes} bytes gone)"),
        }
    }
}
