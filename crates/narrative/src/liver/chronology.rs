//! Letters that tell the course of a disease by years: of what was found in the liver the last year's is today's.

use std::ops::Range;

use crate::Kind;
use crate::cues::is_year;
use crate::item::Item;
use crate::scene::{Draft, Scene};
use crate::tokens::Gap;

/// One line of the list, with what follows under it.
struct Entry {
    year: u16,
    units: Range<usize>,
}

/// `2024  CT: metastasis in segment VII` / `2025  resected. MRI: no metastases`: drops what later years have overtaken.
pub(crate) fn drop_overtaken(scene: &Scene<'_>, drafts: &mut Vec<Draft>) {
    if scene.kind != Kind::Clinic {
        return;
    }
    let entries = entries(scene);
    let of = |it: &Draft| {
        let entry = || entries.iter().position(|entry| entry.units.contains(&it.unit));
        matches!(it.item, Item::LiverMetastasis(_)).then(entry).flatten()
    };
    let told: Vec<usize> = drafts.iter().filter_map(of).collect();
    let rises = entries.is_sorted_by_key(|it| it.year);
    let falls = entries.is_sorted_by_key(|it| std::cmp::Reverse(it.year));
    let last = if rises {
        told.iter().max()
    } else if falls {
        told.iter().min()
    } else {
        None
    };
    if let Some(last) = last {
        drafts.retain(|it| of(it).is_none_or(|entry| entry == *last));
    }
}

/// The lines that begin with a year, each up to the next or to a blank line.
fn entries(scene: &Scene<'_>) -> Vec<Entry> {
    let text = &scene.text;
    let mut found: Vec<Entry> = Vec::new();
    for (u, unit) in scene.units.iter().enumerate() {
        let first = if unit.label.is_empty() { unit.tokens.start } else { unit.label.start };
        let year = text.word(first).parse().ok().filter(|_| is_year(text.word(first)));
        if let Some(year) = year.filter(|_| text.gap(first) >= Gap::Line) {
            found.push(Entry { year, units: u..u + 1 });
        } else if let Some(entry) = found.last_mut()
            && entry.units.end == u
            && text.gap(first) < Gap::Blank
        {
            entry.units.end = u + 1;
        }
    }
    found
}
