//! Where a value stands in a message, and how that is written.

use std::fmt;

/// The name of a segment: three letters or digits, the first a letter, in upper case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SegmentName([u8; 3]);

/// A place in a message, in HL7's own numbers (from 1). A number of 0 means *the whole*: with `component` 0
/// the place is the whole repetition, with `field` 0 the whole segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// Name of the segment.
    pub segment: SegmentName,
    /// Which of the segments of that name, from 1.
    pub occurrence: u32,
    /// Position of the segment among all segments, from 0.
    pub index: u32,
    /// Field number; MSH-1 is the field separator itself.
    pub field: u32,
    /// Repetition of the field.
    pub repetition: u32,
    /// Component of the repetition.
    pub component: u32,
    /// Subcomponent of the component.
    pub subcomponent: u32,
}

/// A [`Location`] written in the standard's error location type (ERL), `OBX^3^5^1^2`.
#[derive(Debug, Clone, Copy)]
pub struct Erl {
    location: Location,
    separator: char,
}

impl SegmentName {
    /// Message header.
    pub const MSH: Self = Self(*b"MSH");
    /// Message acknowledgement.
    pub const MSA: Self = Self(*b"MSA");
    /// Error.
    pub const ERR: Self = Self(*b"ERR");
    /// File header.
    pub const FHS: Self = Self(*b"FHS");
    /// File trailer.
    pub const FTS: Self = Self(*b"FTS");
    /// Batch header.
    pub const BHS: Self = Self(*b"BHS");
    /// Batch trailer.
    pub const BTS: Self = Self(*b"BTS");

    /// Event type.
    pub const EVN: Self = Self(*b"EVN");
    /// Patient identification.
    pub const PID: Self = Self(*b"PID");
    /// Merge patient information.
    pub const MRG: Self = Self(*b"MRG");
    /// Patient visit.
    pub const PV1: Self = Self(*b"PV1");
    /// Diagnosis.
    pub const DG1: Self = Self(*b"DG1");
    /// Common order.
    pub const ORC: Self = Self(*b"ORC");
    /// Observation request.
    pub const OBR: Self = Self(*b"OBR");
    /// Observation or result.
    pub const OBX: Self = Self(*b"OBX");
    /// Notes and comments.
    pub const NTE: Self = Self(*b"NTE");
    /// Specimen.
    pub const SPM: Self = Self(*b"SPM");

    /// The name in the first three bytes; none when they cannot be one. Lower case is raised.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [a, b, c, ..]
                if a.is_ascii_alphabetic() && b.is_ascii_alphanumeric() && c.is_ascii_alphanumeric() =>
            {
                Some(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase(), c.to_ascii_uppercase()]))
            }
            _ => None,
        }
    }

    /// The name written as `text`; none when it is not three characters long or not a name.
    pub fn new(text: &str) -> Option<Self> {
        if text.len() == 3 { Self::read(text.as_bytes()) } else { None }
    }

    /// The three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 3] {
        &self.0
    }

    /// Whether the segment defines delimiters, so that its first field is the separator itself.
    pub(crate) fn is_header(self) -> bool {
        matches!(self, Self::MSH | Self::FHS | Self::BHS)
    }

    /// Whether the segment may only stand outside a message or begin one.
    pub(crate) fn bounds_messages(self) -> bool {
        self.is_header() || matches!(self, Self::FTS | Self::BTS)
    }
}

impl Location {
    /// A field of the first segment of that name, as known without a message (`index` is 0).
    pub fn first(segment: SegmentName, field: u32) -> Self {
        Self { segment, occurrence: 1, index: 0, field, repetition: 0, component: 0, subcomponent: 0 }
    }

    /// The place in ERL form with `^` between the parts.
    pub fn erl(self) -> Erl {
        self.erl_separated(b'^')
    }

    pub(crate) fn erl_separated(self, separator: u8) -> Erl {
        Erl { location: self, separator: char::from(separator) }
    }
}

/// `OBX[3]-5[1].2.1`, shortened from the right where the place is a whole.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.segment, self.occurrence)?;
        if self.field > 0 {
            write!(f, "-{}", self.field)?;
        }
        if self.repetition > 0 {
            write!(f, "[{}]", self.repetition)?;
        }
        if self.component > 0 {
            write!(f, ".{}", self.component)?;
        }
        if self.subcomponent > 0 {
            write!(f, ".{}", self.subcomponent)?;
        }
        Ok(())
    }
}

impl fmt::Display for Erl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = &self.location;
        write!(f, "{}{}{}", place.segment, self.separator, place.occurrence)?;
        for number in [place.field, place.repetition, place.component, place.subcomponent] {
            if number == 0 {
                break;
            }
            write!(f, "{}{number}", self.separator)?;
        }
        Ok(())
    }
}

impl fmt::Display for SegmentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for SegmentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq<str> for SegmentName {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for SegmentName {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_as_far_as_it_goes() {
        let mut place = Location::first(SegmentName::MSH, 0);
        place.occurrence = 3;
        assert_eq!((place.to_string(), place.erl().to_string()), ("MSH[3]".into(), "MSH^3".into()));
        place.field = 5;
        assert_eq!((place.to_string(), place.erl().to_string()), ("MSH[3]-5".into(), "MSH^3^5".into()));
        place.repetition = 1;
        place.component = 2;
        assert_eq!(
            (place.to_string(), place.erl().to_string()),
            ("MSH[3]-5[1].2".into(), "MSH^3^5^1^2".into())
        );
        place.subcomponent = 4;
        assert_eq!(
            (place.to_string(), place.erl().to_string()),
            ("MSH[3]-5[1].2.4".into(), "MSH^3^5^1^2^4".into())
        );
    }

    #[test]
    fn names_are_three_letters_or_digits_and_begin_with_a_letter() {
        assert_eq!(SegmentName::new("pv1").map(|name| name.to_string()), Some("PV1".into()));
        for bad in ["", "PV", "1PV", "P V", "PID2", "PÄ"] {
            assert_eq!(SegmentName::new(bad), None);
        }
    }
}
