//! Whether a unit of a pathology report belongs to a specimen of the liver, by what stands above it.

use lacteal_clinical::finding::Presence;

use super::disease::is_tumour_of_tissue;
use crate::Kind;
use crate::layout::Unit;
use crate::scene::Scene;
use crate::words::Class;

/// `Liver, segment 4b, excision:` and under it the bullets of its diagnosis.
pub(super) fn under_liver(scene: &Scene<'_>, u: usize, unit: &Unit) -> bool {
    specimen_above(scene, u, unit).is_some_and(|it| it.label.clone().any(|i| scene.text.has(i, Class::Liver)))
}

/// The labelled line of a specimen above the bullets of its diagnosis, for a unit that is one of these.
pub(crate) fn specimen_above<'s>(scene: &'s Scene<'_>, u: usize, unit: &Unit) -> Option<&'s Unit> {
    let text = &scene.text;
    let bullet = |it: &Unit| {
        it.label.is_empty()
            && it.tokens.start > 0
            && (text.mark(it.tokens.start - 1, b'-') || text.mark(it.tokens.start - 1, b'*'))
    };
    if !bullet(unit) {
        return None;
    }
    let above = scene.units.iter().take(u).rev().take(BULLETS_MAX).find(|it| !bullet(it));
    above.filter(|it| it.section == unit.section)
}

/// Most bullets under one specimen.
const BULLETS_MAX: usize = 6;

/// How many units back the same letter of a specimen is looked for.
const LETTERS_BACK_UNITS: usize = 60;

/// The letter of the specimen that a unit begins with (`B. …`, `B: …`).
pub(crate) fn letter(scene: &Scene<'_>, unit: &Unit) -> Option<u8> {
    let text = &scene.text;
    if unit.label.len() == 1 && text.is_word(unit.label.start) && text.written(unit.label.start).len() == 1 {
        return text.word(unit.label.start).as_bytes().first().copied();
    }
    let first = if unit.label.is_empty() { unit.tokens.start } else { unit.label.start };
    let at = first.checked_sub(2)?;
    let mark = text.mark(first - 1, b'.') || text.mark(first - 1, b')') || text.mark(first - 1, b':');
    (mark
        && text.is_word(at)
        && text.written(at).len() == 1
        && text.gap(first - 1) == crate::tokens::Gap::None)
        .then(|| text.word(at).as_bytes().first().copied())
        .flatten()
}

fn starts_with_liver_specimen(scene: &Scene<'_>, unit: &Unit) -> bool {
    unit.tokens.clone().take(5).any(|i| scene.text.has(i, Class::Liver))
        || unit.label.clone().any(|i| scene.text.has(i, Class::Liver))
}

pub(super) fn starts_with_liver(scene: &Scene<'_>, unit: &Unit) -> bool {
    unit.tokens.clone().take(4).any(|i| scene.text.has(i, Class::Liver))
        || unit.label.clone().any(|i| scene.text.has(i, Class::Liver))
}

/// A short heading of a liver specimen stands right above.
pub(super) fn heads_liver(scene: &Scene<'_>, u: usize, unit: &Unit) -> bool {
    let above = u.checked_sub(1).and_then(|u| scene.units.get(u));
    scene.kind == Kind::Pathology
        && above.is_some_and(|it| {
            it.part == unit.part
                && it.tokens.len() <= 10
                && starts_with_liver(scene, it)
                && !scene.text.mark(it.tokens.end - 1, b'.')
        })
}

/// `B. Liver wedge` and, further down, `B. Metastatic NET`.
pub(super) fn lettered_liver(scene: &Scene<'_>, u: usize, unit: &Unit) -> bool {
    let Some(own) = letter(scene, unit) else { return false };
    let mut before = scene.units.iter().take(u).rev().take(LETTERS_BACK_UNITS);
    before.any(|it| letter(scene, it) == Some(own) && starts_with_liver_specimen(scene, it))
}

/// `Liver biopsy showed a NET`, `Bx: liver core - WD NET`, `the liver lesions were biopsied and confirmed NET`: what a letter tells of tissue of the liver.
pub(super) fn biopsied(scene: &Scene<'_>, u: usize, unit: &Unit) -> Option<(Presence, usize, &'static str)> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let words = unit.label.clone().chain(all.clone());
    let taken = |i: usize| {
        let of_liver = matches!(text.word(i + 1), "biopsy" | "biopsies" | "core" | "cores" | "bx");
        let lesion = || (i + 2..(i + 6).min(all.end)).find(|k| text.word(*k) == "biopsied");
        text.has(i, Class::Liver).then(|| if of_liver { Some(i + 1) } else { lesion() }).flatten()
    };
    let biopsy = words.into_iter().find_map(taken)?;
    let i = (biopsy + 1..all.end.min(biopsy + BIOPSY_TOKENS)).find(|i| is_tumour_of_tissue(scene, *i))?;
    let negative = scene.says(biopsy + 1..i, &["negative"]);
    // What is yet to come shows nothing.
    let to_come = ["to", "for", "if", "awaited", "pending", "should", "planned", "requested"];
    if !negative && scene.says(biopsy + 1..i, &to_come) {
        return None;
    }
    let state = scene.state_now(u, i..i + 1);
    if state.plan || state.purpose || state.family {
        return None;
    }
    let presence = match (state.no || negative, state.maybe) {
        (true, _) => Presence::Absent,
        (_, true) => Presence::Indeterminate,
        _ => Presence::Present,
    };
    Some((presence, i, "liver_biopsy"))
}

/// How far behind a biopsy its finding is looked for.
const BIOPSY_TOKENS: usize = 14;
