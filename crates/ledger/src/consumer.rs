//! Makes or verifies the durable consumer of a work loop, and makes the short-lived one of a follower.

use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, Config, DeliverPolicy, pull};
use async_nats::jetstream::context::ConsumerInfoErrorKind;
use async_nats::jetstream::stream::ConsumerErrorKind;

use crate::backoff::batch_id;
use crate::ensure::{is_passing, refused};
use crate::{Difference, Error, Revision, Stream, WorkOptions};

/// How long the server keeps a follower's consumer that nobody pulls from.
const FOLLOWER_IDLE: Duration = Duration::from_secs(60);

/// What one attempt came to.
pub(crate) enum Attempt<T> {
    Done(T),
    /// Worth another attempt after a pause.
    Again(String),
}

/// One attempt to verify the durable consumer, or to make it when it is missing.
pub(crate) async fn durable(stream: &Stream, options: &WorkOptions) -> Result<Attempt<()>, Error> {
    let what = || format!("consumer {} of stream {}", options.durable, stream.name());
    match stream.handle.consumer_info(&options.durable).await {
        Ok(info) => {
            let differences = differences(options, &info.config);
            if differences.is_empty() {
                return Ok(Attempt::Done(()));
            }
            Err(Error::Differs { name: what(), differences })
        }
        Err(error) => match error.kind() {
            ConsumerInfoErrorKind::NotFound => {
                create(stream, wanted(options), what()).await.map(|made| match made {
                    Attempt::Done(_) => Attempt::Again("just created".to_owned()),
                    Attempt::Again(reason) => Attempt::Again(reason),
                })
            }
            ConsumerInfoErrorKind::JetStream(refusal) if !is_passing(&refusal) => {
                Err(refused(what(), &refusal))
            }
            _ => Ok(Attempt::Again(error.to_string())),
        },
    }
}

/// A consumer that hands out the last message of each subject and then what comes, or, from a revision on,
/// everything. Returns its name and how many messages wait.
pub(crate) async fn follower(
    stream: &Stream,
    filter: &str,
    after: Revision,
) -> Result<Attempt<(String, u64)>, Error> {
    let deliver_policy = match after.is_none() {
        true => DeliverPolicy::LastPerSubject,
        false => DeliverPolicy::ByStartSequence { start_sequence: after.sequence() + 1 },
    };
    let config = pull::Config {
        name: Some(format!("follow-{}", batch_id())),
        description: Some("a follower's, made anew after each interruption".to_owned()),
        deliver_policy,
        ack_policy: AckPolicy::None,
        filter_subject: filter.to_owned(),
        inactive_threshold: FOLLOWER_IDLE,
        memory_storage: true,
        num_replicas: 1,
        ..pull::Config::default()
    };
    create(stream, config, format!("a follower of stream {}", stream.name())).await
}

async fn create(
    stream: &Stream,
    config: pull::Config,
    what: String,
) -> Result<Attempt<(String, u64)>, Error> {
    match stream.handle.create_consumer(config).await {
        Ok(made) => {
            let info = made.cached_info();
            Ok(Attempt::Done((info.name.clone(), info.num_pending)))
        }
        Err(error) => match error.kind() {
            ConsumerErrorKind::JetStream(refusal) if !is_passing(&refusal) => Err(refused(what, &refusal)),
            ConsumerErrorKind::InvalidName | ConsumerErrorKind::InvalidConsumerType => {
                Err(Error::Spec { name: what, reason: error.to_string() })
            }
            _ => Ok(Attempt::Again(error.to_string())),
        },
    }
}

fn wanted(options: &WorkOptions) -> pull::Config {
    pull::Config {
        durable_name: Some(options.durable.clone()),
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::Explicit,
        ack_wait: Duration::from_millis(options.ack_wait_ms),
        // Giving up is this program's decision, not the broker's.
        max_deliver: -1,
        filter_subjects: options.filters.clone(),
        max_ack_pending: i64::try_from(options.max_ack_pending).unwrap_or(i64::MAX),
        ..pull::Config::default()
    }
}

fn differences(options: &WorkOptions, found: &Config) -> Vec<Difference> {
    let wanted = wanted(options);
    let mut all = Vec::new();
    let mut check = |field: &'static str, wanted: String, found: String| {
        if wanted != found {
            all.push(Difference { field, wanted, found });
        }
    };
    let mut filters = found.filter_subjects.clone();
    filters.extend(Some(found.filter_subject.clone()).filter(|filter| !filter.is_empty()));
    let sorted = |mut filters: Vec<String>| {
        filters.sort();
        filters.join(" ")
    };
    check("filter_subjects", sorted(wanted.filter_subjects), sorted(filters));
    check("ack_policy", format!("{:?}", wanted.ack_policy), format!("{:?}", found.ack_policy));
    check("deliver_policy", format!("{:?}", wanted.deliver_policy), format!("{:?}", found.deliver_policy));
    check("ack_wait", format!("{:?}", wanted.ack_wait), format!("{:?}", found.ack_wait));
    check("max_deliver", wanted.max_deliver.to_string(), found.max_deliver.to_string());
    check("max_ack_pending", wanted.max_ack_pending.to_string(), found.max_ack_pending.to_string());
    all
}
