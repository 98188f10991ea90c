//! The settings that every role has.

use crate::telemetry::Log;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Settings common to all roles; a role's configuration holds them as one of its sections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where `/healthz`, `/readyz` and `/metrics` are served: `host:port`, port 0 picks a free one.
    pub ops: String,
    /// How much is logged and in which form.
    pub log: Log,
    /// Seconds a stop may take before what still runs is aborted. Kubernetes kills after 30 s by default, so
    /// this must be shorter.
    pub stop_grace_s: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { ops: "127.0.0.1:9464".to_owned(), log: Log::default(), stop_grace_s: 20 }
    }
}

impl Settings {
    /// [`Settings::stop_grace_s`] as a duration.
    #[must_use]
    pub fn stop_grace(&self) -> Duration {
        Duration::from_secs(self.stop_grace_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Layers;

    #[test]
    fn every_setting_can_be_set_by_a_variable() {
        let variables = [
            ("LACTEAL_OPS", "0.0.0.0:0"),
            ("LACTEAL_LOG__FORMAT", "json"),
            ("LACTEAL_LOG__LEVEL", "warn"),
            ("LACTEAL_STOP_GRACE_S", "5"),
        ];
        let layers = Layers::new(&Settings::default()).unwrap().environment(variables, &[]).unwrap();
        let settings = layers.load::<Settings>().unwrap().value;
        let log = Log { format: crate::telemetry::Format::Json, level: "warn".to_owned() };
        assert_eq!(settings, Settings { ops: "0.0.0.0:0".to_owned(), log, stop_grace_s: 5 });
        assert_eq!(settings.stop_grace(), Duration::from_secs(5));
    }
}
