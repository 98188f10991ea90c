//! A program that ends with its parent, even with one that is killed: Linux sends a signal then to a process that has asked
//! for it. Only the process itself can ask, so it starts as a program of ours that asks and then becomes the other one.
//!
//! Elsewhere there is no such signal, and a server that was left over is stopped by the next start.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};

/// Becomes the program that `command` names with its arguments, and is asked to end (SIGTERM) when `parent` ends: to be
/// exact, when that thread of it ends which started this process. Returns only when this cannot be.
pub fn become_tied(parent: u32, command: &[OsString]) -> io::Error {
    let [program, arguments @ ..] = command else {
        return io::Error::new(io::ErrorKind::InvalidInput, "no program is named");
    };
    if let Err(error) = set_parent_process_death_signal(Some(Signal::TERM)) {
        return error.into();
    }
    // A parent that ended before the request was heard would not be missed any more.
    let present = getppid().map(Pid::as_raw_nonzero).and_then(|id| u32::try_from(id.get()).ok());
    if present != Some(parent) {
        return io::Error::other(format!("process {parent} is not the parent of this one, or not any more"));
    }
    Command::new(program).args(arguments).exec()
}
