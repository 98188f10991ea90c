//! Where organs stand: beside the name of a tumour, as the place of a primary, in the field that asks for the site.

use std::ops::Range;

use lacteal_clinical::finding::Site;

use super::site::exactness;
use super::{Evidence, is_en_bloc};
use crate::Kind;
use crate::layout::Unit;
use crate::scene::Scene;
use crate::tumours::{Mention, Organ};
use crate::words::Class;

/// `ileal primary`, `the primary is in the ileum`, and on a scan `focal uptake in the ileum, consistent with the primary`.
pub(super) fn is_place_of_primary(scene: &Scene<'_>, unit: &Unit, at: usize) -> bool {
    let next = at + 1..(at + 3).min(unit.tokens.end);
    let near = at.saturating_sub(4).max(unit.tokens.start)..at;
    let before = at.saturating_sub(10).max(unit.tokens.start)..at;
    let scan = scene.kind == Kind::Radiology && unit.section.is_own();
    let called = scan
        && (at + 1..(at + 20).min(unit.tokens.end))
            .take_while(|k| {
                !scene.text.mark(*k, b';')
                    && !scene.text.any(*k, Class::Elsewhere.bit() | Class::SmallBowel.bit())
            })
            .any(|k| {
                scene.text.word(k) == "primary"
                    && scene.says(
                        k.saturating_sub(6).max(at)..k,
                        &[
                            "consistent",
                            "keeping",
                            "compatible",
                            "represent",
                            "represents",
                            "likely",
                            "suggestive",
                            "as",
                        ],
                    )
            });
    // `Primary: small bowel`
    let labelled = scene.says(unit.label.clone(), &["primary"]) && at <= unit.tokens.start + 3
        || near.clone().any(|k| scene.text.mark(k, b':') && scene.text.word(k.wrapping_sub(1)) == "primary");
    scene.says(next, &["primary", "origin"])
        || labelled
        || called
        || scene.says(before, &["primary"])
            && scene.says(near.clone(), &["in", "of", "from"])
            && !scene.says(near, &["because"])
}

/// `Appendiceal or pancreatic primary`, `primary in GI tract, pancreas or lung`: places that are weighed, not told.
pub(super) fn one_of_several(scene: &Scene<'_>, organs: &[Organ], organ: &Organ) -> bool {
    let text = &scene.text;
    let or = |k: usize| text.word(k) == "or" || text.mark(k, b'/') && organs.len() > 1;
    let at = organ.at;
    (at.saturating_sub(2)..at).any(or) || (at + 1..at + 3).any(or) && text.word(at + 1) != "primary"
}

/// `lesions in ileum`, `a tumour of the terminal ileum`.
pub(super) fn holds_lesion(scene: &Scene<'_>, unit: &Unit, at: usize) -> bool {
    let text = &scene.text;
    let start = unit.tokens.start;
    (at.saturating_sub(4).max(start)..at).any(|k| {
        text.any(k, Class::Tumour.bit() | Class::Lesion.bit())
            && matches!(text.word(k + 1), "in" | "of" | "within")
    })
}

/// `Incidental lesion of the pancreatic tail`: where a NET of no named organ then lies, if no part of the small bowel holds
/// one. Metastases lie in other organs than these.
pub(super) fn lesion_elsewhere(scene: &Scene<'_>) -> bool {
    const ORGANS: [&str; 12] = [
        "pancreas",
        "pancreatic",
        "stomach",
        "gastric",
        "duodenum",
        "duodenal",
        "rectum",
        "rectal",
        "appendix",
        "appendiceal",
        "thymus",
        "thymic",
    ];
    let holds = |u: usize, unit: &Unit, at: usize| {
        let state = scene.state_now(u, at..at + 1);
        ORGANS.contains(&scene.text.word(at))
            && holds_lesion(scene, unit, at)
            && !(state.no || state.family || state.plan || state.past || state.maybe)
    };
    scene
        .units
        .iter()
        .enumerate()
        .filter(|(_, unit)| unit.section.is_own())
        .any(|(u, unit)| scene.with(unit.tokens.clone(), Class::Elsewhere.bit()).any(|at| holds(u, unit, at)))
}

/// `GIST versus carcinoid`, `GIST, NET or lymphoma`: the NET is one of several tumours that it may be.
pub(super) fn weighed_with_other(scene: &Scene<'_>, unit: &Unit, mention: &Mention) -> bool {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let other = |range: Range<usize>| scene.with(range, Class::OtherTumour.bit()).next().is_some();
    let either = |k: usize| matches!(text.word(k), "versus" | "vs" | "or") || text.mark(k, b'/');
    let end = mention.tokens.end;
    let at = if text.mark(end, b'.') || text.mark(end, b',') { end + 1 } else { end };
    let start = mention.tokens.start;
    let before = start.saturating_sub(3).max(all.start)..start;
    either(at) && other(at + 1..(at + 4).min(all.end.max(at + 1)))
        || before.rev().any(|k| either(k) && other(k.saturating_sub(4).max(all.start)..k))
}

/// `Another primary in the small intestine?`
pub(super) fn asked(scene: &Scene<'_>, unit: &Unit) -> bool {
    let end = unit.tokens.end;
    scene.text.mark(end.wrapping_sub(1), b'?') || scene.text.mark(end, b'?')
}

/// `directly invading the muscle of the urinary bladder`, `adherent to the caecal wall`
pub(super) fn is_invaded(scene: &Scene<'_>, unit: &Unit, at: usize) -> bool {
    let before = at.saturating_sub(8).max(unit.tokens.start)..at;
    scene.says(before, &INVADED)
}

