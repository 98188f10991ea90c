//! Mitoses: a count, and the field it was counted in.

use std::ops::Range;

use lacteal_clinical::{Bounded, Comparator, MitoticRate};

use super::area::{area, area_in, is_area_unit};
use super::metastasis::of_metastasis;
use super::{BEFORE_TOKENS, bounded, grade_names};
use crate::fields::Field;
use crate::item::{Item, MitoticField};
use crate::layout::Unit;
use crate::numbers::{self, Amount};
use crate::scene::{Draft, Scene, put};
use crate::words::Class;

/// Reads mitoses out of one unit.
pub(crate) fn mitoses(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let in_field = unit.field == Some(Field::Mitoses);
    let trigger = scene.with(all.clone(), Class::Mitosis.bit()).next();
    if !in_field && trigger.is_none() {
        return;
    }
    let trigger_at = trigger.unwrap_or(all.start);
    if !in_field && scene.state(u, trigger_at..trigger_at + 1).past {
        return;
    }
    let label_area = area_in(scene, unit.label.clone());
    let mut found: Vec<(Amount, MitoticField)> = Vec::new();
    let mut i = all.start;
    while i < all.end {
        let Some((field, length)) = area(scene, i, all.end) else {
            i += 1;
            continue;
        };
        let floor = found.last().map_or(all.start, |it| it.0.tokens.end).max(if in_field {
            0
        } else {
            trigger_at.saturating_sub(BEFORE_TOKENS)
        });
        if let Some(amount) =
            counted_before(scene, u, floor..i, i).or_else(|| counted_after(scene, i + length..all.end))
        {
            found.push((amount, field));
        }
        i += length;
        // `<2/2 mm2 (0)`
        if text.mark(i, b'(')
            && text.is_number(i + 1)
            && text.mark(i + 2, b')')
            && let Some(amount) = numbers::amount(text, i + 1, &all)
        {
            found.push((amount, field));
        }
        // `<2 mitoses/2 mm2 (specify: 1)`
        let told = (i..all.end.min(i + 4)).find(|k| {
            matches!(
                text.word(*k),
                "specify" | "enumerated" | "actual" | "exact" | "counted" | "specifically"
            )
        });
        if let Some(told) = told
            && let Some(number) = (told + 1..all.end.min(told + 4))
                .find(|k| text.is_number(*k))
                .filter(|k| area(scene, k + 1, all.end).is_none() && !is_area_unit(scene, k + 1))
            && let Some(amount) = numbers::amount(text, number, &all)
        {
            found.push((amount, field));
        }
    }
    if found.is_empty()
        && let Some(field) = label_area
    {
        found.extend(counted_after(scene, all.clone()).map(|it| (it, field)));
    }
    if found.is_empty() && in_field {
        found.extend(counted_after(scene, all.clone()).map(|it| (it, MitoticField::Unstated)));
    }
    if found.is_empty() && !in_field {
        found.extend(no_mitoses(scene, u, trigger_at, all.end).map(|it| (it, MitoticField::Unstated)));
    }
    let grades = grade_names(scene, &all);
    let counted = found.iter().any(|it| !is_mitotic_class(&it.0));
    for (amount, field) in found {
        let class = is_mitotic_class(&amount);
        if scene.state(u, amount.tokens.clone()).past || (class && (counted || grades > 1)) {
            continue;
        }
        let rate = rate(&amount, field);
        let metastasis = of_metastasis(scene, u, unit, &amount.tokens);
        let rule = match (metastasis, class, in_field) {
            (true, ..) => "mitoses_metastasis",
            (_, true, _) => "mitoses_class",
            (_, _, true) => "mitoses_field",
            _ => "mitoses_prose",
        };
        put(
            drafts,
            u,
            Item::Mitoses { rate, field },
            amount.tokens.clone(),
            rule,
            crate::cues::State { maybe: metastasis, ..Default::default() },
        );
    }
}

