//! What the label of a synoptic line asks for.
//!
//! A label is read by the classes of its words, not by its exact spelling: CAP, RCPath and local forms name the same
//! field in dozens of ways. The value is read elsewhere.

use std::ops::Range;

use crate::tokens::{Shape, Text};
use crate::words::{Class, Mask};

/// A field of a synoptic report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Site,
    Size,
    Focality,
    Histology,
    Grade,
    Ki67,
    Mitoses,
    Extent,
    Margin,
    Lymphovascular,
    Perineural,
    NodesExamined,
    NodesPositive,
    /// Examined first, then positive.
    NodesExaminedPositive,
    /// Positive first, then examined, or free wording.
    Nodes,
    T,
    N,
    M,
    Stage,
    MesentericMass,
    MesentericDeposits,
    Distant,
    Specimen,
    /// The organ label of a radiology report.
    Liver,
    /// Another organ label of a radiology report.
    Organ,
    /// A known field of no use here that must not be mistaken for another (size of a node, distance to a margin).
    Ignored,
}

/// Most words that a label has.
pub(crate) const LABEL_WORDS_MAX: usize = 14;

/// Tokens of a label that are looked at.
const TOKENS_MAX: usize = 32;

struct Label<'a, 'b> {
    text: &'a Text<'b>,
    range: Range<usize>,
    words: [&'a str; TOKENS_MAX],
    /// Classes of all its tokens together.
    mask: Mask,
}

impl Label<'_, '_> {
    fn has(&self, words: &[&str]) -> bool {
        let own = self.words.get(..self.range.len()).unwrap_or(&[]);
        own.iter().any(|w| {
            words
                .iter()
                .any(|it| it.len() == w.len() && it.as_bytes().first() == w.as_bytes().first() && it == w)
        })
    }

    fn class(&self, class: Class) -> bool {
        self.mask & class.bit() != 0
    }

    fn first(&self) -> &str {
        self.text.word(self.range.start)
    }

