//! The assessment of one patient: whether a risk can be computed, the risk, and why.

use jiff::Timestamp;
use lacteal_clinical::picture::LiverStatus;
use lacteal_clinical::{Grade, Picture, Scope, Weibull, finding::Margin};
use lacteal_wire::event::assessment::Outcome;
use lacteal_wire::event::{Assessment, CurvePoint};

use crate::Model;
use crate::model::factors::Factors;

/// The curve has a point every half year …
const CURVE_POINTS_PER_YEAR: u32 = 2;
/// … for as long as the model's sources reach.
const CURVE_YEARS: u32 = 10;

/// The risk of liver metastasis by this picture and model.
///
/// `now` is only noted; it decides nothing. Risks and curve count from time zero, also when its date is not known.
/// They are 0 and empty unless the outcome is *computed*.
pub fn assess(picture: &Picture, model: &Model, now: Timestamp) -> Assessment {
    let outcome = outcome(picture);
    let mut assessment = Assessment {
        model: model.name.clone(),
        model_version: model.version.clone(),
        now_s: now.as_second(),
        time_zero: picture.time_zero.as_ref().map(|it| lacteal_wire::date(&it.value.date)),
        outcome: outcome.into(),
        ..Assessment::default()
    };
    if outcome != Outcome::Computed {
        return assessment;
    }
    let factors = Factors::of(picture, model);
    let unlimited = factors.hazard_ratio();
    let hazard = model.hazard(unlimited);
    assessment.shape = hazard.shape();
    assessment.scale_years = hazard.scale_years();
    assessment.hazard_ratio = hazard.hazard_ratio();
    assessment.hazard_ratio_unlimited = unlimited;
    assessment.risk_1_year = hazard.risk(1.0);
    assessment.risk_3_years = hazard.risk(3.0);
    assessment.risk_5_years = hazard.risk(5.0);
    assessment.risk_10_years = hazard.risk(10.0);
    assessment.contributions = factors.contributions;
    assessment.missing = factors.missing;
    assessment.curve = curve(&hazard);
    assessment
}

/// Whether a risk can be computed. Death first, then the scope: a liver matters only when the tumour is followed.
fn outcome(picture: &Picture) -> Outcome {
    let grade = picture.grade.higher.as_ref().map(|it| it.value);
    let margin = picture.margin.as_ref().map(|it| it.value);
    if picture.death.is_some() {
        Outcome::Deceased
    } else if !matches!(picture.scope.scope, Scope::InScope(_)) {
        Outcome::NotInScope
    } else if matches!(picture.liver.status, LiverStatus::Present { .. }) {
        Outcome::LiverReached
    } else if grade == Some(Grade::Nec) || margin == Some(Margin::R2) {
        Outcome::NotCovered
    } else {
        Outcome::Computed
    }
}

fn curve(hazard: &Weibull) -> Vec<CurvePoint> {
    let points = 0..=CURVE_YEARS * CURVE_POINTS_PER_YEAR;
    let years = points.map(|it| f64::from(it) / f64::from(CURVE_POINTS_PER_YEAR));
    years
        .map(|years| CurvePoint { years, free_of_metastasis: libm::exp(-hazard.cumulative_hazard(years)) })
        .collect()
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tables;
