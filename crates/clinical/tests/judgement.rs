//! What the picture makes of decisions, of sources of different strength, of other tumours, and what it says of the course.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

mod support;

use lacteal_clinical::codes::CodeSystem;
use lacteal_clinical::decision::{Decision, DecisionKind};
use lacteal_clinical::finding::{Contrast, Margin, Presence, Site};
use lacteal_clinical::marker::Level;
use lacteal_clinical::picture::{LiverStatus, Onset, Phase, Rule, Source, TimeZeroBasis};
use lacteal_clinical::tnm::{Axis, StatedStage};
use lacteal_clinical::treatment::{DiseaseStatus, Treatment};
use lacteal_clinical::{
    AppointmentState, Attribute, Bounded, ConflictKind, ConflictRule, Dossier, Fact, FactIdentity, Finding,
    Imaging, ImagingAppointment, ImagingOrder, Marker, MarkerKind, Modality, OrderNumbers, OrderState,
    PartialDate, Percent, Picture, Reading, Region, ReportKey, ReportKind, Standing,
};
use proptest::prelude::*;
use support::{any_plain_finding, date, diagnosis, fact, ki67, millimetres, patient, tnm};

fn picture(facts: &[Fact]) -> Picture {
    Picture::of(&Dossier::from_parts(patient(1), patient(1), facts.iter().cloned()))
}

fn of_report(report: u8, kind: ReportKind, fact: Fact) -> Fact {
    let mut fact = Fact { report_kind: kind, ..fact };
    fact.place.report = ReportKey([report; 16]);
    fact
}

fn uncertain(name: &str, finding: Finding) -> Fact {
    let reading = Reading::uncertain("liver.hedged", "A lesion may be a metastasis.");
    Fact { reading, ..fact(name, Some("2024-05-02"), finding) }
}

/// A decision, made at this second.
fn decided(kind: DecisionKind, at: i64, until: Option<&str>) -> Fact {
    let until = until.map(|it| date(it).earliest());
    let decision = Decision::new(kind, "Dr Weser", "tumour board", until).unwrap();
    let identity = decision.slot().identity();
    let mut fact = Fact { identity, ..fact("", Some("2024-06-01"), Finding::Decision(decision)) };
    fact.version.reported_at = at;
    fact
}

fn resected_ileum() -> Vec<Fact> {
    vec![
        fact("dx", Some("2020-03"), diagnosis(CodeSystem::Icd10Cm, "C7A.012")),
        fact("t", Some("2020-03-05"), tnm(Axis::T, "pT3")),
        fact("n", Some("2020-03-05"), tnm(Axis::N, "pN1 (2/13)")),
        fact("m", Some("2020-03-05"), tnm(Axis::M, "cM0")),
        fact("margin", Some("2020-03-05"), Finding::Margin(Margin::R0)),
    ]
}

fn with(mut facts: Vec<Fact>, more: impl IntoIterator<Item = Fact>) -> Picture {
    facts.extend(more);
    picture(&facts)
}

#[test]
fn a_confirmed_statement_is_believed_and_a_rejected_one_vanishes_from_the_list() {
    let doubt = uncertain("liver", Finding::LiverMetastasis(Presence::Present));
    let (fact, digest) = (doubt.key(), doubt.statement_digest());
    let before = with(resected_ileum(), [doubt.clone()]);
    assert_eq!((before.liver.status, before.uncertain.len()), (LiverStatus::Unknown, 1));

    let confirm = decided(DecisionKind::Confirm { fact, digest }, 500, None);
    let confirmed = with(resected_ileum(), [doubt.clone(), confirm.clone()]);
    assert_eq!(confirmed.liver.status, LiverStatus::Present { since: Some(date("2024-05-02")) });
    assert!(confirmed.uncertain.is_empty());

    let reject = decided(DecisionKind::Reject { fact, digest }, 600, None);
    let rejected = with(resected_ileum(), [doubt, reject, confirm]);
    assert_eq!(rejected.liver.status, LiverStatus::Unknown, "the later judgement counts");
    assert!(rejected.uncertain.is_empty());
    assert_eq!(rejected.rejected, [fact]);
}

