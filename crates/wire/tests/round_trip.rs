//! What is said between services arrives as it was said, and what cannot have been said is an error.

#![expect(clippy::expect_used, reason = "a test must fail loudly")]

use lacteal_clinical::bounded::Comparator;
use lacteal_clinical::codes::{CodeSystem, TumourKind};
use lacteal_clinical::decision::{Decision, DecisionKind};
use lacteal_clinical::fact::EXPRESSION_BYTES_MAX;
use lacteal_clinical::finding::{Code, Extent, Focality, Margin, Presence, Sex, Site};
use lacteal_clinical::marker::{Level, Marker, MarkerKind};
use lacteal_clinical::reading::{RULE_BYTES_MAX, SENTENCE_BYTES_MAX};
use lacteal_clinical::tnm::{
    Basis, Category, M, Multiplicity, N, NodeCounts, Prefix, Suffixes, T, TnmStatement,
};
use lacteal_clinical::tnm::{StageEdition, StageGroup, StatedStage};
use lacteal_clinical::treatment::{DiseaseStatus, Performance, Treatment};
use lacteal_clinical::{
    AppointmentState, Attribute, Bounded, Certainty, Dossier, Fact, FactIdentity, Finding, Grade, Imaging,
    ImagingAppointment, ImagingOrder, Length, MitoticRate, Modality, OrderNumbers, OrderState, PartialDate,
    PatientId, Percent, Place, Reading, RecordNumber, Region, ReportKey, ReportKind, Standing, TextVersion,
    UnreadReason, Version,
};
use lacteal_wire::{
    Error, decode, dossier, encode, event, fact, finding, read_dossier, read_fact, read_finding, read_report,
};
use proptest::prelude::*;
use proptest::sample::select;

fn sixteen() -> impl Strategy<Value = [u8; 16]> {
    any::<[u8; 16]>()
}

fn date() -> impl Strategy<Value = PartialDate> {
    (1850_i16..=2200, prop::option::of((1_i8..=12, prop::option::of(1_i8..=28)))).prop_map(|(year, rest)| {
        let (month, day) = rest.map_or((None, None), |(month, day)| (Some(month), day));
        PartialDate::new(year, month, day).expect("a date")
    })
}

fn bounded<T: Copy + Ord + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = T> + Clone + 'static,
) -> impl Strategy<Value = Bounded<T>> {
    let comparators = vec![
        Comparator::Equal,
        Comparator::Below,
        Comparator::AtMost,
        Comparator::Above,
        Comparator::AtLeast,
    ];
    let one = (select(comparators), value.clone()).prop_map(|(how, value)| Bounded::new(how, value));
    let range = (value.clone(), value)
        .prop_map(|(a, b)| Bounded::range(a.min(b), a.max(b)).expect("from the lower to the higher"));
    (prop_oneof![one, range], any::<bool>()).prop_map(|(it, approximate)| it.approximate(approximate))
}

fn length() -> impl Strategy<Value = Length> + Clone {
    (1..=Length::MICROMETRES_MAX).prop_map(|um| Length::from_micrometres(um).expect("a length"))
}

fn percent() -> impl Strategy<Value = Percent> + Clone {
    (0..=Percent::THOUSANDTHS_MAX).prop_map(|it| Percent::from_thousandths(it).expect("a percentage"))
}

fn rate() -> impl Strategy<Value = MitoticRate> + Clone {
    (0..=MitoticRate::THOUSANDTHS_MAX).prop_map(|it| MitoticRate::from_thousandths(it).expect("a rate"))
}

