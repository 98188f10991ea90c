//! How deep the primary goes, in the words of the report: layers of the wall, reached and not denied.
//!
//! No T category is made of it here.

use lacteal_clinical::tnm::Basis;

use crate::Section;
use crate::cues::State;
use crate::fields::Field;
use crate::invasion::answer;
use crate::item::{Certainty, Depth, Item};
use crate::layout::Unit;
use crate::scene::{Draft, Scene, put};
use crate::words::Class;

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
        || is_definition(scene, unit)
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
            || holds_tumour(scene, unit, i);
        if led && deepest.is_none_or(|it| depth > it.0) {
            deepest = Some((depth, i));
            hedge = state;
        }
    }
    let Some((depth, i)) = deepest else { return };
    let other = scene.says(all.start..i, &OTHER_DEPTHS)
        && !in_field
        && depth < Depth::Serosa
        && !scene.says(all.start..i, &TUMOUR_WORDS);
    if !other {
        let rule = if in_field { "extent_field" } else { "extent_prose" };
        put(drafts, u, Item::Extent(depth), i..i + 1, rule, hedge);
    }
}

/// A perforation, an ulcer or a node has its own depth.
const OTHER_DEPTHS: [&str; 14] = [
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
    "crohn's",
    "fissuring",
];

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
        put(drafts, u, Item::Extent(depth), i..i + 1, "extent_field", scene.state(u, i..i + 1));
    }
    true
}

/// `pT2: tumor invades muscularis propria or is greater than 1 cm …`, `pT4: … (serosa) or other organs …`: the words of
/// the staging table, which leave the depth open.
fn is_definition(scene: &Scene<'_>, unit: &Unit) -> bool {
    let text = &scene.text;
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

/// What the words before a layer say of its being the last one reached.
enum Bound {
    /// It is reached, and this is the depth.
    Here(Depth),
    None,
}

/// `into but not through the muscularis propria`, `does not extend beyond the submucosa`, `to but not through the serosa`:
/// a denial that tells where the tumour ends.
fn bounded(scene: &Scene<'_>, i: usize, start: usize, depth: Depth) -> Bound {
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
fn is_free(scene: &Scene<'_>, i: usize, end: usize) -> bool {
    let text = &scene.text;
    (i + 1..(i + 8).min(end))
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
fn named_beside(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    let start = unit.tokens.start;
    !matches!(unit.section, Section::Gross | Section::History)
        && unit.mask & (Class::Neuroendocrine.bit() | Class::Net.bit()) != 0
        && is_wall(scene, i)
        && (i == start
            || text.mark(i - 1, b',')
            || text.mark(i - 1, b'(')
            || text.mark(i - 1, b'&')
            || matches!(text.word(i - 1), "and" | "in" | "within"))
}

fn is_wall(scene: &Scene<'_>, i: usize) -> bool {
    let text = &scene.text;
    matches!(text.word(i), "submucosa" | "subserosa" | "muscularis" | "lamina" | "serosa" | "propria")
        || matches!(text.word(i), "subserosal" | "submucosal")
            && matches!(text.word(i + 1), "fat" | "tissue" | "layer")
        || text.word(i) == "mucosa" && text.word(i + 1) == "and"
}

/// `nests of tumour in the submucosa, muscularis propria and subserosa`: tumour lies in the layer.
fn holds_tumour(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
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
            "deposit",
            "deposits",
        ],
    )
}

/// How far before the layer the tumour may be named.
const SUBJECT_TOKENS: usize = 20;

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
        // `m. propria`, but no second word of `lamina propria` or `muscularis propria`
        "propria"
            if text.mark(i.wrapping_sub(1), b'.')
                && matches!(text.word(i.wrapping_sub(2)), "m" | "musc" | "muscularis") =>
        {
            through(scene, i, start).unwrap_or(Depth::MuscularisPropria)
        }
        // `lamina propria or submucosa` leaves it open.
        "submucosa" if text.word(i.wrapping_sub(1)) == "or" && i > start + 1 && is_mucosa(scene, i - 2) => {
            Depth::LaminaPropria
        }
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
                    | "pericolonic"
                    | "periileal"
                    | "peri"
                    | "extramural"
                    | "perimural"
                    | "perivisceral"
            ) || next == "tissue" && text.word(i.wrapping_sub(1)) == "mesenteric"
                || into_the_fat(scene, i, start) =>
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
        "serosal"
            if matches!(
                next,
                "fat"
                    | "adipose"
                    | "adhesions"
                    | "adhesion"
                    | "puckering"
                    | "retraction"
                    | "tethering"
                    | "dimpling"
                    | "scarring"
                    | "reaction"
                    | "fibrosis"
                    | "indrawing"
                    | "congestion"
                    | "exudate"
            ) =>
        {
            return None;
        }
        "abdominal" if next == "wall" && invaded(scene, i, start) => Depth::OtherOrgans,
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
        // `directly invades the transverse colon`, `through the serosa into the wall of the bladder`
        _ if text.has(i, Class::Elsewhere)
            && (!matches!(next, "wall")
                || scene.says(start..i, &["serosa", "direct", "directly", "adherent"]))
            && invaded(scene, i, start) =>
        {
            Depth::OtherOrgans
        }
        _ => return None,
    })
}

