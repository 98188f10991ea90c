//! The model's uncertainty: its numbers drawn within their ranges, once for each model.
//!
//! Each draw is a model of its own. All patients are computed by the same draws, seeded by the digest of the model file, so
//! that a band is the same on every machine and a worse finding raises every draw, and therefore both ends of the band.
//! Each number's draws are spread evenly over its distribution and dealt out in an order of its own (Latin hypercube
//! sampling; McKay, Beckman and Conover, Technometrics 1979;21:239), so that few are enough.
//! A range is read as the central part of a log-normal on each side of the value (`band.range_coverage`), and no draw
//! makes an adverse finding protective.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::term::{SPREADS, Term};
use super::{Model, Parameter};
use crate::curve::POINTS;

/// To be raised when the same inputs and model give another band.
pub(crate) const METHOD: u8 = 1;

/// Draws of a band: about as good as a thousand that are not spread evenly.
pub(crate) const DRAWS: usize = 320;

/// Factors that can be unknown, at most.
const UNKNOWNS: usize = 12;

/// All draws of a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Draws {
    /// The ratios of each.
    pub(crate) ratios: Vec<Ratios>,
    /// At each point of the curve the cumulative hazard of the reference patient in each draw.
    pub(crate) reference_hazards: [Vec<f64>; POINTS],
}

/// What one draw makes of the findings.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ratios {
    /// Logarithm of each term, in the order of [`Term::ALL`].
    pub(crate) ln_ratio: [f64; Term::ALL.len()],
    /// For each factor that may be unknown a number from 0 to 1: an adverse finding is there when it is below the share.
    pub(crate) unknown: [f64; UNKNOWNS],
}

/// All draws of a model.
pub(crate) fn draws(model: &Model, seed: [u8; 16]) -> Draws {
    drawn(model, seed, DRAWS)
}

pub(crate) fn drawn(model: &Model, seed: [u8; 16], count: usize) -> Draws {
    let mut key = [0; 32];
    key[..16].copy_from_slice(&seed);
    let mut source = ChaCha8Rng::from_seed(key);
    let even: Vec<f64> = (0..count).map(|at| (at as f64 + 0.5) / count as f64).collect();
    let normal: Vec<f64> = even.iter().map(|probability| normal_quantile(*probability)).collect();
    let quantile = normal_quantile(f64::midpoint(1.0, model.band.range_coverage.value));
    let spreads: [Vec<f64>; SPREADS] = std::array::from_fn(|_| shuffled(&normal, &mut source));
    let (shapes, scales) = (shuffled(&normal, &mut source), shuffled(&normal, &mut source));
    let unknown: [Vec<f64>; UNKNOWNS] = std::array::from_fn(|_| shuffled(&even, &mut source));
    let ratios = |draw: usize| {
        let ln_ratio = |at: usize| {
            let term = Term::ALL[at];
            let ln = ln_within(term.of(model), spreads[term.spread()][draw], quantile);
            if term.protects() { ln.min(0.0) } else { ln.max(0.0) }
        };
        Ratios {
            ln_ratio: std::array::from_fn(ln_ratio),
            unknown: std::array::from_fn(|at| unknown[at][draw]),
        }
    };
    let reference_hazard = |years: f64, draw: usize| {
        let shape = libm::exp(ln_within(&model.hazard.shape, shapes[draw], quantile));
        let scale = libm::exp(ln_within(&model.hazard.scale_years, scales[draw], quantile));
        libm::pow(years / scale, shape)
    };
    let of_point = |at| (0..count).map(|draw| reference_hazard(crate::curve::years(at), draw)).collect();
    Draws { ratios: (0..count).map(ratios).collect(), reference_hazards: std::array::from_fn(of_point) }
}

/// The same values in an order that is drawn (Fisher and Yates).
fn shuffled(values: &[f64], source: &mut ChaCha8Rng) -> Vec<f64> {
    let mut dealt = values.to_vec();
    for last in (1..dealt.len()).rev() {
        // So many orders are asked of 64 bits that what a remainder prefers cannot be seen.
        let at = source.next_u64() % (last as u64 + 1);
        dealt.swap(last, at as usize);
    }
    dealt
}

/// The logarithm of a number so many standard deviations from its value, by the side of the range that it is on.
fn ln_within(parameter: &Parameter, spread: f64, quantile: f64) -> f64 {
    let value = libm::log(parameter.value);
    let end = libm::log(if spread < 0.0 { parameter.low } else { parameter.high });
    value + spread.abs() / quantile * (end - value)
}

/// The standard normal quantile by bisection: it is needed a few hundred times a model.
fn normal_quantile(probability: f64) -> f64 {
    let below = |z: f64| 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
    let (mut low, mut high) = (-10.0, 10.0);
    for _ in 0..60 {
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
        assert!((normal_quantile(0.1) + 1.281_551_566).abs() < 1e-8);
        assert!((normal_quantile(0.9) - 1.281_551_566).abs() < 1e-8);
    }

    #[test]
    fn draws_cover_the_ranges_of_the_file_and_are_the_same_again() {
        let model = Model::reference();
        let draws = draws(&model, [7; 16]);
        assert_eq!(draws, super::draws(&model, [7; 16]));
        assert_ne!(draws, super::draws(&model, [8; 16]));
        let at = Term::ALL.iter().position(|it| *it == Term::PerPoint).unwrap();
        let mut ratios: Vec<f64> = draws.ratios.iter().map(|it| libm::exp(it.ln_ratio[at])).collect();
        ratios.sort_by(f64::total_cmp);
        let share =
            |low, high| ratios.iter().filter(|it| (low..high).contains(*it)).count() as f64 / DRAWS as f64;
        assert!((share(1.035, 1.131) - 0.95).abs() < 0.03, "{}", share(1.035, 1.131));
        assert!((ratios[DRAWS / 2] - 1.08).abs() < 0.005);
    }
}
