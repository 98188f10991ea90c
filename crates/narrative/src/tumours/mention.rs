//! The tumour that a word names.
//!
//! A word alone says little: `neuroendocrine markers` name none, `net weight` neither, and a cancer centre is a house.

use std::ops::Range;

use super::Named;
use crate::layout::Unit;
use crate::liver::is_net_word;
use crate::scene::Scene;
use crate::words::Class;

/// The tumour named at token `i`, and the tokens of its name.
pub(super) fn mention(scene: &Scene<'_>, unit: &Unit, i: usize) -> Option<(Named, Range<usize>)> {
    let floor = unit.tokens.start;
    if scene.text.has(i, Class::Neuroendocrine) {
        neuroendocrine(scene, i, floor)
    } else if scene.text.has(i, Class::Net) {
        net(scene, i, floor)
    } else {
        Some((other(scene, i, floor)?, i..i + 1))
    }
}

/// Whether any of the words stands at most so many tokens before token `i`.
fn before(scene: &Scene<'_>, i: usize, floor: usize, words: &[&str], reach: usize) -> bool {
    scene.says(i.saturating_sub(reach).max(floor)..i, words)
}

/// `neuroendocrine (carcinoid) tumour`, `neuroendocrine carcinoma`, but not `neuroendocrine markers`.
fn neuroendocrine(scene: &Scene<'_>, i: usize, floor: usize) -> Option<(Named, Range<usize>)> {
    let text = &scene.text;
    let noun = (i + 1..i + 6).find(|k| {
        text.has(*k, Class::Tumour)
            && !text.has(*k, Class::Net)
            && !matches!(text.word(*k), "nodule" | "nodules" | "polyp")
            || matches!(
                text.word(*k),
                "carcinoma" | "carcinomas" | "malignancy" | "neoplasm" | "neoplasms" | "cancer"
            )
    })?;
    if (i + 1..noun).any(|k| {
        matches!(
            text.word(k),
            "markers"
                | "marker"
                | "cells"
                | "cell"
                | "differentiation"
                | "service"
                | "clinic"
                | "mdt"
                | "mdm"
                | "morphology"
                | "immunohistochemistry"
                | "features"
                | "nurse"
                | "team"
        )
    }) && text.word(i + 1) != "cell"
    {
        return None;
    }
    if scene.says(
        noun + 1..noun + 2,
        &[
            "mdt", "mdm", "clinic", "service", "board", "team", "unit", "society", "meeting", "nurse",
            "dataset",
        ],
    ) {
        return None;
    }
    let mixed = before(scene, i, floor, &["mixed", "non", "adenoneuroendocrine"], 3)
        || text.word(i + 1) == "non"
        || text.mark(i + 1, b'-') && text.word(i + 2) == "non";
    let poor = before(scene, i, floor, &["poorly", "high-grade"], 4)
        || scene.says(i.saturating_sub(4).max(floor)..i, &["small", "large"])
            && before(scene, i, floor, &["cell"], 3);
    let well = before(scene, i, floor, &["well"], 5);
    let named = if mixed && !well {
        Named::Minen
    } else if !well && (poor || matches!(text.word(noun), "carcinoma" | "carcinomas" | "cancer")) {
        Named::Nec
    } else {
        Named::Net
    };
    Some((named, i..noun + 1))
}

/// `NET`, `carcinoid`, but not a carcinoid syndrome or a NET clinic.
fn net(scene: &Scene<'_>, i: usize, floor: usize) -> Option<(Named, Range<usize>)> {
    let text = &scene.text;
    let organ_before = i > floor
        && (text.any(i - 1, Class::SmallBowel.bit() | Class::Elsewhere.bit())
            || matches!(text.word(i - 1), "bowel" | "intestinal" | "differentiated"));
    if !organ_before
        && !is_net_word(text.written(i))
        && matches!(text.word(i), "net" | "nets" | "nen" | "nens")
        || scene.says(
            i + 1..i + 2,
            &[
                "syndrome", "heart", "crisis", "mdt", "mdm", "clinic", "team", "symptoms", "nurse",
                "service", "valve", "meeting", "patient", "board", "unit",
            ],
        )
        || matches!(text.word(i), "net") && text.mark(i + 1, b'-') && text.is_number(i + 2)
        // `TNM for NET is not applicable`
        || i >= floor + 2
            && text.word(i - 1) == "for"
            && matches!(text.word(i - 2), "tnm" | "protocol" | "dataset" | "criteria" | "classification")
    {
        return None;
    }
    let goblet = before(scene, i, floor, &["goblet"], 3) || scene.says(i..i + 3, &["goblet"]);
    Some((if goblet { Named::Other } else { Named::Net }, i..i + 1))
}

/// `left lower lobe typical carcinoid`: a name of the lung's alone.
pub(super) fn of_lung(scene: &Scene<'_>, i: usize, floor: usize) -> bool {
    const LUNG: [&str; 7] =
        ["lung", "lobe", "pulmonary", "bronchial", "bronchus", "endobronchial", "lobectomy"];
    matches!(scene.text.word(i), "carcinoid" | "carcinoids")
        && before(scene, i, floor, &["typical", "atypical"], 2)
        && scene.says(i.saturating_sub(8).max(floor)..i + 6, &LUNG)
}

/// Tumours that are not neuroendocrine, and the abbreviations of carcinomas that are.
fn other(scene: &Scene<'_>, i: usize, floor: usize) -> Option<Named> {
    let text = &scene.text;
    Some(match text.word(i) {
        "minen" | "manec" => Named::Minen,
        "nec" | "necs" if text.token(i).is_some_and(|t| t.first == b'N') => Named::Nec,
        "nec" | "necs" => return None,
        "carcinoma" | "carcinomas" if before(scene, i, floor, &["neuroendocrine"], 3) => return None,
        // `Ca breast`
        "ca" => {
            let organ = text.has(i + 1, Class::Elsewhere)
                || text.word(i + 1) == "bowel"
                || i > floor && text.has(i - 1, Class::Elsewhere);
            if !organ || text.mark(i + 1, b'.') {
                return None;
            }
            Named::Other
        }
        "cancer" | "cancers" => {
            let organ = i.saturating_sub(4).max(floor)..i;
            let named = scene.with(organ.clone(), Class::Elsewhere.bit()).next().is_some()
                || scene.says(organ, &["bowel", "colorectal", "hepatocellular"]);
            if !named
                || scene.says(
                    i + 1..i + 2,
                    &[
                        "center",
                        "centre",
                        "institute",
                        "clinic",
                        "service",
                        "nurse",
                        "protocol",
                        "checklist",
                        "case",
                        "mdt",
                        "mdm",
                        "screening",
                        "network",
                        "registry",
                    ],
                )
            {
                return None;
            }
            Named::Other
        }
        "carcinoma" if before(scene, i, floor, &["small"], 4) && before(scene, i, floor, &["cell"], 2) => {
            Named::Nec
        }
        "adenoma" | "adenomas" | "leiomyoma" | "schwannoma" | "lipoma" | "hcc" | "desmoid"
        | "fibromatosis" => Named::Benign,
        _ => Named::Other,
    })
}
