//! Metastasis in the liver: present, absent, indeterminate, or nothing said.
//!
//! Absence needs words about the liver. `No new lesion` says nothing, a lesion without a word about its nature says
//! nothing, doubt of any kind is indeterminate. Only what this report finds counts.

use lacteal_clinical::finding::Presence;

use crate::Kind;
use crate::Section;
use crate::cues::State;
use crate::fields::Field;
use crate::item::Item;
use crate::layout::Unit;
use crate::scene::{Draft, Scene, put};
use crate::tokens::Gap;
use crate::words::Class;

const OTHER_ORGANS: [&str; 52] = [
    "lung",
    "lungs",
    "pulmonary",
    "bone",
    "bones",
    "bony",
    "osseous",
    "skeletal",
    "spleen",
    "splenic",
    "pancreas",
    "pancreatic",
    "adrenal",
    "adrenals",
    "kidney",
    "kidneys",
    "renal",
    "nodal",
    "node",
    "nodes",
    "peritoneal",
    "peritoneum",
    "omental",
    "brain",
    "thyroid",
    "breast",
    "ovarian",
    "gallbladder",
    "mesenteric",
    "mesentery",
    "lymph",
    "bowel",
    "ileum",
    "ileal",
    "skin",
    "soft",
    "adrenalectomy",
    "vertebral",
    "retroperitoneal",
    "pelvic",
    "uterus",
    "prostate",
    "pleural",
    "mediastinal",
    "thoracic",
    "chest",
    "uncinate",
    "muscle",
    "cardiac",
    "bladder",
    "colon",
    "stomach",
];
const BENIGN: [&str; 26] = [
    "cyst",
    "cysts",
    "cystic",
    "haemangioma",
    "haemangiomas",
    "hemangioma",
    "hemangiomas",
    "fnh",
    "hyperplasia",
    "fat",
    "fatty",
    "benign",
    "perfusion",
    "hamartoma",
    "hamartomas",
    "calcification",
    "granuloma",
    "granulomas",
    "sparing",
    "steatosis",
    "ablation",
    "clip",
    "adenoma",
    "shunt",
    "cavity",
    "resection",
];
const VERDICT: [&str; 12] = [
    "statistically",
    "likely",
    "presumably",
    "presumed",
    "considered",
    "certainly",
    "probably",
    "almost",
    "typically",
    "felt",
    "as",
    "regarded",
];
const DOUBT: [&str; 19] = [
    "unclear",
    "prob",
    "indeterminate",
    "suspicious",
    "equivocal",
    "characterise",
    "characterize",
    "characterised",
    "characterized",
    "concerning",
    "worrisome",
    "uncertain",
    "possible",
    "possibly",
    "probable",
    "probably",
    "nonspecific",
    "characterisation",
    "characterization",
];

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

/// Another organ is what the sentence is about: it stands at its front.
fn other_subject(scene: &Scene<'_>, unit: &Unit) -> bool {
    let front = unit.tokens.start..unit.tokens.end.min(unit.tokens.start + 6);
    let lung = scene.says(unit.tokens.clone(), &["lobe"])
        && scene.says(unit.tokens.clone(), &["lower", "upper", "middle"]);
    lung || unit.mask & Class::Liver.bit() == 0 && scene.says(front, &OTHER_ORGANS)
        || scene
            .says(unit.tokens.clone(), &["lung", "bone", "nodal", "peritoneal", "adrenal", "node", "nodes"])
}

/// `Liver, segment 4b, excision:` and under it the bullets of its diagnosis.
fn under_liver(scene: &Scene<'_>, u: usize, unit: &Unit) -> bool {
    let text = &scene.text;
    let bullet = |it: &Unit| {
        it.label.is_empty()
            && it.tokens.start > 0
            && (text.mark(it.tokens.start - 1, b'-') || text.mark(it.tokens.start - 1, b'*'))
    };
    if !bullet(unit) {
        return false;
    }
    let above = scene.units.iter().take(u).rev().take(BULLETS_MAX).find(|it| !bullet(it));
    above.is_some_and(|it| it.section == unit.section && it.label.clone().any(|i| text.has(i, Class::Liver)))
}

/// Most bullets under one specimen.
const BULLETS_MAX: usize = 6;

