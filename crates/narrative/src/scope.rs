//! Whether the report's tumour is a NET of the small bowel, and where it sits.
//!
//! The organ is looked for beside the name of the tumour, in the field that asks for it, and last in the specimen. What
//! another person has, what is denied and what is only asked for decides nothing.

mod kinds;
mod place;
mod site;

pub(crate) use kinds::{histology, holds_only_metastasis};

use lacteal_clinical::finding::Site;

use crate::Kind;
use crate::Section;
use crate::fields::Field;
use crate::layout::Unit;
use crate::liver::specimen_letter;
use crate::scene::{Draft, Scene};
use crate::tumours::{self, Mention, Named, Organ};
use crate::words::Class;
use place::{asked, beside, field_site, is_invaded, is_place_of_primary, is_spared, one_of_several};
use site::{of_lesions, put_site};

/// A site, the unit that names it, and the token.
type Place = (Site, usize, usize);

/// What the report shows of scope.
#[derive(Default)]
struct Evidence {
    strong: Vec<Place>,
    weak: Vec<Place>,
    /// Organs that were sent, or are told to be resected.
    specimen: Vec<Place>,
    /// Organs in which lesions are told to lie.
    lesions: Vec<Place>,
    /// A NET is named as there or as known.
    net: bool,
    /// It is named in the report's own parts.
    net_own: bool,
    /// Another tumour, or a carcinoma, is named in the report's own parts.
    other_own: bool,
    nec_own: bool,
    other_told: bool,
    /// A NET is named without doubt, in whatever part.
    net_sure: bool,
    /// A NET is denied, or a benign tumour named, in the report's own parts.
    cleared: bool,
    /// The unit that names it first.
    first_net: Option<usize>,
    /// A NET is named as one of several tumours that it may be.
    weighed: bool,
    /// A relative has one.
    family: bool,
}

/// Judges scope, and puts down the site.
pub(crate) fn judge(scene: &Scene<'_>, mentions: &[Vec<Mention>], drafts: &mut Vec<Draft>) -> Option<bool> {
    let mut it = Evidence::default();
    for (u, unit) in scene.units.iter().enumerate() {
        if unit.section == Section::Family {
            continue;
        }
        let organs = organs_there(scene, u, unit);
        asked_site(scene, u, unit, &organs, &mut it);
        // `03/2018 resection of 60 cm of ileum. Pathology: NET` in the history of a letter
        let history = scene.kind == Kind::Clinic && unit.section == Section::History;
        let found =
            || mentions.iter().skip(u).take(3).flatten().any(|it| it.named == Named::Net && !it.state.no);
        if unit.section.is_own() {
            sent(scene, u, unit, &organs, &mut it);
        } else if history && found() {
            let followed: Vec<_> = organs.iter().filter(|o| o.site.is_followed()).copied().collect();
            sent(scene, u, unit, &followed, &mut it);
        }
        places_of_primary(scene, u, unit, &organs, &mut it);
        for mention in mentions.get(u).map_or(&[][..], Vec::as_slice) {
            named(scene, u, unit, mention, &organs, &mut it);
        }
    }
    let decision = decide(scene, &it);
    if decision == Some(true) {
        put_site(scene, &it, drafts);
    }
    decision
}

/// The organs of a unit that are neither denied nor a relative's, nor only invaded.
fn organs_there(scene: &Scene<'_>, u: usize, unit: &Unit) -> Vec<Organ> {
    if unit.mask & (Class::SmallBowel.bit() | Class::Elsewhere.bit()) == 0 {
        return Vec::new();
    }
    let state = |at: usize| scene.state_now(u, at..at + 1);
    tumours::organs(scene, unit.tokens.clone())
        .into_iter()
        .filter(|o| !(state(o.at).no || state(o.at).family))
        .filter(|o| o.site.is_followed() || !is_invaded(scene, unit, o.at))
        .filter(|o| o.site != Site::Meckel || !is_spared(scene, o.at..unit.tokens.end))
        .collect()
}

