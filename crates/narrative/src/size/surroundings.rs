//! What the units above and the words around tell of a length whose own noun does not: which primary, which mass, which
//! study before.

use crate::Kind;
use crate::cues::{is_month, is_year};
use crate::fields::Field;
use crate::layout::Unit;
use crate::numbers::Measure;
use crate::scene::Scene;
use crate::tokens::Text;
use crate::words::Class;

/// `LIVER, SEGMENTS 5 AND 6, HEPATECTOMY  Metastatic NET, two foci, 3.8 cm`: one sentence of a liver specimen.
pub(crate) fn in_liver_specimen(scene: &Scene<'_>, unit: &Unit) -> bool {
    scene.kind == Kind::Pathology
        && unit.mask & Class::SmallBowel.bit() == 0
        && unit.mask & Class::Metastasis.bit() != 0
        && unit.tokens.clone().take(2).any(|i| scene.text.has(i, Class::Liver))
}

/// `Mesenteric mass: present` and then `Maximum dimension: 27 mm` or `Number of masses: 1 (27 mm)`: the size of what the
/// field before asked for.
pub(super) fn of_mass_above(scene: &Scene<'_>, u: usize, unit: &Unit) -> bool {
    const TUMOUR: [&str; 7] = ["tumour", "tumor", "tumours", "tumors", "primary", "lesion", "nodule"];
    // `Number: 1` may stand between.
    let number = |it: &&Unit| scene.says(it.label.clone(), &["number", "no", "count"]);
    let mut above = u.checked_sub(1).and_then(|u| scene.units.get(u));
    if above.is_some_and(|it| number(&it) && it.field.is_none()) {
        above = u.checked_sub(2).and_then(|u| scene.units.get(u));
    }
    above.is_some_and(|it| {
        matches!(it.field, Some(Field::MesentericMass | Field::MesentericDeposits)) && it.part == unit.part
    }) && !unit.label.is_empty()
        && unit.opens
        && !scene.says(unit.label.clone(), &TUMOUR)
}

/// `Primary: visible   Site: ileum   Max diam (mm): 22` in the form of a scan.
pub(super) fn of_site_above(scene: &Scene<'_>, u: usize, unit: &Unit) -> bool {
    let above = u.checked_sub(1).and_then(|u| scene.units.get(u));
    unit.field == Some(Field::Size)
        && above.is_some_and(|it| {
            it.field == Some(Field::Site)
                && it.part == unit.part
                && it.tokens.clone().any(|i| scene.text.has(i, Class::SmallBowel))
        })
}

/// `Polypoid mass in the proximal jejunum.` and then `It measures 28 mm`.
pub(super) fn of_primary_above(scene: &Scene<'_>, u: usize, unit: &Unit, measure: &Measure) -> bool {
    const SUBJECTS: [&str; 5] = ["it", "they", "this", "these", "the"];
    const LARGEST: [&str; 4] = ["largest", "dominant", "biggest", "larger"];
    const MEASURED: [&str; 11] = [
        "measure",
        "measures",
        "measured",
        "measuring",
        "spans",
        "is",
        "was",
        "correlate",
        "correlates",
        "corresponds",
        "corresponding",
    ];
    let growth = Class::Lesion.bit() | Class::Tumour.bit();
    let elsewhere = Class::Liver.bit() | Class::Mesentery.bit() | Class::Node.bit() | Class::Elsewhere.bit();
    let above = u.checked_sub(1).and_then(|u| scene.units.get(u));
    !unit.opens
        && unit.mask & elsewhere == 0
        && (measure.tokens.start == unit.tokens.start
            || (SUBJECTS.contains(&scene.text.word(unit.tokens.start))
                || scene.says(unit.tokens.start..measure.tokens.start, &LARGEST))
                && scene.says(unit.tokens.start..measure.tokens.start, &MEASURED))
        && above.is_some_and(|it| {
            it.section == unit.section
                && it.mask & Class::SmallBowel.bit() != 0
                && it.mask & growth != 0
                && it.mask & elsewhere == 0
        })
}

