//! The liver's disease in words that name neither a metastasis nor a lesion.

use lacteal_clinical::finding::Presence;

use super::specimen::starts_with_liver;
use super::verdict::changes;
use super::vocabulary::OTHER_ORGANS;
use crate::fields::Field;
use crate::layout::Unit;
use crate::scene::Scene;
use crate::words::Class;

/// `there was nothing in the liver`, `metastatic NET with liver disease`.
pub(super) fn in_words(scene: &Scene<'_>, u: usize, unit: &Unit) -> Option<(Presence, usize, &'static str)> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let plain = |i: usize| {
        let state = scene.state_now(u, i..i + 1);
        !(state.plan || state.purpose || state.past || state.maybe || state.family)
    };
    all.clone().find_map(|i| match text.word(i) {
        "nothing" if plain(i) => {
            let liver = (i + 1..(i + 7).min(all.end)).any(|k| text.has(k, Class::Liver));
            let new = scene.says(i + 1..(i + 4).min(all.end), &["new", "further", "else"]);
            (liver && !new).then_some((Presence::Absent, i, "liver_nothing"))
        }
        "burden" if plain(i) => {
            let liver = (i.saturating_sub(2).max(all.start)..i).any(|k| text.has(k, Class::Liver));
            let state = scene.state_now(u, i..i + 1);
            (liver && !state.no && !state.no_new).then_some((Presence::Present, i, "liver_burden"))
        }
        // `receptor-positive disease in liver and nodes`
        "disease"
            if matches!(text.word(i.wrapping_sub(1)), "positive" | "avid" | "expressing")
                && matches!(text.word(i + 1), "in" | "within" | "involving")
                && (i + 2..(i + 4).min(all.end)).any(|k| text.has(k, Class::Liver))
                && plain(i) =>
        {
            let state = scene.state_now(u, i..i + 1);
            (!state.no && !state.no_new).then_some((Presence::Present, i, "liver_disease"))
        }
        "disease" | "involvement" if i > all.start && text.has(i - 1, Class::Liver) && plain(i) => {
            let named = (all.start..i).any(|k| text.any(k, Class::Net.bit() | Class::Neuroendocrine.bit()));
            let spread = scene.says(all.start..i, &["metastatic"]);
            let state = scene.state_now(u, i..i + 1);
            (named && spread && !state.no && !state.no_new).then_some((Presence::Present, i, "liver_disease"))
        }
        _ => None,
    })
}

/// `no DOTATATE-avid disease in the liver`, `no evidence of nodal or hepatic disease`.
pub(super) fn no_disease(scene: &Scene<'_>, u: usize, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let before = i.saturating_sub(4).max(all.start)..i;
    let here = i > all.start && text.has(i - 1, Class::Liver)
        || matches!(text.word(i + 1), "in" | "within" | "of" | "to")
            && (i + 2..(i + 5).min(all.end)).any(|k| text.has(k, Class::Liver));
    // `Liver: no evidence of focal disease`, `liver free of disease`, `no liver or peritoneal disease`
    let near = i.saturating_sub(8).max(all.start)..i;
    let focal = text.word(i.wrapping_sub(1)) == "focal";
    let of_liver = unit.field == Some(Field::Liver) || near.clone().any(|k| text.has(k, Class::Liver));
    let free =
        text.word(i.wrapping_sub(1)) == "of" && matches!(text.word(i.wrapping_sub(2)), "free" | "clear");
    let listed = i >= all.start + 3
        && text.has(i - 3, Class::Liver)
        && matches!(text.word(i - 2), "or" | "and")
        && text.is_word(i - 1);
    let here = if text.word(i) == "changes" {
        focal && (of_liver || here)
    } else {
        here || listed || (focal || free) && of_liver && !scene.says(near, &OTHER_ORGANS)
    };
    let state = scene.state_now(u, i..i + 1);
    here && state.no
        && !(state.no_new || state.plan || state.purpose || state.past || state.maybe)
        && !changes(scene, unit, i)
        && !scene.says(
            before,
            &[
                "chronic",
                "fatty",
                "parenchymal",
                "diffuse",
                "polycystic",
                "background",
                "recurrent",
                "residual",
            ],
        )
        && !matches!(text.word(i + 1), "progression" | "recurrence")
}

/// A liver specimen: tumour in it or not.
pub(super) fn tissue(scene: &Scene<'_>, u: usize, unit: &Unit) -> Option<(Presence, usize, &'static str)> {
    let text = &scene.text;
    let target = |i: usize| {
        text.has(i, Class::Net) && is_net_word(text.written(i))
            || text.has(i, Class::Neuroendocrine)
            || matches!(text.word(i), "malignancy" | "tumour" | "tumor" | "malignant" | "neoplasm")
    };
    let i = unit.tokens.clone().find(|i| target(*i))?;
    let state = scene.state_now(u, i..i + 1);
    // `NET in terminal ileum`
    let elsewhere = scene.with(i + 1..(i + 6).min(unit.tokens.end), Class::SmallBowel.bit()).next().is_some();
    if state.past || state.plan || state.maybe || elsewhere && !starts_with_liver(scene, unit) {
        return None;
    }
    Some((if state.no { Presence::Absent } else { Presence::Present }, i, "liver_tissue"))
}

pub(crate) fn is_net_word(written: &str) -> bool {
    !matches!(written, "net" | "Net" | "nets" | "Nets" | "nen" | "nens")
}
