//! What the text says of a mention: there, not there, open, or nothing of today.

use lacteal_clinical::finding::Presence;

use super::vocabulary::{BENIGN, DOUBT, VERDICT};
use crate::layout::Unit;
use crate::scene::Scene;
use crate::tokens::{Gap, Shape};
use crate::words::Class;
use crate::{Kind, Section};

/// What a mention says, by the cues around it.
pub(super) fn judge(
    scene: &Scene<'_>,
    u: usize,
    unit: &Unit,
    i: usize,
    metastasis: bool,
) -> Option<Presence> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let state = scene.state_now(u, i..i + 1);
    if metastasis && (denied_by_answer(scene, unit, i) || counted_none(scene, unit, i)) {
        return Some(Presence::Absent);
    }
    // `Suspicious lesion in S4a. Metastasis?`: a question, put to the scan or left by it.
    if text.mark(i + 1, b'?') {
        let shown = matches!(unit.section, Section::Findings | Section::Impression);
        return shown.then_some(Presence::Indeterminate);
    }
    let request = scene.kind == Kind::Pathology && unit.section == Section::History;
    if state.plan && metastasis && !request && asked_of_lesion(scene, unit, i) {
        return Some(Presence::Indeterminate);
    }
    if state.plan || state.purpose || state.family {
        return None;
    }
    if state.past && !current(scene, unit) {
        return None;
    }
    if gone(scene, unit, i) || scene.says(all.clone(), &["future"]) {
        return None;
    }
    let doubt_near = scene.says(i.saturating_sub(8).max(all.start)..(i + 18).min(all.end), &DOUBT);
    // `no suspicious lesion`, `no definite metastasis`: the denial takes the doubt with it.
    if state.no_new {
        return None;
    }
    if state.no && !text.follows(i.saturating_sub(2), &["no", "longer"]) {
        let size_only = scene.says(i + 1..(i + 3).min(all.end), &["size", "growth"]);
        return (!size_only && !changes(scene, unit, i)).then_some(Presence::Absent);
    }
    if state.maybe || (!metastasis && doubt_near) || metastasis && or_benign(scene, unit, i) {
        // `too small to characterise but statistically benign`: a verdict. `probably cysts but MRI is required`: none.
        let verdict = all
            .clone()
            .any(|k| text.word(k) == "benign" && scene.says(k.saturating_sub(3).max(all.start)..k, &VERDICT));
        let open = all.clone().any(|k| {
            matches!(text.word(k), "but" | "however" | "although" | "though")
                && scene.says(
                    k..(k + 9).min(all.end),
                    &[
                        "required",
                        "needed",
                        "recommended",
                        "confirm",
                        "confirmation",
                        "certain",
                        "advised",
                        "indeterminate",
                        "necessary",
                    ],
                )
        });
        if open && !metastasis {
            return Some(Presence::Indeterminate);
        }
        if verdict && !metastasis {
            return None;
        }
        let benign = scene.says(all.clone(), &BENIGN)
            && !scene.says(
                all,
                &[
                    "indeterminate",
                    "suspicious",
                    "characterise",
                    "characterize",
                    "metastasis",
                    "metastases",
                    "deposit",
                    "deposits",
                    "equivocal",
                ],
            );
        return (!benign).then_some(Presence::Indeterminate);
    }
    if metastasis {
        return Some(Presence::Present);
    }
    None
}

/// `Liver mets - no`, `liver mets N`: an answer that ends the phrase.
fn denied_by_answer(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    let at = if text.mark(i + 1, b'-') || text.mark(i + 1, b'=') { i + 2 } else { i + 1 };
    let ends = at + 1 >= unit.tokens.end
        || text.gap(at + 1) >= Gap::Wide
        || text.token(at + 1).is_some_and(|t| t.shape == Shape::Mark);
    at < unit.tokens.end && ends && matches!(text.word(at), "no" | "n" | "nil" | "neg")
}

/// `0 liver mets`
fn counted_none(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    let first = if i > unit.tokens.start && text.has(i - 1, Class::Liver) { i - 1 } else { i };
    first > unit.tokens.start && text.word(first - 1) == "0" && text.gap(first) == Gap::Space
}