/// `No mitoses seen`, `Mitoses: absent`, `mitoses are not identified`: none, in whatever field. `No atypical mitoses` and
/// `no increase in mitotic activity` count nothing.
fn no_mitoses(scene: &Scene<'_>, u: usize, at: usize, end: usize) -> Option<Amount> {
    let text = &scene.text;
    let plain = matches!(text.word(at), "mitoses" | "mitosis")
        || text.word(at) == "mitotic" && matches!(text.word(at + 1), "figures" | "figure" | "activity");
    let noun = if text.word(at) == "mitotic" { at + 2 } else { at + 1 };
    let before = matches!(text.word(at.wrapping_sub(1)), "no" | "without")
        || text.word(at.wrapping_sub(2)) == "no"
            && matches!(text.word(at.wrapping_sub(1)), "definite" | "convincing");
    let mut next = noun;
    while matches!(text.word(next), "are" | "is" | "were" | "was")
        || text.mark(next, b':')
        || text.mark(next, b'-')
    {
        next += 1;
    }
    let after = matches!(text.word(next), "absent" | "none" | "nil")
        || text.word(next) == "not"
            && matches!(
                text.word(next + 1),
                "seen" | "identified" | "found" | "present" | "detected" | "evident" | "observed"
            );
    let told = plain && (before || after) && next < end + 1 && !scene.state(u, at..at + 1).maybe;
    told.then_some(Amount {
        comparator: Comparator::Equal,
        low: 0,
        high: 0,
        approximate: false,
        tokens: at..noun.min(end),
    })
}

/// `<2`, `2-20`, `>20` are classes of the WHO table.
fn is_mitotic_class(it: &Amount) -> bool {
    matches!(
        (it.comparator, it.low, it.high),
        (Comparator::Below, 2000, _) | (Comparator::Equal, 2000, 20_000) | (Comparator::Above, 20_000, _)
    )
}

fn rate(amount: &Amount, field: MitoticField) -> Option<Bounded<MitoticRate>> {
    let scaled = |value: u32| {
        let thousandths = match field {
            MitoticField::SquareMillimetres(area) if area > 0 => u64::from(value) * 2000 / u64::from(area),
            // Ten high-power fields are 2 mm² only at one field diameter, which a report does not tell.
            _ => return None,
        };
        MitoticRate::from_thousandths(u32::try_from(thousandths).ok()?).ok()
    };
    let fields = matches!(field, MitoticField::HighPowerFields(_));
    bounded(amount, scaled).map(|it| it.approximate(it.is_approximate() || fields))
}

/// The count that stands before the field.
fn counted_before(scene: &Scene<'_>, u: usize, range: Range<usize>, area_at: usize) -> Option<Amount> {
    let text = &scene.text;
    for i in range.clone().rev() {
        let word = text.word(i);
        let mitotic = text.has(i, Class::Mitosis);
        if text.is_number(i)
            || (crate::words::number(word).is_some() && !matches!(word, "a" | "both" | "neither"))
        {
            // `2 to 3 per`: go back to the first number of a range.
            let ranged = i >= range.start + 2
                && (text.mark(i - 1, b'-') || text.word(i - 1) == "to")
                && text.is_number(i - 2)
                && text.is_number(i);
            let first = if ranged { i - 2 } else { i };
            let word_only = matches!(word, "no" | "none" | "nil");
            if word_only && !range.clone().any(|k| text.has(k, Class::Mitosis)) && !mitotic_label(scene, u) {
                return None;
            }
            return numbers::amount(text, first, &range);
        }
        if matches!(word, "absent" | "not" | "rare" | "occasional") {
            let absent = word != "rare" && word != "occasional";
            return absent.then_some(Amount {
                comparator: Comparator::Equal,
                low: 0,
                high: 0,
                approximate: false,
                tokens: i..area_at,
            });
        }
        let filler = mitotic
            || matches!(
                word,
                "figure"
                    | "figures"
                    | "mf"
                    | "mfs"
                    | "are"
                    | "is"
                    | "were"
                    | "was"
                    | "seen"
                    | "identified"
                    | "counted"
                    | "found"
                    | "present"
                    | "noted"
                    | "observed"
                    | "count"
                    | "rate"
                    | "evident"
                    | "detected"
                    | "visible"
                    | "s"
                    | "activity"
                    | "only"
                    | "with"
            );
        let bracket = text.mark(i, b'(')
            || text.mark(i, b')')
            || text.mark(i, b'[')
            || text.mark(i, b'{')
            || text.mark(i, b'}')
            || text.mark(i, b'-');
        if !(filler || bracket) {
            return None;
        }
    }
    None
}

fn mitotic_label(scene: &Scene<'_>, u: usize) -> bool {
    scene.units.get(u).is_some_and(|it| it.field == Some(Field::Mitoses))
}

/// The count that stands after the field or the label: `Mitoses per 10 HPF: 1`.
fn counted_after(scene: &Scene<'_>, range: Range<usize>) -> Option<Amount> {
    let text = &scene.text;
    for i in range.clone().take(6) {
        let word = text.word(i);
        if text.is_number(i)
            || (crate::words::number(word).is_some() && !matches!(word, "a" | "both" | "neither" | "no"))
        {
            let unit_follows = area(scene, i.wrapping_sub(1), range.end).is_some() && i > range.start;
            return if unit_follows { None } else { numbers::amount(text, i, &range) };
        }
    }
    None
}
