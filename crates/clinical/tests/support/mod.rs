//! Facts for the tests: short to write, and at random.

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "facts for tests; a wrong one should fail at once")]

use lacteal_clinical::codes::{CodeSystem, TumourKind};
use lacteal_clinical::decision::{Decision, DecisionKind};
use lacteal_clinical::finding::{Code, Contrast, Margin, Presence, Sex, Site};
use lacteal_clinical::tnm::{Axis, StatedStage, single};
use lacteal_clinical::treatment::{DiseaseStatus, Performance, Treatment};
use lacteal_clinical::{
    AppointmentState, Attribute, Bounded, Contribution, Extent, Fact, FactIdentity, Finding, Focality, Grade,
    Imaging, ImagingAppointment, ImagingOrder, Length, Modality, OrderNumbers, OrderState, PatientId,
    Percent, Place, Reading, RecordNumber, Region, ReportKey, ReportKind, Standing, TextVersion,
    UnreadReason, Version,
};
use proptest::prelude::*;

pub(crate) fn patient(number: u8) -> PatientId {
    PatientId([number; 16])
}

pub(crate) fn place() -> Place {
    Place {
        report: ReportKey([0; 16]),
        segment: "OBX".into(),
        occurrence: 1,
        field: 5,
        repetition: 1,
        component: 1,
        span_start: 0,
        span_end: 4,
        expression: String::new(),
    }
}

/// A final fact about patient 1, reported at second 100; each name is an identity of its own.
pub(crate) fn fact(name: &str, observed: Option<&str>, finding: Finding) -> Fact {
    Fact {
        patient: patient(1),
        identity: FactIdentity::of([name]),
        version: Version { reported_at: 100, tie: [0; 16] },
        standing: Standing::Final,
        observed: observed.map(|it| it.parse().unwrap()),
        finding,
        reading: Reading::Coded,
        report_kind: ReportKind::Untold,
        text: None,
        place: place(),
    }
}

pub(crate) fn diagnosis(system: CodeSystem, code: &str) -> Finding {
    Finding::Diagnosis { system, code: Code::new(code).unwrap() }
}

pub(crate) fn tnm(axis: Axis, text: &str) -> Finding {
    Finding::Tnm(single(axis, text).unwrap())
}

pub(crate) fn ki67(text: &str) -> Finding {
    Finding::Ki67(Bounded::<Percent>::parse(text, Some("%")).unwrap())
}

pub(crate) fn millimetres(value: u32) -> Length {
    Length::from_millimetres(value).unwrap()
}

pub(crate) fn date(text: &str) -> lacteal_clinical::PartialDate {
    text.parse().unwrap()
}

/// Reports that facts at random come from.
pub(crate) const REPORTS: u8 = 4;

/// A finding of almost any kind, but no merge.
pub(crate) fn any_plain_finding() -> impl Strategy<Value = Finding> {
    prop_oneof![
        Just(diagnosis(CodeSystem::Icd10Cm, "C7A.012")),
        Just(diagnosis(CodeSystem::Icd10, "C78.7")),
        Just(Finding::PrimarySite(Site::Ileum)),
        (1u32..40).prop_map(|it| Finding::TumourSize(millimetres(it))),
        Just(tnm(Axis::T, "pT3(m)")),
        Just(tnm(Axis::N, "pN1 (2/13)")),
        Just(tnm(Axis::M, "cM0")),
        (0u16..20).prop_map(Finding::NodesPositive),
        (0u32..100_000)
            .prop_map(|it| Finding::Ki67(Bounded::exactly(Percent::from_thousandths(it).unwrap()))),
        Just(Finding::Grade(Grade::G2)),
        prop_oneof![Just(Presence::Present), Just(Presence::Absent), Just(Presence::Indeterminate)]
            .prop_map(Finding::LiverMetastasis),
        Just(Finding::Imaging(Imaging { modality: Modality::Ct, region: Region::AbdomenPelvis })),
        (1u32..40).prop_map(|it| Finding::MesentericMass(Bounded::exactly(millimetres(it)))),
        any::<bool>().prop_map(Finding::MesentericDeposits),
        Just(Finding::Margin(Margin::R1)),
        Just(Finding::Death { date: None }),
        Just(Finding::Sex(Sex::Female)),
        (1u8..9).prop_map(|it| Finding::RecordNumber(RecordNumber::new("HOSP", &it.to_string()).unwrap())),
        prop_oneof![Just(TumourKind::Net), Just(TumourKind::Nec)].prop_map(Finding::Histology),
        prop_oneof![Just(Extent::MuscularisPropria), Just(Extent::Serosa)].prop_map(Finding::Extent),
        (2u16..9).prop_map(|it| Finding::Focality(Focality { multifocal: true, count: Some(it) })),
        (1u32..40).prop_map(|it| Finding::LiverLesionSize(millimetres(it))),
        prop_oneof![Just(OrderState::Placed), Just(OrderState::Cancelled)].prop_map(|state| {
            Finding::ImagingOrder(ImagingOrder {
                modality: Some(Modality::Ct),
                region: Region::Liver,
                state,
                numbers: OrderNumbers::default(),
            })
        }),
        prop_oneof![Just(AppointmentState::Booked), Just(AppointmentState::NoShow)].prop_map(|state| {
            let it = ImagingAppointment {
                modality: None,
                region: Region::Other,
                state,
                order: OrderNumbers::default(),
            };
            Finding::ImagingAppointment(it)
        }),
        Just(Finding::CarcinoidSyndrome(Presence::Present)),
        Just(Finding::ContrastIntolerance(Contrast::Iodinated)),
        proptest::sample::select(&DiseaseStatus::ALL[..]).prop_map(Finding::DiseaseStatus),
        proptest::sample::select(&Treatment::ALL[..]).prop_map(Finding::Treatment),
        (0u16..=5).prop_map(|it| Finding::Performance(Performance::ecog(it).unwrap())),
        Just(Finding::StageGroup(StatedStage::parse("IIIB").unwrap())),
        (1u8..9).prop_map(|months| {
            let decision = Decision::new(DecisionKind::Interval { months }, "Dr Weser", "board", None);
            Finding::Decision(decision.unwrap())
        }),
        Just(Finding::Unread { attribute: Attribute::Ki67, reason: UnreadReason::NotANumber }),
    ]
}

