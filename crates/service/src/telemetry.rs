//! Logs, metrics and the panic hook of the process.
//!
//! Logs go to stderr, one line an event, as JSON for machines or in a compact form for people. Metrics are kept
//! for Prometheus and rendered on demand by the operations port. The panic hook tells where a panic happened
//! and never what it said: a panic's message may quote the data it choked on, and that may be a patient's.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use serde::{Deserialize, Serialize};
use std::io::{IsTerminal, stderr};
use std::panic::PanicHookInfo;
use tracing_subscriber::{EnvFilter, filter::LevelFilter, fmt, prelude::*};

/// The counter of panics, in any thread.
pub const PANICS_TOTAL: &str = "lacteal_panics_total";

/// Upper bounds of the histogram buckets of metrics named `…_seconds`: from a broker's answer to a stall.
const SECONDS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];
/// Upper bounds of the buckets of metrics named `…_bytes`: from an acknowledgement to the largest frame.
const BYTES: [f64; 9] =
    [256.0, 1024.0, 4096.0, 16384.0, 65536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 16_777_216.0];
/// Upper bounds of all other histograms, which count things (messages in a batch, patients in a step).
const COUNTS: [f64; 11] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 5000.0];

/// What is logged and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// The form of a line.
    pub format: Format,
    /// `off`, `error`, `warn`, `info`, `debug` or `trace`, for all or by module: `info,lacteal_ledger=debug`.
    pub level: String,
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One JSON object a line.
    Json,
    /// A compact line, in colour on a terminal.
    Human,
}

/// Why telemetry could not be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The filter of `log.level` cannot be read.
    #[error(
        "log.level {level:?} is not a filter: write a level (off, error, warn, info, debug, trace) or module=level, with commas between"
    )]
    Level {
        /// The filter as configured.
        level: String,
    },
    /// Logs or metrics have been set up in this process before.
    #[error("{what} are already set up in this process")]
    Twice {
        /// `logs` or `metrics`.
        what: &'static str,
    },
}

/// The telemetry of this process, once set up.
#[derive(Clone)]
pub struct Telemetry {
    metrics: Metrics,
}

/// The metrics of this process, to be rendered for Prometheus. A cheap handle.
#[derive(Clone)]
pub struct Metrics {
    handle: PrometheusHandle,
}

// === impl Log ===

impl Default for Log {
    fn default() -> Self {
        Self { format: Format::Human, level: "info".to_owned() }
    }
}

impl Log {
    /// The filter of [`Log::level`]. A bare word must be a level: the filter's own parser takes a misspelt
    /// level for the name of a module and then logs nothing.
    fn filter(&self) -> Result<EnvFilter, Error> {
        // The empty word parses as a level too, and comes from a stray comma.
        let misspelt = |part: &str| {
            !part.contains(['=', '[']) && (part.is_empty() || part.trim().parse::<LevelFilter>().is_err())
        };
        let error = || Error::Level { level: self.level.clone() };
        if self.level.split(',').any(misspelt) {
            return Err(error());
        }
        EnvFilter::try_new(&self.level).map_err(|_| error())
    }
}

// === impl Telemetry ===

impl Telemetry {
    /// Sets up logs, metrics and the panic hook, once for the process.
    ///
    /// # Errors
    /// When the level cannot be read, or when this was done before.
    pub fn init(log: &Log) -> Result<Self, Error> {
        let filter = log.filter()?;
        let layer = match log.format {
            Format::Json => {
                fmt::layer().json().flatten_event(true).with_span_list(false).with_writer(stderr).boxed()
            }
            Format::Human => {
                fmt::layer().compact().with_ansi(stderr().is_terminal()).with_writer(stderr).boxed()
            }
        };
        tracing_subscriber::registry()
            .with(layer.with_filter(filter))
            .try_init()
            .map_err(|_| Error::Twice { what: "logs" })?;
        let recorder = recorder();
        let metrics = Metrics { handle: recorder.handle() };
        metrics::set_global_recorder(recorder).map_err(|_| Error::Twice { what: "metrics" })?;
        metrics::describe_counter!(PANICS_TOTAL, "panics in any thread of the process");
        metrics::counter!(PANICS_TOTAL).absolute(0);
        std::panic::set_hook(Box::new(note_panic));
        Ok(Self { metrics })
    }

    /// The metrics, for the operations port.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }
}

// === impl Metrics ===

impl Metrics {
    /// Metrics that nothing writes to: for tests and for short commands without telemetry.
    #[must_use]
    pub fn detached() -> Self {
        Self { handle: recorder().handle() }
    }

    /// All metrics in the text format of Prometheus.
    #[must_use]
    pub fn render(&self) -> String {
        self.handle.render()
    }

    /// Folds what histograms have gathered into their buckets; without it their memory grows until the next
    /// [`render`](Self::render). The operations port calls it every few seconds.
    pub fn upkeep(&self) {
        self.handle.run_upkeep();
    }
}

fn recorder() -> PrometheusRecorder {
    let suffix = |text: &str| Matcher::Suffix(text.to_owned());
    PrometheusBuilder::new()
        .set_buckets(&COUNTS)
        .and_then(|builder| builder.set_buckets_for_metric(suffix("_seconds"), &SECONDS))
        .and_then(|builder| builder.set_buckets_for_metric(suffix("_bytes"), &BYTES))
        // The builder refuses only an empty list of buckets.
        .unwrap_or_default()
        .build_recorder()
}

fn note_panic(panic: &PanicHookInfo<'_>) {
    let thread = std::thread::current();
    let at = panic.location().map(ToString::to_string);
    metrics::counter!(PANICS_TOTAL).increment(1);
    tracing::error!(
        location = at.as_deref().unwrap_or("unknown"),
        thread = thread.name().unwrap_or("unnamed"),
        "panicked"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_rendered_with_buckets_by_the_unit_of_their_name() {
        let recorder = recorder();
        let metrics = Metrics { handle: recorder.handle() };
        metrics::with_local_recorder(&recorder, || {
            metrics::counter!("lacteal_reports_total", "role" => "intake").increment(3);
            metrics::histogram!("lacteal_commit_seconds").record(0.002);
            metrics::histogram!("lacteal_frame_bytes").record(1000.0);
            metrics::histogram!("lacteal_batch_messages").record(7.0);
        });
        metrics.upkeep();
        let text = metrics.render();
        for line in [
            "lacteal_reports_total{role=\"intake\"} 3",
            "lacteal_commit_seconds_bucket{le=\"0.001\"} 0",
            "lacteal_commit_seconds_bucket{le=\"0.0025\"} 1",
            "lacteal_frame_bytes_bucket{le=\"1024\"} 1",
            "lacteal_batch_messages_bucket{le=\"5\"} 0",
            "lacteal_batch_messages_bucket{le=\"10\"} 1",
        ] {
            assert!(text.lines().any(|shown| shown == line), "no {line} in\n{text}");
        }
    }

    #[test]
    fn a_misspelt_level_is_refused_and_not_taken_for_a_module() {
        for level in ["info", "info,lacteal_ledger=debug", "lacteal_hl7=trace,warn", "off", "INFO"] {
            let log = Log { level: level.to_owned(), ..Log::default() };
            assert!(log.filter().is_ok(), "{level}");
        }
        for level in ["inof", "", "info,lacteal", "lacteal=loud"] {
            let log = Log { level: level.to_owned(), ..Log::default() };
            assert!(matches!(log.filter(), Err(Error::Level { .. })), "{level}");
        }
    }
}