    fn words(&self) -> usize {
        self.range.clone().filter(|i| self.text.is_word(*i)).count()
    }
}

/// A label without a word of any of these asks for nothing that is read.
const ASKING: Mask = Class::Label.bit()
    | Class::Organ.bit()
    | Class::Asked.bit()
    | Class::Liver.bit()
    | Class::Node.bit()
    | Class::Ki.bit()
    | Class::Mitosis.bit()
    | Class::Invasion.bit()
    | Class::Margin.bit()
    | Class::Mesentery.bit()
    | Class::Metastasis.bit()
    | Class::Grade.bit();

/// The field that a label names.
pub(crate) fn field(text: &Text<'_>, range: Range<usize>) -> Option<Field> {
    let range = without_marks(text, range);
    if range.len() > TOKENS_MAX {
        return None;
    }
    let mask = range.clone().fold(0, |m, i| m | text.token(i).map_or(0, |t| t.mask));
    if mask & ASKING == 0 {
        return None;
    }
    let mut own = [""; TOKENS_MAX];
    for (slot, i) in own.iter_mut().zip(range.clone()) {
        *slot = text.word(i);
    }
    let it = Label { text, range: range.clone(), words: own, mask };
    let words = it.words();
    let not_applicable = words == 2 && it.first() == "n" && text.word(range.end - 1) == "a";
    if words == 0 || words > LABEL_WORDS_MAX || not_applicable {
        return None;
    }
    // `Ileum, segmental resection: …` heads a diagnosis; its words are no field but the liver's.
    let operation = it.has(&[
        "resection",
        "biopsy",
        "excision",
        "ileocolectomy",
        "hemicolectomy",
        "wedge",
        "enterectomy",
        "core",
    ]);
    let asked = it.class(Class::Margin) && it.has(&["margin", "margins", "status", "edges", "rings"]);
    if operation && !asked {
        return if it.class(Class::Liver) {
            Some(Field::Liver)
        } else {
            (words <= 3 && it.has(&["type"])).then_some(Field::Specimen)
        };
    }
    staged(&it)
        .or_else(|| proliferation(&it))
        .or_else(|| invasion(&it))
        .or_else(|| nodes(&it))
        .or_else(|| mesentery(&it))
        .or_else(|| measured(&it))
        .or_else(|| named(&it))
        .or_else(|| organ(&it))
}

/// Whether every word of the label is one that labels are made of: then it may stand without a colon.
pub(crate) fn is_exact(text: &Text<'_>, range: Range<usize>) -> bool {
    let range = without_marks(text, range);
    !range.is_empty()
        && range.clone().all(|i| match text.tokens.get(i).map(|t| t.shape) {
            Some(Shape::Word) => text.has(i, Class::Label),
            // `Ki-67`, `MIB 1`, `(WHO 2019)`, but no value of its own.
            Some(Shape::Number) => {
                i > range.start && (text.mark(i - 1, b'-') || text.has(i - 1, Class::Ki))
                    || in_brackets(text, i, &range)
            }
            _ => {
                matches!(text.token(i).map(|t| t.first), Some(b'-' | b'/' | b'(' | b')' | b',' | b'&'))
                    || in_brackets(text, i, &range)
            }
        })
}

fn in_brackets(text: &Text<'_>, i: usize, range: &Range<usize>) -> bool {
    (range.start..i).any(|k| text.mark(k, b'(') || text.mark(k, b'['))
        && (i..range.end + 1).any(|k| text.mark(k, b')') || text.mark(k, b']'))
}

fn without_marks(text: &Text<'_>, mut range: Range<usize>) -> Range<usize> {
    let marker =
        |i: usize| text.tokens.get(i).is_some_and(|t| t.shape == Shape::Mark && !matches!(t.first, b'('));
    while range.start < range.end && (marker(range.start) || is_bullet_number(text, range.clone())) {
        range.start += 1;
    }
    while range.start < range.end
        && text
            .tokens
            .get(range.end - 1)
            .is_some_and(|t| t.shape == Shape::Mark && !matches!(t.first, b')' | b'%'))
    {
        range.end -= 1;
    }
    range
}

fn is_bullet_number(text: &Text<'_>, range: Range<usize>) -> bool {
    text.is_number(range.start)
        && (text.mark(range.start + 1, b'.') || text.mark(range.start + 1, b')'))
        && text.is_word(range.start + 2)
}

fn staged(it: &Label<'_, '_>) -> Option<Field> {
    if it.has(&["pt", "ypt", "mpt"]) && !it.has(&["pn", "ptnm"])
        || (it.words() <= 3 && it.first() == "t" && !it.has(&["n"]))
    {
        return Some(Field::T);
    }
    if it.has(&["pn", "ypn"]) && !it.has(&["pt", "ptnm"])
        || (it.words() <= 3 && it.first() == "n" && !it.has(&["t", "m"]))
    {
        return Some(Field::N);
    }
    if it.has(&["pm", "ypm", "cm"])
        && !it.has(&["pt", "ptnm", "size", "dimension", "diameter"])
        && (it.has(&["pm"]) || it.class(Class::Metastasis))
        || (it.words() <= 3
            && it.first() == "m"
            && it.has(&["category", "stage", "m"])
            && !it.has(&["t", "n"]))
    {
        return Some(Field::M);
    }
    let axis = |letter: &str| {
        it.has(&[letter]) && it.has(&["category", "stage", "classification"]) && it.words() <= 4
    };
    match (axis("t"), axis("n"), axis("m")) {
        (true, false, false) => return Some(Field::T),
        (false, true, false) => return Some(Field::N),
        (false, false, true) => return Some(Field::M),
        _ => {}
    }
    if it.has(&["tnm", "ptnm", "stage", "staging"]) && !it.has(&["descriptor", "descriptors"]) {
        return Some(Field::Stage);
    }
    if it.has(&["primary"]) && it.class(Class::Tumour) && it.words() <= 2 {
        return None;
    }
    None
}

fn proliferation(it: &Label<'_, '_>) -> Option<Field> {
    if it.class(Class::Ki) && (it.has(&["ki67", "mib1", "ki", "mib", "index"])) {
        return Some(Field::Ki67);
    }
    if it.has(&["specify"]) && it.has(&["percentage", "percent"]) {
        return Some(Field::Ki67);
    }
    if it.class(Class::Mitosis) {
        return Some(Field::Mitoses);
    }
    None
}

fn invasion(it: &Label<'_, '_>) -> Option<Field> {
    if it.has(&["perineural", "perineurial", "pni", "neural"]) {
        return Some(Field::Perineural);
    }
    let vessels = it.has(&[
        "lymphovascular",
        "vascular",
        "lymphatic",
        "lvi",
        "lvsi",
        "venous",
        "angioinvasion",
        "angiolymphatic",
        "lymphovenous",
        "angio",
    ]);
    if vessels && !it.has(&["margin", "tie"]) {
        return Some(Field::Lymphovascular);
    }
    // CAP writes `Lymph-vascular invasion`, which comes apart at the hyphen and is caught above.
    if it.class(Class::Margin)
        && it.has(&["margin", "margins", "edges", "rings", "ring", "resection"])
        && !it.class(Class::Node)
    {
        return Some(Field::Margin);
    }
    None
}

fn nodes(it: &Label<'_, '_>) -> Option<Field> {
    let count = it.has(&["number", "no", "total", "nr", "count"]);
    let examined = it.has(&[
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
        "harvest",
    ]);
    let positive = it.has(&[
        "involved",
        "positive",
        "metastatic",
        "metastasis",
        "metastases",
        "affected",
        "containing",
        "involvement",
        "tumor",
        "tumour",
    ]);
    let node = it.class(Class::Node) || (it.has(&["nodal"]) && !it.has(&["mass"]));
    if !node {
        if it.words() == 1 && matches!(it.first(), "examined" | "retrieved") {
            return Some(Field::NodesExamined);
        }
        if it.words() == 1 && matches!(it.first(), "positive" | "involved") {
            return Some(Field::NodesPositive);
        }
        let counted = count && it.words() <= 4 && !it.class(Class::Mitosis);
        return match (counted && it.has(&["examined"]), counted && it.has(&["involved", "positive"])) {
            (true, false) => Some(Field::NodesExamined),
            (false, true) => Some(Field::NodesPositive),
            _ => None,
        };
    }
    if it.has(&[
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
        "ene",
    ]) {
        return Some(Field::Ignored);
    }
    let place = |words: &[&str]| it.range.clone().find(|i| words.contains(&it.text.word(*i)));
    match (
        place(&["examined", "retrieved", "sampled", "found", "identified", "total", "harvested", "resected"]),
        place(&["involved", "positive", "metastatic", "involvement"]),
    ) {
        (Some(a), Some(b))
            if a < b && it.has(&["examined", "retrieved", "sampled", "identified", "harvested"]) =>
        {
            Some(Field::NodesExaminedPositive)
        }
        (Some(_), Some(_))
            if it.has(&["examined", "retrieved", "sampled", "identified", "harvested", "found"]) =>
        {
            Some(Field::Nodes)
        }
        _ if positive
            && !examined
            && (count || it.has(&["involved", "positive", "affected", "with", "containing"])) =>
        {
            Some(Field::NodesPositive)
        }
        _ if positive && !it.has(&["examined"]) && count => Some(Field::NodesPositive),
        _ if examined && !positive => Some(Field::NodesExamined),
        _ if count && it.words() <= 5 && !positive => Some(Field::NodesExamined),
        _ => Some(Field::Nodes),
    }
}

fn mesentery(it: &Label<'_, '_>) -> Option<Field> {
    if it.has(&["deposits", "deposit"]) && (it.class(Class::Mesentery) || it.class(Class::Tumour)) {
        return Some(if it.class(Class::Mesentery) {
            Field::MesentericMass
        } else {
            Field::MesentericDeposits
        });
    }
    if it.class(Class::Mesentery)
        && it.has(&["mass", "masses", "nodule", "nodules", "tumour", "tumor", "lesion", "disease"])
    {
        return Some(Field::MesentericMass);
    }
    if it.class(Class::Mesentery) && it.words() == 1 {
        return Some(Field::Organ);
    }
    None
}

fn measured(it: &Label<'_, '_>) -> Option<Field> {
    let dimension = it.has(&[
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
        "measuring",
    ]);
    if it.has(&["distance", "clearance", "length", "thickness"]) {
        return Some(Field::Ignored);
    }
    if it.has(&["depth", "layers"])
        || (it.has(&["extent", "extension"]) && !it.has(&["resection", "extranodal"]))
        || (it.has(&["level", "local"]) && it.has(&["invasion", "infiltration", "spread"]))
        || (it.words() <= 2 && it.has(&["invasion", "infiltration"]))
        || (it.class(Class::Tumour) && it.has(&["invasion", "infiltration"]))
    {
        return Some(Field::Extent);
    }
    if dimension {
        let other = it.has(&[
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
            "biopsy",
        ]);
        return Some(if other { Field::Ignored } else { Field::Size });
    }
    None
}

fn named(it: &Label<'_, '_>) -> Option<Field> {
    if it.has(&["focality", "multifocality", "multiplicity", "multifocal"])
        || (it.has(&["number", "no", "nr"])
            && it.has(&["tumours", "tumors", "primaries", "lesions", "neoplasms", "tumour", "tumor"]))
    {
        return Some(Field::Focality);
    }
    if it.has(&["site", "location", "situated", "localisation", "localization"])
        || (it.has(&["position", "origin"]) && it.class(Class::Tumour))
    {
        let distant = it.has(&[
            "distant",
            "metastatic",
            "metastasis",
            "metastases",
            "biopsy",
            "recurrence",
            "specimen",
            "perforation",
        ]);
        return Some(match (distant, it.has(&["specimen"])) {
            (true, true) => Field::Specimen,
            (true, false) => Field::Distant,
            _ => Field::Site,
        });
    }
    if it.has(&["grade", "grading", "g"]) && it.words() <= 9 && !it.has(&["dysplasia"]) {
        return Some(Field::Grade);
    }
    if it.has(&["type", "subtype", "histologic", "histological", "differentiation"])
        && !it.has(&["specimen", "procedure", "operation", "sample", "resection"])
        && it.words() <= 6
    {
        return Some(Field::Histology);
    }
    if it.class(Class::Metastasis) || (it.has(&["distant"]) && it.words() <= 4) {
        return (it.words() <= 5).then_some(if it.class(Class::Liver) {
            Field::Liver
        } else {
            Field::Distant
        });
    }
    if it.has(&["specimen", "specimens", "procedure", "operation", "sample"]) && it.words() <= 4 {
        return Some(Field::Specimen);
    }
    None
}

fn organ(it: &Label<'_, '_>) -> Option<Field> {
    if it.words() > 6 {
        return None;
    }
    if it.class(Class::Liver) {
        return Some(Field::Liver);
    }
    (it.class(Class::Organ) || it.has(&["nodes"])).then_some(Field::Organ)
}
