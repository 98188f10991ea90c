//! Reports whose line breaks got lost on the way: `… of the ileum. FINDINGS: Liver normal. IMPRESSION: …` in one line.

use std::borrow::Cow;

use crate::sections;

/// Bytes of a line that nobody wrote as one.
const LINE_BYTES: usize = 600;
/// Longest heading that is looked for, in bytes.
const HEADING_BYTES_MAX: usize = 48;

/// The text with a line break in place of the blank before each heading inside of such lines. Nothing moves: a break is
/// as long as a blank.
pub(crate) fn unfolded(text: &str) -> Cow<'_, str> {
    if text.split('\n').all(|line| line.len() < LINE_BYTES) {
        return Cow::Borrowed(text);
    }
    let mut breaks = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        if line.len() >= LINE_BYTES {
            let found = line.match_indices(':').filter_map(|(colon, _)| before_heading(line, colon));
            breaks.extend(found.map(|at| start + at));
        }
        start += line.len() + 1;
    }
    let mut bytes = text.as_bytes().to_vec();
    for at in breaks {
        if let Some(blank) = bytes.get_mut(at) {
            *blank = b'\n';
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The blank before the longest heading that ends at a colon, where a sentence or another heading ends before it.
fn before_heading(line: &str, colon: usize) -> Option<usize> {
    let head = line.get(..colon)?;
    let mut found = None;
    for (blank, _) in head.rmatch_indices(' ').take(sections::HEADING_WORDS_MAX) {
        let name = head.get(blank + 1..)?;
        if name.len() > HEADING_BYTES_MAX {
            break;
        }
        let opens = name.starts_with(|c: char| c.is_ascii_uppercase());
        let ended = || {
            let before = head.get(..blank).unwrap_or_default().trim_end();
            before.ends_with(['.', ':', ';', ')', '?', '!', '*', '-', '='])
        };
        let capitals = !name.bytes().any(|it| it.is_ascii_lowercase()) && name.len() > 4;
        if opens && (capitals || ended()) && sections::heading(&name.to_ascii_lowercase()).is_some() {
            found = Some(blank);
        }
    }
    found
}
