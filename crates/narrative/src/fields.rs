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
    /// Whether the serosa is reached.
    Serosa,
    /// Whether other organs are reached.
    AdjacentOrgans,
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
    /// Signs of all its words together.
    signs: u128,
}

/// One bit for a word, by its ends and length: most lists are told apart from a label by these bits alone.
const fn sign(word: &[u8]) -> u128 {
    if word.is_empty() {
        return 0;
    }
    let (first, last) = (word[0] as usize, word[word.len() - 1] as usize);
    1 << ((first * 37 + last * 11 + word.len() * 5) % 128)
}

const fn signs(words: &[&str]) -> u128 {
    let (mut all, mut i) = (0, 0);
    while i < words.len() {
        all |= sign(words[i].as_bytes());
        i += 1;
    }
    all
}

/// Whether a label has any of the words.
macro_rules! has {
    ($label:ident, $($word:literal),* $(,)?) => {{
        const WORDS: &[&str] = &[$($word),*];
        const SIGNS: u128 = signs(WORDS);
        $label.signs & SIGNS != 0 && $label.has(WORDS)
    }};
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
    let mut signs = 0;
    for (slot, i) in own.iter_mut().zip(range.clone()) {
        *slot = text.word(i);
        signs |= sign(slot.as_bytes());
    }
    let it = Label { text, range: range.clone(), words: own, mask, signs };
    let words = it.words();
    let not_applicable = words == 2 && it.first() == "n" && text.word(range.end - 1) == "a";
    if words == 0 || words > LABEL_WORDS_MAX || not_applicable {
        return None;
    }
    // `Ileum, segmental resection: …` heads a diagnosis; its words are no field but the liver's.
    let operation = has!(
        it,
        "resection",
        "biopsy",
        "excision",
        "ileocolectomy",
        "hemicolectomy",
        "wedge",
        "enterectomy",
        "core"
    );
    let asked = it.class(Class::Margin) && has!(it, "margin", "margins", "status", "edges", "rings");
    if operation && !asked {
        return if it.class(Class::Liver) {
            Some(Field::Liver)
        } else {
            (words <= 3 && has!(it, "type")).then_some(Field::Specimen)
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
            Some(Shape::Word) => {
                text.has(i, Class::Label)
                    || text.has(range.start, Class::Label) && in_brackets(text, i, &range)
            }
            // `Ki-67`, `MIB 1`, `(WHO 2019)`, but no value of its own.
            Some(Shape::Number) => {
                i > range.start && (text.mark(i - 1, b'-') || text.has(i - 1, Class::Ki))
                    || in_brackets(text, i, &range)
            }
            // `No. of nodes`, `Max. dimension`
            _ if text.mark(i, b'.') && i > range.start => {
                matches!(
                    text.word(i - 1),
                    "no" | "nr" | "max" | "greatest" | "diam" | "dim" | "lymph" | "hist" | "inv"
                )
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
    // `pt with …` is a patient.
    if has!(it, "pt", "ypt", "mpt") && !has!(it, "pn", "ptnm", "with", "has", "known")
        || (it.words() <= 3 && it.first() == "t" && !has!(it, "n"))
    {
        return Some(Field::T);
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

fn proliferation(it: &Label<'_, '_>) -> Option<Field> {
    if it.class(Class::Ki) && (has!(it, "ki67", "mib1", "ki", "mib", "index")) {
        return Some(Field::Ki67);
    }
    if has!(it, "specify") && has!(it, "percentage", "percent") {
        return Some(Field::Ki67);
    }
    if it.class(Class::Mitosis) {
        return Some(Field::Mitoses);
    }
    None
}

fn invasion(it: &Label<'_, '_>) -> Option<Field> {
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

fn nodes(it: &Label<'_, '_>) -> Option<Field> {
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
    let node = it.class(Class::Node) || (has!(it, "nodal") && !has!(it, "mass"));
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
        return match (counted && has!(it, "examined"), counted && has!(it, "involved", "positive")) {
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

fn mesentery(it: &Label<'_, '_>) -> Option<Field> {
    if has!(it, "deposits", "deposit") && (it.class(Class::Mesentery) || it.class(Class::Tumour)) {
        return Some(if it.class(Class::Mesentery) {
            Field::MesentericMass
        } else {
            Field::MesentericDeposits
        });
    }
    if it.class(Class::Mesentery)
        && has!(it, "mass", "masses", "nodule", "nodules", "tumour", "tumor", "lesion", "disease")
    {
        return Some(Field::MesentericMass);
    }
    if it.class(Class::Mesentery) && it.words() == 1 {
        return Some(Field::Organ);
    }
    None
}

fn measured(it: &Label<'_, '_>) -> Option<Field> {
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
    if dimension {
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

fn named(it: &Label<'_, '_>) -> Option<Field> {
    // `Tumours: 2 (14 mm and 6 mm)`
    let counted = it.words() == 1
        && has!(it, "tumours", "tumors")
        && (it.text.is_number(it.range.end + 1) || it.text.is_number(it.range.end));
    if has!(it, "focality", "multifocality", "multiplicity", "multifocal")
        || counted
        || (has!(it, "multiple", "synchronous", "separate", "additional")
            && has!(it, "tumours", "tumors", "primaries", "tumour", "tumor", "lesions")
            && it.words() <= 4)
        || (has!(it, "number", "no", "nr")
            && has!(it, "tumours", "tumors", "primaries", "lesions", "neoplasms", "tumour", "tumor"))
    {
        return Some(Field::Focality);
    }
    if has!(it, "sites") && has!(it, "disease", "metastasis", "metastases", "metastatic") {
        return Some(Field::Distant);
    }
    if has!(it, "site", "location", "situated", "localisation", "localization")
        || (has!(it, "position", "origin") && it.class(Class::Tumour))
    {
        let distant = has!(
            it,
            "distant",
            "metastatic",
            "metastasis",
            "metastases",
            "biopsy",
            "recurrence",
            "specimen",
            "perforation",
            "disease"
        );
        return Some(match (distant, has!(it, "specimen")) {
            (true, true) => Field::Specimen,
            (true, false) => Field::Distant,
            _ => Field::Site,
        });
    }
    if has!(it, "grade", "grading", "g") && it.words() <= 9 && !has!(it, "dysplasia") {
        return Some(Field::Grade);
    }
    if has!(it, "type", "subtype", "histologic", "histological", "differentiation")
        && !has!(it, "specimen", "procedure", "operation", "sample", "resection")
        && it.words() <= 6
    {
        return Some(Field::Histology);
    }
    if it.class(Class::Metastasis) || (has!(it, "distant") && it.words() <= 4) {
        return (it.words() <= 5).then_some(if it.class(Class::Liver) {
            Field::Liver
        } else {
            Field::Distant
        });
    }
    if has!(it, "specimen", "specimens", "procedure", "operation", "sample") && it.words() <= 4 {
        return Some(Field::Specimen);
    }
    None
}

fn organ(it: &Label<'_, '_>) -> Option<Field> {
    // `pt with small bowel NET, CT: …` is a sentence.
    if it.words() > 6 || it.class(Class::Net) || it.class(Class::Neuroendocrine) {
        return None;
    }
    if it.class(Class::Liver) {
        return Some(Field::Liver);
    }
    (it.class(Class::Organ) || has!(it, "nodes")).then_some(Field::Organ)
}
