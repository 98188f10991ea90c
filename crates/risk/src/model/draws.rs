//! The model's uncertainty: its numbers drawn within their ranges, once for each model.
//!
//! Each draw is a model of its own. All patients are computed by the same draws, seeded by the digest of the model file, so
//! that a band is the same on every machine and a worse finding raises every draw, and therefore both ends of the band.
//! A range is read as the central part of a log-normal on each side of the value (`band.range_coverage`), and no draw
//! makes an adverse finding protective.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::term::{SPREADS, Term};
use super::{Model, Parameter};
use crate::curve::POINTS;

/// Draws of a band.
pub(crate) const DRAWS: usize = 1000;

/// Factors that can be unknown, at most.
const UNKNOWNS: usize = 12;

/// One draw of all numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draw {
    /// Logarithm of each term, in the order of [`Term::ALL`].
    pub(crate) ln_ratio: Vec<f64>,
    /// Cumulative hazard of the reference patient at each point of the curve.
    pub(crate) reference_hazard: [f64; POINTS],
    /// For each factor that may be unknown a number from 0 to 1: an adverse finding is there when it is below the share.
    pub(crate) unknown: [f64; UNKNOWNS],
}

/// All draws of a model.
pub(crate) fn draws(model: &Model, seed: [u8; 16]) -> Vec<Draw> {
    let mut key = [0; 32];
    key[..16].copy_from_slice(&seed);
    let mut source = ChaCha8Rng::from_seed(key);
    let quantile = normal_quantile(f64::midpoint(1.0, model.band.range_coverage.value));
    (0..DRAWS).map(|_| draw(model, quantile, &mut source)).collect()
}

fn draw(model: &Model, quantile: f64, source: &mut ChaCha8Rng) -> Draw {
    let spreads: [f64; SPREADS] = std::array::from_fn(|_| normal(source));
    let ln_ratio = |term: &Term| {
        let drawn = ln_within(term.of(model), spreads[term.spread()], quantile);
        if term.protects() { drawn.min(0.0) } else { drawn.max(0.0) }
    };
    let shape = libm::exp(ln_within(&model.hazard.shape, normal(source), quantile));
    let scale = libm::exp(ln_within(&model.hazard.scale_years, normal(source), quantile));
    Draw {
        ln_ratio: Term::ALL.iter().map(ln_ratio).collect(),
        reference_hazard: std::array::from_fn(|at| libm::pow(crate::curve::years(at) / scale, shape)),
        unknown: std::array::from_fn(|_| uniform(source)),
    }
}

/// The logarithm of a number so many standard deviations from its value, by the side of the range that it is on.
fn ln_within(parameter: &Parameter, spread: f64, quantile: f64) -> f64 {
    let value = libm::log(parameter.value);
    let end = libm::log(if spread < 0.0 { parameter.low } else { parameter.high });
    value + spread.abs() / quantile * (end - value)
}

/// A number above 0 and at most 1.
fn uniform(source: &mut ChaCha8Rng) -> f64 {
    ((source.next_u64() >> 11) + 1) as f64 / (1u64 << 53) as f64
}

/// A standard normal number (Box and Muller).
fn normal(source: &mut ChaCha8Rng) -> f64 {
    let (radius, angle) = (uniform(source), uniform(source));
    libm::sqrt(-2.0 * libm::log(radius)) * libm::cos(std::f64::consts::TAU * angle)
}

/// The standard normal quantile by bisection: it is needed once a model.
fn normal_quantile(probability: f64) -> f64 {
    let below = |z: f64| 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
    let (mut low, mut high) = (0.0, 10.0);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if below(middle) < probability { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_is_that_of_the_tables() {
        assert!((normal_quantile(0.975) - 1.959_963_985).abs() < 1e-8);
        assert!((normal_quantile(0.9) - 1.281_551_566).abs() < 1e-8);
    }

    #[test]
    fn draws_cover_the_ranges_of_the_file_and_are_the_same_again() {
        let model = Model::reference();
        let draws = draws(&model, [7; 16]);
        assert_eq!(draws, super::draws(&model, [7; 16]));
        assert_ne!(draws, super::draws(&model, [8; 16]));
        let at = Term::ALL.iter().position(|it| *it == Term::PerPoint).unwrap();
        let mut ratios: Vec<f64> = draws.iter().map(|it| libm::exp(it.ln_ratio[at])).collect();
        ratios.sort_by(f64::total_cmp);
        let share =
            |low, high| ratios.iter().filter(|it| (low..high).contains(*it)).count() as f64 / DRAWS as f64;
        assert!((share(1.035, 1.131) - 0.95).abs() < 0.03, "{}", share(1.035, 1.131));
        assert!((ratios[DRAWS / 2] - 1.08).abs() < 0.005);
    }
}
