//! What an acknowledgement takes from the message it answers.
//!
//! Read in its own way and without failing, because an answer is owed most of all to a message that could
//! not be parsed: garbage, the head of a frame that was too large, a batch.

use crate::{Delimiters, Message, SegmentName, Version};

/// How far a header is searched for, in bytes.
const SEARCH_BYTES_MAX: usize = 4096;

/// Longer fields are not copied: an answer must stay small whatever it answers.
const FIELD_BYTES_MAX: usize = 1024;

/// The fields of a message that its acknowledgement copies, as they stand in it. All are empty when there is
/// no header to be found.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplyTo {
    pub(super) delimiters: Delimiters,
    /// MSH-3 to MSH-6.
    pub(super) addresses: [Vec<u8>; 4],
    pub(super) trigger: Vec<u8>,
    pub(super) control_id: Vec<u8>,
    pub(super) processing_id: Vec<u8>,
    pub(super) version: Vec<u8>,
    pub(super) charset: Vec<u8>,
}

impl ReplyTo {
    /// Reads what can be read. A batch is answered by its FHS or BHS, with the control id from there.
    pub fn read(message: &[u8]) -> Self {
        let nothing = Self {
            delimiters: Delimiters::STANDARD,
            addresses: Default::default(),
            trigger: Vec::new(),
            control_id: Vec::new(),
            processing_id: Vec::new(),
            version: Vec::new(),
            charset: Vec::new(),
        };
        let Some((name, header)) = find_header(message) else { return nothing };
        let Some(&separator) = header.get(3) else { return nothing };
        let delimiters = Delimiters::read(header).unwrap_or(Delimiters::STANDARD);
        let fields: Vec<&[u8]> = header.split(|&byte| byte == separator).take(18).collect();
        // The name is part 0 and the separator field 1, so field n is part n - 1.
        let field = |number: usize| copied(fields.get(number - 1).copied().unwrap_or_default(), &delimiters);
        let addresses = [field(3), field(4), field(5), field(6)];
        if name != SegmentName::MSH {
            return Self { delimiters, addresses, control_id: field(11), ..nothing };
        }
        let message_type = field(9);
        let trigger = message_type.split(|&byte| byte == delimiters.component()).nth(1).unwrap_or_default();
        let is_code = trigger.iter().all(u8::is_ascii_alphanumeric);
        Self {
            addresses,
            trigger: if is_code { trigger.to_ascii_uppercase() } else { Vec::new() },
            control_id: field(10),
            processing_id: field(11),
            version: field(12),
            charset: field(18),
            delimiters,
        }
    }

    /// For a batch: what its header leaves out, or has no place for, is taken from its first message: processing
    /// id and charset, and the control id where the header has none. The version is not: what is to be said
    /// about a batch needs words, and an ERR segment before 2.5 has no place for them.
    #[must_use]
    pub fn completed_by(mut self, message: &Self) -> Self {
        for (own, other) in [
            (&mut self.control_id, &message.control_id),
            (&mut self.processing_id, &message.processing_id),
            (&mut self.charset, &message.charset),
        ] {
            if own.is_empty() && !other.contains(&self.delimiters.field()) {
                own.clone_from(other);
            }
        }
        self
    }

    /// Whether there is an id by which the sender could recognise the answer.
    pub fn has_control_id(&self) -> bool {
        !self.control_id.is_empty()
    }

    /// The version, when it is one.
    pub(super) fn version(&self) -> Option<Version> {
        let number = self.version.split(|&byte| byte == self.delimiters.component()).next()?;
        Version::parse(std::str::from_utf8(number).ok()?)
    }
}

impl From<&Message> for ReplyTo {
    fn from(message: &Message) -> Self {
        Self::read(message.bytes())
    }
}

/// Control ids may be record numbers: sizes only.
impl std::fmt::Debug for ReplyTo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReplyTo")
            .field("has_control_id", &self.has_control_id())
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}

/// The first header segment that begins a line, from its name to its end.
fn find_header(message: &[u8]) -> Option<(SegmentName, &[u8])> {
    let searched = message.len().min(SEARCH_BYTES_MAX);
    (0..searched).find_map(|at| {
        let follows_letter = at.checked_sub(1).and_then(|before| message.get(before));
        if follows_letter.is_some_and(u8::is_ascii_alphanumeric) {
            return None;
        }
        let rest = message.get(at..)?;
        let name = SegmentName::read(rest).filter(|name| name.is_header())?;
        rest.get(3).filter(|byte| byte.is_ascii_punctuation())?;
        rest.split(|byte| matches!(byte, b'\r' | b'\n')).next().map(|header| (name, header))
    })
}

/// A field as it may be copied: short, and with nothing that would end the field, the segment or the frame
/// of the answer.
fn copied(field: &[u8], delimiters: &Delimiters) -> Vec<u8> {
    if field.len() > FIELD_BYTES_MAX || field.contains(&delimiters.field()) {
        return Vec::new();
    }
    field.iter().copied().filter(|byte| !byte.is_ascii_control()).collect()
}
