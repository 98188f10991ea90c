//! Writing messages.
//!
//! A [`MessageBuilder`] writes from left to right into one buffer: it goes to a field, component or
//! subcomponent by its number and writes text there, escaped. Numbers must rise; what is left out stays
//! empty, and no trailing separators are written. Mistakes do not interrupt the writing; the first one is
//! returned by [`MessageBuilder::finish`].

use bytes::Bytes;

use crate::{
    Charset, Delimiters, Error, Location, Segment, SegmentName,
    escape::{self, LineEnds},
};

/// A message being written.
pub struct MessageBuilder {
    out: Vec<u8>,
    delimiters: Delimiters,
    charset: Charset,
    segments: usize,
    fault: Option<Error>,
}

/// A segment being written; it ends when this is dropped.
#[derive(Debug)]
pub struct SegmentBuilder<'b> {
    message: &'b mut MessageBuilder,
    at: Location,
}

// === impl MessageBuilder ===

impl MessageBuilder {
    /// An empty message. Texts are encoded in `charset`; whoever writes MSH-18 names it there
    /// ([`Charset::table_0211`]).
    pub fn new(delimiters: Delimiters, charset: Charset) -> Self {
        Self { out: Vec::with_capacity(512), delimiters, charset, segments: 0, fault: None }
    }

    /// Begins a segment. In MSH, FHS and BHS the first two fields are written with it, the next is field 3.
    pub fn segment(&mut self, name: &str) -> SegmentBuilder<'_> {
        let parsed = SegmentName::new(name);
        if parsed.is_none() {
            self.fail_segment("its name is no segment name");
        }
        let name = parsed.unwrap_or(SegmentName::MSH);
        self.out.extend_from_slice(name.as_bytes());
        let mut at = Location::first(name, 0);
        at.index = self.segments as u32;
        if name.is_header() {
            self.out.push(self.delimiters.field());
            self.out.extend(self.delimiters.encoding_characters());
            at.field = 2;
        }
        (at.repetition, at.component, at.subcomponent) = (1, 1, 1);
        SegmentBuilder { message: self, at }
    }

    /// Writes a parsed segment as it is. Its message must have the same delimiters; its bytes are taken as
    /// they are, so the charset should be the same too.
    pub fn copy_segment(&mut self, segment: &Segment<'_>) {
        if *segment.message().delimiters() != self.delimiters {
            self.fail_segment("it comes from a message with other delimiters");
        }
        self.out.extend_from_slice(segment.raw());
        self.end_segment();
    }

    /// The message: segments that end with CR.
    ///
    /// # Errors
    /// The first mistake made in writing it.
    pub fn finish(self) -> Result<Bytes, Error> {
        match self.fault {
            None => Ok(self.out.into()),
            Some(fault) => Err(fault),
        }
    }

    pub(crate) fn delimiters(&self) -> Delimiters {
        self.delimiters
    }

    /// The bytes written so far, with or without mistakes, for callers who made none.
    pub(crate) fn into_bytes(self) -> Bytes {
        self.out.into()
    }

    fn end_segment(&mut self) {
        self.out.push(b'\r');
        self.segments += 1;
    }

    fn fail(&mut self, fault: Error) {
        self.fault.get_or_insert(fault);
    }

    fn fail_segment(&mut self, why: &'static str) {
        let index = self.segments;
        self.fail(Error::WriteSegment { index, why });
    }
}

/// Sizes only: a message must not reach a log.
impl std::fmt::Debug for MessageBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MessageBuilder")
            .field("bytes", &self.out.len())
            .field("segments", &self.segments)
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

// === impl SegmentBuilder ===

