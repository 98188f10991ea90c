//! One patient's way through Lacteal, as hospital and NET team live it.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use lacteal_tests::gateway::Gateway;
use lacteal_tests::message::{ABSENT, PRESENT, adt, days_ago, death, liver_mr, merge, pathology};
use lacteal_tests::mllp::Client;
use lacteal_tests::process::Up;
use lacteal_wire::api::intake_service_client::IntakeServiceClient;
use lacteal_wire::api::{Disposition, SubmitMessageRequest};
use lacteal_wire::event::{EndCause, Modality, Notice, Status, assessment, finding::Kind, notice};

struct Hospital {
    _up: Up,
    _data: tempfile::TempDir,
    mllp: Client,
    gateway: Gateway,
}

async fn hospital() -> Hospital {
    let data = tempfile::tempdir().unwrap();
    let up = Up::start(&data.path().join("data"), &[]).await;
    let (mllp, gateway) = (Client::new(up.mllp), Gateway::connect(up.grpc).await);
    Hospital { _up: up, _data: data, mllp, gateway }
}

#[tokio::test]
async fn a_pathology_report_becomes_a_risk_a_plan_and_an_entry_and_each_scan_moves_it_on() {
    let Hospital { mut mllp, gateway, _up, _data } = hospital().await;

    // The tumour was resected 100 days ago: the first scan is due three to six months after that.
    mllp.accepted(&pathology("4711", &days_ago(100), &days_ago(90), "F", "2.0")).await;
    let plan = gateway.status("4711", Status::Due).await;
    assert_eq!(plan.next_scan.as_ref().unwrap().modality(), Modality::Mr, "the liver is best seen by MRI");

    let patient = gateway.patient("4711").await.unwrap();
    let dossier = patient.dossier.unwrap();
    let assessment = dossier.assessment.unwrap();
    assert_eq!(assessment.outcome(), assessment::Outcome::Computed);
    // The reference patient of the model but for pT3 (hazard ratio 1.1).
    assert!((assessment.hazard_ratio - 1.1).abs() < 1e-9, "{}", assessment.hazard_ratio);
    assert!(assessment.contributions.iter().all(|part| !part.source.is_empty()));
    let ki67 = dossier
        .facts
        .iter()
        .find(|fact| matches!(fact.finding.as_ref().unwrap().kind, Some(Kind::Ki67MilliPercent(_))));
    let place = ki67.unwrap().place.clone().unwrap();
    assert_eq!(
        (place.segment.as_str(), place.occurrence, place.field),
        ("OBX", 8, 5),
        "it can be walked back"
    );

    // A scan without metastasis: the next one lies ahead.
    mllp.accepted(&liver_mr("4711", "R1", &days_ago(10), &days_ago(9), "F", ABSENT)).await;
    let plan = gateway.status("4711", Status::UpToDate).await;
    // The hazard is highest in the first year, so the interval is a month short of the row's longest.
    assert_eq!(plan.next_scan.unwrap().interval_months, 11);

    // A preliminary word about a metastasis ends nothing, and a person is asked to look.
    mllp.accepted(&liver_mr("4711", "R2", &days_ago(2), &days_ago(2), "P", PRESENT)).await;
    let plan = gateway.status("4711", Status::NeedsReview).await;
    assert!(!plan.review.is_empty());

    // The final one ends surveillance.
    mllp.accepted(&liver_mr("4711", "R2", &days_ago(2), &days_ago(1), "F", PRESENT)).await;
    let plan = gateway.status("4711", Status::Ended).await;
    assert_eq!(plan.end_cause(), EndCause::LiverMetastasis);
    assert!(plan.next_scan.is_none());

    // It was the wrong patient's scan: everything that was derived from it is taken back.
    mllp.accepted(&liver_mr("4711", "R2", &days_ago(2), &days_ago(0), "W", PRESENT)).await;
    let plan =
        gateway.plan_when("4711", "surveillance to go on", |plan| plan.status() != Status::Ended).await;
    let misdirected = |text: &String| text.contains("belong to another patient");
    assert!(plan.review.iter().any(misdirected), "{:?}", plan.review);
    let notices = gateway.patient("4711").await.unwrap().notices;
    let told: Vec<_> = notices.iter().map(Notice::kind).collect();
    use notice::Kind::{LiverMetastasis, NeedsReview, ScanDue, SurveillanceResumed};
    assert_eq!(told[..3], [ScanDue, NeedsReview, LiverMetastasis], "each is told once, in its order");
    assert!(told.contains(&SurveillanceResumed), "{told:?}");
    let alert = notices.iter().rfind(|it| it.kind() == NeedsReview).unwrap();
    assert!(misdirected(&alert.text), "people are told why: {}", alert.text);
}

