//! How deep the primary goes, in the words of the report: layers of the wall, reached and not denied.
//!
//! No T category is made of it here.

mod layer;
mod reached;

use lacteal_clinical::tnm::Basis;

use crate::cues::State;
use crate::fields::Field;
use crate::invasion::answer;
use crate::item::{Certainty, Depth, Item};
use crate::layout::Unit;
use crate::scene::{Draft, Scene, put};
use crate::words::Class;
use layer::layer;
use reached::{Bound, beside_category, bounded, holds_tumour, is_free, led_by_depth, named_beside, short_of};

/// The rule of a depth that a field tells.
pub(crate) const IN_FIELD: &str = "extent_field";

/// Reads the depth of invasion out of one unit.
pub(crate) fn extent(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    let all = unit.tokens.clone();
    if !scene.tells_pathology(unit) || asked_for_a_layer(scene, u, unit, drafts) {
        return;
    }
    let in_field = matches!(unit.field, Some(Field::Extent | Field::T));
    let layered = Class::Layer.bit() | Class::Elsewhere.bit();
    let led = Class::Depth.bit() | Class::Reached.bit() | Class::Neuroendocrine.bit() | Class::Net.bit();
    let field = unit.field.is_none_or(|it| {
        matches!(it, Field::Extent | Field::T | Field::Site | Field::Stage | Field::Histology)
    });
    if !field
        || !(in_field
            || unit.mask & Class::Layer.bit() != 0
            || unit.mask & layered != 0 && unit.mask & led != 0)
        || is_definition(scene, unit, in_field)
        || in_field && lists_all_layers(scene, unit)
    {
        return;
    }
    let mut deepest: Option<(Depth, usize)> = None;
    let mut hedge = State::default();
    for i in all.clone() {
        let Some(depth) = layer(scene, i, all.start, all.end) else { continue };
        let state = scene.state(u, i..i + 1);
        if state.past || state.family || state.plan || short_of(scene, i, all.start) {
            continue;
        }
        let depth = match bounded(scene, i, all.start, depth) {
            Bound::Here(depth) => depth,
            Bound::None if state.no || is_free(scene, i, all.end) => continue,
            Bound::None => depth,
        };
        let led = in_field
            || led_by_depth(scene, i, all.start)
            || named_beside(scene, unit, i)
            || holds_tumour(scene, unit, i)
            || beside_category(scene, i, all.start);
        if led && deepest.is_none_or(|it| depth > it.0) {
            deepest = Some((depth, i));
            hedge = state;
        }
    }
    let Some((depth, i)) = deepest else { return };
    let other = scene
        .says(all.start..i, if depth < Depth::Serosa { &OTHER_DEPTHS[..] } else { &OTHER_DISEASES[..] })
        && !in_field
        && !names_tumour(scene, all.start..i);
    if !other {
        let rule = if in_field { IN_FIELD } else { "extent_prose" };
        put(drafts, u, Item::Extent(depth), i..i + 1, rule, hedge);
    }
}

/// Whether the tumour is named, not only a metastatic one.
fn names_tumour(scene: &Scene<'_>, mut range: std::ops::Range<usize>) -> bool {
    range.any(|i| {
        TUMOUR_WORDS.contains(&scene.text.word(i)) && (i == 0 || scene.text.word(i - 1) != "metastatic")
    })
}

/// A perforation, an ulcer or a node has its own depth.
const OTHER_DEPTHS: [&str; 23] = [
    "endometriosis",
    "diverticulitis",
    "lymphatics",
    "node",
    "nodes",
    "nodal",
    "extranodal",
    "extracapsular",
    "deposit",
    "deposits",
    "metastasis",
    "adenoma",
    "ulceration",
    "ulcer",
    "perforation",
    "inflammation",
    "fibrosis",
    "abscess",
    "granulomas",
    "haemorrhage",
    "oedema",
    "crohn's",
    "fissuring",
];

/// What reaches the serosa as a tumour does.
const OTHER_DISEASES: [&str; 3] = ["endometriosis", "diverticulitis", "inflammation"];

