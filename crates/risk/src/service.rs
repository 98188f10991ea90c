//! Risk as a service: work loops that take reports from INTAKE to dossiers in RISK.

use std::path::Path;
use std::sync::Arc;

use lacteal_ledger::{Stream, WorkOptions, work};
use lacteal_service::{Stage, Tasks};
use lacteal_wire::subject;
use serde::{Deserialize, Serialize};

use crate::step::RiskStep;
use crate::{Model, model};

/// Configuration of risk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// TOML file with the model. Empty: the built-in reference model.
    pub model_file: String,
    /// Reports in one transaction.
    pub batch_max: usize,
    /// Seconds after which a report that was not finished goes to another worker.
    pub ack_wait_s: u64,
}

impl Default for Config {
    fn default() -> Config {
        Config { model_file: String::new(), batch_max: 250, ack_wait_s: 30 }
    }
}

/// Why risk cannot start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The model file cannot be read.
    #[error("failed to read risk.model_file {path}: {source}")]
    ModelFile {
        /// The file.
        path: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The model cannot be used.
    #[error("risk.model_file: {0}")]
    Model(#[from] model::Error),
    /// The broker refused something that risk needs.
    #[error("risk failed at the broker: {0}")]
    Ledger(#[from] lacteal_ledger::Error),
}

/// Reads the model that the configuration names.
///
/// # Errors
/// When there is no such file, or it is no valid model.
pub fn load_model(config: &Config) -> Result<Model, Error> {
    if config.model_file.is_empty() {
        return Ok(Model::reference());
    }
    let text = std::fs::read_to_string(Path::new(&config.model_file))
        .map_err(|source| Error::ModelFile { path: config.model_file.clone(), source })?;
    Ok(Model::parse(&text)?)
}

/// Starts the work loop. `intake` is read, `risk` is written and by nobody else.
pub fn start(config: &Config, model: Model, intake: Stream, risk: Stream, tasks: &Tasks) {
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
    let step = Arc::new(RiskStep::new(model));
    let stop = tasks.stopping(Stage::Workers);
    tasks.spawn(Stage::Workers, "reports", async move {
        work(&intake, &risk, options, step, stop).await?;
        Ok(())
    });
}
