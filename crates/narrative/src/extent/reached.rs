//! Whether tumour reaches a layer that is named: led to it, short of it, ending at it, or something else in it.

use crate::Section;
use crate::item::Depth;
use crate::layout::Unit;
use crate::scene::Scene;
use crate::words::Class;

/// What the words before a layer say of its being the last one reached.
pub(super) enum Bound {
    /// It is reached, and this is the depth.
    Here(Depth),
    None,
}

/// `into but not through the muscularis propria`, `does not extend beyond the submucosa`, `to but not through the serosa`:
/// a denial that tells where the tumour ends.
pub(super) fn bounded(scene: &Scene<'_>, i: usize, start: usize, depth: Depth) -> Bound {
    let text = &scene.text;
    let near = i.saturating_sub(6).max(start)..i;
    let beyond = |k: usize| {
        matches!(text.word(k), "through" | "beyond" | "past" | "outside" | "deeper" | "cross" | "thru")
            || matches!(
                text.word(k),
                "breach" | "breaching" | "penetrate" | "penetrating" | "traverse" | "crossing"
            )
    };
    let Some(at) = near.rev().find(|k| beyond(*k)) else { return Bound::None };
    let before = at.saturating_sub(4).max(start)..at;
    if !scene.says(before.clone(), &["not", "no", "without", "never"]) {
        return Bound::None;
    }
    let to = scene.says(
        at.saturating_sub(8).max(start)..at,
        &["into", "to", "reaches", "involves", "upto", "reaching", "invades", "in", "abuts", "involving"],
    );
    let but = scene.says(before, &["but", "and", "yet"]) && to;
    match depth {
        Depth::Serosa if but => Bound::Here(Depth::Subserosa),
        Depth::Serosa | Depth::OtherOrgans => Bound::None,
        _ if but || matches!(text.word(at), "beyond" | "past" | "outside" | "deeper") => {
            Bound::Here(match depth {
                // `not through the muscularis propria` was read as beyond it.
                Depth::Subserosa if text.any(i, Class::Layer.bit()) && is_muscle(scene, i) => {
                    Depth::MuscularisPropria
                }
                other => other,
            })
        }
        _ => Bound::None,
    }
}

fn is_muscle(scene: &Scene<'_>, i: usize) -> bool {
    matches!(scene.text.word(i), "muscularis" | "mp" | "muscle" | "propria")
}

/// `the subserosa is clear`, `serosal surface free`, `muscularis propria intact`: not reached, in the same clause.
pub(super) fn is_free(scene: &Scene<'_>, i: usize, end: usize) -> bool {
    let text = &scene.text;
    // `with an intact mesothelial lining`
    let intact =
        i > 0 && matches!(text.word(i - 1), "intact" | "uninvolved" | "unbreached" | "smooth" | "clear");
    // `the serosal surface is covered by intact mesothelium`
    let covered = (i + 1..(i + 9).min(end)).any(|k| {
        text.word(k) == "covered"
            && (k + 1..(k + 5).min(end)).any(|k| matches!(text.word(k), "intact" | "normal" | "unremarkable"))
    });
    let intact = intact || covered;
    // `subserosa Y, serosa N`, `Invasion of subserosa: no`
    let answer = if text.mark(i + 1, b':') { i + 2 } else { i + 1 };
    let denied = answer < end
        && matches!(text.word(answer), "n" | "no" | "nil" | "neg" | "none" | "absent")
        && (answer + 1 >= end || !text.is_word(answer + 1));
    intact
        || denied
        || (i + 1..(i + 8).min(end))
            .take_while(|k| {
                text.is_word(*k)
                    && !matches!(
                        text.word(*k),
                        "with" | "and" | "but" | "where" | "margin" | "margins" | "ends" | "nodes"
                    )
            })
            .any(|k| {
                matches!(
                    text.word(k),
                    "clear"
                        | "smooth"
                        | "unremarkable"
                        | "spared"
                        | "preserved"
                        | "negative"
                        | "uninvolved"
                        | "free"
                )
            })
}

