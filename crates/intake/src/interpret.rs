//! What a message says about which patients: from bytes that are HL7 to facts. Pure.
//!
//! Nothing is inferred that is not stated, and nothing that was stated under a code of the table is dropped:
//! what cannot be read becomes an unread item of its patient. Most of a hospital's traffic says nothing
//! about a tumour; it is told apart here by codes alone.

mod documents;
mod persons;
mod results;
mod studies;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use lacteal_clinical::{Fact, PatientId, ReportKey};
use lacteal_hl7::{AckError, Error, ErrorCode, Message, ProcessingId, SegmentName, Severity, Value};

use crate::codes::Codes;
use crate::config::{Processing, Source};
use crate::person::{Identity, Named, identify};
use crate::relevance::Concern;
use crate::scribe::{Envelope, Written};

/// Version of this interpretation, kept in every report. Raise it when the same bytes give other facts.
pub const INTERPRETATION_VERSION: u32 = 6;

/// Patients that one message may be about.
const PATIENTS_MAX: usize = 200;

/// What to do with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It says something about patients of ours: keep it.
    Keep(Vec<Understood>),
    /// It says something that matters only for patients who are known already.
    KeepIfKnown(Vec<Understood>),
    /// It says nothing of a tumour, in a text of which an earlier version may have: keep it for those of whom one is
    /// kept, so that it takes back what it no longer says.
    KeepIfToldBefore(Vec<Understood>),
    /// It says nothing that concerns Lacteal; why, as a label for counting.
    NotRelevant(&'static str),
    /// It cannot be taken; keep its bytes in quarantine.
    Refuse(Refusal),
}

/// Facts about one patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Understood {
    /// The patient.
    pub patient: PatientId,
    /// The facts, in the order of the message.
    pub facts: Vec<Fact>,
}

/// Why a message is refused. It must not be sent again as it is: the answer is AR or CR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong, without content.
    pub problems: Vec<AckError>,
}

impl Refusal {
    /// A rejection for one reason.
    pub fn reject(problem: AckError) -> Refusal {
        Refusal { problems: vec![problem] }
    }
}

/// What interpretation needs besides the message.
pub struct Context<'a> {
    /// Who sent it.
    pub source: &'a Source,
    /// How patients are recognised.
    pub identity: &'a Identity,
    /// The table of codes.
    pub codes: &'a Codes,
    /// Key of the report that will hold it.
    pub report: ReportKey,
    /// Digest of the bytes.
    pub tie: [u8; 16],
    /// When it came.
    pub received: jiff::Timestamp,
}

/// Decides about a message.
pub fn interpret(message: &Message, context: &Context<'_>) -> Verdict {
    match understand(message, context) {
        Ok(verdict) => verdict,
        Err(problem) => Verdict::Refuse(Refusal::reject(problem)),
    }
}

fn understand(message: &Message, context: &Context<'_>) -> Result<Verdict, AckError> {
    let header = message.header();
    let fault = |error: Error| error.ack_error();
    message.charset().map_err(fault)?;
    let kind = header.message_type().map_err(fault)?;
    header.control_id().map_err(fault)?;
    let version = header.version().map_err(fault)?;
    if version.major != 2 {
        return Err(problem(12, ErrorCode::UnsupportedVersion, "only versions 2.x are read"));
    }
    // Training and debugging messages must never reach a plan. Many senders leave the field empty, and test systems
    // are known to send P: such a source is declared.
    let is_production = matches!(header.processing_id(), ProcessingId::Production | ProcessingId::Absent);
    if !is_production || context.source.processing == Processing::Training {
        return Err(problem(
            11,
            ErrorCode::UnsupportedProcessingId,
            "only production messages (P) of production sources are taken",
        ));
    }
    let zone = context.source.zone.clone();
    let reader = Reader {
        context,
        message,
        envelope: Envelope::new(message, context.report, context.tie, zone, context.received),
        patients: BTreeMap::new(),
        concern: Concern::None,
    };
    match (&*kind.code, &*kind.trigger) {
        ("ADT", trigger) if !trigger.is_empty() => reader.admission(trigger),
        ("ORU", "R01" | "R30" | "R31" | "R32" | "R40") => reader.results(results::Grouping::Orders),
        ("OUL", "R21") => reader.results(results::Grouping::Orders),
        ("OUL", "R22" | "R23" | "R24") => reader.results(results::Grouping::Specimens),
        ("ORM", "O01") | ("OMG", "O19") | ("OMI", "O23") => reader.orders(),
        ("SIU", trigger) if !trigger.is_empty() => reader.appointments(trigger),
        ("MDM", trigger) if !trigger.is_empty() => reader.document(trigger),
        // Without its trigger a message of ours cannot be told from those that are not.
        ("ADT" | "ORU" | "OUL" | "SIU" | "MDM", "") => {
            Err(problem(9, ErrorCode::RequiredFieldMissing, "the trigger event (MSH-9.2) is missing"))
        }
        _ => Ok(NOT_OURS),
    }
}

/// A message of a kind that is not read.
const NOT_OURS: Verdict = Verdict::NotRelevant("message type");
/// A message that names nobody, where the standard lets it.
const NO_PATIENT: Verdict = Verdict::NotRelevant("no patient");

fn problem(msh_field: u32, code: ErrorCode, text: &'static str) -> AckError {
    AckError {
        location: Some(lacteal_hl7::Location::first(SegmentName::MSH, msh_field)),
        code,
        severity: Severity::Error,
        text: text.into(),
    }
}

fn segment_missing(name: &'static str) -> AckError {
    let location = SegmentName::new(name).map(|name| lacteal_hl7::Location::first(name, 0));
    let text = format!("segment {name} is missing");
    AckError { location, code: ErrorCode::SegmentSequence, severity: Severity::Error, text: text.into() }
}

fn too_many_patients() -> AckError {
    AckError { text: "more patients in one message than are taken".into(), ..segment_missing("PID") }
}

/// What a message says, gathered patient by patient.
struct Reader<'a> {
    context: &'a Context<'a>,
    message: &'a Message,
    envelope: Envelope,
    patients: BTreeMap<PatientId, Vec<Fact>>,
    concern: Concern,
}

impl<'a> Reader<'a> {
    fn identify<'v>(&self, list: &Value<'v>) -> Result<Named<'v>, AckError> {
        identify(list, self.context.source, self.context.identity)
    }

    /// Takes what was written about one patient.
    fn take(&mut self, patient: PatientId, mut written: Written) {
        self.concern = self.concern.max(written.concern);
        match self.patients.entry(patient) {
            Entry::Vacant(first) => _ = first.insert(written.facts),
            Entry::Occupied(more) => more.into_mut().append(&mut written.facts),
        }
    }

    /// A message is kept whole or not at all: what concerns one of its patients keeps it.
    fn verdict(self) -> Verdict {
        let patients = self.patients.into_iter();
        let understood = patients.map(|(patient, facts)| Understood { patient, facts }).collect();
        match self.concern {
            Concern::Any => Verdict::Keep(understood),
            Concern::OfKnown => Verdict::KeepIfKnown(understood),
            Concern::OfToldBefore => Verdict::KeepIfToldBefore(understood),
            Concern::None => Verdict::NotRelevant("nothing about a tumour"),
        }
    }
}
