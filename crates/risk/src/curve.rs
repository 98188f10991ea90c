//! The curve of a patient: risk over ten years, with death of other causes, and its band.

mod decay;

use lacteal_clinical::finding::Sex;
use lacteal_wire::event::CurvePoint;

use self::decay::Decay;
use crate::model::Model;
use crate::model::draws::Ratios;
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
    let bands = bands(inputs, &alive, model);
    let points = (0..POINTS).map(|at| CurvePoint {
        years: years(at),
        free_of_metastasis: free[at],
        cumulative_incidence: middle[at],
        incidence_low: bands.incidence[at].0,
        incidence_high: bands.incidence[at].1,
    });
    Curve { points: points.collect(), risk_5_years: bands.risk_5_years }
}

struct Bands {
    incidence: [(f64, f64); POINTS],
    risk_5_years: (f64, f64),
}

/// Where the draws lie at each point. Point by point, so that what is in hand stays in the processor's cache.
fn bands(inputs: &Inputs, alive: &[f64; POINTS], model: &Model) -> Bands {
    let ratios: Vec<f64> = model.draws.ratios.iter().map(|draw| ratio(inputs, model, draw)).collect();
    let (mut free, mut sums) = (vec![1.0; ratios.len()], vec![0.0; ratios.len()]);
    let mut sample = Vec::with_capacity(ratios.len());
    let decay = Decay::new();
    let mut bands = Bands { incidence: [(0.0, 0.0); POINTS], risk_5_years: (0.0, 0.0) };
    for at in 1..POINTS {
        let draws = ratios.iter().zip(&model.draws.reference_hazards[at]).zip(free.iter_mut().zip(&mut sums));
        for ((ratio, reference_hazard), (free, sum)) in draws {
            let still_free = decay.at(ratio * reference_hazard);
            *sum += alive[at - 1] * (*free - still_free);
            *free = still_free;
        }
        bands.incidence[at] = band(sums.iter().copied(), &mut sample);
        if at == FIVE_YEARS {
            bands.risk_5_years = band(free.iter().map(|free| 1.0 - free), &mut sample);
        }
    }
    bands
}

/// The hazard ratio of one draw, within the limits of the model.
fn ratio(inputs: &Inputs, model: &Model, draw: &Ratios) -> f64 {
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

/// The values between which a sample lies, but for its tails. `scratch` is overwritten.
fn band(values: impl Iterator<Item = f64>, scratch: &mut Vec<u64>) -> (f64, f64) {
    scratch.clear();
    // Numbers that are not negative are in the order of their bits.
    scratch.extend(values.map(|value| value.max(0.0).to_bits()));
    let last = scratch.len().saturating_sub(1) as f64;
    let [low, high] = [BAND_TAIL, 1.0 - BAND_TAIL].map(|part| libm::floor(part * last) as usize);
    let (_, lowest, above) = scratch.select_nth_unstable(low);
    let lowest = *lowest;
    let highest = match high.checked_sub(low + 1) {
        Some(at) if at < above.len() => *above.select_nth_unstable(at).1,
        _ => lowest,
    };
    (f64::from_bits(lowest), f64::from_bits(highest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::draws::{DRAWS, drawn};

    #[test]
    fn a_few_draws_give_the_band_of_very_many() {
        let adverse = |index, term| (index, vec![(term, 1.0)]);
        let inputs = Inputs {
            powers: vec![(Term::PerNode, 3.0), (Term::PerPoint, 4.0), (Term::T4, 1.0)],
            unknown: vec![adverse(2, Term::Mass), adverse(3, Term::Deposits), adverse(6, Term::R1)],
            age_years: 63.5,
            sex: None,
        };
        let mut model = Model::reference();
        let mut band = |seed: u8, count| {
            model.draws = drawn(&model, [seed; 16], count);
            curve(&inputs, &model).risk_5_years
        };
        // So wide a band (28 to 68 %) is the hardest; the model's own numbers are known far less well.
        let exact = band(0, 1 << 15);
        for seed in 1..40 {
            let few = band(seed, DRAWS);
            let off = (few.0 - exact.0).abs().max((few.1 - exact.1).abs());
            assert!(off < 0.04, "{few:?} is not {exact:?}");
        }
    }
}
