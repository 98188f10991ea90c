//! Tests: each status, interval, window and notice by example.

use jiff::Timestamp;
use lacteal_wire::event::assessment::Outcome;
use lacteal_wire::event::notice::Kind;
use lacteal_wire::event::{
    AppointmentState, Aside, Death, Dossier, Grade, LiverState, Margin, Modality, OrderState, Plan, Region,
    Scope, Status, Tnm,
};

use super::fixture::*;
use super::*;

/// Status on a day, and the beginning of the reason.
#[track_caller]
fn expect(day: &str, dossier: &Dossier, status: Status, reason: &str) -> Plan {
    let plan = plan_on(day, dossier);
    assert_eq!(plan.status(), status, "{}", plan.reason);
    assert!(plan.reason.starts_with(reason), "{}", plan.reason);
    plan
}

#[test]
fn the_window_decides_between_up_to_date_due_and_overdue() {
    let dossier = scanned(&["2025-06-01", "2025-12-01"]);
    let plan = expect(
        "2026-03-01",
        &dossier,
        Status::UpToDate,
        "Next scan (MRI) due 2026-12-01. 12 months after the scan of 2025-12-01: the policy's longest interval",
    );
    assert_eq!(window(&plan), ["2026-11-01", "2026-12-01", "2026-12-31"]);
    let open = "Scan (MRI) due 2026-12-01; its window is open since 2026-11-01.";
    expect("2026-11-01", &dossier, Status::Due, open);
    expect("2026-12-31", &dossier, Status::Due, open);
    expect(
        "2027-01-01",
        &dossier,
        Status::Overdue,
        "Scan (MRI) overdue: it was due 2026-12-01, at the latest 2026-12-31.",
    );
}

#[test]
fn days_begin_at_midnight_of_the_zone() {
    let dossier = scanned(&["2025-06-01", "2025-12-01"]);
    let at =
        |text: &str| plan(&dossier, 1, None, policies("default"), text.parse().unwrap(), &zone()).unwrap();
    assert_eq!(at("2026-10-31T22:59:59.9Z").status(), Status::UpToDate);
    assert_eq!(at("2026-10-31T23:00:00Z").status(), Status::Due);
    let wake = at("2026-03-01T12:00:00Z").wake_at_s;
    assert_eq!(Timestamp::from_second(wake).unwrap().to_string(), "2026-10-31T23:00:00Z");
}

#[test]
fn death_merge_scope_and_liver_metastasis_end_surveillance_with_their_reason() {
    let cases: [(&str, Dossier); 5] = [
        (
            "The patient has died. Date of death: 2026-02.",
            with(reference(), |it| it.death = Some(Death { date: Some(date("2026-02")) })),
        ),
        ("The patient has died.", with(reference(), |it| it.death = Some(Death::default()))),
        (
            "The record was merged into another, where surveillance goes on.",
            with(reference(), |it| it.merged_into = vec![9; 16]),
        ),
        (
            "The tumour is not one that is watched here. Reason: carcinoma of the colon.",
            with(reference(), |it| {
                it.set_scope(Scope::Out);
                it.scope_reason = "carcinoma of the colon".to_owned();
            }),
        ),
        (
            "Liver metastasis is known: surveillance for it ends and the NET team decides. Date of the finding: 2026-01-15.",
            with(reference(), |it| {
                it.set_liver(LiverState::Metastatic);
                it.liver_date = Some(date("2026-01-15"));
            }),
        ),
    ];
    for (reason, dossier) in cases {
        let plan = plan_on("2026-03-01", &dossier);
        assert_eq!((plan.status(), plan.reason.as_str()), (Status::Ended, reason));
        assert_eq!((plan.next_scan, plan.wake_at_s), (None, 0));
    }
}

