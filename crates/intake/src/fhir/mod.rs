//! What FHIR R4 resources say about which patients: from a body that was read to facts. Pure.
//!
//! The facts are those of HL7 v2: the same table of codes, the same readings of values, the same relevance. A resource
//! that says nothing of a tumour needs no patient and is passed over; one that does must name its patient by an
//! identifier, itself or through a Patient of the same body.
//!
//! What makes a statement the same again: an identifier of type FILL (v2 table 0203) makes a result the same as the one
//! that HL7 v2 sends under that filler number and code, when the client is given the application and facility of that
//! feed; otherwise the resource is known by its own business identifier, else by its id. So a withdrawal reaches what it
//! withdraws whether it comes alone or in a bundle.

pub(crate) mod again;
mod allergy;
pub(crate) mod answer;
pub(crate) mod clients;
mod condition;
pub(crate) mod config;
pub(crate) mod endpoint;
pub(crate) mod judge;
mod listener;
mod narrative;
mod pen;
mod person;
pub(crate) mod precondition;
mod result;
mod study;
mod take;
pub(crate) mod texts;
mod treatment;
mod value;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lacteal_clinical::finding::UnreadReason;
use lacteal_clinical::{Fact, Finding, PatientId, Reading, ReportKey, Standing};
use lacteal_fhir::{Error, Input, Issue, IssueType, Item, Resource};

pub use config::{AuthorityConfig, ClientConfig, Config};
pub use endpoint::{Bound, bind};
pub use texts::{Text, TextKind, texts};

use crate::codes::Codes;
use crate::config::{Processing, Source};
use crate::interpret::{Understood, Verdict};
use crate::narrative::SILENT;
use crate::person::Identity;
use crate::relevance::Concern;
use pen::{Pen, ReportsOf};

/// Patients that one body may be about.
const PATIENTS_MAX: usize = 200;

/// Assigning authorities by the URI that FHIR names them with.
pub type Authorities = HashMap<String, String>;

/// What interpretation needs besides the body.
pub struct Context<'a> {
    /// Who sent it.
    pub source: &'a Source,
    /// How patients are recognised.
    pub identity: &'a Identity,
    /// The table of codes.
    pub codes: &'a Codes,
    /// Names under which HL7 v2 knows the authorities of identifier systems.
    pub authorities: &'a Authorities,
    /// Application and facility, within which identities are unique.
    pub sender: [&'a str; 2],
    /// Key of the report that will hold it.
    pub report: ReportKey,
    /// Digest of the bytes.
    pub tie: [u8; 16],
    /// When it came.
    pub received: jiff::Timestamp,
}

/// Decides about a body, or about some entries of a Bundle; references are followed through all of it.
///
/// # Errors
/// What is wrong, when any of it cannot be taken: it is refused as a whole.
pub fn interpret(
    input: &Input,
    context: &Context<'_>,
    entries: Option<&BTreeSet<usize>>,
) -> Result<Verdict, Vec<Issue>> {
    let mut reader = Reader {
        input,
        context,
        patients: BTreeMap::new(),
        withdraws: false,
        text_concern: Concern::None,
        repeats: HashMap::new(),
        reports: result::reports_of_results(input),
    };
    let mut issues = Vec::new();
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for item in input.items() {
        let occurrence = counts.entry(item.resource.type_name()).or_insert(0);
        *occurrence += 1;
        let is_asked = entries.is_none_or(|it| item.entry.is_some_and(|entry| it.contains(&entry)));
        if !is_asked {
            continue;
        }
        if let Err(issue) = reader.item(item, *occurrence) {
            issues.push(issue);
        }
    }
    if issues.is_empty() && reader.patients.len() > PATIENTS_MAX {
        let text = "more patients in one body than are taken; send several bundles";
        issues.push(Issue::new(Error::Other { issue_type: IssueType::TooCostly, text }, "Bundle"));
    }
    if issues.is_empty() { Ok(reader.verdict()) } else { Err(issues) }
}

/// An issue of a resource in fixed words.
pub(crate) fn issue(item: &Item, path: &str, issue_type: IssueType, text: &'static str) -> Issue {
    let expression =
        if path.is_empty() { item.place.expression.clone() } else { item.place.expression_of(path) };
    Issue::new(Error::Other { issue_type, text }, expression)
}

struct Reader<'a> {
    input: &'a Input,
    context: &'a Context<'a>,
    patients: BTreeMap<PatientId, Vec<Fact>>,
    /// Something is taken back or foreseen, which matters for those who are known.
    withdraws: bool,
    /// Of whom the texts matter.
    text_concern: Concern,
    repeats: HashMap<Vec<u8>, u32>,
    reports: ReportsOf,
}

