//! What happens to every call, whatever its method: a request id, a deadline, a limit, a catch for panics, and
//! the count of how it ended. One layer, because each of these needs the request id.

use crate::events::CallEnded;
use crate::fault::Fault;
use futures::FutureExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use tonic::body::Body;
use tonic::{Code, Status};

/// The header that carries the request id, both ways.
pub const REQUEST_ID: &str = "x-request-id";

const REQUEST_ID_CHARS: std::ops::RangeInclusive<usize> = 16..=64;
const UNKNOWN_METHOD: &str = "unknown";
const HEALTH: &str = "/grpc.health.v1.Health/";

/// What handlers know about the call, as an extension of the request.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) request_id: Arc<str>,
    /// When the answer is too late; of a stream, when its beginning is.
    pub(crate) deadline: Instant,
    /// The deadline that the caller set, which binds streams too.
    pub(crate) asked_deadline: Option<Instant>,
}

/// Limits over all calls.
pub(crate) struct Limits {
    calls: Arc<Semaphore>,
    /// Also taken, message by message, by streams of submissions.
    pub(crate) submissions: Arc<Semaphore>,
    timeout: Duration,
    /// Methods by path. Only these become values of metrics.
    methods: Vec<&'static str>,
    /// The method that takes from `submissions` before its message is read.
    submit: &'static str,
}

/// The layer.
#[derive(Clone)]
pub(crate) struct CallLayer(pub(crate) Arc<Limits>);

/// The layered service.
#[derive(Clone)]
pub(crate) struct Calls<S> {
    inner: S,
    limits: Arc<Limits>,
}

impl Limits {
    pub(crate) fn new(
        calls_max: usize,
        submissions_max: usize,
        timeout: Duration,
        methods: Vec<&'static str>,
        submit: &'static str,
    ) -> Self {
        Self {
            calls: Arc::new(Semaphore::new(calls_max)),
            submissions: Arc::new(Semaphore::new(submissions_max)),
            timeout,
            methods,
            submit,
        }
    }

    fn admit(&self, path: &str) -> Result<Permits, Fault> {
        // A gateway with its hands full is not one to be restarted.
        if path.starts_with(HEALTH) {
            return Ok(Permits::default());
        }
        let take = |permits: &Arc<Semaphore>, what| {
            Arc::clone(permits).try_acquire_owned().map(Some).map_err(|_| Fault::Busy(what))
        };
        let call = take(&self.calls, "calls")?;
        let submission = if path == self.submit { take(&self.submissions, "messages")? } else { None };
        Ok(Permits { _call: call, _submission: submission })
    }
}

/// Held until the handler is done.
#[derive(Default)]
struct Permits {
    _call: Option<OwnedSemaphorePermit>,
    _submission: Option<OwnedSemaphorePermit>,
}

impl Call {
    /// The call of a request. Requests that did not come through the layer have none, in tests of handlers.
    pub(crate) fn of<T>(request: &tonic::Request<T>) -> Self {
        request.extensions().get().cloned().unwrap_or_else(|| Self {
            request_id: Arc::from(lacteal_service::ids::request_id()),
            deadline: Instant::now() + Duration::from_secs(1),
            asked_deadline: None,
        })
    }

    pub(crate) fn status(&self, fault: &Fault) -> Status {
        fault.status(&self.request_id)
    }

    /// Time left for an answer.
    pub(crate) fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

impl<S> tower::Layer<S> for CallLayer {
    type Service = Calls<S>;

    fn layer(&self, inner: S) -> Calls<S> {
        Calls { inner, limits: Arc::clone(&self.0) }
    }
}

impl<S> tower::Service<Request<Body>> for Calls<S>
where
    S: tower::Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        // The clone has not been polled to readiness, the service that has been must take this call.
        let spare = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, spare);
        let call = begin(request.headers(), self.limits.timeout);
        let path = request.uri().path();
        let admitted = self.limits.admit(path);
        let method = self.limits.methods.iter().find(|known| **known == path);
        let ending = Ending {
            method: method.copied().unwrap_or(UNKNOWN_METHOD),
            request_id: Arc::clone(&call.request_id),
            began: Instant::now(),
            code: Code::Cancelled,
        };
        request.extensions_mut().insert(call.clone());
        Box::pin(async move {
            let answered = match admitted {
                Err(fault) => Err(fault),
                Ok(permits) => {
                    let handling = async move {
                        let response = inner.call(request).await;
                        drop(permits);
                        response
                    };
                    match timeout_at(call.deadline, AssertUnwindSafe(handling).catch_unwind()).await {
                        Ok(Ok(Ok(response))) => Ok(response),
                        Ok(Ok(Err(impossible))) => match impossible {},
                        // What the panic said is not kept, because it may quote data.
                        Ok(Err(_payload)) => Err(Fault::Internal),
                        Err(_elapsed) => Err(Fault::Deadline),
                    }
                }
            };
            let mut response = answered.unwrap_or_else(|fault| call.status(&fault).into_http());
            if let Ok(value) = HeaderValue::from_str(&call.request_id) {
                response.headers_mut().insert(HeaderName::from_static(REQUEST_ID), value);
            }
            let status = Status::from_header_map(response.headers());
            ending.with(status.map_or(Code::Ok, |status| status.code()));
            Ok(response)
        })
    }
}

