//! Metastasis in the liver: present, absent, indeterminate, or nothing said.
//!
//! Absence needs words about the liver. `No new lesion` says nothing, a lesion without a word about its nature says
//! nothing, doubt of any kind is indeterminate. Only what this report finds counts.

mod answer;
mod chronology;
mod disease;
mod everywhere;
mod normal;
mod place;
mod specimen;
mod tracer;
mod verdict;
mod vocabulary;

pub(crate) use chronology::drop_overtaken;
pub(crate) use disease::is_net_word;
pub(crate) use everywhere::no_metastasis_anywhere;
pub(crate) use place::is_segment;
pub(crate) use specimen::{letter as specimen_letter, specimen_above};

use lacteal_clinical::finding::Presence;

use crate::cues::State;
use crate::fields::Field;
use crate::item::Item;
use crate::layout::Unit;
use crate::scene::{Draft, Scene, put};
use crate::words::Class;
use crate::{Kind, Section};
use answer::{answered, distant_site, in_brackets};
use disease::{in_words, is_disease, no_disease, tissue};
use normal::normal;
use place::{is_lesion, is_metastasis, lesion_of_liver, of_liver, other_subject};
use specimen::{biopsied, heads_liver, lettered_liver, starts_with_liver, under_liver};
use tracer::avid;
use verdict::judge;

/// What is said, the token that says it, and the rule.
type Found = (Presence, usize, &'static str);

/// Reads what one unit says of the liver. `subject` carries over whether the text is speaking of the liver.
pub(crate) fn liver(scene: &Scene<'_>, u: usize, unit: &Unit, subject: &mut bool, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let field = unit.field == Some(Field::Liver);
    let specimen_above = heads_liver(scene, u, unit);
    if unit.opens && !specimen_above {
        *subject = false;
    }
    let metastatic = scene.of_liver && unit.mask & Class::Metastasis.bit() != 0;
    let specimen = scene.kind == Kind::Pathology
        && (specimen_above || metastatic || under_liver(scene, u, unit) || lettered_liver(scene, u, unit));
    *subject |= specimen;
    let named = unit.mask & Class::Liver.bit() != 0;
    let segment = scene.kind != Kind::Pathology && all.clone().any(|i| is_segment(scene, i));
    // `M1 (HEP)` of the TNM classification
    let hepatic = |i: usize| text.word(i) == "hep" && text.mark(i.wrapping_sub(1), b'(');
    let here = named
        || segment
        || field
        || all.clone().any(hepatic)
        || ((*subject || metastatic) && !other_subject(scene, unit));
    *subject = here;
    // A letter's history and a request's clinical details tell what is known of the patient today.
    let told_as_present = scene.kind != Kind::Radiology && unit.section == Section::History;
    if !here || !(unit.section.is_own() || told_as_present) || asks_for_other(unit) {
        return;
    }
    // `Liver looked normal at operation 3 years ago`
    if unit.section == Section::History && scene.says(all.clone(), &["ago"]) {
        return;
    }
    let goes_on = goes_on_about_lesion(scene, u, unit);
    let mut found: Vec<Found> = Vec::new();
    for i in all.clone() {
        if is_metastasis(scene, unit, i) && of_liver(scene, unit, i, *subject) {
            found.extend(judge(scene, u, unit, i, true).map(|it| (it, i, "liver_metastasis")));
        } else if is_lesion(scene, i)
            && !text.has(i, Class::Metastasis)
            && lesion_of_liver(scene, unit, i, *subject)
        {
            found.extend(judge(scene, u, unit, i, false).map(|it| (it, i, "liver_lesion")));
        } else if text.word(i) == "metastatic" && goes_on && text.word(i + 1) == "disease" {
            let told = judge(scene, u, unit, i, true).filter(|it| *it != Presence::Absent);
            found.extend(told.map(|it| (it, i, "liver_metastasis")));
        } else if is_disease(text.word(i)) && no_disease(scene, u, unit, i) {
            found.push((Presence::Absent, i, "liver_disease"));
        }
    }
    found.extend(in_words(scene, u, unit));
    if scene.kind == Kind::Pathology && (field || specimen || starts_with_liver(scene, unit) || !unit.opens) {
        found.extend(tissue(scene, u, unit));
    }
    if scene.kind == Kind::Clinic {
        found.extend(biopsied(scene, u, unit));
    }
    if found.is_empty() {
        found.extend(answered(scene, unit));
    }
    if found.is_empty() {
        found.extend(distant_site(scene, unit));
    }
    let sites = all.filter(|i| text.has(*i, Class::Liver) || hepatic(*i));
    found.extend(sites.filter_map(|i| in_brackets(scene, u, unit, i)));
    if found.is_empty() && scene.kind != Kind::Pathology {
        found.extend(avid(scene, u, unit));
    }
    if found.is_empty() && goes_on {
        found.extend(doubted(scene, u, unit).map(|i| (Presence::Indeterminate, i, "liver_lesion_doubted")));
    }
    if found.is_empty() && (named || field) {
        found.extend(normal(scene, u, unit).map(|i| (Presence::Absent, i, "liver_normal")));
    }
    for (presence, i, rule) in found {
        put(drafts, u, Item::LiverMetastasis(presence), i..i + 1, rule, State::default());
    }
}

/// Whether the sentence before names a lesion of the liver that is there, and this one goes on.
fn goes_on_about_lesion(scene: &Scene<'_>, u: usize, unit: &Unit) -> bool {
    let above = u.checked_sub(1).and_then(|u| scene.units.get(u)).filter(|_| !unit.opens);
    above.is_some_and(|above| {
        above.tokens.clone().any(|i| {
            is_lesion(scene, i)
                && lesion_of_liver(scene, above, i, false)
                && !scene.state_now(u - 1, i..i + 1).no
                && !scene.state_now(u - 1, i..i + 1).no_new
        }) && !scene.says(above.tokens.clone(), &vocabulary::BENIGN)
    })
}

/// `This is indeterminate.`, `It is too small to characterise.` after the sentence that names the lesion.
fn doubted(scene: &Scene<'_>, u: usize, unit: &Unit) -> Option<usize> {
    let first = scene.text.word(unit.tokens.start);
    let about = matches!(
        first,
        "this"
            | "these"
            | "it"
            | "they"
            | "its"
            | "their"
            | "both"
            | "indeterminate"
            | "nonspecific"
            | "suspicious"
            | "nature"
            | "too"
            | "unclear"
            | "probably"
    );
    let benign = scene.says(unit.tokens.clone(), &vocabulary::BENIGN);
    let open = [
        "indeterminate",
        "characterise",
        "characterize",
        "characterised",
        "characterized",
        "uncertain",
        "unclear",
        "equivocal",
        "suspicious",
        "nonspecific",
        "concerning",
    ];
    let mut words = unit.tokens.clone().filter(|_| about);
    words.find(|i| {
        open.contains(&scene.text.word(*i)) && !(benign && scene.text.word(*i) != "indeterminate") && {
            let state = scene.state_now(u, *i..*i + 1);
            !(state.no || state.past || state.plan || state.purpose)
        }
    })
}

/// Whether the field of a unit asks for what the liver has no part in.
fn asks_for_other(unit: &Unit) -> bool {
    unit.field.is_some_and(|it| {
        !matches!(
            it,
            Field::Liver
                | Field::Organ
                | Field::Distant
                | Field::M
                | Field::Stage
                | Field::Histology
                | Field::Site
                | Field::Specimen
        )
    })
}
