//! Mentions of tumours and organs, and which tumour each part of the report speaks of.
//!
//! A report may hold two tumours. A statement belongs to the tumour that was named last; parts that speak of another
//! tumour, or of none in a report with two, state nothing of the NET.

mod mention;

use std::ops::Range;

use lacteal_clinical::finding::Site;

use crate::Section;
use crate::cues::State;
use crate::fields::Field;
use crate::layout::Unit;
use crate::liver::specimen_letter;
use crate::scene::Scene;
use crate::words::Class;
use mention::{mention, of_lung};

/// Kind of a tumour that is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Net,
    Nec,
    Minen,
    /// Another malignant tumour.
    Other,
    /// A benign tumour.
    Benign,
}

/// A tumour named in a unit.
#[derive(Clone, Debug)]
pub(crate) struct Mention {
    pub(crate) tokens: Range<usize>,
    pub(crate) named: Named,
    pub(crate) state: State,
}

/// An organ named in a unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Organ {
    pub(crate) at: usize,
    pub(crate) site: Site,
}

/// Tumours named in a unit, in order.
pub(crate) fn mentions(scene: &Scene<'_>, u: usize, unit: &Unit) -> Vec<Mention> {
    let wanted = Class::Net.bit() | Class::Neuroendocrine.bit() | Class::OtherTumour.bit();
    if unit.mask & wanted == 0 {
        return Vec::new();
    }
    let mut found: Vec<Mention> = Vec::new();
    let mut skip = 0;
    for i in scene.with(unit.tokens.clone(), wanted) {
        if i < skip {
            continue;
        }
        let Some((named, tokens)) = mention(scene, unit, i) else { continue };
        skip = tokens.end;
        let mut state = scene.state_now(u, tokens.clone());
        state.maybe |= is_alternative(scene, unit, tokens.start);
        state.no |= is_set_aside(scene, unit, tokens.end);
        found.push(Mention { tokens, named, state });
    }
    found
}

/// `A well differentiated NET G3 was considered, but morphology, p53 and Rb exclude the same`: weighed and denied.
fn is_set_aside(scene: &Scene<'_>, unit: &Unit, end: usize) -> bool {
    const WEIGHED: [&str; 3] = ["considered", "suspected", "discussed"];
    const EXCLUDED: [&str; 7] =
        ["exclude", "excludes", "excluded", "rejected", "discarded", "argue", "argues"];
    let text = &scene.text;
    let near = end..unit.tokens.end.min(end + SET_ASIDE_TOKENS);
    let Some(weighed) = near.clone().take(4).find(|i| WEIGHED.contains(&text.word(*i))) else { return false };
    let but = (weighed..near.end).find(|i| matches!(text.word(*i), "but" | "however" | "and"));
    but.is_some_and(|i| scene.says(i..near.end, &EXCLUDED))
}

/// How far behind a tumour that was weighed its exclusion may stand.
const SET_ASIDE_TOKENS: usize = 18;

/// How far a list of differential diagnoses reaches.
const ALTERNATIVES_TOKENS: usize = 12;

/// `D/D: GIST, lymphoma`, `Differential diagnosis: GIST`: what is listed there is not there.
fn is_alternative(scene: &Scene<'_>, unit: &Unit, at: usize) -> bool {
    const ASKS: [&str; 6] = ["differential", "differentials", "ddx", "dd", "diff", "d"];
    let text = &scene.text;
    let start = if unit.label.is_empty() { unit.tokens.start } else { unit.label.start };
    (at.saturating_sub(ALTERNATIVES_TOKENS).max(start + 1)..at).any(|i| {
        text.mark(i, b':')
            && (ASKS.contains(&text.word(i - 1))
                || i >= 2 && text.follows(i - 2, &["differential", "diagnosis"]))
    })
}

/// Organs that may hold a primary, named in a range.
pub(crate) fn organs(scene: &Scene<'_>, range: Range<usize>) -> Vec<Organ> {
    let wanted = Class::SmallBowel.bit() | Class::Elsewhere.bit();
    scene
        .with(range.clone(), wanted)
        .filter_map(|i| organ(scene, i, range.start).map(|site| Organ { at: i, site }))
        .collect()
}

