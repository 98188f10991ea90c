//! What is said of the patient beside the tumour: symptoms of carcinoid syndrome, and contrast media not tolerated.
//!
//! Only what is named is read: renal failure is no intolerance, and one loose stool no syndrome. Flushing and diarrhoea
//! together are for people to look at.

use std::ops::Range;

use lacteal_clinical::finding::{Contrast, Presence};

use crate::Section;
use crate::cues::State;
use crate::item::Item;
use crate::layout::Unit;
use crate::scene::{Draft, Scene, put};
use crate::words::Class;

/// Words that say that something is not tolerated.
const NOT_TOLERATED: [&str; 16] = [
    "allergy",
    "allergic",
    "allergies",
    "anaphylaxis",
    "anaphylactic",
    "anaphylactoid",
    "hypersensitivity",
    "hypersensitive",
    "intolerance",
    "intolerant",
    "reaction",
    "reacted",
    "reactions",
    "contraindicated",
    "contraindication",
    "urticaria",
];
/// How far apart flushing and diarrhoea may stand, in tokens.
const TOGETHER_TOKENS: usize = 8;

/// Reads symptoms of carcinoid syndrome out of one unit.
pub(crate) fn carcinoid_syndrome(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    if unit.mask & Class::Symptom.bit() == 0 {
        return;
    }
    let text = &scene.text;
    for i in scene.with(unit.tokens.clone(), Class::Symptom.bit()) {
        match text.word(i) {
            "syndrome" if text.word(i.wrapping_sub(1)) == "carcinoid" => {
                let state = scene.state_now(u, i - 1..i + 1);
                say(unit, u, state, i - 1..i + 1, "carcinoid_syndrome", drafts);
            }
            "flushing" | "flushes" => {
                let near = i.saturating_sub(TOGETHER_TOKENS).max(unit.tokens.start)
                    ..(i + TOGETHER_TOKENS).min(unit.tokens.end);
                let other = near
                    .into_iter()
                    .find(|k| matches!(text.word(*k), "diarrhoea" | "diarrhea" | "diarrhoeal" | "diarrheal"));
                let Some(other) = other else { continue };
                let (one, two) = (scene.state_now(u, i..i + 1), scene.state_now(u, other..other + 1));
                if one.no == two.no {
                    let state = State { maybe: true, ..one };
                    say(unit, u, state, i..i + 1, "flushing_and_diarrhoea", drafts);
                }
            }
            _ => {}
        }
    }
}

fn say(
    unit: &Unit,
    u: usize,
    state: State,
    tokens: Range<usize>,
    rule: &'static str,
    drafts: &mut Vec<Draft>,
) {
    if state.family || state.plan || state.purpose || state.no_new {
        return;
    }
    let presence = if state.no { Presence::Absent } else { Presence::Present };
    // What was so once, or is told by who asks, may be so no more.
    let doubtful = state.maybe || state.past || unit.section == Section::History;
    put(drafts, u, Item::CarcinoidSyndrome(presence), tokens, rule, State { maybe: doubtful, ..state });
}

/// Reads a contrast medium that is not tolerated out of one unit.
pub(crate) fn contrast(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    if unit.mask & Class::Contrast.bit() == 0 || unit.section == Section::Family {
        return;
    }
    let from =
        if unit.label.is_empty() { unit.tokens.start } else { unit.label.start.min(unit.tokens.start) };
    let all = from..unit.tokens.end;
    let text = &scene.text;
    let Some(word) = all.clone().find(|i| NOT_TOLERATED.contains(&text.word(*i))) else { return };
    for agent in Contrast::ALL {
        let named =
            scene.with(all.clone(), Class::Contrast.bit()).find(|i| medium(text.word(*i)) == Some(agent));
        let Some(i) = named else { continue };
        let states = [scene.state_now(u, word..word + 1), scene.state_now(u, i..i + 1)];
        if states.iter().any(|it| it.no || it.family || it.plan || it.purpose) {
            continue;
        }
        let state = State { maybe: states.iter().any(|it| it.maybe), ..State::default() };
        put(drafts, u, Item::ContrastIntolerance(agent), i..i + 1, "contrast_intolerance", state);
    }
}

/// The kind of contrast media that a word names; none for one that is open, as "contrast" and "iodine" are.
fn medium(word: &str) -> Option<Contrast> {
    if word.starts_with("gado") {
        return Some(Contrast::Gadolinium);
    }
    match word {
        "dotarem" | "gbca" | "magnevist" | "multihance" | "primovist" | "eovist" | "prohance" => {
            Some(Contrast::Gadolinium)
        }
        "contrast" => None,
        _ => Some(Contrast::Iodinated),
    }
}
