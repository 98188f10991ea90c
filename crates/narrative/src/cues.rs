//! Phrases that turn the meaning of what stands after or before them: negation, doubt, history, plan, family, "new".
//!
//! In the manner of NegEx and ConText: a cue reaches over its clause in one direction, a boundary or a new assertion
//! ends it. Here is the table and its reading; whether a cue matters is for each rule.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::tokens::{Shape, Text};
use crate::words::Class;

/// What a phrase does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Cue {
    /// Denies what follows.
    No,
    /// Denies what stands before.
    NoBefore,
    /// Denies only that something is new, more or other.
    NoNew,
    /// Denies a change: says nothing about presence.
    NoChange,
    /// Doubts what follows.
    Maybe,
    /// Doubts what stands before.
    MaybeBefore,
    /// What follows is to be looked for.
    Plan,
    /// What follows is what a study is made for.
    Purpose,
    /// What follows belongs to the past.
    Past,
    /// What follows is about a relative.
    Family,
    /// Ends the reach of what stands before.
    Turn,
}

const PHRASES: &[(Cue, &[&str])] = &[
    (
        Cue::No,
        &[
            "no",
            "not",
            "without",
            "none of",
            "negative for",
            "absence of",
            "absent",
            "free of",
            "is free of",
            "are free of",
            "is free from",
            "are free from",
            "is clear of",
            "are clear of",
            "is negative for",
            "are negative for",
            "negative for any",
            "free from",
            "clear of",
            "denies",
            "no evidence of",
            "no evidence for",
            "no evidence to suggest",
            "no definite",
            "no convincing",
            "no sign of",
            "no signs of",
            "no obvious",
            "no suspicious",
            "fails to show",
            "failed to show",
            "does not show",
            "do not show",
            "did not show",
            "not show",
            "nor",
            "neither",
            "rather than",
            "never",
            "excludes",
            "excluded",
            "nil",
            "lack of",
            "lacks",
            "lacking",
            "no features of",
            "no features to suggest",
            "no focal",
            "no ct evidence of",
            "no radiological evidence of",
            "no imaging evidence of",
            "no mri evidence of",
            "no scintigraphic evidence of",
            "no histological evidence of",
            "unremarkable for",
            "resolution of",
            "no longer",
            "disappearance of",
            "cannot see",
            "not shown any",
            "not shown evidence",
            "not seen any",
            "not demonstrated any",
            "not identified any",
            "not found any",
            "not revealed any",
            "not reveal",
            "not demonstrate",
            "not identify",
            "not detect",
            "not involving",
            "does not involve",
            "not involve",
            "insufficient evidence of",
        ],
    ),
    (
        Cue::NoBefore,
        &[
            "not demonstrable",
            "not detectable",
            "not discernible",
            "not identified",
            "not seen",
            "not present",
            "not detected",
            "not found",
            "not demonstrated",
            "not visualised",
            "not visualized",
            "not evident",
            "not visible",
            "is absent",
            "are absent",
            "absent",
            "none",
            "none seen",
            "none identified",
            "none detected",
            "none found",
            "nil",
            "negative",
            "ruled out",
            "excluded",
            "is not involved",
            "are not involved",
            "not involved",
            "uninvolved",
            "was not seen",
            "were not seen",
            "has resolved",
            "have resolved",
            "resolved",
            "not breached",
            "intact",
            "not penetrated",
            "not reached",
            "is free",
            "are free",
            "free",
            "not invaded",
            "not infiltrated",
            "not apparent",
            "not noted",
            "not observed",
            "no longer seen",
            "no longer visible",
            "no longer identified",
            "not appreciated",
            "not shown",
            "spared",
            "not conspicuous",
            "not recognised",
            "not recognized",
            "not affected",
            "not infiltrate",
            "not perforated",
        ],
    ),
    (
        Cue::NoNew,
        &[
            "no new",
            "no further",
            "no additional",
            "no other",
            "no fresh",
            "no newly",
            "no evidence of new",
            "no evidence of any new",
            "without new",
            "no more",
            "no definite new",
            "no convincing new",
            "no evidence of further",
            "no evidence of other",
            "no enlarging",
            "no progressive",
            "not new",
            "no evidence of additional",
            "no suspicious new",
            "no interval new",
            "no obvious new",
            "no sign of new",
            "no recurrent",
            "no residual or new",
            "no new or enlarging",
            "no new suspicious",
            "absence of new",
        ],
    ),
    (
        Cue::NoChange,
        &[
            "no change",
            "restaging shows",
            "restaging showed",
            "restaging demonstrates",
            "restaging demonstrated",
            "restaging ct",
            "restaging mri",
            "restaging pet",
            "restaging scan",
            "restaging imaging",
            "not seen on previous",
            "not seen on prior",
            "not seen previously",
            "not seen on the previous",
            "not seen on the prior",
            "not present previously",
            "not present on previous",
            "not present on prior",
            "not present on the previous",
            "not visible on previous",
            "not visible on prior",
            "not visible previously",
            "not identified previously",
            "not identified on previous",
            "not identified on prior",
            "not seen before",
            "not previously seen",
            "not previously identified",
            "not previously present",
            "not previously visible",
            "not previously reported",
            "not previously described",
            "not previously demonstrated",
            "not evident previously",
            "not evident on previous",
            "not evident on prior",
            "not clearly seen on previous",
            "no significant change",
            "no interval change",
            "no significant interval change",
            "no increase",
            "no growth",
            "no progression",
            "no significant increase",
            "no evidence of progression",
            "no decrease",
            "no significant progression",
            "no enlargement",
            "no material change",
            "no appreciable change",
            "no evidence of growth",
            "no evidence of interval growth",
            "no convincing change",
            "no convincing progression",
            "no interval growth",
            "not changed",
            "not significantly changed",
            "not increased",
            "no evidence of disease progression",
            "no evidence of progressive",
            "no reduction",
            "no relevant change",
            "no substantial change",
            "no measurable change",
            "not enlarged",
            "no definite change",
            "no interval progression",
            "no evidence of enlargement",
            "not only",
            "no significant growth",
            "no doubt",
            "no increase in",
            "no size change",
            "not progressed",
            "no major change",
            "no comparison",
            "no prior",
            "no previous",
            "no significant difference",
            "no evidence of change",
            "without change",
            "without progression",
            "without significant change",
            "without interval change",
            "no progress",
        ],
    ),
    (
        Cue::Maybe,
        &[
            "possible",
            "possibly",
            "probable",
            "probably",
            "suspicious for",
            "suspicious of",
            "suspicion of",
            "suspicion for",
            "concerning for",
            "concern for",
            "worrisome for",
            "may represent",
            "may be",
            "might be",
            "might represent",
            "could represent",
            "could be",
            "likely",
            "cannot exclude",
            "can not exclude",
            "cannot be certain",
            "cannot be certain that it does not represent",
            "cannot be certain that this does not represent",
            "cannot be certain it does not represent",
            "cannot be certain this does not represent",
            "cannot be certain that this is not",
            "cannot be certain that it is not",
            "cannot be certain this is not",
            "cannot be sure that this is not",
            "cannot be sure this is not",
            "cyst vs",
            "cyst versus",
            "cysts vs",
            "cysts versus",
            "haemangioma vs",
            "haemangioma versus",
            "hemangioma vs",
            "hemangioma versus",
            "not exclude",
            "does not exclude",
            "do not exclude",
            "suggestive of",
            "suggesting",
            "suspected",
            "suspect",
            "suspicious",
            "presumed",
            "presumably",
            "equivocal for",
            "raises the possibility of",
            "raised the possibility of",
            "possibility of",
            "favour",
            "favor",
            "favours",
            "favors",
            "favoured to",
            "favored to",
            "dd",
            "ddx",
            "d / d",
            "non - specific",
            "indeterminate",
            "query",
            "questionable",
            "potential",
            "potentially",
            "cannot rule out",
            "not rule out",
            "perhaps",
            "differential includes",
            "differential diagnosis includes",
            "raising the possibility of",
            "raise the possibility of",
            "equivocal",
            "most likely",
            "apparent",
            "appears to represent",
            "suspicious appearance for",
            "non specific",
            "nonspecific",
            "not entirely exclude",
            "impossible to exclude",
            "difficult to exclude",
            "not possible to exclude",
            "not confidently exclude",
            "not fully exclude",
            "uncertain",
            "in doubt",
            "susp",
            "borderline for",
            "conceivably",
            "differential",
            "may",
            "might",
            "could",
            "impression of",
            "preoperative diagnosis of",
        ],
    ),
    (
        Cue::MaybeBefore,
        &[
            "cannot be excluded",
            "can not be excluded",
            "not excluded",
            "cannot be ruled out",
            "is possible",
            "are possible",
            "is suspected",
            "are suspected",
            "suspected",
            "too small to characterise",
            "too small to characterize",
            "too small for characterisation",
            "too small for characterization",
            "too small for accurate characterisation",
            "too small for accurate characterization",
            "too small for reliable characterisation",
            "too small to call",
            "non - specific",
            "nonspecific",
            "unclear",
            "too small to assess",
            "too small to categorise",
            "too small to categorize",
            "too small to classify",
            "too small to define",
            "too small to fully characterise",
            "too small to fully characterize",
            "too small to reliably characterise",
            "too small to reliably characterize",
            "indeterminate",
            "not fully characterised",
            "not fully characterized",
            "incompletely characterised",
            "incompletely characterized",
            "equivocal",
            "not entirely excluded",
            "cannot be entirely excluded",
            "cannot be completely excluded",
            "not definitively excluded",
            "possible",
            "likely",
            "unlikely",
            "is favoured",
            "is favored",
            "is likely",
            "not characterised",
            "not characterized",
            "of uncertain significance",
            "uncertain",
            "of uncertain nature",
            "suspicious",
            "too small to accurately characterise",
            "too small to further characterise",
            "too small to accurately characterize",
            "too small to further characterize",
            "in doubt",
            "remains possible",
            "not confidently excluded",
            "considered less likely",
            "vs cyst",
            "vs cysts",
            "versus cyst",
            "versus cysts",
            "vs haemangioma",
            "versus haemangioma",
            "vs hemangioma",
            "versus hemangioma",
            "less likely",
        ],
    ),
    (
        Cue::Plan,
        &[
            "to exclude",
            "to rule out",
            "rule out",
            "r / o",
            "exclude",
            "?",
            "for exclusion of",
            "risk of",
            "if",
            "whether",
            "query",
            "queried",
            "querying",
            "queries",
            "worried about",
            "concern about",
            "concerns about",
            "in case of",
            "in the event of",
        ],
    ),
    (
        Cue::Purpose,
        &[
            "to assess for",
            "to assess",
            "to look for",
            "looking for",
            "to evaluate",
            "to evaluate for",
            "evaluate for",
            "assess for",
            "please assess",
            "evaluation of",
            "evaluation for",
            "assessment for",
            "assessment of",
            "to detect",
            "search for",
            "surveillance for",
            "screening for",
            "to check for",
            "to confirm",
            "to monitor for",
            "monitoring for",
            "check for",
            "should",
            "will need",
            "would be",
            "to characterise",
            "to characterize",
            "to reassess",
            "monitor",
            "will be",
            "plan to",
            "to consider",
            "consider",
            "to look at",
            "to restage",
            "restaging",
            "to target",
            "attention to",
        ],
    ),
    (
        Cue::Past,
        &[
            "previous",
            "previously",
            "prior",
            "history of",
            "h / o",
            "past history",
            "old",
            "status post",
            "s / p",
            "formerly",
            "historical",
            "historically",
            "earlier",
            "on the previous",
            "compared with",
            "compared to",
            "in comparison with",
            "in comparison to",
            "comparison with",
            "background of",
            "hx of",
            "had",
        ],
    ),
    (
        Cue::Family,
        &[
            "family history",
            "family hx",
            "fam hx",
            "mother",
            "father",
            "sister",
            "brother",
            "aunt",
            "uncle",
            "grandmother",
            "grandfather",
            "cousin",
            "daughter",
            "son",
            "familial",
            "fhx",
            "fh",
            "mother's",
            "father's",
            "sister's",
            "brother's",
        ],
    ),
    (
        Cue::Turn,
        &[
            "but",
            "however",
            "although",
            "though",
            "except",
            "apart from",
            "aside from",
            "other than",
            "nevertheless",
            "whereas",
            "while",
            "yet",
            "which",
            "otherwise",
            "with the exception of",
            "besides",
            "in addition to",
            "despite",
            "because",
            "since",
        ],
    ),
];