#[test]
fn what_a_person_must_read_or_no_row_covers_is_in_review_with_the_shortest_interval() {
    let scanned = || scanned(&["2025-12-01"]);
    let cases = [
        (
            6,
            "Ki-67 could not be read",
            with(scanned(), |it| it.review = vec![item("Ki-67 could not be read")]),
        ),
        (
            3,
            "no row of policy default covers this patient (NEC)",
            with(with_outcome(scanned(), Outcome::NotCovered), |it| it.set_grade(Grade::Nec)),
        ),
        (
            3,
            "residual tumour or liver metastasis: the interval is for the NET team",
            with(with_outcome(scanned(), Outcome::NotCovered), |it| it.set_margin(Margin::R2)),
        ),
        (
            3,
            "no row of policy default covers this patient (M1)",
            with(scanned(), |it| it.m = Some(Tnm { category: "M1b".to_owned(), ..Tnm::default() })),
        ),
        (6, "the risk of liver metastasis could not be computed", Dossier { assessment: None, ..scanned() }),
        (
            6,
            "a scan is dated in the future (2031-05-01) and does not count",
            with(scanned(), |it| it.studies.push(study("2031-05-01", Modality::Mr))),
        ),
        (
            6,
            "message 42 of INTAKE about this patient could not be processed (patient id has 15 bytes)",
            Dossier {
                asides: vec![Aside {
                    stream: "INTAKE".to_owned(),
                    sequence: 42,
                    error: "patient id has 15 bytes".to_owned(),
                    ..Aside::default()
                }],
                ..scanned()
            },
        ),
    ];
    for (months, item, dossier) in cases {
        let reason = format!("To be reviewed by a person: {item}");
        let plan = expect("2026-03-01", &dossier, Status::NeedsReview, &reason);
        assert_eq!(due(&plan), dates::add_months(day("2025-12-01"), months));
        let sentence = format!("{months} months after the scan of 2025-12-01");
        assert!(plan.reason.contains(&sentence), "{}", plan.reason);
        assert!(!plan.review.is_empty());
    }
}

#[test]
fn too_little_knowledge_says_what_is_missing() {
    let undecided = with(reference(), |it| {
        it.set_scope(Scope::Undecided);
        it.scope_reason = "a neuroendocrine tumour of unknown site".to_owned();
    });
    let reason = "It is not established whether the tumour is one that is watched here: \
                  a neuroendocrine tumour of unknown site.";
    expect("2026-03-01", &undecided, Status::NotEnoughKnown, reason);
    let undated = with(reference(), |it| it.time_zero = None);
    expect("2026-03-01", &undated, Status::NotEnoughKnown, "Neither a resection nor a first evidence");
    let liver = with(undecided, |it| it.set_liver(LiverState::Metastatic));
    let reason = "To be reviewed by a person: liver metastasis is reported, and the primary tumour is not established. \
                  No scan can be planned before that.";
    expect("2026-03-01", &liver, Status::NeedsReview, reason);
}

#[test]
fn a_patient_without_evidence_of_a_tumour_has_no_plan_unless_there_was_one() {
    let policy = policies("default");
    let nobody = with(Dossier { assessment: None, ..reference() }, |it| *it = Summary::default());
    let nobody = with(nobody, |it| it.set_scope(Scope::NoTumour));
    let now = noon("2026-03-01");
    assert_eq!(plan(&nobody, 1, None, policy, now, &zone()), None);
    let before = plan_on("2026-02-01", &scanned(&["2025-12-01"]));
    let after = plan(&nobody, 2, Some(&before), policy, now, &zone()).unwrap();
    assert_eq!(after.status(), Status::Ended);
    assert!(after.reason.starts_with("No evidence of a tumour is left"));
    let unread = with(nobody, |it| it.review = vec![item("diagnosis could not be read")]);
    assert_eq!(plan(&unread, 1, None, policy, now, &zone()).unwrap().status(), Status::NeedsReview);
}

#[test]
fn the_first_scan_is_due_three_to_six_months_after_time_zero() {
    let plan = plan_on("2025-02-01", &reference());
    assert_eq!(window(&plan), ["2025-04-10", "2025-07-10", "2025-08-09"]);
    assert!(plan.reason.contains("6 months after the resection of 2025-01-10"), "{}", plan.reason);
    let plan = plan_on("2025-02-01", &with_ratio(reference(), 2.0));
    assert_eq!(window(&plan), ["2025-04-10", "2025-05-10", "2025-06-09"]);
    let plan = plan_on("2025-02-01", &with_ratio(reference(), 5.0));
    assert_eq!(window(&plan), ["2025-03-11", "2025-04-10", "2025-05-10"]);
    let evidence = with(reference(), |it| it.time_zero_is_first_evidence = true);
    assert!(
        plan_on("2025-02-01", &evidence)
            .reason
            .contains("after the first evidence of the tumour (no resection")
    );
}

