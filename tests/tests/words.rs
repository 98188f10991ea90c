//! Reports in words on their way through the whole system, with a patient whose name must be seen nowhere outside.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use lacteal_tests::gateway::Gateway;
use lacteal_tests::message::days_ago;
use lacteal_tests::mllp::Client;
use lacteal_tests::process::{Up, get};
use lacteal_wire::event::{EndCause, Plan, Status};

/// What identifies this patient; none of it may appear in a log or metric.
const CANARIES: [&str; 5] = ["Xanthippe", "Quetzal", "4711815", "Zwetschgenweg", "F-ACC-99417"];

const RESECTION: &str = "DIAGNOSIS:
Terminal ileum, resection: Well differentiated neuroendocrine tumour, G1, 2.3 cm, unifocal.
The tumour invades through the muscularis propria into the subserosa.
Ki-67 index: 1%. Mitoses: <2 per 2 mm2. 4 of 17 lymph nodes contain metastatic tumour. pT3 pN1.
Dictated by a colleague of Mrs Xanthippe Quetzal.";
const CLEAR: &str = "CT abdomen and pelvis. Known ileal neuroendocrine tumour, resected.
FINDINGS:
No liver metastases.";
const DOUBTFUL: &str = "CT abdomen and pelvis. Known ileal neuroendocrine tumour, resected.
FINDINGS:
Indeterminate 9 mm lesion in segment VI of the liver of Mrs Quetzal, too small to characterise.";
const REACHED: &str = "MRI liver. Known ileal neuroendocrine tumour, resected.
FINDINGS:
Multiple new liver metastases, the largest 21 mm.";

/// A report in words, a line an observation.
fn report(number: &str, code: &str, on: &str, text: &str) -> Vec<u8> {
    let mut message = format!(
        "MSH|^~\\&|RIS|NORTH|LACTEAL|NORTH|{on}120000||ORU^R01^ORU_R01|{number}-{on}|P|2.5.1|||||||UNICODE UTF-8\r\
         PID|1||4711815^^^NORTH^MR||Quetzal^Xanthippe||19560203|F|||Zwetschgenweg 7\r\
         OBR|1||{number}|{code}|||{on}|||||||||||||||{on}||SP|F\r"
    );
    for (index, line) in text.lines().enumerate() {
        message.push_str(&format!("OBX|{}|TX|{code}|{}|{line}||||||F\r", index + 1, index + 1));
    }
    message.into_bytes()
}

#[tokio::test]
async fn a_report_in_words_is_planned_by_and_a_doubtful_liver_is_looked_at_and_no_name_gets_out() {
    let data = tempfile::tempdir().unwrap();
    let directory = data.path().join("data");
    let up = Up::start(&directory, &[]).await;
    let (mut mllp, gateway) = (Client::new(up.mllp), Gateway::connect(up.grpc).await);
    let (pathology, imaging) = ("22637-3^Pathology report^LN", "18748-4^Diagnostic imaging study^LN");

    // Nothing is coded: what is known is known from the words.
    mllp.accepted(&report("F-ACC-99417", pathology, &days_ago(400), RESECTION)).await;
    let plan = gateway.plan_when("4711815", "a window", |plan| plan.next_scan.is_some()).await;
    assert_ne!(plan.status(), Status::NeedsReview, "{:?}", plan.review);
    let patient = gateway.patient("4711815").await.unwrap();
    let dossier = patient.dossier.unwrap();
    let read =
        |fact: &&lacteal_wire::event::Fact| fact.reading.as_ref().is_some_and(|it| !it.rule.is_empty());
    assert!(dossier.facts.iter().filter(read).count() >= 9, "each fact says by which rule it was read");
    let summary = dossier.summary.unwrap();
    assert_eq!(summary.nodes_positive, Some(4));

    mllp.accepted(&report("F-ACC-99418", imaging, &days_ago(60), CLEAR)).await;
    let by_study = |plan: &Plan| plan.basis.as_ref().is_some_and(|basis| basis.anchor_is_study);
    gateway.plan_when("4711815", "the scan to count", by_study).await;
    mllp.accepted(&report("F-ACC-99419", imaging, &days_ago(20), DOUBTFUL)).await;
    gateway
        .plan_when("4711815", "a look or a short interval", |plan| {
            plan.status() == Status::NeedsReview
                || plan.next_scan.as_ref().is_some_and(|window| window.interval_months <= 6)
        })
        .await;
    mllp.accepted(&report("F-ACC-99420", imaging, &days_ago(2), REACHED)).await;
    let plan = gateway.status("4711815", Status::Ended).await;
    assert_eq!(plan.end_cause(), EndCause::LiverMetastasis);

    // Refused, repeated, and about another organ: every way that a message can go.
    let nobody = String::from_utf8(report("F-ACC-99421", imaging, &days_ago(1), CLEAR)).unwrap();
    mllp.send(nobody.replace("4711815^^^NORTH^MR", "").as_bytes()).await;
    mllp.send(nobody.replace("|P|2.5.1", "|T|2.5.1").as_bytes()).await;
    mllp.send(b"MSH|^~\\&|Quetzal").await;
    mllp.accepted(&report("F-ACC-99420", imaging, &days_ago(2), REACHED)).await;
    let lung = "Lung, wedge resection: adenocarcinoma, 2 cm, pT1c pN0.";
    mllp.accepted(&report("F-ACC-99422", pathology, &days_ago(1), lung)).await;

    let (_, metrics) = get(up.ops, "/metrics").await.unwrap();
    let (_, health) = get(up.ops, "/healthz").await.unwrap();
    let log = up.process.log();
    for canary in CANARIES {
        for (place, text) in [("the log", &log), ("the metrics", &metrics), ("the health", &health)] {
            assert!(!text.contains(canary), "{canary} is in {place}");
        }
    }
    assert!(!log.is_empty() && metrics.contains("lacteal_"), "there is something to look into");
}
