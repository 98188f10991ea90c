//! The greatest dimension of the primary, and of a mesenteric mass.
//!
//! Reports are full of lengths (bowel, nodes, margins, liver lesions). A length is given to the noun that governs it;
//! without a noun that is a tumour it is not one.

mod distance;
mod neighbours;
mod noun;
mod owner;
mod surroundings;

pub(crate) use owner::Owner;
pub(crate) use surroundings::in_liver_specimen;

use std::ops::Range;

use lacteal_clinical::{Bounded, Comparator};

use crate::fields::Field;
use crate::item::Item;
use crate::layout::Unit;
use crate::numbers::{self, Measure};
use crate::scene::{Draft, Scene, put};
use crate::words::Class;
use crate::{Kind, Section};
use owner::{field_owner, owner_of, subject};
use surroundings::{compared, of_mass_above, of_primary_above, of_site_above, primary_on_scan};

/// Reads sizes out of one unit. `owner` carries the noun of the sentence before.
pub(crate) fn size(scene: &Scene<'_>, u: usize, unit: &Unit, owner: &mut Owner, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    let all = unit.tokens.clone();
    if unit.mask & Class::Length.bit() == 0 && !scene.says(unit.label.clone(), &["mm", "cm"]) {
        *owner = subject(scene, unit, *owner);
        return;
    }
    if matches!(
        unit.field,
        Some(
            Field::Ignored
                | Field::Margin
                | Field::Grade
                | Field::Ki67
                | Field::Mitoses
                | Field::Lymphovascular
        )
    ) || unit.field == Some(Field::Specimen) && scene.kind != Kind::Clinic
    {
        return;
    }
    // `Block I-9 (nodule 0.9 cm): Ki-67 1 %` tells which block, not how large the tumour is.
    let first = if unit.label.is_empty() { unit.tokens.start } else { unit.label.start };
    if scene.kind == Kind::Pathology
        && matches!(text.word(first), "block" | "blk" | "slide")
        && !scene.says(first..all.end, &["primary"])
    {
        return;
    }
    let listed = listed_below(scene, u, unit) && *owner == Owner::Tumour;
    let before = if unit.opens && !listed { Owner::Unknown } else { *owner };
    let mut measures = numbers::lengths(text, &all);
    if measures.is_empty() && matches!(unit.field, Some(Field::Size | Field::MesentericMass)) {
        measures.extend(unit_in_label(scene, unit));
    }
    // `8 mm (T1: ≤ 10 mm)`: a bound beside a plain length is the table's.
    let bound = |it: &Measure| {
        matches!(it.comparator, Comparator::Below | Comparator::AtMost) && !text.is_word(it.tokens.start)
    };
    if measures.iter().any(|it| it.comparator == Comparator::Equal) {
        measures.retain(|it| !bound(it));
    }
    for measure in measures {
        let in_mesentery =
            unit.field == Some(Field::Organ) && unit.label.clone().any(|i| text.has(i, Class::Mesentery));
        let found = match unit.field {
            Some(Field::Organ) if in_mesentery => match owner_of(scene, unit, &measure, before) {
                Owner::Tumour | Owner::Unknown => Owner::Mesentery,
                other => other,
            },
            None | Some(Field::Size) if of_mass_above(scene, u, unit) => Owner::Mesentery,
            Some(Field::Size) => field_owner(scene, unit, &measure),
            Some(Field::MesentericMass) if of_pieces(scene, all.start..measure.tokens.start) => Owner::Other,
            Some(Field::MesentericMass | Field::MesentericDeposits) => Owner::Mesentery,
            Some(Field::Liver) => Owner::Liver,
            Some(Field::Nodes | Field::NodesExamined | Field::NodesPositive | Field::N) => {
                // `Lymph nodes: mesenteric conglomerate 38 mm`, but no deposit in a node.
                let mesenteric = all.clone().any(|i| text.has(i, Class::Mesentery))
                    && owner_of(scene, unit, &measure, Owner::Unknown) == Owner::Mesentery;
                if mesenteric { Owner::Mesentery } else { Owner::Node }
            }
            _ if listed && measure.tokens.start <= all.start + 2 => Owner::Tumour,
            _ if before == Owner::Unknown && *owner == Owner::Tumour && is_all(scene, unit, &measure) => {
                Owner::Tumour
            }
            _ => owner_of(scene, unit, &measure, before),
        };
        let found = match found {
            Owner::Tumour if in_liver_specimen(scene, unit) => Owner::Liver,
            Owner::Tumour if in_mesenteric_specimen(scene, u, unit) => Owner::Mesentery,
            Owner::Other if seen_by_endoscopist(scene, unit, &measure) => Owner::Tumour,
            other => other,
        };
        let state = scene.state(u, measure.tokens.clone());
        if state.past && !only_had(scene, u, &measure)
            || state.family
            || state.plan
            || compared(text, &measure, all.start)
        {
            continue;
        }
        // `T2 on account of size > 1 cm`: the limit of the category.
        let limit = matches!(measure.comparator, Comparator::Above | Comparator::AtLeast)
            && (measure.tokens.start.saturating_sub(LIMIT_TOKENS).max(all.start)..measure.tokens.start)
                .any(|i| crate::stage::is_category(text, i));
        if limit {
            continue;
        }
        let no = state.no && (scene.kind == Kind::Radiology || denied(scene, u, &measure));
        let state = crate::cues::State { maybe: false, no, ..state };
        match found {
            Owner::Tumour if state.no => {}
            Owner::Tumour
                if scene.kind != Kind::Radiology
                    || of_site_above(scene, u, unit)
                    || of_primary_above(scene, u, unit, &measure)
                    || primary_on_scan(scene, unit, &measure) =>
            {
                let rule = if unit.field == Some(Field::Size) { "size_field" } else { "size_prose" };
                put(drafts, u, Item::TumourSize(measure.length), measure.tokens.clone(), rule, state);
            }
            Owner::Mesentery if taken_out(scene, unit, measure.tokens.end) => {}
            Owner::Mesentery
                if !(state.no
                    || matches!(measure.comparator, Comparator::Above | Comparator::AtLeast)
                        && measure.length.micrometres() == 20_000) =>
            {
                let value = Bounded::new(measure.comparator, measure.length).approximate(measure.approximate);
                put(drafts, u, Item::MesentericMass(value), measure.tokens.clone(), "mesenteric_mass", state);
            }
            Owner::Liver => put(
                drafts,
                u,
                Item::LiverLesionSize(measure.length),
                measure.tokens.clone(),
                "liver_lesion_size",
                state,
            ),
            _ => {}
        }
    }
    *owner = subject(scene, unit, *owner);
}