/// `previously 13 mm`, `compared with 13 mm`, `(was 13 mm)`.
pub(super) fn compared(text: &Text<'_>, measure: &Measure, floor: usize) -> bool {
    let start = measure.tokens.start;
    let from = start.saturating_sub(3).max(floor);
    // `mass, previously 38 mm`, `31 mm (32 mm)`
    let before = (start.saturating_sub(2).max(floor)..start).any(|i| {
        matches!(text.word(i), "previously" | "formerly" | "prior" | "previous" | "prev" | "originally")
    });
    // `38 mm compared to 40 mm`, `(baseline 40 mm, nadir 35 mm)`
    let reference = (start.saturating_sub(2).max(floor)..start)
        .any(|i| matches!(text.word(i), "compared" | "baseline" | "nadir" | "against"));
    // `40 mm in 2021, 38 mm today`
    let end = measure.tokens.end;
    let dated = matches!(text.word(end), "in" | "on")
        && (is_year(text.word(end + 1)) || is_month(text.word(end + 1)))
        && (end + 2..end + 8).any(|i| text.has(i, Class::Length));
    // `40 mm -> 38 mm`
    let grown = text.mark(end, b'-') && text.mark(end + 1, b'>') || text.written(end) == "→";
    // `18 mm (before 24 mm)`
    let earlier = start >= floor + 2
        && text.mark(start - 2, b'(')
        && matches!(text.word(start - 1), "before" | "earlier" | "then" | "from");
    // `22 mm (24 mm)`, `22 mm (24 mm on the previous study)`
    let bracket = start >= floor + 2
        && (text.mark(start - 1, b'(') || text.mark(start - 1, b'['))
        && text.has(start - 2, Class::Length)
        && (text.mark(end, b']')
            // `22 mm (24 mm)`, `22 mm (24 mm, 04/2023)`
            || (end..end + 6).find(|k| text.is_word(*k) || text.mark(*k, b')')).is_some_and(|k| text.mark(k, b')'))
            || (end..end + 6).take_while(|k| !text.mark(*k, b')')).any(|k| {
                // `22 x 15 mm (26 x 18 mm in May)`
                text.word(k) == "in" && (is_month(text.word(k + 1)) || is_year(text.word(k + 1)))
                    || matches!(
                        text.word(k),
                        "previous" | "previously" | "prior" | "earlier" | "last" | "ago" | "before"
                    )
            }));
    // `31 mm, 35 mm in 2023`
    let last = start >= floor + 2
        && text.mark(start - 1, b',')
        && text.has(start - 2, Class::Length)
        && matches!(text.word(end), "in" | "on")
        && (is_year(text.word(end + 1)) || is_month(text.word(end + 1)));
    let elsewhere = in_bracket_of_another(text, start, floor) || last;
    if before || bracket || elsewhere || earlier || reference || dated || grown {
        return true;
    }
    ((from..measure.tokens.start).any(|i| {
        matches!(
            text.word(i),
            "previously"
                | "versus"
                | "vs"
                | "formerly"
                | "prior"
                | "previous"
                | "originally"
                | "threshold"
        )
    })
    // `mass 38 mm, was 35 mm`, but `the tumour itself was 24 mm`
    || (from..measure.tokens.start).any(|i| {
        text.word(i) == "was" && (text.has(i.wrapping_sub(1), Class::Length) || i > 0 && !text.is_word(i - 1))
    })) && !(from..measure.tokens.start)
        .any(|i| matches!(text.word(i), "now" | "which" | "there") || text.has(i, Class::Tumour))
}

/// `31 mm (outside study: 29 mm)`, `31 mm (CT of 2023: 35 mm)`: a bracket behind a length tells of another study.
fn in_bracket_of_another(text: &Text<'_>, start: usize, floor: usize) -> bool {
    const STUDIES: [&str; 15] = [
        "last",
        // German: `Voruntersuchung`.
        "vu",
        "outside",
        "study",
        "scan",
        "ct",
        "mri",
        "mr",
        "pet",
        "exam",
        "examination",
        "imaging",
        "before",
        "baseline",
        "then",
    ];
    let from = start.saturating_sub(BRACKET_TOKENS).max(floor + 1);
    let Some(open) = (from..start).rev().take_while(|i| !text.mark(*i, b')')).find(|i| text.mark(*i, b'('))
    else {
        return false;
    };
    text.has(open - 1, Class::Length)
        && (open + 1..start)
            .any(|i| STUDIES.contains(&text.word(i)) || is_year(text.word(i)) || is_month(text.word(i)))
}

/// How far back the beginning of such a bracket is looked for.
const BRACKET_TOKENS: usize = 8;

/// A primary on a scan has its bowel in the same sentence.
pub(super) fn primary_on_scan(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    let text = &scene.text;
    let mut near = measure.tokens.start.saturating_sub(16).max(unit.tokens.start)
        ..(measure.tokens.end + 16).min(unit.tokens.end);
    // The sentence may begin with the bowel and tell how far from the valve before it tells the size.
    let before = measure.tokens.start.saturating_sub(32).max(unit.tokens.start)..measure.tokens.start;
    let bowel = unit.label.clone().chain(before).chain(near.clone()).any(|i| {
        text.has(i, Class::SmallBowel) && !matches!(text.word(i), "small" | "ti" | "t" | "si" | "sb" | "sm")
            || text.word(i) == "small" && matches!(text.word(i + 1), "bowel" | "intestine" | "intestinal")
            || text.written(i) == "TI"
    }) || near.clone().any(|i| matches!(text.word(i), "primary"));
    bowel
        && !near.any(|i| text.has(i, Class::Liver) || crate::liver::is_segment(scene, i))
        && unit.field.is_none_or(|it| !matches!(it, Field::Liver))
}
