//! Condition, BodyStructure and AllergyIntolerance (R4 condition.html, bodystructure.html, allergyintolerance.html): what
//! the patient has, and where, and does not tolerate.

use crate::datatypes::{Annotation, CodeableConcept, Identifier, Reference, Timing};
use crate::element::element;

element! {
    /// Condition: a diagnosis.
    resource Condition {
        /// Business identifiers.
        identifier: many Identifier = "identifier",
        /// Active, recurrence, remission and so on.
        clinical_status: one CodeableConcept = "clinicalStatus",
        /// Confirmed, refuted, entered in error and so on.
        verification_status: one CodeableConcept = "verificationStatus",
        /// Problem, diagnosis of an encounter and so on.
        category: many CodeableConcept = "category",
        /// How severe.
        severity: one CodeableConcept = "severity",
        /// Which condition.
        code: one CodeableConcept = "code",
        /// Where.
        body_site: many CodeableConcept = "bodySite",
        /// Who has it.
        subject: must Reference = "subject",
        /// During which encounter.
        encounter: one Reference = "encounter",
        /// Since when.
        onset: choice Timing = "onset",
        /// Until when.
        abatement: choice Timing = "abatement",
        /// When it was written down.
        recorded_date: one crate::DateTime = "recordedDate",
        /// Stages.
        stage: many ConditionStage = "stage",
        /// What shows it.
        evidence: many ConditionEvidence = "evidence",
        /// Remarks.
        note: many Annotation = "note",
    }
}

impl Condition {
    /// Whether `verificationStatus` has this code (system condition-ver-status).
    pub fn verification_is(&self, code: &str) -> bool {
        has_code(self.verification_status.as_ref(), code)
    }

    /// Whether `clinicalStatus` has this code (system condition-clinical).
    pub fn clinical_is(&self, code: &str) -> bool {
        has_code(self.clinical_status.as_ref(), code)
    }
}

/// The codes of these two value sets occur in no other system that senders put there.
fn has_code(concept: Option<&CodeableConcept>, code: &str) -> bool {
    concept.is_some_and(|it| it.coding.iter().any(|coding| coding.code.as_deref() == Some(code)))
}

element! {
    /// Condition.stage.
    ConditionStage {
        /// The stage.
        summary: one CodeableConcept = "summary",
        /// The observations of the staging.
        assessment: many Reference = "assessment",
        /// The staging system.
        kind: one CodeableConcept = "type",
    }
}

element! {
    /// Condition.evidence.
    ConditionEvidence {
        /// A sign or symptom.
        code: many CodeableConcept = "code",
        /// What was found.
        detail: many Reference = "detail",
    }
}

element! {
    /// BodyStructure: a tumour in mCODE.
    resource BodyStructure {
        /// Business identifiers.
        identifier: many Identifier = "identifier",
        /// Whether the record is in use.
        active: one bool = "active",
        /// What it is.
        morphology: one CodeableConcept = "morphology",
        /// Where it is.
        location: one CodeableConcept = "location",
        /// Side and the like.
        location_qualifier: many CodeableConcept = "locationQualifier",
        /// In words.
        description: one String = "description",
        /// Whose.
        patient: must Reference = "patient",
    }
}

element! {
    /// AllergyIntolerance (R4 allergyintolerance.html): what the patient does not tolerate.
    resource AllergyIntolerance {
        /// Business identifiers.
        identifier: many Identifier = "identifier",
        /// Active, inactive, resolved.
        clinical_status: one CodeableConcept = "clinicalStatus",
        /// Confirmed, refuted, entered in error and so on.
        verification_status: one CodeableConcept = "verificationStatus",
        /// The substance, or the condition that names it.
        code: one CodeableConcept = "code",
        /// Who has it.
        patient: must Reference = "patient",
        /// Since when.
        onset: choice Timing = "onset",
        /// When it was written down.
        recorded_date: one crate::DateTime = "recordedDate",
        /// What happened.
        reaction: many AllergyReaction = "reaction",
    }
}

impl AllergyIntolerance {
    /// Whether `verificationStatus` has this code (system allergyintolerance-verification).
    pub fn verification_is(&self, code: &str) -> bool {
        has_code(self.verification_status.as_ref(), code)
    }

    /// Whether `clinicalStatus` has this code (system allergyintolerance-clinical).
    pub fn clinical_is(&self, code: &str) -> bool {
        has_code(self.clinical_status.as_ref(), code)
    }
}

element! {
    /// AllergyIntolerance.reaction.
    AllergyReaction {
        /// The substance that caused it.
        substance: one CodeableConcept = "substance",
    }
}
