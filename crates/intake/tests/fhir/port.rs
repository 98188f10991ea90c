//! The port of the endpoint: TLS and certificates of clients, and how long and how much may be sent.

use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use crate::certificates::{Ca, Pair, Site, ca, connector, params, signed};
use crate::given::{bundle, observation, patient};
use crate::world::{DEADLINE, World};

fn body() -> String {
    bundle("transaction", "", &[patient("4711", ""), observation("21893-3", r#""valueInteger": 3"#)])
}

fn head(path: &str, length: usize) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: lacteal\r\nContent-Type: application/fhir+json\r\n\
         Content-Length: {length}\r\n\r\n"
    )
}

/// The status of an answer, when there is one before the connection ends.
async fn status(stream: &mut (impl AsyncRead + Unpin)) -> Option<u16> {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        let read = timeout(DEADLINE, stream.read(&mut part)).await.expect("an answer or an end in time");
        let read = read.unwrap_or(0);
        bytes.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((line, _)) = text.split_once("\r\n") {
            return line.split(' ').nth(1).and_then(|it| it.parse().ok());
        }
        if read == 0 {
            return None;
        }
    }
}

async fn post(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), body: &str) -> Option<u16> {
    let sent =
        stream.write_all([head("/fhir", body.len()).as_bytes(), body.as_bytes()].concat().as_slice()).await;
    if sent.is_err() || stream.flush().await.is_err() {
        return None;
    }
    status(stream).await
}

async fn over_tls(world: &World, trusted: &Ca, own: Option<&Pair>) -> Option<u16> {
    let socket = TcpStream::connect(world.fhir).await.ok()?;
    let name = ServerName::try_from("localhost").expect("a name");
    let connecting = connector(trusted, own, rustls::DEFAULT_VERSIONS).connect(name, socket);
    let mut stream = timeout(DEADLINE, connecting).await.expect("in time").ok()?;
    post(&mut stream, &body()).await
}

async fn plain(world: &World) -> TcpStream {
    timeout(DEADLINE, TcpStream::connect(world.fhir)).await.expect("in time").expect("connected")
}

#[tokio::test]
async fn over_tls_bodies_are_taken_and_plain_ones_are_not() {
    let site = Site::new();
    let world = World::with(|config| site.plain_tls(&mut config.fhir.tls)).await;
    assert_eq!(post(&mut plain(&world).await, &body()).await, None, "a plain request was answered");
    assert!(world.reports().await.is_empty());
    assert_eq!(over_tls(&world, &ca("others"), None).await, None, "a server that is not trusted");
    assert_eq!(over_tls(&world, &site.servers, None).await, Some(200));
    assert_eq!(world.reports().await.len(), 1);
}

#[tokio::test]
async fn where_certificates_are_demanded_only_their_holders_are_served() {
    let site = Site::new();
    let world = World::with(|config| site.mutual_tls(&mut config.fhir.tls)).await;
    assert_eq!(over_tls(&world, &site.servers, None).await, None, "served without a certificate");
    let strange = signed(&ca("clients"), &params("lab", &[]));
    assert_eq!(
        over_tls(&world, &site.servers, Some(&strange)).await,
        None,
        "served with another's certificate"
    );
    assert!(world.reports().await.is_empty());
    assert_eq!(over_tls(&world, &site.servers, Some(&site.client("lab", &[]))).await, Some(200));
    assert_eq!(world.reports().await.len(), 1);
}

