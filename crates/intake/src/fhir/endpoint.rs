//! The FHIR endpoint: HTTP in, the same commit as for messages, and an answer only after it.
//!
//! `POST /fhir` takes a Bundle, `POST /fhir/{type}` and `PUT /fhir/{type}/{id}` one resource, `POST
//! /fhir/Patient/$merge` a request to merge, `GET /fhir/metadata` tells what is possible. Nothing is given back: what is
//! taken here is facts, not records.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body as HttpBody;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use lacteal_fhir::{Error as Fault, Issue, IssueType, Limits};
use lacteal_service::{Stage, Tasks, clock, listen};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::again::Bodies;
use super::answer::{capabilities, outcome, refusal, unavailable};
use super::clients::{Client, Clients, Denied};
use super::config::Config;
use super::listener::{Connections, Patience, Peer};
use super::precondition::{HEADERS, header_fault};
use super::take;
use super::take::{Request as Taken, Route};
use crate::Error;
use crate::config::Source;
use crate::events::FhirRefused;
use crate::receive::{Oversize, Receiver};
use crate::tls::Tls;

/// Bytes kept of a body that is too long.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// How many times the longest body is read of one that is too long.
const DROPPED_TIMES_MAX: usize = 4;
/// How long connections may linger after the stop.
const LINGER_MAX: Duration = Duration::from_secs(2);

/// The endpoint's port, bound and not yet answering.
pub struct Bound {
    listener: TcpListener,
    addr: SocketAddr,
    tls: Option<Arc<Tls>>,
    bodies: Arc<Bodies>,
    config: Config,
}

/// Checks the configuration and binds the port; nothing when the endpoint is off.
///
/// # Errors
/// When a client, authority or certificate cannot be used, or the port cannot be bound.
pub async fn bind(config: &Config, sources: &[Arc<Source>]) -> Result<Option<Bound>, Error> {
    if config.listen.is_empty() {
        return Ok(None);
    }
    if config.authorities.iter().any(|it| it.system.is_empty() || it.authority.is_empty()) {
        return Err(Error::Fhir(
            "each of intake.fhir.authorities needs a system and an authority".to_owned(),
        ));
    }
    let clients = Clients::read(config, sources).await?;
    let tls = Tls::read(&config.tls).await?;
    let listener = listen::bind_tcp("intake.fhir.listen", &config.listen).await?;
    let addr = listener.local_addr().map_err(Error::Accept)?;
    let authorities = config.authorities.iter().map(|it| (it.system.clone(), it.authority.clone())).collect();
    let limits = Limits {
        body_bytes_max: config.body_bytes_max,
        entries_max: config.entries_max,
        ..Limits::default()
    };
    let bodies = Arc::new(Bodies { clients, authorities, limits });
    Ok(Some(Bound { listener, addr, tls, bodies, config: config.clone() }))
}

impl Bound {
    /// The address that is bound, with its real port.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What reads its bodies, those that are kept included.
    pub(crate) fn bodies(&self) -> Arc<Bodies> {
        Arc::clone(&self.bodies)
    }

    /// Starts answering.
    pub(crate) fn start(self, receiver: Receiver, tasks: &Tasks) {
        let Bound { listener, addr, tls, bodies, config } = self;
        if let Some(tls) = tls.clone() {
            let keep = tls.keep(tasks.stopping(Stage::Listeners));
            tasks.spawn(Stage::Listeners, "fhir certificates", keep);
        }
        let encrypted = tls.is_some();
        let patience = Patience {
            head: Duration::from_secs(config.head_timeout_s.max(1)),
            idle: Duration::from_secs(config.idle_timeout_s.max(1)),
        };
        let connections = Connections::new(listener, tls, config.connections_max, patience);
        let router = router(Shared::new(&config, bodies, receiver));
        let stop = tasks.stopping(Stage::Requests);
        tasks.spawn(Stage::Requests, "fhir", async move {
            let service = router.into_make_service_with_connect_info::<Peer>();
            let serving =
                axum::serve(connections, service).with_graceful_shutdown(stop.clone().cancelled_owned());
            let lingered = async {
                stop.cancelled().await;
                sleep(LINGER_MAX).await;
            };
            tokio::select! {
                served = std::future::IntoFuture::into_future(serving) => served?,
                () = lingered => {}
            }
            Ok(())
        });
        tracing::info!(%addr, tls = encrypted, "listening for FHIR R4 over HTTP");
    }
}

