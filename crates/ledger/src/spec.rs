//! What a stream must be like, and how a found one differs. Pure.

use async_nats::jetstream::stream::{Config, DiscardPolicy, PersistenceMode, RetentionPolicy, StorageType};

use crate::{Difference, Error};

/// Whether a missing stream is made or reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It must be there.
    Verify,
    /// Made when missing, verified when there.
    Create,
}

/// What a stream must be like. Always: file storage, direct gets, atomic batches, no limit by age or count (they
/// would drop states, history and timers silently), and a full stream refuses.
///
/// The broker forbids that last one for streams with `schedules`: they may only drop their oldest message when
/// full. Such a stream must therefore have no `max_bytes` of its own; the broker's or the account's storage limit,
/// which refuse, bound it instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamSpec {
    /// Stream name: letters, digits, `-`, `_`.
    pub name: String,
    /// Subjects it stores.
    pub subjects: Vec<String>,
    /// For people who look at the broker.
    pub description: String,
    /// Allows `put`.
    pub rollup: bool,
    /// Allows a time to live.
    pub ttl: bool,
    /// Allows timers; implies `rollup` and excludes `max_bytes`.
    pub schedules: bool,
    /// Denies deletion and purging of messages; excludes `rollup` and `schedules`.
    pub immutable: bool,
    /// Most bytes it may hold; -1 for no limit of its own.
    pub max_bytes: i64,
    /// Copies, 1 to 5.
    pub replicas: usize,
}

impl Default for StreamSpec {
    /// No name, no subjects, nothing but `append` and `create`, one copy, no size limit of its own.
    fn default() -> StreamSpec {
        StreamSpec {
            name: String::new(),
            subjects: Vec::new(),
            description: String::new(),
            rollup: false,
            ttl: false,
            schedules: false,
            immutable: false,
            max_bytes: -1,
            replicas: 1,
        }
    }
}

impl StreamSpec {
    /// A stream over subjects with nothing but `append` and `create`, one copy and no size limit.
    pub fn new(name: impl Into<String>, subjects: &[&str]) -> StreamSpec {
        StreamSpec {
            name: name.into(),
            subjects: subjects.iter().map(|subject| (*subject).to_owned()).collect(),
            ..StreamSpec::default()
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let fault = |reason: &str| Err(Error::Spec { name: self.name.clone(), reason: reason.to_owned() });
        let named = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if self.name.is_empty() || !self.name.bytes().all(named) {
            return fault("a name is made of letters, digits, - and _");
        }
        if self.subjects.is_empty() {
            return fault("no subjects");
        }
        if self.immutable && (self.rollup || self.schedules) {
            return fault("immutable excludes rollup and schedules, which remove messages");
        }
        if self.max_bytes == 0 || self.max_bytes < -1 {
            return fault("max_bytes is positive, or -1 for no limit");
        }
        if self.schedules && self.max_bytes != -1 {
            return fault(
                "schedules excludes max_bytes: when full, the broker would drop the oldest messages",
            );
        }
        if !(1..=5).contains(&self.replicas) {
            return fault("replicas is 1 to 5");
        }
        Ok(())
    }

    /// Whether the stream stores this subject.
    pub(crate) fn covers(&self, subject: &str) -> bool {
        self.subjects.iter().any(|pattern| matches(pattern, subject))
    }

    pub(crate) fn config(&self) -> Config {
        Config {
            name: self.name.clone(),
            subjects: self.subjects.clone(),
            description: Some(self.description.clone()).filter(|text| !text.is_empty()),
            storage: StorageType::File,
            retention: RetentionPolicy::Limits,
            discard: if self.schedules { DiscardPolicy::Old } else { DiscardPolicy::New },
            max_bytes: self.max_bytes,
            max_messages: -1,
            max_messages_per_subject: -1,
            max_message_size: -1,
            max_consumers: -1,
            num_replicas: self.replicas,
            allow_rollup: self.rollup || self.schedules,
            deny_delete: self.immutable,
            deny_purge: self.immutable,
            allow_direct: true,
            allow_message_ttl: self.ttl,
            allow_atomic_publish: true,
            allow_message_schedules: self.schedules,
            ..Config::default()
        }
    }

    /// Every field in which a found stream is not what is needed. The server adjusts settings silently,
    /// so this also follows a creation.
    pub(crate) fn differences(&self, found: &Config) -> Vec<Difference> {
        let wanted = self.config();
        let mut all = Vec::new();
        let mut check = |field: &'static str, wanted: String, found: String| {
            if wanted != found {
                all.push(Difference { field, wanted, found });
            }
        };
        let sorted = |subjects: &[String]| {
            let mut subjects = subjects.to_vec();
            subjects.sort();
            subjects.join(" ")
        };
        check("subjects", sorted(&wanted.subjects), sorted(&found.subjects));
        check("storage", format!("{:?}", wanted.storage), format!("{:?}", found.storage));
        check("retention", format!("{:?}", wanted.retention), format!("{:?}", found.retention));
        check("discard", format!("{:?}", wanted.discard), format!("{:?}", found.discard));
        check("max_bytes", wanted.max_bytes.to_string(), found.max_bytes.to_string());
        check("max_age", "0ns".to_owned(), format!("{:?}", found.max_age));
        let unlimited = |limit: i64| if limit <= 0 { -1 } else { limit };
        check("max_msgs", "-1".to_owned(), unlimited(found.max_messages).to_string());
        check("max_msgs_per_subject", "-1".to_owned(), unlimited(found.max_messages_per_subject).to_string());
        check("max_msg_size", "-1".to_owned(), unlimited(found.max_message_size.into()).to_string());
        check("num_replicas", wanted.num_replicas.to_string(), found.num_replicas.to_string());
        let in_background = matches!(found.persist_mode, Some(PersistenceMode::Async));
        check("persist_mode async", "false".to_owned(), in_background.to_string());
        for (field, wanted, found) in [
            ("allow_rollup_hdrs", wanted.allow_rollup, found.allow_rollup),
            ("deny_delete", wanted.deny_delete, found.deny_delete),
            ("deny_purge", wanted.deny_purge, found.deny_purge),
            ("allow_direct", wanted.allow_direct, found.allow_direct),
            ("allow_msg_ttl", wanted.allow_message_ttl, found.allow_message_ttl),
            ("allow_atomic", wanted.allow_atomic_publish, found.allow_atomic_publish),
            ("allow_msg_schedules", wanted.allow_message_schedules, found.allow_message_schedules),
            ("no_ack", false, found.no_ack),
            ("sealed", false, found.sealed),
        ] {
            check(field, wanted.to_string(), found.to_string());
        }
        all
    }
}

