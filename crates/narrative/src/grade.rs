//! Grade as written: `G1`, `grade 2`, `WHO grade I`, `NET, G3`.
//!
//! Other things are graded too (dysplasia, steatosis, other tumours); those are passed over. A line that names all
//! three grades is a legend.

use std::ops::Range;

use lacteal_clinical::Grade;

use crate::cues::State;
use crate::fields::Field;
use crate::item::Item;
use crate::layout::Unit;
use crate::scene::{Draft, Scene, put};
use crate::tokens::Gap;
use crate::words::Class;
use crate::{Kind, Section};

const OTHERS: [&str; 53] = [
    "nuclear",
    "fatigue",
    "hypertension",
    "nausea",
    "mucositis",
    "rash",
    "hepatitis",
    "murmur",
    "obesity",
    "dysfunction",
    "regurgitation",
    "thrombocytopenia",
    "anaemia",
    "anemia",
    "neutropenia",
    "lymphopenia",
    "vomiting",
    "oedema",
    "diarrhea",
    "dysplasia",
    "steatosis",
    "varices",
    "fibrosis",
    "fuhrman",
    "gleason",
    "isup",
    "nottingham",
    "oesophagitis",
    "esophagitis",
    "hydronephrosis",
    "krenning",
    "toxicity",
    "clavien",
    "haemorrhoids",
    "encephalopathy",
    "endometrioid",
    "anastomosis",
    "ctcae",
    "regression",
    "ecog",
    "prolapse",
    "chondral",
    "spondylolisthesis",
    "uptake",
    "inflammation",
    "adenocarcinoma",
    "ascites",
    "neuropathy",
    "diarrhoea",
    "tumour-regression",
    "deauville",
    "carcinoma",
    "prostate",
];

/// Reads the grade out of one unit.
pub(crate) fn grade(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let in_field = matches!(unit.field, Some(Field::Grade))
        || (matches!(unit.field, Some(Field::Histology)) && scene.says(unit.label.clone(), &["grade"]));
    if unit.mask & Class::Grade.bit() == 0 && !in_field {
        return;
    }
    // `Nuclear grade: 1`: the label may begin behind its adjective.
    let asked = unit.label.start.saturating_sub(1)..unit.label.end;
    let mut found: Vec<(Grade, Range<usize>)> = Vec::new();
    for i in all.clone() {
        let Some((grade, tokens)) = at(scene, i, all.end) else { continue };
        let near = i.saturating_sub(5).max(all.start)..(tokens.end + 4).min(all.end);
        if scene.says(near, &OTHERS) || in_field && scene.says(asked.clone(), &OTHERS) {
            continue;
        }
        // `the deposit would be G2`, but `on this material the tumour would be G1`
        let would =
            (tokens.start.saturating_sub(4).max(all.start)..tokens.start).find(|k| text.word(*k) == "would");
        let supposed = would
            .is_some_and(|k| !matches!(text.word(k.wrapping_sub(1)), "tumour" | "tumor" | "this" | "it"));
        // `Liver metastases G2`: no grade of the primary.
        let of_metastases = scene
            .says(i.saturating_sub(2).max(all.start)..i, &["metastases", "mets", "deposits"])
            && unit.mask & Class::Liver.bit() != 0;
        if supposed || of_metastases || scene.state(u, tokens.clone()).no {
            continue;
        }
        found.push((grade, tokens));
    }
    if found.is_empty() && in_field && !scene.says(asked, &OTHERS) {
        let first = all.clone().find(|i| text.is_word(*i) || text.is_number(*i));
        let after_who = first.map(|i| if matches!(text.word(i), "who" | "net") { i + 1 } else { i });
        // `Grade 1: <2 mitoses` tells where the grade ends.
        let limit = |i: usize| i > all.start && (text.mark(i - 1, b'<') || text.mark(i - 1, b'>'));
        if let Some(i) = after_who
            && !limit(i)
            && let Some(grade) = numeral(text.word(i))
        {
            found.push((grade, i..i + 1));
        }
        // `- WHO grade 1: mitotic count 0-1/2 mm2; Ki-67 1-2%`, but `Grade 1: <2 mitoses` is the table's.
        let table = all.clone().any(|i| matches!(text.token(i), Some(t) if matches!(t.first, b'<' | b'>')));
        if found.is_empty() && !table {
            found.extend(unit.label.clone().find_map(|i| at(scene, i, unit.label.end)));
        }
    }
    let mut distinct: Vec<Grade> = found.iter().map(|it| it.0).collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() > 2 {
        return;
    }
    if distinct.len() == 2
        && scene.says(
            all.clone(),
            &[
                "from",
                "upgraded",
                "revised",
                "amended",
                "changed",
                "originally",
                "downgraded",
                "instead",
                "rather",
            ],
        )
    {
        let last = found.pop();
        found = last.into_iter().collect();
    }
    let about_tumour = unit.mask
        & (Class::Tumour.bit()
            | Class::Net.bit()
            | Class::Neuroendocrine.bit()
            | Class::Ki.bit()
            | Class::Mitosis.bit())
        != 0
        || scene.says(all.clone(), &["who", "histologic", "histological", "enets"]);
    for (grade, tokens) in found {
        let state = scene.state(u, tokens.clone());
        let short = text.has(tokens.start, Class::Grade) && text.word(tokens.start) != "grade";
        let leads = tokens.start <= all.start + 2 || all.len() <= 8;
        let own = scene.kind == Kind::Pathology
            && unit.section.is_own()
            && !matches!(unit.section, Section::Gross | Section::Specimen);
        let stated = in_field || about_tumour || own || (scene.tells_pathology(unit) && (short || leads));
        if !stated || state.no || state.past || state.family || state.plan {
            continue;
        }
        let metastasis = of_metastasis(scene, unit, &tokens);
        let rule = match (metastasis, in_field) {
            (true, _) => "grade_metastasis",
            (_, true) => "grade_field",
            (_, false) => "grade_prose",
        };
        // What a metastasis shows is not the primary's: for people to look at.
        put(drafts, u, Item::Grade(grade), tokens, rule, State { maybe: state.maybe || metastasis, ..state });
    }
}

