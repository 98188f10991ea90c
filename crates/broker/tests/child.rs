//! What the owner of a child server may rely on, against the real server.

#![expect(clippy::expect_used, reason = "a test that cannot set up its world must fail loudly")]

use std::time::Duration;

use lacteal_broker::{Broker, BrokerOptions, Error};

fn options(folder: &tempfile::TempDir) -> BrokerOptions {
    let mut options = BrokerOptions::new(folder.path());
    options.sync_always = false;
    options
}

async fn client(broker: &Broker) -> async_nats::Client {
    let password = std::fs::read_to_string(broker.password_file()).expect("a password file");
    async_nats::ConnectOptions::with_user_and_password(broker.user().to_owned(), password)
        .connect(broker.client_url())
        .await
        .expect("connected")
}

fn alive(pid: u32) -> bool {
    std::fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty())
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never came true: {what}");
}

#[tokio::test]
async fn a_started_broker_accepts_its_user_and_no_stranger() {
    let folder = tempfile::tempdir().expect("a folder");
    let broker = Broker::start(options(&folder)).await.expect("started");
    let client = client(&broker).await;
    assert!(client.server_info().jetstream);
    assert!(async_nats::connect(broker.client_url()).await.is_err(), "a stranger got in");
    broker.stop().await.expect("stopped");
}

#[cfg(unix)]
#[tokio::test]
async fn the_password_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let broker = Broker::start(options(&folder)).await.expect("started");
    for file in [broker.password_file().to_owned(), folder.path().join("nats.conf")] {
        let mode = std::fs::metadata(&file).expect("there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", file.display());
    }
}

#[tokio::test]
async fn a_restart_keeps_port_and_store() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut broker = Broker::start(options(&folder)).await.expect("started");
    let url = broker.client_url();
    let jetstream = async_nats::jetstream::new(client(&broker).await);
    jetstream
        .create_stream(async_nats::jetstream::stream::Config {
            name: "KEPT".into(),
            subjects: vec!["kept.>".into()],
            ..Default::default()
        })
        .await
        .expect("created");
    broker.kill().await.expect("killed");
    broker.restart().await.expect("restarted");
    assert_eq!(broker.client_url(), url);
    let jetstream = async_nats::jetstream::new(client(&broker).await);
    jetstream.get_stream("KEPT").await.expect("still there");
}

#[tokio::test]
async fn an_unexpected_end_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut broker = Broker::start(options(&folder)).await.expect("started");
    let pid = broker.pid().expect("running").to_string();
    let killed = tokio::process::Command::new("kill").args(["-9", &pid]).status().await.expect("kill ran");
    assert!(killed.success());
    let status = tokio::time::timeout(Duration::from_secs(5), broker.wait()).await.expect("noticed");
    assert!(!status.expect("a status").success());
}

#[tokio::test]
async fn a_dropped_broker_takes_its_child_along() {
    let folder = tempfile::tempdir().expect("a folder");
    let broker = Broker::start(options(&folder)).await.expect("started");
    let pid = broker.pid().expect("running");
    drop(broker);
    until("the child is gone", || !alive(pid)).await;
}

#[tokio::test]
async fn a_data_directory_has_one_owner() {
    let folder = tempfile::tempdir().expect("a folder");
    let _first = Broker::start(options(&folder)).await.expect("started");
    let second = Broker::start(options(&folder)).await;
    assert!(matches!(second, Err(Error::Busy { .. })), "{second:?}");
}

#[tokio::test]
async fn a_server_left_over_from_a_killed_parent_is_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Broker::start(options(&folder)).await.expect("started");
    let program = lacteal_broker::locate().expect("found");
    let config = folder.path().canonicalize().expect("resolved").join("nats.conf");
    first.stop().await.expect("stopped");
    let mut orphan = tokio::process::Command::new(program)
        .arg("--config")
        .arg(&config)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("an orphan");
    let orphan_pid = orphan.id().expect("running");
    let pid_file = folder.path().join("nats.pid");
    until("the orphan wrote its pid", || {
        std::fs::read_to_string(&pid_file).is_ok_and(|text| text.trim() == orphan_pid.to_string())
    })
    .await;
    let reaped = tokio::task::JoinSet::from_iter([async move { orphan.wait().await }]);
    let broker = Broker::start(options(&folder)).await.expect("started beside an orphan");
    assert_ne!(broker.pid(), Some(orphan_pid));
    until("the orphan is gone", || !alive(orphan_pid)).await;
    drop(reaped);
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = options(&folder);
    options.extra_config = "no_such_setting_at_all: 1".into();
    let failed = Broker::start(options).await.expect_err("must not start");
    assert!(matches!(failed, Error::NotReady { .. }), "{failed}");
    assert!(failed.to_string().contains("no_such_setting_at_all"), "{failed}");
}
