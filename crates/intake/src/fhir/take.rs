//! From a body to its answer: read, interpret, store, and only then answer.

use std::collections::BTreeSet;

use axum::body::Body as HttpBody;
use axum::http::{Method as HttpMethod, Response, StatusCode};
use bytes::Bytes;
use lacteal_clinical::ReportKey;
use lacteal_fhir::{
    Bundle, BundleType, EntryResponse, Error, Input, Issue, IssueType, Json, MessageAnswer, Method,
    ResponseCode, Severity, bundle_response, message_response,
};

use super::again::Bodies;
use super::answer::{json, not_stored, outcome};
use super::clients::Client;
use super::interpret;
use super::judge::{entry_of, faults, kind, misplaced, name, sound_entries};
use super::precondition::is_failed;
use crate::interpret::Verdict;
use crate::receive::{Body, Disposition, Receiver};

/// Address of this system in answers to messages.
const ENDPOINT: &str = "urn:lacteal:fhir";

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// A Bundle.
    Bundle,
    /// A resource of a type.
    Create(String),
    /// A resource of a type with its id.
    Update(String, String),
    /// A request to merge two patients.
    Merge,
}

impl Route {
    /// By method and path.
    ///
    /// # Errors
    /// The methods that are taken there; none when there is nothing.
    pub(crate) fn of(method: &HttpMethod, path: &str) -> Result<Route, Option<&'static str>> {
        let mut parts = path.split('/').skip(1);
        if parts.next() != Some("fhir") {
            return Err(None);
        }
        let is_type = |it: &str| {
            it.starts_with(|c: char| c.is_ascii_uppercase()) && it.bytes().all(|b| b.is_ascii_alphabetic())
        };
        let is_id = |it: &str| {
            (1..=64).contains(&it.len())
                && it.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
        };
        let (route, wanted, allow) = match (parts.next(), parts.next(), parts.next()) {
            (None | Some("$process-message"), None, None) => (Route::Bundle, HttpMethod::POST, "POST"),
            (Some("metadata"), None, None) => return Err(Some("GET")),
            (Some("Bundle"), None, None) => (Route::Bundle, HttpMethod::POST, "POST"),
            (Some("Patient"), Some("$merge"), None) => (Route::Merge, HttpMethod::POST, "POST"),
            (Some(kind), None, None) if is_type(kind) => {
                (Route::Create(kind.to_owned()), HttpMethod::POST, "POST")
            }
            (Some(kind), Some(id), None) if is_type(kind) && is_id(id) => {
                (Route::Update(kind.to_owned(), id.to_owned()), HttpMethod::PUT, "PUT")
            }
            _ => return Err(None),
        };
        if *method == wanted { Ok(route) } else { Err(Some(allow)) }
    }

    /// What does not fit between the request and its body.
    fn mismatch(&self, input: &Input) -> Option<Issue> {
        let other = |issue_type, text, expression: &str| {
            Some(Issue::new(Error::Other { issue_type, text }, expression))
        };
        let root = input.items().first();
        let kind = root.map_or("Resource", |item| item.resource.type_name());
        match (self, &input.bundle) {
            (Route::Bundle, Some(_)) => misplaced(input),
            (Route::Bundle, None) => {
                other(IssueType::Invalid, "a Bundle is wanted here; send one resource to its type", kind)
            }
            (_, Some(_)) => other(IssueType::Invalid, "a Bundle belongs to /fhir", "Bundle"),
            (Route::Merge, None) if kind == "Parameters" => misplaced(input),
            (Route::Merge, None) => other(IssueType::Invalid, "Parameters are wanted here", kind),
            (Route::Create(wanted), None) | (Route::Update(wanted, _), None) if wanted != kind => {
                other(IssueType::Invalid, "the resource is of another type than the address says", kind)
            }
            (Route::Update(_, id), None) if root.and_then(|item| item.resource.id()) != Some(id) => {
                let text = "the resource must have the id of the address";
                other(IssueType::Invalid, text, &format!("{kind}.id"))
            }
            (Route::Create(_) | Route::Update(..), None) => None,
        }
    }
}

/// A request whose body has come.
pub(crate) struct Request<'a> {
    pub(crate) client: &'a Client,
    pub(crate) receiver: &'a Receiver,
    pub(crate) bodies: &'a Bodies,
    pub(crate) received: jiff::Timestamp,
    pub(crate) route: &'a Route,
    /// What is wrong with a condition of the request, such as If-Match.
    pub(crate) condition: Option<Error>,
    pub(crate) bytes: Bytes,
}