#[tokio::test]
async fn a_scan_that_came_before_the_histology_counts_once_the_tumour_is_known() {
    let Hospital { mut mllp, gateway, _up, _data } = hospital().await;
    let (done, made) = (days_ago(30), days_ago(29));
    // It names no tumour: nobody knew of one.
    let scan = format!(
        "MSH|^~\\&|RIS|NORTH|LACTEAL|NORTH|{made}120000||ORU^R01^ORU_R01|S1|P|2.5.1\r\
         PID|1||77^^^NORTH^MR\r\
         OBR|1||R77|30670-4^MR Liver^LN|||{done}|||||||||||||||{made}||RAD|F\r\
         OBX|1|TX|30670-4^MR Liver^LN||MRI liver. No focal lesion in the liver.||||||F\r"
    );
    mllp.accepted(scan.as_bytes()).await;
    assert!(gateway.patient("77").await.is_none(), "a scan by itself makes nobody a patient");
    mllp.accepted(&pathology("77", &days_ago(100), &days_ago(20), "F", "2.0")).await;
    let by_study =
        |plan: &lacteal_wire::event::Plan| plan.basis.as_ref().is_some_and(|it| it.anchor_is_study);
    let plan = gateway.plan_when("77", "the scan to count", by_study).await;
    assert_eq!(plan.status(), Status::UpToDate);
}

#[tokio::test]
async fn a_corrected_ki67_shortens_the_interval_and_a_late_preliminary_one_changes_nothing() {
    let Hospital { mut mllp, gateway, _up, _data } = hospital().await;
    mllp.accepted(&pathology("1", &days_ago(500), &days_ago(490), "F", "2.0")).await;
    mllp.accepted(&liver_mr("1", "R1", &days_ago(30), &days_ago(29), "F", ABSENT)).await;
    gateway.plan_when("1", "12 months", |plan| interval(plan) == Some(12)).await;
    mllp.accepted(&pathology("1", &days_ago(500), &days_ago(20), "C", "14")).await;
    gateway.plan_when("1", "a shorter interval", |plan| interval(plan).is_some_and(|it| it < 12)).await;
    let before = gateway.patient("1").await.unwrap();
    mllp.accepted(&pathology("1", &days_ago(500), &days_ago(1), "P", "1.0")).await;
    // Something later arrives, so that the preliminary one has certainly been processed.
    mllp.accepted(&death("1", &days_ago(0), &days_ago(0))).await;
    let plan = gateway.status("1", Status::Ended).await;
    assert_eq!(plan.end_cause(), EndCause::Deceased);
    let after = gateway.patient("1").await.unwrap();
    let ki67 = |patient: &lacteal_wire::api::Patient| {
        patient.dossier.clone().unwrap().summary.unwrap().ki67_milli_percent.unwrap().high
    };
    assert_eq!((ki67(&before), ki67(&after)), (Some(14_000), Some(14_000)));
}

fn interval(plan: &lacteal_wire::event::Plan) -> Option<u32> {
    plan.next_scan.as_ref().map(|window| window.interval_months)
}

