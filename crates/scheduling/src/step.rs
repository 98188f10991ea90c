//! The two steps of scheduling: a dossier changes, and time passes. Pure.
//!
//! A plan notes the revision of its dossier, so that a delivery that comes late finds itself overtaken. Plan, history,
//! notices and timer are one transaction under compare-and-set on the plan: each notice is written once.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lacteal_clinical::PatientId;
use lacteal_ledger::{Decision, Delivery, States, Step, StepError, Stored, Transaction};
use lacteal_wire::event::{Plan, Status};
use lacteal_wire::{decode, encode, event, subject};
use sha2::{Digest, Sha256};

use crate::Policies;
use crate::plan::{advance, notices, plan, same};

/// What both steps decide by.
pub struct Rules {
    /// The policies that the site knows, and which is its own.
    pub policies: Policies,
    /// The site's zone, in which days begin.
    pub zone: TimeZone,
}

impl Rules {
    /// Digest of all that plans are made by besides the dossier: equal for equal rules alone.
    pub fn digest(&self) -> [u8; 16] {
        let mut hash = Sha256::new();
        for policy in self.policies.all() {
            hash.update(policy.digest);
        }
        hash.update(self.policies.site().digest);
        hash.update(self.zone.iana_name().unwrap_or_default());
        let mut short = [0; 16];
        short.copy_from_slice(&hash.finalize()[..16]);
        short
    }
}

/// Plans when a dossier changes, and when it was planned by other rules or another program.
pub struct PlanStep {
    rules: Arc<Rules>,
    digest: [u8; 16],
}

impl PlanStep {
    /// A step that plans by these rules.
    pub fn new(rules: Arc<Rules>) -> Self {
        Self { digest: rules.digest(), rules }
    }
}

impl lacteal_ledger::Rules for PlanStep {
    const SWEPT: &str = subject::SCHEDULE_SWEPT;

    fn digest(&self) -> [u8; 16] {
        self.digest
    }

    fn is_outdated(&self, kept: &Stored) -> bool {
        !decode(&kept.payload, "plan").is_ok_and(|it: Plan| it.rules_digest == self.digest)
    }

    fn made_of(&self, kept: &Stored) -> Option<String> {
        subject::patient_of(&kept.subject).map(subject::dossier)
    }
}

/// Advances a plan when its timer wakes it.
pub struct WakeStep(pub Arc<Rules>);

impl Step for PlanStep {
    fn key(&self, delivery: &Delivery) -> String {
        key(delivery)
    }

    fn reads(&self, deliveries: &[Delivery]) -> Vec<String> {
        reads(deliveries)
    }

    fn decide(&self, deliveries: &[Delivery], states: &States) -> Result<Decision, StepError> {
        // Of several dossiers of a patient the latest holds all that the others do.
        let Some((index, latest)) =
            deliveries.iter().enumerate().max_by_key(|(_, delivery)| delivery.sequence)
        else {
            return Ok(Decision::Commit(Transaction::new()));
        };
        let failed = |error: String| StepError { delivery: index, error };
        let patient = patient(latest).map_err(failed)?;
        let dossier: event::Dossier =
            decode(&latest.payload, "dossier").map_err(|error| failed(error.to_string()))?;
        let before = stored(patient, states).map_err(failed)?;
        // Of a dossier that was overtaken, a later one was planned.
        if before.as_ref().is_some_and(|before| before.dossier_revision > latest.sequence) {
            return Ok(Decision::Commit(Transaction::new()));
        }
        let Rules { policies, zone } = &*self.rules;
        let after = plan(&dossier, latest.sequence, before.as_ref(), policies, latest.time, zone);
        Ok(Decision::Commit(match after {
            Some(after) => {
                let after = Plan { rules_digest: self.digest.to_vec(), ..after };
                let is_planned = |it: &Plan| it.dossier_revision == latest.sequence && same(it, &after);
                match before.as_ref() {
                    Some(before) if is_planned(before) => Transaction::new(),
                    before => write(patient, before, &after, states),
                }
            }
            None => Transaction::new(),
        }))
    }

    fn set_aside(&self, delivery: &Delivery, _error: &str, states: &States) -> Result<Decision, StepError> {
        needs_review(delivery, states, "the last change of the dossier could not be planned")
    }
}

impl Step for WakeStep {
    fn key(&self, delivery: &Delivery) -> String {
        key(delivery)
    }

    fn reads(&self, deliveries: &[Delivery]) -> Vec<String> {
        reads(deliveries)
    }