/// How far behind a category its limit may stand.
const LIMIT_TOKENS: usize = 10;

/// `the mesenteric mass, 45 mm, was removed`: in a letter, of an operation.
fn taken_out(scene: &Scene<'_>, unit: &Unit, behind: usize) -> bool {
    const REMOVED: [&str; 4] = ["removed", "resected", "excised", "taken"];
    const BE: [&str; 7] = ["was", "were", "been", "fully", "completely", "and", "successfully"];
    const LEFT: [&str; 7] = ["not", "left", "residual", "remains", "remaining", "situ", "unresectable"];
    const REACH_TOKENS: usize = 24;
    let text = &scene.text;
    let end = unit.tokens.end.min(behind + REACH_TOKENS);
    scene.kind == Kind::Clinic
        && !scene.says(behind.saturating_sub(REACH_TOKENS).max(unit.tokens.start)..end, &LEFT)
        && (behind + 1..end).any(|i| {
            REMOVED.contains(&text.word(i)) && BE.contains(&text.word(i - 1))
                || text.follows(i - 1, &["came", "out"])
        })
}

/// `Mucosa shows three nodules:` and below it `1) 2.4 x 2 cm`.
fn listed_below(scene: &Scene<'_>, u: usize, unit: &Unit) -> bool {
    let above = u.checked_sub(1).and_then(|u| scene.units.get(u));
    unit.opens
        && scene.kind == Kind::Pathology
        && above
            .is_some_and(|it| it.section == unit.section && scene.text.mark(it.tokens.end.max(1) - 1, b':'))
}

