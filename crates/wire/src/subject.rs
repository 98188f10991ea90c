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
/// How far a sweep by which model has come.
pub const RISK_SWEPT: &str = "risk.swept";
/// How far a sweep by which policies has come.
pub const SCHEDULE_SWEPT: &str = "schedule.swept";
/// All quarantined messages.
pub const QUARANTINE: &str = "intake.quarantine.*";
/// All pulses of all sources.
pub const PULSES: &str = "intake.pulse.*.*";
/// All notices about feeds.
pub const FEEDS: &str = "intake.feed.>";
/// All reports that came before their patients were known.
pub const EARLY: &str = "intake.early.>";
/// Core subject on which intake takes messages from the gateway.
pub const SUBMIT: &str = "submit.intake";
/// Core subject on which intake lists quarantined messages.
pub const QUARANTINE_LIST: &str = "quarantine.intake.list";
/// Core subject on which intake shows one quarantined message.
pub const QUARANTINE_GET: &str = "quarantine.intake.get";
/// Core subject on which intake interprets quarantined messages again.
pub const QUARANTINE_REPLAY: &str = "quarantine.intake.replay";
/// Core subject on which intake records that a quarantined message was given up.
pub const QUARANTINE_DISCARD: &str = "quarantine.intake.discard";
/// Core subject on which intake reads stored reports again.
pub const REINTERPRET: &str = "reinterpret.intake";
/// Core subject on which intake lists the feeds.
pub const FEEDS_LIST: &str = "feeds.intake.list";
/// Core subject on which intake takes decisions of clinicians.
pub const DECIDE: &str = "decide.intake";
/// Core subject on which risk answers what-if requests.
pub const WHAT_IF: &str = "assess.risk.what_if";
/// Core subject on which risk explains an assessment.
pub const EXPLAIN: &str = "assess.risk.explain";
/// Core subject on which risk lists its models.
pub const MODELS: &str = "assess.risk.models";
/// Core subject on which scheduling plans who is supposed.
pub const PLAN_SUPPOSED: &str = "plan.scheduling.supposed";
/// Core subject on which scheduling lists its policies.
pub const POLICIES: &str = "plan.scheduling.policies";

/// One report about one patient. The key makes a report its own receipt.
pub fn report(patient: PatientId, key: ReportKey) -> String {
    format!("intake.report.{}.{patient}.{key}", patient.shard())
}

/// All reports about one patient.
pub fn reports_of(patient: PatientId) -> String {
    format!("intake.report.{}.{patient}.*", patient.shard())
}

/// A report that matters only of a patient who is known, and came before that.
pub fn early(patient: PatientId, key: ReportKey) -> String {
    format!("intake.early.{}.{patient}.{key}", patient.shard())
}

/// Receipt of a message that was not kept.
pub fn seen(key: ReportKey) -> String {
    format!("intake.seen.{key}")
}

/// A message that could not be understood.
pub fn quarantine(key: ReportKey) -> String {
    format!("intake.quarantine.{key}")
}

/// What became of a quarantined message.
pub fn resolved(key: ReportKey) -> String {
    format!("intake.resolved.{key}")
}

/// A quarantined message under the patient that it names.
pub fn review(patient: PatientId, key: ReportKey) -> String {
    format!("intake.review.{}.{patient}.{key}", patient.shard())
}

/// All quarantined messages that name a patient.
pub fn reviews_of(patient: PatientId) -> String {
    format!("intake.review.{}.{patient}.*", patient.shard())
}

/// The key at the end of a report's, a quarantined message's, a review's or a resolution's subject.
pub fn key_of(subject: &str) -> Option<ReportKey> {
    let (_, last) = subject.rsplit_once('.')?;
    read_key(last)
}

/// A key as subjects write it: 32 hexadecimal digits in lower case.
pub fn read_key(text: &str) -> Option<ReportKey> {
    let digits = text.as_bytes();
    let mut key = [0; 16];
    if digits.len() != 2 * key.len() {
        return None;
    }
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = (digit(*high)? << 4) | digit(*low)?;
    }
    Some(ReportKey(key))
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

/// History of a patient's plans.
pub fn planned(patient: PatientId) -> String {
    format!("schedule.planned.{}.{patient}", patient.shard())
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
        ("intake", "report" | "review" | "early")
        | ("risk", "dossier" | "assessment")
        | ("schedule", "plan" | "planned" | "notice") => 1,
        _ => return None,
    };
    tokens.nth(position)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_the_subjects_that_end_in_it() {
        let key = ReportKey(*b"0123456789abcde\xFF");
        let patient = PatientId([7; 16]);
        for subject in
            [quarantine(key), resolved(key), review(patient, key), report(patient, key), early(patient, key)]
        {
            assert_eq!(key_of(&subject), Some(key), "{subject}");
        }
        assert_eq!(patient_of(&review(patient, key)), Some(patient));
        for text in ["", "0", "g123456789abcdef0123456789abcdef", "0123456789ABCDEF0123456789ABCDEF"] {
            assert_eq!(read_key(text), None, "{text}");
        }
    }
}
