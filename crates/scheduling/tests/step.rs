//! Laws of the steps of scheduling, on states in memory.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use lacteal_clinical::PatientId;
use lacteal_ledger::{Decision, Delivery, Kind, Revision, States, Step, Stored, Transaction};
use lacteal_scheduling::{PlanStep, Policies, Rules, WakeStep};
use lacteal_wire::event::{
    self, Assessment, Dossier, EndCause, LiverState, Notice, PartialDate, Plan, Scope, Status, Summary, Tnm,
    assessment, notice,
};
use lacteal_wire::{decode, encode, subject};

const PATIENT: PatientId = PatientId([0x1a; 16]);
/// 2026-01-01T00:00:00Z.
const NEW_YEAR_S: i64 = 1_767_225_600;
const DAY_S: i64 = 86_400;

fn rules() -> Arc<Rules> {
    Arc::new(Rules { policies: Policies::standard(), zone: TimeZone::UTC })
}

fn norway() -> Arc<Rules> {
    Arc::new(Rules { policies: Policies::new([], "norway").unwrap(), zone: TimeZone::UTC })
}

/// A node-positive tumour, resected on 2025-11-01.
fn dossier(liver: LiverState) -> Dossier {
    let on = PartialDate { year: 2025, month: 11, day: 1 };
    let mut summary = Summary {
        time_zero: Some(on),
        n: Some(Tnm { category: "N1".into(), ..Tnm::default() }),
        stage: "III".into(),
        ..Summary::default()
    };
    summary.set_scope(Scope::In);
    summary.set_liver(liver);
    summary.set_grade(event::Grade::G1);
    let mut assessment = Assessment {
        shape: 0.8,
        scale_years: 38.0,
        hazard_ratio: 1.0,
        hazard_ratio_unlimited: 1.0,
        time_zero: Some(on),
        ..Assessment::default()
    };
    assessment.set_outcome(assessment::Outcome::Computed);
    Dossier {
        patient: PATIENT.0.to_vec(),
        survivor: PATIENT.0.to_vec(),
        summary: Some(summary),
        assessment: Some(assessment),
        ..Dossier::default()
    }
}

fn delivery(subject: String, sequence: u64, time_s: i64, payload: Bytes) -> Delivery {
    Delivery { subject, sequence, time: Timestamp::from_second(time_s).unwrap(), payload, attempt: 1 }
}

fn changed(sequence: u64, time_s: i64, dossier: &Dossier) -> Delivery {
    delivery(subject::dossier(PATIENT), sequence, time_s, encode(dossier))
}

fn wake(sequence: u64, time_s: i64) -> Delivery {
    delivery(subject::wake(PATIENT), sequence, time_s, Bytes::new())
}

#[derive(Default)]
struct Store {
    plan: Option<Stored>,
    notices: Vec<Notice>,
    history: Vec<Plan>,
    next: u64,
}

impl Store {
    fn take(&mut self, step: &impl Step, delivery: Delivery) -> Transaction {
        let mut states = States::new();
        states.insert(subject::plan(PATIENT), self.plan.clone());
        let deliveries = [delivery];
        assert_eq!(step.reads(&deliveries), [subject::plan(PATIENT)]);
        let Decision::Commit(transaction) = step.decide(&deliveries, &states).unwrap() else {
            panic!("it reads nothing more");
        };
        self.store(&transaction);
        transaction
    }

    fn store(&mut self, transaction: &Transaction) {
        for write in transaction.writes() {
            match &write.kind {
                Kind::Put { expected } => {
                    let known = self.plan.as_ref().map_or(Revision::NONE, |stored| stored.revision);
                    assert_eq!(known, *expected, "compare-and-set");
                    self.next += 1;
                    self.plan = Some(Stored {
                        subject: write.subject.clone(),
                        revision: Revision::new(self.next),
                        time: Timestamp::UNIX_EPOCH,
                        payload: write.payload.clone(),
                    });
                }
                Kind::Append if write.subject == subject::planned(PATIENT) => {
                    self.history.push(decode(&write.payload, "plan").unwrap());
                }
                Kind::Append => self.notices.push(decode(&write.payload, "notice").unwrap()),
                _ => {}
            }
        }
    }

    fn plan(&self) -> Plan {
        decode(&self.plan.as_ref().unwrap().payload, "plan").unwrap()
    }

    fn told(&self) -> Vec<notice::Kind> {
        self.notices.iter().map(Notice::kind).collect()
    }
}

