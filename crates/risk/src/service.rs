//! Risk as a service: work loops that take reports from INTAKE to dossiers in RISK.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lacteal_ledger::{Ledger, Stream, Swept, WorkOptions, sweep, work};
use lacteal_service::{Stage, Tasks};
use lacteal_wire::subject;
use serde::{Deserialize, Serialize};

use crate::ask::Asked;
use crate::mortality::{self, LifeTable};
use crate::step::{ReassessStep, RiskStep};
use crate::{Model, model};

/// Requests of the gateway in hand at once.
const ASKED_IN_FLIGHT_MAX: usize = 8;
/// How long requests in hand may take when the service stops.
const ASKED_FINISH: Duration = Duration::from_secs(5);

/// Work loops on the one consumer: while some wait for the broker, another decides.
const WORKERS: usize = 3;

/// Configuration of risk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Name of a built-in model: `reference`, or `article` for comparison.
    pub model: String,
    /// TOML file with a model of the site, instead of a built-in one. Empty: none.
    pub model_file: String,
    /// Life table of the site's country: lines `age,male,female`. Empty: the built-in one, United States 2017.
    pub life_table_file: String,
    /// Reports in one transaction.
    pub batch_max: usize,
    /// Seconds after which a report that was not finished goes to another worker.
    pub ack_wait_s: u64,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            model: "reference".to_owned(),
            model_file: String::new(),
            life_table_file: String::new(),
            batch_max: 250,
            ack_wait_s: 30,
        }
    }
}

/// Why risk cannot start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file cannot be read.
    #[error("failed to read {key} {path}: {source}")]
    File {
        /// The key that names it.
        key: &'static str,
        /// The file.
        path: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The model cannot be used.
    #[error("risk.model: {0}")]
    Model(#[from] model::Error),
    /// The life table cannot be used.
    #[error("risk.life_table_file: {0}")]
    LifeTable(#[from] mortality::Error),
    /// The broker refused something that risk needs.
    #[error("risk failed at the broker: {0}")]
    Ledger(#[from] lacteal_ledger::Error),
}

/// Reads the model and the life table that the configuration names.
///
/// # Errors
/// When there is no such model or file, or a file is not valid.
pub fn load_model(config: &Config) -> Result<Model, Error> {
    let read = |key, path: &str| {
        std::fs::read_to_string(Path::new(path)).map_err(|source| Error::File {
            key,
            path: path.to_owned(),
            source,
        })
    };
    let life_table = match config.life_table_file.as_str() {
        "" => LifeTable::built_in(),
        path => LifeTable::parse(&read("risk.life_table_file", path)?)?,
    };
    let text = match config.model_file.as_str() {
        "" => Model::built_in_text(&config.model)?.to_owned(),
        path => read("risk.model_file", path)?,
    };
    Ok(Model::with_life_table(&text, life_table)?)
}

/// Starts the work loop, the answers to what the gateway asks, and one sweep that brings assessments of another model up to
/// this one. `intake` is read, `risk` is written and by nobody else.
pub fn start(config: &Config, model: Model, ledger: &Ledger, intake: Stream, risk: Stream, tasks: &Tasks) {
    let options = WorkOptions {
        durable: "risk".to_owned(),
        filters: vec![subject::REPORTS.to_owned()],
        batch_max: config.batch_max,
        ack_wait_ms: config.ack_wait_s.saturating_mul(1000),
        max_ack_pending: config.batch_max.saturating_mul(4),
        aside_subject_prefix: "risk.aside".to_owned(),
        ..WorkOptions::default()
    };
    tracing::info!(model = model.name(), version = model.version(), "assessing by this model");
    let model = Arc::new(model);
    let asked = Arc::new(Asked::new(Arc::clone(&model)));
    for subject in [subject::WHAT_IF, subject::EXPLAIN, subject::MODELS] {
        let (ledger, asked, stop) = (ledger.clone(), Arc::clone(&asked), tasks.stopping(Stage::Requests));
        tasks.spawn(Stage::Requests, subject, async move {
            let handler = move |request| {
                let asked = Arc::clone(&asked);
                async move { asked.answer(subject, request).await }
            };
            ledger.serve(subject, "risk", ASKED_IN_FLIGHT_MAX, ASKED_FINISH, handler, stop).await?;
            Ok(())
        });
    }
    let (step, stop) = (ReassessStep::new(Arc::clone(&model)), tasks.stopping(Stage::Workers));
    let kept = risk.clone();
    tasks.spawn_finite(Stage::Workers, "reassess", async move {
        match sweep((&kept, subject::DOSSIERS), &kept, &kept, &step, &stop).await {
            Ok(swept) if swept == Swept::default() => {}
            Ok(Swept { seen, changed, failed }) => tracing::info!(seen, changed, failed, "reassessed"),
            // What is new goes on; the next start tries again.
            Err(error) => tracing::error!(%error, "not everybody could be assessed by the rules in force"),
        }
        Ok(())
    });
    let step = Arc::new(RiskStep::new(model));
    for worker in 1..=WORKERS {
        let (intake, risk, options, step) =
            (intake.clone(), risk.clone(), options.clone(), Arc::clone(&step));
        let stop = tasks.stopping(Stage::Workers);
        tasks.spawn(Stage::Workers, &format!("reports {worker}"), async move {
            work(&intake, &risk, options, step, stop).await?;
            Ok(())
        });
    }
}
