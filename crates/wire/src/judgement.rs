//! The judgement in a summary: course, decisions, missing facts, rising markers, differences, other tumours.

use lacteal_clinical::finding::Margin;
use lacteal_clinical::marker::{Marker, RISE_PERCENT, Rise};
use lacteal_clinical::picture::{DecisionInForce, Difference, Missing, Onset, OtherTumour, Phase};
use lacteal_clinical::{PartialDate, Picture};

use crate::event;
use crate::fact::date;

pub(crate) fn decision(it: &DecisionInForce) -> event::ClinicalDecision {
    event::ClinicalDecision {
        decision: Some(crate::decision(&it.decision)),
        decided_at_s: it.decided_at,
        fact: Some(crate::fact_ref(&it.fact)),
    }
}

pub(crate) fn course(picture: &Picture) -> event::Course {
    use event::Course;
    match picture.course.map(|it| it.phase) {
        None => Course::Unspecified,
        Some(Phase::Suspected) => Course::Suspected,
        Some(Phase::Diagnosed) => Course::Diagnosed,
        Some(Phase::Resected { .. }) => Course::Resected,
        Some(Phase::UnderSurveillance { .. }) => Course::UnderSurveillance,
        Some(Phase::LiverMetastasis(_)) => Course::LiverMetastasis,
        Some(Phase::Treated(_)) => Course::Treated,
        Some(Phase::Deceased) => Course::Deceased,
        Some(Phase::Transferred) => Course::Transferred,
        Some(Phase::Declined) => Course::Declined,
        Some(Phase::Discharged) => Course::Discharged,
    }
}

/// Empty while nothing speaks of a tumour.
pub(crate) fn course_words(picture: &Picture) -> String {
    match picture.course.map(|it| it.phase) {
        None => String::new(),
        Some(Phase::Suspected) => "suspected, not established".to_owned(),
        Some(Phase::Diagnosed) => "diagnosed; no resection is known".to_owned(),
        Some(Phase::Resected { margin }) => {
            format!("resected{}; no scan of the liver is known since", margin_words(margin))
        }
        Some(Phase::UnderSurveillance { margin }) => {
            format!("resected{}, under surveillance", margin_words(margin))
        }
        Some(Phase::LiverMetastasis(onset)) => format!("liver metastasis, {}", onset_words(onset)),
        Some(Phase::Treated(onset)) => format!("liver metastasis, {}, treated", onset_words(onset)),
        Some(Phase::Deceased) => "deceased".to_owned(),
        Some(Phase::Transferred) => "followed elsewhere".to_owned(),
        Some(Phase::Declined) => "declines surveillance".to_owned(),
        Some(Phase::Discharged) => "discharged from surveillance".to_owned(),
    }
}

fn margin_words(margin: Option<Margin>) -> &'static str {
    match margin {
        None => " (margin not known)",
        Some(Margin::R0) => " (R0)",
        Some(Margin::R1) => " (R1)",
        Some(Margin::R2) => " (R2)",
    }
}

fn onset_words(onset: Onset) -> String {
    match onset {
        Onset::Synchronous => "synchronous with the primary".to_owned(),
        Onset::Metachronous { days } => {
            format!("metachronous, {:.1} years after time zero", f64::from(days) / 365.25)
        }
        Onset::Undated => "undated".to_owned(),
    }
}

pub(crate) fn missing(it: &Missing) -> event::MissingFact {
    event::MissingFact { what: it.what.to_owned(), needed_for: it.needed_for.to_owned() }
}

pub(crate) fn rising(it: &Rise) -> event::RisingMarker {
    let level =
        |(day, marker): &(PartialDate, Marker)| format!("{} {} on {day}", marker.level(), marker.unit());
    let text = format!(
        "{} rose from {} to {}: at least {} % of the earlier level, same assay and unit [assumption]",
        it.later.1.kind().words(),
        level(&it.earlier),
        level(&it.later),
        RISE_PERCENT
    );
    event::RisingMarker {
        kind: crate::finding::marker(&it.later.1).kind,
        text,
        at: Some(date(&it.later.0)),
        facts: it.facts.iter().map(crate::fact_ref).collect(),
    }
}

pub(crate) fn difference(it: &Difference) -> event::Difference {
    event::Difference {
        attribute: it.attribute.as_str().to_owned(),
        chosen: it.chosen.iter().map(crate::fact_ref).collect(),
        others: it.others.iter().map(crate::fact_ref).collect(),
        rule: it.rule.words(),
    }
}

pub(crate) fn other_tumour(it: &OtherTumour) -> event::OtherTumour {
    event::OtherTumour { report: it.report.0.to_vec(), facts: it.facts.iter().map(crate::fact_ref).collect() }
}
