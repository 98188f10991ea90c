//! Another model: what is kept is assessed anew, once, over a real broker.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

mod reports;

use std::sync::Arc;

use lacteal_broker::{Broker, BrokerOptions};
use lacteal_clinical::codes::{CodeSystem, TumourKind};
use lacteal_clinical::finding::{Code, Finding, Site};
use lacteal_clinical::{PatientId, ReportKey};
use lacteal_ledger::{
    CommitError, Decision, Delivery, Ledger, Options, Presence, Revision, Step as _, Stored, Stream,
    StreamSpec, Transaction, sweep,
};
use lacteal_risk::{Model, ReassessStep, RiskStep};
use lacteal_wire::{decode, encode, event, subject};
use tokio_util::sync::CancellationToken;

const PATIENTS: u8 = 30;

struct World {
    _broker: Broker,
    intake: Stream,
    risk: Stream,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> World {
        let folder = tempfile::tempdir().unwrap();
        let broker = BrokerOptions { sync_always: false, ..BrokerOptions::new(folder.path()) };
        let broker = Broker::start(broker).await.unwrap();
        let options = Options {
            servers: vec![broker.client_url()],
            user: Some(broker.user().to_owned()),
            password_file: Some(broker.password_file().to_owned()),
            ..Options::default()
        };
        let ledger = Ledger::connect(options).await.unwrap();
        let stream = async |name, subjects| {
            let spec = StreamSpec { rollup: true, ..StreamSpec::new(name, subjects) };
            ledger.stream(&spec, Presence::Create).await.unwrap()
        };
        let intake = stream(subject::INTAKE, &["intake.>"]).await;
        let risk = stream(subject::RISK, &["risk.>"]).await;
        World { _broker: broker, intake, risk, _folder: folder }
    }

