//! Judgement at the command line: a report is explained, a clinician decides, and plan and picture follow. The calculator
//! and the checks of policies and models need no server.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use lacteal_tests::gateway::{AUTHORITY, Gateway};
use lacteal_tests::message::{ABSENT, MORPHOLOGY_NET, Results, SITE_ILEUM, days_ago, liver_mr, prose};
use lacteal_tests::mllp::Client;
use lacteal_tests::process::{Up, run};
use lacteal_wire::api::plan_service_client::PlanServiceClient;
use lacteal_wire::api::{GetPlanHistoryRequest, get_plan_history_request};
use lacteal_wire::event::{Certainty, Plan, Status, Window};

const TUMOUR: &str = "Terminal ileum, resection: well differentiated neuroendocrine tumour.";
/// A sentence that nobody can be sure of.
const DOUBTFUL: &str = "Possible perineural invasion is seen.";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a command that succeeds; what it prints, in one line.
fn said(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Runs a command that fails, and gives why.
fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", text(&output.stdout));
    text(&output.stderr)
}

/// The coded pathology of a resection.
fn pathology(number: &str) -> Vec<u8> {
    let operated = days_ago(500);
    Results {
        number,
        order: "S1",
        service: "60568-3^Pathology Synoptic report^LN",
        observed: &operated,
        reported: &days_ago(490),
        status: "F",
        observations: &[
            SITE_ILEUM,
            MORPHOLOGY_NET,
            ("ST", "21899-0^pT^LN", "pT3", ""),
            ("ST", "21900-6^pN^LN", "pN1", ""),
            ("NM", "21894-1^Nodes examined^LN", "14", "{nodes}"),
            ("NM", "21893-3^Nodes positive^LN", "2", "{nodes}"),
            ("NM", "29593-1^Ki-67^LN", "2.0", "%"),
        ],
    }
    .bytes()
}

fn interval(window: Option<&Window>) -> Option<u32> {
    window.map(|it| it.interval_months)
}

fn reviewed(plan: &Plan) -> bool {
    plan.review.iter().any(|it| it.contains(DOUBTFUL))
}

