//! Another tumour: one that is there, one that is not, or one that is numbered.

use std::ops::Range;

use super::{ELSEWHERE, Told};
use crate::Kind;
use crate::cues::State;
use crate::layout::Unit;
use crate::numbers;
use crate::scene::Scene;
use crate::words::Class;

/// `a second tumour`, `a further, smaller NET`, `tumours (2)`, `NETs x 3`.
pub(super) fn there_is(scene: &Scene<'_>, u: usize, unit: &Unit, i: usize, state: State) -> Option<Told> {
    if state.no || state.maybe || state.no_new {
        return None;
    }
    let end = another(scene, unit, i)
        .or_else(|| the_other(scene, u, unit, i))
        .or_else(|| counted_after(scene, unit, i))?;
    Some(Told::several(None, i..end, "focality_count", state))
}

/// `no second primary`, `no other small bowel lesion`, `the remaining bowel contains no further tumour`: one by exclusion.
/// That is less than the word itself, so it is shown as uncertain and yields to any other statement.
pub(super) fn none_other(scene: &Scene<'_>, unit: &Unit, i: usize, state: State) -> Option<Told> {
    let text = &scene.text;
    let noun = matches!(
        text.word(i),
        "tumour"
            | "tumours"
            | "tumor"
            | "tumors"
            | "primary"
            | "primaries"
            | "net"
            | "nets"
            | "lesion"
            | "lesions"
            | "focus"
            | "nodule"
            | "nodules"
            | "foci"
    );
    if !noun
        || !unit.section.is_own()
        || matches!(text.word(i + 1), "deposit" | "deposits" | "cells" | "emboli")
    {
        return None;
    }
    let from = i.saturating_sub(7).max(unit.tokens.start);
    let phrase = |k: usize| text.is_word(k) || text.mark(k, b'-');
    let other = (from..i).rev().take_while(|k| phrase(*k)).find(|k| {
        matches!(
            text.word(*k),
            "second" | "other" | "further" | "additional" | "separate" | "synchronous" | "more"
        )
    })?;
    let denied = (other.saturating_sub(4).max(from)..other)
        .any(|k| matches!(text.word(k), "no" | "not" | "without" | "nor"));
    // A lesion may be one of any organ, a tumour is one of the bowel.
    let between = other + 1..i;
    let bowel = |range: Range<usize>| {
        scene.says(
            range.clone(),
            &["bowel", "intestinal", "mucosal", "mural", "submucosal", "primary", "ileal", "jejunal"],
        ) || scene.with(range, Class::SmallBowel.bit()).next().is_some()
    };
    let plain =
        matches!(text.word(i), "tumour" | "tumours" | "tumor" | "tumors" | "primary" | "primaries" | "nets");
    let whole = text.word(other) != "further" || text.word(i).ends_with('s') || bowel(unit.tokens.clone());
    let bowel_said = bowel(between)
        || bowel(i + 1..(i + 6).min(unit.tokens.end))
        || scene.kind == Kind::Pathology
            && (text.word(other) == "second"
                || scene.says(unit.tokens.start..other, &["remaining", "rest", "remainder"]));
    let foreign = unit.mask & ELSEWHERE != 0
        || (other..(i + 10).min(unit.tokens.end)).any(|k| text.has(k, Class::Elsewhere))
        || scene.says(other..i, &["pulmonary", "hepatic", "nodal", "peritoneal", "metastatic"]);
    let told = denied && !foreign && (plain && whole && scene.kind != Kind::Radiology || bowel_said);
    told.then(|| Told {
        multifocal: false,
        count: None,
        tokens: other..i + 1,
        rule: "focality_no_other",
        state: State { maybe: true, ..state },
    })
}

/// `Tumour 2: 9 mm`, `Tumor B: 0.9 cm`: a numbered tumour that is not the first.
pub(super) fn numbered(scene: &Scene<'_>, unit: &Unit) -> Option<Range<usize>> {
    let text = &scene.text;
    if scene.kind != Kind::Pathology || !unit.section.is_own() || unit.mask & ELSEWHERE != 0 {
        return None;
    }
    let first = if unit.label.is_empty() { unit.tokens.start } else { unit.label.start };
    let counted = matches!(text.word(first), "tumour" | "tumor" | "primary")
        && matches!(text.word(first + 1), "2" | "3" | "4" | "b" | "c" | "ii" | "iii" | "two")
        && first + 2 < unit.tokens.end;
    let named = text.mark(first + 2, b':') || text.mark(first + 2, b'-') || text.mark(first + 2, b'(');
    let measured = named && scene.with(first..unit.tokens.end, Class::Length.bit()).next().is_some();
    (counted && measured).then_some(first..first + 2)
}

