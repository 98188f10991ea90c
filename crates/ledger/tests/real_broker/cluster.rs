//! Three servers and three copies: the paths that one server never takes.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;

use lacteal_broker::{Broker, BrokerOptions};
use lacteal_ledger::{CommitError, Ledger, Options, Presence, Revision, StreamSpec, Transaction};
use tokio::task::JoinSet;
use tokio::time::{Duration, sleep};
use tokio_util::sync::CancellationToken;

use crate::steps::{Memory, Tally, Works, work_options};
use crate::working::{assert_once_each, inputs, until_done};
use crate::world::{put, spec, until_ready};

struct Cluster {
    brokers: Vec<Broker>,
    ledger: Ledger,
    _folder: tempfile::TempDir,
}

/// Ports that were free a moment ago: routes must be known before the servers start.
fn ports() -> Vec<u16> {
    let held: Vec<TcpListener> =
        (0..3).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port")).collect();
    held.iter().map(|listener| listener.local_addr().expect("bound").port()).collect()
}

async fn cluster() -> Cluster {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = ports();
    let routes: Vec<String> = ports.iter().map(|port| format!("nats://127.0.0.1:{port}")).collect();
    let mut brokers = Vec::new();
    for (number, port) in ports.iter().enumerate() {
        let mut options = BrokerOptions::new(folder.path().join(number.to_string()));
        options.server_name = format!("n{number}");
        options.sync_always = false;
        options.extra_config =
            format!("cluster {{ name: c, listen: \"127.0.0.1:{port}\", routes: [{}] }}", routes.join(", "));
        std::fs::create_dir_all(&options.data_dir).expect("a folder");
        std::fs::write(options.data_dir.join("client.password"), "shared").expect("written");
        brokers.push(Broker::start(options).await.expect("a broker"));
    }
    let options = Options {
        servers: brokers.iter().map(Broker::client_url).collect(),
        user: Some("lacteal".to_owned()),
        password_file: Some(brokers[0].password_file().to_owned()),
        request_timeout_ms: 2_000,
        reconnect_delay_max_ms: 200,
        ..Options::default()
    };
    let ledger = Ledger::connect(options).await.expect("options");
    until_ready(&ledger).await;
    Cluster { brokers, ledger, _folder: folder }
}

fn copied(name: &str, subjects: &[&str]) -> StreamSpec {
    StreamSpec { replicas: 3, ..spec(name, subjects) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_copies_outlive_the_loss_of_each_server_in_turn() {
    let mut cluster = cluster().await;
    let ledger = cluster.ledger.clone();
    let source = ledger.stream(&copied("IN", &["in.>"]), Presence::Create).await.expect("made");
    let sink = ledger.stream(&copied("OUT", &["out.>"]), Presence::Create).await.expect("made");
    reads_from_the_leader_are_what_a_commit_is_checked_against(&sink).await;

    let mut works = Works {
        source,
        sink,
        step: Tally::new(Memory::Set),
        tasks: JoinSet::new(),
        stop: CancellationToken::new(),
    };
    works.start(work_options());
    works.start(work_options());
    let source = works.source.clone();
    let mut giving = JoinSet::new();
    let all = Arc::new(inputs(60, 10));
    giving.spawn(async move {
        for part in all.chunks(20) {
            let mut transaction = Transaction::new();
            for (entity, payload) in part {
                transaction.append(format!("in.{entity}"), payload.clone());
            }
            while source.commit(transaction.clone()).await.is_err() {
                sleep(Duration::from_millis(100)).await;
            }
            sleep(Duration::from_millis(100)).await;
        }
    });
    for broker in &mut cluster.brokers {
        sleep(Duration::from_millis(500)).await;
        broker.kill().await.expect("killed");
        sleep(Duration::from_millis(1_500)).await;
        broker.restart().await.expect("restarted");
        // A majority must be there before the next one goes.
        sleep(Duration::from_millis(1_500)).await;
    }
    giving.join_next().await.expect("a giver").expect("all given");
    until_done(&works, 60, 10).await;
    works.stop().await;
    assert_once_each(&works, 60, 10).await;
}

async fn reads_from_the_leader_are_what_a_commit_is_checked_against(stream: &lacteal_ledger::Stream) {
    let subjects: Vec<String> = (0..100).map(|i| format!("out.x.{i}")).collect();
    let mut revisions = vec![Revision::NONE; 100];
    for round in 0..5 {
        let mut transaction = Transaction::new();
        for (subject, revision) in subjects.iter().zip(&revisions) {
            transaction.put(subject.clone(), *revision, format!("{round}"));
        }
        revisions = stream.commit(transaction).await.expect("stored");
        let last = stream.last_under_from_leader("out.x.>").await.expect("read");
        assert_eq!(last, revisions.last().copied());
        let states = stream.last_from_leader(&subjects).await.expect("read");
        for (subject, revision) in subjects.iter().zip(&revisions) {
            assert_eq!(states.revision(subject), *revision, "{subject}");
        }
    }
    let stale = stream.commit(put("out.x.7", Revision::NONE, "stale")).await;
    assert_eq!(stale, Err(CommitError::Conflict { subjects: vec!["out.x.7".into()] }));
    assert_eq!(stream.last_under_from_leader("out.y.*").await.expect("read"), None);
    let nothing = stream.last_from_leader(&["out.x.none".into()]).await.expect("read");
    assert!(nothing.contains("out.x.none") && nothing.get("out.x.none").is_none());
}