/// How many units back the same letter of a specimen is looked for.
const LETTERS_BACK_UNITS: usize = 60;

/// The letter of the specimen that a unit begins with (`B. …`).
fn letter(scene: &Scene<'_>, unit: &Unit) -> Option<u8> {
    let text = &scene.text;
    let first = if unit.label.is_empty() { unit.tokens.start } else { unit.label.start };
    let at = first.checked_sub(2)?;
    let mark = text.mark(first - 1, b'.') || text.mark(first - 1, b')') || text.mark(first - 1, b':');
    (mark
        && text.is_word(at)
        && text.written(at).len() == 1
        && text.gap(first - 1) == crate::tokens::Gap::None)
        .then(|| text.word(at).as_bytes().first().copied())
        .flatten()
}

fn starts_with_liver_specimen(scene: &Scene<'_>, unit: &Unit) -> bool {
    unit.tokens.clone().take(5).any(|i| scene.text.has(i, Class::Liver))
        || unit.label.clone().any(|i| scene.text.has(i, Class::Liver))
}

/// `segment VI`, `segments 5 and 6`, `seg. IVa`, `right lobe`.
pub(crate) fn is_segment(scene: &Scene<'_>, i: usize) -> bool {
    let text = &scene.text;
    if !text.has(i, Class::Segment) {
        return false;
    }
    match text.word(i) {
        "segment" | "segments" | "seg" | "segs" => {
            let at = if text.mark(i + 1, b'.') { i + 2 } else { i + 1 };
            matches!(
                text.word(at),
                "i" | "ii"
                    | "iii"
                    | "iv"
                    | "iva"
                    | "ivb"
                    | "v"
                    | "vi"
                    | "vii"
                    | "viii"
                    | "2"
                    | "3"
                    | "4"
                    | "4a"
                    | "4b"
                    | "5"
                    | "6"
                    | "7"
                    | "8"
                    | "1"
            ) && !scene.says(i.saturating_sub(4)..i, &["small", "bowel", "ileal", "lung"])
        }
        "bilobar" => true,
        _ => false,
    }
}

fn is_metastasis(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    text.has(i, Class::Metastasis) && text.word(i) != "met"
        || (text.word(i) == "deposits" && unit.tokens.len() > 1)
        || text.word(i) == "deposit"
}

/// Whether a metastasis is one of the liver.
fn of_liver(scene: &Scene<'_>, unit: &Unit, i: usize, subject: bool) -> bool {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let before = text.word(i.wrapping_sub(1));
    if i > all.start && OTHER_ORGANS.contains(&before) && !listed(scene, i, all.start) {
        return false;
    }
    let near_before = i.saturating_sub(14).max(all.start)..i;
    let near_after = i + 1..(i + 10).min(all.end);
    let liver = |range: std::ops::Range<usize>| {
        range
            .rev()
            .take_while(|k| !text.mark(*k, b';'))
            .any(|k| text.has(k, Class::Liver) || is_segment(scene, k))
    };
    let after = near_after
        .take_while(|k| {
            !text.mark(*k, b';') && !text.mark(*k, b',') && !matches!(text.word(*k), "and" | "but")
        })
        .any(|k| text.has(k, Class::Liver) || is_segment(scene, k));
    if text.word(i) == "metastatic" {
        // `metastatic ileal NET` is no word about the liver, `metastatic disease in the liver` is.
        let mut close = i.saturating_sub(3).max(all.start)..i;
        let disease = matches!(
            text.word(i + 1),
            "disease"
                | "deposits"
                | "lesions"
                | "lesion"
                | "deposit"
                | "involvement"
                | "liver"
                | "hepatic"
                | "spread"
                | "burden"
                | "foci"
        );
        let opens = scene.kind == Kind::Pathology && (starts_with_liver(scene, unit) || subject);
        return close.any(|k| text.has(k, Class::Liver))
            || (disease && liver(near_before))
            || after_to_liver(scene, i, all.end)
            || opens
            || (unit.field == Some(Field::Liver));
    }
    let by_label = unit.field == Some(Field::Liver) || (subject && !other_subject(scene, unit));
    liver(near_before) || after || by_label
}

