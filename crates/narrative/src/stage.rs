//! TNM categories and stage groups as written.
//!
//! The strings are cut out here and read by `clinical`; what it refuses (categories of other organs) is passed over. A
//! bare `T2` in radiology is a sequence of MRI and a bare `N1` means nothing, so a category alone needs its prefix or
//! its label.

use lacteal_clinical::tnm::{self, Axis, StageGroup, TnmStatement};

use crate::fields::Field;
use crate::item::Item;
use crate::layout::Unit;
use crate::scene::{Draft, Scene, put};
use crate::tokens::{Gap, Text};
use crate::words::Class;

/// Reads TNM and stage out of one unit.
pub(crate) fn tnm(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let axis = match unit.field {
        Some(Field::T) => Some(Axis::T),
        Some(Field::N) => Some(Axis::N),
        Some(Field::M) => Some(Axis::M),
        _ => None,
    };
    let mut any = false;
    let mut i = all.start;
    while i < all.end {
        let Some(end) = category(text, i) else {
            i += 1;
            continue;
        };
        let (written, end) = gather(text, i, end, all.end);
        let state = scene.state(u, i..end);
        let rule = if unit.field.is_some() { "tnm_field" } else { "tnm_prose" };
        if !(state.past || state.family || state.plan) {
            for statement in statements(&written, unit, scene, i, all.start) {
                any |= axis.is_none_or(|it| it == statement.category.axis());
                put(drafts, u, Item::Tnm(statement), i..end, rule, state);
            }
        }
        i = end;
    }
    if let (false, Some(axis)) = (any, axis) {
        bare(scene, u, unit, axis, drafts);
    }
}

/// `pT: 3`, `T stage: 3 (m)`: the label has the letter.
fn bare(scene: &Scene<'_>, u: usize, unit: &Unit, axis: Axis, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    let at = unit.tokens.start;
    let value = text.word(at);
    if !matches!(value, "0" | "1" | "2" | "3" | "4" | "x" | "1a" | "1b" | "1c") {
        return;
    }
    // In capitals `PN: 1` under `L: 0`, `V: 0` is perineural invasion.
    let of_vessels = |it: &Unit| it.label.len() == 1 && matches!(text.word(it.label.start), "l" | "v");
    if axis == Axis::N && u.checked_sub(1).and_then(|u| scene.units.get(u)).is_some_and(of_vessels) {
        return;
    }
    let letter = scene.says(unit.label.clone(), &["pt", "pn", "pm", "ptnm"]);
    let sub = if text.is_number(at)
        && text.gap(at + 1) == Gap::None
        && matches!(text.word(at + 1), "a" | "b" | "c")
    {
        text.word(at + 1)
    } else {
        ""
    };
    let written = format!(
        "{}{}{value}{sub}{}",
        if letter { "p" } else { "" },
        axis.as_str(),
        suffix(text, at + 1, unit.tokens.end).0
    );
    if let Ok(statement) = tnm::single(axis, &written) {
        put(drafts, u, Item::Tnm(statement), at..at + 1, "tnm_field", scene.state(u, at..at + 1));
    }
}

/// Longest word that is a category, in bytes.
const CATEGORY_BYTES_MAX: usize = 20;

/// What stands behind the letter of the axis in a word that may be a category, alone or with the next token.
fn behind_axis(word: &str) -> Option<&[u8]> {
    // Methotrexate, or a typist's initials.
    if word.len() > CATEGORY_BYTES_MAX || word == "mtx" {
        return None;
    }
    let bytes = word.as_bytes();
    let prefix = bytes.iter().enumerate().take_while(|(k, b)| match b {
        b'y' | b'p' | b'c' | b'r' | b'a' => true,
        // `mpT3` says several primaries; the M of `M1` is the axis.
        b'm' => bytes.get(k + 1).is_some_and(|next| matches!(next, b'p' | b'c' | b'y' | b'r' | b't')),
        _ => false,
    });
    let [b't' | b'n' | b'm', rest @ ..] = bytes.get(prefix.count()..)? else { return None };
    // `pTNM`, `pts`, `may` and `mx`-like words need a digit or x right after the axis letter.
    match rest {
        [] | [b'0'..=b'4', ..] => Some(rest),
        [b'x', ..] if rest.len() <= 8 => Some(rest),
        _ => None,
    }
}

