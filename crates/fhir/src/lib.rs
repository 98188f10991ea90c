//! FHIR R4 resources that are read: the bytes of a JSON body become typed resources with their places.
//!
//! [`read`] takes a single resource or a Bundle. Every [`Item`] knows its expression and its bytes in the body, so
//! that whatever is derived from it can be walked back to what said so; [`locate`] finds the bytes of any value by its
//! expression. References within the body are followed by [`Input::resolve`], and [`Input::key_of`] says what makes a
//! resource the same one when it is sent again.
//!
//! Promises, each held by a test:
//! - no sequence of bytes makes anything here panic, and everything is bounded by [`Limits`];
//! - a name that occurs twice in an object is refused, numbers keep their digits, dates their precision and their
//!   lack of a zone;
//! - members that are not read are kept and written back; only who a Patient is (name, address and so on) is
//!   deliberately forgotten;
//! - a resource is read whole or not at all: with an error in it, or a modifier that is not understood, it is
//!   [`Resource::Unreadable`];
//! - no issue, and no `Debug` output, holds content of the body.
//!
//! It knows no medicine beyond what the standards call things, does no input or output, fetches no URL and reads no
//! clock.
//!
//! ```
//! use lacteal_fhir::{Limits, Resource, Value, locate, read};
//!
//! let body = br#"{"resourceType": "Observation", "status": "final",
//!     "code": {"coding": [{"system": "http://loinc.org", "code": "29593-1"}]},
//!     "valueQuantity": {"value": 2.50, "unit": "%"}}"#;
//! let input = read(body, &Limits::default()).map_err(|issues| format!("{issues:?}"))?;
//! let item = &input.items()[0];
//! let Resource::Observation(observation) = &item.resource else { panic!("not an observation") };
//! let Some(Value::Quantity(quantity)) = &observation.value else { panic!("no quantity") };
//! assert_eq!(quantity.value.as_ref().map(|it| it.as_str()), Some("2.50"));
//!
//! let span = locate(body, &item.place.expression_of("valueQuantity.value"), &Limits::default());
//! assert_eq!(span.map(|it| &body[it]), Some(&b"2.50"[..]));
//! # Ok::<(), String>(())
//! ```

mod answer;
mod bundle;
mod capability;
mod care;
mod code;
mod condition;
mod datatypes;
mod element;
mod error;
mod input;
mod issue_list;
mod json;
mod key;
mod limits;
pub mod mcode;
mod message;
mod names;
mod observation;
mod order;
mod outcome;
mod parse;
mod path;
mod patient;
mod primitives;
mod reference;
mod report;
mod resource;
mod terminology;
mod time;

pub use answer::{EntryResponse, MessageAnswer, bundle_response, message_response};
pub use bundle::{Bundle, Entry, EntryRequest};
pub use capability::{Capability, ResourceCapability, capability_statement};
pub use care::{
    Encounter, Hospitalization, Medication, MedicationAdministration, MedicationRequest, Procedure,
};
pub use code::{
    AppointmentStatus, BundleType, Comparator, EncounterStatus, EventStatus, Gender, IdentifierUse,
    ImagingStudyStatus, LinkType, MedicationAdministrationStatus, MedicationRequestStatus, Method,
    ObservationStatus, ParticipationStatus, ReportStatus, RequestIntent, RequestStatus, ResponseCode,
    SpecimenStatus,
};
pub use condition::{
    AllergyIntolerance, AllergyReaction, BodyStructure, Condition, ConditionEvidence, ConditionStage,
};
pub use datatypes::{
    Annotation, CodeableConcept, Coding, Identifier, Meta, Period, Presence, Quantity, Range, Ratio,
    Reference, Timing,
};
pub use element::Extra;
pub use error::{Error, Issue, IssueType, Severity, SyntaxFault};
pub use input::{Input, Item, Place, locate, read};
pub use json::{Decimal, Json, Object};
pub use key::{Identity, NaturalKey, Version};
pub use limits::{DEPTH_CEILING, Limits};
pub use mcode::{McodeProfile, Staging};
pub use message::{
    Agent, Event, Merge, MessageHeader, MessageResponse, MessageSource, Parameter, ParameterValue,
    Parameters, Provenance, ProvenanceEntity,
};
pub use observation::{Collection, Component, Observation, ReferenceRange, Specimen, Value};
pub use order::{Appointment, ImagingStudy, Participant, Series, ServiceRequest};
pub use outcome::operation_outcome;
pub use patient::{Deceased, Patient, PatientLink};
pub use reference::{Literal, Logical, Outside, Target, Unresolved};
pub use report::{Attachment, DiagnosticReport};
pub use resource::{Other, Resource};
pub use terminology::Terminology;
pub use time::{Date, DateTime, Instant};

use jiff::Timestamp;
