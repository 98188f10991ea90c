//! Which study a radiology report is about, and measurements and stains.

use lacteal_clinical::imaging::{Imaging, Modality, Region};

use crate::Kind;
use crate::Section;
use crate::cues::State;
use crate::item::{Analyte, Item, Stain};
use crate::layout::Unit;
use crate::numbers;
use crate::scene::{Draft, Scene, put};
use crate::words::Class;

/// Reads the study out of the title, the technique or the first sentence that names it.
pub(crate) fn imaging(scene: &Scene<'_>, drafts: &mut Vec<Draft>) {
    if scene.kind != Kind::Radiology {
        return;
    }
    let mut best: Option<(u8, usize, std::ops::Range<usize>, Imaging)> = None;
    for (u, unit) in scene.units.iter().enumerate().filter(|it| it.1.mask & Class::Modality.bit() != 0) {
        let trust = match unit.section {
            Section::Body if u < TITLE_UNITS => 3,
            Section::Technique => 2,
            Section::Body | Section::Findings => 1,
            _ => continue,
        };
        let Some((tokens, modality)) = modality(scene, unit) else { continue };
        let state = scene.state(u, tokens.clone());
        if state.past
            || state.plan
            || state.no
            || scene.says(
                unit.tokens.clone(),
                &["comparison", "compared", "previous", "recommend", "recommended", "suggest", "correlation"],
            )
        {
            continue;
        }
        let region = region(scene, unit, modality);
        // The first of equal trust stands, but one with a region beats one without.
        let trust = trust * 2 + u8::from(region != Region::Other);
        if best.as_ref().is_none_or(|it| trust > it.0) {
            best = Some((trust, u, tokens, Imaging { modality, region }));
        }
    }
    if let Some((_, u, tokens, imaging)) = best {
        put(drafts, u, Item::Imaging(imaging), tokens, "imaging_study", Default::default());
    }
}

/// Units at the top of a report that may be its title.
const TITLE_UNITS: usize = 12;

fn modality(scene: &Scene<'_>, unit: &Unit) -> Option<(std::ops::Range<usize>, Modality)> {
    let text = &scene.text;
    let mut found = None;
    for i in scene.with(unit.tokens.clone(), Class::Modality.bit()) {
        let upper = text.token(i).is_some_and(|t| t.first == b'N');
        let modality = match text.word(i) {
            "pet" | "petct" | "dotatate" | "dotatoc" | "dotanoc" => Modality::Pet,
            "ct" | "mdct" | "cect" => Modality::Ct,
            "mri" | "mrcp" | "mre" => Modality::Mr,
            "mr" if upper && !text.mark(i + 1, b'.') => Modality::Mr,
            "magnetic" if text.word(i + 1) == "resonance" => Modality::Mr,
            "tomography" if text.word(i.wrapping_sub(1)) == "computed" => Modality::Ct,
            "ultrasound" | "uss" | "sonography" | "ultrasonography" => Modality::Ultrasound,
            "us" if upper => Modality::Ultrasound,
            "octreoscan" | "scintigraphy" | "spect" | "tektrotyd" => Modality::Scintigraphy,
            _ => continue,
        };
        // PET/CT is PET.
        if modality == Modality::Pet {
            return Some((i..i + 1, modality));
        }
        found = found.or(Some((i..i + 1, modality)));
    }
    found
}

fn region(scene: &Scene<'_>, unit: &Unit, modality: Modality) -> Region {
    let text = &scene.text;
    let any = |words: &[&str]| scene.says(unit.tokens.clone(), words);
    let written = |words: &[&str]| unit.tokens.clone().any(|i| words.contains(&text.written(i)));
    let chest = any(&["chest", "thorax", "thoracic", "lungs", "neck"]);
    let abdomen = any(&["abdomen", "abdominal", "abdo", "abdominopelvic", "upper"]);
    let pelvis = any(&["pelvis", "pelvic", "abdominopelvic"]);
    if any(&["tap", "cap"]) && written(&["TAP", "CAP", "tap", "cap"]) || chest && abdomen {
        return Region::ChestAbdomenPelvis;
    }
    if any(&["whole", "thighs", "thigh", "midthigh", "vertex"]) {
        return Region::WholeBody;
    }
    if abdomen && pelvis || written(&["AP", "A/P"]) {
        return Region::AbdomenPelvis;
    }
    if any(&["liver", "hepatic"]) {
        return Region::Liver;
    }
    match (abdomen, pelvis, chest, modality) {
        (true, ..) => Region::Abdomen,
        (_, true, ..) => Region::Pelvis,
        (_, _, true, _) => Region::Chest,
        _ => Region::Other,
    }
}

