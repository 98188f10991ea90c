//! The text cut into words, numbers and marks, each with its byte span in the original.
//!
//! Here because every rule speaks of words, never of bytes. One pass over the text and its lower-case copy. Layout
//! survives as the gap before each token. What a token means is not decided here.

use std::ops::Range;

use crate::words::{self, Class, Mask};

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Letters, and digits after the first letter.
    Word,
    /// Digits, with at most one decimal mark.
    Number,
    /// One mark, or a run of the same mark.
    Mark,
}

/// What stands before a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gap {
    /// Nothing.
    None,
    /// One space.
    Space,
    /// Several spaces or a tab.
    Wide,
    /// A line break.
    Line,
    /// An empty line, or the beginning of the text.
    Blank,
}

/// One token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'a> {
    /// In lower case.
    pub(crate) word: &'a str,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) shape: Shape,
    pub(crate) gap: Gap,
    pub(crate) mask: Mask,
    /// The first byte of a mark; for words whether the original begins in upper case (`A`) or is all upper case (`N`).
    pub(crate) first: u8,
    /// Columns from the beginning of the line.
    pub(crate) column: u32,
}

/// A text with its tokens.
pub(crate) struct Text<'a> {
    pub(crate) original: &'a str,
    lower: &'a str,
    pub(crate) tokens: Vec<Token<'a>>,
    /// Hyphens of words cut at line ends, while they are joined.
    broken: Vec<usize>,
}

impl<'a> Text<'a> {
    /// Cuts the text; `lower` is the same in lower case ([`lower`]).
    pub(crate) fn new(original: &'a str, lower: &'a str) -> Self {
        let mut tokens = Vec::with_capacity(original.len() / 5 + 1);
        cut(original, lower, &mut tokens);
        single_spaces(&mut tokens, original);
        let mut text = Self { original, lower, tokens, broken: Vec::new() };
        text.join_broken_words();
        text
    }

    /// A word cut at the end of a line (`neuroendo-` / `crine`) is one token when the whole is a word that is known.
    fn join_broken_words(&mut self) {
        let mut i = 1;
        while i + 1 < self.tokens.len() {
            let cut = self.mark(i, b'-')
                && self.gap(i) == Gap::None
                && self.gap(i + 1) == Gap::Line
                && self.is_word(i - 1)
                && self.tokens.get(i + 1).is_some_and(|t| t.first == b'a');
            if cut {
                let whole = format!("{}{}", self.word(i - 1), self.word(i + 1));
                let mask = words::classes(&whole);
                let end = self.tokens.get(i + 1).map_or(0, |t| t.end);
                if mask != 0
                    && let Some(first) = self.tokens.get_mut(i - 1)
                {
                    first.end = end;
                    first.word = self.lower.get(first.start as usize..end as usize).unwrap_or("");
                    first.mask = mask;
                    if let Some(hyphen) = self.tokens.get_mut(i) {
                        hyphen.shape = Shape::Mark;
                        hyphen.first = 0;
                    }
                    self.broken.push(i);
                }
            }
            i += 1;
        }
        if self.broken.is_empty() {
            return;
        }
        let broken = std::mem::take(&mut self.broken);
        let mut at = 0;
        self.tokens.retain(|_| {
            let gone =
                broken.binary_search(&at).is_ok() || (at > 0 && broken.binary_search(&(at - 1)).is_ok());
            at += 1;
            !gone
        });
    }

    #[inline]
    pub(crate) fn token(&self, i: usize) -> Option<&Token<'a>> {
        self.tokens.get(i)
    }

    /// The token in lower case; empty beyond the end.
    #[inline]
    pub(crate) fn word(&self, i: usize) -> &'a str {
        self.tokens.get(i).map_or("", |t| t.word)
    }

    /// The token as written.
    #[inline]
    pub(crate) fn written(&self, i: usize) -> &'a str {
        self.tokens.get(i).and_then(|t| self.original.get(t.start as usize..t.end as usize)).unwrap_or("")
    }

    #[inline]
    pub(crate) fn has(&self, i: usize, class: Class) -> bool {
        self.tokens.get(i).is_some_and(|t| t.mask & class.bit() != 0)
    }

    #[inline]
    pub(crate) fn any(&self, i: usize, mask: Mask) -> bool {
        self.tokens.get(i).is_some_and(|t| t.mask & mask != 0)
    }

    /// Whether the token is a mark that begins with this byte.
    #[inline]
    pub(crate) fn mark(&self, i: usize, byte: u8) -> bool {
        self.tokens.get(i).is_some_and(|t| t.shape == Shape::Mark && t.first == byte)
    }

    #[inline]
    pub(crate) fn is_number(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|t| t.shape == Shape::Number)
    }

    #[inline]
    pub(crate) fn is_word(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|t| t.shape == Shape::Word)
    }

    #[inline]
    pub(crate) fn gap(&self, i: usize) -> Gap {
        self.tokens.get(i).map_or(Gap::Blank, |t| t.gap)
    }

    /// Bytes of the original that the tokens `from..to` cover.
    pub(crate) fn span(&self, tokens: Range<usize>) -> Range<usize> {
        let last = tokens.end.max(1) - 1;
        match (self.tokens.get(tokens.start), self.tokens.get(last)) {
            (Some(a), Some(b)) if a.start <= b.end => a.start as usize..b.end as usize,
            (Some(a), _) => a.start as usize..a.end as usize,
            _ => self.original.len()..self.original.len(),
        }
    }

    /// Whether the words from `i` on are exactly these.
    pub(crate) fn follows(&self, i: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(k, w)| self.word(i + k) == *w)
    }
}

