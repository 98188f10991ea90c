//! `lacteal demo`: the whole of it at work on synthetic patients, and the feed that it sends.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use indicatif::ProgressBar;
use lacteal_lab::{Course, Fate, Feed, FeedOptions};
use lacteal_service::{clock, signals};
use lacteal_wire::api::worklist_service_client::WorklistServiceClient;
use lacteal_wire::api::{ListWorklistRequest, ListWorklistResponse, WorklistFilter};
use lacteal_wire::event::Status;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tonic::transport::Channel;

use crate::args::{self, Configured, Up};
use crate::mllp::{Connection, is_accepted};
use crate::send::bar;
use crate::{client, show, up};

/// Connections that the feed is sent over.
const CONNECTIONS: usize = 16;
/// Patients of the feed without a tumour for each with one.
const OTHERS_PER_PATIENT: u32 = 2;
/// Longest wait for the start, and for the work list to be complete.
const PATIENCE: Duration = Duration::from_secs(120);
/// Time between two looks at whether anything still moves; a step takes milliseconds.
const SETTLE: Duration = Duration::from_millis(250);
/// Lines of the work list that are printed.
const LINES: i32 = 25;

/// Starts everything, sends the feed, prints the work list, and runs until Ctrl-C.
pub(crate) async fn demo(arguments: args::Demo) -> anyhow::Result<ExitCode> {
    let mut signals = signals().context("failed to watch for signals")?;
    let temporary = match &arguments.data {
        Some(_) => None,
        None => Some(tempfile::tempdir().context("failed to make a temporary directory")?),
    };
    let data = arguments.data.clone().or_else(|| temporary.as_ref().map(|dir| dir.path().to_owned()));
    let data = data.context("no data directory")?;
    let configured = Configured {
        config: None,
        set: vec![
            "service.log.level=warn".to_owned(),
            "service.ops=127.0.0.1:0".to_owned(),
            "identity.authorities=NORTH".to_owned(),
        ],
        ops: None,
    };
    let zero = || Some("127.0.0.1:0".to_owned());
    let up = Up { configured, data: data.clone(), mllp: zero(), fhir: zero(), grpc: zero() };
    let mut settings = up::settings(&up)?;
    settings.intake.codes.push(lacteal_intake::Code {
        system: "99NORTH".to_owned(),
        code: "MITOSES".to_owned(),
        means: lacteal_intake::Means::Mitoses,
        modality: String::new(),
        region: String::new(),
        unit: String::new(),
        source: "local code of the synthetic hospital".to_owned(),
    });
    show::line("starting broker and services …");
    let running = up::start(settings, &data).await?;
    running.ready(PATIENCE).await?;
    let shown = tokio::select! {
        shown = show_feed(&arguments, &running) => shown,
        _ = futures::StreamExt::next(&mut signals) => Ok(()),
    };
    if shown.is_ok() && !arguments.exit {
        up::announce(&running.addresses);
        show::line("running; Ctrl-C ends it");
        let outcome = running.tasks.run(signals, Duration::from_secs(10)).await;
        return Ok(ExitCode::from(outcome.exit_code()));
    }
    let outcome = running.stop().await;
    shown?;
    Ok(ExitCode::from(outcome.exit_code()))
}

async fn show_feed(arguments: &args::Demo, running: &up::Running) -> anyhow::Result<()> {
    let mllp = running.addresses.mllp.context("intake does not listen")?.to_string();
    let grpc = running.addresses.grpc.context("the gateway does not listen")?;
    let began = tokio::time::Instant::now();
    let feed = options(arguments.patients, arguments.seed);
    let expected = Expected::of(&feed);
    let sent = send(&mllp, feed).await?;
    let took = began.elapsed();
    show::line(&format!("{sent} messages sent and acknowledged in {:.1} s", took.as_secs_f64()));
    let list = complete(&format!("http://{grpc}"), expected).await?;
    show::line(&format!("all processed {:.1} s after the first was sent", began.elapsed().as_secs_f64()));
    show::line("");
    show::line(&tally(&format!("http://{grpc}")).await?);
    show::line("");
    show::print(&client::worklist_table(&list.entries));
    show::line(&format!(
        "{} of {} patients under surveillance, the most urgent first",
        list.entries.len(),
        list.total
    ));
    if arguments.exit {
        return Ok(());
    }
    show::line(&format!("next: lacteal worklist --gateway {grpc} --status overdue"));
    if let Some(number) = list.entries.first().and_then(|entry| entry.record_numbers.first()) {
        let mrn = format!("{}:{}", number.authority, number.number);
        show::line(&format!("      lacteal patient --gateway {grpc} --mrn {mrn}"));
    }
    Ok(())
}

