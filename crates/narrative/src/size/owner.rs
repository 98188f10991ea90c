//! The noun that governs a length: before it, behind it, carried over from the sentence before, or none.

use super::distance::is_no_size;
use super::neighbours::{following_noun, preceding_noun};
use super::noun::noun;
use crate::fields::Field;
use crate::layout::Unit;
use crate::numbers::Measure;
use crate::scene::Scene;
use crate::tokens::Text;
use crate::words::Class;
use crate::{Kind, Section};

/// What a length is the length of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Tumour,
    Mesentery,
    Node,
    Liver,
    /// Bowel, specimen, margin, polyp, wall: nothing that is asked for.
    Other,
    /// No noun was found.
    Unknown,
}

/// In a field that asks for the size of the tumour, only an explicit other noun takes the length away.
pub(super) fn field_owner(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> Owner {
    let text = &scene.text;
    let after = measure.tokens.end..(measure.tokens.end + 3).min(unit.tokens.end);
    let mut before = measure.tokens.start.saturating_sub(4).max(unit.tokens.start)..measure.tokens.start;
    if scene.says(after, &["from"])
        || scene.says(before.clone(), &["node", "nodes", "margin", "metastasis", "deposit", "distance"])
    {
        return Owner::Other;
    }
    let mesenteric = before.any(|i| text.has(i, Class::Mesentery));
    if mesenteric { Owner::Mesentery } else { Owner::Tumour }
}

/// The noun that governs a length.
pub(super) fn owner_of(scene: &Scene<'_>, unit: &Unit, measure: &Measure, before: Owner) -> Owner {
    if is_no_size(scene, unit, measure) {
        return Owner::Other;
    }
    if scene.kind == Kind::Radiology && called_primary(scene, unit, measure) {
        return Owner::Tumour;
    }
    // `a 2.3 cm tumour`: the noun follows without a preposition.
    let adjectival = following_noun(scene, unit.tokens.start, measure.tokens.end, unit.tokens.end);
    // `Primary: 2.4 cm terminal ileum`: behind its heading a place is not what was measured.
    if adjectival == Some(Owner::Other) && follows_primary(&scene.text, measure.tokens.start) {
        return Owner::Tumour;
    }
    adjectival
        .filter(|_| announced(scene, unit, measure))
        .or_else(|| preceding_noun(scene, unit, measure.tokens.start))
        .or(adjectival)
        .unwrap_or_else(|| without_noun(scene, unit, measure, before))
}

/// Whether a noun may follow: `a 2.3 cm …`, `: 2.3 cm …`.
fn announced(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    let text = &scene.text;
    let all = unit.tokens.clone();
    if measure.tokens.start == all.start {
        return true;
    }
    let word = text.word(measure.tokens.start - 1);
    // `with an adjacent 3.6 cm mass`
    let described = measure.tokens.start >= all.start + 2
        && text.is_word(measure.tokens.start - 1)
        && !text.has(measure.tokens.start - 1, Class::Measured)
        && matches!(text.word(measure.tokens.start - 2), "a" | "an");
    described
        || matches!(
            word,
            "a" | "an"
                | "the"
                | "one"
                | "single"
                | "solitary"
                | "this"
                | "of"
                | "is"
                | "with"
                | "contains"
                | "shows"
                | "showed"
                | "showing"
                | "demonstrated"
                | "demonstrates"
                | "revealed"
                | "confirmed"
                | "containing"
                | "contained"
                | "identified"
                | "new"
                | "stable"
                | "and"
                | "known"
                | "reveals"
                | "discrete"
                | "approximately"
                | "largest"
                | "unchanged"
                | "another"
                | "further"
                | "second"
                | "separate"
                | "ill"
                | "spiculated"
                | "stellate"
                | "measurable"
                | "enlarging"
                | "small"
                | "in"
        )
        || text.mark(measure.tokens.start - 1, b':')
        || text.mark(measure.tokens.start - 1, b'+')
        || text.mark(measure.tokens.start - 1, b'(')
        || text.mark(measure.tokens.start - 1, b',')
        || text.mark(measure.tokens.start - 1, b'.')
        || text.mark(measure.tokens.start - 1, b'-')
}

/// By the field, or by the sentence before.
fn without_noun(scene: &Scene<'_>, unit: &Unit, measure: &Measure, before: Owner) -> Owner {
    let text = &scene.text;
    let all = unit.tokens.clone();
    match unit.field {
        Some(Field::Focality | Field::Site | Field::Histology) => Owner::Tumour,
        // `Tumour extension: 2.4 x 1.8 x 1.5 cm`
        Some(Field::Extent) if measure.tokens.start == all.start && measure.tokens.len() > 3 => Owner::Tumour,
        Some(Field::Liver) => Owner::Liver,
        Some(Field::Organ) if unit.label.clone().any(|i| text.has(i, Class::Mesentery)) => Owner::Mesentery,
        Some(Field::Organ) => Owner::Other,
        _ if scene.says(
            measure.tokens.start.saturating_sub(4).max(all.start)..measure.tokens.start,
            &[
                "largest",
                "larger",
                "biggest",
                "bigger",
                "diameter",
                "dimension",
                "size",
                "measuring",
                "measures",
                "maximum",
                "greatest",
                "max",
                "it",
                "they",
                "these",
                "measure",
                "measured",
                "sizes",
                "diameters",
                "dimensions",
            ],
        ) && unit.mask & Class::Liver.bit() == 0
            && (before == Owner::Mesentery || before == Owner::Tumour) =>
        {
            before
        }
        // `Lesion 1: mid ileum. 11 mm, avid`
        _ if measure.tokens.start == all.start && !unit.opens && before == Owner::Tumour => Owner::Tumour,
        _ if headed_tumour(text, all.start) || counted_as_tumour(scene, unit, measure) => Owner::Tumour,
        _ if scene.kind != Kind::Radiology && alone(scene, unit, measure) => Owner::Tumour,
        _ => Owner::Unknown,
    }
}

/// `Tumour: single, 24 mm, mid ileum`: the heading on the line is the noun.
pub(super) fn headed_tumour(text: &Text<'_>, start: usize) -> bool {
    start >= 2
        && text.mark(start - 1, b':')
        && matches!(
            text.word(start - 2),
            "tumour" | "tumor" | "lesion" | "primary" | "histology" | "pathology" | "histopathology" | "path"
        )
}

fn follows_primary(text: &Text<'_>, start: usize) -> bool {
    start >= 2 && text.mark(start - 1, b':') && matches!(text.word(start - 2), "primary" | "tumour" | "tumor")
}

/// `CT correlate of 1.2 cm, compatible with the primary tumour`
fn called_primary(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    let after = measure.tokens.end..(measure.tokens.end + 10).min(unit.tokens.end);
    let link = after.clone().find(|i| {
        matches!(
            scene.text.word(*i),
            "compatible"
                | "consistent"
                | "keeping"
                | "represents"
                | "representing"
                | "likely"
                | "probably"
                | "presumed"
        )
    });
    link.is_some_and(|i| {
        scene.says(i..after.end, &["primary"]) && !scene.says(i..after.end, &["and", "from", "known"])
    })
}

/// `- Unifocal, 2.8 cm`: only primaries are counted so.
fn counted_as_tumour(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    let start = measure.tokens.start;
    scene.kind != Kind::Radiology
        && scene.says(
            start.saturating_sub(9).max(unit.tokens.start)..start,
            &["unifocal", "multifocal", "unicentric", "multicentric"],
        )
}

/// `Max diameter 16 mm.`, `Path: 2.1 cm, pT3, G1`: no noun at all, in a sentence of the tumour's figures.
fn alone(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    let text = &scene.text;
    let mut all = unit.tokens.clone();
    let dimension = scene.says(
        measure.tokens.start.saturating_sub(4).max(all.start)..measure.tokens.start,
        &["diameter", "dimension", "size", "sizes", "max", "maximum", "greatest", "measuring", "measures"],
    );
    let dimension = dimension
        || scene.says(
            measure.tokens.end..(measure.tokens.end + 3).min(all.end),
            &["diameter", "dimension", "maximum", "max"],
        ) && measure.tokens.start <= all.start + 1;
    let figures = all.any(|i| crate::stage::is_category(text, i) || text.has(i, Class::Ki));
    let own = !matches!(unit.section, Section::Gross | Section::Specimen);
    own && (dimension || figures)
}

/// What the sentence was about, for `It measures 2 cm` after it.
pub(super) fn subject(scene: &Scene<'_>, unit: &Unit, before: Owner) -> Owner {
    let first = unit.tokens.clone().take(40).find_map(|i| {
        noun(scene, i, unit.tokens.clone())
            .filter(|it| matches!(it, Owner::Tumour | Owner::Mesentery | Owner::Node | Owner::Liver))
    });
    first.unwrap_or(if unit.opens { Owner::Unknown } else { before })
}
