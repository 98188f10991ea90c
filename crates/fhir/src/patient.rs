//! Patient (R4 patient.html) without who it is: of names, addresses and the like only their presence is kept.

use crate::code::{Gender, LinkType};
use crate::datatypes::{Identifier, Presence, Reference};
use crate::element::{choice, element};
use crate::time::{Date, DateTime};

/// The extension that holds a name of the patient's mother.
const MOTHERS_MAIDEN_NAME: &str = "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName";

element! {
    /// Patient. The members that say who it is (`name`, `telecom`, `address`, `contact`, `photo`, `text`) are the only
    /// ones that are not written back.
    resource Patient {
        /// Record numbers.
        identifier: many Identifier = "identifier",
        /// Whether the record is in use; false after a merge.
        active: one bool = "active",
        /// Administrative gender.
        gender: one Gender = "gender",
        /// Date of birth, as precise as stated.
        birth_date: one Date = "birthDate",
        /// Whether or when the patient died.
        deceased: choice Deceased = "deceased",
        /// Records of the same person.
        link: many PatientLink = "link",
        /// Whether a name is there.
        name: one Presence = "name",
        /// Whether a telephone number or the like is there.
        telecom: one Presence = "telecom",
        /// Whether an address is there.
        address: one Presence = "address",
        /// Whether relatives are there.
        contact: one Presence = "contact",
        /// Whether a photograph is there.
        photo: one Presence = "photo",
        /// Whether a narrative is there, which repeats the name.
        text: one Presence = "text",
    }
}

impl Patient {
    pub(crate) fn forget_names(&mut self) {
        self.extra.drop_extension(MOTHERS_MAIDEN_NAME);
    }

    /// The record that replaces this one after a merge.
    pub fn replaced_by(&self) -> Option<&Reference> {
        self.link.iter().find(|it| it.kind == LinkType::ReplacedBy).map(|it| &it.other)
    }

    /// The records that this one replaces.
    pub fn replaces(&self) -> impl Iterator<Item = &Reference> {
        self.link.iter().filter(|it| it.kind == LinkType::Replaces).map(|it| &it.other)
    }
}

element! {
    /// Patient.link.
    PatientLink {
        /// The other record.
        other: must Reference = "other",
        /// What it is to this one.
        kind: must LinkType = "type",
    }
}

choice! {
    /// Patient.deceased\[x\].
    Deceased {
        /// Whether.
        Boolean(bool) = "Boolean",
        /// When.
        DateTime(DateTime) = "DateTime",
    }
}

impl Deceased {
    /// Whether the patient died.
    pub fn is_deceased(&self) -> bool {
        !matches!(self, Self::Boolean(false))
    }
}
