//! Words that tell of one or several by themselves: `multifocal`, `solitary`.

use super::{ELSEWHERE, Told};
use crate::Kind;
use crate::cues::State;
use crate::layout::Unit;
use crate::scene::Scene;
use crate::tokens::{Gap, Shape};
use crate::words::Class;

/// `unifocal`, `multicentric`, `multi-focal`, and `no evidence of multifocality`.
pub(super) fn named(scene: &Scene<'_>, unit: &Unit, i: usize, state: State) -> Option<Told> {
    let text = &scene.text;
    let multifocal = match text.word(i) {
        "unifocal" | "unicentric" => false,
        "multifocal" | "multicentric" | "multifocality" => true,
        "focal" if i > unit.tokens.start => {
            let prefix = if text.mark(i - 1, b'-') { i.checked_sub(2)? } else { i - 1 };
            match text.word(prefix) {
                "multi" => true,
                "uni" | "mono" => false,
                _ => return None,
            }
        }
        _ => return None,
    };
    if of_something_else(scene, unit, i) {
        return None;
    }
    // `not multifocal` is one, `not unifocal` several.
    let multifocal = multifocal != state.no;
    Some(Told { multifocal, count: None, tokens: i..i + 1, rule: "focality_word", state })
}

/// `multifocal lymphovascular invasion`, `perineural invasion is multifocal`: said of something else than the tumour.
fn of_something_else(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    const OTHER: [&str; 17] = [
        "hepatic",
        "liver",
        "adenocarcinoma",
        "inflammation",
        "ulceration",
        "hcc",
        "invasion",
        "lymphovascular",
        "perineural",
        "necrosis",
        "lvi",
        "pni",
        "dysplasia",
        "involvement",
        "serosal",
        "vascular",
        "venous",
    ];
    // `Multifocality is common at this site`
    let in_general = matches!(text.word(i + 1), "is" | "are" | "may" | "can" | "cannot" | "should" | "must")
        && scene.says(
            i + 2..(i + 5).min(unit.tokens.end),
            &["common", "frequent", "often", "excluded", "frequently", "be", "known", "typical", "assessed"],
        );
    if in_general {
        return true;
    }
    let before = i.saturating_sub(4).max(unit.tokens.start)..i;
    let predicate = scene.says(i.saturating_sub(2).max(before.start)..i, &["is", "are", "was", "and"]);
    scene.says(i + 1..(i + 5).min(unit.tokens.end), &OTHER) || predicate && scene.says(before, &OTHER)
}

/// `47 mm, single`, `tumours are multiple`, `Tumour - solitary, polypoid`, `the lesion appears solitary`, `Single.`: an
/// adjective that stands by itself after the tumour.
pub(super) fn said_of_tumour(scene: &Scene<'_>, unit: &Unit, i: usize, state: State) -> Option<Told> {
    let text = &scene.text;
    let multifocal = match text.word(i) {
        "solitary" | "single" => false,
        "multiple" | "numerous" => true,
        _ => return None,
    };
    let told = if multifocal {
        several_predicate(scene, unit, i) || text.word(i) == "multiple" && several_apposed(scene, unit, i)
    } else {
        let opens_phrase = i == unit.tokens.start && ends(scene, unit, i) && scene.kind == Kind::Radiology;
        unit.tokens.len() <= 3 && !foreign(scene, unit.tokens.clone())
            || opens_phrase && unit.mask & ELSEWHERE == 0
            || on_scan(scene, unit, i)
            || stands_alone(scene, unit, i)
    };
    if state.no || !told {
        return None;
    }
    let tokens = i..i + 1;
    Some(if multifocal {
        Told::several(None, tokens, "focality_word", state)
    } else {
        Told::one(tokens, "focality_word", state)
    })
}

fn ends(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    i + 1 >= unit.tokens.end
        || text.gap(i + 1) >= Gap::Line
        || text.token(i + 1).is_some_and(|t| t.shape == Shape::Mark)
}

/// Tokens before an adjective in which what it is said of is looked for.
const SUBJECT_TOKENS: usize = 20;

/// `Jejunum: perforated NET, single`, `the tumour is single`, `a nodule, apparently solitary`: cut off from what follows
/// and, by a mark or a verb, from the tumour before it.
fn stands_alone(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    let floor =
        unit.tokens.start.min(if unit.label.is_empty() { unit.tokens.start } else { unit.label.start });
    let by_verb = i > floor && matches!(text.word(i - 1), "is" | "was" | "appears" | "be");
    let goes_on = by_verb && matches!(text.word(i + 1), "and" | "on" | "but" | "with" | "in" | "measuring");
    if !(ends(scene, unit, i) || goes_on) || i <= floor {
        return false;
    }
    let at = if matches!(text.word(i - 1), "apparently" | "seemingly") { i - 1 } else { i };
    let parted = at > floor
        && (text.token(at - 1).is_some_and(|t| t.shape == Shape::Mark)
            || matches!(
                text.word(at - 1),
                "is" | "are" | "was" | "appears" | "appear" | "seems" | "and" | "be"
            ));
    let before = at.saturating_sub(SUBJECT_TOKENS).max(floor)..at;
    let named = before.clone().any(|k| {
        text.any(k, Class::Net.bit() | Class::Neuroendocrine.bit())
            || matches!(text.word(k), "tumour" | "tumor" | "lesion" | "neoplasm" | "nodule" | "primary")
            || text.has(k, Class::Length) && scene.kind == Kind::Pathology
    });
    parted && named && !foreign(scene, before)
}

/// What stands here is not the primary.
fn foreign(scene: &Scene<'_>, mut range: std::ops::Range<usize>) -> bool {
    let text = &scene.text;
    scene.says(
        range.clone(),
        &[
            "metastasis",
            "metastases",
            "metastatic",
            "deposit",
            "deposits",
            "polyp",
            "cyst",
            "diverticula",
            "nodal",
        ],
    ) || range.any(|k| text.any(k, ELSEWHERE))
}

/// `solitary polypoid mass in the proximal jejunum`
fn on_scan(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    scene.kind == Kind::Radiology
        && unit.mask & Class::SmallBowel.bit() != 0
        && unit.mask & ELSEWHERE == 0
        && scene.says(i + 1..(i + 5).min(unit.tokens.end), &["mass", "lesion", "nodule", "tumour", "tumor"])
}

/// `tumours are multiple (3)`
fn several_predicate(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    i >= unit.tokens.start + 2
        && matches!(text.word(i - 1), "are" | "were")
        && matches!(text.word(i - 2), "tumours" | "tumors" | "nets" | "primaries" | "carcinoids")
        && !text.any(i.saturating_sub(3), Class::Liver.bit() | Class::Mesentery.bit())
}

/// `neuroendocrine tumours, multiple`, `15 mm, multiple`
fn several_apposed(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    i >= unit.tokens.start + 2
        && text.mark(i - 1, b',')
        && (text.has(i - 2, Class::Length)
            || matches!(text.word(i - 2), "tumours" | "tumors" | "nets" | "neoplasms"))
        && ends(scene, unit, i)
        && !foreign(scene, i.saturating_sub(SUBJECT_TOKENS).max(unit.tokens.start)..i)
}
