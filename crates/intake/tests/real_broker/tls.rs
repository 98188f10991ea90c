//! TLS on the MLLP port: who is let in, as whom, and for how long a handshake may take.

use std::time::Duration;

use lacteal_intake::{Config, SourceConfig};
use rcgen::date_time_ymd;
use rustls::SupportedProtocolVersion;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_rustls::client::TlsStream;

use crate::certificates::{Ca, Pair, Site, ca, connector, params, shown, signed};
use crate::meters::{count, counted};
use crate::world::{DEADLINE, Sender, World, codes, frame, report, until};

fn source(name: &str, certificate: &str) -> SourceConfig {
    SourceConfig { name: name.to_owned(), certificate: certificate.to_owned(), ..SourceConfig::default() }
}

async fn connect_with(
    world: &World,
    trusted: &Ca,
    own: Option<&Pair>,
    versions: &[&'static SupportedProtocolVersion],
) -> std::io::Result<Sender<TlsStream<TcpStream>>> {
    let socket = TcpStream::connect(world.mllp).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    let stream = timeout(DEADLINE, connector(trusted, own, versions).connect(name, socket)).await;
    Ok(Sender::over(stream.expect("in time")?))
}

async fn connect(
    world: &World,
    trusted: &Ca,
    own: Option<&Pair>,
) -> std::io::Result<Sender<TlsStream<TcpStream>>> {
    connect_with(world, trusted, own, rustls::DEFAULT_VERSIONS).await
}

/// Whether a message of that client gets no answer. In TLS 1.3 a client learns after its handshake that its
/// certificate is refused.
async fn is_refused(world: &World, site: &Site, own: Option<&Pair>) -> bool {
    match connect(world, &site.servers, own).await {
        Err(_) => true,
        Ok(mut sender) => {
            !(sender.try_send(&report("REFUSED", "1", 5)).await && sender.answer().await.is_some())
        }
    }
}

#[tokio::test]
async fn a_plain_client_is_refused_on_a_tls_port_and_a_tls_client_served_in_both_versions() {
    let site = Site::new();
    let world = World::with(-1, |config| site.plain_tls(&mut config.tls)).await;
    let mut plain = world.sender().await;
    plain.raw(&frame(&report("M0", "1", 5))).await;
    assert!(plain.answer_or_noise().await.is_none(), "a plain message was answered");
    assert_eq!(world.messages().await, 0);
    for (id, version) in [("M12", &rustls::version::TLS12), ("M13", &rustls::version::TLS13)] {
        let connected = connect_with(&world, &site.servers, None, &[version]).await;
        let mut sender = connected.expect("connected");
        assert_eq!(sender.exchange(&report(id, id, 5)).await, "AA");
        let large = format!("{}\rZZZ|{}", report(&format!("L{id}"), id, 5), "x".repeat(3 << 20));
        assert_eq!(sender.exchange(&large).await, "AA");
        assert_eq!(world.reports(id).await.len(), 2);
    }
}

#[tokio::test]
async fn the_certificate_of_a_client_names_its_source() {
    let site = Site::new();
    let sources = vec![source("pathology", "path.north.test"), source("radiology", "RIS 4")];
    let world = World::with(-1, |config| {
        site.mutual_tls(&mut config.tls);
        config.sources = sources;
    })
    .await;
    for (number, own, expected) in [
        ("1", site.client("engine", &["other.test", "PATH.north.test"]), "pathology"),
        ("2", site.client("ris 4", &[]), "radiology"),
    ] {
        let mut sender = connect(&world, &site.servers, Some(&own)).await.expect("connected");
        assert_eq!(sender.exchange(&report(&format!("M{number}"), number, 5)).await, "AA");
        assert_eq!(world.reports(number).await[0].source, expected);
    }
    let nobody = site.client("billing", &["billing.test"]);
    assert!(is_refused(&world, &site, Some(&nobody)).await, "a certificate that no source has was served");
    assert_eq!(world.reports("1").await.len(), 1);
}

#[tokio::test]
async fn no_certificate_one_of_another_authority_and_an_expired_one_are_refused() {
    let site = Site::new();
    let world = World::with(-1, |config| site.mutual_tls(&mut config.tls)).await;
    assert!(is_refused(&world, &site, None).await, "served without a certificate");
    let strange = signed(&ca("clients"), &params("path", &[]));
    assert!(is_refused(&world, &site, Some(&strange)).await, "served with another's certificate");
    let mut expired = params("path", &[]);
    (expired.not_before, expired.not_after) = (date_time_ymd(2019, 1, 1), date_time_ymd(2020, 1, 1));
    assert!(is_refused(&world, &site, Some(&signed(&site.clients, &expired))).await, "served after the end");
    assert_eq!(world.messages().await, 0);
    let good = site.client("path", &[]);
    let mut sender = connect(&world, &site.servers, Some(&good)).await.expect("connected");
    assert_eq!(sender.exchange(&report("M1", "1", 5)).await, "AA");
}

#[tokio::test]
async fn where_a_certificate_is_optional_a_source_that_demands_one_is_reached_only_with_it() {
    let site = Site::new();
    let world = World::with(-1, |config| {
        site.mutual_tls(&mut config.tls);
        config.tls.client_required = false;
        let peers = vec!["127.0.0.1".parse().expect("an address")];
        let old = SourceConfig { peers: vec!["10.9.9.9".parse().expect("an address")], ..source("old", "") };
        let path = SourceConfig { peers, ..source("pathology", "path") };
        config.sources = vec![old, path, source("any", "")];
    })
    .await;
    assert!(is_refused(&world, &site, None).await, "got past the demand without a certificate");
    let strange = signed(&ca("clients"), &params("path", &[]));
    assert!(is_refused(&world, &site, Some(&strange)).await);
    let mut sender =
        connect(&world, &site.servers, Some(&site.client("path", &[]))).await.expect("connected");
    assert_eq!(sender.exchange(&report("M1", "1", 5)).await, "AA");
    assert_eq!(world.reports("1").await[0].source, "pathology");
}

#[tokio::test]
async fn a_slow_handshake_holds_a_place_and_is_ended() {
    let site = Site::new();
    let world = World::with(-1, |config| {
        site.plain_tls(&mut config.tls);
        config.connections_max = 1;
        config.tls.handshake_timeout_s = 1;
    })
    .await;
    let began = Instant::now();
    let mut slow = world.sender().await;
    slow.raw(&[0x16, 0x03]).await;
    assert!(is_refused(&world, &site, None).await, "a handshake under way does not count");
    assert!(slow.answer_or_noise().await.is_none());
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(900) && took < Duration::from_secs(5), "{took:?}");
    until("the place is free again", || async { !is_refused(&world, &site, None).await }).await;
}

