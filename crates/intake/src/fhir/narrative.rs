//! The texts of a DiagnosticReport: statements as facts, by the same rules and under the same identities as those of
//! HL7 v2.

use lacteal_clinical::finding::{Attribute, UnreadReason};
use lacteal_clinical::{Finding, PartialDate, Reading, Standing, TextVersion};
use lacteal_fhir::{Attachment, DiagnosticReport};
use lacteal_narrative::{self as reader, Kind};

use super::pen::Pen;
use super::texts::{self, Text, TextKind, of_report};
use crate::codes::{Concept, ReportKind};
use crate::narrative::{KEYS, SILENT, Stated, WITHDRAWN_SLOTS, kind_of, next_slot, same, stated, unread};
use crate::relevance::Concern;

/// Writes what the texts of a report state. `number` is that of the order, as in HL7 v2.
pub(super) fn statements(
    pen: &mut Pen<'_>,
    it: &DiagnosticReport,
    number: &[u8],
    standing: Standing,
    observed: Option<PartialDate>,
) {
    if !pen.context.codes.reads_text() {
        return;
    }
    let texts = of_report(pen.item, it);
    let is_read = texts.iter().all(|it| it.text.len() <= reader::TEXT_BYTES_MAX)
        && it.presented_form.iter().all(|form| form.text().is_ok());
    pen.text = Some(TextVersion {
        // Not the text of the same report by HL7 v2, of which a resource often holds the conclusion only.
        text: pen.identity(&[number, b"text", b"version", b"DiagnosticReport"]),
        standing,
        is_whole: is_read && (!texts.is_empty() || !standing.counts()),
    });
    read(pen, it, &texts, (number, standing, observed));
    pen.text = None;
}

fn read(
    pen: &mut Pen<'_>,
    it: &DiagnosticReport,
    texts: &[Text],
    (number, standing, observed): (&[u8], Standing, Option<PartialDate>),
) {
    let mut slots: Vec<(&str, usize)> = Vec::new();
    let mut written: Vec<Finding> = Vec::new();
    for text in texts {
        let kind = kind(pen, it);
        let report = reader::read_of_known(&text.text, kind.map_or(Kind::Auto, kind_of));
        let kind = kind.unwrap_or(match report.kind {
            Kind::Pathology => ReportKind::Pathology,
            Kind::Radiology => ReportKind::Radiology,
            Kind::Clinic | Kind::Auto => ReportKind::Clinic,
        });
        if report.in_scope == Some(true) {
            pen.text_concern = Concern::Any;
        }
        if text.text.len() > reader::TEXT_BYTES_MAX {
            pen.of_known = true;
            let parts: &[&[u8]] = &[number, b"text", b"cut", text.path.as_bytes()];
            let finding = Finding::Unread { attribute: unread(kind), reason: UnreadReason::TooLong };
            pen.state_read(parts, standing, None, finding, Reading::stated("cut"), &text.path);
        }
        let all = stated(kind, &text.text, &report, &pen.so_far().iter().collect::<Vec<_>>());
        // A conclusion says again what the whole report says.
        let new = |one: &Stated<'_>| !written.iter().any(|known| same(known, &one.finding));
        let fresh: Vec<Stated<'_>> = all.into_iter().filter(new).collect();
        for one in fresh {
            let slot = next_slot(&mut slots, one.key).to_string();
            let parts: &[&[u8]] = &[number, b"text", one.key.as_bytes(), slot.as_bytes()];
            let day = observed.filter(|_| one.is_of_the_day(kind));
            let reading = one.reading(&text.text);
            pen.state_read(parts, standing, day, one.finding.clone(), reading, &text.path);
            written.push(one.finding);
        }
    }
    // A picture of a report, such as a PDF, of which nothing else was sent.
    let alone = texts.is_empty() && it.result.is_empty() && standing.counts() && kind(pen, it).is_some();
    for (at, form) in it.presented_form.iter().enumerate() {
        let rule = match form.text() {
            Err(_) => "undecodable",
            Ok(None) if alone && (form.data.is_some() || form.url.is_some()) => "other_form",
            Ok(_) => continue,
        };
        pen.of_known = true;
        let kind = kind(pen, it).unwrap_or(ReportKind::Clinic);
        if rule == "undecodable" && is_legibly_in_scope(form, kind) {
            pen.text_concern = Concern::Any;
        }
        let place = at.to_string();
        let parts: &[&[u8]] = &[number, b"text", b"undecodable", place.as_bytes()];
        let finding = Finding::Unread { attribute: unread(kind), reason: UnreadReason::UnknownForm };
        let path = format!("presentedForm[{at}].data");
        pen.state_read(parts, standing, None, finding, Reading::stated(rule), &path);
    }
    if slots.is_empty() && !texts.is_empty() {
        // A trace of a version that states nothing, so that it takes back what the one before it stated.
        if pen.text.is_some_and(|text| text.is_whole) {
            pen.text_concern = pen.text_concern.max(Concern::OfToldBefore);
        }
        let parts: &[&[u8]] = &[number, b"text", b"silent"];
        let finding = Finding::Unread { attribute: Attribute::Diagnosis, reason: UnreadReason::Empty };
        pen.state_read(parts, Standing::Deleted, None, finding, Reading::stated(SILENT), "");
    }
    if !matches!(standing, Standing::Preliminary | Standing::Final) {
        pen.of_known = true;
        clear(pen, number, &slots);
    }
}

/// Whether the plain letters of a text that cannot be decoded speak of a tumour that is followed.
fn is_legibly_in_scope(form: &Attachment, kind: ReportKind) -> bool {
    let Ok(Some(bytes)) = form.bytes() else { return false };
    reader::read(&String::from_utf8_lossy(&bytes), kind_of(kind)).in_scope == Some(true)
}

/// A correction or withdrawal takes back what the report no longer says.
fn clear(pen: &mut Pen<'_>, number: &[u8], made: &[(&str, usize)]) {
    for (key, attribute) in KEYS {
        let made = made.iter().find(|(known, _)| *known == key).map_or(0, |(_, count)| *count);
        for slot in made + 1..=WITHDRAWN_SLOTS.max(made + 1) {
            let slot = slot.to_string();
            let parts: &[&[u8]] = &[number, b"text", key.as_bytes(), slot.as_bytes()];
            let finding = Finding::Unread { attribute, reason: UnreadReason::Empty };
            pen.state_read(
                parts,
                Standing::Deleted,
                None,
                finding,
                Reading::stated("not_repeated"),
                "status",
            );
        }
    }
}

/// The kind of a report: as its category says, else by its code; none when neither does.
pub(super) fn kind(pen: &Pen<'_>, it: &DiagnosticReport) -> Option<ReportKind> {
    match (texts::kind(it), pen.concept(&it.code)) {
        (TextKind::Pathology, _) => Some(ReportKind::Pathology),
        (TextKind::Radiology, _) | (TextKind::Unsaid, Some((_, Concept::Study { .. }))) => {
            Some(ReportKind::Radiology)
        }
        (TextKind::Unsaid, Some((_, Concept::Report(kind)))) => Some(*kind),
        (TextKind::Unsaid, _) => None,
    }
}
