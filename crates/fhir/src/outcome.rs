//! OperationOutcome (R4 operationoutcome.html): the answer that says what was wrong.

use crate::json::{Json, Object};
use crate::{Issue, IssueType, Severity};

/// Writes issues as an OperationOutcome. It holds what the issues hold, so nothing of the body. Without issues it says
/// that all went well.
pub fn operation_outcome(issues: &[Issue]) -> Json {
    let mut list: Vec<Json> = issues.iter().map(issue).collect();
    if list.is_empty() {
        list.push(entry(Severity::Information, IssueType::Informational, "all ok", None));
    }
    let mut outcome = Object::default();
    outcome.put("resourceType", Json::from("OperationOutcome")).put("issue", Json::Array(list));
    Json::Object(outcome)
}

fn issue(issue: &Issue) -> Json {
    let expression = Some(issue.expression.as_str()).filter(|it| !it.is_empty());
    entry(issue.severity, issue.error.issue_type(), &issue.error.to_string(), expression)
}

fn entry(severity: Severity, code: IssueType, diagnostics: &str, expression: Option<&str>) -> Json {
    let mut object = Object::default();
    object
        .put("severity", Json::from(severity.as_str()))
        .put("code", Json::from(code.as_str()))
        .put("diagnostics", Json::from(diagnostics))
        .put("expression", expression.map(|it| Json::Array(vec![Json::from(it)])));
    Json::Object(object)
}
