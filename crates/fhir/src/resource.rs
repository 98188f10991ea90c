//! A resource of any type: typed where it is read, otherwise kept whole.

use std::fmt;

use crate::care::{Encounter, MedicationAdministration, MedicationRequest, Procedure};
use crate::code::{
    AppointmentStatus, EncounterStatus, EventStatus, ImagingStudyStatus, MedicationAdministrationStatus,
    MedicationRequestStatus, ObservationStatus, ReportStatus, RequestStatus, SpecimenStatus,
};
use crate::condition::{AllergyIntolerance, BodyStructure, Condition};
use crate::datatypes::{Identifier, Meta, Reference};
use crate::element::{Element, Issues};
use crate::json::{Json, Object};
use crate::message::{MessageHeader, Parameters, Provenance};
use crate::observation::{Observation, Specimen};
use crate::order::{Appointment, ImagingStudy, ServiceRequest};
use crate::path::At;
use crate::patient::Patient;
use crate::report::DiagnosticReport;
use crate::{Error, names};

/// The enum over all typed resources, and what is the same for each.
macro_rules! resources {
    ($($name:ident,)*) => {
        /// A resource.
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Resource {
            $(
                #[doc = concat!("A well-formed ", stringify!($name), ".")]
                $name(Box<$name>),
            )*
            /// A resource of R4 of a type that is not read here.
            Other(Box<Other>),
            /// A resource of a type that is read here, but with errors: nothing of it may be used. The issues of its
            /// item say why.
            Unreadable(Box<Other>),
        }

        impl Resource {
            fn read_typed(resource_type: &str, object: Object, at: &At<'_>, out: &mut Issues) -> Option<Self> {
                match resource_type {
                    $(stringify!($name) => {
                        $name::read(Json::Object(object), at, out).map(|it| Self::$name(Box::new(it)))
                    })*
                    _ => None,
                }
            }

            /// Name of the type, as in `resourceType`.
            pub fn type_name(&self) -> &str {
                match self {
                    $(Self::$name(_) => stringify!($name),)*
                    Self::Other(it) | Self::Unreadable(it) => &it.resource_type,
                }
            }

            /// Logical id at the sender.
            pub fn id(&self) -> Option<&str> {
                match self {
                    $(Self::$name(it) => it.id.as_deref(),)*
                    Self::Other(it) | Self::Unreadable(it) => it.id.as_deref(),
                }
            }

            /// Version and profiles.
            pub fn meta(&self) -> Option<&Meta> {
                match self {
                    $(Self::$name(it) => it.meta.as_ref(),)*
                    Self::Other(it) | Self::Unreadable(it) => it.meta.as_ref(),
                }
            }

            /// The resource as JSON: equal to what was read but for the identity of a Patient.
            pub fn to_json(&self) -> Json {
                let (name, json) = match self {
                    $(Self::$name(it) => (stringify!($name), it.write()),)*
                    Self::Other(it) | Self::Unreadable(it) => return Json::Object(it.json.clone()),
                };
                let mut object = Object::default();
                object.put("resourceType", Json::from(name));
                if let Json::Object(members) = json {
                    object.members.extend(members.members);
                }
                Json::Object(object)
            }
        }

        /// Types that are read.
        pub(crate) const TYPED: &[&str] = &[$(stringify!($name)),*];

        /// Members that are read, of all types.
        pub(crate) const MEMBERS: &[&[&str]] = &[$($name::NAMES),*];
    };
}

resources! {
    Patient,
    Condition,
    AllergyIntolerance,
    BodyStructure,
    Observation,
    Specimen,
    DiagnosticReport,
    Procedure,
    Encounter,
    MedicationRequest,
    MedicationAdministration,
    ServiceRequest,
    Appointment,
    ImagingStudy,
    MessageHeader,
    Provenance,
    Parameters,
}

