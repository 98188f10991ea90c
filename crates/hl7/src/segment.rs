//! A segment of a message and its fields.

use std::{fmt, iter::FusedIterator, ops::Range};

use crate::{
    Location, Message, SegmentName, Value,
    split::{self, Entry},
};

/// A segment: a view into its message, cheap to copy.
#[derive(Clone, Copy)]
pub struct Segment<'a> {
    message: &'a Message,
    index: usize,
}

/// Segments in their order.
#[derive(Clone)]
pub struct Segments<'a> {
    message: &'a Message,
    indices: Range<usize>,
}

/// The fields of a segment, from field 1 on.
#[derive(Clone)]
pub struct Fields<'a> {
    message: &'a Message,
    /// Place of the next field.
    location: Location,
    /// Where it begins; none after the last.
    next: Option<u32>,
    /// Where the segment ends.
    end: u32,
}

// === impl Segment ===

impl<'a> Segment<'a> {
    pub(crate) fn new(message: &'a Message, index: usize) -> Self {
        Self { message, index }
    }

    /// The name, in upper case whatever the message has.
    pub fn name(&self) -> SegmentName {
        self.message.entry(self.index).name
    }

    /// Which of the segments of its name it is, from 1.
    pub fn occurrence(&self) -> u32 {
        self.message.entry(self.index).occurrence
    }

    /// Its position among all segments of the message, from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The message it belongs to.
    pub fn message(&self) -> &'a Message {
        self.message
    }

    /// Its bytes, without the line end.
    pub fn raw(&self) -> &'a [u8] {
        let entry = self.message.entry(self.index);
        self.message.slice(entry.start, entry.end)
    }

    /// Where its bytes are in the message.
    pub fn span(&self) -> Range<usize> {
        let entry = self.message.entry(self.index);
        entry.start as usize..entry.end as usize
    }

    /// Its place.
    pub fn location(&self) -> Location {
        let entry = self.message.entry(self.index);
        let mut location = Location::first(entry.name, 0);
        location.occurrence = entry.occurrence;
        location.index = self.index as u32;
        location
    }

    /// The field of that number, empty when the segment is shorter. In MSH, field 1 is the separator and
    /// field 2 the encoding characters. There is no field 0; asking for it gives an empty value.
    pub fn field(&self, number: u32) -> Value<'a> {
        let entry = self.message.entry(self.index);
        let mut location = self.location();
        location.field = number;
        let span = match (entry.name.is_header(), number) {
            // In a header the separator is itself the first field.
            (true, 1) => Some(entry.start + 3..entry.start + 4),
            (true, _) => number.checked_sub(2).and_then(|skipped| self.field_span(entry, skipped)),
            (false, _) => number.checked_sub(1).and_then(|skipped| self.field_span(entry, skipped)),
        };
        Value::new(self.message, span.unwrap_or(entry.end..entry.end), location)
    }

    /// Where the field lies that has so many before it after the name.
    fn field_span(&self, entry: Entry, skipped: u32) -> Option<Range<u32>> {
        let first = entry.start + 4;
        let fields = self.message.slice(first, entry.end);
        if first > entry.end {
            return None;
        }
        let span = split::part(fields, self.message.delimiters().field(), skipped)?;
        Some(first + span.start..first + span.end)
    }

    /// The first fields, found in one pass; empty where the segment is shorter.
    pub fn leading<const N: usize>(&self) -> [Value<'a>; N] {
        let mut fields = self.fields();
        let mut location = fields.location;
        std::array::from_fn(|index| {
            location.field = index as u32 + 1;
            Value::new(self.message, fields.advance().unwrap_or(fields.end..fields.end), location)
        })
    }

    /// The component of the first repetition of a field.
    pub fn value(&self, field: u32, component: u32) -> Value<'a> {
        self.field(field).component(component)
    }

    /// All its fields in order, those that are empty too, without trailing ones that the sender left out.
    pub fn fields(&self) -> Fields<'a> {
        let entry = self.message.entry(self.index);
        // In a header the separator is itself the first field and stands where otherwise field 1 begins.
        let first = if entry.name.is_header() { entry.start + 3 } else { entry.start + 4 };
        Fields {
            message: self.message,
            location: Location { field: 1, ..self.location() },
            next: Some(first).filter(|&start| start <= entry.end),
            end: entry.end,
        }
    }

    /// The segments after it, for grouping: what belongs to an OBR are the segments up to the next one.
    pub fn following(&self) -> Segments<'a> {
        Segments::new(self.message, self.index + 1..self.message.segments().len())
    }

    pub(crate) fn whole(&self) -> Value<'a> {
        let entry = self.message.entry(self.index);
        Value::new(self.message, entry.start..entry.end, self.location())
    }
}

/// Place and size only: a segment must not reach a log.
impl fmt::Debug for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Segment({}, {} bytes)", self.location(), self.raw().len())
    }
}

// === impl Segments ===

impl<'a> Segments<'a> {
    pub(crate) fn new(message: &'a Message, indices: Range<usize>) -> Self {
        Self { message, indices }
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        self.indices.next().map(|index| Segment::new(self.message, index))
    }

    fn nth(&mut self, n: usize) -> Option<Segment<'a>> {
        self.indices.nth(n).map(|index| Segment::new(self.message, index))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.indices.size_hint()
    }
}

impl DoubleEndedIterator for Segments<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.indices.next_back().map(|index| Segment::new(self.message, index))
    }
}

impl ExactSizeIterator for Segments<'_> {}
impl FusedIterator for Segments<'_> {}

impl fmt::Debug for Segments<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Segments({} left)", self.indices.len())
    }
}

// === impl Fields ===

impl Fields<'_> {
    /// Goes over the next field and tells where it lies.
    #[inline]
    fn advance(&mut self) -> Option<Range<u32>> {
        let start = self.next?;
        let end = if self.location.field == 1 && self.location.segment.is_header() {
            self.next = Some(start + 1);
            start + 1
        } else {
            let rest = self.message.slice(start, self.end);
            let found = split::find(self.message.delimiters().field(), rest);
            let end = found.map_or(self.end, |length| start + length as u32);
            self.next = found.map(|_| end + 1);
            end
        };
        self.location.field += 1;
        Some(start..end)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let location = self.location;
        self.advance().map(|span| Value::new(self.message, span, location))
    }
}

impl FusedIterator for Fields<'_> {}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fields(next is {})", self.location.field)
    }
}
