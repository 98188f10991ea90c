//! One primary or several.

use crate::Kind;
use crate::fields::Field;
use crate::item::Item;
use crate::layout::Unit;
use crate::numbers;
use crate::scene::{Draft, Scene, put};
use crate::size::in_liver_specimen;
use crate::tokens::{Gap, Shape};
use crate::words::Class;

/// Reads focality out of one unit.
pub(crate) fn focality(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    let all = unit.tokens.clone();
    if unit.field == Some(Field::Focality) {
        if let Some((multifocal, count, i)) = field(scene, unit) {
            put(
                drafts,
                u,
                Item::Focality { multifocal, count },
                i..i + 1,
                "focality_field",
                Default::default(),
            );
        }
        return;
    }
    let elsewhere = Class::Liver.bit() | Class::Mesentery.bit() | Class::Node.bit();
    let follows = || {
        let above = u.checked_sub(1).and_then(|u| scene.units.get(u));
        !unit.opens
            && unit.mask & elsewhere == 0
            && above.is_some_and(|it| it.mask & Class::SmallBowel.bit() != 0 && it.mask & elsewhere == 0)
    };
    if scene.kind == Kind::Radiology && unit.mask & Class::SmallBowel.bit() == 0 && !follows()
        || unit.field.is_some_and(|it| {
            !matches!(it, Field::Histology | Field::Size | Field::Site | Field::Specimen | Field::Extent)
        })
    {
        return;
    }
    if unit.mask & (Class::Focal.bit() | Class::Tumour.bit()) == 0 || in_liver_specimen(scene, unit) {
        return;
    }
    for i in all.clone() {
        if !(text.is_number(i) || text.any(i, Class::Focal.bit() | Class::Count.bit() | Class::Tumour.bit()))
        {
            continue;
        }
        let word = text.word(i);
        let state = || scene.state(u, i..i + 1);
        let plain = match word {
            "unifocal" | "unicentric" => Some(false),
            "multifocal" | "multicentric" | "multifocality" => Some(true),
            _ => None,
        };
        if let Some(multifocal) = plain {
            let state = state();
            let near = i + 1..(i + 5).min(all.end);
            let other = scene.says(
                near,
                &[
                    "hepatic",
                    "liver",
                    "adenocarcinoma",
                    "inflammation",
                    "ulceration",
                    "hcc",
                    "invasion",
                    "lymphovascular",
                    "necrosis",
                ],
            );
            if !(other || state.past || state.plan || state.family) {
                let multifocal = multifocal != state.no;
                put(drafts, u, Item::Focality { multifocal, count: None }, i..i + 1, "focality_word", state);
                return;
            }
        }
        // `neuroendocrine tumour, one focus, 28 mm`; `there were eight in all`
        let counted = crate::words::number(word).or_else(|| numbers::whole(text, i).map(|it| it.0.into()));
        let one_focus = word == "one"
            && matches!(text.word(i + 1), "focus" | "tumour" | "tumor" | "lesion")
            && text.token(i + 2).is_none_or(|t| t.shape == Shape::Mark || t.gap >= Gap::Line)
            && i > all.start
            && text.mark(i - 1, b',');
        // `only one tumour`, `one tumour only`, `one tumour found despite slicing`
        let only = word == "one"
            && {
                let noun = if text.has(i + 1, Class::Neuroendocrine) { i + 2 } else { i + 1 };
                matches!(
                    text.word(noun),
                    "tumour" | "tumor" | "lesion" | "nodule" | "net" | "neoplasm" | "primary"
                ) && (i > all.start && text.word(i - 1) == "only"
                    || matches!(text.word(noun + 1), "only" | "found" | "seen" | "identified")
                    || text.word(noun + 1) == "is"
                        && matches!(text.word(noun + 2), "found" | "seen" | "identified"))
            }
            && unit.mask & (Class::Liver.bit() | Class::Node.bit() | Class::Mesentery.bit()) == 0;
        if only {
            let state = state();
            if !(state.past || state.plan || state.family) {
                let item = Item::Focality { multifocal: false, count: Some(1) };
                put(drafts, u, item, i..i + 2, "focality_count", state);
                return;
            }
        }
        if let Some(end) = another(scene, unit, i).or_else(|| counted_after(scene, unit, i)) {
            let state = state();
            if !(state.no || state.past || state.plan || state.family || state.maybe || state.no_new) {
                put(
                    drafts,
                    u,
                    Item::Focality { multifocal: true, count: None },
                    i..end,
                    "focality_count",
                    state,
                );
                return;
            }
        }
        let in_all = counted.is_some_and(|it| it > 1)
            && (text.follows(i + 1, &["in", "all"])
                || text.follows(i + 1, &["in", "number"])
                || text.follows(i + 1, &["altogether"]))
            && scene.says(i.saturating_sub(3).max(all.start)..i, &["were", "are", "they"]);
        if (one_focus || in_all)
            && unit.mask & (Class::Net.bit() | Class::Neuroendocrine.bit()) != 0
            && unit.mask & (Class::Liver.bit() | Class::Node.bit()) == 0
        {
            let state = state();
            if !(state.no || state.past || state.plan || state.family) {
                let count = counted.and_then(|it| u16::try_from(it).ok());
                put(
                    drafts,
                    u,
                    Item::Focality { multifocal: in_all, count },
                    i..i + 1,
                    "focality_count",
                    state,
                );
                return;
            }
        }
        // `multi-focal`, `uni focal`
        let parted = word == "focal" && i > all.start;
        let prefix = i.wrapping_sub(if text.mark(i.wrapping_sub(1), b'-') { 2 } else { 1 });
        if parted && matches!(text.word(prefix), "multi" | "uni" | "mono") {
            let state = state();
            let near = i + 1..(i + 4).min(all.end);
            let other = scene.says(near, &["hepatic", "liver", "invasion", "necrosis"]);
            if !(state.no || state.past || state.plan || state.family || other) {
                let multifocal = text.word(prefix) == "multi";
                put(drafts, u, Item::Focality { multifocal, count: None }, i..i + 1, "focality_word", state);
                return;
            }
        }
        // `47 mm, single`, `1.5 cm, solitary.`: an adjective after the tumour's size.
        let after_size = matches!(word, "solitary" | "single" | "multiple")
            && i >= all.start + 2
            && text.mark(i - 1, b',')
            && (text.has(i - 2, Class::Length)
                || matches!(text.word(i - 2), "tumours" | "tumors" | "nets" | "neoplasms")
                    && word == "multiple")
            && (i + 1 >= all.end
                || text.gap(i + 1) >= Gap::Line
                || text.token(i + 1).is_some_and(|t| t.shape == Shape::Mark))
            && unit.mask & (Class::Liver.bit() | Class::Node.bit() | Class::Mesentery.bit()) == 0
            && !scene.says(all.clone(), &["metastasis", "metastases", "metastatic", "deposit", "polyp"]);
        // `tumours are multiple (3)`
        let predicate = matches!(word, "multiple" | "numerous")
            && i >= all.start + 2
            && matches!(text.word(i - 1), "are" | "were")
            && matches!(text.word(i - 2), "tumours" | "tumors" | "nets" | "primaries" | "carcinoids")
            && !text.any(i.saturating_sub(3), Class::Liver.bit() | Class::Mesentery.bit());
        // `neuroendocrine tumour, grade 1, single, 9 mm`
        let among = matches!(word, "solitary" | "single")
            && scene.kind == Kind::Pathology
            && unit.section.is_own()
            && i > all.start
            && i + 1 < all.end
            && text.mark(i - 1, b',')
            && text.mark(i + 1, b',')
            && unit.mask & (Class::Net.bit() | Class::Neuroendocrine.bit()) != 0
            && unit.mask & elsewhere == 0
            && !scene.says(all.clone(), &["metastasis", "metastases", "metastatic", "deposit", "polyp"]);
        if after_size || predicate || among {
            let state = state();
            if !(state.no || state.past || state.plan || state.family) {
                let multifocal = !matches!(word, "solitary" | "single");
                let count = (!multifocal).then_some(1);
                put(drafts, u, Item::Focality { multifocal, count }, i..i + 1, "focality_word", state);
                return;
            }
        }
        // `solitary polypoid mass in the proximal jejunum` on a scan
        let on_scan = matches!(word, "solitary" | "single")
            && scene.kind == Kind::Radiology
            && unit.mask & Class::SmallBowel.bit() != 0
            && unit.mask & elsewhere == 0
            && scene.says(i + 1..(i + 5).min(all.end), &["mass", "lesion", "nodule", "tumour", "tumor"]);
        // `Solitary.`, `Single focus.`, `The tumour is solitary`
        let lone = matches!(word, "solitary" | "single")
            && (all.len() <= 3
                || on_scan
                || of_the_tumour(scene, unit, i)
                || (i + 1 >= all.end || text.token(i + 1).is_some_and(|t| t.shape == Shape::Mark))
                    && scene
                        .says(i.saturating_sub(3).max(all.start)..i, &["is", "are", "appears", "appear"])
                    && scene.says(
                        all.start..i,
                        &["tumour", "tumor", "lesion", "neoplasm", "carcinoid", "nodule"],
                    ));
        if lone && !state().no {
            put(
                drafts,
                u,
                Item::Focality { multifocal: false, count: Some(1) },
                i..i + 1,
                "focality_word",
                state(),
            );
            return;
        }
        let Some((count, length)) = several(scene, i) else { continue };
        let Some(noun) = tumours(scene, i + length, all.end, count) else { continue };
        let state = state();
        if state.no || state.past || state.family || state.plan {
            continue;
        }
        let multifocal = count != Some(1);
        put(drafts, u, Item::Focality { multifocal, count }, i..noun + 1, "focality_count", state);
        return;
    }
}

