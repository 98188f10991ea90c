//! A scan that tells what it sees of the liver, calls none of it a metastasis, and then denies any metastasis.

use lacteal_clinical::finding::Presence;

use super::verdict::changes;
use super::vocabulary::OTHER_ORGANS;
use crate::Kind;
use crate::cues::State;
use crate::item::Item;
use crate::layout::Unit;
use crate::scene::{Draft, Scene, put};
use crate::words::Class;

/// Words after which a denial is not of the whole.
const PARTS: [&str; 14] = [
    "other",
    "elsewhere",
    "outside",
    "extrahepatic",
    "further",
    "additional",
    "beyond",
    "new",
    "distant",
    "in",
    "within",
    "progressive",
    "recurrent",
    "residual",
];

/// Words of a liver that was not seen as a whole.
const PARTLY_SEEN: [&str; 8] =
    ["partially", "partly", "incompletely", "incomplete", "limited", "included", "covered", "obscured"];

/// `Benign haemangioma. No evidence of metastatic disease.`: where the liver was looked at and no word was said of a
/// metastasis in it, the denial is of the liver, too.
pub(crate) fn no_metastasis_anywhere(scene: &Scene<'_>, drafts: &mut Vec<Draft>) {
    let told = |it: &Draft| matches!(it.item, Item::LiverMetastasis(_));
    let of_liver = |unit: &Unit| unit.mask & Class::Liver.bit() != 0;
    if scene.kind != Kind::Radiology
        || drafts.iter().any(told)
        || !scene.units.iter().any(|it| it.section.is_own() && of_liver(it))
        || scene.units.iter().any(|it| of_liver(it) && it.mask & Class::Metastasis.bit() != 0)
        || scene.units.iter().any(|it| of_liver(it) && scene.says(it.tokens.clone(), &PARTLY_SEEN))
    {
        return;
    }
    let denied = scene.units.iter().enumerate().find_map(|(u, unit)| Some((u, denial(scene, u, unit)?)));
    if let Some((u, i)) = denied {
        put(
            drafts,
            u,
            Item::LiverMetastasis(Presence::Absent),
            i..i + 1,
            "no_metastasis_anywhere",
            State::default(),
        );
    }
}

/// The token of a metastasis that is denied of no organ by name.
fn denial(scene: &Scene<'_>, u: usize, unit: &Unit) -> Option<usize> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    if !unit.section.is_own() || scene.says(all.clone(), &OTHER_ORGANS) || scene.says(all.clone(), &PARTS) {
        return None;
    }
    let i = scene.with(all, Class::Metastasis.bit()).next()?;
    let whole = match text.word(i) {
        "metastasis" | "metastases" | "mets" => true,
        "metastatic" => matches!(text.word(i + 1), "disease" | "spread"),
        _ => false,
    };
    let state = scene.state_now(u, i..i + 1);
    let plain = state.no && !(state.no_new || state.plan || state.purpose || state.past || state.family);
    (whole && plain && !changes(scene, unit, i)).then_some(i)
}