/// Counts a call when it ends, also when the caller goes away and the future is dropped.
struct Ending {
    method: &'static str,
    request_id: Arc<str>,
    began: Instant,
    code: Code,
}

impl Ending {
    fn with(mut self, code: Code) {
        self.code = code;
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let (method, code, took) = (self.method, self.code, self.began.elapsed());
        CallEnded { method, code, took, request_id: &self.request_id }.emit();
    }
}

fn begin(headers: &HeaderMap, timeout: Duration) -> Call {
    let now = Instant::now();
    let asked = headers.get("grpc-timeout").and_then(|value| parse_timeout(value.to_str().ok()?));
    let asked_deadline = asked.and_then(|asked| now.checked_add(asked));
    let latest = now + timeout;
    Call {
        request_id: request_id(headers),
        deadline: asked_deadline.map_or(latest, |asked| asked.min(latest)),
        asked_deadline,
    }
}

/// The caller's id if it looks like a random one (UUID or hexadecimal), because ids are logged and a free text could
/// name a patient; else a fresh one.
fn request_id(headers: &HeaderMap) -> Arc<str> {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let is_id = |text: &&str| {
        REQUEST_ID_CHARS.contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
            && text.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    given.filter(is_id).map_or_else(|| Arc::from(lacteal_service::ids::request_id()), Arc::from)
}

/// `grpc-timeout`: at most eight digits and a unit (gRPC over HTTP/2, "Requests").
fn parse_timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let amount: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(amount * 3600)),
        "M" => Some(Duration::from_secs(amount * 60)),
        "S" => Some(Duration::from_secs(amount)),
        "m" => Some(Duration::from_millis(amount)),
        "u" => Some(Duration::from_micros(amount)),
        "n" => Some(Duration::from_nanos(amount)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic_types::StatusExt as _;
    use tower::{Layer as _, Service as _};

    const METHOD: &str = "/p.S/M";

    /// Answers at the path `/p.S/M`, panics at `/p.S/Panic` and never answers anywhere else.
    #[derive(Clone)]
    struct Inner;

    impl tower::Service<Request<Body>> for Inner {
        type Response = Response<Body>;
        type Error = Infallible;
        type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

        fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: Request<Body>) -> Self::Future {
            Box::pin(async move {
                match request.uri().path() {
                    METHOD => Ok(Response::new(Body::default())),
                    "/p.S/Panic" => panic!("a name"),
                    _ => std::future::pending().await,
                }
            })
        }
    }

    fn calls() -> Calls<Inner> {
        CallLayer(Arc::new(Limits::new(1, 1, Duration::from_secs(5), vec![METHOD], "/p.S/Submit")))
            .layer(Inner)
    }

    async fn status(calls: &mut Calls<Inner>, path: &str) -> Option<Status> {
        let response = calls.call(Request::builder().uri(path).body(Body::default()).unwrap()).await.unwrap();
        assert!(response.headers().contains_key(REQUEST_ID));
        Status::from_header_map(response.headers())
    }

    #[tokio::test(start_paused = true)]
    async fn panics_and_late_answers_are_faults_and_give_their_place_back() {
        let mut calls = calls();
        let began = Instant::now();
        for (path, code) in [("/p.S/Panic", Code::Internal), ("/p.S/Hangs", Code::DeadlineExceeded)] {
            let status = status(&mut calls, path).await.unwrap();
            assert_eq!(status.code(), code);
            assert!(status.get_error_details().request_info().is_some());
            assert!(!status.message().contains("a name"));
        }
        assert_eq!(began.elapsed().as_secs(), 5);
        assert!(status(&mut calls, METHOD).await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn further_calls_are_turned_away_and_probes_are_not() {
        let mut calls = calls();
        let mut hung = calls.call(Request::builder().uri("/p.S/Hangs").body(Body::default()).unwrap());
        assert!((&mut hung).now_or_never().is_none());
        assert_eq!(status(&mut calls, METHOD).await.unwrap().code(), Code::ResourceExhausted);
        let probed = status(&mut calls, "/grpc.health.v1.Health/Check").await.unwrap();
        assert_eq!(probed.code(), Code::DeadlineExceeded, "admitted: nobody answers here");
        drop(hung);
        assert!(status(&mut calls, METHOD).await.is_none());
    }

    #[test]
    fn a_timeout_has_digits_and_a_unit() {
        assert_eq!(parse_timeout("250m"), Some(Duration::from_millis(250)));
        assert_eq!(parse_timeout("99999999H"), Some(Duration::from_secs(99_999_999 * 3600)));
        for text in ["", "S", "5", "123456789S", "-1S", "1.5S", "5 S", "5s", "5é"] {
            assert_eq!(parse_timeout(text), None, "{text}");
        }
    }

    #[test]
    fn only_an_id_that_looks_random_is_taken_over() {
        let taken = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, text.parse().unwrap());
            &*request_id(&headers) == text
        };
        assert!(taken("2f1c9e0a-5d3b-4c1e-9a7f-0123456789ab"));
        assert!(taken("0123456789abcdef"));
        for text in ["Mary Smith", "1234567890123456", "abc", "", &"a".repeat(65)] {
            assert!(!taken(text), "{text}");
        }
    }
}