/// A resource that is kept as it is, with what most types have in common.
#[derive(Clone, PartialEq)]
pub struct Other {
    /// Its type, one of R4.
    pub resource_type: String,
    /// Logical id at the sender.
    pub id: Option<String>,
    /// Version and profiles.
    pub meta: Option<Meta>,
    /// Business identifiers.
    pub identifier: Vec<Identifier>,
    /// `subject`, or `patient` where a type calls it so.
    pub subject: Option<Reference>,
    /// The whole, `resourceType` included.
    pub json: Object,
}

impl fmt::Debug for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {:?}", self.resource_type, self.json)
    }
}

impl fmt::Debug for Resource {
    /// Shows the type, never the content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.type_name())
    }
}

impl Other {
    fn new(resource_type: &str, json: Object) -> Self {
        // What does not fit is left out here; the whole is kept anyway.
        fn quiet<T: Element>(json: Option<&Json>) -> Option<T> {
            let mut issues = Issues::new(0);
            T::read(json?.clone(), &At::Root(""), &mut issues).filter(|_| issues.errors() == 0)
        }
        let identifier = match json.get("identifier") {
            Some(Json::Array(all)) => all.iter().filter_map(|it| quiet(Some(it))).collect(),
            other => quiet(other).into_iter().collect(),
        };
        Self {
            resource_type: resource_type.to_owned(),
            id: quiet(json.get("id")),
            meta: quiet(json.get("meta")),
            identifier,
            subject: quiet(json.get("subject")).or_else(|| quiet(json.get("patient"))),
            json,
        }
    }
}

/// The type that an object names; an issue when it names none of R4.
pub(crate) fn type_of<'a>(object: &'a Object, at: &At<'_>, out: &mut Issues) -> Option<&'a str> {
    let Some(name) = object.get("resourceType").and_then(Json::as_str) else {
        out.add(Error::NoResourceType, at);
        return None;
    };
    if !names::is_resource_type(name) {
        out.add(Error::UnknownResourceType, &at.member("resourceType"));
        return None;
    }
    Some(name)
}

impl Resource {
    /// Reads a resource. `again` gives the same object once more, for the case that it cannot be read as its type.
    pub(crate) fn read(
        mut object: Object,
        at: &At<'_>,
        out: &mut Issues,
        again: impl FnOnce() -> Option<Object>,
    ) -> Option<Self> {
        let resource_type = type_of(&object, at, out)?.to_owned();
        if !TYPED.contains(&resource_type.as_str()) {
            return Some(Self::Other(Box::new(Other::new(&resource_type, object))));
        }
        let before = out.errors();
        if object.get("implicitRules").is_some() {
            out.add(Error::ImplicitRules, &at.member("implicitRules"));
        }
        object.remove("resourceType");
        match Self::read_typed(&resource_type, object, at, out) {
            Some(mut it) if out.errors() == before => {
                if let Self::Patient(patient) = &mut it {
                    patient.forget_names();
                }
                Some(it)
            }
            _ => Some(Self::Unreadable(Box::new(Other::new(&resource_type, again().unwrap_or_default())))),
        }
    }

    /// Business identifiers.
    pub fn identifiers(&self) -> &[Identifier] {
        match self {
            Self::Patient(it) => &it.identifier,
            Self::Condition(it) => &it.identifier,
            Self::AllergyIntolerance(it) => &it.identifier,
            Self::BodyStructure(it) => &it.identifier,
            Self::Observation(it) => &it.identifier,
            Self::Specimen(it) => &it.identifier,
            Self::DiagnosticReport(it) => &it.identifier,
            Self::Procedure(it) => &it.identifier,
            Self::Encounter(it) => &it.identifier,
            Self::MedicationRequest(it) => &it.identifier,
            Self::MedicationAdministration(it) => &it.identifier,
            Self::ServiceRequest(it) => &it.identifier,
            Self::Appointment(it) => &it.identifier,
            Self::ImagingStudy(it) => &it.identifier,
            Self::Other(it) | Self::Unreadable(it) => &it.identifier,
            Self::MessageHeader(_) | Self::Provenance(_) | Self::Parameters(_) => &[],
        }
    }

