//! Asking another service over the broker: a request of the API in, its response or what it cannot be had for out.

use crate::availability::Availability;
use crate::fault::{Fault, Part};
use lacteal_ledger::{Error, Ledger};
use lacteal_wire::api::Answer;
use lacteal_wire::api::answer::Outcome;
use lacteal_wire::{decode, encode};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Asks other services.
#[derive(Clone)]
pub(crate) struct Asker {
    pub(crate) ledger: Ledger,
    pub(crate) availability: watch::Receiver<Availability>,
}

impl Asker {
    /// Asks on a subject; `away` is what is said to be away when nobody answers.
    pub(crate) async fn ask<Q, A>(
        &self,
        subject: &str,
        request: &Q,
        timeout: Duration,
        away: Part,
    ) -> Result<A, Fault>
    where
        Q: prost::Message,
        A: prost::Message + Default,
    {
        if !self.availability.borrow().broker {
            return Err(Fault::Away(Part::Broker));
        }
        let deadline = Instant::now() + timeout;
        let answer = self.ledger.request(subject, encode(request), timeout).await;
        let answer = answer.map_err(|error| match error {
            Error::Busy => Fault::Busy("requests of this kind"),
            Error::Refused { .. } => Fault::TooLarge,
            _ if Instant::now() >= deadline => Fault::Deadline,
            error if error.is_transient() => Fault::Away(away),
            error => {
                tracing::error!(%error, subject, "cannot ask another service");
                Fault::Internal
            }
        })?;
        let answer: Answer = decode(&answer, "Answer").map_err(|_| Fault::Internal)?;
        match answer.outcome {
            Some(Outcome::Response(response)) => {
                decode(&response.into(), "response").map_err(|_| Fault::Internal)
            }
            Some(Outcome::Failure(failure)) => Err(Fault::of_service(failure)),
            None => Err(Fault::Internal),
        }
    }
}