fn tnm() -> impl Strategy<Value = TnmStatement> {
    let categories: Vec<Category> = [T::X, T::T0, T::T1, T::T2, T::T3, T::T4]
        .map(Category::T)
        .into_iter()
        .chain([N::X, N::N0, N::N1, N::N2].map(Category::N))
        .chain([M::X, M::M0, M::M1, M::M1a, M::M1b, M::M1c].map(Category::M))
        .collect();
    let prefix = (select(vec![Basis::Unstated, Basis::Clinical, Basis::Pathological]), any::<[bool; 3]>())
        .prop_map(|(basis, [after_treatment, recurrence, autopsy])| Prefix {
            basis,
            after_treatment,
            recurrence,
            autopsy,
        });
    let several = prop_oneof![Just(Multiplicity::Several), (1..=u16::MAX).prop_map(Multiplicity::Count),];
    let suffixes = (prop::option::of(several), any::<[bool; 3]>()).prop_map(
        |(multiplicity, [sentinel, biopsy, isolated_cells])| Suffixes {
            multiplicity,
            sentinel,
            biopsy,
            isolated_cells,
        },
    );
    let nodes = prop::option::of(any::<(u16, u16)>())
        .prop_map(|it| it.map(|(positive, examined)| NodeCounts { positive, examined }));
    (select(categories), prefix, suffixes, nodes, ".{0,20}").prop_map(
        |(category, prefix, suffixes, nodes, raw)| TnmStatement { prefix, category, suffixes, nodes, raw },
    )
}

fn imaging() -> impl Strategy<Value = Imaging> {
    use Modality::{Ct, Mr, Pet, Scintigraphy, Ultrasound};
    let regions = vec![
        Region::Abdomen,
        Region::Liver,
        Region::AbdomenPelvis,
        Region::Pelvis,
        Region::Chest,
        Region::ChestAbdomenPelvis,
        Region::WholeBody,
        Region::Other,
    ];
    (select(vec![Ct, Mr, Pet, Ultrasound, Scintigraphy]), select(regions))
        .prop_map(|(modality, region)| Imaging { modality, region })
}

fn record() -> impl Strategy<Value = RecordNumber> {
    ("[A-Z]{1,8}", "[0-9A-Zé-]{1,20}")
        .prop_map(|(authority, number)| RecordNumber::new(&authority, &number).expect("a number"))
}

fn judgement() -> impl Strategy<Value = Finding> {
    let judged = || {
        (sixteen(), sixteen(), sixteen())
            .prop_map(|(patient, identity, digest)| ((PatientId(patient), FactIdentity(identity)), digest))
    };
    let kind = prop_oneof![
        (1_u8..=60).prop_map(|months| DecisionKind::Interval { months }),
        select(vec![Modality::Ct, Modality::Mr]).prop_map(DecisionKind::Modality),
        select(vec![
            DecisionKind::Hold,
            DecisionKind::Decline,
            DecisionKind::Discharge,
            DecisionKind::Transfer,
            DecisionKind::Resume,
            DecisionKind::Treated,
        ]),
        "[a-z-]{1,64}".prop_map(|name| DecisionKind::Policy { name }),
        judged().prop_map(|(fact, digest)| DecisionKind::Confirm { fact, digest }),
        judged().prop_map(|(fact, digest)| DecisionKind::Reject { fact, digest }),
    ];
    let decision =
        (kind, "[a-zA-Zäß]{1,32}", "[a-z]{1,20}", 2000_i16..2100).prop_map(|(kind, author, reason, year)| {
            let until = Some(jiff::civil::date(year, 2, 28));
            let with_day = Decision::new(kind.clone(), &author, &reason, until);
            let decision = with_day.or_else(|_| Decision::new(kind, &author, &reason, None));
            Finding::Decision(decision.expect("a decision"))
        });
    let groups = vec![StageGroup::I, StageGroup::II, StageGroup::III, StageGroup::IV];
    let editions = vec![StageEdition::Seventh, StageEdition::Eighth, StageEdition::Version9];
    let stage = (select(groups), prop::option::of(select(vec!['A', 'B'])), select(editions))
        .prop_filter_map("a letter that the group has", |(group, letter, edition)| {
            StatedStage::new(group, letter, Some(edition)).map(Finding::StageGroup)
        });
    let level = any::<u32>().prop_map(Level::from_thousandths);
    let marker = (
        select(MarkerKind::ALL.to_vec()),
        bounded(level.clone()),
        "[a-zA-Z/]{1,24}",
        prop::option::of(level),
        "[A-Z0-9-]{1,64}",
    )
        .prop_map(|(kind, level, unit, limit, assay)| {
            Finding::Marker(Marker::new(kind, level, &unit, limit, &assay).expect("a marker"))
        });
    use Presence::{Absent, Indeterminate, Present};
    prop_oneof![
        decision,
        stage,
        marker,
        bounded(percent()).prop_map(Finding::MetastasisKi67),
        select(vec![Present, Absent, Indeterminate]).prop_map(Finding::CarcinoidSyndrome),
        select(lacteal_clinical::finding::Contrast::ALL.to_vec()).prop_map(Finding::ContrastIntolerance),
        select(DiseaseStatus::ALL.to_vec()).prop_map(Finding::DiseaseStatus),
        select(Treatment::ALL.to_vec()).prop_map(Finding::Treatment),
        (0_u16..=5).prop_map(|score| Finding::Performance(Performance::ecog(score).expect("a score"))),
        (0_u16..=10)
            .prop_map(|tens| Finding::Performance(Performance::karnofsky(tens * 10).expect("a score"))),
    ]
}

