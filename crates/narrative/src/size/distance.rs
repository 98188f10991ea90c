//! Lengths that are no size: distances, depths, places, and the width of the bowel.

use super::neighbours::{preceding_noun, tells_shape};
use super::owner::Owner;
use crate::layout::Unit;
use crate::numbers::Measure;
use crate::scene::Scene;
use crate::tokens::{Gap, Shape, Text};
use crate::words::Class;

/// Whether the words around a length make it something else than the size of a thing.
pub(super) fn is_no_size(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    is_distance(scene, unit, measure)
        || in_a_stretch(scene, unit, measure)
        || is_how_far(scene, unit, measure)
        || of_wide_bowel(scene, unit, measure)
        || is_place(scene, unit, measure)
        || is_place_in_brackets(scene, unit, measure)
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
            && (MEASURED.contains(&text.word(measure.tokens.start - 1))
                || text.has(measure.tokens.start - 1, Class::Measured)
                || text.mark(measure.tokens.start - 1, b',')
                    && text.has(measure.tokens.start.wrapping_sub(2), Class::Measured))
            && preceding_noun(scene, unit, measure.tokens.start) == Some(Owner::Tumour)
    };
    named && (several || told())
}

/// `from the margin`, `in length`, `away`, `deep`: no dimension of a tumour.
fn is_distance(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    let end = measure.tokens.end;
    !tells_direction(scene, unit, measure)
        && (told_as_distance(scene, unit, end)
            || leads_elsewhere(scene, unit, end)
            || is_depth_or_length(scene, unit, measure)
            || is_from_somewhere(scene, unit, end)
            || shares_its_from(&scene.text, end, unit.tokens.end)
            || is_beside_somewhere(&scene.text, end))
}

/// Words right behind a length that make it a distance or a thickness.
const DISTANCES: [&str; 23] = [
    "prox",
    "upstream",
    "downstream",
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
];

/// `8 mm clear`, `12 cm long`, but not `24 mm in the long axis`.
fn told_as_distance(scene: &Scene<'_>, unit: &Unit, end: usize) -> bool {
    let stop = phrase_end(scene, unit, end).min(end + 2);
    scene.says(end..stop, &DISTANCES)
        && !scene.says(end..stop, &["dimension", "diameter", "size"])
        && !(scene.says(end..stop, &["long"]) && scene.says(end..(end + 3).min(unit.tokens.end), &["axis"]))
}

/// `a 1 mm front`, `3 mm into the fat`, `12 cm of ileum`, `40 mm to the nearest margin`.
fn leads_elsewhere(scene: &Scene<'_>, unit: &Unit, end: usize) -> bool {
    const ENDS: [&str; 8] = ["margin", "margins", "edge", "end", "valve", "icv", "flexure", "anus"];
    if scene.text.word(end) == "to" && scene.says(end + 1..unit.tokens.end.min(end + 5), &ENDS) {
        return true;
    }
    // `3.6 cm of greatest axis`, `16 mm of mural thickening`
    const OWN: [&str; 7] = ["greatest", "maximum", "maximal", "largest", "longest", "diameter", "thickening"];
    let dimension = scene.says(end + 1..end + 3, &OWN);
    scene.says(end..unit.tokens.end.min(end + 1), &["front", "into", "rim", "past", "of"])
        && scene.text.gap(end) < Gap::Line
        && !dimension
}

/// `12 cm in length`, but a tumour may be told by its length.
fn is_depth_or_length(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    let text = &scene.text;
    let (start, end) = (measure.tokens.start, measure.tokens.end);
    let of_tumour =
        start > unit.tokens.start && matches!(text.word(start - 1), "tumour" | "tumor" | "mass" | "lesion");
    text.word(end) == "in"
        && (matches!(text.word(end + 1), "depth" | "thickness")
            || text.word(end + 1) == "length" && !of_tumour)
}

/// `40 mm oral from the valve`, but not `24 mm, resected from …`.
fn is_from_somewhere(scene: &Scene<'_>, unit: &Unit, end: usize) -> bool {
    let tail = end..phrase_end(scene, unit, end);
    scene.says(tail.clone(), &["from"])
        && !scene.says(tail, &["arising", "separate", "removed", "resected", "excised"])
}

/// Where the few words behind a length end: at a mark or a number.
fn phrase_end(scene: &Scene<'_>, unit: &Unit, end: usize) -> usize {
    let limit = unit.tokens.end.min(end + 4);
    let is_end =
        |i: &usize| scene.text.token(*i).is_some_and(|t| matches!(t.shape, Shape::Number | Shape::Mark));
    (end..limit).find(is_end).unwrap_or(limit)
}

/// `15 mm proximal to the valve`, but `a 15 mm distal ileal mass`.
fn is_beside_somewhere(text: &Text<'_>, end: usize) -> bool {
    (end..end + 2).any(|i| {
        matches!(text.word(i), "proximal" | "distal")
            && (!text.is_word(i + 1)
                || matches!(text.word(i + 1), "to" | "from" | "of" | "and" | "end" | "in" | "on"))
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
    const STRETCHES: [&str; 9] =
        ["distance", "margin", "margins", "clearance", "clear", "length", "thickness", "depth", "invasion"];
    let mut stretch =
        open.filter(|i| STRETCHES.contains(&text.word(*i)) && !tells_shape(scene, *i, all.start));
    stretch.next().is_some()
        && !scene.says(
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
        &["to", "at", "of", "diameter", "max", "maximum", "dilated", "distended"],
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
