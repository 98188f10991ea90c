//! One step of risk: reports in, dossiers and assessments out. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use lacteal_clinical::{Contribution, Dossier, Fold, PatientId, Picture, fold};
use lacteal_ledger::{Decision, Delivery, Rules, States, Step, StepError, Stored, Transaction};
use lacteal_wire::{decode, encode, event, subject};

use crate::Model;
use crate::assess::assess;

/// Folds reports into dossiers and assesses what has changed.
pub struct RiskStep {
    model: Arc<Model>,
}

impl RiskStep {
    /// A step that assesses by this model.
    pub fn new(model: impl Into<Arc<Model>>) -> RiskStep {
        RiskStep { model: model.into() }
    }

    /// What to write for the dossiers that changed by these deliveries.
    fn write(
        &self,
        changed: BTreeMap<PatientId, Dossier>,
        deliveries: &[Delivery],
        states: &States,
    ) -> Result<Transaction, lacteal_wire::Error> {
        let now = deliveries.iter().map(|delivery| delivery.time).max().unwrap_or(Timestamp::UNIX_EPOCH);
        let ended = |aside: &event::Aside| {
            deliveries.iter().any(|it| it.sequence >= aside.sequence && is_of(aside, it))
        };
        let mut transaction = Transaction::new();
        for (patient, dossier) in changed {
            let name = subject::dossier(patient);
            let before = stored(states, &name)?.unwrap_or_default();
            let picture = Picture::of(&dossier);
            let assessment = assessed(&picture, &self.model, before.assessment.as_ref(), now);
            if before.assessment.as_ref() != Some(&assessment) {
                transaction.append(subject::assessment(patient), encode(&assessment));
            }
            let mut event = event::Dossier {
                summary: Some(lacteal_wire::summary(&dossier, &picture)),
                assessment: Some(assessment),
                asides: before.asides.iter().filter(|it| !ended(it)).cloned().collect(),
                rewrites: before.rewrites,
                ..lacteal_wire::dossier(&dossier)
            };
            // The fold names a dossier that stays the same to guard it; the ledger drops a put of equal bytes.
            if event == before {
                event.rewrites += 1;
            }
            transaction.put(&name, states.revision(&name), encode(&event));
        }
        Ok(transaction)
    }
}

impl Step for RiskStep {
    fn key(&self, delivery: &Delivery) -> String {
        subject::patient_of(&delivery.subject).map(|patient| patient.to_string()).unwrap_or_default()
    }

    fn reads(&self, deliveries: &[Delivery]) -> Vec<String> {
        deliveries
            .iter()
            .filter_map(|delivery| subject::patient_of(&delivery.subject))
            .map(subject::dossier)
            .collect()
    }

    fn decide(&self, deliveries: &[Delivery], states: &States) -> Result<Decision, StepError> {
        let mut reports = Vec::new();
        for (index, delivery) in deliveries.iter().enumerate() {
            let read = read_report(delivery);
            reports.push(read.map_err(|error| StepError { delivery: index, error: error.to_string() })?);
        }
        // A stored dossier that cannot be read is no fault of one delivery, but the first must be named.
        let unreadable = |error: lacteal_wire::Error| StepError { delivery: 0, error: error.to_string() };
        let mut dossiers = BTreeMap::new();
        loop {
            match fold(&reports, &dossiers) {
                Fold::Changed(changed) => {
                    let written = self.write(changed, deliveries, states);
                    return written.map(Decision::Commit).map_err(unreadable);
                }
                Fold::Needs(patients) => {
                    let unread: Vec<_> = patients
                        .iter()
                        .map(|patient| subject::dossier(*patient))
                        .filter(|name| !states.contains(name))
                        .collect();
                    if !unread.is_empty() {
                        return Ok(Decision::Read(unread));
                    }
                    for patient in patients {
                        let known = stored(states, &subject::dossier(patient)).map_err(unreadable)?;
                        let dossier = match known {
                            Some(event) => lacteal_wire::read_dossier(&event).map_err(unreadable)?,
                            None => Dossier::new(patient),
                        };
                        dossiers.insert(patient, dossier);
                    }
                }
            }
        }
    }

