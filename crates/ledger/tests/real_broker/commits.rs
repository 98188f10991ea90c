//! Transactions: all or nothing, guarded by revisions, typed in failure.

use std::time::Duration;

use lacteal_ledger::{CommitError, Presence, Revision, StreamSpec, Transaction};

use crate::world::{World, append, put, spec, texts, until};

fn names(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("s.{i}")).collect()
}

#[tokio::test]
async fn a_put_replaces_the_state_and_tells_its_revision() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    let first = stream.commit(put("s.a", Revision::NONE, "one")).await.expect("stored");
    let second = stream.commit(put("s.a", first[0], "two")).await.expect("stored");
    let states = stream.last(&["s.a".into(), "s.b".into()]).await.expect("read");
    let found = states.get("s.a").expect("found");
    assert_eq!((found.payload.as_ref(), found.revision), (&b"two"[..], second[0]));
    assert!(states.contains("s.b") && states.get("s.b").is_none());
    assert_eq!(stream.numbers().await.expect("numbers").messages, 1, "the old state is still stored");
}

#[tokio::test]
async fn a_put_on_a_stale_revision_is_a_conflict_that_names_the_subject() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    stream.commit(put("s.a", Revision::NONE, "one")).await.expect("stored");
    let stale = stream.commit(put("s.a", Revision::NONE, "two")).await;
    assert_eq!(stale, Err(CommitError::Conflict { subjects: vec!["s.a".into()] }));
}

#[tokio::test]
async fn a_batch_is_stored_whole_in_order_with_its_revisions() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>", "log.>"]).await;
    stream.commit(append("log.x", "before")).await.expect("stored");
    let mut transaction = Transaction::new();
    for name in names(400) {
        transaction.put(name.clone(), Revision::NONE, name);
        transaction.append("log.x", "step");
    }
    let revisions = stream.commit(transaction).await.expect("stored");
    assert_eq!(revisions.len(), 800);
    let states = stream.last(&names(400)).await.expect("read");
    assert_eq!(states.iter().count(), 400);
    for (i, name) in names(400).iter().enumerate() {
        assert_eq!(states.revision(name), revisions[2 * i], "{name}");
        assert_eq!(states.get(name).expect("found").payload, name.as_bytes());
    }
    assert_eq!(texts(&stream, "log.x").await.len(), 401);
}

#[tokio::test]
async fn a_revision_is_added_on_the_last_message_only_and_the_earlier_ones_stay() {
    let world = World::new().await;
    // What may not be removed may be revised: there is no roll-up.
    let spec = StreamSpec { immutable: true, ..StreamSpec::new("A", &["a.>"]) };
    let stream = world.ledger.stream(&spec, Presence::Create).await.expect("made");
    let mut first = Transaction::new();
    first.create("a.x", "one", None);
    first.create("a.y", "other", None);
    let first = stream.commit(first).await.expect("stored");
    let revise = |expected, payload: &str| {
        let mut transaction = Transaction::new();
        transaction.revise("a.x", expected, payload.to_owned());
        transaction
    };
    let second = stream.commit(revise(first[0], "two")).await.expect("stored");
    let stale = stream.commit(revise(first[0], "three")).await;
    assert_eq!(stale, Err(CommitError::Conflict { subjects: vec!["a.x".into()] }));
    assert_eq!(texts(&stream, "a.x").await, ["one", "two"]);
    let states = stream.last(&["a.x".into()]).await.expect("read");
    assert_eq!(states.revision("a.x"), second[0]);
    // In a batch one stale revision stops all of it.
    let mut both = revise(second[0], "three");
    both.revise("a.y", second[0], "more");
    assert_eq!(stream.commit(both).await, Err(CommitError::Conflict { subjects: vec!["a.y".into()] }));
    let mut both = revise(second[0], "three");
    both.revise("a.y", first[1], "more");
    stream.commit(both).await.expect("stored");
    assert_eq!(texts(&stream, "a.>").await, ["one", "other", "two", "three", "more"]);
}

#[tokio::test]
async fn one_stale_put_stops_the_whole_batch() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    stream.commit(put("s.7", Revision::NONE, "mine")).await.expect("stored");
    let mut transaction = Transaction::new();
    names(20).into_iter().for_each(|name| transaction.put(name, Revision::NONE, "theirs"));
    let refused = stream.commit(transaction).await;
    assert_eq!(refused, Err(CommitError::Conflict { subjects: vec!["s.7".into()] }));
    assert_eq!(stream.numbers().await.expect("numbers").messages, 1);
}

#[tokio::test]
async fn many_states_are_read_in_parts_that_fit_the_server() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    for part in names(2_500).chunks(900) {
        let mut transaction = Transaction::new();
        part.iter().for_each(|name| transaction.put(name.clone(), Revision::NONE, vec![b'x'; 10_000]));
        stream.commit(transaction).await.expect("stored");
    }
    let states = stream.last(&names(2_600)).await.expect("read");
    assert_eq!((states.len(), states.iter().count()), (2_600, 2_500));
    let leader = stream.last_from_leader(&names(3)).await.expect("read");
    assert_eq!(leader.iter().count(), 3);
}

