//! The greatest dimension of the primary, and of a mesenteric mass.
//!
//! Reports are full of lengths (bowel, nodes, margins, liver lesions). A length is given to the noun that governs it;
//! without a noun that is a tumour it is not one.

use std::ops::Range;

use lacteal_clinical::Bounded;

use crate::Kind;
use crate::Section;
use crate::fields::Field;
use crate::item::Item;
use crate::layout::Unit;
use crate::numbers::{self, Measure};
use crate::scene::{Draft, Scene, put};
use crate::tokens::{Gap, Shape, Text};
use crate::words::Class;

/// What a length is the length of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Tumour,
    Mesentery,
    Node,
    Liver,
    /// Bowel, specimen, margin, polyp, wall: nothing that is asked for.
    Other,
    /// No noun was found.
    Unknown,
}

/// Reads sizes out of one unit. `owner` carries the noun of the sentence before.
pub(crate) fn size(scene: &Scene<'_>, u: usize, unit: &Unit, owner: &mut Owner, drafts: &mut Vec<Draft>) {
    let text = &scene.text;
    let all = unit.tokens.clone();
    if unit.mask & Class::Length.bit() == 0 && !scene.says(unit.label.clone(), &["mm", "cm"]) {
        *owner = subject(scene, unit, *owner);
        return;
    }
    if matches!(
        unit.field,
        Some(
            Field::Ignored
                | Field::Margin
                | Field::Grade
                | Field::Ki67
                | Field::Mitoses
                | Field::Lymphovascular
                | Field::Specimen
        )
    ) {
        return;
    }
    let before = if unit.opens { Owner::Unknown } else { *owner };
    let mut measures = numbers::lengths(text, &all);
    if measures.is_empty() && unit.field == Some(Field::Size) {
        measures.extend(unit_in_label(scene, unit));
    }
    for measure in measures {
        let in_mesentery =
            unit.field == Some(Field::Organ) && unit.label.clone().any(|i| text.has(i, Class::Mesentery));
        let found = match unit.field {
            Some(Field::Organ) if in_mesentery => match owner_of(scene, unit, &measure, before) {
                Owner::Tumour | Owner::Unknown => Owner::Mesentery,
                other => other,
            },
            None | Some(Field::Size) if of_mass_above(scene, u, unit) => Owner::Mesentery,
            Some(Field::Size) => field_owner(scene, unit, &measure),
            Some(Field::MesentericMass) if of_pieces(scene, all.start..measure.tokens.start) => Owner::Other,
            Some(Field::MesentericMass) => Owner::Mesentery,
            Some(Field::Liver) => Owner::Liver,
            Some(Field::Nodes | Field::NodesExamined | Field::NodesPositive | Field::N) => Owner::Node,
            _ => owner_of(scene, unit, &measure, before),
        };
        let found =
            if found == Owner::Tumour && in_liver_specimen(scene, unit) { Owner::Liver } else { found };
        let state = scene.state(u, measure.tokens.clone());
        if state.past || state.family || state.plan || compared(text, &measure, all.start) {
            continue;
        }
        let state = crate::cues::State { maybe: false, ..state };
        match found {
            Owner::Tumour if state.no => {}
            Owner::Tumour
                if scene.kind != Kind::Radiology
                    || of_site_above(scene, u, unit)
                    || of_primary_above(scene, u, unit, &measure)
                    || primary_on_scan(scene, unit, &measure) =>
            {
                let rule = if unit.field == Some(Field::Size) { "size_field" } else { "size_prose" };
                put(drafts, u, Item::TumourSize(measure.length), measure.tokens.clone(), rule, state);
            }
            Owner::Mesentery
                if !(state.no
                    || matches!(
                        measure.comparator,
                        lacteal_clinical::Comparator::Above | lacteal_clinical::Comparator::AtLeast
                    ) && measure.length.micrometres() == 20_000) =>
            {
                let value = Bounded::new(measure.comparator, measure.length).approximate(measure.approximate);
                put(drafts, u, Item::MesentericMass(value), measure.tokens.clone(), "mesenteric_mass", state);
            }
            Owner::Liver => put(
                drafts,
                u,
                Item::LiverLesionSize(measure.length),
                measure.tokens.clone(),
                "liver_lesion_size",
                state,
            ),
            _ => {}
        }
    }
    *owner = subject(scene, unit, *owner);
}

