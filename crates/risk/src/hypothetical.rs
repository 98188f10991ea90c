//! A supposed patient: the facts of a dossier with some of them replaced. Nothing of it is stored.

use lacteal_clinical::reading::Reading;
use lacteal_clinical::{
    Dossier, Fact, FactIdentity, Finding, PartialDate, PatientId, Place, ReportKey, ReportKind, Standing,
    Version,
};

/// The dossier as it would be if these findings were so, and nothing else of the same attributes were known.
///
/// Several findings of one attribute are all supposed, such as the T and the N category: of those only statements about the
/// same axis are replaced.
pub fn suppose(base: &Dossier, findings: &[(Finding, Option<PartialDate>)]) -> Dossier {
    let replaced = |fact: &Fact| findings.iter().any(|(it, _)| is_same_kind(it, &fact.finding));
    let kept = base.facts().filter(|it| !replaced(it)).cloned();
    let supposed = findings
        .iter()
        .enumerate()
        .map(|(index, (finding, observed))| fact(base.patient(), index, finding.clone(), *observed));
    Dossier::from_parts(base.patient(), base.survivor(), kept.chain(supposed))
}

fn is_same_kind(supposed: &Finding, known: &Finding) -> bool {
    match (supposed, known) {
        (Finding::Tnm(one), Finding::Tnm(other)) => one.category.axis() == other.category.axis(),
        (Finding::Decision(one), Finding::Decision(other)) => one.slot() == other.slot(),
        // Another of these adds to those that there are.
        (
            Finding::Imaging(_)
            | Finding::ImagingOrder(_)
            | Finding::ImagingAppointment(_)
            | Finding::Marker(_)
            | Finding::ContrastIntolerance(_)
            | Finding::Treatment(_),
            _,
        ) => false,
        _ => supposed.attribute() == known.attribute(),
    }
}

fn fact(patient: PatientId, index: usize, finding: Finding, observed: Option<PartialDate>) -> Fact {
    let number = u32::try_from(index).unwrap_or(u32::MAX);
    Fact {
        patient,
        identity: FactIdentity::of([b"supposed".as_slice(), &number.to_be_bytes()]),
        version: Version { reported_at: 0, tie: [0; 16] },
        standing: Standing::Final,
        observed,
        finding,
        reading: Reading::Coded,
        report_kind: ReportKind::Pathology,
        text: None,
        place: Place {
            report: ReportKey::of(["supposed"]),
            segment: "SUPPOSED".to_owned(),
            occurrence: number.saturating_add(1),
            field: 0,
            repetition: 0,
            component: 0,
            span_start: 0,
            span_end: 0,
            expression: String::new(),
        },
    }
}
