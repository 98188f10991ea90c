//! Documents (MDM): text with a number of its own, which is edited, amended, replaced and cancelled.
//!
//! The statements of a document are known by its number (TXA-12). An edit comes under the same number. A replacement has
//! a new one and names the old one as its parent (TXA-13): what the old one stated is withdrawn with the same message.
//! An addendum has a new number too and stands beside its parent, under its own date, so that either can be cancelled.

use lacteal_clinical::{PartialDate, Standing};
use lacteal_hl7::{Message, Segment, Value};

use crate::codes::{Codes, Concept, ReportKind};
use crate::narrative::{self, Document, Report};
use crate::observation::{concept, letter};
use crate::scribe::{Scribe, Weight};

/// What a trigger event does to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// It is there, as its status says (T02, T04, T06).
    Told,
    /// It takes the place of what it said before (T08).
    Edited,
    /// It takes the place of its parent (T10).
    Replaces,
    /// It is cancelled (T11).
    Cancelled,
    /// Something about it without its content (T01, T03): only that it is no longer available.
    Noticed,
}

/// The event of a trigger; none for those that carry nothing to read.
pub(crate) fn event(trigger: &str) -> Option<Event> {
    match trigger {
        "T02" | "T04" | "T06" => Some(Event::Told),
        "T08" => Some(Event::Edited),
        "T10" => Some(Event::Replaces),
        "T11" => Some(Event::Cancelled),
        "T01" | "T03" => Some(Event::Noticed),
        _ => None,
    }
}

/// Writes down what a document states.
pub(crate) fn document(
    scribe: &mut Scribe<'_>,
    codes: &Codes,
    message: &Message,
    txa: Segment<'_>,
    event: Event,
) {
    let number = txa.field(12).present();
    let number = number
        .map_or_else(|| message.header().segment().field(10).raw().to_vec(), |value| document_number(&value));
    let standing = availability(txa).unwrap_or_else(|| completion(txa));
    let plain = scribe.plain();
    let is_gone = event == Event::Cancelled || standing == Standing::Deleted;
    if is_gone {
        let weight = Weight { standing: Standing::Deleted, ..plain };
        narrative::withdraw(scribe, &number, weight, &txa.field(12));
        return;
    }
    if event == Event::Noticed {
        return;
    }
    let standing = match (event, standing) {
        (Event::Edited | Event::Replaces, Standing::Final) => Standing::Corrected,
        _ => standing,
    };
    let parent = txa.field(13).present().filter(|_| event == Event::Replaces).map(|it| document_number(&it));
    let mut report = Report::document(kind(codes, message, txa), Some(standing));
    for obx in message.segments_named("OBX") {
        let own = letter(&obx.field(11)).and_then(Standing::from_observation_status);
        // A document that is not authenticated is not final, whatever its lines say.
        let line = own.filter(|own| !own.counts() || *own == Standing::Preliminary).unwrap_or(standing);
        report.add(codes, obx, concept(codes, &obx.field(3)).map(|(_, concept)| concept), line);
    }
    let observed = observed(scribe, message, txa);
    let from = scribe.so_far().len();
    let replaces = parent.as_deref();
    let document = Document { number: &number, reported_at_s: plain.reported_at_s, observed, from, replaces };
    report.read(scribe, &document);
}

fn document_number(value: &Value<'_>) -> Vec<u8> {
    let [number, namespace, universal] = value.leading_components();
    let authority = [namespace, universal].into_iter().find_map(Value::present);
    let authority = authority.map(|it| it.raw()).unwrap_or_default();
    [b"document|", number.raw().trim_ascii(), b"^", authority].concat()
}

/// TXA-19 (table 0273): a document that is cancelled or obsolete is withdrawn, one that is not available yet is not
/// final.
fn availability(txa: Segment<'_>) -> Option<Standing> {
    match txa.field(19).raw().trim_ascii() {
        b"CA" | b"OB" => Some(Standing::Deleted),
        b"UN" => Some(Standing::Preliminary),
        _ => None,
    }
}

/// TXA-17 (table 0271): authenticated documents are final, all others are not.
fn completion(txa: Segment<'_>) -> Standing {
    match txa.field(17).raw().trim_ascii() {
        b"AU" | b"LA" => Standing::Final,
        _ => Standing::Preliminary,
    }
}

/// The kind of a document: by its type (TXA-2, table 0270, or a code of the table), by an order in the message, by the
/// code of its text; none when none of them says.
pub(crate) fn kind(codes: &Codes, message: &Message, txa: Segment<'_>) -> Option<ReportKind> {
    let of_code = |value: Value<'_>| match concept(codes, &value) {
        Some((_, Concept::Report(kind))) => Some(*kind),
        Some((_, Concept::Study { .. })) => Some(ReportKind::Radiology),
        _ => None,
    };
    let by_type = match txa.field(2).component(1).raw().trim_ascii() {
        b"SP" => Some(ReportKind::Pathology),
        b"DI" => Some(ReportKind::Radiology),
        _ => of_code(txa.field(2)),
    };
    let by_order = || message.segments_named("OBR").find_map(|obr| of_code(obr.field(4)));
    let by_text = || message.segments_named("OBX").find_map(|obx| of_code(obx.field(3)));
    by_type.or_else(by_order).or_else(by_text)
}

/// When what it reports was so: the order's observation (OBR-7), else the activity (TXA-4).
fn observed(scribe: &Scribe<'_>, message: &Message, txa: Segment<'_>) -> Option<PartialDate> {
    let performed = message.segment("OBR").and_then(|obr| obr.field(7).present());
    scribe.read_date(&performed.unwrap_or_else(|| txa.field(4))).ok().flatten()
}