fn after_to_liver(scene: &Scene<'_>, i: usize, end: usize) -> bool {
    let text = &scene.text;
    (i + 1..(i + 9).min(end)).take_while(|k| !text.mark(*k, b';') && !text.mark(*k, b'.')).any(|k| {
        text.has(k, Class::Liver)
            && scene
                .says(k.saturating_sub(6).max(i)..k, &["to", "in", "within", "involving", "of", "affecting"])
            || text.has(k, Class::Liver)
                && matches!(text.word(k + 1), "disease" | "deposits" | "lesions" | "lesion")
                && k == i + 1
    })
}

/// `lung, liver or bone metastases`: the word before is one of a list.
fn listed(scene: &Scene<'_>, i: usize, start: usize) -> bool {
    let text = &scene.text;
    let mut near = i.saturating_sub(10).max(start)..i;
    near.clone().any(|k| text.has(k, Class::Liver))
        && near.any(|k| matches!(text.word(k), "or" | "and") || text.mark(k, b',') || text.mark(k, b'/'))
}

fn lesion_of_liver(scene: &Scene<'_>, unit: &Unit, i: usize, subject: bool) -> bool {
    let text = &scene.text;
    let all = unit.tokens.clone();
    if i > all.start && OTHER_ORGANS.contains(&text.word(i - 1)) && !listed(scene, i, all.start) {
        return false;
    }
    let near = i.saturating_sub(12).max(all.start)..(i + 14).min(all.end);
    let clause_from = near
        .clone()
        .take_while(|k| *k < i)
        .filter(|k| text.mark(*k, b';') || matches!(text.word(*k), "but" | "however"))
        .last()
        .map_or(near.start, |k| k + 1);
    let liver = (clause_from..near.end)
        .take_while(|k| *k < i || !text.mark(*k, b';'))
        .any(|k| text.has(k, Class::Liver) || is_segment(scene, k));
    let other_between = |k: usize| OTHER_ORGANS.contains(&text.word(k));
    let competing = (i + 1..(i + 6).min(all.end)).any(|k| {
        matches!(text.word(k), "in" | "of" | "within")
            && (k + 1..(k + 4).min(all.end)).any(other_between)
            && !(k + 1..(k + 6).min(all.end)).any(|m| text.has(m, Class::Liver))
    });
    (liver || unit.field == Some(Field::Liver) || (subject && !other_subject(scene, unit))) && !competing
}

/// What a mention says, by the cues around it.
fn judge(scene: &Scene<'_>, u: usize, unit: &Unit, i: usize, metastasis: bool) -> Option<Presence> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let state = scene.state_now(u, i..i + 1);
    if state.plan && metastasis && asked_of_lesion(scene, unit, i) {
        return Some(Presence::Indeterminate);
    }
    if state.plan || state.purpose || state.family {
        return None;
    }
    if state.past && !current(scene, unit, i) {
        return None;
    }
    if gone(scene, unit, i) {
        return None;
    }
    let doubt_near = scene.says(i.saturating_sub(8).max(all.start)..(i + 14).min(all.end), &DOUBT);
    // `no suspicious lesion`, `no definite metastasis`: the denial takes the doubt with it.
    if state.no_new {
        return None;
    }
    if state.no && !text.follows(i.saturating_sub(2), &["no", "longer"]) {
        let size_only = scene.says(i + 1..(i + 3).min(all.end), &["size", "growth"]);
        return (!size_only && !changes(scene, unit, i)).then_some(Presence::Absent);
    }
    if state.maybe || (!metastasis && doubt_near) || metastasis && or_benign(scene, unit, i) {
        // `too small to characterise but statistically benign`: a verdict. `probably cysts but MRI is required`: none.
        let verdict = all
            .clone()
            .any(|k| text.word(k) == "benign" && scene.says(k.saturating_sub(3).max(all.start)..k, &VERDICT));
        if verdict && !metastasis {
            return None;
        }
        let open = all.clone().any(|k| {
            matches!(text.word(k), "but" | "however" | "although" | "though")
                && scene.says(
                    k..(k + 9).min(all.end),
                    &[
                        "required",
                        "needed",
                        "recommended",
                        "confirm",
                        "confirmation",
                        "certain",
                        "advised",
                        "necessary",
                    ],
                )
        });
        if open && !metastasis {
            return Some(Presence::Indeterminate);
        }
        let benign = scene.says(all.clone(), &BENIGN)
            && !scene.says(
                all,
                &[
                    "indeterminate",
                    "suspicious",
                    "characterise",
                    "characterize",
                    "metastasis",
                    "metastases",
                    "deposit",
                    "deposits",
                    "equivocal",
                ],
            );
        return (!benign).then_some(Presence::Indeterminate);
    }
    if metastasis {
        return Some(Presence::Present);
    }
    None
}

