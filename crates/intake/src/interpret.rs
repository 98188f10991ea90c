//! What a message says about which patients: from bytes that are HL7 to facts. Pure.
//!
//! Nothing is inferred that is not stated, and nothing that was stated under a code of the table is dropped:
//! what cannot be read becomes an unread item of its patient. Most of a hospital's traffic says nothing
//! about a tumour; it is told apart here by codes alone.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use lacteal_clinical::finding::{Attribute, Site};
use lacteal_clinical::{Fact, Finding, PatientId, ReportKey, Standing};
use lacteal_hl7::{
    AckError, ErrorCode, Message, Outcome, ProcessingId, Segment, SegmentName, Severity, Value,
};

use crate::codes::Codes;
use crate::config::Source;
use crate::diagnosis;
use crate::observation::Order;
use crate::person::{self, Identity, Named, identify};
use crate::scribe::{Envelope, Scribe};

/// Version of this interpretation, kept in every report. Raise it when the same bytes give other facts.
pub const INTERPRETATION_VERSION: u32 = 1;

/// Patients that one message may be about.
const PATIENTS_MAX: usize = 200;

/// What to do with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It says something about patients of ours: keep it.
    Keep(Vec<Understood>),
    /// It says something that matters only for patients who are known already.
    KeepIfKnown(Vec<Understood>),
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

/// Why a message is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Error (may be sent again) or reject (must not, as it is).
    pub outcome: Outcome,
    /// What is wrong, without content.
    pub problems: Vec<AckError>,
}

impl Refusal {
    /// A rejection for one reason.
    pub fn reject(problem: AckError) -> Refusal {
        Refusal { outcome: Outcome::Reject, problems: vec![problem] }
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
    if let Some(fault) = header.faults().first() {
        return Err(fault.ack_error());
    }
    let version = header.version().map_err(|error| error.ack_error())?;
    if version.major != 2 {
        return Err(problem(12, ErrorCode::UnsupportedVersion, "only versions 2.x are read"));
    }
    // Training and debugging messages must never reach a plan.
    if matches!(header.processing_id(), ProcessingId::Training | ProcessingId::Debugging) {
        return Err(problem(
            11,
            ErrorCode::UnsupportedProcessingId,
            "only production messages (P) are taken",
        ));
    }
    let kind = header.message_type().map_err(|error| error.ack_error())?;
    let latest = context.received.to_zoned(TimeZone::UTC).date().saturating_add(1.day());
    let zone = context.source.zone.clone();
    let reader = Reader {
        context,
        envelope: Envelope::new(message, context.report, context.tie, zone, latest),
        patients: BTreeMap::new(),
        withdraws_death: false,
    };
    match (&*kind.code, &*kind.trigger) {
        ("ADT", "A01" | "A03" | "A04" | "A08" | "A28" | "A31") => {
            reader.person_event(message, kind.trigger == "A03")
        }
        ("ADT", "A40") => reader.merge(message),
        ("ORU", "R01") => reader.results(message),
        _ => Ok(Verdict::NotRelevant("message type")),
    }
}

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

struct Reader<'a> {
    context: &'a Context<'a>,
    envelope: Envelope,
    patients: BTreeMap<PatientId, Vec<Fact>>,
    withdraws_death: bool,
}

