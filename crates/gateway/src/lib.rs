//! The gateway.

pub mod worklist;
