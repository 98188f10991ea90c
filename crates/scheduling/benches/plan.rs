//! What a plan costs, in µs on one core: printed, not judged.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(clippy::unwrap_used, reason = "a benchmark fails where something is not as it must be")]

use std::hint::black_box;
use std::time::Instant;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lacteal_scheduling::{Policies, advance, plan};
use lacteal_wire::event::decision::Kind;
use lacteal_wire::event::{
    Assessment, ClinicalDecision, Decision, Dossier, Grade, LiverState, Modality, PartialDate, Region, Scope,
    Study, Summary, Tnm, assessment,
};

const ROUNDS: u32 = 20_000;

fn day(year: u32, month: u32, day: u32) -> Option<PartialDate> {
    Some(PartialDate { year, month, day })
}

fn dossier() -> Dossier {
    let study = |year| Study {
        performed: day(year, 1, 10),
        modality: Modality::Ct.into(),
        region: Region::AbdomenPelvis.into(),
        fact: None,
    };
    let summary = Summary {
        scope: Scope::In.into(),
        liver: LiverState::Free.into(),
        grade: Grade::G2.into(),
        birth_date: day(1950, 5, 5),
        time_zero: day(2022, 1, 10),
        n: Some(Tnm { category: "N1".to_owned(), ..Tnm::default() }),
        studies: (2023..2027).map(study).collect(),
        ..Summary::default()
    };
    let assessment = Assessment {
        outcome: assessment::Outcome::Computed.into(),
        shape: 0.8,
        scale_years: 38.0,
        hazard_ratio: 1.7,
        ..Assessment::default()
    };
    Dossier {
        patient: vec![7; 16],
        summary: Some(summary),
        assessment: Some(assessment),
        ..Dossier::default()
    }
}

fn decided() -> Dossier {
    let mut dossier = dossier();
    let kinds = [(Kind::IntervalMonths(4), 6), (Kind::Hold(true), 3), (Kind::Policy("norway".to_owned()), 9)];
    let decisions = kinds.map(|(kind, month)| ClinicalDecision {
        decision: Some(Decision {
            kind: Some(kind),
            author: "Dr Weser".to_owned(),
            reason: "asked for".to_owned(),
            until: day(2026, month, 1),
        }),
        decided_at_s: 1_768_000_000,
        fact: None,
    });
    dossier.summary.as_mut().unwrap().decisions = decisions.to_vec();
    dossier
}

fn measure(what: &str, mut run: impl FnMut()) {
    for _ in 0..ROUNDS / 10 {
        run();
    }
    let start = Instant::now();
    for _ in 0..ROUNDS {
        run();
    }
    println!("{what:<44} {:>7.2} µs", start.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS));
}

fn main() {
    let (policies, zone) = (Policies::standard(), TimeZone::UTC);
    let now: Timestamp = "2026-02-01T12:00:00Z".parse().unwrap();
    let of = |dossier: &Dossier| plan(black_box(dossier), 1, None, &policies, now, &zone).unwrap();
    let (bare, decided) = (dossier(), decided());
    measure("plan", || drop(black_box(of(&bare))));
    measure("plan with three decisions that expire", || drop(black_box(of(&decided))));
    let planned = of(&bare);
    measure("wake-up that changes nothing", || drop(black_box(advance(&planned, now, &zone))));
    println!("bytes of a plan: {}", lacteal_wire::encode(&planned).len());
    println!("bytes of a plan with three decisions: {}", lacteal_wire::encode(&of(&decided)).len());
}
