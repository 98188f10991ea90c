//! Answers to bundles: what became of each entry of a transaction or batch, and the answer to a message.

use crate::code::{BundleType, ResponseCode};
use crate::element::Element;
use crate::json::{Json, Object};
use crate::{Issue, outcome};

/// What became of one entry (Bundle.entry.response).
#[derive(Debug, Clone, Default)]
pub struct EntryResponse<'a> {
    /// HTTP status, with or without its words (`201 Created`).
    pub status: &'a str,
    /// Where the resource is to be found.
    pub location: Option<&'a str>,
    /// Its version, as an entity tag.
    pub etag: Option<&'a str>,
    /// When it was changed (instant).
    pub last_modified: Option<&'a str>,
    /// What was wrong; without issues there is no outcome.
    pub issues: &'a [Issue],
}

/// Writes the answer to a transaction or batch: one entry for each entry of the request, in the same order.
pub fn bundle_response(request: BundleType, entries: &[EntryResponse<'_>]) -> Json {
    let kind = match request {
        BundleType::Batch => BundleType::BatchResponse,
        _ => BundleType::TransactionResponse,
    };
    bundle(kind, entries.iter().map(entry).collect())
}

fn entry(it: &EntryResponse<'_>) -> Json {
    let outcome = (!it.issues.is_empty()).then(|| outcome::operation_outcome(it.issues));
    let mut response = Object::default();
    response
        .put("status", Json::from(it.status))
        .put("location", it.location.map(Json::from))
        .put("etag", it.etag.map(Json::from))
        .put("lastModified", it.last_modified.map(Json::from))
        .put("outcome", outcome);
    let mut entry = Object::default();
    entry.put("response", Json::Object(response));
    Json::Object(entry)
}

fn bundle(kind: BundleType, entries: Vec<Json>) -> Json {
    let mut bundle = Object::default();
    bundle.put("resourceType", Json::from("Bundle")).put("type", kind.write());
    if !entries.is_empty() {
        bundle.put("entry", Json::Array(entries));
    }
    Json::Object(bundle)
}

/// What the answer to a message says. The same arguments give the same bytes, so a message that comes again is
/// answered as before.
#[derive(Debug, Clone)]
pub struct MessageAnswer<'a> {
    /// Two different UUIDs, for the header and for the outcome.
    pub ids: [&'a str; 2],
    /// When the message was first taken (instant).
    pub timestamp: &'a str,
    /// Where this system can be reached.
    pub endpoint: &'a str,
    /// `eventCoding` or `eventUri` of the header that is answered, with its value.
    pub event: (&'a str, Json),
    /// What the answer is to: the id of the header.
    pub request: &'a str,
    /// How it went.
    pub code: ResponseCode,
    /// The details.
    pub issues: &'a [Issue],
}

/// Writes the answer to a message: a message of a MessageHeader and an OperationOutcome.
pub fn message_response(it: &MessageAnswer<'_>) -> Json {
    let [header_id, outcome_id] = it.ids.map(|id| format!("urn:uuid:{id}"));
    let mut details = Object::default();
    details.put("reference", Json::from(outcome_id.as_str()));
    let mut response = Object::default();
    response
        .put("identifier", Json::from(it.request))
        .put("code", it.code.write())
        .put("details", Json::Object(details));
    let mut source = Object::default();
    source.put("endpoint", Json::from(it.endpoint));
    let mut header = Object::default();
    header
        .put("resourceType", Json::from("MessageHeader"))
        .put(it.event.0, it.event.1.clone())
        .put("source", Json::Object(source))
        .put("response", Json::Object(response));
    let entries = [(header_id, Json::Object(header)), (outcome_id, outcome::operation_outcome(it.issues))];
    let entries = entries.into_iter().map(|(url, resource)| {
        let mut entry = Object::default();
        entry.put("fullUrl", Json::from(url)).put("resource", resource);
        Json::Object(entry)
    });
    let mut json = bundle(BundleType::Message, entries.collect());
    if let Json::Object(object) = &mut json {
        object.put("timestamp", Json::from(it.timestamp));
    }
    json
}
