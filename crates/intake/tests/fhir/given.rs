//! Bodies in few words, and facts in words that can be compared.

use std::sync::OnceLock;

use lacteal_clinical::{Fact, PseudonymKey, ReportKey, Standing};
use lacteal_fhir::{Issue, Limits, read};
use lacteal_intake::fhir::{Authorities, Context, interpret};
use lacteal_intake::{Codes, Identity, Source, SourceConfig, Verdict};
use sha2::{Digest as _, Sha256};

/// The system of record numbers, and the authority that HL7 v2 calls it.
pub(crate) const SYSTEM: &str = "urn:oid:1.2.3";

static BUILT_IN: OnceLock<Codes> = OnceLock::new();

pub(crate) fn codes() -> &'static Codes {
    BUILT_IN.get_or_init(|| Codes::with_site(&[]).expect("codes"))
}

pub(crate) fn key() -> PseudonymKey {
    PseudonymKey::from_bytes(&[7; 32]).expect("a key")
}

pub(crate) fn verdict(body: &str) -> Result<Verdict, Vec<Issue>> {
    let source = Source::new(&SourceConfig::default()).expect("a source");
    let identity = Identity { key: key(), authorities: Vec::new() };
    let authorities = Authorities::from([(SYSTEM.to_owned(), "NORTH".to_owned())]);
    let digest = Sha256::digest(body.as_bytes());
    let input = read(body.as_bytes(), &Limits::default())?;
    let context = Context {
        source: &source,
        identity: &identity,
        codes: codes(),
        authorities: &authorities,
        sender: ["PATH", "NORTH"],
        report: ReportKey([9; 16]),
        tie: digest[..16].try_into().expect("16 bytes"),
        received: "2024-06-15T12:00:00Z".parse().expect("a time"),
    };
    interpret(&input, &context, None)
}

pub(crate) fn facts(body: &str) -> Vec<Fact> {
    match verdict(body) {
        Ok(Verdict::Keep(all) | Verdict::KeepIfKnown(all)) => {
            all.into_iter().flat_map(|one| one.facts).collect()
        }
        other => panic!("not kept: {other:?}"),
    }
}

/// Why a body is refused: the expressions.
pub(crate) fn refused(body: &str) -> Vec<String> {
    verdict(body).expect_err("a refusal").into_iter().map(|issue| issue.expression).collect()
}

/// What is stated about the tumour or a study, as `[standing: ]finding[ @date]`.
pub(crate) fn stated(body: &str) -> Vec<String> {
    let facts = facts(body);
    let about = facts.iter().filter(|fact| !fact.finding.is_about_the_person());
    about.map(words).collect()
}

pub(crate) fn words(fact: &Fact) -> String {
    let standing = match fact.standing {
        Standing::Final => String::new(),
        other => format!("{other:?}: "),
    };
    let date = fact.observed.map(|date| format!(" @{date}")).unwrap_or_default();
    format!("{standing}{:?}{date}", fact.finding)
}

/// A reference to the patient by number.
pub(crate) fn subject(number: &str) -> String {
    format!(
        r#""subject": {{"type": "Patient", "identifier": {{"system": "{SYSTEM}", "value": "{number}"}}}}"#
    )
}

pub(crate) fn patient(number: &str, more: &str) -> String {
    let identifier = format!(
        r#"{{"type": {{"coding": [{{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}}]}}, "system": "{SYSTEM}", "value": "{number}"}}"#
    );
    let more = if more.is_empty() { String::new() } else { format!(", {more}") };
    format!(r#"{{"resourceType": "Patient", "id": "p", "identifier": [{identifier}]{more}}}"#)
}

pub(crate) fn coded(system: &str, code: &str) -> String {
    format!(r#"{{"coding": [{{"system": "{system}", "code": "{code}"}}]}}"#)
}

/// A final observation of the patient 4711 under a LOINC code.
pub(crate) fn observation(code: &str, value: &str) -> String {
    observation_of("final", &coded("http://loinc.org", code), value)
}

pub(crate) fn observation_of(status: &str, code: &str, value: &str) -> String {
    let value = if value.is_empty() { String::new() } else { format!(", {value}") };
    let subject = subject("4711");
    format!(
        r#"{{"resourceType": "Observation", "id": "o", "status": "{status}", "code": {code}, {subject},
            "effectiveDateTime": "2024-06-01", "issued": "2024-06-10T12:00:00Z"{value}}}"#
    )
}

/// A bundle of resources.
pub(crate) fn bundle(kind: &str, more: &str, resources: &[String]) -> String {
    let entries = resources.iter().enumerate().map(|(at, resource)| {
        let type_name = resource.split('"').nth(3).unwrap_or_default();
        let request = match kind {
            "transaction" | "batch" => format!(r#", "request": {{"method": "POST", "url": "{type_name}"}}"#),
            _ => String::new(),
        };
        format!(
            r#"{{"fullUrl": "urn:uuid:00000000-0000-4000-8000-{at:012}", "resource": {resource}{request}}}"#
        )
    });
    let entries = entries.collect::<Vec<_>>().join(", ");
    format!(r#"{{"resourceType": "Bundle", "type": "{kind}"{more}, "entry": [{entries}]}}"#)
}

/// The address of the resource at a place of a [`bundle`].
pub(crate) fn urn(at: usize) -> String {
    format!("urn:uuid:00000000-0000-4000-8000-{at:012}")
}
