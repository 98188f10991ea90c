//! Laws over a whole feed: any order and any repetition ends in the same state.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use lacteal_tests::feed;
use lacteal_tests::gateway::Gateway;
use lacteal_tests::site::{ROLES, Site};
use lacteal_wire::api::Patient;
use lacteal_wire::event::{Assessment, Dossier, Plan};
use lacteal_wire::subject;

const PATIENTS: u64 = 60;
/// The pathologist of the synthetic hospital counts mitoses under a local code.
const CONFIGURATION: &str = r#"
[[intake.codes]]
system = "99NORTH"
code = "MITOSES"
means = "mitoses"
"#;

/// Sites share the key of the pseudonyms, so that these are the same.
async fn site(directory: &Path, name: &str) -> Site {
    let directory = directory.join(name);
    std::fs::create_dir(&directory).unwrap();
    std::fs::write(directory.join("lacteal.toml"), CONFIGURATION).unwrap();
    Site::start(&directory, &ROLES, &[]).await
}

/// Everything that is known about everybody, once everything has been processed.
async fn state(site: &Site) -> BTreeMap<String, Patient> {
    site.settled().await;
    let gateway = Gateway::connect(site.listens("gateway")).await;
    let mut all = BTreeMap::new();
    for plan in site.last(subject::SCHEDULE, subject::PLANS).await.keys() {
        let id = subject::patient_of(plan).unwrap().to_string();
        let by = lacteal_wire::api::get_patient_request::By::PatientId(id.clone());
        let request = lacteal_wire::api::GetPatientRequest { by: Some(by) };
        let patient = gateway.patients.clone().get_patient(request).await.unwrap().into_inner().patient;
        all.insert(id, patient.unwrap());
    }
    assert!(all.len() >= PATIENTS as usize, "{}", all.len());
    all
}

/// What must not depend on the order of arrival: all but when it was decided and on which revision, and what was
/// told on the way.
fn timeless(state: &BTreeMap<String, Patient>) -> BTreeMap<String, Patient> {
    let strip = |patient: &Patient| {
        let dossier = patient.dossier.clone().map(|dossier| Dossier {
            assessment: dossier.assessment.map(|it| Assessment { now_s: 0, ..it }),
            rewrites: 0,
            ..dossier
        });
        let plan = patient.plan.clone().map(|plan| Plan { now_s: 0, dossier_revision: 0, ..plan });
        Patient { dossier, plan, notices: Vec::new(), ..patient.clone() }
    };
    state.iter().map(|(id, patient)| (id.clone(), strip(patient))).collect()
}

#[tokio::test]
async fn a_feed_sent_twice_changes_nothing_and_its_reverse_ends_in_the_same_state() {
    let directory = tempfile::tempdir().unwrap();
    let options = feed::options(PATIENTS, 2, 11);
    let messages = feed::messages(&options);
    let count = || Arc::new(AtomicUsize::new(0));

    let mut first = site(directory.path(), "forward").await;
    feed::send(first.listens("intake"), messages.clone(), 8, count()).await;
    let once = state(&first).await;
    feed::send(first.listens("intake"), messages.clone(), 8, count()).await;
    let twice = state(&first).await;
    assert_eq!(once, twice, "a repetition changes nothing, not even a revision");

    let second = site(directory.path(), "backward").await;
    let reversed: Vec<_> = messages.into_iter().rev().collect();
    feed::send(second.listens("intake"), reversed, 8, count()).await;
    let backward = state(&second).await;
    let (once, backward) = (timeless(&once), timeless(&backward));
    assert_eq!(once.keys().collect::<Vec<_>>(), backward.keys().collect::<Vec<_>>());
    for (id, patient) in &once {
        assert!(patient == &backward[id], "patient {id} depends on the order of arrival");
    }
    first.stop().await;
}
