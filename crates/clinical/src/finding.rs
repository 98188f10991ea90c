//! What a report can state about a patient, in one enumeration.
//!
//! A finding has no date, patient or source: those belong to the [`Fact`](crate::Fact) around it. Something that was
//! meant to be a finding and could not be read is a finding too ([`Finding::Unread`]), so that it shows as *needs
//! review* and never as nothing.

mod attribute;

use crate::bounded::Bounded;
use crate::codes::{CodeSystem, TumourKind};
use crate::decision::Decision;
use crate::grade::Grade;
use crate::imaging::{Imaging, ImagingAppointment, ImagingOrder};
use crate::marker::Marker;
use crate::quantity::{Length, MitoticRate, Percent};
use crate::tnm::{StatedStage, TnmStatement};
use crate::treatment::{DiseaseStatus, Performance, Treatment};
use crate::{Error, PartialDate, PatientId, RecordNumber};

pub use attribute::{Attribute, UnreadReason};

/// A contrast medium that a patient does not tolerate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Contrast {
    /// Iodinated, as for CT.
    Iodinated,
    /// Gadolinium, as for MRI.
    Gadolinium,
}

impl Contrast {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Iodinated, Self::Gadolinium];

    /// The name used in messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Iodinated => "iodinated",
            Self::Gadolinium => "gadolinium",
        }
    }
}

/// Longest code kept, in bytes.
pub const CODE_BYTES_MAX: usize = 32;

/// A code of a code system in its normal spelling: upper case, no surrounding space, no dots.
///
/// Feeds write `C7A.012` and `C7A012` alike; the dot carries no meaning in any system used here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(String);

impl Code {
    /// Letters, digits, `/` and `-` only, at most [`CODE_BYTES_MAX`] of them.
    pub fn new(text: &str) -> Result<Self, Error> {
        let what = "code";
        let code = text.trim();
        if code.len() > CODE_BYTES_MAX {
            return Err(Error::TooLong { what, max_bytes: CODE_BYTES_MAX });
        }
        let code: String = code.chars().filter(|c| *c != '.').map(|c| c.to_ascii_uppercase()).collect();
        if code.is_empty() {
            return Err(Error::Empty { what });
        }
        if !code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-')) {
            return Err(Error::Unexpected { what });
        }
        Ok(Self(code))
    }

    /// The normal spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where the primary tumour is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    /// Ileum.
    Ileum,
    /// Jejunum.
    Jejunum,
    /// Small bowel, part not told or overlapping.
    SmallBowelUnspecified,
    /// Meckel's diverticulum.
    Meckel,
    /// An organ that this project does not follow.
    Elsewhere,
}

impl Site {
    /// Whether a NET of this site is followed here.
    pub const fn is_followed(self) -> bool {
        !matches!(self, Self::Elsewhere)
    }
}

/// How deep the primary tumour reaches, by increasing depth: what the T category rests on besides the size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extent {
    /// Lamina propria or submucosa.
    LaminaPropriaOrSubmucosa,
    /// Muscularis propria.
    MuscularisPropria,
    /// Through the muscularis propria into the subserosa; the serosa is not penetrated.
    Subserosa,
    /// Through the serosa (visceral peritoneum).
    Serosa,
    /// Other organs or adjacent structures.
    OtherOrgans,
}

/// Whether there is more than one primary tumour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Focality {
    /// More than one.
    pub multifocal: bool,
    /// How many, when told.
    pub count: Option<u16>,
}

/// Whether something was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Presence {
    /// Seen.
    Present,
    /// Looked for and not seen.
    Absent,
    /// Looked for, and no answer.
    Indeterminate,
}

/// Residual tumour at the resection margin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Margin {
    /// None.
    R0,
    /// Microscopic.
    R1,
    /// Macroscopic.
    R2,
}

/// Administrative sex (HL7 table 0001, reduced).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// F.
    Female,
    /// M.
    Male,
    /// O or A.
    Other,
    /// U, or anything else.
    Unknown,
}

