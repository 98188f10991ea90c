//! Text of values, joined, that knows which raw bytes each part of it was written with.
//!
//! Escapes and charsets make a text longer or shorter than its bytes. A stretch without them maps byte by byte; an
//! escape, or characters outside of ASCII in a charset of one byte, map as one; and where the parts do not add up to
//! what the value says as a whole, the whole value maps as one. What is put between values maps to nothing.

use std::ops::Range;

use data_encoding::{BASE64_NOPAD, HEXLOWER_PERMISSIVE};
use lacteal_hl7::escape::unescape;
use lacteal_hl7::{Location, Message, Value};

/// Bytes that one escape may become.
const EXPANSION_BYTES_MAX: usize = 4096;

/// A value that cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Undecodable;

/// A text and where it came from.
#[derive(Default)]
pub(crate) struct Spelling {
    text: String,
    pieces: Vec<Piece>,
    values: Vec<Location>,
    has_other_form: bool,
}

/// A stretch of the text that was written in one way.
struct Piece {
    text: Range<usize>,
    raw: Range<usize>,
    /// Whether each byte of the text is one of the raw bytes.
    is_linear: bool,
    /// Which of the values.
    value: usize,
}

impl Spelling {
    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Puts something between values that no raw bytes say.
    pub(crate) fn between(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds a value as text.
    ///
    /// # Errors
    /// When its bytes are not of the charset.
    pub(crate) fn add(&mut self, message: &Message, value: &Value<'_>) -> Result<(), Undecodable> {
        let whole = value.text().map_err(|_| Undecodable)?;
        if whole.is_empty() {
            return Ok(());
        }
        let (text_before, pieces_before) = (self.text.len(), self.pieces.len());
        self.values.push(value.location());
        let raw = value.raw();
        // Nothing to undo is by far the most frequent.
        if whole.as_bytes() == raw {
            self.piece(&whole, value.span(), true);
            return Ok(());
        }
        let is_spelt = self.parts(message, raw, value.span().start).is_some();
        if !is_spelt || self.text.get(text_before..) != Some(&*whole) {
            self.text.truncate(text_before);
            self.pieces.truncate(pieces_before);
            self.piece(&whole, value.span(), false);
        }
        Ok(())
    }

    /// Adds a plain text that an attachment (ED) holds; nothing when it holds something else.
    ///
    /// # Errors
    /// When it is a plain text that cannot be decoded.
    pub(crate) fn add_attachment(&mut self, message: &Message, value: &Value<'_>) -> Result<(), Undecodable> {
        let [_, kind, subtype, encoding, data] = value.leading_components();
        let name = |value: &Value<'_>| {
            value.trimmed().ok().flatten().map(|text| text.to_ascii_lowercase()).unwrap_or_default()
        };
        let is_plain = matches!(
            (&*name(&kind), &*name(&subtype)),
            ("text/plain", _) | (_, "text/plain") | ("text", "" | "plain" | "txt")
        );
        if !is_plain || data.present().is_none() {
            self.leave_out(&data);
            return Ok(());
        }
        let encoding = name(&encoding);
        if matches!(&*encoding, "" | "a") {
            return self.add(message, &data);
        }
        let written = data.text().map_err(|_| Undecodable)?;
        let packed: Vec<u8> = written.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let bytes = match &*encoding {
            "base64" => BASE64_NOPAD.decode(without_padding(&packed)).map_err(|_| Undecodable)?,
            "hex" => HEXLOWER_PERMISSIVE.decode(&packed).map_err(|_| Undecodable)?,
            _ => return Err(Undecodable),
        };
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(other) => {
                let charset = message.charset().map_err(|_| Undecodable)?;
                charset.decode(other.as_bytes()).ok_or(Undecodable)?.into_owned()
            }
        };
        self.values.push(data.location());
        self.piece(&text, data.span(), false);
        Ok(())
    }

    /// Notes that a value holds, or points to, something else than plain text.
    pub(crate) fn leave_out(&mut self, value: &Value<'_>) {
        self.has_other_form |= value.present().is_some();
    }

    /// Takes a raw value apart. None when a part cannot be decoded by itself.
    fn parts(&mut self, message: &Message, raw: &[u8], start: usize) -> Option<()> {
        let mark = message.delimiters().escape();
        let mut at = 0;
        while at < raw.len() {
            let rest = raw.get(at..)?;
            let is_mark = |byte: &u8| Some(*byte) == mark;
            let length = match rest.first() {
                Some(first) if is_mark(first) => {
                    let inside = rest.get(1..)?.iter().position(is_mark);
                    let Some(inside) = inside else {
                        // An escape character without a second one is text, to the end.
                        return self.plain(message, rest, start + at);
                    };
                    let sequence = rest.get(..inside + 2)?;
                    let bytes = unescape(sequence, message.delimiters(), EXPANSION_BYTES_MAX).ok()?;
                    let text = message.charset().ok()?.decode(&bytes)?;
                    self.piece(&text, start + at..start + at + sequence.len(), false);
                    sequence.len()
                }
                _ => {
                    let length = rest.iter().position(is_mark).unwrap_or(rest.len());
                    self.plain(message, rest.get(..length)?, start + at)?;
                    length
                }
            };
            at += length;
        }
        Some(())
    }

    /// Adds bytes without escapes.
    fn plain(&mut self, message: &Message, raw: &[u8], start: usize) -> Option<()> {
        let charset = message.charset().ok()?;
        let whole = charset.decode(raw)?;
        if whole.as_bytes() == raw {
            self.piece(&whole, start..start + raw.len(), true);
            return Some(());
        }
        let mut from = start;
        for run in raw.chunk_by(|one, other| one.is_ascii() == other.is_ascii()) {
            let text = charset.decode(run)?;
            self.piece(&text, from..from + run.len(), run.is_ascii());
            from += run.len();
        }
        Some(())
    }

    fn piece(&mut self, text: &str, raw: Range<usize>, is_linear: bool) {
        let start = self.text.len();
        self.text.push_str(text);
        let value = self.values.len().saturating_sub(1);
        self.pieces.push(Piece { text: start..self.text.len(), raw, is_linear, value });
    }

    /// The value in which a part of the text begins, and the raw bytes that say it. None when no value says any of it.
    pub(crate) fn place(&self, part: &Range<usize>) -> Option<(Location, Range<usize>)> {
        let first = self.pieces.partition_point(|piece| piece.text.end <= part.start);
        let end = self.pieces.partition_point(|piece| piece.text.start < part.end.max(part.start + 1));
        let touched = self.pieces.get(first..end)?;
        let (one, other) = (touched.first()?, touched.last()?);
        let inside = |piece: &Piece, at: usize| piece.raw.start + (at - piece.text.start);
        let start = if one.is_linear { inside(one, part.start.max(one.text.start)) } else { one.raw.start };
        let end = if other.is_linear { inside(other, part.end.min(other.text.end)) } else { other.raw.end };
        Some((*self.values.get(one.value)?, start..end))
    }

    /// Whether a value says anything.
    pub(crate) fn has_words(&self) -> bool {
        let words = |piece: &Piece| self.text.get(piece.text.clone()).is_some_and(|it| !it.trim().is_empty());
        self.pieces.iter().any(words)
    }

    /// Whether a value was left out because it holds no plain text.
    pub(crate) fn has_other_form(&self) -> bool {
        self.has_other_form
    }

    /// The first value.
    pub(crate) fn first(&self) -> Option<(Location, Range<usize>)> {
        let piece = self.pieces.first()?;
        Some((*self.values.get(piece.value)?, piece.raw.clone()))
    }
}

