//! The value of information: what a value that nobody has told would do to the interval between scans.

use lacteal_clinical::Picture;
use lacteal_wire::event::ValueOfInformation;

use super::since::years_between;
use crate::Model;
use crate::model::factors::{Factors, Unknown};
use crate::model::term::{Powers, product};

/// The missing values that would change the interval; the one that would change it most comes first.
pub(super) fn value_of_information(
    picture: &Picture,
    factors: &Factors,
    model: &Model,
) -> Vec<ValueOfInformation> {
    let since = years_since_anchor(picture);
    let months = |powers: &Powers| interval_months(product(powers, model), since, model);
    let present = months(&factors.powers_without(&[]));
    let with = |unknown: &Unknown, powers: &Powers| {
        let mut all = factors.powers_without(unknown.replaces.as_slice());
        all.extend(powers);
        months(&all)
    };
    let mut all: Vec<ValueOfInformation> = factors
        .unknown
        .iter()
        .map(|unknown| ValueOfInformation {
            factor: unknown.factor.to_owned(),
            interval_months: present,
            favourable: unknown.favourable.0.clone(),
            favourable_interval_months: with(unknown, &unknown.favourable.1),
            adverse: unknown.adverse.0.clone(),
            adverse_interval_months: with(unknown, &unknown.adverse.1),
        })
        .filter(|it| {
            [it.favourable_interval_months, it.adverse_interval_months].iter().any(|it| *it != present)
        })
        .collect();
    let change = |it: &ValueOfInformation| {
        it.favourable_interval_months.abs_diff(present).max(it.adverse_interval_months.abs_diff(present))
    };
    all.sort_by_key(|it| std::cmp::Reverse(change(it)));
    all
}

/// From time zero to the last study of the liver, from which the next interval counts.
fn years_since_anchor(picture: &Picture) -> f64 {
    let Some(zero) = picture.time_zero.as_ref().map(|it| it.value.date) else { return 0.0 };
    let studies = picture.imaging.iter().filter(|it| it.value.covers_liver()).filter_map(|it| it.observed);
    studies.max().map_or(0.0, |last| years_between(zero, last).max(0.0))
}

/// The longest interval in which the risk stays below the model's limit, within the model's bounds.
fn interval_months(hazard_ratio: f64, since_years: f64, model: &Model) -> u32 {
    let table = &model.interval;
    let years = model.hazard(hazard_ratio).interval_years(since_years, table.risk_max.value);
    let months = libm::floor(years * 12.0);
    months.clamp(table.months_min.value, table.months_max.value) as u32
}
