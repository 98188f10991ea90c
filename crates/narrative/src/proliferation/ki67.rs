//! Ki-67: percentages in its field or near its name.

use std::ops::Range;

use lacteal_clinical::{Comparator, Percent};

use super::metastasis::of_metastasis;
use super::{BEFORE_TOKENS, bounded, grade_names};
use crate::fields::Field;
use crate::item::Item;
use crate::layout::Unit;
use crate::numbers::{self, Amount};
use crate::scene::{Draft, Scene, put};
use crate::words::Class;

/// Words after which a percentage is no longer Ki-67.
const OTHER_PERCENTAGES: [&str; 32] = [
    "cdx",
    "insm1",
    "satb2",
    "ttf",
    "ttf1",
    "pax8",
    "islet1",
    "ck7",
    "ck20",
    "lymphocytes",
    "necrosis",
    "synaptophysin",
    "chromogranin",
    "cdx2",
    "sstr2",
    "sstr2a",
    "sstr",
    "serotonin",
    "p53",
    "rb",
    "mitotic",
    "mitoses",
    "mitosis",
    "viable",
    "fibrosis",
    "stroma",
    "steatosis",
    "macrovesicular",
    "atrx",
    "er",
    "pr",
    "confidence",
];

/// Reads Ki-67 out of one unit.
pub(crate) fn ki67(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    let all = unit.tokens.clone();
    let in_field = unit.field == Some(Field::Ki67);
    let mut from = all.start;
    let mut found = Vec::new();
    if in_field {
        amounts(scene, all.clone(), true, &mut found);
        if found.is_empty() {
            bare_number(scene, unit, &mut found);
        }
    }
    while found.is_empty()
        && let Some(trigger) = trigger(scene, from..all.end)
    {
        let state = scene.state(u, trigger.clone());
        from = trigger.end;
        if state.past || state.family {
            continue;
        }
        amounts(scene, trigger.end..all.end, false, &mut found);
        if found.is_empty() {
            let near = trigger.start.saturating_sub(BEFORE_TOKENS).max(all.start);
            amounts(scene, near..trigger.start, false, &mut found);
            if let Some(last) = found.pop() {
                found = vec![last];
            }
        }
    }
    // `Ki-67 has been stained. Image analysis, hot spot: primary 3.8%`
    if found.is_empty() && told_in_last_sentence(scene, u, unit) {
        amounts(scene, all.clone(), false, &mut found);
    }
    let grades = grade_names(scene, &all);
    let counted = found.iter().any(|it| !is_ki67_class(it));
    for amount in found {
        let state = scene.state(u, amount.tokens.clone());
        let class = is_ki67_class(&amount);
        if state.past || state.family || (class && (counted || grades > 1)) || excluded_ki67(scene, &amount) {
            continue;
        }
        let percent = |it| Percent::from_thousandths(it).ok();
        let Some(value) = bounded(&amount, percent) else { continue };
        let tokens = amount.tokens.clone();
        let metastasis = of_metastasis(scene, u, unit, &tokens);
        let rule = match (metastasis, class, in_field) {
            (true, ..) => "ki67_metastasis",
            (_, true, _) => "ki67_class",
            (_, _, true) => "ki67_field",
            _ => "ki67_prose",
        };
        // What a metastasis shows is not the primary's: for people to look at.
        put(drafts, u, Item::Ki67(value), tokens, rule, crate::cues::State { maybe: metastasis, ..state });
    }
}

/// Whether the sentence before names Ki-67 and no figure, and this one tells how it was counted.
fn told_in_last_sentence(scene: &Scene<'_>, u: usize, unit: &Unit) -> bool {
    let Some(above) = u.checked_sub(1).and_then(|u| scene.units.get(u)).filter(|_| !unit.opens) else {
        return false;
    };
    above.mask & Class::Ki.bit() != 0
        && (scene.says(
            unit.tokens.clone(),
            &["hot", "hottest", "hotspot", "hotspots", "counted", "digital", "index"],
        ) || of_cells(scene, unit))
        && trigger(scene, above.tokens.clone()).is_some()
        && (!above.tokens.clone().any(|i| scene.text.mark(i, b'%'))
            // `The original report had Ki-67 2%. Recounted on the hot spot: 4%.`
            || scene.says(unit.tokens.clone(), &["recounted", "re-counted", "recount"]))
}

/// `5.4% of 1,210 cells are positive.`
fn of_cells(scene: &Scene<'_>, unit: &Unit) -> bool {
    let text = &scene.text;
    unit.tokens.clone().any(|i| {
        text.mark(i, b'%')
            && text.word(i + 1) == "of"
            && (i + 2..(i + 7).min(unit.tokens.end)).any(|k| matches!(text.word(k), "cells" | "nuclei"))
    })
}

