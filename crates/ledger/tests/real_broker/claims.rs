//! Payloads that no message could carry.

use futures::StreamExt as _;
use lacteal_ledger::{Followed, Revision, Transaction};
use tokio_util::sync::CancellationToken;

use crate::world::{World, append};

const LIMIT: usize = 64 * 1024;

async fn world() -> World {
    World::with(|options| options.max_payload_bytes = LIMIT).await
}

fn large(seed: u8) -> Vec<u8> {
    (0..5 * LIMIT).map(|i| (i as u8).wrapping_mul(31).wrapping_add(seed)).collect()
}

#[tokio::test]
async fn a_payload_above_the_brokers_limit_comes_back_whole_from_every_kind_of_read() {
    let world = world().await;
    let stream = world.stream("S", &["s.>"]).await;
    let mut transaction = Transaction::new();
    transaction.put("s.state", Revision::NONE, large(1));
    transaction.append("s.log", large(2));
    transaction.append("s.log", "small");
    stream.commit(transaction).await.expect("stored");
    let read = stream.last(&["s.state".into()]).await.expect("read");
    assert_eq!(read.get("s.state").expect("found").payload, large(1));
    let page = stream.page("s.log", Revision::NONE, 9).await.expect("a page");
    assert_eq!(page[0].payload, large(2));
    assert_eq!(page[1].payload, "small");
    let follow = stream.follow("s.state", CancellationToken::new()).await.expect("following");
    let mut follow = std::pin::pin!(follow);
    match follow.next().await {
        Some(Followed::Message(stored)) => assert_eq!(stored.payload, large(1)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_same_large_content_is_kept_once() {
    let world = world().await;
    let stream = world.stream("S", &["s.>"]).await;
    for i in 0..3 {
        let mut transaction = Transaction::new();
        transaction.append(format!("s.{i}"), large(9));
        stream.commit(transaction).await.expect("stored");
    }
    let objects = objects(&world).await;
    assert_eq!(objects.len(), 1);
    assert_eq!(stream.page("s.>", Revision::NONE, 9).await.expect("a page").len(), 3);
}

#[tokio::test]
async fn a_payload_whose_object_is_gone_is_an_error_and_not_an_empty_message() {
    let world = world().await;
    let stream = world.stream("S", &["s.>"]).await;
    let mut transaction = Transaction::new();
    transaction.append("s.a", large(3));
    stream.commit(transaction).await.expect("stored");
    let store = store(&world).await;
    for name in objects(&world).await {
        store.delete(name).await.expect("deleted");
    }
    let read = stream.last(&["s.a".into()]).await;
    assert!(matches!(read, Err(lacteal_ledger::Error::Claim { .. })), "{read:?}");
    stream.commit(append("s.b", "others go on")).await.expect("stored");
}

#[tokio::test]
async fn an_object_that_was_tampered_with_is_an_error() {
    let world = world().await;
    let stream = world.stream("S", &["s.>"]).await;
    let mut transaction = Transaction::new();
    transaction.append("s.a", large(3));
    stream.commit(transaction).await.expect("stored");
    let name = objects(&world).await.remove(0);
    let other = large(4);
    let metadata = async_nats::jetstream::object_store::ObjectMetadata {
        name,
        chunk_size: Some(16 * 1024),
        ..Default::default()
    };
    store(&world).await.put(metadata, &mut other.as_slice()).await.expect("replaced");
    let read = stream.last(&["s.a".into()]).await;
    assert!(matches!(read, Err(lacteal_ledger::Error::Claim { .. })), "{read:?}");
}

async fn store(world: &World) -> async_nats::jetstream::object_store::ObjectStore {
    let password = std::fs::read_to_string(world.broker.password_file()).expect("a password");
    let client = async_nats::ConnectOptions::with_user_and_password("lacteal".into(), password)
        .connect(world.broker.client_url())
        .await
        .expect("an operator");
    async_nats::jetstream::new(client).get_object_store("lacteal-claims").await.expect("a bucket")
}

async fn objects(world: &World) -> Vec<String> {
    let mut list = store(world).await.list().await.expect("a list");
    let mut names = Vec::new();
    while let Some(object) = list.next().await {
        names.push(object.expect("an object").name);
    }
    names
}
