//! mCODE (STU 4) profiles, recognised by `meta.profile` or, where a sender names none, by the code.
//!
//! The older profiles that tell clinical and pathologic staging apart by profile are known too. A profile says what a
//! resource is about, not that it keeps all rules of the profile. What the codes mean for a patient is not decided
//! here.

use crate::datatypes::CodeableConcept;
use crate::resource::Resource;
use crate::terminology::Terminology::{self, Loinc, Ncit, Snomed};

/// Where all profiles and extensions of mCODE live.
const BASE: &str = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-";

/// Histology of a cancer, on Condition.
pub const HISTOLOGY_EXTENSION: &str =
    "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior";
/// Side, on Condition.bodySite.
pub const LATERALITY_EXTENSION: &str =
    "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-laterality-qualifier";
/// The cancer that an observation or condition belongs to.
pub const RELATED_CONDITION_EXTENSION: &str =
    "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-related-condition";
/// The primary of a secondary cancer, on Condition.
pub const RELATED_PRIMARY_EXTENSION: &str =
    "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-related-primary-cancer-condition";
/// Curative, palliative and so on, on Procedure.
pub const PROCEDURE_INTENT_EXTENSION: &str =
    "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-procedure-intent";

/// Codes of the parts of a tumour size (LOINC).
pub const SIZE_LONGEST: &str = "33728-7";
/// The other dimensions of a tumour size (LOINC).
pub const SIZE_OTHER: &str = "33729-5";

/// Which staging a category belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Staging {
    /// By examination and imaging (c).
    Clinical,
    /// By the specimen (p).
    Pathologic,
    /// Not said, or another.
    Unsaid,
}

/// What a resource is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum McodeProfile {
    /// A patient with cancer.
    CancerPatient,
    /// The primary cancer.
    PrimaryCancerCondition,
    /// A metastasis.
    SecondaryCancerCondition,
    /// TNM stage group.
    TnmStageGroup(Staging),
    /// T category.
    TnmPrimaryTumor(Staging),
    /// N category.
    TnmRegionalNodes(Staging),
    /// M category.
    TnmDistantMetastases(Staging),
    /// A stage of another system (FIGO, Rai, Binet, Gleason and so on).
    OtherStage,
    /// Size of the tumour.
    TumorSize,
    /// Histologic grade.
    HistologicGrade,
    /// Behaviour and type of the tumour in ICD-O-3.
    HistologicBehaviorAndType,
    /// A panel of grade and behaviour.
    TumorMorphology,
    /// A tumour marker.
    TumorMarkerTest,
    /// Better, worse or stable.
    CancerDiseaseStatus,
    /// Whether there ever was a metastasis.
    HistoryOfMetastaticCancer,
    /// An operation.
    SurgicalProcedure,
    /// A course of radiotherapy.
    RadiotherapyCourseSummary,
    /// A cancer drug that was prescribed.
    MedicationRequest,
    /// A cancer drug that was given.
    MedicationAdministration,
    /// Fitness: ECOG, Karnofsky or Lansky.
    PerformanceStatus,
    /// A specimen.
    HumanSpecimen,
    /// A tumour as a body structure.
    Tumor,
    /// A Bundle with all about one patient.
    PatientBundle,
}

use McodeProfile as P;
use Staging::{Clinical, Pathologic, Unsaid};

