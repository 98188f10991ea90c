//! Nodes as a ratio: `4/17`, `4 of 17`.

use std::ops::Range;

use super::Counts;
use crate::fields::Field;
use crate::layout::Unit;
use crate::scene::Scene;
use crate::tokens::{Gap, Text};
use crate::words::Class;
use crate::{numbers, stage};

/// `4/17`, `4 of 17`, `4 out of 17`, not a date and not a rate.
fn ratio(text: &Text<'_>, i: usize, end: usize) -> Option<Counts> {
    let (positive, length) = numbers::whole(text, i)?;
    let at = i + length;
    // `16 positive out of 19`, `4 lymph nodes of 17`
    let mut at = at;
    while matches!(
        text.word(at),
        "positive"
            | "pos"
            | "involved"
            | "lymph"
            | "nodes"
            | "node"
            | "lns"
            | "ln"
            | "metastatic"
            | "regional"
            | "nodal"
            | "metastases"
            | "deposits"
            | "mesenteric"
            | "are"
            | "were"
            | "is"
            | "present"
            | "seen"
    ) && at < i + 7
    {
        at += 1;
    }
    // `3 pos. of 14`
    if text.mark(at, b'.') && text.word(at - 1) == "pos" {
        at += 1;
    }
    // `3+/14`, `3+ve/14`, `3 (of 14)`
    if text.mark(at, b'+') {
        at += if text.word(at + 1) == "ve" { 2 } else { 1 };
    }
    if text.mark(at, b'(') && text.word(at + 1) == "of" {
        at += 1;
    }
    let slash = text.mark(at, b'/') && text.is_number(i) && text.gap(at) <= Gap::Space;
    let spoken = match text.word(at) {
        "of" | "from" | "among" | "amongst" => Some(at + 1),
        "out" if text.word(at + 1) == "of" => Some(at + 2),
        // `8 metastases in 15 lymph nodes`
        "in" if at > i
            && matches!(text.word(at - 1), "metastases" | "metastasis")
            && (at + 2..at + 5).any(|k| text.has(k, Class::Node)) =>
        {
            Some(at + 1)
        }
        _ => None,
    };
    let mut second = if slash { at + 1 } else { spoken? };
    for _ in 0..3 {
        if matches!(text.word(second), "the" | "a" | "total" | "of" | "all") {
            second += 1;
        }
    }
    let (examined, more) = numbers::whole(text, second).filter(|_| second < end)?;
    let after = second + more;
    // `03/12`: a day and its month.
    let padded = text.word(i).len() > 1 && text.word(i).starts_with('0');
    let date = slash && (padded || text.mark(after, b'/') || (i > 0 && text.mark(i - 1, b'/')));
    let rate = after < end
        && (matches!(text.word(after), "mm" | "mm2" | "mm²" | "hpf" | "hpfs" | "high" | "cm" | "sq")
            || text.mark(after, b'%'));
    if date || rate || positive > examined || examined == 0 || text.word(i) == "no" {
        return None;
    }
    Some(Counts {
        examined: Some((examined, i..after)),
        positive: Some((positive, i..after)),
        rule: "nodes_ratio",
    })
}

/// All ratios of a unit; a stated total stands alone.
pub(super) fn ratio_list(scene: &Scene<'_>, unit: &Unit) -> Vec<Counts> {
    let text = &scene.text;
    let mut found: Vec<Counts> = Vec::new();
    let mut i = unit.tokens.start;
    while i < unit.tokens.end {
        let Some(counts) = ratio(text, i, unit.tokens.end) else {
            i += 1;
            continue;
        };
        let end = counts.examined.as_ref().map_or(i + 1, |it| it.1.end);
        let total =
            scene.says(i.saturating_sub(4).max(unit.tokens.start)..i, &["total", "overall", "altogether"]);
        if total {
            return vec![counts];
        }
        found.push(counts);
        i = end;
    }
    found
}