#[test]
fn a_judgement_does_not_carry_over_to_another_value() {
    let doubt = uncertain("liver", Finding::LiverMetastasis(Presence::Present));
    let confirm =
        decided(DecisionKind::Confirm { fact: doubt.key(), digest: doubt.statement_digest() }, 500, None);
    let mut other = uncertain("liver", Finding::LiverMetastasis(Presence::Indeterminate));
    other.version.reported_at = 700;
    other.standing = Standing::Corrected;
    let picture = with(resected_ileum(), [doubt, other, confirm]);
    assert_eq!((picture.liver.status, picture.uncertain.len()), (LiverStatus::Unknown, 1));
}

#[test]
fn a_coded_value_cannot_be_rejected() {
    let mut facts = resected_ileum();
    let coded = fact("ki67", Some("2020-03-05"), ki67("5"));
    let (key, digest) = (coded.key(), coded.statement_digest());
    facts.extend([coded, decided(DecisionKind::Reject { fact: key, digest }, 500, None)]);
    let picture = picture(&facts);
    assert!(picture.ki67.is_some() && picture.rejected.is_empty());
}

#[test]
fn the_latest_decision_of_a_slot_stands_and_a_withdrawn_one_does_not() {
    let three = decided(DecisionKind::Interval { months: 3 }, 500, None);
    let nine = decided(DecisionKind::Interval { months: 9 }, 600, None);
    let held = decided(DecisionKind::Hold, 550, Some("2024-12-01"));
    let both = with(resected_ileum(), [nine.clone(), held, three]);
    let kinds: Vec<&DecisionKind> = both.decisions.iter().map(|it| it.decision.kind()).collect();
    assert_eq!(kinds, [&DecisionKind::Interval { months: 9 }, &DecisionKind::Hold]);

    let mut revoked = nine.clone();
    (revoked.standing, revoked.version.reported_at) = (Standing::Deleted, 700);
    assert!(with(resected_ileum(), [nine, revoked]).decisions.is_empty());
}

#[test]
fn a_resection_counts_before_a_biopsy_and_a_letter_whatever_their_dates() {
    let (pathology, clinic) = (ReportKind::Pathology, ReportKind::Clinic);
    let of_resection = [
        of_report(1, pathology, fact("n", Some("2020-03-05"), tnm(Axis::N, "pN1 (2/13)"))),
        of_report(1, pathology, fact("ki67", Some("2020-03-05"), ki67("4"))),
    ];
    let biopsy = of_report(2, pathology, fact("biopsy", Some("2020-01-10"), ki67("1")));
    let letter = of_report(3, clinic, fact("letter", Some("2023-01-10"), ki67("2")));
    let facts = [&of_resection[..], &[biopsy, letter]].concat();
    let picture = picture(&facts);
    assert_eq!(picture.ki67.as_ref().unwrap().value.to_string(), "4 %");
    let it = picture.differences.iter().find(|it| it.attribute == Attribute::Ki67).unwrap();
    assert_eq!(it.rule, Rule::Source { chosen: Source::Resection, other: Source::Biopsy });
    assert_eq!((it.chosen.len(), it.others.len()), (1, 2));
}

#[test]
fn tissue_after_the_resection_is_not_taken_for_a_lesser_biopsy() {
    let later = fact("addendum", Some("2020-04-01"), ki67("9"));
    let later = of_report(7, ReportKind::Pathology, later);
    let picture = with(resected_ileum(), [fact("ki67", Some("2020-03-05"), ki67("2")), later]);
    assert_eq!(picture.ki67.unwrap().value.to_string(), "9 %");
}

#[test]
fn the_ki67_of_a_metastasis_is_never_that_of_the_primary() {
    let of_metastasis = Bounded::<Percent>::parse("18", Some("%")).unwrap();
    let picture = with(
        resected_ileum(),
        [
            fact("ki67", Some("2020-03-05"), ki67("2")),
            fact("metastasis", Some("2024-03-05"), Finding::MetastasisKi67(of_metastasis)),
        ],
    );
    assert_eq!(picture.ki67.unwrap().value.to_string(), "2 %");
    assert_eq!(picture.metastasis_ki67.unwrap().value.to_string(), "18 %");
}

