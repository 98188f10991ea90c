//! What is believed of a tumour, from the facts of its dossier.

mod support;

use lacteal_clinical::ConflictKind as Kind;
use lacteal_clinical::codes::CodeSystem::{Icd10, Icd10Cm, SnomedCt};
use lacteal_clinical::finding::{Extent, Focality, Margin, Presence, Sex};
use lacteal_clinical::picture::{CLEAR_DAYS_MAX, LiverStatus, TimeZero, TimeZeroBasis};
use lacteal_clinical::tnm::{Axis, NotStageable, StageGroup};
use lacteal_clinical::{
    Attribute, Bounded, Dossier, Fact, Finding, Grade, Imaging, Modality, Picture, Reading, Region, Standing,
    UnreadReason,
};
use support::{date, diagnosis, fact, ki67, millimetres, patient, tnm};

/// The picture of final facts, each a date (empty for none) and a finding.
fn picture(findings: &[(&str, Finding)]) -> Picture {
    picture_of(final_facts(findings))
}

fn final_facts(findings: &[(&str, Finding)]) -> Vec<Fact> {
    let one = |(i, (date, finding)): (usize, &(&str, Finding))| {
        fact(&i.to_string(), Some(*date).filter(|it| !it.is_empty()), finding.clone())
    };
    findings.iter().enumerate().map(one).collect()
}

fn picture_of(facts: Vec<Fact>) -> Picture {
    Picture::of(&Dossier::from_parts(patient(1), patient(1), facts))
}

fn preliminary(mut fact: Fact) -> Fact {
    fact.standing = Standing::Preliminary;
    fact.identity = lacteal_clinical::FactIdentity::of(["preliminary"]);
    fact
}

fn kinds(picture: &Picture) -> Vec<Kind> {
    picture.conflicts.iter().map(|it| it.kind).collect()
}

fn liver(presence: Presence) -> Finding {
    Finding::LiverMetastasis(presence)
}

#[test]
fn a_resection_report_gives_the_picture_of_its_tumour() {
    let it = picture(&[
        ("2021-03-05", diagnosis(Icd10Cm, "C7A.012")),
        ("2021-03-05", tnm(Axis::T, "pT3(m)")),
        ("2021-03-05", tnm(Axis::N, "pN1 (3/14)")),
        ("2021-03-05", tnm(Axis::M, "cM0")),
        ("2021-03-05", ki67("2.5")),
        ("2021-03-05", Finding::TumourSize(millimetres(21))),
        ("2021-03-05", Finding::Margin(Margin::R0)),
    ]);
    assert_eq!(it.stage.unwrap().0, StageGroup::III);
    assert_eq!(it.nodes_positive.as_ref().unwrap().value, 3);
    assert_eq!(it.nodes_examined.as_ref().unwrap().value, 14);
    assert_eq!(it.grade.higher.as_ref().unwrap().value, Grade::G1);
    let zero = it.time_zero.as_ref().unwrap();
    assert_eq!(zero.value, TimeZero { date: date("2021-03-05"), basis: TimeZeroBasis::Resection });
    assert_eq!(zero.facts.len(), 2, "T and N");
    assert_eq!(it.liver.status, LiverStatus::Unknown, "M0 is no word about the liver");
    assert_eq!(kinds(&it), []);
}

#[test]
fn nothing_known_is_a_picture_too() {
    let it = picture(&[]);
    assert_eq!(it.stage, Err(NotStageable::DistantUnknown));
    assert_eq!(it.liver.status, LiverStatus::Unknown);
    assert!(it.time_zero.is_none() && it.ki67.is_none() && it.conflicts.is_empty());
}