/// What is left without the padding of Base64.
fn without_padding(packed: &[u8]) -> &[u8] {
    let end = packed.iter().rposition(|byte| *byte != b'=').map_or(0, |at| at + 1);
    packed.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lacteal_hl7::{Charset, CharsetRule, Limits};

    fn spelt(value: &[u8], rule: CharsetRule, wanted: &str) -> Vec<u8> {
        let mut bytes = b"MSH|^~\\&|A|B|||20240610||ORU^R01|1|P|2.5\rOBX|1|FT|X||".to_vec();
        bytes.extend_from_slice(value);
        let message =
            Message::parse(bytes.clone().into(), &Limits::default()).unwrap().with_charset_rule(rule);
        let mut spelling = Spelling::default();
        spelling.between("FINDINGS:\n");
        spelling.add(&message, &message.segment("OBX").unwrap().field(5)).unwrap();
        let at = spelling.text().find(wanted).expect("the words");
        let (location, span) = spelling.place(&(at..at + wanted.len())).unwrap();
        assert_eq!(location.to_string(), "OBX[1]-5");
        bytes[span].to_vec()
    }

    #[test]
    fn words_are_found_in_the_bytes_that_write_them() {
        let latin = CharsetRule::Assume(Charset::WINDOWS_1252);
        let utf8 = CharsetRule::Assume(Charset::UTF_8);
        for (value, rule, wanted, raw) in [
            (&b"Ki-67 index 5 % here"[..], utf8, "5 %", &b"5 %"[..]),
            (b"one\\.br\\Ki-67 5 %\\.br\\two", utf8, "Ki-67 5 %", b"Ki-67 5 %"),
            (b"a \\T\\ b pT3 \\H\\pN1\\N\\", utf8, "pN1", b"pN1"),
            (b"a \\T\\ b pT3 \\H\\pN1\\N\\", utf8, "& b", b"\\T\\ b"),
            (b"Gr\xFC\xDFe pT3", latin, "pT3", b"pT3"),
            (b"Gr\xFC\xDFe pT3", latin, "\u{fc}\u{df}e", b"\xFC\xDFe"),
            ("Größe pT3".as_bytes(), utf8, "pT3", b"pT3"),
            (b"Gr\\XC3BC\\n pT3", utf8, "pT3", b"pT3"),
            (b"50 \\ 60 pT3", utf8, "pT3", b"pT3"),
        ] {
            assert_eq!(spelt(value, rule, wanted), raw, "{wanted}");
        }
    }

    #[test]
    fn what_cannot_be_mapped_in_parts_maps_as_a_whole() {
        let value = b"gr\\XC3\\\\XBC\\n pT3";
        assert_eq!(spelt(value, CharsetRule::Assume(Charset::UTF_8), "pT3"), value);
    }
}
