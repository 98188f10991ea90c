//! What a noun that may be measured stands for, with the words around it.

use std::ops::Range;

use super::owner::Owner;
use crate::Kind;
use crate::scene::Scene;
use crate::words::Class;

/// The class of a noun, with the words around it.
pub(super) fn noun(scene: &Scene<'_>, i: usize, around: Range<usize>) -> Option<Owner> {
    let text = &scene.text;
    if !text.has(i, Class::Measured) {
        return None;
    }
    let word = text.word(i);
    // `margins tumour free, nearest 2 mm`
    let free = if text.mark(i + 1, b'-') { i + 2 } else { i + 1 };
    if matches!(text.word(free), "free" | "negative") && matches!(word, "tumour" | "tumor") {
        return None;
    }
    let near = |class: Class| {
        let from = i.saturating_sub(5).max(around.start);
        (from..i).any(|k| text.has(k, class))
    };
    if text.has(i, Class::Node) || matches!(word, "lymphadenopathy" | "adenopathy") {
        let massed = matches!(text.word(i + 1), "mass" | "conglomerate")
            || scene.says(
                i.saturating_sub(4).max(around.start)..i,
                &["matted", "conglomerate", "conglomeration"],
            )
            || near(Class::Mesentery) && matches!(text.word(i + 1), "mass" | "complex");
        return Some(if massed { Owner::Mesentery } else { Owner::Node });
    }
    if word == "remnant" {
        let mesenteric = i > around.start && text.has(i - 1, Class::Mesentery);
        return Some(if mesenteric { Owner::Mesentery } else { Owner::Other });
    }
    if is_growth(word) {
        return Some(if of_liver(scene, i, &around) { Owner::Liver } else { growth(scene, i, &around) });
    }
    let soft =
        word == "tissue" && scene.kind != Kind::Pathology && soft_tissue_of_mesentery(scene, i, &around);
    is_other(word).then_some(if soft { Owner::Mesentery } else { Owner::Other })
}

/// `spiculated mesenteric soft tissue, 38 x 27 mm`, `soft tissue at the mesenteric root measures 38 mm`.
fn soft_tissue_of_mesentery(scene: &Scene<'_>, i: usize, around: &Range<usize>) -> bool {
    let text = &scene.text;
    let place = |k: usize| matches!(text.word(k), "at" | "in" | "within" | "along" | "of");
    i > around.start
        && text.word(i - 1) == "soft"
        && (text.has(i.wrapping_sub(2), Class::Mesentery)
            || place(i + 1) && (i + 2..(i + 7).min(around.end)).any(|k| text.has(k, Class::Mesentery)))
}

/// Whether a growth lies in the liver.
fn of_liver(scene: &Scene<'_>, i: usize, around: &Range<usize>) -> bool {
    let text = &scene.text;
    // `liver metastases, mesenteric mass 38 mm`
    let mesenteric = i > around.start && text.has(i - 1, Class::Mesentery);
    if i > around.start
        && !mesenteric
        && scene.says(i.saturating_sub(4).max(around.start)..i, &["liver", "hepatic", "segment", "lobe"])
    {
        return true;
    }
    let in_liver = (i.saturating_sub(9).max(around.start)..i)
        .any(|k| text.has(k, Class::Liver) || crate::liver::is_segment(scene, k))
        // `Liver wedge 3 x 2 x 1.5 cm, white nodule 1.1 cm`
        || scene.kind == Kind::Pathology && text.has(around.start, Class::Liver)
        || text.word(i) != "primary"
            && (i + 1..(i + 6).min(around.end))
            .any(|k| text.has(k, Class::Liver) || matches!(text.word(k), "segment" | "segments" | "seg"));
    in_liver
        && !(i.saturating_sub(4).max(around.start)..i).any(|k| {
            text.has(k, Class::SmallBowel)
                || text.has(k, Class::Mesentery)
                || text.has(k, Class::Neuroendocrine)
        })
}

