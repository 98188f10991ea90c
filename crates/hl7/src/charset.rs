//! Charsets: MSH-18 (table 0211), what a source means when it says nothing, and strict decoding.
//!
//! Names follow the WHATWG encodings: `8859/1` is decoded as windows-1252, `8859/9` as windows-1254 and
//! `8859/11` as windows-874. They differ from ISO only in the bytes 80–9F, which ISO gives to control
//! characters and senders who name an ISO charset use as windows does. `UNICODE` is read as UTF-8, since
//! a message whose header is in single bytes cannot be UCS-2.
//!
//! Charsets whose characters may contain delimiter bytes (UTF-16, Shift_JIS, ISO 2022, GB 18030, Big5, CNS
//! 11643) are refused: splitting such a message at its delimiter bytes would cut characters. MSH-18 may
//! repeat; the first repetition is the charset of the message, the others are those that `\C…\` and `\M…\`
//! escapes may switch to, which stay as they are.

use std::borrow::Cow;

use encoding_rs::{EUC_JP, EUC_KR, Encoding, UTF_8, WINDOWS_1252};

/// A charset in which delimiter bytes are never part of another character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charset(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ascii,
    Encoding(&'static Encoding),
}

/// Which charset a source means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CharsetRule {
    /// MSH-18 holds; where it is empty or says ASCII (which senders of other charsets do), this one.
    Assume(Charset),
    /// This one, whatever MSH-18 says.
    Force(Charset),
}

/// Why a name gives no charset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CharsetFault {
    /// The name is not known.
    #[error("charset name is unknown")]
    Unknown,
    /// The charset is known, but its characters may contain delimiter bytes.
    #[error("charset is not supported: its characters may contain delimiter bytes")]
    Unsupported,
}

/// The standard's rule: an empty MSH-18 means ASCII.
impl Default for CharsetRule {
    fn default() -> Self {
        Self::Assume(Charset::ASCII)
    }
}

impl Charset {
    /// Seven bits, strictly.
    pub const ASCII: Self = Self(Kind::Ascii);
    /// `UNICODE UTF-8`.
    pub const UTF_8: Self = Self(Kind::Encoding(UTF_8));
    /// What most senders mean by Latin-1; also used for `8859/1`.
    pub const WINDOWS_1252: Self = Self(Kind::Encoding(WINDOWS_1252));

    /// The charset of that name: of table 0211, a common misspelling of one, or a WHATWG label. Case, blanks
    /// and punctuation do not matter.
    ///
    /// # Errors
    /// The name is not known, or the charset is not supported.
    pub fn named(name: &str) -> Result<Self, CharsetFault> {
        let compact: String =
            name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
        let latin = |number: &str| {
            let label = format!("iso-8859-{number}");
            Encoding::for_label(label.as_bytes()).map(Self::from_encoding).ok_or(CharsetFault::Unknown)?
        };
        match compact.as_str() {
            "ASCII" | "USASCII" | "ISOIR6" => return Ok(Self::ASCII),
            "UNICODE" | "UNICODEUTF8" | "UTF8" | "ISOIR192" => return Ok(Self::UTF_8),
            "KSX1001" => return Ok(Self(Kind::Encoding(EUC_KR))),
            "ISOIR100" => return latin("1"),
            "ISOIR101" => return latin("2"),
            "ISOIR109" => return latin("3"),
            "ISOIR110" => return latin("4"),
            "ISOIR144" => return latin("5"),
            "ISOIR127" => return latin("6"),
            "ISOIR126" => return latin("7"),
            "ISOIR138" => return latin("8"),
            "ISOIR148" => return latin("9"),
            "UNICODEUTF16" | "UTF16" | "UNICODEUTF32" | "UTF32" | "ISOIR13" | "ISOIR14" | "ISOIR87"
            | "ISOIR159" | "GB180302000" | "CNS116431992" | "BIG5" => return Err(CharsetFault::Unsupported),
            _ => {}
        }
        if let Some(number) = compact.strip_prefix("ISO8859").or_else(|| compact.strip_prefix("8859")) {
            return latin(number);
        }
        Encoding::for_label(name.trim().as_bytes()).map(Self::from_encoding).ok_or(CharsetFault::Unknown)?
    }

    fn from_encoding(encoding: &'static Encoding) -> Result<Self, CharsetFault> {
        let keeps_punctuation = encoding == UTF_8 || encoding == EUC_JP || encoding == EUC_KR;
        if keeps_punctuation || (encoding.is_single_byte() && encoding.is_ascii_compatible()) {
            Ok(Self(Kind::Encoding(encoding)))
        } else {
            Err(CharsetFault::Unsupported)
        }
    }

