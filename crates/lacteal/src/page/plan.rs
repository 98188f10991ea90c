//! The plan: status, next scan, the row that decided and why, decisions that apply, what would change it.

use lacteal_wire::event::{AppliedDecision, EndCause, PartialDate, Plan};

use super::Page;
use crate::client::{status_word, word};
use crate::show::date;

pub(super) fn write(page: &mut Page, plan: Option<&Plan>) {
    page.heading("Plan");
    let Some(plan) = plan else {
        page.item("plan", "none");
        return;
    };
    page.item("status", &format!("{}: {}", status_word(plan.status), plan.reason));
    if plan.end_cause() != EndCause::Unspecified {
        page.item("ended by", &word(plan.end_cause().as_str_name(), "END_CAUSE_"));
    }
    for alert in &plan.alerts {
        page.item("ALERT", alert);
    }
    window(page, plan);
    row(page, plan);
    for test in &plan.extra_tests {
        page.item("also", &format!("{}, {} (row {}; {})", test.name, test.when, test.row, test.source));
    }
    for decision in &plan.decisions {
        page.item("decided", &applied(decision));
    }
    for item in &plan.review {
        page.item("look at", item);
    }
    for sentence in &plan.what_would_change {
        page.item("would change", sentence);
    }
    for part in &plan.assumptions {
        page.item("founded on", part);
    }
    page.item("policy", &format!("{} {}", plan.policy, plan.policy_version));
}

fn window(page: &mut Page, plan: &Plan) {
    let Some(window) = &plan.next_scan else { return };
    let day = |at: &Option<PartialDate>| at.as_ref().map(date).unwrap_or_default();
    let next = format!(
        "{} due {} (counts from {}, overdue after {}), {} months after the last one that counts",
        word(window.modality().as_str_name(), "MODALITY_").to_uppercase(),
        day(&window.due),
        day(&window.opens),
        day(&window.overdue_after),
        window.interval_months
    );
    page.item("next scan", &next);
    page.item("interval", &window.interval_reason);
    page.item("modality", &window.modality_reason);
}

fn row(page: &mut Page, plan: &Plan) {
    if !plan.row.is_empty() {
        let months = plan.row_interval.as_ref().map(|it| match (it.shortest, it.longest) {
            (shortest, longest) if shortest == longest => format!(", {longest} months"),
            (shortest, longest) => format!(", {shortest} to {longest} months"),
        });
        let visits: Vec<String> = plan.row_visits_months.iter().map(u32::to_string).collect();
        let visits =
            if visits.is_empty() { String::new() } else { format!(", at {} months", visits.join(", ")) };
        let outside = if plan.outside_row { "; THE DECIDED INTERVAL LIES OUTSIDE IT" } else { "" };
        let text = format!(
            "{}: {}{}{visits} ({}: {}){outside}",
            plan.row,
            plan.row_title,
            months.unwrap_or_default(),
            plan.row_status,
            plan.row_source
        );
        page.item("row", &text);
    }
    if !plan.other_rows.is_empty() {
        page.item(
            "other rows",
            &format!("also met, and asking for no earlier scan: {}", plan.other_rows.join(", ")),
        );
    }
    page.item("until", &plan.follow_up_until.as_ref().map(date).unwrap_or_default());
}

/// A decision that applies, with its author and what it does here.
pub(super) fn applied(it: &AppliedDecision) -> String {
    let until = it.until.as_ref().map(|at| format!(" until {}", date(at))).unwrap_or_default();
    let day = jiff::Timestamp::from_second(it.decided_at_s).map(|at| at.strftime("%Y-%m-%d").to_string());
    format!(
        "{}{until}; by {} on {}: {}. {}",
        it.what,
        it.author,
        day.unwrap_or_default(),
        it.reason,
        it.effect
    )
}
