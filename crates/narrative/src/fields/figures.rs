//! Labels of categories, counts and measures: stage, proliferation, invasion, nodes, sizes.

use super::Field;
use super::label::{Label, has};
use crate::words::Class;

pub(super) fn staged(it: &Label<'_, '_>) -> Option<Field> {
    // `pt with …` is a patient.
    if has!(it, "pt", "ypt", "mpt") && !has!(it, "pn", "ptnm", "with", "has", "known")
        || (it.words() <= 3 && it.first() == "t" && !has!(it, "n"))
    {
        return Some(Field::T);
    }
    if has!(it, "pn") && it.is_written("Pn") {
        return Some(Field::Perineural);
    }
    if has!(it, "pn", "ypn") && !has!(it, "pt", "ptnm")
        || (it.words() <= 3 && it.first() == "n" && !has!(it, "t", "m"))
    {
        return Some(Field::N);
    }
    if has!(it, "pm", "ypm", "cm")
        && !has!(it, "pt", "ptnm", "size", "dimension", "diameter")
        && (has!(it, "pm") || it.class(Class::Metastasis))
        || (it.words() <= 3 && it.first() == "m" && has!(it, "category", "stage", "m") && !has!(it, "t", "n"))
    {
        return Some(Field::M);
    }
    let axis = |letter: &str| {
        it.has(&[letter]) && has!(it, "category", "stage", "classification") && it.words() <= 4
    };
    match (axis("t"), axis("n"), axis("m")) {
        (true, false, false) => return Some(Field::T),
        (false, true, false) => return Some(Field::N),
        (false, false, true) => return Some(Field::M),
        _ => {}
    }
    if has!(it, "tnm", "ptnm", "stage", "staging") && !has!(it, "descriptor", "descriptors") {
        return Some(Field::Stage);
    }
    if has!(it, "primary") && it.class(Class::Tumour) && it.words() <= 2 {
        return None;
    }
    None
}

pub(super) fn proliferation(it: &Label<'_, '_>) -> Option<Field> {
    if it.class(Class::Ki) && (has!(it, "ki67", "mib1", "ki", "mib", "index")) {
        return Some(Field::Ki67);
    }
    if has!(it, "specify", "specific", "exact", "actual", "enumerated", "counted", "calculated")
        && has!(it, "percentage", "percent")
    {
        return Some(Field::Ki67);
    }
    if it.class(Class::Mitosis) {
        return Some(Field::Mitoses);
    }
    None
}

pub(super) fn invasion(it: &Label<'_, '_>) -> Option<Field> {
    if has!(it, "perineural", "perineurial", "pni", "neural") {
        return Some(Field::Perineural);
    }
    let vessels = has!(
        it,
        "lymphovascular",
        "vascular",
        "lymphatic",
        "lvi",
        "lvsi",
        "venous",
        "angioinvasion",
        "angiolymphatic",
        "lymphovenous",
        "angio"
    );
    if vessels && !has!(it, "margin", "tie") {
        return Some(Field::Lymphovascular);
    }
    // CAP writes `Lymph-vascular invasion`, which comes apart at the hyphen and is caught above.
    if it.class(Class::Margin)
        && has!(it, "margin", "margins", "edges", "rings", "ring", "resection")
        && !it.class(Class::Node)
    {
        return Some(Field::Margin);
    }
    None
}

