//! Where the segments of a message begin and end, and whether it keeps the limits.
//!
//! A segment ends at CR. Senders also end segments with LF or CRLF, and others put bare LF into texts, so LF
//! is judged by what follows: it ends the segment when a segment name and the field separator follow, or
//! nothing more; otherwise it is part of the text. CR always ends a segment, so a CR in a text shows as a
//! segment without a valid name, which is an error: text must not get lost without a word.

use std::{collections::BTreeMap, ops::Range};

use memchr::{memchr, memchr2, memchr3};

use crate::{Delimiters, Error, Limits, Location, Part, SegmentName};

/// Where everything of a message is that is looked for again and again.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    pub(crate) entries: Vec<Entry>,
    /// Where the field separators stand, of one segment after the other.
    separators: Vec<u32>,
}

/// One segment in the index of a message. Offsets are 32 bits wide: no message is larger than 4 GiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) name: SegmentName,
    pub(crate) holds: Holds,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) occurrence: u32,
    /// Which of the separators are its own.
    separators: (u32, u32),
}

/// What the values of a segment may hold. What none of them holds need not be looked for in each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Holds {
    pub(crate) repetitions: bool,
    pub(crate) components: bool,
    pub(crate) subcomponents: bool,
    /// Escapes, or bytes that are not ASCII.
    pub(crate) codes: bool,
}

impl Holds {
    pub(crate) const ANYTHING: Self =
        Self { repetitions: true, components: true, subcomponents: true, codes: true };
    /// Values that are the delimiters themselves.
    pub(crate) const NO_PARTS: Self =
        Self { repetitions: false, components: false, subcomponents: false, codes: true };

    /// Looks at the fields of a segment, without MSH-1 and MSH-2.
    fn of(fields: &[u8], delimiters: &Delimiters) -> Self {
        // A delimiter that the message does not have is found nowhere in ASCII.
        let [repetition, subcomponent, escape] =
            [delimiters.repetition(), delimiters.subcomponent(), delimiters.escape()]
                .map(|it| it.unwrap_or(0xFF));
        let is_ascii = fields.is_ascii();
        if memchr3(repetition, subcomponent, escape, fields).is_none() {
            return Self { repetitions: false, components: true, subcomponents: false, codes: !is_ascii };
        }
        let has = |byte| memchr(byte, fields).is_some();
        Self {
            repetitions: has(repetition),
            components: true,
            subcomponents: has(subcomponent),
            codes: !is_ascii || has(escape),
        }
    }
}

/// Segments and fields for which there is room from the beginning, as one is so long at least as a rule.
const SEGMENT_BYTES_USUAL: usize = 64;
const FIELD_BYTES_USUAL: usize = 6;
const SEGMENTS_USUAL_MAX: usize = 64;

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

impl Index {
    /// The segment at a position; an empty one where there is none.
    pub(crate) fn entry(&self, index: usize) -> &Entry {
        const NONE: &Entry = &Entry {
            name: SegmentName::MSH,
            holds: Holds::ANYTHING,
            start: 0,
            end: 0,
            occurrence: 1,
            separators: (0, 0),
        };
        self.entries.get(index).unwrap_or(NONE)
    }

    /// Where the field separators of a segment stand. A field begins behind each; in a header the first is itself
    /// field 1.
    pub(crate) fn separators(&self, entry: &Entry) -> &[u32] {
        let (first, end) = entry.separators;
        self.separators.get(first as usize..end as usize).unwrap_or_default()
    }

    /// Finds the segments of `content`, the first of which is a header, and checks the limits.
    pub(crate) fn of(
        bytes: &[u8],
        content: Range<usize>,
        delimiters: &Delimiters,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let segments_usual = (content.len() / SEGMENT_BYTES_USUAL).min(SEGMENTS_USUAL_MAX);
        let fields_usual = segments_usual * (SEGMENT_BYTES_USUAL / FIELD_BYTES_USUAL);
        let mut entries: Vec<Entry> = Vec::with_capacity(segments_usual);
        let mut separators = Vec::with_capacity(fields_usual);
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
            // The map is asked only where another name begins.
            let occurrence = match entries.last() {
                Some(before) if before.name == name => before.occurrence + 1,
                before => {
                    occurrences.extend(before.map(|before| (before.name, before.occurrence)));
                    occurrences.get(&name).copied().unwrap_or(0) + 1
                }
            };
            let mut location = Location::first(name, 0);
            location.occurrence = occurrence;
            location.index = index as u32;
            if index >= limits.segments_max {
                return Err(Error::TooMany {
                    part: Part::Segments,
                    location,
                    count_max: limits.segments_max,
                });
            }
            // MSH-1 and MSH-2 are the delimiters, not parts made by them.
            let skipped = if name.is_header() { 4 + delimiters.encoding_characters().count() } else { 3 };
            check_parts(segment, skipped, location, delimiters, limits)?;
            let first = separators.len() as u32;
            each(delimiters.field(), segment, |place| separators.push((start + place) as u32));
            entries.push(Entry {
                name,
                holds: Holds::of(segment.get(skipped..).unwrap_or_default(), delimiters),
                start: start as u32,
                end: end as u32,
                occurrence,
                separators: (first, separators.len() as u32),
            });
        }
        Ok(Self { entries, separators })
    }
}

