//! What a text says beside the tumour: levels of markers; and whether it says plainly that a Ki-67 index is that of a
//! metastasis.

use lacteal_clinical::finding::{Attribute, UnreadReason};
use lacteal_clinical::marker::Level;
use lacteal_clinical::{Bounded, Comparator, Finding, Marker, MarkerKind};
use lacteal_narrative::{Analyte, Statement};

/// Assay of a level that was read out of text: a text does not tell its kit.
const ASSAY_OF_TEXT: &str = "text";
/// How many words may stand between a metastasis and the name of the index.
const NEAR_WORDS: usize = 4;
/// Names of a metastasis, and of organs that are only of interest here as the place of one.
const PLACES: [&str; 6] = ["metastasis", "metastases", "metastatic", "liver", "hepatic", "mets"];
/// Names of the primary.
const PRIMARY: [&str; 6] = ["primary", "ileal", "ileum", "jejunal", "jejunum", "bowel"];
/// Words that leave open what a sentence says.
const DOUBTS: [&str; 11] = [
    "possible",
    "possibly",
    "probable",
    "probably",
    "suspicious",
    "suspected",
    "likely",
    "may",
    "might",
    "could",
    "presumed",
];

/// A level as a finding. 5-HIAA of which it is not told whether it was measured in blood or in urine is for people.
pub(super) fn marker(
    text: &str,
    statement: &Statement,
    (analyte, thousandths, unit): (Analyte, u32, &str),
) -> Finding {
    let sentence = text.get(statement.sentence.clone()).unwrap_or_default().to_lowercase();
    let says = |wanted: &[&str]| wanted.iter().any(|it| sentence.contains(it));
    let daily = unit.contains("24") || unit.ends_with("/d") || unit.ends_with("/day");
    let kind = match analyte {
        Analyte::ChromograninA => Some(MarkerKind::ChromograninA),
        Analyte::Hiaa if daily => Some(MarkerKind::UrineHiaa),
        Analyte::Hiaa if says(&["plasma", "serum"]) => Some(MarkerKind::PlasmaHiaa),
        Analyte::Hiaa if says(&["24-h", "24 h", "24h", "24-hour"]) => {
            Some(MarkerKind::UrineHiaaConcentration)
        }
        Analyte::Hiaa => None,
    };
    let unread = |reason| Finding::Unread { attribute: Attribute::Marker, reason };
    let Some(kind) = kind else { return unread(UnreadReason::Ambiguous) };
    let before = text.get(..statement.span.start).unwrap_or_default().trim_end();
    let level = Level::from_thousandths(thousandths);
    let level = match before.chars().next_back() {
        Some('<') => Bounded::new(Comparator::Below, level),
        Some('>') => Bounded::new(Comparator::Above, level),
        _ => Bounded::exactly(level),
    };
    match Marker::new(kind, level, unit, None, ASSAY_OF_TEXT) {
        Ok(marker) => Finding::Marker(marker),
        Err(error) => unread(error.reason()),
    }
}

/// Whether the clause around an index names a metastasis, and nothing in it the primary or a doubt: `Ki-67 (liver): 7 %`,
/// `Ki-67 in the metastasis 8 %`, `6 % in the metastasis`.
pub(super) fn is_of_metastasis(text: &str, statement: &Statement) -> bool {
    let (sentence, value) = (statement.sentence.clone(), statement.span.clone());
    let before = text.get(sentence.start..value.start).unwrap_or_default();
    let behind = text.get(value.end..sentence.end).unwrap_or_default();
    let ends =
        [";", "%", ". ", ".\n"].into_iter().filter_map(|end| Some(before.rfind(end)? + end.len())).max();
    let clause = before.get(ends.unwrap_or(0)..).unwrap_or_default().to_lowercase();
    let behind = behind.trim_start_matches([' ', '%']).to_lowercase();
    let rest = behind.split([',', ';', '.', '\n', '%']).next().unwrap_or_default();
    let has = |words: &str, wanted: &[&str]| words_of(words).any(|it| wanted.contains(&it));
    if [&clause, rest].iter().any(|it| has(it, &DOUBTS) || it.contains('?')) {
        return false;
    }
    let opened = rest.strip_prefix('(').map(|it| it.split(')').next().unwrap_or_default());
    let placed = opened.or_else(|| rest.strip_prefix("in ")).or_else(|| rest.strip_prefix("within "));
    if let Some(placed) = placed {
        let place: Vec<&str> = words_of(placed).take(NEAR_WORDS).collect();
        let is_primary = place.iter().any(|it| PRIMARY.contains(it));
        return !is_primary && place.iter().any(|it| PLACES.contains(it));
    }
    if has(&clause, &PRIMARY) || has(rest, &PRIMARY) {
        return false;
    }
    let words: Vec<&str> = words_of(&clause).collect();
    let Some(index) =
        words.iter().position(|it| matches!(*it, "ki67" | "ki" | "mib1" | "mib" | "proliferation"))
    else {
        return false;
    };
    let (ahead, after) = words.split_at(index);
    // `liver Ki-67`, `liver metastasis: Ki-67`.
    let is_label = ahead.last().is_some_and(|it| PLACES.contains(it) && *it != "metastatic");
    // `Ki-67 (liver)`, `Ki-67 index of the liver deposit`.
    let names = |at: usize| matches!(after.get(at), Some(&("in" | "of" | "for" | "from")));
    let bracket = clause.split_once('(').map(|(_, inside)| inside.split(')').next().unwrap_or_default());
    let is_bracketed = bracket.is_some_and(|it| words_of(it).next().is_some_and(|it| PLACES.contains(&it)));
    let is_named = (1..after.len()).any(|at| {
        let near = || after.iter().skip(at).take(NEAR_WORDS + 1);
        names(at) && near().any(|it| PLACES.contains(it))
    });
    is_label || is_bracketed || is_named
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use lacteal_narrative::{Item, Kind, read};

    use super::*;

    fn indices(text: &str) -> Vec<(String, bool)> {
        let text = format!("DIAGNOSIS\nIleum, resection: neuroendocrine tumour.\n{text}\n");
        let report = read(&text, Kind::Pathology);
        let ki67 = |it: &Statement| match &it.item {
            Item::Ki67(index) => {
                let of = it.rule == super::super::findings::KI67_OF_METASTASIS;
                Some((index.to_string(), of && is_of_metastasis(&text, it)))
            }
            _ => None,
        };
        report.statements.iter().filter_map(ki67).collect()
    }

    #[test]
    fn an_index_is_a_metastasis_own_only_where_the_clause_says_so() {
        for (text, expected) in [
            ("Ki-67 (liver): 7%", true),
            ("Ki-67 proliferation index in the metastasis approx 8%.", true),
            ("Ki-67 : 6% in the metastasis (hotspot)", true),
            ("MIB-1 in the liver metastasis 14 %.", true),
            ("The Ki-67 index of the liver deposit is 4%.", true),
            ("Metastatic neuroendocrine tumour, G2 (Ki-67 9%).", false),
            ("Ki-67 in the possible liver metastasis 4%.", false),
            ("Ki-67 of the ileal primary 4%, liver not sampled.", false),
        ] {
            let found: Vec<bool> = indices(text).into_iter().map(|it| it.1).collect();
            assert_eq!(found, [expected], "{text}: {:?}", indices(text));
        }
        let both = indices("Ki-67 (primary): 3%\nKi-67 (liver): 8%");
        assert_eq!(both, [("3 %".to_owned(), false), ("8 %".to_owned(), true)]);
    }
}