    fn decide(&self, deliveries: &[Delivery], states: &States) -> Result<Decision, StepError> {
        let failed = |error: String| StepError { delivery: 0, error };
        let (Some(first), Some(now)) = (deliveries.first(), deliveries.iter().map(|it| it.time).max()) else {
            return Ok(Decision::Commit(Transaction::new()));
        };
        let patient = patient(first).map_err(failed)?;
        let Some(before) = stored(patient, states).map_err(failed)? else {
            return Ok(Decision::Commit(Transaction::new()));
        };
        let after = advance(&before, now, &self.0.zone);
        let after = Plan { rules_digest: before.rules_digest.clone(), ..after };
        Ok(Decision::Commit(if same(&before, &after) {
            Transaction::new()
        } else {
            write(patient, Some(&before), &after, states)
        }))
    }

    fn set_aside(&self, delivery: &Delivery, _error: &str, states: &States) -> Result<Decision, StepError> {
        needs_review(delivery, states, "the passing of time could not be planned")
    }
}

/// Plan, history, notices and timer in one transaction.
fn write(patient: PatientId, before: Option<&Plan>, after: &Plan, states: &States) -> Transaction {
    let name = subject::plan(patient);
    let mut transaction = Transaction::new();
    transaction.put(&name, states.revision(&name), encode(after));
    if before.is_none_or(|before| remembered(before) != remembered(after)) {
        let entry =
            Plan { now_s: after.now_s, dossier_revision: after.dossier_revision, ..remembered(after) };
        transaction.append(subject::planned(patient), encode(&entry));
    }
    for notice in notices(before, after) {
        transaction.append(subject::notice(patient), encode(&notice));
    }
    let woken_before = before.map_or(0, |before| before.wake_at_s);
    if after.wake_at_s != woken_before {
        match Timestamp::from_second(after.wake_at_s) {
            Ok(at) if after.wake_at_s > 0 => {
                transaction.timer(subject::timer(patient), at, subject::wake(patient), bytes::Bytes::new());
            }
            _ => transaction.cancel_timer(subject::timer(patient)),
        }
    }
    transaction
}

/// What the history of a patient's plans keeps: all that a person reads, and none of the bookkeeping.
pub(crate) fn remembered(plan: &Plan) -> Plan {
    Plan {
        now_s: 0,
        dossier_revision: 0,
        wake_at_s: 0,
        record_numbers: Vec::new(),
        basis: None,
        later: None,
        later_from: None,
        rules_digest: Vec::new(),
        ..plan.clone()
    }
}

/// What was given up shows as needs review, with whatever plan there was.
fn needs_review(delivery: &Delivery, states: &States, why: &str) -> Result<Decision, StepError> {
    let failed = |error: String| StepError { delivery: 0, error };
    let patient = patient(delivery).map_err(failed)?;
    let before = stored(patient, states).map_err(failed)?;
    let mut after = before.clone().unwrap_or_else(|| Plan { patient: patient.0.to_vec(), ..Plan::default() });
    let mut each = Some(&mut after);
    while let Some(plan) = each {
        // Surveillance that has ended stays ended: what could not be processed does not begin it again.
        if plan.status() != Status::Ended {
            plan.set_status(Status::NeedsReview);
            plan.reason = format!("A person must look at this patient: {why}.");
        }
        if !plan.review.iter().any(|item| item == why) {
            plan.review.push(why.to_owned());
        }
        each = plan.later.as_deref_mut();
    }
    after.now_s = after.now_s.max(delivery.time.as_second());
    Ok(Decision::Commit(match &before {
        Some(before) if same(before, &after) => Transaction::new(),
        _ => write(patient, before.as_ref(), &after, states),
    }))
}

fn key(delivery: &Delivery) -> String {
    subject::patient_of(&delivery.subject).map(|patient| patient.to_string()).unwrap_or_default()
}

fn reads(deliveries: &[Delivery]) -> Vec<String> {
    deliveries
        .iter()
        .filter_map(|delivery| subject::patient_of(&delivery.subject))
        .map(subject::plan)
        .collect()
}

fn patient(delivery: &Delivery) -> Result<PatientId, String> {
    subject::patient_of(&delivery.subject).ok_or_else(|| "the subject names no patient".to_owned())
}

fn stored(patient: PatientId, states: &States) -> Result<Option<Plan>, String> {
    let stored = states.get(&subject::plan(patient));
    stored.map(|stored| decode(&stored.payload, "plan").map_err(|error| error.to_string())).transpose()
}
