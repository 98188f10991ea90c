//! Who a resource is about: identifiers of patients, what a Patient says of the person, and merges.

use lacteal_clinical::finding::{Attribute, Sex, UnreadReason};
use lacteal_clinical::{Fact, FactIdentity, Finding, PatientId, Place, Reading, RecordNumber, Standing};
use lacteal_fhir::{
    Deceased, Encounter, EncounterStatus, Gender, Identifier, IdentifierUse, Issue, IssueType, Parameters,
    Patient, Reference, Resource, Target, Terminology,
};

use super::pen::Pen;
use super::{Context, issue};

/// A patient as a resource names one.
pub(crate) struct Named {
    pub(crate) id: PatientId,
    number: RecordNumber,
}

const NO_NUMBER: &str =
    "no usable patient identifier: one with a system that is an authority known here is needed";
const NOT_RESOLVED: &str = "the patient cannot be told: send the Patient in the same bundle, or give the reference an \
                            identifier with its system";
const TOO_LONG: &str = "the patient identifier or its system is too long or holds control characters";

/// Smaller is better.
type Rank = (usize, bool, RecordNumber);

fn candidate(
    context: &Context<'_>,
    system: Option<&str>,
    value: &str,
    is_record_number: bool,
) -> Result<Option<(Rank, Named)>, &'static str> {
    let mapped = system.map(|uri| context.authorities.get(uri).map_or(uri, String::as_str));
    let Some(authority) = mapped.or(context.source.authority.as_deref()) else { return Ok(None) };
    let identity = context.identity;
    let own = &context.source.authorities;
    let known = if own.is_empty() { &identity.authorities } else { own };
    let wanted = match known.iter().position(|known| known == authority) {
        Some(position) => position,
        None if known.is_empty() => 0,
        None => return Ok(None),
    };
    let number = RecordNumber::new(authority, value).map_err(|_| TOO_LONG)?;
    let id = identity.key.pseudonym(&number);
    Ok(Some(((wanted, !is_record_number, number.clone()), Named { id, number })))
}

/// Finds the identifier by which we know the patient, by the rules for PID-3.
fn identify<'i>(
    context: &Context<'_>,
    identifiers: impl Iterator<Item = &'i Identifier>,
) -> Result<Named, &'static str> {
    let mut best: Option<(Rank, Named)> = None;
    for identifier in identifiers.filter(|it| it.usage != Some(IdentifierUse::Old)) {
        let Some(value) = identifier.value.as_deref().filter(|it| !it.trim().is_empty()) else { continue };
        let kind = identifier.kind.as_ref();
        let is_record_number = kind.is_none_or(|it| it.has(Terminology::V2IdentifierType, "MR"));
        let found = candidate(context, identifier.system.as_deref(), value, is_record_number)?;
        let Some((rank, named)) = found else { continue };
        if best.as_ref().is_none_or(|(known, _)| rank < *known) {
            best = Some((rank, named));
        }
    }
    best.map(|(_, named)| named).ok_or(NO_NUMBER)
}

/// The patient that a target is.
fn of_target(context: &Context<'_>, target: &Target<'_>) -> Result<Named, &'static str> {
    match target {
        Target::Inside(item) => match &item.resource {
            Resource::Patient(patient) => identify(context, patient.identifier.iter()),
            _ => Err(NOT_RESOLVED),
        },
        Target::Outside(outside) => {
            let logical = outside.logical.as_ref().ok_or(NOT_RESOLVED)?;
            if logical.resource_type.is_some_and(|it| it != "Patient") {
                return Err(NOT_RESOLVED);
            }
            let found = candidate(context, logical.system.as_deref(), &logical.value, true)?;
            found.map(|(_, named)| named).ok_or(NO_NUMBER)
        }
        Target::Unresolved(_) => Err(NOT_RESOLVED),
    }
}

/// Whom a resource is about; what is contained in another may leave it to that one.
pub(crate) fn subject(pen: &Pen<'_>) -> Result<Named, Issue> {
    let container = || pen.input.items().get(pen.item.container?);
    let target = pen.input.subject_of(pen.item).or_else(|| pen.input.subject_of(container()?));
    let found = target.map_or(Err(NOT_RESOLVED), |target| of_target(pen.context, &target));
    let path = if matches!(pen.item.resource, Resource::Appointment(_)) { "participant" } else { "subject" };
    found.map_err(|text| issue(pen.item, path, IssueType::Required, text))
}

/// Writes the record number of a patient who is named by a reference, beside a fact.
pub(crate) fn number(named: &Named) -> impl Fn(&Fact, &Context<'_>) -> Fact + use<> {
    let (id, number) = (named.id, named.number.clone());
    move |beside, context| {
        let parts = number_parts(&number);
        let sender = context.sender.map(str::as_bytes);
        let place = Place { expression: format!("{}.subject", beside.place.segment), ..beside.place.clone() };
        Fact {
            patient: id,
            identity: FactIdentity::of(sender.into_iter().chain(parts)),
            standing: Standing::Final,
            observed: None,
            finding: Finding::RecordNumber(number.clone()),
            reading: Reading::Coded,
            report_kind: lacteal_clinical::ReportKind::Untold,
            text: None,
            place,
            ..beside.clone()
        }
    }
}

fn number_parts(number: &RecordNumber) -> [&[u8]; 3] {
    [b"record", number.authority().as_bytes(), number.number().as_bytes()]
}

/// Facts about other patients.
type Others = Vec<(PatientId, Fact)>;