/// NATS subject matching: `*` is one token, a final `>` one or more.
fn matches(pattern: &str, subject: &str) -> bool {
    let (mut wanted, mut tokens) = (pattern.split('.'), subject.split('.'));
    loop {
        match (wanted.next(), tokens.next()) {
            (Some(">"), Some(_)) | (None, None) => return true,
            (Some(want), Some(token)) if want == "*" || want == token => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_made_from_a_specification_does_not_differ_from_it() {
        let mut spec = StreamSpec::new("S", &["b.>", "a.>"]);
        spec.rollup = true;
        let mut found = spec.config();
        found.subjects.reverse();
        assert_eq!(spec.differences(&found), []);
    }

    #[test]
    fn a_stream_covers_what_its_patterns_match() {
        let spec = StreamSpec::new("S", &["a.*.c", "b.>", "d"]);
        for covered in ["a.x.c", "b.x", "b.x.y", "d"] {
            assert!(spec.covers(covered), "{covered}");
        }
        for outside in ["a.x", "a.x.c.d", "a.x.d", "b", "e"] {
            assert!(!spec.covers(outside), "{outside}");
        }
    }

    #[test]
    fn each_differing_field_is_named() {
        let spec = StreamSpec::new("S", &["a.>"]);
        let mut found = spec.config();
        found.max_age = std::time::Duration::from_secs(60);
        found.deny_purge = true;
        let fields: Vec<_> = spec.differences(&found).iter().map(|one| one.field).collect();
        assert_eq!(fields, ["max_age", "deny_purge"]);
    }

    #[test]
    fn a_stream_with_timers_has_no_limit_that_would_drop_messages() {
        let mut spec = StreamSpec::new("S", &["a.>"]);
        spec.schedules = true;
        assert!(spec.check().is_ok());
        spec.max_bytes = 1 << 20;
        assert!(spec.check().is_err());
        spec.schedules = false;
        assert!(spec.check().is_ok());
        assert_eq!(spec.config().discard, DiscardPolicy::New);
    }

    #[test]
    fn an_immutable_stream_cannot_roll_up() {
        let mut spec = StreamSpec::new("S", &["a.>"]);
        spec.immutable = true;
        assert!(spec.check().is_ok());
        spec.schedules = true;
        assert!(spec.check().is_err());
    }
}
