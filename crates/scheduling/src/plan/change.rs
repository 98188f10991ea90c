//! What would change a plan: a fact that would bring another row, a risk that rises, a decision that ends.

use lacteal_wire::event::{Plan, Status, Summary};

use super::candidate::percent;
use super::dates;
use crate::policy::{Part, Policy, Row, Timing, Traits};

/// Most sentences of one kind.
const EACH_MAX: usize = 8;
/// Most sentences about facts that are not known.
const MISSING_MAX: usize = 3;

/// Sentences about the rows that one fact more or less would bring.
pub(super) fn rows(policy: &Policy, traits: &Traits, deciding: Option<&Row>) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    for row in policy.rows.iter().filter(|it| !it.applies(traits)) {
        let Some((part, words)) = row.only_obstacle(traits) else { continue };
        let what = match (&row.timing, &row.review) {
            (Some(_), _) => row.timing_words(),
            (None, Some(review)) => review.text.clone(),
            (None, None) => continue,
        };
        let link = match part {
            Part::Category(_) => "With",
            Part::Number(_) => "At",
        };
        sentences.push(format!("{link} {words}: row {} ({what}).", row.name));
        if sentences.len() == EACH_MAX {
            break;
        }
    }
    if let Some(Timing::Interval { months, model: true, .. }) = deciding.and_then(|it| it.timing.as_ref()) {
        sentences.push(format!(
            "A risk of liver metastasis that reaches {} earlier or later moves the scan within {} months.",
            percent(policy.general.risk_between_scans_max),
            months.words()
        ));
    }
    sentences
}

/// Sentences about facts that are not known.
pub(super) fn missing(summary: &Summary) -> impl Iterator<Item = String> {
    let missing = summary.missing.iter().take(MISSING_MAX);
    missing.map(|it| format!("Not known: {}, which is needed for {}.", it.what, it.needed_for))
}

/// That a scan moves the plan on.
pub(super) fn scan(plan: &Plan) -> Option<String> {
    plan.next_scan.as_ref()?;
    Some("A CT or MRI of liver and abdomen with a final report begins the next interval.".to_owned())
}

/// What holds after the first decision ends.
pub(super) fn expiry(later: &Plan, from: &lacteal_wire::event::PartialDate) -> String {
    let from = dates::first_day(Some(from)).map(|it| it.to_string()).unwrap_or_default();
    let window = later.next_scan.as_ref().and_then(|it| dates::first_day(it.due.as_ref()));
    let then = match (later.status(), window) {
        (Status::Ended, _) => "surveillance has ended".to_owned(),
        (Status::Paused, _) => "surveillance is paused".to_owned(),
        (_, Some(due)) => format!("the next scan is due {due}"),
        (_, None) => "no scan can be planned".to_owned(),
    };
    format!("From {from} a decision no longer holds: {then}.")
}
