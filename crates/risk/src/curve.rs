//! The curve of a patient: risk over ten years, with death of other causes, and its band.

use lacteal_clinical::finding::Sex;
use lacteal_wire::event::CurvePoint;

use crate::model::Model;
use crate::model::draws::Draw;
use crate::model::term::{Powers, Term};

/// Points a year.
const POINTS_PER_YEAR: usize = 2;
/// Years: for as long as the model's sources reach.
const YEARS: usize = 10;
/// Points, with that of year 0.
pub(crate) const POINTS: usize = YEARS * POINTS_PER_YEAR + 1;
/// Index of five years.
const FIVE_YEARS: usize = 5 * POINTS_PER_YEAR;
/// The band leaves out so much at each end: 80 % are within.
const BAND_TAIL: f64 = 0.1;

/// Years of a point.
pub(crate) fn years(point: usize) -> f64 {
    point as f64 / POINTS_PER_YEAR as f64
}

/// What a curve rests on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Inputs {
    /// Known findings.
    pub(crate) powers: Powers,
    /// For each factor that is not known what an adverse finding would be; the index is that of the factor.
    pub(crate) unknown: Vec<(usize, Powers)>,
    /// Age at time zero in years.
    pub(crate) age_years: f64,
    /// Sex, when known.
    pub(crate) sex: Option<Sex>,
}

/// The curve and the band of the risk within five years, death of other causes left out.
pub(crate) struct Curve {
    pub(crate) points: Vec<CurvePoint>,
    pub(crate) risk_5_years: (f64, f64),
}

/// Probability of being alive in the middle of each half year; the last is not used.
fn alive(inputs: &Inputs, model: &Model) -> [f64; POINTS] {
    let half = 0.5 / POINTS_PER_YEAR as f64;
    std::array::from_fn(|at| model.life_table.alive(inputs.age_years, inputs.sex, years(at) + half))
}

/// Cumulative incidence at each point: metastasis in a half year counts for those who are alive in its middle.
fn incidence(free: &[f64; POINTS], alive: &[f64; POINTS]) -> [f64; POINTS] {
    let mut sum = 0.0;
    let mut out = [0.0; POINTS];
    for at in 1..POINTS {
        sum += alive[at - 1] * (free[at - 1] - free[at]);
        out[at] = sum;
    }
    out
}

pub(crate) fn curve(inputs: &Inputs, model: &Model) -> Curve {
    let alive = alive(inputs, model);
    let hazard = model.hazard(crate::model::term::product(&inputs.powers, model));
    let free: [f64; POINTS] = std::array::from_fn(|at| libm::exp(-hazard.cumulative_hazard(years(at))));
    let middle = incidence(&free, &alive);

    let mut drawn: [Vec<f64>; POINTS] = std::array::from_fn(|_| Vec::with_capacity(model.draws.len()));
    let mut five = Vec::with_capacity(model.draws.len());
    for draw in &model.draws {
        let ratio = ratio(inputs, model, draw);
        let free: [f64; POINTS] = std::array::from_fn(|at| libm::exp(-ratio * draw.reference_hazard[at]));
        five.push(1.0 - free[FIVE_YEARS]);
        for (sample, value) in drawn.iter_mut().zip(incidence(&free, &alive)) {
            sample.push(value);
        }
    }
    let ends = |sample: &mut Vec<f64>| (quantile(sample, BAND_TAIL), quantile(sample, 1.0 - BAND_TAIL));
    let points = drawn.iter_mut().enumerate().map(|(at, sample)| {
        let (low, high) = ends(sample);
        CurvePoint {
            years: years(at),
            free_of_metastasis: free[at],
            cumulative_incidence: middle[at],
            incidence_low: low,
            incidence_high: high,
        }
    });
    Curve { points: points.collect(), risk_5_years: ends(&mut five) }
}

/// The hazard ratio of one draw, within the limits of the model.
fn ratio(inputs: &Inputs, model: &Model, draw: &Draw) -> f64 {
    let ln = |powers: &Powers| -> f64 {
        let term = |(term, power): &(Term, f64)| draw.ln_ratio.get(*term as usize).unwrap_or(&0.0) * power;
        powers.iter().map(term).sum()
    };
    let share = model.unknown.adverse_share.value;
    let there = |(factor, powers): &(usize, Powers)| {
        let drawn = draw.unknown.get(*factor).copied().unwrap_or(1.0);
        if drawn < share { ln(powers) } else { 0.0 }
    };
    let unknown: f64 = inputs.unknown.iter().map(there).sum();
    model.limited(libm::exp(ln(&inputs.powers) + unknown))
}

/// The value below which this part of a sample lies. The sample is not empty.
fn quantile(sample: &mut [f64], part: f64) -> f64 {
    let last = sample.len().saturating_sub(1);
    let at = (libm::floor(part * last as f64) as usize).min(last);
    let (_, value, _) = sample.select_nth_unstable_by(at, f64::total_cmp);
    *value
}
