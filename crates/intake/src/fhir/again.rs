//! What the reading of FHIR bodies needs besides their bytes, for those that come and those that are kept.

use jiff::Timestamp;
use lacteal_clinical::ReportKey;
use lacteal_fhir::{Input, Issue, Limits};

use super::clients::{Client, Clients};
use super::{Authorities, Context};
use crate::receive::Receiver;

/// Who may send, under which names authorities are known, and how much is read.
pub(crate) struct Bodies {
    pub(crate) clients: Clients,
    pub(crate) authorities: Authorities,
    pub(crate) limits: Limits,
}

/// Whether kept bytes are a FHIR body: they name the client that sent them, or are a JSON object.
pub(crate) fn is_body(client: &str, bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    !client.is_empty() || text.trim_ascii_start().starts_with(b"{")
}

impl Bodies {
    /// Reads a body.
    ///
    /// # Errors
    /// Why it cannot be read at all.
    pub(crate) fn read(&self, bytes: &[u8]) -> Result<Input, Vec<Issue>> {
        lacteal_fhir::read(bytes, &self.limits)
    }

    /// What interpretation needs for a body of this client, kept under this key and with this digest.
    pub(crate) fn context<'a>(
        &'a self,
        client: &'a Client,
        receiver: &'a Receiver,
        (report, tie): &(ReportKey, [u8; 16]),
        received: Timestamp,
    ) -> Context<'a> {
        let (identity, codes) = receiver.interpreting();
        let [application, facility] = &client.sender;
        Context {
            source: &client.source,
            identity,
            codes,
            authorities: &self.authorities,
            sender: [application, facility],
            report: *report,
            tie: *tie,
            received,
        }
    }
}