/// What a growth outside the liver is: the tumour, a mass of the mesentery, nodes, or something else.
fn growth(scene: &Scene<'_>, i: usize, around: &Range<usize>) -> Owner {
    let text = &scene.text;
    let word = text.word(i);
    // `the treated metastases are stable, index lesion 37 mm`
    if matches!(word, "lesion" | "lesions")
        && scene.kind != Kind::Pathology
        && i > around.start
        && matches!(text.word(i - 1), "index" | "target" | "reference")
        && !(around.start..i).any(|k| text.has(k, Class::SmallBowel) || text.word(k) == "primary")
    {
        return Owner::Other;
    }
    if matches!(word, "deposit" | "deposits")
        && scene.says(i.saturating_sub(1).max(around.start)..i, &["tumour", "tumor", "mesenteric"])
    {
        return Owner::Mesentery;
    }
    let of_mesentery = matches!(
        word,
        "mass"
            | "masses"
            | "conglomerate"
            | "nodule"
            | "nodulation"
            | "deposit"
            | "deposits"
            | "lesion"
            | "thickening"
            | "nodules"
            | "tumour"
            | "tumor"
            | "metastasis"
            | "implant"
            | "disease"
            | "process"
            | "lump"
    ) && (mesenteric_near(scene, i, around) || mesentery_holds(scene, i, around));
    if of_mesentery {
        return Owner::Mesentery;
    }
    if matches!(word, "disease" | "process") {
        return Owner::Other;
    }
    // `metastatic tumour is present in four, the largest 14 mm`
    let spread = i > around.start && matches!(text.word(i - 1), "metastatic" | "secondary");
    if spread && matches!(word, "tumour" | "tumor" | "carcinoid" | "net" | "neoplasm") {
        return Owner::Other;
    }
    let nodal = scene.says(i.saturating_sub(2).max(around.start)..i, &["nodal", "node", "lymph", "matted"]);
    if nodal {
        return if matches!(word, "mass" | "masses" | "conglomerate") {
            Owner::Mesentery
        } else {
            Owner::Node
        };
    }
    if word == "thickening" && scene.kind == Kind::Radiology && is_primary(scene, i, around) {
        return Owner::Tumour;
    }
    if matches!(
        word,
        "metastasis" | "metastases" | "deposit" | "deposits" | "thickening" | "implant" | "stricture"
    ) {
        return if scene.says(around.clone(), &["liver", "hepatic"]) { Owner::Liver } else { Owner::Other };
    }
    let foreign = (i.saturating_sub(3).max(around.start)..i).any(|k| {
        text.has(k, Class::Elsewhere)
            || matches!(
                text.word(k),
                "lung"
                    | "rul"
                    | "rml"
                    | "rll"
                    | "lul"
                    | "lll"
                    | "subpleural"
                    | "thyroid"
                    | "cystic"
                    | "fatty"
                    | "peritoneal"
                    | "subcutaneous"
            )
    });
    if foreign || of_elsewhere(scene, i, around) { Owner::Other } else { Owner::Tumour }
}

/// `carcinoid of the tip of the appendix`: the words behind the growth name another organ, and not the small bowel first.
fn of_elsewhere(scene: &Scene<'_>, i: usize, around: &Range<usize>) -> bool {
    let text = &scene.text;
    let organ = Class::Elsewhere.bit() | Class::SmallBowel.bit();
    matches!(text.word(i + 1), "of" | "in")
        && (i + 2..(i + 8).min(around.end))
            .take_while(|k| text.is_word(*k) && !matches!(text.word(*k), "with" | "and" | "to" | "from"))
            .find(|k| text.any(*k, organ))
            .is_some_and(|k| !text.has(k, Class::SmallBowel))
}

/// On a scan the primary may be no more than a thickening that takes up contrast or tracer: `a focus with high uptake,
/// which on CT is a wall thickening of 12 mm`, `the larger corresponds to 16 mm of mural thickening`.
fn is_primary(scene: &Scene<'_>, i: usize, around: &Range<usize>) -> bool {
    const ENHANCING: [&str; 5] = ["hyperenhancing", "enhancing", "hypervascular", "nodular", "avid"];
    const UPTAKE: [&str; 6] = ["uptake", "avid", "focus", "accumulation", "corresponds", "corresponding"];
    scene.says(i.saturating_sub(4).max(around.start)..i, &ENHANCING)
        || scene.says(i.saturating_sub(20).max(around.start)..i, &UPTAKE)
            && !scene.says(i.saturating_sub(20).max(around.start)..i, &["no", "without"])
}

