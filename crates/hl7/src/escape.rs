//! Escape sequences (chapter 2, "Use of escape sequences in text fields").
//!
//! | sequence | becomes |
//! |---|---|
//! | `\F\` `\S\` `\T\` `\R\` `\E\` `\P\` | the field, component, subcomponent, repetition, escape and truncation character of the message |
//! | `\Xhh…\` | the bytes, in the message's charset |
//! | `\.br\` `\.ce\` | a line end (`\n`) |
//! | `\.sp\` `\.sp3\` | 1 or 3 line ends |
//! | `\.sk\` `\.sk3\` | 1 or 3 spaces |
//! | `\.in…\` `\.ti…\` `\.fi\` `\.nf\` | nothing: indents and wrapping modes are no text |
//! | `\H\` `\N\` | nothing: highlighting is no text |
//! | `\C…\` `\M…\` `\Z…\` and all others | themselves, unchanged |
//!
//! The letters are upper case as the standard has them; the dot commands are taken in either case. A sequence
//! for a delimiter that the message does not have stays as it is. An escape character without a second one
//! is text. Sequences do not nest: what lies between two escape characters is one sequence.

use std::borrow::Cow;

use memchr::memchr;

use crate::{Delimiters, split};

/// The escapes of a value add more bytes than allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpansionTooLarge;

/// What one sequence stands for.
enum Meaning {
    Byte(u8),
    Hex,
    Repeat(u8, usize),
    Nothing,
    Itself,
}

/// Resolves the escapes of a raw value. The result is in the same charset; it is borrowed when there was
/// nothing to do.
///
/// # Errors
/// [`ExpansionTooLarge`] when spacing commands add more than `expansion_bytes_max` bytes.
pub fn unescape<'a>(
    raw: &'a [u8],
    delimiters: &Delimiters,
    expansion_bytes_max: usize,
) -> Result<Cow<'a, [u8]>, ExpansionTooLarge> {
    let Some(escape) = delimiters.escape() else { return Ok(Cow::Borrowed(raw)) };
    let Some(first) = split::find(escape, raw) else { return Ok(Cow::Borrowed(raw)) };
    let mut text = Vec::with_capacity(raw.len());
    let mut budget = expansion_bytes_max;
    let mut rest = raw;
    let mut next = Some(first);
    while let Some((before, after)) = next.and_then(|at| rest.split_at_checked(at)) {
        text.extend_from_slice(before);
        let inside = after.get(1..).unwrap_or_default();
        let Some(length) = memchr(escape, inside) else {
            rest = after;
            break;
        };
        let (sequence, remainder) = after.split_at_checked(length + 2).unwrap_or((after, &[]));
        let body = inside.get(..length).unwrap_or_default();
        match meaning(body, delimiters) {
            Meaning::Byte(byte) => text.push(byte),
            Meaning::Hex => {
                text.extend(body.get(1..).unwrap_or_default().chunks_exact(2).filter_map(hex_pair))
            }
            Meaning::Repeat(byte, count) => {
                budget = budget.checked_sub(count).ok_or(ExpansionTooLarge)?;
                text.resize(text.len() + count, byte);
            }
            Meaning::Nothing => {}
            Meaning::Itself => text.extend_from_slice(sequence),
        }
        rest = remainder;
        next = memchr(escape, rest);
    }
    text.extend_from_slice(rest);
    Ok(Cow::Owned(text))
}

fn meaning(body: &[u8], delimiters: &Delimiters) -> Meaning {
    let delimiter = |byte: Option<u8>| byte.map_or(Meaning::Itself, Meaning::Byte);
    match body {
        b"F" => Meaning::Byte(delimiters.field()),
        b"S" => Meaning::Byte(delimiters.component()),
        b"T" => delimiter(delimiters.subcomponent()),
        b"R" => delimiter(delimiters.repetition()),
        b"E" => delimiter(delimiters.escape()),
        b"P" => delimiter(delimiters.truncation()),
        b"H" | b"N" => Meaning::Nothing,
        [b'X', digits @ ..]
            if !digits.is_empty()
                && digits.len().is_multiple_of(2)
                && digits.iter().all(u8::is_ascii_hexdigit) =>
        {
            Meaning::Hex
        }
        [b'.', a, b, count @ ..] => formatting([a.to_ascii_lowercase(), b.to_ascii_lowercase()], count),
        _ => Meaning::Itself,
    }
}

fn formatting(command: [u8; 2], argument: &[u8]) -> Meaning {
    let argument = argument.trim_ascii();
    let count = || match argument {
        b"" => Some(1),
        _ => std::str::from_utf8(argument).ok()?.parse::<usize>().ok(),
    };
    match &command {
        b"br" | b"ce" if argument.is_empty() => Meaning::Byte(b'\n'),
        b"sp" => count().map_or(Meaning::Itself, |lines| Meaning::Repeat(b'\n', lines)),
        b"sk" => count().map_or(Meaning::Itself, |spaces| Meaning::Repeat(b' ', spaces)),
        b"fi" | b"nf" if argument.is_empty() => Meaning::Nothing,
        b"in" | b"ti" => Meaning::Nothing,
        _ => Meaning::Itself,
    }
}

