//! MSH in typed form.
//!
//! Read leniently, field by field: a header with one bad field still tells the others. What is required and
//! missing is an error with a location and a code of table 0357, ready for an acknowledgement. MSH-12 often
//! lies; nothing here depends on it but the shape of the answer.

use std::{borrow::Cow, fmt};

use crate::{AckMode, Error, Segment, Timestamp, Value};

/// The message header.
#[derive(Debug, Clone, Copy)]
pub struct Header<'a> {
    segment: Segment<'a>,
}

/// MSH-9.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageType<'a> {
    /// Message code (table 0076), in upper case, such as `ORU`.
    pub code: Cow<'a, str>,
    /// Trigger event (table 0003), in upper case, such as `R01`; empty when not given.
    pub trigger: Cow<'a, str>,
    /// Message structure (table 0354), in upper case, such as `ORU_R01`; empty when not given.
    pub structure: Cow<'a, str>,
}

/// MSH-11, first component (table 0103).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessingId {
    /// `P`.
    Production,
    /// `T`.
    Training,
    /// `D`.
    Debugging,
    /// Another code.
    Other,
    /// Empty.
    Absent,
}

/// A version of the standard, such as 2.5.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version {
    /// 2.
    pub major: u16,
    /// 5.
    pub minor: u16,
    /// 1; 0 when not given.
    pub patch: u16,
}

// === impl Header ===

impl<'a> Header<'a> {
    pub(crate) fn new(segment: Segment<'a>) -> Self {
        Self { segment }
    }

    /// The segment itself.
    pub fn segment(&self) -> Segment<'a> {
        self.segment
    }

    /// MSH-3, a hierarchic designator.
    pub fn sending_application(&self) -> Value<'a> {
        self.segment.field(3)
    }

    /// MSH-4, a hierarchic designator.
    pub fn sending_facility(&self) -> Value<'a> {
        self.segment.field(4)
    }

    /// MSH-5, a hierarchic designator.
    pub fn receiving_application(&self) -> Value<'a> {
        self.segment.field(5)
    }

    /// MSH-6, a hierarchic designator.
    pub fn receiving_facility(&self) -> Value<'a> {
        self.segment.field(6)
    }

    /// MSH-7, when the message was made; none when empty.
    ///
    /// # Errors
    /// It is no time.
    pub fn time(&self) -> Result<Option<Timestamp>, Error> {
        self.segment.field(7).timestamp()
    }

    /// MSH-9.
    ///
    /// # Errors
    /// The message code is missing or cannot be decoded.
    pub fn message_type(&self) -> Result<MessageType<'a>, Error> {
        let field = self.segment.field(9);
        let part =
            |number| field.component(number).trimmed().map(|text| text.map_or(Cow::Borrowed(""), upper));
        let code = part(1)?;
        if code.is_empty() {
            return Err(Error::Missing { location: field.location() });
        }
        Ok(MessageType { code, trigger: part(2)?, structure: part(3)? })
    }

    /// MSH-10, the id by which the sender knows the message.
    ///
    /// # Errors
    /// It is missing or cannot be decoded.
    pub fn control_id(&self) -> Result<Cow<'a, str>, Error> {
        required(self.segment.field(10))
    }

    /// MSH-11, first component.
    pub fn processing_id(&self) -> ProcessingId {
        let code = self.segment.value(11, 1);
        match code.raw().trim_ascii() {
            _ if code.present().is_none() => ProcessingId::Absent,
            b"P" | b"p" => ProcessingId::Production,
            b"T" | b"t" => ProcessingId::Training,
            b"D" | b"d" => ProcessingId::Debugging,
            _ => ProcessingId::Other,
        }
    }

    /// MSH-12, first component.
    ///
    /// # Errors
    /// It is missing or no version number.
    pub fn version(&self) -> Result<Version, Error> {
        let field = self.segment.value(12, 1);
        let text = required(field)?;
        Version::parse(&text).ok_or_else(|| Error::Version { location: field.location() })
    }

    /// Which acknowledgements MSH-15 and MSH-16 ask for.
    pub fn ack_mode(&self) -> AckMode {
        AckMode::read(self.segment.field(15).raw(), self.segment.field(16).raw())
    }

    /// MSH-18, the charsets; the first repetition is that of the message.
    pub fn charset(&self) -> Value<'a> {
        self.segment.field(18)
    }

    /// Everything in the header that a sender has to mend: what is missing of MSH-9, MSH-10 and MSH-12, or
    /// cannot be read, and a charset that is not known. Empty for a good header.
    pub fn faults(&self) -> Vec<Error> {
        [
            self.segment.message().charset().err(),
            self.message_type().err(),
            self.control_id().err(),
            self.version().err(),
        ]
        .into_iter()
        .flatten()
        .fold(Vec::new(), |mut faults, fault| {
            // An unknown charset makes every other field fail with the same error.
            if !faults.contains(&fault) {
                faults.push(fault);
            }
            faults
        })
    }
}

fn required(value: Value<'_>) -> Result<Cow<'_, str>, Error> {
    value.trimmed()?.ok_or_else(|| Error::Missing { location: value.location() })
}

fn upper(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        Cow::Owned(text.to_ascii_uppercase())
    } else {
        text
    }
}

// === impl MessageType ===

impl MessageType<'_> {
    /// Whether it has this code and trigger.
    pub fn is(&self, code: &str, trigger: &str) -> bool {
        self.code == code && self.trigger == trigger
    }
}

/// `ORU^R01^ORU_R01`, shortened from the right.
impl fmt::Display for MessageType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)?;
        if !self.trigger.is_empty() || !self.structure.is_empty() {
            write!(f, "^{}", self.trigger)?;
        }
        if !self.structure.is_empty() {
            write!(f, "^{}", self.structure)?;
        }
        Ok(())
    }
}

// === impl Version ===

impl Version {
    /// Reads two or three numbers with dots between them.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.trim().split('.').map(|number| {
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { number.parse::<u16>().ok() } else { None }
        });
        let (major, minor) = (numbers.next()??, numbers.next()??);
        let patch = match numbers.next() {
            None => 0,
            Some(patch) => patch?,
        };
        if numbers.next().is_some() { None } else { Some(Self { major, minor, patch }) }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if self.patch > 0 { write!(f, ".{}", self.patch) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_two_or_three_numbers_and_have_an_order() {
        let version = |text| Version::parse(text).map(|version| version.to_string());
        for good in ["2.1", "2.3.1", "2.5", "2.5.1", "2.8.2", "2.10"] {
            assert_eq!(version(good).as_deref(), Some(good));
        }
        for bad in ["", "2", "2.", ".5", "v2.5", "2.5.1.1", "2.x", "2.99999", "2.+5"] {
            assert_eq!(version(bad), None, "{bad}");
        }
        assert!(Version::parse("2.3.1") < Version::parse("2.4"));
        assert!(Version::parse("2.5") < Version::parse("2.5.1"));
        assert!(Version::parse("2.9") < Version::parse("2.10"));
    }
}