fn a_finding() -> impl Strategy<Value = Finding> {
    use Presence::{Absent, Indeterminate, Present};
    let code = "[A-Z0-9/-]{1,32}".prop_map(|text| Code::new(&text).expect("a code"));
    let sites = vec![Site::Ileum, Site::Jejunum, Site::SmallBowelUnspecified, Site::Meckel, Site::Elsewhere];
    let about_the_tumour = prop_oneof![
        (select(CodeSystem::ALL.to_vec()), code)
            .prop_map(|(system, code)| Finding::Diagnosis { system, code }),
        select(sites).prop_map(Finding::PrimarySite),
        length().prop_map(Finding::TumourSize),
        tnm().prop_map(Finding::Tnm),
        any::<u16>().prop_map(Finding::NodesExamined),
        any::<u16>().prop_map(Finding::NodesPositive),
        bounded(percent()).prop_map(Finding::Ki67),
        bounded(rate()).prop_map(Finding::Mitoses),
        select(vec![Grade::G1, Grade::G2, Grade::G3, Grade::Nec]).prop_map(Finding::Grade),
        select(vec![Present, Absent, Indeterminate]).prop_map(Finding::LiverMetastasis),
        imaging().prop_map(Finding::Imaging),
        bounded(length()).prop_map(Finding::MesentericMass),
        any::<bool>().prop_map(Finding::MesentericDeposits),
        select(vec![Margin::R0, Margin::R1, Margin::R2]).prop_map(Finding::Margin),
        any::<bool>().prop_map(Finding::LymphovascularInvasion),
        any::<bool>().prop_map(Finding::PerineuralInvasion),
    ];
    let out_of_text = prop_oneof![
        select(vec![TumourKind::Net, TumourKind::Unclear, TumourKind::Nec, TumourKind::Other])
            .prop_map(Finding::Histology),
        select(vec![
            Extent::LaminaPropriaOrSubmucosa,
            Extent::MuscularisPropria,
            Extent::Subserosa,
            Extent::Serosa,
            Extent::OtherOrgans,
        ])
        .prop_map(Finding::Extent),
        (any::<bool>(), prop::option::of(any::<u16>()))
            .prop_map(|(multifocal, count)| Finding::Focality(Focality { multifocal, count })),
        length().prop_map(Finding::LiverLesionSize),
    ];
    let order = select(vec![OrderState::Placed, OrderState::Cancelled, OrderState::Completed]);
    let appointment = select(vec![
        AppointmentState::Booked,
        AppointmentState::Cancelled,
        AppointmentState::NoShow,
        AppointmentState::Fulfilled,
    ]);
    let number = || prop::option::of(sixteen().prop_map(FactIdentity));
    let numbers = || (number(), number()).prop_map(|(placer, filler)| OrderNumbers { placer, filler });
    let to_come = prop_oneof![
        (imaging(), any::<bool>(), order, numbers()).prop_map(|(of, told, state, numbers)| {
            let modality = told.then_some(of.modality);
            Finding::ImagingOrder(ImagingOrder { modality, region: of.region, state, numbers })
        }),
        (imaging(), any::<bool>(), appointment, numbers()).prop_map(|(of, told, state, order)| {
            let modality = told.then_some(of.modality);
            Finding::ImagingAppointment(ImagingAppointment { modality, region: of.region, state, order })
        }),
    ];
    let to_come = prop_oneof![to_come, judgement()];
    let others = prop_oneof![
        prop::option::of(date()).prop_map(|date| Finding::Death { date }),
        date().prop_map(Finding::BirthDate),
        select(vec![Sex::Female, Sex::Male, Sex::Other, Sex::Unknown]).prop_map(Finding::Sex),
        record().prop_map(Finding::RecordNumber),
        sixteen().prop_map(|id| Finding::MergedInto { survivor: PatientId(id) }),
        sixteen().prop_map(|id| Finding::Absorbs { retired: PatientId(id) }),
        (select(Attribute::ALL), select(UnreadReason::ALL))
            .prop_map(|(attribute, reason)| Finding::Unread { attribute, reason }),
    ];
    prop_oneof![4 => about_the_tumour, 1 => out_of_text, 1 => to_come, 2 => others]
}

