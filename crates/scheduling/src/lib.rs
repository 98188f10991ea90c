//! When a patient's next CT or MRI is due, why, and what people must be told.
//!
//! [`policy`] is the rows of a guideline with their sources; [`plan()`] turns a dossier and a policy into the
//! patient's one surveillance status and the window of the next scan, advances it with time, and says which notices a
//! change calls for.
//!
//! It promises: exactly one status with a reason for every patient; the model shortens an interval within the policy's
//! row and never lengthens it beyond the row; every doubt leads to the earlier day; an order hides no overdue scan, and an
//! appointment only until its day and the policy's days after it; the same dossier, policy, time and zone give the
//! same plan; a state that goes on tells nobody twice.
//!
//! The pure part has no clock, randomness or IO. It orders no scan, changes no clinician's decision and advises no
//! treatment.

mod ask;
pub mod plan;
pub mod policies;
pub mod policy;
mod service;
mod step;

pub use plan::{advance, notices, plan, same};
pub use policies::Policies;
pub use policy::Policy;
pub use service::{Config, Error, load_rules, start};
pub use step::{PlanStep, Rules, WakeStep};