/// `9 mm lesion in segment 5, ?metastasis`: a question about what the scan shows, not one put to it.
fn asked_of_lesion(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    let start = unit.tokens.start;
    let asked = (i.saturating_sub(3).max(start)..i).any(|k| text.mark(k, b'?'));
    let shown = matches!(unit.section, Section::Findings | Section::Impression);
    asked && (shown || (start..i).any(|k| text.has(k, Class::Lesion) && !text.has(k, Class::Metastasis)))
}

/// `metastasis versus transient perfusion phenomenon`, `cyst or metastasis`: one or the other.
fn or_benign(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    let either = |k: usize| matches!(text.word(k), "versus" | "vs" | "or");
    let benign = |range: std::ops::Range<usize>| {
        scene.says(range.clone(), &BENIGN)
            || scene.says(range, &["transient", "artefact", "artifact", "benign"])
    };
    let start = unit.tokens.start;
    let stop = if text.mark(i + 2, b'.') { i + 3 } else { i + 2 };
    either(i + 1) && benign(i + 2..(i + 7).min(unit.tokens.end.max(i + 2)))
        || (i.saturating_sub(3).max(start)..i).any(|k| either(k) && benign(k.saturating_sub(3).max(start)..k))
        || either(stop) && benign(stop + 1..(stop + 4).min(unit.tokens.end.max(stop + 1)))
}

/// `there was nothing in the liver`, `metastatic NET with liver disease`.
fn in_words(scene: &Scene<'_>, u: usize, unit: &Unit) -> Option<(Presence, usize, &'static str)> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let plain = |i: usize| {
        let state = scene.state_now(u, i..i + 1);
        !(state.plan || state.purpose || state.past || state.maybe || state.family)
    };
    all.clone().find_map(|i| match text.word(i) {
        "nothing" if plain(i) => {
            let liver = (i + 1..(i + 7).min(all.end)).any(|k| text.has(k, Class::Liver));
            let new = scene.says(i + 1..(i + 4).min(all.end), &["new", "further", "else"]);
            (liver && !new).then_some((Presence::Absent, i, "liver_nothing"))
        }
        "burden" if plain(i) => {
            let liver = (i.saturating_sub(2).max(all.start)..i).any(|k| text.has(k, Class::Liver));
            let state = scene.state_now(u, i..i + 1);
            (liver && !state.no && !state.no_new).then_some((Presence::Present, i, "liver_burden"))
        }
        // `receptor-positive disease in liver and nodes`
        "disease"
            if matches!(text.word(i.wrapping_sub(1)), "positive" | "avid" | "expressing")
                && matches!(text.word(i + 1), "in" | "within" | "involving")
                && (i + 2..(i + 4).min(all.end)).any(|k| text.has(k, Class::Liver))
                && plain(i) =>
        {
            let state = scene.state_now(u, i..i + 1);
            (!state.no && !state.no_new).then_some((Presence::Present, i, "liver_disease"))
        }
        "disease" | "involvement" if i > all.start && text.has(i - 1, Class::Liver) && plain(i) => {
            let named = (all.start..i).any(|k| text.any(k, Class::Net.bit() | Class::Neuroendocrine.bit()));
            let spread = scene.says(all.start..i, &["metastatic"]);
            let state = scene.state_now(u, i..i + 1);
            (named && spread && !state.no && !state.no_new).then_some((Presence::Present, i, "liver_disease"))
        }
        _ => None,
    })
}

