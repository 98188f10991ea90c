//! Makes or verifies streams, waiting for a broker that is away. What exists is never changed: a difference is
//! somebody's decision to make.

use async_nats::jetstream::context::{CreateStreamErrorKind, GetStreamErrorKind};
use async_nats::jetstream::stream::{Info, Stream as Handle};
use async_nats::jetstream::{Error as Refusal, ErrorCode};

use crate::backoff::Backoff;
use crate::ledger::Inner;
use crate::{Error, Presence, StreamSpec};

/// A stream that a server is still recovering, or a cluster still electing for, answers like this.
const PASSING: [ErrorCode; 4] = [
    ErrorCode::CLUSTER_NOT_AVAILABLE,
    ErrorCode::CLUSTER_INCOMPLETE,
    ErrorCode::CLUSTER_NO_PEERS,
    ErrorCode::JETSTREAM_NOT_ENABLED,
];

enum Step {
    Found(Box<Handle<Info>>),
    Again(String),
}

pub(crate) async fn stream(
    inner: &Inner,
    spec: &StreamSpec,
    presence: Presence,
) -> Result<Handle<Info>, Error> {
    let mut backoff = Backoff::new(50, 2_000);
    loop {
        inner.link.up().await;
        match attempt(inner, spec, presence).await? {
            Step::Found(handle) => {
                let differences = spec.differences(&handle.cached_info().config);
                if differences.is_empty() {
                    return Ok(*handle);
                }
                return Err(Error::Differs { name: format!("stream {}", spec.name), differences });
            }
            Step::Again(reason) => {
                inner.health.stream_found(&spec.name, Err(reason));
                backoff.wait().await;
            }
        }
    }
}

async fn attempt(inner: &Inner, spec: &StreamSpec, presence: Presence) -> Result<Step, Error> {
    match inner.jetstream.get_stream(&spec.name).await {
        Ok(handle) => Ok(Step::Found(Box::new(handle))),
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(refusal) if is_missing(&refusal) => match presence {
                Presence::Verify => Err(Error::Missing(spec.name.clone())),
                Presence::Create => create(inner, spec).await,
            },
            GetStreamErrorKind::JetStream(refusal) => judge(spec, "to show", &refusal),
            _ => Ok(Step::Again(error.to_string())),
        },
    }
}

async fn create(inner: &Inner, spec: &StreamSpec) -> Result<Step, Error> {
    match inner.jetstream.create_stream(spec.config()).await {
        // What was asked for is compared with what the server made of it in the next attempt.
        Ok(_) => Ok(Step::Again("just created".to_owned())),
        Err(error) => match error.kind() {
            CreateStreamErrorKind::JetStream(refusal)
                if refusal.error_code() == ErrorCode::STREAM_NAME_EXIST =>
            {
                Ok(Step::Again("created by somebody else".to_owned()))
            }
            CreateStreamErrorKind::JetStream(refusal) => judge(spec, "to create", &refusal),
            _ => Ok(Step::Again(error.to_string())),
        },
    }
}

pub(crate) fn is_missing(refusal: &Refusal) -> bool {
    refusal.error_code() == ErrorCode::STREAM_NOT_FOUND
}

fn judge(spec: &StreamSpec, verb: &str, refusal: &Refusal) -> Result<Step, Error> {
    if is_passing(refusal) {
        return Ok(Step::Again(refusal.to_string()));
    }
    Err(refused(format!("{verb} stream {}", spec.name), refusal))
}

/// Whether the same request may succeed by itself a little later.
pub(crate) fn is_passing(refusal: &Refusal) -> bool {
    PASSING.contains(&refusal.error_code()) || refusal.code() == 503
}

pub(crate) fn refused(what: String, refusal: &Refusal) -> Error {
    Error::Refused { what, code: refusal.error_code().0, reason: refusal.to_string() }
}
