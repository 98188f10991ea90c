//! e to the minus x, for the thousands of them that one band takes: a table and a short series, the same on every
//! machine, and never rising.

use std::sync::LazyLock;

/// Steps of the table in one unit of x.
const STEPS: f64 = 64.0;
/// From here on, below 5e-18, it is 0.
const END: f64 = 40.0;
/// 1.5 * 2^52: added to a number, it leaves the nearest whole one in the lowest bits, much faster than a conversion.
const TO_WHOLE: f64 = 6_755_399_441_055_744.0;

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
        // What is nearest must not be read from bits that are used up by a greater number.
        if step >= END * STEPS {
            return 0.0;
        }
        let shifted = step + TO_WHOLE;
        let Some(nearest) = self.0.get(shifted.to_bits() as u32 as usize) else { return 0.0 };
        let r = (step - (shifted - TO_WHOLE)) / STEPS;
        // Taylor's series, in the order in which the processor can take several terms at once. Up to an even power it ends
        // above the function where r is positive and below where it is negative: no rise from one step to the next.
        let r2 = r * r;
        let high = (1.0 / 24.0 - r * (1.0 / 120.0)) + r2 * (1.0 / 720.0);
        nearest * ((1.0 - r) + r2 * ((1.0 / 2.0 - r * (1.0 / 6.0)) + r2 * high))
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
        fn it_never_rises(x in 0.0..39.9, more in 1e-12..0.1, step in 0u32..2560) {
            let (decay, end) = (Decay::new(), f64::from(step + 1) / STEPS);
            prop_assert!(decay.at(x + more) < decay.at(x));
            prop_assert!(decay.at(end) <= decay.at(end - end * f64::EPSILON));
            let over = (f64::from(step) + 0.5) / STEPS;
            prop_assert!(decay.at(over + 1e-12) < decay.at(over - 1e-12));
        }
    }
}