/// `no DOTATATE-avid disease in the liver`, `no evidence of nodal or hepatic disease`.
fn no_disease(scene: &Scene<'_>, u: usize, unit: &Unit, i: usize) -> bool {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let before = i.saturating_sub(4).max(all.start)..i;
    let here = i > all.start && text.has(i - 1, Class::Liver)
        || matches!(text.word(i + 1), "in" | "within" | "of" | "to")
            && (i + 2..(i + 5).min(all.end)).any(|k| text.has(k, Class::Liver));
    // `Liver: no evidence of focal disease`, `liver free of disease`, `no liver or peritoneal disease`
    let near = i.saturating_sub(8).max(all.start)..i;
    let focal = text.word(i.wrapping_sub(1)) == "focal";
    let of_liver = unit.field == Some(Field::Liver) || near.clone().any(|k| text.has(k, Class::Liver));
    let free =
        text.word(i.wrapping_sub(1)) == "of" && matches!(text.word(i.wrapping_sub(2)), "free" | "clear");
    let listed = i >= all.start + 3
        && text.has(i - 3, Class::Liver)
        && matches!(text.word(i - 2), "or" | "and")
        && text.is_word(i - 1);
    let here = if text.word(i) == "changes" {
        focal && (of_liver || here)
    } else {
        here || listed || (focal || free) && of_liver && !scene.says(near, &OTHER_ORGANS)
    };
    let state = scene.state_now(u, i..i + 1);
    here && state.no
        && !(state.no_new || state.plan || state.purpose || state.past || state.maybe)
        && !changes(scene, unit, i)
        && !scene.says(
            before,
            &[
                "chronic",
                "fatty",
                "parenchymal",
                "diffuse",
                "polycystic",
                "background",
                "recurrent",
                "residual",
            ],
        )
        && !matches!(text.word(i + 1), "progression" | "recurrence")
}

/// Between a denial and its object stands a change: `no progression of the liver metastases`.
fn changes(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    scene.says(
        i.saturating_sub(8).max(unit.tokens.start)..i,
        &[
            "progression",
            "change",
            "increase",
            "growth",
            "enlargement",
            "progressive",
            "enlarging",
            "new",
            "further",
            "additional",
            "other",
            "response",
        ],
    )
}

/// `previously seen metastases are unchanged`: spoken of as of today.
fn current(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let _ = i;
    scene.says(
        unit.tokens.clone(),
        &[
            "unchanged",
            "stable",
            "increased",
            "decreased",
            "larger",
            "smaller",
            "progressed",
            "enlarged",
            "again",
            "persist",
            "persistent",
            "remain",
            "remains",
            "grown",
            "known",
            "similar",
            "now",
            "re-demonstrated",
            "redemonstrated",
            "progression",
            "increase",
            "reduction",
            "regressed",
            "multiple",
            "new",
            "background",
            "change",
        ],
    )
}

/// Gone, treated away, or taken out.
fn gone(scene: &Scene<'_>, unit: &Unit, i: usize) -> bool {
    let near = i.saturating_sub(8).max(unit.tokens.start)..(i + 12).min(unit.tokens.end);
    scene.says(near.clone(), &["resolved", "resolution", "disappeared", "disappearance"])
        || (scene.says(near.clone(), &["longer"]) && scene.says(near.clone(), &["no"]))
        || scene.says(near, &["resected", "hepatectomy", "metastasectomy", "excision"])
            && scene.kind != Kind::Pathology
}

fn starts_with_liver(scene: &Scene<'_>, unit: &Unit) -> bool {
    unit.tokens.clone().take(4).any(|i| scene.text.has(i, Class::Liver))
        || unit.label.clone().any(|i| scene.text.has(i, Class::Liver))
}

/// A liver specimen: tumour in it or not.
fn tissue(scene: &Scene<'_>, u: usize, unit: &Unit) -> Option<(Presence, usize, &'static str)> {
    let text = &scene.text;
    let target = |i: usize| {
        text.has(i, Class::Net) && is_net_word(text.written(i))
            || text.has(i, Class::Neuroendocrine)
            || matches!(text.word(i), "malignancy" | "tumour" | "tumor" | "malignant" | "neoplasm")
    };
    let i = unit.tokens.clone().find(|i| target(*i))?;
    let state = scene.state_now(u, i..i + 1);
    // `NET in terminal ileum`
    let elsewhere = scene.with(i + 1..(i + 6).min(unit.tokens.end), Class::SmallBowel.bit()).next().is_some();
    if state.past || state.plan || state.maybe || elsewhere && !starts_with_liver(scene, unit) {
        return None;
    }
    Some((if state.no { Presence::Absent } else { Presence::Present }, i, "liver_tissue"))
}

pub(crate) fn is_net_word(written: &str) -> bool {
    !matches!(written, "net" | "Net" | "nets" | "Nets" | "nen" | "nens")
}