/// Phrases by their first two words (the second empty for a single word), the longest first.
type Table<'t> = HashMap<(&'t str, &'t str), Vec<Row<'t>>, Spread>;

/// A phrase and what it does.
type Row<'t> = (Vec<&'t str>, Cue);

/// FNV-1a: the keys are our own, so nobody can choose them to collide.
type Spread = std::hash::BuildHasherDefault<Fnv>;

#[derive(Default)]
struct Fnv(u64);

impl std::hash::Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

static TABLE: LazyLock<Table<'static>> = LazyLock::new(|| {
    let mut table = Table::default();
    for (cue, phrases) in PHRASES {
        for phrase in *phrases {
            let words: Vec<&'static str> = phrase.split(' ').collect();
            if let Some(first) = words.first() {
                let second = words.get(1).copied().unwrap_or("");
                table.entry((first, second)).or_default().push((words, *cue));
            }
        }
    }
    for rows in table.values_mut() {
        rows.sort_by_key(|it| std::cmp::Reverse(it.0.len()));
    }
    table
});

/// The first words of all phrases, for the vocabulary.
pub(crate) fn first_words() -> impl Iterator<Item = &'static str> {
    PHRASES.iter().flat_map(|(_, phrases)| phrases.iter().filter_map(|it| it.split(' ').next()))
}

