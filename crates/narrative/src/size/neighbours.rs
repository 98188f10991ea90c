//! The nouns before and behind a length.

use super::noun::noun;
use super::owner::{Owner, headed_tumour};
use crate::Kind;
use crate::layout::Unit;
use crate::scene::Scene;
use crate::tokens::{Shape, Text};
use crate::words::Class;

pub(super) fn following_noun(scene: &Scene<'_>, start: usize, end: usize, limit: usize) -> Option<Owner> {
    let text = &scene.text;
    let limit = limit.min(end + ADJECTIVES_MAX);
    let mut graded = in_direction(text, end);
    for i in end..limit {
        let word = text.word(i);
        // `a 23 mm grade 1 NET`; `16 mm of mural thickening`
        let amount = word == "of" && (i + 2..i + 4).any(|k| text.word(k) == "thickening");
        if i < graded || amount {
            continue;
        }
        if matches!(word, "grade" | "g1" | "g2" | "g3" | "who") {
            let after = if word == "grade" { i + 2 } else { i + 1 };
            let named = (after..(after + 4).min(limit))
                .take_while(|k| text.is_word(*k) || text.mark(*k, b'-') || text.is_number(*k))
                .any(|k| text.any(k, Class::Net.bit() | Class::Neuroendocrine.bit() | Class::Tumour.bit()));
            if named {
                graded = after;
                continue;
            }
        }
        if text.token(i).is_some_and(|t| t.shape == Shape::Mark && t.first != b'-' && t.first != b',')
            || text.is_number(i)
            || matches!(
                word,
                "in" | "from"
                    | "at"
                    | "with"
                    | "and"
                    | "on"
                    | "is"
                    | "was"
                    | "to"
                    | "located"
                    | "within"
                    | "which"
                    | "x"
                    | "by"
                    | "the"
                    | "of"
                    | "invading"
                    | "into"
                    | "involving"
                    | "extending"
                    | "through"
                    | "confined"
                    | "g1"
                    | "g2"
                    | "g3"
                    | "unifocal"
                    | "grade"
                    | "no"
                    | "without"
            )
            || crate::stage::is_category(text, i)
        {
            return None;
        }
        let organ_adjective = matches!(
            word,
            "mesentery"
                | "bowel"
                | "ileum"
                | "colon"
                | "appendix"
                | "mucosa"
                | "serosa"
                | "wall"
                | "resection"
                | "tissue"
                | "fat"
        ) && i + 1 < limit
            && text.is_word(i + 1)
            && (noun(scene, i + 1, start..limit).is_some()
                || matches!(text.word(i + 1), "density" | "attenuation"));
        if !organ_adjective && let Some(owner) = noun(scene, i, start..(i + 10)) {
            // `Tumour: single, 24 mm, mid ileum`: a place behind a comma is not what was measured.
            let place = owner == Owner::Other && (end..i).any(|k| text.mark(k, b','));
            return Some(owner).filter(|_| !place);
        }
    }
    None
}

/// Most tokens between a length and its noun.
const ADJECTIVES_MAX: usize = 14;

/// `a 24 mm in maximum diameter tumour`: where the words after the length begin.
fn in_direction(text: &Text<'_>, end: usize) -> usize {
    let at = usize::from(text.word(end) == "in") + end;
    let at = at + usize::from(matches!(text.word(at), "maximum" | "greatest" | "max" | "largest"));
    let told = matches!(text.word(at), "diameter" | "size" | "dimension" | "extent") && at > end;
    if told { at + 1 } else { end }
}

pub(super) fn preceding_noun(scene: &Scene<'_>, unit: &Unit, start: usize) -> Option<Owner> {
    let text = &scene.text;
    let floor = unit.tokens.start.max(start.saturating_sub(40));
    // `s/p resection 4/2021: 1.6 cm, G1`: figures behind a colon that no noun stands before.
    if start > floor + 1
        && text.mark(start - 1, b':')
        && !text.has(start - 2, Class::Measured)
        && scene.kind == Kind::Clinic
    {
        return None;
    }
    // `Primary: terminal ileum, 24 mm`: a place in apposition is what was measured only if nothing stands before it.
    let mut place = None;
    for i in (floor..start).rev() {
        // `conglomerate (SUVmax 20.4; 38 x 27 mm)`: inside a bracket the noun still stands before it.
        if text.mark(i, b';') && !in_bracket(text, i, floor) {
            // `three tumours; 15 mm, 9 mm and 4 mm`
            // `NET G1; 24 mm; pT3`
            let figures = i + 1 == start
                && scene.kind != Kind::Radiology
                && (i.saturating_sub(3).max(floor)..i).any(|k| text.has(k, Class::Net));
            if figures {
                return Some(Owner::Tumour);
            }
            let list = i > floor && matches!(text.word(i - 1), "tumours" | "tumors" | "nets" | "nodules");
            return list.then_some(Owner::Tumour).filter(|_| i + 3 > start);
        }
        if is_told_length(scene, i, floor)
            || is_where(scene, i, floor)
            || is_part(text, i)
            || tells_shape(scene, i, floor)
        {
            continue;
        }
        if let Some(owner) = noun(scene, i, unit.tokens.clone()) {
            if owner == Owner::Other && in_apposition(scene, i, floor) {
                place = Some(owner);
                continue;
            }
            if place.is_some() && owner != Owner::Tumour {
                break;
            }
            // `the distance between the tumours is 2-8 cm`
            let between = scene.says(i.saturating_sub(3).max(floor)..i, &["between"]);
            return Some(if between { Owner::Other } else { owner });
        }
    }
    place
}

