//! Whether a figure is told of a metastasis and not of the primary.

use std::ops::Range;

use crate::fields::Field;
use crate::layout::Unit;
use crate::scene::Scene;
use crate::words::Class;

/// Whether a value is told of a metastasis: `liver Ki-67 4%`, `11% (ovary)`, `Ki-67 (liver)`, `metastatic NET, Ki-67 5%`.
pub(super) fn of_metastasis(scene: &Scene<'_>, u: usize, unit: &Unit, value: &Range<usize>) -> bool {
    let text = &scene.text;
    const PLACES: [&str; 16] = [
        "liver",
        "hepatic",
        "ovary",
        "ovarian",
        "node",
        "nodes",
        "nodal",
        "metastasis",
        "metastases",
        "metastatic",
        "peritoneal",
        "deposit",
        "deposits",
        "omental",
        "lung",
        "bone",
    ];
    let place = |range: Range<usize>| scene.says(range, &PLACES);
    if unit.field == Some(Field::Liver)
        || place(unit.label.clone())
        // `Block I-14 (mesenteric conglomerate): Ki-67 6 %`
        || scene.says(unit.label.clone(), &["conglomerate"])
        || of_liver_specimen(scene, u, unit)
        || under_metastasis(scene, u, unit)
    {
        return true;
    }
    // In brackets after, or `in the liver` after.
    let end = value.end + usize::from(text.mark(value.end, b'%'));
    let after = end..(end + 6).min(unit.tokens.end);
    if end < unit.tokens.end && (place(end..end + 1) || text.word(end) == "primary") {
        return text.word(end) != "primary";
    }
    let behind = (text.mark(end, b'(') || matches!(text.word(end), "in" | "for" | "within")) && {
        let close = after
            .clone()
            .find(|i| {
                *i > end
                    && (text.mark(*i, b')')
                        || text.mark(*i, b',')
                        || text.mark(*i, b';')
                        || text.is_number(*i))
            })
            .unwrap_or(after.end);
        place(end..close)
    };
    if behind {
        return true;
    }
    if (text.mark(end, b'(') || text.word(end) == "in")
        && scene.says(after, &["primary", "ileum", "tumour", "tumor", "ileal", "largest", "jejunum"])
    {
        return false;
    }
    // Before it in the same clause, nearer than the primary.
    let mut comma = false;
    for i in (value.start.saturating_sub(28).max(unit.tokens.start)..value.start).rev() {
        let shortened = matches!(text.word(i.wrapping_sub(1)), "segm" | "seg" | "approx" | "ca");
        if text.mark(i, b';') || text.mark(i, b'.') && !shortened {
            return false;
        }
        comma |= text.mark(i, b',');
        if matches!(text.word(i), "primary" | "ileal" | "ileum" | "jejunal") {
            return false;
        }
        let mass = text.has(i, Class::Mesentery)
            && !comma
            && matches!(
                text.word(i + 1),
                "mass" | "deposit" | "nodule" | "metastasis" | "tumour" | "tumor" | "conglomerate" | "lesion"
            );
        if mass || text.word(i) == "conglomerate" && !comma {
            return true;
        }
        // `4/17 nodes, Ki-67 2%` goes on to the next figure.
        let node = text.has(i, Class::Node)
            || text.word(i) == "nodal"
            || (text.has(i, Class::Metastasis)
                && scene.with(i.saturating_sub(4)..i + 4, Class::Node.bit()).next().is_some());
        // `metastatic ileal NET, Ki-67 5%` in a letter is the tumour's.
        let spread = text.word(i) == "metastatic"
            && scene.kind != crate::Kind::Pathology
            && scene.with(i + 1..i + 4, Class::SmallBowel.bit()).next().is_some();
        if PLACES.contains(&text.word(i)) && !(node && comma) && !spread {
            return true;
        }
    }
    false
}

/// How many sentences back the specimen of a figure is looked for.
const SPECIMEN_BACK: usize = 10;

/// `B. Metastatic NET, the same as A. Ki-67 5%.`: a later sentence of a paragraph that a metastasis opens.
fn under_metastasis(scene: &Scene<'_>, u: usize, unit: &Unit) -> bool {
    if scene.kind != crate::Kind::Pathology || unit.opens || unit.mask & Class::SmallBowel.bit() != 0 {
        return false;
    }
    let opener = scene.units.iter().take(u).rev().take(PARAGRAPH_UNITS).find(|it| it.opens);
    opener.is_some_and(|it| {
        it.part == unit.part
            && it.mask & Class::SmallBowel.bit() == 0
            && matches!(scene.text.word(it.tokens.start), "metastatic" | "metastasis" | "metastases")
            && !it.tokens.clone().any(|i| scene.text.has(i, Class::Node))
    })
}

/// How many sentences back the opening of a paragraph is looked for.
const PARAGRAPH_UNITS: usize = 5;

/// Whether a specimen of the small bowel is named at the front of a line above.
fn bowel_was_sent(scene: &Scene<'_>, u: usize) -> bool {
    scene.units.iter().take(u).any(|it| {
        let mut front = it.label.clone().chain(it.tokens.clone().take(FRONT_TOKENS));
        it.section.is_own() && it.opens && front.any(|i| scene.text.has(i, Class::SmallBowel))
    })
}

/// How many tokens at the front of a line name its specimen.
const FRONT_TOKENS: usize = 6;

/// `A. Liver, wedge: metastatic NET …` and under it, in the same part of the report, the figure.
fn of_liver_specimen(scene: &Scene<'_>, u: usize, unit: &Unit) -> bool {
    if scene.kind != crate::Kind::Pathology || unit.mask & Class::SmallBowel.bit() != 0 {
        return false;
    }
    // Figures of the whole report stand in a paragraph of their own under the specimens.
    let begins = if unit.label.is_empty() { unit.tokens.start } else { unit.label.start };
    if scene.text.gap(begins) == crate::tokens::Gap::Blank && bowel_was_sent(scene, u) {
        return false;
    }
    let mut metastasis = false;
    for it in scene.units.iter().take(u).rev().take(SPECIMEN_BACK).take_while(|it| it.part == unit.part) {
        metastasis |= it.mask & Class::Metastasis.bit() != 0;
        let mut head = it.label.clone().chain(it.tokens.clone().take(3));
        if it.mask & Class::SmallBowel.bit() != 0 {
            return false;
        }
        if head.any(|i| scene.text.has(i, Class::Liver)) {
            return metastasis;
        }
    }
    false
}
