//! Requests of the gateway about what is kept, over NATS: decoding, answering, and saying why not.

use bytes::Bytes;
use lacteal_wire::api::{Answer, Failure, answer::Outcome, failure::Kind};
use lacteal_wire::{decode, encode};

/// Largest answer that is handed on: below the broker's limit for one message, with room for its headers.
pub(crate) const ANSWER_BYTES_MAX: usize = 960 << 10;

/// Answers one request: a response of the method, or why there is none.
pub(crate) async fn answer<Request, Response, F>(
    name: &'static str,
    request: Bytes,
    method: impl FnOnce(Request) -> F,
) -> Bytes
where
    Request: prost::Message + Default,
    Response: prost::Message,
    F: Future<Output = Result<Response, Failure>>,
{
    let answered = match decode::<Request>(&request, name) {
        Ok(request) => method(request).await,
        Err(error) => Err(failure(Kind::InvalidField, "", error.to_string())),
    };
    let outcome = match answered.map(|response| response.encode_to_vec()) {
        Ok(response) if response.len() <= ANSWER_BYTES_MAX => Outcome::Response(response),
        Ok(_) => Outcome::Failure(failure(
            Kind::TooLarge,
            "",
            "the answer is larger than the broker hands on; ask for less",
        )),
        Err(failure) => Outcome::Failure(failure),
    };
    encode(&Answer { outcome: Some(outcome) })
}

pub(crate) fn failure(kind: Kind, field: &str, text: impl Into<String>) -> Failure {
    Failure { kind: kind.into(), field: field.to_owned(), text: text.into() }
}

/// A field of the request is wrong; the text goes on after its name.
pub(crate) fn invalid(field: &str, text: &str) -> Failure {
    failure(Kind::InvalidField, field, text)
}

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
