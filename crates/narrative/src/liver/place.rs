//! Whether a metastasis or a lesion is one of the liver: the words around it, and what else they name.

use super::specimen::starts_with_liver;
use super::vocabulary::OTHER_ORGANS;
use crate::Kind;
use crate::fields::Field;
use crate::layout::Unit;
use crate::scene::Scene;
use crate::words::Class;

/// Another organ is what the sentence is about: it stands at its front.
pub(super) fn other_subject(scene: &Scene<'_>, unit: &Unit) -> bool {
    let front = unit.tokens.start..unit.tokens.end.min(unit.tokens.start + 6);
    let lung = scene.says(unit.tokens.clone(), &["lobe"])
        && scene.says(unit.tokens.clone(), &["lower", "upper", "middle"]);
    lung || unit.mask & Class::Liver.bit() == 0 && scene.says(front, &OTHER_ORGANS)
        || scene
            .says(unit.tokens.clone(), &["lung", "bone", "nodal", "peritoneal", "adrenal", "node", "nodes"])
}

/// `segment VI`, `segments 5 and 6`, `seg. IVa`, `right lobe`.
pub(crate) fn is_segment(scene: &Scene<'_>, i: usize) -> bool {
    let text = &scene.text;
    if !text.has(i, Class::Segment) {
        return false;
    }
    match text.word(i) {
        "segment" | "segments" | "seg" | "segs" => {
            let at = if text.mark(i + 1, b'.') { i + 2 } else { i + 1 };
            matches!(
                text.word(at),
                "i" | "ii"
                    | "iii"
                    | "iv"
                    | "iva"
                    | "ivb"
                    | "v"
                    | "vi"
                    | "vii"
                    | "viii"
                    | "2"
                    | "3"
                    | "4"
                    | "4a"
                    | "4b"
                    | "5"
                    | "6"
                    | "7"
                    | "8"
                    | "1"
            ) && !scene.says(i.saturating_sub(4)..i, &["small", "bowel", "ileal", "lung"])
        }
        "bilobar" => true,
        _ => false,
    }
}

/// Whether the word names a finding: `lesion`, and in letters `a spot`, but not `hot spot`.
pub(super) fn is_lesion(scene: &Scene<'_>, i: usize) -> bool {
    let text = &scene.text;
    text.has(i, Class::Lesion)
        || matches!(text.word(i), "spot" | "spots" | "shadow")
            && !matches!(text.word(i.wrapping_sub(1)), "hot" | "-")
}

/// `?liver met`, `possible met`, but not `criteria met`.
fn is_met(scene: &Scene<'_>, i: usize) -> bool {
    const ADJECTIVES: [&str; 7] = ["possible", "probable", "suspected", "likely", "solitary", "single", "a"];
    let before = i.wrapping_sub(1);
    scene.text.any(before, Class::Liver.bit() | Class::Length.bit())
        || scene.text.mark(before, b'?')
        || ADJECTIVES.contains(&scene.text.word(before))
        || scene.text.word(before) == "for"
            && (2..=3).any(|back| scene.text.word(i.wrapping_sub(back)).starts_with("susp"))
        || scene.text.follows(i.wrapping_sub(3), &["r", "/", "o"])
}

pub(super) fn is_metastasis(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    text.has(i, Class::Metastasis) && (text.word(i) != "met" || is_met(scene, i))
        || (text.word(i) == "deposits" && unit.tokens.len() > 1)
        || text.word(i) == "deposit"
}

