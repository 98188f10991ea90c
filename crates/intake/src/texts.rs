//! The texts of reports in a message, each as one, for people and tools that want to read them outside of intake.

use lacteal_clinical::Standing;
use lacteal_hl7::Message;

use crate::codes::{Codes, ReportKind};
use crate::document;
use crate::narrative::Report;
use crate::observation::concept;

/// The texts in the order of the message: of each order its lines as one, and of a document all of them. What is not
/// text of a report, or cannot be decoded, is left out; [`crate::interpret`] says so of the latter.
pub fn report_texts(message: &Message, codes: &Codes) -> Vec<(ReportKind, String)> {
    let mut texts = Vec::new();
    let mut report = match message.segment("TXA") {
        Some(txa) => Report::document(document::kind(codes, message, txa), None),
        None => Report::default(),
    };
    let is_document = message.segment("TXA").is_some();
    for segment in message.segments() {
        match segment.name().as_str() {
            "OBR" if !is_document => {
                texts.extend(std::mem::replace(&mut report, Report::of(codes, segment)).text(message));
            }
            "OBX" => {
                let known = concept(codes, &segment.field(3)).map(|(_, concept)| concept);
                report.add(codes, segment, known, Standing::Final);
            }
            _ => {}
        }
    }
    texts.extend(report.text(message));
    texts
}
