//! The kind of a report, asked for or found by its words.

use memchr::memmem;

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
const SIGNS: [(Kind, &str, u32); 50] = [
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
    (Kind::Clinic, "dear ", 6),
    (Kind::Clinic, "yours sincerely", 6),
    (Kind::Clinic, "clinic", 2),
    (Kind::Clinic, "mdt", 3),
    (Kind::Clinic, "i reviewed", 4),
    (Kind::Clinic, "on examination", 3),
    (Kind::Clinic, "follow-up appointment", 3),
    (Kind::Clinic, "tumour board", 3),
];

/// How much of the text is looked at for its kind, in bytes.
const LOOKED_AT_BYTES: usize = 16 * 1024;

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
    pub(crate) fn resolve(self, text: &str) -> Self {
        if self != Self::Auto {
            return self;
        }
        let mut end = text.len().min(LOOKED_AT_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let lower = text.get(..end).unwrap_or("").to_ascii_lowercase();
        let score = |kind: Self| -> u32 {
            SIGNS
                .iter()
                .filter(|it| it.0 == kind && memmem::find(lower.as_bytes(), it.1.as_bytes()).is_some())
                .map(|it| it.2)
                .sum()
        };
        let (pathology, radiology, clinic) =
            (score(Self::Pathology), score(Self::Radiology), score(Self::Clinic));
        if clinic > pathology && clinic > radiology {
            Self::Clinic
        } else if radiology > pathology {
            Self::Radiology
        } else {
            Self::Pathology
        }
    }
}
