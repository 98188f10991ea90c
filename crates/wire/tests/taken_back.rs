//! Facts that count by themselves and are taken back by a later version of their text.

use lacteal_clinical::{
    Dossier, Fact, FactIdentity, Finding, PatientId, Place, Reading, ReportKey, ReportKind, Standing,
    TextVersion, Version,
};
use lacteal_wire::{dossier, mark_taken_back};

fn stated(name: &str, report: u8, finding: Finding) -> Fact {
    let text = TextVersion { text: FactIdentity::of(["text"]), standing: Standing::Final, is_whole: true };
    Fact {
        patient: PatientId([1; 16]),
        identity: FactIdentity::of([name]),
        version: Version { reported_at: i64::from(report), tie: [report; 16] },
        standing: Standing::Final,
        observed: None,
        finding,
        reading: Reading::Coded,
        report_kind: ReportKind::Pathology,
        text: Some(text),
        place: Place {
            report: ReportKey([report; 16]),
            segment: "OBX".to_owned(),
            occurrence: 1,
            field: 5,
            repetition: 0,
            component: 0,
            span_start: 0,
            span_end: 1,
            expression: String::new(),
        },
    }
}

#[test]
fn what_a_later_version_of_a_text_no_longer_says_is_marked_and_nothing_else() {
    let facts = [
        stated("examined", 1, Finding::NodesExamined(12)),
        stated("positive", 1, Finding::NodesPositive(3)),
        stated("examined", 2, Finding::NodesExamined(14)),
    ];
    let survivor = PatientId([1; 16]);
    let mut event = dossier(&Dossier::from_parts(survivor, survivor, facts));
    mark_taken_back(&mut event).expect("valid");
    let marked: Vec<_> = event.facts.iter().map(|it| (it.identity.clone(), it.taken_back)).collect();
    let identity = |name| FactIdentity::of([name]).0.to_vec();
    assert_eq!(marked.len(), 2);
    assert!(marked.contains(&(identity("examined"), false)), "{marked:?}");
    assert!(marked.contains(&(identity("positive"), true)), "{marked:?}");
}
