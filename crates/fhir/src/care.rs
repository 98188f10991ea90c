//! Procedure, Encounter and the medication resources: what was done to the patient.

use crate::code::{
    EncounterStatus, EventStatus, MedicationAdministrationStatus, MedicationRequestStatus, RequestIntent,
};
use crate::datatypes::{Annotation, CodeableConcept, Coding, Identifier, Period, Reference, Timing};
use crate::element::{choice, element};
use crate::time::DateTime;

element! {
    /// Procedure: an operation, a course of radiotherapy, an examination.
    resource Procedure {
        /// Business identifiers.
        identifier: many Identifier = "identifier",
        /// The order or plan.
        based_on: many Reference = "basedOn",
        /// What it is part of.
        part_of: many Reference = "partOf",
        /// Completed, not done and so on.
        status: must EventStatus = "status",
        /// Why it was not done.
        status_reason: one CodeableConcept = "statusReason",
        /// Surgical, imaging and so on.
        category: one CodeableConcept = "category",
        /// What was done.
        code: one CodeableConcept = "code",
        /// To whom.
        subject: must Reference = "subject",
        /// During which encounter.
        encounter: one Reference = "encounter",
        /// When.
        performed: choice Timing = "performed",
        /// Why, in codes.
        reason_code: many CodeableConcept = "reasonCode",
        /// Why.
        reason_reference: many Reference = "reasonReference",
        /// Where in the body.
        body_site: many CodeableConcept = "bodySite",
        /// With which result.
        outcome: one CodeableConcept = "outcome",
        /// The reports about it.
        report: many Reference = "report",
        /// Remarks.
        note: many Annotation = "note",
    }
}

element! {
    /// Encounter.
    resource Encounter {
        /// Visit numbers.
        identifier: many Identifier = "identifier",
        /// Planned, in progress, finished and so on.
        status: must EncounterStatus = "status",
        /// Inpatient, ambulatory and so on.
        class: one Coding = "class",
        /// Which kind.
        kind: many CodeableConcept = "type",
        /// Whose.
        subject: one Reference = "subject",
        /// From, to.
        period: one Period = "period",
        /// Admission and discharge.
        hospitalization: one Hospitalization = "hospitalization",
    }
}

element! {
    /// Encounter.hospitalization.
    Hospitalization {
        /// Where the patient went; `exp` of the system discharge-disposition is *expired*.
        discharge_disposition: one CodeableConcept = "dischargeDisposition",
    }
}

element! {
    /// MedicationRequest: a prescription.
    resource MedicationRequest {
        /// Business identifiers.
        identifier: many Identifier = "identifier",
        /// Active, stopped and so on.
        status: must MedicationRequestStatus = "status",
        /// Why it has this status.
        status_reason: one CodeableConcept = "statusReason",
        /// Proposal, plan, order and so on.
        intent: must RequestIntent = "intent",
        /// Inpatient, outpatient and so on.
        category: many CodeableConcept = "category",
        /// Turns the request into its opposite: it must not be given.
        do_not_perform: one bool = "doNotPerform",
        /// Which medication.
        medication: must_choice Medication = "medication",
        /// For whom.
        subject: must Reference = "subject",
        /// During which encounter.
        encounter: one Reference = "encounter",
        /// When it was written.
        authored_on: one DateTime = "authoredOn",
        /// Why, in codes.
        reason_code: many CodeableConcept = "reasonCode",
        /// Why.
        reason_reference: many Reference = "reasonReference",
        /// Remarks.
        note: many Annotation = "note",
    }
}

element! {
    /// MedicationAdministration: a medication that was given.
    resource MedicationAdministration {
        /// Business identifiers.
        identifier: many Identifier = "identifier",
        /// Completed, not done and so on.
        status: must MedicationAdministrationStatus = "status",
        /// Why it was not done.
        status_reason: many CodeableConcept = "statusReason",
        /// Inpatient, outpatient and so on.
        category: one CodeableConcept = "category",
        /// Which medication.
        medication: must_choice Medication = "medication",
        /// To whom.
        subject: must Reference = "subject",
        /// During which encounter.
        context: one Reference = "context",
        /// When.
        effective: choice Timing = "effective",
        /// The prescription.
        request: one Reference = "request",
        /// Why, in codes.
        reason_code: many CodeableConcept = "reasonCode",
        /// Why.
        reason_reference: many Reference = "reasonReference",
        /// Remarks.
        note: many Annotation = "note",
    }
}

choice! {
    /// `medication[x]`.
    Medication {
        /// In codes.
        CodeableConcept(CodeableConcept) = "CodeableConcept",
        /// Another resource.
        Reference(Reference) = "Reference",
    }
}