#[test]
fn a_tumour_of_another_organ_is_kept_apart_with_all_its_values() {
    let colon = [
        fact("colon", Some("2022-06-01"), Finding::PrimarySite(Site::Elsewhere)),
        fact("colon t", Some("2022-06-01"), tnm(Axis::T, "pT4")),
        fact("colon n", Some("2022-06-01"), tnm(Axis::N, "pN2")),
        fact("colon nodes", Some("2022-06-01"), Finding::NodesPositive(14)),
        fact("colon size", Some("2022-06-01"), Finding::TumourSize(millimetres(60))),
    ];
    let colon = colon.map(|it| of_report(9, ReportKind::Pathology, it));
    let alone = picture(&resected_ileum());
    let both = with(resected_ileum(), colon);
    assert_eq!((&both.t, &both.n, &both.size), (&alone.t, &alone.n, &alone.size));
    assert_eq!((&both.nodes_positive, &both.time_zero), (&alone.nodes_positive, &alone.time_zero));
    assert_eq!(both.other_tumours.len(), 1);
    assert_eq!(both.other_tumours[0].facts.len(), 4);
}

#[test]
fn a_net_of_another_organ_is_kept_apart_and_one_of_no_told_site_is_not() {
    let report = |site: Option<Finding>| {
        let net = diagnosis(CodeSystem::IcdO3Morphology, "8240/3");
        let all = [("morphology", Some(net)), ("site", site), ("index", Some(ki67("15")))];
        let told = all.into_iter().filter_map(|(name, finding)| Some((name, finding?)));
        told.map(|(name, it)| of_report(9, ReportKind::Pathology, fact(name, Some("2022-06-01"), it)))
            .collect::<Vec<_>>()
    };
    let believed = |site| with(resected_ileum(), report(site)).ki67.map(|it| it.value.to_string());
    let topography = |code| Some(diagnosis(CodeSystem::IcdO3Topography, code));
    assert_eq!(believed(topography("C18.1")), None, "of the appendix");
    assert_eq!(believed(topography("C17.2")).as_deref(), Some("15 %"));
    assert_eq!(believed(None).as_deref(), Some("15 %"));
    let both = with(resected_ileum(), report(topography("C18.1")));
    assert_eq!(both.other_tumours.len(), 1);
    assert!(both.conflicts.iter().any(|it| it.kind == ConflictKind::DiagnosesDiffer), "people look at it");
}

#[test]
fn a_marker_rises_only_against_the_same_assay_and_unit() {
    let level = |name: &str, day: &str, milli: u32, assay: &str| {
        let level = Bounded::exactly(Level::from_thousandths(milli));
        let it = Marker::new(MarkerKind::ChromograninA, level, "ug/L", None, assay).unwrap();
        fact(name, Some(day), Finding::Marker(it))
    };
    let first = level("a", "2024-01-10", 80_000, "9811-1");
    let other_kit = level("b", "2024-07-10", 300_000, "LOCAL-CGA");
    let second = level("c", "2024-07-11", 130_000, "9811-1");
    assert!(with(resected_ileum(), [first.clone(), other_kit.clone()]).rising.is_empty());
    let picture = with(resected_ileum(), [second, other_kit, first]);
    assert_eq!(picture.rising.len(), 1);
    assert_eq!(picture.rising[0].facts.len(), 2);
    assert_eq!(picture.markers.len(), 3);
}

#[test]
fn a_concentration_in_urine_is_no_excretion_and_does_not_rise() {
    let level = |name: &str, day: &str, kind, milli: u32| {
        let level = Bounded::exactly(Level::from_thousandths(milli));
        fact(name, Some(day), Finding::Marker(Marker::new(kind, level, "umol/L", None, "25971-3").unwrap()))
    };
    let rising = |kind| {
        let two = [level("a", "2024-01-10", kind, 20_000), level("b", "2024-07-10", kind, 90_000)];
        with(resected_ileum(), two).rising.len()
    };
    assert_eq!(rising(MarkerKind::UrineHiaa), 1);
    assert_eq!(rising(MarkerKind::UrineHiaaConcentration), 0);
    assert_eq!(rising(MarkerKind::NtProBnp), 0);
}

