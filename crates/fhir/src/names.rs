//! Names that the standard gives: resource types of R4, and the members that may be shown in expressions.
//!
//! A name of a member comes from the sender. Only names that are read here are repeated in an issue: any other could
//! hold anything.

use crate::element::Element;
use crate::{bundle, care, condition, datatypes, message, observation, order, patient, report, resource};

/// The resource types of R4 (resourcelist.html), in the order of the alphabet.
const RESOURCE_TYPES: &[&str] = &[
    "Account",
    "ActivityDefinition",
    "AdverseEvent",
    "AllergyIntolerance",
    "Appointment",
    "AppointmentResponse",
    "AuditEvent",
    "Basic",
    "Binary",
    "BiologicallyDerivedProduct",
    "BodyStructure",
    "Bundle",
    "CapabilityStatement",
    "CarePlan",
    "CareTeam",
    "CatalogEntry",
    "ChargeItem",
    "ChargeItemDefinition",
    "Claim",
    "ClaimResponse",
    "ClinicalImpression",
    "CodeSystem",
    "Communication",
    "CommunicationRequest",
    "CompartmentDefinition",
    "Composition",
    "ConceptMap",
    "Condition",
    "Consent",
    "Contract",
    "Coverage",
    "CoverageEligibilityRequest",
    "CoverageEligibilityResponse",
    "DetectedIssue",
    "Device",
    "DeviceDefinition",
    "DeviceMetric",
    "DeviceRequest",
    "DeviceUseStatement",
    "DiagnosticReport",
    "DocumentManifest",
    "DocumentReference",
    "EffectEvidenceSynthesis",
    "Encounter",
    "Endpoint",
    "EnrollmentRequest",
    "EnrollmentResponse",
    "EpisodeOfCare",
    "EventDefinition",
    "Evidence",
    "EvidenceVariable",
    "ExampleScenario",
    "ExplanationOfBenefit",
    "FamilyMemberHistory",
    "Flag",
    "Goal",
    "GraphDefinition",
    "Group",
    "GuidanceResponse",
    "HealthcareService",
    "ImagingStudy",
    "Immunization",
    "ImmunizationEvaluation",
    "ImmunizationRecommendation",
    "ImplementationGuide",
    "InsurancePlan",
    "Invoice",
    "Library",
    "Linkage",
    "List",
    "Location",
    "Measure",
    "MeasureReport",
    "Media",
    "Medication",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationKnowledge",
    "MedicationRequest",
    "MedicationStatement",
    "MedicinalProduct",
    "MedicinalProductAuthorization",
    "MedicinalProductContraindication",
    "MedicinalProductIndication",
    "MedicinalProductIngredient",
    "MedicinalProductInteraction",
    "MedicinalProductManufactured",
    "MedicinalProductPackaged",
    "MedicinalProductPharmaceutical",
    "MedicinalProductUndesirableEffect",
    "MessageDefinition",
    "MessageHeader",
    "MolecularSequence",
    "NamingSystem",
    "NutritionOrder",
    "Observation",
    "ObservationDefinition",
    "OperationDefinition",
    "OperationOutcome",
    "Organization",
    "OrganizationAffiliation",
    "Parameters",
    "Patient",
    "PaymentNotice",
    "PaymentReconciliation",
    "Person",
    "PlanDefinition",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "Provenance",
    "Questionnaire",
    "QuestionnaireResponse",
    "RelatedPerson",
    "RequestGroup",
    "ResearchDefinition",
    "ResearchElementDefinition",
    "ResearchStudy",
    "ResearchSubject",
    "RiskAssessment",
    "RiskEvidenceSynthesis",
    "Schedule",
    "SearchParameter",
    "ServiceRequest",
    "Slot",
    "Specimen",
    "SpecimenDefinition",
    "StructureDefinition",
    "StructureMap",
    "Subscription",
    "Substance",
    "SubstanceNucleicAcid",
    "SubstancePolymer",
    "SubstanceProtein",
    "SubstanceReferenceInformation",
    "SubstanceSourceMaterial",
    "SubstanceSpecification",
    "SupplyDelivery",
    "SupplyRequest",
    "Task",
    "TerminologyCapabilities",
    "TestReport",
    "TestScript",
    "ValueSet",
    "VerificationResult",
    "VisionPrescription",
];

/// Whether R4 has a resource of this name.
pub(crate) fn is_resource_type(name: &str) -> bool {
    RESOURCE_TYPES.binary_search(&name).is_ok()
}

/// Members of the elements inside resources.
const INNER: &[&[&str]] = &[
    datatypes::Meta::NAMES,
    datatypes::Coding::NAMES,
    datatypes::CodeableConcept::NAMES,
    datatypes::Identifier::NAMES,
    datatypes::Reference::NAMES,
    datatypes::Quantity::NAMES,
    datatypes::Range::NAMES,
    datatypes::Ratio::NAMES,
    datatypes::Period::NAMES,
    datatypes::Annotation::NAMES,
    bundle::EntryRequest::NAMES,
    care::Hospitalization::NAMES,
    condition::ConditionEvidence::NAMES,
    condition::ConditionStage::NAMES,
    message::Agent::NAMES,
    message::MessageResponse::NAMES,
    message::MessageSource::NAMES,
    message::Parameter::NAMES,
    message::ProvenanceEntity::NAMES,
    observation::Collection::NAMES,
    observation::Component::NAMES,
    order::Participant::NAMES,
    order::Series::NAMES,
    patient::PatientLink::NAMES,
    report::Attachment::NAMES,
    &["resourceType", "entry", "fullUrl", "resource", "request", "response", "search", "total", "timestamp"],
    &["implicitRules", "language", "text", "div", "contained", "extension", "modifierExtension", "url"],
];

/// Endings of choice elements.
const ENDINGS: &[&str] = &[
    "Age",
    "Boolean",
    "Code",
    "CodeableConcept",
    "Coding",
    "DateTime",
    "Identifier",
    "Instant",
    "Integer",
    "Period",
    "Quantity",
    "Range",
    "Ratio",
    "Reference",
    "SampledData",
    "String",
    "Time",
    "Timing",
    "Uri",
];

/// Whether a member may be named in an issue.
pub(crate) fn is_member(name: &str) -> bool {
    let is = |known: &str| match name.strip_prefix(known) {
        Some("") => true,
        Some(ending) => ENDINGS.contains(&ending),
        None => false,
    };
    INNER.iter().chain(resource::MEMBERS).flat_map(|it| it.iter()).any(|it| is(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_are_those_of_r4_and_in_order() {
        assert_eq!(
            RESOURCE_TYPES.len(),
            148 - 2,
            "the list of R4 without the abstract Resource and DomainResource"
        );
        assert!(RESOURCE_TYPES.is_sorted());
        assert!(resource::TYPED.iter().all(|it| is_resource_type(it)));
        assert!(!is_resource_type("Resource") && !is_resource_type("patient") && !is_resource_type(""));
    }

    #[test]
    fn only_names_of_the_standard_may_be_shown() {
        for name in ["valueQuantity", "status", "effectiveDateTime", "coding", "entry", "deceasedBoolean"] {
            assert!(is_member(name), "{name}");
        }
        for name in ["canary", "valueCanary", "", "nameCanary", "statusX"] {
            assert!(!is_member(name), "{name}");
        }
    }
}
