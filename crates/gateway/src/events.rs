//! What the gateway tells its operators: one type for each event, which counts and logs. No patient data.

use lacteal_wire::event::Status;
use std::time::Duration;
use tonic::Code;

/// A call was answered, or given up by the caller.
pub(crate) struct CallEnded<'a> {
    pub(crate) method: &'static str,
    pub(crate) code: Code,
    pub(crate) took: Duration,
    pub(crate) request_id: &'a str,
}

impl CallEnded<'_> {
    pub(crate) fn emit(&self) {
        let code = code_name(self.code);
        metrics::counter!("lacteal_gateway_requests_total", "method" => self.method, "code" => code)
            .increment(1);
        metrics::histogram!("lacteal_gateway_request_seconds", "method" => self.method).record(self.took);
        let (method, request_id) = (self.method, self.request_id);
        if matches!(self.code, Code::Internal | Code::Unknown | Code::DataLoss) {
            tracing::error!(method, code, request_id, "call failed");
        } else {
            tracing::debug!(method, code, request_id, "call ended");
        }
    }
}

/// Somebody was given the bytes of a quarantined message.
pub(crate) struct BytesGiven<'a> {
    pub(crate) request_id: &'a str,
}

impl BytesGiven<'_> {
    pub(crate) fn emit(&self) {
        metrics::counter!("lacteal_gateway_quarantine_bytes_given_total").increment(1);
        tracing::info!(request_id = self.request_id, "the bytes of a quarantined message were given");
    }
}

/// A status of the work list has another number of patients.
pub(crate) struct WorklistCounted {
    pub(crate) status: Status,
    pub(crate) patients: usize,
}

impl WorklistCounted {
    pub(crate) fn emit(&self) {
        let status = status_name(self.status);
        metrics::gauge!("lacteal_gateway_worklist_patients", "status" => status).set(self.patients as f64);
    }
}

/// A plan cannot be read; its patient shows as *needs review*.
pub(crate) struct PlanUnreadable {
    pub(crate) revision: u64,
}

impl PlanUnreadable {
    pub(crate) fn emit(&self) {
        metrics::counter!("lacteal_gateway_unreadable_plans_total").increment(1);
        tracing::error!(
            revision = self.revision,
            "a stored plan cannot be read; its patient shows as needs review"
        );
    }
}

/// A watch of the work list began.
pub(crate) struct WatchBegan;

impl WatchBegan {
    pub(crate) fn emit(&self) {
        metrics::gauge!("lacteal_gateway_watchers").increment(1.0);
    }
}

/// A watch of the work list ended.
pub(crate) struct WatchEnded;

impl WatchEnded {
    pub(crate) fn emit(&self) {
        metrics::gauge!("lacteal_gateway_watchers").decrement(1.0);
    }
}

/// A watch fell behind and was ended.
pub(crate) struct WatchOverflowed;

impl WatchOverflowed {
    pub(crate) fn emit(&self) {
        metrics::counter!("lacteal_gateway_watch_overflows_total").increment(1);
        tracing::warn!("a watch of the work list fell too far behind and was ended");
    }
}

/// A connection was not accepted.
pub(crate) struct AcceptFailed<'a> {
    pub(crate) error: &'a std::io::Error,
}

impl AcceptFailed<'_> {
    pub(crate) fn emit(&self) {
        metrics::counter!("lacteal_gateway_accept_failures_total").increment(1);
        tracing::warn!(error = %self.error, "cannot accept a connection");
    }
}

fn status_name(status: Status) -> &'static str {
    status.as_str_name().strip_prefix("STATUS_").unwrap_or("UNSPECIFIED")
}

fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