const TUMOUR_WORDS: [&str; 7] = ["tumour", "tumor", "carcinoid", "neoplasm", "net", "lesion", "neoplastic"];

/// `Serosal involvement: present`, `Adjacent organ involvement: caecum`: a field that asks for one layer.
fn asked_for_a_layer(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) -> bool {
    let depth = match unit.field {
        Some(Field::Serosa) => Depth::Serosa,
        Some(Field::AdjacentOrgans) => Depth::OtherOrgans,
        _ => return false,
    };
    let first = unit.tokens.start;
    let named = depth == Depth::OtherOrgans
        && unit.tokens.clone().take(4).any(|i| scene.text.has(i, Class::Elsewhere));
    let reached = scene.text.has(first, Class::Reached);
    let told = answer(scene, unit).or_else(|| (named || reached).then_some((true, first)));
    if let Some((true, i)) = told {
        put(drafts, u, Item::Extent(depth), i..i + 1, IN_FIELD, scene.state(u, i..i + 1));
    }
    true
}

/// `pT2: tumor invades muscularis propria or is greater than 1 cm …`, `pT4: … (serosa) or other organs …`: the words of
/// the staging table, which leave the depth open.
fn is_definition(scene: &Scene<'_>, unit: &Unit, in_field: bool) -> bool {
    let text = &scene.text;
    let open = |i: usize| {
        text.word(i) == "or"
            && text.word(i + 1) == "other"
            && matches!(text.word(i + 2), "organs" | "structures")
            && (unit.tokens.start..i).any(|k| matches!(text.word(k), "serosa" | "peritoneum"))
    };
    if in_field && unit.tokens.clone().any(open) {
        return true;
    }
    let staged = matches!(unit.field, Some(Field::T | Field::Stage))
        || unit.tokens.clone().take(3).any(|i| crate::stage::is_category(text, i));
    staged
        && unit.tokens.clone().any(|i| {
            text.word(i) == "or"
                && (scene
                    .says(i + 1..i + 5, &["greater", "more", "larger", "size", "tumor", "tumour", "other"])
                    || text.mark(i + 1, b'>'))
        })
}

/// `submucosa / muscularis propria / subserosa / serosa`: the offers of a form.
fn lists_all_layers(scene: &Scene<'_>, unit: &Unit) -> bool {
    let slashes = unit.tokens.clone().filter(|i| scene.text.mark(*i, b'/')).count();
    slashes >= 2 && scene.with(unit.tokens.clone(), Class::Layer.bit()).count() >= 4
}

/// A depth told in prose that the stated T does not allow may be misread, or the report is wrong: for people to look at.
pub(crate) fn doubt_beside_category(drafts: &mut [Draft]) {
    let mut stated = drafts.iter().filter_map(|it| match &it.item {
        Item::Tnm(tnm) if it.certainty == Certainty::Stated && tnm.prefix.basis != Basis::Clinical => {
            Some(tnm.category.as_str()).filter(|it| matches!(*it, "T1" | "T2" | "T3" | "T4"))
        }
        _ => None,
    });
    let Some(category) = stated.next().filter(|first| stated.all(|it| it == *first)) else { return };
    let (least, most) = match category {
        "T1" => (Depth::LaminaPropria, Depth::Submucosa),
        "T2" => (Depth::LaminaPropria, Depth::MuscularisPropria),
        "T3" => (Depth::Subserosa, Depth::Subserosa),
        _ => (Depth::Serosa, Depth::OtherOrgans),
    };
    let depth = |it: &Draft| if let Item::Extent(depth) = it.item { Some(depth) } else { None };
    // Of several tumours the smaller ones go less deep; the deepest must reach what the category says.
    let reached = drafts.iter().filter_map(depth).any(|it| it >= least);
    for draft in drafts.iter_mut().filter(|it| it.rule == "extent_prose") {
        if depth(draft).is_some_and(|it| it > most || it < least && !reached) {
            draft.certainty = Certainty::Uncertain;
        }
    }
}
