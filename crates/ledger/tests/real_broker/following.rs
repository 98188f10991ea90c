//! Following: the present first, then every change, over restarts.

use std::collections::HashSet;

use futures::StreamExt as _;
use lacteal_ledger::{Follow, Followed, Revision, Transaction};
use tokio_util::sync::CancellationToken;

use crate::world::{DEADLINE, World, append, put, until_ready};

async fn next(follow: &mut Follow) -> Followed {
    tokio::time::timeout(DEADLINE, follow.next()).await.expect("in time").expect("not ended")
}

async fn until_caught_up(follow: &mut Follow) -> Vec<String> {
    let mut seen = Vec::new();
    loop {
        match next(follow).await {
            Followed::CaughtUp => return seen,
            Followed::Message(stored) => seen.push(String::from_utf8_lossy(&stored.payload).into_owned()),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn the_last_of_each_subject_comes_first_then_caught_up_then_what_is_new() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    for payload in ["1", "2", "3"] {
        stream.commit(append("s.a", payload)).await.expect("stored");
        stream.commit(append("s.b", payload)).await.expect("stored");
    }
    stream.commit(append("s.a", "last")).await.expect("stored");
    let stop = CancellationToken::new();
    let mut follow = stream.follow("s.>", stop.clone()).await.expect("following");
    assert_eq!(until_caught_up(&mut follow).await, ["3", "last"]);
    stream.commit(append("s.c", "new")).await.expect("stored");
    assert!(matches!(next(&mut follow).await, Followed::Message(stored) if stored.payload == "new"));
    stop.cancel();
    assert_eq!(follow.next().await, None);
}

#[tokio::test]
async fn an_empty_stream_is_caught_up_at_once() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    let mut follow = stream.follow("s.>", CancellationToken::new()).await.expect("following");
    assert_eq!(next(&mut follow).await, Followed::CaughtUp);
}

#[tokio::test]
async fn restarts_of_the_broker_leave_no_gap_and_no_repeat() {
    let mut world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    let mut transaction = Transaction::new();
    (0..900).for_each(|i| transaction.append(format!("s.{i}"), format!("old-{i}")));
    stream.commit(transaction).await.expect("stored");
    let mut follow = stream.follow("s.>", CancellationToken::new()).await.expect("following");
    let mut seen: Vec<(Revision, String)> = Vec::new();
    let mut wanted = 900;
    for round in 0..3 {
        // Some are taken, the rest is on its way when the server dies.
        while seen.len() < wanted - 450 {
            if let Followed::Message(stored) = next(&mut follow).await {
                seen.push((stored.revision, String::from_utf8_lossy(&stored.payload).into_owned()));
            }
        }
        world.crash().await;
        until_ready(&world.ledger).await;
        let mut transaction = Transaction::new();
        (0..500).for_each(|i| transaction.append(format!("s.{i}"), format!("new-{round}-{i}")));
        stream.commit(transaction).await.expect("stored");
        wanted += 500;
    }
    while seen.len() < wanted {
        if let Followed::Message(stored) = next(&mut follow).await {
            seen.push((stored.revision, String::from_utf8_lossy(&stored.payload).into_owned()));
        }
    }
    assert!(seen.is_sorted_by(|a, b| a.0 < b.0), "out of order or repeated");
    let new: HashSet<&String> =
        seen.iter().map(|(_, text)| text).filter(|text| text.starts_with("new")).collect();
    assert_eq!(new.len(), 1_500, "a gap");
}

#[tokio::test]
async fn rolled_up_states_are_followed_to_the_newest() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    let mut follow = stream.follow("s.*", CancellationToken::new()).await.expect("following");
    let mut revision = Revision::NONE;
    for i in 0..50 {
        revision = stream.commit(put("s.a", revision, &i.to_string())).await.expect("stored")[0];
    }
    let mut last = Revision::NONE;
    while last != revision {
        if let Followed::Message(stored) = next(&mut follow).await {
            assert!(stored.revision > last);
            last = stored.revision;
        }
    }
}
