//! The liver's disease in words that name neither a metastasis nor a lesion.

use lacteal_clinical::finding::Presence;

use super::specimen::starts_with_liver;
use super::verdict::changes;
use super::vocabulary::OTHER_ORGANS;
use crate::Section;
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
        "burden" | "load" if plain(i) => {
            let liver = (i.saturating_sub(2).max(all.start)..i).any(|k| text.has(k, Class::Liver));
            let state = scene.state_now(u, i..i + 1);
            (liver && !state.no && !state.no_new).then_some((Presence::Present, i, "liver_burden"))
        }
        "response" | "progression" if plain(i) => {
            let told = course(scene, u, unit, i);
            told.then_some((Presence::Present, i, "liver_course"))
        }
        "spread" => spread(scene, u, unit, i).map(|it| (it, i, "liver_spread")),
        "disease" | "involvement" if plain(i) => {
            let state = scene.state_now(u, i..i + 1);
            let told = !state.no && !state.no_new && tumour_disease(scene, unit, i);
            told.then_some((Presence::Present, i, "liver_disease"))
        }
        // `the liver tumours are stable`
        "tumours" | "tumors" if plain(i) => {
            let inside = matches!(text.word(i + 1), "in" | "within")
                && (i + 2..(i + 4).min(all.end)).any(|k| text.has(k, Class::Liver));
            let liver = inside || i > all.start && text.has(i - 1, Class::Liver);
            let state = scene.state_now(u, i..i + 1);
            (liver && !state.no && !state.no_new).then_some((Presence::Present, i, "liver_tumours"))
        }
        "involved" | "uninvolved" if plain(i) => {
            let liver = (i.saturating_sub(4).max(all.start)..i).any(|k| text.has(k, Class::Liver));
            let not = text.word(i) == "uninvolved" || text.word(i.wrapping_sub(1)) == "not";
            (liver && not).then_some((Presence::Absent, i, "liver_free"))
        }
        _ => None,
    })
}

/// `partial response in the liver`, `hepatic progression`: of metastases that are there.
fn course(scene: &Scene<'_>, u: usize, unit: &Unit, i: usize) -> bool {
    const PARTIAL: [&str; 8] =
        ["partial", "good", "mixed", "minor", "major", "local", "favourable", "continuing"];
    let text = &scene.text;
    let all = unit.tokens.clone();
    let state = scene.state_now(u, i..i + 1);
    let behind = matches!(text.word(i + 1), "in" | "within" | "of")
        && (i + 2..(i + 4).min(all.end)).any(|k| text.has(k, Class::Liver));
    let before = i > all.start && text.has(i - 1, Class::Liver);
    let ahead = i.saturating_sub(3).max(all.start)..i;
    let partial = scene.says(ahead.clone(), &PARTIAL);
    if scene.says(ahead, &["no", "without", "not", "nor"]) {
        return false;
    }
    (behind || before) && (text.word(i) == "progression" || partial) && !state.no && !state.no_new
}

/// `the disease has spread to his liver`, `no hepatic spread`. Whether it `may spread` there says nothing.
fn spread(scene: &Scene<'_>, u: usize, unit: &Unit, i: usize) -> Option<Presence> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let to = matches!(text.word(i + 1), "to" | "into" | "in" | "within")
        && (i + 2..(i + 5).min(all.end)).any(|k| text.has(k, Class::Liver));
    let liver = to || i > all.start && text.has(i - 1, Class::Liver);
    let state = scene.state_now(u, i..i + 1);
    let in_general =
        matches!(text.word(i.wrapping_sub(1)), "can" | "may" | "might" | "could" | "will" | "would");
    if !liver
        || in_general
        || state.plan
        || state.purpose
        || state.family
        || state.no_new
        || changes(scene, unit, i)
    {
        return None;
    }
    Some(match (state.no, state.maybe) {
        (true, _) => Presence::Absent,
        (_, true) => Presence::Indeterminate,
        _ => Presence::Present,
    })
}

