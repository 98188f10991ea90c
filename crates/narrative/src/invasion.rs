//! Margins, vessels, nerves, mesenteric masses and deposits: what is there or not.

use lacteal_clinical::finding::Margin;

use crate::fields::Field;
use crate::item::Item;
use crate::layout::Unit;
use crate::scene::{Draft, Scene, put};
use crate::stage::is_perineural;
use crate::words::Class;

/// What the first words of a field's value say.
pub(crate) fn answer(scene: &Scene<'_>, unit: &Unit) -> Option<(bool, usize)> {
    let text = &scene.text;
    for i in unit.tokens.clone().take(12) {
        match text.word(i) {
            "not" | "no" | "absent" | "negative" | "none" | "nil" | "uninvolved" | "free" | "without"
            | "l0" | "v0" | "pn0" | "n" => return Some((false, i)),
            "present" | "yes" | "identified" | "seen" | "positive" | "extensive" | "focal" | "involved"
            | "l1" | "v1" | "pn1" | "y" | "detected" | "suspected" | "established" => return Some((true, i)),
            "indeterminate" | "equivocal" | "cannot" => return None,
            // `Pn: 1`
            digit @ ("0" | "1") if i == unit.tokens.start => return Some((digit == "1", i)),
            _ => {}
        }
    }
    None
}

/// Reads lymphovascular and perineural invasion.
pub(crate) fn vessels_and_nerves(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    let make = |nerve: bool, seen: bool| {
        if nerve { Item::PerineuralInvasion(seen) } else { Item::LymphovascularInvasion(seen) }
    };
    match unit.field {
        Some(Field::Lymphovascular | Field::Perineural) => {
            let nerve = unit.field == Some(Field::Perineural);
            if let Some((seen, i)) = answer(scene, unit) {
                put(drafts, u, make(nerve, seen), i..i + 1, "invasion_field", scene.state(u, i..i + 1));
            }
            return;
        }
        Some(_) => return,
        None => {}
    }
    if !scene.tells_pathology(unit) {
        return;
    }
    for i in scene.with(unit.tokens.clone(), Class::Category.bit()) {
        if !is_perineural(text, i) || text.word(i) == "pnx" {
            continue;
        }
        let state = scene.state(u, i..i + 1);
        if !(state.past || state.plan || state.family) {
            put(drafts, u, make(true, text.word(i) == "pn1"), i..i + 1, "invasion_category", state);
        }
    }
    for i in scene.with(unit.tokens.clone(), Class::Invasion.bit()) {
        let word = text.word(i);
        let alone = matches!(word, "lvi" | "pni" | "lvsi" | "angioinvasion");
        let invaded = (i + 1..(i + 6).min(unit.tokens.end))
            .any(|k| matches!(text.word(k), "invasion" | "permeation" | "infiltration" | "invaded"));
        if !(alone || invaded) {
            continue;
        }
        let nerve = matches!(word, "perineural" | "perineurial" | "pni" | "neural" | "intraneural");
        let state = scene.state(u, i..i + 1);
        if state.past || state.plan || state.family {
            continue;
        }
        put(drafts, u, make(nerve, !state.no), i..i + 1, "invasion_prose", state);
    }
}

/// Reads the resection margin.
pub(crate) fn margin(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    if !scene.tells_pathology(unit) {
        return;
    }
    let all = unit.tokens.clone();
    if unit.mask & Class::Margin.bit() == 0 {
        return;
    }
    for i in all.clone() {
        let margin = match text.word(i) {
            "r0" => Margin::R0,
            "r1" => Margin::R1,
            "r2" => Margin::R2,
            _ => continue,
        };
        let state = scene.state(u, i..i + 1);
        if !(state.past || state.plan || state.no) {
            put(drafts, u, Item::Margin(margin), i..i + 1, "margin_r", state);
            return;
        }
    }
    let field = unit.field == Some(Field::Margin);
    let noun = all.clone().find(|i| matches!(text.word(*i), "margin" | "margins"));
    if !field && (noun.is_none() || unit.field.is_some()) {
        return;
    }
    let negative = ["negative", "clear", "free", "uninvolved", "tumour-free", "tumor-free"];
    let involved = ["involved", "positive", "reaches"];
    let from = noun.filter(|_| !field).unwrap_or(all.start);
    let mut window = from..all.end.min(from + 16);
    let said = window.find(|i| {
        negative.contains(&text.word(*i))
            || involved.contains(&text.word(*i))
            || (text.word(*i) == "not" && text.word(*i + 1) == "involved")
    });
    if let Some(i) = said {
        let free = negative.contains(&text.word(i)) || text.word(i) == "not";
        let state = scene.state(u, from..from + 1);
        if !(state.past || state.plan) {
            put(
                drafts,
                u,
                Item::Margin(if free { Margin::R0 } else { Margin::R1 }),
                i..i + 1,
                "margin_words",
                state,
            );
        }
    }
}

/// Reads whether a mesenteric mass or deposits are there, where no size is told.
pub(crate) fn mesentery(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    // `Mesenteric tumour deposits: present` asks for deposits, though the size of one is that of a mass.
    let deposits = scene.says(unit.label.clone(), &["deposit", "deposits"]);
    match unit.field {
        Some(Field::MesentericMass) if !deposits => {
            if unit.mask & Class::Length.bit() == 0
                && let Some((seen, i)) = answer(scene, unit)
            {
                put(
                    drafts,
                    u,
                    Item::MesentericMassSeen(seen),
                    i..i + 1,
                    "mesenteric_mass_field",
                    scene.state(u, i..i + 1),
                );
            }
        }
        Some(Field::MesentericMass | Field::MesentericDeposits) => {
            if let Some((seen, i)) = answer(scene, unit) {
                put(
                    drafts,
                    u,
                    Item::MesentericDeposits(seen),
                    i..i + 1,
                    "deposits_field",
                    scene.state(u, i..i + 1),
                );
            }
        }
        Some(_) => {}
        None if scene.tells_pathology(unit) => {
            for i in unit.tokens.clone() {
                let deposit = matches!(text.word(i), "deposit" | "deposits")
                    && matches!(text.word(i.wrapping_sub(1)), "tumour" | "tumor" | "mesenteric");
                if !deposit {
                    continue;
                }
                let state = scene.state(u, i..i + 1);
                if !(state.past || state.plan || state.family) {
                    put(drafts, u, Item::MesentericDeposits(!state.no), i..i + 1, "deposits_prose", state);
                }
            }
        }
        None => {}
    }
}
