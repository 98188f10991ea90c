//! Which acknowledgements a message asks for (MSH-15, MSH-16, table 0155) and which are owed for an outcome.
//!
//! Original mode, when both fields are empty: one answer, AA, AE or AR. Enhanced mode, when either is not:
//! an accept acknowledgement (CA, CE, CR) when the message is safe here or refused, as MSH-15 asks, and an
//! application acknowledgement (AA, AE, AR) when it was processed, as MSH-16 asks. A field that is empty
//! beside a filled one asks for nothing.

use super::{AckCode, Outcome};

/// When an acknowledgement is wanted (table 0155).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AckCondition {
    /// `AL`. Also taken for a code that the table does not have: a sender that waits for an answer nobody
    /// sends would stop, one that gets an answer too many goes on.
    Always,
    /// `NE`.
    Never,
    /// `ER`: on error or reject.
    OnError,
    /// `SU`: on success.
    OnSuccess,
}

/// What MSH-15 and MSH-16 ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AckMode {
    /// Both are empty.
    Original,
    /// At least one is not.
    Enhanced {
        /// MSH-15.
        accept: AckCondition,
        /// MSH-16.
        application: AckCondition,
    },
}

/// The acknowledgements to be sent for one message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Owed {
    /// The accept acknowledgement, to be sent first and at once.
    pub accept: Option<AckCode>,
    /// The application acknowledgement (in original mode: the answer). In enhanced mode it is a message of
    /// its own with its own MSH-10.
    pub application: Option<AckCode>,
}

impl AckCondition {
    /// Reads one of the fields as it stands in the message; none when it is empty or null.
    pub fn read(raw: &[u8]) -> Option<Self> {
        match raw.trim_ascii().to_ascii_uppercase().as_slice() {
            b"" | b"\"\"" => None,
            b"NE" => Some(Self::Never),
            b"ER" => Some(Self::OnError),
            b"SU" => Some(Self::OnSuccess),
            _ => Some(Self::Always),
        }
    }

    /// Whether it asks for an answer to that outcome.
    pub fn asks(self, outcome: Outcome) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::OnError => outcome != Outcome::Accept,
            Self::OnSuccess => outcome == Outcome::Accept,
        }
    }
}

impl AckMode {
    /// The mode that the two fields, as they stand in the message, ask for.
    pub fn read(msh_15: &[u8], msh_16: &[u8]) -> Self {
        match (AckCondition::read(msh_15), AckCondition::read(msh_16)) {
            (None, None) => Self::Original,
            (accept, application) => Self::Enhanced {
                accept: accept.unwrap_or(AckCondition::Never),
                application: application.unwrap_or(AckCondition::Never),
            },
        }
    }

    /// The accept acknowledgement owed when the message was stored safely, or refused before that.
    pub fn accept_owed(self, outcome: Outcome) -> Option<AckCode> {
        match self {
            Self::Enhanced { accept, .. } if accept.asks(outcome) => Some(AckCode::commit(outcome)),
            _ => None,
        }
    }

    /// The application acknowledgement owed when the message was processed.
    pub fn application_owed(self, outcome: Outcome) -> Option<AckCode> {
        match self {
            Self::Enhanced { application, .. } if !application.asks(outcome) => None,
            _ => Some(AckCode::application(outcome)),
        }
    }

    /// What is owed by a receiver that knows one outcome for both steps. A message that is refused goes no
    /// further: when CE or CR says so, no AE or AR follows; when MSH-15 did not ask for CE or CR, MSH-16
    /// decides whether AE or AR says it.
    pub fn owed(self, outcome: Outcome) -> Owed {
        let accept = self.accept_owed(outcome);
        let is_told = accept.is_some() && outcome != Outcome::Accept;
        Owed { accept, application: if is_told { None } else { self.application_owed(outcome) } }
    }
}
