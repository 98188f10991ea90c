//! How a finding of a text stands to the coded values of its order, and when two findings are the same.

use lacteal_clinical::tnm::Axis;
use lacteal_clinical::{Fact, Finding, MarkerKind, Reading};

/// How a text stands to the coded values of its order.
pub(super) enum Agreement {
    /// None is about the same.
    Alone,
    /// One says the same.
    Same,
    /// One says something else.
    Differs,
}

pub(super) fn agreement(coded: &[&Fact], finding: &Finding) -> Agreement {
    let about = |it: &&&Fact| {
        it.reading == Reading::Coded
            && it.standing.counts()
            && !matches!(it.finding, Finding::Unread { .. })
            && it.finding.attribute() == finding.attribute()
            && axis(&it.finding) == axis(finding)
            && marker_kind(&it.finding) == marker_kind(finding)
    };
    let mut found = coded.iter().filter(about).peekable();
    if found.peek().is_none() {
        return Agreement::Alone;
    }
    // The code of the study says which it was.
    let is_study = matches!(finding, Finding::Imaging(_));
    if is_study || found.any(|it| same(&it.finding, finding)) { Agreement::Same } else { Agreement::Differs }
}

fn axis(finding: &Finding) -> Option<Axis> {
    if let Finding::Tnm(statement) = finding { Some(statement.category.axis()) } else { None }
}

fn marker_kind(finding: &Finding) -> Option<MarkerKind> {
    if let Finding::Marker(marker) = finding { Some(marker.kind()) } else { None }
}

/// Whether two findings state the same, however they are written.
pub(crate) fn same(one: &Finding, other: &Finding) -> bool {
    match (one, other) {
        (Finding::Tnm(one), Finding::Tnm(other)) => one.category == other.category,
        (Finding::Ki67(one), Finding::Ki67(other)) => one.extent() == other.extent(),
        (Finding::MetastasisKi67(one), Finding::MetastasisKi67(other)) => one.extent() == other.extent(),
        (Finding::StageGroup(one), Finding::StageGroup(other)) => one.group == other.group,
        (Finding::Mitoses(one), Finding::Mitoses(other)) => one.extent() == other.extent(),
        (Finding::MesentericMass(one), Finding::MesentericMass(other)) => one.extent() == other.extent(),
        // The text tells neither the kit nor, always, the unit as the laboratory writes it.
        (Finding::Marker(one), Finding::Marker(other)) => {
            one.kind() == other.kind() && one.level().extent() == other.level().extent()
        }
        _ => one == other,
    }
}
