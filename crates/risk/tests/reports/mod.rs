//! Reports for the tests of the steps, as intake would have written them.

use lacteal_clinical::{
    Fact, FactIdentity, Finding, PatientId, Place, Reading, ReportKey, ReportKind, Standing, Version,
};
use lacteal_wire::event;

/// A final, coded fact; each name is an identity of its own.
pub(crate) fn fact(patient: PatientId, name: &str, finding: Finding) -> Fact {
    Fact {
        patient,
        identity: FactIdentity::of([name]),
        version: Version { reported_at: 1_700_000_000, tie: [7; 16] },
        standing: Standing::Final,
        observed: None,
        finding,
        reading: Reading::Coded,
        report_kind: ReportKind::Untold,
        text: None,
        place: Place {
            report: ReportKey([9; 16]),
            segment: "OBX".into(),
            occurrence: 1,
            field: 5,
            repetition: 1,
            component: 1,
            span_start: 0,
            span_end: 1,
            expression: String::new(),
        },
    }
}

/// A report of these facts, which are then of this report.
pub(crate) fn report(
    patient: PatientId,
    key: ReportKey,
    interpretation_version: u32,
    facts: impl IntoIterator<Item = Fact>,
) -> event::Report {
    let of_report = |it: Fact| Fact { place: Place { report: key, ..it.place }, ..it };
    event::Report {
        key: key.0.to_vec(),
        interpretation_version,
        patient: patient.0.to_vec(),
        facts: facts.into_iter().map(|it| lacteal_wire::fact(&of_report(it))).collect(),
        ..event::Report::default()
    }
}
