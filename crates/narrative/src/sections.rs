//! The headings of reports and the sections they open.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Part of a report. The order is the order of trust within one report: a later one is believed before an earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// What was known before: clinical details, history, indication. Not what this report found.
    History,
    /// Earlier studies that this one is compared with.
    Comparison,
    /// How the study was done.
    Technique,
    /// What relatives have.
    Family,
    /// What should be done.
    Recommendation,
    /// Text before or without headings.
    Body,
    /// What was sent.
    Specimen,
    /// Macroscopic description.
    Gross,
    /// Comment and discussion.
    Comment,
    /// Microscopic description and special stains.
    Microscopic,
    /// Radiological findings.
    Findings,
    /// Impression or conclusion.
    Impression,
    /// Diagnosis.
    Diagnosis,
    /// Synoptic data.
    Synoptic,
    /// Addendum, supplement or correction: overrides what it amends.
    Addendum,
}

impl Section {
    /// The name used in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Comparison => "comparison",
            Self::Technique => "technique",
            Self::Family => "family",
            Self::Recommendation => "recommendation",
            Self::Body => "body",
            Self::Specimen => "specimen",
            Self::Gross => "gross",
            Self::Comment => "comment",
            Self::Microscopic => "microscopic",
            Self::Findings => "findings",
            Self::Impression => "impression",
            Self::Diagnosis => "diagnosis",
            Self::Synoptic => "synoptic",
            Self::Addendum => "addendum",
        }
    }

    /// Whether statements here are what this report itself found.
    pub const fn is_own(self) -> bool {
        !matches!(self, Self::History | Self::Comparison | Self::Technique | Self::Family | Self::Recommendation)
    }
}