/// A phrase found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) cue: Cue,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Words between a cue and its reach's end; beyond it a cue has no say.
const REACH_TOKENS: usize = 24;

/// The phrases that begin with these two words.
fn rows<'t>(word: &'t str, second: &'t str) -> &'t [Row<'t>] {
    let table: &'t Table<'t> = &TABLE;
    table.get(&(word, second)).map_or(&[], Vec::as_slice)
}

/// The cues of `range`, in order. Where phrases of one length differ in what they do, all count; the longest win.
pub(crate) fn find(text: &Text<'_>, range: Range<usize>, found: &mut Vec<Found>) {
    let mut at = range.start;
    while at < range.end {
        if !text.has(at, Class::Cue) {
            at += 1;
            continue;
        }
        let word = if text.mark(at, b'?') { "?" } else { text.word(at) };
        let fits = |it: &[&str]| {
            at + it.len() <= range.end
                && it.iter().skip(1).enumerate().all(|(k, w)| text.word(at + 1 + k) == *w)
        };
        let mut rows_that_fit = rows(word, text.word(at + 1));
        let longest = |rows: &[Row<'_>]| rows.iter().find(|it| fits(&it.0)).map_or(0, |it| it.0.len());
        let mut length = longest(rows_that_fit);
        if length == 0 {
            rows_that_fit = rows(word, "");
            length = longest(rows_that_fit);
        }
        for row in rows_that_fit.iter().filter(|it| it.0.len() == length && fits(&it.0)) {
            found.push(Found { cue: row.1, start: at, end: at + length });
        }
        at += length.max(1);
    }
}

/// What the cues of a sentence say about some tokens in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) no: bool,
    pub(crate) no_new: bool,
    pub(crate) maybe: bool,
    pub(crate) plan: bool,
    pub(crate) purpose: bool,
    pub(crate) past: bool,
    pub(crate) family: bool,
}