/// Nouns of growths.
fn is_growth(word: &str) -> bool {
    matches!(
        word,
        "mass"
            | "masses"
            | "conglomerate"
            | "deposit"
            | "deposits"
            | "nodule"
            | "nodules"
            | "nodulation"
            | "lesion"
            | "lesions"
            | "tumour"
            | "tumor"
            | "tumours"
            | "tumors"
            | "focus"
            | "foci"
            | "thickening"
            | "implant"
            | "neoplasm"
            | "neoplasms"
            | "carcinoid"
            | "carcinoids"
            | "net"
            | "nets"
            | "wdnet"
            | "wdnets"
            | "sinet"
            | "sbnet"
            | "primary"
            | "primaries"
            | "growth"
            | "disease"
            | "process"
            | "plaque"
            | "swelling"
            | "swellings"
            | "lump"
            | "lumps"
            | "bulge"
            | "tumor(s"
            | "stricture"
            | "metastasis"
            | "metastases"
    )
}

/// Nouns of all else that has a length.
fn is_other(word: &str) -> bool {
    matches!(
        word,
        "segment"
            | "specimen"
            | "bowel"
            | "ileum"
            | "jejunum"
            | "intestine"
            | "length"
            | "colon"
            | "caecum"
            | "cecum"
            | "coecum"
            | "appendix"
            | "mesentery"
            | "margin"
            | "margins"
            | "polyp"
            | "polyps"
            | "perforation"
            | "cyst"
            | "cysts"
            | "adenoma"
            | "omentum"
            | "fat"
            | "wall"
            | "stoma"
            | "core"
            | "cores"
            | "biopsy"
            | "biopsies"
            | "fragment"
            | "fragments"
            | "wedge"
            | "slice"
            | "duct"
            | "spleen"
            | "kidney"
            | "calculus"
            | "haemangioma"
            | "hemangioma"
            | "aneurysm"
            | "hernia"
            | "ulcer"
            | "gallbladder"
            | "loop"
            | "tissue"
            | "diverticulum"
            | "ring"
            | "rings"
            | "mucosa"
            | "serosa"
            | "lumen"
            | "strip"
            | "aorta"
            | "piece"
            | "pieces"
            | "cuff"
            | "lipoma"
            | "slices"
            | "intervals"
            | "resection"
            | "collection"
            | "vein"
            | "adenocarcinoma"
            | "carcinoma"
            | "hemicolectomy"
            | "effusion"
            | "lymphoma"
            | "gist"
    )
}

/// `Attached mesentery measures 90 x 60 mm and contains a 38 mm tumour mass`: the mesentery is what the sentence is about.
fn mesentery_holds(scene: &Scene<'_>, i: usize, around: &Range<usize>) -> bool {
    let text = &scene.text;
    let first = around.start..(around.start + 3).min(i);
    let subject = |k: usize| {
        text.word(k) == "mesentery" || text.has(k, Class::Mesentery) && text.word(k + 1) == "disease"
    };
    let Some(at) = first.into_iter().find(|k| subject(*k)) else { return false };
    let holds = (at + 1..i).find(|k| {
        matches!(
            text.word(*k),
            "contains" | "containing" | "contained" | "shows" | "holds" | "bears" | "with"
        )
    });
    holds.is_some_and(|k| i - k < 14 && !(k..i).any(|k| text.has(k, Class::SmallBowel)))
}

/// `mesenteric mass`, `mass in the mesentery`, `nodule at the root of the mesentery`.
fn mesenteric_near(scene: &Scene<'_>, i: usize, around: &Range<usize>) -> bool {
    let text = &scene.text;
    // `mesenteric tumour mass`
    let i = if i > around.start && matches!(text.word(i - 1), "tumour" | "tumor") { i - 1 } else { i };
    // `1 of 15 mesenteric lymph nodes (size of metastasis 16 mm)`
    let in_node = matches!(text.word(i), "metastasis" | "metastases" | "deposit" | "deposits");
    let of_nodes = |k: usize| (k + 1..k + 3).any(|n| text.has(n, Class::Node));
    let before = (i.saturating_sub(16).max(around.start)..i)
        .rev()
        .take_while(|k| {
            let stop = text.mark(*k, b'.') && text.token(*k).is_some_and(|t| t.end - t.start == 1);
            !stop
                && !text.mark(*k, b';')
                && !matches!(text.word(*k), "margin" | "with" | "tumour" | "tumor" | "and")
        })
        .any(|k| text.has(k, Class::Mesentery) && !(in_node && of_nodes(k)));
    let after = (i + 1..(i + 9).min(around.end))
        .take_while(|k| text.is_word(*k))
        .any(|k| text.has(k, Class::Mesentery));
    let desmoplastic = scene.says(i.saturating_sub(5).max(around.start)..i, &["stellate", "desmoplastic"]);
    before || after || desmoplastic
}
