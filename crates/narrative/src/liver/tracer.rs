//! Lesions of the liver that take up a tracer and are called nothing.
//!
//! A receptor scan that shows them and does not say what they are leaves them open: for people to look at, not silence.

use lacteal_clinical::finding::Presence;

use super::place::is_lesion;
use super::vocabulary::BENIGN;
use crate::fields::Field;
use crate::layout::Unit;
use crate::scene::Scene;
use crate::words::Class;

/// Words that stand between a lesion and the liver that it is in.
const BETWEEN: [&str; 9] = ["in", "within", "throughout", "of", "the", "both", "lobes", "right", "left"];

/// `multiple tracer-avid liver lesions`, `uptake in the primary and in innumerable liver lesions`.
pub(super) fn avid(scene: &Scene<'_>, u: usize, unit: &Unit) -> Option<(Presence, usize, &'static str)> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let shows = scene.says(all.clone(), &["avid", "uptake", "positive", "expressing", "accumulation"]);
    // `liver lesions not avid`
    let denied = all
        .clone()
        .any(|i| matches!(text.word(i), "not" | "non") && (i + 1..i + 3).any(|k| text.word(k) == "avid"));
    if !shows || denied || scene.says(all.clone(), &BENIGN) {
        return None;
    }
    // `Liver: multiple avid lesions`
    let asked = unit.field == Some(Field::Liver);
    let i = all.clone().find(|i| {
        is_lesion(scene, *i) && !is_uptake(text.word(*i)) && (asked || beside_liver(scene, *i, &all))
    })?;
    let state = scene.state_now(u, i..i + 1);
    let open = state.no || state.no_new || state.plan || state.purpose || state.past || state.family;
    (!open).then_some((Presence::Indeterminate, i, "liver_lesion_avid"))
}

/// What takes up, not what is seen to.
fn is_uptake(word: &str) -> bool {
    matches!(word, "uptake" | "avidity" | "accumulation" | "accumulations" | "enrichment" | "area" | "areas")
}

/// `liver lesions`, `hepatic avid foci`, `lesions in both lobes of the liver`; not `focus with uptake above liver`.
fn beside_liver(scene: &Scene<'_>, i: usize, all: &std::ops::Range<usize>) -> bool {
    let text = &scene.text;
    let before = (i.saturating_sub(2).max(all.start)..i).any(|k| text.has(k, Class::Liver));
    let named = (i + 2..(i + 7).min(all.end)).find(|k| text.has(*k, Class::Liver));
    before || named.is_some_and(|liver| (i + 1..liver).all(|k| BETWEEN.contains(&text.word(k))))
}