/// One thing that a report states.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finding {
    /// A coded diagnosis.
    Diagnosis {
        /// Code system.
        system: CodeSystem,
        /// Code.
        code: Code,
    },
    /// Site of the primary.
    PrimarySite(Site),
    /// Greatest dimension of the primary.
    TumourSize(Length),
    /// One TNM category.
    Tnm(TnmStatement),
    /// Regional nodes examined.
    NodesExamined(u16),
    /// Regional nodes with tumour.
    NodesPositive(u16),
    /// Ki-67 labelling index.
    Ki67(Bounded<Percent>),
    /// Mitoses per 2 mm².
    Mitoses(Bounded<MitoticRate>),
    /// Grade as stated.
    Grade(Grade),
    /// Metastasis in the liver.
    LiverMetastasis(Presence),
    /// An imaging study was performed; the fact's date is its date.
    Imaging(Imaging),
    /// Greatest dimension of the mesenteric mass.
    MesentericMass(Bounded<Length>),
    /// Mesenteric tumour deposits seen or not.
    MesentericDeposits(bool),
    /// Resection margin.
    Margin(Margin),
    /// Lymphovascular invasion seen or not.
    LymphovascularInvasion(bool),
    /// Perineural invasion seen or not.
    PerineuralInvasion(bool),
    /// The patient has died; the date may be unknown.
    Death {
        /// Date of death.
        date: Option<PartialDate>,
    },
    /// Date of birth.
    BirthDate(PartialDate),
    /// Administrative sex.
    Sex(Sex),
    /// A record number by which the hospital knows the patient.
    RecordNumber(RecordNumber),
    /// The patient this fact is addressed to was merged into another (ADT A40, as told to the retired record).
    MergedInto {
        /// The record that goes on.
        survivor: PatientId,
    },
    /// The patient this fact is addressed to took up another (ADT A40, as told to the surviving record).
    Absorbs {
        /// The record that ends.
        retired: PatientId,
    },
    /// Kind of tumour by histology, as read out of text: judged like that of a diagnosis code.
    Histology(TumourKind),
    /// Depth of the primary.
    Extent(Extent),
    /// One primary or several.
    Focality(Focality),
    /// Greatest dimension of a lesion in the liver.
    LiverLesionSize(Length),
    /// An imaging study is ordered; the fact's date is the day for which it was ordered, else that of the order.
    ImagingOrder(ImagingOrder),
    /// An imaging study is booked; the fact's date is the day of the appointment.
    ImagingAppointment(ImagingAppointment),
    /// A decision of a clinician.
    Decision(Decision),
    /// Ki-67 labelling index of a metastasis: never taken for that of the primary.
    MetastasisKi67(Bounded<Percent>),
    /// Stage group as stated.
    StageGroup(StatedStage),
    /// A marker in blood or urine.
    Marker(Marker),
    /// Symptoms of carcinoid syndrome.
    CarcinoidSyndrome(Presence),
    /// A contrast medium is not tolerated, as an allergy list or a report says. It is never inferred, as from the kidneys.
    ContrastIntolerance(Contrast),
    /// How the disease goes, as stated.
    DiseaseStatus(DiseaseStatus),
    /// A treatment of the tumour; the fact's date is its end.
    Treatment(Treatment),
    /// How fit the patient is.
    Performance(Performance),
    /// Meant to be one of the above and not readable. The text itself is in the report, not here.
    Unread {
        /// What it was meant to be.
        attribute: Attribute,
        /// Why it could not be read.
        reason: UnreadReason,
    },
}

impl Finding {
    /// What this finding is about.
    pub fn attribute(&self) -> Attribute {
        match self {
            Self::Diagnosis { .. } => Attribute::Diagnosis,
            Self::PrimarySite(_) => Attribute::PrimarySite,
            Self::TumourSize(_) => Attribute::TumourSize,
            Self::Tnm(_) => Attribute::Tnm,
            Self::NodesExamined(_) => Attribute::NodesExamined,
            Self::NodesPositive(_) => Attribute::NodesPositive,
            Self::Ki67(_) => Attribute::Ki67,
            Self::Mitoses(_) => Attribute::Mitoses,
            Self::Grade(_) => Attribute::Grade,
            Self::LiverMetastasis(_) => Attribute::LiverMetastasis,
            Self::Imaging(_) => Attribute::Imaging,
            Self::MesentericMass(_) => Attribute::MesentericMass,
            Self::MesentericDeposits(_) => Attribute::MesentericDeposits,
            Self::Margin(_) => Attribute::Margin,
            Self::LymphovascularInvasion(_) => Attribute::LymphovascularInvasion,
            Self::PerineuralInvasion(_) => Attribute::PerineuralInvasion,
            Self::Death { .. } => Attribute::Death,
            Self::BirthDate(_) => Attribute::BirthDate,
            Self::Sex(_) => Attribute::Sex,
            Self::RecordNumber(_) => Attribute::RecordNumber,
            Self::MergedInto { .. } | Self::Absorbs { .. } => Attribute::Merge,
            Self::Histology(_) => Attribute::Histology,
            Self::Extent(_) => Attribute::Extent,
            Self::Focality(_) => Attribute::Focality,
            Self::LiverLesionSize(_) => Attribute::LiverLesionSize,
            Self::ImagingOrder(_) => Attribute::ImagingOrder,
            Self::ImagingAppointment(_) => Attribute::ImagingAppointment,
            Self::Decision(_) => Attribute::Decision,
            Self::MetastasisKi67(_) => Attribute::MetastasisKi67,
            Self::StageGroup(_) => Attribute::StageGroup,
            Self::Marker(_) => Attribute::Marker,
            Self::CarcinoidSyndrome(_) => Attribute::CarcinoidSyndrome,
            Self::ContrastIntolerance(_) => Attribute::ContrastIntolerance,
            Self::DiseaseStatus(_) => Attribute::DiseaseStatus,
            Self::Treatment(_) => Attribute::Treatment,
            Self::Performance(_) => Attribute::Performance,
            Self::Unread { attribute, .. } => *attribute,
        }
    }

    /// Whether it speaks of the tumour: not only of the person or the record, of a marker or symptom that others have
    /// too, of an intolerance, of treatment and its course, of what was decided, or of a study that is yet to come.
    pub fn is_about_the_tumour(&self) -> bool {
        let beside = matches!(
            self.attribute(),
            Attribute::ImagingOrder
                | Attribute::ImagingAppointment
                | Attribute::Decision
                | Attribute::Marker
                | Attribute::CarcinoidSyndrome
                | Attribute::ContrastIntolerance
                | Attribute::DiseaseStatus
                | Attribute::Treatment
                | Attribute::Performance
        );
        !self.is_about_the_person() && !beside
    }

    /// Whether it speaks of the person or the record alone.
    pub fn is_about_the_person(&self) -> bool {
        matches!(
            self.attribute(),
            Attribute::Death
                | Attribute::BirthDate
                | Attribute::Sex
                | Attribute::RecordNumber
                | Attribute::Merge
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_one_spelling() {
        assert_eq!(Code::new(" c7a.012 ").unwrap(), Code::new("C7A012").unwrap());
        assert_eq!(Code::new("8240/3").unwrap().as_str(), "8240/3");
        for text in ["", " . ", "C7A 012", "é", &"1".repeat(33)] {
            assert!(Code::new(text).is_err(), "{text}");
        }
    }
}
