//! Ways of writing one fact, field by field: each row is a phrase as reports have it and what a reader makes of it.

mod alternatives;
mod denials;
mod depth;
mod elsewhere;
mod figures;
mod figures_spoken;
mod focality;
mod ki67;
mod labels;
mod layers;
mod lengths;
mod liver;
mod liver_doubt;
mod liver_letters;
mod liver_scans;
mod liver_sentences;
mod liver_shown;
mod liver_spoken;
mod masses;
mod mitoses;
mod nodes;
mod other_tumours;
mod primaries;
mod replaced;
mod reports;
mod scope;
mod set_aside;
mod shorthand;
mod sizes;
mod sizes_beside;
mod specimens;
mod staging;
mod statements;

use lacteal_narrative::{Kind, Summary, read};

fn pathology(phrase: &str) -> Summary {
    read(
        &format!("DIAGNOSIS\nIleum, resection: Well differentiated neuroendocrine tumour.\n{phrase}\n"),
        Kind::Pathology,
    )
    .summary()
}

fn radiology(phrase: &str) -> Summary {
    read(
        &format!("CT ABDOMEN AND PELVIS\nIndication: ileal NET, surveillance.\nFindings:\n{phrase}\n"),
        Kind::Radiology,
    )
    .summary()
}

fn clinic(phrase: &str) -> Summary {
    read(&format!("Dear Dr Smith,\n\nDiagnosis: Ileal NET.\n\n{phrase}\n\nYours sincerely\n"), Kind::Clinic)
        .summary()
}

/// Collects what differs, so that one run shows all of it.
fn check<T: PartialEq + std::fmt::Debug>(rows: &[(&str, T)], of: impl Fn(&str) -> T) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(text, expected)| {
            let found = of(text);
            (found != *expected).then(|| format!("{text:?}: {found:?}, not {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

fn ki(low: f64, high: f64) -> Option<(f64, f64)> {
    Some((low, high))
}
