//! FHIR R4 bodies as `lacteal read` prints them: the facts that intake would keep, or the summary of their texts with the
//! coded values over it.

use anyhow::Context as _;
use lacteal_clinical::{PseudonymKey, ReportKey};
use lacteal_fhir::{Issue, Limits};
use lacteal_intake::fhir::{Authorities, Context, TextKind, interpret, texts};
use lacteal_intake::{Codes, Identity, Source, SourceConfig, Verdict};
use lacteal_narrative::{Kind, Summary};
use serde_json::{Value, json};

use super::facts::{coded_over, facts, said};
use super::statement::contradictions_in_words;
use super::summary;
use crate::args;

/// A body as one object.
pub(crate) fn object(body: &[u8], arguments: &args::Read) -> anyhow::Result<Value> {
    let input = match lacteal_fhir::read(body, &Limits { body_bytes_max: body.len(), ..Limits::default() }) {
        Ok(input) => input,
        Err(issues) if arguments.summary => anyhow::bail!("it is no FHIR resource: {}", in_words(&issues)),
        Err(issues) => return Ok(refused(&issues)),
    };
    let source = Source::new(&SourceConfig { name: "file".to_owned(), ..SourceConfig::default() })?;
    let key = PseudonymKey::from_bytes(&[0; 32]).context("the key of pseudonyms")?;
    let identity = Identity { key, authorities: Vec::new() };
    let codes = Codes::with_site(&[])?;
    let context = Context {
        source: &source,
        identity: &identity,
        codes: &codes,
        authorities: &Authorities::new(),
        sender: ["", ""],
        report: ReportKey([0; 16]),
        tie: [0; 16],
        received: lacteal_service::clock::now(),
    };
    let verdict = interpret(&input, &context, None);
    let kind_of = |kind| match kind {
        TextKind::Pathology => Kind::Pathology,
        TextKind::Radiology => Kind::Radiology,
        TextKind::Unsaid => Kind::Auto,
    };
    let texts = texts(&input).into_iter().map(|it| (kind_of(it.kind), it.text));
    if !arguments.summary {
        let contradictions = texts.flat_map(|(kind, text)| contradictions_in_words(&text, kind)).collect();
        return verdict.map_or_else(|issues| Ok(refused(&issues)), |verdict| said(&verdict, contradictions));
    }
    let mut all = Summary::default();
    for (kind, text) in texts {
        let kind = arguments.kind.asked().unwrap_or(kind);
        summary::over(&mut all, lacteal_narrative::read(&text, kind).summary());
    }
    coded_over(&mut all, facts(verdict.as_ref().unwrap_or(&Verdict::NotRelevant("refused"))));
    Ok(summary::json(&all))
}

fn refused(issues: &[Issue]) -> Value {
    let problem = |issue: &Issue| json!({ "location": issue.expression, "text": issue.error.to_string() });
    json!({ "verdict": "refused", "problems": issues.iter().map(problem).collect::<Vec<_>>() })
}

fn in_words(issues: &[Issue]) -> String {
    let first = issues.first().map(|issue| format!("{} at {}", issue.error, issue.expression));
    first.unwrap_or_else(|| "nothing can be read".to_owned())
}
