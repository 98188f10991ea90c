//! The summary of a report as JSON: every field, null where the report does not say.

use lacteal_narrative::{Interval, Summary};
use serde_json::{Value, json};

/// One object with all fields.
pub(crate) fn json(it: &Summary) -> Value {
    json!({
        "in_scope": it.in_scope,
        "site": it.site,
        "tumour_size_mm": it.tumour_size_mm,
        "multifocal": it.multifocal,
        "extent": it.extent,
        "pT": it.pT,
        "pN": it.pN,
        "pM": it.pM,
        "nodes_examined": it.nodes_examined,
        "nodes_positive": it.nodes_positive,
        "ki67_percent": it.ki67_percent.map(interval),
        "mitoses_per_2mm2": it.mitoses_per_2mm2.map(interval),
        "grade": it.grade,
        "liver_metastasis": it.liver_metastasis,
        "mesenteric_mass_mm": it.mesenteric_mass_mm,
    })
}

fn interval(it: Interval) -> Value {
    json!({ "low": it.low, "high": it.high })
}
