//! What holds for every text: no panic, spans inside the text, and work linear in its length.

use std::time::Duration;

use lacteal_narrative::{Kind, read};
use proptest::prelude::*;

const KINDS: [Kind; 4] = [Kind::Pathology, Kind::Radiology, Kind::Clinic, Kind::Auto];

fn spans_lie_inside(text: &str) {
    for kind in KINDS {
        let report = read(text, kind);
        for it in &report.statements {
            assert!(text.get(it.span.clone()).is_some(), "span");
            assert!(text.get(it.sentence.clone()).is_some(), "sentence");
            assert!(it.sentence.start <= it.span.start || it.span.end <= text.len());
        }
        for it in &report.contradictions {
            assert!(it.first < report.statements.len() && it.second < report.statements.len());
        }
        let _ = report.summary();
    }
}

/// Words and marks that the rules react to, in any order.
const PIECES: [&str; 64] = [
    "Ki-67",
    "ki67",
    ":",
    ".",
    ",",
    ";",
    "\n",
    "\n\n",
    "  ",
    "\t",
    "|",
    "(",
    ")",
    "[x]",
    "[ ]",
    "___",
    "....",
    "<",
    ">",
    "%",
    "3",
    "2.5",
    "1,200",
    "4/17",
    "x",
    "cm",
    "mm",
    "per",
    "2 mm2",
    "10 HPF",
    "mitoses",
    "no",
    "not",
    "?",
    "cannot exclude",
    "liver",
    "segment VI",
    "metastases",
    "lesion",
    "nodes",
    "lymph",
    "of",
    "pT3",
    "(m)",
    "N1",
    "M1a",
    "pT",
    "stage",
    "III",
    "grade",
    "G2",
    "tumour",
    "size",
    "ileum",
    "NET",
    "neuroendocrine",
    "adenocarcinoma",
    "appendix",
    "mesenteric",
    "mass",
    "FINDINGS",
    "ADDENDUM",
    "é",
    "²",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_with_spans_on_boundaries(text in "\\PC{0,300}") {
        spans_lie_inside(&text);
    }

    #[test]
    fn any_mixture_of_report_words_is_read(pieces in proptest::collection::vec((0..PIECES.len(), any::<bool>()), 0..120)) {
        let text: String = pieces.iter().map(|(i, space)| format!("{}{}", PIECES[*i], if *space { " " } else { "" })).collect();
        spans_lie_inside(&text);
    }

    #[test]
    fn a_report_cut_anywhere_is_read(cut in 0usize..700, from in 0usize..200) {
        let text = "CLINICAL: ?NET\nDIAGNOSIS: Ileum, resection – well differentiated NET, 2.3 × 1.8 cm, Ki-67 ≤3 %, mitoses <2/2mm²; pT3(m) N1 (4/17).\nLiver: no focal lesion.\n[x] Unifocal [ ] Multifocal\nTumour site ........ Ileum\n";
        let start = (from..=text.len()).find(|i| text.is_char_boundary(*i)).unwrap_or(0);
        let end = (start + cut).min(text.len());
        let end = (end..=text.len()).find(|i| text.is_char_boundary(*i)).unwrap_or(text.len());
        spans_lie_inside(&text[start..end]);
    }
}

/// Repeats that are hard on rules that look around: cues, open brackets, numbers, nouns without end, one endless line.
const REPEATS: [&str; 16] = [
    "no ",
    "cannot exclude ",
    "? ",
    "( ",
    "[ ] ",
    "3 x ",
    "Ki-67 ",
    "nodes 4 of ",
    "pT3 ",
    "liver lesion ",
    "tumour 2 cm ",
    "grade 1 ",
    "mitoses per 10 HPF ",
    "A: ",
    "a\n",
    "ileal NET, ",
];

fn timed(text: &str) -> Duration {
    #[expect(clippy::disallowed_methods, reason = "the test measures")]
    let start = std::time::Instant::now();
    let _ = read(text, Kind::Pathology);
    start.elapsed()
}

/// A text of eight times the length takes less than twenty-eight times as long; of a quadratic rule it would take
/// sixty-four. What a busy machine adds is left out: the least times of as many rounds as it needs, up to a number.
fn takes_time_in_proportion(name: &str, small: &str, large: &str) {
    let mut least = [Duration::MAX; 2];
    let is_in_proportion = (0..ROUNDS_MAX).any(|round| {
        least = [least[0].min(timed(small)), least[1].min(timed(large))];
        round >= 2 && least[1].as_secs_f64() < 28.0 * least[0].as_secs_f64()
    });
    assert!(is_in_proportion, "{name:?}: {least:?} for 8 times the length");
}

/// Rounds after which a text takes as long as it seems to.
const ROUNDS_MAX: usize = 24;

#[test]
fn repeats_take_time_in_proportion_to_their_length() {
    for piece in REPEATS {
        let small = piece.repeat(20_000 / piece.len());
        let large = piece.repeat(160_000 / piece.len());
        takes_time_in_proportion(piece, &small, &large);
    }
}

/// Texts of one kind that grow in one place: before it, what grows, after it.
const GROWING: [(&str, &str, &str); 2] =
    [("Large (", "core ", ")"), ("Size | Grade | Ki-67 | ", "core ", "\n")];

#[test]
fn what_grows_in_one_place_takes_time_in_proportion_to_its_length() {
    for (before, piece, after) in GROWING {
        // Half of the text grows, the other half are rows that may look back at it.
        let text = |length: usize| {
            let half = length / 2;
            format!("{before}{}{after}{}", piece.repeat(half / piece.len()), "1|2|3|4\n".repeat(half / 8))
        };
        let (small, large) = (text(20_000), text(160_000));
        takes_time_in_proportion(before, &small, &large);
    }
}
