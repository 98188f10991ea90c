//! Where the segments of a message begin and end, and whether it keeps the limits.
//!
//! A segment ends at CR. Senders also end segments with LF or CRLF, and others put bare LF into texts, so LF
//! is judged by what follows: it ends the segment when a segment name and the field separator follow, or
//! nothing more; otherwise it is part of the text. CR always ends a segment, so a CR in a text shows as a
//! segment without a valid name, which is an error: text must not get lost without a word.

use std::{collections::BTreeMap, ops::Range};

use memchr::{memchr, memchr2};

use crate::{Delimiters, Error, Limits, Location, Part, SegmentName};

/// One segment in the index of a message. Offsets are 32 bits wide: no message is larger than 4 GiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) name: SegmentName,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) occurrence: u32,
}

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The bytes between what may stand before and after the segments (a byte order mark, blanks and line ends),
/// and whether there was a byte order mark.
pub(crate) fn content(bytes: &[u8]) -> (Range<usize>, bool) {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let leading = bytes.iter().take_while(|byte| blank(byte)).count();
    let has_bom = bytes.get(leading..).is_some_and(|rest| rest.starts_with(BOM));
    let mut start = if has_bom { leading + BOM.len() } else { leading };
    start += bytes.iter().skip(start).take_while(|byte| blank(byte)).count();
    let trailing = bytes.iter().skip(start).rev().take_while(|byte| blank(byte)).count();
    let tail = bytes.len() - trailing;
    // Blanks before the first line end belong to the last field.
    let end =
        bytes.get(tail..).and_then(|rest| memchr2(b'\r', b'\n', rest)).map_or(bytes.len(), |at| tail + at);
    (start..end.max(start), has_bom)
}

/// Finds the segments of `content`, the first of which is a header, and checks the limits.
pub(crate) fn segments(
    bytes: &[u8],
    content: Range<usize>,
    delimiters: &Delimiters,
    limits: &Limits,
) -> Result<Vec<Entry>, Error> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut occurrences: BTreeMap<SegmentName, u32> = BTreeMap::new();
    let text = bytes.get(..content.end).unwrap_or(bytes);
    let mut at = content.start;
    while at < text.len() {
        let (end, next) = segment_end(text, at, delimiters.field());
        let segment = text.get(at..end).unwrap_or_default();
        let (start, index) = (at, entries.len());
        at = next;
        if segment.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
            continue;
        }
        // A word of three letters alone on its line is a name only when it is written like one.
        let is_upper = || segment.iter().all(|byte| !byte.is_ascii_lowercase());
        let name = SegmentName::read(segment)
            .filter(|_| segment.get(3).map_or_else(is_upper, |&byte| byte == delimiters.field()))
            .ok_or(Error::SegmentName { index, offset: start })?;
        if index > 0 && name.bounds_messages() {
            return Err(Error::IsBatch { index });
        }
        let occurrence = occurrences.entry(name).or_insert(0);
        *occurrence += 1;
        let mut location = Location::first(name, 0);
        location.occurrence = *occurrence;
        location.index = index as u32;
        if index >= limits.segments_max {
            return Err(Error::TooMany { part: Part::Segments, location, count_max: limits.segments_max });
        }
        check_parts(segment, location, delimiters, limits)?;
        entries.push(Entry { name, start: start as u32, end: end as u32, occurrence: *occurrence });
    }
    Ok(entries)
}

/// Where the part lies that has so many before it. Text without a separator is one part.
pub(crate) fn part(text: &[u8], separator: u8, skipped: u32) -> Option<Range<u32>> {
    let mut start = 0;
    for _ in 0..skipped {
        start += find(separator, text.get(start..)?)? + 1;
    }
    let rest = text.get(start..).unwrap_or_default();
    let end = find(separator, rest).map_or(text.len(), |length| start + length);
    Some(start as u32..end as u32)
}

/// Words of eight bytes that are looked at before a vector search begins: most fields end within them.
const NEAR_WORDS: usize = 4;

/// Where a byte first stands.
#[inline]
pub(crate) fn find(wanted: u8, text: &[u8]) -> Option<usize> {
    let (words, tail) = text.as_chunks();
    let mut at = 0;
    for word in words.iter().take(NEAR_WORDS) {
        if let Some(within) = find_in_word(wanted, *word) {
            return Some(at + within);
        }
        at += word.len();
    }
    let found = match words.len() > NEAR_WORDS {
        true => memchr(wanted, text.get(at..)?),
        false => tail.iter().position(|byte| *byte == wanted),
    };
    found.map(|within| at + within)
}

