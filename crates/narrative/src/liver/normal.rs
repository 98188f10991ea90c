//! A liver that is told to be normal.

use crate::fields::Field;
use crate::layout::Unit;
use crate::scene::Scene;
use crate::words::Class;

/// `liver: normal`, `liver and spleen are unremarkable`, but not `normal in size`.
pub(super) fn normal(scene: &Scene<'_>, unit: &Unit) -> Option<usize> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let field = unit.field == Some(Field::Liver);
    let partial = |i: usize| {
        let next = text.word(i + 1);
        matches!(
            next,
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
    };
    let limits = text.word(all.start) == "within" && text.word(all.start + 1) == "normal";
    for i in all.clone() {
        let word = text.word(i);
        let good = matches!(word, "normal" | "unremarkable" | "clear" | "inconspicuous") || word == "nad";
        // `normal in size and appearance`
        let looks = text.word(i + 1) == "in"
            && scene.says(i + 2..(i + 7).min(all.end), &["appearance", "appearances"]);
        if !good
            || partial(i) && !looks
            || scene.says(
                i.saturating_sub(2).max(all.start)..i,
                &["otherwise", "not", "no", "remaining", "remainder", "abnormal", "function", "tests"],
            )
        {
            continue;
        }
        if scene.says(
            all.start..i,
            &[
                "remainder",
                "remaining",
                "rest",
                "background",
                "otherwise",
                "function",
                "lfts",
                "resection",
                "remnant",
            ],
        ) || scene.says(all.clone(), &["function", "tests", "enzymes", "biochemistry", "bloods"])
        {
            continue;
        }
        if field && (i <= all.start + 3 || limits) {
            return Some(i);
        }
        let before = i.saturating_sub(22).max(all.start)..i;
        let liver = before
            .clone()
            .rev()
            .take_while(|k| !text.mark(*k, b';') && !matches!(text.word(*k), "but" | "with" | "which"))
            .find(|k| text.has(*k, Class::Liver));
        // Another subject between: `liver lesion is stable, spleen is normal`.
        if let Some(k) = liver
            && !scene.says(
                k..i,
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
            )
        {
            return Some(i);
        }
        if let Some(k) = liver
            && (scene
                .says(i.saturating_sub(3)..i, &["is", "are", "appears", "appear", "looks", "look", "all"])
                || matches!(text.word(i + 1), "appearance" | "appearances")
                    && matches!(text.word(i.wrapping_sub(1)), "a" | "has" | "of"))
            && !scene.says(
                k + 1..i.saturating_sub(3).max(k + 1),
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
        {
            return Some(i);
        }
        // `normal liver, spleen and kidneys`, `unremarkable appearance of the liver`
        let after = (i + 1..(i + 6).min(all.end))
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
            });
        if after {
            return Some(i);
        }
    }
    None
}
