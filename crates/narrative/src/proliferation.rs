//! Ki-67 and mitoses.
//!
//! A class of the WHO table (`<3%`, `2-20`) stands beside the counted number in synoptic reports; where both are there
//! the number counts. Fields of mitoses are kept as written: only square millimetres, ten high-power fields (about
//! 2 mm²) and a count of none give a rate.

use std::ops::Range;

use lacteal_clinical::{Bounded, Comparator, MitoticRate, Percent};

use crate::fields::Field;
use crate::item::{Item, MitoticField};
use crate::layout::Unit;
use crate::numbers::{self, Amount};
use crate::scene::{Draft, Scene, put};
use crate::words::Class;

/// Words after which a percentage is no longer Ki-67.
const OTHER_PERCENTAGES: [&str; 22] = [
    "necrosis",
    "synaptophysin",
    "chromogranin",
    "cdx2",
    "sstr2",
    "sstr2a",
    "sstr",
    "serotonin",
    "p53",
    "rb",
    "mitotic",
    "mitoses",
    "mitosis",
    "viable",
    "fibrosis",
    "stroma",
    "steatosis",
    "macrovesicular",
    "atrx",
    "er",
    "pr",
    "confidence",
];

/// Reads Ki-67 out of one unit.
pub(crate) fn ki67(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    let all = unit.tokens.clone();
    let in_field = unit.field == Some(Field::Ki67);
    let mut from = all.start;
    let mut found = Vec::new();
    if in_field {
        amounts(scene, all.clone(), true, &mut found);
        if found.is_empty() {
            bare_number(scene, unit, &mut found);
        }
    }
    while found.is_empty()
        && let Some(trigger) = trigger(scene, from..all.end)
    {
        let state = scene.state(u, trigger.clone());
        from = trigger.end;
        if state.past || state.family {
            continue;
        }
        amounts(scene, trigger.end..all.end, false, &mut found);
        if found.is_empty() {
            let near = trigger.start.saturating_sub(BEFORE_TOKENS).max(all.start);
            amounts(scene, near..trigger.start, false, &mut found);
            if let Some(last) = found.pop() {
                found = vec![last];
            }
        }
    }
    let grades = grade_names(scene, &all);
    let counted = found.iter().any(|it| !is_ki67_class(it));
    for amount in found {
        let state = scene.state(u, amount.tokens.clone());
        let class = is_ki67_class(&amount);
        if state.past || state.family || (class && (counted || grades > 1)) || excluded_ki67(scene, &amount) {
            continue;
        }
        let percent = |it| Percent::from_thousandths(it).ok();
        let Some(value) = bounded(&amount, percent) else { continue };
        let tokens = amount.tokens.clone();
        let metastasis = of_metastasis(scene, unit, &tokens);
        let rule = match (metastasis, class, in_field) {
            (true, ..) => "ki67_metastasis",
            (_, true, _) => "ki67_class",
            (_, _, true) => "ki67_field",
            _ => "ki67_prose",
        };
        // What a metastasis shows is not the primary's: for people to look at.
        put(drafts, u, Item::Ki67(value), tokens, rule, crate::cues::State { maybe: metastasis, ..state });
    }
}