    /// Folds all reports by a model. What another wrote in between is read again, as the work loop
    /// does.
    async fn fold(&self, model: &Arc<Model>) {
        let step = RiskStep::new(Arc::clone(model));
        for Stored { subject, revision, time, payload } in
            self.intake.page(subject::REPORTS, Revision::NONE, 1000).await.unwrap()
        {
            let delivery = [Delivery { subject, sequence: revision.sequence(), time, payload, attempt: 1 }];
            loop {
                let states = self.risk.last(&step.reads(&delivery)).await.unwrap();
                let Ok(Decision::Commit(transaction)) = step.decide(&delivery, &states) else {
                    panic!("not folded")
                };
                match self.risk.commit(transaction).await {
                    Ok(_) => break,
                    Err(CommitError::Conflict { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }

    /// How many were assessed anew, and how many could not be. A sweep also looks at what it wrote.
    async fn reassess(&self, model: &Arc<Model>) -> (u64, u64) {
        let step = ReassessStep::new(Arc::clone(model));
        let never = CancellationToken::new();
        let swept =
            sweep((&self.risk, subject::DOSSIERS), &self.risk, &self.risk, &step, &never).await.unwrap();
        (swept.changed, swept.failed)
    }

    async fn kept(&self, filter: &str) -> Vec<Stored> {
        self.risk.page(filter, Revision::NONE, 1000).await.unwrap()
    }

    async fn dossiers(&self) -> Vec<event::Dossier> {
        self.kept(subject::DOSSIERS).await.iter().map(|it| decode(&it.payload, "dossier").unwrap()).collect()
    }
}

fn patient(number: u8) -> PatientId {
    PatientId([number; 16])
}

/// Stores a report about a resected tumour with so many positive nodes.
async fn report(world: &World, number: u8, key: u8, nodes: u16) {
    let key = ReportKey([number, key, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let code = Code::new("C7A.012").unwrap();
    let findings = [
        ("net", Finding::Diagnosis { system: CodeSystem::Icd10Cm, code }),
        ("site", Finding::PrimarySite(Site::Ileum)),
        ("kind", Finding::Histology(TumourKind::Net)),
        ("nodes", Finding::NodesPositive(nodes)),
    ];
    let facts = findings.map(|(name, finding)| {
        let mut fact = reports::fact(patient(number), name, finding);
        fact.version.reported_at += i64::from(key.0[1]);
        fact
    });
    let report = reports::report(patient(number), key, 1, facts);
    let mut transaction = Transaction::new();
    transaction.append(subject::report(patient(number), key), encode(&report));
    world.intake.commit(transaction).await.unwrap();
}

fn models() -> (Arc<Model>, Arc<Model>) {
    (Arc::new(Model::reference()), Arc::new(Model::built_in("article").unwrap()))
}

/// Everybody is assessed by this model, as if it had been in force from the first report on.
async fn assert_assessed_by(world: &World, model: &Arc<Model>, patients: u8) {
    let afresh = World::new().await;
    for stored in world.intake.page(subject::REPORTS, Revision::NONE, 1000).await.unwrap() {
        let mut transaction = Transaction::new();
        transaction.append(stored.subject, stored.payload);
        afresh.intake.commit(transaction).await.unwrap();
    }
    afresh.fold(model).await;
    let timeless = |mut dossiers: Vec<event::Dossier>| {
        for dossier in &mut dossiers {
            let assessment = dossier.assessment.as_mut().unwrap();
            assert_eq!(assessment.model_digest, model.digest());
            assessment.now_s = 0;
        }
        dossiers.sort_by(|one, other| one.patient.cmp(&other.patient));
        dossiers
    };
    let (swept, folded) = (timeless(world.dossiers().await), timeless(afresh.dossiers().await));
    assert_eq!(swept.len(), usize::from(patients));
    assert!(swept == folded, "a sweep gives what folding afresh gives");
}

#[tokio::test]
async fn another_model_reassesses_everybody_once_and_the_history_keeps_both() {
    let (world, (reference, article)) = (World::new().await, models());
    for number in 1..=PATIENTS {
        report(&world, number, 1, u16::from(number % 5)).await;
    }
    world.fold(&reference).await;
    let all = u64::from(PATIENTS);
    assert_eq!(world.reassess(&reference).await, (0, 0));
    assert_eq!(world.reassess(&article).await, (all, 0));
    assert_assessed_by(&world, &article, PATIENTS).await;
    assert_eq!(world.reassess(&article).await, (0, 0));

    let past = world.kept(&subject::assessment(patient(3))).await;
    let past: Vec<event::Assessment> =
        past.iter().map(|it| decode(&it.payload, "assessment").unwrap()).collect();
    let digests: Vec<_> = past.iter().map(|it| it.model_digest.clone()).collect();
    assert_eq!(digests, [reference.digest(), article.digest()]);
    assert_ne!(past[0].risk_5_years, past[1].risk_5_years);
}

#[tokio::test]
async fn what_another_program_made_of_the_same_facts_by_the_same_model_is_made_anew() {
    let (world, (reference, _)) = (World::new().await, models());
    for number in 1..=2 {
        report(&world, number, 1, 2).await;
    }
    world.fold(&reference).await;
    let as_told = world.dossiers().await;
    let [mut summed_up, mut assessed] = [as_told[0].clone(), as_told[1].clone()];
    summed_up.summary.as_mut().unwrap().nodes_positive = Some(7);
    assessed.assessment.as_mut().unwrap().risk_5_years = 0.5;
    for dossier in [summed_up, assessed] {
        let name = subject::dossier(PatientId(dossier.patient[..].try_into().unwrap()));
        let revision = world.risk.last(std::slice::from_ref(&name)).await.unwrap().revision(&name);
        let mut transaction = Transaction::new();
        transaction.put(name, revision, encode(&dossier));
        world.risk.commit(transaction).await.unwrap();
    }
    assert_eq!(world.reassess(&reference).await, (2, 0));
    let timeless = |mut it: event::Dossier| {
        it.assessment.as_mut().unwrap().now_s = 0;
        it
    };
    let mut now = world.dossiers().await;
    now.sort_by(|one, other| one.patient.cmp(&other.patient));
    assert_eq!(
        now.into_iter().map(timeless).collect::<Vec<_>>(),
        as_told.into_iter().map(timeless).collect::<Vec<_>>()
    );
    assert_eq!(world.reassess(&reference).await, (0, 0));
}

#[tokio::test]
async fn what_has_no_assessment_or_cannot_be_read_is_left_as_it_is() {
    let (world, (reference, article)) = (World::new().await, models());
    report(&world, 1, 1, 2).await;
    world.fold(&reference).await;
    let mut transaction = Transaction::new();
    let aside = event::Dossier { patient: patient(2).0.to_vec(), ..event::Dossier::default() };
    transaction.put(subject::dossier(patient(2)), Revision::NONE, encode(&aside));
    transaction.put(subject::dossier(patient(3)), Revision::NONE, &b"\xff"[..]);
    world.risk.commit(transaction).await.unwrap();
    let before = world.kept(subject::DOSSIERS).await;
    assert_eq!(world.reassess(&article).await, (1, 1));
    let after = world.kept(subject::DOSSIERS).await;
    for untouched in before.iter().filter(|it| it.subject != subject::dossier(patient(1))) {
        assert!(after.contains(untouched), "{}", untouched.subject);
    }
}

#[tokio::test]
async fn sweeps_beside_new_reports_lose_none_and_end_in_the_new_model() {
    let (world, (reference, article)) = (World::new().await, models());
    for number in 1..=PATIENTS {
        report(&world, number, 1, 1).await;
    }
    world.fold(&reference).await;
    for number in 1..=PATIENTS {
        report(&world, number, 2, 9).await;
    }
    // Two replicas that start with the new model, while its work loop takes the reports.
    let (one, two, ()) =
        tokio::join!(world.reassess(&article), world.reassess(&article), world.fold(&article));
    assert_eq!((one.1, two.1), (0, 0));
    assert_assessed_by(&world, &article, PATIENTS).await;
    for dossier in world.dossiers().await {
        assert_eq!(dossier.summary.unwrap().nodes_positive, Some(9));
    }
}