#[test]
fn golden_intervals_after_one_and_three_years() {
    // By hand from the model: 33, 15.5, 10, 7.4, 4.9 months at one year; 38, 18, 12, 9, 6 at three years.
    let cases = [
        ("2026-01-10", [(0.5, 12), (1.0, 12), (1.5, 10), (2.0, 7), (3.0, 6)]),
        ("2028-01-10", [(0.5, 12), (1.0, 12), (1.5, 12), (2.0, 9), (3.0, 6)]),
    ];
    for (scan, rows) in cases {
        for (ratio, months) in rows {
            let plan = plan_on(scan, &with_ratio(scanned(&[scan]), ratio));
            assert_eq!(plan.next_scan.unwrap().interval_months, months, "ratio {ratio}, scan {scan}");
        }
    }
    let days = |ratio| {
        let plan = plan_on("2026-01-10", &with_ratio(scanned(&["2026-01-10"]), ratio));
        plan.basis.unwrap().interval_model_days
    };
    assert_eq!([0.5, 1.0, 1.5, 2.0, 3.0].map(days).map(|it| it * 12 / 365), [33, 15, 10, 7, 4]);
}

#[test]
fn the_interval_says_which_rule_made_it() {
    let why = |ratio| plan_on("2026-01-10", &with_ratio(scanned(&["2026-01-10"]), ratio)).reason;
    assert!(why(1.0).contains("longest interval; the risk of liver metastasis within it stays below 5 %."));
    assert!(
        why(1.5).contains("10 months after the scan of 2026-01-10: the longest interval in which the risk")
    );
    assert!(why(3.0).contains(
        "the fixed interval of row P2 (High risk, first three years); the risk of liver metastasis reaches 5 % \
         already within 4 months, which is for the NET team to judge."
    ));
}

#[test]
fn only_ct_and_mr_that_cover_the_liver_after_time_zero_count() {
    let first = ["2025-04-10", "2025-07-10", "2025-08-09"];
    let not_counting = [
        study("2025-05-01", Modality::Pet),
        of_region("2025-05-01", Region::Other),
        study("2025-01-10", Modality::Ct),
        study("2024-12-20", Modality::Mr),
    ];
    for study in not_counting {
        let plan = plan_on("2025-05-02", &with(reference(), |it| it.studies = vec![study]));
        assert_eq!(window(&plan), first, "{}", plan.reason);
    }
    for region in
        [Region::Abdomen, Region::AbdomenPelvis, Region::Liver, Region::ChestAbdomenPelvis, Region::WholeBody]
    {
        let study = of_region("2025-05-01", region);
        let plan = plan_on("2025-05-02", &with(reference(), |it| it.studies = vec![study]));
        assert_eq!(due(&plan), day("2026-05-01"));
        assert!(plan.basis.unwrap().anchor_is_study);
    }
}

fn of_region(performed: &str, region: Region) -> event::Study {
    event::Study { region: region.into(), ..study(performed, Modality::Ct) }
}

#[test]
fn a_partial_date_counts_from_its_first_day_and_the_reason_says_so() {
    let plan = plan_on("2025-12-20", &scanned(&["2025-12"]));
    assert_eq!(due(&plan), day("2026-12-01"));
    assert!(
        plan.reason.contains(" Only the month of that date is known: counted from 2025-12-01."),
        "{}",
        plan.reason
    );
    let plan = plan_on("2025-12-20", &with(reference(), |it| it.time_zero = Some(date("2025"))));
    assert_eq!(due(&plan), day("2025-07-01"));
    assert!(plan.reason.contains("Only the year of that date is known"), "{}", plan.reason);
}

#[test]
fn a_scan_that_may_lie_before_the_resection_gives_only_the_first_interval() {
    let around = with(scanned(&["2025-09-01"]), |it| it.time_zero = Some(date("2025")));
    let plan = plan_on("2025-12-20", &around);
    assert_eq!(due(&plan), day("2026-03-01"));
    assert!(plan.reason.contains("(perhaps before the resection) of 2025-09-01"), "{}", plan.reason);
}

