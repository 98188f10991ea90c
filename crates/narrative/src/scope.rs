//! Whether the report's tumour is a NET of the small bowel, and where it sits.
//!
//! The organ is looked for beside the name of the tumour, in the field that asks for it, and last in the specimen. What
//! another person has, what is denied and what is only asked for decides nothing.

use lacteal_clinical::finding::Site;

use crate::Kind;
use crate::Section;
use crate::fields::Field;
use crate::item::{Certainty, Item};
use crate::scene::{Draft, Scene};
use crate::tumours::{self, Mention, Named, Organ};
use crate::words::Class;

/// What the report shows of scope.
#[derive(Default)]
struct Evidence {
    strong: Vec<(Site, usize, usize)>,
    weak: Vec<(Site, usize, usize)>,
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
    /// A relative has one.
    family: bool,
}

/// Judges scope, and puts down the site.
pub(crate) fn judge(scene: &Scene<'_>, mentions: &[Vec<Mention>], drafts: &mut Vec<Draft>) -> Option<bool> {
    let mut it = Evidence::default();
    let mut specimen: Vec<(Site, usize, usize)> = Vec::new();
    for (u, unit) in scene.units.iter().enumerate() {
        if unit.section == Section::Family {
            continue;
        }
        let named = mentions.get(u).map_or(&[][..], Vec::as_slice);
        let organs: Vec<Organ> = if unit.mask & (Class::SmallBowel.bit() | Class::Elsewhere.bit()) == 0 {
            Vec::new()
        } else {
            let state = |at: usize| scene.state_now(u, at..at + 1);
            tumours::organs(scene, unit.tokens.clone())
                .into_iter()
                .filter(|o| !(state(o.at).no || state(o.at).family))
                .filter(|o| o.site != Site::Meckel || !is_spared(scene, o.at..unit.tokens.end))
                .collect()
        };
        let own = unit.section.is_own();
        if unit.field == Some(Field::Site)
            && let Some(site) = field_site(scene, &organs)
        {
            it.strong.push((site.site, u, site.at));
        }
        let told = own && scene.kind == Kind::Clinic;
        if told {
            let resected = |at: usize| {
                scene.says(
                    at + 1..(at + 3).min(unit.tokens.end),
                    &["resection", "resected", "specimen", "resectate"],
                ) || matches!(scene.text.word(at.wrapping_sub(1)), "resection" | "resected" | "enterectomy")
                    || scene
                        .says(unit.label.clone(), &["pathology", "histology", "histopathology", "specimen"])
            };
            specimen.extend(organs.iter().filter(|o| resected(o.at)).map(|o| (o.site, u, o.at)));
        }
        if own && scene.kind == Kind::Pathology {
            specimen.extend(
                organs
                    .iter()
                    .filter(|o| !scene.state_now(u, o.at..o.at + 1).maybe)
                    .map(|o| (o.site, u, o.at)),
            );
        }
        for organ in &organs {
            if is_place_of_primary(scene, unit, organ.at) {
                let state = scene.state_now(u, organ.at..organ.at + 1);
                // `The primary could be in the small bowel, pancreas or elsewhere`
                if asked(scene, unit) {
                    continue;
                }
                if state.maybe {
                    it.weak.extend(organs.iter().map(|o| (o.site, u, o.at)));
                } else if !state.plan {
                    it.strong.push((organ.site, u, organ.at));
                }
            }
        }
        for mention in named {
            let state = mention.state;
            it.family |= state.family && mention.named == Named::Net;
            let around =
                mention.tokens.start.saturating_sub(4).max(unit.tokens.start)..mention.tokens.end + 2;
            // `No recurrent carcinoid` knows of one.
            let known =
                scene.says(around, &["recurrent", "recurrence", "residual", "metastatic", "new", "further"]);
            it.cleared |=
                own && (state.no && !known && mention.named == Named::Net || mention.named == Named::Benign);
            if state.no || state.family || state.plan || state.no_new {
                continue;
            }
            match mention.named {
                Named::Net => {
                    it.net = true;
                    it.net_sure |= own || !state.maybe;
                    it.first_net = it.first_net.or_else(|| own.then_some(u));
                    it.net_own |= own && !state.past && !state.maybe;
                    beside(scene, u, mention, &organs, &mut it);
                }
                Named::Nec | Named::Minen if own && !state.past => it.nec_own = true,
                Named::Other if own && !state.past && !state.maybe => it.other_own = true,
                Named::Other => it.other_told = true,
                _ => {}
            }
        }
    }
    let decision = decide(scene, &it, &specimen);
    if decision == Some(true) {
        put_site(scene, &it, &specimen, drafts);
    }
    decision
}