pub(super) fn nodes(it: &Label<'_, '_>) -> Option<Field> {
    let count = has!(it, "number", "no", "total", "nr", "count");
    let examined = has!(
        it,
        "examined",
        "retrieved",
        "sampled",
        "found",
        "identified",
        "resected",
        "harvested",
        "submitted",
        "isolated",
        "dissected",
        "assessed",
        "recovered",
        "total",
        "present",
        "yield",
        "harvest"
    );
    let positive = has!(
        it,
        "involved",
        "positive",
        "metastatic",
        "metastasis",
        "metastases",
        "affected",
        "containing",
        "involvement",
        "tumor",
        "tumour"
    );
    let massed = has!(it, "mass", "disease", "conglomerate", "complex");
    let node = it.class(Class::Node) || (has!(it, "nodal") && !massed);
    if !node {
        if it.words() == 1 && matches!(it.first(), "examined" | "retrieved") {
            return Some(Field::NodesExamined);
        }
        // `Positive: CDX2, synaptophysin` lists stains.
        let counted = it.text.is_number(it.range.end + 1) || it.text.is_number(it.range.end);
        if it.words() == 1 && matches!(it.first(), "positive" | "involved") && counted {
            return Some(Field::NodesPositive);
        }
        let counted = count && it.words() <= 4 && !it.class(Class::Mitosis);
        // `Number with tumor: 2` under the heading of the nodes.
        if counted && has!(it, "with") && has!(it, "tumor", "tumour", "metastasis", "metastases") {
            return Some(Field::NodesPositive);
        }
        let found = has!(it, "examined", "found", "retrieved", "sampled", "harvested", "identified");
        return match (counted && found, counted && has!(it, "involved", "positive")) {
            (true, false) => Some(Field::NodesExamined),
            (false, true) => Some(Field::NodesPositive),
            _ => None,
        };
    }
    if has!(
        it,
        "size",
        "diameter",
        "dimension",
        "largest",
        "extranodal",
        "extracapsular",
        "apical",
        "highest",
        "site",
        "location",
        "station",
        "stations",
        "ene"
    ) {
        return Some(Field::Ignored);
    }
    let place = |words: &[&str]| it.range.clone().find(|i| words.contains(&it.text.word(*i)));
    match (
        place(&["examined", "retrieved", "sampled", "found", "identified", "total", "harvested", "resected"]),
        place(&["involved", "positive", "metastatic", "involvement"]),
    ) {
        (Some(a), Some(b))
            if a < b && has!(it, "examined", "retrieved", "sampled", "identified", "harvested") =>
        {
            Some(Field::NodesExaminedPositive)
        }
        (Some(_), Some(_))
            if has!(it, "examined", "retrieved", "sampled", "identified", "harvested", "found") =>
        {
            Some(Field::Nodes)
        }
        _ if positive
            && !examined
            && (count || has!(it, "involved", "positive", "affected", "with", "containing")) =>
        {
            Some(Field::NodesPositive)
        }
        _ if positive && !has!(it, "examined") && count => Some(Field::NodesPositive),
        _ if examined && !positive => Some(Field::NodesExamined),
        _ if count && it.words() <= 5 && !positive => Some(Field::NodesExamined),
        _ => Some(Field::Nodes),
    }
}

pub(super) fn measured(it: &Label<'_, '_>) -> Option<Field> {
    let dimension = has!(
        it,
        "size",
        "sizes",
        "dimension",
        "dimensions",
        "diameter",
        "measurement",
        "measurements",
        "greatest",
        "maximum",
        "max",
        "measuring"
    );
    if has!(it, "distance", "clearance", "length", "thickness") {
        return Some(Field::Ignored);
    }
    if it.words() <= 5 && !has!(it, "depth", "extent", "extension", "size", "deepest") {
        if has!(it, "serosa", "serosal")
            || has!(it, "peritoneal", "peritoneum")
                && has!(
                    it,
                    "involvement",
                    "surface",
                    "breach",
                    "invasion",
                    "penetration",
                    "visceral",
                    "involved",
                    "breached"
                )
        {
            return (!has!(it, "metastasis", "metastases", "deposits", "fluid", "washings", "nodules"))
                .then_some(Field::Serosa);
        }
        if has!(it, "organ", "organs", "structure", "structures")
            && has!(it, "adjacent", "other", "neighbouring", "neighboring", "involvement", "invasion")
        {
            return Some(Field::AdjacentOrgans);
        }
    }
    if has!(it, "depth", "layers", "deepest")
        || (has!(it, "layer") && !it.class(Class::Margin))
        || (has!(it, "wall") && has!(it, "invasion", "infiltration", "penetration", "involvement"))
        || (has!(it, "extent", "extension") && !has!(it, "resection", "extranodal"))
        || (has!(it, "level", "local") && has!(it, "invasion", "infiltration", "spread"))
        || (it.words() <= 2 && has!(it, "invasion", "infiltration"))
        || (has!(it, "front") && it.words() <= 3)
        || (it.class(Class::Tumour) && has!(it, "invasion", "infiltration"))
    {
        return Some(Field::Extent);
    }
    // `Tumour (mm): 24 x 20`
    let in_unit = it.words() == 2 && has!(it, "tumour", "tumor", "lesion") && has!(it, "mm", "cm");
    if dimension || in_unit {
        let other = has!(
            it,
            "specimen",
            "additional",
            "bowel",
            "node",
            "deposit",
            "metastasis",
            "metastatic",
            "liver",
            "other",
            "second",
            "margin",
            "segment",
            "polyp",
            "sample",
            "biopsy"
        );
        return Some(if other { Field::Ignored } else { Field::Size });
    }
    None
}
