//! Answers of the FHIR endpoint: outcomes with their status, and what this endpoint says it can do. None holds content
//! of a body, and the same request is answered the same again.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use lacteal_fhir::{
    Capability, Error, Issue, IssueType, Json, ResourceCapability, Severity, capability_statement,
    operation_outcome,
};

/// Media type of FHIR in JSON.
pub(crate) const FHIR_JSON: &str = "application/fhir+json";
/// Definition of the merge of two patients.
const MERGE: &str = "http://hl7.org/fhir/OperationDefinition/Patient-merge";
/// When what this endpoint can do last changed.
const CAPABILITY_DATE: &str = "2026-11-24";
/// Seconds after which a sender should come again.
const RETRY_AFTER_S: &str = "2";

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, json: &Json) -> Response<Body> {
    let mut response = Response::new(Body::from(json.to_text()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/fhir+json; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_S));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// An OperationOutcome of some issues; without any it says that all went well.
pub(crate) fn outcome(status: StatusCode, issues: &[Issue]) -> Response<Body> {
    json(status, &operation_outcome(issues))
}

/// A refusal in fixed words.
pub(crate) fn refusal(status: StatusCode, issue_type: IssueType, text: &'static str) -> Response<Body> {
    let issue = Issue {
        severity: Severity::Error,
        expression: String::new(),
        error: Error::Other { issue_type, text },
    };
    outcome(status, &[issue])
}

/// What is said when nothing can be stored for the moment.
pub(crate) fn unavailable() -> Response<Body> {
    outcome(StatusCode::SERVICE_UNAVAILABLE, &[not_stored()])
}

/// That nothing can be stored for the moment.
pub(crate) fn not_stored() -> Issue {
    let text = "nothing could be stored for the moment; please send it again";
    Issue {
        severity: Severity::Error,
        expression: String::new(),
        error: Error::Other { issue_type: IssueType::Transient, text },
    }
}

/// Profiles of mCODE (STU 4) whose statements become facts.
fn profiles(resource_type: &str) -> &'static [&'static str] {
    match resource_type {
        "Patient" => &["http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-cancer-patient"],
        "Condition" => &[
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-primary-cancer-condition",
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-secondary-cancer-condition",
        ],
        "Observation" => &[
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-tnm-stage-group",
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-tnm-primary-tumor-category",
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-tnm-regional-nodes-category",
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-tnm-distant-metastases-category",
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-tumor-size",
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histologic-grade",
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histologic-behavior-and-type",
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-cancer-disease-status",
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-ecog-performance-status",
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-karnofsky-performance-status",
        ],
        "Procedure" => &[
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-cancer-related-surgical-procedure",
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-radiotherapy-course-summary",
        ],
        "MedicationRequest" => {
            &["http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-cancer-related-medication-request"]
        }
        "MedicationAdministration" => &[
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-cancer-related-medication-administration",
        ],
        _ => &[],
    }
}

/// What this endpoint can do.
pub(crate) fn capabilities(asks_for_token: bool) -> Response<Body> {
    let of = |resource_type| ResourceCapability {
        resource_type,
        profiles: profiles(resource_type),
        interactions: &["create", "update"],
        ..ResourceCapability::default()
    };
    let types = [
        "Condition",
        "AllergyIntolerance",
        "Observation",
        "DiagnosticReport",
        "ImagingStudy",
        "Procedure",
        "MedicationRequest",
        "MedicationAdministration",
        "ServiceRequest",
        "Appointment",
        "Encounter",
        "Specimen",
    ];
    let patient = ResourceCapability { operations: &[("merge", MERGE)], ..of("Patient") };
    let resources: Vec<_> = std::iter::once(patient).chain(types.map(of)).collect();
    let statement = capability_statement(&Capability {
        software_name: "Lacteal",
        software_version: env!("CARGO_PKG_VERSION"),
        date: CAPABILITY_DATE,
        description: "Takes what a hospital knows of patients with an ileal neuroendocrine tumour; gives nothing back",
        formats: &[FHIR_JSON, "application/json"],
        security: asks_for_token.then_some("Bearer token, one for each client"),
        resources: &resources,
        interactions: &["transaction", "batch"],
        operations: &[],
    });
    json(StatusCode::OK, &statement)
}
