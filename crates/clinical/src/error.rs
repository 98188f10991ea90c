//! The one error type of this crate.
//!
//! It names what could not be read and why, never the text that was offered: that text may hold patient data.

use crate::finding::UnreadReason;

/// Why a value could not be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing was there.
    #[error("{what} is empty")]
    Empty {
        /// The kind of value.
        what: &'static str,
    },
    /// More text than any value of this kind has.
    #[error("{what} is longer than {max_bytes} bytes")]
    TooLong {
        /// The kind of value.
        what: &'static str,
        /// The limit in bytes.
        max_bytes: usize,
    },
    /// A number was expected.
    #[error("{what} is not a number")]
    NotANumber {
        /// The kind of value.
        what: &'static str,
    },
    /// A number without a unit: a unit is never assumed.
    #[error("{what} has no unit")]
    UnitMissing {
        /// The kind of value.
        what: &'static str,
    },
    /// A unit that this kind of value cannot have.
    #[error("{what} has a unit that is not known for it")]
    UnitUnknown {
        /// The kind of value.
        what: &'static str,
    },
    /// The text carries one unit and the unit field another.
    #[error("{what} has one unit in its text and another in its unit field")]
    UnitsDisagree {
        /// The kind of value.
        what: &'static str,
    },
    /// Outside the bounds that are possible for this kind of value.
    #[error("{what} is outside its possible range")]
    OutOfRange {
        /// The kind of value.
        what: &'static str,
    },
    /// Two readings are possible and they differ.
    #[error("{what} can be read in two ways")]
    Ambiguous {
        /// The kind of value.
        what: &'static str,
    },
    /// Text that belongs to no known form of this kind of value.
    #[error("{what} has an unknown form")]
    Unexpected {
        /// The kind of value.
        what: &'static str,
    },
    /// A form that is understood and cannot be a value of this kind (a ratio, a reversed range).
    #[error("{what} has a form that it cannot have")]
    Unsupported {
        /// The kind of value.
        what: &'static str,
    },
    /// Not a day, month or year of the calendar, or outside the years that are accepted.
    #[error("date is not a date of the calendar between the accepted years")]
    Date,
    /// Not a category of this TNM axis.
    #[error("{axis} category is not one of jejunum and ileum")]
    Category {
        /// `T`, `N` or `M`.
        axis: &'static str,
    },
    /// A code or name that is not in the table.
    #[error("{what} is not in its table")]
    UnknownCode {
        /// The kind of value.
        what: &'static str,
    },
    /// A secret key that is too short to be one.
    #[error("pseudonym key has {actual_bytes} bytes, needs at least {min_bytes}")]
    KeyTooShort {
        /// What was given.
        actual_bytes: usize,
        /// What is needed.
        min_bytes: usize,
    },
    /// A secret key that is not hexadecimal.
    #[error("pseudonym key is not hexadecimal")]
    KeyNotHex,
    /// Not 26 characters of lower-case base32.
    #[error("patient id is not 26 characters of lower-case base32")]
    PatientId,
    /// A model parameter that is not a positive finite number.
    #[error("{name} is not a positive finite number")]
    Parameter {
        /// The parameter's name.
        name: &'static str,
    },
}

impl Error {
    /// The reason code to keep in a [`Finding::Unread`](crate::Finding::Unread).
    pub fn reason(&self) -> UnreadReason {
        match self {
            Self::Empty { .. } => UnreadReason::Empty,
            Self::TooLong { .. } => UnreadReason::TooLong,
            Self::NotANumber { .. } => UnreadReason::NotANumber,
            Self::UnitMissing { .. } => UnreadReason::UnitMissing,
            Self::UnitUnknown { .. } | Self::UnitsDisagree { .. } => UnreadReason::UnitUnknown,
            Self::OutOfRange { .. } => UnreadReason::OutOfRange,
            Self::Ambiguous { .. } => UnreadReason::Ambiguous,
            Self::Date => UnreadReason::InvalidDate,
            Self::Category { .. } | Self::UnknownCode { .. } => UnreadReason::UnknownCode,
            Self::Unexpected { .. }
            | Self::Unsupported { .. }
            | Self::KeyTooShort { .. }
            | Self::KeyNotHex
            | Self::PatientId
            | Self::Parameter { .. } => UnreadReason::UnknownForm,
        }
    }
}
