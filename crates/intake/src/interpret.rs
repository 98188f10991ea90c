//! What a message says about which patients: from bytes that are HL7 to facts. Pure.
//!
//! Nothing is inferred that is not stated, and nothing that was stated under a code of the table is dropped:
//! what cannot be read becomes an unread item of its patient. Most of a hospital's traffic says nothing
//! about a tumour; it is told apart here by codes alone.

use std::collections::BTreeMap;

use lacteal_clinical::codes::meaning;
use lacteal_clinical::finding::{Attribute, Site};
use lacteal_clinical::{Fact, Finding, PatientId, ReportKey};
use lacteal_hl7::{AckError, ErrorCode, Message, ProcessingId, Segment, SegmentName, Severity, Value};

use crate::codes::Codes;
use crate::config::Source;
use crate::diagnosis;
use crate::observation::{Order, Repeats};
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
    if let Some(fault) = header.faults().first() {
        return Err(fault.ack_error());
    }
    let version = header.version().map_err(|error| error.ack_error())?;
    if version.major != 2 {
        return Err(problem(12, ErrorCode::UnsupportedVersion, "only versions 2.x are read"));
    }
    // Training and debugging messages must never reach a plan. Many senders leave the field empty.
    if !matches!(header.processing_id(), ProcessingId::Production | ProcessingId::Absent) {
        return Err(problem(
            11,
            ErrorCode::UnsupportedProcessingId,
            "only production messages (P) are taken",
        ));
    }
    let kind = header.message_type().map_err(|error| error.ack_error())?;
    let zone = context.source.zone.clone();
    let reader = Reader {
        context,
        envelope: Envelope::new(message, context.report, context.tie, zone, context.received),
        patients: BTreeMap::new(),
        withdraws_death: false,
    };
    match (&*kind.code, &*kind.trigger) {
        ("ADT", "A01" | "A03" | "A04" | "A08" | "A28" | "A31") => {
            reader.person_event(message, kind.trigger == "A03")
        }
        ("ADT", "A40") => reader.merge(message),
        ("ORU", "R01") => reader.results(message),
        // Without its trigger a message of ours cannot be told from those that are not.
        ("ADT" | "ORU", "") => {
            Err(problem(9, ErrorCode::RequiredFieldMissing, "the trigger event (MSH-9.2) is missing"))
        }
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
        let left = message.segment("PV1").filter(|_| discharge);
        let mut facts = self.gather(pid, &named, left, |scribe, reader| {
            for segment in message.segments_named("DG1") {
                diagnosis::dg1(scribe, reader.context.codes, segment);
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
        let mut repeats = Repeats::default();
        for pid in pids {
            let named = self.identify(&pid.field(3))?;
            let mut facts = self.gather(pid, &named, None, |scribe, reader| {
                let codes = reader.context.codes;
                // Observations before the first order are the patient's (from version 2.7 on).
                let mut order = Order::none(scribe, message);
                for segment in pid.following().take_while(|segment| segment.name() != "PID") {
                    match segment.name().as_str() {
                        "OBR" => order = Order::begin(scribe, codes, segment),
                        "OBX" => order.observation(scribe, codes, segment, &mut repeats),
                        "DG1" => diagnosis::dg1(scribe, codes, segment),
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
        let mut facts = self.gather(pid, survivor, None, |scribe, _| {
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
        discharge: Option<Segment<'_>>,
        more: impl FnOnce(&mut Scribe<'_>, &Self) + 's,
    ) -> Vec<Fact> {
        let mut scribe = Scribe::new(&self.envelope, named.id);
        let withdraws = person::describe(&mut scribe, pid, named, discharge);
        more(&mut scribe, self);
        let facts = scribe.facts();
        self.withdraws_death |= withdraws;
        facts
    }

    /// A message is kept whole or not at all: what concerns one of its patients keeps it.
    fn verdict(self) -> Verdict {
        let concerns = self.patients.values().map(|facts| concern(facts)).max();
        let patients = self.patients.into_iter();
        let understood = patients.map(|(patient, facts)| Understood { patient, facts }).collect();
        match concerns {
            Some(Concern::Any) => Verdict::Keep(understood),
            Some(Concern::OfKnown) => Verdict::KeepIfKnown(understood),
            _ if self.withdraws_death => Verdict::KeepIfKnown(understood),
            _ => Verdict::NotRelevant("nothing about a tumour"),
        }
    }
}

/// Of which patients the facts matter.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Concern {
    None,
    OfKnown,
    Any,
}

/// What facts about one patient matter for: a tumour, unless its only known site is an organ that is not
/// followed; a death; a merge.
fn concern(facts: &[Fact]) -> Concern {
    let standing = || facts.iter().filter(|fact| fact.standing.counts()).map(|fact| &fact.finding);
    let is_record = |finding: &Finding| {
        matches!(
            finding,
            Finding::Death { .. }
                | Finding::MergedInto { .. }
                | Finding::Absorbs { .. }
                | Finding::Unread { attribute: Attribute::Death, .. }
        )
    };
    if standing().any(is_record) {
        return Concern::Any;
    }
    if !facts.iter().any(|fact| fact.finding.is_about_the_tumour()) {
        return Concern::None;
    }
    let elsewhere = standing().any(|finding| *finding == Finding::PrimarySite(Site::Elsewhere));
    let followed = || standing().filter_map(site_of).any(Site::is_followed);
    if elsewhere && !followed() { Concern::OfKnown } else { Concern::Any }
}

fn site_of(finding: &Finding) -> Option<Site> {
    match finding {
        Finding::PrimarySite(site) => Some(*site),
        Finding::Diagnosis { system, code } => meaning(*system, code)?.site,
        _ => None,
    }
}
