//! Code systems by URI and OID: one table.

/// A code system that is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Terminology {
    /// LOINC: observations and reports.
    Loinc,
    /// SNOMED CT.
    Snomed,
    /// ICD-10-CM of the United States.
    Icd10Cm,
    /// ICD-10 of the WHO.
    Icd10,
    /// ICD-10-GM of Germany.
    Icd10Gm,
    /// ICD-O-3, topography or morphology.
    IcdO3,
    /// ICD-O-3 topography.
    IcdO3Topography,
    /// ICD-O-3 morphology.
    IcdO3Morphology,
    /// UCUM units.
    Ucum,
    /// NCI Thesaurus.
    Ncit,
    /// Staging codes of the American Joint Committee on Cancer.
    Ajcc,
    /// ICD-10-PCS procedures of the United States.
    Icd10Pcs,
    /// CPT procedures of the United States.
    Cpt,
    /// RxNorm medications.
    RxNorm,
    /// DICOM modalities and terms.
    Dicom,
    /// v2 table 0074: section of a diagnostic service.
    V2Section,
    /// v2 table 0203: kind of identifier.
    V2IdentifierType,
    /// v2 table 0078 and its successor: interpretation of a result.
    Interpretation,
    /// Condition.clinicalStatus.
    ConditionClinical,
    /// Condition.verificationStatus.
    ConditionVerification,
    /// Observation.category.
    ObservationCategory,
    /// Encounter.hospitalization.dischargeDisposition.
    DischargeDisposition,
}

/// URI, and meaning. The first row of each is the one to write.
const URIS: &[(&str, Terminology)] = &[
    ("http://loinc.org", Terminology::Loinc),
    ("urn:oid:2.16.840.1.113883.6.1", Terminology::Loinc),
    ("http://snomed.info/sct", Terminology::Snomed),
    ("urn:oid:2.16.840.1.113883.6.96", Terminology::Snomed),
    ("http://hl7.org/fhir/sid/icd-10-cm", Terminology::Icd10Cm),
    ("urn:oid:2.16.840.1.113883.6.90", Terminology::Icd10Cm),
    ("http://hl7.org/fhir/sid/icd-10", Terminology::Icd10),
    ("urn:oid:2.16.840.1.113883.6.3", Terminology::Icd10),
    ("http://fhir.de/CodeSystem/bfarm/icd-10-gm", Terminology::Icd10Gm),
    ("http://fhir.de/CodeSystem/dimdi/icd-10-gm", Terminology::Icd10Gm),
    ("urn:oid:1.2.276.0.76.5.409", Terminology::Icd10Gm),
    ("http://terminology.hl7.org/CodeSystem/icd-o-3", Terminology::IcdO3),
    ("http://hl7.org/fhir/sid/icd-o-3", Terminology::IcdO3),
    ("urn:oid:2.16.840.1.113883.6.43", Terminology::IcdO3),
    ("urn:oid:2.16.840.1.113883.6.43.1", Terminology::IcdO3),
    ("http://terminology.hl7.org/CodeSystem/icd-o-3-topography", Terminology::IcdO3Topography),
    ("http://terminology.hl7.org/CodeSystem/icd-o-3-morphology", Terminology::IcdO3Morphology),
    ("http://unitsofmeasure.org", Terminology::Ucum),
    ("urn:oid:2.16.840.1.113883.6.8", Terminology::Ucum),
    ("http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", Terminology::Ncit),
    ("http://ncithesaurus-stage.nci.nih.gov", Terminology::Ncit),
    ("urn:oid:2.16.840.1.113883.3.26.1.1", Terminology::Ncit),
    ("http://cancerstaging.org", Terminology::Ajcc),
    ("http://www.cms.gov/Medicare/Coding/ICD10", Terminology::Icd10Pcs),
    ("http://hl7.org/fhir/sid/icd-10-pcs", Terminology::Icd10Pcs),
    ("urn:oid:2.16.840.1.113883.6.4", Terminology::Icd10Pcs),
    ("http://www.ama-assn.org/go/cpt", Terminology::Cpt),
    ("urn:oid:2.16.840.1.113883.6.12", Terminology::Cpt),
    ("http://www.nlm.nih.gov/research/umls/rxnorm", Terminology::RxNorm),
    ("urn:oid:2.16.840.1.113883.6.88", Terminology::RxNorm),
    ("http://dicom.nema.org/resources/ontology/DCM", Terminology::Dicom),
    ("urn:oid:1.2.840.10008.2.16.4", Terminology::Dicom),
    ("http://terminology.hl7.org/CodeSystem/v2-0074", Terminology::V2Section),
    ("http://terminology.hl7.org/CodeSystem/v2-0203", Terminology::V2IdentifierType),
    ("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", Terminology::Interpretation),
    ("http://terminology.hl7.org/CodeSystem/v2-0078", Terminology::Interpretation),
    ("http://terminology.hl7.org/CodeSystem/condition-clinical", Terminology::ConditionClinical),
    ("http://terminology.hl7.org/CodeSystem/condition-ver-status", Terminology::ConditionVerification),
    ("http://terminology.hl7.org/CodeSystem/observation-category", Terminology::ObservationCategory),
    ("http://terminology.hl7.org/CodeSystem/discharge-disposition", Terminology::DischargeDisposition),
];

