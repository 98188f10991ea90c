//! The kind of a report, asked for or found by its words.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// Kind of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Pathology.
    Pathology,
    /// Radiology and nuclear medicine.
    Radiology,
    /// Letters and notes of a clinic or a tumour board.
    Clinic,
    /// To be found by the text.
    Auto,
}

/// Words that speak for a kind, with their weight.
const SIGNS: [(Kind, &str, u32); 125] = [
    (Kind::Pathology, "macro:", 3),
    (Kind::Pathology, "micro:", 3),
    (Kind::Pathology, "histolog", 2),
    (Kind::Pathology, "pathology", 2),
    (Kind::Pathology, "cytology", 2),
    (Kind::Pathology, "immunohistochem", 2),
    (Kind::Pathology, "macroscop", 4),
    (Kind::Pathology, "microscop", 3),
    (Kind::Pathology, "gross description", 4),
    (Kind::Pathology, "histopatholog", 2),
    (Kind::Pathology, "surgical pathology", 4),
    (Kind::Pathology, "specimen", 2),
    (Kind::Pathology, "synoptic", 3),
    (Kind::Pathology, "margin", 1),
    (Kind::Pathology, "ki-67", 2),
    (Kind::Pathology, "ki67", 2),
    (Kind::Pathology, "mitotic", 2),
    (Kind::Pathology, "mitoses", 2),
    (Kind::Pathology, "synaptophysin", 2),
    (Kind::Pathology, "sections show", 3),
    (Kind::Pathology, "biopsy:", 1),
    (Kind::Pathology, "lymph node", 1),
    (Kind::Pathology, "pathologist", 2),
    (Kind::Pathology, "final diagnosis", 3),
    (Kind::Pathology, "tumor site", 3),
    (Kind::Pathology, "tumour site", 3),
    (Kind::Pathology, "nodes are involved", 2),
    (Kind::Pathology, "sections", 1),
    (Kind::Pathology, "mitosis", 2),
    (Kind::Pathology, "labelled", 2),
    (Kind::Pathology, "received", 1),
    (Kind::Pathology, "subserosa", 1),
    (Kind::Radiology, "ct ", 2),
    (Kind::Radiology, "mri ", 2),
    (Kind::Radiology, "pet", 1),
    (Kind::Radiology, "ultrasound", 2),
    (Kind::Radiology, "contrast", 2),
    (Kind::Radiology, "technique", 3),
    (Kind::Radiology, "comparison", 3),
    (Kind::Radiology, "impression", 2),
    (Kind::Radiology, "findings", 2),
    (Kind::Radiology, "indication", 1),
    (Kind::Radiology, "radiolog", 2),
    (Kind::Radiology, "portal venous", 3),
    (Kind::Radiology, "segment v", 1),
    (Kind::Radiology, "dotatate", 2),
    (Kind::Radiology, "examination:", 2),
    (Kind::Radiology, "scan", 1),
    (Kind::Radiology, "spleen", 2),
    (Kind::Radiology, "gallbladder", 1),
    (Kind::Radiology, "no focal", 2),
    (Kind::Radiology, "us abdomen", 3),
    (Kind::Radiology, "adrenals", 1),
    (Kind::Radiology, "enhancing", 2),
    (Kind::Radiology, "non enhancing", 1),
    (Kind::Radiology, "suvmax", 3),
    (Kind::Radiology, "unenhanced", 3),
    (Kind::Radiology, "arterial phase", 2),
    (Kind::Radiology, "pleural effusion", 1),
    (Kind::Radiology, "reason for exam", 3),
    (Kind::Radiology, "intravenous contrast", 1),
    (Kind::Clinic, "i reviewed", 4),
    (Kind::Clinic, "on examination", 3),
    (Kind::Clinic, "follow-up appointment", 3),
    (Kind::Clinic, "tumour board", 3),
    (Kind::Clinic, "pmh", 3),
    (Kind::Clinic, "progress note", 5),
    (Kind::Clinic, "discharge summary", 6),
    (Kind::Clinic, "mdm", 2),
    (Kind::Clinic, "outcome", 2),
    (Kind::Clinic, "tumor board", 4),
    (Kind::Clinic, "multidisciplinary", 2),
    (Kind::Clinic, "plan:", 3),
    (Kind::Clinic, "plan -", 3),
    (Kind::Clinic, "plan.", 2),
    (Kind::Clinic, "dx:", 3),
    (Kind::Clinic, "current rx", 3),
    (Kind::Clinic, "medication", 2),
    (Kind::Clinic, "meds", 2),
    (Kind::Clinic, "d/w", 2),
    (Kind::Clinic, "bloods", 2),
    (Kind::Clinic, "symptom", 1),
    (Kind::Clinic, "outpatient", 3),
    (Kind::Clinic, "endoscopist", 3),
    (Kind::Clinic, "joint meeting", 4),
    (Kind::Clinic, "epicrisis", 5),
    (Kind::Clinic, "telephone consult", 5),
    (Kind::Clinic, "key worker", 3),
    (Kind::Clinic, "interval history", 4),
    (Kind::Clinic, "a/p:", 4),
    (Kind::Clinic, "discussion:", 2),
    (Kind::Clinic, "discharge", 2),
    (Kind::Clinic, "consultant letter", 4),
    (Kind::Clinic, "he remains", 2),
    (Kind::Clinic, "she remains", 2),
    (Kind::Clinic, "he is well", 2),
    (Kind::Clinic, "she is well", 2),
    (Kind::Clinic, "admitted", 3),
    (Kind::Clinic, "best wishes", 4),
    (Kind::Clinic, "kind regards", 2),
    (Kind::Clinic, "bkg:", 3),
    (Kind::Clinic, "background:", 2),
    (Kind::Clinic, "yours faithfully", 4),
    (Kind::Clinic, "clinic ", 2),
    (Kind::Clinic, "clinic\n", 2),
    (Kind::Clinic, "clinic,", 2),
    (Kind::Clinic, "dear ", 4),
    (Kind::Clinic, "mdt", 2),
    (Kind::Clinic, "mdm", 2),
    (Kind::Clinic, "yours sincerely", 3),
    (Kind::Clinic, "he is on", 1),
    (Kind::Clinic, "lanreotide", 1),
    (Kind::Clinic, "review", 1),
    (Kind::Clinic, "return visit", 4),
    (Kind::Clinic, "next visit", 3),
    (Kind::Clinic, "new visit", 3),
    (Kind::Clinic, "appetite", 2),
    (Kind::Clinic, "stools", 1),
    (Kind::Clinic, "she comes", 3),
    (Kind::Clinic, "he comes", 2),
    (Kind::Clinic, "weight ", 1),
    (Kind::Clinic, " kg", 1),
    (Kind::Clinic, "general practitioner", 1),
    (Kind::Clinic, "family doctor", 2),
    (Kind::Clinic, "blood pressure", 2),
];