#[tokio::test]
async fn a_renewed_certificate_is_used_without_a_restart_and_a_broken_one_is_not() {
    count();
    let site = Site::new();
    let world = World::with(-1, |config| site.plain_tls(&mut config.tls)).await;
    let mut open = connect(&world, &site.servers, None).await.expect("connected");
    site.write("cert.pem", "not a certificate");
    let refused = || async { counted("lacteal_intake_certificates_not_read_total", "") > 0 };
    until("the broken file is looked at", refused).await;
    assert!(connect(&world, &site.servers, None).await.is_ok(), "a broken file ended the service");
    let renewed = ca("servers of another year");
    site.install(&signed(&renewed, &params("lacteal", &["localhost"])));
    until("the new certificate is shown", || async { connect(&world, &renewed, None).await.is_ok() }).await;
    assert!(connect(&world, &site.servers, None).await.is_err(), "the earlier one is still shown");
    assert_eq!(codes_of(&mut open).await, "AA", "an open connection was disturbed");
}

async fn codes_of(sender: &mut Sender<TlsStream<TcpStream>>) -> String {
    sender.send(&report("M1", "1", 5)).await;
    codes(&sender.answer().await.expect("an answer"))
}

#[tokio::test]
async fn files_that_cannot_be_used_end_the_start_with_what_is_wrong() {
    let site = Site::new();
    let refused = async |change: &dyn Fn(&mut Config)| {
        let mut config = Config { mllp: "127.0.0.1:0".to_owned(), ..Config::default() };
        site.mutual_tls(&mut config.tls);
        change(&mut config);
        lacteal_intake::bind(config).await.err().expect("refused").to_string()
    };
    let other = signed(&site.servers, &params("other", &[]));
    site.write("other-key.pem", &other.key);
    site.write("empty.pem", "");
    let said = refused(&|config| config.tls.key_file = shown(&site.path("other-key.pem"))).await;
    assert!(said.contains("key_file") && said.contains("other-key.pem is not the key of"), "{said}");
    let said = refused(&|config| config.tls.cert_file = shown(&site.path("absent.pem"))).await;
    assert!(said.contains("intake.tls: cert_file") && said.contains("cannot be read"), "{said}");
    let said = refused(&|config| config.tls.cert_file = shown(&site.path("key.pem"))).await;
    assert!(said.contains("cert_file") && said.contains("holds no certificate"), "{said}");
    let said = refused(&|config| config.tls.key_file = shown(&site.path("cert.pem"))).await;
    assert!(said.contains("key_file") && said.contains("holds no private key"), "{said}");
    let said = refused(&|config| config.tls.client_ca_file = shown(&site.path("empty.pem"))).await;
    assert!(said.contains("client_ca_file") && said.contains("holds no certificate"), "{said}");
    let said = refused(&|config| config.tls.key_file.clear()).await;
    assert!(said.contains("cert_file is set without key_file"), "{said}");
}