fn is_mucosa(scene: &Scene<'_>, i: usize) -> bool {
    matches!(scene.text.word(i), "propria" | "mucosa")
}

/// `into the fat beyond`, `4 mm into adjacent fat`: fat without a name is the wall's where tumour grows into it.
fn into_the_fat(scene: &Scene<'_>, i: usize, start: usize) -> bool {
    let text = &scene.text;
    let mut at = i;
    while at > start
        && matches!(
            text.word(at - 1),
            "the" | "adjacent" | "surrounding" | "underlying" | "attached" | "adjoining"
        )
    {
        at -= 1;
    }
    at > start
        && matches!(text.word(at - 1), "into" | "invades" | "infiltrates" | "invading" | "infiltrating")
        && scene
            .says(start..at, &["tumour", "tumor", "wall", "it", "muscularis", "muscle", "growth", "lesion"])
        && !scene.says(
            start..at,
            &[
                "node",
                "nodes",
                "nodal",
                "deposit",
                "deposits",
                "mass",
                "capsule",
                "extranodal",
                "extracapsular",
            ],
        )
}

/// Another organ into which the tumour grows; an organ that is reached along the wall or that holds a deposit is none.
fn invaded(scene: &Scene<'_>, i: usize, start: usize) -> bool {
    let near = i.saturating_sub(7).max(start)..i;
    let Some(verb) = near.rev().find(|k| {
        matches!(
            scene.text.word(*k),
            "invades"
                | "invading"
                | "infiltrates"
                | "infiltrating"
                | "into"
                | "invade"
                | "infiltrate"
                | "invaded"
                | "infiltrated"
                | "penetrates"
                | "penetrating"
        ) || matches!(scene.text.word(*k), "invasion" | "infiltration" | "extension" | "growth")
            && matches!(scene.text.word(*k + 1), "of" | "into")
            || matches!(scene.text.word(*k), "involve" | "involves" | "involving")
                && scene.says(start..*k, &["serosa", "direct", "directly"])
    }) else {
        return false;
    };
    let between = verb..i;
    !scene.says(
        between,
        &[
            "fat",
            "mesentery",
            "submucosa",
            "subserosa",
            "muscularis",
            "ileum",
            "jejunum",
            "metastasis",
            "metastases",
            "from",
            "near",
        ],
    )
}

/// `through the muscularis propria` goes beyond it, `through the full thickness` too; `into but not through` does not.
fn through(scene: &Scene<'_>, i: usize, start: usize) -> Option<Depth> {
    let near = i.saturating_sub(5).max(start)..i;
    let at = near.rev().find(|k| {
        matches!(
            scene.text.word(*k),
            "through"
                | "thru"
                | "beyond"
                | "transmurally"
                | "past"
                | "breaches"
                | "breaching"
                | "breached"
                | "traverses"
                | "traversing"
                | "traversed"
                | "crosses"
                | "crossing"
                | "perforates"
                | "transgresses"
                | "transgressing"
        )
    })?;
    let denied = scene.says(at.saturating_sub(3).max(start)..at, &["not", "without", "no", "never"]);
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
            "underneath",
            "nearly",
            "almost",
            "deepest",
            "overlying",
        ],
    ) && !scene.says(i.saturating_sub(3).max(start)..i, &["into", "in", "to", "invades"])
        || scene.says(i.saturating_sub(3).max(start)..i, &["from", "beneath", "below", "toward", "towards"])
            && !scene.says(
                i.saturating_sub(7).max(start)..i,
                &["arising", "extends", "extending", "infiltrating", "invading", "infiltrates", "invades"],
            )
        || scene.says(near.clone(), &["within"]) && scene.says(near, &["mm", "cm"])
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
        && scene.says(near.clone(), &["present", "seen", "identified", "at", "on"])
        && scene.says(near, &["tumour", "tumor", "cells"]);
    let reached = || {
        (i + 1..i + 8)
            .take_while(|k| !text.mark(*k, b';') && !text.mark(*k, b','))
            .any(|k| text.has(k, Class::Reached))
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