    /// Whom it is about. Of an appointment any participant may be the patient: see
    /// [`Input::subject_of`](crate::Input::subject_of).
    pub fn subject(&self) -> Option<&Reference> {
        match self {
            Self::Condition(it) => Some(&it.subject),
            Self::AllergyIntolerance(it) => Some(&it.patient),
            Self::BodyStructure(it) => Some(&it.patient),
            Self::Observation(it) => it.subject.as_ref(),
            Self::Specimen(it) => it.subject.as_ref(),
            Self::DiagnosticReport(it) => it.subject.as_ref(),
            Self::Procedure(it) => Some(&it.subject),
            Self::Encounter(it) => it.subject.as_ref(),
            Self::MedicationRequest(it) => Some(&it.subject),
            Self::MedicationAdministration(it) => Some(&it.subject),
            Self::ServiceRequest(it) => Some(&it.subject),
            Self::ImagingStudy(it) => Some(&it.subject),
            Self::Other(it) | Self::Unreadable(it) => it.subject.as_ref(),
            Self::Patient(_)
            | Self::Appointment(_)
            | Self::MessageHeader(_)
            | Self::Provenance(_)
            | Self::Parameters(_) => None,
        }
    }

    /// Whether the sender says that it should never have been there.
    pub fn is_entered_in_error(&self) -> bool {
        match self {
            Self::Condition(it) => it.verification_is("entered-in-error"),
            Self::AllergyIntolerance(it) => it.verification_is("entered-in-error"),
            Self::Observation(it) => it.status == ObservationStatus::EnteredInError,
            Self::Specimen(it) => it.status == Some(SpecimenStatus::EnteredInError),
            Self::DiagnosticReport(it) => it.status == ReportStatus::EnteredInError,
            Self::Procedure(it) => it.status == EventStatus::EnteredInError,
            Self::Encounter(it) => it.status == EncounterStatus::EnteredInError,
            Self::MedicationRequest(it) => it.status == MedicationRequestStatus::EnteredInError,
            Self::MedicationAdministration(it) => it.status == MedicationAdministrationStatus::EnteredInError,
            Self::ServiceRequest(it) => it.status == RequestStatus::EnteredInError,
            Self::Appointment(it) => it.status == AppointmentStatus::EnteredInError,
            Self::ImagingStudy(it) => it.status == ImagingStudyStatus::EnteredInError,
            Self::Other(it) | Self::Unreadable(it) => {
                it.json.get("status").and_then(Json::as_str) == Some("entered-in-error")
            }
            Self::Patient(_)
            | Self::BodyStructure(_)
            | Self::MessageHeader(_)
            | Self::Provenance(_)
            | Self::Parameters(_) => false,
        }
    }

    /// The resources inside this one, as they are.
    pub(crate) fn contained(&self) -> &[Json] {
        match self {
            Self::Patient(it) => &it.contained,
            Self::Condition(it) => &it.contained,
            Self::AllergyIntolerance(it) => &it.contained,
            Self::BodyStructure(it) => &it.contained,
            Self::Observation(it) => &it.contained,
            Self::Specimen(it) => &it.contained,
            Self::DiagnosticReport(it) => &it.contained,
            Self::Procedure(it) => &it.contained,
            Self::Encounter(it) => &it.contained,
            Self::MedicationRequest(it) => &it.contained,
            Self::MedicationAdministration(it) => &it.contained,
            Self::ServiceRequest(it) => &it.contained,
            Self::Appointment(it) => &it.contained,
            Self::ImagingStudy(it) => &it.contained,
            Self::MessageHeader(it) => &it.contained,
            Self::Provenance(it) => &it.contained,
            Self::Parameters(_) => &[],
            Self::Other(it) | Self::Unreadable(it) => {
                it.json.get("contained").and_then(Json::as_array).unwrap_or_default()
            }
        }
    }
}
