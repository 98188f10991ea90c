//! Facts out of report text.