#[test]
fn pathological_categories_come_before_clinical_ones_and_known_before_unknown() {
    let it = picture(&[("2022", tnm(Axis::T, "cT2")), ("2021", tnm(Axis::T, "pT3"))]);
    assert_eq!(it.t.unwrap().value.to_string(), "pT3");
    let it = picture(&[("2022", tnm(Axis::T, "pTX")), ("2021", tnm(Axis::T, "cT3"))]);
    assert_eq!(it.t.unwrap().value.to_string(), "cT3");
    let it = picture(&[
        ("2021", tnm(Axis::T, "pT2")),
        ("2021", tnm(Axis::T, "pT3")),
        ("2024", tnm(Axis::T, "rpT1")),
    ]);
    assert_eq!(
        it.t.unwrap().value.to_string(),
        "pT3",
        "the highest of several primaries, not the recurrence"
    );
}

#[test]
fn ki67_is_that_of_the_latest_specimen_and_the_higher_of_one_day() {
    let it = picture(&[("2021", ki67("9")), ("2023", ki67("2")), ("2023", ki67("4"))]);
    assert_eq!(it.ki67.unwrap().value.to_string(), "4 %");
}

#[test]
fn a_value_names_every_fact_that_states_it() {
    let it = picture(&[("2023", ki67("4")), ("2023", ki67("4")), ("2021", ki67("4"))]);
    assert_eq!(it.ki67.unwrap().facts.len(), 2);
}

#[test]
fn what_was_seen_once_counts_as_seen_and_the_largest_mass_counts() {
    let mass = |it| Finding::MesentericMass(Bounded::exactly(millimetres(it)));
    let it = picture(&[
        ("2021", Finding::MesentericDeposits(true)),
        ("2023", Finding::MesentericDeposits(false)),
        ("2020", mass(25)),
        ("2021", mass(12)),
    ]);
    assert!(it.mesenteric_deposits.unwrap().value);
    assert_eq!(it.mesenteric_mass.unwrap().value.point(), millimetres(25));
}

#[test]
fn without_a_specimen_time_starts_at_the_first_evidence_and_is_marked() {
    let it = picture(&[
        ("2022-05", diagnosis(Icd10Cm, "C7A.012")),
        ("2023", tnm(Axis::N, "cN1")),
        ("1950", Finding::Sex(Sex::Female)),
    ]);
    let zero = it.time_zero.unwrap().value;
    assert_eq!(zero, TimeZero { date: date("2022-05"), basis: TimeZeroBasis::FirstEvidence });
}

#[test]
fn the_higher_grade_counts_and_a_difference_is_told() {
    let it = picture(&[("2021", Finding::Grade(Grade::G1)), ("2021", ki67("5"))]);
    assert_eq!(it.grade.higher.as_ref().unwrap().value, Grade::G2);
    assert_eq!(kinds(&it), [Kind::GradesDiffer]);
    let it = picture(&[("2021", Finding::Grade(Grade::G1)), ("2021", ki67("2-3"))]);
    assert_eq!(kinds(&it), [], "uncertain numbers contradict nothing");
    let it = picture(&[("2021", Finding::Grade(Grade::Nec)), ("2021", ki67("70"))]);
    assert_eq!((it.grade.higher.as_ref().unwrap().value, kinds(&it)), (Grade::Nec, vec![]));
}

#[test]
fn liver_metastasis_stays_present_and_a_later_absent_is_a_conflict() {
    let it = picture(&[("2023-02", liver(Presence::Present)), ("2024-02", liver(Presence::Absent))]);
    assert_eq!(it.liver.status, LiverStatus::Present { since: Some(date("2023-02")) });
    assert_eq!(kinds(&it), [Kind::LiverAbsentAfterPresent]);
    let it = picture(&[("2023-02", liver(Presence::Present)), ("2022-02", liver(Presence::Absent))]);
    assert_eq!(kinds(&it), [], "absent before present is the usual course");
    let it = picture(&[("2023-02", liver(Presence::Present)), ("2024-02", tnm(Axis::M, "cM0"))]);
    assert_eq!(kinds(&it), [Kind::DistantAbsentAfterLiverPresent]);
    let it = picture(&[("", liver(Presence::Present)), ("", liver(Presence::Absent))]);
    assert_eq!(kinds(&it), [Kind::LiverAbsentAfterPresent], "without dates people must look");
}

