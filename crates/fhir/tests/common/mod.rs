//! What the tests of this crate share: the samples, and reading them.
#![allow(dead_code, reason = "each test file uses its own part")]

use lacteal_fhir::{Input, Issue, Item, Limits, Resource, read};

/// A bundle of an invented patient with an ileal NET, as mCODE asks for it.
pub(crate) const COLLECTION: &str = include_str!("../samples/ileal-net-collection.json");
/// An order, an appointment, a study and a report, with `urn:uuid` references.
pub(crate) const TRANSACTION: &str = include_str!("../samples/imaging-transaction.json");
/// A message with a corrected report.
pub(crate) const MESSAGE: &str = include_str!("../samples/report-message.json");
/// The request of a merge.
pub(crate) const MERGE: &str = include_str!("../samples/merge-parameters.json");
/// A batch in which one entry is unreadable.
pub(crate) const BATCH: &str = include_str!("../samples/mixed-batch.json");

/// All samples.
pub(crate) const SAMPLES: &[&str] = &[COLLECTION, TRANSACTION, MESSAGE, MERGE, BATCH];

/// Reads a body that can be read.
pub(crate) fn input(body: &str) -> Input {
    match read(body.as_bytes(), &Limits::default()) {
        Ok(input) => input,
        Err(issues) => panic!("refused: {}", lines(&issues)),
    }
}

/// Reads a body that is refused as a whole.
pub(crate) fn refused(body: &[u8]) -> Vec<Issue> {
    read(body, &Limits::default()).expect_err("must be refused")
}

/// One line for each issue: code, expression, words.
pub(crate) fn lines(issues: &[Issue]) -> String {
    let line = |it: &Issue| format!("{} {}", it.error.issue_type().as_str(), it);
    issues.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The item with this type and id.
pub(crate) fn item<'a>(input: &'a Input, resource_type: &str, id: &str) -> &'a Item {
    let mut items = input.items().iter();
    items.find(|it| it.resource.is(resource_type) && it.resource.id() == Some(id)).expect("in the sample")
}

/// The first item of this type.
pub(crate) fn first<'a>(input: &'a Input, resource_type: &str) -> &'a Item {
    input.items().iter().find(|it| it.resource.is(resource_type)).expect("in the sample")
}

/// An observation with these further members.
pub(crate) fn observation(members: &str) -> String {
    let code = r#"{"coding": [{"system": "http://loinc.org", "code": "29593-1"}]}"#;
    format!(r#"{{"resourceType": "Observation", "status": "final", "code": {code}, {members}}}"#)
}

/// The resource of a body that holds one.
pub(crate) fn single(body: &str) -> Resource {
    input(body).items()[0].resource.clone()
}