impl Terminology {
    /// By URI; a slash at the end, `https` and upper case in the scheme and host do not matter to senders, so not
    /// here either.
    pub fn from_uri(uri: &str) -> Option<Self> {
        let bare = |it: &str| {
            let it = it.trim().trim_end_matches('/');
            it.get(..8).filter(|head| head.eq_ignore_ascii_case("https://")).map_or_else(
                || it.to_ascii_lowercase(),
                |_| format!("http://{}", it.get(8..).unwrap_or_default()).to_ascii_lowercase(),
            )
        };
        if let Some((_, exact)) = URIS.iter().find(|(it, _)| *it == uri) {
            return Some(*exact);
        }
        let uri = bare(uri);
        URIS.iter().find(|(it, _)| bare(it) == uri).map(|(_, it)| *it)
    }

    /// The URI to write.
    pub fn uri(self) -> &'static str {
        URIS.iter().find(|(_, it)| *it == self).map_or("", |(uri, _)| uri)
    }

    /// A short name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Loinc => "loinc",
            Self::Snomed => "snomed-ct",
            Self::Icd10Cm => "icd-10-cm",
            Self::Icd10 => "icd-10",
            Self::Icd10Gm => "icd-10-gm",
            Self::IcdO3 => "icd-o-3",
            Self::IcdO3Topography => "icd-o-3-topography",
            Self::IcdO3Morphology => "icd-o-3-morphology",
            Self::Ucum => "ucum",
            Self::Ncit => "ncit",
            Self::Ajcc => "ajcc",
            Self::Icd10Pcs => "icd-10-pcs",
            Self::Cpt => "cpt",
            Self::RxNorm => "rxnorm",
            Self::Dicom => "dicom",
            Self::V2Section => "v2-0074",
            Self::V2IdentifierType => "v2-0203",
            Self::Interpretation => "observation-interpretation",
            Self::ConditionClinical => "condition-clinical",
            Self::ConditionVerification => "condition-ver-status",
            Self::ObservationCategory => "observation-category",
            Self::DischargeDisposition => "discharge-disposition",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_system_is_known_by_uri_and_by_oid() {
        assert_eq!(Terminology::from_uri("http://loinc.org"), Some(Terminology::Loinc));
        assert_eq!(Terminology::from_uri("https://LOINC.org/"), Some(Terminology::Loinc));
        assert_eq!(Terminology::from_uri("urn:oid:2.16.840.1.113883.6.96"), Some(Terminology::Snomed));
        assert_eq!(Terminology::from_uri("http://loinc.org.example"), None);
        assert_eq!(Terminology::from_uri("é"), None);
        for (_, it) in URIS {
            assert_eq!(Terminology::from_uri(it.uri()), Some(*it), "{}", it.as_str());
        }
    }
}