#[tokio::test]
async fn a_clinician_reads_decides_pauses_and_confirms_and_everything_follows() {
    let data = tempfile::tempdir().unwrap();
    let up = Up::start(&data.path().join("data"), &[]).await;
    let (mut mllp, gateway) = (Client::new(up.mllp), Gateway::connect(up.grpc).await);
    let address = up.grpc.to_string();
    let mrn = format!("{AUTHORITY}:4711");
    let of = |command: &str, more: &[&str]| {
        let mut arguments = vec![command, "--gateway", &address, "--mrn", &mrn];
        arguments.extend(more);
        said(&arguments)
    };
    let decide =
        |more: &[&str]| of("decide", &[more, &["--author", "Dr Weser", "--reason", "board of May"]].concat());
    mllp.accepted(&pathology("4711")).await;
    mllp.accepted(&prose("4711", &[TUMOUR, DOUBTFUL])).await;
    mllp.accepted(&liver_mr("4711", "R1", &days_ago(30), &days_ago(29), "F", ABSENT)).await;
    let is_after_scan =
        |plan: &Plan| reviewed(plan) && plan.basis.as_ref().is_some_and(|it| it.anchor_is_study);
    let patient = gateway.patient_after("4711", "scan and doubt", |plan| is_after_scan(plan)).await;
    let usual = interval(patient.plan.as_ref().unwrap().next_scan.as_ref());

    // The page holds picture, risk with its curve, plan and evidence with places.
    let page = of("explain", &[]);
    for part in [
        "Picture",
        "under surveillance",
        "pT3",
        "Risk of liver metastasis",
        "80 % band",
        "** ",
        "10 years",
        "hazard ratio",
        "Plan",
        "next scan",
        "row",
        "Evidence",
        "OBX[7]-5",
        "to confirm",
        DOUBTFUL,
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }

    // What is supposed changes the numbers of the answer and nothing that is stored.
    let before = gateway.patient("4711").await.unwrap().dossier;
    let supposed = of("what-if", &["--ki67", "15%"]);
    assert!(supposed.contains("Supposed, not stored") && supposed.contains("15 %"), "{supposed}");
    assert!(supposed.contains("next scan") && supposed.contains("policy default"), "{supposed}");
    let unchanged: serde_json::Value =
        serde_json::from_str(&of("what-if", &["--ki67", "2%", "--json"])).unwrap();
    let stored: serde_json::Value = serde_json::from_str(&of("patient", &["--json"])).unwrap();
    assert_eq!(unchanged["plan"]["nextScan"], stored["plan"]["nextScan"], "what is known, supposed");
    assert_eq!(gateway.patient("4711").await.unwrap().dossier, before);

    // A decided interval wins and shows whose it is.
    let decided = decide(&["--interval", "3"]);
    assert!(decided.starts_with("decided: interval of 3 months, by Dr Weser"), "{decided}");
    assert_ne!(usual, Some(3));
    let plan =
        gateway.plan_when("4711", "3 months", |plan| interval(plan.next_scan.as_ref()) == Some(3)).await;
    assert_eq!(plan.decisions[0].author, "Dr Weser");
    assert!(of("explain", &[]).contains("Dr Weser"));
    decide(&["--interval", "3", "--revoke"]);
    gateway.plan_when("4711", "the usual", |plan| interval(plan.next_scan.as_ref()) == usual).await;

    // A hold pauses, needs its end, and is over when somebody says so.
    let no_end = ["decide", "--gateway", &address, "--mrn", &mrn, "--hold", "--author", "A", "--reason", "b"];
    assert!(refused(&no_end).contains("hold"), "{}", refused(&no_end));
    decide(&["--hold", "--until", "2099-12-31"]);
    gateway.status("4711", Status::Paused).await;
    decide(&["--resume"]);
    gateway.plan_when("4711", "to go on", |plan| plan.status() != Status::Paused).await;

    // A policy is one of those that there are.
    let unknown = ["decide", "--gateway", &address, "--mrn", &mrn, "--policy", "narnia"];
    let unknown = refused(&[&unknown[..], &["--author", "A", "--reason", "b"]].concat());
    assert!(unknown.contains("there are default, nccn, norway"), "{unknown}");

    // A stale look decides nothing.
    let stale = [
        "decide",
        "--gateway",
        &address,
        "--mrn",
        &mrn,
        "--decline",
        "--revision",
        "1",
        "--author",
        "A",
        "--reason",
        "b",
    ];
    assert!(refused(&stale).contains("FailedPrecondition"), "{}", refused(&stale));

    // What was read and not sure counts once a clinician has confirmed it.
    let dossier = gateway.patient("4711").await.unwrap().dossier.unwrap();
    let is_uncertain = |it: &&lacteal_wire::event::Fact| {
        it.reading.as_ref().is_some_and(|it| it.certainty() == Certainty::Uncertain)
    };
    let doubtful = dossier.facts.iter().find(is_uncertain).unwrap();
    let id: String = doubtful.identity.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let ratio = dossier.assessment.unwrap().hazard_ratio;
    decide(&["--confirm", &id]);
    let confirmed = lacteal_tests::until("the confirmed statement to count", || async {
        let patient = gateway.patient("4711").await?;
        let assessment = patient.dossier.as_ref()?.assessment.as_ref()?;
        let settled = assessment.hazard_ratio > ratio && !patient.plan.as_ref().is_some_and(reviewed);
        settled.then_some(patient)
    })
    .await;
    assert!(of("patient", &[]).contains("decided"), "{confirmed:?}");

    // The history has a page for everything that the plan was.
    let mut plans = PlanServiceClient::connect(format!("http://{address}")).await.unwrap();
    let (mut token, mut statuses, mut pages) = (String::new(), Vec::new(), 0);
    loop {
        let request = GetPlanHistoryRequest {
            by: Some(get_plan_history_request::By::PatientId(confirmed.patient_id.clone())),
            page_size: 2,
            page_token: token,
        };
        let page = plans.get_plan_history(request).await.unwrap().into_inner();
        assert!(page.plans.len() <= 2);
        statuses.extend(page.plans.iter().map(|it| it.plan.as_ref().unwrap().status()));
        pages += 1;
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert!(pages >= 3 && statuses.contains(&Status::Paused), "{pages} {statuses:?}");
    assert_ne!(statuses.last(), Some(&Status::Paused));
}

#[tokio::test]
async fn a_disease_that_is_said_to_be_worse_is_for_a_clinician_to_judge() {
    let data = tempfile::tempdir().unwrap();
    let up = Up::start(&data.path().join("data"), &[]).await;
    let (mut mllp, gateway) = (Client::new(up.mllp), Gateway::connect(up.grpc).await);
    let address = up.grpc.to_string();
    let mrn = format!("{AUTHORITY}:4712");
    mllp.accepted(&pathology("4712")).await;
    mllp.accepted(&liver_mr("4712", "R1", &days_ago(30), &days_ago(29), "F", ABSENT)).await;
    gateway.status("4712", Status::UpToDate).await;

    let course = Results {
        number: "4712",
        order: "C1",
        service: "97509-4^Cancer disease progression^LN",
        observed: &days_ago(3),
        reported: &days_ago(2),
        status: "F",
        observations: &[
            ("CE", "97509-4^Cancer disease progression^LN", "271299001^Worsened^SCT", ""),
            ("NM", "89247-1^ECOG^LN", "1", ""),
        ],
    };
    mllp.accepted(&course.bytes()).await;
    gateway.status("4712", Status::NeedsReview).await;
    let page = said(&["explain", "--gateway", &address, "--mrn", &mrn]);
    for part in ["a clinician must say what follows", "course of the disease: worsened", "ECOG 1"] {
        assert!(page.contains(part), "{part}: {page}");
    }

    let dossier = gateway.patient("4712").await.unwrap().dossier.unwrap();
    let is_uncertain = |it: &&lacteal_wire::event::Fact| {
        it.reading.as_ref().is_some_and(|it| it.certainty() == Certainty::Uncertain)
    };
    let worse = dossier.facts.iter().find(is_uncertain).unwrap();
    let id: String = worse.identity.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let of = ["decide", "--gateway", &address, "--mrn", &mrn, "--author", "Dr Weser", "--reason", "board"];
    said(&[&of[..], &["--confirm", &id]].concat());
    gateway.status("4712", Status::UpToDate).await;
    let page = said(&["explain", "--gateway", &address, "--mrn", &mrn]);
    assert!(page.contains("said of it worsened") && !page.contains("to confirm"), "{page}");
}

#[test]
fn the_calculator_needs_no_server_and_says_what_it_assumed() {
    let facts = [
        "assess",
        "--ki67",
        "3-5%",
        "--pt",
        "pT3",
        "--pn",
        "pN1",
        "--nodes-positive",
        "4",
        "--nodes-examined",
        "15",
        "--size",
        "18 mm",
        "--mass",
        "25 mm",
        "--deposits",
        "--margin",
        "R1",
        "--born",
        "1961",
        "--sex",
        "f",
        "--resected",
        "2024-03-01",
        "--scan",
        "2025-01-10 MR liver clear",
        "--as-of",
        "2025-06-01",
    ];
    let page = said(&facts);
    for part in [
        "80 % band",
        "hazard ratio",
        "5-y points",
        "clear MR of 2025-01-10",
        "Plan",
        "2025-01-10",
        "policy default",
        "model lacteal-reference",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(said(&facts), page, "the same facts give the same page");
    let norway = said(&[&facts[..], &["--policy", "norway", "--model", "article"]].concat());
    assert!(norway.contains("policy norway") && norway.contains("model lacteal-article"), "{norway}");

    let json: serde_json::Value = serde_json::from_str(&said(&[&facts[..], &["--json"]].concat())).unwrap();
    assert!(json["assessment"]["risk5Years"].as_f64().unwrap() > 0.0, "{json}");
    assert!(json["plan"]["nextScan"]["due"]["year"].as_u64().is_some(), "{json}");

    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("facts.toml");
    std::fs::write(&file, "ki67 = \"3-5%\"\npt = \"pT3\"\nresected = 2024-03-01\n").unwrap();
    assert!(said(&["assess", "--facts", file.to_str().unwrap()]).contains("3–5 %"));
    std::fs::write(&file, "ki76 = 3\n").unwrap();
    let error = refused(&["assess", "--facts", file.to_str().unwrap()]);
    assert!(error.contains("ki76") && error.contains("ki67"), "{error}");
    assert!(refused(&["assess", "--margin", "R7"]).contains("none of r0, r1, r2"));
}

#[test]
fn what_is_of_another_organ_is_assessed_and_planned_by_nobody() {
    let page =
        said(&["assess", "--site", "elsewhere", "--ki67", "3%", "--pt", "pT3", "--resected", "2024-03-01"]);
    assert!(page.contains("not computed") && !page.contains("next scan"), "{page}");
}

#[test]
fn policies_and_models_are_listed_shown_and_refused_with_file_and_line() {
    let directory = tempfile::tempdir().unwrap();
    for (kind, names, source, wrong) in [
        ("policy", ["default", "norway"], "default", "nmae"),
        ("model", ["reference", "article"], "reference", "verison"),
    ] {
        let list = said(&[kind, "list"]);
        assert!(names.iter().all(|name| list.contains(name)), "{list}");
        let shown = said(&[kind, "show", source]);
        assert!(shown.contains("source") && shown.contains("assumption"), "{shown}");
        let own = text(&run(&[kind, "show", source, "--text"]).stdout);
        let file = directory.path().join(format!("{kind}.toml"));
        std::fs::write(&file, &own).unwrap();
        let path = file.to_str().unwrap();
        assert_eq!(said(&[kind, "check", path]), shown);
        std::fs::write(&file, own.replacen("version =", &format!("{wrong} = 1\nversion ="), 1)).unwrap();
        let error = refused(&[kind, "check", path]);
        assert!(error.contains(wrong), "{error}");
        let line = error.split_once(&format!("{path}:")).map(|(_, rest)| rest.split_once(':').unwrap().0);
        assert!(line.is_some_and(|line| line.parse::<usize>().is_ok()), "{error}");
        assert!(refused(&[kind, "show", "nowhere"]).contains(names[0]));
    }
}
