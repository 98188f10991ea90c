//! Tests: what holds for every patient.

use lacteal_clinical::finding::Margin;
use lacteal_clinical::{Bounded, Grade, Length, Percent, Picture};
use proptest::prelude::*;

use super::fixture::*;

/// Any patient in scope whom the model covers, with anything known or not.
fn pictures() -> impl Strategy<Value = Picture> {
    let percent = |it| Percent::from_thousandths(it).unwrap();
    let ki67 = prop_oneof![
        (0u32..60_000).prop_map(move |it| Bounded::exactly(percent(it))),
        (0u32..30_000, 1u32..10_000).prop_map(move |(low, more)| Bounded::range(
            percent(low),
            percent(low + more)
        )
        .unwrap()),
    ];
    let length = || (1u32..90_000).prop_map(|it| Length::from_micrometres(it).unwrap());
    let seen = || prop::option::of(any::<bool>());
    let margin = prop::option::of(prop_oneof![Just(Margin::R0), Just(Margin::R1)]);
    let grade = prop::option::of(prop_oneof![Just(Grade::G1), Just(Grade::G2), Just(Grade::G3)]);
    let t = prop::option::of(prop_oneof![Just("pTX"), Just("pT1"), Just("pT2(m)"), Just("pT3"), Just("cT4")]);
    let n = prop::option::of(prop_oneof![Just("pNX"), Just("pN0"), Just("cN1"), Just("pN2")]);
    let numbers = (prop::option::of(ki67), prop::option::of(length()), prop::option::of(length()));
    let counts = (prop::option::of(0u16..40), prop::option::of(0u16..40));
    (numbers, counts, (t, n, grade, margin), (seen(), seen(), seen())).prop_map(
        |((ki67, size, mass), (positive, examined), (t, n, grade, margin), (deposits, vessels, nerves))| {
            let mut it = unknown();
            it.ki67 = ki67.and_then(|it| evidence("ki67", it));
            it.size = size.and_then(|it| evidence("size", it));
            it.mesenteric_mass = mass.and_then(|it| evidence("mass", Bounded::exactly(it)));
            it.nodes_positive = positive.and_then(|it| evidence("positive", it));
            it.nodes_examined = examined.and_then(|it| evidence("examined", it));
            it.t = t.and_then(tnm);
            it.n = n.and_then(tnm);
            it.grade.higher = grade.and_then(|it| evidence("grade", it));
            it.margin = margin.and_then(|it| evidence("margin", it));
            it.mesenteric_deposits = deposits.and_then(|it| evidence("deposits", it));
            it.lymphovascular_invasion = vessels.and_then(|it| evidence("vessels", it));
            it.perineural_invasion = nerves.and_then(|it| evidence("nerves", it));
            it
        },
    )
}

/// A finding added, or made worse, by number.
fn worsen(picture: &mut Picture, which: usize, by: u16) {
    match which {
        0 => it_more(&mut picture.nodes_positive, by),
        1 => {
            let points = picture.ki67.as_ref().map_or(2_000, |it| it.value.point().thousandths());
            let more = Percent::from_thousandths((points + u32::from(by) * 500).min(100_000)).unwrap();
            // Ki-67 replaces a grade, so it is made worse only where there is a number, or no grade either.
            if picture.ki67.is_some() || picture.grade.higher.is_none() {
                picture.ki67 = evidence("ki67", Bounded::exactly(more));
            }
        }
        2 => picture.mesenteric_deposits = evidence("deposits", true),
        3 => {
            let least = picture.mesenteric_mass.as_ref().map_or(0, |it| it.value.point().micrometres());
            let more = Length::from_micrometres(least + u32::from(by) * 1000).unwrap();
            picture.mesenteric_mass = evidence("mass", Bounded::exactly(more));
        }
        4 => {
            let least = picture.size.as_ref().map_or(0, |it| it.value.micrometres());
            picture.size = evidence("size", Length::from_micrometres(least + u32::from(by) * 1000).unwrap());
        }
        5 => picture.t = tnm("pT4"),
        6 => picture.margin = evidence("margin", Margin::R1),
        7 => picture.lymphovascular_invasion = evidence("vessels", true),
        8 => picture.perineural_invasion = evidence("nerves", true),
        9 => picture.n = tnm("pN2"),
        _ => {
            let worse = picture.grade.higher.as_ref().map_or(Grade::G2, |it| it.value.max(Grade::G2));
            picture.grade.higher = evidence("grade", worse);
        }
    }
}