fn organ(scene: &Scene<'_>, i: usize, floor: usize) -> Option<Site> {
    let text = &scene.text;
    let next = text.word(i + 1);
    // `heterotopic gastric mucosa`, `gastric heterotopia`: tissue, not the organ.
    let misplaced = |k: usize| {
        matches!(text.word(k), "heterotopic" | "ectopic" | "heterotopia" | "ectopia" | "metaplasia")
    };
    if text.has(i, Class::Elsewhere)
        && (misplaced(i + 1) || (i.saturating_sub(2).max(floor)..i).any(misplaced))
    {
        return None;
    }
    // `jejunum, transition to ileum cannot be recognised`
    if i >= floor + 2 && text.word(i - 1) == "to" && text.word(i - 2) == "transition" {
        return None;
    }
    if both_parts(text, i, floor) {
        return Some(Site::SmallBowelUnspecified);
    }
    Some(match text.word(i) {
        "small"
            if text.mark(i + 1, b'-') && matches!(text.word(i + 2), "bowel" | "intestine" | "intestinal") =>
        {
            if matches!(text.word(i + 3), "type" | "mucosa" | "obstruction" | "wall" | "loops" | "mesentery")
            {
                return None;
            }
            Site::SmallBowelUnspecified
        }
        "ileum" => Site::Ileum,
        "ileal" if next == "loop" && i > floor && matches!(text.word(i - 1), "last" | "terminal") => {
            Site::Ileum
        }
        "ileal"
            if !matches!(
                next,
                "conduit" | "pouch" | "branches" | "loops" | "loop" | "mesentery" | "mucosa" | "resection"
            ) =>
        {
            Site::Ileum
        }
        "ileal" if matches!(next, "resection") => Site::Ileum,
        "ti" if text.token(i).is_some_and(|t| t.first == b'N') => Site::Ileum,
        "jejunum" | "jejunal" => Site::Jejunum,
        "t" if text.mark(i + 1, b'.')
            && text.word(i + 2) == "i"
            && text.gap(i + 2) == crate::tokens::Gap::None =>
        {
            Site::Ileum
        }
        "si" | "sb"
            if text.mark(i + 1, b'-') && text.has(i + 2, Class::Net) || text.has(i + 1, Class::Net) =>
        {
            Site::SmallBowelUnspecified
        }
        "midgut" | "mid-gut" if of_midgut(text, i, floor) => Site::SmallBowelUnspecified,
        "jejunoileal" | "ileojejunal" | "sbnet" | "sbnets" | "sinet" | "sinets" => {
            Site::SmallBowelUnspecified
        }
        "small" | "sm" if matches!(next, "bowel" | "intestine" | "intestinal" | "intestines") => {
            let after = text.word(i + 2);
            if matches!(
                after,
                "obstruction"
                    | "mesentery"
                    | "loops"
                    | "mesenteric"
                    | "margin"
                    | "dilatation"
                    | "follow"
                    | "wall"
            ) {
                return None;
            } else {
                Site::SmallBowelUnspecified
            }
        }
        "meckel" | "meckel's" | "meckels" | "meckel’s" => Site::Meckel,
        "lobe" if !scene.says(i.saturating_sub(2).max(floor)..i, &["upper", "middle", "lower"]) => {
            return None;
        }
        "small" | "sm" | "midgut" | "mid-gut" | "enteric" | "ileal" | "ti" | "t" | "si" | "sb" => {
            return None;
        }
        "ascending" | "transverse" | "descending" | "splenic" if !matches!(next, "colon" | "flexure") => {
            return None;
        }
        "appendix" if text.is_number(i + 1) || matches!(next, "a" | "b") => return None,
        "skin" | "bladder" | "cervix" | "ovary" | "ovarian" | "gallbladder" | "adrenal" | "biliary"
            if scene.says(i.saturating_sub(3).max(floor)..i, &["metastasis", "to"]) =>
        {
            return None;
        }
        _ => Site::Elsewhere,
    })
}

/// `midgut NET`, `NET of midgut origin`: a tumour's name, where no operation on the colon leaves open which part of it.
fn of_midgut(text: &crate::tokens::Text<'_>, i: usize, floor: usize) -> bool {
    let colon =
        |k: usize| matches!(text.word(k), "hemicolectomy" | "colectomy" | "appendicectomy" | "appendectomy");
    let named = text.any(i + 1, Class::Net.bit() | Class::Neuroendocrine.bit())
        || text.word(i + 1) == "origin" && i > floor && text.word(i - 1) == "of";
    named && !(i + 1..i + 8).any(colon)
}

