//! The noun that a count belongs to: tumours of the bowel, and not deposits, nodes or lesions of the liver.

use super::ELSEWHERE;
use crate::scene::Scene;
use crate::words::Class;

/// The noun `tumours` after adjectives.
pub(super) fn noun(scene: &Scene<'_>, from: usize, limit: usize, count: Option<u16>) -> Option<usize> {
    let text = &scene.text;
    let plural = count != Some(1);
    for i in from..limit.min(from + 9) {
        let word = text.word(i);
        let noun = if plural {
            matches!(word, "tumours" | "tumors" | "nets" | "carcinoids" | "neoplasms" | "primaries")
                || (matches!(word, "lesions" | "nodules" | "foci" | "masses")
                    && context(scene, from, i, limit, CONTEXT_TOKENS))
        } else {
            matches!(word, "tumour" | "tumor" | "net" | "carcinoid" | "neoplasm" | "primary")
                || (matches!(word, "lesion" | "nodule" | "mass" | "focus")
                    && context(scene, from, i, limit, CONTEXT_OF_ONE_TOKENS))
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
            // `a solitary tumour deposit`
            if matches!(text.word(i + 1), "deposit" | "deposits" | "embolus" | "emboli") {
                return None;
            }
            let foreign = (from..i).any(|k| {
                text.any(k, ELSEWHERE | Class::Elsewhere.bit())
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

/// How far back the bowel or the tumour may be named.
const CONTEXT_TOKENS: usize = 14;
/// The same for a single one: a list stands under its diagnosis.
const CONTEXT_OF_ONE_TOKENS: usize = 24;

/// `three nodules` are tumours only where the sentence is about the bowel wall or the tumour.
fn context(scene: &Scene<'_>, from: usize, i: usize, limit: usize, back: usize) -> bool {
    let text = &scene.text;
    let bowel = |k: usize| {
        (text.has(k, Class::SmallBowel) && text.word(k) != "ti")
            || text.has(k, Class::Neuroendocrine)
            || matches!(
                text.word(k),
                "bowel" | "submucosal" | "mucosa" | "mural" | "tumour" | "tumor" | "mucosal" | "intramural"
            )
    };
    (from.saturating_sub(back)..(i + 12).min(limit)).any(bowel)
        && !(from.saturating_sub(14)..(i + 12).min(limit)).any(|k| {
            text.any(k, ELSEWHERE)
                || matches!(
                    text.word(k),
                    "mesenterium" | "peritoneal" | "polyps" | "polypoid" | "lung" | "nodal"
                )
        })
}