impl Reader<'_> {
    fn item(&mut self, item: &Item, occurrence: u32) -> Result<(), Issue> {
        if matches!(item.resource, Resource::Unreadable(_)) {
            let first = item.issues.iter().find(|issue| issue.is_error()).cloned();
            let text = "the resource cannot be read";
            return Err(first.unwrap_or_else(|| issue(item, "", IssueType::Structure, text)));
        }
        // Training and test data must never reach a plan.
        let labels = item.resource.meta().into_iter().flat_map(|meta| &meta.security);
        let is_test = labels.into_iter().any(|label| label.code.as_deref() == Some("HTEST"));
        if is_test || self.context.source.processing == Processing::Training {
            return Err(issue(item, "", IssueType::BusinessRule, "test data are not taken"));
        }
        let mut pen = Pen::new(self.context, self.input, item, occurrence, &mut self.repeats, &self.reports);
        match &item.resource {
            Resource::Patient(patient) => {
                let (id, others, withdraws) = person::describe(&mut pen, patient)?;
                self.withdraws |= withdraws;
                let facts = pen.finish(id);
                self.patients.entry(id).or_default().extend(facts);
                for (other, mut fact) in others {
                    fact.patient = other;
                    self.patients.entry(other).or_default().push(fact);
                }
                return Ok(());
            }
            Resource::Parameters(parameters) => {
                for (patient, mut fact) in person::merge(&mut pen, parameters)? {
                    fact.patient = patient;
                    self.patients.entry(patient).or_default().push(fact);
                }
                return Ok(());
            }
            Resource::Condition(it) => condition::condition(&mut pen, it),
            Resource::AllergyIntolerance(it) => allergy::allergy(&mut pen, it),
            Resource::Observation(it) => result::observation(&mut pen, it),
            Resource::DiagnosticReport(it) => result::report(&mut pen, it),
            Resource::ImagingStudy(it) => study::imaging(&mut pen, it),
            Resource::Procedure(it) => {
                if !treatment::procedure(&mut pen, it) {
                    study::procedure(&mut pen, it);
                }
            }
            Resource::MedicationRequest(it) => treatment::prescribed(&mut pen, it),
            Resource::MedicationAdministration(it) => treatment::administered(&mut pen, it),
            Resource::ServiceRequest(it) => study::order(&mut pen, it),
            Resource::Appointment(it) => study::appointment(&mut pen, it),
            Resource::Encounter(it) => person::left(&mut pen, it),
            _ => return Ok(()),
        }
        if pen.is_silent() {
            return Ok(());
        }
        let says_nothing = !pen.of_known && pen.text_concern <= Concern::OfToldBefore;
        let named = match person::subject(&pen) {
            Err(_) if says_nothing && pen.so_far().iter().all(is_silence) => return Ok(()),
            named => named?,
        };
        self.withdraws |= pen.of_known;
        self.text_concern = self.text_concern.max(pen.text_concern);
        let number = person::number(&named);
        let facts = pen.finish(named.id);
        let of_patient = self.patients.entry(named.id).or_default();
        // A patient who is named by identifier alone has a number all the same.
        if !of_patient.iter().any(|fact| matches!(fact.finding, Finding::RecordNumber(_)))
            && let Some(first) = facts.first()
        {
            of_patient.push(number(first, self.context));
        }
        of_patient.extend(facts);
        Ok(())
    }

    /// A body is kept whole or not at all: what concerns one of its patients keeps it.
    fn verdict(mut self) -> Verdict {
        for facts in self.patients.values_mut() {
            one_number(facts);
        }
        let concerns = self.patients.values().map(|facts| concern(facts)).max();
        let concerns = concerns.map(|concern| concern.max(self.text_concern));
        let patients = self.patients.into_iter();
        let understood = patients.map(|(patient, facts)| Understood { patient, facts }).collect();
        match concerns {
            Some(Concern::Any) => Verdict::Keep(understood),
            Some(Concern::OfKnown) => Verdict::KeepIfKnown(understood),
            _ if self.withdraws => Verdict::KeepIfKnown(understood),
            Some(Concern::OfToldBefore) => Verdict::KeepIfToldBefore(understood),
            _ => Verdict::NotRelevant("nothing about a tumour"),
        }
    }
}

/// A record number is stated once, wherever the Patient stands in the body.
fn one_number(facts: &mut Vec<Fact>) {
    let mut known = BTreeSet::new();
    facts.retain(|fact| !matches!(fact.finding, Finding::RecordNumber(_)) || known.insert(fact.identity));
}

/// The rule of HL7 v2. An order or an appointment, and what a condition no longer says, matter for those who are known;
/// whom a text matters for that says nothing is told beside it.
fn concern(facts: &[Fact]) -> Concern {
    let said: Vec<Fact> = facts.iter().filter(|fact| !is_taken_back(fact)).cloned().collect();
    let matters = |fact: &Fact| !fact.finding.is_about_the_person() && !is_silence(fact);
    match Concern::of(&said) {
        Concern::None if facts.iter().any(matters) => Concern::OfKnown,
        concern => concern,
    }
}

/// Whether it is no more than the trace of a text that states nothing.
fn is_silence(fact: &Fact) -> bool {
    matches!(&fact.reading, Reading::Text { rule, .. } if rule == SILENT)
}

/// Whether a condition takes back what it may have said before.
fn is_taken_back(fact: &Fact) -> bool {
    let is_empty = matches!(fact.finding, Finding::Unread { reason: UnreadReason::Empty, .. });
    is_empty && fact.standing == Standing::Deleted && fact.place.segment == "Condition"
}
