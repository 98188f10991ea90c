//! Counts of tumours: `three separate tumours`, `NETs (x4)`, `only one tumour`.

use super::another::another_kind;
use super::noun::noun;
use super::{ELSEWHERE, Told};
use crate::cues::State;
use crate::layout::Unit;
use crate::numbers;
use crate::scene::Scene;
use crate::tokens::{Gap, Shape};
use crate::words::Class;

/// `only one tumour`, `one tumour only`, `one tumour found despite slicing`.
pub(super) fn only_one(scene: &Scene<'_>, unit: &Unit, i: usize, state: State) -> Option<Told> {
    let text = &scene.text;
    if text.word(i) != "one" || unit.mask & ELSEWHERE != 0 {
        return None;
    }
    let noun =
        if text.has(i + 1, Class::Neuroendocrine) || text.word(i + 1) == "such" { i + 2 } else { i + 1 };
    let found = |k: usize| matches!(text.word(k), "found" | "seen" | "identified");
    let only = i > unit.tokens.start && text.word(i - 1) == "only" || text.word(noun + 1) == "only";
    let told =
        matches!(text.word(noun), "tumour" | "tumor" | "lesion" | "nodule" | "net" | "neoplasm" | "primary")
            && (only
                || told_of(scene, unit, i)
                || found(noun + 1)
                || text.word(noun + 1) == "is" && found(noun + 2));
    told.then(|| Told::one(i..i + 2, "focality_count", state))
}

/// `the ileum had one tumour of 27 mm`, `there is one tumor.`: the sentence says how many there are.
fn told_of(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    i == unit.tokens.start && unit.section.is_own() && text.mark(i + 2, b',')
        || i > unit.tokens.start
            && matches!(
                text.word(i - 1),
                "is" | "was" | "had" | "has" | "contains" | "contained" | "with" | "shows"
            )
            && (i + 2..(i + 5).min(unit.tokens.end)).find(|k| !text.any(*k, Class::Tumour.bit())).is_some_and(
                |k| matches!(text.word(k), "of" | "measuring") || text.mark(k, b'.') || text.mark(k, b','),
            )
}

/// `neuroendocrine tumour, one focus, 28 mm`; `there were eight in all`.
pub(super) fn in_all(scene: &Scene<'_>, unit: &Unit, i: usize, state: State) -> Option<Told> {
    let text = &scene.text;
    let start = unit.tokens.start;
    let counted =
        crate::words::number(text.word(i)).or_else(|| numbers::whole(text, i).map(|it| it.0.into()));
    let one_focus = text.word(i) == "one"
        && matches!(text.word(i + 1), "focus" | "tumour" | "tumor" | "lesion")
        && text.token(i + 2).is_none_or(|t| t.shape == Shape::Mark || t.gap >= Gap::Line)
        && i > start
        && text.mark(i - 1, b',');
    let in_all = counted.is_some_and(|it| it > 1)
        && (text.follows(i + 1, &["in", "all"])
            || text.follows(i + 1, &["in", "number"])
            || text.follows(i + 1, &["altogether"]))
        && scene.says(i.saturating_sub(3).max(start)..i, &["were", "are", "they"]);
    let of_tumour = unit.mask & (Class::Net.bit() | Class::Neuroendocrine.bit()) != 0
        && unit.mask & (Class::Liver.bit() | Class::Node.bit()) == 0;
    if !(one_focus || in_all) || !of_tumour || state.no {
        return None;
    }
    let count = counted.and_then(|it| u16::try_from(it).ok());
    Some(Told { multifocal: in_all, count, tokens: i..i + 1, rule: "focality_count", state })
}

/// `three separate tumours`, `multiple NETs`, `3 x NET`, `a single tumour`, `further smaller tumours`.
pub(super) fn tumours(scene: &Scene<'_>, u: usize, unit: &Unit, i: usize, state: State) -> Option<Told> {
    let (count, length) = several(scene, i)?;
    let times = scene.text.word(i + length) == "x" && scene.text.has(i + length + 1, Class::Net);
    let noun = if times { i + length + 1 } else { noun(scene, i + length, unit.tokens.end, count)? };
    let multifocal = count != Some(1);
    // `no further tumours`, where the denial and the count are one phrase
    let denied = matches!(scene.text.word(i.wrapping_sub(1)), "no" | "any" | "other" | "without" | "nor");
    // `the tumour reaches the serosa in multiple foci`
    let places = matches!(scene.text.word(i.wrapping_sub(1)), "in" | "at") && scene.text.word(noun) == "foci";
    // `two independent primaries`, of which one is another organ's
    let kinds = matches!(scene.text.word(noun), "primaries" | "neoplasms" | "tumours" | "tumors")
        && scene
            .says(i..noun, &["independent", "synchronous", "different", "unrelated", "separate", "distinct"])
        && another_kind(scene, u);
    if state.no || places || kinds || multifocal && (state.no_new || denied) {
        return None;
    }
    Some(Told { multifocal, count, tokens: i..noun + 1, rule: "focality_count", state })
}

/// `multiple`, `three separate`, `single`, `at least nine` at token `i`: a count where told, and the tokens.
fn several(scene: &Scene<'_>, i: usize) -> Option<(Option<u16>, usize)> {
    let text = &scene.text;
    let length = |from: usize| {
        let mut at = from;
        // `multiple (at least nine)`, `two (2)`.
        if text.mark(at, b'(') {
            while at < from + 6 && !text.mark(at, b')') {
                at += 1;
            }
            at += 1;
        }
        at - i
    };
    match text.word(i) {
        "multiple" | "several" | "numerous" | "many" | "innumerable" => {
            let inside =
                (i + 1..i + 6).take_while(|_| text.mark(i + 1, b'(')).find_map(|k| numbers::whole(text, k));
            Some((inside.map(|it| it.0), length(i + 1)))
        }
        "synchronous" | "further" | "additional" => Some((None, 1)),
        "single" | "solitary" => Some((Some(1), 1)),
        "a" | "one" | "no" | "both" | "none" => None,
        _ => {
            let (count, used) = numbers::whole(text, i).filter(|it| (2..=99).contains(&it.0))?;
            Some((Some(count), length(i + used)))
        }
    }
}