/// `three cores, 9 to 15 mm`: what was sent, not what it was taken from.
fn of_pieces(scene: &Scene<'_>, range: Range<usize>) -> bool {
    scene.says(range, &["core", "cores", "piece", "pieces", "fragment", "fragments", "biopsies", "strips"])
}

/// `Size (mm): 23`.
fn unit_in_label(scene: &Scene<'_>, unit: &Unit) -> Option<Measure> {
    let text = &scene.text;
    let factor =
        match unit.label.clone().find(|i| text.has(*i, Class::Length)).map(|i| text.word(i).starts_with('m'))
        {
            Some(true) => 1,
            Some(false) => 10,
            None => return None,
        };
    let numbers =
        unit.tokens.clone().take_while(|i| text.is_number(*i) || text.mark(*i, b'x') || text.word(*i) == "x");
    let greatest = numbers.filter_map(|i| numbers::thousandths(text.word(i))).max()?;
    let length = lacteal_clinical::Length::from_micrometres(greatest.checked_mul(factor)?).ok()?;
    Some(Measure {
        length,
        comparator: lacteal_clinical::Comparator::Equal,
        approximate: false,
        tokens: unit.tokens.start..unit.tokens.start + 1,
    })
}

/// `LIVER, SEGMENTS 5 AND 6, HEPATECTOMY  Metastatic NET, two foci, 3.8 cm`: one sentence of a liver specimen.
pub(crate) fn in_liver_specimen(scene: &Scene<'_>, unit: &Unit) -> bool {
    scene.kind == Kind::Pathology
        && unit.mask & Class::SmallBowel.bit() == 0
        && unit.mask & Class::Metastasis.bit() != 0
        && unit.tokens.clone().take(2).any(|i| scene.text.has(i, Class::Liver))
}

/// `Mesenteric mass: present` and then `Maximum dimension: 27 mm` or `Number of masses: 1 (27 mm)`: the size of what the
/// field before asked for.
fn of_mass_above(scene: &Scene<'_>, u: usize, unit: &Unit) -> bool {
    const TUMOUR: [&str; 7] = ["tumour", "tumor", "tumours", "tumors", "primary", "lesion", "nodule"];
    let above = u.checked_sub(1).and_then(|u| scene.units.get(u));
    above.is_some_and(|it| {
        matches!(it.field, Some(Field::MesentericMass | Field::MesentericDeposits)) && it.part == unit.part
    }) && !unit.label.is_empty()
        && unit.opens
        && !scene.says(unit.label.clone(), &TUMOUR)
}

/// `Primary: visible   Site: ileum   Max diam (mm): 22` in the form of a scan.
fn of_site_above(scene: &Scene<'_>, u: usize, unit: &Unit) -> bool {
    let above = u.checked_sub(1).and_then(|u| scene.units.get(u));
    unit.field == Some(Field::Size)
        && above.is_some_and(|it| {
            it.field == Some(Field::Site)
                && it.part == unit.part
                && it.tokens.clone().any(|i| scene.text.has(i, Class::SmallBowel))
        })
}

/// `Polypoid mass in the proximal jejunum.` and then `It measures 28 mm`.
fn of_primary_above(scene: &Scene<'_>, u: usize, unit: &Unit, measure: &Measure) -> bool {
    const SUBJECTS: [&str; 5] = ["it", "they", "this", "these", "the"];
    const MEASURED: [&str; 5] = ["measure", "measures", "measured", "measuring", "spans"];
    let named = Class::SmallBowel.bit() | Class::Tumour.bit();
    let elsewhere = Class::Liver.bit() | Class::Mesentery.bit() | Class::Node.bit();
    let above = u.checked_sub(1).and_then(|u| scene.units.get(u));
    !unit.opens
        && unit.mask & elsewhere == 0
        && SUBJECTS.contains(&scene.text.word(unit.tokens.start))
        && scene.says(unit.tokens.start..measure.tokens.start, &MEASURED)
        && above.is_some_and(|it| it.mask & named == named && it.mask & elsewhere == 0)
}

