//! What a person must look at before a plan can be trusted, whatever the policy.

use jiff::civil::Date;
use lacteal_wire::event::{self, Dossier, LiverState, Scope, Summary};

use super::dates;
use super::decisions::Decisions;
use super::studies::{self, Study};
use super::window::Lesion;
use crate::policy::Policy;

/// The items, in a fixed order.
pub(super) fn items(
    dossier: &Dossier,
    summary: &Summary,
    policy: &Policy,
    decisions: &Decisions<'_>,
    today: Date,
) -> Vec<String> {
    let mut items: Vec<String> = summary.review.iter().map(|it| it.text.clone()).collect();
    items.extend(dossier.asides.iter().map(|it| {
        let event::Aside { stream, sequence, error, .. } = it;
        format!("message {sequence} of {stream} about this patient could not be processed ({error})")
    }));
    items.extend(future(summary, today));
    if summary.scope() != Scope::In {
        if summary.scope() != Scope::Out && summary.liver() == LiverState::Metastatic {
            items.push("liver metastasis is reported, and the primary tumour is not established".to_owned());
        }
        return items;
    }
    let scans = studies::counting(summary, &policy.general, today);
    items.extend(unsettled_lesion(summary, &scans, today));
    items.extend(lesion_after_decision(summary, decisions, today));
    items
}

/// Dates that cannot be true yet. They count for nothing.
fn future(summary: &Summary, today: Date) -> Vec<String> {
    let named =
        [("time zero", summary.time_zero.as_ref()), ("the liver finding", summary.liver_date.as_ref())];
    let studies = summary.studies.iter().map(|it| ("a scan", it.performed.as_ref()));
    named
        .into_iter()
        .chain(studies)
        .filter_map(|(what, date)| Some((what, dates::read(date).filter(|it| it.is_after(today))?)))
        .map(|(what, date)| format!("{what} is dated in the future ({date}) and does not count"))
        .collect()
}

/// An indeterminate lesion that a later scan did not settle.
fn unsettled_lesion(summary: &Summary, scans: &[Study], today: Date) -> Option<String> {
    let seen = lesion(summary, today)?.seen?;
    let later = scans.iter().map(|it| it.performed).filter(|it| seen.is_certainly_before(it)).max()?;
    Some(format!(
        "the scan of {later} came after the indeterminate liver finding of {seen}, and nothing tells what became of it"
    ))
}

/// An indeterminate lesion of which a clinician may not have known when the interval was decided.
fn lesion_after_decision(summary: &Summary, decisions: &Decisions<'_>, today: Date) -> Option<String> {
    let lesion = lesion(summary, today)?;
    let decided = decisions.interval()?;
    let known = lesion.seen.is_some_and(|seen| seen.latest() <= decided.day);
    (!known).then(|| "an indeterminate liver finding came after the interval was decided".to_owned())
}

pub(super) fn lesion(summary: &Summary, today: Date) -> Option<Lesion> {
    (summary.liver() == LiverState::Indeterminate)
        .then(|| Lesion { seen: dates::read(summary.liver_date.as_ref()).filter(|it| !it.is_after(today)) })
}