impl Reader<'_> {
    /// ADT about one person: who they are, whether they died, what they have.
    fn person_event(mut self, message: &Message, discharge: bool) -> Result<Verdict, AckError> {
        let pid = message.segment("PID").ok_or_else(|| segment_missing("PID"))?;
        let named = self.identify(&pid.field(3))?;
        let mut facts = self.gather(pid, &named, |scribe, reader| {
            for segment in message.segments() {
                match segment.name().as_str() {
                    "DG1" => diagnosis::dg1(scribe, reader.context.codes, segment),
                    "PV1" if discharge => person::discharged_dead(scribe, segment),
                    _ => {}
                }
            }
        });
        self.patients.entry(named.id).or_default().append(&mut facts);
        Ok(self.verdict())
    }

    /// ORU: groups of a patient, their orders and the observations of each.
    fn results(mut self, message: &Message) -> Result<Verdict, AckError> {
        let pids: Vec<_> = message.segments_named("PID").collect();
        if pids.is_empty() {
            return Err(segment_missing("PID"));
        }
        if pids.len() > PATIENTS_MAX {
            return Err(too_many_patients());
        }
        for pid in pids {
            let named = self.identify(&pid.field(3))?;
            let mut facts = self.gather(pid, &named, |scribe, reader| {
                let mut order: Option<Order<'_>> = None;
                for segment in pid.following().take_while(|segment| segment.name() != "PID") {
                    match (segment.name().as_str(), &mut order) {
                        ("OBR", _) => order = Some(Order::begin(scribe, reader.context.codes, segment)),
                        ("OBX", Some(order)) => order.observation(scribe, reader.context.codes, segment),
                        ("DG1", _) => diagnosis::dg1(scribe, reader.context.codes, segment),
                        _ => {}
                    }
                }
            });
            self.patients.entry(named.id).or_default().append(&mut facts);
        }
        Ok(self.verdict())
    }

    /// ADT A40: for each pair of PID and MRG, the number in MRG-1 ends and that in PID-3 goes on.
    fn merge(mut self, message: &Message) -> Result<Verdict, AckError> {
        let mut pairs = 0;
        for pid in message.segments_named("PID") {
            let mrg = pid
                .following()
                .take_while(|segment| segment.name() != "PID")
                .find(|segment| segment.name() == "MRG")
                .ok_or_else(|| segment_missing("MRG"))?;
            let survivor = self.identify(&pid.field(3))?;
            let retired = self.identify(&mrg.field(1))?;
            if survivor.id == retired.id {
                return Err(AckError {
                    location: Some(mrg.field(1).location()),
                    code: ErrorCode::DuplicateKey,
                    severity: Severity::Error,
                    text: "a patient cannot be merged into itself: PID-3 and MRG-1 are the same number"
                        .into(),
                });
            }
            self.merge_pair(pid, &survivor, &retired);
            pairs += 1;
        }
        if pairs == 0 {
            return Err(segment_missing("PID"));
        }
        if pairs > PATIENTS_MAX {
            return Err(too_many_patients());
        }
        Ok(self.verdict())
    }

    fn merge_pair(&mut self, pid: Segment<'_>, survivor: &Named<'_>, retired: &Named<'_>) {
        let parts: &[&[u8]] = &[b"merge", &retired.id.0, &survivor.id.0];
        let mut facts = self.gather(pid, survivor, |scribe, _| {
            let plain = scribe.plain();
            scribe.state(parts, plain, None, Finding::Absorbs { retired: retired.id }, &retired.value);
        });
        self.patients.entry(survivor.id).or_default().append(&mut facts);
        let mut scribe = Scribe::new(&self.envelope, retired.id);
        let plain = scribe.plain();
        scribe.state(parts, plain, None, Finding::MergedInto { survivor: survivor.id }, &survivor.value);
        self.patients.entry(retired.id).or_default().extend(scribe.facts());
    }

    fn identify<'v>(&self, list: &Value<'v>) -> Result<Named<'v>, AckError> {
        identify(list, self.context.source, self.context.identity)
    }

    /// Facts of one PID and of what `more` finds after it.
    fn gather<'s>(
        &mut self,
        pid: Segment<'_>,
        named: &Named<'_>,
        more: impl FnOnce(&mut Scribe<'_>, &Self) + 's,
    ) -> Vec<Fact> {
        let mut scribe = Scribe::new(&self.envelope, named.id);
        let withdraws = person::describe(&mut scribe, pid, named);
        more(&mut scribe, self);
        let facts = scribe.facts();
        self.withdraws_death |= withdraws;
        facts
    }

    fn verdict(self) -> Verdict {
        let all = || self.patients.values().flatten();
        let tumour = all().any(|fact| fact.finding.is_about_the_tumour());
        let elsewhere =
            all().any(|fact| fact.standing.counts() && fact.finding == Finding::PrimarySite(Site::Elsewhere));
        let record = all().any(|fact| match fact.finding {
            Finding::Death { .. } => fact.standing != Standing::Deleted,
            Finding::MergedInto { .. } | Finding::Unread { attribute: Attribute::Death, .. } => true,
            _ => false,
        });
        let understood = || {
            let patients = self.patients.clone().into_iter();
            patients.map(|(patient, facts)| Understood { patient, facts }).collect()
        };
        if (tumour && !elsewhere) || record {
            Verdict::Keep(understood())
        } else if tumour || self.withdraws_death {
            Verdict::KeepIfKnown(understood())
        } else {
            Verdict::NotRelevant("nothing about a tumour")
        }
    }
}