const INVADED: [&str; 11] = [
    "invasion",
    "invades",
    "invading",
    "infiltration",
    "infiltrating",
    "infiltrates",
    "adherent",
    "adheres",
    "attached",
    "abuts",
    "abutting",
];

/// `Meckel diverticulum, no tumour`
pub(super) fn is_spared(scene: &Scene<'_>, from: Range<usize>) -> bool {
    let from = from.start..from.end.min(from.start + 8);
    scene.says(from, &["no", "without", "free", "unremarkable", "normal", "benign"])
}

pub(super) fn field_site(scene: &Scene<'_>, organs: &[Organ]) -> Option<Organ> {
    // `Small intestine: duodenum (bulb)`: the part outweighs the whole.
    if let [whole, part, ..] = organs
        && whole.site == Site::SmallBowelUnspecified
        && part.at - whole.at <= 3
        && matches!(scene.text.word(part.at), "duodenum" | "duodenal")
        && !scene.says(whole.at..part.at, &["not", "excluding", "except", "beyond", "and"])
    {
        return Some(*part);
    }
    let followed = organs.iter().filter(|it| it.site.is_followed()).min_by_key(|it| exactness(it.site));
    // `Ileum, 12 cm from the caecum`, `Caecum, 2 cm from the ileocaecal valve`: the first is the site.
    let first = organs.first()?;
    if first.site.is_followed() { followed.copied() } else { Some(*first) }
}

/// Organs beside the name of a tumour.
pub(super) fn beside(scene: &Scene<'_>, u: usize, mention: &Mention, organs: &[Organ], it: &mut Evidence) {
    let text = &scene.text;
    let (start, end) = (mention.tokens.start, mention.tokens.end);
    let metastatic = scene.says(
        start.saturating_sub(4)..start,
        &["metastatic", "metastasis", "metastases", "deposit", "secondary"],
    );
    let breaks = |range: Range<usize>| {
        range.into_iter().any(|k| text.mark(k, b';') || text.mark(k, b'.') || text.mark(k, b':'))
    };
    let before = organs.iter().rev().find(|o| {
        o.at < start
            && start - o.at <= ADJECTIVE_TOKENS
            && !breaks(o.at..start)
            && !(o.at + 1..start).any(|k| {
                text.mark(k, b',')
                    || matches!(
                        text.word(k),
                        "and"
                            | "with"
                            | "in"
                            | "of"
                            | "from"
                            | "or"
                            | "for"
                            | "contains"
                            | "shows"
                            | "resection"
                    )
            })
    });
    // The organ may be part of the name: `ileal (well differentiated) NET`, `SBNET`.
    let inside = organs.iter().find(|o| o.at >= start && o.at < end);
    if let Some(organ) = inside.or(before) {
        it.strong.push((organ.site, u, organ.at));
        // `midgut NET (ileal)`: the part in brackets is the more exact.
        let in_brackets = |o: &&Organ| {
            (end..end + 10).contains(&o.at)
                && o.site.is_followed()
                && (text.mark(o.at.wrapping_sub(1), b'(') || text.mark(o.at.wrapping_sub(2), b'('))
                && text.mark(o.at + 1, b')')
        };
        if let Some(part) = organs.iter().find(in_brackets).filter(|_| organ.site.is_followed()) {
            it.strong.push((part.site, u, part.at));
        }
        return;
    }
    // `Ileum, segmental resection: … NET`: the organs that head the line are all of one sort.
    let ahead: Vec<&Organ> = organs.iter().filter(|o| o.at < start).collect();
    if let Some(first) = ahead.first()
        && scene.units.get(u).is_some_and(|it| is_en_bloc(scene, it))
        && (first.at..start).any(|k| text.mark(k, b':'))
    {
        it.strong.push((first.site, u, first.at));
        return;
    }
    if let Some(last) = ahead.last().filter(|_| !metastatic)
        && (last.at..start).any(|k| text.mark(k, b':'))
        && ahead.iter().all(|o| o.site.is_followed() == last.site.is_followed())
    {
        it.strong.push((last.site, u, last.at));
        return;
    }
    let after = organs.iter().find(|o| {
        let between = end..o.at;
        // `NET appendix (tip)`, `carcinoid - ileum`
        if o.at == end || o.at == end + 1 && (text.mark(end, b'-') || text.mark(end, b'(')) {
            return true;
        }
        o.at >= end
            && o.at - end <= AFTER_TOKENS
            && !breaks(between.clone())
            && if o.at - end <= 14 {
                scene.says(
                    between.clone(),
                    &["of", "in", "from", "arising", "involving", "within", "at", "affecting"],
                )
            } else {
                scene.says(o.at - 2..o.at, &["in", "involving", "within"])
            }
            && (!metastatic || scene.says(between.clone(), &["from", "of"]))
            && !scene.says(
                between,
                &["nodes", "node", "liver", "margin", "metastasis", "metastases", "metastatic"],
            )
    });
    if let Some(organ) = after {
        it.strong.push((organ.site, u, organ.at));
        return;
    }
    if !metastatic {
        it.weak.extend(organs.iter().map(|o| (o.site, u, o.at)));
    }
}

/// How far before the name of a tumour its organ may stand as an adjective.
const ADJECTIVE_TOKENS: usize = 7;
/// How far after it an organ may stand behind a preposition.
const AFTER_TOKENS: usize = 44;
