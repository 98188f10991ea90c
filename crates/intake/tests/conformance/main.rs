//! What hospital feeds are known to send, in twelve groups: for each line the acknowledgement, the facts and their
//! standing. Pure, without a broker; where the broker or a socket is the point, the file names the tests that have one.

#![expect(clippy::expect_used, clippy::panic, reason = "a test must fail loudly")]

mod acknowledgement;
mod answered;
mod appointments;
mod charsets;
mod control_ids;
mod dates;
mod delimiters;
mod faults;
mod framing;
#[path = "../interpret/given.rs"]
mod given;
mod merges;
mod orders;
mod statuses;
mod values;