/// How much of the text counts twice: what stands in the title says most.
const TITLE_BYTES: usize = 160;

/// How much of the text is looked at for its kind, in bytes.
const LOOKED_AT_BYTES: usize = 16 * 1024;

/// All signs at once, in one pass over the text, in either case.
static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let finder = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(SIGNS.map(|it| it.1));
    #[expect(clippy::expect_used, reason = "it fails for more patterns than a table of words holds")]
    finder.expect("so few words make a small automaton")
});

impl Kind {
    /// The name used in output and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pathology => "pathology",
            Self::Radiology => "radiology",
            Self::Clinic => "clinic",
            Self::Auto => "auto",
        }
    }

    /// The kind itself, or for [`Kind::Auto`] the one that the text speaks for.
    pub fn resolve(self, text: &str) -> Self {
        if self != Self::Auto {
            return self;
        }
        let looked_at = text.as_bytes().get(..text.len().min(LOOKED_AT_BYTES)).unwrap_or(&[]);
        let mut seen = [false; SIGNS.len()];
        let (mut pathology, mut radiology, mut clinic) = (0, 0, 0);
        for found in FINDER.find_overlapping_iter(looked_at) {
            let Some((seen, (kind, _, weight))) =
                seen.get_mut(found.pattern().as_usize()).zip(SIGNS.get(found.pattern().as_usize()))
            else {
                continue;
            };
            if !std::mem::replace(seen, true) {
                let weight = if found.end() <= TITLE_BYTES { 2 * weight } else { *weight };
                match kind {
                    Self::Pathology => pathology += weight,
                    Self::Radiology => radiology += weight,
                    Self::Clinic => clinic += weight,
                    Self::Auto => {}
                }
            }
        }
        if clinic > 0 && clinic >= pathology && clinic >= radiology {
            Self::Clinic
        } else if radiology > pathology {
            Self::Radiology
        } else {
            Self::Pathology
        }
    }
}