/// `ileal primary`, `the primary is in the ileum`, and on a scan `focal uptake in the ileum, consistent with the primary`.
fn is_place_of_primary(scene: &Scene<'_>, unit: &crate::layout::Unit, at: usize) -> bool {
    let next = at + 1..(at + 3).min(unit.tokens.end);
    let near = at.saturating_sub(4).max(unit.tokens.start)..at;
    let before = at.saturating_sub(10).max(unit.tokens.start)..at;
    let scan = scene.kind == Kind::Radiology && unit.section.is_own();
    let called = scan
        && (at + 1..(at + 20).min(unit.tokens.end))
            .take_while(|k| {
                !scene.text.mark(*k, b';')
                    && !scene.text.any(*k, Class::Elsewhere.bit() | Class::SmallBowel.bit())
            })
            .any(|k| {
                scene.text.word(k) == "primary"
                    && scene.says(
                        k.saturating_sub(6).max(at)..k,
                        &[
                            "consistent",
                            "keeping",
                            "compatible",
                            "represent",
                            "represents",
                            "likely",
                            "suggestive",
                            "as",
                        ],
                    )
            });
    scene.says(next, &["primary", "origin"])
        || called
        || scene.says(before, &["primary"])
            && scene.says(near.clone(), &["in", "of", "from"])
            && !scene.says(near, &["because"])
}

/// `Another primary in the small intestine?`
fn asked(scene: &Scene<'_>, unit: &crate::layout::Unit) -> bool {
    let end = unit.tokens.end;
    scene.text.mark(end.wrapping_sub(1), b'?') || scene.text.mark(end, b'?')
}

/// `Meckel diverticulum, no tumour`
fn is_spared(scene: &Scene<'_>, from: std::ops::Range<usize>) -> bool {
    let from = from.start..from.end.min(from.start + 8);
    scene.says(from, &["no", "without", "free", "unremarkable", "normal", "benign"])
}

fn field_site(scene: &Scene<'_>, organs: &[Organ]) -> Option<Organ> {
    // `Small intestine: duodenum (bulb)`: the part outweighs the whole.
    if let [whole, part, ..] = organs
        && whole.site == Site::SmallBowelUnspecified
        && part.at - whole.at <= 3
        && matches!(scene.text.word(part.at), "duodenum" | "duodenal")
        && !scene.says(whole.at..part.at, &["not", "excluding", "except", "beyond", "and"])
    {
        return Some(*part);
    }
    let followed = organs.iter().filter(|it| it.site.is_followed()).min_by_key(|it| exactness(it.site));
    // `Ileum, 12 cm from the caecum`, `Caecum, 2 cm from the ileocaecal valve`: the first is the site.
    let first = organs.first()?;
    if first.site.is_followed() { followed.copied() } else { Some(*first) }
}

