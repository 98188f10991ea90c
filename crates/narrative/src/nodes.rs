//! Lymph nodes examined and with tumour: `4/17`, `four of seventeen nodes`, `no tumour in 12 nodes`.
//!
//! A count of nodes that somebody saw in the fat or on a scan is not a count of nodes examined: macroscopy and
//! radiology are not read here.

use std::ops::Range;

use crate::Section;
use crate::fields::Field;
use crate::item::Item;
use crate::layout::Unit;
use crate::numbers;
use crate::scene::{Draft, Scene, put};
use crate::stage;
use crate::tokens::{Gap, Text};
use crate::words::Class;

/// Most nodes that are believed.
const NODES_MAX: u16 = 200;

/// What a sentence says of nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counts {
    examined: Option<(u16, Range<usize>)>,
    positive: Option<(u16, Range<usize>)>,
    rule: &'static str,
}

/// Reads node counts out of one unit. `open` carries nodes that the sentence before counted.
pub(crate) fn nodes(
    scene: &Scene<'_>,
    u: usize,
    unit: &Unit,
    open: &mut Option<u16>,
    drafts: &mut Vec<Draft>,
) {
    if matches!(unit.section, Section::Gross) {
        return;
    }
    let told = scene.tells_pathology(unit);
    let field = unit.field.filter(|it| {
        matches!(
            it,
            Field::Nodes | Field::NodesExamined | Field::NodesPositive | Field::NodesExaminedPositive
        )
    });
    let field = field.filter(|_| told);
    let nodal = Class::Node.bit() | Class::Lymph.bit();
    let about_nodes = told && (unit.mask & nodal != 0 || field.is_some());
    let mut all = Vec::new();
    if let Some(field) = field {
        all.extend(of_field(scene, unit, field));
    }
    if all.is_empty()
        && about_nodes
        && unit.field.is_none_or(|it| !matches!(it, Field::Ignored | Field::Size))
    {
        all.extend(ratios(scene, u, unit));
        if all.is_empty() {
            all.extend(spoken(scene, u, unit));
        }
    }
    if all.is_empty() {
        all.extend(beside_category(scene, unit));
    }
    if all.is_empty()
        && let Some(examined) = *open
    {
        all.extend(goes_on(scene, u, unit, examined));
    }
    *open = all.iter().find(|it| it.positive.is_none()).and_then(|it| it.examined.as_ref()).map(|it| it.0);
    for counts in all {
        let span = |it: &Option<(u16, Range<usize>)>| it.as_ref().map_or(0..0, |it| it.1.clone());
        let state = scene.state(u, span(&counts.positive.clone().or_else(|| counts.examined.clone())));
        if state.past || state.family || state.plan {
            continue;
        }
        let state = crate::cues::State { maybe: false, ..state };
        let valid = |a: &Option<(u16, Range<usize>)>| a.as_ref().is_none_or(|it| it.0 <= NODES_MAX);
        let ordered = match (&counts.positive, &counts.examined) {
            (Some(positive), Some(examined)) => positive.0 <= examined.0,
            _ => true,
        };
        if !(valid(&counts.positive) && valid(&counts.examined) && ordered) {
            continue;
        }
        if let Some((value, tokens)) = counts.examined {
            put(drafts, u, Item::NodesExamined(value), tokens, counts.rule, state);
        }
        if let Some((value, tokens)) = counts.positive {
            put(drafts, u, Item::NodesPositive(value), tokens, counts.rule, state);
        }
    }
}

