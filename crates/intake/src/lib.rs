//! Intake: takes messages from hospital systems, understands what concerns us, and keeps it.
//!
//! Promises: a positive acknowledgement is sent only after the broker has stored the message durably; what
//! cannot be understood is kept in quarantine with its reason; when nothing can be stored for the moment the
//! sender gets no answer and resends; a repetition gets the answer of the first time and changes nothing.
//! Most of a hospital's traffic is not about our patients: it is acknowledged, remembered by a keyed hash,
//! and not kept. A feed that falls silent for longer than its own rhythm is told, once.
//!
//! The deciding part ([`interpret`], [`Codes`], the rhythm of a feed) is pure: a message, a table and a time in,
//! facts out. The rest is listening, storing and answering. Intake draws no conclusions about a patient: folding is the
//! work of risk.

mod appointment;
mod asked;
mod codes;
mod config;
mod decide;
mod diagnosis;
mod difference;
mod document;
mod error;
mod events;
mod feed;
pub mod fhir;
mod interpret;
mod intolerance;
mod kept;
mod listener;
mod marker;
mod meaning;
mod narrative;
mod observation;
mod order;
mod paging;
mod person;
mod quarantine;
mod receive;
mod reinterpret;
mod relevance;
mod rhythm;
mod scribe;
mod senders;
mod service;
mod site_field;
mod spelling;
mod submit;
mod texts;
mod tls;
mod when;
mod whole;

pub use codes::{Code, Codes, Concept, Means, Presence, ReportKind};
pub use config::{Config, Processing, Source, SourceConfig, TlsConfig, WhenUnavailable};
pub use difference::{Counts, Difference, difference};
pub use error::Error;
pub use feed::{Error as FeedError, FeedWatch};
pub use interpret::{Context, INTERPRETATION_VERSION, Refusal, Understood, Verdict, interpret};
pub use person::Identity;
pub use receive::{Disposition, Receiver, Reply};
pub use service::{Bound, bind};
pub use site_field::SiteField;
pub use texts::report_texts;