#[tokio::test]
async fn a_merged_record_is_found_under_both_numbers_and_planned_once() {
    let Hospital { mut mllp, gateway, _up, _data } = hospital().await;
    // The merge comes before anything else about either number.
    mllp.accepted(&merge("20", "10", &days_ago(200))).await;
    mllp.accepted(&pathology("10", &days_ago(250), &days_ago(240), "F", "2.0")).await;
    mllp.accepted(&liver_mr("20", "R1", &days_ago(40), &days_ago(39), "F", ABSENT)).await;
    gateway.status("20", Status::UpToDate).await;
    let survivor = gateway.patient("20").await.unwrap();
    let retired = gateway.patient("10").await.unwrap();
    assert_eq!(retired.patient_id, survivor.patient_id, "the retired number leads to the survivor");
    assert!(!retired.followed_from.is_empty());
    let numbers = survivor.dossier.unwrap().summary.unwrap().record_numbers;
    assert_eq!(numbers.len(), 2);
    let open =
        gateway.everybody().await.unwrap().into_values().filter(|entry| entry.status() != Status::Ended);
    assert_eq!(open.count(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_shows_as_needs_review_and_never_as_nothing_due() {
    let Hospital { mut mllp, gateway, _up, _data } = hospital().await;
    mllp.accepted(&pathology("5", &days_ago(300), &days_ago(290), "F", "abc")).await;
    let plan = gateway.status("5", Status::NeedsReview).await;
    assert!(plan.review.iter().any(|item| item.contains("Ki-67")), "{:?}", plan.review);
    assert!(plan.next_scan.is_some(), "a doubt delays no scan");
}

#[tokio::test]
async fn patients_without_a_tumour_of_ours_leave_no_trace_on_the_work_list() {
    let Hospital { mut mllp, gateway, _up, _data } = hospital().await;
    mllp.accepted(&adt("A01", "77", &days_ago(3), "PV1|1|I\rDG1|1||I10^Hypertension^I10C|||A\r")).await;
    mllp.accepted(&death("78", &days_ago(2), &days_ago(2))).await;
    mllp.accepted(&pathology("79", &days_ago(100), &days_ago(90), "F", "2.0")).await;
    gateway.status("79", Status::Due).await;
    assert!(gateway.patient("77").await.is_none());
    assert_eq!(gateway.everybody().await.unwrap().len(), 1);
}

#[tokio::test]
async fn everything_is_there_again_after_a_dead_broker_and_after_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let up = Up::start(&data.path().join("data"), &[]).await;
    let mut mllp = Client::new(up.mllp);
    mllp.accepted(&pathology("4711", &days_ago(100), &days_ago(90), "F", "2.0")).await;
    up.process.kill_children();
    // The sender is left without an answer until the broker has been started again.
    mllp.accepted(&pathology("4712", &days_ago(100), &days_ago(90), "F", "2.0")).await;
    let gateway = Gateway::connect(up.grpc).await;
    gateway.status("4711", Status::Due).await;
    let before = gateway.status("4712", Status::Due).await;
    assert_eq!(up.process.stop().await, Some(0));

    let up = Up::start(&data.path().join("data"), &[]).await;
    let gateway = Gateway::connect(up.grpc).await;
    assert_eq!(gateway.status("4712", Status::Due).await, before, "a restart decides nothing anew");
    assert_eq!(gateway.everybody().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_message_submitted_over_grpc_takes_the_same_way_and_is_known_again_over_grpc() {
    let Hospital { _up: up, _data, gateway, .. } = hospital().await;
    let mut intake = IntakeServiceClient::connect(format!("http://{}", up.grpc)).await.unwrap();
    let report = pathology("4711", &days_ago(100), &days_ago(90), "F", "2.0");
    let mut submit = async |hl7: &[u8]| {
        let request = SubmitMessageRequest { hl7: hl7.to_vec() };
        intake.submit_message(request).await.unwrap().into_inner().submission.unwrap()
    };
    let first = submit(&report).await;
    assert_eq!(first.disposition(), Disposition::Stored);
    assert!(String::from_utf8_lossy(&first.acknowledgement).contains("MSA|AA|"));
    let patient = gateway.patient_after("4711", "a plan", |_| true).await;
    assert_eq!(first.patient_ids, [patient.patient_id]);
    let again = submit(&report).await;
    assert_eq!((again.disposition(), again.patient_ids), (Disposition::Repeated, first.patient_ids));

    let refused = submit(b"PID|1||4711\r").await;
    assert_eq!(refused.disposition(), Disposition::Quarantined);
    assert!(refused.problems.iter().any(|problem| problem.contains("MSH")), "{:?}", refused.problems);
    let other = submit(&adt("A01", "77", &days_ago(3), "PV1|1|I\r")).await;
    assert_eq!(other.disposition(), Disposition::NotRelevant);
}
