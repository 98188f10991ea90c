//! The wall clock, for the edges of the system only.
//!
//! Everything that decides takes its *now* as an argument, so that a replay decides as the first time. This is
//! the one place that reads the clock, which makes every use of it easy to find and to question.

/// The present time, as this machine believes it to be. It may jump; measure durations with
/// `tokio::time::Instant`.
#[must_use]
pub fn now() -> jiff::Timestamp {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    jiff::Timestamp::now()
}
