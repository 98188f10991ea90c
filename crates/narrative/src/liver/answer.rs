//! The liver in the answers of forms and in the brackets behind a category or a diagnosis.

use lacteal_clinical::finding::Presence;

use super::Found;
use crate::fields::Field;
use crate::layout::Unit;
use crate::numbers;
use crate::scene::Scene;
use crate::tokens::Gap;
use crate::words::Class;

/// `Liver metastases: Y`
pub(super) fn answered(scene: &Scene<'_>, unit: &Unit) -> Option<Found> {
    let text = &scene.text;
    let first = unit.tokens.start;
    let label = unit.label.clone();
    let spread = label.clone().any(|i| text.has(i, Class::Metastasis))
        || scene.says(label.clone(), &["involvement", "disease", "spread", "deposits"]);
    let asked = spread || label.clone().any(|i| text.has(i, Class::Lesion));
    if unit.field != Some(Field::Liver) {
        return None;
    }
    let ends = unit.tokens.len() == 1 || text.mark(first + 1, b'.') || text.gap(first + 1) >= Gap::Wide;
    if !asked {
        let clear = matches!(text.word(first), "negative") && ends;
        return clear.then_some((Presence::Absent, first, "liver_field"));
    }
    let count = numbers::whole(text, first).filter(|_| text.is_number(first)).map(|it| it.0);
    let told = match text.word(first) {
        "y" | "yes" | "unchanged" | "stable" | "multiple" | "numerous" | "present" | "increased"
        | "decreased" | "smaller" | "larger" | "known" | "bilobar" => Presence::Present,
        "none" | "nil" | "absent" | "negative" => Presence::Absent,
        "not"
            if matches!(
                text.word(first + 1),
                "seen"
                    | "identified"
                    | "present"
                    | "detected"
                    | "demonstrated"
                    | "found"
                    | "evident"
                    | "shown"
            ) =>
        {
            Presence::Absent
        }
        "n" | "no" if unit.tokens.len() == 1 || text.gap(first + 1) >= Gap::Wide => Presence::Absent,
        _ => match count {
            Some(0) => Presence::Absent,
            Some(1..=99) => Presence::Present,
            _ if text.has(first, Class::Segment) => Presence::Present,
            _ => return None,
        },
    };
    (spread || told == Presence::Absent).then_some((told, first, "liver_field"))
}

/// `Distant metastasis: liver`
pub(super) fn distant_site(scene: &Scene<'_>, unit: &Unit) -> Option<Found> {
    let mut all = unit.tokens.clone();
    if unit.field != Some(Field::Distant)
        || unit.mask & Class::Liver.bit() == 0
        || scene.says(all.clone(), &["not", "no", "none", "negative"])
    {
        return None;
    }
    let i = all.find(|i| scene.text.has(*i, Class::Liver)).unwrap_or(unit.tokens.start);
    Some((Presence::Present, i, "distant_site_liver"))
}

/// `M1a (liver)`, `Metastatic ileal NET (liver, nodes)`.
pub(super) fn in_brackets(scene: &Scene<'_>, u: usize, unit: &Unit, i: usize) -> Option<Found> {
    let text = &scene.text;
    if !text.mark(i.wrapping_sub(1), b'(') {
        return None;
    }
    if text.word(i.wrapping_sub(2)).contains("m1") {
        return Some((Presence::Present, i, "m_category_liver"));
    }
    let sites = text.any(i.wrapping_sub(2), Class::Net.bit() | Class::Tumour.bit())
        && scene.says(i.saturating_sub(9).max(unit.tokens.start)..i, &["metastatic"]);
    let state = scene.state_now(u, i..i + 1);
    (sites && !(state.no || state.maybe || state.plan || state.past || state.family)).then_some((
        Presence::Present,
        i,
        "metastatic_sites",
    ))
}
