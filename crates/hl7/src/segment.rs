//! A segment of a message and its fields.

use std::{fmt, iter::FusedIterator, ops::Range};

use crate::{
    Location, Message, SegmentName, Value,
    split::{Entry, Holds},
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
    segment: Segment<'a>,
    numbers: Range<u32>,
}

// === impl Segment ===

impl<'a> Segment<'a> {
    pub(crate) fn new(message: &'a Message, index: usize) -> Self {
        Self { message, index }
    }

    fn entry(&self) -> &'a Entry {
        self.message.index().entry(self.index)
    }

    /// The name, in upper case whatever the message has.
    pub fn name(&self) -> SegmentName {
        self.entry().name
    }

    /// Which of the segments of its name it is, from 1.
    pub fn occurrence(&self) -> u32 {
        self.entry().occurrence
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
        let entry = self.entry();
        self.message.slice(entry.start, entry.end)
    }

    /// Where its bytes are in the message.
    pub fn span(&self) -> Range<usize> {
        let entry = self.entry();
        entry.start as usize..entry.end as usize
    }

    /// Its place.
    pub fn location(&self) -> Location {
        let entry = self.entry();
        let occurrence = entry.occurrence;
        Location { occurrence, index: self.index as u32, ..Location::first(entry.name, 0) }
    }

    /// The field of that number, empty when the segment is shorter. In MSH, field 1 is the separator and
    /// field 2 the encoding characters. There is no field 0; asking for it gives an empty value.
    pub fn field(&self, number: u32) -> Value<'a> {
        let entry = self.entry();
        self.field_of(entry, self.message.index().separators(entry), number)
    }

    #[inline]
    fn field_of(&self, entry: &Entry, separators: &[u32], number: u32) -> Value<'a> {
        let location = Location { field: number, ..self.location() };
        let is_header = entry.name.is_header();
        if is_header && number == 1 {
            return Value::new(self.message, (entry.start + 3, entry.start + 4), location, Holds::NO_PARTS);
        }
        let before = number.wrapping_sub(if is_header { 2 } else { 1 }) as usize;
        let span = match separators.get(before) {
            Some(separator) => (separator + 1, separators.get(before + 1).copied().unwrap_or(entry.end)),
            None => (entry.end, entry.end),
        };
        let holds = if is_header && number == 2 { Holds::NO_PARTS } else { entry.holds };
        Value::new(self.message, span, location, holds)
    }

    /// The first fields, empty where the segment is shorter.
    pub fn leading<const N: usize>(&self) -> [Value<'a>; N] {
        let entry = self.entry();
        if entry.name.is_header() {
            return std::array::from_fn(|index| self.field(index as u32 + 1));
        }
        let mut separators = self.message.index().separators(entry).iter().copied();
        let mut location = self.location();
        let mut before = separators.next();
        std::array::from_fn(|_| {
            location.field += 1;
            let start = before.map_or(entry.end, |separator| separator + 1);
            before = separators.next();
            Value::new(self.message, (start, before.unwrap_or(entry.end)), location, entry.holds)
        })
    }

    /// The component of the first repetition of a field.
    pub fn value(&self, field: u32, component: u32) -> Value<'a> {
        self.field(field).component(component)
    }

    /// All its fields in order, those that are empty too, without trailing ones that the sender left out.
    pub fn fields(&self) -> Fields<'a> {
        let entry = self.entry();
        // In a header the separator is itself the first field.
        let count = self.message.index().separators(entry).len() + usize::from(entry.name.is_header());
        Fields { segment: *self, numbers: 1..count as u32 + 1 }
    }

    /// The segments after it, for grouping: what belongs to an OBR are the segments up to the next one.
    pub fn following(&self) -> Segments<'a> {
        Segments::new(self.message, self.index + 1..self.message.segments().len())
    }

    pub(crate) fn whole(&self) -> Value<'a> {
        let entry = self.entry();
        Value::new(self.message, (entry.start, entry.end), self.location(), Holds::ANYTHING)
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

impl<'a> Iterator for Fields<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.numbers.next().map(|number| self.segment.field(number))
    }
}

impl FusedIterator for Fields<'_> {}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fields(next is {})", self.numbers.start)
    }
}
