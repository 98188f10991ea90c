//! Requests of the gateway about what is kept, over NATS: decoding, answering, and saying why not.

use lacteal_wire::api::{Failure, failure::Kind};
pub(crate) use lacteal_wire::asked::ANSWER_BYTES_MAX;
pub(crate) use lacteal_wire::asked::{answer, failure, invalid};

/// A line of text that must be there, without the blanks around it.
pub(crate) fn text<'t>(field: &str, text: &'t str, bytes_max: usize) -> Result<&'t str, Failure> {
    match text.trim() {
        "" => Err(invalid(field, "must be set")),
        long if long.len() > bytes_max => Err(invalid(field, "is too long")),
        odd if odd.contains(char::is_control) => Err(invalid(field, "must be one line of text")),
        text => Ok(text),
    }
}

/// What a failed read means for who asked.
pub(crate) fn read_failed(error: &lacteal_ledger::Error) -> Failure {
    if error.is_transient() {
        return unavailable();
    }
    tracing::error!(%error, "cannot read what is kept");
    failure(Kind::Unreadable, "", "what is kept cannot be read")
}

pub(crate) fn unavailable() -> Failure {
    failure(Kind::Unavailable, "", "the broker does not answer in time; try again")
}

pub(crate) fn unreadable(error: &lacteal_wire::Error) -> Failure {
    tracing::error!(%error, "a stored event cannot be read");
    failure(Kind::Unreadable, "", "a stored event cannot be read")
}