/// Ratios in a sentence that speaks of nodes near them.
pub(super) fn ratios(scene: &Scene<'_>, unit: &Unit) -> Vec<Counts> {
    let text = &scene.text;
    let mut found = ratio_list(scene, unit);
    // `Lymph nodes: three contain carcinoma (3/22). No NET is seen (0/22).`: the label counts for all its sentences.
    let labelled = unit.label.clone().any(|i| text.has(i, Class::Node));
    let brackets = |it: &Range<usize>| it.start > 0 && text.mark(it.start - 1, b'(');
    // `a further 4 nodes …, one of which is involved, giving a total of 5 of 18`
    let total = |it: &Range<usize>| {
        scene.says(it.start.saturating_sub(3).max(unit.tokens.start)..it.start, &["total", "altogether"])
    };
    let nodal = labelled || scene.with(unit.tokens.clone(), Class::Node.bit()).next().is_some();
    found.retain(|it| {
        let span = it.examined.as_ref().map_or(0..0, |it| it.1.clone());
        let near = span.start.saturating_sub(NEAR_TOKENS).max(unit.tokens.start)
            ..(span.end + NEAR_TOKENS).min(unit.tokens.end);
        let other = scene.says(
            span.start.saturating_sub(5).max(unit.tokens.start)..span.start,
            &["mitoses", "mitotic", "mitosis", "blocks", "margins", "biopsies", "cores", "dated"],
        );
        // `margins are clear, two of five nodes positive`
        let other = other && !text.any(span.end, Class::Node.bit() | Class::Lymph.bit());
        // `grade 2 of 3`
        let graded = span.start > 0 && matches!(text.word(span.start - 1), "grade" | "graded");
        !graded
            && (scene.with(near, Class::Node.bit() | Class::Lymph.bit()).any(|i| text.word(i) != "lymphatic")
                || labelled && brackets(&span)
                || nodal && total(&span))
            && !other
    });
    found
}

/// `Five additional lymph nodes are found, 1 of which has tumour. Total 3/14.`
pub(super) fn total_of_above(scene: &Scene<'_>, u: usize, unit: &Unit) -> Option<Counts> {
    let nodal = |it: &Unit| it.mask & Class::Node.bit() != 0 && it.section == unit.section;
    let above = u.checked_sub(1).and_then(|u| scene.units.get(u)).is_some_and(nodal);
    let start = unit.tokens.start;
    let total = matches!(scene.text.word(start), "total" | "overall" | "altogether") && !unit.opens;
    let first = (start + 1..(start + 4).min(unit.tokens.end)).find(|i| scene.text.is_number(*i));
    first.filter(|_| above && total).and_then(|i| ratio(&scene.text, i, unit.tokens.end))
}

/// `Lymph nodes (4/17): metastatic NET`.
pub(super) fn in_label(scene: &Scene<'_>, unit: &Unit) -> Option<Counts> {
    let text = &scene.text;
    let bracket = unit.label.clone().find(|i| text.mark(*i, b'('))?;
    ratio(text, bracket + 1, unit.label.end).filter(|_| unit.label.clone().any(|i| text.has(i, Class::Node)))
}

/// How far from the word `nodes` a ratio may stand.
const NEAR_TOKENS: usize = 16;

/// `pN1 (4/17)`, `N1 4/17`.
pub(super) fn beside_category(scene: &Scene<'_>, unit: &Unit) -> Vec<Counts> {
    let text = &scene.text;
    let mut found = Vec::new();
    if !unit.tokens.clone().any(|i| text.mark(i, b'/') || text.word(i) == "of") {
        return found;
    }
    for i in unit.tokens.clone() {
        // `pN: 1 (3/14)`: the label has the letter.
        let labelled = unit.field == Some(Field::N) && i == unit.tokens.start && text.is_number(i);
        if !(labelled || stage::is_category(text, i) && text.word(i).contains('n')) {
            continue;
        }
        // `pN 1 (3/14)`
        let i = if matches!(text.word(i), "pn" | "n" | "ypn") { i + 1 } else { i };
        let marked = text.mark(i + 1, b'(') || text.mark(i + 1, b'[') || text.mark(i + 1, b',');
        let at = if marked { i + 2 } else { i + 1 };
        found.extend(ratio(text, at, unit.tokens.end).filter(|_| at < unit.tokens.end));
    }
    found
}
