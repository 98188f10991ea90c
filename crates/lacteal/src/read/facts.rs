//! What intake understood of a message or body, as JSON, and what is coded in it as a summary.

use std::collections::{BTreeMap, BTreeSet};

use lacteal_clinical::{Contribution, Dossier, Fact, Finding, Fold, Picture, Reading, Standing, fold};
use lacteal_hl7::AckError;
use lacteal_intake::Verdict;
use lacteal_narrative::Summary;
use serde_json::{Value, json};

use super::summary;
use crate::client::to_json;

pub(crate) fn facts(verdict: &Verdict) -> impl Iterator<Item = &Fact> {
    let understood = match verdict {
        Verdict::Keep(understood) | Verdict::KeepIfKnown(understood) => understood.as_slice(),
        // The trace of a text that says nothing is for the streams alone.
        Verdict::KeepIfToldBefore(_) | Verdict::NotRelevant(_) | Verdict::Refuse(_) => &[],
    };
    understood.iter().flat_map(|one| &one.facts)
}

/// A verdict with its facts, and what does not agree in its texts.
pub(crate) fn said(verdict: &Verdict, contradictions: Vec<Value>) -> anyhow::Result<Value> {
    let name = match verdict {
        Verdict::Keep(_) => "keep",
        Verdict::KeepIfKnown(_) => "keep_if_known",
        Verdict::KeepIfToldBefore(_) => "keep_if_told_before",
        Verdict::NotRelevant(why) => return Ok(json!({ "verdict": "not_relevant", "why": why })),
        Verdict::Refuse(refusal) => {
            let problems: Vec<_> = refusal.problems.iter().map(problem).collect();
            return Ok(json!({ "verdict": "refused", "problems": problems }));
        }
    };
    let (traces, told): (Vec<&Fact>, Vec<&Fact>) = facts(verdict).partition(|fact| is_trace(fact));
    let told = told.into_iter().map(fact).collect::<anyhow::Result<Vec<_>>>()?;
    let mut said = json!({ "verdict": name, "facts": told });
    let taken_back: BTreeSet<_> = traces.into_iter().filter_map(taken_back).collect();
    if let Some(object) = said.as_object_mut().filter(|_| !taken_back.is_empty()) {
        object.insert("takes_back".to_owned(), json!(taken_back));
    }
    if let Some(object) = said.as_object_mut().filter(|_| !contradictions.is_empty()) {
        object.insert("contradictions".to_owned(), Value::Array(contradictions));
    }
    Ok(said)
}

/// Whether a fact says nothing itself and only ends what an earlier version of the report may have said.
fn is_trace(fact: &Fact) -> bool {
    fact.standing == Standing::Deleted && matches!(fact.finding, Finding::Unread { .. })
}

/// What such a fact ends; nothing where it only ends that a text could not be read.
fn taken_back(fact: &Fact) -> Option<&'static str> {
    let of_text =
        matches!(&fact.reading, Reading::Text { rule, .. } if rule == "decoded" || rule == "silent");
    match fact.finding {
        Finding::Unread { attribute, .. } if !of_text => Some(attribute.as_str()),
        _ => None,
    }
}

/// A fact without the numbers that only the streams need.
fn fact(fact: &Fact) -> anyhow::Result<Value> {
    let mut value = to_json("lacteal.event.v1.Fact", &lacteal_wire::fact(fact))?;
    if let Some(object) = value.as_object_mut() {
        ["patient", "identity", "tie", "reportedAtS", "text"]
            .into_iter()
            .for_each(|key| drop(object.remove(key)));
        if let Some(place) = object.get_mut("place").and_then(Value::as_object_mut) {
            place.remove("report");
        }
    }
    Ok(value)
}

/// A problem of HL7 v2.
pub(crate) fn problem(error: &AckError) -> Value {
    json!({
        "code": error.code.number(),
        "location": error.location.map(|location| location.to_string()),
        "text": error.text,
    })
}

/// Lays what is coded over what was read in words: the picture that these facts alone would give.
pub(crate) fn coded_over<'f>(all: &mut Summary, facts: impl Iterator<Item = &'f Fact>) {
    let coded = facts.filter(|fact| fact.reading == Reading::Coded && !is_merge(&fact.finding));
    let mut dossiers: BTreeMap<_, Dossier> = BTreeMap::new();
    let mut contributions = Vec::new();
    for fact in coded {
        dossiers.entry(fact.patient).or_insert_with(|| Dossier::new(fact.patient));
        contributions.push(Contribution {
            patient: fact.patient,
            report: fact.place.report,
            interpretation: 1,
            facts: vec![fact.clone()],
        });
    }
    let Fold::Changed(dossiers) = fold(&contributions, &dossiers) else { return };
    for dossier in dossiers.values() {
        summary::over(all, summary::of_picture(&Picture::of(dossier)));
    }
}

fn is_merge(finding: &Finding) -> bool {
    matches!(finding, Finding::MergedInto { .. } | Finding::Absorbs { .. })
}
