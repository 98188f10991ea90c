//! Nodes in the fields of synoptic reports.

use std::ops::Range;

use super::ratio::ratio_list;
use super::spoken::later_count;
use super::{Counts, DISEASE_WORDS, NEGATIVE_WORDS, POSITIVE_WORDS};
use crate::fields::Field;
use crate::layout::Unit;
use crate::scene::Scene;
use crate::words::Class;
use crate::{numbers, stage};

pub(super) fn of_field(scene: &Scene<'_>, u: usize, unit: &Unit, field: Field) -> Vec<Counts> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let found = ratio_list(scene, unit);
    // `Lymph nodes (total/positive): 14/3`
    let place = |words: &[&str]| unit.label.clone().find(|i| words.contains(&text.word(*i)));
    if let (Some(total), Some(positive)) =
        (place(&["total", "examined", "retrieved"]), place(&["positive", "involved"]))
        && total < positive
        && text.mark(total + 1, b'/')
        && let (Some((a, 1)), Some((b, 1))) =
            (numbers::whole(text, all.start), numbers::whole(text, all.start + 2))
        && text.mark(all.start + 1, b'/')
        && b <= a
    {
        let tokens = all.start..all.start + 3;
        return vec![Counts {
            examined: Some((a, tokens.clone())),
            positive: Some((b, tokens)),
            rule: "nodes_field",
        }];
    }
    if found.is_empty()
        && matches!(field, Field::Nodes | Field::NodesExamined | Field::NodesPositive)
        && let Some(counts) = told_apart(scene, all.clone())
    {
        return vec![counts];
    }
    if !found.is_empty() && field != Field::NodesExaminedPositive {
        return found;
    }
    let mut numbers = Vec::new();
    let mut i = all.start;
    while i < all.end && numbers.len() < 3 {
        match numbers::whole(text, i) {
            Some((value, length))
                if !text.has(i + length, Class::Length)
                    && text.word(i) != "no"
                    && !stage::is_category(text, i) =>
            {
                numbers.push((value, i..i + length));
                i += length;
            }
            _ => i += 1,
        }
    }
    if let Some(counts) = counted_in_label(scene, u, unit, field, numbers.first()) {
        return vec![counts];
    }
    let first = numbers.first().cloned().filter(|it| it.1.start <= all.start + 4);
    let rule = "nodes_field";
    match field {
        Field::NodesExamined => {
            // `Examined  14   Involved  3`
            let positive = numbers.get(1).filter(|it| {
                (1..=2)
                    .any(|back| matches!(text.word(it.1.start.wrapping_sub(back)), "involved" | "positive"))
                    && first.as_ref().is_some_and(|examined| it.0 <= examined.0)
            });
            let positive = positive.cloned();
            first.map(|it| Counts { examined: Some(it), positive, rule }).into_iter().collect()
        }
        Field::NodesPositive => {
            first.map(|it| Counts { examined: None, positive: Some(it), rule }).into_iter().collect()
        }
        Field::NodesExaminedPositive => match numbers.as_slice() {
            [a, b, ..] => vec![Counts { examined: Some(a.clone()), positive: Some(b.clone()), rule }],
            _ => Vec::new(),
        },
        Field::Nodes => one_sided(scene, u, unit, numbers).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// `Mesenteric lymph nodes (14): three with metastatic NET`, `Lymph nodes (n=14): no tumour`, `14 nodes: 3 positive`.
fn counted_in_label(
    scene: &Scene<'_>,
    u: usize,
    unit: &Unit,
    field: Field,
    first: Option<&(u16, Range<usize>)>,
) -> Option<Counts> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    if !matches!(field, Field::Nodes | Field::NodesExamined) {
        return None;
    }
    let label = unit.label.clone();
    let at = label.clone().find(|i| {
        // `Twelve lymph nodes: no malignancy`
        let worded = *i == label.start && text.any(i + 1, NODAL) && numbers::whole(text, *i).is_some();
        worded
            || text.is_number(*i)
                && (*i == label.start && text.any(i + 1, NODAL)
                    || text.mark(i + 1, b')')
                    || text.is_word(i + 1) && text.mark(i + 2, b')')
                    || text.mark(i + 1, b']'))
    })?;
    let (examined, length) = numbers::whole(text, at)?;
    let positive = match first {
        Some(it)
            if it.1.start == all.start
                && it.0 <= examined
                && scene.says(unit.tokens.clone(), &POSITIVE_WORDS) =>
        {
            it.clone()
        }
        None if is_negative(scene, u, all.clone()) => (0, all),
        _ => return None,
    };
    Some(Counts {
        examined: Some((examined, at..at + length)),
        positive: Some(positive),
        rule: "nodes_field",
    })
}

const NODAL: crate::words::Mask = Class::Node.bit() | Class::Lymph.bit();

/// `all negative`, `no metastasis`, `none involved`.
fn is_negative(scene: &Scene<'_>, u: usize, range: Range<usize>) -> bool {
    let denied = || {
        scene.cues(u).iter().any(|it| {
            it.start >= range.start && matches!(it.cue, crate::cues::Cue::No | crate::cues::Cue::NoBefore)
        })
    };
    scene.says(range.clone(), &NEGATIVE_WORDS)
        || (scene.says(range.clone(), &POSITIVE_WORDS) || scene.says(range.clone(), &DISEASE_WORDS))
            && denied()
}

/// `Nodes - number examined   13` and on the next line `Nodes - number involved   11`; `Lymph nodes: 14, all negative`;
/// `Lymph node metastases: 3`.
fn one_sided(
    scene: &Scene<'_>,
    u: usize,
    unit: &Unit,
    mut numbers: Vec<(u16, Range<usize>)>,
) -> Option<Counts> {
    const COUNTED: [&str; 9] = [
        "examined",
        "retrieved",
        "sampled",
        "identified",
        "harvested",
        "dissected",
        "found",
        "recovered",
        "isolated",
    ];
    let text = &scene.text;
    let rule = "nodes_field";
    let all = unit.tokens.clone();
    if let Some(only) = numbers.first().filter(|it| it.1.start == all.start && it.0 > 0)
        && numbers.get(1).is_none_or(|it| it.0 == 0)
        && !scene.says(only.1.end..(only.1.end + 2).min(all.end), &POSITIVE_WORDS)
        && is_negative(scene, u, only.1.end..all.end)
    {
        let none = Some((0, only.1.end..all.end));
        return Some(Counts { examined: Some(only.clone()), positive: none, rule });
    }
    // `14, with 3 showing metastasis`
    if let Some(first) = numbers.first().filter(|it| it.1.start == all.start)
        && numbers.len() == 2
        && !scene.says(first.1.end..(first.1.end + 2).min(all.end), &POSITIVE_WORDS)
        && let Some(positive) = later_count(scene, first.1.end..all.end, first.0)
    {
        return Some(Counts { examined: Some(first.clone()), positive: Some(positive), rule });
    }
    let only = numbers.pop().filter(|it| numbers.is_empty() && it.1.start <= all.start + 4)?;
    let ends = (only.1.end..all.end).all(|i| text.mark(i, b'.'));
    let asked = all.start..(all.start + 4).min(only.1.start);
    let told = only.1.end..(only.1.end + 2).min(all.end);
    let says = |words: &[&str]| {
        ends && scene.says(asked.clone(), words)
            || only.1.start == all.start && scene.says(told.clone(), words)
    };
    if only.0 > 0 && says(&COUNTED) {
        return Some(Counts { examined: Some(only), positive: None, rule });
    }
    let metastases = ends
        && only.1.start == all.start
        && scene.says(unit.label.clone(), &["metastases", "metastasis", "metastatic"]);
    (metastases || says(&["involved", "positive"])).then_some(Counts {
        examined: None,
        positive: Some(only),
        rule,
    })
}

/// `examined 24; involved 7`, `4 with metastasis, of 16 in total`, `19 examined, 6 positive`.
pub(super) fn told_apart(scene: &Scene<'_>, range: Range<usize>) -> Option<Counts> {
    let text = &scene.text;
    let beside = |words: &[&str]| -> Option<(u16, Range<usize>)> {
        // `+ve 3`, and not `-ve 3`
        let is_one = |i: &usize| {
            words.contains(&text.word(*i)) && (text.word(*i) != "ve" || text.mark(i.wrapping_sub(1), b'+'))
        };
        range.clone().filter(is_one).find_map(|i| {
            let value = |k: usize| {
                numbers::whole(text, k)
                    .filter(|it| {
                        range.contains(&k)
                            && k + it.1 <= range.end
                            && text.word(k) != "no"
                            && !text.has(k + it.1, Class::Length)
                    })
                    .map(|it| (it.0, k..k + it.1))
            };
            // `examined: 18`, `examined is 18`, `positive nodes: 4`
            let link = |k: usize| {
                text.mark(k, b':')
                    || text.mark(k, b'=')
                    || text.has(k, Class::Node)
                    || matches!(text.word(k), "lymph" | "is" | "are" | "was" | "were" | "being")
            };
            let ahead = (i + 1..i + 5).find(|k| !link(*k))?;
            // `18 nodes examined`, `4 are positive`, `3 with metastases`
            let held = |k: usize| {
                text.has(k, Class::Node)
                    || matches!(
                        text.word(k),
                        "lymph"
                            | "with"
                            | "show"
                            | "shows"
                            | "contain"
                            | "contains"
                            | "is"
                            | "are"
                            | "were"
                            | "was"
                    )
            };
            let behind = (i.saturating_sub(4)..i).rev().find(|k| !held(*k));
            let last = i.checked_sub(1).filter(|k| behind == Some(*k));
            value(ahead).or_else(|| last.and_then(value)).or_else(|| behind.and_then(value))
        })
    };
    let examined = beside(&[
        "examined",
        "retrieved",
        "identified",
        "sampled",
        "total",
        "harvested",
        "found",
        "recovered",
        "dissected",
        "yield",
        "n",
    ])
    .or_else(|| {
        let at = range.clone().find(|i| text.word(*i) == "of" && text.is_number(i + 1))? + 1;
        numbers::whole(text, at)
            .filter(|it| !text.has(at + it.1, Class::Length))
            .map(|it| (it.0, at..at + it.1))
    })?;
    let positive = beside(&[
        "involved",
        "positive",
        "ve",
        "metastasis",
        "metastases",
        "metastatic",
        "affected",
        "tumour",
        "tumor",
    ])?;
    (positive.1 != examined.1 && positive.0 <= examined.0).then_some(Counts {
        examined: Some(examined),
        positive: Some(positive),
        rule: "nodes_told_apart",
    })
}
