//! Tests: every row of every built-in policy, patient by patient.

use lacteal_clinical::marker::Level;
use lacteal_clinical::{Bounded, Marker, MarkerKind};
use lacteal_wire::event::{
    self, Fact, Finding, Grade, LiverState, Margin, Modality, Presence, Range, RisingMarker, Standing,
    Status, finding::Kind,
};

use super::fixture::*;
use super::*;

fn on(site: &str, day: &str, dossier: &Dossier) -> Plan {
    super::plan(dossier, 1, None, policies(site), noon(day), &zone()).unwrap()
}

/// What a plan does for a patient.
#[derive(Debug, PartialEq)]
struct Did {
    row: String,
    months: u32,
    due: String,
    modality: Modality,
    until: Option<String>,
    tests: Vec<String>,
}

fn did(plan: &Plan) -> Did {
    let window = plan.next_scan.as_ref().unwrap();
    Did {
        row: plan.row.clone(),
        months: window.interval_months,
        due: due(plan).to_string(),
        modality: window.modality(),
        until: dates::first_day(plan.follow_up_until.as_ref()).map(|it| it.to_string()),
        tests: plan.extra_tests.iter().map(|it| it.name.clone()).collect(),
    }
}

fn row(row: &str, months: u32, due: &str, modality: Modality, until: Option<&str>, tests: &[&str]) -> Did {
    let tests = tests.iter().map(|it| (*it).to_owned()).collect();
    Did { row: row.to_owned(), months, due: due.to_owned(), modality, until: until.map(str::to_owned), tests }
}

const SSTR: &str = "somatostatin-receptor PET";
const BOTH_PETS: &str = "somatostatin-receptor PET and FDG-PET, as the NET team decides";
const HEART: [&str; 2] = ["NT-proBNP", "transthoracic echocardiography"];

fn ki67(percent: u32) -> Option<Range> {
    Some(Range { low: Some(percent * 1000), high: Some(percent * 1000), ..Range::default() })
}

fn graded(dossier: Dossier, grade: Grade) -> Dossier {
    with(dossier, |it| it.set_grade(grade))
}

fn n(dossier: Dossier, category: &str) -> Dossier {
    with(dossier, |it| it.n.as_mut().unwrap().category = category.to_owned())
}

/// Scanned by CT on 2026-01-10, a year after the resection.
fn year_one() -> Dossier {
    scanned(&["2026-01-10"])
}