/// `Tumour site: ileum`, `Primary site: SB`.
fn asked_site(scene: &Scene<'_>, u: usize, unit: &Unit, organs: &[Organ], it: &mut Evidence) {
    if unit.field != Some(Field::Site) {
        return;
    }
    let first = unit.tokens.start;
    if let Some(site) = field_site(scene, organs) {
        it.strong.push((site.site, u, site.at));
    } else if organs.is_empty() && matches!(scene.text.word(first), "sb" | "si") {
        it.strong.push((Site::SmallBowelUnspecified, u, first));
    }
}

/// What a pathologist was sent, or a letter tells to be resected.
fn sent(scene: &Scene<'_>, u: usize, unit: &Unit, organs: &[Organ], it: &mut Evidence) {
    let place = |o: &Organ| (o.site, u, o.at);
    if scene.kind == Kind::Clinic {
        let resected = |at: usize| {
            scene.says(
                at + 1..(at + 3).min(unit.tokens.end),
                &["resection", "resected", "specimen", "resectate"],
            ) || matches!(scene.text.word(at.wrapping_sub(1)), "resection" | "resected" | "enterectomy")
                // `resection of 60 cm of ileum`
                || scene.text.word(at.wrapping_sub(1)) == "of"
                    && scene.says(
                        at.saturating_sub(6).max(unit.tokens.start)..at,
                        &["resection", "excision", "removal"],
                    )
                || scene.says(unit.label.clone(), &["pathology", "histology", "histopathology", "specimen"])
        };
        it.specimen.extend(organs.iter().filter(|o| resected(o.at)).map(place));
    }
    if scene.kind == Kind::Pathology {
        let weighs = scene.says(unit.tokens.clone(), &["primary", "origin", "correlate", "correlation"]);
        let told = organs
            .iter()
            .filter(|o| !scene.state_now(u, o.at..o.at + 1).maybe)
            .filter(|o| !(weighs && one_of_several(scene, organs, o)));
        it.specimen.extend(told.map(place));
        let holds = |o: &&Organ| place::holds_lesion(scene, unit, o.at);
        it.lesions.extend(organs.iter().filter(holds).map(place));
    }
}

/// Organs told, or weighed, as the place of the primary.
fn places_of_primary(scene: &Scene<'_>, u: usize, unit: &Unit, organs: &[Organ], it: &mut Evidence) {
    if asked(scene, unit) {
        return;
    }
    for organ in organs.iter().filter(|o| is_place_of_primary(scene, unit, o.at)) {
        let state = scene.state_now(u, organ.at..organ.at + 1);
        // `The primary could be in the small bowel, pancreas or elsewhere`
        if state.maybe || one_of_several(scene, organs, organ) {
            let open = organs.iter().any(|o| o.site.is_followed());
            it.weak.extend(organs.iter().filter(|_| open).map(|o| (o.site, u, o.at)));
        } else if !state.plan {
            it.strong.push((organ.site, u, organ.at));
        }
    }
}

/// What the name of a tumour shows.
fn named(scene: &Scene<'_>, u: usize, unit: &Unit, mention: &Mention, organs: &[Organ], it: &mut Evidence) {
    let own = unit.section.is_own();
    let state = mention.state;
    it.family |= state.family && mention.named == Named::Net;
    let around = mention.tokens.start.saturating_sub(4).max(unit.tokens.start)..mention.tokens.end + 2;
    // `No recurrent carcinoid` knows of one.
    let known = scene.says(around, &["recurrent", "recurrence", "residual", "metastatic", "new", "further"]);
    it.cleared |=
        own && (state.no && !known && mention.named == Named::Net || mention.named == Named::Benign);
    if own && mention.named == Named::Net && is_not_confirmed(scene, unit, mention) {
        it.cleared = true;
        return;
    }
    if state.no || state.family || state.plan || state.no_new {
        return;
    }
    match mention.named {
        Named::Net if own && place::weighed_with_other(scene, unit, mention) => it.weighed = true,
        Named::Net => {
            it.net = true;
            it.net_sure |= own || !state.maybe;
            it.first_net = it.first_net.or_else(|| own.then_some(u));
            it.net_own |= own && !state.past && !state.maybe;
            beside(scene, u, mention, organs, it);
        }
        Named::Nec | Named::Minen if own && !state.past => it.nec_own = true,
        Named::Other if own && !state.past && !state.maybe => it.other_own = true,
        Named::Other => it.other_told = true,
        _ => {}
    }
}

