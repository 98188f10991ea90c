//! Observation and Specimen (R4 observation.html, specimen.html): what was found, and on what.

use crate::code::{ObservationStatus, SpecimenStatus};
use crate::datatypes::{
    Annotation, CodeableConcept, Identifier, Period, Quantity, Range, Ratio, Reference, Timing,
};
use crate::element::{choice, element};
use crate::json::Json;
use crate::time::{DateTime, Instant};

element! {
    /// Observation: a measurement or finding.
    resource Observation {
        /// Business identifiers.
        identifier: many Identifier = "identifier",
        /// The order it answers.
        based_on: many Reference = "basedOn",
        /// The procedure or study it is part of.
        part_of: many Reference = "partOf",
        /// How final it is.
        status: must ObservationStatus = "status",
        /// Laboratory, imaging and so on.
        category: many CodeableConcept = "category",
        /// What was observed.
        code: must CodeableConcept = "code",
        /// Of whom.
        subject: one Reference = "subject",
        /// About what, when not about the subject as a whole: in mCODE the cancer.
        focus: many Reference = "focus",
        /// During which encounter.
        encounter: one Reference = "encounter",
        /// When it held true.
        effective: choice Timing = "effective",
        /// When this version was made available.
        issued: one Instant = "issued",
        /// By whom.
        performer: many Reference = "performer",
        /// The result.
        value: choice Value = "value",
        /// Why there is no result.
        data_absent_reason: one CodeableConcept = "dataAbsentReason",
        /// High, low, abnormal and so on.
        interpretation: many CodeableConcept = "interpretation",
        /// Remarks.
        note: many Annotation = "note",
        /// Where in the body.
        body_site: one CodeableConcept = "bodySite",
        /// How: in mCODE the staging system.
        method: one CodeableConcept = "method",
        /// On which specimen.
        specimen: one Reference = "specimen",
        /// What is usual.
        reference_range: many ReferenceRange = "referenceRange",
        /// The observations of a panel.
        has_member: many Reference = "hasMember",
        /// What it was taken from.
        derived_from: many Reference = "derivedFrom",
        /// Results that belong together.
        component: many Component = "component",
    }
}

element! {
    /// Observation.component.
    Component {
        /// What was observed.
        code: must CodeableConcept = "code",
        /// The result.
        value: choice Value = "value",
        /// Why there is no result.
        data_absent_reason: one CodeableConcept = "dataAbsentReason",
        /// High, low, abnormal and so on.
        interpretation: many CodeableConcept = "interpretation",
        /// What is usual.
        reference_range: many ReferenceRange = "referenceRange",
    }
}

element! {
    /// Observation.referenceRange, of which the limits are read.
    ReferenceRange {
        /// Lower limit.
        low: one Quantity = "low",
        /// Upper limit.
        high: one Quantity = "high",
    }
}

choice! {
    /// Observation.value\[x\]: all types of R4.
    Value {
        /// A number with a unit.
        Quantity(Quantity) = "Quantity",
        /// A code.
        CodeableConcept(CodeableConcept) = "CodeableConcept",
        /// Words.
        String(String) = "String",
        /// Yes or no.
        Boolean(bool) = "Boolean",
        /// A whole number.
        Integer(i64) = "Integer",
        /// From, to.
        Range(Range) = "Range",
        /// One in another.
        Ratio(Ratio) = "Ratio",
        /// A series of samples, kept as it is.
        SampledData(Json) = "SampledData",
        /// A time of day, kept as it is.
        Time(String) = "Time",
        /// A date or time.
        DateTime(DateTime) = "DateTime",
        /// From, to in time.
        Period(Period) = "Period",
    }
}

element! {
    /// Specimen.
    resource Specimen {
        /// Business identifiers.
        identifier: many Identifier = "identifier",
        /// Number given by the laboratory.
        accession_identifier: one Identifier = "accessionIdentifier",
        /// Whether it is fit for use.
        status: one SpecimenStatus = "status",
        /// What it is.
        kind: one CodeableConcept = "type",
        /// From whom.
        subject: one Reference = "subject",
        /// When it arrived.
        received_time: one DateTime = "receivedTime",
        /// What it was cut from.
        parent: many Reference = "parent",
        /// The order for it.
        request: many Reference = "request",
        /// How it was taken.
        collection: one Collection = "collection",
        /// Remarks.
        note: many Annotation = "note",
    }
}

element! {
    /// Specimen.collection.
    Collection {
        /// When it was taken.
        collected: choice Timing = "collected",
        /// How it was taken.
        method: one CodeableConcept = "method",
        /// From where.
        body_site: one CodeableConcept = "bodySite",
    }
}
