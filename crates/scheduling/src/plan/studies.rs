//! Which scans count as a look at the liver, and which were done and do not.
//!
//! A scan counts when its report is final, it is a CT or MRI (or a PET where the policy says so), and liver or abdomen
//! lie in its region. Nothing in the future counts.

use jiff::civil::Date;
use lacteal_clinical::PartialDate;
use lacteal_wire::event::{self, Dossier, Modality, Region, Standing, Summary, finding::Kind};

use super::dates;
use crate::policy::General;

/// A study that covers the liver.
#[derive(Clone, Copy)]
pub(super) struct Study {
    /// When it was done.
    pub(super) performed: PartialDate,
    /// How.
    pub(super) modality: Modality,
}

/// The studies that count.
pub(super) fn counting(summary: &Summary, general: &General, today: Date) -> Vec<Study> {
    let counts = |it: &&event::Study| modality_counts(it.modality(), general) && covers_liver(it.region());
    let dated = |it: &event::Study| Some((dates::read(it.performed.as_ref())?, it.modality()));
    let studies = summary.studies.iter().filter(counts).filter_map(dated);
    let past = studies.filter(|(performed, _): &(PartialDate, Modality)| !performed.is_after(today));
    past.map(|(performed, modality)| Study { performed, modality }).collect()
}

/// The latest scan after a date that was done and does not count, and why, as a sentence.
pub(super) fn inadequate(
    dossier: &Dossier,
    summary: &Summary,
    general: &General,
    after: &PartialDate,
    today: Date,
) -> Option<String> {
    let past =
        |day: Option<PartialDate>| day.filter(|it| after.is_certainly_before(it) && !it.is_after(today));
    let done = summary.studies.iter().filter_map(|it| {
        let why = if modality_counts(it.modality(), general) {
            (!covers_liver(it.region())).then_some("it does not show liver and abdomen")?
        } else {
            "its modality does not replace CT or MRI"
        };
        Some((past(dates::read(it.performed.as_ref()))?, it.modality(), why))
    });
    let preliminary = dossier.facts.iter().filter_map(|it| {
        let Some(Kind::Imaging(imaging)) = it.finding.as_ref()?.kind.as_ref() else { return None };
        let is_open = matches!(it.standing(), Standing::Preliminary);
        let concerns = modality_counts(imaging.modality(), general) && covers_liver(imaging.region());
        let performed = past(dates::read(it.observed.as_ref()))?;
        (is_open && concerns).then_some((performed, imaging.modality(), "its report is not final"))
    });
    let (performed, modality, why) = done.chain(preliminary).max_by_key(|(day, ..)| *day)?;
    let how = match modality {
        Modality::Mr => " (MRI)",
        Modality::Ct => " (CT)",
        Modality::Pet => " (PET)",
        Modality::Ultrasound => " (ultrasound)",
        Modality::Scintigraphy => " (scintigraphy)",
        Modality::Unspecified => "",
    };
    Some(format!(" The scan{how} of {performed} does not count: {why}."))
}

/// Whether a PET was done, of whatever tracer.
pub(super) fn had_pet(summary: &Summary, today: Date) -> bool {
    let pets = summary.studies.iter().filter(|it| it.modality() == Modality::Pet);
    pets.filter_map(|it| dates::read(it.performed.as_ref())).any(|it| !it.is_after(today))
}

pub(super) fn modality_counts(modality: Modality, general: &General) -> bool {
    match modality {
        Modality::Ct | Modality::Mr => true,
        Modality::Pet => general.pet_counts,
        Modality::Ultrasound | Modality::Scintigraphy | Modality::Unspecified => false,
    }
}

pub(super) fn covers_liver(region: Region) -> bool {
    match region {
        Region::Abdomen | Region::AbdomenPelvis | Region::Liver => true,
        Region::ChestAbdomenPelvis | Region::WholeBody => true,
        Region::Pelvis | Region::Chest | Region::Other | Region::Unspecified => false,
    }
}
