//! HL7 v2 as bytes: messages, batches, MLLP frames and acknowledgements.
//!
//! A [`Message`] is parsed without copying: it keeps the bytes it was given and a small index of its
//! segments and fields, and finds repetitions, components and subcomponents when they are asked for. Every
//! [`Value`] knows its [`Location`] and its byte span, so that whatever is derived from it can be walked
//! back to the bytes that said so. Decoding (charset, escapes) happens per value, strictly: a byte that the
//! charset does not have is an error with a location, never a replacement character.
//!
//! Promises, each held by a test:
//! - no sequence of bytes makes anything here panic, and everything is bounded by [`Limits`];
//! - what was parsed can be written again byte for byte;
//! - a stream of frames cut at any byte gives the same frames;
//! - no error message, and no `Debug` output of a message or value, holds message content.
//!
//! It knows no medicine (no data types beyond times, no meaning of any field outside MSH, MSA, ERR and the
//! batch segments), does no input or output, and reads no clock.
//!
//! ```
//! use lacteal_hl7::{Limits, Message};
//!
//! let bytes = "MSH|^~\\&|LAB|H|||20240102||ORU^R01^ORU_R01|7|P|2.5.1\rOBX|1|NM|1^Ki-67||12~14\r";
//! let message = Message::parse(bytes.into(), &Limits::default())?;
//! for obx in message.segments_named("OBX") {
//!     let second = obx.field(5).repetition(2);
//!     assert_eq!(second.text()?, "14");
//!     assert_eq!(second.location().to_string(), "OBX[1]-5[2]");
//!     assert_eq!(&bytes.as_bytes()[second.span()], b"14");
//! }
//! # Ok::<(), lacteal_hl7::Error>(())
//! ```

pub mod ack;
pub mod batch;
pub mod charset;
mod delimiters;
mod error;
pub mod escape;
mod header;
mod limits;
mod location;
mod message;
pub mod mllp;
mod segment;
mod split;
pub mod time;
mod value;
mod write;

pub use ack::{Ack, AckCode, AckError, AckMode, Answer, ErrorCode, Outcome, ReplyTo, Severity, build_ack};
pub use batch::Batch;
pub use charset::{Charset, CharsetRule};
pub use delimiters::{DelimiterFault, Delimiters};
pub use error::{Error, Part};
pub use header::{Header, MessageType, ProcessingId, Version};
pub use limits::Limits;
pub use location::{Erl, Location, SegmentName};
pub use message::Message;
pub use mllp::{Frame, MllpCodec};
pub use segment::{Fields, Segment, Segments};
pub use time::{Timestamp, TimestampFault};
pub use value::{Parts, Value};
pub use write::{MessageBuilder, SegmentBuilder};