#[test]
fn the_default_policy_is_the_table_row_by_row() {
    let (mr, ct) = (Modality::Mr, Modality::Ct);
    let lesion = with(year_one(), |it| {
        it.set_liver(LiverState::Indeterminate);
        it.liver_date = Some(date("2026-01-10"));
    });
    let pet = |it: Dossier| with(it, |it| it.studies.push(study("2025-02-01", Modality::Pet)));
    let late = |scan: &str| scanned(&[scan]);
    let cases = [
        // P1: 6 to 12 months by the model, first scan at 3 to 6 months, MRI and CT in turn, lifelong.
        (reference(), row("P1", 6, "2025-07-10", mr, None, &[])),
        (with_ratio(reference(), 2.4), row("P1", 3, "2025-04-10", mr, None, &[])),
        (year_one(), row("P1", 12, "2027-01-10", mr, None, &[])),
        (with_ratio(year_one(), 1.5), row("P1", 10, "2026-11-10", mr, None, &[])),
        (n(year_one(), "N0"), row("P1 without nodes", 12, "2027-01-10", mr, None, &[])),
        (with(year_one(), |it| it.studies[0].set_modality(mr)), row("P1", 12, "2027-01-10", ct, None, &[])),
        // P1 after five years free of events: 12 to 24 months.
        (late("2029-12-10"), row("P1", 12, "2030-12-10", mr, None, &[])),
        (late("2030-01-10"), row("P1 after five years", 20, "2031-09-10", mr, None, &[])),
        (with_ratio(late("2030-01-10"), 0.5), row("P1 after five years", 24, "2032-01-10", mr, None, &[])),
        (
            with(late("2030-01-10"), |it| it.set_liver(LiverState::Unknown)),
            row("P1", 12, "2031-01-10", mr, None, &[]),
        ),
        // P2: 6 months for three years, then by the model; one PET.
        (n(year_one(), "N2"), row("P2", 6, "2026-07-10", mr, None, &[SSTR])),
        (pet(n(year_one(), "N2")), row("P2", 6, "2026-07-10", mr, None, &[])),
        (with(year_one(), |it| it.nodes_positive = Some(12)), row("P2", 6, "2026-07-10", mr, None, &[SSTR])),
        (
            with(year_one(), |it| {
                it.mesenteric_mass_um = Some(Range { low: Some(20_001), ..Range::default() })
            }),
            row("P2", 6, "2026-07-10", mr, None, &[SSTR]),
        ),
        (
            with(graded(year_one(), Grade::G2), |it| it.ki67_milli_percent = ki67(11)),
            row("P2", 6, "2026-07-10", mr, None, &[SSTR]),
        ),
        (
            with(graded(year_one(), Grade::G2), |it| it.ki67_milli_percent = ki67(10)),
            row("P1", 12, "2027-01-10", mr, None, &[]),
        ),
        (
            with(year_one(), |it| it.mesenteric_deposits = Some(true)),
            row("P2", 6, "2026-07-10", mr, None, &[SSTR]),
        ),
        (with_ratio(year_one(), 2.5), row("P2", 6, "2026-07-10", mr, None, &[SSTR])),
        (n(late("2028-01-10"), "N2"), row("P2 after three years", 12, "2029-01-10", mr, None, &[SSTR])),
        (n(late("2030-01-10"), "N2"), row("P2 after three years", 12, "2031-01-10", mr, None, &[SSTR])),
        // P3: 3 months, after two years 6; reviewed after 12 years.
        (graded(year_one(), Grade::G3), row("P3", 3, "2026-04-10", mr, Some("2037-01-10"), &[BOTH_PETS])),
        (
            graded(late("2027-01-10"), Grade::G3),
            row("P3 after two years", 6, "2027-07-10", mr, Some("2037-01-10"), &[BOTH_PETS]),
        ),
        // P6: 3 months until the NET team decides.
        (
            with(with_outcome(year_one(), Outcome::NotCovered), |it| it.set_margin(Margin::R2)),
            row("P6", 3, "2026-04-10", mr, None, &[SSTR]),
        ),
        // P7: NT-proBNP and echo besides the row that decides.
        (
            with(year_one(), |it| it.set_carcinoid_syndrome(Presence::Present)),
            row("P1", 6, "2026-07-10", mr, None, &HEART),
        ),
        // P8: MRI within 3 months of the finding.
        (lesion, row("P8", 3, "2026-04-10", mr, None, &[])),
    ];
    for (number, (dossier, expected)) in cases.iter().enumerate() {
        assert_eq!(did(&on("default", "2030-03-01", dossier)), *expected, "case {number}");
    }
}

#[test]
fn five_years_free_of_events_end_at_the_last_word_that_the_liver_is_free() {
    let decided = |clear: Option<&str>| {
        let dossier = with(scanned(&["2030-01-10"]), |it| it.liver_date = clear.map(date));
        on("default", "2030-03-01", &dossier).row
    };
    assert_eq!(decided(Some("2030-01-10")), "P1 after five years");
    assert_eq!(decided(Some("2030-02-10")), "P1 after five years");
    for clear in [Some("2029-12-10"), Some("2030"), None] {
        assert_eq!(decided(clear), "P1", "{clear:?}");
    }
}

#[test]
fn nccn_is_once_within_a_year_then_every_one_to_two_years_and_is_reviewed_after_ten() {
    let ct = Modality::Ct;
    let until = Some("2035-01-10");
    for (dossier, expected) in [
        (with_ratio(reference(), 0.5), row("P4", 12, "2026-01-10", ct, until, &[])),
        (with_ratio(reference(), 5.0), row("P4", 3, "2025-04-10", ct, until, &[])),
        (year_one(), row("P4", 15, "2027-04-10", ct, until, &[])),
        (with_ratio(year_one(), 0.5), row("P4", 24, "2028-01-10", ct, until, &[])),
        (with_ratio(year_one(), 3.0), row("P4", 12, "2027-01-10", ct, until, &[])),
        (
            graded(year_one(), Grade::G3),
            row("P3", 3, "2026-04-10", Modality::Mr, Some("2037-01-10"), &[BOTH_PETS]),
        ),
    ] {
        assert_eq!(did(&on("nccn", "2030-01-10", &dossier)), expected);
    }
    let done = on("nccn", "2035-03-01", &scanned(&["2034-12-20"]));
    assert_eq!((done.status(), due(&done).to_string().as_str()), (Status::NeedsReview, "2035-12-20"));
    assert!(
        done.review[0].starts_with("follow-up by row P4 is complete after 10 years"),
        "{:?}",
        done.review
    );
    let open = on("nccn", "2035-03-01", &scanned(&["2034-11-20"]));
    assert_eq!(open.review, Vec::<String>::new());
}

