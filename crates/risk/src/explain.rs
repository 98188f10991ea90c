//! An assessment in sentences that a clinician reads. Each number is one of the assessment, and each sentence names the
//! keys of the model file and the facts that it rests on.

use lacteal_clinical::Picture;
use lacteal_clinical::picture::TimeZeroBasis;
use lacteal_wire::api::Sentence;
use lacteal_wire::event::assessment::{Category, Outcome};
use lacteal_wire::event::{Assessment, Contribution, FactRef, SinceClearScan};

use crate::Model;
use crate::model::Status;

/// What an assessment of this picture by this model says, in the order in which it is to be read.
pub fn explain(picture: &Picture, assessment: &Assessment, model: &Model) -> Vec<Sentence> {
    let mut all = Vec::new();
    if assessment.outcome() != Outcome::Computed {
        all.push(plain(not_computed(assessment.outcome()).to_owned()));
        return all;
    }
    all.push(risk(picture, assessment));
    all.push(incidence(assessment));
    all.extend(assessment.contributions.iter().map(contribution));
    all.extend(limited(assessment));
    for missing in &assessment.missing {
        all.push(plain(format!("{} is not known. Assumed: {}.", capital(&missing.factor), missing.assumed)));
    }
    all.extend(assessment.since_clear_scan.as_ref().map(since));
    all.extend(information(assessment));
    all.push(of_model(assessment, model));
    all
}

fn not_computed(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotInScope => {
            "No risk is computed: a neuroendocrine tumour of the small bowel is not established."
        }
        Outcome::LiverReached => "No risk is computed: liver metastasis is known.",
        Outcome::NotCovered => {
            "No risk is computed: the model covers neither carcinoma nor residual tumour (R2)."
        }
        Outcome::Deceased => "No risk is computed: the patient has died.",
        Outcome::Computed | Outcome::Unspecified => "No risk is computed.",
    }
}

fn risk(picture: &Picture, it: &Assessment) -> Sentence {
    let zero = picture.time_zero.as_ref();
    let from = match zero.map(|it| it.value.basis) {
        Some(TimeZeroBasis::Resection) => "the resection",
        Some(TimeZeroBasis::FirstEvidence) => "the first evidence of the tumour",
        None => "a time zero that is not known",
    };
    let category = match it.category() {
        Category::Low => "low",
        Category::Intermediate => "intermediate",
        Category::High => "high",
        Category::VeryHigh => "very high",
        Category::Unspecified => "none",
    };
    Sentence {
        text: format!(
            "The risk of liver metastasis within five years of {from} is {} (80 % band {} to {}), within ten years {}. Category: {category}.",
            percent(it.risk_5_years),
            percent(it.risk_5_years_low),
            percent(it.risk_5_years_high),
            percent(it.risk_10_years),
        ),
        parameters: keys(&[
            "hazard.shape",
            "hazard.scale_years",
            "band.range_coverage",
            "category.high_from",
        ]),
        facts: zero.map(|it| it.facts.iter().map(lacteal_wire::fact_ref).collect()).unwrap_or_default(),
    }
}

fn incidence(it: &Assessment) -> Sentence {
    let last = it.curve.last();
    let (reached, years) = last.map_or((0.0, 0.0), |it| (it.cumulative_incidence, it.years));
    let age = if it.age_is_assumed {
        format!("an assumed age of {} years", it.age_years)
    } else {
        format!("an age of {} years", it.age_years)
    };
    let sex = if it.sex_is_assumed { ", sex not known" } else { "" };
    let parameters = if it.age_is_assumed { keys(&["competing.age_years"]) } else { Vec::new() };
    Sentence {
        text: format!(
            "With death of other causes before it (life table {}, {age} at that time{sex}), {} have liver metastasis by {years} years.",
            it.life_table,
            percent(reached),
        ),
        parameters,
        facts: Vec::new(),
    }
}

fn contribution(it: &Contribution) -> Sentence {
    let effect = if it.hazard_ratio == 1.0 {
        "does not change the hazard".to_owned()
    } else {
        let points = it.points_5_years * 100.0;
        let direction = if points < 0.0 { "less" } else { "more" };
        format!(
            "multiplies the hazard by {:.2}: {:.1} points {direction} of the risk within five years",
            it.hazard_ratio,
            points.abs()
        )
    };
    Sentence {
        text: format!("{} {} {effect}.", capital(&it.factor), it.value),
        parameters: vec![it.parameter.clone()],
        facts: it.facts.clone(),
    }
}

fn limited(it: &Assessment) -> Option<Sentence> {
    let facts: Vec<FactRef> = Vec::new();
    (it.hazard_ratio != it.hazard_ratio_unlimited).then(|| Sentence {
        text: format!(
            "Together they would multiply the hazard by {:.2}; the model goes no further than {:.2}.",
            it.hazard_ratio_unlimited, it.hazard_ratio
        ),
        parameters: keys(&["limits.hazard_ratio_min", "limits.hazard_ratio_max"]),
        facts,
    })
}

fn since(it: &SinceClearScan) -> Sentence {
    let day = it.performed.as_ref().and_then(|it| lacteal_wire::read_date(it).ok());
    let day = day.map(|it| format!(" of {it}")).unwrap_or_default();
    let earlier = match it.earlier_scans {
        0 => String::new(),
        1 => " and one before it, taken as independent [assumption],".to_owned(),
        more => format!(" and {more} before it, taken as independent [assumption],"),
    };
    Sentence {
        text: format!(
            "After the clear scan{day} (sensitivity {}){earlier} metastasis may be there unseen with {}; that it is there one year after the scan has a probability of {}, two years after of {}.",
            percent(it.sensitivity),
            percent(it.undetected),
            percent(it.risk_1_year),
            percent(it.risk_2_years),
        ),
        parameters: keys(&["detection.ct", "detection.mr", "detection.pet"]),
        facts: Vec::new(),
    }
}

/// Of the value that would change most.
fn information(it: &Assessment) -> Option<Sentence> {
    let most = it.value_of_information.first()?;
    let months = |it: u32| if it == 1 { "1 month".to_owned() } else { format!("{it} months") };
    Some(Sentence {
        text: format!(
            "To know the {} would change the interval most: {} as it is, {} with {}, {} with {}.",
            most.factor,
            months(most.interval_months),
            months(most.favourable_interval_months),
            most.favourable,
            months(most.adverse_interval_months),
            most.adverse,
        ),
        parameters: keys(&["interval.risk_max", "interval.months_min", "interval.months_max"]),
        facts: Vec::new(),
    })
}

fn of_model(it: &Assessment, model: &Model) -> Sentence {
    let assumed = model.parameters().filter(|(_, it)| it.status == Status::Assumption).count();
    let all = model.parameters().count();
    plain(format!(
        "Model {} {}: expert parameters, not validated on patients; {assumed} of its {all} numbers are assumptions.",
        it.model, it.model_version
    ))
}

fn plain(text: String) -> Sentence {
    Sentence { text, parameters: Vec::new(), facts: Vec::new() }
}

fn keys(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|it| (*it).to_owned()).collect()
}

/// Whole per cent; below ten with one digit.
fn percent(risk: f64) -> String {
    let percent = risk * 100.0;
    if percent < 9.95 { format!("{percent:.1} %") } else { format!("{percent:.0} %") }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|it| it.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