/// `jejunum and ileum`, `jejuno-ileum`: the small bowel, not one part of it.
fn both_parts(text: &crate::tokens::Text<'_>, i: usize, floor: usize) -> bool {
    let jejunum = |k: usize| matches!(text.word(k), "jejunum" | "jejunal" | "jejuno");
    let ileum = |k: usize| matches!(text.word(k), "ileum" | "ileal" | "ileo");
    let joined = |k: usize| {
        matches!(text.word(k), "and" | "or") || text.mark(k, b'/') || text.mark(k, b'-') || text.mark(k, b'&')
    };
    let pair = |a: usize, b: usize| jejunum(a) && ileum(b) || ileum(a) && jejunum(b);
    joined(i + 1) && pair(i, i + 2) || i >= floor + 2 && joined(i - 1) && pair(i - 2, i)
}

/// The tumour that a part of the text speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    Net,
    Foreign,
    Unknown,
}

/// Where in the text which tumour is spoken of.
pub(crate) struct Topics {
    /// For each unit: the topic at its beginning, and changes inside it.
    of: Vec<(Topic, Vec<(usize, Topic)>)>,
    /// Whether the report itself found one.
    own: bool,
}

impl Topics {
    pub(crate) fn new(scene: &Scene<'_>, mentions: &[Vec<Mention>]) -> Self {
        let own = |u: usize| scene.units.get(u).is_some_and(|it| !matches!(it.section, Section::Family));
        let named = |history: bool| {
            mentions
                .iter()
                .enumerate()
                .filter(|it| {
                    own(it.0)
                        && (history || scene.units.get(it.0).is_some_and(|it| it.section != Section::History))
                })
                .flat_map(|it| it.1.iter())
                .filter(asserted)
                .any(|it| matches!(it.named, Named::Other | Named::Nec | Named::Minen))
        };
        let (two, by_report) = (named(true), named(false));
        let mut of: Vec<(Topic, Vec<(usize, Topic)>)> = Vec::with_capacity(scene.units.len());
        let mut topic = Topic::Unknown;
        // The tumour named first in the report.
        let mut about = Topic::Unknown;
        let mut part = None;
        let mut part_start = 0;
        let mut part_open = false;
        for (u, unit) in scene.units.iter().enumerate() {
            if part != Some(unit.part) {
                part = Some(unit.part);
                part_start = u;
                part_open = true;
                topic = if two { of_letter(scene, u, unit) } else { Topic::Unknown };
            }
            let told = mentions.get(u).map_or(&[][..], Vec::as_slice);
            let Turns { changes, own_sentence, organ_only } = named_in(scene, unit, told, two);
            // In a letter a new paragraph goes back to what the letter is about.
            let paragraph = scene.kind == crate::Kind::Clinic
                && scene.text.gap(unit.tokens.start) == crate::tokens::Gap::Blank;
            if paragraph && topic == Topic::Foreign && about == Topic::Net {
                topic = Topic::Net;
            }
            let begins = topic;
            if let Some((_, first)) =
                changes.first().filter(|_| part_open && !own_sentence && !organ_only).copied()
            {
                for earlier in of.iter_mut().skip(part_start) {
                    if earlier.0 == Topic::Unknown && earlier.1.is_empty() {
                        earlier.0 = first;
                    }
                }
                part_open = false;
            }
            if let Some((_, last)) = changes.last().filter(|_| !own_sentence) {
                topic = *last;
                if about == Topic::Unknown && unit.section != Section::History {
                    about = changes.first().map_or(about, |it| it.1);
                }
            }
            let first = changes.first().map(|it| it.1);
            // What stands before the first mention in the sentence is about it, unless a topic was there.
            let start = match (begins, first) {
                (Topic::Unknown, Some(first)) => first,
                (_, Some(first)) if unit.opens => first,
                _ => begins,
            };
            of.push((start, changes));
        }
        Self { of, own: by_report }
    }

    /// Whether a statement at this token may be of the NET.
    pub(crate) fn allows(&self, unit: usize, token: usize) -> bool {
        match self.at(unit, token) {
            Topic::Net => true,
            Topic::Foreign => false,
            Topic::Unknown => !self.own,
        }
    }

    /// Whether the text speaks of another tumour at this token.
    pub(crate) fn is_foreign(&self, unit: usize, token: usize) -> bool {
        self.at(unit, token) == Topic::Foreign
    }

    fn at(&self, unit: usize, token: usize) -> Topic {
        let Some((start, changes)) = self.of.get(unit) else { return Topic::Unknown };
        changes.iter().take_while(|it| it.0 <= token).last().map_or(*start, |it| it.1)
    }
}

