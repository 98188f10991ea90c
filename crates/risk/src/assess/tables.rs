//! Tests: patients worked out by hand.

use lacteal_clinical::finding::{Margin, Presence};
use lacteal_clinical::picture::LiverStatus;
use lacteal_clinical::scope::{WhyOut, WhyUndecided};
use lacteal_clinical::{FactIdentity, Grade, Picture, Scope};
use lacteal_wire::event::Assessment;
use lacteal_wire::event::assessment::Outcome;

use super::fixture::*;

#[track_caller]
fn close(actual: f64, expected: f64, tolerance: f64) {
    assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected}");
}

/// The ratio and value of one factor.
#[track_caller]
fn factor(assessment: &Assessment, name: &str) -> (f64, String) {
    let found: Vec<_> = assessment.contributions.iter().filter(|it| it.factor == name).collect();
    let [one] = found.as_slice() else { panic!("{name} is there {} times", found.len()) };
    (one.hazard_ratio, one.value.clone())
}

fn with(change: impl FnOnce(&mut Picture)) -> Assessment {
    let mut picture = reference();
    change(&mut picture);
    assessed(&picture)
}

#[test]
fn the_reference_patient_has_the_published_risks() {
    let it = assessed(&reference());
    assert_eq!(it.outcome(), Outcome::Computed);
    assert_eq!((it.hazard_ratio, it.hazard_ratio_unlimited), (1.0, 1.0));
    assert_eq!((it.shape, it.scale_years), (0.8, 38.0));
    for (risk, percent) in
        [(it.risk_1_year, 5.3), (it.risk_3_years, 12.0), (it.risk_5_years, 18.0), (it.risk_10_years, 29.0)]
    {
        close(risk * 100.0, percent, 0.5);
    }
    close(it.risk_1_year, 0.0530, 0.00005);
    assert_eq!(it.missing, vec![]);
    assert!(it.contributions.iter().all(|it| it.hazard_ratio == 1.0));
    assert_eq!((it.curve.len(), it.curve[0].free_of_metastasis), (21, 1.0));
    close(it.curve[10].free_of_metastasis, 1.0 - it.risk_5_years, 1e-15);
    assert_eq!((it.curve[1].years, it.curve[20].years), (0.5, 10.0));
}

#[test]
fn an_advanced_tumour_worked_out_by_hand() {
    let it = with(|it| {
        it.ki67 = ki67("5 %");
        it.nodes_positive = evidence("positive", 6);
        it.t = tnm("pT4(m)");
        it.size = size(25_000);
        it.margin = evidence("margin", Margin::R1);
        it.lymphovascular_invasion = evidence("vessels", true);
    });
    let parts = [
        ("positive lymph nodes", 1.26248, "6 of 14"),
        ("Ki-67", 1.25971, "5 %"),
        ("mesenteric mass", 1.0, "12 mm"),
        ("mesenteric tumour deposits", 1.0, "not seen"),
        ("depth of invasion", 1.3, "pT4(m)"),
        ("several primaries", 1.0, "pT4(m)"),
        ("size of the primary", 1.1, "25 mm"),
        ("resection margin", 1.4, "R1"),
        ("lymphovascular invasion", 1.1, "present"),
        ("perineural invasion", 1.0, "not seen"),
    ];
    assert_eq!(
        it.contributions.iter().map(|it| it.factor.as_str()).collect::<Vec<_>>(),
        parts.map(|it| it.0)
    );
    for (name, ratio, text) in parts {
        let (actual, value) = factor(&it, name);
        close(actual, ratio, 0.00001);
        assert_eq!(value, text);
    }
    // 1.06^4 x 1.08^3 x 1.3 x 1.1 x 1.4 x 1.1
    close(it.hazard_ratio, 3.5023, 0.0001);
    close(it.risk_5_years, 0.4992, 0.0001);
}

