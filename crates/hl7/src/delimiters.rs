//! The characters that separate the parts of a message, read from MSH-1 and MSH-2.
//!
//! A message may define other delimiters than the usual ones, fewer than four (then the missing ones do not
//! exist in it: without an escape character nothing is an escape), or a fifth, the truncation character of
//! 2.7. Delimiters are ASCII punctuation, so that no character of a supported charset can contain one.

/// The delimiters of one message. No two are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiters {
    field: u8,
    component: u8,
    repetition: Option<u8>,
    escape: Option<u8>,
    subcomponent: Option<u8>,
    truncation: Option<u8>,
}

/// What is wrong with MSH-1 or MSH-2. Characters are told by their position: 0 is MSH-1, from 1 on MSH-2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DelimiterFault {
    /// A character is not ASCII punctuation, or is the double quote that writes an explicit null.
    #[error("character {0} is not ASCII punctuation, or is a double quote")]
    NotPunctuation(usize),
    /// The same character is used twice.
    #[error("character {0} repeats an earlier one")]
    Repeated(usize),
    /// MSH-2 is absent or empty.
    #[error("there are no encoding characters")]
    Absent,
    /// MSH-2 has more than five characters.
    #[error("there are more than five encoding characters")]
    TooMany,
}

impl Delimiters {
    /// `|^~\&`, the usual ones.
    pub const STANDARD: Self = Self {
        field: b'|',
        component: b'^',
        repetition: Some(b'~'),
        escape: Some(b'\\'),
        subcomponent: Some(b'&'),
        truncation: None,
    };

    /// Reads them from a header segment (MSH, FHS or BHS), from its name to its end.
    ///
    /// # Errors
    /// What is wrong with the segment's first two fields.
    pub fn read(header: &[u8]) -> Result<Self, DelimiterFault> {
        let (&field, rest) = header.get(3..).and_then(<[u8]>::split_first).ok_or(DelimiterFault::Absent)?;
        let encoding = rest.split(|&byte| byte == field).next().unwrap_or(rest);
        Self::new(field, encoding)
    }

    /// Delimiters from MSH-1 and the characters of MSH-2 in their order: component, repetition, escape,
    /// subcomponent, truncation. The first is required.
    ///
    /// # Errors
    /// A character that cannot be a delimiter, a repeated one, none at all, or more than five.
    pub fn new(field: u8, encoding: &[u8]) -> Result<Self, DelimiterFault> {
        let mut characters = [None; 5];
        check(0, field)?;
        for (position, &byte) in (1..).zip(encoding) {
            check(position, byte)?;
            if byte == field || encoding.iter().take(position - 1).any(|&earlier| earlier == byte) {
                return Err(DelimiterFault::Repeated(position));
            }
            *characters.get_mut(position - 1).ok_or(DelimiterFault::TooMany)? = Some(byte);
        }
        let [component, repetition, escape, subcomponent, truncation] = characters;
        let component = component.ok_or(DelimiterFault::Absent)?;
        return Ok(Self { field, component, repetition, escape, subcomponent, truncation });

        fn check(position: usize, byte: u8) -> Result<(), DelimiterFault> {
            if byte.is_ascii_punctuation() && byte != b'"' {
                Ok(())
            } else {
                Err(DelimiterFault::NotPunctuation(position))
            }
        }
    }

    /// MSH-1, between fields.
    pub fn field(&self) -> u8 {
        self.field
    }

    /// Between components.
    pub fn component(&self) -> u8 {
        self.component
    }

    /// Between repetitions.
    pub fn repetition(&self) -> Option<u8> {
        self.repetition
    }

    /// Around escape sequences.
    pub fn escape(&self) -> Option<u8> {
        self.escape
    }

    /// Between subcomponents.
    pub fn subcomponent(&self) -> Option<u8> {
        self.subcomponent
    }

    /// At the end of a truncated value (2.7).
    pub fn truncation(&self) -> Option<u8> {
        self.truncation
    }

    /// The characters of MSH-2.
    pub fn encoding_characters(&self) -> impl Iterator<Item = u8> {
        [Some(self.component), self.repetition, self.escape, self.subcomponent, self.truncation]
            .into_iter()
            .flatten()
    }

    /// Whether the byte separates parts of a message (the escape and truncation characters do not).
    pub(crate) fn separates(&self, byte: u8) -> bool {
        byte == self.field
            || byte == self.component
            || Some(byte) == self.repetition
            || Some(byte) == self.subcomponent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_headers_are_understood_or_named() {
        let read = |header: &str| {
            Delimiters::read(header.as_bytes()).map(|found| {
                let mut all = vec![found.field()];
                all.extend(found.encoding_characters());
                String::from_utf8(all).unwrap()
            })
        };
        assert_eq!(read(r"MSH|^~\&|X"), Ok(r"|^~\&".into()));
        assert_eq!(read(r"MSH|^~\&#|X"), Ok(r"|^~\&#".into()));
        assert_eq!(read(r"MSH$%!?*$X"), Ok("$%!?*".into()));
        assert_eq!(read("MSH|^~"), Ok("|^~".into()));
        assert_eq!(read("MSH|^"), Ok("|^".into()));
        assert_eq!(read("MSH||X"), Err(DelimiterFault::Absent));
        assert_eq!(read("MSH"), Err(DelimiterFault::Absent));
        assert_eq!(read(r"MSH|^~\\&|"), Err(DelimiterFault::Repeated(4)));
        assert_eq!(read(r"MSH|^~\&#@|"), Err(DelimiterFault::TooMany));
        assert_eq!(read("MSHA^~"), Err(DelimiterFault::NotPunctuation(0)));
        assert_eq!(read("MSH|^\"|"), Err(DelimiterFault::NotPunctuation(2)));
    }
}