#[tokio::test]
async fn a_full_stream_says_so_and_takes_again_when_room_is_made() {
    let world = World::new().await;
    let small = StreamSpec { max_bytes: 64 * 1024, schedules: false, ..spec("S", &["s.>"]) };
    let stream = world.ledger.stream(&small, Presence::Create).await.expect("made");
    let kilobytes = "x".repeat(10 * 1024);
    let mut full = None;
    for i in 0..20 {
        if let Err(error) = stream.commit(append(&format!("s.{i}"), &kilobytes)).await {
            full = Some(error);
            break;
        }
    }
    assert!(matches!(full, Some(CommitError::Full(_))), "{full:?}");
    let before = stream.numbers().await.expect("numbers").messages;
    let mut batch = Transaction::new();
    (0..3).for_each(|i| batch.append(format!("s.more.{i}"), kilobytes.clone()));
    assert!(matches!(stream.commit(batch).await, Err(CommitError::Full(_))));
    assert_eq!(stream.numbers().await.expect("numbers").messages, before, "part of a batch was stored");
    let password = std::fs::read_to_string(world.broker.password_file()).expect("a password");
    let operator = async_nats::ConnectOptions::with_user_and_password("lacteal".into(), password)
        .connect(world.broker.client_url())
        .await
        .expect("an operator");
    let handle = async_nats::jetstream::new(operator).get_stream("S").await.expect("found");
    handle.purge().filter("s.0").await.expect("purged");
    stream.commit(append("s.again", "x")).await.expect("room again");
}

#[tokio::test]
async fn a_created_subject_exists_once_and_expires_after_its_time_to_live() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    let receipt = || {
        let mut transaction = Transaction::new();
        transaction.create("s.seen", "x", Some(Duration::from_secs(1)));
        transaction
    };
    stream.commit(receipt()).await.expect("stored");
    assert!(matches!(stream.commit(receipt()).await, Err(CommitError::Conflict { .. })));
    let subject = ["s.seen".to_owned()];
    until("the receipt expired", || async {
        stream.last(&subject).await.expect("read").get("s.seen").is_none()
    })
    .await;
    stream.commit(receipt()).await.expect("stored again");
}

#[tokio::test]
async fn what_the_stream_is_not_made_for_is_refused_before_it_is_sent() {
    let world = World::new().await;
    let plain = StreamSpec { immutable: true, ..StreamSpec::new("A", &["a.>"]) };
    let stream = world.ledger.stream(&plain, Presence::Create).await.expect("made");
    let refused = stream.commit(put("a.x", Revision::NONE, "x")).await;
    assert!(matches!(refused, Err(CommitError::Refused { code: 0, .. })), "{refused:?}");
    stream.commit(append("a.x", "x")).await.expect("stored");
    let elsewhere = stream.commit(append("b.x", "x")).await;
    assert!(matches!(elsewhere, Err(CommitError::Refused { code: 0, .. })), "{elsewhere:?}");
}

#[tokio::test]
async fn a_commit_without_a_broker_is_unavailable_and_not_sent_later() {
    let mut world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    world.broker.kill().await.expect("killed");
    let mut ready = world.ledger.ready();
    ready.wait_for(|ready| !ready.ready).await.expect("noticed");
    let mut batch = append("s.a", "x");
    batch.append("s.a", "y");
    for transaction in [append("s.a", "x"), batch] {
        let lost = stream.commit(transaction).await;
        assert!(matches!(lost, Err(CommitError::Unavailable(_))), "{lost:?}");
    }
    world.broker.restart().await.expect("restarted");
    crate::world::until_ready(&world.ledger).await;
    stream.commit(append("s.a", "later")).await.expect("stored");
    assert_eq!(texts(&stream, "s.a").await, ["later"]);
}

#[tokio::test]
async fn history_is_paged_under_a_wildcard_in_stream_order() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    for i in 0..25 {
        stream.commit(append(&format!("s.{}.p", i % 3), &i.to_string())).await.expect("stored");
        stream.commit(append("s.other", "no")).await.expect("stored");
    }
    let first = stream.page("s.*.p", Revision::NONE, 10).await.expect("a page");
    assert_eq!(first.len(), 10);
    let rest = stream.page("s.*.p", first[9].revision, 100).await.expect("a page");
    let all: Vec<String> = first
        .iter()
        .chain(&rest)
        .map(|stored| String::from_utf8_lossy(&stored.payload).into_owned())
        .collect();
    assert_eq!(all, (0..25).map(|i| i.to_string()).collect::<Vec<_>>());
    assert!(first.is_sorted_by_key(|stored| stored.time));
    assert!(stream.page("s.none.>", Revision::NONE, 10).await.expect("a page").is_empty());
}
