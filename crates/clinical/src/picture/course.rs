//! Where a patient stands in the course of the disease, and which facts are missing to say more.

use jiff::civil::Date;

use super::{LiverStatus, Picture, TimeZeroBasis};
use crate::PartialDate;
use crate::decision::DecisionKind;
use crate::finding::Margin;
use crate::scope::{Scope, WhyUndecided};
use crate::tnm::NotStageable;

/// Liver metastasis at most this many days after time zero counts as synchronous [assumption: six months].
pub const SYNCHRONOUS_DAYS_MAX: i32 = 183;

/// A part of the course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// There is evidence of a tumour, but not of its kind or site; or of another one.
    Suspected,
    /// A tumour that is watched here is established; no resection is known.
    Diagnosed,
    /// The primary was resected; no scan of the liver is known since.
    Resected {
        /// Residual tumour, when told.
        margin: Option<Margin>,
    },
    /// Resected, and the liver was scanned since.
    UnderSurveillance {
        /// Residual tumour, when told.
        margin: Option<Margin>,
    },
    /// Liver metastasis is known.
    LiverMetastasis(Onset),
    /// Liver metastasis is known, and a clinician has said that it was treated.
    Treated(Onset),
    /// The patient has died.
    Deceased,
    /// The patient is followed elsewhere.
    Transferred,
    /// The patient declines surveillance.
    Declined,
    /// The patient was discharged from surveillance.
    Discharged,
}

/// When liver metastasis was found, against time zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Onset {
    /// With the primary, or at most [`SYNCHRONOUS_DAYS_MAX`] days after.
    Synchronous,
    /// Later, by so many days from time zero (the nodes, where a resection showed them).
    Metachronous {
        /// Days; the fewest that the dates allow.
        days: i32,
    },
    /// One of the dates is not known, or not exactly enough to tell.
    Undated,
}

/// The course with the date at which this part of it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Course {
    /// The part.
    pub phase: Phase,
    /// Its beginning, when known.
    pub since: Option<PartialDate>,
}

/// A fact that is missing, and what cannot be judged without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Missing {
    /// What is missing.
    pub what: &'static str,
    /// What it is needed for.
    pub needed_for: &'static str,
}

/// The course by a picture; `None` while nothing speaks of a tumour.
///
/// Decisions that have a last day are left out: they pass without a fact that says so.
pub(super) fn course(picture: &Picture) -> Option<Course> {
    if let Some(death) = &picture.death {
        return Some(Course { phase: Phase::Deceased, since: death.value });
    }
    let decided = |kind: fn(&DecisionKind) -> bool| {
        picture.decisions.iter().find(|it| kind(it.decision.kind()) && it.decision.until().is_none())
    };
    for (phase, kind) in [
        (Phase::Transferred, (|it| matches!(it, DecisionKind::Transfer)) as fn(&DecisionKind) -> bool),
        (Phase::Declined, |it| matches!(it, DecisionKind::Decline)),
        (Phase::Discharged, |it| matches!(it, DecisionKind::Discharge)),
    ] {
        if decided(kind).is_some() {
            return Some(Course { phase, since: None });
        }
    }
    if !matches!(picture.scope.scope, Scope::InScope(_)) {
        let nothing = picture.scope.scope == Scope::Undecided(WhyUndecided::NothingKnown);
        return (!nothing).then_some(Course { phase: Phase::Suspected, since: None });
    }
    if let LiverStatus::Present { since } = picture.liver.status {
        let onset = onset(picture, since);
        let treated = decided(|it| matches!(it, DecisionKind::Treated)).is_some();
        let phase = if treated { Phase::Treated(onset) } else { Phase::LiverMetastasis(onset) };
        return Some(Course { phase, since });
    }
    let Some(zero) = picture.time_zero.as_ref().filter(|it| it.value.basis == TimeZeroBasis::Resection)
    else {
        let since = picture.time_zero.as_ref().map(|it| it.value.date);
        return Some(Course { phase: Phase::Diagnosed, since });
    };
    let margin = picture.margin.as_ref().filter(|it| !it.preliminary).map(|it| it.value);
    let scans = picture.imaging.iter().filter(|it| it.value.covers_liver()).filter_map(|it| it.observed);
    let first = scans.filter(|it| zero.value.date.is_certainly_before(it)).min();
    Some(match first {
        Some(scan) => Course { phase: Phase::UnderSurveillance { margin }, since: Some(scan) },
        None => Course { phase: Phase::Resected { margin }, since: Some(zero.value.date) },
    })
}

fn onset(picture: &Picture, since: Option<PartialDate>) -> Onset {
    let (Some(zero), Some(since)) = (picture.time_zero.as_ref(), since) else { return Onset::Undated };
    let zero = zero.value.date;
    let days =
        |from: Date, to: Date| i32::try_from(to.duration_since(from).as_hours() / 24).unwrap_or(i32::MAX);
    let (fewest, most) = (days(zero.latest(), since.earliest()), days(zero.earliest(), since.latest()));
    if most <= SYNCHRONOUS_DAYS_MAX {
        Onset::Synchronous
    } else if fewest > SYNCHRONOUS_DAYS_MAX {
        Onset::Metachronous { days: fewest }
    } else {
        Onset::Undated
    }
}

/// The facts that are missing, in the order in which judgements need them.
pub(super) fn missing(picture: &Picture) -> Vec<Missing> {
    let mut all = Vec::new();
    let mut need = |what, needed_for| all.push(Missing { what, needed_for });
    let scope = "whether the tumour is watched here";
    match picture.scope.scope {
        Scope::OutOfScope(_) => return all,
        Scope::Undecided(why) => match why {
            WhyUndecided::NothingKnown => return all,
            WhyUndecided::SiteUnknown => need("the site of the primary tumour", scope),
            WhyUndecided::NotShownToBeNet => need("the histology of the tumour", scope),
            WhyUndecided::DifferentiationUnclear => need("how well the tumour is differentiated", scope),
            WhyUndecided::PreliminaryOnly => need("a final report of site and histology", scope),
        },
        Scope::InScope(_) => {}
    }
    match &picture.time_zero {
        None => need("the date of the resection or of the first evidence", "the time from which risk counts"),
        Some(it) if it.value.basis == TimeZeroBasis::FirstEvidence => {
            need("the report of the resection", "the time from which risk counts");
        }
        Some(_) => {}
    }
    match picture.stage {
        Err(NotStageable::DistantUnknown) => need("the M category", "the stage group"),
        Err(NotStageable::NodesUnknown) => need("the N category", "the stage group"),
        Err(NotStageable::PrimaryUnknown) => need("the T category", "the stage group"),
        Ok(_) => {}
    }
    if picture.ki67.is_none() {
        need(
            "the Ki-67 labelling index",
            if picture.grade.higher.is_none() { "grade and risk" } else { "the risk" },
        );
    }
    if picture.nodes_positive.is_none() {
        need("the number of positive nodes", "the risk");
    }
    if picture.nodes_examined.is_none() {
        need("the number of nodes examined", "how reliable the count of nodes is");
    }
    if picture.margin.is_none() {
        need("the resection margin", "the row of the policy and the risk");
    }
    if picture.liver.status == LiverStatus::Unknown {
        need("a word about the liver", "whether it is free of metastasis");
    }
    all
}