/// `9 mm lesion in segment 5, ?metastasis`, `liver lesion, r/o met`: a question about what the scan shows, not one put
/// to it.
fn asked_of_lesion(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    let start = unit.tokens.start;
    let asked = (i.saturating_sub(3).max(start)..i).any(|k| text.mark(k, b'?'));
    let shown = matches!(unit.section, Section::Findings | Section::Impression);
    let of_lesion = (start..i).any(|k| text.has(k, Class::Lesion) && !text.has(k, Class::Metastasis));
    let weighed = (i.saturating_sub(4).max(start)..i).any(|k| text.follows(k, &["r", "/", "o"]));
    asked && (shown || of_lesion) || weighed && shown && of_lesion
}

/// `metastasis versus transient perfusion phenomenon`, `cyst or metastasis`: one or the other.
fn or_benign(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    let either = |k: usize| matches!(text.word(k), "versus" | "vs" | "or");
    let benign = |range: std::ops::Range<usize>| {
        scene.says(range.clone(), &BENIGN)
            || scene.says(range, &["transient", "artefact", "artifact", "benign"])
    };
    let start = unit.tokens.start;
    let stop = if text.mark(i + 2, b'.') { i + 3 } else { i + 2 };
    // `perfusion difference versus small metastasis`: whatever the other is, it is not told which.
    let weighed = (i.saturating_sub(3).max(start)..i)
        .any(|k| matches!(text.word(k), "versus" | "vs") && k > start && !text.has(k - 1, Class::Length));
    weighed
        || either(i + 1) && benign(i + 2..(i + 7).min(unit.tokens.end.max(i + 2)))
        || (i.saturating_sub(3).max(start)..i).any(|k| either(k) && benign(k.saturating_sub(3).max(start)..k))
        || either(stop) && benign(stop + 1..(stop + 4).min(unit.tokens.end.max(stop + 1)))
}

/// Between a denial and its object stands a change: `no progression of the liver metastases`.
pub(super) fn changes(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    const CHANGES: [&str; 12] = [
        "progression",
        "change",
        "increase",
        "growth",
        "enlargement",
        "progressive",
        "enlarging",
        "new",
        "further",
        "additional",
        "other",
        "response",
    ];
    let text = &scene.text;
    // `no new or suspicious lesion`: what is suspicious is denied, new or not.
    let either = |k: usize| text.follows(k, &["new", "or", "suspicious"]);
    (i.saturating_sub(8).max(unit.tokens.start)..i).any(|k| CHANGES.contains(&text.word(k)) && !either(k))
}

/// `previously seen metastases are unchanged`: spoken of as of today.
fn current(scene: &Scene<'_>, unit: &Unit) -> bool {
    scene.says(
        unit.tokens.clone(),
        &[
            "unchanged",
            "stable",
            "increased",
            "decreased",
            "larger",
            "smaller",
            "progressed",
            "enlarged",
            "again",
            "persist",
            "persistent",
            "remain",
            "remains",
            "grown",
            "known",
            "similar",
            "now",
            "re-demonstrated",
            "redemonstrated",
            "progression",
            "increase",
            "reduction",
            "regressed",
            "multiple",
            "new",
            "background",
            "change",
        ],
    )
}

/// Gone, treated away, or taken out.
fn gone(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    let near = i.saturating_sub(8).max(unit.tokens.start)..(i + 12).min(unit.tokens.end);
    // `liver resection for metastases in 2019`
    let operated = near.clone().any(|k| text.has(k, Class::Liver) && text.word(k + 1) == "resection");
    operated && scene.kind != Kind::Pathology
        || scene.says(near.clone(), &["resolved", "resolution", "disappeared", "disappearance"])
        || (scene.says(near.clone(), &["longer"]) && scene.says(near.clone(), &["no"]))
        || scene.says(near, &["resected", "hepatectomy", "metastasectomy", "excision"])
            && scene.kind != Kind::Pathology
}
