//! What the metrics of this process say.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

static SHOWN: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts counting for all tests of the process; what went before is not counted.
pub(crate) fn count() {
    SHOWN.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let shown = recorder.handle();
        metrics::set_global_recorder(recorder).expect("the first recorder");
        shown
    });
}

/// The sum of the lines of a counter that hold this text.
pub(crate) fn counted(name: &str, label: &str) -> u64 {
    let shown = SHOWN.get().expect("counting has begun").render();
    let lines = shown.lines().filter(|line| line.starts_with(name) && line.contains(label));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}
