//! What another laboratory said before and this report no longer holds.

use std::ops::Range;

use crate::item::Item;
use crate::layout::Unit;
use crate::scene::{Draft, Scene};

/// Words that give a figure to those who saw the tumour first.
const FIRST: [&str; 10] = [
    "locally",
    "local",
    "elsewhere",
    "outside",
    "referring",
    "originally",
    "original",
    "initially",
    "initial",
    "external",
];
/// Words that give a figure to those who looked again.
const AGAIN: [&str; 10] = [
    "review",
    "reviewed",
    "re-review",
    "here",
    "ours",
    "our",
    "central",
    "centrally",
    "reassessed",
    "reassessment",
];
const REPLACED: [&str; 4] = ["superseded", "overruled", "outdated", "overturned"];

/// Takes out of the drafts of one unit, which begin at `from`, the figures that the sentence itself replaces: `reported
/// locally as 5%, on review 2.5%`, `local report had said G2, superseded by review`.
pub(crate) fn drop_replaced(scene: &Scene<'_>, unit: &Unit, drafts: &mut Vec<Draft>, from: usize) {
    if !drafts.iter().skip(from).any(|it| is_figure(&it.item)) {
        return;
    }
    let replaced = scene.says(unit.tokens.clone(), &REPLACED);
    if !(replaced || scene.says(unit.tokens.clone(), &FIRST) && scene.says(unit.tokens.clone(), &AGAIN)) {
        return;
    }
    let told = |it: &Draft, words: &[&str]| scene.says(clause(scene, unit, &it.tokens), words);
    let figures = drafts.get(from..).unwrap_or_default();
    let gone: Vec<bool> = figures
        .iter()
        .map(|it| {
            let again = || {
                figures.iter().any(|other| {
                    same(&it.item, &other.item)
                        && other.tokens != it.tokens
                        && told(other, &AGAIN)
                        && !told(other, &FIRST)
                })
            };
            is_figure(&it.item)
                && told(it, &FIRST)
                && !told(it, &AGAIN)
                && (again() || replaced && scene.says(it.tokens.end..unit.tokens.end, &REPLACED))
        })
        .collect();
    let mut gone = gone.into_iter();
    let mut at = 0;
    drafts.retain(|_| {
        at += 1;
        at <= from || gone.next() != Some(true)
    });
}

/// The words around a figure up to the next comma.
fn clause(scene: &Scene<'_>, unit: &Unit, tokens: &Range<usize>) -> Range<usize> {
    let text = &scene.text;
    let ends = |i: &usize| {
        text.mark(*i, b',') || text.mark(*i, b';') || matches!(text.word(*i), "but" | "whereas" | "while")
    };
    let start = (unit.tokens.start..tokens.start).rev().find(ends).map_or(unit.tokens.start, |i| i + 1);
    let end = (tokens.end..unit.tokens.end).find(ends).unwrap_or(unit.tokens.end);
    start..end
}

fn is_figure(item: &Item) -> bool {
    matches!(item, Item::Ki67(_) | Item::Mitoses { .. } | Item::Grade(_) | Item::Tnm(_))
}

fn same(a: &Item, b: &Item) -> bool {
    match (a, b) {
        (Item::Tnm(a), Item::Tnm(b)) => a.category.axis() == b.category.axis(),
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}