fn reading() -> impl Strategy<Value = Reading> {
    prop_oneof![
        Just(Reading::Coded),
        "[a-z.]{1,64}".prop_map(|rule| Reading::stated(&rule)),
        ("[a-z.]{1,64}", ".{0,120}").prop_map(|(rule, sentence)| Reading::uncertain(&rule, &sentence)),
        "[a-z.]{1,64}".prop_map(|rule| Reading::Text {
            rule,
            certainty: Certainty::Uncertain,
            sentence: None,
        }),
    ]
}

fn a_fact() -> impl Strategy<Value = Fact> {
    let standings = vec![
        Standing::Preliminary,
        Standing::NotAvailable,
        Standing::Final,
        Standing::Corrected,
        Standing::Deleted,
        Standing::WrongPatient,
    ];
    let place = (sixteen(), "[A-Z]{3}", any::<[u32; 3]>(), any::<[u16; 3]>(), "[a-zA-Z.]{0,200}").prop_map(
        |(
            report,
            segment,
            [occurrence, span_start, span_end],
            [field, repetition, component],
            expression,
        )| Place {
            report: ReportKey(report),
            segment,
            occurrence,
            field,
            repetition,
            component,
            span_start,
            span_end,
            expression,
        },
    );
    let version = (any::<i64>(), sixteen()).prop_map(|(reported_at, tie)| Version { reported_at, tie });
    let identity = sixteen().prop_map(FactIdentity);
    let patient = sixteen().prop_map(PatientId);
    let said = (a_finding(), reading(), place);
    (patient, identity, version, select(standings), prop::option::of(date()), said).prop_map(
        |(patient, identity, version, standing, observed, (finding, reading, place))| Fact {
            patient,
            identity,
            version,
            standing,
            observed,
            finding,
            reading,
            report_kind: if identity.0[0] % 2 == 0 { ReportKind::Untold } else { ReportKind::Pathology },
            text: (identity.0[1] % 2 == 0).then_some(TextVersion {
                text: identity,
                standing,
                is_whole: identity.0[2] % 2 == 0,
            }),
            place,
        },
    )
}

proptest! {
    #[test]
    fn a_finding_comes_back_as_it_was(it in a_finding()) {
        let bytes = encode(&finding(&it));
        let back: event::Finding = decode(&bytes, "finding").expect("readable");
        prop_assert_eq!(read_finding(&back), Ok(it));
    }

    #[test]
    fn a_fact_comes_back_as_it_was(it in a_fact()) {
        let bytes = encode(&fact(&it));
        let back: event::Fact = decode(&bytes, "fact").expect("readable");
        let back = read_fact(&back).expect("valid");
        prop_assert_eq!(back.canonical_bytes(), it.canonical_bytes());
        prop_assert_eq!(back, it);
    }

    #[test]
    fn a_dossier_keeps_its_digest(
        all in prop::collection::vec((a_fact(), 0_u8..6, 1_u32..4), 0..20),
        patient in sixteen(),
        survivor in sixteen(),
    ) {
        let mut folded = Dossier::from_parts(PatientId(patient), PatientId(survivor), []);
        for (fact, identity, interpretation) in all {
            let fact = Fact { patient: PatientId(patient), identity: FactIdentity([identity; 16]), ..fact };
            folded.read_again(fact.patient, fact.place.report, interpretation);
            folded.add(fact);
        }
        let bytes = encode(&dossier(&folded));
        let back: event::Dossier = decode(&bytes, "dossier").expect("readable");
        let back = read_dossier(&back).expect("valid");
        prop_assert_eq!(back.digest(), folded.digest());
        prop_assert_eq!(back, folded);
    }

    #[test]
    fn any_bytes_are_a_fact_or_an_error_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let bytes = bytes::Bytes::from(bytes);
        if let Ok(event) = decode::<event::Fact>(&bytes, "fact") {
            let _valid_or_not = read_fact(&event);
        }
    }

    #[test]
    fn a_damaged_fact_is_an_error_or_another_fact_that_comes_back(
        it in a_fact(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = encode(&fact(&it)).to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(event) = decode::<event::Fact>(&bytes.into(), "fact")
            && let Ok(read) = read_fact(&event)
        {
            prop_assert_eq!(read_fact(&fact(&read)), Ok(read));
        }
    }
}

