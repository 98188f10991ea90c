//! Nodes counted in words, in one sentence or over two.

use std::ops::Range;

use super::field::told_apart;
use super::{Counts, DISEASE_WORDS, NEGATIVE_WORDS, POSITIVE_WORDS};
use crate::layout::Unit;
use crate::numbers;
use crate::scene::Scene;
use crate::tokens::{Gap, Text};
use crate::words::Class;

/// Counts in words around `nodes`: `no tumour in 12 nodes`, `17 nodes, four of which contain tumour`, `12 nodes, all
/// negative`.
pub(super) fn spoken(scene: &Scene<'_>, u: usize, unit: &Unit) -> Option<Counts> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    if let Some(counts) = told_apart(scene, all.clone()) {
        return Some(counts);
    }
    if let Some(i) = none_of_the_nodes(scene, unit) {
        return Some(Counts { examined: None, positive: Some((0, i..i + 1)), rule: "nodes_none" });
    }
    // The number that counts the nodes: directly before, with adjectives between.
    let (examined, at, end) = scene
        .with(all.clone(), Class::Node.bit())
        .find_map(|node| counted(text, node, all.start).or_else(|| counted_behind(scene, node, &all)))?;
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
    // `14 nodes are negative and 4 are positive`: the first number is no total.
    let of_negatives = scene.says(end..all.end.min(end + 2), &NEGATIVE_WORDS);
    if of_negatives && later_count(scene, end..all.end, u16::MAX).is_some_and(|it| it.0 > 0) {
        return None;
    }
    // A later number counts those with tumour, or `none`, or `all`.
    let later = later_count(scene, end..all.end, examined);
    if let Some((positive, tokens)) = later {
        let denied = scene.state(u, tokens.clone()).no && positive != 0;
        return Some(Counts { examined: total, positive: (!denied).then_some((positive, tokens)), rule });
    }
    let after = end..all.end;
    let tumour_before =
        scene.says(all.start..at, &POSITIVE_WORDS) || scene.says(all.start..at, &DISEASE_WORDS);
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
    let free = (scene.says(after.clone(), &POSITIVE_WORDS) || scene.says(after.clone(), &DISEASE_WORDS))
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
    if said_to_hold(scene, after.clone()) {
        return Some(Counts { examined: None, positive: total, rule });
    }
    let yielded = scene.says(
        at.saturating_sub(4).max(all.start)..at,
        &["yields", "yielded", "yield", "yielding", "retrieved", "harvested", "isolated", "dissected"],
    );
    let seen = yielded
        || scene.says(
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
        )
        || all.len() <= 5;
    seen.then_some(Counts { examined: total, positive: None, rule })
}

