//! Patients for the tests of this module.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use lacteal_wire::event::assessment::Outcome;
use lacteal_wire::event::{
    AppointmentState, Assessment, Dossier, Grade, LiverState, Modality, OrderState, PartialDate, Plan,
    Region, ReviewItem, Scope, Study, StudyAppointment, StudyOrder, Summary, Tnm,
};

use super::dates;
use crate::Policies;

pub(super) const TIME_ZERO: &str = "2025-01-10";

/// Middle Europe, without a time zone database.
pub(super) fn zone() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> PartialDate {
    lacteal_wire::date(&text.parse().unwrap())
}

pub(super) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Noon of a day in the zone.
pub(super) fn noon(text: &str) -> Timestamp {
    day(text).at(12, 0, 0, 0).to_zoned(zone()).unwrap().timestamp()
}

/// The reference patient: resected on [`TIME_ZERO`], no scan yet.
pub(super) fn reference() -> Dossier {
    let summary = Summary {
        scope: Scope::In.into(),
        scope_reason: "neuroendocrine tumour of the ileum".to_owned(),
        birth_date: Some(date("1950-05-05")),
        liver: LiverState::Free.into(),
        time_zero: Some(date(TIME_ZERO)),
        grade: Grade::G1.into(),
        n: Some(Tnm { category: "N1".to_owned(), ..Tnm::default() }),
        ..Summary::default()
    };
    Dossier {
        patient: vec![7; 16],
        survivor: vec![7; 16],
        summary: Some(summary),
        assessment: Some(assessment(1.0)),
        ..Dossier::default()
    }
}

pub(super) fn assessment(hazard_ratio: f64) -> Assessment {
    Assessment {
        model: "test".to_owned(),
        model_version: "1".to_owned(),
        outcome: Outcome::Computed.into(),
        shape: 0.8,
        scale_years: 38.0,
        hazard_ratio,
        risk_5_years: 0.18,
        ..Assessment::default()
    }
}

pub(super) fn study(performed: &str, modality: Modality) -> Study {
    Study {
        performed: Some(date(performed)),
        modality: modality.into(),
        region: Region::AbdomenPelvis.into(),
        fact: None,
    }
}

pub(super) fn order(day: &str, modality: Modality, region: Region, state: OrderState) -> StudyOrder {
    StudyOrder {
        day: Some(date(day)),
        modality: modality.into(),
        region: region.into(),
        state: state.into(),
        fact: None,
    }
}

pub(super) fn appointment(
    day: &str,
    modality: Modality,
    region: Region,
    state: AppointmentState,
) -> StudyAppointment {
    StudyAppointment {
        day: Some(date(day)),
        modality: modality.into(),
        region: region.into(),
        state: state.into(),
        fact: None,
    }
}

/// A patient with these studies in order, all by CT, the last of them with a clear liver.
pub(super) fn scanned(days: &[&str]) -> Dossier {
    with(reference(), |it| {
        it.studies = days.iter().map(|day| study(day, Modality::Ct)).collect();
        it.liver_date = days.last().map(|it| date(it));
    })
}

pub(super) fn with(mut dossier: Dossier, change: impl FnOnce(&mut Summary)) -> Dossier {
    change(dossier.summary.as_mut().unwrap());
    dossier
}

pub(super) fn with_ratio(mut dossier: Dossier, hazard_ratio: f64) -> Dossier {
    dossier.assessment = Some(assessment(hazard_ratio));
    dossier
}

pub(super) fn with_outcome(mut dossier: Dossier, outcome: Outcome) -> Dossier {
    dossier.assessment = Some(Assessment { outcome: outcome.into(), ..Assessment::default() });
    dossier
}

/// A final, coded fact about the patient, by a report of this day at noon.
pub(super) fn fact(
    name: &str,
    observed: Option<&str>,
    reported: &str,
    finding: lacteal_clinical::Finding,
) -> lacteal_clinical::Fact {
    use lacteal_clinical::*;
    Fact {
        patient: PatientId([7; 16]),
        identity: FactIdentity::of([name]),
        version: Version { reported_at: noon(reported).as_second(), tie: [0; 16] },
        standing: Standing::Final,
        observed: observed.map(|it| it.parse().unwrap()),
        finding,
        reading: Reading::Coded,
        report_kind: ReportKind::Untold,
        text: None,
        place: Place {
            report: ReportKey::of([name, reported]),
            segment: "OBX".to_owned(),
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

/// The patient with these facts, standing and superseded as a dossier holds them.
pub(super) fn stating(dossier: Dossier, facts: impl IntoIterator<Item = lacteal_clinical::Fact>) -> Dossier {
    let patient = lacteal_clinical::PatientId([7; 16]);
    let folded = lacteal_wire::dossier(&lacteal_clinical::Dossier::from_parts(patient, patient, facts));
    Dossier { facts: folded.facts, superseded: folded.superseded, ..dossier }
}

pub(super) fn item(text: &str) -> ReviewItem {
    ReviewItem { text: text.to_owned(), ..ReviewItem::default() }
}

/// The built-in policies with this one as the site's; they are read once.
pub(super) fn policies(site: &str) -> &'static Policies {
    static ALL: LazyLock<[Policies; 3]> =
        LazyLock::new(|| ["default", "nccn", "norway"].map(|site| Policies::new([], site).unwrap()));
    ALL.iter().find(|it| it.site().name() == site).unwrap()
}

/// The plan of a patient without a plan before, at noon of a day.
pub(super) fn plan_on(day: &str, dossier: &Dossier) -> Plan {
    super::plan(dossier, 1, None, policies("default"), noon(day), &zone()).unwrap()
}

pub(super) fn due(plan: &Plan) -> Date {
    dates::first_day(plan.next_scan.as_ref().unwrap().due.as_ref()).unwrap()
}

/// Opens, due, and overdue after.
pub(super) fn window(plan: &Plan) -> [String; 3] {
    let window = plan.next_scan.as_ref().unwrap();
    [&window.opens, &window.due, &window.overdue_after]
        .map(|it| dates::read(it.as_ref()).unwrap().to_string())
}
