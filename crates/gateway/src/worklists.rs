//! `lacteal.v1.WorklistService`: pages of the work list, and watches of it.

use crate::availability::{Availability, until};
use crate::board::{Board, Watch};
use crate::call::Call;
use crate::fault::{Fault, Part};
use crate::worklist::{Cursor, Day, Filter, Order, Query, page_size};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use lacteal_clinical::identity::PatientId;
use lacteal_wire::api::watch_worklist_response::Event;
use lacteal_wire::api::worklist_service_server::WorklistService;
use lacteal_wire::api::{
    ListWorklistRequest, ListWorklistResponse, WatchWorklistRequest, WatchWorklistResponse, WorklistFilter,
    WorklistOrder,
};
use lacteal_wire::event::Status as PlanStatus;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

/// Most statuses named in a filter: more than there are, so that repeats do no harm.
const STATUSES_MAX: usize = 32;
/// Patients looked at in one go while a watch sends what is there.
const SCAN_PATIENTS: usize = 500;

pub(crate) struct Worklists {
    pub(crate) board: Arc<Board>,
    pub(crate) availability: watch::Receiver<Availability>,
    pub(crate) closing: CancellationToken,
}

#[tonic::async_trait]
impl WorklistService for Worklists {
    async fn list_worklist(
        &self,
        request: Request<ListWorklistRequest>,
    ) -> Result<Response<ListWorklistResponse>, Status> {
        let call = Call::of(&request);
        let page = self.list(&request.into_inner()).map_err(|fault| call.status(&fault))?;
        Ok(Response::new(page))
    }

    type WatchWorklistStream = BoxStream<'static, Result<WatchWorklistResponse, Status>>;

    async fn watch_worklist(
        &self,
        request: Request<WatchWorklistRequest>,
    ) -> Result<Response<Self::WatchWorklistStream>, Status> {
        let call = Call::of(&request);
        let watching = self.watch(request.into_inner(), &call).map_err(|fault| call.status(&fault))?;
        let events = futures::stream::unfold(Some(watching), |watching| async move {
            let mut watching = watching?;
            Some(match watching.next().await {
                Ok(event) => (Ok(WatchWorklistResponse { event: Some(event) }), Some(watching)),
                Err(fault) => (Err(watching.call.status(&fault)), None),
            })
        });
        Ok(Response::new(events.boxed()))
    }
}

impl Worklists {
    fn list(&self, request: &ListWorklistRequest) -> Result<ListWorklistResponse, Fault> {
        self.check_ready()?;
        let filter = filter(request.filter.as_ref())?;
        let order = match WorklistOrder::try_from(request.order) {
            Ok(WorklistOrder::Unspecified) => Order::Urgency,
            Ok(WorklistOrder::Due) => Order::Due,
            Ok(WorklistOrder::Risk) => Order::Risk,
            Err(_) => return Err(Fault::field("order", "is not an order of this version")),
        };
        let size = page_size(request.page_size).map_err(|error| Fault::field("page_size", error))?;
        let query = Query::Worklist(filter, order);
        let after = Cursor::of_token(&request.page_token, &query)
            .map_err(|error| Fault::field("page_token", error))?;
        let (page, total) =
            self.board.read(|table| (table.list(&filter, order, size, after), table.total(&filter)));
        let next_page_token = page.next.map_or_else(String::new, |next| next.token(&query));
        let total = u32::try_from(total).unwrap_or(u32::MAX);
        Ok(ListWorklistResponse { entries: page.entries, next_page_token, total })
    }

    fn watch(&self, request: WatchWorklistRequest, call: &Call) -> Result<Watching, Fault> {
        self.check_ready()?;
        let filter = filter(request.filter.as_ref())?;
        let watch = self.board.watch(filter).map_err(|_| Fault::Busy("watches"))?;
        Ok(Watching {
            board: Arc::clone(&self.board),
            watch,
            phase: Phase::Present(None),
            ready: VecDeque::new(),
            availability: self.availability.clone(),
            closing: self.closing.clone(),
            deadline: call.asked_deadline,
            call: call.clone(),
        })
    }

    fn check_ready(&self) -> Result<(), Fault> {
        if self.availability.borrow().worklist { Ok(()) } else { Err(Fault::Away(Part::Worklist)) }
    }
}

fn filter(asked: Option<&WorklistFilter>) -> Result<Filter, Fault> {
    let Some(asked) = asked else { return Ok(Filter::default()) };
    if asked.statuses.len() > STATUSES_MAX {
        return Err(Fault::field("filter.statuses", format!("must not be more than {STATUSES_MAX}")));
    }
    let statuses: Vec<PlanStatus> = (0..)
        .zip(&asked.statuses)
        .map(|(index, code)| match PlanStatus::try_from(*code) {
            Ok(status) if status != PlanStatus::Unspecified => Ok(status),
            _ => Err(Fault::field(format!("filter.statuses[{index}]"), "is not a status of this version")),
        })
        .collect::<Result<_, _>>()?;
    let due = match asked.due_on_or_before.as_str() {
        "" => None,
        text => {
            let day = Day::parse(text);
            Some(day.ok_or_else(|| Fault::field("filter.due_on_or_before", "is not a day as YYYY-MM-DD"))?)
        }
    };
    Ok(Filter::new(&statuses, due))
}

/// One watch as a stream of events.
struct Watching {
    board: Arc<Board>,
    watch: Watch,
    phase: Phase,
    ready: VecDeque<Event>,
    availability: watch::Receiver<Availability>,
    closing: CancellationToken,
    deadline: Option<Instant>,
    call: Call,
}

enum Phase {
    /// Sending what was there, after this patient.
    Present(Option<PatientId>),
    /// Sending changes.
    Changes,
}

impl Watching {
    async fn next(&mut self) -> Result<Event, Fault> {
        loop {
            if self.closing.is_cancelled() {
                return Err(Fault::Stopping);
            }
            if let Some(event) = self.ready.pop_front() {
                return Ok(event);
            }
            match self.phase {
                Phase::Present(after) => self.present(after).await,
                Phase::Changes => self.change().await?,
            }
        }
    }

    async fn present(&mut self, after: Option<PatientId>) {
        let scan = self.board.read(|table| table.scan(self.watch.filter(), SCAN_PATIENTS, after));
        self.ready.extend(scan.entries.into_iter().map(Event::Entry));
        self.phase = match scan.resume_after {
            Some(last) => Phase::Present(Some(last)),
            None => {
                self.ready.push_back(Event::CaughtUp(true));
                Phase::Changes
            }
        };
        // Where few lines match, no event would be sent for a long walk.
        tokio::task::yield_now().await;
    }

    async fn change(&mut self) -> Result<(), Fault> {
        let patient = tokio::select! {
            biased;
            () = self.closing.cancelled() => return Err(Fault::Stopping),
            () = until(self.deadline) => return Err(Fault::Deadline),
            Ok(_) = self.availability.wait_for(|now| !now.worklist) => return Err(Fault::Away(Part::Worklist)),
            changed = self.watch.changed() => changed.map_err(|_| Fault::WatchBehind)?,
        };
        let entry = self.board.read(|table| table.get_matching(patient, self.watch.filter()));
        self.ready.push_back(entry.map_or_else(|| Event::Left(patient.to_string()), Event::Entry));
        Ok(())
    }
}
