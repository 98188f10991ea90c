//! Scheduling as a service: work loops over dossiers and over its own wake-ups.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use lacteal_ledger::{Ledger, Stream, Swept, WorkOptions, sweep, work};
use lacteal_service::{Stage, Tasks, clock};
use lacteal_wire::subject;
use serde::{Deserialize, Serialize};

use crate::ask::Asked;
use crate::step::{PlanStep, Rules, WakeStep};
use crate::{Policies, Policy, policies, policy};

/// Requests of the gateway in hand at once.
const ASKED_IN_FLIGHT_MAX: usize = 8;
/// How long requests in hand may take when the service stops.
const ASKED_FINISH: Duration = Duration::from_secs(5);

/// Work loops on the consumer of dossiers: while one waits for the broker, another decides.
const WORKERS: usize = 2;

/// Configuration of scheduling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Name of the policy of the site: `default`, `nccn`, `norway`, or the name inside one of `policy_files`.
    pub policy: String,
    /// TOML files with further policies. A clinician may choose any policy for a patient.
    pub policy_files: Vec<String>,
    /// Time zone (IANA name) in which days begin.
    pub zone: String,
    /// Dossiers in one transaction.
    pub batch_max: usize,
    /// Seconds after which a dossier that was not finished goes to another worker.
    pub ack_wait_s: u64,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            policy: "default".to_owned(),
            policy_files: Vec::new(),
            zone: "UTC".to_owned(),
            batch_max: 250,
            ack_wait_s: 30,
        }
    }
}

/// Why scheduling cannot start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The policy file cannot be read.
    #[error("failed to read scheduling.policy_files {path}: {source}")]
    PolicyFile {
        /// The file.
        path: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A policy cannot be used.
    #[error("scheduling.policy_files {path}: {error}")]
    Policy {
        /// The file.
        path: String,
        /// What is wrong with it.
        error: policy::Error,
    },
    /// The policies do not go together.
    #[error("scheduling.policy: {0}")]
    Policies(#[from] policies::Error),
    /// The zone is not known.
    #[error("scheduling.zone: there is no time zone {0:?}; use an IANA name such as Europe/Berlin")]
    Zone(String),
    /// The broker refused something that scheduling needs.
    #[error("scheduling failed at the broker: {0}")]
    Ledger(#[from] lacteal_ledger::Error),
}

/// Reads the policies and the zone that the configuration names.
///
/// # Errors
/// When there is no such file, policy or zone, a file is no valid policy, or two have one name.
pub fn load_rules(config: &Config) -> Result<Rules, Error> {
    let zone = TimeZone::get(&config.zone).map_err(|_| Error::Zone(config.zone.clone()))?;
    let mut own = Vec::with_capacity(config.policy_files.len());
    for path in &config.policy_files {
        let text = std::fs::read_to_string(Path::new(path))
            .map_err(|source| Error::PolicyFile { path: path.clone(), source })?;
        let policy = Policy::parse(&text).map_err(|error| Error::Policy { path: path.clone(), error })?;
        own.push(policy);
    }
    Ok(Rules { policies: Policies::new(own, &config.policy)?, zone })
}

/// Starts the work loops, the answers to what the gateway asks, and one sweep that plans anew who was planned by other
/// rules. `risk` is read, `schedule` is written and by nobody else.
pub fn start(config: &Config, rules: Rules, ledger: &Ledger, risk: Stream, schedule: Stream, tasks: &Tasks) {
    let options = |durable: &str, filter: &str| WorkOptions {
        durable: durable.to_owned(),
        filters: vec![filter.to_owned()],
        batch_max: config.batch_max,
        ack_wait_ms: config.ack_wait_s.saturating_mul(1000),
        max_ack_pending: config.batch_max.saturating_mul(4),
        aside_subject_prefix: "schedule.aside".to_owned(),
        ..WorkOptions::default()
    };
    let site = rules.policies.site();
    tracing::info!(policy = site.name(), version = site.version(), "planning by this policy");
    let rules = Arc::new(rules);
    let asked = Arc::new(Asked::new(Arc::clone(&rules)));
    for subject in [subject::PLAN_SUPPOSED, subject::POLICIES] {
        let (ledger, asked, stop) = (ledger.clone(), Arc::clone(&asked), tasks.stopping(Stage::Requests));
        tasks.spawn(Stage::Requests, subject, async move {
            let handler = move |request| {
                let asked = Arc::clone(&asked);
                async move { asked.answer(subject, request, clock::now()).await }
            };
            ledger.serve(subject, "scheduling", ASKED_IN_FLIGHT_MAX, ASKED_FINISH, handler, stop).await?;
            Ok(())
        });
    }
    let (step, stop) = (Arc::new(PlanStep::new(Arc::clone(&rules))), tasks.stopping(Stage::Workers));
    let (kept, plans, sweeping, halt) = (risk.clone(), schedule.clone(), Arc::clone(&step), stop.clone());
    tasks.spawn_finite(Stage::Workers, "replan", async move {
        match sweep((&plans, subject::PLANS), &kept, &plans, &*sweeping, &halt).await {
            Ok(swept) if swept == Swept::default() => {}
            Ok(Swept { seen, changed, failed }) => tracing::info!(seen, changed, failed, "planned anew"),
            // What is new goes on; the next start tries again.
            Err(error) => tracing::error!(%error, "not everybody could be planned by the rules in force"),
        }
        Ok(())
    });
    let (dossiers, sink) = (options("scheduling", subject::DOSSIERS), schedule.clone());
    for worker in 1..=WORKERS {
        let (risk, sink, dossiers, step, stop) =
            (risk.clone(), sink.clone(), dossiers.clone(), Arc::clone(&step), stop.clone());
        tasks.spawn(Stage::Workers, &format!("dossiers {worker}"), async move {
            work(&risk, &sink, dossiers, step, stop).await?;
            Ok(())
        });
    }
    let (step, stop) = (Arc::new(WakeStep(rules)), tasks.stopping(Stage::Workers));
    let wakes = options("scheduling-wake", subject::WAKES);
    tasks.spawn(Stage::Workers, "wake-ups", async move {
        work(&schedule, &schedule, wakes, step, stop).await?;
        Ok(())
    });
}