/// The lower-case copy of a text that its tokens point into: of ASCII only, so that offsets stay the same.
pub(crate) fn lower(text: &str) -> String {
    text.to_ascii_lowercase()
}

/// In a text that is spaced out throughout, as scanners leave it, two spaces are one.
fn single_spaces(tokens: &mut [Token<'_>], original: &str) {
    let bytes = original.as_bytes();
    let double = |t: &Token<'_>| {
        t.gap == Gap::Wide
            && t.start >= 3
            && bytes.get(t.start as usize - 1) == Some(&b' ')
            && bytes.get(t.start as usize - 3) != Some(&b' ')
    };
    let doubled = tokens.iter().filter(|t| double(t)).count();
    let single = tokens.iter().filter(|t| t.gap == Gap::Space).count();
    if doubled > single {
        for token in tokens.iter_mut().filter(|t| double(t)) {
            token.gap = Gap::Space;
        }
    }
}

/// Letters beyond ASCII belong to words; the signs of measurement do not.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
        || (!c.is_ascii() && c.is_alphabetic() && !matches!(c, 'µ' | 'μ'))
        || matches!(c, 'µ' | 'μ')
}

fn cut<'a>(original: &str, lower: &'a str, tokens: &mut Vec<Token<'a>>) {
    let bytes = original.as_bytes();
    let (mut at, mut line_start) = (0, 0);
    let mut gap = Gap::Blank;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' => {
                gap = if gap >= Gap::Line { Gap::Blank } else { Gap::Line };
                at += 1;
                line_start = at;
                continue;
            }
            b'\r' | 0x0c | 0x0b => {
                // A lone carriage return ends a line too (HL7 repetitions are joined so); CR LF is one end.
                if bytes.get(at + 1) != Some(&b'\n') {
                    gap = if gap >= Gap::Line { Gap::Blank } else { Gap::Line };
                    line_start = at + 1;
                }
                at += 1;
                continue;
            }
            b' ' => {
                gap = match gap {
                    Gap::None => Gap::Space,
                    Gap::Space => Gap::Wide,
                    other => other,
                };
                at += 1;
                continue;
            }
            b'\t' => {
                gap = gap.max(Gap::Wide);
                at += 1;
                continue;
            }
            _ => {}
        }
        if let Some((word, length)) = shorthand(lower.as_bytes(), at, gap) {
            tokens.push(Token {
                word,
                start: at as u32,
                end: (at + length) as u32,
                shape: Shape::Word,
                gap,
                mask: words::classes(word),
                first: capital(bytes, at, at + length),
                column: (at - line_start) as u32,
            });
            gap = Gap::None;
            at += length;
            continue;
        }
        let (end, shape) = match byte {
            b'0'..=b'9' => (number_end(bytes, at), Shape::Number),
            b'.' if follows_digit(bytes, at) && gap != Gap::None => (number_end(bytes, at), Shape::Number),
            b'a'..=b'z' | b'A'..=b'Z' => (word_end(original, at), Shape::Word),
            0x80.. => {
                let c = original.get(at..).and_then(|it| it.chars().next()).unwrap_or(' ');
                if c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{ad}') {
                    gap = if gap == Gap::None { Gap::Space } else { gap };
                    at += c.len_utf8();
                    continue;
                }
                if is_letter(c) {
                    (word_end(original, at), Shape::Word)
                } else {
                    (at + c.len_utf8(), Shape::Mark)
                }
            }
            _ => (mark_end(bytes, at), Shape::Mark),
        };
        let word = lower.get(at..end).unwrap_or("");
        let (mask, first) = match shape {
            Shape::Word => (words::classes(word), capital(bytes, at, end)),
            Shape::Number => (0, byte),
            Shape::Mark if byte.is_ascii() => (words::mark_classes(word), byte),
            Shape::Mark => (0, plain_mark(word, byte)),
        };
        tokens.push(Token {
            word,
            start: at as u32,
            end: end as u32,
            shape,
            gap,
            mask,
            first,
            column: (at - line_start) as u32,
        });
        gap = Gap::None;
        at = end;
    }
}