/// Where the part of that number, from 1, lies between two places of a message; none when it is left out. Between two
/// places without a separator lies one part.
pub(crate) fn part(
    bytes: &[u8],
    (mut start, end): (usize, usize),
    separator: u8,
    number: u32,
) -> Option<(usize, usize)> {
    for _ in 1..number {
        start = find_between(separator, bytes, start, end)? + 1;
    }
    (number > 0).then(|| (start, find_between(separator, bytes, start, end).unwrap_or(end)))
}

/// Words of eight bytes that are looked at before a vector search begins: most values end within them.
const NEAR_WORDS: usize = 4;

/// Where a byte first stands.
pub(crate) fn find(wanted: u8, text: &[u8]) -> Option<usize> {
    find_between(wanted, text, 0, text.len())
}

/// Where a byte first stands from `start` on and before `end`. A short value is seen in one word, with bytes of what
/// follows it.
#[inline]
pub(crate) fn find_between(wanted: u8, bytes: &[u8], start: usize, end: usize) -> Option<usize> {
    let mut at = start;
    for _ in 0..NEAR_WORDS {
        let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) else { break };
        if let Some(within) = find_in_word(wanted, *word) {
            return Some(at + within).filter(|&found| found < end);
        }
        at += word.len();
        if at >= end {
            return None;
        }
    }
    memchr(wanted, bytes.get(at..end)?).map(|within| at + within)
}

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const TOPS: u64 = u64::from_ne_bytes([0x80; 8]);

/// The same in eight bytes at once.
#[inline]
fn find_in_word(wanted: u8, word: [u8; 8]) -> Option<usize> {
    // A byte that is wanted becomes 0; subtracting 1 of each then borrows into the top bit of the first such byte. Bytes
    // after it may get theirs by the borrow, so only the first counts.
    let differs = u64::from_le_bytes(word) ^ (ONES * u64::from(wanted));
    let zeros = differs.wrapping_sub(ONES) & !differs & TOPS;
    (zeros != 0).then(|| zeros.trailing_zeros() as usize / 8)
}

/// Tells every place of a byte in a text.
fn each(wanted: u8, text: &[u8], mut tell: impl FnMut(usize)) {
    let (words, tail) = text.as_chunks();
    let mut at = 0;
    for word in words {
        // The sum leaves the top bit of a byte clear where its lower bits are all 0, and carries into no other byte.
        let differs = u64::from_le_bytes(*word) ^ (ONES * u64::from(wanted));
        let mut places = !(((differs & !TOPS) + !TOPS) | differs) & TOPS;
        while places != 0 {
            tell(at + places.trailing_zeros() as usize / 8);
            places &= places - 1;
        }
        at += word.len();
    }
    for byte in tail {
        if *byte == wanted {
            tell(at);
        }
        at += 1;
    }
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
    skipped: usize,
    mut location: Location,
    delimiters: &Delimiters,
    limits: &Limits,
) -> Result<(), Error> {
    let [fields_max, repetitions_max, components_max, subcomponents_max] =
        [limits.fields_max, limits.repetitions_max, limits.components_max, limits.subcomponents_max];
    if segment.len() <= fields_max.min(repetitions_max).min(components_max).min(subcomponents_max) {
        return Ok(());
    }
    let mut counts = [if location.segment.is_header() { 2 } else { 0 }, 1, 1, 1];
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
                    assert_eq!(find_between(b'|', &text, 0, at), None, "{at} of {length} bytes");
                    let mut places = Vec::new();
                    each(b'|', &text, |place| places.push(place));
                    assert_eq!(places, (at..length).collect::<Vec<_>>(), "{length} bytes");
                }
            }
        }
    }
}
