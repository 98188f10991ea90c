//! The risk after a scan of the liver that found nothing.
//!
//! Bayes: metastasis that came before the scan was missed with probability 1 − sensitivity, so that after a clear scan it
//! is there, unseen, with (1 − s) F / ((1 − s) F + S). Only the last clear scan counts: what earlier ones could have
//! seen would lower the figure, and their reports may have been about something else.

use lacteal_clinical::picture::LiverStatus;
use lacteal_clinical::{Modality, PartialDate, Picture, Weibull};
use lacteal_wire::event::SinceClearScan;

use crate::Model;

pub(super) fn since_clear_scan(
    picture: &Picture,
    zero: PartialDate,
    hazard: &Weibull,
    model: &Model,
) -> Option<SinceClearScan> {
    let LiverStatus::Absent { at: Some(performed) } = picture.liver.status else { return None };
    if !zero.is_certainly_before(&performed) {
        return None;
    }
    let of_day =
        picture.imaging.iter().filter(|it| it.observed == Some(performed) && it.value.covers_liver());
    let modalities = of_day.map(|it| it.value.modality);
    let best = modalities.filter_map(|it| Some((sensitivity(it, model)?, it)));
    let best = best.max_by(|one, other| one.0.total_cmp(&other.0));
    let least = model.detection.ct.value.min(model.detection.mr.value).min(model.detection.pet.value);
    let sensitivity = best.map_or(least, |(sensitivity, _)| sensitivity);
    let years = years_between(zero, performed);
    let (come, free) = (hazard.risk(years), libm::exp(-hazard.cumulative_hazard(years)));
    let missed = (1.0 - sensitivity) * come;
    let after = |more: f64| {
        let still_free = libm::exp(-hazard.cumulative_hazard(years + more));
        (missed + free - still_free) / (missed + free)
    };
    let modality = best.map(|(_, modality)| modality);
    Some(SinceClearScan {
        performed: Some(lacteal_wire::date(&performed)),
        modality: modality.map_or(lacteal_wire::event::Modality::Unspecified, lacteal_wire::modality).into(),
        sensitivity,
        undetected: after(0.0),
        risk_6_months: after(0.5),
        risk_1_year: after(1.0),
        risk_2_years: after(2.0),
    })
}

fn sensitivity(modality: Modality, model: &Model) -> Option<f64> {
    match modality {
        Modality::Ct => Some(model.detection.ct.value),
        Modality::Mr => Some(model.detection.mr.value),
        Modality::Pet => Some(model.detection.pet.value),
        Modality::Ultrasound | Modality::Scintigraphy => None,
    }
}

/// Between the first days that two dates can mean, in years of 365.25 days.
pub(super) fn years_between(from: PartialDate, to: PartialDate) -> f64 {
    let days = to.earliest().duration_since(from.earliest()).as_hours() / 24;
    days as f64 / 365.25
}
