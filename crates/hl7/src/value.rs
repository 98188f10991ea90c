//! A value: a field, repetition, component or subcomponent, or a whole segment.
//!
//! One type serves all levels; its [`Location`] says which it is. Asking a value for a part goes down from
//! where it is: `.component(2)` of a field is that of its first repetition, `.subcomponent(1)` of a field
//! that of its first component. A part that the message leaves out is an empty value which still knows its
//! place, so lookups chain without `Option`.

use std::{borrow::Cow, fmt, iter::FusedIterator, ops::Range};

use crate::{
    Error, Location, Message, Timestamp, escape,
    split::{self, Holds},
};

/// A part of a message: a view, cheap to copy.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    message: &'a Message,
    start: u32,
    end: u32,
    location: Location,
    holds: Holds,
}

/// The parts of a value on one level, in order. A value without bytes has none.
#[derive(Clone)]
pub struct Parts<'a> {
    whole: Value<'a>,
    level: Level,
    separator: Option<u8>,
    number: u32,
    /// Where the next part begins; none after the last.
    next: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Field,
    Repetition,
    Component,
    Subcomponent,
}

// === impl Value ===

impl<'a> Value<'a> {
    #[inline]
    pub(crate) fn new(
        message: &'a Message,
        (start, end): (u32, u32),
        location: Location,
        holds: Holds,
    ) -> Self {
        Self { message, start, end, location, holds }
    }

    /// Where it stands.
    pub fn location(&self) -> Location {
        self.location
    }

