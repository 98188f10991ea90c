//! What diagnosis codes say about a tumour that is followed here: plain tables, each with its source.
//!
//! A code may show the kind of tumour, its site, or that the liver is reached. A code that is not in a table says
//! nothing. Codes are compared in the normal spelling of [`Code`], without dots.

use crate::finding::{Code, Site};

/// Code systems that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeSystem {
    /// ICD-10 of the United States (clinical modification).
    Icd10Cm,
    /// ICD-10 of the WHO and its other national forms.
    Icd10,
    /// ICD-O-3 topography.
    IcdO3Topography,
    /// ICD-O-3 morphology with behaviour (`8240/3`).
    IcdO3Morphology,
    /// SNOMED CT.
    SnomedCt,
}

impl CodeSystem {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Icd10Cm, Self::Icd10, Self::IcdO3Topography, Self::IcdO3Morphology, Self::SnomedCt];

    /// The name used in configuration and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Icd10Cm => "icd-10-cm",
            Self::Icd10 => "icd-10",
            Self::IcdO3Topography => "icd-o-3-topography",
            Self::IcdO3Morphology => "icd-o-3-morphology",
            Self::SnomedCt => "snomed-ct",
        }
    }
}

/// What kind of tumour a code shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TumourKind {
    /// A neuroendocrine tumour.
    Net,
    /// A name that has meant NET and carcinoma at different times.
    Unclear,
    /// A poorly differentiated or mixed carcinoma, which this project does not follow.
    Nec,
    /// Any other tumour.
    Other,
}

/// What a code says about metastasis in the liver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LiverCode {
    /// Present.
    Present,
    /// Present, of whatever primary: to be believed only of a patient in scope.
    PresentIfInScope,
}

/// All that a code says. At least one part is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Meaning {
    /// Kind of tumour.
    pub kind: Option<TumourKind>,
    /// Site of the primary.
    pub site: Option<Site>,
    /// The liver.
    pub liver: Option<LiverCode>,
}

const fn net(site: Option<Site>) -> Meaning {
    Meaning { kind: Some(TumourKind::Net), site, liver: None }
}

const fn kind(kind: TumourKind) -> Meaning {
    Meaning { kind: Some(kind), site: None, liver: None }
}

const fn site(site: Site) -> Meaning {
    Meaning { kind: None, site: Some(site), liver: None }
}

const fn liver(kind: Option<TumourKind>, liver: LiverCode) -> Meaning {
    Meaning { kind, site: None, liver: Some(liver) }
}

