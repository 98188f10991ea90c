//! Names of the metrics, in one place. Labels are stream, consumer and kind; never subjects.

use metrics::{counter, gauge};

pub(crate) fn connection_lost() {
    counter!("lacteal_ledger_connection_losses_total").increment(1);
}

pub(crate) fn slow_consumer() {
    counter!("lacteal_ledger_slow_consumer_total").increment(1);
}

/// One commit attempt: `plain` or `batch`, and how it ended.
pub(crate) fn commit(stream: &str, kind: &'static str, messages: usize, outcome: &'static str) {
    let stream = stream.to_owned();
    counter!("lacteal_ledger_commits_total", "stream" => stream.clone(), "kind" => kind, "outcome" => outcome)
        .increment(1);
    if outcome == "stored" {
        counter!("lacteal_ledger_messages_total", "stream" => stream).increment(messages as u64);
    }
}

pub(crate) fn claim(direction: &'static str) {
    counter!("lacteal_ledger_claims_total", "direction" => direction).increment(1);
}

pub(crate) fn worked(durable: &str, outcome: &'static str, deliveries: usize) {
    counter!("lacteal_ledger_deliveries_total", "consumer" => durable.to_owned(), "outcome" => outcome)
        .increment(deliveries as u64);
}

pub(crate) fn backlog(durable: &str, pending: u64, in_hand: usize) {
    gauge!("lacteal_ledger_pending", "consumer" => durable.to_owned()).set(pending as f64);
    gauge!("lacteal_ledger_in_hand", "consumer" => durable.to_owned()).set(in_hand as f64);
}

pub(crate) fn follow_restarted(stream: &str) {
    counter!("lacteal_ledger_follow_restarts_total", "stream" => stream.to_owned()).increment(1);
}

pub(crate) fn call(outcome: &'static str) {
    counter!("lacteal_ledger_calls_total", "outcome" => outcome).increment(1);
}
