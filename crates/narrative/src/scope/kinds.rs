//! What kind of tumour is named, and whether all of it is metastasis.

use crate::Kind;
use crate::fields::Field;
use crate::item::Item;
use crate::scene::{Draft, Scene};
use crate::tumours::{Mention, Named};

/// Whether all that a pathologist names is metastatic: a biopsy of the liver, a node alone.
pub(crate) fn holds_only_metastasis(scene: &Scene<'_>, mentions: &[Vec<Mention>]) -> bool {
    if scene.kind != Kind::Pathology {
        return false;
    }
    let mut any = false;
    for (u, unit) in scene.units.iter().enumerate().filter(|it| it.1.section.is_own()) {
        if matches!(unit.field, Some(Field::Size | Field::Extent | Field::T | Field::Focality)) {
            return false;
        }
        for mention in mentions.get(u).map_or(&[][..], Vec::as_slice) {
            let state = mention.state;
            if mention.named != Named::Net || state.no || state.family || state.plan || state.past {
                continue;
            }
            let start = mention.tokens.start;
            // `Patient known with a NET of the ileum`, `known ileal NET`: another specimen's.
            if scene.says(start.saturating_sub(6).max(unit.tokens.start)..start, &["known"]) {
                continue;
            }
            let metastatic = scene.says(
                start.saturating_sub(5)..start,
                &["metastatic", "metastasis", "metastases", "deposit", "deposits", "secondary"],
            ) || unit.field == Some(Field::Liver)
                || scene
                    .says(mention.tokens.end..(mention.tokens.end + 6).min(unit.tokens.end), &["metastatic"]);
            if !metastatic {
                return false;
            }
            any = true;
        }
    }
    any
}

/// Puts down what kind of tumour the report names.
pub(crate) fn histology(scene: &Scene<'_>, mentions: &[Vec<Mention>], drafts: &mut Vec<Draft>) {
    for (u, unit) in scene.units.iter().enumerate() {
        if !unit.section.is_own() {
            continue;
        }
        for mention in mentions.get(u).map_or(&[][..], Vec::as_slice) {
            let state = mention.state;
            if mention.named == Named::Net
                && !(state.no || state.family || state.plan || state.past || state.no_new)
            {
                crate::scene::put(
                    drafts,
                    u,
                    Item::Histology(crate::item::Histology::Net),
                    mention.tokens.clone(),
                    "histology_net",
                    state,
                );
            }
        }
    }
}