/// `The assessment elsewhere as ileal NET is not confirmed.`, but not `… is not confirmed histologically yet`.
fn is_not_confirmed(scene: &Scene<'_>, unit: &Unit, mention: &Mention) -> bool {
    let text = &scene.text;
    let end = unit.tokens.end;
    (mention.tokens.end..(mention.tokens.end + 4).min(end)).any(|i| {
        let at = if text.word(i + 1) == "be" { i + 2 } else { i + 1 };
        text.word(i) == "not" && text.word(at) == "confirmed" && (at + 1 >= end || text.mark(at + 1, b'.'))
    })
}

/// Weighs the evidence: what stands beside the tumour first, what was sent last.
fn decide(scene: &Scene<'_>, it: &Evidence) -> Option<bool> {
    if it.weighed && !it.net {
        return None;
    }
    let specimen = it.specimen.as_slice();
    let has = |list: &[Place], followed: bool| list.iter().any(|e| e.0.is_followed() == followed);
    if scene.kind == Kind::Pathology && (it.nec_own || it.other_own) && !it.net_own {
        return Some(false);
    }
    if it.nec_own && !it.net_own {
        return Some(false);
    }
    // The request suspects a NET, the report finds none.
    if it.net && !it.net_sure && it.cleared {
        return Some(false);
    }
    if it.net {
        // The organ named in the diagnosis outweighs one of the history or the comment.
        let best = |followed: bool| {
            let own = it.strong.iter().filter(|e| e.0.is_followed() == followed);
            own.filter_map(|e| scene.units.get(e.1).map(|unit| standing(scene, unit))).max()
        };
        let outweighed = scene.kind != Kind::Radiology && best(false) > best(true);
        return if has(&it.strong, true) && !outweighed {
            Some(true)
        } else if has(&it.strong, false) {
            Some(false)
        } else {
            match (has(&it.weak, true), has(&it.weak, false)) {
                (true, false) => Some(true),
                (false, true) => Some(false),
                (true, true) => None,
                (false, false) => match (has(specimen, true), has(specimen, false)) {
                    (true, false) => Some(true),
                    (false, true) => Some(false),
                    (true, true) => {
                        nearest(scene, it.first_net, specimen).or_else(|| only_followed(&it.lesions))
                    }
                    (false, false) if scene.kind != Kind::Pathology => {
                        let elsewhere = || place::lesion_elsewhere(scene).then_some(false);
                        (!of_lesions(scene).is_empty()).then_some(true).or_else(elsewhere)
                    }
                    _ => None,
                },
            }
        };
    }
    // `SSTR-avid ileal primary`: a scan for receptors finds the primary without naming its kind.
    let found =
        has(&it.strong, true) && !has(&it.strong, false) && !(it.other_own || it.nec_own || it.cleared);
    if found && scene.kind == Kind::Radiology && shows_receptors(scene) {
        return Some(true);
    }
    let none =
        names_no_tumour(scene) || it.other_own || it.other_told || it.nec_own || it.family || it.cleared;
    if none || scene.kind == Kind::Pathology { Some(false) } else { None }
}

/// Whether it is a scan for somatostatin receptors that shows some beyond the normal.
fn shows_receptors(scene: &Scene<'_>) -> bool {
    const TRACERS: [&str; 7] =
        ["dotatate", "dotatoc", "dotanoc", "sstr", "somatostatin", "octreoscan", "tektrotyd"];
    let says = |words: &[&str]| {
        scene
            .units
            .iter()
            .any(|it| scene.says(it.tokens.clone(), words) || scene.says(it.label.clone(), words))
    };
    says(&TRACERS) && says(&["avid", "uptake", "positive", "expressing", "sstr-avid"])
}

