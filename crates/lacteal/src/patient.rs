//! `lacteal patient`: what is known about one patient, and why.

use lacteal_wire::api::Patient;
use lacteal_wire::event::{PartialDate, Plan, assessment};

use crate::args;
use crate::client::{connect, known, named, print_json, record, status_word, word};
use crate::page::{Known, Page};
use crate::show::{self, date, finding, percent};

/// Gets one patient and prints what is known, and why.
pub(crate) async fn patient(arguments: args::Patient) -> anyhow::Result<()> {
    let named = named(&arguments.who)?;
    let patient = known(connect(&arguments.client.gateway).await?, named).await?;
    if arguments.client.json {
        return print_json("lacteal.v1.Patient", &patient);
    }
    print_patient(&patient);
    Ok(())
}

fn print_patient(patient: &Patient) {
    show::line(&format!("patient  {}", patient.patient_id));
    if !patient.followed_from.is_empty() {
        show::line(&format!("merged   {} was merged into this patient", patient.followed_from));
    }
    print_plan(patient);
    if let Some(count @ 1..) = patient.quarantined {
        show::line(&format!(
            "review   {count} refused messages name this patient: lacteal quarantine list --patient {}",
            patient.patient_id
        ));
    }
    for notice in &patient.notices {
        let at = jiff::Timestamp::from_second(notice.now_s).map(|at| at.to_string()).unwrap_or_default();
        show::line(&format!("told     {at} {}: {}", word(notice.kind().as_str_name(), "KIND_"), notice.text));
    }
    let Some(dossier) = &patient.dossier else {
        show::line("dossier  none yet");
        return;
    };
    if let Some(summary) = &dossier.summary {
        for number in &summary.record_numbers {
            show::line(&format!("record   {}", record(Some(number))));
        }
        show::line(&format!("scope    {}", summary.scope_reason));
        if let Some(t) = summary.t.as_ref().filter(|_| summary.t_is_derived) {
            show::line(&format!("T        {} (derived from the depth of the tumour)", t.category));
        }
        show::line(&format!("stage    {}", summary.stage));
        let known = Known { summary: Some(summary), facts: &dossier.facts, ..Known::default() };
        show::text(&Page::of_picture(&known));
        for item in &summary.review {
            show::line(&format!("review   {}", item.text));
        }
    }
    for aside in &dossier.asides {
        show::line(&format!("aside    {} {}: {}", aside.stream, aside.sequence, aside.error));
    }
    if let Some(assessment) = &dossier.assessment {
        print_assessment(assessment);
    }
    let mut facts = show::table(&["fact", "observed", "standing", "read", "from"]);
    for fact in &dossier.facts {
        let place = fact.place.clone().unwrap_or_default();
        facts.add_row([
            fact.finding.as_ref().map(finding).unwrap_or_default(),
            fact.observed.as_ref().map(date).unwrap_or_default(),
            show::standing(fact),
            fact.reading.as_ref().map(show::reading).unwrap_or_default(),
            show::place(&place),
        ]);
    }
    show::print(&facts);
}

fn print_plan(patient: &Patient) {
    let Some(plan) = &patient.plan else {
        show::line("plan     none");
        return;
    };
    show::line(&format!("status   {}: {}", status_word(plan.status), plan.reason));
    if let Some(window) = &plan.next_scan {
        let day = |at: &Option<PartialDate>| at.as_ref().map(date).unwrap_or_default();
        show::line(&format!(
            "next     {} due {} (from {}, overdue after {}), every {} months",
            word(window.modality().as_str_name(), "MODALITY_").to_uppercase(),
            day(&window.due),
            day(&window.opens),
            day(&window.overdue_after),
            window.interval_months
        ));
    }
    for item in &plan.review {
        show::line(&format!("look at  {item}"));
    }
    for test in &plan.extra_tests {
        show::line(&format!("also     {}, {}", test.name, test.when));
    }
    show::line(format!("policy   {} {} {}", plan.policy, plan.policy_version, row(plan)).trim_end());
}

/// The row that decided.
fn row(plan: &Plan) -> String {
    if plan.row.is_empty() { String::new() } else { format!("row {}: {}", plan.row, plan.row_title) }
}

fn print_assessment(assessment: &lacteal_wire::event::Assessment) {
    show::line(&format!("model    {} {}", assessment.model, assessment.model_version));
    if assessment.outcome() != assessment::Outcome::Computed {
        show::line(&format!(
            "risk     not computed: {}",
            word(assessment.outcome().as_str_name(), "OUTCOME_")
        ));
        return;
    }
    show::line(&format!(
        "risk     liver metastasis within 1 y {}, 3 y {}, 5 y {}, 10 y {} of {} (hazard ratio {:.2})",
        percent(assessment.risk_1_year),
        percent(assessment.risk_3_years),
        percent(assessment.risk_5_years),
        percent(assessment.risk_10_years),
        assessment.time_zero.as_ref().map(date).unwrap_or_default(),
        assessment.hazard_ratio
    ));
    let mut why = show::table(&["factor", "value", "hazard ratio", "source"]);
    for part in &assessment.contributions {
        why.add_row([
            part.factor.clone(),
            part.value.clone(),
            format!("{:.2}", part.hazard_ratio),
            part.source.clone(),
        ]);
    }
    for missing in &assessment.missing {
        why.add_row([
            missing.factor.clone(),
            format!("not known; taken: {}", missing.assumed),
            String::new(),
            String::new(),
        ]);
    }
    show::print(&why);
}