/// `B) Segment of jejunum` and, further down, `B) A nodule of 13 mm`: what was sent under the letter.
fn of_letter(scene: &Scene<'_>, u: usize, unit: &Unit) -> Topic {
    let Some(own) = specimen_letter(scene, unit) else { return Topic::Unknown };
    let sent = scene.units.iter().take(u).find(|it| specimen_letter(scene, it) == Some(own));
    let sites: Vec<_> = sent
        .map(|it| organs(scene, it.tokens.clone()))
        .into_iter()
        .flatten()
        .map(|it| it.site.is_followed())
        .collect();
    match sites.first() {
        Some(first) if sites.iter().all(|it| it == first) => {
            if *first {
                Topic::Net
            } else {
                Topic::Foreign
            }
        }
        _ => Topic::Unknown,
    }
}

/// Whether a tumour is named as one that is there.
fn asserted(it: &&Mention) -> bool {
    let supposed = it.state.maybe && it.named != Named::Net;
    !(it.state.no || it.state.family || it.state.plan || it.state.past || it.state.no_new || supposed)
}

/// Where one unit turns to which tumour.
struct Turns {
    changes: Vec<(usize, Topic)>,
    /// What it turns to takes only this sentence.
    own_sentence: bool,
    /// It looks at an organ, and says nothing of what came before.
    organ_only: bool,
}

fn named_in(scene: &Scene<'_>, unit: &Unit, told: &[Mention], two: bool) -> Turns {
    let mut changes: Vec<_> = told
        .iter()
        .filter(asserted)
        .map(|it| (it.tokens.start, if it.named == Named::Net { Topic::Net } else { Topic::Foreign }))
        .collect();
    // `He also had a lower lobe typical carcinoid in 2019, Ki-67 there 4%`: past, and what the sentence is about.
    let lung = told.iter().find(|it| {
        it.named == Named::Net
            && !(it.state.no || it.state.family || it.state.plan)
            && of_lung(scene, it.tokens.start, unit.tokens.start)
    });
    if let Some(it) = lung {
        changes.retain(|change| change.0 != it.tokens.start);
        changes.push((it.tokens.start, Topic::Foreign));
    }
    // `No metastatic NET is seen (0/22)`: denied, and still what is spoken of.
    for it in told {
        let from = it.tokens.start.saturating_sub(3).max(unit.tokens.start);
        let metastatic = (from..it.tokens.start).any(|i| scene.text.has(i, Class::Metastasis));
        if two && it.named == Named::Net && it.state.no && metastatic {
            changes.push((it.tokens.start, Topic::Net));
        }
    }
    // `Left breast: no uptake` of a scan that goes through the organs, `Appendix with fibrosis of the tip.` among the rest
    let through =
        scene.kind == crate::Kind::Radiology || unit.label.is_empty() && unit.mask & Class::Tumour.bit() == 0;
    let organ_only = two && through && changes.is_empty();
    if two {
        changes.extend(by_organ(scene, unit));
    }
    changes.sort_by_key(|it| it.0);
    // A benign tumour takes only its own sentence.
    let benign = !told.is_empty() && told.iter().filter(asserted).all(|it| it.named == Named::Benign);
    Turns { changes, own_sentence: benign || lung.is_some(), organ_only }
}

/// `the colonic tumour`, `Tumour site: caecum`, `B. Right colon`.
fn by_organ(scene: &Scene<'_>, unit: &Unit) -> Vec<(usize, Topic)> {
    let text = &scene.text;
    let topic = |site: Site| if site.is_followed() { Topic::Net } else { Topic::Foreign };
    let organs = organs(scene, unit.tokens.clone());
    if unit.field == Some(Field::Site) {
        return organs.first().map(|it| (unit.tokens.start, topic(it.site))).into_iter().collect();
    }
    let mut found = Vec::new();
    for it in &organs {
        let after = it.at + 1..(it.at + 4).min(unit.tokens.end);
        let tumour = after
            .clone()
            .any(|k| text.has(k, Class::Tumour) || matches!(text.word(k), "primary" | "cancer" | "neoplasm"));
        let nodes = after.clone().any(|k| text.has(k, Class::Node));
        if tumour && !nodes {
            found.push((it.at, topic(it.site)));
        }
    }
    let all_foreign = !organs.is_empty() && organs.iter().all(|it| !it.site.is_followed());
    if found.is_empty()
        && all_foreign
        && unit.opens
        && organs.first().is_some_and(|it| it.at <= unit.tokens.start + 4)
        && unit.field.is_none()
    {
        found.push((unit.tokens.start, Topic::Foreign));
    }
    found
}
