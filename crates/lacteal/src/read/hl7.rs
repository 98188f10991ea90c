//! HL7 v2 messages as `lacteal read` prints them: the facts that intake would keep, or the summary of their texts with
//! the coded values over it.

use std::collections::BTreeMap;

use anyhow::Context as _;
use bytes::Bytes;
use lacteal_clinical::{Dossier, Fact, Finding, Fold, PseudonymKey, Reading, ReportKey};
use lacteal_hl7::{AckError, Limits, Message};
use lacteal_intake::{Codes, Context, Identity, ReportKind, Source, SourceConfig, Verdict, interpret};
use lacteal_narrative::{Kind, Summary};
use serde_json::{Value, json};

use super::summary;
use crate::args;
use crate::client::to_json;
use crate::send::messages_of;

/// What is needed to interpret a message of nobody in particular.
struct Reader {
    source: Source,
    identity: Identity,
    codes: Codes,
}

/// All messages of a file as one object.
pub(crate) fn object(bytes: Vec<u8>, arguments: &args::Read) -> anyhow::Result<Value> {
    let is_utf_8 = std::str::from_utf8(&bytes).is_ok();
    let reader = Reader::new(if is_utf_8 { "UNICODE UTF-8" } else { "8859/1" })?;
    let limits = Limits { message_bytes_max: bytes.len().max(1), ..Limits::default() };
    let (mut messages, mut all) = (Vec::new(), Summary::default());
    for bytes in messages_of(Bytes::from(bytes)) {
        let parsed = Message::parse(bytes, &limits).map(|it| it.with_charset_rule(reader.source.charset));
        let message = match parsed {
            Ok(message) => message,
            Err(error) => {
                messages.push(json!({ "verdict": "refused", "problems": [problem(&error.ack_error())] }));
                continue;
            }
        };
        let verdict = reader.interpret(&message);
        if arguments.summary {
            let texts = lacteal_intake::report_texts(&message, &reader.codes);
            let texts = texts.iter().map(|(kind, text)| lacteal_narrative::read(text, of(*kind)).summary());
            texts.for_each(|told| summary::over(&mut all, told));
            coded_over(&mut all, facts(&verdict));
        } else {
            messages.push(said(&verdict)?);
        }
    }
    Ok(if arguments.summary { summary::json(&all) } else { json!({ "messages": messages }) })
}

impl Reader {
    fn new(charset: &str) -> anyhow::Result<Reader> {
        let config = SourceConfig {
            name: "file".to_owned(),
            charset: charset.to_owned(),
            // A number without an authority names somebody here: nothing is stored.
            authority: "unnamed".to_owned(),
            ..SourceConfig::default()
        };
        let key = PseudonymKey::from_bytes(&[0; 32]).context("the key of pseudonyms")?;
        let identity = Identity { key, authorities: Vec::new() };
        Ok(Reader { source: Source::new(&config)?, identity, codes: Codes::with_site(&[])? })
    }

    fn interpret(&self, message: &Message) -> Verdict {
        let context = Context {
            source: &self.source,
            identity: &self.identity,
            codes: &self.codes,
            report: ReportKey([0; 16]),
            tie: [0; 16],
            received: lacteal_service::clock::now(),
        };
        interpret(message, &context)
    }
}

fn of(kind: ReportKind) -> Kind {
    match kind {
        ReportKind::Pathology => Kind::Pathology,
        ReportKind::Radiology => Kind::Radiology,
        ReportKind::Clinic => Kind::Clinic,
    }
}

fn facts(verdict: &Verdict) -> impl Iterator<Item = &Fact> {
    let understood = match verdict {
        Verdict::Keep(understood) | Verdict::KeepIfKnown(understood) => understood.as_slice(),
        Verdict::NotRelevant(_) | Verdict::Refuse(_) => &[],
    };
    understood.iter().flat_map(|one| &one.facts)
}

fn said(verdict: &Verdict) -> anyhow::Result<Value> {
    let name = match verdict {
        Verdict::Keep(_) => "keep",
        Verdict::KeepIfKnown(_) => "keep_if_known",
        Verdict::NotRelevant(why) => return Ok(json!({ "verdict": "not_relevant", "why": why })),
        Verdict::Refuse(refusal) => {
            let problems: Vec<_> = refusal.problems.iter().map(problem).collect();
            return Ok(json!({ "verdict": "refused", "problems": problems }));
        }
    };
    let facts = facts(verdict).map(fact).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(json!({ "verdict": name, "facts": facts }))
}

/// A fact without the numbers that only the streams need.
fn fact(fact: &Fact) -> anyhow::Result<Value> {
    let mut value = to_json("lacteal.event.v1.Fact", &lacteal_wire::fact(fact))?;
    if let Some(object) = value.as_object_mut() {
        ["patient", "identity", "tie", "reportedAtS"].into_iter().for_each(|key| drop(object.remove(key)));
        if let Some(place) = object.get_mut("place").and_then(Value::as_object_mut) {
            place.remove("report");
        }
    }
    Ok(value)
}

fn problem(error: &AckError) -> Value {
    json!({
        "code": error.code.number(),
        "location": error.location.map(|location| location.to_string()),
        "text": error.text,
    })
}

/// Lays what is coded over what was read in words: the picture that these facts alone would give.
fn coded_over<'f>(all: &mut Summary, facts: impl Iterator<Item = &'f Fact>) {
    let coded = facts.filter(|fact| fact.reading == Reading::Coded && !is_merge(&fact.finding));
    let mut dossiers: BTreeMap<_, Dossier> = BTreeMap::new();
    let mut contributions = Vec::new();
    for fact in coded {
        dossiers.entry(fact.patient).or_insert_with(|| Dossier::new(fact.patient));
        contributions.push(lacteal_clinical::Contribution {
            patient: fact.patient,
            report: fact.place.report,
            interpretation: 1,
            facts: vec![fact.clone()],
        });
    }
    let Fold::Changed(dossiers) = lacteal_clinical::fold(&contributions, &dossiers) else { return };
    for dossier in dossiers.values() {
        summary::over(all, summary::of_picture(&lacteal_clinical::Picture::of(dossier)));
    }
}

fn is_merge(finding: &Finding) -> bool {
    matches!(finding, Finding::MergedInto { .. } | Finding::Absorbs { .. })
}