fn in_about_a_second(began: Instant) {
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(900) && took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn a_head_that_comes_bit_by_bit_is_ended_at_its_time_limit() {
    let world = World::with(|config| config.fhir.head_timeout_s = 1).await;
    let mut socket = plain(&world).await;
    let began = Instant::now();
    socket.write_all(b"POST /fhir HTTP/1.1\r\nHost: ").await.expect("sent");
    // Each byte comes in time for the idle limit.
    let mut buffer = [0; 64];
    loop {
        assert!(began.elapsed() < DEADLINE, "kept open");
        match timeout(Duration::from_millis(50), socket.read(&mut buffer)).await {
            Ok(Ok(0) | Err(_)) => break,
            Ok(Ok(_)) => {}
            Err(_) if socket.write_all(b"x").await.is_err() => break,
            Err(_) => {}
        }
    }
    in_about_a_second(began);
}

#[tokio::test]
async fn a_kept_connection_has_the_whole_time_for_each_head_and_is_ended_when_idle() {
    let world = World::with(|config| {
        config.fhir.head_timeout_s = 1;
        config.fhir.idle_timeout_s = 3;
    })
    .await;
    let mut socket = plain(&world).await;
    assert_eq!(post(&mut socket, &body()).await, Some(200));
    // The rest of the answer, and then nothing, for longer than a head may take.
    let began = Instant::now();
    let mut buffer = [0; 4096];
    while began.elapsed() < Duration::from_millis(1_500) {
        if let Ok(read) = timeout(Duration::from_millis(100), socket.read(&mut buffer)).await {
            assert!(read.is_ok_and(|read| read > 0), "closed after {:?}", began.elapsed());
        }
    }
    assert_eq!(post(&mut socket, &body()).await, Some(200), "a kept connection was ended between requests");
    let began = Instant::now();
    while timeout(DEADLINE, socket.read(&mut buffer))
        .await
        .expect("an end in time")
        .is_ok_and(|read| read > 0)
    {}
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(2_500) && took < Duration::from_secs(9), "{took:?}");
}

#[tokio::test]
async fn a_body_that_does_not_come_in_time_is_told_so_and_nothing_is_taken() {
    let world = World::with(|config| {
        config.fhir.body_timeout_s = 1;
        config.fhir.head_timeout_s = 1;
    })
    .await;
    let mut socket = plain(&world).await;
    let began = Instant::now();
    let whole = body();
    socket.write_all(head("/fhir", whole.len()).as_bytes()).await.expect("sent");
    socket.write_all(&whole.as_bytes()[..20]).await.expect("sent");
    assert_eq!(status(&mut socket).await, Some(408));
    in_about_a_second(began);
    assert!(world.reports().await.is_empty());
    // A slow body within its time is one like any other, however long a head may take.
    let world = World::with(|config| config.fhir.head_timeout_s = 1).await;
    let mut socket = plain(&world).await;
    socket.write_all(head("/fhir", whole.len()).as_bytes()).await.expect("sent");
    let (most, rest) = whole.as_bytes().split_at(whole.len() - 1);
    let began = Instant::now();
    let mut parts = most.chunks(20);
    while began.elapsed() < Duration::from_millis(1_300) {
        socket.write_all(parts.next().unwrap_or_default()).await.expect("sent");
        sleep(Duration::from_millis(50)).await;
    }
    socket.write_all(&[&parts.collect::<Vec<_>>().concat(), rest].concat()).await.expect("sent");
    assert_eq!(status(&mut socket).await, Some(200));
}

#[tokio::test]
async fn a_body_of_the_longest_size_is_taken_and_one_byte_more_is_not_declared_or_not() {
    let whole = body();
    let world = World::with(|config| config.fhir.body_bytes_max = whole.len()).await;
    assert_eq!(world.post("/fhir", &whole).await.status, 200);
    assert_eq!(world.post("/fhir", &format!("{whole} ")).await.status, 413);
    let mut socket = plain(&world).await;
    let chunked = "POST /fhir HTTP/1.1\r\nHost: lacteal\r\nContent-Type: application/fhir+json\r\n\
                   Transfer-Encoding: chunked\r\n\r\n";
    let parts = format!("{chunked}{:x}\r\n{whole}\r\n2\r\n  \r\n0\r\n\r\n", whole.len());
    socket.write_all(parts.as_bytes()).await.expect("sent");
    assert_eq!(status(&mut socket).await, Some(413));
    let sizes: Vec<_> = world.quarantined().await.iter().map(|it| it.sent_bytes).collect();
    assert_eq!(sizes, [whole.len() as u64 + 1, whole.len() as u64 + 2]);
}