/// Whether a word in lower case looks like a category or its beginning.
pub(crate) fn has_shape(word: &str) -> bool {
    behind_axis(word).is_some()
}

/// Whether a category is written at token `i`: the end of its tokens.
fn category(text: &Text<'_>, i: usize) -> Option<usize> {
    if !text.has(i, Class::Category) {
        return None;
    }
    let word = text.word(i);
    match behind_axis(word)? {
        [_, ..] if is_signal(text, i) || is_perineural(text, i) => None,
        [_, ..] => Some(i + 1),
        // `pT 3`, `pN x`
        [] if matches!(
            word,
            "pt" | "pn"
                | "pm"
                | "ypt"
                | "ypn"
                | "ypm"
                | "mpt"
                | "rpt"
                | "rpn"
                | "ct"
                | "cn"
                | "cm"
                | "t"
                | "n"
                | "m"
        ) =>
        {
            // `pT=3`, `pN-1`
            let linked = word.len() > 1 && (text.mark(i + 1, b'=') || text.mark(i + 1, b'-'));
            let at = if linked { i + 2 } else { i + 1 };
            let next = text.token(at)?;
            let digit = matches!(text.word(at), "0" | "1" | "2" | "3" | "4" | "x") && next.gap <= Gap::Wide;
            let lone = word.len() == 1;
            let upper = text.written(i).ends_with(['T', 'N', 'M']);
            // `CT 4 and 24 h` is a scan, `cT 4` a category.
            let scan = text.written(i).starts_with('C');
            // `PT 4 OF 11` is a patient on a list.
            let counted = text.word(at + 1) == "of" && text.is_number(at + 2);
            (digit && upper && !scan && !counted && (!lone || lone_axis(text, i))).then_some(at + 1)
        }
        _ => None,
    }
}

/// `T2 bright`, `T1-weighted`: what magnetic resonance shows.
fn is_signal(text: &Text<'_>, i: usize) -> bool {
    const SIGNALS: [&str; 10] = [
        "bright",
        "dark",
        "hyperintense",
        "hypointense",
        "isointense",
        "weighted",
        "signal",
        "hyperintensity",
        "hyperintensities",
        "intermediate",
    ];
    let after = if text.mark(i + 1, b'-') { i + 2 } else { i + 1 };
    matches!(text.word(i), "t1" | "t2") && SIGNALS.contains(&text.word(after))
}

/// `Pn1` is perineural invasion, `pN1` a category of nodes: told apart by the case of the letters, and where all are
/// of one case by what stands before (`L0 V0 PN1`; UICC, TNM 8th edition, lists the three in this order).
pub(crate) fn is_perineural(text: &Text<'_>, i: usize) -> bool {
    if !matches!(text.word(i), "pn0" | "pn1" | "pnx") {
        return false;
    }
    let vessel = |k: usize| matches!(text.word(k), "l0" | "l1" | "lx" | "v0" | "v1" | "v2" | "vx");
    match text.written(i).get(..2) {
        Some("Pn") => true,
        Some("pN") => false,
        _ => (1..=2).any(|back| i.checked_sub(back).is_some_and(vessel)),
    }
}

/// `T 3 N 1 M 0`: letters alone count only in company.
fn lone_axis(text: &Text<'_>, i: usize) -> bool {
    let axis = |k: usize| {
        matches!(text.word(k), "t" | "n" | "m")
            && text.written(k).len() == 1
            && matches!(text.word(k + 1), "0" | "1" | "2" | "3" | "4" | "x")
    };
    (axis(i) && axis(i + 2))
        || (i >= 2 && axis(i) && axis(i - 2))
        || (text.word(i.wrapping_sub(1)) == "p" && axis(i))
        // `pT 3, pN 1, M 0`
        || axis(i)
            && (2..=3).any(|back| {
                i.checked_sub(back).is_some_and(|k| matches!(text.word(k), "pt" | "pn" | "ypt" | "ypn"))
            })
}

/// Most categories in one expression.
const CATEGORIES_MAX: usize = 6;

