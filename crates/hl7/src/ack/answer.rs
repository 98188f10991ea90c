//! What an acknowledgement says: a code and the errors behind it.

use std::{borrow::Cow, fmt};

use crate::Location;

/// MSA-1 (table 0008).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AckCode {
    /// Application accept.
    AA,
    /// Application error: may be sent again.
    AE,
    /// Application reject: must not be sent again as it is.
    AR,
    /// Commit accept: the message is safe here and need not be sent again.
    CA,
    /// Commit error: may be sent again.
    CE,
    /// Commit reject: must not be sent again as it is.
    CR,
}

/// How a message fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was taken.
    Accept,
    /// It was not, though it may be later: the fault is here, or has to be looked at by people.
    Error,
    /// It was not, and never will be as it is: malformed, unsupported, or not for us.
    Reject,
}

/// An answer: everything that is not copied from the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// MSA-1.
    pub code: AckCode,
    /// One ERR segment each, up to [`ERRORS_MAX`](crate::ack::ERRORS_MAX). They may accompany an accept, as
    /// warnings.
    pub errors: Vec<AckError>,
}

/// One ERR segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AckError {
    /// ERR-2 (ERR-1 before 2.5): where in the message.
    pub location: Option<Location>,
    /// ERR-3.
    pub code: ErrorCode,
    /// ERR-4.
    pub severity: Severity,
    /// ERR-7: our own words for whoever mends it, never content of the message.
    pub text: Cow<'static, str>,
}

/// ERR-4 (table 0516).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// `E`: the message was not processed.
    Error,
    /// `W`: it was, with something to look at.
    Warning,
    /// `I`: it was, and this is for information.
    Information,
}

/// ERR-3 (table 0357), with its words in the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// 0, with a warning or information.
    Accepted,
    /// 100: segments missing, unexpected or out of order.
    SegmentSequence,
    /// 101.
    RequiredFieldMissing,
    /// 102: the value is not of its data type.
    DataType,
    /// 103: the code is not in its table.
    TableValueNotFound,
    /// 200.
    UnsupportedMessageType,
    /// 201.
    UnsupportedEvent,
    /// 202.
    UnsupportedProcessingId,
    /// 203.
    UnsupportedVersion,
    /// 204: patient, order or the like is not known.
    UnknownKey,
    /// 205: it exists already.
    DuplicateKey,
    /// 206.
    RecordLocked,
    /// 207: everything else, faults on this side too.
    Internal,
}

impl AckCode {
    /// The code in original mode, and of the application acknowledgement in enhanced mode.
    pub fn application(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Accept => Self::AA,
            Outcome::Error => Self::AE,
            Outcome::Reject => Self::AR,
        }
    }

    /// The code of the accept acknowledgement in enhanced mode.
    pub fn commit(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Accept => Self::CA,
            Outcome::Error => Self::CE,
            Outcome::Reject => Self::CR,
        }
    }

    /// What it says.
    pub fn outcome(self) -> Outcome {
        match self {
            Self::AA | Self::CA => Outcome::Accept,
            Self::AE | Self::CE => Outcome::Error,
            Self::AR | Self::CR => Outcome::Reject,
        }
    }

    /// The two letters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AA => "AA",
            Self::AE => "AE",
            Self::AR => "AR",
            Self::CA => "CA",
            Self::CE => "CE",
            Self::CR => "CR",
        }
    }

    /// The code of those two letters, in either case.
    pub fn read(text: &str) -> Option<Self> {
        [Self::AA, Self::AE, Self::AR, Self::CA, Self::CE, Self::CR]
            .into_iter()
            .find(|code| text.eq_ignore_ascii_case(code.as_str()))
    }
}

impl fmt::Display for AckCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Answer {
    /// An answer without errors.
    pub fn plain(code: AckCode) -> Self {
        Self { code, errors: Vec::new() }
    }
}

impl Severity {
    /// The letter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "E",
            Self::Warning => "W",
            Self::Information => "I",
        }
    }
}

impl ErrorCode {
    /// The number in table 0357.
    pub fn number(self) -> u16 {
        match self {
            Self::Accepted => 0,
            Self::SegmentSequence => 100,
            Self::RequiredFieldMissing => 101,
            Self::DataType => 102,
            Self::TableValueNotFound => 103,
            Self::UnsupportedMessageType => 200,
            Self::UnsupportedEvent => 201,
            Self::UnsupportedProcessingId => 202,
            Self::UnsupportedVersion => 203,
            Self::UnknownKey => 204,
            Self::DuplicateKey => 205,
            Self::RecordLocked => 206,
            Self::Internal => 207,
        }
    }

    /// The words of table 0357.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Accepted => "Message accepted",
            Self::SegmentSequence => "Segment sequence error",
            Self::RequiredFieldMissing => "Required field missing",
            Self::DataType => "Data type error",
            Self::TableValueNotFound => "Table value not found",
            Self::UnsupportedMessageType => "Unsupported message type",
            Self::UnsupportedEvent => "Unsupported event code",
            Self::UnsupportedProcessingId => "Unsupported processing id",
            Self::UnsupportedVersion => "Unsupported version id",
            Self::UnknownKey => "Unknown key identifier",
            Self::DuplicateKey => "Duplicate key identifier",
            Self::RecordLocked => "Application record locked",
            Self::Internal => "Application internal error",
        }
    }

    /// A sentence for the user of the sending system (ERR-8).
    pub fn advice(self) -> &'static str {
        match self {
            Self::Accepted => "The message was accepted.",
            Self::SegmentSequence => "The message is not built as it should be.",
            Self::RequiredFieldMissing => "Something required is missing from the message.",
            Self::DataType => "A value of the message cannot be read.",
            Self::TableValueNotFound => "A code of the message is not known here.",
            Self::UnsupportedMessageType | Self::UnsupportedEvent => {
                "Messages of this type are not taken here."
            }
            Self::UnsupportedProcessingId => "Messages of this processing mode are not taken here.",
            Self::UnsupportedVersion => "Messages of this HL7 version are not taken here.",
            Self::UnknownKey => "The message refers to something that is not known here.",
            Self::DuplicateKey => "The message gives an identifier that is already in use here.",
            Self::RecordLocked => "The record is locked; please send the message again later.",
            Self::Internal => "The message could not be processed here.",
        }
    }
}
