//! ServiceRequest, Appointment and ImagingStudy: what is wanted, booked and done.

use crate::code::{AppointmentStatus, ImagingStudyStatus, ParticipationStatus, RequestIntent, RequestStatus};
use crate::datatypes::{Annotation, CodeableConcept, Coding, Identifier, Period, Reference, Timing};
use crate::element::element;
use crate::time::{DateTime, Instant};

element! {
    /// ServiceRequest: an order or a plan for one.
    resource ServiceRequest {
        /// Business identifiers; those of type PLAC and FILL are the order numbers.
        identifier: many Identifier = "identifier",
        /// The plan it comes from.
        based_on: many Reference = "basedOn",
        /// The order it replaces.
        replaces: many Reference = "replaces",
        /// Number of the group of orders.
        requisition: one Identifier = "requisition",
        /// Draft, active, revoked and so on.
        status: must RequestStatus = "status",
        /// Proposal, plan, order and so on.
        intent: must RequestIntent = "intent",
        /// Imaging, laboratory and so on.
        category: many CodeableConcept = "category",
        /// Routine, urgent and so on.
        priority: one String = "priority",
        /// Turns the request into its opposite: it must not be done.
        do_not_perform: one bool = "doNotPerform",
        /// What is to be done.
        code: one CodeableConcept = "code",
        /// Further instructions.
        order_detail: many CodeableConcept = "orderDetail",
        /// For whom.
        subject: must Reference = "subject",
        /// During which encounter.
        encounter: one Reference = "encounter",
        /// When it should be done.
        occurrence: choice Timing = "occurrence",
        /// When it was ordered.
        authored_on: one DateTime = "authoredOn",
        /// Who ordered it.
        requester: one Reference = "requester",
        /// Who should do it.
        performer: many Reference = "performer",
        /// Why, in codes.
        reason_code: many CodeableConcept = "reasonCode",
        /// Why.
        reason_reference: many Reference = "reasonReference",
        /// On which specimen.
        specimen: many Reference = "specimen",
        /// Where in the body.
        body_site: many CodeableConcept = "bodySite",
        /// Remarks.
        note: many Annotation = "note",
    }
}

element! {
    /// Appointment.
    resource Appointment {
        /// Business identifiers.
        identifier: many Identifier = "identifier",
        /// Booked, cancelled, fulfilled and so on.
        status: must AppointmentStatus = "status",
        /// Why it was cancelled.
        cancelation_reason: one CodeableConcept = "cancelationReason",
        /// Broad category of service.
        service_category: many CodeableConcept = "serviceCategory",
        /// What is to be done.
        service_type: many CodeableConcept = "serviceType",
        /// Specialty of who does it.
        specialty: many CodeableConcept = "specialty",
        /// Check-up, walk-in and so on (v2 table 0276).
        appointment_type: one CodeableConcept = "appointmentType",
        /// Why, in codes.
        reason_code: many CodeableConcept = "reasonCode",
        /// Why.
        reason_reference: many Reference = "reasonReference",
        /// In words.
        description: one String = "description",
        /// When it begins.
        start: one Instant = "start",
        /// When it ends.
        end: one Instant = "end",
        /// How long it takes.
        minutes_duration: one i64 = "minutesDuration",
        /// When it was made.
        created: one DateTime = "created",
        /// Remarks.
        comment: one String = "comment",
        /// The order it is for.
        based_on: many Reference = "basedOn",
        /// Who takes part: the patient is one of them.
        participant: many Participant = "participant",
    }
}

element! {
    /// Appointment.participant.
    Participant {
        /// In which part.
        kind: many CodeableConcept = "type",
        /// Who, or which room.
        actor: one Reference = "actor",
        /// Required, optional or for information only.
        required: one String = "required",
        /// Accepted, declined and so on.
        status: must ParticipationStatus = "status",
        /// When.
        period: one Period = "period",
    }
}

element! {
    /// ImagingStudy: images that were made.
    resource ImagingStudy {
        /// Study instance UID and accession number.
        identifier: many Identifier = "identifier",
        /// Whether the images are there.
        status: must ImagingStudyStatus = "status",
        /// CT, MR and so on.
        modality: many Coding = "modality",
        /// Of whom.
        subject: must Reference = "subject",
        /// During which encounter.
        encounter: one Reference = "encounter",
        /// When it began.
        started: one DateTime = "started",
        /// The order it answers.
        based_on: many Reference = "basedOn",
        /// How many series.
        number_of_series: one i64 = "numberOfSeries",
        /// How many images.
        number_of_instances: one i64 = "numberOfInstances",
        /// The procedure.
        procedure_reference: one Reference = "procedureReference",
        /// The procedure in codes.
        procedure_code: many CodeableConcept = "procedureCode",
        /// Why, in codes.
        reason_code: many CodeableConcept = "reasonCode",
        /// Why.
        reason_reference: many Reference = "reasonReference",
        /// Remarks.
        note: many Annotation = "note",
        /// In words.
        description: one String = "description",
        /// The series.
        series: many Series = "series",
    }
}

element! {
    /// ImagingStudy.series.
    Series {
        /// Series instance UID.
        uid: one String = "uid",
        /// Its number in the study.
        number: one i64 = "number",
        /// CT, MR and so on.
        modality: one Coding = "modality",
        /// In words.
        description: one String = "description",
        /// How many images.
        number_of_instances: one i64 = "numberOfInstances",
        /// Where in the body.
        body_site: one Coding = "bodySite",
        /// Which side.
        laterality: one Coding = "laterality",
        /// When it began.
        started: one DateTime = "started",
    }
}