#[test]
fn grade_counts_when_there_is_no_ki67_number() {
    let it = with(|it| {
        it.ki67 = None;
        it.grade.higher = evidence("grade", Grade::G2);
        it.nodes_positive = None;
        it.n = tnm("pN0");
        it.mesenteric_mass = mass("3.5 cm");
        it.mesenteric_deposits = evidence("deposits", true);
    });
    // 1.9 for the grade, 0.8 for N0, 2.0 for deposits and mass together
    close(it.hazard_ratio, 3.04, 1e-12);
    assert_eq!(factor(&it, "grade"), (1.9, "G2".to_owned()));
    assert_eq!(
        factor(&it, "mesenteric mass"),
        (1.0, "35 mm (counted with the mesenteric tumour deposits)".to_owned())
    );
    assert_eq!(factor(&it, "mesenteric tumour deposits").0, 2.0);
    assert_eq!(it.missing.len(), 1);
    assert_eq!(it.missing[0].assumed, "the grade, G2, counts instead");
    close(
        with(|it| {
            it.ki67 = None;
            it.grade.higher = evidence("grade", Grade::G3)
        })
        .hazard_ratio,
        3.3,
        0.0,
    );
    assert_eq!(with(|it| it.ki67 = None).hazard_ratio, 1.0);
}

#[test]
fn a_grade_above_what_ki67_gives_is_shown_and_does_not_count_twice() {
    let it = with(|it| it.grade.higher = evidence("grade", Grade::G2));
    assert_eq!(factor(&it, "grade"), (1.0, "G2, higher than by Ki-67: the Ki-67 number counts".to_owned()));
}

#[test]
fn the_hazard_ratio_is_kept_within_the_limits_and_shown_before_and_after() {
    let it = with(|it| {
        it.ki67 = ki67("20 %");
        it.nodes_positive = evidence("positive", 12);
    });
    // 1.08^18 x 1.06^10
    close(it.hazard_ratio_unlimited, 7.1562, 0.0001);
    assert_eq!(it.hazard_ratio, 5.0);
    close(it.risk_5_years, 0.6273, 0.0001);
}

#[test]
fn of_a_stated_range_the_higher_risk_counts_and_the_value_says_so() {
    let cases = [
        ("<1 %", 0.0, "<1 % (counted as 1 %, the higher risk)"),
        ("2-3 %", 1.0, "2 % to 3 % (counted as 3 %, the higher risk)"),
        ("~4 %", 2.0, "~4 %"),
        ("<=5 %", 3.0, "<=5 % (counted as 5 %, the higher risk)"),
        (">5 %", 18.0, ">5 % (open above: counted as 20 %, the higher risk)"),
        ("35 %", 18.0, "35 % (counted as 20 %, where the model's range ends)"),
        ("1.5 %", 0.0, "1.5 %"),
    ];
    for (text, points, value) in cases {
        let it = with(|it| it.ki67 = ki67(text));
        let (ratio, shown) = factor(&it, "Ki-67");
        close(ratio, 1.08f64.powf(points), 1e-9);
        assert_eq!(shown, value);
    }
    let cases = [
        ("20 mm", 1.0, "20 mm"),
        ("2.1 cm", 1.8, "21 mm"),
        ("1-3 cm", 1.8, "10 mm to 30 mm (may be above 20 mm and counts so)"),
        (">2 cm", 1.8, ">20 mm"),
        ("<2 cm", 1.0, "<20 mm"),
    ];
    for (text, ratio, value) in cases {
        let it = with(|it| it.mesenteric_mass = mass(text));
        assert_eq!(factor(&it, "mesenteric mass"), (ratio, value.to_owned()));
    }
}

#[test]
fn nodes_count_from_the_reference_to_the_cap() {
    let cases = [(0, 0.8), (1, 1.0), (2, 1.0), (3, 1.06), (12, 1.06f64.powi(10)), (40, 1.06f64.powi(10))];
    for (positive, ratio) in cases {
        let it = with(|it| {
            it.n = None;
            it.nodes_positive = evidence("positive", positive);
        });
        close(factor(&it, "positive lymph nodes").0, ratio, 1e-9);
    }
    let contradicted = with(|it| it.nodes_positive = evidence("positive", 0));
    let text = "none counted, but pN1 stated: not taken as negative";
    assert_eq!(factor(&contradicted, "positive lymph nodes"), (1.0, text.to_owned()));
    let uncounted = with(|it| it.nodes_positive = None);
    assert_eq!(uncounted.missing[0].assumed, "pN1 without a count: 2");
    let few = with(|it| it.nodes_examined = evidence("examined", 7));
    let text = "7: below 8 the count of positive nodes is not reliable";
    assert_eq!(factor(&few, "lymph nodes examined"), (1.0, text.to_owned()));
}