/// Whether a value is told of a metastasis: `liver Ki-67 4%`, `11% (ovary)`, `Ki-67 (liver)`, `metastatic NET, Ki-67 5%`.
fn of_metastasis(scene: &Scene<'_>, unit: &Unit, value: &Range<usize>) -> bool {
    let text = &scene.text;
    const PLACES: [&str; 16] = [
        "liver",
        "hepatic",
        "ovary",
        "ovarian",
        "node",
        "nodes",
        "nodal",
        "metastasis",
        "metastases",
        "metastatic",
        "peritoneal",
        "deposit",
        "deposits",
        "omental",
        "lung",
        "bone",
    ];
    let place = |range: Range<usize>| scene.says(range, &PLACES);
    if unit.field == Some(Field::Liver) || place(unit.label.clone()) {
        return true;
    }
    // In brackets after, or `in the liver` after.
    let end = value.end + usize::from(text.mark(value.end, b'%'));
    let after = end..(end + 6).min(unit.tokens.end);
    if end < unit.tokens.end && (place(end..end + 1) || text.word(end) == "primary") {
        return text.word(end) != "primary";
    }
    let behind = (text.mark(end, b'(') || matches!(text.word(end), "in" | "for" | "within")) && {
        let close = after
            .clone()
            .find(|i| {
                *i > end
                    && (text.mark(*i, b')')
                        || text.mark(*i, b',')
                        || text.mark(*i, b';')
                        || text.is_number(*i))
            })
            .unwrap_or(after.end);
        place(end..close)
    };
    if behind {
        return true;
    }
    if (text.mark(end, b'(') || text.word(end) == "in")
        && scene.says(after, &["primary", "ileum", "tumour", "tumor", "ileal", "largest", "jejunum"])
    {
        return false;
    }
    // Before it in the same clause, nearer than the primary.
    let mut comma = false;
    for i in (value.start.saturating_sub(20).max(unit.tokens.start)..value.start).rev() {
        if text.mark(i, b';') || text.mark(i, b'.') {
            return false;
        }
        comma |= text.mark(i, b',');
        if matches!(text.word(i), "primary" | "ileal" | "ileum" | "jejunal") {
            return false;
        }
        let mass = text.has(i, Class::Mesentery)
            && !comma
            && matches!(
                text.word(i + 1),
                "mass" | "deposit" | "nodule" | "metastasis" | "tumour" | "tumor" | "conglomerate" | "lesion"
            );
        if mass || text.word(i) == "conglomerate" && !comma {
            return true;
        }
        // `4/17 nodes, Ki-67 2%` goes on to the next figure.
        let node = text.has(i, Class::Node)
            || text.word(i) == "nodal"
            || (text.has(i, Class::Metastasis)
                && scene.with(i.saturating_sub(4)..i + 4, Class::Node.bit()).next().is_some());
        // `metastatic ileal NET, Ki-67 5%` in a letter is the tumour's.
        let spread = text.word(i) == "metastatic"
            && scene.kind != crate::Kind::Pathology
            && scene.with(i + 1..i + 4, Class::SmallBowel.bit()).next().is_some();
        if PLACES.contains(&text.word(i)) && !(node && comma) && !spread {
            return true;
        }
    }
    false
}

/// How far before its name a percentage may stand.
const BEFORE_TOKENS: usize = 14;

fn trigger(scene: &Scene<'_>, range: Range<usize>) -> Option<Range<usize>> {
    let text = &scene.text;
    scene.with(range, Class::Ki.bit()).find_map(|i| match text.word(i) {
        "ki67" | "mib1" => Some(i..i + 1),
        "labelling" | "labeling" => (text.word(i + 1) == "index").then_some(i..i + 2),
        "ki" | "mib" => {
            let at = if text.mark(i + 1, b'-') { i + 2 } else { i + 1 };
            let wanted = if text.word(i) == "ki" { "67" } else { "1" };
            (text.word(at) == wanted).then_some(i..at + 1)
        }
        _ => matches!(text.word(i + 1), "index" | "fraction" | "rate" | "activity").then_some(i..i + 2),
    })
}

/// The percentages of a range, in order.
fn amounts(scene: &Scene<'_>, range: Range<usize>, in_field: bool, found: &mut Vec<Amount>) {
    let text = &scene.text;
    let mut i = range.start;
    while i < range.end {
        if OTHER_PERCENTAGES.contains(&text.word(i)) && !(in_field && found.is_empty()) {
            return;
        }
        let number = text.is_number(i)
            || matches!(text.word(i), "one" | "two" | "three" | "four" | "five" | "ten" | "zero");
        let Some(amount) = number.then(|| numbers::amount(text, i, &range)).flatten() else {
            i += 1;
            continue;
        };
        let end = amount.tokens.end;
        let percent = |at: usize| {
            text.mark(at, b'%')
                || matches!(text.word(at), "percent" | "pct")
                || (text.word(at) == "per" && text.word(at + 1) == "cent")
        };
        if percent(end) {
            found.push(amount);
        } else if percent(i + 1) {
            found.push(Amount { high: amount.low, tokens: amount.tokens.start..i + 1, ..amount });
        }
        i = end.max(i + 1);
    }
}

