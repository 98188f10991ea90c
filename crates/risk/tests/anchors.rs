//! The published numbers that the models must give back, and what the project's source text says.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use lacteal_clinical::Weibull;
use lacteal_risk::Model;

fn value(model: &Model, key: &str) -> (f64, f64, f64) {
    let (_, it) = model.parameters().find(|(known, _)| *known == key).unwrap();
    (it.low, it.value, it.high)
}

fn reference() -> Model {
    Model::reference()
}

fn curve(model: &Model) -> Weibull {
    Weibull::new(value(model, "hazard.shape").1, value(model, "hazard.scale_years").1, 1.0).unwrap()
}

/// The time by which half of those have the event who have it within the horizon.
fn median_within(curve: &Weibull, horizon_years: f64) -> f64 {
    curve.interval_years(0.0, curve.risk(horizon_years) / 2.0)
}

#[test]
fn the_all_site_curve_gives_the_recurrence_free_survival_of_daskalakis() {
    // 66.6 % at five and 49.3 % at ten years; medians 36.2 months among those who recurred.
    let all_sites = Weibull::new(value(&reference(), "hazard.shape").1, 15.4, 1.0).unwrap();
    assert!((1.0 - all_sites.risk(5.0) - 0.666).abs() < 0.01);
    assert!((1.0 - all_sites.risk(10.0) - 0.493).abs() < 0.01);
    assert!((median_within(&all_sites, 10.0) * 12.0 - 36.2).abs() < 6.0);
    assert!((median_within(&all_sites, 20.0) - 5.5).abs() < 0.3);
}

#[test]
fn the_scale_of_the_reference_patient_is_that_of_its_derivation() {
    let (low, scale, high) = value(&reference(), "hazard.scale_years");
    let derived = 15.4 * libm::pow(0.65 * 0.75, -1.0 / 0.80);
    assert!((scale - derived).abs() < 0.5, "{derived}");
    let five = |scale: f64| Weibull::new(0.80, scale, 1.0).unwrap().risk(5.0);
    assert!((five(high) - 0.14).abs() < 0.005 && (five(low) - 0.28).abs() < 0.005);
}

#[test]
fn the_reference_patient_has_the_stated_risks() {
    let curve = curve(&reference());
    for (years, risk, tolerance) in
        [(1.0, 0.053, 0.0005), (3.0, 0.12, 0.005), (5.0, 0.18, 0.005), (10.0, 0.29, 0.005)]
    {
        assert!((curve.risk(years) - risk).abs() <= tolerance, "{years}");
    }
}

#[test]
fn among_those_who_progress_within_fifteen_to_twenty_years_the_median_is_five_to_seven() {
    let curve = curve(&reference());
    for horizon in [15.0, 17.5, 20.0] {
        let median = median_within(&curve, horizon);
        assert!((5.0..=7.0).contains(&median), "{horizon}: {median}");
    }
}

#[test]
fn published_hazard_ratios_lie_within_their_intervals() {
    let model = reference();
    for (key, published, low, high) in [
        ("ki67.per_point", 1.08, 1.035, 1.131),
        ("nodes.per_node", 1.06, 1.001, 1.125),
        ("mesentery.mass", 1.99, 1.08, 3.88),
        ("mesentery.deposits", 4.58, 1.89, 11.11),
        ("grade.g2", 1.89, 1.16, 3.07),
        ("grade.g3", 3.29, 1.81, 5.99),
    ] {
        let (_, used, _) = value(&model, key);
        assert!((low..=high).contains(&used) && used <= published + 0.02, "{key}: {used}");
    }
}

#[test]
fn the_model_of_the_article_has_its_median_at_five_to_seven_years_for_all() {
    let article = Model::built_in("article").unwrap();
    let (low, scale, high) = value(&article, "hazard.scale_years");
    let shape = value(&article, "hazard.shape").1;
    let median = |scale| Weibull::new(shape, scale, 1.0).unwrap().interval_years(0.0, 0.5);
    assert!((median(scale) - 6.0).abs() < 0.05 && (median(low) - 5.0).abs() < 0.1);
    assert!((median(high) - 7.0).abs() < 0.1);
    // What the cohorts do not show: more metastasis by five years than they have recurrences of any site.
    assert!(curve(&article).risk(5.0) > 0.334);
}
