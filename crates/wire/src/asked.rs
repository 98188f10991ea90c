//! What one service asks of another over NATS: a request of the API in, its response or a failure out, as bytes.

use bytes::Bytes;
use prost::Message;

use crate::api::{Answer, Failure, answer::Outcome, failure::Kind};
use crate::{decode, encode};

/// Largest answer that is handed on: below the broker's limit for one message, with room for its headers.
pub const ANSWER_BYTES_MAX: usize = 960 << 10;

/// Answers one request: a response of the method, or why there is none.
pub async fn answer<Q: Message + Default, R: Message, F: Future<Output = Result<R, Failure>>>(
    name: &'static str,
    request: Bytes,
    method: impl FnOnce(Q) -> F,
) -> Bytes {
    let answered = match decode::<Q>(&request, name) {
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

/// Why there is no response.
pub fn failure(kind: Kind, field: &str, text: impl Into<String>) -> Failure {
    Failure { kind: kind.into(), field: field.to_owned(), text: text.into() }
}

/// A field of the request is wrong; the text goes on after its name.
pub fn invalid(field: &str, text: &str) -> Failure {
    failure(Kind::InvalidField, field, text)
}
