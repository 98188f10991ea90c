//! The assessment of one patient: whether a risk can be computed, the risk, and why.

use jiff::Timestamp;
use lacteal_clinical::finding::{Margin, Sex};
use lacteal_clinical::picture::LiverStatus;
use lacteal_clinical::{Grade, Picture, Scope};
use lacteal_wire::event::Assessment;
use lacteal_wire::event::assessment::{Category, Outcome};
use sha2::{Digest, Sha256};

use crate::Model;
use crate::curve::{Inputs, curve};
use crate::model::draws::METHOD;
use crate::model::factors::Factors;
use crate::model::term::Term;

mod information;
mod since;

/// The risk of liver metastasis by this picture and model.
///
/// `now` is only noted; it decides nothing. Risks and curve count from time zero, also when its date is not known.
/// They are 0 and empty unless the outcome is *computed*. `known` is an earlier assessment of the same patient: when it
/// rests on the same inputs, its curve and band are taken over instead of being computed again.
pub fn assess(picture: &Picture, model: &Model, known: Option<&Assessment>, now: Timestamp) -> Assessment {
    let outcome = outcome(picture);
    let mut assessment = Assessment {
        model: model.name.clone(),
        model_version: model.version.clone(),
        model_digest: model.digest.to_vec(),
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
    assessment.category = category(assessment.risk_5_years, model).into();
    if let Some(zero) = picture.time_zero.as_ref() {
        assessment.since_clear_scan = since::since_clear_scan(picture, zero.value.date, &hazard, model);
    }
    assessment.value_of_information = information::value_of_information(picture, &factors, model);
    let inputs = inputs(picture, &factors, model, &mut assessment);
    assessment.input_digest = digest(&inputs, model);
    match known.filter(|it| it.input_digest == assessment.input_digest) {
        Some(known) => {
            assessment.curve.clone_from(&known.curve);
            assessment.risk_5_years_low = known.risk_5_years_low;
            assessment.risk_5_years_high = known.risk_5_years_high;
        }
        None => {
            let curve = curve(&inputs, model);
            assessment.curve = curve.points;
            (assessment.risk_5_years_low, assessment.risk_5_years_high) = curve.risk_5_years;
        }
    }
    for contribution in &factors.contributions {
        let mut contribution = contribution.clone();
        if contribution.hazard_ratio != 1.0 {
            let without = model.hazard(unlimited / contribution.hazard_ratio).risk(5.0);
            contribution.points_5_years = assessment.risk_5_years - without;
        }
        assessment.contributions.push(contribution);
    }
    assessment.missing = factors.missing;
    assessment
}

/// What the curve rests on; what was assumed of the person is noted in the assessment.
fn inputs(picture: &Picture, factors: &Factors, model: &Model, assessment: &mut Assessment) -> Inputs {
    let sex = picture.sex.as_ref().map(|it| it.value);
    let sex = sex.filter(|it| matches!(it, Sex::Male | Sex::Female));
    let age = picture.birth_date.as_ref().zip(picture.time_zero.as_ref()).map(|(born, zero)| {
        // A day's difference matters to no table: age in whole months keeps the inputs the same.
        libm::floor(since::years_between(born.value, zero.value.date) * 12.0) / 12.0
    });
    let age_years = age.filter(|it| (0.0..130.0).contains(it)).unwrap_or(model.competing.age_years.value);
    assessment.age_years = age_years as u32;
    assessment.age_is_assumed = age.is_none_or(|it| it != age_years);
    assessment.sex_is_assumed = sex.is_none();
    model.life_table.name().clone_into(&mut assessment.life_table);
    Inputs {
        powers: factors.powers_without(&[]),
        unknown: factors.unknown.iter().map(|it| (it.index, it.adverse.1.clone())).collect(),
        age_years,
        sex,
    }
}

/// Equal for equal inputs, models and ways of drawing, and for no others.
fn digest(inputs: &Inputs, model: &Model) -> Vec<u8> {
    let mut hash = Sha256::new().chain_update(model.digest).chain_update([METHOD]);
    let mut add = |factor: usize, powers: &[(Term, f64)]| {
        hash.update((factor as u64).to_be_bytes());
        hash.update((powers.len() as u64).to_be_bytes());
        for (term, power) in powers {
            hash.update(term.key());
            hash.update(power.to_be_bytes());
        }
    };
    add(usize::MAX, &inputs.powers);
    for (factor, powers) in &inputs.unknown {
        add(*factor, powers);
    }
    hash.update(inputs.age_years.to_be_bytes());
    let sex: u8 = match inputs.sex {
        Some(Sex::Male) => 1,
        Some(Sex::Female) => 2,
        Some(Sex::Other | Sex::Unknown) | None => 0,
    };
    hash.update([sex]);
    hash.finalize()[..16].to_vec()
}

fn category(risk_5_years: f64, model: &Model) -> Category {
    let limits = &model.category;
    if risk_5_years >= limits.very_high_from.value {
        Category::VeryHigh
    } else if risk_5_years >= limits.high_from.value {
        Category::High
    } else if risk_5_years >= limits.intermediate_from.value {
        Category::Intermediate
    } else {
        Category::Low
    }
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

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod uncertainty;