#[test]
fn contrast_intolerance_counts_once_when_it_is_final_and_certain() {
    let of = |name: &str, agent, reading, standing| {
        let fact = fact(name, None, Finding::ContrastIntolerance(agent));
        Fact { reading, standing, ..fact }
    };
    let told = |facts: Vec<Fact>| -> Vec<Contrast> {
        with(resected_ileum(), facts).contrast_intolerance.iter().map(|it| it.value).collect()
    };
    use Contrast::{Gadolinium, Iodinated};
    let coded = |name, agent| of(name, agent, Reading::Coded, Standing::Final);
    assert_eq!(told(vec![coded("a", Iodinated), coded("b", Iodinated)]), [Iodinated]);
    assert_eq!(told(vec![coded("a", Gadolinium), coded("b", Iodinated)]), [Iodinated, Gadolinium]);
    assert_eq!(told(vec![of("a", Iodinated, Reading::uncertain("r", "Perhaps."), Standing::Final)]), []);
    assert_eq!(told(vec![of("a", Iodinated, Reading::Coded, Standing::Preliminary)]), []);
    assert_eq!(told(vec![of("a", Iodinated, Reading::Coded, Standing::Deleted)]), []);
}

#[test]
fn a_resection_that_is_only_told_as_a_procedure_starts_the_clock() {
    let treated = |treatment| fact("op", Some("2021-03-05"), Finding::Treatment(treatment));
    let known = || vec![fact("dx", Some("2020-03"), diagnosis(CodeSystem::Icd10Cm, "C7A.012"))];
    let zero = |facts: Vec<Fact>| facts_zero(&picture(&facts));
    assert_eq!(zero(known()), (date("2020-03"), TimeZeroBasis::FirstEvidence));
    let resected = [known(), vec![treated(Treatment::SmallBowelResection)]].concat();
    assert_eq!(zero(resected), (date("2021-03-05"), TimeZeroBasis::Resection));
    for other in [Treatment::Surgery, Treatment::Radiotherapy, Treatment::Systemic] {
        let picture = picture(&[known(), vec![treated(other)]].concat());
        assert_eq!(facts_zero(&picture), (date("2020-03"), TimeZeroBasis::FirstEvidence));
        assert_eq!(picture.treatments.len(), 1);
    }
}

fn facts_zero(picture: &Picture) -> (PartialDate, TimeZeroBasis) {
    let zero = picture.time_zero.as_ref().unwrap().value;
    (zero.date, zero.basis)
}

#[test]
fn a_worse_course_counts_only_once_a_clinician_has_confirmed_it() {
    let said = |name: &str, day, status| fact(name, Some(day), Finding::DiseaseStatus(status));
    let stable = said("a", "2024-01-05", DiseaseStatus::Stable);
    let worse = Fact {
        reading: Reading::uncertain("disease_status", ""),
        ..said("b", "2024-06-05", DiseaseStatus::Worsened)
    };
    let (fact, digest) = (worse.key(), worse.statement_digest());
    let before = with(resected_ileum(), [stable.clone(), worse.clone()]);
    assert_eq!(before.disease_status.map(|it| it.value), Some(DiseaseStatus::Stable));
    assert_eq!(before.uncertain.len(), 1);
    let confirm = decided(DecisionKind::Confirm { fact, digest }, 500, None);
    let after = with(resected_ileum(), [stable, worse, confirm]);
    assert_eq!(after.disease_status.map(|it| it.value), Some(DiseaseStatus::Worsened));
    assert!(after.uncertain.is_empty());
}