const HEADINGS: &[(Section, &[&str])] = &[
    (
        Section::History,
        &[
            "clinical history", "clinical details", "clinical information", "clinical info", "clinical data", "clinical indication", "clinical indications", "clinical summary", "indication", "indications", "history", "reason for exam", "reason", "reason for examination",
            "reason for study", "reason for request", "reason for test", "relevant history", "clinical context", "clinical question", "clinical notes", "patient history", "past medical history", "pmh", "past history", "past surgical history", "previous history", "request", "request details", "clinical background", "background",
            "oncological history", "oncologic history", "clinical", "history of present illness", "hpi", "presenting complaint", "clinical problem", "clinical diagnosis", "preoperative diagnosis", "pre operative diagnosis", "preop diagnosis", "pre op diagnosis", "referral", "exam indication", "question", "relevant clinical details", "relevant clinical information", "clinical presentation", "clinical findings", "reason for referral", "hx", "indication for study", "indication for examination", "clinical history and indication", "history / indication", "indication / history", "clinical indication / history", "previous histology", "previous pathology", "previous reports", "previous biopsy",
        ],
    ),
    (
        Section::Comparison,
        &["comparison", "comparisons", "comparison studies", "comparison study", "compared with", "previous imaging", "prior imaging", "prior studies", "prior study", "prior exams", "previous studies", "previous examinations", "comparison exams", "compared to", "prior examinations", "previous study", "correlation"],
    ),
    (
        Section::Technique,
        &["technique", "protocol", "scan protocol", "imaging technique", "radiopharmaceutical", "tracer", "contrast", "sequences", "acquisition", "scan technique", "method", "methods", "dose", "radiation dose", "technical details", "study technique", "procedure and technique", "medications", "current medications", "medication", "allergies", "drugs", "drug history", "current medication"],
    ),
    (Section::Family, &["family history", "fhx", "fh", "family hx"]),
    (
        Section::Recommendation,
        &["recommendation", "recommendations", "plan", "follow up", "follow up plan", "management plan", "management", "next steps", "action", "actions", "actions for gp", "suggested follow up", "suggestion", "suggestions", "advice", "copy to", "cc", "reference", "references", "disclaimer", "note to clinician", "legend", "grading criteria", "who grading criteria", "who criteria", "reference ranges", "explanatory notes", "key", "planned", "proposed management"],
    ),
    (Section::Specimen, &["specimen", "specimens", "specimen s", "nature of specimen", "nature of specimens", "specimen submitted", "specimens submitted", "specimen received", "specimens received", "specimen type", "type of specimen", "source of specimen", "tissue submitted", "material", "material submitted", "sample", "site of specimen", "specimen details", "specimen source", "specimen description", "specimens and procedures"]),
    (
        Section::Gross,
        &["gross description", "gross", "gross examination", "macroscopic description", "macroscopic", "macroscopy", "macro", "macroscopic examination", "macroscopic appearance", "macroscopic appearances", "macroscopic report", "gross findings", "macroscopic findings"],
    ),
    (Section::Comment, &["comment", "comments", "discussion", "note", "notes", "diagnostic comment", "additional comment", "mdt comment", "additional comments", "pathologist comment"]),
    (
        Section::Microscopic,
        &["microscopic description", "microscopic", "microscopy", "micro", "microscopic examination", "microscopic appearance", "microscopic appearances", "histology", "histopathology", "histological findings", "histological description", "microscopic findings", "immunohistochemistry", "immunohistochemical studies", "immunohistochemical stains", "immunohistochemical findings", "immunostains", "immunoprofile", "ihc", "special stains", "ancillary studies", "ancillary tests", "special studies", "microscopic report", "histology report", "immunocytochemistry", "immunophenotype", "histological examination"],
    ),
    (
        Section::Findings,
        &["findings", "finding", "report", "result", "results", "imaging findings", "ct findings", "mri findings", "study findings", "observations", "examination findings", "body of report", "radiology report", "narrative", "pet findings", "pet ct findings", "progress", "investigations", "imaging", "scan findings", "scan results", "assessment and findings"],
    ),
    (
        Section::Impression,
        &["impression", "impressions", "conclusion", "conclusions", "opinion", "summary", "radiological impression", "radiological opinion", "interpretation", "overall impression", "assessment", "conclusion and recommendation", "conclusion and recommendations", "impression and recommendation", "impression and recommendations", "overall", "summary of findings", "summary and conclusion", "conclusion / summary", "in summary", "key findings", "final impression", "summary and recommendation", "opinion / conclusion", "in conclusion", "radiological conclusion", "imp", "conc"],
    ),
    (
        Section::Diagnosis,
        &["diagnosis", "diagnoses", "final diagnosis", "final diagnoses", "final pathologic diagnosis", "final pathological diagnosis", "pathologic diagnosis", "pathological diagnosis", "pathology diagnosis", "histological diagnosis", "histologic diagnosis", "histopathological diagnosis", "surgical pathology diagnosis", "diagnostic summary", "pathological conclusion", "final report", "diagnosis s", "problem list", "problems", "oncological diagnosis", "cancer diagnosis", "principal diagnosis", "primary diagnosis", "histopathology diagnosis", "microscopic diagnosis", "current diagnosis", "main diagnosis", "pathology summary", "diagnosis and summary"],
    ),
    (
        Section::Synoptic,
        &["synoptic report", "synoptic", "synoptic data", "synoptic summary", "synoptic diagnosis", "synopsis", "tumor synopsis", "tumour synopsis", "cancer case summary", "case summary", "cap checklist", "cancer checklist", "cap synoptic", "cap synoptic report", "minimum dataset", "minimum data set", "dataset", "core dataset", "rcpath dataset", "rcpath minimum dataset", "proforma", "cancer dataset", "tumor summary", "tumour summary", "cancer summary", "pathology proforma", "structured report", "cap cancer protocol", "cap cancer checklist", "cap protocol", "cancer protocol", "synoptic reporting", "cancer synoptic", "checklist", "tumour", "tumor", "pathologic staging", "pathological staging", "staging", "staging summary"],
    ),
    (
        Section::Addendum,
        &["addendum", "addenda", "addendum report", "addendum diagnosis", "supplementary report", "supplemental report", "supplementary", "supplement", "amended report", "amendment", "amended diagnosis", "corrected report", "correction", "revised report", "revised diagnosis", "additional report", "further report", "addendum comment", "addendum discussion", "amended", "corrected", "supplementary findings", "supplementary histology", "further work", "second opinion", "additional information", "addendum to report", "procedures addenda", "addendum findings", "addendum impression", "amended findings", "addendum conclusion", "amended conclusion", "supplementary histology report", "late addendum"],
    ),
];

static TABLE: LazyLock<HashMap<&'static str, Section>> = LazyLock::new(|| {
    HEADINGS.iter().flat_map(|(section, names)| names.iter().map(|it| (*it, *section))).collect()
});

/// The first words of all headings, for the vocabulary.
pub(crate) fn first_words() -> impl Iterator<Item = &'static str> {
    HEADINGS.iter().flat_map(|(_, names)| names.iter().filter_map(|it| it.split(' ').next()))
}

/// Longest heading, in words.
pub(crate) const HEADING_WORDS_MAX: usize = 6;

/// The section that a heading opens; `name` is in lower case, single-spaced, without marks and numbers.
pub(crate) fn heading(name: &str) -> Option<Section> {
    TABLE.get(name).copied()
}
