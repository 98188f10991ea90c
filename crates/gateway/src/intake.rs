//! `lacteal.v1.IntakeService`: hands messages to intake and answers once intake has stored them.

use crate::availability::{Availability, until};
use crate::call::Call;
use crate::fault::{Fault, Part};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt as _};
use lacteal_ledger::{Error, Ledger};
use lacteal_wire::api::intake_service_server::IntakeService;
use lacteal_wire::api::{
    Disposition, Submission, SubmitMessageRequest, SubmitMessageResponse, SubmitMessagesRequest,
    SubmitMessagesResponse,
};
use lacteal_wire::subject;
use prost::Message as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming};

/// Messages of one stream that are under way at once. Answers keep their order.
const PIPELINED_MAX: usize = 8;

#[derive(Clone)]
pub(crate) struct Submissions {
    pub(crate) ledger: Ledger,
    pub(crate) availability: watch::Receiver<Availability>,
    pub(crate) message_bytes_max: usize,
    /// Time for one message of a stream.
    pub(crate) timeout: Duration,
    /// Messages in hand over all calls.
    pub(crate) in_hand: Arc<Semaphore>,
    pub(crate) streams: Arc<Semaphore>,
    pub(crate) closing: CancellationToken,
}

#[tonic::async_trait]
impl IntakeService for Submissions {
    async fn submit_message(
        &self,
        request: Request<SubmitMessageRequest>,
    ) -> Result<Response<SubmitMessageResponse>, Status> {
        let call = Call::of(&request);
        let submission = self.submit(request.into_inner().hl7, call.left()).await;
        let submission = submission.map_err(|fault| call.status(&fault))?;
        Ok(Response::new(SubmitMessageResponse { submission: Some(submission) }))
    }

    type SubmitMessagesStream = BoxStream<'static, Result<SubmitMessagesResponse, Status>>;

    async fn submit_messages(
        &self,
        request: Request<Streaming<SubmitMessagesRequest>>,
    ) -> Result<Response<Self::SubmitMessagesStream>, Status> {
        let call = Call::of(&request);
        let permit = Arc::clone(&self.streams).try_acquire_owned();
        let permit = permit.map_err(|_| call.status(&Fault::Busy("streams of messages")))?;
        let inbound = Inbound {
            messages: request.into_inner(),
            closing: self.closing.clone(),
            deadline: call.asked_deadline,
            call: call.clone(),
        };
        let service = self.clone();
        let answers = inbound.into_stream().map(move |message| {
            let (service, call) = (service.clone(), call.clone());
            async move {
                let submission = service.submit_one_of_many(message?.hl7).await;
                let submission = submission.map_err(|fault| call.status(&fault))?;
                Ok(SubmitMessagesResponse { submission: Some(submission) })
            }
        });
        let answers = answers.buffered(PIPELINED_MAX).map(move |answer| {
            let _held_to_the_end = &permit;
            answer
        });
        Ok(Response::new(answers.boxed()))
    }
}

impl Submissions {
    async fn submit_one_of_many(&self, hl7: Vec<u8>) -> Result<Submission, Fault> {
        let _permit = self.in_hand.acquire().await.map_err(|_| Fault::Stopping)?;
        self.submit(hl7, self.timeout).await
    }

    async fn submit(&self, hl7: Vec<u8>, timeout: Duration) -> Result<Submission, Fault> {
        if hl7.len() > self.message_bytes_max {
            return Err(Fault::TooLarge);
        }
        if !self.availability.borrow().broker {
            return Err(Fault::Away(Part::Broker));
        }
        let deadline = Instant::now() + timeout;
        let request = SubmitMessageRequest { hl7 }.encode_to_vec().into();
        let answer =
            self.ledger.request(subject::SUBMIT, request, timeout).await.map_err(|error| match error {
                Error::Busy => Fault::Busy("messages"),
                Error::Refused { .. } => Fault::TooLarge,
                _ if Instant::now() >= deadline => Fault::Deadline,
                error if error.is_transient() => Fault::Away(Part::Intake),
                error => {
                    tracing::error!(%error, "cannot hand a message to intake");
                    Fault::Internal
                }
            })?;
        let answer = SubmitMessageResponse::decode(answer).map_err(|_| Fault::Internal)?;
        // Intake sets no disposition when it could not store the message and it is not the message's fault.
        let is_stored_or_refused =
            |answer: &Submission| answer.disposition != Disposition::Unspecified as i32;
        answer.submission.filter(is_stored_or_refused).ok_or(Fault::Away(Part::Intake))
    }
}

/// The messages of a stream, until the caller ends it, its deadline passes or the gateway stops. What is under way
/// then is still answered, before the end is told.
struct Inbound {
    messages: Streaming<SubmitMessagesRequest>,
    closing: CancellationToken,
    deadline: Option<Instant>,
    call: Call,
}

impl Inbound {
    fn into_stream(self) -> impl Stream<Item = Result<SubmitMessagesRequest, Status>> {
        futures::stream::unfold(Some(self), |open| async move {
            let mut inbound = open?;
            match inbound.next().await {
                Ok(Some(message)) => Some((Ok(message), Some(inbound))),
                Ok(None) => None,
                Err(status) => Some((Err(status), None)),
            }
        })
    }

    async fn next(&mut self) -> Result<Option<SubmitMessagesRequest>, Status> {
        tokio::select! {
            biased;
            () = self.closing.cancelled() => Err(self.call.status(&Fault::Stopping)),
            () = until(self.deadline) => Err(self.call.status(&Fault::Deadline)),
            message = self.messages.message() => message,
        }
    }
}
