//! Names of streams and subjects. Each stream has one writer; a subject holds a pseudonym or a keyed hash,
//! never a number, a name or a control id, because subjects show in monitoring.

use lacteal_clinical::{PatientId, ReportKey};

/// Stream of intake: reports, receipts, quarantine, and what is noticed of feeds.
pub const INTAKE: &str = "INTAKE";
/// Stream of risk: dossiers and the history of assessments.
pub const RISK: &str = "RISK";
/// Stream of scheduling: plans, notices and timers.
pub const SCHEDULE: &str = "SCHEDULE";

/// All reports.
pub const REPORTS: &str = "intake.report.>";
/// All dossiers.
pub const DOSSIERS: &str = "risk.dossier.>";
/// All plans.
pub const PLANS: &str = "schedule.plan.>";
/// All wake-ups.
pub const WAKES: &str = "schedule.wake.>";
/// All pulses of all sources.
pub const PULSES: &str = "intake.pulse.*.*";
/// All notices about feeds.
pub const FEEDS: &str = "intake.feed.>";
/// Core subject on which intake takes messages from the gateway.
pub const SUBMIT: &str = "submit.intake";

/// One report about one patient. The key makes a report its own receipt.
pub fn report(patient: PatientId, key: ReportKey) -> String {
    format!("intake.report.{}.{patient}.{key}", patient.shard())
}

/// All reports about one patient.
pub fn reports_of(patient: PatientId) -> String {
    format!("intake.report.{}.{patient}.*", patient.shard())
}

/// Receipt of a message that was not kept.
pub fn seen(key: ReportKey) -> String {
    format!("intake.seen.{key}")
}

/// A message that could not be understood.
pub fn quarantine(key: ReportKey) -> String {
    format!("intake.quarantine.{key}")
}

/// A source was heard in a span of time; `source` is a keyed hash of its name.
pub fn pulse(source: ReportKey, slot: i64) -> String {
    format!("intake.pulse.{source}.{slot}")
}

/// A feed fell silent after its pulse of that number.
pub fn feed_silent(source: ReportKey, slot: i64) -> String {
    format!("intake.feed.{source}.{slot}.silent")
}

/// A feed is back that fell silent after its pulse of that number.
pub fn feed_back(source: ReportKey, slot: i64) -> String {
    format!("intake.feed.{source}.{slot}.back")
}

/// The source and the number of the pulse of a subject made by [`pulse`], [`feed_silent`] or [`feed_back`].
pub fn feed_of(subject: &str) -> Option<(&str, i64)> {
    let mut tokens = subject.split('.');
    match (tokens.next()?, tokens.next()?) {
        ("intake", "pulse" | "feed") => {}
        _ => return None,
    }
    Some((tokens.next()?, tokens.next()?.parse().ok()?))
}

/// A patient's dossier and present assessment.
pub fn dossier(patient: PatientId) -> String {
    format!("risk.dossier.{}.{patient}", patient.shard())
}

/// History of a patient's assessments.
pub fn assessment(patient: PatientId) -> String {
    format!("risk.assessment.{}.{patient}", patient.shard())
}

/// A patient's plan.
pub fn plan(patient: PatientId) -> String {
    format!("schedule.plan.{}.{patient}", patient.shard())
}

/// A notice about a patient.
pub fn notice(patient: PatientId) -> String {
    format!("schedule.notice.{}.{patient}", patient.shard())
}

/// A patient's timer.
pub fn timer(patient: PatientId) -> String {
    format!("schedule.timer.{patient}")
}

/// What a patient's timer turns into when it is due.
pub fn wake(patient: PatientId) -> String {
    format!("schedule.wake.{patient}")
}

/// The patient of any subject above that names one.
pub fn patient_of(subject: &str) -> Option<PatientId> {
    let mut tokens = subject.split('.');
    let position = match (tokens.next()?, tokens.next()?) {
        ("schedule", "timer" | "wake") => 0,
        ("intake", "report") | ("risk", "dossier" | "assessment") | ("schedule", "plan" | "notice") => 1,
        _ => return None,
    };
    tokens.nth(position)?.parse().ok()
}
