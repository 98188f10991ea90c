//! How much one body may hold.
//!
//! The limits are checked while the bytes are read, before anything is kept, so that a small body cannot grow
//! into much memory and a deep one cannot exhaust the stack.

/// Deepest nesting that is ever read, whatever [`Limits::depth_max`] says: reading and dropping are recursive,
/// and this much fits the stack of any thread many times over.
pub const DEPTH_CEILING: usize = 128;

/// Upper bounds for one body. Each is inclusive: a body exactly at the limit is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole body. 16 MiB carries a scanned PDF of 12 MB in base64.
    pub body_bytes_max: usize,
    /// Objects and arrays inside one another, the outermost included; at most [`DEPTH_CEILING`]. A resource in a
    /// bundle with nested extensions needs about 20.
    pub depth_max: usize,
    /// Entries of one Bundle.
    pub entries_max: usize,
    /// Bytes of one string, decoded.
    pub string_bytes_max: usize,
    /// Characters of one number. FHIR asks for at least 18 significant digits (decimal).
    pub number_bytes_max: usize,
    /// Values of the whole body: every object, array, string, number, true, false and null.
    pub values_max: usize,
    /// Issues reported; the rest are counted as one.
    pub issues_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes_max: 16 * 1024 * 1024,
            depth_max: 64,
            entries_max: 10_000,
            string_bytes_max: 16 * 1024 * 1024,
            number_bytes_max: 64,
            values_max: 1_000_000,
            issues_max: 100,
        }
    }
}
