//! Tests: the band, death of other causes, clear scans, missing values, and the sentences about them.

use jiff::Timestamp;
use lacteal_clinical::finding::{Focality, Margin, Presence, Sex};
use lacteal_clinical::picture::LiverStatus;
use lacteal_clinical::{
    Bounded, Decision, DecisionKind, Dossier, Finding, Grade, Imaging, Modality, PatientId, Percent, Picture,
    Region,
};
use lacteal_wire::encode;
use lacteal_wire::event::assessment::Category;
use proptest::prelude::*;

use super::fixture::*;
use crate::{explain, suppose};

fn with_ki67(points: u32) -> Picture {
    let mut it = reference();
    let percent = Percent::from_thousandths(points * 1000).unwrap();
    it.ki67 = evidence("ki67", Bounded::exactly(percent));
    it
}

fn born(mut picture: Picture, date: &str, sex: Sex) -> Picture {
    picture.birth_date = evidence("born", date.parse().unwrap());
    picture.sex = evidence("sex", sex);
    picture
}

fn scanned(mut picture: Picture, date: &str, modality: Modality) -> Picture {
    let date = date.parse().unwrap();
    let mut study = evidence("scan", Imaging { modality, region: Region::Liver }).unwrap();
    study.observed = Some(date);
    picture.imaging.push(study);
    picture.liver.status = LiverStatus::Absent { at: Some(date) };
    picture.liver.clear.push(date);
    picture
}

#[test]
fn the_band_of_the_reference_patient_holds_the_stated_range() {
    let it = assessed(&reference());
    // The scale's range alone gives 14 to 28 % with 95 %; an 80 % band with the shape's lies about within.
    assert!((0.10..0.18).contains(&it.risk_5_years_low), "{}", it.risk_5_years_low);
    assert!((0.18..0.30).contains(&it.risk_5_years_high), "{}", it.risk_5_years_high);
    assert_eq!(it.category(), Category::Intermediate);
    assert_eq!(it.curve.len(), 21);
    for point in &it.curve {
        assert!(point.incidence_low <= point.cumulative_incidence);
        assert!(point.cumulative_incidence <= point.incidence_high);
        assert!(point.cumulative_incidence <= 1.0 - point.free_of_metastasis + 1e-12);
    }
}

#[test]
fn what_is_not_known_widens_the_band_and_moves_no_risk() {
    let (known, mut less) = (assessed(&reference()), reference());
    (less.mesenteric_deposits, less.margin) = (None, None);
    let less = assessed(&less);
    assert_eq!(less.risk_5_years, known.risk_5_years);
    assert!(less.risk_5_years_high > known.risk_5_years_high);
}

#[test]
fn a_band_of_the_same_inputs_is_taken_over_and_of_others_computed() {
    let model = &*REFERENCE;
    let known = assessed(&reference());
    let mut marked = known.clone();
    marked.curve[3].incidence_low = 0.123;
    let again = super::assess(&reference(), model, Some(&marked), Timestamp::UNIX_EPOCH);
    assert_eq!(again, marked, "equal inputs: the band is not computed again");
    let other = super::assess(&with_ki67(9), model, Some(&marked), Timestamp::UNIX_EPOCH);
    assert_eq!(other, assessed(&with_ki67(9)));
    assert_ne!(other.input_digest, known.input_digest);
    let article = crate::Model::built_in("article").unwrap();
    let by_article = super::assess(&reference(), &article, Some(&marked), Timestamp::UNIX_EPOCH);
    assert_ne!(by_article.input_digest, known.input_digest, "another model");
}

#[test]
fn death_of_other_causes_takes_its_part_by_age_and_sex() {
    let last = |picture: &Picture| assessed(picture).curve.last().unwrap().cumulative_incidence;
    let young = born(reference(), "1985-01-10", Sex::Female);
    let old = born(reference(), "1940-01-10", Sex::Female);
    let old_man = born(reference(), "1940-01-10", Sex::Male);
    assert!(last(&young) > last(&old) && last(&old) > last(&old_man));
    let (one, other) = (assessed(&young), assessed(&old));
    assert_eq!(one.risk_10_years, other.risk_10_years, "the hazard of metastasis is that of both");
    assert_eq!((one.age_years, one.age_is_assumed, one.sex_is_assumed), (40, false, false));
    let nobody = assessed(&reference());
    assert_eq!((nobody.age_years, nobody.age_is_assumed, nobody.sex_is_assumed), (65, true, true));
}

