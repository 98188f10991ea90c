//! Payloads above the broker's message limit: kept in an object store under the digest of their content, with a
//! small message that claims them. Objects are written before the message that names them and never removed
//! here: a message of any age may still claim them.
//!
//! What only a request claims is lent through a store of its own that forgets after a while, so that nobody has to remove
//! anything. There each request has its own object: a shared one could be forgotten before it is read.

use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::context::Context;
use async_nats::jetstream::object_store::{Config, ObjectMetadata, ObjectStore};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncReadExt as _;
use tokio::sync::OnceCell;

use crate::backoff::{Backoff, batch_id};
use crate::link::Link;
use crate::{CommitError, Error, Options, Revision, measure};

/// Header of a message whose payload is an object: `<digest> <bytes>`.
const CLAIM: &str = "Lacteal-Claim";
/// Room that headers take beside a payload in one message.
const HEADER_BYTES_RESERVED: usize = 4_096;
/// Largest payload that is accepted at all.
const PAYLOAD_BYTES_MAX: usize = 256 << 20;

/// Largest piece of an object in one message.
const CHUNK_BYTES_MAX: usize = 128 << 10;
/// How long a request's payload is kept: far longer than any request waits.
const LENT_FOR: Duration = Duration::from_secs(10 * 60);
/// Most bytes of payloads of requests within that time.
const LENT_BYTES_MAX: i64 = 1 << 30;
/// Digits of a digest.
const DIGEST_DIGITS: usize = 64;
/// Tries to fetch one object while the connection holds.
const FETCHES_MAX: usize = 3;

pub(crate) struct Claims {
    jetstream: Context,
    link: Link,
    config: Config,
    bucket: OnceCell<ObjectStore>,
    /// Objects are for one reader, and forgotten.
    lends: bool,
}

impl std::fmt::Debug for Claims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claims").field("bucket", &self.config.bucket).finish_non_exhaustive()
    }
}

impl Claims {
    pub(crate) fn new(jetstream: Context, link: Link, options: &Options) -> Claims {
        let config = Config {
            bucket: options.claims_bucket.clone(),
            description: Some("payloads too large for a message".to_owned()),
            max_bytes: options.claims_bytes_max,
            num_replicas: options.claims_replicas,
            ..Config::default()
        };
        Claims { jetstream, link, config, bucket: OnceCell::new(), lends: false }
    }

    /// A store for payloads of requests.
    pub(crate) fn lending(jetstream: Context, link: Link, options: &Options) -> Claims {
        let config = Config {
            bucket: options.requests_bucket.clone(),
            description: Some("payloads of requests too large for a message, for some minutes".to_owned()),
            max_age: LENT_FOR,
            max_bytes: LENT_BYTES_MAX,
            num_replicas: options.claims_replicas,
            ..Config::default()
        };
        Claims { jetstream, link, config, bucket: OnceCell::new(), lends: true }
    }

    /// The largest payload that travels inside a message.
    fn inline_bytes_max(&self) -> usize {
        let limit = self.link.client.max_payload();
        limit.saturating_sub(HEADER_BYTES_RESERVED).max(limit / 2)
    }