/// What all requests share.
struct Shared {
    bodies: Arc<Bodies>,
    asks_for_token: bool,
    receiver: Receiver,
    body_timeout: Duration,
    requests: Semaphore,
}

impl Shared {
    fn new(config: &Config, bodies: Arc<Bodies>, receiver: Receiver) -> Shared {
        Shared {
            asks_for_token: !config.clients.is_empty(),
            bodies,
            receiver,
            body_timeout: Duration::from_secs(config.body_timeout_s.max(1)),
            requests: Semaphore::new(config.requests_max.max(1)),
        }
    }
}

fn router(shared: Shared) -> Router {
    Router::new().fallback(handle).with_state(Arc::new(shared))
}

async fn handle(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
) -> Response<HttpBody> {
    let _under_way = peer.begin();
    let response = Box::pin(answer(&shared, peer.addr, request)).await;
    if !response.status().is_success() {
        FhirRefused { status: response.status().as_u16() }.emit();
    }
    response
}

async fn answer(shared: &Shared, peer: SocketAddr, request: Request) -> Response<HttpBody> {
    let (head, body) = request.into_parts();
    let authorization = head.headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    let client = match shared.bodies.clients.of(peer.ip(), authorization) {
        Ok(client) => client,
        Err(Denied::Unknown) => {
            let text = "a bearer token of a configured client is needed";
            return refusal(StatusCode::UNAUTHORIZED, IssueType::Login, text);
        }
        Err(Denied::Address) => {
            let text = "requests from this address are not taken";
            return refusal(StatusCode::FORBIDDEN, IssueType::Forbidden, text);
        }
    };
    if !accepts_json(&head.headers) {
        let text = "answers are application/fhir+json only";
        return refusal(StatusCode::NOT_ACCEPTABLE, IssueType::NotSupported, text);
    }
    let path = head.uri.path().trim_end_matches('/');
    if path == "/fhir/metadata" && head.method == Method::GET {
        return capabilities(shared.asks_for_token);
    }
    let route = match Route::of(&head.method, path) {
        Ok(route) => route,
        Err(allow) => return not_routed(allow),
    };
    if !is_json(&head.headers) {
        let text = "bodies are application/fhir+json or application/json in UTF-8, not compressed";
        return refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, IssueType::NotSupported, text);
    }
    let Ok(_permit) = shared.requests.try_acquire() else {
        let text = "as many requests as are taken at once are under way; please send it again";
        return refusal(StatusCode::SERVICE_UNAVAILABLE, IssueType::Throttled, text);
    };
    let bytes =
        match timeout(shared.body_timeout, collect(&head.headers, body, shared.bodies.limits.body_bytes_max))
            .await
        {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(Unread::TooLong(oversize))) => {
                client.source.hear(clock::now().as_second());
                return too_long(&shared.receiver, client, &oversize).await;
            }
            Ok(Err(Unread::Broken)) => {
                return refusal(
                    StatusCode::BAD_REQUEST,
                    IssueType::Incomplete,
                    "the body did not arrive whole",
                );
            }
            Err(_) => {
                return refusal(
                    StatusCode::REQUEST_TIMEOUT,
                    IssueType::Timeout,
                    "the body did not arrive in time",
                );
            }
        };
    client.source.hear(clock::now().as_second());
    let taken = Taken {
        client,
        receiver: &shared.receiver,
        bodies: &shared.bodies,
        received: clock::now(),
        route: &route,
        condition: condition(&head.headers, &head.method),
        bytes,
    };
    take::take(&taken).await.unwrap_or_else(unavailable)
}

/// What is wrong with the first header that makes a request conditional.
fn condition(headers: &HeaderMap, method: &Method) -> Option<Fault> {
    let (name, wanted) = HEADERS.into_iter().find(|(name, _)| headers.contains_key(*name))?;
    Some(header_fault(name, wanted, method.as_str()))
}