#[test]
fn an_indeterminate_lesion_brings_an_mri_within_three_months() {
    let lesion = |scan: &str| {
        with(scanned(&[scan]), |it| {
            it.set_liver(LiverState::Indeterminate);
            it.liver_date = Some(date("2026-02-01"));
        })
    };
    let reason = "Scan (MRI) due 2026-05-01; its window is open since 2026-02-01. \
                  3 months after the indeterminate liver finding of 2026-02-01";
    let plan = expect("2026-03-01", &lesion("2026-02-01"), Status::Due, reason);
    assert_eq!(plan.next_scan.unwrap().modality(), Modality::Mr);
    expect("2026-05-02", &lesion("2026-02-01"), Status::Overdue, "Scan (MRI) overdue");
    let unsettled =
        "To be reviewed by a person: the scan of 2026-04-01 came after the indeterminate liver finding";
    let plan = expect("2026-04-02", &lesion("2026-04-01"), Status::NeedsReview, unsettled);
    assert_eq!(due(&plan), day("2026-05-01"));
    let plan = plan_on("2026-03-01", &lesion("2025-02-01"));
    assert_eq!(due(&plan), day("2026-01-01"), "the scan that was due before the lesion stays due");
    assert!(plan.reason.contains("There is an indeterminate liver finding: MRI."), "{}", plan.reason);
    let undated = with(lesion("2026-01-01"), |it| it.liver_date = None);
    assert_eq!(due(&plan_on("2026-03-01", &undated)), day("2026-04-01"));
}

#[test]
fn mr_and_ct_alternate_and_the_young_get_mr() {
    let next = |dossier: &Dossier| plan_on("2026-01-02", dossier).next_scan.unwrap().modality();
    let after = |modality| with(reference(), |it| it.studies = vec![study("2026-01-01", modality)]);
    assert_eq!(next(&reference()), Modality::Mr);
    assert_eq!(next(&after(Modality::Ct)), Modality::Mr);
    assert_eq!(next(&after(Modality::Mr)), Modality::Ct);
    let born = |year| with(after(Modality::Mr), |it| it.birth_date = Some(date(year)));
    assert_eq!(next(&born("1977-01-02")), Modality::Mr);
    assert_eq!(next(&born("1977-01-01")), Modality::Ct);
    assert_eq!(next(&born("1977")), Modality::Mr, "perhaps still below 50");
}

#[test]
fn a_contrast_medium_that_is_not_tolerated_is_avoided_by_the_other_modality() {
    use lacteal_wire::event::{Contrast, ContrastIntolerance};
    let of = |dossier: Dossier, agents: &[Contrast]| {
        with(dossier, |it| {
            let one = |agent: &Contrast| ContrastIntolerance { contrast: (*agent).into(), fact: None };
            it.contrast_intolerances = agents.iter().map(one).collect();
        })
    };
    let scan = |dossier: &Dossier| plan_on("2026-01-02", dossier).next_scan.unwrap();
    let after = |modality| with(reference(), |it| it.studies = vec![study("2026-01-01", modality)]);
    // Against the alternation of the row.
    let iodinated = scan(&of(after(Modality::Mr), &[Contrast::Iodinated]));
    assert_eq!(iodinated.modality(), Modality::Mr);
    assert_eq!(iodinated.modality_reason, "MRI because iodinated contrast is not tolerated");
    let gadolinium = scan(&of(after(Modality::Ct), &[Contrast::Gadolinium]));
    assert_eq!(gadolinium.modality(), Modality::Ct);
    assert_eq!(gadolinium.modality_reason, "CT because gadolinium contrast is not tolerated");
    // Neither: as the row has it, and a clinician decides.
    let neither = scan(&of(after(Modality::Ct), &[Contrast::Iodinated, Contrast::Gadolinium]));
    assert_eq!(neither.modality(), Modality::Mr);
    assert!(neither.modality_reason.ends_with("a clinician decides on the contrast medium"));
    // The day of the scan does not move, and a lesion has its MRI all the same.
    let plain = scan(&after(Modality::Ct));
    assert_eq!((gadolinium.due, gadolinium.opens), (plain.due, plain.opens));
    let lesion = with(after(Modality::Mr), |it| {
        it.set_liver(event::LiverState::Indeterminate);
        it.liver_date = Some(date("2026-01-01"));
    });
    let lesion = scan(&of(lesion, &[Contrast::Gadolinium]));
    assert_eq!(lesion.modality(), Modality::Mr);
    assert!(lesion.modality_reason.contains("gadolinium contrast is not tolerated"));
}

