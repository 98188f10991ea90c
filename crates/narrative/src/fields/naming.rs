//! Labels of what is named and not counted: site, type, procedure, organs, masses of the mesentery.

use super::Field;
use super::label::{Label, has};
use crate::words::Class;

pub(super) fn mesentery(it: &Label<'_, '_>) -> Option<Field> {
    if has!(it, "deposits", "deposit") && (it.class(Class::Mesentery) || it.class(Class::Tumour)) {
        return Some(if it.class(Class::Mesentery) {
            Field::MesentericMass
        } else {
            Field::MesentericDeposits
        });
    }
    if it.class(Class::Mesentery)
        && has!(
            it,
            "mass",
            "masses",
            "nodule",
            "nodules",
            "tumour",
            "tumor",
            "lesion",
            "disease",
            "conglomerate",
            "complex",
            "involvement"
        )
    {
        return Some(Field::MesentericMass);
    }
    if it.class(Class::Mesentery) && it.words() == 1 {
        return Some(Field::Organ);
    }
    None
}

pub(super) fn named(it: &Label<'_, '_>) -> Option<Field> {
    // `Tumours: 2 (14 mm and 6 mm)`
    let counted = it.words() == 1
        && has!(it, "tumours", "tumors")
        && (it.text.is_number(it.range.end + 1) || it.text.is_number(it.range.end));
    if has!(it, "focality", "multifocality", "multiplicity", "multifocal", "multicentricity", "multicentric")
        || counted
        || (has!(it, "multiple", "synchronous", "separate", "additional", "other", "further")
            && has!(it, "tumours", "tumors", "primaries", "tumour", "tumor", "lesions")
            && it.words() <= 4)
        || (has!(it, "number", "no", "nr")
            && has!(it, "tumours", "tumors", "primaries", "lesions", "neoplasms", "tumour", "tumor", "foci"))
    {
        return Some(Field::Focality);
    }
    if has!(it, "sites") && has!(it, "disease", "metastasis", "metastases", "metastatic") {
        return Some(Field::Distant);
    }
    if has!(it, "site", "location", "situated", "localisation", "localization")
        || (has!(it, "position", "origin") && it.class(Class::Tumour))
    {
        let distant = has!(
            it,
            "distant",
            "metastatic",
            "metastasis",
            "metastases",
            "biopsy",
            "recurrence",
            "specimen",
            "perforation",
            "disease"
        );
        return Some(match (distant, has!(it, "specimen")) {
            (true, true) => Field::Specimen,
            (true, false) => Field::Distant,
            _ => Field::Site,
        });
    }
    if has!(it, "grade", "grading", "g") && it.words() <= 9 && !has!(it, "dysplasia") {
        return Some(Field::Grade);
    }
    if has!(it, "type", "subtype", "histologic", "histological", "differentiation")
        && !has!(it, "specimen", "procedure", "operation", "sample", "resection")
        && it.words() <= 6
    {
        return Some(Field::Histology);
    }
    if it.class(Class::Metastasis) || (has!(it, "distant") && it.words() <= 4) {
        return (it.words() <= 5).then_some(if it.class(Class::Liver) {
            Field::Liver
        } else {
            Field::Distant
        });
    }
    if has!(it, "specimen", "specimens", "procedure", "operation", "sample") && it.words() <= 4 {
        return Some(Field::Specimen);
    }
    None
}

pub(super) fn organ(it: &Label<'_, '_>) -> Option<Field> {
    // `pt with small bowel NET, CT: …` is a sentence.
    if it.words() > 6 || it.class(Class::Net) || it.class(Class::Neuroendocrine) {
        return None;
    }
    if it.class(Class::Liver) {
        return Some(Field::Liver);
    }
    (it.class(Class::Organ) || has!(it, "nodes")).then_some(Field::Organ)
}
