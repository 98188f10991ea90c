//! One primary or several.
//!
//! It is told in a field, by a word (`multifocal`, `solitary`), by a count of tumours, or by another tumour that is there
//! or is not. Which of these a word begins is asked in that order; the first that tells ends the unit.

mod adjective;
mod another;
mod counted;
mod noun;

use std::ops::Range;

use crate::Kind;
use crate::cues::State;
use crate::fields::Field;
use crate::item::Item;
use crate::layout::Unit;
use crate::numbers;
use crate::scene::{Draft, Scene, put};
use crate::size::in_liver_specimen;
use crate::words::{Class, Mask};

/// Where a count of lesions is not one of primaries.
const ELSEWHERE: Mask = Class::Liver.bit() | Class::Mesentery.bit() | Class::Node.bit();

/// What one phrase tells.
struct Told {
    multifocal: bool,
    count: Option<u16>,
    tokens: Range<usize>,
    rule: &'static str,
    state: State,
}

impl Told {
    fn one(tokens: Range<usize>, rule: &'static str, state: State) -> Self {
        Self { multifocal: false, count: Some(1), tokens, rule, state }
    }

    fn several(count: Option<u16>, tokens: Range<usize>, rule: &'static str, state: State) -> Self {
        Self { multifocal: true, count, tokens, rule, state }
    }
}

/// Reads focality out of one unit.
pub(crate) fn focality(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    let scan = scene.kind == Kind::Radiology;
    if unit.field == Some(Field::Focality) {
        // `Number of lesions: 10` under the heading of the liver
        if scan && scene.says(unit.label.clone(), &["lesions", "foci"]) && !of_bowel(scene, u, unit) {
            return;
        }
        if let Some((multifocal, count, i)) = field(scene, unit) {
            let item = Item::Focality { multifocal, count };
            put(drafts, u, item, i..i + 1, "focality_field", State::default());
        }
        return;
    }
    let asks_other = unit.field.is_some_and(|it| match it {
        Field::Histology | Field::Size | Field::Site | Field::Specimen | Field::Extent => false,
        // `Bowel: … solitary primary`
        Field::Organ => !scan,
        _ => true,
    });
    if let Some(tokens) = another::numbered(scene, unit) {
        let item = Item::Focality { multifocal: true, count: None };
        put(drafts, u, item, tokens, "focality_count", State::default());
        return;
    }
    let off_bowel = scan && !of_bowel(scene, u, unit);
    let silent = unit.mask & (Class::Focal.bit() | Class::Tumour.bit()) == 0;
    if off_bowel || asks_other || silent || in_liver_specimen(scene, unit) {
        return;
    }
    let wanted = Class::Focal.bit() | Class::Count.bit() | Class::Tumour.bit();
    let told = unit.tokens.clone().filter(|i| text.is_number(*i) || text.any(*i, wanted)).find_map(|i| {
        let state = scene.state(u, i..i + 1);
        // `the ileum had one tumour`
        let past = state.past && text.word(i.wrapping_sub(1)) != "had";
        if past || state.plan || state.family {
            return None;
        }
        adjective::named(scene, unit, i, state)
            .or_else(|| counted::only_one(scene, unit, i, state))
            .or_else(|| another::none_other(scene, unit, i, state))
            .or_else(|| another::there_is(scene, u, unit, i, state))
            .or_else(|| counted::in_all(scene, unit, i, state))
            .or_else(|| adjective::said_of_tumour(scene, unit, i, state))
            .or_else(|| counted::tumours(scene, u, unit, i, state))
    });
    if let Some(it) = told {
        let item = Item::Focality { multifocal: it.multifocal, count: it.count };
        put(drafts, u, item, it.tokens, it.rule, it.state);
    }
}

/// A scan's sentence about the small bowel, or one that goes on from such a sentence.
fn of_bowel(scene: &Scene<'_>, u: usize, unit: &Unit) -> bool {
    let bowel = |it: &Unit| it.mask & Class::SmallBowel.bit() != 0;
    let above = scene.units.iter().take(u).rev();
    let mut goes_on =
        above.take(SENTENCES_BACK).take_while(|it| it.mask & ELSEWHERE == 0 && it.section == unit.section);
    let same =
        !unit.opens || unit.label.is_empty() && scene.text.gap(unit.tokens.start) < crate::tokens::Gap::Blank;
    let primary = unit.mask & ELSEWHERE == 0
        && scene.says(unit.tokens.clone(), &["primary"])
        && scene.with(unit.tokens.clone(), Class::Elsewhere.bit()).next().is_none();
    bowel(unit) || primary || same && unit.mask & ELSEWHERE == 0 && goes_on.any(bowel)
}

/// How many sentences back the bowel may have been named.
const SENTENCES_BACK: usize = 3;

fn field(scene: &Scene<'_>, unit: &Unit) -> Option<(bool, Option<u16>, usize)> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let asks_several = scene.says(
        unit.label.clone(),
        &[
            "multifocality",
            "multifocal",
            "multiple",
            "multiplicity",
            "synchronous",
            "additional",
            "separate",
            "other",
            "further",
            "multicentric",
            "multicentricity",
        ],
    );
    let number = all
        .clone()
        .find_map(|i| numbers::whole(text, i).filter(|_| text.word(i) != "no").map(|it| (it.0, i)));
    for i in all {
        match text.word(i) {
            "unifocal" | "single" | "solitary" | "no" | "one" | "unicentric" => {
                return Some((false, Some(1), i));
            }
            "not" | "absent" | "none" | "negative" | "n" | "nil" if asks_several => {
                return Some((false, None, i));
            }
            "present" | "identified" | "y" if asks_several => {
                return Some((true, number.map(|it| it.0).filter(|it| *it > 1), i));
            }
            "cannot" | "not" => return None,
            "multifocal" | "multiple" | "multicentric" | "several" | "yes" | "numerous" | "many"
            | "synchronous" => {
                let count = number.map(|it| it.0).filter(|it| *it > 1);
                return Some((true, count, i));
            }
            _ => {}
        }
    }
    number.filter(|it| it.0 > 0).map(|(count, i)| (count > 1, Some(count), i))
}