#[test]
fn a_policy_that_does_not_speak_of_contrast_keeps_the_modality_of_its_rows() {
    let text = crate::policy::Policy::built_in_text("default").unwrap();
    let (before, after) = text.split_once("[contrast]").unwrap();
    let (_, after) = after.split_once("[[row]]").unwrap();
    let silent = crate::policy::Policy::parse(&format!("{before}[[row]]{after}")).unwrap();
    assert_eq!(silent.general.contrast, None);
    let wrong = text.replace("iodinated = \"MR\"", "iodinated = \"CT\"");
    assert!(crate::policy::Policy::parse(&wrong).is_err());
}

fn kinds(before: Option<&Plan>, after: &Plan) -> Vec<Kind> {
    notices(before, after).iter().map(|it| it.kind()).collect()
}

#[test]
fn each_transition_gives_its_notice() {
    let dossier = scanned(&["2025-06-01", "2025-12-01"]);
    let [ahead, open, over] = ["2026-03-01", "2026-11-15", "2027-01-15"].map(|day| plan_on(day, &dossier));
    let liver = plan_on("2026-03-01", &with(reference(), |it| it.set_liver(LiverState::Metastatic)));
    let dead = plan_on("2026-03-01", &with(reference(), |it| it.death = Some(Death::default())));
    let merged = plan_on("2026-03-01", &with(reference(), |it| it.merged_into = vec![1; 16]));
    let in_review = |day, items: &[&str]| {
        let items = items.iter().map(|it| item(it)).collect();
        plan_on(day, &with(dossier.clone(), |it| it.review = items))
    };
    let cases = [
        (None, &ahead, vec![]),
        (None, &open, vec![Kind::ScanDue]),
        (None, &over, vec![Kind::ScanOverdue]),
        (None, &liver, vec![Kind::LiverMetastasis]),
        (None, &dead, vec![]),
        (Some(&ahead), &open, vec![Kind::ScanDue]),
        (Some(&open), &over, vec![Kind::ScanOverdue]),
        (Some(&over), &ahead, vec![]),
        (Some(&ahead), &liver, vec![Kind::LiverMetastasis]),
        (Some(&ahead), &dead, vec![Kind::SurveillanceEnded]),
        (Some(&dead), &liver, vec![Kind::LiverMetastasis]),
        (Some(&liver), &dead, vec![Kind::SurveillanceEnded]),
        (Some(&liver), &merged, vec![Kind::SurveillanceEnded]),
        (Some(&liver), &ahead, vec![Kind::SurveillanceResumed]),
        (Some(&dead), &over, vec![Kind::SurveillanceResumed, Kind::ScanOverdue]),
        (Some(&ahead), &in_review("2026-03-01", &["a"]), vec![Kind::NeedsReview]),
        (
            Some(&in_review("2026-03-01", &["a"])),
            &in_review("2026-03-02", &["a", "b"]),
            vec![Kind::NeedsReview],
        ),
        (
            Some(&in_review("2026-03-01", &["a"])),
            &in_review("2026-03-02", &["a", "a"]),
            vec![Kind::NeedsReview],
        ),
        (Some(&in_review("2026-03-01", &["a", "b"])), &in_review("2026-03-02", &["b"]), vec![]),
        (Some(&in_review("2026-03-01", &["a"])), &in_review("2026-05-15", &["a"]), vec![Kind::ScanDue]),
        (Some(&in_review("2026-05-15", &["a"])), &in_review("2026-07-15", &["a"]), vec![Kind::ScanOverdue]),
        (Some(&in_review("2026-03-01", &["a"])), &ahead, vec![]),
    ];
    for (number, (before, after, told)) in cases.iter().enumerate() {
        assert_eq!(kinds(*before, after), *told, "case {number}");
    }
}

#[test]
fn a_dossier_that_a_wake_up_overtook_does_not_turn_time_back() {
    let dossier = scanned(&["2025-12-01"]);
    let ahead = plan_on("2026-10-20", &dossier);
    let open = advance(&ahead, noon("2026-11-05"), &zone());
    let after = plan(&dossier, 2, Some(&open), policies("default"), noon("2026-10-30"), &zone()).unwrap();
    assert_eq!(after.status(), Status::Due);
    assert!(same(&open, &after));
    assert_eq!(kinds(Some(&open), &after), vec![]);
}