/// Reads stains out of one unit.
pub(crate) fn stains(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    if !scene.tells_pathology(unit) {
        return;
    }
    for i in scene.with(unit.tokens.clone(), Class::Stain.bit()) {
        let stain = match text.word(i) {
            "synaptophysin" => Stain::Synaptophysin,
            "chromogranin"
                if !scene.says(
                    unit.tokens.clone(),
                    &["serum", "plasma", "nmol", "ng", "fasting", "level", "levels", "pmol"],
                ) =>
            {
                Stain::Chromogranin
            }
            "sstr2" | "sstr2a" | "sstr" => Stain::SomatostatinReceptor,
            "cdx2" => Stain::Cdx2,
            "serotonin" => Stain::Serotonin,
            _ => continue,
        };
        let state = scene.state(u, i..i + 1);
        if let Some(positive) = stained(scene, unit, i).filter(|_| !state.past) {
            put(drafts, u, Item::Stain(stain, positive), i..i + 1, "stain", State { no: false, ..state });
        }
    }
}

/// How far the verdict on a stain may stand from it.
const VERDICT_TOKENS: usize = 16;

/// Whether the tumour takes a stain: `positive for synaptophysin and chromogranin, negative for CDX2`; `synaptophysin
/// and chromogranin positive, CDX2 negative`; `synaptophysin +`.
fn stained(scene: &Scene<'_>, unit: &Unit, i: usize) -> Option<bool> {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let verdict = |k: usize| match text.word(k) {
        "positive" | "pos" | "positivity" | "immunopositive" | "reactive" | "immunoreactive" | "strong"
        | "diffuse" => Some(true),
        "negative" | "neg" | "unreactive" => Some(false),
        _ if text.mark(k, b'+') => Some(true),
        _ => None,
    };
    let leads = |k: usize| match text.word(k) {
        "express" | "expresses" | "expressing" | "expressed" | "stain" | "stains" => Some(true),
        _ if matches!(text.word(k + 1), "for" | "with") => verdict(k),
        _ => None,
    };
    let denied = |k: usize| matches!(text.word(k), "no" | "not" | "nor" | "without");
    let ends = |k: &usize| text.mark(*k, b';') || text.mark(*k, b'.');
    let mut before = (i.saturating_sub(VERDICT_TOKENS).max(all.start)..i).rev().take_while(|k| !ends(k));
    if let Some(told) = before.find_map(|k| if denied(k) { Some(false) } else { leads(k) }) {
        return Some(told);
    }
    let mut after = (i + 1..(i + VERDICT_TOKENS).min(all.end)).take_while(|k| !ends(k));
    after.find_map(|k| verdict(k).filter(|_| !matches!(text.word(k + 1), "for" | "with")))
}

/// Reads chromogranin A and 5-HIAA in blood or urine.
pub(crate) fn measurements(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    for i in scene.with(unit.tokens.clone().chain_label(unit), Class::Chem.bit()) {
        let analyte = match text.word(i) {
            "hiaa" | "5hiaa" | "hydroxyindoleacetic" => Analyte::Hiaa,
            "cga" | "chromogranin" => Analyte::ChromograninA,
            _ => continue,
        };
        let window = i + 1..(i + 14).min(unit.tokens.end.max(i + 1));
        let value = window.clone().find_map(|k| {
            let thousandths = text.is_number(k).then(|| numbers::thousandths(text.word(k))).flatten()?;
            let unit_word = text.word(k + 1);
            let known =
                ["ng", "nmol", "pmol", "ug", "µg", "μg", "mcg", "umol", "µmol", "μmol", "mg", "u", "iu"]
                    .contains(&unit_word)
                    && text.mark(k + 2, b'/');
            known.then_some((thousandths, k))
        });
        let Some((thousandths, k)) = value else { continue };
        if scene.state(u, i..i + 1).past {
            continue;
        }
        let written: String = (k + 1..(k + 6).min(unit.tokens.end))
            .take_while(|t| text.is_word(*t) || text.mark(*t, b'/') || text.is_number(*t))
            .take(5)
            .map(|t| text.word(t))
            .collect();
        let unit_written: String = written.chars().take(UNIT_CHARS_MAX).collect();
        put(
            drafts,
            u,
            Item::Measurement { analyte, thousandths, unit: unit_written },
            k..k + 1,
            "measurement",
            Default::default(),
        );
    }
}

/// Longest unit kept, in characters.
const UNIT_CHARS_MAX: usize = 8;

trait WithLabel {
    fn chain_label(self, unit: &Unit) -> std::ops::Range<usize>;
}

impl WithLabel for std::ops::Range<usize> {
    /// The label stands before its value where both are of one line.
    fn chain_label(self, unit: &Unit) -> Self {
        if unit.label.end <= self.start && !unit.label.is_empty() && self.start - unit.label.end <= 3 {
            unit.label.start..self.end
        } else {
            self
        }
    }
}