    /// The dossier keeps that there is something about the patient which could not be processed.
    fn set_aside(&self, delivery: &Delivery, error: &str, states: &States) -> Result<Decision, StepError> {
        let failed = |error: String| StepError { delivery: 0, error };
        let patient = subject::patient_of(&delivery.subject)
            .ok_or_else(|| failed("the subject names no patient".to_owned()))?;
        let name = subject::dossier(patient);
        let before = stored(states, &name).map_err(|error| failed(error.to_string()))?;
        let mut event = before.unwrap_or_else(|| {
            let dossier = Dossier::new(patient);
            event::Dossier {
                patient: patient.0.to_vec(),
                survivor: patient.0.to_vec(),
                summary: Some(lacteal_wire::summary(&dossier, &Picture::of(&dossier))),
                ..event::Dossier::default()
            }
        });
        let aside = event::Aside {
            stream: subject::INTAKE.to_owned(),
            sequence: delivery.sequence,
            error: error.to_owned(),
            report: subject::key_of(&delivery.subject).map(|key| key.0.to_vec()).unwrap_or_default(),
        };
        if event.asides.iter().any(|it| it.sequence >= aside.sequence && is_of(it, delivery)) {
            return Ok(Decision::Commit(Transaction::new()));
        }
        event.asides.retain(|it| !is_of(it, delivery));
        event.asides.push(aside);
        let mut transaction = Transaction::new();
        transaction.put(&name, states.revision(&name), encode(&event));
        Ok(Decision::Commit(transaction))
    }
}

/// Sums up and assesses anew, by another model or another program. A delivery is a dossier as it was read; what counts is
/// the one that is stored.
pub struct ReassessStep {
    model: Arc<Model>,
}

impl ReassessStep {
    /// A step that assesses by this model.
    pub fn new(model: Arc<Model>) -> ReassessStep {
        ReassessStep { model }
    }
}

impl Rules for ReassessStep {
    const SWEPT: &str = subject::RISK_SWEPT;

    fn digest(&self) -> [u8; 16] {
        self.model.digest()
    }

    fn is_outdated(&self, kept: &Stored) -> bool {
        let by_other = |it: &event::Assessment| it.model_digest != self.model.digest();
        decode(&kept.payload, "dossier")
            .map_or(true, |it: event::Dossier| it.assessment.as_ref().is_some_and(by_other))
    }

    fn made_of(&self, kept: &Stored) -> Option<String> {
        Some(kept.subject.clone())
    }
}

impl Step for ReassessStep {
    fn key(&self, delivery: &Delivery) -> String {
        delivery.subject.clone()
    }

    fn reads(&self, deliveries: &[Delivery]) -> Vec<String> {
        deliveries.iter().map(|delivery| delivery.subject.clone()).collect()
    }

    fn decide(&self, deliveries: &[Delivery], states: &States) -> Result<Decision, StepError> {
        let mut transaction = Transaction::new();
        for (index, delivery) in deliveries.iter().enumerate() {
            let failed = |error: lacteal_wire::Error| StepError { delivery: index, error: error.to_string() };
            let name = &delivery.subject;
            let Some(before) = stored(states, name).map_err(failed)? else { continue };
            // Of which nothing but what was set aside is known.
            let Some(known) = &before.assessment else { continue };
            let dossier = lacteal_wire::read_dossier(&before).map_err(failed)?;
            let picture = Picture::of(&dossier);
            let assessment = assessed(&picture, &self.model, Some(known), delivery.time);
            let summary = lacteal_wire::summary(&dossier, &picture);
            let is_as_before = assessment == *known;
            if is_as_before && before.summary.as_ref() == Some(&summary) {
                continue;
            }
            if !is_as_before {
                transaction.append(subject::assessment(dossier.patient()), encode(&assessment));
            }
            let event = event::Dossier { summary: Some(summary), assessment: Some(assessment), ..before };
            transaction.put(name, states.revision(name), encode(&event));
        }
        Ok(Decision::Commit(transaction))
    }

    /// A sweep leaves what it cannot take as it is.
    fn set_aside(&self, _: &Delivery, _: &str, _: &States) -> Result<Decision, StepError> {
        Ok(Decision::Commit(Transaction::new()))
    }
}

/// The assessment by this model: the one that is known where nothing but the time is another.
fn assessed(
    picture: &Picture,
    model: &Model,
    known: Option<&event::Assessment>,
    now: Timestamp,
) -> event::Assessment {
    let assessment = assess(picture, model, known, now);
    match known {
        Some(known) if event::Assessment { now_s: known.now_s, ..assessment.clone() } == *known => {
            known.clone()
        }
        _ => assessment,
    }
}

/// Whether the delivery is a version of the report that was set aside.
fn is_of(aside: &event::Aside, delivery: &Delivery) -> bool {
    subject::key_of(&delivery.subject).is_some_and(|key| key.0[..] == aside.report[..])
}

fn read_report(delivery: &Delivery) -> Result<Contribution, lacteal_wire::Error> {
    let report: event::Report = decode(&delivery.payload, "report")?;
    lacteal_wire::read_report(&report)
}

fn stored(states: &States, name: &str) -> Result<Option<event::Dossier>, lacteal_wire::Error> {
    states.get(name).map(|stored| decode(&stored.payload, "dossier")).transpose()
}
