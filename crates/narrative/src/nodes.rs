//! Lymph nodes examined and with tumour: `4/17`, `four of seventeen nodes`, `no tumour in 12 nodes`.
//!
//! A count of nodes that somebody saw in the fat or on a scan is not a count of nodes examined: macroscopy and
//! radiology are not read here.

mod field;
mod ratio;
mod spoken;

use std::ops::Range;

use crate::Section;
use crate::fields::Field;
use crate::item::Item;
use crate::layout::Unit;
use crate::scene::{Draft, Scene, put};
use crate::words::Class;
use field::of_field;
use ratio::{beside_category, in_label, ratios, total_of_above};
use spoken::{goes_on, spoken};

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
        all.extend(in_label(scene, unit));
        if all.is_empty() {
            all.extend(of_field(scene, u, unit, field));
        }
    }
    if all.is_empty()
        && about_nodes
        && unit.field.is_none_or(|it| !matches!(it, Field::Ignored | Field::Size))
    {
        all.extend(ratios(scene, unit));
        if all.is_empty() {
            all.extend(spoken(scene, u, unit));
        }
    }
    if all.is_empty() {
        all.extend(beside_category(scene, unit));
        all.extend(total_of_above(scene, u, unit).filter(|_| told));
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

const POSITIVE_WORDS: [&str; 25] = [
    "positive",
    "pos",
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

/// What `no …` in nodes may deny beside [`POSITIVE_WORDS`].
const DISEASE_WORDS: [&str; 6] = ["malignancy", "malignant", "disease", "neoplasm", "neoplasia", "spread"];

const NEGATIVE_WORDS: [&str; 13] = [
    "negative",
    "neg",
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
