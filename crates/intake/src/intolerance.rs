//! Contrast media that a patient does not tolerate, from lists of allergies: AL1 and IAM of HL7 v2, and the substances of
//! FHIR.
//!
//! What is named as iodinated or as gadolinium is read; "contrast" and "iodine" alone may mean either or neither, so
//! that people see them. Nothing is inferred from diseases of the kidneys. A list that leaves an allergy out takes nothing
//! back: many senders send none of theirs with a change of address.

use lacteal_clinical::finding::{Attribute, Contrast, UnreadReason};
use lacteal_clinical::{Finding, Standing};
use lacteal_hl7::{Segment, Value};

use crate::codes::{Codes, Concept};
use crate::observation::concept;
use crate::scribe::{Scribe, Weight};

/// Names of iodinated media, by how they begin.
const IODINATED: [&str; 18] = [
    "iodinated",
    "iohexol",
    "omnipaque",
    "iopamidol",
    "isovue",
    "niopam",
    "iodixanol",
    "visipaque",
    "iomeprol",
    "iomeron",
    "iopromid",
    "ultravist",
    "ioversol",
    "optiray",
    "iobitridol",
    "xenetix",
    "ioxaglate",
    "radiocontrast",
];
/// Names of media with gadolinium, by how they begin.
const GADOLINIUM: [&str; 8] =
    ["gado", "dotarem", "magnevist", "multihance", "primovist", "eovist", "prohance", "clariscan"];

/// What a substance is among contrast media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Substance {
    /// One that is followed.
    Contrast(Contrast),
    /// A contrast medium, or iodine, that may be either.
    Open,
}

/// What the words for a substance say; none when it is no contrast medium.
pub(crate) fn worded(text: &str) -> Option<Substance> {
    let text = text.trim().to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
    let begins = |names: &[&str]| words.iter().any(|word| names.iter().any(|name| word.starts_with(name)));
    let has = |wanted: &str| words.contains(&wanted);
    // "No known allergy to contrast", "NKDA (contrast tolerated)".
    if ["no", "not", "nil", "none", "nkda", "nka", "denies"].iter().any(|it| has(it)) {
        return None;
    }
    let (iodinated, gadolinium) = (begins(&IODINATED), begins(&GADOLINIUM));
    let is_contrast = begins(&["contrast"]);
    let by_iodine = is_contrast && (begins(&["iodine"]) || text.contains("x-ray") || has("ct"));
    match (iodinated || by_iodine, gadolinium || (is_contrast && (has("mri") || has("mr")))) {
        (true, false) => Some(Substance::Contrast(Contrast::Iodinated)),
        (false, true) => Some(Substance::Contrast(Contrast::Gadolinium)),
        (false, false) if !is_contrast && words.as_slice() != ["iodine"] => None,
        _ => Some(Substance::Open),
    }
}

/// What a code in the table stands for, or one of WHO's classes: V08A is iodinated, V08CA has gadolinium.
pub(crate) fn coded(codes: &Codes, system: &str, code: &str) -> Option<Substance> {
    if let Some(Concept::Substance(contrast)) = codes.concept(system, code) {
        return Some(Substance::Contrast(*contrast));
    }
    let system = system.trim().to_ascii_lowercase();
    let is_atc = system == "atc" || system.trim_end_matches('/').ends_with("whocc.no/atc");
    let class = code.trim().to_ascii_uppercase();
    if !is_atc {
        return None;
    }
    if class.starts_with("V08A") {
        return Some(Substance::Contrast(Contrast::Iodinated));
    }
    class.starts_with("V08CA").then_some(Substance::Contrast(Contrast::Gadolinium))
}

/// The finding of a substance.
pub(crate) fn finding(substance: Substance) -> Finding {
    match substance {
        Substance::Contrast(contrast) => Finding::ContrastIntolerance(contrast),
        Substance::Open => {
            let attribute = Attribute::ContrastIntolerance;
            Finding::Unread { attribute, reason: UnreadReason::Ambiguous }
        }
    }
}

/// Writes the allergies of an AL1 or IAM segment that are to contrast media.
pub(crate) fn allergy(scribe: &mut Scribe<'_>, codes: &Codes, segment: Segment<'_>) {
    let is_iam = segment.name() == "IAM";
    let agent = segment.field(3);
    let Some((substance, key)) = substance(codes, &agent) else { return };
    let standing = if is_iam { status(segment) } else { Standing::Final };
    let weight = Weight { standing, ..scribe.plain() };
    let since = if is_iam { segment.field(11) } else { segment.field(6) };
    let observed = scribe.read_date(&since).ok().flatten();
    let parts: &[&[u8]] = &[b"intolerance", key.as_bytes()];
    scribe.state(parts, weight, observed, finding(substance), &agent);
}

/// What the agent of an allergy is, and what makes it the same again: its code, else its name.
fn substance(codes: &Codes, agent: &Value<'_>) -> Option<(Substance, String)> {
    let [code, name, system, other_code, other_name, other_system] = agent.leading_components();
    let text = |value: Value<'_>| value.trimmed().ok().flatten().map(|it| it.into_owned());
    let by_table = match concept(codes, agent) {
        Some((_, Concept::Substance(contrast))) => Some(Substance::Contrast(*contrast)),
        _ => None,
    };
    let by_class = || {
        let pairs = [(code, system), (other_code, other_system)];
        pairs.into_iter().find_map(|(code, system)| coded(codes, &text(system)?, &text(code)?))
    };
    let by_words = || {
        let all: Vec<Substance> =
            [name, other_name, code].into_iter().filter_map(|it| worded(&text(it)?)).collect();
        let told = all.iter().find(|it| **it != Substance::Open).or_else(|| all.first());
        told.copied()
    };
    let found = by_table.or_else(by_class).or_else(by_words)?;
    let key = [code, name].into_iter().find_map(text)?;
    Some((found, key.to_uppercase()))
}

/// How far an entry of IAM counts: by its action (IAM-6, table 0206) and its status (IAM-17, table 0438).
fn status(iam: Segment<'_>) -> Standing {
    let letter = |field: u32| iam.field(field).component(1).raw().trim_ascii().to_ascii_uppercase();
    match (&*letter(6), &*letter(17)) {
        (b"D", _) | (_, b"E" | b"I") => Standing::Deleted,
        (_, b"U" | b"P" | b"S" | b"D") => Standing::Preliminary,
        _ => Standing::Final,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_substance_is_a_contrast_medium_only_by_its_name() {
        use Contrast::{Gadolinium, Iodinated};
        for (text, expected) in [
            ("Iodinated contrast media", Some(Substance::Contrast(Iodinated))),
            ("IODINE CONTRAST", Some(Substance::Contrast(Iodinated))),
            ("Omnipaque 350", Some(Substance::Contrast(Iodinated))),
            ("X-ray contrast", Some(Substance::Contrast(Iodinated))),
            ("Gadolinium-based contrast", Some(Substance::Contrast(Gadolinium))),
            ("gadobutrol", Some(Substance::Contrast(Gadolinium))),
            ("MRI contrast", Some(Substance::Contrast(Gadolinium))),
            ("Contrast media", Some(Substance::Open)),
            ("Iodine", Some(Substance::Open)),
            ("Iodinated contrast and gadolinium", Some(Substance::Open)),
            ("Povidone-iodine", None),
            ("Penicillin", None),
            ("No known allergy to contrast", None),
            ("", None),
        ] {
            assert_eq!(worded(text), expected, "{text}");
        }
    }
}