fn timer(transaction: &Transaction) -> Option<Timestamp> {
    transaction.writes().iter().find_map(|write| match &write.kind {
        Kind::Timer { at, target } => {
            assert_eq!(
                (write.subject.clone(), target.clone()),
                (subject::timer(PATIENT), subject::wake(PATIENT))
            );
            Some(*at)
        }
        _ => None,
    })
}

#[test]
fn a_dossier_becomes_a_plan_with_a_timer_and_the_timer_carries_it_through_due_to_overdue() {
    let (plan, waking) = (PlanStep::new(rules()), WakeStep(rules()));
    let mut store = Store::default();
    let written = store.take(&plan, changed(5, NEW_YEAR_S, &dossier(LiverState::Unknown)));
    assert_eq!(store.plan().status(), Status::UpToDate);
    let opens = timer(&written).unwrap();
    assert_eq!(opens.as_second(), store.plan().wake_at_s);

    // A wake-up that comes early or for nothing changes nothing.
    assert!(store.take(&waking, wake(1, NEW_YEAR_S + DAY_S)).is_empty());

    let written = store.take(&waking, wake(2, opens.as_second()));
    assert_eq!(store.plan().status(), Status::Due);
    let over = timer(&written).unwrap();
    let written = store.take(&waking, wake(3, over.as_second()));
    assert_eq!(store.plan().status(), Status::Overdue);
    assert!(timer(&written).is_none());
    assert!(store.take(&waking, wake(3, over.as_second())).is_empty(), "the same wake-up again");
    assert_eq!(store.told(), [notice::Kind::ScanDue, notice::Kind::ScanOverdue], "each is told once");
}

#[test]
fn a_dossier_that_is_delivered_late_finds_itself_overtaken() {
    let step = PlanStep::new(rules());
    let mut store = Store::default();
    store.take(&step, changed(7, NEW_YEAR_S, &dossier(LiverState::Free)));
    let before = store.plan();
    assert!(store.take(&step, changed(6, NEW_YEAR_S + DAY_S, &dossier(LiverState::Metastatic))).is_empty());
    assert!(store.take(&step, changed(7, NEW_YEAR_S + DAY_S, &dossier(LiverState::Free))).is_empty());
    assert_eq!(store.plan(), before);
    // Also when the newer dossier led to the same plan.
    store.take(&step, changed(9, NEW_YEAR_S + DAY_S, &dossier(LiverState::Free)));
    assert!(store.take(&step, changed(8, NEW_YEAR_S, &dossier(LiverState::Metastatic))).is_empty());
}

#[test]
fn a_dossier_that_was_planned_by_other_rules_is_planned_anew_and_once() {
    let (first, second) = (PlanStep::new(rules()), PlanStep::new(norway()));
    let mut store = Store::default();
    let delivered = || changed(7, NEW_YEAR_S, &dossier(LiverState::Free));
    store.take(&first, delivered());
    let before = store.plan();
    assert!(!store.take(&second, delivered()).is_empty());
    let after = store.plan();
    assert_eq!((before.policy.as_str(), after.policy.as_str()), ("default", "norway"));
    assert!(after.now_s >= before.now_s && store.take(&second, delivered()).is_empty());
    // One of the older rules that is still running leaves what is newer than it knows alone.
    assert!(store.take(&first, changed(6, NEW_YEAR_S, &dossier(LiverState::Free))).is_empty());
}

#[test]
fn what_another_program_planned_of_the_same_dossier_by_the_same_rules_is_planned_anew_and_once() {
    let step = PlanStep::new(rules());
    let mut store = Store::default();
    let delivered = || changed(7, NEW_YEAR_S, &dossier(LiverState::Free));
    store.take(&step, delivered());
    let as_planned = store.plan();
    let by_another = Plan { reason: "in other words".to_owned(), ..as_planned.clone() };
    store.plan = store.plan.map(|stored| Stored { payload: encode(&by_another), ..stored });
    assert!(!store.take(&step, delivered()).is_empty());
    assert_eq!(store.plan(), as_planned);
    assert!(store.take(&step, delivered()).is_empty());
}

