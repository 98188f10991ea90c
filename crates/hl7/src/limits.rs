//! How much one message may hold.
//!
//! The limits are checked once, when a message is parsed, so that no later access needs to; only the growth
//! by escapes is checked when a value is decoded. Frames and batches have their own limits beside their
//! code.

/// Upper bounds for one message. Each is inclusive: a message exactly at the limit is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole message. 16 MiB carries a scanned PDF of 12 MB in base64, and is what other
    /// receivers take.
    pub message_bytes_max: usize,
    /// Segments of the message. 20 000 is ten times a large microbiology or sequencing report.
    pub segments_max: usize,
    /// Fields of one segment. The longest standard segment has fewer than 100; Z segments are longer.
    pub fields_max: usize,
    /// Repetitions of one field. 20 000 lets a report come as one line a repetition.
    pub repetitions_max: usize,
    /// Components of one repetition. The longest data type has fewer than 30; the rest is room for text
    /// whose delimiters the sender did not escape.
    pub components_max: usize,
    /// Subcomponents of one component.
    pub subcomponents_max: usize,
    /// Bytes that the escapes of one value may add to it (`\.sp999\` is eight bytes that become 999).
    pub escape_expansion_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes_max: 16 * 1024 * 1024,
            segments_max: 20_000,
            fields_max: 1_000,
            repetitions_max: 20_000,
            components_max: 1_000,
            subcomponents_max: 1_000,
            escape_expansion_bytes_max: 64 * 1024,
        }
    }
}
