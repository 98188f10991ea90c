//! A liver that is told to be normal: the whole of it, and not only its size or its vessels.

use std::ops::Range;

use super::place::{is_lesion, lesion_of_liver};
use super::vocabulary::BENIGN;
use crate::fields::Field;
use crate::layout::Unit;
use crate::scene::Scene;
use crate::words::Class;

/// `liver: normal`, `liver and spleen are unremarkable`, but not `normal in size`.
pub(super) fn normal(scene: &Scene<'_>, u: usize, unit: &Unit) -> Option<usize> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let field = unit.field == Some(Field::Liver);
    let limits = text.word(all.start) == "within" && text.word(all.start + 1) == "normal";
    if scene.says(all.clone(), &["function", "tests", "enzymes", "biochemistry", "bloods"]) {
        return None;
    }
    let but_benign = otherwise_benign(scene, u, unit);
    all.clone().filter(|i| is_normal(scene, &all, *i, but_benign)).find(|i| {
        field && (*i <= all.start + 3 || limits || text.word(i.wrapping_sub(1)) == "otherwise")
            || liver_before(scene, &all, *i)
            || liver_behind(scene, &all, *i)
    })
}

/// How far back a condition is looked for: `surgery if the liver is clear`.
const CONDITION_TOKENS: usize = 6;

/// Whether the word calls something normal, as a whole and not the rest of it.
fn is_normal(scene: &Scene<'_>, all: &Range<usize>, i: usize, but_benign: bool) -> bool {
    let text = &scene.text;
    // `normal in size and appearance`
    let looks = || {
        text.word(i + 1) == "in" && scene.says(i + 2..(i + 7).min(all.end), &["appearance", "appearances"])
    };
    let near = i.saturating_sub(2).max(all.start)..i;
    // `the remainder of the liver is normal`
    let otherwise = scene.says(all.start..i, &["otherwise", "remainder", "remaining", "rest"]);
    // `liver size normal`
    let of_quality = matches!(
        text.word(i.wrapping_sub(1)),
        "size" | "span" | "contour" | "outline" | "volume" | "function" | "dimensions" | "edge" | "margins"
    ) && i > all.start;
    if otherwise && !but_benign || of_quality {
        return false;
    }
    let physiological = matches!(text.word(i), "physiological" | "physiologic")
        && scene.says(i + 1..(i + 5).min(all.end), &["only"]);
    (physiological
        || matches!(
            text.word(i),
            "normal" | "unremarkable" | "clear" | "clean" | "regular" | "inconspicuous" | "nad"
        ))
        && (!is_quality(text.word(i + 1)) || looks())
        && !scene.says(
            i.saturating_sub(CONDITION_TOKENS).max(all.start)..i,
            &["if", "whether", "unless", "provided"],
        )
        && !scene.says(near, &["not", "no", "abnormal", "function", "tests"])
        && !scene.says(all.start..i, &["background", "function", "lfts", "remnant"])
        && !(all.start..i).any(|k| is_liver_resection(scene, all, k))
}

/// `liver resection`, `resection of the liver`, but not `resection of the ileum`.
fn is_liver_resection(scene: &Scene<'_>, all: &Range<usize>, k: usize) -> bool {
    let text = &scene.text;
    let near = k.saturating_sub(2).max(all.start)..(k + 5).min(all.end);
    text.word(k) == "resection"
        && near.take_while(|i| !text.mark(*i, b',')).any(|i| text.has(i, Class::Liver))
}

/// `a few cysts, otherwise normal`: what is left aside is benign, here or in the sentence before.
fn otherwise_benign(scene: &Scene<'_>, u: usize, unit: &Unit) -> bool {
    let benign = |it: &Unit| scene.says(it.tokens.clone(), &BENIGN) && it.mask & Class::Metastasis.bit() == 0;
    let above = u.checked_sub(1).and_then(|u| scene.units.get(u)).filter(|_| !unit.opens);
    let left_open = || {
        (u.saturating_sub(ABOVE_UNITS)..u).any(|k| {
            scene.units.get(k).is_some_and(|it| {
                it.section == unit.section
                    && !benign(it)
                    && it.tokens.clone().any(|i| {
                        is_lesion(scene, i)
                            && lesion_of_liver(scene, it, i, false)
                            && !scene.state_now(k, i..i + 1).no
                    })
            })
        })
    };
    (benign(unit) || above.is_some_and(benign)) && !left_open()
}

/// How many sentences back a lesion of the liver that is called nothing is looked for.
const ABOVE_UNITS: usize = 4;

/// What alone may be normal in a liver that is not.
fn is_quality(word: &str) -> bool {
    matches!(
        word,
        "in" | "size"
            | "sized"
            | "echotexture"
            | "echogenicity"
            | "attenuation"
            | "signal"
            | "contour"
            | "calibre"
            | "caliber"
            | "morphology"
            | "parenchymal"
            | "background"
            | "enhancement"
            | "uptake"
            | "parenchyma"
            | "function"
            | "variant"
            | "margin"
            | "margins"
            | "surface"
            | "shape"
            | "follow"
            | "surveillance"
            | "intervals"
            | "physiological"
            | "portal"
            | "blood"
            | "lfts"
            | "tests"
            | "enzymes"
            | "biochemistry"
            | "resection"
            | "edge"
            | "span"
            | "outline"
            | "volume"
            | "dimensions"
    )
}

/// `liver and spleen are unremarkable`, with no other subject between: `liver lesion is stable, spleen is normal`.
fn liver_before(scene: &Scene<'_>, all: &Range<usize>, i: usize) -> bool {
    let text = &scene.text;
    let liver = (i.saturating_sub(22).max(all.start)..i)
        .rev()
        .take_while(|k| !text.mark(*k, b';') && !matches!(text.word(*k), "but" | "with" | "which"))
        .find(|k| text.has(*k, Class::Liver));
    let Some(liver) = liver else { return false };
    if !scene.says(
        liver..i,
        &[
            "lesion",
            "lesions",
            "metastases",
            "metastasis",
            "cyst",
            "cysts",
            "is",
            "are",
            "has",
            "shows",
            "contains",
            "demonstrates",
            "vein",
            "veins",
            "appears",
            "appear",
            "artery",
            "flexure",
        ],
    ) {
        return true;
    }
    let told = scene
        .says(i.saturating_sub(3)..i, &["is", "are", "appears", "appear", "looks", "look", "all"])
        || matches!(text.word(i + 1), "appearance" | "appearances")
            && matches!(text.word(i.wrapping_sub(1)), "a" | "has" | "of");
    told && !scene.says(
        liver + 1..i.saturating_sub(3).max(liver + 1),
        &[
            "is",
            "are",
            "has",
            "shows",
            "lesion",
            "lesions",
            "vein",
            "veins",
            "metastases",
            "cyst",
            "cysts",
            "flexure",
            "artery",
        ],
    )
}

/// `normal liver, spleen and kidneys`, `unremarkable appearance of the liver`.
fn liver_behind(scene: &Scene<'_>, all: &Range<usize>, i: usize) -> bool {
    let text = &scene.text;
    (i + 1..(i + 6).min(all.end))
        .take_while(|k| !text.mark(*k, b';') && !matches!(text.word(*k), "in" | "and"))
        .any(|k| {
            text.has(k, Class::Liver)
                && !matches!(
                    text.word(k + 1),
                    "function"
                        | "parenchyma"
                        | "enzymes"
                        | "tests"
                        | "vein"
                        | "veins"
                        | "echotexture"
                        | "biochemistry"
                        | "contour"
                )
        })
}
