//! JetStream as a transactional ledger: each stream is a log and, by the last message of each subject,
//! a table.
//!
//! What it promises:
//! - a commit that returns `Ok` is stored; one that returns [`CommitError::Unknown`] may be, and is never
//!   repeated behind the caller's back;
//! - a [`Transaction`] is stored whole or not at all, and each [`Transaction::put`] only on the revision it
//!   was decided from;
//! - [`work`] takes a delivery off its consumer only after the effect of that delivery is stored, sets aside
//!   what keeps failing together with the reason, and lets any number of workers share a consumer;
//! - [`sweep`] takes what is kept through a step once more, for rules that change while nothing is delivered;
//! - a payload above the broker's limit, of a message or of a request, travels through an object store and comes back
//!   whole or as an error.
//!
//! What it does not do: it knows no medicine and no message format, starts no server, opens no
//! transaction over two streams, and has no clock (the broker's timestamps are the only time it hands out).
//! Deliveries are *at least once and in any order*: a [`Step`] must fold its inputs as a set. A watermark
//! ("skip what is not newer") loses inputs here.

mod backoff;
mod batch;
mod call;
mod claims;
mod committer;
mod consumer;
mod ensure;
mod error;
mod follow;
mod gather;
mod health;
mod ledger;
mod link;
mod measure;
mod message;
mod options;
mod parts;
mod publish;
mod pull;
mod read;
mod round;
mod spec;
mod step;
mod stream;
mod sweep;
mod transaction;
mod unit;
mod work;

pub use committer::{BREAK_EVEN, Committer, CommitterOptions, CommitterTask, SINGLES_MAX};
pub use error::{CommitError, Difference, Error};
pub use follow::{Follow, Followed};
pub use health::Readiness;
pub use ledger::Ledger;
pub use message::{Revision, States, Stored};
pub use options::Options;
pub use spec::{Presence, StreamSpec};
pub use step::{AsideRecord, Decision, Delivery, Step, StepError, WorkOptions};
pub use stream::{Stream, StreamNumbers};
pub use sweep::{Rules, Swept, sweep};
pub use transaction::{Kind, MESSAGES_MAX, Transaction, Write};
pub use work::work;
#[doc(hidden)]
pub use work::{Fault, Moment, work_with_fault};