/// All categories written together from token `i` on, in one spelling, and where they end.
fn gather(text: &Text<'_>, i: usize, first_end: usize, limit: usize) -> (Vec<String>, usize) {
    let mut pieces = Vec::new();
    let (mut start, mut end) = (i, first_end);
    for _ in 0..CATEGORIES_MAX {
        let marked = |k: &usize| text.mark(*k, b'=') || text.mark(*k, b'-');
        let mut piece: String = (start..end).filter(|k| !marked(k)).map(|k| text.written(k)).collect();
        if start > 0
            && text.word(start - 1) == "p"
            && text.gap(start) <= Gap::Space
            && pieces.is_empty()
            && piece.starts_with(['T', 'N', 'M'])
        {
            piece.insert(0, 'p');
        }
        let (suffix, after) = suffix(text, end, limit);
        piece.push_str(&suffix);
        end = after;
        pieces.push(piece);
        // `T3 (24 mm), N1 (4/14)`
        let mut next = after_remark(text, end, limit);
        while next < limit
            && text.gap(next) < Gap::Blank
            && (text.mark(next, b',')
                || text.mark(next, b';')
                || text.mark(next, b'/')
                || text.mark(next, b'.')
                || text.mark(next, b'-')
                || text.mark(next, b'_')
                || text.word(next) == "and")
            && next < after_remark(text, end, limit) + 2
        {
            next += 1;
        }
        match (next < limit).then(|| category(text, next)).flatten() {
            Some(after) => (start, end) = (next, after),
            None => break,
        }
    }
    (pieces, end)
}

/// Where a short remark in brackets that begins at token `at` ends, or `at` itself.
fn after_remark(text: &Text<'_>, at: usize, limit: usize) -> usize {
    if !text.mark(at, b'(') {
        return at;
    }
    (at + 1..limit.min(at + REMARK_TOKENS_MAX)).find(|i| text.mark(*i, b')')).map_or(at, |i| i + 1)
}

/// Longest remark between two categories.
const REMARK_TOKENS_MAX: usize = 8;

/// The marks in parentheses after a category that are part of it.
fn suffix(text: &Text<'_>, at: usize, limit: usize) -> (String, usize) {
    if !text.mark(at, b'(') || at >= limit {
        return (String::new(), at);
    }
    let inside: String =
        (at + 1..limit.min(at + 5)).take_while(|k| !text.mark(*k, b')')).map(|k| text.word(k)).collect();
    let tokens = (at + 1..limit.min(at + 6)).take_while(|k| !text.mark(*k, b')')).count();
    let close = at + 1 + tokens;
    if !text.mark(close, b')') {
        return (String::new(), at);
    }
    let digits = |it: &str| !it.is_empty() && it.len() <= 3 && it.bytes().all(|b| b.is_ascii_digit());
    let counts = inside.split_once(['/', ':']).is_some_and(|(a, b)| digits(a) && digits(b));
    let known = matches!(inside.as_str(), "m" | "#" | "sn" | "f" | "i+" | "i-") || digits(&inside) || counts;
    if known { (format!("({inside})"), close + 1) } else { (String::new(), at) }
}

