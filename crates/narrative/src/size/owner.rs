//! The noun that governs a length: before it, behind it, carried over from the sentence before, or none.

use super::neighbours::{following_noun, preceding_noun};
use super::noun::noun;
use crate::fields::Field;
use crate::layout::Unit;
use crate::numbers::Measure;
use crate::scene::Scene;
use crate::tokens::{Gap, Shape, Text};
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
    if is_distance(scene, unit, measure)
        || in_a_stretch(scene, unit, measure)
        || is_how_far(scene, unit, measure)
        || of_wide_bowel(scene, unit, measure)
        || is_place(scene, unit, measure)
        || is_place_in_brackets(scene, unit, measure)
    {
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

/// `24 x 18 x 12 mm deep`, `the tumour is 24 mm long`: the word tells in which direction, not how far away.
fn tells_direction(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    const DIRECTIONS: [&str; 9] =
        ["long", "length", "wide", "width", "deep", "depth", "thick", "thickness", "high"];
    const MEASURED: [&str; 7] = ["is", "was", "measures", "measured", "measuring", "and", "be"];
    let text = &scene.text;
    let end = measure.tokens.end;
    let named = DIRECTIONS.contains(&text.word(end))
        || text.word(end) == "in" && DIRECTIONS.contains(&text.word(end + 1));
    let several = measure.tokens.clone().filter(|i| text.is_number(*i)).count() > 1
        && measure.tokens.clone().any(|i| matches!(text.word(i), "x" | "by" | "×") || text.mark(i, b'x'));
    let told = || {
        measure.tokens.start > unit.tokens.start
            && MEASURED.contains(&text.word(measure.tokens.start - 1))
            && preceding_noun(scene, unit, measure.tokens.start) == Some(Owner::Tumour)
    };
    named && (several || told())
}

/// `from the margin`, `in length`, `away`, `deep`: no dimension of a tumour.
fn is_distance(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let end = measure.tokens.end;
    if tells_direction(scene, unit, measure) {
        return false;
    }
    let stop = (end..all.end.min(end + 4))
        .find(|i| text.is_number(*i) || text.token(*i).is_some_and(|t| t.shape == Shape::Mark))
        .unwrap_or_else(|| all.end.min(end + 4));
    let tail = end..stop;
    let near_tail = end..stop.min(end + 2);
    scene.says(
        near_tail.clone(),
        &[
            "from",
            "away",
            "long",
            "length",
            "deep",
            "depth",
            "thick",
            "thickness",
            "wide",
            "clear",
            "beyond",
            "above",
            "below",
            "margin",
            "clearance",
            "distance",
            "apart",
            "stretch",
            "proximally",
            "distally",
        ],
    ) && !scene.says(near_tail.clone(), &["dimension", "diameter", "size"])
        && !(scene.says(near_tail, &["long"]) && scene.says(end..(end + 3).min(all.end), &["axis"]))
        || scene.says(end..all.end.min(end + 1), &["front", "into", "rim", "past", "of"])
            && text.gap(end) < Gap::Line
        || (text.word(end) == "in"
            && matches!(text.word(end + 1), "length" | "depth" | "thickness")
            && !(text.word(end + 1) == "length"
                && measure.tokens.start > all.start
                && matches!(text.word(measure.tokens.start - 1), "tumour" | "tumor" | "mass" | "lesion")))
        || scene.says(tail.clone(), &["from"]) && !scene.says(tail, &["arising", "separate", "removed", "resected", "excised"])
        || shares_its_from(text, end, all.end)
        // `15 mm proximal to the valve`, but `a 15 mm distal ileal mass`
        || (end..end + 2).any(|i| {
            matches!(text.word(i), "proximal" | "distal")
                && (!text.is_word(i + 1) || matches!(text.word(i + 1), "to" | "from" | "of" | "and" | "end" | "in" | "on"))
        })
}

/// `40 cm & 65 cm from the valve`: the first is a distance, too.
fn shares_its_from(text: &Text<'_>, end: usize, stop: usize) -> bool {
    end + 3 < stop
        && (matches!(text.word(end), "and" | "or") || text.mark(end, b'&'))
        && text.is_number(end + 1)
        && text.has(end + 2, Class::Length)
        && text.word(end + 3) == "from"
}

/// `distance to the margin 3 mm`, `a length of 12 cm`: words before it that make it a distance.
fn in_a_stretch(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let back = measure.tokens.start.saturating_sub(6).max(all.start);
    let open_from =
        (back..measure.tokens.start).rev().find(|i| text.has(*i, Class::Tumour)).map_or(back, |i| i + 1);
    // `12 cm from one margin is a 2.4 cm nodule`
    if open_from < measure.tokens.start && matches!(text.word(measure.tokens.start - 1), "a" | "an") {
        return false;
    }
    let stretch_end = (open_from.max(all.start + 1)..measure.tokens.start).rev().find(|i| {
        matches!(text.word(*i), "length" | "distance" | "segment" | "stretch" | "loop")
            && text.has(i - 1, Class::Length)
    });
    let open = stretch_end.map_or(open_from, |i| i + 1)..measure.tokens.start;
    scene.says(
        open,
        &["distance", "margin", "margins", "clearance", "clear", "length", "thickness", "depth", "invasion"],
    ) && !scene.says(
        measure.tokens.start.saturating_sub(2).max(all.start)..measure.tokens.start,
        &["measuring", "measures", "size", "diameter", "dimension"],
    )
}

/// `within 3 mm of the margin`, `located approximately 8 cm from the valve`: right before the number.
fn is_how_far(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    let start = measure.tokens.start;
    scene.says(
        start.saturating_sub(1).max(unit.tokens.start)..start,
        &["within", "lies", "located", "situated", "lying"],
    )
}

/// `with dilatation of the small bowel to 38 mm`
fn of_wide_bowel(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    let all = unit.tokens.clone();
    let widened = measure.tokens.start.saturating_sub(10).max(all.start)..measure.tokens.start;
    scene.says(
        measure.tokens.start.saturating_sub(2).max(all.start)..measure.tokens.start,
        &["to", "at", "of", "diameter"],
    ) && scene.says(
        widened,
        &["dilatation", "dilation", "dilated", "distension", "distended", "distention", "calibre", "caliber"],
    )
}

/// `a nodule at 10 cm`
fn is_place(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    let text = &scene.text;
    let all = unit.tokens.clone();
    measure.tokens.start > all.start
        && text.word(measure.tokens.start - 1) == "at"
        && !matches!(
            text.word(measure.tokens.start.wrapping_sub(2)),
            "stable"
                | "unchanged"
                | "now"
                | "still"
                | "measured"
                | "largest"
                | "currently"
                | "today"
                | "larger"
                | "smaller"
                | "bigger"
                | "increased"
                | "decreased"
                | "reduced"
                | "enlarged"
                | "size"
                | "similar"
                | "same"
                | "remains"
                | "static"
                | "constant"
                | "small"
        )
}

/// `lesion 2 (135 mm)   19 x 16 mm`: in brackets before the size stands where it lies.
fn is_place_in_brackets(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    let text = &scene.text;
    let (start, end) = (measure.tokens.start, measure.tokens.end);
    start > unit.tokens.start
        && text.mark(start - 1, b'(')
        && text.mark(end, b')')
        && end + 1 < unit.tokens.end
        && text.is_number(end + 1)
        && text.gap(end + 1) == Gap::Wide
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
        ) && before != Owner::Unknown
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
