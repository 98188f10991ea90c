//! `lacteal assess`: risk and plan from facts that were stated by hand. It needs no server and stores nothing: the same
//! pure functions that the services run, called here.

use std::process::ExitCode;

use anyhow::Context as _;
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use lacteal_clinical::{
    Dossier, Fact, FactIdentity, PatientId, Picture, Place, Reading, ReportKey, Standing, Version,
};
use lacteal_scheduling::Policies;
use lacteal_wire::event;
use serde_json::json;

use crate::client::to_json;
use crate::page::{Known, Page};
use crate::settings::Usage;
use crate::{args, model, policy, show};

pub(crate) mod facts;
mod report;
pub(crate) mod stated;

use facts::{Hypothesis, hypotheses, tumour};
use stated::Stated;

/// A patient of whom nothing but the stated facts is known.
const NOBODY: PatientId = PatientId([0; 16]);

/// Prints risk and plan; exit code 1 when a fact, the model or the policy cannot be read.
pub(crate) fn assess(arguments: &args::Assess) -> anyhow::Result<ExitCode> {
    let stated = Stated::of(&arguments.facts)?;
    if stated.is_empty() {
        anyhow::bail!(Usage(
            "state at least one fact, for example --ki67 4% --pt pT3 --pn pN1 --resected 2024-03-01; \
             lacteal assess --help names them all"
                .to_owned()
        ));
    }
    let now = match &arguments.as_of {
        Some(day) => noon(*day)?,
        None => lacteal_service::clock::now(),
    };
    let model = model::named(&arguments.model)?;
    let policy = policy::named(&arguments.policy)?;
    let mut all = tumour(&stated);
    all.extend(hypotheses(&stated)?);
    let dossier = Dossier::from_parts(NOBODY, NOBODY, all.into_iter().enumerate().map(fact));
    let picture = Picture::of(&dossier);
    let assessment = lacteal_risk::assess(&picture, &model, None, now);
    let sentences =
        if arguments.words { lacteal_risk::explain(&picture, &assessment, &model) } else { Vec::new() };
    let dossier = event::Dossier {
        summary: Some(lacteal_wire::summary(&dossier, &picture)),
        assessment: Some(assessment),
        ..lacteal_wire::dossier(&dossier)
    };
    let name = policy.name().to_owned();
    let is_built_in = lacteal_scheduling::Policy::built_in_names().any(|known| known == name);
    let own = (!is_built_in).then_some(policy);
    let policies = Policies::new(own, &name)?;
    let plan = lacteal_scheduling::plan(&dossier, 0, None, &policies, now, &TimeZone::UTC);
    if arguments.json {
        show::line(&format!("{:#}", as_json(&dossier, plan.as_ref())?));
        return Ok(ExitCode::SUCCESS);
    }
    let known = Known {
        summary: dossier.summary.as_ref(),
        facts: &dossier.facts,
        assessment: dossier.assessment.as_ref(),
        plan: plan.as_ref(),
        sentences: &sentences,
    };
    show::text(&Page::of_judgement(&known));
    Ok(ExitCode::SUCCESS)
}

fn as_json(dossier: &event::Dossier, plan: Option<&event::Plan>) -> anyhow::Result<serde_json::Value> {
    let summary = dossier.summary.as_ref().map(|it| to_json("lacteal.event.v1.Summary", it)).transpose()?;
    let assessment =
        dossier.assessment.as_ref().map(|it| to_json("lacteal.event.v1.Assessment", it)).transpose()?;
    let plan = plan.map(|it| to_json("lacteal.event.v1.Plan", it)).transpose()?;
    Ok(json!({ "summary": summary, "assessment": assessment, "plan": plan }))
}

/// A fact that states what was supposed.
fn fact((index, it): (usize, Hypothesis)) -> Fact {
    let number = u32::try_from(index).unwrap_or(u32::MAX);
    Fact {
        patient: NOBODY,
        identity: FactIdentity::of([b"stated".as_slice(), &number.to_be_bytes()]),
        version: Version { reported_at: 0, tie: [0; 16] },
        standing: Standing::Final,
        observed: it.observed,
        finding: it.finding,
        reading: Reading::Coded,
        report_kind: it.kind,
        text: None,
        place: Place {
            report: ReportKey([it.report; 16]),
            segment: "STATED".to_owned(),
            occurrence: number.saturating_add(1),
            field: 0,
            repetition: 0,
            component: 0,
            span_start: 0,
            span_end: 0,
            expression: String::new(),
        },
    }
}

/// The middle of a day.
fn noon(day: civil::Date) -> anyhow::Result<Timestamp> {
    Ok(day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).context("--as-of is no day that is known")?.timestamp())
}

/// The dossier of what was stated, for tests of what is shown.
#[cfg(test)]
pub(crate) fn dossier_of(stated: &[(&'static str, &str)]) -> event::Dossier {
    let stated = Stated::from_iter(stated.iter().copied());
    let all = hypotheses(&stated).unwrap_or_default();
    let dossier = Dossier::from_parts(NOBODY, NOBODY, all.into_iter().enumerate().map(fact));
    let summary = lacteal_wire::summary(&dossier, &Picture::of(&dossier));
    event::Dossier { summary: Some(summary), ..lacteal_wire::dossier(&dossier) }
}