#[test]
fn norway_has_fixed_visits_and_ends_after_twelve_years() {
    let visits = [6, 12, 24, 36, 48, 60, 84, 108, 144];
    let zero = day(TIME_ZERO);
    let mut last: Option<String> = None;
    for months in visits {
        let dossier = last.as_ref().map_or_else(reference, |scan| scanned(&[scan]));
        let plan = on("norway", "2037-06-01", &dossier);
        let visit = dates::add_months(zero, months);
        assert_eq!((plan.row.as_str(), due(&plan)), ("P5", visit), "{}", plan.reason);
        assert_eq!(plan.row_visits_months, visits.map(u32::from));
        assert_eq!(plan.next_scan.as_ref().unwrap().modality(), Modality::Ct);
        // A scan in the window of a visit serves it; one before it does not.
        let early = dates::add_days(visit, -31).to_string();
        assert_eq!(due(&on("norway", "2037-06-01", &scanned(&[&early]))), visit);
        last = Some(dates::add_days(visit, -29).to_string());
    }
    let done = on("norway", "2037-06-01", &scanned(&[&last.unwrap()]));
    assert_eq!((done.status(), done.end_cause()), (Status::Ended, EndCause::FollowUpComplete));
    assert_eq!(
        done.reason,
        "Follow-up is complete: its last scan was done. Row P5 of policy norway ends after 12 years."
    );
    let young = with(reference(), |it| it.birth_date = Some(date("1990-01-01")));
    assert_eq!(on("norway", "2025-02-01", &young).next_scan.unwrap().modality(), Modality::Mr);
    let missed = on("norway", "2029-01-01", &scanned(&["2025-07-01"]));
    assert_eq!((missed.status(), due(&missed).to_string().as_str()), (Status::Overdue, "2026-01-10"));
}

/// 5-HIAA in urine of a day, where 50 is the upper limit.
fn hiaa(name: &str, day: &str, milli: u32) -> lacteal_clinical::Fact {
    let level = |milli| Level::from_thousandths(milli);
    let exactly = Bounded::exactly(level(milli));
    let marker = Marker::new(MarkerKind::UrineHiaa, exactly, "umol/(24.h)", Some(level(50_000)), "1695-6");
    fact(name, Some(day), day, lacteal_clinical::Finding::Marker(marker.unwrap()))
}

#[test]
fn symptoms_and_markers_are_told_at_once_and_reviewed_with_their_tests() {
    let level = |level: u32| hiaa("5-HIAA", "2026-02-01", level);
    let marker = |milli: u32| stating(year_one(), [level(milli)]);
    let rise = RisingMarker {
        kind: event::MarkerKind::ChromograninA.into(),
        text: "chromogranin A rose from 100 to 300 ug/L".to_owned(),
        at: Some(date("2026-02-01")),
        facts: Vec::new(),
    };
    for site in ["default", "nccn", "norway"] {
        for (seen, dossier) in [
            (
                "symptoms of carcinoid syndrome",
                with(year_one(), |it| it.set_carcinoid_syndrome(Presence::Present)),
            ),
            ("5-HIAA above its upper limit", marker(50_001)),
            ("chromogranin A risen on 2026-02-01", with(year_one(), |it| it.rising = vec![rise.clone()])),
        ] {
            let before = on(site, "2026-03-01", &year_one());
            let plan = on(site, "2026-03-01", &dossier);
            assert_eq!(plan.status(), Status::NeedsReview);
            assert_eq!(plan.extra_tests.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), HEART);
            assert!(plan.alerts[0].contains(seen) && !plan.alerts[0].contains("300"), "{:?}", plan.alerts);
            assert!(due(&plan) <= due(&before));
            let told = notices(Some(&before), &plan);
            let kinds: Vec<_> = told.iter().map(|it| it.kind()).collect();
            assert_eq!(kinds, [event::notice::Kind::Symptoms], "once, and not again as an item of review");
            assert_eq!(notices(Some(&plan), &plan), []);
        }
        // A level that was corrected under a number that was merged away counts no more, nor an earlier one.
        let retired =
            lacteal_clinical::Fact { patient: lacteal_clinical::PatientId([8; 16]), ..level(50_001) };
        let corrected = lacteal_clinical::Fact {
            version: lacteal_clinical::Version { reported_at: retired.version.reported_at + 1, tie: [0; 16] },
            ..level(40_000)
        };
        let earlier = hiaa("earlier", "2025-11-01", 90_000);
        let low = stating(year_one(), [retired, corrected, earlier]);
        for dossier in [marker(50_000), low] {
            assert_eq!(on(site, "2026-03-01", &dossier).alerts, Vec::<String>::new());
        }
    }
}