/// Answers a request. None when nothing could be stored.
pub(crate) async fn take(request: &Request<'_>) -> Option<Response<HttpBody>> {
    let input = match request.bodies.read(&request.bytes) {
        Ok(input) => input,
        Err(issues) => return request.refuse(StatusCode::BAD_REQUEST, "unreadable", &issues).await,
    };
    if let Some(issue) = request.route.mismatch(&input) {
        return request.refuse(StatusCode::BAD_REQUEST, "misdirected", &[issue]).await;
    }
    if let Some(error) = &request.condition {
        let status = if is_failed(error) { StatusCode::PRECONDITION_FAILED } else { StatusCode::BAD_REQUEST };
        return request.refuse(status, "conditional", &[Issue::new(error.clone(), "")]).await;
    }
    match &input.bundle {
        Some(bundle) if bundle.kind == BundleType::Batch => request.batch(&input, bundle).await,
        bundle => request.whole(&input, bundle.as_ref()).await,
    }
}

impl Request<'_> {
    /// Key and digest where nothing is stored.
    const UNKEYED: (ReportKey, [u8; 16]) = (ReportKey([0; 16]), [0; 16]);

    /// Keeps the body in quarantine and says why.
    async fn refuse(&self, status: StatusCode, kind: &str, issues: &[Issue]) -> Option<Response<HttpBody>> {
        self.quarantine(kind, issues).await.map(|told| outcome(status, &told))
    }

    /// Keeps the body in quarantine: what is to be said of it.
    async fn quarantine(&self, kind: &str, issues: &[Issue]) -> Option<Vec<Issue>> {
        let body = self.body(&[], kind);
        let kept = self.receiver.refuse_body(&self.client.source, &body, issues).await;
        kept.then(|| issues.iter().cloned().chain([kept_note()]).collect())
    }

    /// Refuses a body as a whole; the sender of a message gets a message.
    async fn refuse_whole(
        &self,
        status: StatusCode,
        issues: &[Issue],
        input: &Input,
        bundle: Option<&Bundle>,
    ) -> Option<Response<HttpBody>> {
        let Some(bundle) = bundle.filter(|it| it.kind == BundleType::Message) else {
            return self.refuse(status, "refused", issues).await;
        };
        let told = self.quarantine("refused", issues).await?;
        Some(self.message(input, bundle, (status, ResponseCode::FatalError, &told)))
    }

    /// Takes all of a body or nothing.
    async fn whole(&self, input: &Input, bundle: Option<&Bundle>) -> Option<Response<HttpBody>> {
        let issues = faults(input, bundle);
        if !issues.is_empty() {
            let status = match issues.iter().filter(|it| it.is_error()).all(|it| is_failed(&it.error)) {
                true => StatusCode::PRECONDITION_FAILED,
                false => StatusCode::UNPROCESSABLE_ENTITY,
            };
            return self.refuse_whole(status, &issues, input, bundle).await;
        }
        let name = name(input);
        let kind = kind(input);
        let body = self.body(&name, &kind);
        let stored = self.store(&body, input, None).await;
        match stored {
            Err(issues) => self.refuse_whole(StatusCode::UNPROCESSABLE_ENTITY, &issues, input, bundle).await,
            Ok(Disposition::Unavailable) => {
                let bundle = bundle.filter(|it| it.kind == BundleType::Message)?;
                let answer =
                    (StatusCode::SERVICE_UNAVAILABLE, ResponseCode::TransientError, &[not_stored()][..]);
                Some(self.message(input, bundle, answer))
            }
            Ok(_) => Some(self.accepted(input, bundle)),
        }
    }

    /// Takes the entries that can be taken, each for itself.
    async fn batch(&self, input: &Input, bundle: &Bundle) -> Option<Response<HttpBody>> {
        let context = self.bodies.context(self.client, self.receiver, &Self::UNKEYED, self.received);
        let (good, refused) = sound_entries(input, bundle, &context);
        let name = name(input);
        let body = self.body(&name, "Bundle batch");
        if !refused.is_empty() && !self.receiver.refuse_body(&self.client.source, &body, &refused).await {
            return None;
        }
        match self.store(&body, input, Some(&good)).await {
            Ok(Disposition::Unavailable) => return None,
            // Of what was just found good nothing can be refused but the number of patients.
            Err(issues) => return self.refuse(StatusCode::UNPROCESSABLE_ENTITY, "refused", &issues).await,
            Ok(_) => {}
        }
        let of_entry = bundle.entries.iter().enumerate().map(|(at, _)| {
            let own = refused.iter().filter(|issue| entry_of(&issue.expression) == Some(at)).cloned();
            own.collect::<Vec<_>>()
        });
        let issues: Vec<Vec<Issue>> = of_entry.collect();
        let entries = bundle.entries.iter().zip(&issues).map(|(entry, issues)| {
            let status = match &issues[..] {
                [] => status_of(entry),
                all if all.iter().all(|it| is_failed(&it.error)) => "412 Precondition Failed",
                _ => "422 Unprocessable Entity",
            };
            EntryResponse { status, issues, ..EntryResponse::default() }
        });
        let entries: Vec<_> = entries.collect();
        Some(json(StatusCode::OK, &bundle_response(BundleType::Batch, &entries)))
    }

    async fn store(
        &self,
        body: &Body<'_>,
        input: &Input,
        entries: Option<&BTreeSet<usize>>,
    ) -> Result<Disposition, Vec<Issue>> {
        let interpret = |report, tie| -> Result<Verdict, Vec<Issue>> {
            let context = self.bodies.context(self.client, self.receiver, &(report, tie), self.received);
            interpret(input, &context, entries)
        };
        self.receiver.take_body(&self.client.source, body, interpret).await
    }

    fn body<'b>(&'b self, name: &'b [Vec<u8>], kind: &'b str) -> Body<'b> {
        Body { bytes: self.bytes.clone(), name, kind, client: &self.client.name }
    }

    /// The answer to what was taken. It says nothing of what became of it, so a repetition is answered the same.
    fn accepted(&self, input: &Input, bundle: Option<&Bundle>) -> Response<HttpBody> {
        match bundle.map(|it| (it, it.kind)) {
            Some((bundle, BundleType::Transaction)) => {
                let entries: Vec<_> = bundle
                    .entries
                    .iter()
                    .map(|entry| EntryResponse { status: status_of(entry), ..EntryResponse::default() })
                    .collect();
                json(StatusCode::OK, &bundle_response(BundleType::Transaction, &entries))
            }
            Some((bundle, BundleType::Message)) => {
                self.message(input, bundle, (StatusCode::OK, ResponseCode::Ok, input.issues()))
            }
            Some(_) => outcome(StatusCode::OK, input.issues()),
            None => {
                let is_new = matches!(self.route, Route::Create(_));
                let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
                outcome(status, input.issues())
            }
        }
    }

    /// The answer to a message: how it went, as status and in its header, and why.
    fn message(
        &self,
        input: &Input,
        bundle: &Bundle,
        (status, code, issues): (StatusCode, ResponseCode, &[Issue]),
    ) -> Response<HttpBody> {
        let header = input.items().first();
        let json_of = |name: &'static str| Some((name, header?.resource.to_json().get(name)?.clone()));
        let event = json_of("eventCoding").or_else(|| json_of("eventUri"));
        let event = event.unwrap_or_else(|| ("eventUri", Json::from(ENDPOINT)));
        let (name, kind) = (name(input), kind(input));
        let key = self.receiver.body_key(&self.client.source, &self.body(&name, &kind));
        let ids = [uuid(&key, 1), uuid(&key, 2)];
        let made = bundle.timestamp.as_ref().map(|it| it.as_date_time().as_str().to_owned());
        let timestamp = made.unwrap_or_else(|| self.received.to_string());
        let own = header.and_then(|it| it.resource.id());
        let named = bundle.identifier.as_ref().and_then(|it| it.value.as_deref());
        let answer = MessageAnswer {
            ids: [&ids[0], &ids[1]],
            timestamp: &timestamp,
            endpoint: ENDPOINT,
            event,
            request: own.or(named).unwrap_or("unnamed"),
            code,
            issues,
        };
        json(status, &message_response(&answer))
    }
}

/// What becomes of what is refused.
fn kept_note() -> Issue {
    let text = "nothing of this body was taken in; it is kept in quarantine and can be taken from there once this system \
                reads it: otherwise send it again corrected";
    let error = Error::Other { issue_type: IssueType::Informational, text };
    Issue { severity: Severity::Information, expression: String::new(), error }
}

/// A UUID that is the same for the same message (version 8, RFC 9562).
fn uuid(key: &ReportKey, number: u8) -> String {
    let mut bytes = key.0;
    bytes[15] ^= number;
    bytes[6] = (bytes[6] & 0x0F) | 0x80;
    bytes[8] = (bytes[8] & 0x3F) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

fn status_of(entry: &lacteal_fhir::Entry) -> &'static str {
    let method = entry.request.as_ref().map(|it| it.method);
    if method == Some(Method::Post) { "201 Created" } else { "200 OK" }
}