/// `a second tumour`, `a further, smaller NET`: the end of its noun.
fn another(scene: &Scene<'_>, unit: &Unit, i: usize) -> Option<usize> {
    let text = &scene.text;
    let scan = scene.kind == Kind::Radiology;
    if scan && (unit.mask & ELSEWHERE != 0 || unit.mask & Class::SmallBowel.bit() == 0) {
        return None;
    }
    let separate = text.word(i) == "separate"
        && unit.mask & ELSEWHERE == 0
        && (unit.mask & Class::SmallBowel.bit() != 0
            || scene.says(unit.tokens.clone(), &["submucosal", "mucosal"]));
    if !(separate || matches!(text.word(i), "second" | "further" | "additional")) || i == unit.tokens.start {
        return None;
    }
    if !matches!(text.word(i - 1), "a" | "an" | "one") || text.mark(i - 1, b'?') {
        return None;
    }
    let noun = (i + 1..(i + 9).min(unit.tokens.end))
        .take_while(|k| {
            (text.is_word(*k) || text.is_number(*k))
                && !text.any(*k, Class::Liver.bit() | Class::Node.bit() | Class::Mesentery.bit())
                || text.mark(*k, b',')
        })
        .find(|k| {
            matches!(text.word(*k), "tumour" | "tumor" | "net" | "carcinoid" | "primary")
                || scan && matches!(text.word(*k), "lesion" | "focus" | "nodule")
        })?;
    let other = matches!(
        text.word(noun + 1),
        "deposit" | "deposits" | "focus" | "nodule" | "marker" | "markers" | "cancer" | "malignancy"
    );
    let own = unit.section.is_own();
    (own && (!other || separate && text.word(noun + 1) == "nodule")).then_some(noun + 1)
}

/// `the smaller tumour`, `the second NET`, `both NETs`: of two that were named.
fn the_other(scene: &Scene<'_>, u: usize, unit: &Unit, i: usize) -> Option<usize> {
    let text = &scene.text;
    if scene.kind == Kind::Radiology || unit.mask & ELSEWHERE != 0 || !unit.section.is_own() {
        return None;
    }
    if text.word(i) == "both" {
        let of = if text.follows(i + 1, &["foci", "of"]) { i + 3 } else { i + 1 };
        return matches!(text.word(of), "nets" | "net" | "carcinoids").then_some(of + 1);
    }
    let told = matches!(text.word(i), "second" | "smaller" | "larger")
        && text.word(i.wrapping_sub(1)) == "the"
        && matches!(text.word(i + 1), "tumour" | "tumor" | "net" | "carcinoid" | "primary")
        && !matches!(text.word(i + 2), "deposit" | "deposits" | "nodule" | "cells" | "nests" | "fragment");
    // Of two tumours of different kinds neither makes the other's number.
    (told && !another_kind(scene, u)).then_some(i + 2)
}

/// Whether a tumour of another kind is named here or above.
pub(super) fn another_kind(scene: &Scene<'_>, u: usize) -> bool {
    let mut near = scene.units.iter().take(u + 1).rev().take(UNITS_BACK);
    near.any(|it| it.mask & Class::OtherTumour.bit() != 0)
}

/// How far back a tumour of another kind is looked for.
const UNITS_BACK: usize = 40;

/// `tumours (2)`, `tumour x 3`, `NETs (x4)`: the end of the count behind the noun.
fn counted_after(scene: &Scene<'_>, unit: &Unit, i: usize) -> Option<usize> {
    let text = &scene.text;
    let plural = matches!(text.word(i), "tumours" | "tumors" | "nets" | "carcinoids");
    if !plural && !matches!(text.word(i), "tumour" | "tumor" | "net" | "carcinoid") {
        return None;
    }
    let open = text.mark(i + 1, b'(');
    let times = if open { i + 2 } else { i + 1 };
    let x = text.word(times) == "x" || text.mark(times, b'x');
    let at = if x { times + 1 } else { times };
    let (count, used) = numbers::whole(text, at).filter(|_| text.is_number(at) && at < unit.tokens.end)?;
    let end = at + used;
    let closed = if open {
        text.mark(end, b')')
    } else {
        !text.has(end, Class::Length) && text.word(end) != "x" && !text.mark(end, b'%')
    };
    let named = (unit.tokens.start.max(i.saturating_sub(3))..i + 1)
        .any(|k| text.any(k, Class::Net.bit() | Class::Neuroendocrine.bit()))
        || unit.mask & Class::Neuroendocrine.bit() != 0;
    let foreign = unit.mask & (Class::Liver.bit() | Class::Node.bit()) != 0;
    ((x || open && plural) && closed && named && !foreign && (2..=50).contains(&count)).then_some(end)
}