#[test]
fn a_notice_says_what_the_plan_says_and_whose_it_is() {
    let dossier = scanned(&["2025-12-01"]);
    let (ahead, open) = (plan_on("2026-03-01", &dossier), plan_on("2026-11-15", &dossier));
    let told = notices(Some(&ahead), &open);
    let [notice] = told.as_slice() else { panic!("one notice") };
    assert_eq!((&notice.text, &notice.patient), (&open.reason, &open.patient));
    assert_eq!((notice.now_s, notice.dossier_revision), (open.now_s, 1));
    let items = ["a", "b.", "c", "d", "e"].map(item).to_vec();
    let review = plan_on("2026-03-01", &with(dossier, |it| it.review = items));
    assert_eq!(notices(Some(&ahead), &review)[0].text, "To be reviewed by a person: a; b; c; and 2 more.");
}

/// Scanned on 2025-06-01 and 2025-12-01: the window is 2026-11-01 to 2026-12-31.
fn followed() -> Dossier {
    scanned(&["2025-06-01", "2025-12-01"])
}

fn ordered(day: &str, state: OrderState) -> Dossier {
    with(followed(), |it| it.orders = vec![order(day, Modality::Ct, Region::Liver, state)])
}

fn booked(day: &str, state: AppointmentState) -> Dossier {
    with(followed(), |it| it.appointments = vec![appointment(day, Modality::Ct, Region::Abdomen, state)])
}

#[test]
fn an_open_order_shows_until_its_window_closes() {
    let dossier = ordered("2026-11-20", OrderState::Placed);
    let reason = "A scan (CT) is ordered (2026-11-20). Next scan (MRI) due 2026-12-01.";
    expect("2026-03-01", &dossier, Status::Ordered, reason);
    let reason = "A scan (CT) is ordered (2026-11-20). Scan (MRI) due 2026-12-01; its window is open";
    expect("2026-11-15", &dossier, Status::Ordered, reason);
    expect("2027-01-01", &dossier, Status::Overdue, "Scan (MRI) overdue: it was due 2026-12-01");
    for state in [OrderState::Cancelled, OrderState::Completed] {
        expect("2026-11-15", &ordered("2026-11-20", state), Status::Due, "Scan (MRI) due");
    }
    let done = ordered("2025-12-01", OrderState::Placed);
    expect("2026-03-01", &done, Status::UpToDate, "Next scan");
}

#[test]
fn a_booking_shows_with_its_date_until_it_has_passed_and_then_its_report_is_awaited() {
    let dossier = booked("2026-11-20", AppointmentState::Booked);
    let reason = "A scan (CT) is booked for 2026-11-20. Next scan (MRI) due 2026-12-01.";
    let plan = expect("2026-03-01", &dossier, Status::Booked, reason);
    assert_eq!(plan.appointment.unwrap().day, Some(date("2026-11-20")));
    expect("2026-11-20", &dossier, Status::Booked, "A scan (CT) is booked for 2026-11-20.");
    let reason = "The day of a booked scan (CT), 2026-11-20, has passed and there is no report: \
                  it is awaited until 2026-12-04. Scan (MRI) due";
    expect("2026-11-21", &dossier, Status::DoneUnreported, reason);
    expect("2026-12-04", &dossier, Status::DoneUnreported, reason);
    let plan = expect("2026-12-05", &dossier, Status::Due, "Scan (MRI) due 2026-12-01");
    assert_eq!(plan.appointment, None);
    let fulfilled = booked("2026-11-20", AppointmentState::Fulfilled);
    let reason = "The scan (CT) of 2026-11-20 has no report yet: it is awaited until 2026-12-04.";
    expect("2026-11-20", &fulfilled, Status::DoneUnreported, reason);
    expect("2026-12-05", &fulfilled, Status::Due, "Scan (MRI) due");
    for state in [AppointmentState::Cancelled, AppointmentState::NoShow] {
        expect("2026-11-15", &booked("2026-11-20", state), Status::Due, "Scan (MRI) due");
        expect("2027-01-01", &booked("2026-11-20", state), Status::Overdue, "Scan (MRI) overdue");
    }
    let reported = with(dossier, |it| it.studies.push(study("2026-11-20", Modality::Ct)));
    expect("2026-11-21", &reported, Status::UpToDate, "Next scan");
}