/// The same in eight bytes at once.
#[inline]
fn find_in_word(wanted: u8, word: [u8; 8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const TOPS: u64 = u64::from_ne_bytes([0x80; 8]);
    // A byte that is wanted becomes 0; subtracting 1 of each then borrows into the top bit of the first such byte. Bytes
    // after it may get theirs by the borrow, so only the first counts.
    let differs = u64::from_le_bytes(word) ^ (ONES * u64::from(wanted));
    let zeros = differs.wrapping_sub(ONES) & !differs & TOPS;
    (zeros != 0).then(|| zeros.trailing_zeros() as usize / 8)
}

/// The end of the segment that begins at `start`, and where the next one begins.
pub(crate) fn segment_end(text: &[u8], start: usize, field_separator: u8) -> (usize, usize) {
    let mut from = start;
    while let Some(found) = text.get(from..).and_then(|rest| memchr2(b'\r', b'\n', rest)) {
        let end = from + found;
        let run = text.iter().skip(end).take_while(|&&byte| byte == b'\n').count();
        let next = end + run;
        let follows = text.get(next..).unwrap_or_default();
        let ends = run == 0 // it is CR
            || matches!(follows.first(), None | Some(b'\r'))
            || (SegmentName::read(follows).is_some() && follows.get(3) == Some(&field_separator));
        if ends {
            let line_ends = follows.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            return (end, next + line_ends);
        }
        from = next;
    }
    (text.len(), text.len())
}

/// Counts the parts of a segment, unless it is too short to have too many.
fn check_parts(
    segment: &[u8],
    mut location: Location,
    delimiters: &Delimiters,
    limits: &Limits,
) -> Result<(), Error> {
    let [fields_max, repetitions_max, components_max, subcomponents_max] =
        [limits.fields_max, limits.repetitions_max, limits.components_max, limits.subcomponents_max];
    if segment.len() <= fields_max.min(repetitions_max).min(components_max).min(subcomponents_max) {
        return Ok(());
    }
    // MSH-1 and MSH-2 are the delimiters, not parts made by them.
    let (skipped, fields) = match location.segment.is_header() {
        true => (4 + delimiters.encoding_characters().count(), 2),
        false => (3, 0),
    };
    let mut counts = [fields, 1, 1, 1];
    for &byte in segment.iter().skip(skipped) {
        let [fields, repetitions, components, subcomponents] = &mut counts;
        let (part, count, count_max) = if byte == delimiters.field() {
            (*repetitions, *components, *subcomponents) = (1, 1, 1);
            (Part::Fields, fields, fields_max)
        } else if byte == delimiters.component() {
            *subcomponents = 1;
            (Part::Components, components, components_max)
        } else if Some(byte) == delimiters.repetition() {
            (*components, *subcomponents) = (1, 1);
            (Part::Repetitions, repetitions, repetitions_max)
        } else if Some(byte) == delimiters.subcomponent() {
            (Part::Subcomponents, subcomponents, subcomponents_max)
        } else {
            continue;
        };
        *count += 1;
        if *count > count_max {
            let [fields, repetitions, components, _] = counts.map(|count| count as u32);
            let depth = part as u32;
            location.field = if depth > Part::Fields as u32 { fields } else { 0 };
            location.repetition = if depth > Part::Repetitions as u32 { repetitions } else { 0 };
            location.component = if depth > Part::Components as u32 { components } else { 0 };
            return Err(Error::TooMany { part, location, count_max });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_byte_is_found_wherever_it_stands() {
        // Beside bytes that differ from the wanted one by one bit or one, and with others of it behind.
        for filler in [b'|' - 1, b'|' + 1, b'|' ^ 0x80, 0, 0xff] {
            for length in 0..80 {
                let mut text = vec![filler; length];
                assert_eq!(find(b'|', &text), None);
                for at in (0..length).rev() {
                    text[at] = b'|';
                    assert_eq!(find(b'|', &text), Some(at), "{length} bytes");
                }
            }
        }
    }
}