/// The state of the tokens `target`, in a sentence with these cues.
pub(crate) fn state(text: &Text<'_>, cues: &[Found], target: &Range<usize>) -> State {
    let mut state = State::default();
    // Only the cues within reach are looked at, so that a sentence of nothing but cues stays cheap.
    let from = cues.partition_point(|it| it.start + REACH_TOKENS + 8 < target.start);
    let to = cues.partition_point(|it| it.start <= target.end + REACH_TOKENS / 2);
    let cues = cues.get(from..to).unwrap_or(&[]);
    for cue in cues {
        let forward = cue.end <= target.start && target.start - cue.end <= REACH_TOKENS;
        let backward = cue.start >= target.end && cue.start - target.end <= REACH_TOKENS / 2;
        let within = cue.start >= target.start && cue.end <= target.end;
        if forward || within {
            let open = within || !stopped(text, cue, cues, cue.end..target.start);
            match cue.cue {
                Cue::No if open => state.no = true,
                Cue::NoNew if open => state.no_new = true,
                Cue::Maybe if open => state.maybe = true,
                Cue::Plan if open => state.plan = true,
                Cue::Purpose if open => state.purpose = true,
                Cue::Past if open => state.past = true,
                Cue::Family => state.family = true,
                _ => {}
            }
        }
        if backward && !stopped(text, cue, cues, target.end..cue.start) {
            match cue.cue {
                Cue::NoBefore => state.no = true,
                Cue::MaybeBefore => state.maybe = true,
                _ => {}
            }
        }
    }
    state
}

