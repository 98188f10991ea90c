//! How a process ended, and the exit code that says so.

use super::Stage;
use crate::Signal;
use std::fmt;

/// How the tasks of a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "it decides the exit code"]
pub struct Outcome {
    /// What began the stop.
    pub cause: Cause,
    /// Tasks that failed, before or during the stop, in the order in which they did.
    pub failures: Vec<Failure>,
    /// Tasks that did not stop in time and were aborted, in the order of their stages.
    pub unstopped: Vec<String>,
    /// The second signal, when it cut the stop short. The binary must then end the process at once, without
    /// waiting for its runtime.
    pub cut_short: Option<Signal>,
}

/// What began a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A signal.
    Signal(Signal),
    /// A task that failed: the first of [`Outcome::failures`].
    Failure,
    /// A call of [`Tasks::stop`](super::Tasks::stop).
    Asked,
}

/// A task that did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The task's name, with its role: `intake/mllp`.
    pub task: String,
    /// The stage it belonged to.
    pub stage: Stage,
    /// What happened.
    pub reason: Reason,
}

/// How a task failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It ended with an error; the text has the whole chain of causes.
    Error(String),
    /// It panicked. What the panic said is not kept, because it may quote data.
    Panicked,
    /// It ended although nobody had asked it to.
    Ended,
}

impl Outcome {
    /// The exit code: 130 or 143 when a second signal cut the stop short, 1 when a task failed or had to be
    /// aborted, else 0.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self.cut_short {
            Some(signal) => signal.exit_code(),
            None => u8::from(!self.failures.is_empty() || !self.unstopped.is_empty()),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signal(signal) => signal.fmt(f),
            Self::Failure => f.write_str("a task failed"),
            Self::Asked => f.write_str("asked to"),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "task {}: {}", self.task, self.reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(chain) => f.write_str(chain),
            Self::Panicked => f.write_str("panicked"),
            Self::Ended => f.write_str("ended without being asked to"),
        }
    }
}

/// An error with all its causes, outermost first.
pub(super) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