fn hex_pair(pair: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()
}

/// How [`escape`] writes a line end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnds {
    /// As bytes, `\X0A\`: gives the same text back, and is allowed in every data type.
    Hex,
    /// As `\.br\`, which viewers show as a line end: for formatted text (FT).
    Break,
}

/// Writes a text, in the message's charset, so that it may stand in a value: delimiters and control
/// characters become escapes. Where the message has no escape character they become spaces.
pub fn escape(text: &[u8], delimiters: &Delimiters, line_ends: LineEnds, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for &byte in text {
        let letter = match byte {
            _ if byte == delimiters.field() => b'F',
            _ if byte == delimiters.component() => b'S',
            _ if Some(byte) == delimiters.subcomponent() => b'T',
            _ if Some(byte) == delimiters.repetition() => b'R',
            _ if Some(byte) == delimiters.escape() => b'E',
            _ if Some(byte) == delimiters.truncation() => b'P',
            0..0x20 | 0x7F => b'X',
            _ => {
                out.push(byte);
                continue;
            }
        };
        match delimiters.escape() {
            None => out.push(b' '),
            Some(mark) if byte == b'\n' && line_ends == LineEnds::Break => {
                out.extend_from_slice(&[mark, b'.', b'b', b'r', mark]);
            }
            Some(mark) if letter == b'X' => {
                let [high, low] = [byte >> 4, byte & 0xF].map(|digit| HEX.get(digit as usize).copied());
                out.extend_from_slice(&[mark, b'X', high.unwrap_or(b'0'), low.unwrap_or(b'0'), mark]);
            }
            Some(mark) => out.extend_from_slice(&[mark, letter, mark]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(raw: &str) -> String {
        let delimiters = Delimiters::new(b'|', br"^~\&#").unwrap();
        String::from_utf8(unescape(raw.as_bytes(), &delimiters, 100).unwrap().into_owned()).unwrap()
    }

    #[test]
    fn every_sequence_becomes_what_the_table_says() {
        for (raw, text) in [
            (r"a\F\b\S\c\T\d\R\e\E\f\P\g", r"a|b^c&d~e\f#g"),
            (r"\X41\\X4a4B\", "AJK"),
            (r"Gr\XC3BC\n und gr\XC3\\XBC\n", "Grün und grün"),
            (r"one\.br\two\.BR\three", "one\ntwo\nthree"),
            (r"a\.sp\b\.sp2\c\.sp 3\d", "a\nb\n\nc\n\n\nd"),
            (r"a\.sk2\b\.ce\c", "a  b\nc"),
            (r"\.in+4\a\.ti-2\b\.fi\c\.nf\d", "abcd"),
            (r"\H\loud\N\ soft", "loud soft"),
            (r"\C2842\ \M242942\ \Z42\", r"\C2842\ \M242942\ \Z42\"),
            (r"\X4\ \XZZ\ \X\ \Q\ \f\ \.zz\ \.spx\ \\", r"\X4\ \XZZ\ \X\ \Q\ \f\ \.zz\ \.spx\ \\"),
            (r"50 \ 60", r"50 \ 60"),
            (r"C:\temp\F\", r"C:\temp\F\"),
            (r"end\", r"end\"),
            ("漢字\\T\\漢字", "漢字&漢字"),
        ] {
            assert_eq!(decoded(raw), text, "{raw}");
        }
    }

    #[test]
    fn sequences_for_absent_delimiters_stay() {
        let three = Delimiters::new(b'|', br"^~\").unwrap();
        assert_eq!(&*unescape(br"\T\\P\\R\", &three, 0).unwrap(), br"\T\\P\~");
        let two = Delimiters::new(b'|', b"^~").unwrap();
        assert_eq!(&*unescape(br"\F\", &two, 0).unwrap(), br"\F\");
    }

    #[test]
    fn spacing_is_bounded() {
        let expand = |raw: &[u8]| unescape(raw, &Delimiters::STANDARD, 100).map(|text| text.len());
        assert_eq!(expand(br"\.sp100\"), Ok(100));
        assert_eq!(expand(br"\.sp101\"), Err(ExpansionTooLarge));
        assert_eq!(expand(br"\.sk60\\.sp41\"), Err(ExpansionTooLarge));
        assert_eq!(expand(br"\.sp18446744073709551615\"), Err(ExpansionTooLarge));
        assert_eq!(expand(br"\.sp99999999999999999999\"), Ok(25));
    }

    #[test]
    fn line_ends_of_formatted_text_are_breaks() {
        let mut out = Vec::new();
        escape(b"a\nb\x0Bc", &Delimiters::STANDARD, LineEnds::Break, &mut out);
        assert_eq!(out, br"a\.br\b\X0B\c");
    }
}
