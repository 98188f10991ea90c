//! Puts intake together: listener, group commit and the requests of the gateway, as supervised tasks.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use lacteal_hl7::Limits;
use lacteal_ledger::{CommitterOptions, Ledger, Stream};
use lacteal_service::{Stage, Tasks, clock, listen};
use lacteal_wire::api::ListFeedsRequest;
use lacteal_wire::subject;
use tokio::net::TcpListener;

use crate::asked::answer;
use crate::codes::Codes;
use crate::config::{Config, Source, SourceConfig};
use crate::decide::Decider;
use crate::feed::FeedWatch;
use crate::listener::{Listener, Shared};
use crate::person::Identity;
use crate::quarantine::Desk;
use crate::receive::{Parts, Receiver, Waiting, keep_looking};
use crate::reinterpret::Reinterpreter;
use crate::senders::Senders;
use crate::tls::Tls;
use crate::{Error, feed, fhir, submit};

/// How long requests of the gateway may take to finish when intake stops.
const SUBMIT_FINISH: Duration = Duration::from_secs(5);
/// How long a page about what is kept may take to finish when intake stops.
const KEPT_FINISH: Duration = Duration::from_secs(10);
/// Requests about quarantined messages at one time, of each kind: a page holds the bytes of some messages.
const QUARANTINE_IN_FLIGHT_MAX: usize = 4;
/// Decisions taken at one time: people make them.
const DECIDE_IN_FLIGHT_MAX: usize = 16;
/// Seconds of a day.
const DAY_S: u64 = 24 * 60 * 60;

/// The listener's port, bound and not yet accepting, so that a clash shows before anything is started.
pub struct Bound {
    listener: TcpListener,
    addr: SocketAddr,
    config: Config,
    sources: Vec<Arc<Source>>,
    tls: Option<Arc<Tls>>,
    codes: Codes,
    look_every: Duration,
    fhir: Option<fhir::Bound>,
}

/// Checks the configuration and binds the port.
///
/// # Errors
/// When a source, code or certificate cannot be used, or the port cannot be bound.
pub async fn bind(config: Config) -> Result<Bound, Error> {
    let sources: Vec<_> = Source::all(&config)?.into_iter().map(Arc::new).collect();
    let codes = Codes::with_site(&config.codes)?;
    let codes = if config.narrative { codes } else { codes.without_text() };
    let tls = Tls::read(&config.tls).await?;
    let fhir = fhir::bind(&config.fhir, &sources).await?;
    let listener = listen::bind_tcp("intake.mllp", &config.mllp).await?;
    let addr = listener.local_addr().map_err(Error::Accept)?;
    Ok(Bound { listener, addr, config, sources, tls, codes, look_every: feed::TICK, fhir })
}

impl Bound {
    /// The address that is bound, with its real port.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The address that is bound for FHIR, when that is on.
    pub fn fhir_addr(&self) -> Option<SocketAddr> {
        self.fhir.as_ref().map(fhir::Bound::addr)
    }