    /// Where its bytes are in [`Message::bytes`].
    pub fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Its bytes as they came: in the message's charset, with escapes, and with the delimiters of its parts.
    #[inline]
    pub fn raw(&self) -> &'a [u8] {
        self.message.slice(self.start, self.end)
    }

    /// Whether it says nothing: it has no bytes, or only delimiters of its (empty) parts. An explicit null
    /// is not empty: it says that a value was deleted.
    #[inline]
    pub fn is_empty(&self) -> bool {
        if self.is_atomic() {
            return self.start == self.end;
        }
        self.raw().iter().all(|&byte| self.message.delimiters().separates(byte))
    }

    /// Whether it is the explicit null `""`, which deletes what the receiver has.
    #[inline]
    pub fn is_null(&self) -> bool {
        self.raw() == b"\"\""
    }

    /// Itself, unless it is empty or the explicit null.
    #[inline]
    pub fn present(self) -> Option<Self> {
        if self.is_empty() || self.is_null() { None } else { Some(self) }
    }

    /// The value as text: decoded by the message's charset, escapes resolved (see [`crate::escape`]). The
    /// explicit null is the empty text. Delimiters of parts are kept, so ask the part that is wanted.
    ///
    /// # Errors
    /// The charset is not known, the bytes are not of that charset, or the escapes expand too far.
    pub fn text(&self) -> Result<Cow<'a, str>, Error> {
        if self.is_null() {
            return Ok(Cow::Borrowed(""));
        }
        if let Some(text) = self.plain() {
            return Ok(Cow::Borrowed(text));
        }
        let charset = self.message.charset()?;
        let undecodable = || Error::Undecodable { location: self.location, charset: charset.name() };
        if self.is_atomic() {
            return charset.decode(self.raw()).ok_or_else(undecodable);
        }
        let bytes_max = self.message.escape_expansion_bytes_max();
        let bytes = escape::unescape(self.raw(), self.message.delimiters(), bytes_max).map_err(
            |escape::ExpansionTooLarge| Error::EscapeExpansion { location: self.location, bytes_max },
        )?;
        match bytes {
            Cow::Borrowed(bytes) => charset.decode(bytes).ok_or_else(undecodable),
            Cow::Owned(bytes) => charset.decode_owned(bytes).map(Cow::Owned).ok_or_else(undecodable),
        }
    }

    /// The text with surrounding white space removed; none when nothing is left, or for an explicit null.
    ///
    /// # Errors
    /// As [`Value::text`].
    pub fn trimmed(&self) -> Result<Option<Cow<'a, str>>, Error> {
        if self.is_null() {
            return Ok(None);
        }
        let text = match self.plain() {
            Some(text) if is_trimmed(text) => return Ok(Some(Cow::Borrowed(text))),
            Some(text) => Cow::Borrowed(text.trim()),
            None => match self.text()? {
                Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
                Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
            },
        };
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// The text of a value that is text as it stands.
    #[inline]
    fn plain(&self) -> Option<&'a str> {
        if self.holds.codes { None } else { self.message.utf_8(self.start, self.end) }
    }

    /// The value as a date or time (DT, DTM, or the first component of TS); none when it is empty or null.
    ///
    /// # Errors
    /// As [`Value::text`], and [`Error::Timestamp`] when it is no valid time.
    pub fn timestamp(&self) -> Result<Option<Timestamp>, Error> {
        let value = self.subcomponent(1);
        let Some(text) = value.trimmed()? else { return Ok(None) };
        let parsed = Timestamp::parse(&text);
        parsed.map(Some).map_err(|fault| Error::Timestamp { location: value.location, fault })
    }

    /// The repetitions. A value below field level is its own only repetition.
    pub fn repetitions(&self) -> Parts<'a> {
        Parts::new(*self, Level::Repetition)
    }

    /// The components of the first repetition.
    pub fn components(&self) -> Parts<'a> {
        Parts::new(self.down_to(Level::Repetition), Level::Component)
    }

    /// The subcomponents of the first component.
    pub fn subcomponents(&self) -> Parts<'a> {
        Parts::new(self.down_to(Level::Component), Level::Subcomponent)
    }

    /// The repetition of that number, from 1.
    pub fn repetition(&self, number: u32) -> Value<'a> {
        self.part(Level::Repetition, number)
    }

    /// The component of that number, from 1, of the first repetition.
    pub fn component(&self, number: u32) -> Value<'a> {
        self.down_to(Level::Repetition).part(Level::Component, number)
    }

    /// The first components of the first repetition, found in one pass; empty where there are fewer.
    pub fn leading_components<const N: usize>(&self) -> [Value<'a>; N] {
        let whole = self.down_to(Level::Repetition);
        let separator = whole.separator(Level::Component);
        let (bytes, whole_end) = (whole.message.bytes(), whole.end as usize);
        let mut next = Some(whole.start);
        std::array::from_fn(|index| {
            let start = next.unwrap_or(whole.end);
            let found = separator.and_then(|it| split::find_between(it, bytes, start as usize, whole_end));
            let end = found.map_or(whole.end, |place| place as u32);
            next = found.map(|_| end + 1);
            Self { start, end, ..whole.numbered(Level::Component, index as u32 + 1) }
        })
    }

    /// The subcomponent of that number, from 1, of the first component.
    pub fn subcomponent(&self, number: u32) -> Value<'a> {
        self.down_to(Level::Component).part(Level::Subcomponent, number)
    }

    #[inline]
    fn level(&self) -> Level {
        match self.location {
            Location { subcomponent: 1.., .. } => Level::Subcomponent,
            Location { component: 1.., .. } => Level::Component,
            Location { repetition: 1.., .. } => Level::Repetition,
            _ => Level::Field,
        }
    }

    /// Whether its bytes are the delimiters themselves (MSH-1, MSH-2), which have no parts and no escapes.
    #[inline]
    fn is_atomic(&self) -> bool {
        matches!(self.location.field, 1 | 2) && self.location.segment.is_header()
    }

    /// The first part of the first part … until `level` is reached.
    #[inline]
    fn down_to(self, level: Level) -> Self {
        let mut value = self;
        for next in [Level::Repetition, Level::Component] {
            if value.level() < next && next <= level {
                value = value.part(next, 1);
            }
        }
        value
    }

    #[inline]
    fn part(self, level: Level, number: u32) -> Self {
        let whole = (self.start as usize, self.end as usize);
        let span = match self.separator(level) {
            Some(separator) => split::part(self.message.bytes(), whole, separator, number),
            None => Some(whole).filter(|_| number == 1),
        };
        let (start, end) = span.unwrap_or((whole.1, whole.1));
        Self { start: start as u32, end: end as u32, ..self.numbered(level, number) }
    }

    /// What separates its parts of a level; none when it is its own only part.
    #[inline]
    fn separator(&self, level: Level) -> Option<u8> {
        let delimiters = self.message.delimiters();
        let separator = match level {
            Level::Field => None,
            Level::Repetition => delimiters.repetition().filter(|_| self.holds.repetitions),
            Level::Component => Some(delimiters.component()).filter(|_| self.holds.components),
            Level::Subcomponent => delimiters.subcomponent().filter(|_| self.holds.subcomponents),
        };
        separator.filter(|_| self.level() < level)
    }

    /// The same span, as part `number` of itself. A value on or below the level stays what it is.
    #[inline]
    fn numbered(mut self, level: Level, number: u32) -> Self {
        if self.level() < level {
            match level {
                Level::Field => {}
                Level::Repetition => self.location.repetition = number,
                Level::Component => self.location.component = number,
                Level::Subcomponent => self.location.subcomponent = number,
            }
        }
        self
    }
}

/// Whether no blank can stand at either end, as is plain from the first and last byte of most values.
#[inline]
fn is_trimmed(text: &str) -> bool {
    let ends = (text.as_bytes().first(), text.as_bytes().last());
    matches!(ends, (Some(first), Some(last)) if first.is_ascii_graphic() && last.is_ascii_graphic())
}

/// Place and size only: a value must not reach a log.
impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({}, {} bytes)", self.location, self.raw().len())
    }
}

// === impl Parts ===

impl<'a> Parts<'a> {
    fn new(whole: Value<'a>, level: Level) -> Self {
        let next = Some(whole.start).filter(|&start| start < whole.end);
        Self { whole, level, separator: whole.separator(level), number: 1, next }
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let start = self.next?;
        let (bytes, whole_end) = (self.whole.message.bytes(), self.whole.end as usize);
        let found = self
            .separator
            .and_then(|separator| split::find_between(separator, bytes, start as usize, whole_end));
        let end = found.map_or(self.whole.end, |place| place as u32);
        self.next = found.map(|_| end + 1);
        let part = Value { start, end, ..self.whole.numbered(self.level, self.number) };
        self.number += 1;
        Some(part)
    }
}

impl FusedIterator for Parts<'_> {}

impl fmt::Debug for Parts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parts({}, next is {})", self.whole.location, self.number)
    }
}
