//! How deep the primary goes, in the words of the report: layers of the wall, reached and not denied.
//!
//! No T category is made of it here.

use crate::fields::Field;
use crate::item::{Depth, Item};
use crate::layout::Unit;
use crate::scene::{Draft, Scene, put};
use crate::words::Class;

/// Reads the depth of invasion out of one unit.
pub(crate) fn extent(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let in_field = matches!(unit.field, Some(Field::Extent | Field::T));
    let layered = unit.mask & Class::Layer.bit() != 0 || in_field || unit.mask & Class::Elsewhere.bit() != 0;
    if !scene.tells_pathology(unit)
        || !layered
        || !(in_field
            || unit.mask & (Class::Depth.bit() | Class::Neuroendocrine.bit() | Class::Net.bit()) != 0)
    {
        return;
    }
    if unit.field.is_some()
        && !matches!(
            unit.field,
            Some(Field::Extent | Field::T | Field::Site | Field::Stage | Field::Histology)
        )
    {
        return;
    }
    // A perforation, an ulcer or a node has its own depth.
    let mut deepest: Option<(Depth, usize)> = None;
    let mut hedge = crate::cues::State::default();
    for i in all.clone() {
        let Some(depth) = layer(scene, i, all.start, all.end) else { continue };
        let state = scene.state(u, i..i + 1);
        let into_only = matches!(text.word(i), "muscularis" | "mp" | "muscle")
            && into_but_not_through(scene, i, all.start);
        if state.no && !into_only || state.past || state.family || state.plan || short_of(scene, i, all.start)
        {
            continue;
        }
        let named_beside = !matches!(unit.section, crate::Section::Gross | crate::Section::History)
            && unit.mask & (Class::Neuroendocrine.bit() | Class::Net.bit()) != 0
            && (matches!(text.word(i), "submucosa" | "subserosa" | "muscularis" | "lamina" | "serosa")
                || matches!(text.word(i), "subserosal" | "submucosal")
                    && matches!(text.word(i + 1), "fat" | "tissue" | "layer"))
            && (i == all.start
                || text.mark(i - 1, b',')
                || text.mark(i - 1, b'(')
                || text.mark(i - 1, b'&')
                || matches!(text.word(i - 1), "and" | "in" | "within"));
        let led = in_field || led_by_depth(scene, i, all.start) || named_beside;
        if led && deepest.is_none_or(|it| depth > it.0) {
            deepest = Some((depth, i));
            hedge = state;
        }
    }
    let Some((depth, i)) = deepest else { return };
    let other = scene.says(
        all.start..i,
        &[
            "node",
            "nodes",
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
        ],
    ) && !in_field
        && depth < Depth::Serosa
        && !scene.says(all.start..i, &["tumour", "tumor", "carcinoid", "neoplasm", "net", "lesion"]);
    if !other {
        put(
            drafts,
            u,
            Item::Extent(depth),
            i..i + 1,
            if in_field { "extent_field" } else { "extent_prose" },
            hedge,
        );
    }
    let _ = text;
}