    /// Moves a payload that is too large into the object store and leaves a claim in the headers.
    pub(crate) async fn stow(&self, headers: &mut HeaderMap, payload: Bytes) -> Result<Bytes, CommitError> {
        if payload.len() <= self.inline_bytes_max() {
            return Ok(payload);
        }
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(CommitError::TooLarge(format!("a payload of {} bytes", payload.len())));
        }
        let away = |error: Error| CommitError::Unavailable(format!("the object store: {error}"));
        let bucket = self.bucket().await.map_err(away)?;
        let mut name = digest(&payload);
        let there = if self.lends {
            name = format!("{name}-{}", batch_id());
            false
        } else {
            bucket.info(&name).await.is_ok_and(|info| !info.deleted && info.size == payload.len())
        };
        if !there {
            let metadata = ObjectMetadata {
                name: name.clone(),
                chunk_size: Some(self.inline_bytes_max().min(CHUNK_BYTES_MAX)),
                ..ObjectMetadata::default()
            };
            bucket
                .put(metadata, &mut payload.as_ref())
                .await
                .map_err(|error| CommitError::Unavailable(format!("the object store: {error}")))?;
            measure::claim("stored");
        }
        headers.insert(CLAIM, format!("{name} {}", payload.len()));
        Ok(Bytes::new())
    }

    /// The payload of a message: its own, or the object that it claims, checked against its digest.
    pub(crate) async fn resolve(
        &self,
        revision: Revision,
        headers: Option<&HeaderMap>,
        payload: Bytes,
    ) -> Result<Bytes, Error> {
        let Some(claim) = headers.and_then(|headers| headers.get(CLAIM)) else { return Ok(payload) };
        let bad = |reason: String| Error::Claim { sequence: revision.sequence(), reason };
        let (name, size) = parse(claim.as_str()).ok_or_else(|| bad("malformed claim".to_owned()))?;
        let lost = self.link.lost();
        tokio::pin!(lost);
        let mut backoff = Backoff::new(50, 500);
        for _ in 1..FETCHES_MAX {
            tokio::select! {
                biased;
                found = self.fetch(name, size) => if let Ok(found) = found {
                    return Ok(found);
                },
                () = &mut lost => return Err(Error::unavailable("a claimed payload", "connection lost")),
            }
            backoff.wait().await;
        }
        // With an unbroken connection a failure that stays is about this object.
        self.fetch(name, size).await.map_err(bad)
    }

    async fn fetch(&self, name: &str, size: usize) -> Result<Bytes, String> {
        let bucket = self.bucket().await.map_err(|error| error.to_string())?;
        let object = bucket.get(name).await.map_err(|error| error.to_string())?;
        let mut found = Vec::with_capacity(size);
        let mut object = object.take(size as u64 + 1);
        match tokio::time::timeout(self.link.timeout, object.read_to_end(&mut found)).await {
            Ok(Ok(_)) if found.len() == size && name.starts_with(&digest(&found)) => {
                measure::claim("fetched");
                Ok(Bytes::from(found))
            }
            Ok(Ok(_)) => Err("the object does not match its digest".to_owned()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("no answer in time".to_owned()),
        }
    }

    async fn bucket(&self) -> Result<&ObjectStore, Error> {
        self.bucket
            .get_or_try_init(|| async {
                if let Ok(found) = self.jetstream.get_object_store(&self.config.bucket).await {
                    return Ok(found);
                }
                self.jetstream
                    .create_object_store(self.config.clone())
                    .await
                    .map_err(|error| Error::unavailable("the object store", error))
            })
            .await
    }
}

fn digest(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

fn parse(claim: &str) -> Option<(&str, usize)> {
    let (name, size) = claim.split_once(' ')?;
    let (digest, own) = name.split_at_checked(DIGEST_DIGITS)?;
    let is_hexadecimal = digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_own = own.is_empty() || own.strip_prefix('-').is_some_and(|own| own.bytes().all(is_of_name));
    let size = size.parse().ok().filter(|size| *size <= PAYLOAD_BYTES_MAX)?;
    (is_hexadecimal && is_own).then_some((name, size))
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_names_a_digest_and_a_bounded_size() {
        let name = digest(b"x");
        assert_eq!(parse(&format!("{name} 7")), Some((name.as_str(), 7)));
        assert_eq!(parse(&format!("{name}-aB3 7")), Some((format!("{name}-aB3").as_str(), 7)));
        assert_eq!(parse(&format!("{name}x 7")), None);
        assert_eq!(parse("abc 7"), None);
        assert_eq!(parse(&name), None);
        assert_eq!(parse(&format!("{name} 99999999999")), None);
    }
}