/// Sends the feed over several connections; the messages of one patient stay on one.
async fn send(to: &str, options: FeedOptions) -> anyhow::Result<u64> {
    let all = options.patients * (u64::from(options.others_per_patient) + 1);
    let progress = bar(Feed::new(options.clone()).count() as u64);
    let next = Arc::new(Mutex::new(0..all));
    let mut connections = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (next, progress, options) = (Arc::clone(&next), progress.clone(), options.clone());
        let connection = Connection::new(to, None, Duration::from_secs(30));
        connections.spawn(send_patients(connection, next, options, progress));
    }
    let mut sent = 0;
    while let Some(ended) = connections.join_next().await {
        sent += ended.context("a connection ended by a defect of this program")??;
    }
    progress.finish_and_clear();
    Ok(sent)
}

async fn send_patients(
    mut connection: Connection,
    next: Arc<Mutex<std::ops::Range<u64>>>,
    options: FeedOptions,
    progress: ProgressBar,
) -> anyhow::Result<u64> {
    let mut sent = 0;
    loop {
        let Some(index) = next.lock().await.next() else { return Ok(sent) };
        for message in lacteal_lab::patient_messages(&options, index) {
            let ack = connection.send(&Bytes::from(message)).await?.context("no answer was asked for")?;
            anyhow::ensure!(
                is_accepted(ack.code),
                "a message of the feed was refused: {}",
                ack.code.as_str()
            );
            sent += 1;
            progress.inc(1);
        }
    }
}

/// What the work list must come to: the courses of the synthetic patients are known.
#[derive(Clone, Copy, Default)]
struct Expected {
    /// Records with a plan, merged ones too.
    all: u32,
    /// Those whose surveillance has ended: died, liver reached, or merged into another.
    ended: u32,
}

impl Expected {
    fn of(feed: &FeedOptions) -> Expected {
        let mut expected = Expected::default();
        for index in 0..feed.patients * (u64::from(feed.others_per_patient) + 1) {
            let course = Course::of(feed.seed, index, feed.today, feed.others_per_patient);
            let merged = u32::from(course.merged);
            let over = matches!(course.fate, Fate::Died(_) | Fate::LiverReached);
            expected.all += u32::from(course.tumour.is_some()) + merged;
            expected.ended += u32::from(over) + merged;
        }
        expected
    }
}

/// Waits until all is processed: everybody is there, everybody who must has ended, and nothing moves any more.
/// Gives the first lines of the work list.
async fn complete(gateway: &str, expected: Expected) -> anyhow::Result<ListWorklistResponse> {
    let mut client = WorklistServiceClient::connect(gateway.to_owned()).await?;
    let deadline = tokio::time::Instant::now() + PATIENCE;
    let mut before = None;
    loop {
        let request = ListWorklistRequest { page_size: LINES, ..ListWorklistRequest::default() };
        let list = client.list_worklist(request).await?.into_inner();
        let ended = total(&mut client, &[Status::Ended]).await?;
        let now = (list.clone(), ended);
        if list.total + ended >= expected.all && ended >= expected.ended && before.as_ref() == Some(&now) {
            return Ok(list);
        }
        before = Some(now);
        if tokio::time::Instant::now() > deadline {
            anyhow::bail!("not all patients were planned within {} s", PATIENCE.as_secs());
        }
        tokio::time::sleep(SETTLE).await;
    }
}

async fn total(client: &mut WorklistServiceClient<Channel>, statuses: &[Status]) -> anyhow::Result<u32> {
    let statuses = statuses.iter().map(|status| *status as i32).collect();
    let filter = WorklistFilter { statuses, due_on_or_before: String::new() };
    let request =
        ListWorklistRequest { filter: Some(filter), page_size: 1, ..ListWorklistRequest::default() };
    Ok(client.list_worklist(request).await?.into_inner().total)
}

/// How many patients have which status.
async fn tally(gateway: &str) -> anyhow::Result<String> {
    let mut client = WorklistServiceClient::connect(gateway.to_owned()).await?;
    let mut counts = Vec::new();
    for (word, status) in client::STATUSES {
        let total = total(&mut client, &[status]).await?;
        if total > 0 {
            counts.push(format!("{total} {word}"));
        }
    }
    Ok(counts.join(", "))
}

fn options(patients: u64, seed: u64) -> FeedOptions {
    let today = clock::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    FeedOptions { seed, patients, others_per_patient: OTHERS_PER_PATIENT, today }
}

/// Writes the feed to standard output, one message after the other.
pub(crate) fn write_feed(arguments: &args::Feed) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for message in Feed::new(options(arguments.patients, arguments.seed)) {
        out.write_all(&message).context("failed to write the feed")?;
    }
    out.flush().context("failed to write the feed")
}
