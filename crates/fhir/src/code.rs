//! Code elements with a required value set of R4, as enums: an unknown code is an error, not a guess.

use crate::Error;
use crate::element::{Element, Issues, wrong};
use crate::json::Json;
use crate::path::At;

/// An enum for a value set: its name in the standard, and each code.
macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $value_set:literal { $($variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the names are the codes of the standard, defined there")]
        pub enum $name {
            $($variant,)*
        }

        impl $name {
            /// All of them, in the order of the standard.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }
        }

        impl Element for $name {
            fn read(json: Json, at: &At<'_>, out: &mut Issues) -> Option<Self> {
                let Json::String(text) = json else { return wrong("a string", at, out) };
                let known = Self::ALL.iter().copied().find(|it| it.as_str() == text);
                if known.is_none() {
                    out.add(Error::UnknownCode { value_set: $value_set }, at);
                }
                known
            }

            fn write(&self) -> Json {
                Json::from(self.as_str())
            }
        }
    };
}

code! {
    /// Observation.status.
    ObservationStatus, "observation-status" {
        Registered = "registered",
        Preliminary = "preliminary",
        Final = "final",
        Amended = "amended",
        Corrected = "corrected",
        Cancelled = "cancelled",
        EnteredInError = "entered-in-error",
        Unknown = "unknown",
    }
}

code! {
    /// DiagnosticReport.status.
    ReportStatus, "diagnostic-report-status" {
        Registered = "registered",
        Partial = "partial",
        Preliminary = "preliminary",
        Final = "final",
        Amended = "amended",
        Corrected = "corrected",
        Appended = "appended",
        Cancelled = "cancelled",
        EnteredInError = "entered-in-error",
        Unknown = "unknown",
    }
}

code! {
    /// Procedure.status.
    EventStatus, "event-status" {
        Preparation = "preparation",
        InProgress = "in-progress",
        NotDone = "not-done",
        OnHold = "on-hold",
        Stopped = "stopped",
        Completed = "completed",
        EnteredInError = "entered-in-error",
        Unknown = "unknown",
    }
}

code! {
    /// ServiceRequest.status.
    RequestStatus, "request-status" {
        Draft = "draft",
        Active = "active",
        OnHold = "on-hold",
        Revoked = "revoked",
        Completed = "completed",
        EnteredInError = "entered-in-error",
        Unknown = "unknown",
    }
}

code! {
    /// ServiceRequest.intent and MedicationRequest.intent.
    RequestIntent, "request-intent" {
        Proposal = "proposal",
        Plan = "plan",
        Directive = "directive",
        Order = "order",
        OriginalOrder = "original-order",
        ReflexOrder = "reflex-order",
        FillerOrder = "filler-order",
        InstanceOrder = "instance-order",
        Option = "option",
    }
}

code! {
    /// Appointment.status.
    AppointmentStatus, "appointmentstatus" {
        Proposed = "proposed",
        Pending = "pending",
        Booked = "booked",
        Arrived = "arrived",
        Fulfilled = "fulfilled",
        Cancelled = "cancelled",
        NoShow = "noshow",
        EnteredInError = "entered-in-error",
        CheckedIn = "checked-in",
        Waitlist = "waitlist",
    }
}

code! {
    /// Appointment.participant.status.
    ParticipationStatus, "participationstatus" {
        Accepted = "accepted",
        Declined = "declined",
        Tentative = "tentative",
        NeedsAction = "needs-action",
    }
}

code! {
    /// ImagingStudy.status.
    ImagingStudyStatus, "imagingstudy-status" {
        Registered = "registered",
        Available = "available",
        Cancelled = "cancelled",
        EnteredInError = "entered-in-error",
        Unknown = "unknown",
    }
}

code! {
    /// Encounter.status.
    EncounterStatus, "encounter-status" {
        Planned = "planned",
        Arrived = "arrived",
        Triaged = "triaged",
        InProgress = "in-progress",
        OnLeave = "onleave",
        Finished = "finished",
        Cancelled = "cancelled",
        EnteredInError = "entered-in-error",
        Unknown = "unknown",
    }
}

code! {
    /// Specimen.status.
    SpecimenStatus, "specimen-status" {
        Available = "available",
        Unavailable = "unavailable",
        Unsatisfactory = "unsatisfactory",
        EnteredInError = "entered-in-error",
    }
}

code! {
    /// MedicationRequest.status.
    MedicationRequestStatus, "medicationrequest-status" {
        Active = "active",
        OnHold = "on-hold",
        Cancelled = "cancelled",
        Completed = "completed",
        EnteredInError = "entered-in-error",
        Stopped = "stopped",
        Draft = "draft",
        Unknown = "unknown",
    }
}

code! {
    /// MedicationAdministration.status.
    MedicationAdministrationStatus, "medication-admin-status" {
        InProgress = "in-progress",
        NotDone = "not-done",
        OnHold = "on-hold",
        Completed = "completed",
        EnteredInError = "entered-in-error",
        Stopped = "stopped",
        Unknown = "unknown",
    }
}

code! {
    /// Patient.gender.
    Gender, "administrative-gender" {
        Male = "male",
        Female = "female",
        Other = "other",
        Unknown = "unknown",
    }
}

code! {
    /// Patient.link.type.
    LinkType, "link-type" {
        ReplacedBy = "replaced-by",
        Replaces = "replaces",
        Refer = "refer",
        SeeAlso = "seealso",
    }
}

code! {
    /// Identifier.use.
    IdentifierUse, "identifier-use" {
        Usual = "usual",
        Official = "official",
        Temp = "temp",
        Secondary = "secondary",
        Old = "old",
    }
}

code! {
    /// Quantity.comparator.
    Comparator, "quantity-comparator" {
        Less = "<",
        LessOrEqual = "<=",
        GreaterOrEqual = ">=",
        Greater = ">",
    }
}

code! {
    /// Bundle.type.
    BundleType, "bundle-type" {
        Document = "document",
        Message = "message",
        Transaction = "transaction",
        TransactionResponse = "transaction-response",
        Batch = "batch",
        BatchResponse = "batch-response",
        History = "history",
        Searchset = "searchset",
        Collection = "collection",
    }
}

code! {
    /// Bundle.entry.request.method.
    Method, "http-verb" {
        Get = "GET",
        Head = "HEAD",
        Post = "POST",
        Put = "PUT",
        Delete = "DELETE",
        Patch = "PATCH",
    }
}

code! {
    /// MessageHeader.response.code.
    ResponseCode, "response-code" {
        Ok = "ok",
        TransientError = "transient-error",
        FatalError = "fatal-error",
    }
}
