//! Texts that are kept as they were told: trimmed, not empty, and bounded.

use crate::Error;

/// The text without the space around it.
pub(crate) fn kept(what: &'static str, text: &str, max_bytes: usize) -> Result<String, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::Empty { what });
    }
    if text.len() > max_bytes {
        return Err(Error::TooLong { what, max_bytes });
    }
    Ok(text.to_owned())
}