/// Whether a piece of bowel is named behind a mark: `lesion 1: mid ileum, 11 mm`.
fn in_apposition(scene: &Scene<'_>, i: usize, floor: usize) -> bool {
    let text = &scene.text;
    let mut at = i;
    while at > floor
        && matches!(text.word(at - 1), "terminal" | "distal" | "proximal" | "mid" | "small" | "the")
    {
        at -= 1;
    }
    // `Tumour: ileum, 24 mm`, `Suspected primary: focal enhancement distal ileum, 24 mm`
    let headed = at == floor && headed_tumour(text, floor)
        || (floor + 1..(floor + 4).min(i)).any(|k| text.mark(k, b':') && text.word(k - 1) == "primary");
    matches!(text.word(i), "ileum" | "jejunum" | "bowel" | "intestine")
        && (headed
            || at > floor && [b':', b'(', b',', b'-', b'/'].iter().any(|mark| text.mark(at - 1, *mark)))
}

fn in_bracket(text: &Text<'_>, i: usize, floor: usize) -> bool {
    let near = i.saturating_sub(8).max(floor)..i;
    near.rev().find(|k| text.mark(*k, b'(') || text.mark(*k, b')')).is_some_and(|k| text.mark(k, b'('))
}

/// `over a 15 cm length`, `in a 20 cm segment`: that length is told already.
fn is_told_length(scene: &Scene<'_>, i: usize, floor: usize) -> bool {
    let text = &scene.text;
    matches!(text.word(i), "length" | "segment" | "stretch" | "loop" | "bowel" | "ileum" | "jejunum")
        && i > floor
        && text.has(i - 1, Class::Length)
        && scene
            .says(i.saturating_sub(6).max(floor)..i, &["over", "along", "in", "within", "of", "throughout"])
}

/// `mass with irregular and retracting margins, 32 mm`: on a scan margins tell the shape of the mass.
pub(super) fn tells_shape(scene: &Scene<'_>, i: usize, floor: usize) -> bool {
    const SHAPES: [&str; 8] = [
        "spiculated",
        "irregular",
        "retracting",
        "lobulated",
        "smooth",
        "indistinct",
        "defined",
        "infiltrative",
    ];
    let before = i.saturating_sub(5).max(floor)..i;
    scene.kind == Kind::Radiology
        && matches!(scene.text.word(i), "margin" | "margins")
        && scene.says(before.clone(), &["with"])
        && scene.says(before, &SHAPES)
}

/// `with calcific foci`: what a growth holds is not what was measured.
fn is_part(text: &Text<'_>, i: usize) -> bool {
    i > 0
        && matches!(text.word(i), "foci" | "focus" | "areas" | "area" | "component" | "components")
        && matches!(
            text.word(i - 1),
            "calcific" | "calcified" | "necrotic" | "cystic" | "haemorrhagic" | "hemorrhagic" | "hypodense"
        )
}

/// Where it lies is not what it is: `tumour in the ileum measuring 2 cm`.
fn is_where(scene: &Scene<'_>, i: usize, floor: usize) -> bool {
    let text = &scene.text;
    let place = matches!(
        text.word(i),
        "ileum"
            | "jejunum"
            | "bowel"
            | "intestine"
            | "mesentery"
            | "colon"
            | "caecum"
            | "cecum"
            | "wall"
            | "mucosa"
            | "serosa"
            | "diverticulum"
            | "segment"
            | "specimen"
            | "loop"
            | "appendix"
            | "resection"
            | "ileal"
            | "lumen"
            | "fat"
            | "tissue"
            | "coecum"
            | "margin"
            | "duct"
            | "polyp"
            | "hemicolectomy"
    );
    let preposition = || {
        (i.saturating_sub(5).max(floor)..i).rev().any(|k| {
            matches!(
                text.word(k),
                "in" | "of"
                    | "within"
                    | "from"
                    | "at"
                    | "on"
                    | "into"
                    | "involving"
                    | "to"
                    | "near"
                    | "through"
                    | "adjacent"
                    | "opposite"
                    | "beneath"
            )
        })
    };
    place && (preposition() || after_noun(scene, i, floor))
}

/// `a nodule terminal ileum approx 6 mm`, `NET G1 terminal ileum, 8 mm`
fn after_noun(scene: &Scene<'_>, i: usize, floor: usize) -> bool {
    let text = &scene.text;
    let mut at = i;
    while at > floor && matches!(text.word(at - 1), "terminal" | "distal" | "proximal" | "mid") {
        at -= 1;
    }
    let placed = at < i;
    if at > floor && matches!(text.word(at - 1), "g1" | "g2" | "g3") {
        at -= 1;
    }
    placed
        && at > floor
        && matches!(text.word(at - 1), "nodule" | "lesion" | "tumour" | "tumor" | "mass" | "net")
}