    /// Has the feeds looked at more often, for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn look_every(self, look_every: Duration) -> Bound {
        Bound { look_every, ..self }
    }

    /// Starts accepting. `stream` is INTAKE, whose only writer this is.
    ///
    /// # Errors
    /// When the built-in source cannot be used: a defect.
    pub fn start(
        self,
        identity: Identity,
        ledger: Ledger,
        stream: Stream,
        tasks: &Tasks,
    ) -> Result<(), Error> {
        let Bound { listener, addr, config, sources, tls, codes, look_every, fhir } = self;
        let wait = Duration::from_millis(config.unavailable_wait_ms.max(1));
        let options =
            CommitterOptions { wait_ms: config.unavailable_wait_ms.max(1), ..CommitterOptions::default() };
        let (committer, commits) = stream.committer(options);
        let watch = FeedWatch::new(&sources, &identity.key, stream.clone(), committer.clone(), clock::now());
        let told = watch.told();
        serve(tasks, &ledger, subject::FEEDS_LIST, QUARANTINE_IN_FLIGHT_MAX, move |request| {
            let listed = feed::list(&told);
            answer("ListFeedsRequest", request, move |_: ListFeedsRequest| async move { listed })
        });
        tasks.spawn(Stage::Requests, "feeds", watch.run(look_every, tasks.stopping(Stage::Requests)));
        let receiver = Receiver::new(Parts {
            committer,
            stream,
            identity,
            codes,
            limits: Limits { message_bytes_max: config.frame_bytes_max, ..Limits::default() },
            batch_messages_max: config.batch_messages_max.max(1),
            wait,
            seen_for: Duration::from_secs(u64::from(config.seen_days.max(1)) * DAY_S),
            early_for: (config.early_days > 0)
                .then(|| Duration::from_secs(u64::from(config.early_days) * DAY_S)),
            waiting: Waiting::default(),
        });
        let stop = tasks.stopping(Stage::Requests);
        tasks.spawn(Stage::Requests, "early", keep_looking(receiver.clone(), look_every, stop));
        let stop_writing = tasks.stopping(Stage::Writers);
        tasks.spawn(Stage::Writers, "commits", async move {
            commits.run(stop_writing).await;
            Ok(())
        });
        let source =
            Source::new(&SourceConfig { name: submit::SOURCE.to_owned(), ..SourceConfig::default() })?;
        let mut named = HashMap::from([(source.name.clone(), source.clone())]);
        for source in &sources {
            named.entry(source.name.clone()).or_insert_with(|| Source::clone(source));
        }
        if let Some(tls) = tls.clone() {
            tasks.spawn(Stage::Listeners, "certificates", tls.keep(tasks.stopping(Stage::Listeners)));
        }
        let bodies = fhir.as_ref().map(fhir::Bound::bodies);
        if let Some(fhir) = fhir {
            fhir.start(receiver.clone(), tasks);
        }
        let encrypted = tls.is_some();
        let shared = Arc::new(Shared::new(&config, sources, tls, receiver.clone()));
        let accept = Listener { listener, shared }.run(tasks.stopping(Stage::Listeners));
        tasks.spawn(Stage::Listeners, "mllp", accept);
        serve_decisions(&receiver, &ledger, tasks);
        serve_kept(&receiver, Senders { sources: named, bodies }, &ledger, tasks);
        let stop = tasks.stopping(Stage::Requests);
        let concurrent_max = config.submit_in_flight_max;
        tasks.spawn(Stage::Requests, "submit", async move {
            let handler = move |request| submit::answer(receiver.clone(), source.clone(), request);
            ledger.serve(subject::SUBMIT, "intake", concurrent_max, SUBMIT_FINISH, handler, stop).await?;
            Ok(())
        });
        tracing::info!(%addr, tls = encrypted, "listening for HL7 v2 over MLLP");
        Ok(())
    }
}

/// Takes decisions of clinicians from the gateway.
fn serve_decisions(receiver: &Receiver, ledger: &Ledger, tasks: &Tasks) {
    let decider = Arc::new(Decider::new(receiver.clone()));
    serve(tasks, ledger, subject::DECIDE, DECIDE_IN_FLIGHT_MAX, move |request| {
        let decider = decider.clone();
        answer("DecideRequest", request, move |asked| async move { decider.decide(asked).await })
    });
}

/// Answers what the gateway asks about messages that are kept: those in quarantine, and those to be read again.
fn serve_kept(receiver: &Receiver, senders: Senders, ledger: &Ledger, tasks: &Tasks) {
    let senders = Arc::new(senders);
    let desk = Arc::new(Desk::new(receiver.clone(), Arc::clone(&senders)));
    let again = Arc::new(Reinterpreter::new(receiver.clone(), senders));
    let few = QUARANTINE_IN_FLIGHT_MAX;
    let on = desk.clone();
    serve(tasks, ledger, subject::QUARANTINE_LIST, few, move |request| {
        let desk = on.clone();
        answer("ListQuarantinedRequest", request, move |asked| async move { desk.list(asked).await })
    });
    let on = desk.clone();
    serve(tasks, ledger, subject::QUARANTINE_GET, few, move |request| {
        let desk = on.clone();
        answer("GetQuarantinedRequest", request, move |asked| async move { desk.get(asked).await })
    });
    let on = desk.clone();
    serve(tasks, ledger, subject::QUARANTINE_REPLAY, few, move |request| {
        let desk = on.clone();
        answer("ReplayQuarantinedRequest", request, move |asked| async move { desk.replay(asked).await })
    });
    serve(tasks, ledger, subject::QUARANTINE_DISCARD, few, move |request| {
        let desk = desk.clone();
        answer("DiscardQuarantinedRequest", request, move |asked| async move { desk.discard(asked).await })
    });
    // One at a time: it reads everything, and must leave room for what comes in.
    serve(tasks, ledger, subject::REINTERPRET, 1, move |request| {
        let again = again.clone();
        answer("ReinterpretRequest", request, move |asked| async move { again.page(asked).await })
    });
}

fn serve<H, F>(tasks: &Tasks, ledger: &Ledger, subject: &'static str, concurrent_max: usize, handler: H)
where
    H: Fn(bytes::Bytes) -> F + Send + Sync + 'static,
    F: Future<Output = bytes::Bytes> + Send + 'static,
{
    let (ledger, stop) = (ledger.clone(), tasks.stopping(Stage::Requests));
    tasks.spawn(Stage::Requests, subject, async move {
        ledger.serve(subject, "intake", concurrent_max, KEPT_FINISH, handler, stop).await?;
        Ok(())
    });
}