fn sample() -> event::Fact {
    event::Fact {
        patient: vec![1; 16],
        identity: vec![2; 16],
        reported_at_s: 3,
        tie: vec![4; 16],
        standing: event::Standing::Final.into(),
        observed: None,
        place: Some(event::Place { report: vec![5; 16], ..event::Place::default() }),
        finding: Some(event::Finding { kind: Some(event::finding::Kind::NodesPositive(2)) }),
        reading: None,
        report_kind: 0,
        text: None,
        taken_back: false,
    }
}

#[test]
fn what_is_missing_or_impossible_in_a_fact_is_named() {
    fn check(field: &'static str, spoil: impl FnOnce(&mut event::Fact)) {
        let mut fact = sample();
        assert!(read_fact(&fact).is_ok());
        spoil(&mut fact);
        let error = read_fact(&fact).expect_err(field);
        assert!(matches!(error, Error::Missing { field: it } | Error::Invalid { field: it } if it == field));
    }
    check("fact.patient", |fact| fact.patient.clear());
    check("fact.patient", |fact| fact.patient.push(0));
    check("fact.identity", |fact| fact.identity.truncate(15));
    check("fact.tie", |fact| fact.tie.clear());
    check("fact.standing", |fact| fact.standing = 0);
    check("fact.standing", |fact| fact.standing = 99);
    check("fact.place", |fact| fact.place = None);
    check("place.report", |fact| fact.place = Some(event::Place::default()));
    check("place", |fact| {
        fact.place = Some(event::Place { report: vec![5; 16], field: 70_000, ..event::Place::default() });
    });
    check("place.expression", |fact| {
        let expression = "a".repeat(EXPRESSION_BYTES_MAX + 1);
        fact.place = Some(event::Place { report: vec![5; 16], expression, ..event::Place::default() });
    });
    let reading = |rule: &str, certainty: event::Certainty, sentence: Option<String>| {
        Some(event::Reading { rule: rule.to_owned(), certainty: certainty.into(), sentence })
    };
    use event::Certainty::{Stated, Uncertain, Unspecified};
    check("reading.certainty", |fact| fact.reading = reading("rule", Unspecified, None));
    check("reading.rule", |fact| fact.reading = reading("", Stated, None));
    check("reading.rule", |fact| fact.reading = reading(&"r".repeat(RULE_BYTES_MAX + 1), Stated, None));
    check("reading.sentence", |fact| fact.reading = reading("rule", Stated, Some(String::new())));
    let long = "s".repeat(SENTENCE_BYTES_MAX + 1);
    check("reading.sentence", |fact| fact.reading = reading("rule", Uncertain, Some(long)));
    check("fact.finding", |fact| fact.finding = None);
    check("finding.kind", |fact| fact.finding = Some(event::Finding::default()));
    let day = |year, month, day| Some(event::PartialDate { year, month, day });
    check("date", |fact| fact.observed = day(0, 0, 0));
    check("date", |fact| fact.observed = day(2023, 2, 29));
    check("date", |fact| fact.observed = day(2024, 0, 1));
    check("date", |fact| fact.observed = day(70_000, 1, 1));
    check("date", |fact| fact.observed = day(2024, 300, 1));
    check("fact.report_kind", |fact| fact.report_kind = 9);
}

#[test]
fn a_fact_without_a_reading_was_coded() {
    assert_eq!(read_fact(&sample()).map(|it| it.reading), Ok(Reading::Coded));
}