/// How much a part of the report says of which tumour it is about.
fn standing(scene: &Scene<'_>, unit: &Unit) -> u8 {
    match unit.section {
        _ if unit.section.is_own() && scene.says(unit.label.clone(), &["dx", "diagnosis", "diagnoses"]) => 2,
        Section::Addendum | Section::Synoptic | Section::Diagnosis | Section::Impression => 2,
        Section::Specimen | Section::Microscopic | Section::Gross | Section::Body | Section::Findings => 1,
        _ => 0,
    }
}

/// A scan or letter without a word of a tumour: appendicitis, stones, a hernia.
pub(crate) fn names_no_tumour(scene: &Scene<'_>) -> bool {
    let text = &scene.text;
    // The symptoms of the syndrome leave it open.
    let syndrome = |unit: &Unit| {
        scene.says(unit.tokens.clone(), &["flushing", "flushes", "flush", "diarrhoea", "diarrhea"])
    };
    if scene.units.iter().any(syndrome) {
        return false;
    }
    let tumour = Class::Net.bit()
        | Class::Neuroendocrine.bit()
        | Class::Metastasis.bit()
        | Class::Chem.bit()
        | Class::OtherTumour.bit();
    scene.units.iter().enumerate().all(|(u, unit)| {
        unit.mask & tumour == 0
            && scene.with(unit.tokens.clone(), Class::Tumour.bit() | Class::Modality.bit()).all(|i| {
                if text.has(i, Class::Tumour) {
                    let state = scene.state_now(u, i..i + 1);
                    return state.no && unit.section.is_own();
                }
                // A scan for receptors is one for a NET.
                matches!(
                    text.word(i),
                    "ct" | "mri"
                        | "mr"
                        | "ultrasound"
                        | "us"
                        | "uss"
                        | "mdct"
                        | "magnetic"
                        | "tomography"
                        | "mre"
                )
            })
    })
}

/// Where all lesions lie in the small bowel.
fn only_followed(lesions: &[Place]) -> Option<bool> {
    (!lesions.is_empty() && lesions.iter().all(|e| e.0.is_followed())).then_some(true)
}

/// Of several specimens the one named last before the tumour.
fn nearest(scene: &Scene<'_>, net: Option<usize>, specimen: &[Place]) -> Option<bool> {
    let net = net?;
    // `A: Terminal ileum, polyp`, `B: Colon` and, further down, `A: … neuroendocrine tumour`
    let letter_of = |u: usize| scene.units.get(u).and_then(|it| specimen_letter(scene, it));
    if let Some(own) = letter_of(net) {
        let mut same = specimen.iter().filter(|e| e.1 <= net && letter_of(e.1) == Some(own));
        if let Some(first) = same.next() {
            return same.all(|e| e.0.is_followed() == first.0.is_followed()).then_some(first.0.is_followed());
        }
    }
    let unit = specimen.iter().map(|e| e.1).filter(|u| *u <= net).max()?;
    if scene.units.get(unit).is_some_and(|it| is_en_bloc(scene, it)) {
        return specimen.iter().filter(|e| e.1 == unit).min_by_key(|e| e.2).map(|e| e.0.is_followed());
    }
    let mut followed = specimen.iter().filter(|e| e.1 == unit).map(|e| e.0.is_followed());
    let first = followed.next()?;
    followed.all(|it| it == first).then_some(first)
}

/// `Ileum and dome of bladder, en bloc`: the organ named first is what was to be taken out.
fn is_en_bloc(scene: &Scene<'_>, unit: &Unit) -> bool {
    let mut words = unit.label.clone().chain(unit.tokens.clone());
    words.any(|i| matches!(scene.text.word(i), "bloc" | "adherent" | "attached"))
}
