//! The three streams: what each must be like, and opening them.

use lacteal_ledger::{Ledger, Presence, Stream, StreamSpec};
use lacteal_wire::subject;

use crate::settings::{Settings, Streams};

/// INTAKE: nothing in it is ever changed or removed but receipts, which expire.
fn intake(streams: &Streams) -> StreamSpec {
    StreamSpec {
        description: "reports, receipts and quarantine; written by intake only".to_owned(),
        ttl: true,
        immutable: true,
        max_bytes: streams.intake_max_bytes,
        replicas: streams.replicas,
        ..StreamSpec::new(subject::INTAKE, &["intake.>"])
    }
}

/// RISK: one dossier a patient, and the history of assessments.
pub(crate) fn risk(streams: &Streams) -> StreamSpec {
    StreamSpec {
        description: "dossiers and assessments; written by risk only".to_owned(),
        rollup: true,
        max_bytes: streams.risk_max_bytes,
        replicas: streams.replicas,
        ..StreamSpec::new(subject::RISK, &["risk.>"])
    }
}

/// SCHEDULE: one plan a patient, notices and timers. It has no limit: one that is full would lose timers.
pub(crate) fn schedule(streams: &Streams) -> StreamSpec {
    StreamSpec {
        description: "plans, notices and timers; written by scheduling only".to_owned(),
        rollup: true,
        schedules: true,
        replicas: streams.replicas,
        ..StreamSpec::new(subject::SCHEDULE, &["schedule.>"])
    }
}

/// One of the streams.
#[derive(Clone, Copy)]
pub(crate) enum Which {
    Intake,
    Risk,
    Schedule,
}

impl Which {
    pub(crate) const ALL: [Which; 3] = [Which::Intake, Which::Risk, Which::Schedule];
}

/// Opens one stream; waits while the broker is away.
pub(crate) async fn open(ledger: &Ledger, settings: &Settings, which: Which) -> anyhow::Result<Stream> {
    let spec = match which {
        Which::Intake => intake(&settings.streams),
        Which::Risk => risk(&settings.streams),
        Which::Schedule => schedule(&settings.streams),
    };
    let presence = if settings.streams.create { Presence::Create } else { Presence::Verify };
    Ok(ledger.stream(&spec, presence).await?)
}
