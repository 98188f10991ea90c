//! A message: the bytes as they came and an index of their segments and fields.

use std::fmt;

use crate::{
    Charset, CharsetRule, Delimiters, Error, Header, Limits, Location, ReplyTo, Segment, SegmentName,
    Segments, Value,
    charset::{self, CharsetFault},
    split::{self, Index},
};
use bytes::Bytes;
use bytestring::ByteString;

/// A parsed message. Cloning is not cheap (the index is copied); pass references.
#[derive(Clone)]
pub struct Message {
    bytes: Bytes,
    /// The same bytes, when all of them are UTF-8, as most are: then no value need be proved to be.
    text: Option<ByteString>,
    delimiters: Delimiters,
    index: Index,
    has_bom: bool,
    charset: Result<Charset, CharsetFault>,
    escape_expansion_bytes_max: usize,
}

impl Message {
    /// Parses one message. A byte order mark, blanks and empty lines around it are tolerated, as are
    /// lower-case segment names; segments may end with CR, LF or CRLF.
    ///
    /// The charset is that of MSH-18, ASCII when there is none; [`Message::with_charset_rule`] changes that.
    ///
    /// # Errors
    /// When the bytes are no message, hold several ([`Error::IsBatch`]), or exceed the limits.
    pub fn parse(bytes: Bytes, limits: &Limits) -> Result<Self, Error> {
        Self::parse_headed(bytes, limits, |name| name == SegmentName::MSH)
    }

    /// Parses a file or batch header as if it were a message of one segment.
    pub(crate) fn parse_batch_header(bytes: Bytes, limits: &Limits) -> Result<Self, Error> {
        Self::parse_headed(bytes, limits, SegmentName::is_header)
    }

    fn parse_headed(bytes: Bytes, limits: &Limits, accepts: fn(SegmentName) -> bool) -> Result<Self, Error> {
        let bytes_max = limits.message_bytes_max.min(u32::MAX as usize);
        if bytes.len() > bytes_max {
            return Err(Error::MessageTooLarge { bytes: bytes.len(), bytes_max });
        }
        let (content, has_bom) = split::content(&bytes);
        let text = bytes.get(content.clone()).unwrap_or_default();
        if text.is_empty() {
            return Err(Error::Empty);
        }
        match SegmentName::read(text) {
            Some(name) if accepts(name) => {}
            Some(name) if name.bounds_messages() => return Err(Error::IsBatch { index: 0 }),
            _ => return Err(Error::NotAMessage),
        }
        let field_separator = text.get(3).copied().unwrap_or_default();
        let (header_end, _) = split::segment_end(text, 0, field_separator);
        let delimiters = Delimiters::read(text.get(..header_end).unwrap_or(text))?;
        let index = Index::of(&bytes, content, &delimiters, limits)?;
        let text = ByteString::try_from(bytes.clone()).ok();
        let message = Self {
            bytes,
            text,
            delimiters,
            index,
            has_bom,
            charset: Ok(Charset::ASCII),
            escape_expansion_bytes_max: limits.escape_expansion_bytes_max,
        };
        Ok(message.with_charset_rule(CharsetRule::default()))
    }

    /// The same message, read in the charset that the rule gives for its source.
    #[must_use]
    pub fn with_charset_rule(mut self, rule: CharsetRule) -> Self {
        self.charset = charset::in_force(self.charset_field().raw(), self.has_bom, rule);
        self
    }

    fn charset_field(&self) -> Value<'_> {
        self.header().segment().field(18).repetition(1)
    }

    /// The charset in which values are decoded.
    ///
    /// # Errors
    /// [`Error::CharsetUnknown`] or [`Error::CharsetUnsupported`] for what MSH-18 says.
    pub fn charset(&self) -> Result<Charset, Error> {
        self.charset.map_err(|fault| {
            let location = Location::first(SegmentName::MSH, 18);
            match fault {
                CharsetFault::Unknown => Error::CharsetUnknown { location },
                CharsetFault::Unsupported => Error::CharsetUnsupported { location },
            }
        })
    }

    /// What stands between two places, when it is UTF-8 and the charset of the message is known.
    #[inline]
    pub(crate) fn utf_8(&self, start: u32, end: u32) -> Option<&str> {
        if self.charset.is_err() {
            return None;
        }
        match &self.text {
            Some(text) => text.get(start as usize..end as usize),
            None => std::str::from_utf8(self.slice(start, end)).ok(),
        }
    }

    /// All bytes given to [`Message::parse`]; the spans of values are offsets into them.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The delimiters of this message.
    pub fn delimiters(&self) -> &Delimiters {
        &self.delimiters
    }

    /// The segments in their order.
    pub fn segments(&self) -> Segments<'_> {
        Segments::new(self, 0..self.index.entries.len())
    }

    /// The segments of that (upper-case) name in their order.
    pub fn segments_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Segment<'a>> + Clone {
        self.segments().filter(move |segment| segment.name() == name)
    }

    /// The first segment of that (upper-case) name.
    pub fn segment(&self, name: &str) -> Option<Segment<'_>> {
        self.segments().find(|segment| segment.name() == name)
    }

    /// The segment at a position among all segments, from 0.
    pub fn segment_at(&self, index: usize) -> Option<Segment<'_>> {
        self.segments().nth(index)
    }

    /// The header in typed form.
    pub fn header(&self) -> Header<'_> {
        Header::new(Segment::new(self, 0))
    }

    /// What an acknowledgement of this message needs of it.
    pub fn reply_to(&self) -> ReplyTo {
        ReplyTo::read(&self.bytes)
    }

    /// The value at a place, found by [`Location::index`]; none when there is no such segment or its name
    /// differs. A place that the message leaves out gives an empty value.
    pub fn at(&self, location: &Location) -> Option<Value<'_>> {
        let segment = self.segment_at(location.index as usize)?;
        if segment.name() != location.segment {
            return None;
        }
        let mut value = match location.field {
            0 => return Some(segment.whole()),
            number => segment.field(number),
        };
        if location.repetition > 0 {
            value = value.repetition(location.repetition);
        }
        if location.component > 0 {
            value = value.component(location.component);
        }
        if location.subcomponent > 0 {
            value = value.subcomponent(location.subcomponent);
        }
        Some(value)
    }

    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    pub(crate) fn slice(&self, start: u32, end: u32) -> &[u8] {
        self.bytes.get(start as usize..end as usize).unwrap_or_default()
    }

    pub(crate) fn escape_expansion_bytes_max(&self) -> usize {
        self.escape_expansion_bytes_max
    }
}

/// Sizes only: a message must not reach a log.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("bytes", &self.bytes.len())
            .field("segments", &self.index.entries.len())
            .finish_non_exhaustive()
    }
}