/// `Three lymph nodes contain metastatic tumour`: the verb stands right behind the nodes.
fn said_to_hold(scene: &Scene<'_>, after: Range<usize>) -> bool {
    let text = &scene.text;
    // `3 nodes positive`
    if matches!(text.word(after.start), "positive" | "pos" | "involved" | "metastatic") {
        return true;
    }
    let holds = matches!(
        text.word(after.start),
        "contain"
            | "contains"
            | "contained"
            | "show"
            | "shows"
            | "showed"
            | "harbour"
            | "harbor"
            | "are"
            | "were"
    );
    let near = after.start + 1..(after.start + 4).min(after.end);
    holds
        && near.take_while(|i| text.is_word(*i)).any(|i| {
            matches!(
                text.word(i),
                "metastatic" | "metastasis" | "metastases" | "tumour" | "tumor" | "positive" | "involved"
            )
        })
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
pub(super) fn counted(text: &Text<'_>, node: usize, floor: usize) -> Option<(u16, usize, usize)> {
    for back in 1..=7 {
        let i = node.checked_sub(back).filter(|i| *i >= floor)?;
        if let Some((value, _)) = numbers::whole(text, i) {
            // `twenty-one`, `twenty one`: the whole number begins earlier.
            let earlier = (1..=2).rev().find_map(|back| {
                let start = i.checked_sub(back).filter(|it| *it >= floor)?;
                numbers::whole(text, start).filter(|it| it.1 == back + 1).map(|it| (it.0, start))
            });
            if let Some((value, start)) = earlier {
                return Some((value, start, node + 1));
            }
            let closes = i >= floor + 2 && text.mark(i - 1, b'(') && text.mark(i + 1, b')');
            if closes {
                let value = numbers::whole(text, i - 2).map_or(value, |it| it.0);
                return Some((value, i.saturating_sub(2).max(floor), node + 1));
            }
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

/// `Lymph nodes 14 (3 positive)`, `nodes x14, 3 positive`, `nodes retrieved 14, all negative`, `the node count is
/// eleven, with four positive`: the number behind `nodes`, where another counts those with tumour.
fn counted_behind(scene: &Scene<'_>, node: usize, all: &Range<usize>) -> Option<(u16, usize, usize)> {
    let text = &scene.text;
    let times = text.word(node + 1) == "x" || text.mark(node + 1, b'x');
    let told = matches!(text.word(node + 1), "retrieved" | "examined" | "sampled" | "found" | "identified");
    let count = matches!(text.word(node + 1), "count" | "yield" | "total");
    let mut at = node + 1 + usize::from(times || told || count);
    if count {
        at += (at..at + 3)
            .take_while(|i| {
                text.mark(*i, b':')
                    || matches!(text.word(*i), "is" | "was" | "now" | "of" | "therefore" | "thus")
            })
            .count();
    }
    let (value, length) =
        numbers::whole(text, at).filter(|_| (count || text.is_number(at)) && at < all.end)?;
    let end = at + length;
    let bare = text.mark(end, b'(') || text.mark(end, b',') || text.mark(end, b';');
    let all_told =
        text.word(end + 1) == "all" && scene.says(end + 2..(end + 5).min(all.end), &NEGATIVE_WORDS);
    (bare && value > 0 && (all_told || later_count(scene, end..all.end, value).is_some()))
        .then_some((value, at, end))
}

/// `…, four of which contain tumour`, `…; 4 positive`, `…, none involved`.
pub(super) fn later_count(
    scene: &Scene<'_>,
    range: Range<usize>,
    examined: u16,
) -> Option<(u16, Range<usize>)> {
    let text = &scene.text;
    let mut i = range.start;
    while i < range.end {
        let word = text.word(i);
        let Some((value, length)) = numbers::whole(text, i) else {
            // `four nodes, all containing tumour`
            let near = i + 1..(i + 4).min(range.end);
            let denied = scene.says(near.clone(), &NEGATIVE_WORDS)
                || scene.says(near.clone(), &["no", "not", "without", "none"]);
            if word == "all"
                && !matches!(text.word(i.wrapping_sub(1)), "in" | "at")
                && scene.says(near, &POSITIVE_WORDS)
                && !denied
            {
                return Some((examined, i..i + 1));
            }
            i += 1;
            continue;
        };
        let after = i + length..(i + length + 7).min(range.end);
        let measured = text.has(i + length, Class::Length)
            || text.mark(i + length, b'%')
            || text.mark(i + length, b'/')
            || text.mark(i + length, b'.')
                && text.is_number(i + length + 1)
                && text.gap(i + length + 1) == Gap::None;
        let which = scene.says(after.clone(), &["which", "these", "them", "whom"]);
        let has = scene.says(after.clone(), &POSITIVE_WORDS)
            || scene.says(after.clone(), &["with"])
            || holds_in(scene, range.start, i)
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

/// `…; metastatic tumour is present in three`: the number at token `i` says in how many.
fn holds_in(scene: &Scene<'_>, floor: usize, i: usize) -> bool {
    let text = &scene.text;
    let led = i > floor && matches!(text.word(i - 1), "in" | "to" | "involving");
    let told = i.saturating_sub(9).max(floor)..i;
    led && scene.says(told.clone(), &POSITIVE_WORDS)
        && !scene.says(told, &["no", "not", "without", "negative", "largest", "vein", "vessel"])
}

/// `… of 16 in total`, `total 16`, `(16 examined)`.
fn later_total(text: &Text<'_>, mut range: Range<usize>) -> Option<(u16, Range<usize>)> {
    range.find_map(|i| {
        let (value, length) = numbers::whole(text, i).filter(|_| text.is_number(i))?;
        let before = matches!(text.word(i.wrapping_sub(1)), "of" | "total" | "from");
        // `18 nodes were examined`
        let verb = (i + length..i + length + 4)
            .find(|k| !(text.any(*k, NODAL) || matches!(text.word(*k), "were" | "have" | "been" | "are")));
        let after = verb.is_some_and(|k| {
            matches!(
                text.word(k),
                "examined" | "in" | "retrieved" | "identified" | "total" | "sampled" | "found"
            )
        });
        (before || after).then_some((value, i..i + length))
    })
}

const NODAL: crate::words::Mask = Class::Node.bit() | Class::Lymph.bit();

/// `Seventeen nodes are identified. Four contain tumour.`, `Metastatic NET is seen in four of these.`
pub(super) fn goes_on(scene: &Scene<'_>, u: usize, unit: &Unit, examined: u16) -> Option<Counts> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let at = (all.start..all.end.min(all.start + 4))
        .find(|i| numbers::whole(text, *i).is_some() || text.word(*i) == "all")
        .or_else(|| {
            (all.start..all.end.min(all.start + 12))
                .find(|i| numbers::whole(text, *i).is_some() && holds_in(scene, all.start, *i))
        })?;
    let says = scene.says(at..(at + 9).min(all.end), &POSITIVE_WORDS) || holds_in(scene, all.start, at);
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
