//! The laws of supervised tasks: every failure stops the process and is named, and a stop keeps its order.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up must fail")]

use futures::channel::mpsc;
use futures::{StreamExt as _, stream};
use lacteal_service::tasks::{Cause, Reason};
use lacteal_service::{Outcome, Readiness, Signal, Stage, Tasks};
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

const GRACE: Duration = Duration::from_secs(20);

fn no_signals() -> stream::Pending<Signal> {
    stream::pending()
}

fn terminate() -> impl futures::Stream<Item = Signal> {
    stream::iter([Signal::Terminate])
}

fn failures(outcome: &Outcome) -> Vec<String> {
    outcome.failures.iter().map(ToString::to_string).collect()
}

/// Runs to the end, which must come: with paused time, a stop that would never come takes no time to see.
async fn run(tasks: &Tasks, signals: impl futures::Stream<Item = Signal>) -> Outcome {
    timeout(Duration::from_secs(3600), tasks.run(signals, GRACE)).await.expect("no stop within an hour")
}

/// What happened, in order.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// A task that notes when it was told to stop, drains for a while, and notes its end.
fn draining(tasks: &Tasks, stage: Stage, drain: Duration, notes: &Notes) {
    let (stop, notes) = (tasks.stopping(stage), notes.clone());
    tasks.spawn(stage, &format!("{stage:?}"), async move {
        stop.cancelled().await;
        notes.note(format!("{stage:?} told"));
        sleep(drain).await;
        notes.note(format!("{stage:?} ended"));
        Ok(())
    });
}

#[tokio::test(start_paused = true)]
async fn a_signal_stops_stage_after_stage_from_the_outside_inwards() {
    let (tasks, notes) = (Tasks::new(Readiness::new()), Notes::default());
    for stage in Stage::ALL.into_iter().rev() {
        draining(&tasks, stage, Duration::from_millis(100), &notes);
    }
    let outcome = run(&tasks, terminate()).await;
    let expected: Vec<String> =
        Stage::ALL.iter().flat_map(|stage| [format!("{stage:?} told"), format!("{stage:?} ended")]).collect();
    assert_eq!(notes.taken(), expected);
    assert_eq!(outcome.cause, Cause::Signal(Signal::Terminate));
    assert_eq!((outcome.exit_code(), outcome.cut_short), (0, None));
}

