//! Metastasis in the liver: present, absent, indeterminate, or nothing said.
//!
//! Absence needs words about the liver. `No new lesion` says nothing, a lesion without a word about its nature says
//! nothing, doubt of any kind is indeterminate. Only what this report finds counts.

mod disease;
mod normal;
mod place;
mod specimen;
mod verdict;
mod vocabulary;

pub(crate) use disease::is_net_word;
pub(crate) use place::is_segment;

use lacteal_clinical::finding::Presence;

use crate::cues::State;
use crate::fields::Field;
use crate::item::Item;
use crate::layout::Unit;
use crate::scene::{Draft, Scene, put};
use crate::tokens::Gap;
use crate::words::Class;
use crate::{Kind, Section};
use disease::{in_words, no_disease, tissue};
use normal::normal;
use place::{is_metastasis, lesion_of_liver, of_liver, other_subject};
use specimen::{LETTERS_BACK_UNITS, letter, starts_with_liver, starts_with_liver_specimen, under_liver};
use verdict::judge;

/// Reads what one unit says of the liver. `subject` carries over whether the text is speaking of the liver.
pub(crate) fn liver(scene: &Scene<'_>, u: usize, unit: &Unit, subject: &mut bool, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let named = unit.mask & Class::Liver.bit() != 0;
    let segment = scene.kind != Kind::Pathology && all.clone().any(|i| is_segment(scene, i));
    let field = unit.field == Some(Field::Liver);
    let specimen_above = scene.kind == Kind::Pathology
        && u > 0
        && scene.units.get(u - 1).is_some_and(|it| {
            it.part == unit.part
                && it.tokens.len() <= 10
                && starts_with_liver(scene, it)
                && !scene.text.mark(it.tokens.end - 1, b'.')
        });
    let bulleted = scene.kind == Kind::Pathology && under_liver(scene, u, unit);
    let lettered = scene.kind == Kind::Pathology
        && letter(scene, unit).is_some_and(|it| {
            scene
                .units
                .iter()
                .take(u)
                .rev()
                .take(LETTERS_BACK_UNITS)
                .any(|other| letter(scene, other) == Some(it) && starts_with_liver_specimen(scene, other))
        });
    if unit.opens && !specimen_above {
        *subject = false;
    }
    let sent = scene.kind == Kind::Pathology && scene.of_liver && unit.mask & Class::Metastasis.bit() != 0;
    let specimen = specimen_above || lettered || bulleted || sent;
    *subject |= specimen;
    let of_study = || scene.of_liver && unit.mask & Class::Metastasis.bit() != 0;
    let here = named || segment || field || ((*subject || of_study()) && !other_subject(scene, unit));
    *subject = here;
    let told_as_present = scene.kind == Kind::Clinic && unit.section == Section::History;
    if !here || !(unit.section.is_own() || told_as_present) {
        return;
    }
    if unit.field.is_some_and(|it| {
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
    }) {
        return;
    }
    let mut found: Vec<(Presence, usize, &'static str)> = Vec::new();
    for i in all.clone() {
        if is_metastasis(scene, unit, i) && of_liver(scene, unit, i, *subject) {
            found.extend(judge(scene, u, unit, i, true).map(|it| (it, i, "liver_metastasis")));
        } else if text.has(i, Class::Lesion)
            && !text.has(i, Class::Metastasis)
            && lesion_of_liver(scene, unit, i, *subject)
        {
            found.extend(judge(scene, u, unit, i, false).map(|it| (it, i, "liver_lesion")));
        } else if matches!(text.word(i), "disease" | "involvement" | "changes")
            && no_disease(scene, u, unit, i)
        {
            found.push((Presence::Absent, i, "liver_disease"));
        }
    }
    found.extend(in_words(scene, u, unit));
    if scene.kind == Kind::Pathology && (field || specimen || starts_with_liver(scene, unit)) {
        found.extend(tissue(scene, u, unit));
    }
    // `Liver metastases: Y`
    if field && found.is_empty() && unit.label.clone().any(|i| text.has(i, Class::Metastasis)) {
        let told = match text.word(unit.tokens.start) {
            "y" | "yes" => Some(Presence::Present),
            "unchanged" | "stable" | "multiple" | "numerous" | "present" | "increased" | "decreased"
            | "smaller" | "larger" | "known" | "bilobar" => Some(Presence::Present),
            "none" | "nil" | "absent" | "negative" => Some(Presence::Absent),
            "not"
                if matches!(
                    text.word(unit.tokens.start + 1),
                    "seen"
                        | "identified"
                        | "present"
                        | "detected"
                        | "demonstrated"
                        | "found"
                        | "evident"
                        | "shown"
                ) =>
            {
                Some(Presence::Absent)
            }
            "n" | "no" if unit.tokens.len() == 1 || text.gap(unit.tokens.start + 1) >= Gap::Wide => {
                Some(Presence::Absent)
            }
            _ => None,
        };
        found.extend(told.map(|it| (it, unit.tokens.start, "liver_field")));
    }
    if unit.field == Some(Field::Distant)
        && named
        && found.is_empty()
        && !scene.says(all.clone(), &["not", "no", "none", "negative"])
    {
        let i = all.clone().find(|i| text.has(*i, Class::Liver)).unwrap_or(all.start);
        found.push((Presence::Present, i, "distant_site_liver"));
    }
    for i in all.filter(|i| text.has(*i, Class::Liver)) {
        // `M1a (liver)`, `M1 (hepatic)`
        if text.mark(i.wrapping_sub(1), b'(') && text.word(i.wrapping_sub(2)).contains("m1") {
            found.push((Presence::Present, i, "m_category_liver"));
        }
        // `Metastatic ileal NET (liver, nodes)`
        let sites = text.mark(i.wrapping_sub(1), b'(')
            && text.any(i.wrapping_sub(2), Class::Net.bit() | Class::Tumour.bit());
        if sites && scene.says(i.saturating_sub(9).max(unit.tokens.start)..i, &["metastatic"]) {
            let state = scene.state_now(u, i..i + 1);
            if !(state.no || state.maybe || state.plan || state.past || state.family) {
                found.push((Presence::Present, i, "metastatic_sites"));
            }
        }
    }
    if found.is_empty()
        && (named || field)
        && let Some(i) = normal(scene, unit)
    {
        found.push((Presence::Absent, i, "liver_normal"));
    }
    for (presence, i, rule) in found {
        put(drafts, u, Item::LiverMetastasis(presence), i..i + 1, rule, State::default());
    }
}
