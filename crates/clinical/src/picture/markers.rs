//! Markers by date, and those that rise.

use std::collections::BTreeMap;

use super::{Evidence, choose, of};
use crate::PartialDate;
use crate::fact::{Fact, FactRef};
use crate::finding::Finding;
use crate::marker::{Marker, MarkerKind, Rise};

/// All levels of final reports, by date; undated ones first.
pub(super) fn all(facts: &[&Fact]) -> Vec<Evidence<Marker>> {
    choose::all(facts, of!(Finding::Marker))
}

/// Levels with their days.
type Dated<'a> = Vec<(PartialDate, &'a Evidence<Marker>)>;

/// For each marker, unit and assay: the last level, when it is a rise over the one before it.
///
/// What cannot rise is shown and raises no alert of this kind.
pub(super) fn rising(markers: &[Evidence<Marker>]) -> Vec<Rise> {
    let mut series: BTreeMap<(MarkerKind, &str, &str), Dated<'_>> = BTreeMap::new();
    for it in markers.iter().filter(|it| it.value.kind().can_rise()) {
        let Some(day) = it.observed else { continue };
        series.entry((it.value.kind(), it.value.unit(), it.value.assay())).or_default().push((day, it));
    }
    let rise = |levels: Dated<'_>| {
        let (last, later) = *levels.last()?;
        let (first, earlier) = *levels.iter().rev().find(|(day, _)| day.is_certainly_before(&last))?;
        if !later.value.has_risen_over(&earlier.value) {
            return None;
        }
        let facts: Vec<FactRef> = choose::merged([&earlier.facts, &later.facts].into_iter());
        Some(Rise { earlier: (first, earlier.value.clone()), later: (last, later.value.clone()), facts })
    };
    series.into_values().filter_map(rise).collect()
}