#[test]
fn without_metastasis_the_last_word_on_the_liver_counts_and_the_worse_of_one_day() {
    let it = picture(&[("2023", liver(Presence::Indeterminate)), ("2024", liver(Presence::Absent))]);
    assert_eq!(it.liver.status, LiverStatus::Absent { at: Some(date("2024")) });
    let it = picture(&[("2024", liver(Presence::Indeterminate)), ("2024", liver(Presence::Absent))]);
    assert_eq!(it.liver.status, LiverStatus::Indeterminate { at: Some(date("2024")) });
}

#[test]
fn a_word_that_may_be_the_last_counts_when_it_is_the_worse() {
    let status = |facts: Vec<Fact>| picture_of(facts).liver.status;
    let absent = fact("a", Some("2024-03-05"), liver(Presence::Absent));
    let of_year = fact("b", Some("2024"), liver(Presence::Indeterminate));
    let at = Some(date("2024"));
    assert_eq!(status(vec![absent.clone(), of_year.clone()]), LiverStatus::Indeterminate { at });
    let next = fact("c", Some("2025-03-05"), liver(Presence::Absent));
    let at = Some(date("2025-03-05"));
    assert_eq!(status(vec![absent.clone(), of_year, next]), LiverStatus::Absent { at });

    // Nothing was seen after the day on which it was reported.
    let undated = |day: &str| {
        let mut it = fact("d", None, liver(Presence::Indeterminate));
        it.version.reported_at = format!("{day}T12:00:00Z").parse::<jiff::Timestamp>().unwrap().as_second();
        it
    };
    let at = Some(date("2024-03-05"));
    assert_eq!(status(vec![absent.clone(), undated("2024-03-01")]), LiverStatus::Absent { at });
    assert_eq!(status(vec![absent, undated("2024-04-01")]), LiverStatus::Indeterminate { at: None });
    let symptoms = |name, day, it| fact(name, Some(day), Finding::CarcinoidSyndrome(it));
    let seen = vec![symptoms("e", "2024", Presence::Present), symptoms("f", "2024-03", Presence::Absent)];
    assert_eq!(picture_of(seen).carcinoid_syndrome.unwrap().value, Presence::Present);
}

#[test]
fn the_days_on_which_the_liver_was_clear_are_kept_and_a_worse_word_of_the_day_takes_one_away() {
    let mut words = vec![
        ("2025-01-10", liver(Presence::Absent)),
        ("2024-01-10", liver(Presence::Absent)),
        ("2024-06-10", liver(Presence::Absent)),
        ("2024-06-10", liver(Presence::Indeterminate)),
        ("2025-01-10", liver(Presence::Absent)),
    ];
    let clear = [date("2024-01-10"), date("2025-01-10")];
    assert_eq!(picture(&words).liver.clear, clear);
    words.reverse();
    assert_eq!(picture(&words).liver.clear, clear, "in any order");
    let early = picture_of(vec![preliminary(fact("a", Some("2024-01-10"), liver(Presence::Absent)))]);
    assert!(early.liver.clear.is_empty(), "a preliminary word clears nothing");
    let many: Vec<String> = (0..200).map(|at| format!("{}-{:02}", 2000 + at / 12, at % 12 + 1)).collect();
    let many: Vec<_> = many.iter().map(|day| (day.as_str(), liver(Presence::Absent))).collect();
    let kept = picture(&many).liver.clear;
    assert_eq!((kept.len(), kept.last()), (CLEAR_DAYS_MAX, Some(&date("2016-08"))));
}

#[test]
fn codes_and_categories_that_name_the_liver_say_present() {
    let present =
        |findings: &[(&str, Finding)]| matches!(picture(findings).liver.status, LiverStatus::Present { .. });
    assert!(present(&[("2023", diagnosis(Icd10Cm, "C7B.02"))]));
    assert!(present(&[("2023", diagnosis(SnomedCt, "94381002"))]));
    assert!(present(&[("2023", tnm(Axis::M, "M1a"))]) && present(&[("2023", tnm(Axis::M, "pM1c"))]));
    assert!(!present(&[("2023", tnm(Axis::M, "M1b"))]) && !present(&[("2023", tnm(Axis::M, "M1"))]));
    assert!(!present(&[("2023", diagnosis(Icd10, "C78.7"))]), "any primary may have gone to the liver");
    assert!(present(&[("2023", diagnosis(Icd10, "C78.7")), ("2021", diagnosis(Icd10Cm, "C7A.012"))]));
}