#[test]
fn a_booking_after_the_window_says_so_and_only_a_booking_hides_an_overdue_scan() {
    let late = booked("2027-02-01", AppointmentState::Booked);
    let reason = "A scan (CT) is booked for 2027-02-01, which is after its window. Scan (MRI) overdue";
    expect("2027-01-10", &late, Status::Booked, reason);
    expect("2027-02-02", &late, Status::DoneUnreported, "The day of a booked scan");
    expect("2027-02-16", &late, Status::Overdue, "Scan (MRI) overdue");
    let awaited = booked("2026-12-30", AppointmentState::Booked);
    expect("2027-01-05", &awaited, Status::DoneUnreported, "The day of a booked scan");
    expect("2027-01-14", &awaited, Status::Overdue, "Scan (MRI) overdue");
}

#[test]
fn only_scans_that_would_count_are_arranged() {
    for (modality, region, counts) in [
        (Modality::Ct, Region::Liver, true),
        (Modality::Mr, Region::Other, true),
        (Modality::Unspecified, Region::Abdomen, true),
        (Modality::Unspecified, Region::Other, false),
        (Modality::Ct, Region::Chest, false),
        (Modality::Ultrasound, Region::Liver, false),
        (Modality::Pet, Region::WholeBody, false),
    ] {
        let status = |counting| if counts { counting } else { Status::Due };
        let orders = vec![order("2026-11-20", modality, region, OrderState::Placed)];
        let plan = plan_on("2026-11-15", &with(followed(), |it| it.orders = orders));
        assert_eq!(plan.status(), status(Status::Ordered), "{modality:?} {region:?}");
        let booked = vec![appointment("2026-11-20", modality, region, AppointmentState::Booked)];
        let plan = plan_on("2026-11-15", &with(followed(), |it| it.appointments = booked));
        assert_eq!(plan.status(), status(Status::Booked), "{modality:?} {region:?}");
    }
}

#[test]
fn people_are_told_when_nobody_has_the_scan_in_hand_any_more() {
    let (bare, in_time) = (followed(), booked("2026-11-20", AppointmentState::Booked));
    let late = booked("2027-02-01", AppointmentState::Booked);
    let ordered = ordered("2026-11-20", OrderState::Placed);
    let on = plan_on;
    for (number, (before, after, told)) in [
        (on("2026-10-01", &in_time), on("2026-11-05", &in_time), vec![]),
        (on("2026-11-05", &in_time), on("2026-11-25", &in_time), vec![]),
        (on("2026-11-25", &in_time), on("2026-12-10", &in_time), vec![Kind::ScanDue]),
        (on("2026-11-05", &in_time), on("2026-11-06", &bare), vec![Kind::ScanDue]),
        (on("2026-10-01", &ordered), on("2026-11-05", &ordered), vec![Kind::ScanDue]),
        (on("2026-11-05", &ordered), on("2027-01-05", &ordered), vec![Kind::ScanOverdue]),
        (on("2026-11-05", &late), on("2027-01-05", &late), vec![Kind::ScanOverdue]),
        (on("2027-01-05", &bare), on("2027-01-06", &late), vec![]),
        (on("2027-01-06", &late), on("2027-01-07", &bare), vec![]),
        (on("2027-02-05", &late), on("2027-02-20", &late), vec![Kind::ScanOverdue]),
    ]
    .iter()
    .enumerate()
    {
        assert_eq!(kinds(Some(before), after), *told, "case {number}");
    }
}

#[test]
fn a_sentence_of_a_report_is_in_the_plan_and_in_no_notice() {
    let items = vec![item("liver metastasis is not stated for certain: “A lesion, perhaps.”")];
    let quoted = with(followed(), |it| it.review = items);
    let plan = plan_on("2026-11-15", &quoted);
    assert!(plan.reason.contains("“A lesion, perhaps.”") && plan.review[0].contains("perhaps"));
    let told = notices(None, &plan);
    assert_eq!(told.len(), 2);
    for notice in told {
        assert!(!notice.text.contains("lesion, perhaps"), "{}", notice.text);
        assert!(notice.text.contains("not stated for certain: a sentence of a report"), "{}", notice.text);
    }
    let long = vec![item(&format!("it is not certain: “{}”", "word ".repeat(80)))];
    let plan = plan_on("2026-11-15", &with(followed(), |it| it.review = long));
    assert!(plan.reason.len() < 500 && plan.reason.contains(" …”. Scan (MRI) overdue"), "{}", plan.reason);
}
