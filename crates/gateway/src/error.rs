//! Why the gateway cannot start.

use std::net::SocketAddr;

/// Why the gateway cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The port cannot be had.
    #[error(transparent)]
    Listen(#[from] lacteal_service::listen::Error),
    /// The address cannot be told after binding.
    #[error("cannot tell the address of gateway.grpc: {0}")]
    Address(std::io::Error),
    /// Others could reach an open door.
    #[error(
        "{0} (gateway.grpc) can be reached by others, and TLS and roles are not available yet; listen on a loopback \
         address, or set gateway.insecure_plaintext = true if the network encrypts and controls access itself"
    )]
    Plaintext(SocketAddr),
    /// A setting that cannot work.
    #[error("{key} {problem}")]
    Setting {
        /// The key.
        key: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The descriptors of the API are damaged; a mistake in the build.
    #[error("cannot build the reflection service: {0}")]
    Reflection(String),
}