#[test]
fn preliminary_facts_are_seen_and_start_and_end_nothing() {
    let scan = Finding::Imaging(Imaging { modality: Modality::Ct, region: Region::Abdomen });
    for finding in [
        liver(Presence::Present),
        scan,
        Finding::Death { date: None },
        tnm(Axis::T, "pT3"),
        diagnosis(Icd10Cm, "C7B.02"),
    ] {
        let it = picture_of(vec![preliminary(fact("a", Some("2023-02"), finding.clone()))]);
        assert_eq!(it.liver.status, LiverStatus::Unknown, "{finding:?}");
        assert!(it.imaging.is_empty() && it.death.is_none() && it.time_zero.is_none(), "{finding:?}");
        assert_eq!(it.preliminary.len(), 1, "{finding:?}");
    }
    let it = picture_of(vec![preliminary(fact("a", Some("2023-02"), liver(Presence::Present)))]);
    assert_eq!(it.liver.preliminary.unwrap().value, Presence::Present);
}

#[test]
fn a_final_value_is_chosen_before_a_later_preliminary_one() {
    let facts = vec![fact("a", Some("2021"), ki67("2")), preliminary(fact("a", Some("2023"), ki67("30")))];
    let it = picture_of(facts);
    assert_eq!(it.ki67.as_ref().unwrap().value.to_string(), "2 %");
    assert_eq!(it.grade.higher.unwrap().value, Grade::G1);
    let it = picture_of(vec![preliminary(fact("a", Some("2023"), ki67("30")))]);
    assert!(it.ki67.unwrap().preliminary && it.grade.higher.unwrap().preliminary);
}

#[test]
fn imaging_is_listed_by_date() {
    let scan = |modality| Finding::Imaging(Imaging { modality, region: Region::Liver });
    let it = picture(&[
        ("2024-01", scan(Modality::Mr)),
        ("2023-01", scan(Modality::Ct)),
        ("2024-01", scan(Modality::Mr)),
    ]);
    let seen: Vec<_> =
        it.imaging.iter().map(|it| (it.observed.unwrap(), it.value.modality, it.facts.len())).collect();
    assert_eq!(seen, [(date("2023-01"), Modality::Ct, 1), (date("2024-01"), Modality::Mr, 2)]);
}

#[test]
fn nodes_mass_and_size_that_do_not_fit_the_category_are_told_and_nothing_is_overwritten() {
    let mass =
        |text: &str| Finding::MesentericMass(Bounded::<lacteal_clinical::Length>::parse(text, None).unwrap());
    for (findings, expected) in [
        (vec![tnm(Axis::N, "pN1"), Finding::NodesPositive(12)], vec![Kind::NodeCountAboveCategory]),
        (vec![tnm(Axis::N, "pN1"), Finding::NodesPositive(11)], vec![]),
        (vec![tnm(Axis::N, "pN0"), Finding::NodesPositive(1)], vec![Kind::PositiveNodesButN0]),
        (vec![tnm(Axis::N, "pN1"), Finding::NodesPositive(0)], vec![Kind::NoPositiveNodesButN1]),
        (vec![tnm(Axis::N, "pN1"), mass(">2 cm")], vec![Kind::MassAboveCategory]),
        (vec![tnm(Axis::N, "pN1"), mass("2 cm")], vec![]),
        (vec![tnm(Axis::N, "pN2"), Finding::NodesPositive(5), mass("2.5 cm")], vec![]),
        (vec![tnm(Axis::N, "pN2"), Finding::NodesPositive(5), mass("1.5 cm")], vec![Kind::N2WithoutGround]),
        (vec![tnm(Axis::N, "pN1 (5/3)")], vec![Kind::MoreNodesPositiveThanExamined]),
        (vec![tnm(Axis::T, "pT1"), Finding::TumourSize(millimetres(11))], vec![Kind::SizeAboveT1]),
        (vec![tnm(Axis::T, "pT1"), Finding::TumourSize(millimetres(10))], vec![]),
        (vec![diagnosis(Icd10Cm, "C7A.012"), diagnosis(Icd10Cm, "C7A.1")], vec![Kind::DiagnosesDiffer]),
    ] {
        let dated: Vec<_> = findings.into_iter().map(|it| ("2021-03-05", it)).collect();
        assert_eq!(kinds(&picture(&dated)), expected, "{dated:?}");
    }
    let it = picture(&[("2021", tnm(Axis::N, "pN1")), ("2021", Finding::NodesPositive(14))]);
    assert_eq!(it.n.unwrap().value.to_string(), "pN1");
}

