//! Any text as a report of every kind: spans lie in the text, and a report out of scope states nothing of a tumour.
#![no_main]

use lacteal_narrative::{Item, Kind, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for kind in [Kind::Auto, Kind::Pathology, Kind::Radiology, Kind::Clinic] {
        let report = read(&text, kind);
        for statement in &report.statements {
            assert!(
                text.get(statement.span.clone()).is_some() && text.get(statement.sentence.clone()).is_some()
            );
            assert!(!statement.rule.is_empty());
        }
        for contradiction in &report.contradictions {
            assert!(contradiction.first.max(contradiction.second) < report.statements.len());
        }
        if report.in_scope == Some(false) {
            let of_a_tumour =
                |item: &Item| matches!(item, Item::TumourSize(_) | Item::Tnm(_) | Item::Ki67(_));
            assert!(!report.statements.iter().any(|statement| of_a_tumour(&statement.item)));
        }
    }
});
