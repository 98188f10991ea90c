//! The risk of liver metastasis of a patient with an ileal neuroendocrine tumour, and why it is so.
//!
//! [`model`] is the numbers with their sources; [`assess()`] applies them to what is believed about a patient.
//!
//! It promises: the same picture and model give the same bits, on any machine; each factor's part, its source and its
//! facts are in the answer, and their product is the hazard ratio; what is not known counts as the reference patient's
//! and is listed; a further adverse finding never lowers the risk.
//!
//! The pure part has no clock, randomness or IO. The model is an expert-parameter model that was not validated on
//! patients: it shows clinicians numbers and reasons, and advises no treatment.

mod ask;
pub mod assess;
mod curve;
mod explain;
mod hypothetical;
pub mod model;
pub mod mortality;
mod service;
mod step;

pub use assess::assess;
pub use explain::explain;
pub use hypothetical::suppose;
pub use model::Model;
pub use service::{Config, Error, load_model, start};
pub use step::{ReassessStep, RiskStep};
