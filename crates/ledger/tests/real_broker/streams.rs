//! Connecting, readiness, and streams that are or are not as wanted.

use std::time::Duration;

use lacteal_broker::{Broker, BrokerOptions};
use lacteal_ledger::{Error, Ledger, Options, Presence, StreamSpec};

use crate::world::{World, append, options, spec, until_ready};

#[tokio::test]
async fn a_missing_stream_is_reported_or_made_as_asked() {
    let world = World::new().await;
    let wanted = spec("S", &["s.>"]);
    let verified = world.ledger.stream(&wanted, Presence::Verify).await;
    assert!(matches!(verified, Err(Error::Missing(name)) if name == "S"));
    assert!(!world.ledger.ready().borrow().ready, "ready without its stream");
    world.ledger.stream(&wanted, Presence::Create).await.expect("made");
    world.ledger.stream(&wanted, Presence::Verify).await.expect("found");
    assert!(world.ledger.ready().borrow().ready);
}

#[tokio::test]
async fn every_differing_field_is_named_and_nothing_is_changed() {
    let world = World::new().await;
    let made = StreamSpec { immutable: true, ..StreamSpec::new("S", &["s.>"]) };
    world.ledger.stream(&made, Presence::Create).await.expect("made");
    let other = StreamSpec { rollup: true, max_bytes: 1_000_000, ..StreamSpec::new("S", &["s.>", "t"]) };
    let Err(Error::Differs { differences, .. }) = world.ledger.stream(&other, Presence::Create).await else {
        panic!("a stream that differs was accepted");
    };
    let fields: Vec<_> = differences.iter().map(|one| one.field).collect();
    assert_eq!(fields, ["subjects", "max_bytes", "allow_rollup_hdrs", "deny_delete", "deny_purge"]);
    assert!(!world.ledger.ready().borrow().ready, "ready with a wrong stream");
    world.ledger.stream(&made, Presence::Verify).await.expect("unchanged");
}

#[tokio::test]
async fn connecting_returns_at_once_and_a_stream_waits_for_the_broker() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut quick = BrokerOptions::new(folder.path());
    quick.sync_always = false;
    let mut broker = Broker::start(quick).await.expect("a broker");
    let options = options(&broker);
    broker.kill().await.expect("killed");
    let connected = tokio::time::timeout(Duration::from_secs(1), Ledger::connect(options)).await;
    let ledger = connected.expect("at once").expect("good options");
    assert!(!ledger.ready().borrow().ready);
    let wanted = spec("S", &["s.>"]);
    let made = ledger.stream(&wanted, Presence::Create);
    let (made, ()) = tokio::join!(made, async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        broker.restart().await.expect("restarted");
    });
    made.expect("made once the broker came");
    until_ready(&ledger).await;
}

#[tokio::test]
async fn readiness_follows_the_broker() {
    let mut world = World::new().await;
    world.stream("S", &["s.>"]).await;
    world.broker.kill().await.expect("killed");
    let mut ready = world.ledger.ready();
    ready.wait_for(|ready| !ready.ready).await.expect("noticed");
    world.broker.restart().await.expect("restarted");
    until_ready(&world.ledger).await;
}

#[tokio::test]
async fn bad_options_are_the_only_reason_not_to_connect() {
    let unreadable = Options {
        user: Some("u".into()),
        password_file: Some("/nonexistent/password".into()),
        ..Options::default()
    };
    assert!(matches!(Ledger::connect(unreadable).await, Err(Error::File { .. })));
    let empty = Options { servers: Vec::new(), ..Options::default() };
    assert!(matches!(Ledger::connect(empty).await, Err(Error::Options(_))));
}

#[tokio::test]
async fn a_closed_ledger_has_sent_everything() {
    let world = World::new().await;
    let stream = world.stream("S", &["s.>"]).await;
    stream.commit(append("s.a", "x")).await.expect("stored");
    world.ledger.clone().close().await;
    let again = crate::world::connect(&world.broker).await;
    let stream = again.stream(&spec("S", &["s.>"]), Presence::Verify).await.expect("found");
    assert_eq!(stream.numbers().await.expect("numbers").messages, 1);
}