#[test]
fn what_is_impossible_in_a_finding_is_named() {
    use event::finding::Kind;
    let range = |low, high| event::Range { low, high, ..event::Range::default() };
    let stage = |group: &str, letter: &str, edition| {
        Kind::StageGroup(event::StatedStage { group: group.into(), letter: letter.into(), edition })
    };
    for (field, kind) in [
        ("diagnosis.system", Kind::Diagnosis(event::Code { system: "x".into(), code: "C172".into() })),
        ("diagnosis.code", Kind::Diagnosis(event::Code { system: "icd-10".into(), code: String::new() })),
        ("site", Kind::PrimarySite(0)),
        ("site", Kind::PrimarySite(99)),
        ("length", Kind::TumourSizeUm(0)),
        ("count", Kind::NodesExamined(70_000)),
        ("ki67", Kind::Ki67MilliPercent(range(Some(100_001), None))),
        ("range", Kind::Ki67MilliPercent(range(None, None))),
        ("range", Kind::Ki67MilliPercent(range(Some(2), Some(1)))),
        ("range", Kind::Ki67MilliPercent(event::Range { high_excluded: true, ..range(Some(1), Some(3)) })),
        ("range", Kind::Ki67MilliPercent(event::Range { low_excluded: true, ..range(None, Some(3)) })),
        ("mitoses", Kind::MitosesMilliPer2mm2(range(None, Some(1_000_001)))),
        ("grade", Kind::Grade(0)),
        ("presence", Kind::LiverMetastasis(0)),
        ("modality", Kind::Imaging(event::Imaging { modality: 0, region: 1 })),
        ("region", Kind::Imaging(event::Imaging { modality: 1, region: 0 })),
        ("margin", Kind::Margin(0)),
        ("histology", Kind::Histology(0)),
        ("extent", Kind::Extent(9)),
        ("count", Kind::Focality(event::Focality { multifocal: true, count: Some(70_000) })),
        ("length", Kind::LiverLesionSizeUm(0)),
        (
            "region",
            Kind::ImagingOrder(event::ImagingOrder { modality: 0, region: 0, state: 1, numbers: None }),
        ),
        (
            "order.state",
            Kind::ImagingOrder(event::ImagingOrder { modality: 0, region: 1, state: 0, numbers: None }),
        ),
        (
            "modality",
            Kind::ImagingAppointment(event::ImagingAppointment {
                modality: 99,
                region: 1,
                state: 1,
                order: None,
            }),
        ),
        (
            "appointment.state",
            Kind::ImagingAppointment(event::ImagingAppointment {
                modality: 1,
                region: 1,
                state: 0,
                order: None,
            }),
        ),
        ("sex", Kind::Sex(0)),
        ("tnm.category", Kind::Tnm(event::Tnm { category: "T9".into(), ..event::Tnm::default() })),
        ("tnm.basis", Kind::Tnm(event::Tnm { category: "T3".into(), basis: 9, ..event::Tnm::default() })),
        ("stage_group", stage("III", "BA", 0)),
        ("stage_group", stage("III", "", 9)),
        ("record_number", Kind::RecordNumber(event::RecordNumber::default())),
        ("finding.merged_into", Kind::MergedInto(vec![1; 15])),
        ("finding.absorbs", Kind::Absorbs(Vec::new())),
        ("unread.attribute", Kind::Unread(event::Unread { attribute: "x".into(), reason: "empty".into() })),
        ("unread.reason", Kind::Unread(event::Unread { attribute: "ki67".into(), reason: String::new() })),
    ] {
        let error = read_finding(&event::Finding { kind: Some(kind) });
        assert_eq!(error, Err(Error::Invalid { field }));
    }
}

#[test]
fn a_report_without_its_key_or_patient_is_an_error() {
    let report = event::Report { key: vec![1; 16], patient: vec![2; 16], ..event::Report::default() };
    assert!(read_report(&report).is_ok());
    let without_key = event::Report { key: Vec::new(), ..report.clone() };
    assert_eq!(read_report(&without_key), Err(Error::Invalid { field: "report.key" }));
    let without_patient = event::Report { patient: Vec::new(), ..report };
    assert_eq!(read_report(&without_patient), Err(Error::Invalid { field: "report.patient" }));
}

#[test]
fn bytes_that_are_no_event_are_named_by_the_event() {
    let bytes = bytes::Bytes::from_static(b"\xFF\xFF\xFF");
    assert_eq!(decode::<event::Report>(&bytes, "report"), Err(Error::Undecodable { event: "report" }));
}
