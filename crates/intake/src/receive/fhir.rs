//! Bodies of FHIR on the same way as messages: known again by what their sender calls them, stored by the same
//! committer, kept with their reason when they are refused.

use bytes::Bytes;
use lacteal_clinical::{PatientId, ReportKey};
use lacteal_fhir::{Issue, IssueType};
use lacteal_hl7::{AckError, ErrorCode, Severity};
use lacteal_ledger::Transaction;
use lacteal_service::clock;
use lacteal_wire::{encode, event, subject};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::{Disposition, Incoming, Receiver, Written, holds_same, in_time};
use crate::codes::Codes;
use crate::config::Source;
use crate::events::MessageAnswered;
use crate::interpret::{Refusal, Understood, Verdict};
use crate::kept::FIRST_READING;
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
}

impl Receiver {
    /// How patients are recognised, and the table of codes.
    pub(crate) fn interpreting(&self) -> (&Identity, &Codes) {
        (&self.shared.identity, &self.shared.codes)
    }

    /// The key of a body.
    pub(crate) fn body_key(&self, source: &Source, body: &Body<'_>) -> ReportKey {
        self.incoming(source, body).key
    }

    /// Stores a body as it is understood; `interpret` is given the key of the report that will hold it.
    pub(crate) async fn take_body(
        &self,
        source: &Source,
        body: &Body<'_>,
        interpret: impl Fn(ReportKey, [u8; 16]) -> Result<Verdict, Vec<Issue>>,
    ) -> Result<Disposition, Vec<Issue>> {
        let began = Instant::now();
        let deadline = began + self.shared.wait;
        let incoming = self.incoming(source, body);
        let verdict = interpret(incoming.key, tie(&incoming))?;
        let first = self.keep_body(source, body, &incoming, verdict, deadline, false);
        let disposition = match within(deadline, first).await {
            Some(disposition) => disposition,
            None => {
                // The name was used before for other content: a body of its own, and worth a count.
                let again = Incoming { key: self.second_key(&incoming), ..incoming };
                let verdict = interpret(again.key, tie(&again))?;
                let second = self.keep_body(source, body, &again, verdict, deadline, true);
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
        let deadline = began + self.shared.wait;
        let incoming = self.incoming(source, body);
        let problems = issues.iter().filter(|it| it.is_error()).take(PROBLEMS_MAX).map(problem).collect();
        let kept = self.quarantine(source, &incoming, Refusal { problems }, deadline);
        let disposition = in_time(deadline, kept).await;
        MessageAnswered { source: &source.name, disposition: &disposition, took: Some(began.elapsed()) }
            .emit();
        disposition != Disposition::Unavailable
    }

    fn incoming(&self, source: &Source, body: &Body<'_>) -> Incoming {
        let sha256: [u8; 32] = Sha256::digest(&body.bytes).into();
        let name = source.name.as_bytes();
        let own = body.name.iter().map(Vec::as_slice);
        let parts: Vec<&[u8]> = match body.name {
            [] => vec![name, b"fhir", &sha256],
            _ => [name, b"fhir named"].into_iter().chain(own).collect(),
        };
        let key = self.shared.identity.key.report_key(parts);
        Incoming { bytes: body.bytes.clone(), sha256, key, received: clock::now() }
    }

    /// None when the key stands for other content already.
    async fn keep_body(
        &self,
        source: &Source,
        body: &Body<'_>,
        incoming: &Incoming,
        verdict: Verdict,
        deadline: Instant,
        reused: bool,
    ) -> Option<Disposition> {
        let understood = match verdict {
            Verdict::Keep(understood) => understood,
            Verdict::KeepIfKnown(understood) => match self.known(understood, deadline).await {
                Some(known) if !known.is_empty() => known,
                Some(_) => return self.remember(incoming, "patient is not followed", deadline).await,
                None => return Some(Disposition::Unavailable),
            },
            Verdict::NotRelevant(why) => return self.remember(incoming, why, deadline).await,
            Verdict::Refuse(refusal) => {
                return Some(self.quarantine(source, incoming, refusal, deadline).await);
            }
        };
        let patients: Vec<_> = understood.iter().map(|one| one.patient).collect();
        let mut transaction = Transaction::new();
        let holder = patients.first().copied();
        for one in &understood {
            let report = report(source, body, incoming, one, holder, reused);
            transaction.create(subject::report(one.patient, incoming.key), encode(&report), None);
        }
        let subjects = patients.iter().map(|patient| subject::report(*patient, incoming.key)).collect();
        match self.write(transaction, subjects, deadline).await {
            Written::New => Some(Disposition::Stored(patients)),
            Written::There(states) => {
                holds_same(&states, incoming).then_some(Disposition::Repeated(patients))
            }
            Written::Unavailable => Some(Disposition::Unavailable),
        }
    }
}

async fn within(deadline: Instant, stored: impl Future<Output = Option<Disposition>>) -> Option<Disposition> {
    tokio::time::timeout_at(deadline, Box::pin(stored)).await.unwrap_or(Some(Disposition::Unavailable))
}

fn tie(incoming: &Incoming) -> [u8; 16] {
    let mut tie = [0; 16];
    tie.copy_from_slice(&incoming.sha256[..16]);
    tie
}

/// The report about one patient of a body. The bytes are in the report of `holder` only.
fn report(
    source: &Source,
    body: &Body<'_>,
    incoming: &Incoming,
    one: &Understood,
    holder: Option<PatientId>,
    reused: bool,
) -> event::Report {
    let holds_raw = holder == Some(one.patient);
    event::Report {
        key: incoming.key.0.to_vec(),
        patient: one.patient.0.to_vec(),
        source: source.name.clone(),
        message_type: body.kind.to_owned(),
        raw_sha256: incoming.sha256.to_vec(),
        raw: if holds_raw { incoming.bytes.clone() } else { Bytes::new() },
        interpretation_version: FIRST_READING,
        facts: one.facts.iter().map(lacteal_wire::fact).collect(),
        raw_in: holder.filter(|_| !holds_raw).map(|holder| holder.0.to_vec()).unwrap_or_default(),
        control_id_reused: reused,
        received_at_s: incoming.received.as_second(),
        charset: "UTF-8".to_owned(),
    }
}

/// An issue as quarantine keeps problems: its words, which hold nothing of the body, behind its expression.
fn problem(issue: &Issue) -> AckError {
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