/// A merge between two of the first `patients` patients, self-merges included.
pub(crate) fn any_merge(patients: u8) -> impl Strategy<Value = Finding> {
    prop_oneof![
        (0..patients).prop_map(|it| Finding::MergedInto { survivor: patient(it) }),
        (0..patients).prop_map(|it| Finding::Absorbs { retired: patient(it) }),
    ]
}

/// Coded, or read out of text for certain or not.
pub(crate) fn any_reading() -> impl Strategy<Value = Reading> {
    prop_oneof![
        3 => Just(Reading::Coded),
        1 => Just(Reading::stated("test.stated")),
        1 => Just(Reading::uncertain("test.hedged", "Perhaps.")),
    ]
}

/// Facts about few patients, with few identities, reports and times, so that versions meet often.
pub(crate) fn any_fact(patients: u8, finding: impl Strategy<Value = Finding>) -> impl Strategy<Value = Fact> {
    let standing = prop_oneof![
        1 => Just(Standing::Preliminary),
        1 => Just(Standing::NotAvailable),
        6 => Just(Standing::Final),
        2 => Just(Standing::Corrected),
        1 => Just(Standing::Deleted),
        1 => Just(Standing::WrongPatient),
    ];
    let observed = proptest::option::of(2015i16..2025);
    let version = (0i64..8, 0u8..2, 0u8..REPORTS);
    (0..patients, 0u8..6, version, standing, observed, finding, any_reading()).prop_map(
        |(to, identity, (reported_at, tie, report), standing, year, finding, reading)| Fact {
            patient: patient(to),
            identity: FactIdentity::of([[identity]]),
            version: Version { reported_at, tie: [tie; 16] },
            standing,
            observed: year.map(|it| lacteal_clinical::PartialDate::new(it, None, None).unwrap()),
            finding,
            reading,
            report_kind: ReportKind::Untold,
            text: (identity < 3).then(|| TextVersion {
                text: FactIdentity::of([[identity % 2]]),
                standing,
                is_whole: tie == 0,
            }),
            place: Place { report: ReportKey([report; 16]), ..place() },
        },
    )
}

/// What few reports state about few patients, by the first interpretations.
pub(crate) fn any_contribution(
    patients: u8,
    finding: impl Strategy<Value = Finding>,
) -> impl Strategy<Value = Contribution> {
    let facts = proptest::collection::vec(any_fact(1, finding), 0..4);
    (0..patients, 0..REPORTS, 0u32..4, facts).prop_map(|(to, report, interpretation, mut facts)| {
        for fact in &mut facts {
            fact.patient = patient(to);
            fact.place.report = ReportKey([report; 16]);
        }
        Contribution { patient: patient(to), report: ReportKey([report; 16]), interpretation, facts }
    })
}