#[test]
fn a_clear_scan_lowers_the_risk_by_what_its_modality_can_see() {
    assert_eq!(assessed(&reference()).since_clear_scan, None);
    let after = |modality| assessed(&scanned(reference(), "2027-01-10", modality)).since_clear_scan.unwrap();
    let (ct, pet) = (after(Modality::Ct), after(Modality::Pet));
    // F(2) = 9.1 %: missed 0.25 x 9.1 of 0.25 x 9.1 + 90.9.
    assert!((ct.undetected - 0.0244).abs() < 0.0005, "{}", ct.undetected);
    assert!(pet.undetected < ct.undetected && pet.risk_1_year < ct.risk_1_year);
    assert!(ct.undetected < ct.risk_6_months && ct.risk_6_months < ct.risk_1_year);
    assert!(ct.risk_1_year < ct.risk_2_years);
    let unsaid = assessed(&scanned(reference(), "2027-01-10", Modality::Ultrasound));
    let unsaid = unsaid.since_clear_scan.unwrap();
    assert_eq!(unsaid.sensitivity, 0.72, "the least sensitive one counts");
    let before = scanned(reference(), "2024-01-10", Modality::Ct);
    assert_eq!(assessed(&before).since_clear_scan, None, "a scan before time zero tells nothing");
}

#[test]
fn each_clear_scan_lowers_what_the_last_one_leaves_undetected() {
    let last = |picture| assessed(&scanned(picture, "2027-01-10", Modality::Ct)).since_clear_scan.unwrap();
    let (one, two) = (last(reference()), last(scanned(reference(), "2026-01-10", Modality::Ct)));
    // F(1) = 5.2 %, F(2) = 9.1 %: missed twice 0.25² x 5.2, once 0.25 x 3.9.
    let it = assessed(&reference());
    let free = |years: f64| (-it.hazard_ratio * (years / it.scale_years).powf(it.shape)).exp();
    let missed = 0.25 * (0.25 * (1.0 - free(1.0)) + free(1.0) - free(2.0));
    let undetected = missed / (missed + free(2.0));
    assert!((two.undetected - undetected).abs() < 0.0005, "{} {undetected}", two.undetected);
    assert!(two.undetected < one.undetected && two.risk_2_years < one.risk_2_years);
    assert_eq!((one.earlier_scans, two.earlier_scans), (0, 1));
    for (day, modality) in [
        ("2024-01-10", Modality::Ct),
        ("2027-01-10", Modality::Ct),
        ("2026-01-10", Modality::Ultrasound),
        ("2026", Modality::Ct),
    ] {
        assert_eq!(last(scanned(reference(), day, modality)).earlier_scans, 0, "{day} {modality:?}");
    }
    let mut doubted = scanned(reference(), "2026-01-10", Modality::Ct);
    doubted.liver.clear.clear();
    assert_eq!(last(doubted).earlier_scans, 0, "a study alone does not say what it found");
}

#[test]
fn the_value_of_information_names_what_would_change_the_interval() {
    // Beyond the time at which every ratio gives the longest interval nothing changes it; before, much does.
    let mut picture = scanned(reference(), "2026-01-10", Modality::Mr);
    assert_eq!(assessed(&picture).value_of_information, []);
    (picture.ki67, picture.grade.higher) = (None, None);
    picture.mesenteric_deposits = None;
    let all = assessed(&picture).value_of_information;
    assert_eq!(all.len(), 2);
    let first = &all[0];
    assert_eq!((first.interval_months, first.adverse_interval_months), (12, 7), "{first:?}");
    assert!(all.iter().any(|it| it.factor == "Ki-67" && it.adverse == "10 %"));
}

#[test]
fn a_grade_without_ki67_may_turn_out_better_or_worse() {
    let mut picture = scanned(reference(), "2026-01-10", Modality::Mr);
    (picture.ki67, picture.grade.higher) = (None, evidence("grade", Grade::G2));
    let all = assessed(&picture).value_of_information;
    let ki67 = all.iter().find(|it| it.factor == "Ki-67").unwrap();
    assert_eq!((ki67.favourable.as_str(), ki67.adverse.as_str()), ("3 %", "20 %"));
    assert!(ki67.favourable_interval_months > ki67.interval_months);
    assert!(ki67.adverse_interval_months < ki67.interval_months);
}

#[test]
fn markers_symptoms_and_indeterminate_lesions_change_no_hazard() {
    let plain = assessed(&reference());
    let mut picture = reference();
    picture.carcinoid_syndrome = evidence("syndrome", Presence::Present);
    picture.liver.status = LiverStatus::Indeterminate { at: None };
    assert_eq!(assessed(&picture), plain);
}

#[test]
fn what_is_supposed_replaces_what_is_known_of_the_same_attribute() {
    let base = Dossier::new(PatientId([1; 16]));
    let ki67 = |it: u32| Finding::Ki67(Bounded::exactly(Percent::from_thousandths(it * 1000).unwrap()));
    let first = suppose(&base, &[(ki67(2), None), (Finding::Margin(Margin::R1), None)]);
    let second = suppose(&first, &[(ki67(9), None)]);
    let picture = Picture::of(&second);
    assert_eq!(picture.ki67.unwrap().value.to_string(), "9 %");
    assert_eq!(picture.margin.unwrap().value, Margin::R1);
    assert_eq!(first.facts().count(), 2, "the base is left as it is");
}