#[test]
fn liver_metastasis_ends_surveillance_with_one_alert_and_cancels_the_timer() {
    let step = PlanStep::new(rules());
    let mut store = Store::default();
    store.take(&step, changed(1, NEW_YEAR_S, &dossier(LiverState::Unknown)));
    let written = store.take(&step, changed(2, NEW_YEAR_S, &dossier(LiverState::Metastatic)));
    assert_eq!(store.plan().end_cause(), EndCause::LiverMetastasis);
    assert!(written.writes().iter().any(|write| write.kind == Kind::CancelTimer));
    store.take(&step, changed(3, NEW_YEAR_S, &dossier(LiverState::Metastatic)));
    assert_eq!(store.told(), [notice::Kind::LiverMetastasis]);
    // The finding is withdrawn: surveillance goes on, and that is told.
    store.take(&step, changed(4, NEW_YEAR_S, &dossier(LiverState::Unknown)));
    assert_eq!(store.told(), [notice::Kind::LiverMetastasis, notice::Kind::SurveillanceResumed]);
}

#[test]
fn what_is_set_aside_shows_as_needs_review_and_begins_no_ended_surveillance_again() {
    let step = PlanStep::new(rules());
    let mut store = Store::default();
    let bad = delivery(subject::dossier(PATIENT), 4, NEW_YEAR_S, Bytes::from_static(b"\xff"));
    let set_aside = |store: &mut Store| {
        let mut states = States::new();
        states.insert(subject::plan(PATIENT), store.plan.clone());
        let Decision::Commit(written) = step.set_aside(&bad, "unreadable", &states).unwrap() else {
            panic!("it reads nothing more");
        };
        store.store(&written);
    };
    set_aside(&mut store);
    assert_eq!(store.plan().status(), Status::NeedsReview);
    assert_eq!(store.told(), [notice::Kind::NeedsReview]);
    store.take(&step, changed(5, NEW_YEAR_S + DAY_S, &dossier(LiverState::Metastatic)));
    set_aside(&mut store);
    assert_eq!(store.plan().status(), Status::Ended);
    assert!(!store.plan().review.is_empty(), "it is still said");
    assert_eq!(store.plan().now_s, NEW_YEAR_S + DAY_S, "what comes late does not turn time back");
    assert!(!store.told().contains(&notice::Kind::SurveillanceResumed));
}

#[test]
fn the_history_keeps_each_plan_that_says_something_else_and_no_bookkeeping() {
    let (plan, waking) = (PlanStep::new(rules()), WakeStep(rules()));
    let mut store = Store::default();
    store.take(&plan, changed(5, NEW_YEAR_S, &dossier(LiverState::Unknown)));
    store.take(&plan, changed(6, NEW_YEAR_S + 1, &dossier(LiverState::Unknown)));
    assert_eq!(store.history.len(), 1, "the second dossier says the same");
    let written = store.take(&waking, wake(1, store.plan().wake_at_s));
    assert_eq!(written.writes().iter().filter(|it| it.subject == subject::planned(PATIENT)).count(), 1);
    let statuses: Vec<Status> = store.history.iter().map(Plan::status).collect();
    assert_eq!(statuses, [Status::UpToDate, Status::Due]);
    let last = &store.history[1];
    assert_eq!((last.now_s, last.dossier_revision), (store.plan().now_s, 6));
    assert_eq!((&last.basis, &last.later, last.record_numbers.len()), (&None, &None, 0));
    assert_eq!(last.patient, PATIENT.0);
}

#[test]
fn a_hold_pauses_and_the_timer_brings_the_plan_back_without_the_dossier() {
    let (plan, waking) = (PlanStep::new(rules()), WakeStep(rules()));
    let mut store = Store::default();
    let mut held = dossier(LiverState::Unknown);
    let until = PartialDate { year: 2026, month: 9, day: 30 };
    held.summary.as_mut().unwrap().decisions = vec![event::ClinicalDecision {
        decision: Some(event::Decision {
            kind: Some(event::decision::Kind::Hold(true)),
            author: "Dr Weser".into(),
            reason: "chemotherapy elsewhere".into(),
            until: Some(until),
        }),
        decided_at_s: NEW_YEAR_S,
        fact: None,
    }];
    let written = store.take(&plan, changed(5, NEW_YEAR_S, &held));
    assert_eq!(store.plan().status(), Status::Paused);
    let first_of_october = "2026-10-01T00:00:00Z".parse::<Timestamp>().unwrap();
    assert_eq!(timer(&written), Some(first_of_october));
    store.take(&waking, wake(1, first_of_october.as_second()));
    assert_eq!((store.plan().status(), store.plan().later), (Status::Overdue, None));
    let told = [notice::Kind::Decision, notice::Kind::Decision, notice::Kind::ScanOverdue];
    assert_eq!(store.told(), told);
    assert!(
        store.notices.iter().all(|it| !it.text.contains("chemotherapy")),
        "an author's words stay in the plan"
    );
}