/// What follows the common part of the URL, and the profile.
const PROFILES: &[(&str, McodeProfile)] = &[
    ("cancer-patient", P::CancerPatient),
    ("primary-cancer-condition", P::PrimaryCancerCondition),
    ("secondary-cancer-condition", P::SecondaryCancerCondition),
    ("tnm-stage-group", P::TnmStageGroup(Unsaid)),
    ("tnm-clinical-stage-group", P::TnmStageGroup(Clinical)),
    ("tnm-pathological-stage-group", P::TnmStageGroup(Pathologic)),
    ("tnm-primary-tumor-category", P::TnmPrimaryTumor(Unsaid)),
    ("tnm-clinical-primary-tumor-category", P::TnmPrimaryTumor(Clinical)),
    ("tnm-pathological-primary-tumor-category", P::TnmPrimaryTumor(Pathologic)),
    ("tnm-regional-nodes-category", P::TnmRegionalNodes(Unsaid)),
    ("tnm-clinical-regional-nodes-category", P::TnmRegionalNodes(Clinical)),
    ("tnm-pathological-regional-nodes-category", P::TnmRegionalNodes(Pathologic)),
    ("tnm-distant-metastases-category", P::TnmDistantMetastases(Unsaid)),
    ("tnm-clinical-distant-metastases-category", P::TnmDistantMetastases(Clinical)),
    ("tnm-pathological-distant-metastases-category", P::TnmDistantMetastases(Pathologic)),
    ("cancer-stage", P::OtherStage),
    ("cll-binet-stage", P::OtherStage),
    ("cll-rai-stage", P::OtherStage),
    ("gynecologic-tumor-figo-stage", P::OtherStage),
    ("lymphoma-stage", P::OtherStage),
    ("melanoma-breslow-depth-stage", P::OtherStage),
    ("melanoma-clark-level", P::OtherStage),
    ("myeloma-iss-stage", P::OtherStage),
    ("myeloma-riss-stage", P::OtherStage),
    ("neuroblastoma-inss-stage", P::OtherStage),
    ("neuroblastoma-inrgss-stage", P::OtherStage),
    ("prostate-gleason-grade-group", P::OtherStage),
    ("rhabdomyosarcoma-clinical-group-stage", P::OtherStage),
    ("wilms-tumor-stage", P::OtherStage),
    ("tumor-size", P::TumorSize),
    ("histologic-grade", P::HistologicGrade),
    ("histologic-behavior-and-type", P::HistologicBehaviorAndType),
    ("tumor-morphology", P::TumorMorphology),
    ("tumor-marker-test", P::TumorMarkerTest),
    ("tumor-marker", P::TumorMarkerTest),
    ("cancer-disease-status", P::CancerDiseaseStatus),
    ("history-of-metastatic-cancer", P::HistoryOfMetastaticCancer),
    ("cancer-related-surgical-procedure", P::SurgicalProcedure),
    ("radiotherapy-course-summary", P::RadiotherapyCourseSummary),
    ("cancer-related-medication-request", P::MedicationRequest),
    ("cancer-related-medication-administration", P::MedicationAdministration),
    ("ecog-performance-status", P::PerformanceStatus),
    ("karnofsky-performance-status", P::PerformanceStatus),
    ("lansky-play-performance-status", P::PerformanceStatus),
    ("human-specimen", P::HumanSpecimen),
    ("tumor", P::Tumor),
    ("patient-bundle", P::PatientBundle),
];

