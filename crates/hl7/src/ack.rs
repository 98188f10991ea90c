//! Acknowledgements: which are owed, how one is written, how one is read.
//!
//! Codes, locations and words only: nothing of the content of the message that is acknowledged gets into
//! MSA-3 or ERR, because peers write those to their logs. What is copied from it are the header fields that
//! say whose answer it is: MSH-3 to MSH-6, the trigger, MSH-10 (as MSA-2), MSH-11, MSH-12 and MSH-18.

mod answer;
mod build;
mod mode;
mod parse;
mod reply_to;

pub use answer::{AckCode, AckError, Answer, ErrorCode, Outcome, Severity};
pub use build::{ERRORS_MAX, build_ack};
pub use mode::{AckCondition, AckMode, Owed};
pub use parse::{Ack, PeerError};
pub use reply_to::ReplyTo;
