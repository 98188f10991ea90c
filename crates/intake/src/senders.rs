//! Who sent what is kept: sources of HL7 v2 by their names, and clients of FHIR.

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::Source;
use crate::fhir::again::{Bodies, is_body};
use crate::fhir::clients::Client;

/// All that may have sent something, as configured.
pub(crate) struct Senders {
    pub(crate) sources: HashMap<String, Source>,
    /// None when the FHIR endpoint is off.
    pub(crate) bodies: Option<Arc<Bodies>>,
}

/// Who sent one message or body.
pub(crate) enum Sender<'a> {
    Message(&'a Source),
    Body(&'a Bodies, &'a Client),
}

impl Senders {
    /// Who sent these bytes; none when that is not configured any more.
    pub(crate) fn of(&self, source: &str, client: &str, bytes: &[u8]) -> Option<Sender<'_>> {
        if is_body(client, bytes) {
            let bodies = self.bodies.as_deref();
            let named = bodies.and_then(|it| Some(Sender::Body(it, it.clients.named(client, source)?)));
            // A message may begin like a body, and is none when no client has its source.
            if named.is_some() || !client.is_empty() {
                return named;
            }
        }
        self.sources.get(source).map(Sender::Message)
    }
}
