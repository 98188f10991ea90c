//! What is known about a patient with an ileal neuroendocrine tumour, and how it is judged to be true.
//!
//! The way through this crate is the way of a datum:
//!
//! 1. [`finding`] says what a report can state (a size, a category, a Ki-67), with exact units ([`quantity`],
//!    [`bounded`]), dates that keep their precision ([`date`]), TNM ([`tnm`]), grade ([`grade`]) and treatment
//!    ([`treatment`]);
//! 2. [`fact`] is a finding about one patient ([`identity`]) with its provenance, version, standing and the way it was
//!    read ([`reading`]);
//! 3. [`dossier`] folds facts as a *set*: any order and any duplication gives the same bytes; [`merge`] and
//!    [`mod@fold`] carry that promise across merged patient records and reports that are read again;
//! 4. [`picture`] is the tumour as believed at last: [`scope`] by [`codes`], chosen values with the facts they
//!    rest on, the liver, and the [`conflict`]s that people must look at;
//! 5. [`hazard`] is the Weibull arithmetic that models build on.
//!
//! It promises: no input panics; the same facts give the same answer, bit for bit, in any order; nothing here
//! shows a record number or raw text in an error or a `Debug` of an identifier.
//!
//! It does no IO, knows no clock, message format, service or database, and advises no treatment.

pub mod bounded;
mod canonical;
pub mod codes;
pub mod conflict;
pub mod date;
mod decimal;
pub mod decision;
pub mod dossier;
mod error;
pub mod fact;
pub mod finding;
pub mod fold;
pub mod grade;
pub mod hazard;
pub mod identity;
pub mod imaging;
pub mod marker;
pub mod merge;
pub mod picture;
pub mod quantity;
pub mod reading;
pub mod scope;
mod text;
pub mod tnm;
pub mod treatment;

pub use bounded::{Bounded, Comparator, Edge, Structured};
pub use conflict::{Conflict, ConflictKind, ConflictRule};
pub use date::{PartialDate, Precision};
pub use decision::{Decision, DecisionKind};
pub use dossier::Dossier;
pub use error::Error;
pub use fact::{
    Fact, FactIdentity, FactRef, Identities, Place, ReportKey, ReportKind, Standing, TextVersion, Version,
};
pub use finding::{Attribute, Extent, Finding, Focality, UnreadReason};
pub use fold::{Contribution, Fold, fold};
pub use grade::{DerivedGrade, Grade};
pub use hazard::Weibull;
pub use identity::{PatientId, PseudonymKey, RecordNumber, Shard};
pub use imaging::{
    AppointmentState, Imaging, ImagingAppointment, ImagingOrder, Modality, OrderNumbers, OrderState, Region,
};
pub use marker::{Marker, MarkerKind};
pub use picture::{Evidence, Picture};
pub use quantity::{Length, MitoticRate, Percent};
pub use reading::{Certainty, Reading};
pub use scope::Scope;
