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
    if !arguments.summary {
        return verdict.map_or_else(|issues| Ok(refused(&issues)), |verdict| said(&verdict));
    }
    let mut all = Summary::default();
    for text in texts(&input) {
        let kind = match text.kind {
            TextKind::Pathology => Kind::Pathology,
            TextKind::Radiology => Kind::Radiology,
            TextKind::Unsaid => Kind::Auto,
        };
        summary::over(&mut all, lacteal_narrative::read(&text.text, kind).summary());
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