/// Whether a letter or a scan tells the grade of a biopsied metastasis: `metastasis of NET, Ki-67 9%, grade 2`,
/// `resected liver metastasis (grade 2)`, `liver biopsy: NET G2`. Behind the tumour's site it is the tumour's: `metastatic
/// ileal NET, G2`.
fn of_metastasis(scene: &Scene<'_>, unit: &Unit, value: &Range<usize>) -> bool {
    if scene.kind == Kind::Pathology {
        return false;
    }
    let text = &scene.text;
    if text.mark(value.start.wrapping_sub(1), b'(')
        && text.has(value.start.wrapping_sub(2), Class::Metastasis)
    {
        return true;
    }
    let clause = unit.tokens.start..value.start;
    if scene.says(clause.clone(), &["biopsy", "bx"])
        && unit.mask & Class::Liver.bit() != 0
        && unit.mask & Class::SmallBowel.bit() == 0
    {
        return true;
    }
    let from = clause.clone().rev().find(|i| text.mark(*i, b';')).map_or(clause.start, |i| i + 1);
    let clause = from..clause.end;
    scene.with(clause.clone(), Class::SmallBowel.bit()).next().is_none()
        && scene
            .with(clause, Class::Metastasis.bit())
            .any(|i| matches!(text.word(i), "metastasis" | "metastatic") && text.word(i + 1) != "in")
}

fn numeral(word: &str) -> Option<Grade> {
    match word {
        "1" | "i" | "g1" | "one" => Some(Grade::G1),
        "2" | "ii" | "g2" | "two" => Some(Grade::G2),
        "3" | "iii" | "g3" | "three" => Some(Grade::G3),
        _ => None,
    }
}

/// The grade whose name begins at token `i`.
fn at(scene: &Scene<'_>, i: usize, end: usize) -> Option<(Grade, Range<usize>)> {
    let text = &scene.text;
    if !text.has(i, Class::Grade) {
        return None;
    }
    match text.word(i) {
        word @ ("g1" | "g2" | "g3") => numeral(word).map(|it| (it, i..i + 1)),
        "g" if text.is_number(i + 1) && i + 1 < end => numeral(text.word(i + 1)).map(|it| (it, i..i + 2)),
        "g" if text.mark(i + 1, b'-') && text.is_number(i + 2) && i + 2 < end => {
            numeral(text.word(i + 2)).map(|it| (it, i..i + 3))
        }
        "grade-1" => Some((Grade::G1, i..i + 1)),
        "grade-2" => Some((Grade::G2, i..i + 1)),
        "grade-3" => Some((Grade::G3, i..i + 1)),
        "grade" | "graded" | "gr" => {
            let dot = text.word(i) == "gr" && text.mark(i + 1, b'.');
            let mut at = if dot { i + 2 } else { i + 1 };
            while at < end
                && at < i + 8
                && (text.mark(at, b':')
                    || text.mark(at, b'(')
                    || text.mark(at, b')')
                    || text.mark(at, b'=')
                    || text.mark(at, b'-')
                    || text.mark(at, b',')
                    || matches!(
                        text.word(at),
                        "is" | "of"
                            | "as"
                            | "who"
                            | "now"
                            | "net"
                            | "therefore"
                            | "to"
                            | "tumour"
                            | "tumor"
                            | "remains"
                            | "was"
                            | "2019"
                            | "2022"
                            | "2017"
                    ))
            {
                at += 1;
            }
            // `grade 12`, `grade 2.5` and `grade 1-2` are no grades of this table.
            let range = text.mark(at + 1, b'-') && text.is_number(at + 2) && text.gap(at + 2) == Gap::None;
            let grade = numeral(text.word(at)).filter(|_| at < end && !range)?;
            Some((grade, i..at + 1))
        }
        _ => None,
    }
}
