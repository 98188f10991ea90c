//! Synthetic patients and the HL7 v2 feed that a hospital would send about them.
//!
//! For demonstrations, tests and benchmarks. The same seed gives the same bytes, patient by patient, so
//! a feed of any length needs no memory. Nobody in it exists: names are drawn from rivers, record
//! numbers are counted. The courses are plausible, not calibrated: never draw a conclusion from them.

mod course;
mod feed;

pub use course::{Course, Fate, Study, StudyKind, Tumour};
pub use feed::{Feed, FeedOptions, patient_messages};