/// Writes what a Patient says of the person. Gives who it is, what it says of others by links, and whether it takes a
/// death back.
pub(crate) fn describe(pen: &mut Pen<'_>, patient: &Patient) -> Result<(PatientId, Others, bool), Issue> {
    let refuse = |pen: &Pen<'_>, path: &str, text| issue(pen.item, path, IssueType::Required, text);
    let named =
        identify(pen.context, patient.identifier.iter()).map_err(|text| refuse(pen, "identifier", text))?;
    let number = Finding::RecordNumber(named.number.clone());
    pen.state(&number_parts(&named.number), Standing::Final, None, number, "identifier");
    if let Some(born) = &patient.birth_date {
        match born.date() {
            Some(date) if pen.has_been(date) => {
                pen.state(&[b"born"], Standing::Final, None, Finding::BirthDate(date), "birthDate");
            }
            date => {
                let reason =
                    if date.is_some() { UnreadReason::FutureDate } else { UnreadReason::InvalidDate };
                pen.unread(&[b"born"], Standing::Final, Attribute::BirthDate, reason, "birthDate");
            }
        }
    }
    if let Some(gender) = patient.gender {
        let sex = match gender {
            Gender::Female => Sex::Female,
            Gender::Male => Sex::Male,
            Gender::Other => Sex::Other,
            Gender::Unknown => Sex::Unknown,
        };
        pen.state(&[b"sex"], Standing::Final, None, Finding::Sex(sex), "gender");
    }
    let withdraws = death(pen, patient.deceased.as_ref());
    let mut others = Vec::new();
    let went_into = patient.replaced_by().map(|it| (it, true));
    let links = went_into.into_iter().chain(patient.replaces().map(|it| (it, false)));
    for (reference, is_retired) in links {
        let target = pen.input.resolve(pen.item, reference);
        let other = of_target(pen.context, &target).map_err(|text| refuse(pen, "link", text))?;
        let (retired, survivor) = if is_retired { (&named, &other) } else { (&other, &named) };
        others.extend(pair(pen, retired, survivor, "link")?);
    }
    Ok((named.id, others, withdraws))
}

/// Both sides of a merge.
fn pair(pen: &mut Pen<'_>, retired: &Named, survivor: &Named, path: &str) -> Result<Others, Issue> {
    if retired.id == survivor.id {
        let text = "a patient cannot be merged into itself: both are the same number";
        return Err(issue(pen.item, path, IssueType::Duplicate, text));
    }
    let parts: &[&[u8]] = &[b"merge", &retired.id.0, &survivor.id.0];
    let mut facts = Vec::with_capacity(2);
    let sides = [
        (survivor.id, Finding::Absorbs { retired: retired.id }),
        (retired.id, Finding::MergedInto { survivor: survivor.id }),
    ];
    for (patient, finding) in sides {
        pen.state(parts, Standing::Final, None, finding, path);
        facts.extend(pen.take_last().map(|fact| (patient, fact)));
    }
    Ok(facts)
}

/// Reads a request to merge (`Patient/$merge`). A preview asks for nothing.
pub(crate) fn merge(pen: &mut Pen<'_>, parameters: &Parameters) -> Result<Others, Issue> {
    let Some(merge) = parameters.merge() else { return Ok(Vec::new()) };
    if merge.preview {
        return Ok(Vec::new());
    }
    let find = |identifiers: &[&Identifier], reference: Option<&Reference>| {
        if identifiers.is_empty() {
            let reference = reference.ok_or(NOT_RESOLVED)?;
            return of_target(pen.context, &pen.input.resolve(pen.item, reference));
        }
        identify(pen.context, identifiers.iter().copied())
    };
    let retired = find(&merge.source_identifiers, merge.source);
    let survivor = find(&merge.target_identifiers, merge.target);
    let refuse = |text| issue(pen.item, "parameter", IssueType::Required, text);
    let (retired, survivor) = (retired.map_err(refuse)?, survivor.map_err(refuse)?);
    pair(pen, &retired, &survivor, "parameter")
}

const DEATH: &[&[u8]] = &[b"death"];

/// `deceased[x]`: true or a date says dead, false takes an earlier word back.
fn death(pen: &mut Pen<'_>, deceased: Option<&Deceased>) -> bool {
    match deceased {
        None => false,
        Some(Deceased::Boolean(false)) => {
            pen.state(DEATH, Standing::Deleted, None, Finding::Death { date: None }, "deceasedBoolean");
            true
        }
        Some(Deceased::Boolean(true)) => {
            pen.state(DEATH, Standing::Final, None, Finding::Death { date: None }, "deceasedBoolean");
            false
        }
        Some(Deceased::DateTime(on)) => {
            let path = "deceasedDateTime";
            if let Some(date) = pen.date(DEATH, Standing::Final, Attribute::Death, Some(on), path) {
                pen.state(DEATH, Standing::Final, Some(date), Finding::Death { date: Some(date) }, path);
            }
            false
        }
    }
}

/// Writes down the death of a patient who left an encounter as expired.
pub(crate) fn left(pen: &mut Pen<'_>, encounter: &Encounter) {
    let disposition = encounter.hospitalization.as_ref().and_then(|it| it.discharge_disposition.as_ref());
    let expired = disposition.is_some_and(|it| it.has(Terminology::DischargeDisposition, "exp"));
    if !expired || encounter.status != EncounterStatus::Finished {
        return;
    }
    let end = encounter.period.as_ref().and_then(|it| it.end.as_ref());
    let on = pen.date(DEATH, Standing::Final, Attribute::Death, end, "period.end");
    let path = "hospitalization.dischargeDisposition";
    pen.state(DEATH, Standing::Final, on, Finding::Death { date: on }, path);
}