#[test]
fn size_classes_begin_above_two_and_three_centimetres() {
    for (micrometres, ratio) in [(4_000, 1.0), (20_000, 1.0), (20_001, 1.1), (30_000, 1.1), (30_001, 1.3)] {
        assert_eq!(factor(&with(|it| it.size = size(micrometres)), "size of the primary").0, ratio);
    }
}

#[test]
fn everything_missing_is_listed_and_counts_as_the_reference() {
    let it = assessed(&unknown());
    assert_eq!(it.hazard_ratio, 1.0);
    assert_eq!(it.contributions, vec![]);
    let missing: Vec<_> = it.missing.iter().map(|it| (it.factor.as_str(), it.assumed.as_str())).collect();
    let expected = [
        ("positive lymph nodes", "2"),
        ("Ki-67", "2 %; the grade is not known either"),
        ("mesenteric mass", "none above 20 mm"),
        ("mesenteric tumour deposits", "none"),
        ("depth of invasion", "T1 or T2"),
        ("size of the primary", "at most 2 cm"),
        ("resection margin", "R0"),
        ("lymphovascular invasion", "none"),
        ("perineural invasion", "none"),
    ];
    assert_eq!(missing, expected);
    for (name, unassessed) in [("pTX", tnm("pTX")), ("pT0", tnm("pT0"))] {
        let it = with(|it| it.t = unassessed);
        assert_eq!(it.missing.len(), 1, "{name}");
    }
}

#[test]
fn a_contribution_names_its_source_and_facts_and_marks_what_is_preliminary() {
    let it = with(|it| it.ki67.as_mut().unwrap().preliminary = true);
    let ki67 = &it.contributions[1];
    assert_eq!(ki67.value, "2 % (preliminary)");
    assert!(ki67.source.contains("Daskalakis"));
    assert_eq!(ki67.facts.len(), 1);
    assert_eq!((ki67.facts[0].patient.as_slice(), ki67.facts[0].identity.len()), (&[1u8; 16][..], 16));
    let nodes = &it.contributions[0].facts;
    let identities = ["positive", "examined"].map(|it| FactIdentity::of([it]).0.to_vec());
    assert!(nodes.len() == 2 && nodes.iter().all(|it| identities.contains(&it.identity)));
}

#[test]
fn what_cannot_be_assessed_says_why_and_gives_no_number() {
    let since = Some("2026-01-01".parse().unwrap());
    type Change = Box<dyn Fn(&mut Picture)>;
    let cases: [(Outcome, Change); 7] = [
        (Outcome::Deceased, Box::new(|it| it.death = evidence("death", None))),
        (Outcome::NotInScope, Box::new(|it| it.scope.scope = Scope::OutOfScope(WhyOut::OtherTumour))),
        (Outcome::NotInScope, Box::new(|it| it.scope.scope = Scope::Undecided(WhyUndecided::NothingKnown))),
        (Outcome::LiverReached, Box::new(move |it| it.liver.status = LiverStatus::Present { since })),
        (Outcome::NotCovered, Box::new(|it| it.grade.higher = evidence("grade", Grade::Nec))),
        (Outcome::NotCovered, Box::new(|it| it.margin = evidence("margin", Margin::R2))),
        (
            Outcome::Deceased,
            Box::new(move |it| {
                it.death = evidence("death", None);
                it.liver.status = LiverStatus::Present { since };
            }),
        ),
    ];
    for (outcome, change) in cases {
        let it = with(change);
        assert_eq!(it.outcome(), outcome);
        assert_eq!(
            (it.risk_5_years, it.hazard_ratio, it.curve.len(), it.contributions.len()),
            (0.0, 0.0, 0, 0)
        );
        assert_eq!((it.model.as_str(), it.time_zero.unwrap().year), ("lacteal-reference", 2025));
    }
    let suspected = with(|it| {
        it.liver.status = LiverStatus::Indeterminate { at: since };
        it.liver.preliminary = evidence("liver", Presence::Present);
    });
    assert_eq!(suspected.outcome(), Outcome::Computed, "a suspicion or preliminary word is no metastasis");
}
