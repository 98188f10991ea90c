//! AllergyIntolerance: contrast media that the patient does not tolerate.

use lacteal_clinical::Standing;
use lacteal_fhir::{AllergyIntolerance, CodeableConcept};

use super::pen::Pen;
use crate::intolerance::{self, Substance};

/// Writes down an intolerance of a contrast medium.
pub(crate) fn allergy(pen: &mut Pen<'_>, it: &AllergyIntolerance) {
    let own = it.code.iter().map(|code| (code, "code".to_owned()));
    let reactions = it.reaction.iter().enumerate();
    let caused =
        reactions.filter_map(|(at, it)| Some((it.substance.as_ref()?, format!("reaction[{at}].substance"))));
    let told: Vec<(Substance, String)> =
        own.chain(caused).filter_map(|(concept, path)| Some((substance(pen, concept)?, path))).collect();
    let named = told.iter().find(|(it, _)| *it != Substance::Open).or_else(|| told.first());
    let Some((substance, path)) = named else { return };
    let key = pen.key();
    let parts: &[&[u8]] = &[b"intolerance", &key];
    let finding = intolerance::finding(*substance);
    let on = it.onset.as_ref().and_then(|onset| onset.start()).or(it.recorded_date.as_ref());
    let observed = on.and_then(|on| on.date()).filter(|date| pen.has_been(*date));
    pen.state(parts, standing(it), observed, finding, path);
}

fn substance(pen: &Pen<'_>, concept: &CodeableConcept) -> Option<Substance> {
    let codings = || concept.coding.iter();
    let coded = codings().find_map(|it| {
        let (system, code) = (it.system.as_deref()?, it.code.as_deref()?);
        let table = pen.context.codes;
        intolerance::coded(table, &pen.system(system), code)
            .or_else(|| intolerance::coded(table, system, code))
    });
    let words = || codings().filter_map(|it| it.display.as_deref()).chain(concept.text.as_deref());
    let worded: Vec<Substance> = words().filter_map(intolerance::worded).collect();
    coded.or_else(|| worded.iter().find(|it| **it != Substance::Open).or_else(|| worded.first()).copied())
}

/// How far it counts. What is resolved is tolerated again.
fn standing(it: &AllergyIntolerance) -> Standing {
    let is_gone = ["entered-in-error", "refuted"].iter().any(|code| it.verification_is(code))
        || ["inactive", "resolved"].iter().any(|code| it.clinical_is(code));
    if is_gone {
        Standing::Deleted
    } else if it.verification_is("unconfirmed") {
        Standing::Preliminary
    } else {
        Standing::Final
    }
}