#[test]
fn persons_that_cannot_be_one_are_told() {
    let born = |text| Finding::BirthDate(date(text));
    assert_eq!(kinds(&picture(&[("", born("1950")), ("", born("1950-04-01"))])), []);
    assert_eq!(kinds(&picture(&[("", born("1950-05")), ("", born("1950-04-01"))])), [Kind::BirthDatesDiffer]);
    let sexes =
        [("", Finding::Sex(Sex::Female)), ("", Finding::Sex(Sex::Unknown)), ("", Finding::Sex(Sex::Male))];
    assert_eq!(kinds(&picture(&sexes)), [Kind::SexesDiffer]);
    assert_eq!(kinds(&picture(&sexes[..2])), []);
}

#[test]
fn what_could_not_be_read_is_listed() {
    let it =
        picture(&[("", Finding::Unread { attribute: Attribute::Ki67, reason: UnreadReason::NotANumber })]);
    assert_eq!(it.unread.len(), 1);
    assert_eq!((it.unread[0].attribute, it.unread[0].reason), (Attribute::Ki67, UnreadReason::NotANumber));
}

#[test]
fn a_death_with_a_date_comes_before_one_without() {
    let it = picture(&[
        ("", Finding::Death { date: None }),
        ("", Finding::Death { date: Some(date("2024-01-02")) }),
    ]);
    assert_eq!(it.death.unwrap().value, Some(date("2024-01-02")));
}

#[test]
fn no_nodes_examined_is_no_resection() {
    let it = picture(&[
        ("2020", Finding::NodesExamined(0)),
        ("2021", tnm(Axis::T, "pT2")),
        ("2019", tnm(Axis::T, "cT2")),
    ]);
    assert_eq!(it.time_zero.unwrap().value, TimeZero { date: date("2021"), basis: TimeZeroBasis::Resection });
}

#[test]
fn the_depth_gives_t_where_none_is_stated_and_is_marked() {
    let size = |mm| Finding::TumourSize(millimetres(mm));
    use Extent::{LaminaPropriaOrSubmucosa, MuscularisPropria, OtherOrgans, Serosa, Subserosa};
    for (extent, size, expected) in [
        (LaminaPropriaOrSubmucosa, Some(size(10)), Some("T1")),
        (LaminaPropriaOrSubmucosa, Some(size(11)), Some("T2")),
        (LaminaPropriaOrSubmucosa, None, None),
        (MuscularisPropria, None, Some("T2")),
        (MuscularisPropria, Some(size(5)), Some("T2")),
        (Subserosa, Some(size(40)), Some("T3")),
        (Serosa, None, Some("T4")),
        (OtherOrgans, None, Some("T4")),
    ] {
        let stated = std::iter::once(Finding::Extent(extent)).chain(size);
        let dated: Vec<_> = stated.map(|it| ("2021-03-05", it)).collect();
        let it = picture(&dated);
        assert_eq!(it.t.as_ref().map(|t| t.value.to_string()).as_deref(), expected, "{extent:?}");
        assert!(it.t.is_none_or(|t| t.derived && !t.facts.is_empty()) && it.conflicts.is_empty());
    }
    let it = picture(&[("2021-03-05", Finding::Extent(LaminaPropriaOrSubmucosa)), ("2019", size(5))]);
    assert!(it.t.is_none(), "the size is of another specimen");
}

