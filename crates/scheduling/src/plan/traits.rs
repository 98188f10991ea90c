//! What the rows of a policy ask of a patient, out of a summary and an assessment.
//!
//! Of two statements that concern the same row the more severe counts: a node count or a mesenteric mass can raise the N
//! category for this purpose and never lower it, and the higher of the Ki-67 of the primary and of a metastasis counts.

use jiff::civil::Date;
use lacteal_clinical::PartialDate;
use lacteal_wire::event::{self, Dossier, Presence, Summary};

use super::{dates, facts};
use crate::policy::{Distant, Grade, Liver, Margin, Nodes, Traits};

/// Nodes with metastasis from which N2 is reached (AJCC 8th edition and Version 9).
const N2_NODES: u32 = 12;
/// Greatest dimension of a mesenteric mass above which N2 is reached: 2 cm (AJCC 8th edition and Version 9).
const N2_MASS_UM: u32 = 20_000;

/// `scanned` is the last scan after time zero that counts.
pub(super) fn traits(
    dossier: &Dossier,
    summary: &Summary,
    time_zero: Option<PartialDate>,
    scanned: Option<PartialDate>,
    hazard_ratio: Option<f64>,
) -> Traits {
    let years_to = |day: Option<Date>| match (time_zero, day) {
        (Some(zero), Some(day)) => f64::from(full_months(zero.latest(), day)) / 12.0,
        _ => 0.0,
    };
    let scanned = scanned.map(|it| it.earliest());
    let clear = dates::first_day(summary.liver_date.as_ref());
    let liver = match summary.liver() {
        event::LiverState::Free => Liver::Free,
        event::LiverState::Indeterminate => Liver::Indeterminate,
        event::LiverState::Metastatic => Liver::Metastatic,
        event::LiverState::Unknown | event::LiverState::Unspecified => Liver::Unknown,
    };
    Traits {
        grade: grade(summary.grade()),
        nodes: nodes(summary),
        distant: distant(summary),
        margin: match summary.margin() {
            event::Margin::R0 => Margin::R0,
            event::Margin::R1 => Margin::R1,
            event::Margin::R2 => Margin::R2,
            event::Margin::Unspecified => Margin::Unknown,
        },
        liver,
        deposits: summary.mesenteric_deposits == Some(true),
        symptoms: summary.carcinoid_syndrome() == Presence::Present,
        rising: !summary.rising.is_empty(),
        raised: facts::raised_5hiaa(dossier),
        ki67_percent: ki67(summary),
        hazard_ratio,
        years: years_to(scanned),
        // A scan that does not speak of the liver proves nothing of it.
        event_free_years: if liver == Liver::Free {
            years_to(scanned.zip(clear).map(|(scan, clear)| scan.min(clear)))
        } else {
            0.0
        },
    }
}

fn grade(it: event::Grade) -> Grade {
    match it {
        event::Grade::G1 => Grade::G1,
        event::Grade::G2 => Grade::G2,
        event::Grade::G3 => Grade::G3,
        event::Grade::Nec => Grade::Nec,
        event::Grade::Unspecified => Grade::Unknown,
    }
}

fn nodes(summary: &Summary) -> Nodes {
    let category = summary.n.as_ref().map_or("", |it| it.category.as_str());
    let mass = summary.mesenteric_mass_um.and_then(|it| it.high.max(it.low));
    let positive = summary.nodes_positive.unwrap_or(0);
    if category.starts_with("N2") || positive >= N2_NODES || mass.is_some_and(|it| it > N2_MASS_UM) {
        Nodes::N2
    } else if category.starts_with("N1") || positive > 0 {
        Nodes::N1
    } else if category.starts_with("N0") {
        Nodes::N0
    } else {
        Nodes::Unknown
    }
}

fn distant(summary: &Summary) -> Distant {
    match summary.m.as_ref().map(|it| it.category.as_str()) {
        Some(category) if category.starts_with("M1") => Distant::M1,
        Some(category) if category.starts_with("M0") => Distant::M0,
        _ => Distant::Unknown,
    }
}

/// The highest value that is possible.
fn ki67(summary: &Summary) -> Option<f64> {
    let ranges = [&summary.ki67_milli_percent, &summary.metastasis_ki67_milli_percent];
    let highest = ranges.into_iter().flatten().filter_map(|it| it.high.max(it.low)).max()?;
    Some(f64::from(highest) / 1000.0)
}

/// Full months from one day to another; 0 when the other is earlier.
fn full_months(from: Date, to: Date) -> u16 {
    let months = (i32::from(to.year()) - i32::from(from.year())) * 12 + i32::from(to.month())
        - i32::from(from.month());
    // The last day of a shorter month completes the month.
    let is_full = to.day() >= from.day() || to.day() == to.days_in_month();
    u16::try_from(if is_full { months } else { months - 1 }).unwrap_or(0)
}