pub(super) fn trigger(scene: &Scene<'_>, range: Range<usize>) -> Option<Range<usize>> {
    let text = &scene.text;
    scene.with(range, Class::Ki.bit()).find_map(|i| match text.word(i) {
        "ki67" | "mib1" => Some(i..i + 1),
        "labelling" | "labeling" => (text.word(i + 1) == "index").then_some(i..i + 2),
        "ki" | "kl" | "mib" => {
            let at = if text.mark(i + 1, b'-') { i + 2 } else { i + 1 };
            let wanted = if text.word(i) == "mib" { "1" } else { "67" };
            let next = if text.mark(at + 1, b'-') { at + 2 } else { at + 1 };
            if wanted == "67" && text.word(at) == "sixty" && text.word(next) == "seven" {
                return Some(i..next + 1);
            }
            (text.word(at) == wanted).then_some(i..at + 1)
        }
        _ => matches!(text.word(i + 1), "index" | "fraction" | "rate" | "activity").then_some(i..i + 2),
    })
}

/// The percentages of a range, in order.
fn amounts(scene: &Scene<'_>, range: Range<usize>, in_field: bool, found: &mut Vec<Amount>) {
    let text = &scene.text;
    let mut i = range.start;
    while i < range.end {
        if OTHER_PERCENTAGES.contains(&text.word(i)) && !(in_field && found.is_empty()) {
            return;
        }
        // `twenty two percent`
        if let Some((value, length)) = numbers::whole(text, i).filter(|it| it.1 > 1 && text.is_word(i))
            && i + length < range.end
            && matches!(text.word(i + length), "percent" | "per" | "pct")
        {
            let thousandths = u32::from(value) * 1000;
            found.push(Amount {
                comparator: Comparator::Equal,
                low: thousandths,
                high: thousandths,
                approximate: false,
                tokens: i..i + length,
            });
            i += length;
            continue;
        }
        let number = text.is_number(i)
            || matches!(
                text.word(i),
                "one"
                    | "two"
                    | "three"
                    | "four"
                    | "five"
                    | "six"
                    | "seven"
                    | "eight"
                    | "nine"
                    | "ten"
                    | "twelve"
                    | "fifteen"
                    | "twenty"
                    | "zero"
            );
        let Some(amount) = number.then(|| numbers::amount(text, i, &range)).flatten() else {
            i += 1;
            continue;
        };
        let end = amount.tokens.end;
        let percent = |at: usize| {
            text.mark(at, b'%')
                || matches!(text.word(at), "percent" | "pct")
                || (text.word(at) == "per" && text.word(at + 1) == "cent")
        };
        // `4% (range 1-4%)`: the value stands before.
        let spread = amount.high > amount.low
            && !found.is_empty()
            && matches!(text.word(i.wrapping_sub(1)), "range" | "eyeballed" | "estimate" | "estimated");
        // `2% (prev. 5% on biopsy)`
        let earlier = !found.is_empty()
            && (i.saturating_sub(3).max(range.start)..i).any(|k| text.mark(k, b'('))
            && (i.saturating_sub(2).max(range.start)..i).any(|k| {
                matches!(text.word(k), "prev" | "previously" | "previous" | "prior" | "formerly" | "was")
            });
        if spread || earlier {
            i = end.max(i + 1);
            continue;
        }
        if percent(end) {
            found.push(amount);
        } else if percent(i + 1) {
            found.push(Amount { high: amount.low, tokens: amount.tokens.start..i + 1, ..amount });
        }
        i = end.max(i + 1);
    }
}

/// `Ki-67 (%): 4`, `Ki-67 index: 2`: an index is a percentage by definition.
fn bare_number(scene: &Scene<'_>, unit: &Unit, found: &mut Vec<Amount>) {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let Some(i) = all.clone().find(|i| text.is_number(*i)) else { return };
    let early = i - all.start <= 3;
    let Some(amount) = numbers::amount(text, i, &all).filter(|it| early && it.high <= 100_000) else {
        return;
    };
    let end = amount.tokens.end;
    let free = end >= all.end
        || text.mark(end, b'.')
        || text.mark(end, b',')
        || text.mark(end, b'(')
        || text.mark(end, b';')
        || text.mark(end, b')');
    if free {
        found.push(amount);
    }
}

/// `<3%`, `3-20%`, `>20%` (and the `<=2%` of 2010) are classes of the WHO table.
fn is_ki67_class(it: &Amount) -> bool {
    matches!(
        (it.comparator, it.low, it.high),
        (Comparator::Below, 3000, _)
            | (Comparator::AtMost, 2000 | 3000, _)
            | (Comparator::Equal, 3000, 20_000)
            | (Comparator::Above, 20_000, _)
    )
}

fn excluded_ki67(scene: &Scene<'_>, amount: &Amount) -> bool {
    let text = &scene.text;
    const LIMITS: [&str; 7] = ["threshold", "cutoff", "cut", "boundary", "limit", "border", "criterion"];
    let end = amount.tokens.end;
    scene.says(amount.tokens.start.saturating_sub(2)..amount.tokens.start, &LIMITS)
        || (end..end + 6)
            .take_while(|k| !matches!(text.token(*k).map(|t| t.first), Some(b',' | b'.' | b'(' | b';')))
            .any(|k| LIMITS.contains(&text.word(k)))
}