#[test]
fn an_appointment_is_for_what_its_order_asks_for_while_that_stands() {
    let number = |name: &str| Some(FactIdentity::of([name]));
    let numbers = OrderNumbers { placer: number("P1"), filler: number("F1") };
    let at = |reported_at, mut fact: Fact| {
        fact.version.reported_at = reported_at;
        fact
    };
    let order = |state| {
        let it = ImagingOrder { modality: Some(Modality::Mr), region: Region::Liver, state, numbers };
        fact("order", Some("2024-08-01"), Finding::ImagingOrder(it))
    };
    let booking = |modality, order| {
        let region = if modality == Some(Modality::Ct) { Region::Abdomen } else { Region::Other };
        let it = ImagingAppointment { modality, region, state: AppointmentState::Booked, order };
        fact("booking", Some("2024-09-02"), Finding::ImagingAppointment(it))
    };
    let by_filler = OrderNumbers { placer: None, filler: number("F1") };
    let of_other = OrderNumbers { placer: number("P2"), filler: None };
    let seen = |facts: [Fact; 2]| -> Vec<(Option<Modality>, Region, AppointmentState)> {
        let there = with(resected_ileum(), facts);
        there.appointments.iter().map(|it| (it.value.modality, it.value.region, it.value.state)).collect()
    };
    let placed = || at(100, order(OrderState::Placed));
    let liver = (Some(Modality::Mr), Region::Liver, AppointmentState::Booked);
    assert_eq!(seen([placed(), at(200, booking(None, by_filler))]), [liver]);
    assert_eq!(seen([at(200, placed()), at(100, booking(None, by_filler))]), [liver], "in whatever order");
    // What it says itself goes before.
    let abdomen = (Some(Modality::Ct), Region::Abdomen, AppointmentState::Booked);
    assert_eq!(seen([placed(), booking(Some(Modality::Ct), numbers)]), [abdomen]);
    // Of an order that is no study, or not known.
    assert_eq!(seen([placed(), booking(None, of_other)]), []);
    assert_eq!(seen([placed(), booking(Some(Modality::Ct), of_other)]), [abdomen]);
    // The order is cancelled after the booking; one that was booked again later stands.
    let cancelled = |reported_at| at(reported_at, order(OrderState::Cancelled));
    let void = (Some(Modality::Ct), Region::Abdomen, AppointmentState::Cancelled);
    assert_eq!(seen([cancelled(300), at(200, booking(Some(Modality::Ct), numbers))]), [void]);
    assert_eq!(seen([cancelled(300), at(400, booking(Some(Modality::Ct), numbers))]), [abdomen]);
}

#[test]
fn a_stated_stage_that_is_not_that_of_the_categories_is_a_conflict() {
    let stated = |text, day| fact("stage", Some(day), Finding::StageGroup(StatedStage::parse(text).unwrap()));
    let kinds = |picture: &Picture| picture.conflicts.iter().map(|it| it.kind).collect::<Vec<_>>();
    assert_eq!(kinds(&with(resected_ileum(), [stated("IIIB (AJCC 7)", "2020-03-05")])), []);
    let wrong = with(resected_ileum(), [stated("II", "2020-03-05")]);
    assert_eq!(kinds(&wrong), [ConflictKind::StageNotOfCategories]);
    let liver = fact("liver", Some("2023-01-01"), Finding::LiverMetastasis(Presence::Present));
    let below = with(resected_ileum(), [liver, stated("III", "2023-06-01")]);
    assert_eq!(kinds(&below), [ConflictKind::StageBelowLiver]);
    assert_eq!(wrong.conflicts[0].rule, ConflictRule::CategoriesStage);
    assert_eq!(below.conflicts[0].rule, ConflictRule::LiverPresent);
}