/// `the piece of ileum had one tumour of 27 mm`: told by the pathologist, and not of another day.
fn only_had(scene: &Scene<'_>, u: usize, measure: &Measure) -> bool {
    let mut past =
        scene.cues(u).iter().filter(|it| it.cue == crate::cues::Cue::Past && it.start < measure.tokens.start);
    scene.kind == Kind::Pathology
        && past.all(|it| scene.text.word(it.start) == "had" && it.end == it.start + 1)
}

/// `Colonoscopy: smooth yellow polyp 12 mm seen in TI`: a biopsy itself has no size to tell.
fn seen_by_endoscopist(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    const SEEN: [&str; 6] =
        ["colonoscopy", "ileocolonoscopy", "ileoscopy", "enteroscopy", "endoscopy", "endoscopic"];
    const POLYP: [&str; 3] = ["polyp", "nodule", "lesion"];
    let start = measure.tokens.start;
    let near = start.saturating_sub(3).max(unit.tokens.start)..(measure.tokens.end + 3).min(unit.tokens.end);
    scene.kind == Kind::Pathology
        && unit.mask & Class::SmallBowel.bit() != 0
        && scene.says(near, &POLYP)
        && !distance::is_no_size(scene, unit, measure)
        && (scene.says(unit.label.clone(), &SEEN) || scene.says(unit.tokens.clone(), &SEEN))
}

/// Whether what denies a length speaks of it: `1.4 cm, mucosa over it is intact` does not.
fn denied(scene: &Scene<'_>, u: usize, measure: &Measure) -> bool {
    let end = measure.tokens.end;
    scene.cues(u).iter().any(|it| match it.cue {
        crate::cues::Cue::No => it.start < end,
        crate::cues::Cue::NoBefore => it.start >= end && !(end..it.start).any(|i| scene.text.mark(i, b',')),
        _ => false,
    })
}

/// `- 2.4 cm`: a line of the diagnosis that holds nothing but a length.
fn is_all(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    scene.kind == Kind::Pathology
        && unit.section.is_own()
        && !matches!(unit.section, Section::Gross | Section::Specimen)
        && unit
            .tokens
            .clone()
            .all(|i| measure.tokens.contains(&i) || !(scene.text.is_word(i) || scene.text.is_number(i)))
}

/// `Mesenteric nodule, excision: NET, 3.8 cm`, or as a bullet under it: the label names what was sent.
fn in_mesenteric_specimen(scene: &Scene<'_>, u: usize, unit: &Unit) -> bool {
    let names = |label: Range<usize>| {
        scene.text.has(label.start, Class::Mesentery)
            && scene.says(label.clone(), &["excision", "biopsy", "resection"])
            && !label.into_iter().any(|i| scene.text.has(i, Class::SmallBowel))
    };
    scene.kind == Kind::Pathology
        && unit.field.is_none()
        && (names(unit.label.clone())
            || crate::liver::specimen_above(scene, u, unit).is_some_and(|it| names(it.label.clone())))
}

/// `three cores, 9 to 15 mm`: what was sent, not what it was taken from.
fn of_pieces(scene: &Scene<'_>, range: Range<usize>) -> bool {
    scene.says(range, &["core", "cores", "piece", "pieces", "fragment", "fragments", "biopsies", "strips"])
}

/// `Size (mm): 23`.
fn unit_in_label(scene: &Scene<'_>, unit: &Unit) -> Option<Measure> {
    let text = &scene.text;
    let factor =
        match unit.label.clone().find(|i| text.has(*i, Class::Length)).map(|i| text.word(i).starts_with('m'))
        {
            Some(true) => 1,
            Some(false) => 10,
            None => return None,
        };
    let numbers =
        unit.tokens.clone().take_while(|i| text.is_number(*i) || text.mark(*i, b'x') || text.word(*i) == "x");
    let greatest = numbers
        .filter(|i| !text.mark(i + 1, b'%'))
        .filter_map(|i| numbers::thousandths(text.word(i)))
        .max()?;
    let length = lacteal_clinical::Length::from_micrometres(greatest.checked_mul(factor)?).ok()?;
    Some(Measure {
        length,
        comparator: Comparator::Equal,
        approximate: false,
        tokens: unit.tokens.start..unit.tokens.start + 1,
    })
}