/// A layer in a list beside the name of the tumour: `NET in lamina propria & submucosa`.
pub(super) fn named_beside(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    let start = unit.tokens.start;
    !matches!(unit.section, Section::Gross | Section::History)
        && unit.mask & (Class::Neuroendocrine.bit() | Class::Net.bit()) != 0
        && is_wall(scene, i)
        && (i == start
            || text.mark(i - 1, b',')
            || text.mark(i - 1, b';')
            || text.mark(i - 1, b'(')
            || text.mark(i - 1, b'&')
            || matches!(text.word(i - 1), "and" | "in" | "within"))
}

/// `pT2 - muscularis propria`, `T3 (subserosa)`: the category leads to the layer.
pub(super) fn beside_category(scene: &Scene<'_>, i: usize, start: usize) -> bool {
    let text = &scene.text;
    is_wall(scene, i)
        && (i.saturating_sub(3).max(start)..i)
            .any(|k| crate::stage::is_category(text, k) && text.word(k).contains('t'))
}

fn is_wall(scene: &Scene<'_>, i: usize) -> bool {
    let text = &scene.text;
    matches!(text.word(i), "submucosa" | "subserosa" | "muscularis" | "lamina" | "serosa" | "propria")
        || matches!(text.word(i), "subserosal" | "submucosal")
            && matches!(text.word(i + 1), "fat" | "tissue" | "layer")
        || text.word(i) == "mucosa" && text.word(i + 1) == "and"
}

/// `nests of tumour in the submucosa, muscularis propria and subserosa`: tumour lies in the layer.
pub(super) fn holds_tumour(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    let start = unit.tokens.start;
    if matches!(unit.section, Section::Gross | Section::History | Section::Specimen) || !is_wall(scene, i) {
        return false;
    }
    let holds = |k: usize| {
        text.any(k, Class::Reached.bit() | Class::Depth.bit())
            || matches!(text.word(k), "in" | "within" | "throughout" | "from" | "to")
    };
    // Back over the list of layers to its preposition.
    let mut at = i;
    while at > start && at + 16 > i && !holds(at - 1) {
        let listed = text.any(at - 1, Class::Layer.bit())
            || text.mark(at - 1, b',')
            || text.mark(at - 1, b'/')
            || matches!(
                text.word(at - 1),
                "the"
                    | "and"
                    | "propria"
                    | "both"
                    | "superficial"
                    | "deep"
                    | "inner"
                    | "outer"
                    | "of"
                    | "adjacent"
                    | "overlying"
                    | "mainly"
            );
        if !listed {
            return false;
        }
        at -= 1;
    }
    if at == start || !holds(at - 1) {
        return false;
    }
    let subject = at.saturating_sub(SUBJECT_TOKENS).max(start)..at;
    scene.says(
        subject.clone(),
        &[
            "tumour",
            "tumor",
            "nests",
            "neoplasm",
            "carcinoid",
            "islands",
            "net",
            "neuroendocrine",
            "neoplastic",
            "trabeculae",
            "lesion",
        ],
    ) && !scene.says(
        subject,
        &[
            "node",
            "nodes",
            "margin",
            "margins",
            "vascular",
            "lymphovascular",
            "perineural",
            "vessels",
            "vessel",
            "venous",
            "inflammation",
            "inflammatory",
            "polyp",
            "no",
            "hyperplasia",
            "lymphatic",
            "lymphatics",
            "veins",
            "vein",
            "deposit",
            "deposits",
        ],
    )
}

/// How far before the layer the tumour may be named.
const SUBJECT_TOKENS: usize = 20;