/// A row: the code or the beginning of all codes meant, and the meaning. The longest beginning wins.
type Row = (&'static str, Meaning);

/// ICD-10-CM tabular list (FY 2026), category C7A, malignant neuroendocrine tumours. A C7A code without a row of its own
/// shows a NET of a site that is not told. C7A.095 is the midgut, which includes the appendix and caecum: no site either.
const ICD10CM_NET: &[Row] = &[
    ("C7A", net(None)),
    ("C7A010", net(Some(Site::Elsewhere))),
    ("C7A011", net(Some(Site::Jejunum))),
    ("C7A012", net(Some(Site::Ileum))),
    ("C7A019", net(Some(Site::SmallBowelUnspecified))),
    ("C7A02", net(Some(Site::Elsewhere))),
    ("C7A090", net(Some(Site::Elsewhere))),
    ("C7A091", net(Some(Site::Elsewhere))),
    ("C7A092", net(Some(Site::Elsewhere))),
    ("C7A093", net(Some(Site::Elsewhere))),
    ("C7A094", net(Some(Site::Elsewhere))),
    ("C7A096", net(Some(Site::Elsewhere))),
    ("C7A1", kind(TumourKind::Nec)),
];

/// ICD-10-CM tabular list (FY 2026), category C7B, secondary neuroendocrine tumours: the primary was a NET.
const ICD10CM_SECONDARY: &[Row] =
    &[("C7B", net(None)), ("C7B02", liver(Some(TumourKind::Net), LiverCode::Present))];

/// ICD-10 and ICD-10-CM, sites of the small bowel and secondary tumour of the liver (chapter 2, C17 and C78).
/// The site alone shows no NET: C17.2 is any malignant tumour of the ileum.
const ICD10_SITES: &[Row] = &[
    ("C170", site(Site::Elsewhere)),
    ("C171", site(Site::Jejunum)),
    ("C172", site(Site::Ileum)),
    ("C173", site(Site::Meckel)),
    ("C178", site(Site::SmallBowelUnspecified)),
    ("C179", site(Site::SmallBowelUnspecified)),
    ("C787", liver(None, LiverCode::PresentIfInScope)),
];

/// ICD-O-3 topography as in the SEER staging schema NET Jejunum and Ileum: C17.1–C17.9 but duodenum; stomach, colon with ileocaecal
/// valve and appendix, rectum, pancreas and lung are the other usual homes of a NET.
const ICDO_TOPOGRAPHY: &[Row] = &[
    ("C16", site(Site::Elsewhere)),
    ("C170", site(Site::Elsewhere)),
    ("C171", site(Site::Jejunum)),
    ("C172", site(Site::Ileum)),
    ("C173", site(Site::Meckel)),
    ("C178", site(Site::SmallBowelUnspecified)),
    ("C179", site(Site::SmallBowelUnspecified)),
    ("C18", site(Site::Elsewhere)),
    ("C19", site(Site::Elsewhere)),
    ("C20", site(Site::Elsewhere)),
    ("C25", site(Site::Elsewhere)),
    ("C34", site(Site::Elsewhere)),
];

/// ICD-O-3 morphology without the behaviour, as in the SEER staging schema NET Jejunum and Ileum. 8246 is NEC today and stood for
/// well differentiated tumours too in older registries.
const ICDO_MORPHOLOGY: &[Row] = &[
    ("8153", kind(TumourKind::Net)),
    ("8240", kind(TumourKind::Net)),
    ("8241", kind(TumourKind::Net)),
    ("8242", kind(TumourKind::Net)),
    ("8249", kind(TumourKind::Net)),
    ("8246", kind(TumourKind::Unclear)),
    ("8013", kind(TumourKind::Nec)),
    ("8041", kind(TumourKind::Nec)),
    ("8154", kind(TumourKind::Nec)),
];

/// SNOMED CT concepts of site, and of metastasis in the liver, that are in public use in mCODE data.
const SNOMED: &[Row] = &[
    ("34516001", site(Site::Ileum)),
    ("21306003", site(Site::Jejunum)),
    ("127962001", site(Site::Meckel)),
    ("94381002", liver(None, LiverCode::Present)),
];

/// What the code says; `None` when it says nothing about a tumour that is followed here.
pub fn meaning(system: CodeSystem, code: &Code) -> Option<Meaning> {
    let code = code.as_str();
    match system {
        CodeSystem::Icd10Cm => longest(ICD10CM_NET, code)
            .or_else(|| longest(ICD10CM_SECONDARY, code))
            .or_else(|| longest(ICD10_SITES, code)),
        CodeSystem::Icd10 => longest(ICD10_SITES, code),
        CodeSystem::IcdO3Topography => longest(ICDO_TOPOGRAPHY, code),
        CodeSystem::IcdO3Morphology => morphology(code),
        CodeSystem::SnomedCt => SNOMED.iter().find(|row| row.0 == code).map(|row| row.1),
    }
}

/// Malignant primary (`/3`) and metastatic (`/6`) behaviour tell the kind of tumour; a malignant morphology outside
/// the table is some other tumour.
fn morphology(code: &str) -> Option<Meaning> {
    let (histology, behaviour) = code.split_once('/')?;
    let malignant = matches!(behaviour, "3" | "6");
    let histology_code = histology.len() == 4 && histology.bytes().all(|b| b.is_ascii_digit());
    if !(malignant && histology_code) {
        return None;
    }
    let row = ICDO_MORPHOLOGY.iter().find(|row| row.0 == histology);
    Some(row.map_or(kind(TumourKind::Other), |row| row.1))
}

fn longest(table: &[Row], code: &str) -> Option<Meaning> {
    table.iter().filter(|row| code.starts_with(row.0)).max_by_key(|row| row.0.len()).map(|row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(system: CodeSystem, code: &str) -> Option<Meaning> {
        meaning(system, &Code::new(code).unwrap())
    }

    #[test]
    fn codes_say_what_their_tables_say() {
        use CodeSystem::{Icd10, Icd10Cm, IcdO3Morphology, IcdO3Topography, SnomedCt};
        for (system, code, expected) in [
            (Icd10Cm, "C7A.012", Some(net(Some(Site::Ileum)))),
            (Icd10Cm, "c7a012", Some(net(Some(Site::Ileum)))),
            (Icd10Cm, "C7A.011", Some(net(Some(Site::Jejunum)))),
            (Icd10Cm, "C7A.019", Some(net(Some(Site::SmallBowelUnspecified)))),
            (Icd10Cm, "C7A.010", Some(net(Some(Site::Elsewhere)))),
            (Icd10Cm, "C7A.020", Some(net(Some(Site::Elsewhere)))),
            (Icd10Cm, "C7A.00", Some(net(None))),
            (Icd10Cm, "C7A.090", Some(net(Some(Site::Elsewhere)))),
            (Icd10Cm, "C7A.092", Some(net(Some(Site::Elsewhere)))),
            (Icd10Cm, "C7A.094", Some(net(Some(Site::Elsewhere)))),
            (Icd10Cm, "C7A.095", Some(net(None))),
            (Icd10Cm, "C7A.096", Some(net(Some(Site::Elsewhere)))),
            (Icd10Cm, "C7A.098", Some(net(None))),
            (Icd10Cm, "C7A.1", Some(kind(TumourKind::Nec))),
            (Icd10Cm, "C7B.02", Some(liver(Some(TumourKind::Net), LiverCode::Present))),
            (Icd10Cm, "C7B.01", Some(net(None))),
            (Icd10Cm, "C17.2", Some(site(Site::Ileum))),
            (Icd10Cm, "C78.7", Some(liver(None, LiverCode::PresentIfInScope))),
            (Icd10, "C17.3", Some(site(Site::Meckel))),
            (Icd10, "C17.0", Some(site(Site::Elsewhere))),
            (Icd10, "C7A.012", None),
            (Icd10, "I10", None),
            (IcdO3Topography, "C17.2", Some(site(Site::Ileum))),
            (IcdO3Topography, "C18.0", Some(site(Site::Elsewhere))),
            (IcdO3Topography, "C22.0", None),
            (IcdO3Morphology, "8240/3", Some(kind(TumourKind::Net))),
            (IcdO3Morphology, "8249/6", Some(kind(TumourKind::Net))),
            (IcdO3Morphology, "8246/3", Some(kind(TumourKind::Unclear))),
            (IcdO3Morphology, "8041/3", Some(kind(TumourKind::Nec))),
            (IcdO3Morphology, "8140/3", Some(kind(TumourKind::Other))),
            (IcdO3Morphology, "8240/0", None),
            (IcdO3Morphology, "82403", None),
            (SnomedCt, "34516001", Some(site(Site::Ileum))),
            (SnomedCt, "94381002", Some(liver(None, LiverCode::Present))),
            (SnomedCt, "345160012", None),
        ] {
            assert_eq!(of(system, code), expected, "{code}");
        }
    }
}
