//! Nodes in the fields of synoptic reports.

use std::ops::Range;

use super::ratio::ratio_list;
use super::{Counts, POSITIVE_WORDS};
use crate::fields::Field;
use crate::layout::Unit;
use crate::scene::Scene;
use crate::words::Class;
use crate::{numbers, stage};

pub(super) fn of_field(scene: &Scene<'_>, unit: &Unit, field: Field) -> Vec<Counts> {
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
    // `Mesenteric lymph nodes (14): three with metastatic NET`
    let counted = unit.label.clone().find_map(|i| {
        let inside = text.mark(i, b'(') && text.is_number(i + 1) && text.mark(i + 2, b')');
        inside.then(|| numbers::whole(text, i + 1)).flatten().map(|it| (it.0, i + 1..i + 2))
    });
    if let (Some(examined), Some(positive)) = (counted, numbers.first())
        && matches!(field, Field::Nodes | Field::NodesExamined)
        && positive.1.start == all.start
        && positive.0 <= examined.0
        && scene.says(all.clone(), &POSITIVE_WORDS)
    {
        let positive = Some(positive.clone());
        return vec![Counts { examined: Some(examined), positive, rule: "nodes_field" }];
    }
    let first = numbers.first().cloned().filter(|it| it.1.start <= all.start + 4);
    let rule = "nodes_field";
    match field {
        Field::NodesExamined => {
            first.map(|it| Counts { examined: Some(it), positive: None, rule }).into_iter().collect()
        }
        Field::NodesPositive => {
            first.map(|it| Counts { examined: None, positive: Some(it), rule }).into_iter().collect()
        }
        Field::NodesExaminedPositive => match numbers.as_slice() {
            [a, b, ..] => vec![Counts { examined: Some(a.clone()), positive: Some(b.clone()), rule }],
            _ => Vec::new(),
        },
        Field::Nodes => one_sided(scene, all, numbers).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// `Nodes - number examined   13` and on the next line `Nodes - number involved   11`.
fn one_sided(scene: &Scene<'_>, all: Range<usize>, mut numbers: Vec<(u16, Range<usize>)>) -> Option<Counts> {
    let rule = "nodes_field";
    let asked = all.start..(all.start + 2).min(all.end);
    let only = numbers
        .pop()
        .filter(|it| numbers.is_empty() && it.1.start <= all.start + 4 && it.1.end == all.end)?;
    if scene.says(asked.clone(), &["examined", "retrieved", "sampled", "identified", "harvested"]) {
        return Some(Counts { examined: Some(only), positive: None, rule });
    }
    scene.says(asked, &["involved", "positive"]).then_some(Counts {
        examined: None,
        positive: Some(only),
        rule,
    })
}

/// `examined 24; involved 7`, `4 with metastasis, of 16 in total`, `19 examined, 6 positive`.
pub(super) fn told_apart(scene: &Scene<'_>, range: Range<usize>) -> Option<Counts> {
    let text = &scene.text;
    let beside = |words: &[&str]| -> Option<(u16, Range<usize>)> {
        range.clone().filter(|i| words.contains(&text.word(*i))).find_map(|i| {
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
            let colon = usize::from(text.mark(i + 1, b':') || text.mark(i + 1, b'='));
            value(i + 1 + colon)
                .or_else(|| {
                    let nodes = (i + 1..i + 4)
                        .take_while(|k| text.has(*k, Class::Node) || text.word(*k) == "lymph")
                        .count();
                    let colon = usize::from(text.mark(i + 1 + nodes, b':'));
                    if nodes > 0 { value(i + 1 + nodes + colon) } else { None }
                })
                .or_else(|| i.checked_sub(1).and_then(value))
                .or_else(|| {
                    i.checked_sub(2)
                        .filter(|k| {
                            matches!(text.word(k + 1), "with" | "show" | "shows" | "contain" | "contains")
                                || text.has(k + 1, Class::Node)
                        })
                        .and_then(value)
                })
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
    ])
    .or_else(|| {
        let at = range.clone().find(|i| text.word(*i) == "of" && text.is_number(i + 1))? + 1;
        numbers::whole(text, at).map(|it| (it.0, at..at + it.1))
    })?;
    let positive = beside(&[
        "involved",
        "positive",
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