/// `liver: normal`, `liver and spleen are unremarkable`, but not `normal in size`.
fn normal(scene: &Scene<'_>, unit: &Unit) -> Option<usize> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let field = unit.field == Some(Field::Liver);
    let partial = |i: usize| {
        let next = text.word(i + 1);
        matches!(
            next,
            "in" | "size"
                | "sized"
                | "echotexture"
                | "echogenicity"
                | "attenuation"
                | "signal"
                | "contour"
                | "calibre"
                | "caliber"
                | "morphology"
                | "parenchymal"
                | "background"
                | "enhancement"
                | "uptake"
                | "parenchyma"
                | "function"
                | "variant"
                | "margin"
                | "physiological"
                | "portal"
                | "blood"
                | "lfts"
                | "tests"
                | "enzymes"
                | "biochemistry"
                | "resection"
                | "edge"
                | "span"
                | "outline"
                | "volume"
                | "dimensions"
        )
    };
    let limits = text.word(all.start) == "within" && text.word(all.start + 1) == "normal";
    for i in all.clone() {
        let word = text.word(i);
        let good = matches!(word, "normal" | "unremarkable" | "clear" | "inconspicuous") || word == "nad";
        // `normal in size and appearance`
        let looks = text.word(i + 1) == "in"
            && scene.says(i + 2..(i + 7).min(all.end), &["appearance", "appearances"]);
        if !good
            || partial(i) && !looks
            || scene.says(
                i.saturating_sub(2).max(all.start)..i,
                &["otherwise", "not", "no", "remaining", "remainder", "abnormal", "function", "tests"],
            )
        {
            continue;
        }
        if scene.says(
            all.start..i,
            &[
                "remainder",
                "remaining",
                "rest",
                "background",
                "otherwise",
                "function",
                "lfts",
                "resection",
                "remnant",
            ],
        ) || scene.says(all.clone(), &["function", "tests", "enzymes", "biochemistry", "bloods"])
        {
            continue;
        }
        if field && (i <= all.start + 3 || limits) {
            return Some(i);
        }
        let before = i.saturating_sub(22).max(all.start)..i;
        let liver = before
            .clone()
            .rev()
            .take_while(|k| !text.mark(*k, b';') && !matches!(text.word(*k), "but" | "with" | "which"))
            .find(|k| text.has(*k, Class::Liver));
        // Another subject between: `liver lesion is stable, spleen is normal`.
        if let Some(k) = liver
            && !scene.says(
                k..i,
                &[
                    "lesion",
                    "lesions",
                    "metastases",
                    "metastasis",
                    "cyst",
                    "cysts",
                    "is",
                    "are",
                    "has",
                    "shows",
                    "contains",
                    "demonstrates",
                    "vein",
                    "veins",
                    "appears",
                    "appear",
                    "artery",
                    "flexure",
                ],
            )
        {
            return Some(i);
        }
        if let Some(k) = liver
            && (scene
                .says(i.saturating_sub(3)..i, &["is", "are", "appears", "appear", "looks", "look", "all"])
                || matches!(text.word(i + 1), "appearance" | "appearances")
                    && matches!(text.word(i.wrapping_sub(1)), "a" | "has" | "of"))
            && !scene.says(
                k + 1..i.saturating_sub(3).max(k + 1),
                &[
                    "is",
                    "are",
                    "has",
                    "shows",
                    "lesion",
                    "lesions",
                    "vein",
                    "veins",
                    "metastases",
                    "cyst",
                    "cysts",
                    "flexure",
                    "artery",
                ],
            )
        {
            return Some(i);
        }
        // `normal liver, spleen and kidneys`, `unremarkable appearance of the liver`
        let after = (i + 1..(i + 6).min(all.end))
            .take_while(|k| !text.mark(*k, b';') && !matches!(text.word(*k), "in" | "and"))
            .any(|k| {
                text.has(k, Class::Liver)
                    && !matches!(
                        text.word(k + 1),
                        "function"
                            | "parenchyma"
                            | "enzymes"
                            | "tests"
                            | "vein"
                            | "veins"
                            | "echotexture"
                            | "biochemistry"
                            | "contour"
                    )
            });
        if after {
            return Some(i);
        }
    }
    None
}
