//! Files and batches: `[FHS] { [BHS] { MSH… } [BTS] } [FTS]`, and plain sequences of messages.
//!
//! Splitting only looks at the beginnings of lines: a line that begins with MSH, FHS, BHS, BTS or FTS and a
//! separator begins something new. Messages are not parsed here, so that a bad one does not spoil the
//! others. What is wrong with the whole (a missing trailer, a wrong count, segments that belong to no
//! message) is listed as [`Defect`]s beside the messages, all of which are given.

use std::ops::Range;

use bytes::Bytes;
use memchr::memchr2_iter;

use crate::{Error, Limits, Message, SegmentName};

/// Messages in one batch or file.
pub const MESSAGES_MAX: usize = 100_000;

/// Defects listed; further ones are left out.
pub const DEFECTS_MAX: usize = 1_000;

/// A file taken apart.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// FHS, when there is one that can be read.
    pub file_header: Option<Message>,
    /// The batches; messages outside any batch form one without a header.
    pub groups: Vec<Group>,
    /// FTS-1, the number of batches that the sender says there are.
    pub batches_declared: Option<u64>,
    /// What is wrong with the whole.
    pub defects: Vec<Defect>,
}

/// The messages of one batch.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// BHS, when there is one that can be read.
    pub header: Option<Message>,
    /// The messages, not parsed.
    pub messages: Vec<Slice>,
    /// BTS-1, the number of messages that the sender says there are.
    pub messages_declared: Option<u64>,
    /// Whether it began with BHS.
    has_header: bool,
    is_closed: bool,
}

/// A part of a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Slice {
    /// Where it is in the file, in bytes.
    pub span: Range<usize>,
    /// Its bytes, shared with the file.
    pub bytes: Bytes,
}

/// What is wrong with a file or batch. Offsets are in bytes from its beginning, batches are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Defect {
    /// FHS or BHS cannot be read.
    #[error("header at byte {offset} cannot be read")]
    Header {
        /// Where it is.
        offset: usize,
    },
    /// FHS is not the first segment.
    #[error("file header at byte {offset} is not at the beginning")]
    FileHeaderInside {
        /// Where it is.
        offset: usize,
    },
    /// Segments stand before the first MSH, or after a trailer.
    #[error("segments at byte {offset} belong to no message")]
    Stray {
        /// Where they begin.
        offset: usize,
    },
    /// BHS without BTS.
    #[error("batch {batch} has no trailer")]
    BatchNotClosed {
        /// Which batch.
        batch: usize,
    },
    /// FHS without FTS.
    #[error("file has no trailer")]
    FileNotClosed,
    /// BTS without BHS, or FTS without FHS.
    #[error("trailer at byte {offset} has no header")]
    TrailerWithoutHeader {
        /// Where it is.
        offset: usize,
    },
    /// BTS-1 differs from the number of messages found.
    #[error("batch {batch} declares {declared} messages and has {found}")]
    MessageCount {
        /// Which batch.
        batch: usize,
        /// What the trailer says.
        declared: u64,
        /// What there is.
        found: u64,
    },
    /// FTS-1 differs from the number of batches found.
    #[error("file declares {declared} batches and has {found}")]
    BatchCount {
        /// What the trailer says.
        declared: u64,
        /// What there is.
        found: u64,
    },
}

impl Batch {
    /// Takes a file, or the content of one frame, apart. Block characters that a file of MLLP frames has
    /// around its messages are tolerated. Bytes without any message give a batch without messages.
    ///
    /// # Errors
    /// There are more than [`MESSAGES_MAX`] messages. `limits` bound the size of each header.
    pub fn split(bytes: &Bytes, limits: &Limits) -> Result<Self, Error> {
        let mut splitter =
            Splitter { bytes, limits, batch: Self::default(), has_file_header: false, messages: 0 };
        let mut part = (0, None);
        for next in boundaries(bytes).map(Some).chain([None]) {
            let end = next.map_or(bytes.len(), |(start, _)| start);
            splitter.take(part.1, part.0..end)?;
            part = next.map_or((end, None), |(start, name)| (start, Some(name)));
        }
        Ok(splitter.finish())
    }

    /// All messages in their order.
    pub fn messages(&self) -> impl Iterator<Item = &Slice> {
        self.groups.iter().flat_map(|group| &group.messages)
    }

    /// Whether there is a file or batch header, so that the whole is acknowledged as one.
    pub fn has_header(&self) -> bool {
        self.file_header.is_some() || self.groups.iter().any(|group| group.has_header)
    }

    fn open_group(&mut self) -> Option<&mut Group> {
        self.groups.last_mut().filter(|group| !group.is_closed)
    }

    fn report(&mut self, defect: Defect) {
        if self.defects.len() < DEFECTS_MAX {
            self.defects.push(defect);
        }
    }
}

struct Splitter<'a> {
    bytes: &'a Bytes,
    limits: &'a Limits,
    batch: Batch,
    has_file_header: bool,
    messages: usize,
}

