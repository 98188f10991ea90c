//! The field that mitoses are counted in, as it is written.

use std::ops::Range;

use crate::item::MitoticField;
use crate::numbers;
use crate::scene::Scene;

pub(super) fn area_in(scene: &Scene<'_>, range: Range<usize>) -> Option<MitoticField> {
    range.clone().find_map(|i| area(scene, i, range.end)).map(|it| it.0)
}

/// Whether a unit of area stands at token `i`.
pub(super) fn is_area_unit(scene: &Scene<'_>, i: usize) -> bool {
    let text = &scene.text;
    let squared = matches!(text.word(i + 1), "2" | "sq" | "squared" | "mm") || text.mark(i + 1, b'^');
    matches!(text.word(i), "mm2" | "mm²" | "sqmm" | "hpf" | "hpfs")
        || matches!(text.word(i), "mm" | "sq" | "square" | "high") && squared
}

/// `per 2 mm2`, `/2mm²`, `in 10 HPF`, `per 10 high-power fields`, `/mm2` at token `i`, and how many tokens it takes.
pub(super) fn area(scene: &Scene<'_>, i: usize, end: usize) -> Option<(MitoticField, usize)> {
    let text = &scene.text;
    // `Mitoses: 0 (2 mm2)`
    let bracket = text.mark(i, b'(') && text.is_number(i + 1) && is_area_unit(scene, i + 2);
    let opens = bracket
        || text.mark(i, b'/')
        || matches!(text.word(i), "per" | "in" | "of" | "each" | "every" | "over");
    if !opens {
        return None;
    }
    let mut at = i + 1;
    while at < end
        && (matches!(text.word(at), "the" | "a" | "an" | "each")
            || text.mark(at, b'(')
            || text.mark(at, b'['))
    {
        at += 1;
    }
    let number = numbers::at(text, at);
    let unit_at = if number.is_some() { at + 1 } else { at };
    if unit_at >= end {
        return None;
    }
    let number = number.unwrap_or(1000);
    let high_power = || MitoticField::HighPowerFields((number / 1000).min(9999) as u16);
    let fits = |words: &[&str]| text.follows(unit_at, words);
    if matches!(text.word(unit_at), "mm2" | "mm²" | "sqmm" | "mm3") {
        return Some((MitoticField::SquareMillimetres(number), unit_at + 1 - i));
    }
    if fits(&["mm", "^", "2"]) || fits(&["sq", ".", "mm"]) || fits(&["mm", "-", "2"]) {
        return Some((MitoticField::SquareMillimetres(number), unit_at + 3 - i));
    }
    if fits(&["sq", "mm"])
        || fits(&["square", "mm"])
        || fits(&["mm", "sq"])
        || fits(&["mm", "squared"])
        || fits(&["mm", "2"])
        || fits(&["square", "millimetres"])
        || fits(&["square", "millimeters"])
        || fits(&["square", "millimetre"])
        || fits(&["square", "millimeter"])
    {
        return Some((MitoticField::SquareMillimetres(number), unit_at + 2 - i));
    }
    if text.word(unit_at) == "high" || text.word(unit_at).starts_with("hp") {
        if let Some((told, after)) = area_of_fields(scene, unit_at..end, number) {
            return Some((MitoticField::SquareMillimetres(told), after - i));
        }
    }
    if matches!(text.word(unit_at), "hpf" | "hpfs" | "hpf's" | "hpfields") || fits(&["hp", "fields"]) {
        return Some((high_power(), unit_at + 1 - i));
    }
    let power = if text.mark(unit_at + 1, b'-') { unit_at + 2 } else { unit_at + 1 };
    if text.word(unit_at) == "high" && text.word(power) == "power" {
        return Some((high_power(), power + 2 - i));
    }
    None
}

/// How far behind the fields their area may stand.
const AREA_TOKENS: usize = 13;

/// The area that counted fields are told to have: `10 HPF (2 mm2)`, `10 HPF [10 HPF = 2 mm2]`; and the token after it.
fn area_of_fields(scene: &Scene<'_>, fields: Range<usize>, counted: u32) -> Option<(u32, usize)> {
    let text = &scene.text;
    let near = fields.start..(fields.start + AREA_TOKENS).min(fields.end);
    let k = near.take_while(|k| !(text.mark(*k, b';') || text.mark(*k, b'.'))).find(|k| {
        (text.mark(*k, b'(') || text.mark(*k, b'=') || text.mark(*k, b'[') || text.mark(*k, b'~'))
            && text.is_number(k + 1)
            && (matches!(text.word(k + 2), "mm2" | "mm²" | "sqmm")
                || text.word(k + 2) == "mm" && matches!(text.word(k + 3), "2" | "^" | "sq")
                || matches!(text.word(k + 2), "sq" | "square"))
    })?;
    let told = numbers::at(text, k + 1)?;
    // `50 HPF [10 HPF = 2 mm2]`: the area of as many fields as were counted.
    let of = Some(k).filter(|k| text.word(k - 1).starts_with("hp")).and_then(|k| numbers::at(text, k - 2));
    let told = match of {
        Some(of) if of > 0 => (u64::from(told) * u64::from(counted) / u64::from(of)) as u32,
        _ => told,
    };
    Some((told, (k + 3).min(fields.end)))
}