#[test]
fn a_supposed_decision_leaves_those_about_other_things() {
    let decided = |kind| {
        let decision = Decision::new(kind, "N. N.", "as the conference said", None);
        Finding::Decision(decision.unwrap())
    };
    let base = Dossier::new(PatientId([1; 16]));
    let declined =
        suppose(&base, &[(decided(DecisionKind::Decline), None), (decided(DecisionKind::Treated), None)]);
    let gone_on = suppose(&declined, &[(decided(DecisionKind::Resume), None)]);
    let kinds: Vec<_> = gone_on.facts().map(|it| it.finding.clone()).collect();
    assert_eq!(kinds.len(), 2, "{kinds:?}");
    assert!(kinds.contains(&decided(DecisionKind::Treated)));
    assert!(kinds.contains(&decided(DecisionKind::Resume)));
}

#[test]
fn several_primaries_count_by_word_or_by_suffix_and_one_does_not() {
    let several = |focality: Option<bool>, t: &str| {
        let mut picture = reference();
        picture.focality =
            focality.and_then(|multifocal| evidence("focality", Focality { multifocal, count: None }));
        picture.t = tnm(t);
        assessed(&picture).contributions.iter().any(|it| it.factor == "several primaries")
    };
    assert!(several(Some(true), "pT3") && several(None, "pT3(m)") && several(Some(false), "pT3(2)"));
    assert!(!several(None, "pT3") && !several(Some(false), "pT3") && !several(None, "pT3(1)"));
}

#[test]
fn the_sentences_hold_the_numbers_of_the_assessment_and_name_their_keys() {
    let mut picture = scanned(with_ki67(9), "2026-01-10", Modality::Mr);
    picture.margin = None;
    let it = assessed(&picture);
    let sentences = explain(&picture, &it, &REFERENCE);
    let all: Vec<&str> = sentences.iter().map(|it| it.text.as_str()).collect();
    let all = all.join("\n");
    for words in [
        "within five years of the resection is 29 % (80 % band ",
        "Category: high.",
        "Ki-67 9 % multiplies the hazard by 1.71: ",
        "Resection margin is not known. Assumed: R0.",
        "After the clear scan of 2026-01-10 (sensitivity 72 %)",
        "life table us-2017, an assumed age of 65 years at that time, sex not known",
        "numbers are assumptions",
    ] {
        assert!(all.contains(words), "{words}: {all}");
    }
    let keys: Vec<&str> = sentences.iter().flat_map(|it| it.parameters.iter().map(String::as_str)).collect();
    let known: Vec<&str> = REFERENCE.parameters().map(|(key, _)| key).collect();
    assert!(keys.contains(&"ki67.per_point") && keys.iter().all(|it| known.contains(it)), "{keys:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_worse_finding_raises_both_ends_of_the_band(points in 0u32..25, more in 0u32..10, nodes in 0u16..14) {
        let of = |points, nodes| {
            let mut picture = with_ki67(points);
            picture.nodes_positive = evidence("positive", nodes);
            assessed(&picture)
        };
        let (before, after) = (of(points, nodes), of(points + more, nodes + 1));
        prop_assert!(after.risk_5_years_low >= before.risk_5_years_low);
        prop_assert!(after.risk_5_years_high >= before.risk_5_years_high);
        for (one, other) in before.curve.iter().zip(&after.curve) {
            prop_assert!(other.incidence_low >= one.incidence_low && other.incidence_high >= one.incidence_high);
        }
        for (one, other) in before.value_of_information.iter().zip(&after.value_of_information) {
            prop_assert!(other.interval_months <= one.interval_months);
        }
    }

    #[test]
    fn a_further_clear_scan_never_raises_what_is_undetected_and_a_worse_finding_never_lowers_it(
        months in prop::collection::vec(1u8..12, 0..6), more in 1u8..12, points in 0u32..25,
    ) {
        let of = |points, months: &[u8]| {
            let mut months = months.to_vec();
            months.sort_unstable();
            months.dedup();
            let modality = |month| if month % 2 == 0 { Modality::Ct } else { Modality::Pet };
            let before = months.iter().fold(with_ki67(points), |it, month| {
                scanned(it, &format!("2026-{month:02}-10"), modality(*month))
            });
            assessed(&scanned(before, "2027-01-10", Modality::Ct)).since_clear_scan.unwrap()
        };
        let (before, mut further) = (of(points, &months), months.clone());
        further.push(more);
        let after = of(points, &further);
        prop_assert!(after.undetected <= before.undetected && after.risk_2_years <= before.risk_2_years);
        let worse = of(points + 5, &months);
        prop_assert!(worse.undetected >= before.undetected && worse.risk_1_year >= before.risk_1_year);
    }

    #[test]
    fn the_same_dossier_gives_the_same_bytes(points in 0u32..25) {
        let one = assessed(&with_ki67(points));
        let other = super::assess(&with_ki67(points), &crate::Model::reference(), None, Timestamp::UNIX_EPOCH);
        prop_assert_eq!(encode(&one), encode(&other));
    }
}