    /// Its name: `US-ASCII` or the WHATWG name.
    pub fn name(&self) -> &'static str {
        match self.0 {
            Kind::Ascii => "US-ASCII",
            Kind::Encoding(encoding) => encoding.name(),
        }
    }

    /// Its name in table 0211, for MSH-18; none for charsets that the table does not have.
    pub fn table_0211(&self) -> Option<&'static str> {
        match self.name() {
            "US-ASCII" => Some("ASCII"),
            "UTF-8" => Some("UNICODE UTF-8"),
            "windows-1252" => Some("8859/1"),
            "ISO-8859-2" => Some("8859/2"),
            "ISO-8859-3" => Some("8859/3"),
            "ISO-8859-4" => Some("8859/4"),
            "ISO-8859-5" => Some("8859/5"),
            "ISO-8859-6" => Some("8859/6"),
            "ISO-8859-7" => Some("8859/7"),
            "ISO-8859-8" => Some("8859/8"),
            "windows-1254" => Some("8859/9"),
            "ISO-8859-15" => Some("8859/15"),
            "EUC-KR" => Some("KS X 1001"),
            _ => None,
        }
    }

    /// The text of the bytes, borrowed when they are UTF-8 already; none when a byte is not of this charset.
    pub fn decode<'a>(&self, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
        match self.0 {
            _ if bytes.is_ascii() => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Kind::Ascii => None,
            Kind::Encoding(encoding) => encoding.decode_without_bom_handling_and_without_replacement(bytes),
        }
    }

    pub(crate) fn decode_owned(&self, bytes: Vec<u8>) -> Option<String> {
        if *self == Self::UTF_8 || bytes.is_ascii() {
            return String::from_utf8(bytes).ok();
        }
        self.decode(&bytes).map(Cow::into_owned)
    }

    /// The bytes of the text; none when a character is not in this charset.
    pub fn encode<'a>(&self, text: &'a str) -> Option<Cow<'a, [u8]>> {
        match self.0 {
            _ if text.is_ascii() => Some(Cow::Borrowed(text.as_bytes())),
            Kind::Ascii => None,
            Kind::Encoding(encoding) => {
                let (bytes, _, unmappable) = encoding.encode(text);
                if unmappable { None } else { Some(bytes) }
            }
        }
    }
}

/// The charset of a message, from the first repetition of MSH-18 and what is known of its source. A byte
/// order mark is the sender's own word that it is UTF-8.
pub(crate) fn in_force(declared: &[u8], has_bom: bool, rule: CharsetRule) -> Result<Charset, CharsetFault> {
    let assumed = match rule {
        CharsetRule::Force(charset) => return Ok(charset),
        CharsetRule::Assume(_) if has_bom => Charset::UTF_8,
        CharsetRule::Assume(charset) => charset,
    };
    let name = std::str::from_utf8(declared).map_err(|_| CharsetFault::Unknown)?.trim();
    if name.is_empty() || name == "\"\"" {
        return Ok(assumed);
    }
    match Charset::named(name)? {
        Charset::ASCII => Ok(assumed),
        charset => Ok(charset),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_table_0211_and_their_misspellings_are_known() {
        for (name, expected) in [
            ("ASCII", "US-ASCII"),
            ("ISO IR6", "US-ASCII"),
            ("8859/1", "windows-1252"),
            ("ISO-8859-1", "windows-1252"),
            ("iso8859-1", "windows-1252"),
            ("ISO_IR 100", "windows-1252"),
            ("8859/2", "ISO-8859-2"),
            ("8859/7", "ISO-8859-7"),
            ("8859/9", "windows-1254"),
            ("8859/15", "ISO-8859-15"),
            ("UNICODE UTF-8", "UTF-8"),
            ("UNICODE", "UTF-8"),
            ("utf8", "UTF-8"),
            ("windows-1252", "windows-1252"),
            ("cp1250", "windows-1250"),
            ("KS X 1001", "EUC-KR"),
        ] {
            assert_eq!(Charset::named(name).map(|charset| charset.name()), Ok(expected), "{name}");
        }
    }

    #[test]
    fn charsets_that_hide_delimiters_are_refused_and_unknown_names_are_not_guessed() {
        for name in
            ["UNICODE UTF-16", "GB 18030-2000", "gbk", "BIG-5", "Shift_JIS", "ISO IR87", "iso-2022-jp"]
        {
            assert_eq!(Charset::named(name), Err(CharsetFault::Unsupported), "{name}");
        }
        for name in ["", "8859/99", "8859/", "EBCDIC", "P"] {
            assert_eq!(Charset::named(name), Err(CharsetFault::Unknown), "{name}");
        }
    }

    #[test]
    fn every_name_written_to_msh_18_is_read_back() {
        for label in ["ascii", "utf-8", "latin1", "latin2", "8859/5", "8859/9", "8859/15", "euc-kr"] {
            let charset = Charset::named(label).unwrap();
            assert_eq!(Charset::named(charset.table_0211().unwrap()), Ok(charset), "{label}");
        }
    }

    #[test]
    fn the_source_decides_only_where_the_message_does_not() {
        let assume = CharsetRule::Assume(Charset::WINDOWS_1252);
        assert_eq!(in_force(b"", false, assume), Ok(Charset::WINDOWS_1252));
        assert_eq!(in_force(b"ASCII", false, assume), Ok(Charset::WINDOWS_1252));
        assert_eq!(in_force(b"UNICODE UTF-8", false, assume), Ok(Charset::UTF_8));
        assert_eq!(in_force(b"", true, assume), Ok(Charset::UTF_8));
        assert_eq!(in_force(b"", false, CharsetRule::default()), Ok(Charset::ASCII));
        assert_eq!(in_force(b"nonsense", false, assume), Err(CharsetFault::Unknown));
        assert_eq!(in_force(b"nonsense", false, CharsetRule::Force(Charset::UTF_8)), Ok(Charset::UTF_8));
    }

    #[test]
    fn decoding_is_strict() {
        assert_eq!(Charset::ASCII.decode(b"\xFC"), None);
        assert_eq!(Charset::UTF_8.decode(b"\xFC"), None);
        assert_eq!(Charset::WINDOWS_1252.decode(b"\xFC\x80"), Some("ü€".into()));
        assert_eq!(Charset::named("8859/15").unwrap().decode(b"\xA4"), Some("€".into()));
        assert_eq!(Charset::WINDOWS_1252.encode("Ж"), None);
        assert_eq!(Charset::ASCII.encode("ü"), None);
    }
}
