//! Why an event cannot be turned into values.

/// An event that this program did not write, or whose writer was broken. Never holds a value of the event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not protobuf of the expected type.
    #[error("{event} is not readable protobuf")]
    Undecodable {
        /// Name of the event.
        event: &'static str,
    },
    /// A field that must be there is not.
    #[error("{field} is missing")]
    Missing {
        /// Name of the field.
        field: &'static str,
    },
    /// A field holds something that it cannot hold.
    #[error("{field} is not valid")]
    Invalid {
        /// Name of the field.
        field: &'static str,
    },
}

pub(crate) fn missing(field: &'static str) -> Error {
    Error::Missing { field }
}

pub(crate) fn invalid(field: &'static str) -> Error {
    Error::Invalid { field }
}

/// A field of exactly 16 bytes.
pub(crate) fn sixteen(bytes: &[u8], field: &'static str) -> Result<[u8; 16], Error> {
    bytes.try_into().map_err(|_| invalid(field))
}