fn not_routed(allow: Option<&'static str>) -> Response<HttpBody> {
    let Some(allow) = allow else {
        return refusal(
            StatusCode::NOT_FOUND,
            IssueType::NotFound,
            "there is nothing here; see /fhir/metadata",
        );
    };
    let text = "this method is not taken here; see /fhir/metadata";
    let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, IssueType::NotSupported, text);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    response
}

/// Keeps what is there of a body that is too long, and refuses it.
async fn too_long(receiver: &Receiver, client: &Client, oversize: &Oversize) -> Response<HttpBody> {
    let text = "the body is longer than is taken: nothing of it was taken in, and its beginning is kept in quarantine \
                for people to look at; send its resources again in several smaller bundles";
    let issue = Issue::new(Fault::Other { issue_type: IssueType::TooLong, text }, "");
    if receiver.refuse_oversize_body(&client.source, &client.name, oversize, &issue).await {
        outcome(StatusCode::PAYLOAD_TOO_LARGE, &[issue])
    } else {
        unavailable()
    }
}

/// Why a body could not be read.
enum Unread {
    TooLong(Oversize),
    Broken,
}

/// Reads a body. Of one that is too long some more is read and dropped, so that its sender may finish and look for the
/// answer, and its size and digest are known.
async fn collect(headers: &HeaderMap, body: HttpBody, bytes_max: usize) -> Result<Bytes, Unread> {
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    let declared = declared.unwrap_or(0);
    let mut all = BytesMut::new();
    let mut parts = body.into_data_stream();
    let mut over: Option<(Sha256, usize)> = None;
    while let Some(part) = parts.next().await {
        let part = match (part, &over) {
            (Ok(part), _) => part,
            (Err(_), None) => return Err(Unread::Broken),
            (Err(_), Some(_)) => break,
        };
        let is_over = declared > bytes_max || all.len() + part.len() > bytes_max;
        if is_over && over.is_none() {
            over = Some((Sha256::new_with_prefix(&all), all.len()));
        }
        let Some((digest, bytes)) = &mut over else {
            all.extend_from_slice(&part);
            continue;
        };
        digest.update(&part);
        *bytes += part.len();
        let room = HEAD_BYTES_MAX.saturating_sub(all.len()).min(part.len());
        all.extend_from_slice(part.get(..room).unwrap_or_default());
        all.truncate(HEAD_BYTES_MAX);
        if *bytes > bytes_max.saturating_mul(DROPPED_TIMES_MAX) {
            break;
        }
    }
    let Some((digest, bytes)) = over else { return Ok(all.freeze()) };
    let bytes = bytes.max(declared) as u64;
    // What is kept must not hold the memory of all that came.
    let head = Bytes::copy_from_slice(&all);
    Err(Unread::TooLong(Oversize { head, bytes, sha256: digest.finalize().into() }))
}

fn essence(text: &str) -> String {
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether the body is JSON in UTF-8, as it stands.
fn is_json(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|it: &HeaderValue| it.to_str().unwrap_or_default().to_owned());
    let Some(kind) = text(header::CONTENT_TYPE) else { return false };
    let fits = matches!(essence(&kind).as_str(), "application/fhir+json" | "application/json");
    let charset = kind.split(';').skip(1).filter_map(|it| it.split_once('=')).find_map(|(name, value)| {
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').to_owned())
    });
    let is_utf8 =
        charset.is_none_or(|it| it.eq_ignore_ascii_case("utf-8") || it.eq_ignore_ascii_case("utf8"));
    let is_plain = text(header::CONTENT_ENCODING).is_none_or(|it| it.eq_ignore_ascii_case("identity"));
    fits && is_utf8 && is_plain
}

/// Whether the sender takes an answer in JSON; one that says nothing does.
fn accepts_json(headers: &HeaderMap) -> bool {
    let mut asked = headers.get_all(header::ACCEPT).iter().filter_map(|it| it.to_str().ok()).peekable();
    if asked.peek().is_none() {
        return true;
    }
    let all = asked.flat_map(|it| it.split(','));
    let takes = |range: &str| {
        let refused =
            range.split(';').skip(1).any(|it| matches!(it.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        let known = ["application/fhir+json", "application/json", "application/*", "*/*"];
        !refused && known.contains(&essence(range).as_str())
    };
    all.into_iter().any(takes)
}