/// The layer that token `i` names.
fn layer(scene: &Scene<'_>, i: usize, start: usize, end: usize) -> Option<Depth> {
    let text = &scene.text;
    if !text.any(i, Class::Layer.bit() | Class::Elsewhere.bit() | Class::Mesentery.bit()) {
        return None;
    }
    let word = text.word(i);
    let next = text.word(i + 1);
    Some(match word {
        "lamina" if next == "propria" => Depth::LaminaPropria,
        "mucosa" | "intramucosal" => Depth::LaminaPropria,
        "mucosal" if matches!(next, "layer") => Depth::LaminaPropria,
        "submucosa" => Depth::Submucosa,
        "submucosal"
            if matches!(next, "layer" | "tissue" | "tissues" | "fat" | "connective")
                || i + 1 >= end
                || text.mark(i + 1, b'.') =>
        {
            Depth::Submucosa
        }
        "muscularis" if next.starts_with("mucosa") => return None,
        "muscularis" => through(scene, i, start).unwrap_or(Depth::MuscularisPropria),
        "mp" if text.token(i).is_some_and(|t| t.first == b'N') => {
            through(scene, i, start).unwrap_or(Depth::MuscularisPropria)
        }
        "muscle"
            if matches!(next, "coat" | "layer" | "wall")
                || matches!(text.word(i.wrapping_sub(1)), "proper") =>
        {
            through(scene, i, start).unwrap_or(Depth::MuscularisPropria)
        }
        "subserosa" | "subserosal" | "subserous" => Depth::Subserosa,
        "fat" | "adipose"
            if matches!(
                text.word(i.wrapping_sub(1)),
                "mesenteric"
                    | "perienteric"
                    | "subserosal"
                    | "pericolic"
                    | "perimuscular"
                    | "serosal"
                    | "surrounding"
            ) =>
        {
            Depth::Subserosa
        }
        "mesentery" | "mesenteric"
            if scene.says(i.saturating_sub(4).max(start)..i, &["into", "through"])
                && !matches!(
                    next,
                    "margin"
                        | "mass"
                        | "nodes"
                        | "node"
                        | "lymph"
                        | "nodule"
                        | "deposit"
                        | "vessels"
                        | "fat"
                        | "adipose"
                ) =>
        {
            Depth::Subserosa
        }
        "serosal" if matches!(next, "fat" | "adipose") => return None,
        "serosa" | "serosal" | "serous" => Depth::Serosa,
        "peritoneum" | "peritoneal"
            if !matches!(
                next,
                "metastasis"
                    | "metastases"
                    | "deposits"
                    | "deposit"
                    | "nodules"
                    | "nodule"
                    | "disease"
                    | "cavity"
                    | "fluid"
                    | "washings"
            ) =>
        {
            Depth::Serosa
        }
        "mesothelium" | "mesothelial" => Depth::Serosa,
        "organs" | "structures" | "organ" | "loop" | "loops"
            if matches!(
                text.word(i.wrapping_sub(1)),
                "other" | "adjacent" | "neighbouring" | "surrounding" | "neighboring" | "bowel" | "small"
            ) || matches!(text.word(i.wrapping_sub(2)), "adjacent" | "other") =>
        {
            Depth::OtherOrgans
        }
        "omentum"
            if scene.says(
                i.saturating_sub(4).max(start)..i,
                &["invades", "invading", "infiltrates", "infiltrating", "into", "involves"],
            ) =>
        {
            Depth::OtherOrgans
        }
        // `directly invades the transverse colon`
        _ if text.has(i, Class::Elsewhere)
            && !matches!(next, "wall")
            && scene.says(
                i.saturating_sub(4).max(start)..i,
                &["invades", "invading", "infiltrates", "infiltrating", "into"],
            )
            && !scene.says(i.saturating_sub(4).max(start)..i, &["fat", "mesentery"]) =>
        {
            Depth::OtherOrgans
        }
        _ => return None,
    })
}

/// `into but not through the muscularis propria`.
fn into_but_not_through(scene: &Scene<'_>, i: usize, start: usize) -> bool {
    let near = i.saturating_sub(7).max(start)..i;
    scene.says(near.clone(), &["into", "involves", "reaches", "to"])
        && scene.says(near.clone(), &["but"])
        && scene.says(near, &["through", "beyond"])
}

/// `through the muscularis propria` goes beyond it, `through the full thickness` too; `into but not through` does not.
fn through(scene: &Scene<'_>, i: usize, start: usize) -> Option<Depth> {
    let near = i.saturating_sub(5).max(start)..i;
    let at =
        near.rev().find(|k| matches!(scene.text.word(*k), "through" | "thru" | "beyond" | "transmurally"))?;
    let denied = scene.says(at.saturating_sub(2).max(start)..at, &["not", "without", "no"]);
    (!denied).then_some(Depth::Subserosa)
}

/// `to within 1 mm of the serosa`, `up to the serosa`, `does not reach`: not reached.
fn short_of(scene: &Scene<'_>, i: usize, start: usize) -> bool {
    let near = i.saturating_sub(7).max(start)..i;
    scene.says(
        near.clone(),
        &[
            "short",
            "abuts",
            "abutting",
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
        ],
    ) || scene.says(near.clone(), &["within"]) && scene.says(near, &["mm", "cm"])
}

/// Whether a verb or noun of invasion leads to the layer, with no other subject between.
fn led_by_depth(scene: &Scene<'_>, i: usize, start: usize) -> bool {
    let text = &scene.text;
    let near = i.saturating_sub(26).max(start)..i;
    let led = near
        .clone()
        .rev()
        .find(|k| text.has(*k, Class::Depth) && !matches!(text.word(*k), "level" | "present"));
    let at_surface = matches!(text.word(i + 1), "surface")
        && scene.says(near.clone(), &["present", "seen", "identified", "at"])
        && scene.says(near, &["tumour", "tumor", "cells"]);
    if at_surface {
        return true;
    }
    let Some(led) = led else {
        // `the serosa is breached`, `serosal surface involved`.
        return (i + 1..i + 8).any(|k| {
            matches!(
                text.word(k),
                "breached"
                    | "involved"
                    | "infiltrated"
                    | "invaded"
                    | "penetrated"
                    | "perforated"
                    | "ulcerated"
                    | "reached"
                    | "penetration"
                    | "involvement"
                    | "invasion"
                    | "breach"
                    | "perforation"
            )
        });
    };
    !scene.says(
        led..i,
        &["nodes", "node", "margin", "margins", "mm", "vessels", "lymphovascular", "perineural"],
    )
}