/// Organs beside the name of a tumour.
fn beside(scene: &Scene<'_>, u: usize, mention: &Mention, organs: &[Organ], it: &mut Evidence) {
    let text = &scene.text;
    let (start, end) = (mention.tokens.start, mention.tokens.end);
    let metastatic = scene.says(
        start.saturating_sub(4)..start,
        &["metastatic", "metastasis", "metastases", "deposit", "secondary"],
    );
    let breaks = |range: std::ops::Range<usize>| {
        range.into_iter().any(|k| text.mark(k, b';') || text.mark(k, b'.') || text.mark(k, b':'))
    };
    let before = organs.iter().rev().find(|o| {
        o.at < start
            && start - o.at <= ADJECTIVE_TOKENS
            && !breaks(o.at..start)
            && !(o.at + 1..start).any(|k| {
                text.mark(k, b',')
                    || matches!(
                        text.word(k),
                        "and"
                            | "with"
                            | "in"
                            | "of"
                            | "from"
                            | "or"
                            | "for"
                            | "contains"
                            | "shows"
                            | "resection"
                    )
            })
    });
    // The organ may be part of the name: `ileal (well differentiated) NET`, `SBNET`.
    let inside = organs.iter().find(|o| o.at >= start && o.at < end);
    if let Some(organ) = inside.or(before) {
        it.strong.push((organ.site, u, organ.at));
        // `midgut NET (ileal)`: the part in brackets is the more exact.
        if let Some(part) = organs.iter().find(|o| o.at == end + 1 && text.mark(end, b'(')) {
            it.strong.push((part.site, u, part.at));
        }
        return;
    }
    // `Ileum, segmental resection: … NET`: the organs that head the line are all of one sort.
    let ahead: Vec<&Organ> = organs.iter().filter(|o| o.at < start).collect();
    if let Some(last) = ahead.last().filter(|_| !metastatic)
        && (last.at..start).any(|k| text.mark(k, b':'))
        && ahead.iter().all(|o| o.site.is_followed() == last.site.is_followed())
    {
        it.strong.push((last.site, u, last.at));
        return;
    }
    let after = organs.iter().find(|o| {
        if scene
            .says(o.at.saturating_sub(4).max(end)..o.at, &["invasion", "invades", "invading", "infiltrating"])
        {
            return false;
        }
        let between = end..o.at;
        // `NET appendix (tip)`, `carcinoid - ileum`
        if o.at == end || o.at == end + 1 && (text.mark(end, b'-') || text.mark(end, b'(')) {
            return true;
        }
        o.at >= end
            && o.at - end <= AFTER_TOKENS
            && !breaks(between.clone())
            && if o.at - end <= 14 {
                scene.says(
                    between.clone(),
                    &["of", "in", "from", "arising", "involving", "within", "at", "affecting"],
                )
            } else {
                scene.says(o.at - 2..o.at, &["in", "involving", "within"])
            }
            && (!metastatic || scene.says(between.clone(), &["from", "of"]))
            && !scene.says(
                between,
                &["nodes", "node", "liver", "margin", "metastasis", "metastases", "metastatic"],
            )
    });
    if let Some(organ) = after {
        it.strong.push((organ.site, u, organ.at));
        return;
    }
    if !metastatic {
        it.weak.extend(organs.iter().map(|o| (o.site, u, o.at)));
    }
}

/// How far before the name of a tumour its organ may stand as an adjective.
const ADJECTIVE_TOKENS: usize = 7;
/// How far after it an organ may stand behind a preposition.
const AFTER_TOKENS: usize = 44;

fn decide(scene: &Scene<'_>, it: &Evidence, specimen: &[(Site, usize, usize)]) -> Option<bool> {
    let has =
        |list: &[(Site, usize, usize)], followed: bool| list.iter().any(|e| e.0.is_followed() == followed);
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
                    (true, true) => nearest(it.first_net, specimen),
                    (false, false) if scene.kind != Kind::Pathology => {
                        (!of_lesions(scene).is_empty()).then_some(true)
                    }
                    _ => None,
                },
            }
        };
    }
    let none =
        names_no_tumour(scene) || it.other_own || it.other_told || it.nec_own || it.family || it.cleared;
    if none || scene.kind == Kind::Pathology { Some(false) } else { None }
}

