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
    let mut label = unit.label.clone();
    let spread = label.clone().any(|i| text.has(i, Class::Metastasis))
        || scene.says(label.clone(), &["involvement", "disease", "spread", "deposits"]);
    let asked = spread || label.any(|i| text.has(i, Class::Lesion));
    if unit.field != Some(Field::Liver) {
        return None;
    }
    let ends = unit.tokens.len() == 1 || text.mark(first + 1, b'.') || text.gap(first + 1) >= Gap::Wide;
    if !asked {
        let clear = matches!(text.word(first), "negative" | "none" | "nil" | "no" | "neg") && ends;
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
    let category =
        unit.field == Some(Field::M) && unit.label.clone().any(|i| scene.text.word(i).contains("m1"));
    if unit.field != Some(Field::Distant) && !category
        || unit.mask & Class::Liver.bit() == 0
        || scene.says(all.clone(), &["not", "no", "none", "negative"])
    {
        return None;
    }
    let i = all.find(|i| scene.text.has(*i, Class::Liver)).unwrap_or(unit.tokens.start);
    Some((Presence::Present, i, "distant_site_liver"))
}

/// `M1a (liver)`, `M1 (HEP)`, `stage IV (liver)`, `Metastatic ileal NET (liver, nodes)`, `metastatic NET - liver, nodes`.
pub(super) fn in_brackets(scene: &Scene<'_>, u: usize, unit: &Unit, i: usize) -> Option<Found> {
    let text = &scene.text;
    let dash = text.mark(i.wrapping_sub(1), b'-') && text.gap(i) >= Gap::Space;
    if !(text.mark(i.wrapping_sub(1), b'(') || dash) {
        return None;
    }
    let category = text.word(i.wrapping_sub(2));
    let stage = matches!(category, "iv" | "4") && text.word(i.wrapping_sub(3)) == "stage";
    if category.contains("m1") || stage {
        return Some((Presence::Present, i, "m_category_liver"));
    }
    // `Metastatic (liver, nodes) ileal NET`
    let ahead = category == "metastatic"
        && scene
            .with(i..(i + 12).min(unit.tokens.end), Class::Net.bit() | Class::Neuroendocrine.bit())
            .next()
            .is_some();
    let sites = ahead
        || text.any(i.wrapping_sub(2), Class::Net.bit() | Class::Tumour.bit())
            && scene.says(i.saturating_sub(9).max(unit.tokens.start)..i, &["metastatic"]);
    let state = scene.state_now(u, i..i + 1);
    (sites && !(state.no || state.maybe || state.plan || state.past || state.family)).then_some((
        Presence::Present,
        i,
        "metastatic_sites",
    ))
}