fn statements(
    pieces: &[String],
    unit: &Unit,
    scene: &Scene<'_>,
    at: usize,
    floor: usize,
) -> Vec<TnmStatement> {
    let all = pieces.join(" ");
    let read =
        tnm::combined(&all).ok().map(|it| [it.t, it.n, it.m].into_iter().flatten().collect::<Vec<_>>());
    let mut found = read.unwrap_or_else(|| {
        let each = pieces.iter().filter_map(|it| tnm::combined(it).ok());
        each.flat_map(|it| [it.t, it.n, it.m].into_iter().flatten()).collect()
    });
    let labelled = matches!(
        unit.field,
        Some(
            Field::T
                | Field::N
                | Field::M
                | Field::Stage
                | Field::Nodes
                | Field::NodesPositive
                | Field::Distant
                | Field::Extent
        )
    );
    let near = at.saturating_sub(5).max(floor)..at;
    // `clinical T2 N2 M1`, `Radiological stage: T3`
    const CLINICAL: [&str; 5] = ["clinical", "clinically", "radiological", "radiologically", "radiologic"];
    let clinical = scene.says(at.saturating_sub(2).max(floor)..at, &CLINICAL)
        || scene.says(unit.label.clone(), &CLINICAL)
            && scene.says(unit.label.clone(), &["stage", "staging", "tnm", "classification"]);
    // `On imaging T3 N1`
    let seen = scene.says(near.clone(), &["imaging", "ct", "mri", "pet", "scan", "eus"])
        && scene.kind != crate::Kind::Pathology;
    let on_scan = |i: usize| {
        matches!(scene.text.word(i), "on" | "by")
            && matches!(scene.text.word(i + 1), "ct" | "mri" | "imaging" | "pet")
    };
    let seen = seen || (at..(at + 8).min(unit.tokens.end)).any(on_scan);
    if (clinical || seen) && found.iter().all(|it| it.prefix.basis != tnm::Basis::Pathological) {
        return Vec::new();
    }
    let announced = scene.says(
        near,
        &[
            "stage",
            "staged",
            "staging",
            "tnm",
            "ptnm",
            "ajcc",
            "uicc",
            "enets",
            "category",
            "pathologic",
            "pathological",
        ],
    );
    let prefixed = found.iter().any(|it| {
        it.prefix.basis != tnm::Basis::Unstated || it.prefix.after_treatment || it.prefix.recurrence
    });
    let led = scene.kind != crate::Kind::Radiology
        && found.iter().all(|it| spoken_of(scene, unit, it.category.axis(), at));
    // `Primary tumour: T3`
    let first = at == unit.tokens.start || at > 0 && scene.text.mark(at - 1, b':');
    let primary = first
        && scene.says(unit.label.clone(), &["tumour", "tumor", "nodes", "metastasis", "metastases"])
        && found.len() == 1;
    // `pT3(m)` at the end of one line, `N1 (3/11)` at the beginning of the next.
    let goes_on = at == unit.tokens.start
        && scene.text.gap(at) < Gap::Blank
        && (at.saturating_sub(5)..at)
            .any(|k| category(&scene.text, k).is_some() && scene.text.written(k).starts_with(['p', 'y']));
    if !(labelled || primary || announced || prefixed || led || goes_on || found.len() >= 2) {
        found.clear();
    }
    found
}

/// `6 of 20 nodes were involved, N1`, `into the subserosa, T3`: the words before it are of the same axis.
fn spoken_of(scene: &Scene<'_>, unit: &Unit, axis: Axis, at: usize) -> bool {
    let mask = match axis {
        Axis::N => Class::Node.bit() | Class::Mesentery.bit(),
        Axis::T => Class::Layer.bit(),
        Axis::M => Class::Metastasis.bit(),
    };
    let before = unit.tokens.start.max(at.saturating_sub(SPOKEN_TOKENS))..at;
    scene.with(before, mask).next().is_some()
}

/// How far before a lone category the words of its axis may stand.
const SPOKEN_TOKENS: usize = 24;

/// Reads stage groups: `Stage III`, `stage IIIB`, `stage 4`.
pub(crate) fn stage_group(scene: &Scene<'_>, u: usize, unit: &Unit, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    let field = unit.field == Some(Field::Stage);
    if !field && unit.mask & Class::Tnm.bit() == 0 {
        return;
    }
    let names = unit.tokens.clone().filter(|i| text.word(*i) == "stage").map(|i| i + 1);
    let first = field.then_some(unit.tokens.start).into_iter();
    for start in first.chain(names) {
        let at = (start..(start + 3).min(unit.tokens.end))
            .find(|i| !(text.mark(*i, b':') || matches!(text.word(*i), "group" | "is")));
        let Some(at) = at.filter(|i| *i < unit.tokens.end) else { continue };
        let group = match text.word(at) {
            "i" | "1" | "ia" | "ib" => StageGroup::I,
            "ii" | "2" | "iia" | "iib" => StageGroup::II,
            "iii" | "3" | "iiia" | "iiib" => StageGroup::III,
            "iv" | "4" | "iva" | "ivb" | "ivc" => StageGroup::IV,
            _ => continue,
        };
        let state = scene.state(u, at..at + 1);
        if !(state.past || state.no || state.plan || state.family) {
            put(drafts, u, Item::Stage(group), at..at + 1, "stage_group", state);
        }
    }
}

/// Whether a category is written at token `i`.
pub(crate) fn is_category(text: &Text<'_>, i: usize) -> bool {
    category(text, i).is_some()
}