/// `Ki-67 (%): 4`, `Ki-67 index: 2`: an index is a percentage by definition.
fn bare_number(scene: &Scene<'_>, unit: &Unit, found: &mut Vec<Amount>) {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let Some(i) = all.clone().find(|i| text.is_number(*i)) else { return };
    let early = i - all.start <= 3;
    let Some(amount) = numbers::amount(text, i, &all).filter(|it| early && it.high <= 100_000) else {
        return;
    };
    let end = amount.tokens.end;
    let free = end >= all.end
        || text.mark(end, b'.')
        || text.mark(end, b',')
        || text.mark(end, b'(')
        || text.mark(end, b';')
        || text.mark(end, b')');
    if free {
        found.push(amount);
    }
}

/// `<3%`, `3-20%`, `>20%` (and the `<=2%` of 2010) are classes of the WHO table.
fn is_ki67_class(it: &Amount) -> bool {
    matches!(
        (it.comparator, it.low, it.high),
        (Comparator::Below, 3000, _)
            | (Comparator::AtMost, 2000 | 3000, _)
            | (Comparator::Equal, 3000, 20_000)
            | (Comparator::Above, 20_000, _)
    )
}

fn excluded_ki67(scene: &Scene<'_>, amount: &Amount) -> bool {
    let text = &scene.text;
    const LIMITS: [&str; 7] = ["threshold", "cutoff", "cut", "boundary", "limit", "border", "criterion"];
    let end = amount.tokens.end;
    scene.says(amount.tokens.start.saturating_sub(2)..amount.tokens.start, &LIMITS)
        || scene.says(end..end + 6, &LIMITS) && !text.mark(end + 1, b',') && !text.mark(end + 1, b'.')
}

fn grade_names(scene: &Scene<'_>, range: &Range<usize>) -> usize {
    let mut seen = [false; 3];
    for i in scene.with(range.clone(), Class::Grade.bit()) {
        match scene.text.word(i) {
            "g1" => seen[0] = true,
            "g2" => seen[1] = true,
            "g3" => seen[2] = true,
            "grade" => match scene.text.word(i + 1) {
                "1" | "i" => seen[0] = true,
                "2" | "ii" => seen[1] = true,
                "3" | "iii" => seen[2] = true,
                _ => {}
            },
            _ => {}
        }
    }
    seen.iter().filter(|it| **it).count()
}

/// The statement of an amount in a clinical unit.
pub(crate) fn bounded<T: Copy + Ord>(amount: &Amount, unit: impl Fn(u32) -> Option<T>) -> Option<Bounded<T>> {
    let low = unit(amount.low)?;
    let value = if amount.high > amount.low {
        Bounded::range(low, unit(amount.high)?).ok()?
    } else {
        Bounded::new(amount.comparator, low)
    };
    Some(value.approximate(amount.approximate))
}

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
                .filter(|k| area(scene, k + 1, all.end).is_none())
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
        let metastasis = of_metastasis(scene, unit, &amount.tokens);
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

fn area_in(scene: &Scene<'_>, range: Range<usize>) -> Option<MitoticField> {
    range.clone().find_map(|i| area(scene, i, range.end)).map(|it| it.0)
}

/// `per 2 mm2`, `/2mm²`, `in 10 HPF`, `per 10 high-power fields`, `/mm2` at token `i`, and how many tokens it takes.
fn area(scene: &Scene<'_>, i: usize, end: usize) -> Option<(MitoticField, usize)> {
    let text = &scene.text;
    let opens = text.mark(i, b'/') || matches!(text.word(i), "per" | "in" | "of" | "each" | "every" | "over");
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
        let told = (unit_at..(unit_at + 6).min(end)).find(|k| {
            (text.mark(*k, b'(') || text.mark(*k, b'=') || text.mark(*k, b'[') || text.mark(*k, b'~'))
                && text.is_number(k + 1)
                && (matches!(text.word(k + 2), "mm2" | "mm²" | "sqmm")
                    || text.word(k + 2) == "mm" && matches!(text.word(k + 3), "2" | "^" | "sq")
                    || matches!(text.word(k + 2), "sq" | "square"))
        });
        if let Some(k) = told
            && let Some(told) = numbers::at(text, k + 1)
        {
            return Some((MitoticField::SquareMillimetres(told), (k + 3 - i).min(end - i)));
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
