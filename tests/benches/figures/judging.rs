//! Judging without a broker: what assessing and planning a patient take on one core, with the band taken over and with
//! the band computed. The floor is the time that is wanted.

use std::hint::black_box;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lacteal_clinical::{Dossier, Picture, PseudonymKey, ReportKey};
use lacteal_hl7::{Limits, Message};
use lacteal_intake::{Codes, Context, Identity, Source, SourceConfig, Verdict, interpret};
use lacteal_risk::{Model, assess};
use lacteal_scheduling::{Policies, plan};
use lacteal_wire::event;
use tokio::time::Instant;

use crate::Result;
use crate::hospital::Hospital;
use crate::table::{Table, Wanted, median};

/// Patients of a round.
const PATIENTS: usize = 500;
/// Rounds of which the median is taken.
const ROUNDS: usize = 7;
/// Wanted for a patient whose band is known, in microseconds.
const CACHED_US: f64 = 200.0;
/// Wanted for a patient whose band is computed, in microseconds.
const COMPUTED_US: f64 = 5_000.0;

pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let (model, policies, zone) = (Model::reference(), Policies::standard(), TimeZone::UTC);
    let now: Timestamp = "2026-11-01T12:00:00Z".parse()?;
    let judge = |dossier: &Dossier, known: Option<&event::Assessment>| {
        let picture = Picture::of(dossier);
        let assessment = assess(&picture, &model, known, now);
        let event = event::Dossier {
            summary: Some(lacteal_wire::summary(dossier, &picture)),
            assessment: Some(assessment),
            ..event::Dossier::default()
        };
        black_box(plan(&event, 1, None, &policies, now, &zone));
        event.assessment
    };
    let dossiers = dossiers()?;
    let (mut computed, mut cached) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let known: Vec<_> = dossiers.iter().map(|it| judge(it, None)).collect();
        computed.push(microseconds_each(began, dossiers.len()));
        let began = Instant::now();
        for (dossier, known) in dossiers.iter().zip(&known) {
            black_box(judge(dossier, known.as_ref()));
        }
        cached.push(microseconds_each(began, dossiers.len()));
    }
    for (figure, ours, wanted) in [
        ("assess and plan a patient, band known", median(cached), CACHED_US),
        ("assess and plan a patient, band computed", median(computed), COMPUTED_US),
    ] {
        table.row(
            figure,
            format!("{ours:.0} us"),
            format!("{wanted:.0} us wanted"),
            ours / wanted,
            Wanted::AtMost(1.0),
        );
    }
    Ok(())
}

fn microseconds_each(began: Instant, patients: usize) -> f64 {
    began.elapsed().as_secs_f64() * 1e6 / patients.max(1) as f64
}

/// What intake makes of one pathology report each.
fn dossiers() -> Result<Vec<Dossier>> {
    let source = Source::new(&SourceConfig::default())?;
    let identity = Identity { key: PseudonymKey::from_bytes(&[7; 32])?, authorities: Vec::new() };
    let codes = Codes::with_site(&[])?;
    let received = "2026-11-01T12:00:00Z".parse()?;
    let mut dossiers = Vec::with_capacity(PATIENTS);
    for message in Hospital::default().messages(PATIENTS) {
        let message = Message::parse(message, &Limits::default())?;
        let (report, tie) = (ReportKey([9; 16]), [1; 16]);
        let context = Context { source: &source, identity: &identity, codes: &codes, report, tie, received };
        let Verdict::Keep(understood) = interpret(&message, &context) else { return Err("not kept".into()) };
        for one in understood {
            dossiers.push(Dossier::from_parts(one.patient, one.patient, one.facts));
        }
    }
    Ok(dossiers)
}
