//! e to the minus x, for the thousands of them that one band takes: a table and a short series, the same on every
//! machine, and never rising.

use std::sync::LazyLock;

/// Steps of the table in one unit of x.
const STEPS: f64 = 64.0;
/// From here on, below 5e-18, it is 0.
const END: f64 = 40.0;

static TABLE: LazyLock<Vec<f64>> =
    LazyLock::new(|| (0..=(END * STEPS) as u32).map(|step| libm::exp(-f64::from(step) / STEPS)).collect());

/// The table by itself, to be asked many times.
pub(super) struct Decay(&'static [f64]);

impl Decay {
    pub(super) fn new() -> Self {
        Self(&TABLE)
    }

    /// e to the minus `x`, for x of 0 and more.
    pub(super) fn at(&self, x: f64) -> f64 {
        let step = x * STEPS;
        let Some(start) = self.0.get(step as usize) else { return 0.0 };
        let r = (step - (step as u32 as f64)) / STEPS;
        // Taylor's series up to an even power ends above the function: there is no rise from one step to the next.
        let series = 1.0
            - r * (1.0
                - r * (1.0 / 2.0
                    - r * (1.0 / 6.0 - r * (1.0 / 24.0 - r * (1.0 / 120.0 - r * (1.0 / 720.0))))));
        start * series
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_begins_at_one_and_ends_at_nothing() {
        let decay = Decay::new();
        assert_eq!(decay.at(0.0), 1.0);
        assert_eq!((decay.at(41.0), decay.at(f64::MAX), decay.at(f64::INFINITY)), (0.0, 0.0, 0.0));
    }

    proptest! {
        #[test]
        fn it_is_the_exponential_function(x in 0.0..39.9) {
            let (ours, exact) = (Decay::new().at(x), libm::exp(-x));
            prop_assert!(((ours - exact) / exact).abs() < 1e-15, "{ours} {exact}");
        }

        #[test]
        fn it_never_rises(x in 0.0..39.9, more in 1e-9..0.1, step in 0u32..2560) {
            let (decay, end) = (Decay::new(), f64::from(step + 1) / STEPS);
            prop_assert!(decay.at(x + more) < decay.at(x));
            prop_assert!(decay.at(end) <= decay.at(end - end * f64::EPSILON));
        }
    }
}