/// Observation.code, and the profile. SNOMED CT and NCIT codes as in the value sets of mCODE STU 4, LOINC codes as in
/// the LOINC table.
const CODES: &[(Terminology, &str, McodeProfile)] = &[
    (Snomed, "399390009", P::TnmStageGroup(Unsaid)),
    (Snomed, "399537006", P::TnmStageGroup(Clinical)),
    (Snomed, "399588009", P::TnmStageGroup(Pathologic)),
    (Loinc, "21908-9", P::TnmStageGroup(Clinical)),
    (Loinc, "21902-2", P::TnmStageGroup(Pathologic)),
    (Loinc, "21914-7", P::TnmStageGroup(Unsaid)),
    (Snomed, "78873005", P::TnmPrimaryTumor(Unsaid)),
    (Snomed, "399504009", P::TnmPrimaryTumor(Clinical)),
    (Snomed, "384625004", P::TnmPrimaryTumor(Pathologic)),
    (Loinc, "21905-5", P::TnmPrimaryTumor(Clinical)),
    (Loinc, "21899-0", P::TnmPrimaryTumor(Pathologic)),
    (Loinc, "21911-3", P::TnmPrimaryTumor(Unsaid)),
    (Snomed, "277206009", P::TnmRegionalNodes(Unsaid)),
    (Snomed, "399534004", P::TnmRegionalNodes(Clinical)),
    (Snomed, "371494008", P::TnmRegionalNodes(Pathologic)),
    (Loinc, "21906-3", P::TnmRegionalNodes(Clinical)),
    (Loinc, "21900-6", P::TnmRegionalNodes(Pathologic)),
    (Snomed, "277208005", P::TnmDistantMetastases(Unsaid)),
    (Snomed, "399387003", P::TnmDistantMetastases(Clinical)),
    (Snomed, "371497001", P::TnmDistantMetastases(Pathologic)),
    (Loinc, "21907-1", P::TnmDistantMetastases(Clinical)),
    (Loinc, "21901-4", P::TnmDistantMetastases(Pathologic)),
    (Loinc, "21889-1", P::TumorSize),
    (Loinc, SIZE_LONGEST, P::TumorSize),
    (Ncit, "C18000", P::HistologicGrade),
    (Loinc, "44648-4", P::HistologicGrade),
    (Loinc, "21858-6", P::HistologicGrade),
    (Loinc, "33732-9", P::HistologicGrade),
    (Loinc, "31206-6", P::HistologicBehaviorAndType),
    (Loinc, "59847-4", P::HistologicBehaviorAndType),
    (Loinc, "77753-2", P::TumorMorphology),
    (Loinc, "29593-1", P::TumorMarkerTest),
    (Loinc, "33055-5", P::TumorMarkerTest),
    (Loinc, "85337-4", P::TumorMarkerTest),
    (Loinc, "85339-0", P::TumorMarkerTest),
    (Loinc, "48676-1", P::TumorMarkerTest),
    (Loinc, "9811-1", P::TumorMarkerTest),
    (Loinc, "25587-7", P::TumorMarkerTest),
    (Loinc, "97509-4", P::CancerDiseaseStatus),
    (Snomed, "1098951000119108", P::HistoryOfMetastaticCancer),
    (Snomed, "1287652008", P::HistoryOfMetastaticCancer),
    (Loinc, "89247-1", P::PerformanceStatus),
    (Loinc, "89243-0", P::PerformanceStatus),
    (Snomed, "385377005", P::OtherStage),
    (Snomed, "385361009", P::OtherStage),
    (Snomed, "385388004", P::OtherStage),
    (Ncit, "C141212", P::OtherStage),
    (Ncit, "C141207", P::OtherStage),
    (Ncit, "C139007", P::OtherStage),
    (Ncit, "C141392", P::OtherStage),
];

impl McodeProfile {
    /// The profile of a resource: by `meta.profile`, else by Observation.code. Where the profile leaves open which
    /// staging is meant, the code says it.
    pub fn of(resource: &Resource) -> Option<Self> {
        let by_url = || resource.meta()?.profile.iter().find_map(|url| Self::from_url(url));
        let by_code = || match resource {
            Resource::Observation(it) => Self::from_code(&it.code),
            _ => None,
        };
        match (by_url(), by_code()) {
            (Some(url), Some(code)) if url.staging() == Some(Unsaid) && url.same_kind(code) => Some(code),
            (Some(url), _) => Some(url),
            (None, code) => code,
        }
    }

    /// By the URL of the profile, with or without a version.
    pub fn from_url(url: &str) -> Option<Self> {
        let url = url.split('|').next()?;
        let name = url.strip_prefix(BASE)?;
        // STU 2 wrote *pathologic* and *pathological* by turns.
        let name = name.replace("tnm-pathologic-", "tnm-pathological-");
        PROFILES.iter().find(|(it, _)| *it == name).map(|(_, it)| *it)
    }

    /// By the code of an observation.
    pub fn from_code(code: &CodeableConcept) -> Option<Self> {
        CODES.iter().find(|(system, it, _)| code.has(*system, it)).map(|(_, _, profile)| *profile)
    }

    /// Which staging a TNM profile belongs to; `None` for all other profiles.
    pub fn staging(self) -> Option<Staging> {
        match self {
            Self::TnmStageGroup(it)
            | Self::TnmPrimaryTumor(it)
            | Self::TnmRegionalNodes(it)
            | Self::TnmDistantMetastases(it) => Some(it),
            _ => None,
        }
    }

    fn same_kind(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}