/// Whether the disease of the liver is the tumour's: `receptor-positive disease in liver and nodes`, `low volume liver
/// disease`, `metastatic NET with liver and peritoneal disease`; not `fatty liver disease`.
fn tumour_disease(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    let all = unit.tokens.clone();
    const OF_TUMOUR: [&str; 20] = [
        "positive",
        "avid",
        "expressing",
        "metastatic",
        "stable",
        "progressive",
        "progressing",
        "bulky",
        "volume",
        "dominant",
        "predominant",
        "bilobar",
        "residual",
        "progression",
        "measurable",
        "widespread",
        "extensive",
        "secondary",
        "active",
        "multifocal",
    ];
    const OWN: [&str; 9] = [
        "chronic",
        "fatty",
        "alcoholic",
        "alcohol",
        "polycystic",
        "cirrhosis",
        "autoimmune",
        "cystic",
        "steatotic",
    ];
    if scene.says(all.clone(), &OWN) {
        return false;
    }
    let near = i.saturating_sub(6).max(all.start)..i;
    let progresses = text.word(i + 1) == "progression";
    let behind = i + 1 + usize::from(progresses);
    if matches!(text.word(behind), "in" | "within" | "involving") {
        let liver = (behind + 1..(behind + 3).min(all.end)).any(|k| text.has(k, Class::Liver));
        return liver && (progresses || OF_TUMOUR.contains(&text.word(i.wrapping_sub(1))));
    }
    let listed = near.rev().take_while(|k| text.is_word(*k) || text.mark(*k, b',') || text.mark(*k, b'-'));
    let Some(liver) = listed.into_iter().find(|k| text.has(*k, Class::Liver)) else { return false };
    let joined = (liver + 1..i).any(|k| matches!(text.word(k), "and" | "or") || text.mark(k, b','));
    let named = (all.start..i).any(|k| text.any(k, Class::Net.bit() | Class::Neuroendocrine.bit()));
    let spread = scene.says(all.start..i, &["metastatic"]);
    (joined || liver + 1 == i) && named && spread
        || (joined || liver + 1 == i) && scene.says(liver.saturating_sub(3).max(all.start)..liver, &OF_TUMOUR)
        || scene.says(liver + 1..i, &OF_TUMOUR)
}

/// Whether the word may name what a liver is free of.
pub(super) fn is_disease(word: &str) -> bool {
    matches!(
        word,
        "disease"
            | "involvement"
            | "changes"
            | "tumour"
            | "tumours"
            | "tumor"
            | "tumors"
            | "malignancy"
            | "pathology"
            | "carcinoid"
            | "activity"
            | "increase"
            | "enhancement"
            | "focal"
    )
}

/// Whether the word needs `focal` or `abnormal` before it to be a finding.
fn is_vague(word: &str) -> bool {
    matches!(word, "changes" | "activity" | "increase" | "enhancement")
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
    let focal = scene.says(
        i.saturating_sub(2).max(all.start)..i,
        &["focal", "abnormal", "suspicious", "pathological", "pathologic", "avid", "measurable"],
    );
    // `Liver: nil focal`
    if text.word(i) == "focal" && i + 1 < all.end && !text.mark(i + 1, b'.') {
        return false;
    }
    let of_liver = unit.field == Some(Field::Liver) || near.clone().any(|k| text.has(k, Class::Liver));
    let free =
        text.word(i.wrapping_sub(1)) == "of" && matches!(text.word(i.wrapping_sub(2)), "free" | "clear");
    let listed = i >= all.start + 3
        && text.has(i - 3, Class::Liver)
        && matches!(text.word(i - 2), "or" | "and")
        && text.is_word(i - 1);
    let here = if is_vague(text.word(i)) {
        focal && (of_liver && !scene.says(near, &OTHER_ORGANS) || here)
    } else if text.word(i) == "focal" {
        of_liver && !scene.says(near, &OTHER_ORGANS)
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
    let Some(i) = unit.tokens.clone().find(|i| is_tumour_of_tissue(scene, *i)) else {
        return benign_tissue(scene, unit).map(|i| (Presence::Absent, i, "liver_tissue"));
    };
    let state = scene.state_now(u, i..i + 1);
    // The title of a form below the list of what was sent.
    let title =
        scene.says(unit.tokens.clone(), &["proforma", "dataset", "checklist", "protocol", "synoptic"]);
    // `NET in terminal ileum`
    let elsewhere = scene.with(i + 1..(i + 6).min(unit.tokens.end), Class::SmallBowel.bit()).next().is_some();
    if title || state.past || state.plan || state.maybe || elsewhere && !starts_with_liver(scene, unit) {
        return None;
    }
    Some((if state.no { Presence::Absent } else { Presence::Present }, i, "liver_tissue"))
}

/// `Liver S3 - bile duct hamartoma`: what was taken out for a metastasis is diagnosed as something else.
fn benign_tissue(scene: &Scene<'_>, unit: &Unit) -> Option<usize> {
    const DIAGNOSES: [&str; 8] = [
        "hamartoma",
        "hamartomas",
        "haemangioma",
        "hemangioma",
        "meyenburg",
        "hyperplasia",
        "cyst",
        "granuloma",
    ];
    let diagnosed = matches!(unit.section, Section::Diagnosis | Section::Synoptic | Section::Addendum);
    let free = unit.mask & (Class::Metastasis.bit() | Class::OtherTumour.bit()) == 0;
    let mut words = unit.tokens.clone().filter(|_| diagnosed && free && starts_with_liver(scene, unit));
    words.find(|i| DIAGNOSES.contains(&scene.text.word(*i)))
}

/// What a specimen of the liver may hold.
pub(super) fn is_tumour_of_tissue(scene: &Scene<'_>, i: usize) -> bool {
    let text = &scene.text;
    text.has(i, Class::Net) && is_net_word(text.written(i))
        || text.has(i, Class::Neuroendocrine)
        || matches!(text.word(i), "malignancy" | "tumour" | "tumor" | "malignant" | "neoplasm")
}

pub(crate) fn is_net_word(written: &str) -> bool {
    !matches!(written, "net" | "Net" | "nets" | "Nets" | "nen" | "nens")
}
