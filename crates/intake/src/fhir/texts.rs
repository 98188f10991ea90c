//! The texts of a body: conclusions and the forms of reports as they were issued. They are found here and read elsewhere.

use lacteal_fhir::{DiagnosticReport, Input, Item, Resource, Terminology};

/// What kind of report a text is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    /// Pathology.
    Pathology,
    /// Radiology.
    Radiology,
    /// Not told.
    Unsaid,
}

/// A text of a resource.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    /// Position of the resource among the items of the body.
    pub item: usize,
    /// Where it is within the resource.
    pub path: String,
    /// What kind of report it is of.
    pub kind: TextKind,
    /// The text.
    pub text: String,
}

/// Sections of diagnostic services (v2 table 0074) and their LOINC report codes.
const PATHOLOGY: [&str; 3] = ["SP", "PAT", "CP"];
const RADIOLOGY: [&str; 6] = ["RAD", "RX", "CT", "NMR", "NMS", "RUS"];

/// All texts of reports that are in a body: `conclusion`, and attachments of type `text/…`. A text that cannot be
/// decoded is not among them: interpretation shows it as unread. Nothing is fetched.
pub fn texts(input: &Input) -> Vec<Text> {
    let mut found = Vec::new();
    for item in input.items() {
        if let Resource::DiagnosticReport(report) = &item.resource {
            found.extend(of_report(item, report));
        }
    }
    found
}

/// The texts of one report.
pub(super) fn of_report(item: &Item, report: &DiagnosticReport) -> Vec<Text> {
    let mut found = Vec::new();
    let kind = kind(report);
    let mut add = |path: String, text: String| {
        if !text.trim().is_empty() {
            found.push(Text { item: item.index, path, kind, text });
        }
    };
    if let Some(conclusion) = &report.conclusion {
        add("conclusion".to_owned(), conclusion.clone());
    }
    for (at, form) in report.presented_form.iter().enumerate() {
        if let Ok(Some(text)) = form.text() {
            add(format!("presentedForm[{at}].data"), text);
        }
    }
    found
}

/// What kind of report it is, by its category or code.
pub(super) fn kind(report: &DiagnosticReport) -> TextKind {
    let has = |codes: &[&str]| {
        let sections = report.category.iter().flat_map(|it| it.codes(Terminology::V2Section));
        sections.into_iter().any(|code| codes.contains(&code))
    };
    let is_pathology =
        report.code.has(Terminology::Loinc, "11529-5") || report.code.has(Terminology::Loinc, "11526-1");
    if has(&PATHOLOGY) || is_pathology {
        TextKind::Pathology
    } else if has(&RADIOLOGY) {
        TextKind::Radiology
    } else {
        TextKind::Unsaid
    }
}