#[test]
fn every_row_of_every_policy_is_reached_by_some_patient() {
    let grades = [Grade::Unspecified, Grade::G1, Grade::G3];
    let scans: [&[&str]; 4] = [&[], &["2026-01-10"], &["2028-01-10"], &["2030-02-10"]];
    for site in ["default", "nccn", "norway"] {
        let mut unreached: Vec<String> = policies(site).site().rows().map(|it| it.name).collect();
        // P7 asks for no scan and never decides.
        unreached.retain(|it| it != "P7");
        for grade in grades {
            for category in ["N0", "N1", "N2"] {
                for scan in scans {
                    for (margin, liver) in [
                        (Margin::R0, LiverState::Free),
                        (Margin::R2, LiverState::Free),
                        (Margin::R0, LiverState::Indeterminate),
                    ] {
                        let dossier = with(graded(n(scanned(scan), category), grade), |it| {
                            it.set_margin(margin);
                            it.set_liver(liver);
                        });
                        let decided = on(site, "2030-03-01", &dossier).row;
                        unreached.retain(|it| *it != decided);
                    }
                }
            }
        }
        assert_eq!(unreached, Vec::<String>::new(), "{site}");
    }
}

#[test]
fn whom_a_row_covers_only_for_a_finding_is_in_review_as_not_covered() {
    let carcinoma = with(with_outcome(graded(year_one(), Grade::Nec), Outcome::NotCovered), |it| {
        it.set_liver(LiverState::Indeterminate);
        it.liver_date = Some(date("2026-01-10"));
    });
    let plan = on("default", "2026-03-01", &carcinoma);
    assert_eq!((plan.status(), plan.row.as_str()), (Status::NeedsReview, "P8"));
    assert_eq!(plan.review, ["no row of policy default covers this patient (NEC)"]);
}

#[test]
fn a_scan_that_does_not_count_is_named_with_the_reason() {
    let pet = with(year_one(), |it| it.studies.push(study("2026-05-01", Modality::Pet)));
    let reason = on("default", "2026-06-01", &pet).reason;
    let text = "The scan (PET) of 2026-05-01 does not count: its modality does not replace CT or MRI.";
    assert!(reason.contains(text), "{reason}");
    let chest = with(year_one(), |it| {
        it.studies.push(study("2026-05-01", Modality::Ct));
        it.studies[1].set_region(event::Region::Chest);
    });
    let reason = on("default", "2026-06-01", &chest).reason;
    assert!(
        reason.contains("(CT) of 2026-05-01 does not count: it does not show liver and abdomen."),
        "{reason}"
    );
    let imaging = event::Imaging { modality: Modality::Mr.into(), region: event::Region::Liver.into() };
    let fact = Fact {
        standing: Standing::Preliminary.into(),
        observed: Some(date("2026-05-01")),
        finding: Some(Finding { kind: Some(Kind::Imaging(imaging)) }),
        ..Fact::default()
    };
    let open = on("default", "2026-06-01", &Dossier { facts: vec![fact], ..year_one() });
    assert!(
        open.reason.contains("(MRI) of 2026-05-01 does not count: its report is not final."),
        "{}",
        open.reason
    );
    assert_eq!(due(&open), day("2027-01-10"), "the interval counts from the last scan that counts");
}

#[test]
fn a_plan_says_its_row_with_its_range_and_source_and_what_would_change_it() {
    let plan = on("default", "2026-03-01", &with_ratio(year_one(), 1.5));
    assert_eq!((plan.row.as_str(), plan.row_status.as_str()), ("P1", "published"));
    assert!(plan.row_source.contains("ESMO 2020"), "{}", plan.row_source);
    let range = plan.row_interval.unwrap();
    assert_eq!((range.shortest, range.longest), (6, 12));
    assert_eq!((plan.policy.as_str(), plan.policy_version.as_str()), ("default", "2.1.0"));
    assert!(plan.reason.ends_with("Row P1 of policy default."), "{}", plan.reason);
    let changes = plan.what_would_change.join("\n");
    for sentence in [
        "With an indeterminate liver finding: row P8 (within 3 months of the finding).",
        "With G3: row P3 (3 months).",
        "With N2: row P2 (6 months).",
        "At free of events for 5 years or more: row P1 after five years (12 to 24 months).",
        "A risk of liver metastasis that reaches 5 % earlier or later moves the scan within 6 to 12 months.",
        "A CT or MRI of liver and abdomen with a final report begins the next interval.",
    ] {
        assert!(changes.contains(sentence), "{sentence}\n{changes}");
    }
    assert!(plan.assumptions.contains(&"the accepted risk between two scans: assumption".to_owned()));
    assert!(!plan.assumptions.iter().any(|it| it.starts_with("the interval")), "it is published");
    let high = on("default", "2026-03-01", &n(year_one(), "N2"));
    assert!(high.assumptions.contains(&"the interval: assumption".to_owned()), "{:?}", high.assumptions);
}