#[test]
fn the_course_goes_from_suspicion_to_metastasis_and_says_how_long_it_took() {
    let phase = |facts: Vec<Fact>| picture(&facts).course.map(|it| it.phase);
    assert_eq!(phase(Vec::new()), None);
    let suspected = fact("site", Some("2020-02"), Finding::PrimarySite(Site::Ileum));
    assert_eq!(phase(vec![suspected]), Some(Phase::Suspected));
    let diagnosed = fact("dx", Some("2020-02"), diagnosis(CodeSystem::Icd10Cm, "C7A.012"));
    assert_eq!(phase(vec![diagnosed]), Some(Phase::Diagnosed));
    let margin = Some(Margin::R0);
    assert_eq!(phase(resected_ileum()), Some(Phase::Resected { margin }));
    let scan = Finding::Imaging(Imaging { modality: Modality::Mr, region: Region::Liver });
    let scanned = [resected_ileum(), vec![fact("scan", Some("2020-09-05"), scan)]].concat();
    assert_eq!(phase(scanned), Some(Phase::UnderSurveillance { margin }));

    let liver = |day| fact("liver", Some(day), Finding::LiverMetastasis(Presence::Present));
    let reached = |day| phase([resected_ileum(), vec![liver(day)]].concat());
    assert_eq!(reached("2020-04-01"), Some(Phase::LiverMetastasis(Onset::Synchronous)));
    let after_years = Onset::Metachronous { days: 1461 };
    assert_eq!(reached("2024-03-05"), Some(Phase::LiverMetastasis(after_years)));
    let at_least = Onset::Metachronous { days: 302 };
    assert_eq!(reached("2021"), Some(Phase::LiverMetastasis(at_least)));
    assert_eq!(reached("2020-09"), Some(Phase::LiverMetastasis(Onset::Undated)), "179 to 208 days");
    let treated = [resected_ileum(), vec![liver("2024-03-05"), decided(DecisionKind::Treated, 500, None)]];
    assert_eq!(phase(treated.concat()), Some(Phase::Treated(after_years)));
    let declined = [resected_ileum(), vec![decided(DecisionKind::Decline, 500, None)]].concat();
    assert_eq!(phase(declined), Some(Phase::Declined));
    let died = [resected_ileum(), vec![fact("death", None, Finding::Death { date: None })]].concat();
    assert_eq!(phase(died), Some(Phase::Deceased));
}

#[test]
fn what_is_missing_is_named_with_what_it_is_needed_for() {
    let of = |facts: &[Fact]| -> Vec<String> {
        let missing = picture(facts).missing;
        missing.iter().map(|it| format!("{} for {}", it.what, it.needed_for)).collect()
    };
    let net = fact("dx", Some("2020-02"), diagnosis(CodeSystem::IcdO3Morphology, "8240/3"));
    assert_eq!(of(&[net])[0], "the site of the primary tumour for whether the tumour is watched here");
    let mut without_m = resected_ileum();
    without_m.retain(|it| it.identity != fact("m", None, ki67("1")).identity);
    let missing = of(&without_m);
    assert!(missing.contains(&"the M category for the stage group".to_owned()), "{missing:?}");
    assert!(missing.contains(&"the Ki-67 labelling index for grade and risk".to_owned()), "{missing:?}");
    assert!(of(&[]).is_empty());
}

proptest! {
    #[test]
    fn a_withdrawn_report_leaves_no_trace_in_the_picture(
        findings in proptest::collection::vec(any_plain_finding(), 1..8),
        others in proptest::collection::vec(any_plain_finding(), 0..8),
    ) {
        let numbered = |prefix: &str, report: u8, findings: Vec<Finding>| -> Vec<Fact> {
            let each = findings.into_iter().enumerate();
            each.map(|(at, it)| {
                of_report(report, ReportKind::Untold, fact(&format!("{prefix}{at}"), Some("2021-05-01"), it))
            })
            .collect()
        };
        let kept = numbered("kept", 1, others);
        let stated = numbered("withdrawn", 2, findings);
        let withdrawn: Vec<Fact> = stated
            .iter()
            .map(|it| {
                let mut it = it.clone();
                (it.standing, it.version.reported_at) = (Standing::Deleted, 900);
                it
            })
            .collect();
        let without = picture(&kept);
        prop_assert_eq!(&picture(&[kept, stated, withdrawn].concat()), &without);
    }

    #[test]
    fn the_order_of_reports_and_decisions_changes_nothing(
        findings in proptest::collection::vec(any_plain_finding(), 1..8),
        months in 1u8..12,
        seed in any::<u64>(),
    ) {
        let named = findings.into_iter().enumerate();
        let mut facts: Vec<Fact> =
            named.map(|(at, it)| fact(&at.to_string(), Some("2021-05-01"), it)).collect();
        facts.push(decided(DecisionKind::Interval { months }, 500, None));
        facts.push(decided(DecisionKind::Interval { months: months + 1 }, 500, None));
        let expected = picture(&facts);
        let mut shuffled = facts.clone();
        let length = shuffled.len() as u64;
        for at in 0..shuffled.len() {
            shuffled.swap(at, ((seed >> (at % 32)) % length) as usize);
        }
        shuffled.extend(facts);
        prop_assert_eq!(picture(&shuffled), expected);
    }
}