impl SegmentBuilder<'_> {
    /// Goes to a field.
    pub fn field(&mut self, number: u32) -> &mut Self {
        let separator = Some(self.message.delimiters.field());
        self.separate(separator, self.at.field, number);
        self.at.field = number;
        (self.at.repetition, self.at.component, self.at.subcomponent) = (1, 1, 1);
        self
    }

    /// Goes to the next repetition of the field.
    pub fn repetition(&mut self) -> &mut Self {
        self.separate(self.message.delimiters.repetition(), 0, 1);
        self.at.repetition += 1;
        (self.at.component, self.at.subcomponent) = (1, 1);
        self
    }

    /// Goes to a component of the repetition. The first need not be gone to.
    pub fn component(&mut self, number: u32) -> &mut Self {
        if number != 1 || self.at.component != 1 {
            self.separate(Some(self.message.delimiters.component()), self.at.component, number);
            self.at.component = number;
            self.at.subcomponent = 1;
        }
        self
    }

    /// Goes to a subcomponent of the component. The first need not be gone to.
    pub fn subcomponent(&mut self, number: u32) -> &mut Self {
        if number != 1 || self.at.subcomponent != 1 {
            self.separate(self.message.delimiters.subcomponent(), self.at.subcomponent, number);
            self.at.subcomponent = number;
        }
        self
    }

    /// Writes a text; line ends in it become `\X0A\`.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.escaped(text, LineEnds::Hex)
    }

    /// Writes formatted text (FT); line ends in it become `\.br\`.
    pub fn formatted_text(&mut self, text: &str) -> &mut Self {
        self.escaped(text, LineEnds::Break)
    }

    /// Writes the explicit null, which deletes what the receiver has.
    pub fn null(&mut self) -> &mut Self {
        self.message.out.extend_from_slice(b"\"\"");
        self
    }

    /// Writes bytes as they are: escaped already, in the message's charset, with whatever delimiters they have.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        if bytes.iter().any(|byte| matches!(byte, b'\r' | 0x0B | 0x1C)) {
            self.message.fail_segment("raw bytes have a CR or a block character");
        }
        self.message.out.extend_from_slice(bytes);
        self
    }

    fn escaped(&mut self, text: &str, line_ends: LineEnds) -> &mut Self {
        let MessageBuilder { out, delimiters, charset, .. } = &mut *self.message;
        match charset.encode(text) {
            Some(bytes) => escape::escape(&bytes, delimiters, line_ends, out),
            None => {
                let fault = Error::Unencodable { location: self.at, charset: charset.name() };
                self.message.fail(fault);
            }
        }
        self
    }

    fn separate(&mut self, separator: Option<u8>, from: u32, to: u32) {
        let Some(separator) = separator else {
            return self.message.fail_segment("the message has no delimiter for this part");
        };
        if to <= from {
            return self.message.fail(Error::WriteOrder { location: self.at });
        }
        self.message.out.extend(std::iter::repeat_n(separator, (to - from) as usize));
    }
}

impl Drop for SegmentBuilder<'_> {
    fn drop(&mut self) {
        self.message.end_segment();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder() -> MessageBuilder {
        MessageBuilder::new(Delimiters::STANDARD, Charset::UTF_8)
    }

    #[test]
    fn parts_are_written_where_they_were_asked_for() {
        let mut message = builder();
        message
            .segment("MSH")
            .field(3)
            .text("LAB|1")
            .field(5)
            .component(2)
            .text("x")
            .subcomponent(3)
            .text("é\n");
        message
            .segment("OBX")
            .field(1)
            .text("1")
            .repetition()
            .text("2")
            .field(5)
            .formatted_text("a\nb")
            .field(6)
            .null();
        message.segment("ZZZ");
        let bytes = message.finish().unwrap();
        let expected = "MSH|^~\\&|LAB\\F\\1||^x&&é\\X0A\\\rOBX|1~2||||a\\.br\\b|\"\"\rZZZ\r";
        assert_eq!(std::str::from_utf8(&bytes).unwrap(), expected);
    }

    #[test]
    fn mistakes_are_returned_at_the_end() {
        let mut message = builder();
        message.segment("PID").field(3).text("x").field(2).text("y");
        assert!(matches!(message.finish(), Err(Error::WriteOrder { location }) if location.field == 3));

        let mut message = builder();
        message.segment("PID").field(3).text("x").field(3).text("y");
        assert!(matches!(message.finish(), Err(Error::WriteOrder { .. })));

        let mut message = builder();
        message.segment("PIDX");
        assert!(matches!(message.finish(), Err(Error::WriteSegment { index: 0, .. })));

        let mut message = builder();
        message.segment("PID").field(1).raw(b"a\rb");
        assert!(matches!(message.finish(), Err(Error::WriteSegment { .. })));

        let mut message = MessageBuilder::new(Delimiters::STANDARD, Charset::ASCII);
        message.segment("PID").field(5).text("Müller");
        assert!(matches!(message.finish(), Err(Error::Unencodable { location, .. }) if location.field == 5));

        let mut message = MessageBuilder::new(Delimiters::new(b'|', b"^").unwrap(), Charset::UTF_8);
        message.segment("PID").field(3).repetition();
        assert!(matches!(message.finish(), Err(Error::WriteSegment { .. })));
    }
}
