//! What a statement can say, and the statement itself.

use std::ops::Range;

use lacteal_clinical::finding::{Contrast, Margin, Presence, Site};
use lacteal_clinical::tnm::{StageGroup, TnmStatement};
use lacteal_clinical::{Bounded, Grade, Imaging, Length, MitoticRate, Percent};

use crate::Section;

/// What kind of tumour the text calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Histology {
    /// Well differentiated neuroendocrine tumour, carcinoid.
    Net,
    /// Poorly differentiated neuroendocrine carcinoma.
    Nec,
    /// Mixed neuroendocrine and other neoplasm.
    Minen,
    /// Any other tumour.
    Other,
}

/// The deepest layer that the primary reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Depth {
    /// Mucosa (lamina propria), or lamina propria or submucosa where the text leaves it open.
    LaminaPropria,
    /// Submucosa.
    Submucosa,
    /// Muscularis propria.
    MuscularisPropria,
    /// Subserosa, serosa not penetrated.
    Subserosa,
    /// Serosa (visceral peritoneum).
    Serosa,
    /// Other organs or structures.
    OtherOrgans,
}

impl Depth {
    /// The name used in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LaminaPropria => "lamina_propria_or_submucosa",
            Self::Submucosa => "submucosa",
            Self::MuscularisPropria => "muscularis_propria",
            Self::Subserosa => "subserosa",
            Self::Serosa => "serosa",
            Self::OtherOrgans => "other_organs",
        }
    }
}

/// The field in which mitoses were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MitoticField {
    /// So many square millimetres, in thousandths.
    SquareMillimetres(u32),
    /// So many high-power fields; ten are 2 mm² only at a field diameter of 0.5 mm.
    HighPowerFields(u16),
    /// No field was told.
    Unstated,
}

/// A stain of the tumour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stain {
    /// Synaptophysin.
    Synaptophysin,
    /// Chromogranin A in tissue.
    Chromogranin,
    /// Somatostatin receptor 2.
    SomatostatinReceptor,
    /// CDX2.
    Cdx2,
    /// Serotonin.
    Serotonin,
}

/// A substance measured in blood or urine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Analyte {
    /// Chromogranin A.
    ChromograninA,
    /// 5-hydroxyindoleacetic acid.
    Hiaa,
}

/// One thing that the text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Site of the primary.
    Site(Site),
    /// Kind of tumour.
    Histology(Histology),
    /// Whether there are several primaries, and how many.
    Focality {
        /// Several.
        multifocal: bool,
        /// So many, where told.
        count: Option<u16>,
    },
    /// Greatest dimension of a primary.
    TumourSize(Length),
    /// Depth of invasion.
    Extent(Depth),
    /// A TNM category as written.
    Tnm(TnmStatement),
    /// A stage group as written.
    Stage(StageGroup),
    /// Nodes examined.
    NodesExamined(u16),
    /// Nodes with tumour.
    NodesPositive(u16),
    /// Greatest dimension of a mesenteric mass.
    MesentericMass(Bounded<Length>),
    /// Whether there is a mesenteric mass, where its size is not told.
    MesentericMassSeen(bool),
    /// Mesenteric tumour deposits.
    MesentericDeposits(bool),
    /// Ki-67 index.
    Ki67(Bounded<Percent>),
    /// Mitoses. The rate is there when the field can be brought to 2 mm².
    Mitoses {
        /// Per 2 mm²; approximate when counted in high-power fields.
        rate: Option<Bounded<MitoticRate>>,
        /// As counted.
        field: MitoticField,
    },
    /// Grade as written.
    Grade(Grade),
    /// Resection margin.
    Margin(Margin),
    /// Lymphatic or vascular invasion.
    LymphovascularInvasion(bool),
    /// Perineural invasion.
    PerineuralInvasion(bool),
    /// Metastasis in the liver.
    LiverMetastasis(Presence),
    /// Size of a lesion in the liver.
    LiverLesionSize(Length),
    /// The study that the report is about.
    Imaging(Imaging),
    /// Symptoms of carcinoid syndrome.
    CarcinoidSyndrome(Presence),
    /// A contrast medium that is not tolerated.
    ContrastIntolerance(Contrast),
    /// A stain of the tumour and whether it was positive.
    Stain(Stain, bool),
    /// A measurement in blood or urine: the value in thousandths, its unit as written in lower case.
    Measurement {
        /// What.
        analyte: Analyte,
        /// Value in thousandths of the unit.
        thousandths: u32,
        /// Unit as written, at most 16 bytes.
        unit: String,
    },
}

/// How sure the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Said plainly.
    Stated,
    /// Hedged, or read by a rule that can be wrong here: for people to look at.
    Uncertain,
}

/// Something said, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What.
    pub item: Item,
    /// Bytes of the text that say it.
    pub span: Range<usize>,
    /// Bytes of the sentence or field around it.
    pub sentence: Range<usize>,
    /// Part of the report.
    pub section: Section,
    /// Name of the rule that read it.
    pub rule: &'static str,
    /// How sure the text is.
    pub certainty: Certainty,
}