#[test]
fn a_stated_t_is_not_replaced_by_that_of_the_depth() {
    for (t, extent, conflicts) in [
        ("pT3", Extent::Subserosa, vec![]),
        ("pT2", Extent::LaminaPropriaOrSubmucosa, vec![]),
        ("pT2", Extent::Serosa, vec![Kind::DepthNotOfCategory]),
        ("pT4", Extent::Subserosa, vec![Kind::DepthNotOfCategory]),
        ("pTX", Extent::Serosa, vec![]),
    ] {
        let it = picture(&[("2021", tnm(Axis::T, t)), ("2021", Finding::Extent(extent))]);
        assert_eq!(kinds(&it), conflicts, "{t}");
        let stated = it.t.unwrap();
        assert_eq!((stated.value.to_string().as_str(), stated.derived), (t, false));
    }
    let it = picture(&[("2021", tnm(Axis::T, "pT3")), ("2024", Finding::Extent(Extent::Serosa))]);
    assert_eq!(kinds(&it), [], "another specimen");
}

#[test]
fn the_number_of_primaries_and_that_beside_t_are_compared() {
    let focality = |multifocal, count| Finding::Focality(Focality { multifocal, count });
    for (t, focality, conflicts) in [
        ("pT3(m)", focality(true, Some(4)), vec![]),
        ("pT3(m)", focality(false, None), vec![Kind::FocalityNotOfCategory]),
        ("pT3(2)", focality(true, Some(4)), vec![Kind::FocalityNotOfCategory]),
        ("pT3(4)", focality(true, Some(4)), vec![]),
        ("pT3", focality(true, Some(4)), vec![]),
        ("pT3(1)", focality(false, None), vec![]),
        ("pT3(1)", focality(true, None), vec![Kind::FocalityNotOfCategory]),
    ] {
        let it = picture(&[("2021", tnm(Axis::T, t)), ("2021", focality)]);
        assert_eq!(kinds(&it), conflicts, "{t}");
    }
    let it = picture(&[("2021", focality(false, None)), ("2021", focality(true, Some(2)))]);
    assert_eq!(it.focality.unwrap().value, Focality { multifocal: true, count: Some(2) });
    let lesion = |mm| Finding::LiverLesionSize(millimetres(mm));
    let it = picture(&[("2021", lesion(30)), ("2023", lesion(12)), ("2023", lesion(14))]);
    assert_eq!(it.liver_lesion_size.unwrap().value, millimetres(14), "the largest of the latest word");
}

#[test]
fn what_is_uncertain_is_listed_and_believed_nowhere() {
    let scan = Finding::Imaging(Imaging { modality: Modality::Ct, region: Region::Abdomen });
    let certain = fact("site", Some("2020"), diagnosis(Icd10, "C17.2"));
    let without = picture_of(vec![certain.clone()]);
    for finding in [
        liver(Presence::Present),
        liver(Presence::Indeterminate),
        scan,
        Finding::Death { date: None },
        tnm(Axis::T, "pT3"),
        tnm(Axis::M, "pM1a"),
        ki67("30"),
        diagnosis(Icd10Cm, "C7B.02"),
        Finding::Histology(lacteal_clinical::codes::TumourKind::Net),
        Finding::Extent(Extent::Serosa),
        Finding::NodesPositive(4),
    ] {
        let mut hedged = fact("hedged", Some("2019"), finding.clone());
        hedged.reading = Reading::uncertain("test.hedged", "This may be so.");
        let mut it = picture_of(vec![certain.clone(), hedged.clone()]);
        let listed = std::mem::take(&mut it.uncertain);
        assert_eq!(it, without, "{finding:?}");
        let [uncertain] = listed.as_slice() else { panic!("one") };
        assert_eq!((uncertain.fact, uncertain.attribute), (hedged.key(), finding.attribute()));
    }
}
