//! The one error of this crate.
//!
//! Each variant says what and where, never what the message contained, so an error may be logged, counted
//! and sent back to the peer. [`Error::ack_error`] gives its form in an acknowledgement.

use crate::{
    ack::{AckError, ErrorCode, Severity},
    delimiters::DelimiterFault,
    location::Location,
    time::TimestampFault,
};

/// Why bytes could not be read as HL7, or a message could not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There was nothing but white space.
    #[error("message is empty")]
    Empty,
    /// The message is longer than [`Limits::message_bytes_max`](crate::Limits::message_bytes_max).
    #[error("message has {bytes} bytes, more than the {bytes_max} allowed")]
    MessageTooLarge {
        /// Bytes of the message.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// The first segment is not MSH.
    #[error("message does not begin with an MSH segment")]
    NotAMessage,
    /// The bytes hold a batch or several messages; [`Batch::split`](crate::Batch::split) takes them apart.
    #[error("segment {index} begins a batch or another message; split it before parsing")]
    IsBatch {
        /// Position of the segment among the segments, from 0.
        index: usize,
    },
    /// MSH-1 or MSH-2 cannot be used.
    #[error("delimiters in MSH-1 and MSH-2 are unusable: {0}")]
    Delimiters(#[from] DelimiterFault),
    /// A segment does not begin with a letter and two letters or digits; most often a line end inside a
    /// text that the sender did not escape.
    #[error(
        "segment {index} at byte {offset} has no valid name; an unescaped line end in a text is the usual cause"
    )]
    SegmentName {
        /// Position of the segment among the segments, from 0.
        index: usize,
        /// Where it begins in the message, in bytes.
        offset: usize,
    },
    /// There are more parts of one kind than [`Limits`](crate::Limits) allows.
    #[error("{location} has more than {count_max} {part}")]
    TooMany {
        /// What there is too much of.
        part: Part,
        /// Where: the whole that has the parts.
        location: Location,
        /// The limit.
        count_max: usize,
    },
    /// MSH-18 names no charset known here.
    #[error("charset named at {location} is unknown")]
    CharsetUnknown {
        /// MSH-18.
        location: Location,
    },
    /// MSH-18 names a charset in which a delimiter byte may be half of a character.
    #[error("charset named at {location} is not supported: its characters may contain delimiter bytes")]
    CharsetUnsupported {
        /// MSH-18.
        location: Location,
    },
    /// The value has bytes that the charset of the message does not have.
    #[error("{location} cannot be decoded as {charset}")]
    Undecodable {
        /// The value.
        location: Location,
        /// Name of the charset in force.
        charset: &'static str,
    },
    /// The escapes of a value add more bytes than
    /// [`Limits::escape_expansion_bytes_max`](crate::Limits::escape_expansion_bytes_max).
    #[error("escapes at {location} add more than {bytes_max} bytes")]
    EscapeExpansion {
        /// The value.
        location: Location,
        /// The limit.
        bytes_max: usize,
    },
    /// The value is not a date or time (DT, DTM, TS).
    #[error("{location} is not a valid time: {fault}")]
    Timestamp {
        /// The value.
        location: Location,
        /// What is wrong with it.
        fault: TimestampFault,
    },
    /// A required field is empty.
    #[error("{location} is required and empty")]
    Missing {
        /// The field.
        location: Location,
    },
    /// A required segment is absent.
    #[error("required segment {0} is absent")]
    MissingSegment(crate::SegmentName),
    /// MSH-12 is no version number.
    #[error("{location} is not a version number")]
    Version {
        /// MSH-12.
        location: Location,
    },
    /// MSA-1 is none of table 0008.
    #[error("{location} is not an acknowledgement code of table 0008")]
    AckCode {
        /// MSA-1.
        location: Location,
    },
    /// A message being written has a text that its charset cannot express.
    #[error("text for {location} cannot be encoded as {charset}")]
    Unencodable {
        /// Where the text was to be written.
        location: Location,
        /// Name of the charset of the message being written.
        charset: &'static str,
    },
    /// A message was written out of order: a field, component or subcomponent number did not rise.
    #[error("position after {location} was written before it; numbers must rise")]
    WriteOrder {
        /// Where the writer stood.
        location: Location,
    },
    /// A message was written with bytes that would end the segment or the frame, or with a name that is no
    /// segment name, or a segment was copied from a message with other delimiters.
    #[error("segment {index} of the message being written is malformed: {why}")]
    WriteSegment {
        /// Position among the segments, from 0.
        index: usize,
        /// What is wrong.
        why: &'static str,
    },
    /// A payload has bytes that MLLP uses to mark frames.
    #[error("payload has an MLLP block character at byte {offset}")]
    Unframeable {
        /// Where.
        offset: usize,
    },
    /// A batch holds more messages than [`batch::MESSAGES_MAX`](crate::batch::MESSAGES_MAX).
    #[error("batch has more than {count_max} messages")]
    BatchTooLarge {
        /// The limit.
        count_max: usize,
    },
}

/// A part of a message that is counted against a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Segments of a message.
    Segments,
    /// Fields of a segment.
    Fields,
    /// Repetitions of a field.
    Repetitions,
    /// Components of a repetition.
    Components,
    /// Subcomponents of a component.
    Subcomponents,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Segments => "segments",
            Self::Fields => "fields",
            Self::Repetitions => "repetitions",
            Self::Components => "components",
            Self::Subcomponents => "subcomponents",
        })
    }
}

impl Error {
    /// Where in the message the error lies, when it lies in one place.
    pub fn location(&self) -> Option<Location> {
        match self {
            Self::TooMany { location, .. }
            | Self::CharsetUnknown { location }
            | Self::CharsetUnsupported { location }
            | Self::Undecodable { location, .. }
            | Self::EscapeExpansion { location, .. }
            | Self::Timestamp { location, .. }
            | Self::Missing { location }
            | Self::Version { location }
            | Self::AckCode { location }
            | Self::Unencodable { location, .. }
            | Self::WriteOrder { location } => Some(*location),
            Self::Delimiters(_) => Some(Location::first(crate::SegmentName::MSH, 2)),
            Self::MissingSegment(name) => Some(Location::first(*name, 0)),
            _ => None,
        }
    }

    /// The error in table 0357.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Empty
            | Self::NotAMessage
            | Self::IsBatch { .. }
            | Self::SegmentName { .. }
            | Self::MissingSegment(_) => ErrorCode::SegmentSequence,
            Self::Missing { .. } => ErrorCode::RequiredFieldMissing,
            Self::Delimiters(_)
            | Self::Undecodable { .. }
            | Self::EscapeExpansion { .. }
            | Self::Timestamp { .. } => ErrorCode::DataType,
            Self::CharsetUnknown { .. } | Self::CharsetUnsupported { .. } | Self::AckCode { .. } => {
                ErrorCode::TableValueNotFound
            }
            Self::Version { .. } => ErrorCode::UnsupportedVersion,
            Self::MessageTooLarge { .. }
            | Self::TooMany { .. }
            | Self::BatchTooLarge { .. }
            | Self::Unencodable { .. }
            | Self::WriteOrder { .. }
            | Self::WriteSegment { .. }
            | Self::Unframeable { .. } => ErrorCode::Internal,
        }
    }

    /// The error as an acknowledgement reports it.
    pub fn ack_error(&self) -> AckError {
        AckError {
            location: self.location(),
            code: self.code(),
            severity: Severity::Error,
            text: self.to_string().into(),
        }
    }
}
