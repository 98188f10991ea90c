//! A site whose roles are processes of their own, as in Kubernetes, over a broker whose streams a test can read.
//!
//! What a test reads or writes in a stream it does as an operator would who copies it: nothing here knows what is inside.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use lacteal_broker::{Broker, BrokerOptions};
use lacteal_ledger::{Ledger, Options, Presence, Revision, Stored, Stream, StreamSpec};
use lacteal_wire::subject;
use serde_json::Value;

use crate::PATIENCE;
use crate::gateway::AUTHORITY;
use crate::process::{Process, free_address, get, ready};

/// All roles.
pub const ROLES: [&str; 4] = ["intake", "risk", "scheduling", "gateway"];

/// A site at work.
pub struct Site {
    directory: PathBuf,
    settings: Vec<String>,
    pub broker: Broker,
    pub roles: BTreeMap<&'static str, Role>,
}

/// One role of it.
pub struct Role {
    pub process: Process,
    pub ops: SocketAddr,
    /// Where intake takes MLLP and the gateway gRPC.
    pub listens: SocketAddr,
}

impl Site {
    /// Starts some roles and waits until they are ready. `settings` (`key=value`) come beside those of the site, and over
    /// a `lacteal.toml` in the directory.
    pub async fn start(directory: &Path, roles: &[&'static str], settings: &[String]) -> Site {
        let options = BrokerOptions {
            monitor: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
            ..BrokerOptions::new(directory.join("nats"))
        };
        let broker = Broker::start(options).await.expect("a broker starts");
        std::fs::write(directory.join("pseudonym.key"), "6b".repeat(32)).expect("a key can be written");
        let settings = settings.to_vec();
        let mut site = Site { directory: directory.to_owned(), settings, broker, roles: BTreeMap::new() };
        for name in roles {
            let (ops, listens) = (free_address(), free_address());
            let process = site.spawn(name, ops, listens);
            site.roles.insert(name, Role { process, ops, listens });
        }
        for role in site.roles.values() {
            ready(role.ops).await;
        }
        site
    }

    /// Where a role listens.
    pub fn listens(&self, name: &str) -> SocketAddr {
        self.roles[name].listens
    }

    fn spawn(&self, name: &str, ops: SocketAddr, listens: SocketAddr) -> Process {
        let set = [
            format!("nats.servers={}", self.broker.client_url()),
            format!("nats.user={}", self.broker.user()),
            format!("nats.password_file={}", self.broker.password_file().display()),
            format!("identity.key_file={}", self.directory.join("pseudonym.key").display()),
            format!("identity.authorities={AUTHORITY}"),
            format!("service.ops={ops}"),
            format!("intake.mllp={listens}"),
            format!("gateway.grpc={listens}"),
            "risk.ack_wait_s=2".to_owned(),
            "scheduling.ack_wait_s=2".to_owned(),
            "streams.intake_max_bytes=1073741824".to_owned(),
            "streams.risk_max_bytes=1073741824".to_owned(),
        ];
        let mut arguments = vec![name.to_owned(), "--create-streams".to_owned()];
        if name == "gateway" {
            arguments.pop();
        }
        let config = self.directory.join("lacteal.toml");
        if config.exists() {
            arguments.extend(["--config".to_owned(), config.display().to_string()]);
        }
        for pair in set.iter().chain(&self.settings) {
            arguments.extend(["--set".to_owned(), pair.clone()]);
        }
        Process::start(&arguments, &self.directory.join(format!("{name}.log")))
    }

    /// SIGKILL, and a start anew.
    pub async fn crash(&mut self, name: &'static str) {
        let (ops, listens) = {
            let role = self.roles.get_mut(name).expect("it was started");
            role.process.kill().await;
            (role.ops, role.listens)
        };
        let process = self.spawn(name, ops, listens);
        self.roles.insert(name, Role { process, ops, listens });
    }

    /// Waits until everything that was stored has been processed, as [`settled`] does.
    pub async fn settled(&self) {
        let roles: Vec<_> = self.roles.keys().copied().collect();
        settled(self.broker.monitor().expect("it was asked for"), &roles).await;
    }

    /// All messages of a stream under a filter, in its order; what was claimed is whole.
    pub async fn messages(&self, stream: &str, filter: &str) -> Vec<Stored> {
        let stream = self.stream(stream).await;
        let (mut all, mut after) = (Vec::new(), Revision::NONE);
        loop {
            let page = stream.page(filter, after, 500).await.expect("the broker answers");
            let Some(last) = page.last() else { return all };
            after = last.revision;
            all.extend(page);
        }
    }

    /// The last message of each subject under a filter.
    pub async fn last(&self, stream: &str, filter: &str) -> BTreeMap<String, Bytes> {
        let messages = self.messages(stream, filter).await;
        messages.into_iter().map(|it| (it.subject, it.payload)).collect()
    }

    /// A stream that a role has made.
    pub async fn stream(&self, name: &str) -> Stream {
        let spec = match name {
            subject::INTAKE => StreamSpec {
                ttl: true,
                immutable: true,
                max_bytes: 1 << 30,
                ..StreamSpec::new(name, &["intake.>"])
            },
            subject::RISK => {
                StreamSpec { rollup: true, max_bytes: 1 << 30, ..StreamSpec::new(name, &["risk.>"]) }
            }
            _ => StreamSpec { rollup: true, schedules: true, ..StreamSpec::new(name, &["schedule.>"]) },
        };
        let ledger = Ledger::connect(Options {
            servers: vec![self.broker.client_url()],
            user: Some(self.broker.user().to_owned()),
            password_file: Some(self.broker.password_file().to_owned()),
            ..Options::default()
        });
        let ledger = ledger.await.expect("the options are right");
        ledger.stream(&spec, Presence::Verify).await.expect("a role has made the stream so")
    }

    /// Ends all roles as an operator would.
    pub async fn stop(&mut self) {
        for (name, role) in std::mem::take(&mut self.roles) {
            assert_eq!(role.process.stop().await, Some(0), "{name}: a stop is clean");
        }
    }
}

/// Waits until everything that was stored has been processed to its end, given that nobody sends anything; `monitor` is the
/// monitoring port of the broker.
///
/// Exact: a step is acknowledged after what it wrote is stored, so a consumer without messages that wait or are in hand has
/// done all that its stream holds. Two looks in a row that find every consumer so and every stream as long as before say
/// that there was a moment between them at which nothing was under way anywhere. However slow the machine, it waits
/// for as long as something moves.
pub async fn settled(monitor: SocketAddr, roles: &[&str]) {
    let workers: Vec<_> = roles.iter().flat_map(|role| workers(role)).collect();
    let mut before = Look::default();
    let mut deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let now = look(monitor, &workers).await.unwrap_or_default();
        if now == before {
            if now.left == Some(0) {
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "nothing moves, and there is work left: {now:?}");
        } else {
            deadline = tokio::time::Instant::now() + PATIENCE;
        }
        before = now;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What the broker says at one look.
#[derive(Debug, Default, PartialEq)]
struct Look {
    /// How long each stream is.
    lengths: BTreeMap<String, u64>,
    /// Messages that wait or are in hand; none as long as a consumer is missing.
    left: Option<u64>,
}

/// The consumers from which a role works, by stream.
fn workers(role: &str) -> &'static [(&'static str, &'static str)] {
    match role {
        "risk" => &[(subject::INTAKE, "risk")],
        "scheduling" => &[(subject::RISK, "scheduling"), (subject::SCHEDULE, "scheduling-wake")],
        _ => &[],
    }
}

async fn look(monitor: SocketAddr, workers: &[&(&str, &str)]) -> Option<Look> {
    let (status, body) = get(monitor, "/jsz?accounts=1&streams=1&consumers=1").await?;
    assert_eq!(status, 200, "{body}");
    let answer: Value = serde_json::from_str(&body).ok()?;
    let accounts = answer["account_details"].as_array()?;
    let streams: Vec<_> = accounts.iter().filter_map(|it| it["stream_detail"].as_array()).flatten().collect();
    let length = |it: &&Value| Some((it["name"].as_str()?.to_owned(), it["state"]["last_seq"].as_u64()?));
    let lengths = streams.iter().filter_map(length).collect();
    let left = |(stream, consumer): &&(&str, &str)| {
        let stream = streams.iter().find(|it| it["name"] == *stream)?;
        let consumer = stream["consumer_detail"].as_array()?.iter().find(|it| it["name"] == *consumer)?;
        Some(consumer["num_pending"].as_u64()? + consumer["num_ack_pending"].as_u64()?)
    };
    Some(Look { lengths, left: workers.iter().copied().map(|worker| left(&worker)).sum() })
}