/// Whether a metastasis is one of the liver.
pub(super) fn of_liver(scene: &Scene<'_>, unit: &Unit, i: usize, subject: bool) -> bool {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let before = text.word(i.wrapping_sub(1));
    if i > all.start && OTHER_ORGANS.contains(&before) && !listed(scene, i, all.start) {
        return false;
    }
    let near_before = i.saturating_sub(14).max(all.start)..i;
    let near_after = i + 1..(i + 10).min(all.end);
    let liver = |range: std::ops::Range<usize>| {
        range
            .rev()
            .take_while(|k| !text.mark(*k, b';'))
            .any(|k| text.has(k, Class::Liver) || is_segment(scene, k))
    };
    let after = near_after
        .take_while(|k| {
            !text.mark(*k, b';') && !text.mark(*k, b',') && !matches!(text.word(*k), "and" | "but")
        })
        .any(|k| text.has(k, Class::Liver) || is_segment(scene, k));
    if including_liver(scene, i, all.end) {
        return true;
    }
    if text.word(i) == "metastatic" {
        // `hepatic lesions which are metastatic`
        let predicate = matches!(text.word(i.wrapping_sub(1)), "is" | "are" | "be" | "were" | "was" | "as");
        if predicate && liver(near_before.clone()) {
            return true;
        }
        // `metastatic ileal NET` is no word about the liver, `metastatic disease in the liver` is.
        let mut close = i.saturating_sub(3).max(all.start)..i;
        let disease = matches!(
            text.word(i + 1),
            "disease"
                | "deposits"
                | "lesions"
                | "lesion"
                | "deposit"
                | "involvement"
                | "liver"
                | "hepatic"
                | "spread"
                | "burden"
                | "foci"
        );
        // `a lesion on the surface of segment II was excised; frozen section showed metastatic NET`
        let shown = matches!(
            text.word(i.wrapping_sub(1)),
            "showed" | "shows" | "confirmed" | "confirms" | "revealed" | "a"
        ) && (i.saturating_sub(24).max(all.start)..i).any(|k| is_segment(scene, k))
            && (i.saturating_sub(24).max(all.start)..i).any(|k| text.has(k, Class::Lesion));
        if shown {
            return true;
        }
        let opens = scene.kind == Kind::Pathology && (starts_with_liver(scene, unit) || subject);
        return close.any(|k| text.has(k, Class::Liver))
            || (disease && liver(near_before))
            || after_to_liver(scene, i, all.end)
            || opens
            || (unit.field == Some(Field::Liver));
    }
    let by_label = unit.field == Some(Field::Liver) || (subject && !other_subject(scene, unit));
    liver(near_before) || after || by_label
}

/// `no distant metastases, including the liver`
fn including_liver(scene: &Scene<'_>, i: usize, end: usize) -> bool {
    let text = &scene.text;
    let comma = (i + 1..(i + 5).min(end)).find(|k| text.mark(*k, b','));
    comma.is_some_and(|k| {
        matches!(text.word(k + 1), "including" | "especially" | "particularly" | "specifically" | "notably")
            && (k + 2..(k + 7).min(end)).any(|m| text.has(m, Class::Liver))
    })
}

fn after_to_liver(scene: &Scene<'_>, i: usize, end: usize) -> bool {
    let text = &scene.text;
    (i + 1..(i + 9).min(end)).take_while(|k| !text.mark(*k, b';') && !text.mark(*k, b'.')).any(|k| {
        text.has(k, Class::Liver)
            && scene
                .says(k.saturating_sub(6).max(i)..k, &["to", "in", "within", "involving", "of", "affecting"])
            || text.has(k, Class::Liver)
                && matches!(text.word(k + 1), "disease" | "deposits" | "lesions" | "lesion")
                && k == i + 1
    })
}

/// `lung, liver or bone metastases`: the word before is one of a list.
pub(super) fn listed(scene: &Scene<'_>, i: usize, start: usize) -> bool {
    let text = &scene.text;
    let mut near = i.saturating_sub(10).max(start)..i;
    near.clone().any(|k| text.has(k, Class::Liver))
        && near
            .any(|k| matches!(text.word(k), "or" | "and" | "nor") || text.mark(k, b',') || text.mark(k, b'/'))
}

pub(super) fn lesion_of_liver(scene: &Scene<'_>, unit: &Unit, i: usize, subject: bool) -> bool {
    let text = &scene.text;
    let all = unit.tokens.clone();
    if i > all.start && OTHER_ORGANS.contains(&text.word(i - 1)) && !listed(scene, i, all.start) {
        return false;
    }
    // `no liver scan abnormality has been reported`
    if matches!(
        text.word(i.wrapping_sub(1)),
        "scan" | "imaging" | "mri" | "ct" | "function" | "enzyme" | "test"
    ) {
        return false;
    }
    let near = i.saturating_sub(12).max(all.start)..(i + 14).min(all.end);
    let clause_from = near
        .clone()
        .take_while(|k| *k < i)
        .filter(|k| text.mark(*k, b';') || matches!(text.word(*k), "but" | "however"))
        .last()
        .map_or(near.start, |k| k + 1);
    let liver = (clause_from..near.end)
        .take_while(|k| *k < i || !text.mark(*k, b';'))
        .any(|k| text.has(k, Class::Liver) || is_segment(scene, k));
    let other_between = |k: usize| OTHER_ORGANS.contains(&text.word(k));
    let competing = (i + 1..(i + 6).min(all.end)).any(|k| {
        matches!(text.word(k), "in" | "of" | "within")
            && (k + 1..(k + 4).min(all.end)).any(other_between)
            && !(k + 1..(k + 6).min(all.end)).any(|m| text.has(m, Class::Liver))
    });
    (liver || unit.field == Some(Field::Liver) || (subject && !other_subject(scene, unit))) && !competing
}
