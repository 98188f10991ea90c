//! Group commit: shared by many, failing for each alone.

use std::time::Duration;

use futures::future::join_all;
use lacteal_ledger::{
    CommitError, Committer, CommitterOptions, Presence, Revision, Stream, StreamSpec, Transaction,
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::world::{World, append, put, spec, texts};

struct Group {
    committer: Committer,
    tasks: JoinSet<()>,
    stop: CancellationToken,
}

fn group(stream: &Stream, options: CommitterOptions) -> Group {
    let (committer, task) = stream.committer(options);
    let (mut tasks, stop) = (JoinSet::new(), CancellationToken::new());
    tasks.spawn(task.run(stop.clone()));
    Group { committer, tasks, stop }
}

#[tokio::test]
async fn concurrent_callers_all_get_their_own_revisions() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    for break_even in [1, 10_000] {
        let group = group(
            &stream,
            CommitterOptions { break_even, singles_max: break_even, ..CommitterOptions::default() },
        );
        let commits = (0..300).map(|i| {
            let subject = format!("s.{break_even}.{i}");
            let committer = group.committer.clone();
            async move {
                let revisions = committer.commit(append(&subject, "x")).await.expect("stored");
                (subject, revisions)
            }
        });
        for (subject, revisions) in join_all(commits).await {
            let read = stream.last(std::slice::from_ref(&subject)).await.expect("read");
            assert_eq!(revisions, [read.revision(&subject)], "{subject}");
        }
    }
}

#[tokio::test]
async fn a_conflict_is_its_callers_alone() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    let taken = stream.commit(put("s.7", Revision::NONE, "theirs")).await.expect("stored");
    for break_even in [1, 10_000] {
        let group = group(
            &stream,
            CommitterOptions { break_even, singles_max: break_even, ..CommitterOptions::default() },
        );
        let base = break_even * 100;
        let commits = (0..60).map(|i| {
            let committer = group.committer.clone();
            let mut transaction = append(&format!("s.log.{base}.{i}"), "x");
            let subject = if i == 7 { "s.7".to_owned() } else { format!("s.{base}.{i}") };
            transaction.put(subject, Revision::NONE, "mine");
            async move { committer.commit(transaction).await }
        });
        for (i, outcome) in join_all(commits).await.into_iter().enumerate() {
            match i {
                7 => assert_eq!(outcome, Err(CommitError::Conflict { subjects: vec!["s.7".into()] })),
                _ => assert_eq!(outcome.expect("stored").len(), 2),
            }
        }
        assert_eq!(texts(&stream, &format!("s.log.{base}.*")).await.len(), 59);
    }
    let read = stream.last(&["s.7".into()]).await.expect("read");
    assert_eq!(read.revision("s.7"), taken[0]);
}

#[tokio::test]
async fn two_writers_of_one_subject_take_turns_and_one_is_told_of_the_conflict() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    let group =
        group(&stream, CommitterOptions { break_even: 1, singles_max: 1, ..CommitterOptions::default() });
    let commits = (0..20).map(|i| {
        let committer = group.committer.clone();
        async move { committer.commit(put("s.one", Revision::NONE, &i.to_string())).await }
    });
    let outcomes = join_all(commits).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(
        outcomes.iter().flat_map(|one| one.as_ref().err()).all(|e| matches!(e, CommitError::Conflict { .. }))
    );
}

#[tokio::test]
async fn what_can_never_be_stored_does_not_take_its_neighbours_along() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    let group =
        group(&stream, CommitterOptions { break_even: 1, singles_max: 1, ..CommitterOptions::default() });
    let commits = (0..20).map(|i| {
        let committer = group.committer.clone();
        let transaction = if i == 3 {
            let mut outside = Transaction::new();
            outside.timer("s.timer", jiff::Timestamp::UNIX_EPOCH, "elsewhere", "x");
            outside
        } else {
            append(&format!("s.{i}"), "x")
        };
        async move { committer.commit(transaction).await }
    });
    for (i, outcome) in join_all(commits).await.into_iter().enumerate() {
        assert_eq!(matches!(outcome, Err(CommitError::Refused { .. })), i == 3, "{i}: {outcome:?}");
        assert_eq!(outcome.is_ok(), i != 3);
    }
}

#[tokio::test]
async fn a_full_stream_is_told_to_every_caller() {
    let world = World::new().await;
    let small = StreamSpec { max_bytes: 64 * 1024, schedules: false, ..spec("S", &["s.>"]) };
    let stream = world.ledger.stream(&small, Presence::Create).await.expect("made");
    let group = group(&stream, CommitterOptions::default());
    let commits = (0..40).map(|i| {
        let committer = group.committer.clone();
        async move { committer.commit(append(&format!("s.{i}"), &"x".repeat(8_000))).await }
    });
    let outcomes = join_all(commits).await;
    let stored = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert!(
        outcomes.iter().flat_map(|one| one.as_ref().err()).all(|error| matches!(error, CommitError::Full(_)))
    );
    assert_eq!(texts(&stream, "s.*").await.len(), stored);
}

#[tokio::test]
async fn without_a_broker_a_caller_waits_its_time_and_is_told() {
    let mut world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    let group = group(&stream, CommitterOptions { wait_ms: 300, ..CommitterOptions::default() });
    world.broker.kill().await.expect("killed");
    let mut ready = world.ledger.ready();
    ready.wait_for(|ready| !ready.ready).await.expect("noticed");
    let outcome = group.committer.commit(append("s.a", "x")).await;
    assert!(matches!(outcome, Err(CommitError::Unavailable(_))), "{outcome:?}");
    let patient = self::group(&stream, CommitterOptions::default());
    let (outcome, ()) = tokio::join!(patient.committer.commit(append("s.b", "y")), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        world.broker.restart().await.expect("restarted");
    });
    outcome.expect("stored once the broker was back");
    assert_eq!(texts(&stream, "s.*").await, ["y"], "what was given back must not appear");
}

#[tokio::test]
async fn a_stopped_committer_stores_what_it_accepted_and_takes_no_more() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    let mut group = group(&stream, CommitterOptions::default());
    let mut commits = JoinSet::new();
    for i in 0..200 {
        let committer = group.committer.clone();
        commits.spawn(async move { committer.commit(append(&format!("s.{i}"), "x")).await });
    }
    tokio::task::yield_now().await;
    group.stop.cancel();
    group.tasks.join_next().await.expect("a task").expect("ended in order");
    let mut stored = 0;
    while let Some(outcome) = commits.join_next().await {
        match outcome.expect("no panic") {
            Ok(_) => stored += 1,
            Err(error) => assert!(matches!(error, CommitError::Unavailable(_)), "{error}"),
        }
    }
    assert_eq!(texts(&stream, "s.*").await.len(), stored);
    let late = group.committer.commit(append("s.late", "x")).await;
    assert!(matches!(late, Err(CommitError::Unavailable(_))));
}

#[tokio::test]
async fn a_few_callers_wait_for_nobody_until_the_stop_is_done() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    let (committer, task) = stream.committer(CommitterOptions::default());
    // The task does not run: what is stored, the callers stored.
    let commits = (0..5).map(|i| {
        let committer = committer.clone();
        async move { committer.commit(append(&format!("s.{i}"), "x")).await }
    });
    assert!(join_all(commits).await.iter().all(Result::is_ok));
    let stop = CancellationToken::new();
    stop.cancel();
    task.run(stop).await;
    let late = committer.commit(append("s.late", "x")).await;
    assert!(matches!(late, Err(CommitError::Unavailable(_))), "{late:?}");
    assert_eq!(texts(&stream, "s.*").await.len(), 5);
}