/// In a field that asks for the size of the tumour, only an explicit other noun takes the length away.
fn field_owner(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> Owner {
    let text = &scene.text;
    let after = measure.tokens.end..(measure.tokens.end + 3).min(unit.tokens.end);
    let mut before = measure.tokens.start.saturating_sub(4).max(unit.tokens.start)..measure.tokens.start;
    if scene.says(after, &["from"])
        || scene.says(before.clone(), &["node", "nodes", "margin", "metastasis", "deposit", "distance"])
    {
        return Owner::Other;
    }
    let mesenteric = before.any(|i| text.has(i, Class::Mesentery));
    if mesenteric { Owner::Mesentery } else { Owner::Tumour }
}

/// `previously 13 mm`, `compared with 13 mm`, `(was 13 mm)`.
fn compared(text: &Text<'_>, measure: &Measure, floor: usize) -> bool {
    let start = measure.tokens.start;
    let from = start.saturating_sub(3).max(floor);
    // `mass, previously 38 mm`, `31 mm (32 mm)`
    let before = (start.saturating_sub(2).max(floor)..start).any(|i| {
        matches!(text.word(i), "previously" | "formerly" | "prior" | "previous" | "prev" | "originally")
    });
    // `18 mm (before 24 mm)`
    let earlier = start >= floor + 2
        && text.mark(start - 2, b'(')
        && matches!(text.word(start - 1), "before" | "earlier" | "then" | "from");
    let bracket = start >= floor + 2
        && text.mark(start - 1, b'(')
        && text.has(start - 2, Class::Length)
        && text.mark(measure.tokens.end, b')');
    if before || bracket || earlier {
        return true;
    }
    (from..measure.tokens.start).any(|i| {
        matches!(
            text.word(i),
            "previously"
                | "was"
                | "versus"
                | "vs"
                | "formerly"
                | "prior"
                | "previous"
                | "originally"
                | "threshold"
        )
    }) && !(from..measure.tokens.start).any(|i| {
        matches!(text.word(i), "now" | "tumour" | "tumor" | "nodule" | "lesion" | "mass" | "which" | "there")
    })
}

/// A primary on a scan has its bowel in the same sentence.
fn primary_on_scan(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    let text = &scene.text;
    let mut near = measure.tokens.start.saturating_sub(16).max(unit.tokens.start)
        ..(measure.tokens.end + 16).min(unit.tokens.end);
    let bowel = near.clone().any(|i| {
        text.has(i, Class::SmallBowel) && !matches!(text.word(i), "small" | "ti" | "t" | "si" | "sb" | "sm")
            || text.word(i) == "small" && matches!(text.word(i + 1), "bowel" | "intestine" | "intestinal")
            || text.written(i) == "TI"
    }) || near.clone().any(|i| matches!(text.word(i), "primary"));
    bowel
        && !near.any(|i| text.has(i, Class::Liver) || crate::liver::is_segment(scene, i))
        && unit.field.is_none_or(|it| !matches!(it, Field::Liver))
}

/// The noun that governs a length.
fn owner_of(scene: &Scene<'_>, unit: &Unit, measure: &Measure, before: Owner) -> Owner {
    let text = &scene.text;
    let all = unit.tokens.clone();
    let end = measure.tokens.end;
    // `from the margin`, `in length`, `away`, `deep`: no dimension of a tumour.
    let stop = (end..all.end.min(end + 4))
        .find(|i| text.is_number(*i) || text.token(*i).is_some_and(|t| t.shape == Shape::Mark))
        .unwrap_or_else(|| all.end.min(end + 4));
    let tail = end..stop;
    let near_tail = end..stop.min(end + 2);
    if scene.says(
        near_tail.clone(),
        &[
            "from",
            "away",
            "long",
            "length",
            "proximal",
            "distal",
            "deep",
            "depth",
            "thick",
            "thickness",
            "wide",
            "clear",
            "beyond",
            "above",
            "below",
            "margin",
            "clearance",
            "distance",
            "apart",
            "short",
            "of",
        ],
    ) && !scene.says(near_tail.clone(), &["dimension", "diameter", "size"])
        && !(scene.says(near_tail, &["long"]) && scene.says(end..(end + 3).min(all.end), &["axis"]))
        || scene.says(end..all.end.min(end + 1), &["front", "into", "rim", "past"])
            && text.gap(end) < Gap::Line
        || (text.word(end) == "in"
            && matches!(text.word(end + 1), "length" | "depth" | "thickness")
            && !(text.word(end + 1) == "length"
                && measure.tokens.start > all.start
                && matches!(text.word(measure.tokens.start - 1), "tumour" | "tumor" | "mass" | "lesion")))
        || scene.says(tail.clone(), &["from"]) && !scene.says(tail, &["arising", "separate"])
    {
        return Owner::Other;
    }
    let back = measure.tokens.start.saturating_sub(6).max(all.start);
    let open_from =
        (back..measure.tokens.start).rev().find(|i| text.has(*i, Class::Tumour)).map_or(back, |i| i + 1);
    let stretch_end = (open_from.max(all.start + 1)..measure.tokens.start).rev().find(|i| {
        matches!(text.word(*i), "length" | "distance" | "segment" | "stretch" | "loop")
            && text.has(i - 1, Class::Length)
    });
    let open = stretch_end.map_or(open_from, |i| i + 1)..measure.tokens.start;
    if scene.says(
        open,
        &[
            "distance",
            "within",
            "margin",
            "margins",
            "clearance",
            "clear",
            "length",
            "thickness",
            "depth",
            "lies",
            "located",
            "situated",
            "invasion",
        ],
    ) && !scene.says(
        measure.tokens.start.saturating_sub(2).max(all.start)..measure.tokens.start,
        &["measuring", "measures", "size", "diameter", "dimension"],
    ) {
        return Owner::Other;
    }
    // `with dilatation of the small bowel to 38 mm`
    let widened = measure.tokens.start.saturating_sub(10).max(all.start)..measure.tokens.start;
    if scene.says(
        measure.tokens.start.saturating_sub(2).max(all.start)..measure.tokens.start,
        &["to", "at", "of", "diameter"],
    ) && scene.says(
        widened,
        &["dilatation", "dilation", "dilated", "distension", "distended", "distention", "calibre", "caliber"],
    ) {
        return Owner::Other;
    }
    // `a nodule at 10 cm`
    if measure.tokens.start > all.start
        && text.word(measure.tokens.start - 1) == "at"
        && !matches!(
            text.word(measure.tokens.start.wrapping_sub(2)),
            "stable" | "unchanged" | "now" | "still" | "measured" | "largest" | "currently" | "today"
        )
    {
        return Owner::Other;
    }
    // `a 2.3 cm tumour`: the noun follows without a preposition.
    let adjectival = following_noun(scene, all.start, end, all.end);
    let announced = measure.tokens.start == all.start || {
        let word = text.word(measure.tokens.start - 1);
        matches!(
            word,
            "a" | "an"
                | "the"
                | "one"
                | "single"
                | "solitary"
                | "this"
                | "of"
                | "is"
                | "with"
                | "contains"
                | "shows"
                | "new"
                | "stable"
                | "and"
                | "known"
                | "reveals"
                | "discrete"
                | "approximately"
                | "largest"
                | "unchanged"
                | "another"
                | "further"
                | "second"
                | "separate"
                | "ill"
                | "spiculated"
                | "stellate"
                | "measurable"
                | "enlarging"
                | "small"
                | "in"
        ) || text.mark(measure.tokens.start - 1, b':')
            || text.mark(measure.tokens.start - 1, b',')
            || text.mark(measure.tokens.start - 1, b'.')
            || text.mark(measure.tokens.start - 1, b'-')
    };
    if let Some(owner) = adjectival.filter(|_| announced) {
        return owner;
    }
    if let Some(owner) = preceding_noun(scene, unit, measure.tokens.start) {
        return owner;
    }
    if let Some(owner) = adjectival {
        return owner;
    }
    match unit.field {
        Some(Field::Focality | Field::Site | Field::Histology) => Owner::Tumour,
        Some(Field::Liver) => Owner::Liver,
        Some(Field::Organ) if unit.label.clone().any(|i| text.has(i, Class::Mesentery)) => Owner::Mesentery,
        Some(Field::Organ) => Owner::Other,
        _ if scene.says(
            measure.tokens.start.saturating_sub(4).max(all.start)..measure.tokens.start,
            &[
                "largest",
                "diameter",
                "dimension",
                "size",
                "measuring",
                "measures",
                "maximum",
                "greatest",
                "max",
                "it",
                "they",
                "these",
                "measure",
                "measured",
                "sizes",
                "diameters",
                "dimensions",
            ],
        ) && before != Owner::Unknown
            && (before == Owner::Mesentery || before == Owner::Tumour) =>
        {
            before
        }
        _ if scene.kind != Kind::Radiology && alone(scene, unit, measure) => Owner::Tumour,
        _ => Owner::Unknown,
    }
}

/// `Max diameter 16 mm.`, `Path: 2.1 cm, pT3, G1`: no noun at all, in a sentence of the tumour's figures.
fn alone(scene: &Scene<'_>, unit: &Unit, measure: &Measure) -> bool {
    let text = &scene.text;
    let mut all = unit.tokens.clone();
    let dimension = scene.says(
        measure.tokens.start.saturating_sub(4).max(all.start)..measure.tokens.start,
        &["diameter", "dimension", "size", "sizes", "max", "maximum", "greatest", "measuring", "measures"],
    );
    let dimension = dimension
        || scene.says(
            measure.tokens.end..(measure.tokens.end + 3).min(all.end),
            &["diameter", "dimension", "maximum", "max"],
        ) && measure.tokens.start <= all.start + 1;
    let figures = all.any(|i| crate::stage::is_category(text, i) || text.has(i, Class::Ki));
    let own = !matches!(unit.section, Section::Gross | Section::Specimen);
    own && (dimension || figures)
}

/// The class of a noun, with the words around it.
fn noun(scene: &Scene<'_>, i: usize, around: Range<usize>) -> Option<Owner> {
    let text = &scene.text;
    if !text.has(i, Class::Measured) {
        return None;
    }
    let word = text.word(i);
    // `margins tumour free, nearest 2 mm`
    let free = if text.mark(i + 1, b'-') { i + 2 } else { i + 1 };
    if matches!(text.word(free), "free" | "negative") && matches!(word, "tumour" | "tumor") {
        return None;
    }
    let near = |class: Class| {
        let from = i.saturating_sub(5).max(around.start);
        (from..i).any(|k| text.has(k, class))
    };
    if text.has(i, Class::Node) || matches!(word, "lymphadenopathy" | "adenopathy") {
        let massed = matches!(text.word(i + 1), "mass" | "conglomerate")
            || scene.says(i.saturating_sub(3).max(around.start)..i, &["matted", "conglomerate"])
            || near(Class::Mesentery) && matches!(text.word(i + 1), "mass" | "complex");
        return Some(if massed { Owner::Mesentery } else { Owner::Node });
    }
    if matches!(
        word,
        "mass"
            | "masses"
            | "conglomerate"
            | "deposit"
            | "deposits"
            | "nodule"
            | "nodules"
            | "lesion"
            | "lesions"
            | "tumour"
            | "tumor"
            | "tumours"
            | "tumors"
            | "focus"
            | "foci"
            | "thickening"
            | "implant"
            | "neoplasm"
            | "neoplasms"
            | "carcinoid"
            | "carcinoids"
            | "net"
            | "nets"
            | "wdnet"
            | "wdnets"
            | "sinet"
            | "sbnet"
            | "primary"
            | "primaries"
            | "growth"
            | "swelling"
            | "swellings"
            | "bulge"
            | "tumor(s"
            | "stricture"
            | "metastasis"
            | "metastases"
    ) {
        if i > around.start
            && scene.says(i.saturating_sub(4).max(around.start)..i, &["liver", "hepatic", "segment", "lobe"])
        {
            return Some(Owner::Liver);
        }
        let in_liver = (i.saturating_sub(9).max(around.start)..i)
            .any(|k| text.has(k, Class::Liver) || crate::liver::is_segment(scene, k))
            // `Liver wedge 3 x 2 x 1.5 cm, white nodule 1.1 cm`
            || scene.kind == Kind::Pathology && text.has(around.start, Class::Liver)
            || (i + 1..(i + 6).min(around.end))
                .any(|k| text.has(k, Class::Liver) || matches!(text.word(k), "segment" | "segments" | "seg"));
        if in_liver
            && !(i.saturating_sub(4).max(around.start)..i).any(|k| {
                text.has(k, Class::SmallBowel)
                    || text.has(k, Class::Mesentery)
                    || text.has(k, Class::Neuroendocrine)
            })
        {
            return Some(Owner::Liver);
        }
        // `the treated metastases are stable, index lesion 37 mm`
        if matches!(word, "lesion" | "lesions")
            && i > around.start
            && matches!(text.word(i - 1), "index" | "target" | "reference")
            && !(around.start..i).any(|k| text.has(k, Class::SmallBowel) || text.word(k) == "primary")
        {
            return Some(Owner::Other);
        }
        if matches!(word, "deposit" | "deposits")
            && scene.says(i.saturating_sub(1).max(around.start)..i, &["tumour", "tumor", "mesenteric"])
        {
            return Some(Owner::Mesentery);
        }
        let mesenteric = mesenteric_near(scene, i, &around);
        let of_mesentery = matches!(
            word,
            "mass"
                | "masses"
                | "conglomerate"
                | "nodule"
                | "deposit"
                | "deposits"
                | "lesion"
                | "thickening"
                | "nodules"
                | "tumour"
                | "tumor"
                | "metastasis"
                | "implant"
        ) && mesenteric;
        if of_mesentery {
            return Some(Owner::Mesentery);
        }
        let nodal =
            scene.says(i.saturating_sub(2).max(around.start)..i, &["nodal", "node", "lymph", "matted"]);
        if nodal {
            return Some(if matches!(word, "mass" | "masses" | "conglomerate") {
                Owner::Mesentery
            } else {
                Owner::Node
            });
        }
        // On a scan the primary may be no more than a thickening that takes up contrast.
        if word == "thickening"
            && scene.kind == Kind::Radiology
            && scene.says(
                i.saturating_sub(4).max(around.start)..i,
                &["hyperenhancing", "enhancing", "hypervascular", "nodular", "avid"],
            )
        {
            return Some(Owner::Tumour);
        }
        if matches!(
            word,
            "metastasis" | "metastases" | "deposit" | "deposits" | "thickening" | "implant" | "stricture"
        ) {
            return Some(if scene.says(around.clone(), &["liver", "hepatic"]) {
                Owner::Liver
            } else {
                Owner::Other
            });
        }
        let foreign = (i.saturating_sub(3).max(around.start)..i).any(|k| {
            text.has(k, Class::Elsewhere)
                || matches!(
                    text.word(k),
                    "lung" | "thyroid" | "cystic" | "fatty" | "peritoneal" | "subcutaneous"
                )
        });
        return Some(if foreign { Owner::Other } else { Owner::Tumour });
    }
    let other = matches!(
        word,
        "segment"
            | "specimen"
            | "bowel"
            | "ileum"
            | "jejunum"
            | "intestine"
            | "length"
            | "colon"
            | "caecum"
            | "cecum"
            | "coecum"
            | "appendix"
            | "mesentery"
            | "margin"
            | "margins"
            | "polyp"
            | "polyps"
            | "perforation"
            | "cyst"
            | "cysts"
            | "adenoma"
            | "omentum"
            | "fat"
            | "wall"
            | "stoma"
            | "core"
            | "cores"
            | "biopsy"
            | "biopsies"
            | "fragment"
            | "fragments"
            | "wedge"
            | "slice"
            | "duct"
            | "spleen"
            | "kidney"
            | "calculus"
            | "haemangioma"
            | "hemangioma"
            | "aneurysm"
            | "hernia"
            | "ulcer"
            | "gallbladder"
            | "loop"
            | "tissue"
            | "diverticulum"
            | "ring"
            | "rings"
            | "mucosa"
            | "serosa"
            | "lumen"
            | "strip"
            | "aorta"
            | "piece"
            | "pieces"
            | "cuff"
            | "lipoma"
            | "slices"
            | "intervals"
            | "resection"
            | "collection"
            | "vein"
            | "adenocarcinoma"
            | "carcinoma"
            | "hemicolectomy"
            | "effusion"
            | "lymphoma"
            | "gist"
            | "ileal"
    );
    (other && word != "ileal").then_some(Owner::Other)
}

/// `mesenteric mass`, `mass in the mesentery`, `nodule at the root of the mesentery`.
fn mesenteric_near(scene: &Scene<'_>, i: usize, around: &Range<usize>) -> bool {
    let text = &scene.text;
    // `mesenteric tumour mass`
    let i = if i > around.start && matches!(text.word(i - 1), "tumour" | "tumor") { i - 1 } else { i };
    let before = (i.saturating_sub(16).max(around.start)..i)
        .rev()
        .take_while(|k| {
            !text.mark(*k, b';')
                && !text.mark(*k, b'.')
                && !matches!(text.word(*k), "margin" | "with" | "tumour" | "tumor" | "and")
        })
        .any(|k| text.has(k, Class::Mesentery));
    let after = (i + 1..(i + 9).min(around.end))
        .take_while(|k| text.is_word(*k))
        .any(|k| text.has(k, Class::Mesentery));
    let desmoplastic = scene.says(i.saturating_sub(5).max(around.start)..i, &["stellate", "desmoplastic"]);
    before || after || desmoplastic
}

fn following_noun(scene: &Scene<'_>, start: usize, end: usize, limit: usize) -> Option<Owner> {
    let text = &scene.text;
    let limit = limit.min(end + 8);
    let mut graded = end;
    for i in end..limit {
        let word = text.word(i);
        // `a 23 mm grade 1 NET`
        if i < graded {
            continue;
        }
        if matches!(word, "grade" | "g1" | "g2" | "g3" | "who") {
            let after = if word == "grade" { i + 2 } else { i + 1 };
            let named = (after..(after + 4).min(limit))
                .take_while(|k| text.is_word(*k) || text.mark(*k, b'-') || text.is_number(*k))
                .any(|k| text.any(k, Class::Net.bit() | Class::Neuroendocrine.bit() | Class::Tumour.bit()));
            if named {
                graded = after;
                continue;
            }
        }
        if text.token(i).is_some_and(|t| t.shape == Shape::Mark && t.first != b'-' && t.first != b',')
            || text.is_number(i)
            || matches!(
                word,
                "in" | "from"
                    | "at"
                    | "with"
                    | "and"
                    | "on"
                    | "is"
                    | "was"
                    | "to"
                    | "located"
                    | "within"
                    | "which"
                    | "x"
                    | "by"
                    | "the"
                    | "of"
                    | "invading"
                    | "into"
                    | "involving"
                    | "extending"
                    | "through"
                    | "confined"
                    | "g1"
                    | "g2"
                    | "g3"
                    | "unifocal"
                    | "grade"
            )
            || crate::stage::is_category(text, i)
        {
            return None;
        }
        let organ_adjective = matches!(
            word,
            "mesentery"
                | "bowel"
                | "ileum"
                | "colon"
                | "appendix"
                | "mucosa"
                | "serosa"
                | "wall"
                | "resection"
                | "tissue"
                | "fat"
        ) && i + 1 < limit
            && text.is_word(i + 1)
            && noun(scene, i + 1, start..limit).is_some();
        if !organ_adjective && let Some(owner) = noun(scene, i, start..(i + 10)) {
            return Some(owner);
        }
    }
    None
}

fn preceding_noun(scene: &Scene<'_>, unit: &Unit, start: usize) -> Option<Owner> {
    let text = &scene.text;
    let floor = unit.tokens.start.max(start.saturating_sub(40));
    let mut skipped = false;
    // `s/p resection 4/2021: 1.6 cm, G1`: figures behind a colon that no noun stands before.
    if start > floor + 1
        && scene.text.mark(start - 1, b':')
        && !scene.text.has(start - 2, Class::Measured)
        && scene.kind == Kind::Clinic
    {
        return None;
    }
    for i in (floor..start).rev() {
        if text.mark(i, b';') {
            // `three tumours; 15 mm, 9 mm and 4 mm`
            let list = i > floor && matches!(text.word(i - 1), "tumours" | "tumors" | "nets" | "nodules");
            return list.then_some(Owner::Tumour).filter(|_| i + 3 > start);
        }
        // `over a 15 cm length`, `in a 20 cm segment`: that length is told already.
        let stretch =
            matches!(text.word(i), "length" | "segment" | "stretch" | "loop" | "bowel" | "ileum" | "jejunum")
                && i > floor
                && text.has(i - 1, Class::Length)
                && scene.says(
                    i.saturating_sub(6).max(floor)..i,
                    &["over", "along", "in", "within", "of", "throughout"],
                );
        if stretch {
            continue;
        }
        // Where it lies is not what it is: `tumour in the ileum measuring 2 cm`.
        let place = matches!(
            text.word(i),
            "ileum"
                | "jejunum"
                | "bowel"
                | "intestine"
                | "mesentery"
                | "colon"
                | "caecum"
                | "cecum"
                | "wall"
                | "mucosa"
                | "serosa"
                | "diverticulum"
                | "segment"
                | "specimen"
                | "loop"
                | "appendix"
                | "resection"
                | "ileal"
                | "lumen"
                | "fat"
                | "tissue"
                | "coecum"
                | "margin"
                | "duct"
                | "polyp"
                | "hemicolectomy"
        );
        let preposition = (i.saturating_sub(5).max(floor)..i).rev().any(|k| {
            matches!(
                text.word(k),
                "in" | "of"
                    | "within"
                    | "from"
                    | "at"
                    | "on"
                    | "into"
                    | "involving"
                    | "to"
                    | "near"
                    | "through"
                    | "adjacent"
                    | "opposite"
                    | "beneath"
            )
        });
        // `a nodule terminal ileum approx 6 mm`
        let noun_ahead = {
            let mut at = i;
            while at > floor && matches!(text.word(at - 1), "terminal" | "distal" | "proximal" | "mid") {
                at -= 1;
            }
            at < i
                && at > floor
                && matches!(text.word(at - 1), "nodule" | "lesion" | "tumour" | "tumor" | "mass" | "net")
        };
        if place && (preposition || noun_ahead) {
            skipped = true;
            continue;
        }
        if let Some(owner) = noun(scene, i, unit.tokens.clone()) {
            // `the distance between the tumours is 2-8 cm`
            let between = scene.says(i.saturating_sub(3).max(floor)..i, &["between"]);
            return Some(if between { Owner::Other } else { owner });
        }
    }
    let _ = skipped;
    None
}

/// What the sentence was about, for `It measures 2 cm` after it.
fn subject(scene: &Scene<'_>, unit: &Unit, before: Owner) -> Owner {
    let first = unit.tokens.clone().take(40).find_map(|i| {
        noun(scene, i, unit.tokens.clone())
            .filter(|it| matches!(it, Owner::Tumour | Owner::Mesentery | Owner::Node | Owner::Liver))
    });
    first.unwrap_or(if unit.opens { Owner::Unknown } else { before })
}