#[tokio::test(start_paused = true)]
async fn a_later_stage_works_while_an_earlier_one_drains() {
    let tasks = Tasks::new(Readiness::new());
    let (to_writer, mut from_requests) = tokio::sync::mpsc::channel::<oneshot::Sender<()>>(1);
    let stop = tasks.stopping(Stage::Writers);
    tasks.spawn(Stage::Writers, "commit", async move {
        loop {
            tokio::select! {
                Some(answer) = from_requests.recv() => { let _ = answer.send(()); }
                () = stop.cancelled() => return Ok(()),
            }
        }
    });
    let (stop, notes) = (tasks.stopping(Stage::Requests), Notes::default());
    let noted = notes.clone();
    tasks.spawn(Stage::Requests, "connection", async move {
        stop.cancelled().await;
        sleep(Duration::from_secs(1)).await;
        let (answer, committed) = oneshot::channel();
        to_writer.send(answer).await?;
        committed.await?;
        noted.note("committed after the stop began");
        Ok(())
    });
    let outcome = run(&tasks, terminate()).await;
    assert_eq!(notes.taken(), ["committed after the stop began"]);
    assert_eq!(outcome.exit_code(), 0, "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn the_process_is_not_ready_from_the_moment_it_stops() {
    let readiness = Readiness::new();
    let tasks = Tasks::new(readiness.clone());
    let (stop, notes) = (tasks.stopping(Stage::Listeners), Notes::default());
    let (seen, noted) = (readiness.clone(), notes.clone());
    tasks.spawn(Stage::Listeners, "mllp", async move {
        noted.note(format!("ready {}", seen.is_ready()));
        stop.cancelled().await;
        noted.note(format!("ready {}", seen.is_ready()));
        Ok(())
    });
    let outcome = run(&tasks, stream::once(sleep_then(Signal::Interrupt))).await;
    assert_eq!(notes.taken(), ["ready true", "ready false"]);
    assert_eq!((outcome.exit_code(), readiness.failed_task()), (0, None));
}

async fn sleep_then(signal: Signal) -> Signal {
    sleep(Duration::from_secs(1)).await;
    signal
}

/// Runs one failing task beside one that waits for the stop of its stage.
async fn fail_with(spawn: impl FnOnce(&Tasks)) -> (Outcome, Option<String>) {
    let readiness = Readiness::new();
    let tasks = Tasks::new(readiness.clone());
    let stop = tasks.stopping(Stage::Workers);
    tasks.spawn(Stage::Workers, "other", async move {
        stop.cancelled().await;
        Ok(())
    });
    spawn(&tasks.within("intake"));
    let outcome = run(&tasks, no_signals()).await;
    (outcome, readiness.failed_task())
}

#[derive(Debug, thiserror::Error)]
#[error("cannot commit")]
struct Chained(#[source] std::fmt::Error);

#[tokio::test(start_paused = true)]
async fn a_task_that_fails_stops_all_and_is_named_with_its_causes() {
    let (outcome, failed) = fail_with(|tasks| {
        tasks.spawn(Stage::Writers, "commit", async {
            sleep(Duration::from_secs(1)).await;
            Err(Chained(std::fmt::Error).into())
        });
    })
    .await;
    let reason = "an error occurred when formatting an argument";
    assert_eq!(failures(&outcome), [format!("task intake/commit: cannot commit: {reason}")]);
    assert_eq!((outcome.cause, outcome.exit_code()), (Cause::Failure, 1));
    assert_eq!(outcome.unstopped, [""; 0]);
    assert_eq!(failed.as_deref(), Some("intake/commit"));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_panics_stops_all_and_what_it_said_is_not_kept() {
    let (outcome, failed) = fail_with(|tasks| {
        tasks.spawn(Stage::Workers, "fold", async { panic!("Ki-67 of patient 4711008150") });
    })
    .await;
    assert_eq!(failures(&outcome), ["task intake/fold: panicked"]);
    assert!(!format!("{outcome:?}").contains("4711008150"));
    assert_eq!((outcome.exit_code(), failed.as_deref()), (1, Some("intake/fold")));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_ends_unasked_is_a_failure() {
    let (outcome, _) = fail_with(|tasks| tasks.spawn(Stage::Listeners, "mllp", async { Ok(()) })).await;
    assert_eq!(outcome.failures[0].reason, Reason::Ended);
    assert_eq!(failures(&outcome), ["task intake/mllp: ended without being asked to"]);
}

#[tokio::test(start_paused = true)]
async fn a_finite_task_may_end_and_may_not_fail() {
    let tasks = Tasks::new(Readiness::new());
    let ended = Notes::default();
    let noted = ended.clone();
    tasks.spawn_finite(Stage::Workers, "feed", async move {
        noted.note("fed");
        Ok(())
    });
    let asking = tasks.clone();
    tasks.spawn_finite(Stage::Workers, "ask", async move {
        sleep(Duration::from_secs(60)).await;
        asking.stop();
        Ok(())
    });
    let outcome = run(&tasks, no_signals()).await;
    assert_eq!((outcome.cause, outcome.exit_code(), ended.taken().len()), (Cause::Asked, 0, 1));

    let (outcome, _) = fail_with(|tasks| {
        tasks.spawn_finite(Stage::Workers, "feed", async { Err("no route".into()) });
    })
    .await;
    assert_eq!(failures(&outcome), ["task intake/feed: no route"]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_during_the_stop_is_not_hidden() {
    let tasks = Tasks::new(Readiness::new());
    let stop = tasks.stopping(Stage::Writers);
    tasks.spawn(Stage::Writers, "commit", async move {
        stop.cancelled().await;
        Err("the last batch was refused".into())
    });
    let outcome = run(&tasks, terminate()).await;
    assert_eq!(failures(&outcome), ["task commit: the last batch was refused"]);
    assert_eq!((outcome.cause, outcome.exit_code()), (Cause::Signal(Signal::Terminate), 1));
}

/// Notes when the future that holds it is dropped.
struct NoteOnDrop(Notes);

impl Drop for NoteOnDrop {
    fn drop(&mut self) {
        self.0.note("dropped");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hanging_task_is_aborted_and_named_and_later_stages_still_stop_in_order() {
    let (tasks, notes) = (Tasks::new(Readiness::new()), Notes::default());
    let held = NoteOnDrop(notes.clone());
    tasks.spawn(Stage::Requests, "hung", async move {
        let _held = held;
        pending::<()>().await;
        Ok(())
    });
    draining(&tasks, Stage::Broker, Duration::from_secs(1), &notes);
    let begin = Instant::now();
    let outcome = run(&tasks, terminate()).await;
    let took = begin.elapsed();
    assert_eq!(outcome.unstopped, ["hung"]);
    assert_eq!((outcome.failures.len(), outcome.exit_code()), (0, 1));
    assert_eq!(notes.taken(), ["dropped", "Broker told", "Broker ended"]);
    assert!(took > GRACE / 2 && took <= GRACE, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn the_whole_stop_keeps_its_grace_when_every_stage_hangs() {
    let tasks = Tasks::new(Readiness::new());
    for stage in Stage::ALL {
        tasks.spawn(stage, &format!("{stage:?}"), async { pending().await });
    }
    let begin = Instant::now();
    let outcome = run(&tasks, terminate()).await;
    let expected: Vec<String> = Stage::ALL.iter().map(|stage| format!("{stage:?}")).collect();
    assert_eq!(outcome.unstopped, expected);
    let took = begin.elapsed();
    assert!(took <= GRACE + Duration::from_secs(1), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_second_signal_ends_at_once_and_names_what_still_ran() {
    let tasks = Tasks::new(Readiness::new());
    tasks.spawn(Stage::Workers, "slow", async { pending().await });
    let begin = Instant::now();
    let outcome = run(&tasks, stream::iter([Signal::Terminate, Signal::Interrupt])).await;
    assert_eq!(begin.elapsed(), Duration::ZERO);
    assert_eq!((outcome.cut_short, outcome.exit_code()), (Some(Signal::Interrupt), 130));
    assert_eq!(outcome.unstopped, ["slow"]);
}

#[tokio::test(start_paused = true)]
async fn the_first_signal_during_the_stop_after_a_failure_does_not_cut_it_short() {
    let (tasks, notes) = (Tasks::new(Readiness::new()), Notes::default());
    draining(&tasks, Stage::Workers, Duration::from_secs(5), &notes);
    tasks.spawn(Stage::Writers, "commit", async { Err("refused".into()) });
    let (sender, signals) = mpsc::unbounded();
    let sending = async {
        sleep(Duration::from_secs(1)).await;
        sender.unbounded_send(Signal::Terminate).unwrap();
    };
    let (outcome, ()) = tokio::join!(run(&tasks, signals), sending);
    assert_eq!(notes.taken(), ["Workers told", "Workers ended"]);
    assert_eq!((outcome.cut_short, outcome.exit_code()), (None, 1));
}

#[tokio::test(start_paused = true)]
async fn roles_in_one_process_stop_together_by_stage() {
    let (tasks, notes) = (Tasks::new(Readiness::new()), Notes::default());
    for role in ["intake", "gateway"] {
        let role_tasks = tasks.within(role);
        for stage in [Stage::Clients, Stage::Listeners] {
            let (stop, notes) = (role_tasks.stopping(stage), notes.clone());
            role_tasks.spawn(stage, "x", async move {
                stop.cancelled().await;
                notes.note(format!("{stage:?}"));
                Ok(())
            });
        }
    }
    let outcome = run(&tasks, terminate()).await;
    assert_eq!(notes.taken(), ["Listeners", "Listeners", "Clients", "Clients"]);
    assert_eq!(outcome.exit_code(), 0);
}

#[tokio::test(start_paused = true)]
async fn nothing_starts_after_the_end_and_a_late_task_of_a_stopped_stage_is_told_at_once() {
    let (tasks, notes) = (Tasks::new(Readiness::new()), Notes::default());
    let (late, noted) = (tasks.clone(), notes.clone());
    let stop = tasks.stopping(Stage::Workers);
    tasks.spawn(Stage::Workers, "parent", async move {
        stop.cancelled().await;
        draining(&late, Stage::Listeners, Duration::ZERO, &noted);
        Ok(())
    });
    let outcome = run(&tasks, terminate()).await;
    assert_eq!((notes.taken().len(), outcome.exit_code()), (2, 0));
    draining(&tasks, Stage::Listeners, Duration::ZERO, &notes);
    sleep(Duration::from_secs(1)).await;
    assert!(notes.taken().is_empty());
}

#[tokio::test]
async fn real_signals_can_be_listened_to() {
    let mut signals = lacteal_service::signals().unwrap();
    let me = std::process::id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &me]).status().unwrap().success());
    assert_eq!(signals.next().await, Some(Signal::Terminate));
}
