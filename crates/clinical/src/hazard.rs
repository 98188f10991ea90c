//! Weibull proportional hazards: cumulative hazard, risk, conditional risk, and the interval for a given risk.
//!
//! With shape k, scale λ years and hazard ratio r the cumulative hazard is H(t) = r (t/λ)^k. The powers and
//! logarithms are those of the `libm` crate, so that every platform gives the same bits. Which parameters apply to
//! whom is the model's business, not this module's.

use crate::Error;

/// A Weibull hazard. All parameters are finite and above zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weibull {
    shape: f64,
    scale_years: f64,
    hazard_ratio: f64,
}

impl Weibull {
    /// Checks that each parameter is finite and above zero.
    pub fn new(shape: f64, scale_years: f64, hazard_ratio: f64) -> Result<Self, Error> {
        for (name, value) in [("shape", shape), ("scale_years", scale_years), ("hazard_ratio", hazard_ratio)]
        {
            if !(value.is_finite() && value > 0.0) {
                return Err(Error::Parameter { name });
            }
        }
        Ok(Self { shape, scale_years, hazard_ratio })
    }

    /// Shape k; below 1 the hazard falls with time.
    pub fn shape(&self) -> f64 {
        self.shape
    }

    /// Scale λ in years.
    pub fn scale_years(&self) -> f64 {
        self.scale_years
    }

    /// Hazard ratio against the reference patient.
    pub fn hazard_ratio(&self) -> f64 {
        self.hazard_ratio
    }

    /// Cumulative hazard up to this time; times before zero count as zero.
    pub fn cumulative_hazard(&self, years: f64) -> f64 {
        self.hazard_ratio * libm::pow(years.max(0.0) / self.scale_years, self.shape)
    }

    /// Probability of the event up to this time.
    pub fn risk(&self, years: f64) -> f64 {
        -libm::expm1(-self.cumulative_hazard(years))
    }

    /// Probability of the event within `years` after `since_years`, given that it has not happened by then.
    pub fn conditional_risk(&self, since_years: f64, years: f64) -> f64 {
        let since = since_years.max(0.0);
        let hazard = self.cumulative_hazard(since + years.max(0.0)) - self.cumulative_hazard(since);
        -libm::expm1(-hazard.max(0.0))
    }

    /// Years from `since_years` until the conditional risk reaches `risk`.
    ///
    /// Closed form: t = λ (H(s) / r − ln(1 − risk) / r)^(1/k) − s. A risk of zero or less gives zero, of one or
    /// more infinity.
    pub fn interval_years(&self, since_years: f64, risk: f64) -> f64 {
        if risk.is_nan() || risk <= 0.0 {
            return 0.0;
        }
        if risk >= 1.0 {
            return f64::INFINITY;
        }
        let since = since_years.max(0.0);
        let until = libm::pow(since / self.scale_years, self.shape) - libm::log1p(-risk) / self.hazard_ratio;
        (self.scale_years * libm::pow(until, 1.0 / self.shape) - since).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reference(hazard_ratio: f64) -> Weibull {
        Weibull::new(0.80, 38.0, hazard_ratio).unwrap()
    }

    #[test]
    fn the_reference_patient_has_the_published_risks() {
        for (years, per_cent) in [(1.0, 5.3), (3.0, 12.0), (5.0, 18.0), (10.0, 29.0)] {
            let risk = reference(1.0).risk(years) * 100.0;
            let tolerance = if per_cent == 5.3 { 0.05 } else { 0.5 };
            assert!((risk - per_cent).abs() <= tolerance, "{years} y: {risk}");
        }
    }

    #[test]
    fn the_interval_for_five_per_cent_is_the_published_one() {
        let year_one =
            [(0.5, 33.0, 0.5), (1.0, 15.5, 0.05), (1.5, 10.0, 0.5), (2.0, 7.4, 0.05), (3.0, 4.9, 0.05)];
        for (ratio, months, tolerance) in year_one {
            let interval = reference(ratio).interval_years(1.0, 0.05) * 12.0;
            assert!((interval - months).abs() <= tolerance, "ratio {ratio} at 1 y: {interval}");
        }
        for (ratio, months) in [(0.5, 38.0), (1.0, 18.0), (1.5, 12.0), (2.0, 9.0), (3.0, 6.0)] {
            let interval = reference(ratio).interval_years(3.0, 0.05) * 12.0;
            assert!((interval - months).abs() <= 0.5, "ratio {ratio} at 3 y: {interval}");
        }
        assert!((reference(1.0).interval_years(1.0, 0.03) * 12.0 - 8.9).abs() <= 0.1);
    }

    #[test]
    fn parameters_that_make_no_curve_are_refused() {
        for (shape, scale, ratio) in
            [(0.0, 38.0, 1.0), (0.8, -1.0, 1.0), (0.8, 38.0, f64::NAN), (f64::INFINITY, 1.0, 1.0)]
        {
            assert!(matches!(Weibull::new(shape, scale, ratio), Err(Error::Parameter { .. })));
        }
    }

    proptest! {
        #[test]
        fn the_interval_is_the_inverse_of_the_conditional_risk(
            shape in 0.5f64..1.5, scale in 5.0f64..60.0, ratio in 0.3f64..5.0, since in 0.0f64..20.0, risk in 0.005f64..0.5
        ) {
            let it = Weibull::new(shape, scale, ratio).unwrap();
            let interval = it.interval_years(since, risk);
            prop_assert!((it.conditional_risk(since, interval) - risk).abs() < 1e-9);
        }

        #[test]
        fn risk_stays_a_probability_and_never_falls(ratio in 0.1f64..10.0, early in 0.0f64..50.0, more in 0.0f64..50.0) {
            let it = reference(ratio);
            let (first, second) = (it.risk(early), it.risk(early + more));
            prop_assert!((0.0..=1.0).contains(&first) && first <= second && second <= 1.0);
        }
    }
}
