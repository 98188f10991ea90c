//! What a plan needs of a patient's facts and no summary holds. Few patients have such facts, and only of them the picture
//! is made.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use lacteal_clinical::{MarkerKind, Picture};
use lacteal_wire::event::{self, Dossier, finding::Kind};

use super::dates;

/// Whether the last 5-HIAA that has a date lies above its laboratory's upper limit; of one day, any of them.
pub(super) fn raised_5hiaa(dossier: &Dossier) -> bool {
    let is_of_5hiaa = |it: &event::Fact| match it.finding.as_ref().and_then(|it| it.kind.as_ref()) {
        Some(Kind::Marker(it)) => matches!(
            it.kind(),
            event::MarkerKind::Urine5hiaa
                | event::MarkerKind::Urine5hiaaConcentration
                | event::MarkerKind::Plasma5hiaa
        ),
        _ => false,
    };
    if !dossier.facts.iter().any(is_of_5hiaa) {
        return false;
    }
    let Ok(read) = lacteal_wire::read_dossier(dossier) else { return false };
    let markers = Picture::of(&read).markers;
    let of_5hiaa = markers.iter().filter(|it| {
        use MarkerKind::{PlasmaHiaa, UrineHiaa, UrineHiaaConcentration};
        matches!(it.value.kind(), UrineHiaa | UrineHiaaConcentration | PlasmaHiaa)
    });
    let levels: Vec<_> = of_5hiaa.filter_map(|it| Some((it.observed?, &it.value))).collect();
    let last = levels.iter().map(|(day, _)| *day).max();
    levels.iter().any(|(day, marker)| Some(*day) == last && marker.is_raised())
}

/// The day on which a liver metastasis that is known was first told of.
pub(super) fn metastasis_told(dossier: &Dossier, zone: &TimeZone) -> Option<Date> {
    let read = lacteal_wire::read_dossier(dossier).ok()?;
    let facts = Picture::of(&read).liver.facts;
    let first = facts.iter().flat_map(|it| read.versions(it)).map(|it| it.version.reported_at).min()?;
    Timestamp::from_second(first).ok().map(|at| dates::day_of(at, zone))
}