fn of_field(scene: &Scene<'_>, unit: &Unit, field: Field) -> Vec<Counts> {
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
fn told_apart(scene: &Scene<'_>, range: Range<usize>) -> Option<Counts> {
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

/// `4/17`, `4 of 17`, `4 out of 17`, not a date and not a rate.
fn ratio(text: &Text<'_>, i: usize, end: usize) -> Option<Counts> {
    let (positive, length) = numbers::whole(text, i)?;
    let at = i + length;
    // `16 positive out of 19`, `4 lymph nodes of 17`
    let mut at = at;
    while matches!(
        text.word(at),
        "positive" | "involved" | "lymph" | "nodes" | "node" | "lns" | "ln" | "metastatic" | "regional"
    ) && at < i + 6
    {
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
        "of" => Some(at + 1),
        "out" if text.word(at + 1) == "of" => Some(at + 2),
        "from" => Some(at + 1),
        "in" if text.word(at + 1) == "a" => None,
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
    let date = slash && (text.mark(after, b'/') || (i > 0 && text.mark(i - 1, b'/')));
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
fn ratio_list(scene: &Scene<'_>, unit: &Unit) -> Vec<Counts> {
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
fn ratios(scene: &Scene<'_>, _u: usize, unit: &Unit) -> Vec<Counts> {
    let text = &scene.text;
    let mut found = ratio_list(scene, unit);
    // `Lymph nodes: three contain carcinoma (3/22). No NET is seen (0/22).`: the label counts for all its sentences.
    let labelled = unit.label.clone().any(|i| text.has(i, Class::Node));
    let brackets = |it: Range<usize>| {
        it.start > 0 && text.mark(it.start - 1, b'(')
            || scene
                .says(it.start.saturating_sub(3).max(unit.tokens.start)..it.start, &["total", "altogether"])
    };
    found.retain(|it| {
        let span = it.examined.as_ref().map_or(0..0, |it| it.1.clone());
        let near = span.start.saturating_sub(NEAR_TOKENS).max(unit.tokens.start)
            ..(span.end + NEAR_TOKENS).min(unit.tokens.end);
        let other = scene.says(
            span.start.saturating_sub(5).max(unit.tokens.start)..span.start,
            &["mitoses", "mitotic", "mitosis", "blocks", "margins", "biopsies", "cores", "dated"],
        );
        (scene.with(near, Class::Node.bit() | Class::Lymph.bit()).any(|i| text.word(i) != "lymphatic")
            || labelled && brackets(span))
            && !other
    });
    found
}

/// How far from the word `nodes` a ratio may stand.
const NEAR_TOKENS: usize = 16;

/// `pN1 (4/17)`, `N1 4/17`.
fn beside_category(scene: &Scene<'_>, unit: &Unit) -> Vec<Counts> {
    let text = &scene.text;
    let mut found = Vec::new();
    if !unit.tokens.clone().any(|i| text.mark(i, b'/')) {
        return found;
    }
    for i in unit.tokens.clone() {
        if !(stage::is_category(text, i) && text.word(i).contains('n')) {
            continue;
        }
        let at = if text.mark(i + 1, b'(') { i + 2 } else { i + 1 };
        found.extend(ratio(text, at, unit.tokens.end).filter(|_| at < unit.tokens.end));
    }
    found
}

const POSITIVE_WORDS: [&str; 24] = [
    "positive",
    "involved",
    "metastatic",
    "metastasis",
    "metastases",
    "contain",
    "contains",
    "containing",
    "show",
    "shows",
    "showing",
    "harbour",
    "harbor",
    "harbouring",
    "tumour",
    "tumor",
    "affected",
    "infiltrated",
    "replaced",
    "carcinoid",
    "net",
    "deposits",
    "deposit",
    "metastasised",
];
const NEGATIVE_WORDS: [&str; 12] = [
    "negative",
    "benign",
    "reactive",
    "uninvolved",
    "free",
    "clear",
    "unremarkable",
    "normal",
    "hyperplastic",
    "uninfiltrated",
    "hyperplasia",
    "tumour-free",
];

/// Counts in words around `nodes`: `no tumour in 12 nodes`, `17 nodes, four of which contain tumour`, `12 nodes, all negative`.
fn spoken(scene: &Scene<'_>, u: usize, unit: &Unit) -> Option<Counts> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    if let Some(counts) = told_apart(scene, all.clone()) {
        return Some(counts);
    }
    if let Some(i) = none_of_the_nodes(scene, unit) {
        return Some(Counts { examined: None, positive: Some((0, i..i + 1)), rule: "nodes_none" });
    }
    // The number that counts the nodes: directly before, with adjectives between.
    let (examined, at, end) =
        scene.with(all.clone(), Class::Node.bit()).find_map(|node| counted(text, node, all.start))?;
    let rule = "nodes_prose";
    let adjectives = at + 1..end;
    let total = Some((examined, at..end));
    let none = |tokens: Range<usize>| Counts { examined: total.clone(), positive: Some((0, tokens)), rule };
    let state = scene.state(u, at..end);
    if scene.says(adjectives.clone(), &NEGATIVE_WORDS) {
        return Some(none(at..end));
    }
    if scene.says(adjectives, &["positive", "involved", "metastatic", "affected"]) {
        let examined =
            (end..all.end.min(end + 8)).find(|i| matches!(text.word(*i), "of" | "from")).and_then(|i| {
                let at = (i + 1..i + 4).find(|k| numbers::whole(text, *k).is_some())?;
                numbers::whole(text, at).map(|it| (it.0, at..at + it.1))
            });
        return Some(Counts { examined, positive: total, rule });
    }
    // A later number counts those with tumour, or `none`, or `all`.
    let later = later_count(scene, end..all.end, examined);
    if let Some((positive, tokens)) = later {
        let denied = scene.state(u, tokens.clone()).no && positive != 0;
        return Some(Counts { examined: total, positive: (!denied).then_some((positive, tokens)), rule });
    }
    let after = end..all.end;
    let tumour_before = scene.says(all.start..at, &POSITIVE_WORDS)
        || scene.says(all.start..at, &["malignancy", "malignant", "disease", "neoplasm", "spread"]);
    let denied_before = tumour_before
        && (state.no
            || scene.cues(u).iter().any(|it| {
                it.end <= at && matches!(it.cue, crate::cues::Cue::No | crate::cues::Cue::NoBefore)
            }));
    if denied_before {
        return Some(none(all.start..end));
    }
    // `metastatic tumour in 4 lymph nodes`: those have it; how many were examined is not told.
    let in_nodes = tumour_before
        && (at > all.start && matches!(text.word(at - 1), "in" | "to" | "involving" | "involves" | "within"));
    if in_nodes {
        let examined = later_total(text, after);
        return Some(Counts { examined, positive: total, rule });
    }
    let negative =
        scene.says(after.clone(), &NEGATIVE_WORDS) && !scene.says(after.clone(), &["margin", "margins"]);
    let free = scene.says(after.clone(), &POSITIVE_WORDS)
        && scene
            .cues(u)
            .iter()
            .any(|it| it.start >= end && matches!(it.cue, crate::cues::Cue::No | crate::cues::Cue::NoBefore));
    let everything = scene.says(at.saturating_sub(2).max(all.start)..at, &["all"]);
    if negative || free {
        return Some(none(at..all.end));
    }
    if everything && scene.says(after.clone(), &POSITIVE_WORDS) {
        return Some(Counts { examined: total.clone(), positive: total, rule });
    }
    let seen = scene.says(
        after,
        &[
            "identified",
            "examined",
            "found",
            "retrieved",
            "sampled",
            "present",
            "recovered",
            "isolated",
            "dissected",
            "assessed",
            "submitted",
            "seen",
            "total",
        ],
    ) || all.len() <= 5;
    seen.then_some(Counts { examined: total, positive: None, rule })
}

/// `None of the nodes contains tumour`, `all lymph nodes are negative`: none, of a number that is not told.
fn none_of_the_nodes(scene: &Scene<'_>, unit: &Unit) -> Option<usize> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let node = scene.with(all.clone(), Class::Node.bit()).next()?;
    let mut near = node.saturating_sub(4).max(all.start)..node;
    let number = near
        .clone()
        .chain(node..(node + 4).min(all.end))
        .any(|i| text.is_number(i) || crate::words::number(text.word(i)).is_some_and(|it| it > 1));
    let after = node + 1..(node + 8).min(all.end);
    let i = near.find(|i| text.word(*i) == "none" || text.word(*i) == "all")?;
    let negative = scene.says(after.clone(), &NEGATIVE_WORDS);
    let says = match text.word(i) {
        "none" => {
            scene.says(after, &POSITIVE_WORDS) || scene.says(node + 1..all.end, &["involved", "positive"])
        }
        _ => negative,
    };
    (says && !number).then_some(i)
}

/// The number in front of `nodes`, with adjectives between: value, token, end of the phrase.
fn counted(text: &Text<'_>, node: usize, floor: usize) -> Option<(u16, usize, usize)> {
    for back in 1..=7 {
        let i = node.checked_sub(back).filter(|i| *i >= floor)?;
        if let Some((value, length)) = numbers::whole(text, i) {
            // `twenty-one`: the whole number begins earlier.
            let begins = i >= floor + 2
                && text.mark(i - 1, b'-')
                && numbers::whole(text, i - 2).is_some_and(|it| it.1 == 3);
            if begins {
                return numbers::whole(text, i - 2).map(|it| (it.0, i - 2, node + 1));
            }
            let closes = i >= floor + 2 && text.mark(i - 1, b'(') && text.mark(i + 1, b')');
            if closes && let Some((value, _)) = numbers::whole(text, i - 2).or(Some((value, 1))) {
                return Some((value, i.saturating_sub(2).max(floor), node + 1));
            }
            let _ = length;
            return (value > 0 && !matches!(text.word(i), "no" | "none" | "both" | "all")
                || text.word(i) == "both")
                .then_some((value, i, node + 1));
        }
        let adjective = text.is_word(i)
            && !matches!(
                text.word(i),
                "in" | "of" | "to" | "and" | "with" | "or" | "the" | "is" | "are" | "level"
            )
            || text.mark(i, b'-')
            || text.mark(i, b',')
            || text.mark(i, b')');
        if !adjective {
            return None;
        }
    }
    None
}

/// `…, four of which contain tumour`, `…; 4 positive`, `…, none involved`.
fn later_count(scene: &Scene<'_>, range: Range<usize>, examined: u16) -> Option<(u16, Range<usize>)> {
    let text = &scene.text;
    let mut i = range.start;
    while i < range.end {
        let word = text.word(i);
        let Some((value, length)) = numbers::whole(text, i) else {
            i += 1;
            continue;
        };
        let after = i + length..(i + length + 7).min(range.end);
        let measured = text.has(i + length, Class::Length)
            || text.mark(i + length, b'%')
            || text.mark(i + length, b'/')
            || text.mark(i + length, b'.') && text.is_number(i + length + 1);
        let which = scene.says(after.clone(), &["which", "these", "them", "whom"]);
        let has = scene.says(after.clone(), &POSITIVE_WORDS)
            || scene.says(after.clone(), &["with"])
            || (word == "all" && scene.says(after.clone(), &NEGATIVE_WORDS));
        let denied = matches!(word, "none" | "neither" | "nil");
        if !measured
            && word != "no"
            && word != "one-third"
            && value <= examined
            && (denied || (has || which) && !scene.says(i.saturating_sub(2)..i, &["largest", "level"]))
            && !text.has(i, Class::Length)
        {
            let negative = word == "all"
                || scene
                    .says(after.start..(after.start + 3).min(range.end), &["negative", "free", "uninvolved"]);
            if !negative {
                return Some((value, i..i + length));
            }
        }
        i += length;
    }
    None
}

/// `… of 16 in total`, `total 16`, `(16 examined)`.
fn later_total(text: &Text<'_>, mut range: Range<usize>) -> Option<(u16, Range<usize>)> {
    range.find_map(|i| {
        let (value, length) = numbers::whole(text, i).filter(|_| text.is_number(i))?;
        let before = matches!(text.word(i.wrapping_sub(1)), "of" | "total" | "from");
        let after = matches!(text.word(i + length), "examined" | "in" | "retrieved" | "identified" | "total");
        (before || after).then_some((value, i..i + length))
    })
}

/// `Seventeen nodes are identified. Four contain tumour.`
fn goes_on(scene: &Scene<'_>, u: usize, unit: &Unit, examined: u16) -> Option<Counts> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let at = (all.start..all.end.min(all.start + 4))
        .find(|i| numbers::whole(text, *i).is_some() || text.word(*i) == "all")?;
    let says = scene.says(at..(at + 9).min(all.end), &POSITIVE_WORDS);
    let negative = scene.says(at..(at + 9).min(all.end), &NEGATIVE_WORDS)
        || scene.cues(u).iter().any(|it| it.cue == crate::cues::Cue::No && it.start > at);
    let (value, length) = if text.word(at) == "all" { (examined, 1) } else { numbers::whole(text, at)? };
    if !(says || negative)
        || value > examined
        || text.has(at + length, Class::Length)
        || text.mark(at + length, b'/')
        || text.mark(at + length, b'%')
        || text.word(at) == "no"
    {
        return None;
    }
    let positive = if negative { 0 } else { value };
    Some(Counts {
        examined: Some((examined, at..at + length)),
        positive: Some((positive, at..at + length)),
        rule: "nodes_prose",
    })
}
