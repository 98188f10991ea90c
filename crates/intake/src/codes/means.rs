//! What a code of the table may stand for, by the names that the table gives them.

use lacteal_clinical::MarkerKind;
use lacteal_clinical::finding::Contrast;
use serde::{Deserialize, Serialize};

/// What an observation or study code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// Site of the primary tumour; the value is coded.
    PrimarySite,
    /// ICD-O-3 morphology; the value is coded.
    Morphology,
    /// A diagnosis; the value is coded.
    Diagnosis,
    /// Greatest dimension of the primary tumour.
    TumourSize,
    /// Pathological T category.
    PathologicalT,
    /// Pathological N category.
    PathologicalN,
    /// Pathological M category.
    PathologicalM,
    /// Clinical T category.
    ClinicalT,
    /// Clinical N category.
    ClinicalN,
    /// Clinical M category.
    ClinicalM,
    /// Regional lymph nodes examined.
    NodesExamined,
    /// Regional lymph nodes with metastasis.
    NodesPositive,
    /// Ki-67 labelling index in percent.
    Ki67,
    /// Mitoses per 2 mm².
    Mitoses,
    /// WHO grade.
    Grade,
    /// Liver metastasis: present, absent or indeterminate.
    LiverMetastasis,
    /// Largest mesenteric mass.
    MesentericMass,
    /// Mesenteric tumour deposits: present or absent.
    MesentericDeposits,
    /// Resection margin: R0, R1, R2.
    Margin,
    /// Lymphovascular invasion: present or absent.
    LymphovascularInvasion,
    /// Perineural invasion: present or absent.
    PerineuralInvasion,
    /// Stage group, clinical or pathological.
    StageGroup,
    /// Chromogranin A in serum or plasma.
    ChromograninA,
    /// 5-HIAA in urine of 24 hours.
    #[serde(rename = "urine_5hiaa")]
    UrineHiaa,
    /// Concentration of 5-HIAA in urine of 24 hours.
    #[serde(rename = "urine_5hiaa_concentration")]
    UrineHiaaConcentration,
    /// 5-HIAA in serum or plasma.
    #[serde(rename = "plasma_5hiaa")]
    PlasmaHiaa,
    /// NT-proBNP.
    #[serde(rename = "nt_probnp")]
    NtProBnp,
    /// How the disease goes: improved, stable, worsened and so on.
    DiseaseStatus,
    /// ECOG score of fitness.
    Ecog,
    /// Karnofsky score of fitness.
    Karnofsky,
    /// Resection of jejunum or ileum, as the code of a procedure.
    SmallBowelResection,
    /// An iodinated contrast medium, in a list of allergies.
    IodinatedContrast,
    /// A contrast medium with gadolinium, in a list of allergies.
    GadoliniumContrast,
    /// A study; `modality` and `region` say which.
    Imaging,
    /// A pathology report, or a part of one: its text is read.
    PathologyReport,
    /// A radiology report, or a part of one: its text is read.
    RadiologyReport,
    /// A letter or note of a clinic: its text is read.
    ClinicReport,
}

/// What kind of report a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// Pathology.
    Pathology,
    /// Radiology.
    Radiology,
    /// A letter or note of a clinic.
    Clinic,
}

impl From<ReportKind> for lacteal_clinical::ReportKind {
    fn from(kind: ReportKind) -> Self {
        match kind {
            ReportKind::Pathology => Self::Pathology,
            ReportKind::Radiology => Self::Imaging,
            ReportKind::Clinic => Self::Clinic,
        }
    }
}

impl Means {
    /// The marker that it stands for.
    pub fn marker(self) -> Option<MarkerKind> {
        match self {
            Means::ChromograninA => Some(MarkerKind::ChromograninA),
            Means::UrineHiaa => Some(MarkerKind::UrineHiaa),
            Means::UrineHiaaConcentration => Some(MarkerKind::UrineHiaaConcentration),
            Means::PlasmaHiaa => Some(MarkerKind::PlasmaHiaa),
            Means::NtProBnp => Some(MarkerKind::NtProBnp),
            _ => None,
        }
    }

    /// The contrast medium that it stands for.
    pub fn contrast(self) -> Option<Contrast> {
        match self {
            Means::IodinatedContrast => Some(Contrast::Iodinated),
            Means::GadoliniumContrast => Some(Contrast::Gadolinium),
            _ => None,
        }
    }

    /// The kind of report that it stands for.
    pub fn report(self) -> Option<ReportKind> {
        match self {
            Means::PathologyReport => Some(ReportKind::Pathology),
            Means::RadiologyReport => Some(ReportKind::Radiology),
            Means::ClinicReport => Some(ReportKind::Clinic),
            _ => None,
        }
    }
}
