//! Errors of intake. None holds anything of a message.

/// Why intake cannot start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A code of the site's table cannot be used.
    #[error("intake.codes: {0}")]
    Codes(String),
    /// A source cannot be used.
    #[error("intake.sources {name:?}: {what}")]
    Source {
        /// Its name.
        name: String,
        /// What is wrong with it.
        what: String,
    },
    /// The FHIR endpoint cannot be set up.
    #[error("intake.fhir: {0}")]
    Fhir(String),
    /// TLS cannot be set up.
    #[error("intake.tls: {0}")]
    Tls(String),
    /// The address cannot be listened on.
    #[error(transparent)]
    Listen(#[from] lacteal_service::listen::Error),
    /// The broker refused something that intake needs.
    #[error("intake failed at the broker: {0}")]
    Ledger(#[from] lacteal_ledger::Error),
    /// Something in the way of accepting connections.
    #[error("failed to accept connections: {0}")]
    Accept(std::io::Error),
}
