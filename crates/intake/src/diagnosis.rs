//! Diagnoses: DG1 segments and coded values. Only codes that say something about a tumour of ours, or rule
//! one out, become facts.

use lacteal_clinical::codes::{CodeSystem, meaning};
use lacteal_clinical::finding::{Code, Presence, Site};
use lacteal_clinical::{Finding, Standing};
use lacteal_hl7::{Segment, Value};

use crate::codes::Codes;
use crate::scribe::{Scribe, Weight};

/// Writes the diagnoses of a DG1 segment.
pub(crate) fn dg1(scribe: &mut Scribe<'_>, codes: &Codes, dg1: Segment<'_>) {
    let field = dg1.field(3);
    let mut found = coded(codes, &field);
    // Up to version 2.3 the coding method stands beside the code (DG1-2), not in it.
    if let (true, Ok(Some(system)), Ok(Some(text))) =
        (found.is_empty(), dg1.field(2).component(1).trimmed(), field.component(1).trimmed())
        && let Ok(code) = Code::new(&text)
    {
        found.push((codes.system(&system).into_owned(), code, field.component(1)));
    }
    for (system, code, value) in found {
        let Some(system) = diagnosis_system(&system, &code) else { continue };
        if meaning(system, &code).is_none() && !is_carcinoid_syndrome(system, &code) {
            continue;
        }
        let parts: &[&[u8]] = &[b"diagnosis", system.as_str().as_bytes(), code.as_str().as_bytes()];
        // DG1-21: D deletes the diagnosis (table 0206, from 2.5 on).
        let standing = if dg1.field(21).raw() == b"D" { Standing::Deleted } else { Standing::Final };
        let weight = Weight { standing, ..scribe.plain() };
        let finding = finding(system, code.clone());
        let on = scribe.date(parts, weight, finding.attribute(), &dg1.field(5));
        scribe.state(parts, weight, on, finding, &value);
    }
}

/// The codes of a coded value (CE, CWE): the first triplet and the alternate one, with their systems under
/// the names of the table.
pub(crate) fn coded<'a>(codes: &Codes, value: &Value<'a>) -> Vec<(String, Code, Value<'a>)> {
    let mut found = Vec::with_capacity(2);
    let [code, _, system, other_code, _, other_system] = value.repetition(1).leading_components();
    for (code, system) in [(code, system), (other_code, other_system)] {
        let text = code.trimmed().ok().flatten();
        let system = system.trimmed().ok().flatten();
        if let (Some(text), Some(system)) = (text, system)
            && let Ok(parsed) = Code::new(&text)
        {
            found.push((codes.system(&system).into_owned(), parsed, code));
        }
    }
    found
}

/// The code system of a diagnosis, when it is one that is read. A C7A or C7B under plain ICD-10 is ICD-10-CM:
/// the WHO edition has no such category.
pub(crate) fn diagnosis_system(system: &str, code: &Code) -> Option<CodeSystem> {
    match system {
        "I10C" => Some(CodeSystem::Icd10Cm),
        "I10" if code.as_str().starts_with("C7A") || code.as_str().starts_with("C7B") => {
            Some(CodeSystem::Icd10Cm)
        }
        "I10" => Some(CodeSystem::Icd10),
        "ICDO3" if code.as_str().contains('/') => Some(CodeSystem::IcdO3Morphology),
        "ICDO3" => Some(CodeSystem::IcdO3Topography),
        "SCT" => Some(CodeSystem::SnomedCt),
        _ => None,
    }
}

/// Whether a code is that of carcinoid syndrome: E34.0 of ICD-10, and E34.00 to E34.09 into which ICD-10-CM divides it.
/// It names symptoms and no tumour.
pub(crate) fn is_carcinoid_syndrome(system: CodeSystem, code: &Code) -> bool {
    let rest = code.as_str().strip_prefix("E340").map(str::as_bytes);
    let is_icd10 = matches!(system, CodeSystem::Icd10 | CodeSystem::Icd10Cm);
    is_icd10 && matches!(rest, Some([] | [b'0'..=b'9']))
}

/// What a code of a diagnosis states: symptoms, or the diagnosis.
pub(crate) fn finding(system: CodeSystem, code: Code) -> Finding {
    if is_carcinoid_syndrome(system, &code) {
        return Finding::CarcinoidSyndrome(Presence::Present);
    }
    Finding::Diagnosis { system, code }
}

/// The site of a primary tumour that a coded value names; any organ that is not followed is `Elsewhere`. The
/// small bowel without its part (C17 alone) is the small bowel.
pub(crate) fn site(system: &str, code: &Code) -> Option<Site> {
    let system = diagnosis_system(system, code)?;
    match meaning(system, code).and_then(|meaning| meaning.site) {
        Some(site) => Some(site),
        // ICD-O-3 topography and the solid tumours of ICD-10 (C00 to C75) are C and digits; one outside the
        // table is another organ. C26 and C76 to C80 are sites that were not told.
        None if matches!(system, CodeSystem::IcdO3Topography | CodeSystem::Icd10 | CodeSystem::Icd10Cm) => {
            let digits = code.as_str().strip_prefix('C')?;
            match digits.get(..2)?.parse().ok()? {
                17_u32 => Some(Site::SmallBowelUnspecified),
                26 | 76.. => None,
                _ => Some(Site::Elsewhere),
            }
        }
        None => None,
    }
}