impl Splitter<'_> {
    fn take(&mut self, name: Option<SegmentName>, span: Range<usize>) -> Result<(), Error> {
        let part = trimmed(self.bytes, span);
        let offset = part.span.start;
        match name {
            None if part.bytes.is_empty() => {}
            None => self.batch.report(Defect::Stray { offset }),
            Some(SegmentName::MSH) => self.message(part)?,
            Some(name) => {
                let (line, rest) = first_line(self.bytes, part.span);
                match name {
                    SegmentName::FHS => self.file_header(&line),
                    SegmentName::BHS => self.batch_header(&line),
                    SegmentName::BTS => self.batch_trailer(&line),
                    _ => self.file_trailer(&line),
                }
                if !rest.bytes.is_empty() {
                    self.batch.report(Defect::Stray { offset: rest.span.start });
                }
            }
        }
        Ok(())
    }

    fn message(&mut self, message: Slice) -> Result<(), Error> {
        self.messages += 1;
        if self.messages > MESSAGES_MAX {
            return Err(Error::BatchTooLarge { count_max: MESSAGES_MAX });
        }
        match self.batch.open_group() {
            Some(group) => group.messages.push(message),
            None => self.batch.groups.push(Group { messages: vec![message], ..Group::default() }),
        }
        Ok(())
    }

    fn file_header(&mut self, line: &Slice) {
        if self.has_file_header || !self.batch.groups.is_empty() {
            return self.batch.report(Defect::FileHeaderInside { offset: line.span.start });
        }
        self.has_file_header = true;
        self.batch.file_header = self.header(line);
    }

    fn batch_header(&mut self, line: &Slice) {
        self.close_group(None);
        let header = self.header(line);
        self.batch.groups.push(Group { header, has_header: true, ..Group::default() });
    }

    fn header(&mut self, line: &Slice) -> Option<Message> {
        let header = Message::parse_batch_header(line.bytes.clone(), self.limits).ok();
        if header.is_none() {
            self.batch.report(Defect::Header { offset: line.span.start });
        }
        header
    }

    fn batch_trailer(&mut self, line: &Slice) {
        match self.batch.open_group() {
            Some(group) if group.has_header => self.close_group(Some(line)),
            _ => {
                self.batch.report(Defect::TrailerWithoutHeader { offset: line.span.start });
                // What follows belongs to another batch than what came before.
                self.close_group(Some(line));
            }
        }
    }

    /// Ends the open group, at its trailer when there is one.
    fn close_group(&mut self, trailer: Option<&Slice>) {
        let batch = self.batch.groups.len().saturating_sub(1);
        let Some(group) = self.batch.open_group() else { return };
        group.is_closed = true;
        group.messages_declared = trailer.and_then(declared_count);
        let found = group.messages.len() as u64;
        let defect = match group.messages_declared {
            _ if group.has_header && trailer.is_none() => Some(Defect::BatchNotClosed { batch }),
            Some(declared) if declared != found => Some(Defect::MessageCount { batch, declared, found }),
            _ => None,
        };
        if let Some(defect) = defect {
            self.batch.report(defect);
        }
    }

    fn file_trailer(&mut self, line: &Slice) {
        if !self.has_file_header {
            self.batch.report(Defect::TrailerWithoutHeader { offset: line.span.start });
        }
        self.has_file_header = false;
        self.close_group(None);
        self.batch.batches_declared = declared_count(line);
        let found = self.batch.groups.len() as u64;
        if let Some(declared) = self.batch.batches_declared.filter(|&declared| declared != found) {
            self.batch.report(Defect::BatchCount { declared, found });
        }
    }

    fn finish(mut self) -> Batch {
        self.close_group(None);
        if self.has_file_header {
            self.batch.report(Defect::FileNotClosed);
        }
        self.batch
    }
}

/// The offsets at which parts begin, and the names of their first segments.
fn boundaries(bytes: &[u8]) -> impl Iterator<Item = (usize, SegmentName)> {
    let line_starts = std::iter::once(0).chain(memchr2_iter(b'\r', b'\n', bytes).map(|at| at + 1));
    line_starts.filter_map(|start| {
        let rest = bytes.get(start..)?;
        let skipped = rest
            .iter()
            .take(8)
            .take_while(|&&byte| is_filler(byte) && !matches!(byte, b'\r' | b'\n'))
            .count();
        let line = rest.get(skipped..)?;
        let name = SegmentName::read(line).filter(|name| name.bounds_messages())?;
        line.get(3).filter(|byte| byte.is_ascii_punctuation())?;
        Some((start + skipped, name))
    })
}

/// What may stand between the parts of a file: blanks, line ends, a byte order mark and MLLP's block
/// characters.
fn is_filler(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0B | 0x1C | 0xEF | 0xBB | 0xBF)
}

fn trimmed(file: &Bytes, span: Range<usize>) -> Slice {
    let part = file.get(span.clone()).unwrap_or_default();
    let leading = part.iter().take_while(|&&byte| is_filler(byte)).count();
    // Blanks at the end of a line belong to its last field, and a text may end in any byte above 7F.
    let trailing = part
        .iter()
        .skip(leading)
        .rev()
        .take_while(|byte| matches!(byte, b'\r' | b'\n' | 0x0B | 0x1C))
        .count();
    slice(file, span.start + leading..span.end - trailing)
}

/// The first line of a part, and the rest of it.
fn first_line(file: &Bytes, span: Range<usize>) -> (Slice, Slice) {
    let part = file.get(span.clone()).unwrap_or_default();
    let length = part.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count();
    let end = span.start + length;
    (slice(file, span.start..end), trimmed(file, end..span.end))
}

fn slice(file: &Bytes, span: Range<usize>) -> Slice {
    let bytes = file.get(span.clone()).map(|part| file.slice_ref(part)).unwrap_or_default();
    Slice { span, bytes }
}

/// The first field of a trailer, when it is a number.
fn declared_count(trailer: &Slice) -> Option<u64> {
    let (separator, rest) = trailer.bytes.get(3..)?.split_first()?;
    let field = rest.split(|byte| byte == separator).next()?;
    std::str::from_utf8(field.trim_ascii()).ok()?.parse().ok()
}

/// Place and size only: a part of a file must not reach a log.
impl std::fmt::Debug for Slice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Slice({:?})", self.span)
    }
}
