//! Laws over a whole feed: any order and any repetition ends in the same state.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use lacteal_tests::gateway::Gateway;
use lacteal_tests::process::Up;
use lacteal_tests::{feed, until};
use lacteal_wire::api::Patient;
use lacteal_wire::event::{Assessment, Dossier, Plan};

const PATIENTS: u64 = 60;
/// The pathologist of the synthetic hospital counts mitoses under a local code.
const CONFIGURATION: &str = r#"
[identity]
authorities = ["NORTH"]
[[intake.codes]]
system = "99NORTH"
code = "MITOSES"
means = "mitoses"
"#;

struct Site {
    up: Up,
    gateway: Gateway,
}

/// Instances of one site share the key, so that pseudonyms are the same.
async fn site(directory: &Path, name: &str) -> Site {
    let (config, key) = (directory.join("lacteal.toml"), directory.join("pseudonym.key"));
    std::fs::write(&config, CONFIGURATION).unwrap();
    std::fs::write(&key, "5a".repeat(32)).unwrap();
    let key = format!("identity.key_file={}", key.display());
    let config = config.display().to_string();
    let up = Up::start(&directory.join(name), &["--config", &config, "--set", &key]).await;
    let gateway = Gateway::connect(up.grpc).await;
    Site { up, gateway }
}

impl Site {
    /// Everything that is known about everybody, once all patients have been planned and nothing moves.
    async fn state(&self, patients: usize) -> BTreeMap<String, Patient> {
        let settled = || async {
            let everybody = self.gateway.everybody().await?;
            (everybody.len() >= patients).then_some(())
        };
        until("all patients to be planned", settled).await;
        let mut before = None;
        loop {
            let state = self.read().await.unwrap();
            if before.as_ref() == Some(&state) {
                return state;
            }
            before = Some(state);
            // Work in flight is acknowledged at the broker within a step's time, which is milliseconds.
            tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        }
    }

    async fn read(&self) -> Option<BTreeMap<String, Patient>> {
        let mut all = BTreeMap::new();
        for (id, _) in self.gateway.everybody().await? {
            let by = lacteal_wire::api::get_patient_request::By::PatientId(id.clone());
            let request = lacteal_wire::api::GetPatientRequest { by: Some(by) };
            let patient =
                self.gateway.patients.clone().get_patient(request).await.ok()?.into_inner().patient?;
            all.insert(id, patient);
        }
        Some(all)
    }
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

    let first = site(directory.path(), "forward").await;
    feed::send(first.up.mllp, messages.clone(), 8, count()).await;
    let once = first.state(PATIENTS as usize).await;
    feed::send(first.up.mllp, messages.clone(), 8, count()).await;
    let twice = first.state(PATIENTS as usize).await;
    assert_eq!(once, twice, "a repetition changes nothing, not even a revision");

    let second = site(directory.path(), "backward").await;
    let reversed: Vec<_> = messages.into_iter().rev().collect();
    feed::send(second.up.mllp, reversed, 8, count()).await;
    let backward = second.state(PATIENTS as usize).await;
    let (once, backward) = (timeless(&once), timeless(&backward));
    assert_eq!(once.keys().collect::<Vec<_>>(), backward.keys().collect::<Vec<_>>());
    for (id, patient) in &once {
        assert!(patient == &backward[id], "patient {id} depends on the order of arrival");
    }
    assert_eq!(first.up.process.stop().await, Some(0), "a stop is clean");
}