/// `to within 1 mm of the serosa`, `up to the serosa`, `does not reach`: not reached.
pub(super) fn short_of(scene: &Scene<'_>, i: usize, start: usize) -> bool {
    let near = i.saturating_sub(9).max(start)..i;
    scene.says(
        near.clone(),
        &[
            "short",
            "abuts",
            "abutting",
            "against",
            "close",
            "near",
            "approaches",
            "approaching",
            "beneath",
            "below",
            "toward",
            "towards",
            "from",
            "sparing",
            "spares",
            "underneath",
            "nearly",
            "almost",
        ],
    ) && !scene.says(i.saturating_sub(3).max(start)..i, &["into", "in", "to", "invades"])
        || scene.says(i.saturating_sub(3).max(start)..i, &["from", "beneath", "below", "toward", "towards"])
            && !scene.says(
                i.saturating_sub(7).max(start)..i,
                &["arising", "extends", "extending", "infiltrating", "invading", "infiltrates", "invades"],
            )
        || scene.says(near.clone(), &["within"]) && scene.says(near.clone(), &["mm", "cm"])
        // `the overlying serosa` is only a place, unless it is said to be reached.
        || scene.says(near, &["overlying"])
            && !scene.says(i.saturating_sub(3).max(start)..i, &["into", "in", "to", "invades"])
            && !(i + 1..i + 5).any(|k| scene.text.has(k, Class::Reached))
}

/// Whether a verb or noun of invasion leads to the layer, with no other subject between.
pub(super) fn led_by_depth(scene: &Scene<'_>, i: usize, start: usize) -> bool {
    let text = &scene.text;
    let near = i.saturating_sub(26).max(start)..i;
    let led = near
        .clone()
        .rev()
        .find(|k| text.has(*k, Class::Depth) && !matches!(text.word(*k), "level" | "present"));
    let sided = matches!(text.word(i + 1), "surface" | "aspect" | "side" | "lining");
    let surface = if sided || text.word(i + 1) == "propria" { i + 2 } else { i + 1 };
    // `the serosal surface shows tumour cells`, `lamina propria and submucosa contain nests of uniform cells`
    let shown = matches!(text.word(surface), "shows" | "show" | "contains" | "contain" | "bears" | "bear")
        && scene.says(
            surface + 1..surface + 4,
            &["tumour", "tumor", "neoplastic", "carcinoid", "nests", "islands", "cords", "trabeculae"],
        );
    let mucosal_growth = text.word(i) == "intramucosal"
        && scene.says(start..i + 4, &["tumour", "tumor", "neoplasm", "net", "lesion", "growth"]);
    let at_surface = shown
        || mucosal_growth
        || matches!(text.word(i + 1), "surface")
            && scene.says(near.clone(), &["present", "seen", "identified", "at", "on"])
            && scene.says(near, &["tumour", "tumor", "cells"]);
    let reached = || {
        (i + 1..i + 8)
            .take_while(|k| !text.mark(*k, b';') && !text.mark(*k, b','))
            // `the mucosa is ulcerated` tells nothing of depth.
            .any(|k| {
                text.has(k, Class::Reached) && !(text.word(k) == "ulcerated" && text.word(i) == "mucosa")
            })
            && !of_vessels(scene, i.saturating_sub(6).max(start)..i)
    };
    if at_surface {
        return true;
    }
    // `the serosa is breached`, `serosal surface involved`.
    let Some(led) = led else { return reached() };
    let other = &["nodes", "node", "margin", "margins", "mm", "vessels", "lymphovascular", "perineural"];
    let subject = led.saturating_sub(3).max(start)..i;
    !(scene.says(led..i, other) || of_vessels(scene, subject)) || reached()
}

/// `vascular invasion in the submucosa`: what invades is counted apart.
fn of_vessels(scene: &Scene<'_>, range: std::ops::Range<usize>) -> bool {
    range.clone().any(|k| {
        matches!(
            scene.text.word(k),
            "vascular"
                | "lymphovascular"
                | "perineural"
                | "venous"
                | "lymphatic"
                | "angioinvasion"
                | "neural"
                | "lvi"
                | "pni"
        ) && scene.says(
            k..(k + 3).min(range.end),
            &[
                "invasion",
                "permeation",
                "infiltration",
                "lvi",
                "pni",
                "involvement",
                "spread",
                "angioinvasion",
            ],
        )
    })
}
