//! Phrases that turn the meaning of what stands after or before them: negation, doubt, history, plan, family, "new".
//!
//! In the manner of NegEx and ConText: a cue reaches over its clause in one direction, a boundary or a new assertion
//! ends it. Here is how the table is read; whether a cue matters is for each rule.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::tokens::{Shape, Text};
use crate::words::Class;

mod phrases;

use phrases::PHRASES;

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
        let then = of_then(text, at + length);
        for row in rows_that_fit.iter().filter(|it| it.0.len() == length && fits(&it.0)) {
            let cue = if row.1 == Cue::NoBefore && then { Cue::NoChange } else { row.1 };
            found.push(Found { cue, start: at, end: at + length });
        }
        at += length.max(1);
    }
}

/// Whether the words from token `i` on are about an earlier day: `a metastasis, not seen in November`, `not visible on
/// the prior CT`. What was not there then is no denial of today.
fn of_then(text: &Text<'_>, i: usize) -> bool {
    const THEN: [&str; 6] = ["previous", "previously", "prior", "earlier", "before", "last"];
    let led = matches!(text.word(i), "in" | "on" | "at");
    let at = i + usize::from(led);
    let at = at + usize::from(led && text.word(at) == "the");
    let word = text.word(at);
    THEN.contains(&word) || led && (is_year(text.word(at)) || is_month(word))
}

pub(crate) fn is_year(word: &str) -> bool {
    word.len() == 4 && (word.starts_with("19") || word.starts_with("20"))
}

/// Whether a word is the name of a month, whole or in three letters.
pub(crate) fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    word == "sept" || MONTHS.iter().any(|it| *it == word || it.get(..3) == Some(word))
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
    let mut left_open = false;
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
                Cue::MaybeBefore => {
                    state.maybe = true;
                    left_open |= matches!(text.word(cue.end - 1), "excluded" | "out")
                        && matches!(text.word(cue.start), "cannot" | "can" | "not");
                }
                _ => {}
            }
        }
    }
    // `not typical of a haemangioma, and a metastasis cannot be excluded`
    state.no &= !left_open;
    state
}

/// Whether something between a cue and its target ends the reach.
fn stopped(text: &Text<'_>, cue: &Found, cues: &[Found], mut between: Range<usize>) -> bool {
    if cues.iter().any(|it| it.cue == Cue::Turn && it.start >= between.start && it.end <= between.end) {
        return true;
    }
    // `(well differentiated; not NEC), single tumour`: what is said in brackets ends with them.
    let mut depth = 0_u32;
    for i in between.clone().filter(|_| cue.start < between.start) {
        if text.mark(i, b'(') {
            depth += 1;
        } else if text.mark(i, b')') {
            let Some(less) = depth.checked_sub(1) else { return true };
            depth = less;
        }
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
    // `Probable ileal carcinoid with bilobar liver metastases`: what it comes with is sure.
    let comes_with = |i: usize| {
        text.word(i) == "with"
            && (text.any(i - 1, Class::Net.bit() | Class::Neuroendocrine.bit())
                || matches!(text.word(i - 1), "primary" | "tumour" | "tumor"))
    };
    if cue.cue == Cue::Maybe && between.clone().skip(1).any(comes_with) {
        return true;
    }
    // `with an intact serosa` says nothing of what stands before it.
    if cue.cue == Cue::NoBefore && cue.end == cue.start + 1 && text.has(cue.end, Class::Layer) {
        return true;
    }
    let end = between.end;
    between.any(|i| {
        if text.tokens.get(i).is_none_or(|t| t.shape != Shape::Mark) {
            return false;
        }
        if text.mark(i, b';')
            || text.mark(i, b'|')
            || (text.mark(i, b':') && !matches!(cue.cue, Cue::NoBefore | Cue::MaybeBefore))
            // `subserosa (serosa free)`
            || text.mark(i, b'(')
                && cue.cue == Cue::NoBefore
                && text.has(i + 1, Class::Layer)
                && !(i..end).any(|k| text.mark(k, b')'))
        {
            return true;
        }
        text.mark(i, b',')
            && (if denial {
                asserts_anew(text, i + 1) || figure(text, i + 1)
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
            | "invading"
            | "infiltrating"
            | "extending"
            | "penetrating"
            | "growing"
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

/// `without serosal involvement, grade 2`, `no necrosis, Ki-67 5%`: a figure is told, not denied.
fn figure(text: &Text<'_>, i: usize) -> bool {
    matches!(text.word(i), "g1" | "g2" | "g3")
        || text.any(i, Class::Grade.bit() | Class::Ki.bit()) && (i + 1..i + 4).any(|k| text.is_number(k))
}

/// `into the subserosal fat, peritoneal surface not breached`: after the comma something else is denied. `LVI, PNI and
/// margins not involved` is one list.
fn own_subject(text: &Text<'_>, mut between: Range<usize>) -> bool {
    // `metastatic NET, margin negative`
    let margin = between.len() == 1
        && matches!(
            text.word(between.start),
            "margin" | "margins" | "edge" | "edges" | "ends" | "node" | "nodes"
        );
    let layer = between.len() <= 2 && text.has(between.start, Class::Layer);
    let phrase = (between.len() >= 2 || layer)
        && between.clone().take(2).all(|i| text.is_word(i))
        && !between.any(|i| {
            matches!(text.word(i), "or" | "and" | "nor" | "is" | "was" | "were" | "are") || text.mark(i, b',')
        });
    margin || phrase
}

fn list_goes_on(text: &Text<'_>, i: usize) -> bool {
    matches!(text.word(i), "or" | "and" | "nor")
        || matches!(text.word(i + 1), "or" | "and" | ",")
        || matches!(text.word(i + 2), "or" | ",")
}
