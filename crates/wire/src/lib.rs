//! The protobuf events and API, and the conversions from and to `clinical`.
//!
//! What services say to each other is defined in `proto/` and nowhere else; they meet here and never
//! import each other. Decoding is strict: an event that cannot be turned into valid values is an error
//! that names the field, so that the work loop sets it aside instead of guessing.
//! This crate decides nothing and does no IO.

pub mod asked;
mod decision;
mod dossier;
mod error;
mod fact;
mod finding;
mod judgement;
pub mod subject;
mod tnm;

pub use decision::{decision, fact_ref, read_decision, read_fact_ref};
pub use dossier::{dossier, mark_taken_back, read_dossier, read_report, summary};
pub use error::Error;
pub use fact::{date, fact, patient, read_date, read_fact, read_record_number, record_number};
pub use finding::{finding, modality, read_finding};

/// Generated code, nested as the protobuf packages are, because it refers to itself by relative paths.
#[allow(missing_docs, unreachable_pub, clippy::all, reason = "generated from proto/")]
mod lacteal {
    pub mod event {
        pub mod v1 {
            tonic::include_proto!("lacteal.event.v1");
        }
    }
    pub mod v1 {
        tonic::include_proto!("lacteal.v1");
    }
}

pub use lacteal::event::v1 as event;
pub use lacteal::v1 as api;

/// Encoded `FileDescriptorSet` of all protobuf files, for gRPC reflection.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// The bytes of an event.
pub fn encode(event: &impl prost::Message) -> bytes::Bytes {
    event.encode_to_vec().into()
}

/// An event out of its bytes. `name` is for the error.
///
/// # Errors
/// When the bytes are not this event.
pub fn decode<E: prost::Message + Default>(bytes: &bytes::Bytes, name: &'static str) -> Result<E, Error> {
    E::decode(bytes.clone()).map_err(|_| Error::Undecodable { event: name })
}
