//! Bodies of FHIR on the same way as messages: known again by what their sender calls them, stored by the same
//! committer, kept with their reason when they are refused.

use bytes::Bytes;
use lacteal_clinical::ReportKey;
use lacteal_fhir::{Issue, IssueType};
use lacteal_hl7::{AckError, ErrorCode, Severity};
use lacteal_service::clock;
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::{Disposition, Incoming, Receiver, Refused, in_time};
use crate::codes::Codes;
use crate::config::Source;
use crate::events::{ControlIdReused, MessageAnswered};
use crate::interpret::{Refusal, Verdict};
use crate::kept::Told;
use crate::person::Identity;

/// Problems kept of one body.
const PROBLEMS_MAX: usize = 50;

/// A body as it came.
pub(crate) struct Body<'a> {
    pub(crate) bytes: Bytes,
    /// What its sender knows it by, version included; empty when it says nothing: then the bytes are.
    pub(crate) name: &'a [Vec<u8>],
    /// What it is, such as `Bundle transaction`.
    pub(crate) kind: &'a str,
    /// The client that sent it.
    pub(crate) client: &'a str,
}

/// What is known of a body that was too long to be taken.
pub(crate) struct Oversize {
    pub(crate) head: Bytes,
    /// Its size as it was declared, or as much as was read.
    pub(crate) bytes: u64,
    /// Digest of as much as was read.
    pub(crate) sha256: [u8; 32],
}

impl Body<'_> {
    /// What it says of itself.
    pub(crate) fn told(&self) -> Told {
        Told { message_type: self.kind.to_owned(), charset: "UTF-8".to_owned() }
    }
}

impl Receiver {
    /// How patients are recognised, and the table of codes.
    pub(crate) fn interpreting(&self) -> (&Identity, &Codes) {
        (&self.shared.identity, &self.shared.codes)
    }

    /// The key of a body.
    pub(crate) fn body_key(&self, source: &Source, body: &Body<'_>) -> ReportKey {
        self.body_incoming(source, body).key
    }

    /// Stores a body as it is understood; `interpret` is given the key of the report that will hold it.
    pub(crate) async fn take_body(
        &self,
        source: &Source,
        body: &Body<'_>,
        interpret: impl Fn(ReportKey, [u8; 16]) -> Result<Verdict, Vec<Issue>>,
    ) -> Result<Disposition, Vec<Issue>> {
        let began = Instant::now();
        let deadline = self.deadline(began, body.bytes.len());
        let incoming = self.body_incoming(source, body);
        let verdict = interpret(incoming.key, tie(&incoming))?;
        let told = body.told();
        let first = self.commit((source, &told, &incoming), verdict, || None, deadline, false);
        let disposition = match within(deadline, first).await {
            Some(disposition) => disposition,
            None => {
                // The name was used before for other content: a body of its own.
                ControlIdReused { source: &source.name }.emit();
                let again = Incoming { key: self.second_key(&incoming), ..incoming };
                let verdict = interpret(again.key, tie(&again))?;
                let second = self.commit((source, &told, &again), verdict, || None, deadline, true);
                within(deadline, second).await.unwrap_or(Disposition::Unavailable)
            }
        };
        MessageAnswered { source: &source.name, disposition: &disposition, took: Some(began.elapsed()) }
            .emit();
        Ok(disposition)
    }

    /// Keeps a body in quarantine. False when that is not possible for the moment.
    pub(crate) async fn refuse_body(&self, source: &Source, body: &Body<'_>, issues: &[Issue]) -> bool {
        let began = Instant::now();
        let deadline = self.deadline(began, body.bytes.len());
        let incoming = self.body_incoming(source, body);
        let problems = issues.iter().filter(|it| it.is_error()).take(PROBLEMS_MAX).map(problem).collect();
        let kept = self.quarantine(source, &incoming, Refusal { problems }, deadline);
        let disposition = in_time(deadline, kept).await;
        MessageAnswered { source: &source.name, disposition: &disposition, took: Some(began.elapsed()) }
            .emit();
        disposition != Disposition::Unavailable
    }

    /// Keeps the beginning of a body that was too long. False when that is not possible for the moment.
    pub(crate) async fn refuse_oversize_body(
        &self,
        source: &Source,
        client: &str,
        oversize: &Oversize,
        issue: &Issue,
    ) -> bool {
        let began = Instant::now();
        let deadline = self.deadline(began, oversize.head.len());
        let body = Body { bytes: oversize.head.clone(), name: &[], kind: "too long", client };
        let size = oversize.bytes.to_be_bytes();
        // Two that begin alike are two.
        let key =
            self.shared.identity.key.report_key([source.name.as_bytes(), b"fhir", &oversize.sha256, &size]);
        let incoming = Incoming { key, sha256: oversize.sha256, ..self.body_incoming(source, &body) };
        let refused = Refused { problems: vec![problem(issue)], names: None, sent_bytes: oversize.bytes };
        let disposition = in_time(deadline, self.quarantine_as(source, &incoming, refused, deadline)).await;
        MessageAnswered { source: &source.name, disposition: &disposition, took: Some(began.elapsed()) }
            .emit();
        disposition != Disposition::Unavailable
    }

    /// Identifies a body.
    pub(crate) fn body_incoming(&self, source: &Source, body: &Body<'_>) -> Incoming {
        let sha256: [u8; 32] = Sha256::digest(&body.bytes).into();
        let name = source.name.as_bytes();
        let own = body.name.iter().map(Vec::as_slice);
        let parts: Vec<&[u8]> = match body.name {
            [] => vec![name, b"fhir", &sha256],
            _ => [name, b"fhir named"].into_iter().chain(own).collect(),
        };
        let key = self.shared.identity.key.report_key(parts);
        let client = body.client.to_owned();
        Incoming { bytes: body.bytes.clone(), sha256, key, received: clock::now(), client }
    }
}

async fn within(deadline: Instant, stored: impl Future<Output = Option<Disposition>>) -> Option<Disposition> {
    tokio::time::timeout_at(deadline, Box::pin(stored)).await.unwrap_or(Some(Disposition::Unavailable))
}

pub(crate) fn tie(incoming: &Incoming) -> [u8; 16] {
    let mut tie = [0; 16];
    tie.copy_from_slice(&incoming.sha256[..16]);
    tie
}

/// An issue as quarantine keeps problems: its words, which hold nothing of the body, behind its expression.
pub(crate) fn problem(issue: &Issue) -> AckError {
    let code = match issue.error.issue_type() {
        IssueType::Required | IssueType::NotFound => ErrorCode::RequiredFieldMissing,
        IssueType::Value | IssueType::TooLong => ErrorCode::DataType,
        IssueType::CodeInvalid => ErrorCode::TableValueNotFound,
        IssueType::NotSupported => ErrorCode::UnsupportedMessageType,
        IssueType::Duplicate => ErrorCode::DuplicateKey,
        IssueType::Structure | IssueType::Invariant => ErrorCode::SegmentSequence,
        _ => ErrorCode::Internal,
    };
    AckError { location: None, code, severity: Severity::Error, text: issue.to_string().into() }
}