fn field(scene: &Scene<'_>, unit: &Unit) -> Option<(bool, Option<u16>, usize)> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let asks_several = scene.says(
        unit.label.clone(),
        &["multifocality", "multifocal", "multiple", "multiplicity", "synchronous", "additional", "separate"],
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

/// `Tumor - single, polypoid`, `a nodule, apparently solitary`: said of the tumour just named.
fn of_the_tumour(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    let ends = text.token(i + 1).is_none_or(|t| t.shape == Shape::Mark || t.gap >= Gap::Line);
    let floor =
        unit.tokens.start.min(if unit.label.is_empty() { unit.tokens.start } else { unit.label.start });
    let at = if i > floor && matches!(text.word(i - 1), "apparently" | "appears") { i - 1 } else { i };
    let mark = at > floor && text.token(at - 1).is_some_and(|t| t.shape == Shape::Mark);
    ends && mark
        && at >= floor + 2
        && matches!(text.word(at - 2), "tumour" | "tumor" | "neoplasm" | "carcinoid" | "net" | "nodule")
        && unit.mask & (Class::Liver.bit() | Class::Node.bit() | Class::Mesentery.bit()) == 0
}

/// `a second tumour`, `a further, smaller NET`: the end of its noun.
fn another(scene: &Scene<'_>, unit: &Unit, i: usize) -> Option<usize> {
    let text = &scene.text;
    if !matches!(text.word(i), "second" | "further" | "additional") || i == unit.tokens.start {
        return None;
    }
    if !matches!(text.word(i - 1), "a" | "an" | "one") || text.mark(i - 1, b'?') {
        return None;
    }
    let noun = (i + 1..(i + 7).min(unit.tokens.end))
        .take_while(|k| {
            text.is_word(*k) && !text.any(*k, Class::Liver.bit() | Class::Node.bit() | Class::Mesentery.bit())
                || text.mark(*k, b',')
        })
        .find(|k| matches!(text.word(*k), "tumour" | "tumor" | "net" | "carcinoid" | "primary"))?;
    let other = matches!(
        text.word(noun + 1),
        "deposit" | "deposits" | "focus" | "nodule" | "marker" | "markers" | "cancer" | "malignancy"
    );
    let own = unit.section.is_own() && scene.kind != Kind::Radiology;
    (own && !other).then_some(noun + 1)
}

/// `tumours (2)`, `tumour x 3`, `NETs (x4)`: the end of the count behind the noun.
fn counted_after(scene: &Scene<'_>, unit: &Unit, i: usize) -> Option<usize> {
    let text = &scene.text;
    let plural = matches!(text.word(i), "tumours" | "tumors" | "nets" | "carcinoids");
    if !plural && !matches!(text.word(i), "tumour" | "tumor" | "net" | "carcinoid") {
        return None;
    }
    let open = text.mark(i + 1, b'(');
    let times = if open { i + 2 } else { i + 1 };
    let x = text.word(times) == "x" || text.mark(times, b'x');
    let at = if x { times + 1 } else { times };
    let (count, used) = numbers::whole(text, at).filter(|_| text.is_number(at) && at < unit.tokens.end)?;
    let end = at + used;
    let closed = if open {
        text.mark(end, b')')
    } else {
        !text.has(end, Class::Length) && text.word(end) != "x" && !text.mark(end, b'%')
    };
    let named = (unit.tokens.start.max(i.saturating_sub(3))..i + 1)
        .any(|k| text.any(k, Class::Net.bit() | Class::Neuroendocrine.bit()))
        || unit.mask & Class::Neuroendocrine.bit() != 0;
    let foreign = unit.mask & (Class::Liver.bit() | Class::Node.bit()) != 0;
    ((x || open && plural) && closed && named && !foreign && (2..=50).contains(&count)).then_some(end)
}

/// `multiple`, `three separate`, `single`, `at least nine` at token `i`: a count where told, and the tokens.
fn several(scene: &Scene<'_>, i: usize) -> Option<(Option<u16>, usize)> {
    let text = &scene.text;
    let length = |from: usize| {
        let mut at = from;
        // `multiple (at least nine)`, `two (2)`.
        if text.mark(at, b'(') {
            while at < from + 6 && !text.mark(at, b')') {
                at += 1;
            }
            at += 1;
        }
        at - i
    };
    match text.word(i) {
        "multiple" | "several" | "numerous" | "many" | "innumerable" => {
            let inside =
                (i + 1..i + 6).take_while(|_| text.mark(i + 1, b'(')).find_map(|k| numbers::whole(text, k));
            Some((inside.map(|it| it.0), length(i + 1)))
        }
        "synchronous" => Some((None, 1)),
        "single" | "solitary" => Some((Some(1), 1)),
        "a" | "one" | "no" | "both" | "none" => None,
        _ => {
            let (count, used) = numbers::whole(text, i).filter(|it| (2..=99).contains(&it.0))?;
            Some((Some(count), length(i + used)))
        }
    }
}

/// The noun `tumours` after adjectives.
fn tumours(scene: &Scene<'_>, from: usize, limit: usize, count: Option<u16>) -> Option<usize> {
    let text = &scene.text;
    let plural = count != Some(1);
    for i in from..limit.min(from + 9) {
        let word = text.word(i);
        let noun = if plural {
            matches!(word, "tumours" | "tumors" | "nets" | "carcinoids" | "neoplasms" | "primaries")
                || (matches!(word, "lesions" | "nodules" | "foci" | "masses")
                    && context(scene, from, i, limit))
        } else {
            matches!(word, "tumour" | "tumor" | "net" | "carcinoid" | "neoplasm" | "primary")
                || (matches!(word, "lesion" | "nodule" | "mass" | "focus") && context(scene, from, i, limit))
        };
        if noun {
            // `two foci of perineural invasion`
            let of = text.word(i + 1) == "of"
                && !(i + 2..(i + 7).min(limit)).any(|k| {
                    text.any(k, Class::Neuroendocrine.bit() | Class::Net.bit())
                        || matches!(text.word(k), "tumour" | "tumor" | "the")
                });
            if of && matches!(word, "foci" | "focus") {
                return None;
            }
            let foreign = (from..i).any(|k| {
                text.has(k, Class::Liver)
                    || text.has(k, Class::Elsewhere)
                    || text.has(k, Class::Mesentery)
                    || text.has(k, Class::Node)
                    || matches!(text.word(k), "nodal" | "peritoneal" | "lymph" | "satellite")
            });
            let metastatic = (from..i).any(|k| text.has(k, Class::Metastasis));
            let of_liver =
                (i + 1..i + 5).any(|k| matches!(text.word(k), "segm" | "segment" | "segments" | "seg"));
            return (!foreign && !metastatic && !of_liver).then_some(i);
        }
        let measured = !plural && (text.is_number(i) || text.has(i, Class::Length));
        let adjective = measured
            || text.is_word(i)
                && !matches!(
                    word,
                    "of" | "in"
                        | "and"
                        | "nodes"
                        | "with"
                        | "the"
                        | "to"
                        | "cm"
                        | "mm"
                        | "x"
                        | "levels"
                        | "blocks"
                        | "fragments"
                        | "pieces"
                        | "lymph"
                )
            || text.mark(i, b'-')
            || text.mark(i, b',');
        if !adjective {
            return None;
        }
    }
    None
}

/// `three nodules` are tumours only where the sentence is about the bowel wall or the tumour.
fn context(scene: &Scene<'_>, from: usize, i: usize, limit: usize) -> bool {
    let text = &scene.text;
    let bowel = |k: usize| {
        (text.has(k, Class::SmallBowel) && text.word(k) != "ti")
            || text.has(k, Class::Neuroendocrine)
            || matches!(text.word(k), "submucosal" | "mural" | "tumour" | "tumor" | "mucosal" | "intramural")
    };
    (from.saturating_sub(14)..(i + 12).min(limit)).any(bowel)
        && !(from.saturating_sub(14)..(i + 12).min(limit)).any(|k| {
            text.has(k, Class::Liver)
                || text.has(k, Class::Mesentery)
                || text.has(k, Class::Node)
                || matches!(
                    text.word(k),
                    "mesenterium" | "peritoneal" | "polyps" | "polypoid" | "lung" | "nodal"
                )
        })
}