/// How much a part of the report says of which tumour it is about.
fn standing(scene: &Scene<'_>, unit: &crate::layout::Unit) -> u8 {
    match unit.section {
        _ if unit.section.is_own() && scene.says(unit.label.clone(), &["dx", "diagnosis", "diagnoses"]) => 2,
        Section::Addendum | Section::Synoptic | Section::Diagnosis | Section::Impression => 2,
        Section::Specimen | Section::Microscopic | Section::Gross | Section::Body | Section::Findings => 1,
        _ => 0,
    }
}

/// A scan or letter without a word of a tumour: appendicitis, stones, a hernia.
fn names_no_tumour(scene: &Scene<'_>) -> bool {
    let text = &scene.text;
    // The symptoms of the syndrome leave it open.
    let syndrome = |unit: &crate::layout::Unit| {
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

/// Of several specimens the one named last before the tumour.
fn nearest(net: Option<usize>, specimen: &[(Site, usize, usize)]) -> Option<bool> {
    let net = net?;
    let unit = specimen.iter().map(|e| e.1).filter(|u| *u <= net).max()?;
    let mut followed = specimen.iter().filter(|e| e.1 == unit).map(|e| e.0.is_followed());
    let first = followed.next()?;
    followed.all(|it| it == first).then_some(first)
}

/// The most exact site first.
fn exactness(site: Site) -> u8 {
    match site {
        Site::Meckel => 0,
        Site::Ileum => 1,
        Site::Jejunum => 2,
        Site::SmallBowelUnspecified => 3,
        Site::Elsewhere => 4,
    }
}

fn put_site(scene: &Scene<'_>, it: &Evidence, specimen: &[(Site, usize, usize)], drafts: &mut Vec<Draft>) {
    let strong = it.strong.iter().any(|e| e.0.is_followed());
    let source = if strong { &it.strong } else { &it.weak };
    let mut sites: Vec<(Site, usize, usize, &'static str)> = source
        .iter()
        .filter(|e| e.0.is_followed())
        .map(|e| (e.0, e.1, e.2, if strong { "site_named" } else { "site_near" }))
        .collect();
    let vague = sites.iter().all(|e| e.0 == Site::SmallBowelUnspecified);
    if vague {
        sites.extend(of_lesions(scene).into_iter().map(|e| (e.0, e.1, e.2, "site_lesion")));
        // `small bowel` in one place and `ileum` beside the tumour or in the specimen in another: the exact one.
        let exact = it
            .weak
            .iter()
            .chain(specimen)
            .filter(|e| e.0.is_followed() && e.0 != Site::SmallBowelUnspecified);
        let exact: Vec<_> = exact.filter(|e| !it.other_own || it.weak.contains(e)).collect();
        let part = |site: Site| exact.iter().any(|e| e.0 == site);
        // Tumours in both parts are of the small bowel.
        let both = part(Site::Ileum) && part(Site::Jejunum);
        let exact = exact.into_iter().filter(|_| !both);
        sites.extend(exact.map(|e| (e.0, e.1, e.2, "site_specimen")));
    }
    sites.extend(
        specimen
            .iter()
            .filter(|e| e.0.is_followed() && sites.is_empty())
            .map(|e| (e.0, e.1, e.2, "site_specimen"))
            .collect::<Vec<_>>(),
    );
    sites.sort_by_key(|e| (exactness(e.0), e.1, e.2));
    for (site, unit, at, rule) in sites {
        let state = scene.state_now(unit, at..at + 1);
        let certainty = if state.maybe { Certainty::Uncertain } else { Certainty::Stated };
        drafts.push(Draft { item: Item::Site(site), tokens: at..at + 1, unit, rule, certainty });
    }
}

/// `jejunal tumour`, `lesion in the ileum`, `SB NET ileum`: where the lesion of a bowel NET is, in words that name no NET.
fn of_lesions(scene: &Scene<'_>) -> Vec<(Site, usize, usize)> {
    let text = &scene.text;
    let mut found = Vec::new();
    for (u, unit) in scene.units.iter().enumerate() {
        let wanted = Class::SmallBowel.bit();
        if unit.section == Section::Family || unit.mask & wanted == 0 || unit.mask & Class::Tumour.bit() == 0
        {
            continue;
        }
        for organ in tumours::organs(scene, unit.tokens.clone()) {
            if !matches!(organ.site, Site::Ileum | Site::Jejunum | Site::Meckel) {
                continue;
            }
            let lesion = |k: usize| text.has(k, Class::Tumour) && text.word(k) != "polyp";
            let after = lesion(organ.at + 1)
                || text.is_word(organ.at + 1)
                    && !matches!(text.word(organ.at + 1), "and" | "with")
                    && lesion(organ.at + 2);
            let before = organ.at > unit.tokens.start
                && (text.has(organ.at - 1, Class::Net) || lesion_in(scene, unit, organ.at));
            let state = scene.state_now(u, organ.at..organ.at + 1);
            if (after || before) && !(state.no || state.family || state.plan || state.maybe) {
                found.push((organ.site, u, organ.at));
            }
        }
    }
    found
}

/// `18 mm tumour in the ileum`, `mural thickening of the mid ileum`
fn lesion_in(scene: &Scene<'_>, unit: &crate::layout::Unit, at: usize) -> bool {
    let text = &scene.text;
    let near = at.saturating_sub(7).max(unit.tokens.start)..at;
    let Some(of) = near.clone().rev().find(|k| matches!(text.word(*k), "in" | "of" | "within" | "involving"))
    else {
        return false;
    };
    let lesion =
        |k: usize| text.has(k, Class::Tumour) && text.word(k) != "polyp" || text.word(k) == "thickening";
    of > near.start && (of.saturating_sub(2).max(near.start)..of).any(lesion)
}

/// Whether all that a pathologist names is metastatic: a biopsy of the liver, a node alone.
pub(crate) fn holds_only_metastasis(scene: &Scene<'_>, mentions: &[Vec<Mention>]) -> bool {
    if scene.kind != Kind::Pathology {
        return false;
    }
    let mut any = false;
    for (u, unit) in scene.units.iter().enumerate().filter(|it| it.1.section.is_own()) {
        if matches!(unit.field, Some(Field::Size | Field::Extent | Field::T | Field::Focality)) {
            return false;
        }
        for mention in mentions.get(u).map_or(&[][..], Vec::as_slice) {
            let state = mention.state;
            if mention.named != Named::Net || state.no || state.family || state.plan || state.past {
                continue;
            }
            let start = mention.tokens.start;
            // `Patient known with a NET of the ileum`, `known ileal NET`: another specimen's.
            if scene.says(start.saturating_sub(6).max(unit.tokens.start)..start, &["known"]) {
                continue;
            }
            let metastatic = scene.says(
                start.saturating_sub(5)..start,
                &["metastatic", "metastasis", "metastases", "deposit", "deposits", "secondary"],
            ) || unit.field == Some(Field::Liver);
            if !metastatic {
                return false;
            }
            any = true;
        }
    }
    any
}

/// Puts down what kind of tumour the report names.
pub(crate) fn histology(scene: &Scene<'_>, mentions: &[Vec<Mention>], drafts: &mut Vec<Draft>) {
    for (u, unit) in scene.units.iter().enumerate() {
        if !unit.section.is_own() {
            continue;
        }
        for mention in mentions.get(u).map_or(&[][..], Vec::as_slice) {
            let state = mention.state;
            if mention.named == Named::Net
                && !(state.no || state.family || state.plan || state.past || state.no_new)
            {
                crate::scene::put(
                    drafts,
                    u,
                    Item::Histology(crate::item::Histology::Net),
                    mention.tokens.clone(),
                    "histology_net",
                    state,
                );
            }
        }
    }
}