fn it_more(count: &mut Option<lacteal_clinical::Evidence<u16>>, by: u16) {
    *count = evidence("positive", count.as_ref().map_or(0, |it| it.value) + by);
}

proptest! {
    #[test]
    fn a_further_adverse_finding_never_lowers_the_risk(picture in pictures(), which in 0usize..11, by in 1u16..30) {
        let mut worse = picture.clone();
        worsen(&mut worse, which, by);
        let (before, after) = (assessed(&picture), assessed(&worse));
        prop_assert!(after.hazard_ratio_unlimited >= before.hazard_ratio_unlimited, "{:?}", after.contributions);
        prop_assert!(after.hazard_ratio >= before.hazard_ratio);
        prop_assert!(after.risk_5_years >= before.risk_5_years);
    }

    #[test]
    fn contributions_multiply_to_the_ratio_and_the_ratio_stays_within_the_limits(picture in pictures()) {
        let it = assessed(&picture);
        let product: f64 = it.contributions.iter().map(|it| it.hazard_ratio).product();
        prop_assert!((product - it.hazard_ratio_unlimited).abs() <= 1e-12 * product);
        prop_assert_eq!(it.hazard_ratio, it.hazard_ratio_unlimited.clamp(0.5, 5.0));
        prop_assert!(it.contributions.iter().all(|it| !it.source.is_empty() && !it.facts.is_empty() && !it.value.is_empty()));
    }

    #[test]
    fn risks_are_probabilities_that_rise_and_the_curve_falls(picture in pictures()) {
        let it = assessed(&picture);
        let risks = [0.0, it.risk_1_year, it.risk_3_years, it.risk_5_years, it.risk_10_years, 1.0];
        prop_assert!(risks.windows(2).all(|it| it[0] < it[1]));
        prop_assert!(it.curve.windows(2).all(|it| it[0].free_of_metastasis > it[1].free_of_metastasis));
    }

    #[test]
    fn the_same_picture_gives_the_same_bits(picture in pictures()) {
        let (one, other) = (assessed(&picture), assessed(&picture.clone()));
        prop_assert_eq!(one.risk_5_years.to_bits(), other.risk_5_years.to_bits());
        prop_assert_eq!(one, other);
    }

    #[test]
    fn each_factor_is_known_or_missing_and_a_missing_one_counts_as_the_reference(picture in pictures(), which in 0usize..8) {
        let it = assessed(&picture);
        let mut factors: Vec<&str> = it.contributions.iter().map(|it| it.factor.as_str()).collect();
        factors.extend(it.missing.iter().map(|it| it.factor.as_str()));
        let known = factors.len();
        factors.sort_unstable();
        factors.dedup();
        prop_assert_eq!(factors.len(), known, "no factor twice");

        let (mut without, mut as_reference) = (picture.clone(), picture);
        let model = reference();
        let take = |it: &mut Picture, from: &Picture| match which {
            0 => it.ki67 = from.ki67.clone(),
            1 => it.nodes_positive = from.nodes_positive.clone(),
            2 => it.size = from.size.clone(),
            3 => it.t = from.t.clone(),
            4 => it.margin = from.margin.clone(),
            5 => it.mesenteric_mass = from.mesenteric_mass.clone(),
            6 => it.mesenteric_deposits = from.mesenteric_deposits.clone(),
            _ => it.lymphovascular_invasion = from.lymphovascular_invasion.clone(),
        };
        if which == 0 {
            // Without a number the grade would count in its place.
            (without.grade.higher, as_reference.grade.higher) = (None, None);
        }
        if which == 1 {
            // A negative category would count in place of the count.
            (without.n, as_reference.n) = (None, None);
        }
        take(&mut without, &unknown());
        take(&mut as_reference, &model);
        prop_assert_eq!(assessed(&without).hazard_ratio, assessed(&as_reference).hazard_ratio);
    }
}

#[test]
fn the_bits_of_the_reference_patient_are_fixed() {
    // A change here means that stored assessments no longer agree with a replay of their model version.
    assert_eq!(assessed(&reference()).risk_5_years.to_bits(), 0x3fc6_ee02_c81f_5c4a);
}