/// What is written short with a mark, as the word it stands for, and its bytes: `w/o`, `w/ nodes`, `-ve`, `+ve`.
#[inline]
fn shorthand(lower: &[u8], at: usize, gap: Gap) -> Option<(&'static str, usize)> {
    if !matches!(lower.get(at), Some(b'w' | b'-' | b'+')) {
        return None;
    }
    let ends = |i: usize| !lower.get(i).is_some_and(u8::is_ascii_alphanumeric);
    match lower.get(at..)? {
        [b'w', b'/', b'o', ..] if ends(at + 3) => Some(("without", 3)),
        [b'w', b'/', b' ' | b'\n' | b'\r', ..] => Some(("with", 2)),
        // `3+ve/14` counts, `mets -ve` tells.
        [b'-', b'v', b'e', ..] if ends(at + 3) && gap != Gap::None => Some(("negative", 3)),
        [b'+', b'v', b'e', ..] if ends(at + 3) && gap != Gap::None => Some(("positive", 3)),
        _ => None,
    }
}

/// Dashes, quotation marks and boxes of typesetters, as the plain marks that rules know.
fn plain_mark(mark: &str, first: u8) -> u8 {
    match mark {
        "–" | "—" | "−" | "‐" | "‑" => b'-',
        "×" => b'x',
        "•" | "·" | "▪" | "●" | "◦" | "‣" => b'*',
        "≤" => b'l',
        "≥" => b'g',
        "≈" | "∼" => b'~',
        "…" => b'.',
        "☐" | "□" => b'O',
        "☑" | "☒" | "■" | "✓" | "✔" | "✗" | "✘" => b'X',
        _ => first,
    }
}

fn capital(bytes: &[u8], at: usize, end: usize) -> u8 {
    let word = bytes.get(at..end).unwrap_or(&[]);
    match word {
        [first, rest @ ..] if first.is_ascii_uppercase() => {
            if !rest.is_empty() && !rest.iter().any(u8::is_ascii_lowercase) { b'N' } else { b'A' }
        }
        _ => b'a',
    }
}

fn follows_digit(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
}

fn number_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    let mut marked = bytes.get(at) == Some(&b'.');
    if marked {
        end += 1;
    }
    loop {
        match bytes.get(end) {
            Some(b'0'..=b'9') => end += 1,
            Some(b'.' | b',') if !marked && follows_digit(bytes, end) => {
                marked = true;
                end += 1;
            }
            _ => return end,
        }
    }
}

fn word_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = at;
    // `2x1 cm`: the sign of multiplication is no word with its number.
    if matches!(bytes.get(at), Some(b'x' | b'X')) && follows_digit(bytes, at) {
        return at + 1;
    }
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => end += 1,
            b'\'' if bytes.get(end + 1).is_some_and(u8::is_ascii_alphabetic) => end += 1,
            0x80.. => {
                let c = text.get(end..).and_then(|it| it.chars().next()).unwrap_or(' ');
                let apostrophe = c == '’' && bytes.get(end + 3).is_some_and(u8::is_ascii_alphabetic);
                if !(is_letter(c) || apostrophe || matches!(c, '²' | '³')) {
                    break;
                }
                end += c.len_utf8();
            }
            _ => break,
        }
    }
    end
}

fn mark_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while bytes.get(end).is_some()
        && bytes.get(end) == bytes.get(at)
        && !matches!(bytes.get(at), Some(b'(' | b')' | b'[' | b']' | b'|'))
    {
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        let it = Text::new(text, text);
        (0..it.tokens.len()).map(|i| it.written(i)).collect()
    }

    #[test]
    fn words_numbers_and_marks_come_apart_where_readers_see_them_apart() {
        for (text, expected) in [
            ("2.3 x 1.8x1.5cm", vec!["2.3", "x", "1.8", "x", "1.5", "cm"]),
            ("2,3 cm.", vec!["2,3", "cm", "."]),
            ("pT3(m)N1", vec!["pT3", "(", "m", ")", "N1"]),
            ("<2/2mm²", vec!["<", "2", "/", "2", "mm²"]),
            ("Ki-67: 3%", vec!["Ki", "-", "67", ":", "3", "%"]),
            ("Meckel's 23mm", vec!["Meckel's", "23", "mm"]),
            ("Site ........ Ileum", vec!["Site", "........", "Ileum"]),
            (".5 cm", vec![".5", "cm"]),
            ("1.2.3", vec!["1.2", ".", "3"]),
            (
                "w/o mets, w/ 3+ve nodes, -ve",
                vec!["w/o", "mets", ",", "w/", "3", "+", "ve", "nodes", ",", "-ve"],
            ),
        ] {
            assert_eq!(cut(text), expected, "{text}");
        }
    }

    #[test]
    fn gaps_tell_lines_and_columns() {
        let text = "a b  c\td\ne\r\n\r\nf";
        let it = Text::new(text, text);
        let gaps: Vec<Gap> = it.tokens.iter().map(|t| t.gap).collect();
        assert_eq!(gaps, [Gap::Blank, Gap::Space, Gap::Wide, Gap::Wide, Gap::Line, Gap::Blank]);
    }
}
