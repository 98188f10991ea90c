//! Facts out of what `lacteal read --summary` prints, under the names of the flags: the calculator takes a report as
//! it takes what was stated by hand.

use serde::Deserialize;

/// The object of `lacteal read --summary`; null or absent where the report does not say.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(non_snake_case, reason = "the names are those of the object")]
struct Summary {
    in_scope: Option<bool>,
    site: Option<String>,
    tumour_size_mm: Option<f64>,
    multifocal: Option<bool>,
    extent: Option<String>,
    pT: Option<String>,
    pN: Option<String>,
    pM: Option<String>,
    nodes_examined: Option<u16>,
    nodes_positive: Option<u16>,
    ki67_percent: Option<Interval>,
    mitoses_per_2mm2: Option<Interval>,
    grade: Option<String>,
    liver_metastasis: Option<String>,
    mesenteric_mass_mm: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Interval {
    low: f64,
    high: f64,
}

/// Whether an object is a summary of a report: no fact has the name that each summary has.
pub(super) fn is_summary(text: &str) -> bool {
    serde_json::Deserializer::from_str(text)
        .into_iter::<serde_json::Map<String, serde_json::Value>>()
        .next()
        .is_some_and(|it| it.is_ok_and(|it| it.contains_key("in_scope")))
}

/// What the summary says, by name of the fact.
///
/// # Errors
/// When it is no summary of one report, or the report is about another tumour.
pub(super) fn stated(text: &str) -> anyhow::Result<Vec<(&'static str, String)>> {
    let it: Summary = serde_json::from_str(text).map_err(|error| {
        anyhow::anyhow!("it is not one object as lacteal read --summary prints it for one report: {error}")
    })?;
    anyhow::ensure!(
        it.in_scope != Some(false),
        "in_scope is false: the report is about no neuroendocrine tumour of the small bowel, so that there is no risk to compute"
    );
    let millimetres = |it: Option<f64>| it.map(|it| format!("{it} mm"));
    let number = |it: Option<u16>| it.map(|it| it.to_string());
    let all = [
        ("site", it.site),
        ("size", millimetres(it.tumour_size_mm)),
        ("primaries", it.multifocal.map(|several| if several { "several" } else { "1" }.to_owned())),
        ("depth", it.extent),
        ("pt", it.pT),
        ("pn", it.pN),
        ("pm", it.pM),
        ("nodes-examined", number(it.nodes_examined)),
        ("nodes-positive", number(it.nodes_positive)),
        ("ki67", it.ki67_percent.map(|it| interval(&it, 100.0))),
        ("mitoses", it.mitoses_per_2mm2.map(|it| interval(&it, 1000.0))),
        ("grade", it.grade),
        ("liver", it.liver_metastasis),
        ("mass", millimetres(it.mesenteric_mass_mm)),
    ];
    Ok(all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
}

/// An interval as a report writes it; one that reaches to an end of the scale is open there.
fn interval(it: &Interval, most: f64) -> String {
    let Interval { low, high } = it;
    if low == high {
        low.to_string()
    } else if *low == 0.0 {
        format!("<={high}")
    } else if *high >= most {
        format!(">={low}")
    } else {
        format!("{low}-{high}")
    }
}