/// Whether something between a cue and its target ends the reach.
fn stopped(text: &Text<'_>, cue: &Found, cues: &[Found], mut between: Range<usize>) -> bool {
    if cues.iter().any(|it| it.cue == Cue::Turn && it.start >= between.start && it.end <= between.end) {
        return true;
    }
    let denial = matches!(cue.cue, Cue::No | Cue::NoNew);
    // A later denial or doubt takes over from an earlier one.
    let taken_over = cues.iter().any(|it| {
        it.start >= between.start
            && it.end <= between.end
            && it.start > cue.start
            && match cue.cue {
                Cue::No => {
                    matches!(it.cue, Cue::NoNew | Cue::NoBefore | Cue::NoChange) && it.end - it.start > 1
                }
                Cue::NoNew => matches!(it.cue, Cue::No),
                _ => false,
            }
    });
    if taken_over {
        return true;
    }
    between.any(|i| {
        if text.tokens.get(i).is_none_or(|t| t.shape != Shape::Mark) {
            return false;
        }
        if text.mark(i, b';')
            || text.mark(i, b'|')
            || (text.mark(i, b':') && !matches!(cue.cue, Cue::NoBefore | Cue::MaybeBefore))
        {
            return true;
        }
        text.mark(i, b',')
            && (if denial {
                asserts_anew(text, i + 1)
            } else if cue.cue == Cue::NoBefore {
                own_subject(text, i + 1..cue.start)
            } else {
                !list_goes_on(text, i + 1)
            })
    })
}

/// `No ascites, multiple liver metastases`: after the comma something is there.
fn asserts_anew(text: &Text<'_>, i: usize) -> bool {
    matches!(
        text.word(i),
        "a" | "an"
            | "the"
            | "there"
            | "multiple"
            | "several"
            | "numerous"
            | "two"
            | "three"
            | "four"
            | "stable"
            | "known"
            | "unchanged"
            | "new"
            | "one"
            | "innumerable"
            | "extensive"
            | "enlarging"
            | "increasing"
            | "increased"
            | "bilobar"
            | "with"
            | "consistent"
            | "in"
            | "this"
            | "but"
            | "small"
            | "tiny"
            | "simple"
            | "likely"
            | "these"
            | "it"
            | "its"
            | "liver"
            | "spleen"
            | "and"
    ) && !(text.word(i) == "and" && matches!(text.word(i + 1), "no" | "or"))
        && !matches!(
            (text.word(i), text.word(i + 1)),
            ("liver", "or")
                | ("liver", ",")
                | ("liver", "and")
                | ("liver", "metastases")
                | ("liver", "lesion")
                | ("liver", "lesions")
                | ("liver", "mass")
                | ("liver", "masses")
                | ("liver", "deposits")
                | ("liver", "deposit")
                | ("liver", "involvement")
                | ("liver", "nor")
                | ("liver", "metastasis")
        )
}

/// `into the subserosal fat, peritoneal surface not breached`: after the comma something else is denied. `LVI, PNI and
/// margins not involved` is one list.
fn own_subject(text: &Text<'_>, mut between: Range<usize>) -> bool {
    let layer = between.len() <= 2 && text.has(between.start, Class::Layer);
    (between.len() >= 2 || layer)
        && between.clone().take(2).all(|i| text.is_word(i))
        && !between.any(|i| {
            matches!(text.word(i), "or" | "and" | "nor" | "is" | "was" | "were" | "are") || text.mark(i, b',')
        })
}

fn list_goes_on(text: &Text<'_>, i: usize) -> bool {
    matches!(text.word(i), "or" | "and" | "nor")
        || matches!(text.word(i + 1), "or" | "and" | ",")
        || matches!(text.word(i + 2), "or" | ",")
}
