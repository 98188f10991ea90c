//! The risk after a scan of the liver that found nothing.
//!
//! Bayes: what came before a scan was missed with probability 1 − sensitivity, again by each later scan. After the last
//! clear one it is there, unseen, with missed / (missed + free); the hazard goes on from there. Scans are taken as
//! independent of each other [assumption: a small lesion may escape several, which would make it more]. The published
//! sensitivities are of lesions and studies in other collectives.
//!
//! Of earlier days those count on which the liver was called clear and was within the region of a study by CT, MR or PET;
//! two studies of one day count once, by the more sensitive. A word without a study counts only as the last.

use lacteal_clinical::picture::LiverStatus;
use lacteal_clinical::{Modality, PartialDate, Picture, Precision, Weibull};
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
    let best = most_sensitive(picture, performed, model);
    let least = model.detection.ct.value.min(model.detection.mr.value).min(model.detection.pet.value);
    let sensitivity = best.map_or(least, |(sensitivity, _)| sensitivity);
    let earlier: Vec<(PartialDate, f64)> = earlier(picture, zero, performed, model).collect();
    let free_at = |years: f64| libm::exp(-hazard.cumulative_hazard(years));
    let (mut missed, mut free) = (0.0, 1.0);
    for (day, sensitivity) in earlier.iter().copied().chain([(performed, sensitivity)]) {
        let still_free = free_at(years_between(zero, day));
        missed = (missed + free - still_free) * (1.0 - sensitivity);
        free = still_free;
    }
    let years = years_between(zero, performed);
    let after = |more: f64| (missed + free - free_at(years + more)) / (missed + free);
    let modality = best.map(|(_, modality)| modality);
    Some(SinceClearScan {
        performed: Some(lacteal_wire::date(&performed)),
        modality: modality.map_or(lacteal_wire::event::Modality::Unspecified, lacteal_wire::modality).into(),
        sensitivity,
        undetected: after(0.0),
        risk_6_months: after(0.5),
        risk_1_year: after(1.0),
        risk_2_years: after(2.0),
        earlier_scans: u32::try_from(earlier.len()).unwrap_or(u32::MAX),
    })
}

/// Clear scans between time zero and the last one, in order, with their sensitivities. A date that is not a day may be
/// that of another scan.
fn earlier(
    picture: &Picture,
    zero: PartialDate,
    last: PartialDate,
    model: &Model,
) -> impl Iterator<Item = (PartialDate, f64)> {
    let between = move |day: &&PartialDate| {
        day.precision() == Precision::Day && zero.is_certainly_before(day) && day.is_certainly_before(&last)
    };
    let days = picture.liver.clear.iter().filter(between);
    days.filter_map(|day| Some((*day, most_sensitive(picture, *day, model)?.0)))
}

/// The most sensitive study of a day with the liver in its region.
fn most_sensitive(picture: &Picture, day: PartialDate, model: &Model) -> Option<(f64, Modality)> {
    let of_day = picture.imaging.iter().filter(|it| it.observed == Some(day) && it.value.covers_liver());
    let modalities = of_day.map(|it| it.value.modality);
    let known = modalities.filter_map(|it| Some((sensitivity(it, model)?, it)));
    known.max_by(|one, other| one.0.total_cmp(&other.0))
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
