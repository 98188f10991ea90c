//! Tests: what clinicians decide wins, is shown, and ceases by itself.

use lacteal_wire::event::decision::Kind as Decided;
use lacteal_wire::event::notice::Kind;
use lacteal_wire::event::{ClinicalDecision, Decision, FactRef, LiverState, Margin, Modality, Status};
use proptest::prelude::*;

use super::fixture::*;
use super::*;

fn decision(kind: Decided, decided: &str, until: Option<&str>) -> ClinicalDecision {
    let identity = lacteal_wire::encode(&Decision { kind: Some(kind.clone()), ..Decision::default() });
    ClinicalDecision {
        decision: Some(Decision {
            kind: Some(kind),
            author: "Dr Weser".to_owned(),
            reason: "holds the patient's own words".to_owned(),
            until: until.map(date),
        }),
        decided_at_s: noon(decided).as_second(),
        fact: Some(FactRef { patient: vec![7; 16], identity: identity.to_vec() }),
    }
}

fn decide(dossier: Dossier, kind: Decided, until: Option<&str>) -> Dossier {
    with(dossier, |it| it.decisions.push(decision(kind, "2026-02-01", until)))
}

/// Scanned by CT on 2026-01-10: by row P1 due on 2027-01-10.
fn year_one() -> Dossier {
    scanned(&["2026-01-10"])
}

fn metastatic(dossier: Dossier) -> Dossier {
    with(dossier, |it| {
        it.set_liver(LiverState::Metastatic);
        it.liver_date = Some(date("2026-03-05"));
    })
}

fn kinds(before: Option<&Plan>, after: &Plan) -> Vec<Kind> {
    notices(before, after).iter().map(|it| it.kind()).collect()
}

#[test]
fn an_interval_wins_and_says_whose_it_is_and_whether_it_lies_outside_the_row() {
    for (months, due_on, outside) in
        [(9, "2026-10-10", false), (3, "2026-04-10", true), (18, "2027-07-10", true)]
    {
        let plan =
            plan_on("2026-03-01", &decide(year_one(), Decided::IntervalMonths(months), Some("2028-01-01")));
        assert_eq!((due(&plan), plan.outside_row), (day(due_on), outside));
        let by = "decided by Dr Weser on 2026-02-01 until 2028-01-01";
        assert!(
            plan.reason.contains(&format!("{months} months after the scan of 2026-01-10: {by}")),
            "{}",
            plan.reason
        );
        assert_eq!(plan.reason.contains("outside the 6 to 12 months of row P1"), outside);
        let [shown] = plan.decisions.as_slice() else { panic!("one decision") };
        assert_eq!(
            (shown.what.as_str(), shown.author.as_str()),
            (format!("interval of {months} months").as_str(), "Dr Weser")
        );
        assert_eq!(shown.until, Some(date("2028-01-01")));
        assert_eq!(shown.effect.contains("outside"), outside);
        assert!(!plan.reason.contains("own words"), "a reason stays with its decision");
    }
    // A decision answers what a row leaves to a person, and nothing that is wrong with the data.
    let residual = with(year_one(), |it| it.set_margin(Margin::R2));
    let plan = plan_on("2026-02-02", &decide(residual, Decided::IntervalMonths(6), None));
    assert_eq!((plan.status(), plan.row.as_str()), (Status::UpToDate, "P6"));
    let unread = with(year_one(), |it| it.review = vec![item("Ki-67 could not be read")]);
    let plan = plan_on("2026-03-01", &decide(unread, Decided::IntervalMonths(12), None));
    assert_eq!((plan.status(), due(&plan)), (Status::NeedsReview, day("2027-01-10")));
}

#[test]
fn an_indeterminate_finding_after_a_decided_interval_goes_to_a_person() {
    let lesion = |seen: &str| {
        with(decide(year_one(), Decided::IntervalMonths(12), None), |it| {
            it.set_liver(LiverState::Indeterminate);
            it.liver_date = Some(date(seen));
        })
    };
    let known = plan_on("2026-03-01", &lesion("2026-01-10"));
    assert_eq!((known.status(), due(&known)), (Status::UpToDate, day("2027-01-10")));
    let new = plan_on("2026-03-01", &lesion("2026-02-20"));
    assert_eq!(new.status(), Status::NeedsReview);
    assert_eq!(new.review, ["an indeterminate liver finding came after the interval was decided"]);
}

#[test]
fn a_decided_modality_wins_with_its_reason() {
    let young = with(year_one(), |it| it.birth_date = Some(date("1990-01-01")));
    let window = |dossier: &Dossier| plan_on("2026-03-01", dossier).next_scan.unwrap();
    assert_eq!(window(&young).modality_reason, "MRI spares radiation below 50 years");
    let decided = window(&decide(young, Decided::Modality(Modality::Ct.into()), None));
    assert_eq!(decided.modality(), Modality::Ct);
    assert_eq!(decided.modality_reason, "decided by Dr Weser on 2026-02-01");
}

#[test]
fn a_hold_pauses_until_its_day_and_then_the_plan_returns_by_itself() {
    let held = decide(year_one(), Decided::Hold(true), Some("2027-03-31"));
    let before = plan_on("2026-01-31", &year_one());
    let plan = plan_on("2026-02-01", &held);
    assert_eq!(plan.status(), Status::Paused);
    assert_eq!(
        plan.reason,
        "Surveillance is paused until 2027-03-31: decided by Dr Weser on 2026-02-01 until 2027-03-31."
    );
    assert_eq!(kinds(Some(&before), &plan), [Kind::Decision]);
    assert_eq!(Timestamp::from_second(plan.wake_at_s).unwrap(), dates::start_of(day("2027-04-01"), &zone()));
    assert!(
        plan.what_would_change.last().unwrap().contains("From 2027-04-01"),
        "{:?}",
        plan.what_would_change
    );
    assert_eq!(advance(&plan, noon("2027-03-31"), &zone()), plan, "the last day still counts");
    let back = advance(&plan, Timestamp::from_second(plan.wake_at_s).unwrap(), &zone());
    assert_eq!((back.status(), &back.patient), (Status::Overdue, &plan.patient));
    assert_eq!(kinds(Some(&plan), &back), [Kind::Decision, Kind::ScanOverdue]);
}

#[test]
fn decline_discharge_and_transfer_end_surveillance_each_with_its_cause() {
    for (kind, cause, sentence) in [
        (Decided::Decline(true), EndCause::Declined, "The patient declined surveillance."),
        (Decided::Discharge(true), EndCause::Discharged, "The patient was discharged from surveillance."),
        (Decided::Transfer(true), EndCause::Transferred, "The patient is followed elsewhere."),
    ] {
        let before = plan_on("2026-01-31", &year_one());
        let plan = plan_on("2026-02-01", &decide(year_one(), kind.clone(), None));
        assert_eq!((plan.status(), plan.end_cause()), (Status::Ended, cause));
        assert_eq!(plan.reason, format!("{sentence} It was decided by Dr Weser on 2026-02-01."));
        assert_eq!(plan.wake_at_s, 0);
        assert_eq!(kinds(Some(&before), &plan), [Kind::SurveillanceEnded]);
        let resumed = plan_on("2026-02-02", &year_one());
        assert_eq!(kinds(Some(&plan), &resumed), [Kind::SurveillanceResumed, Kind::Decision]);
        let for_a_time = plan_on("2026-02-01", &decide(year_one(), kind, Some("2026-06-30")));
        let back = advance(&for_a_time, noon("2026-07-01"), &zone());
        assert_eq!(back.status(), Status::UpToDate);
    }
}

#[test]
fn liver_metastasis_is_told_whatever_was_decided_and_ends_surveillance_unless_a_clinician_goes_on_after_it() {
    for (kind, status) in [
        (Decided::Hold(true), Status::Paused),
        (Decided::Decline(true), Status::Ended),
        (Decided::IntervalMonths(6), Status::Ended),
        (Decided::Resume(true), Status::Ended),
        (Decided::Treated(true), Status::Ended),
    ] {
        let until = matches!(kind, Decided::Hold(_)).then_some("2026-12-31");
        let decided = decide(year_one(), kind, until);
        let (before, after) = (plan_on("2026-03-01", &decided), plan_on("2026-03-10", &metastatic(decided)));
        assert_eq!((after.status(), after.liver_metastasis), (status, true));
        let told = notices(Some(&before), &after);
        assert_eq!(told[0].kind(), Kind::LiverMetastasis);
        assert!(told[0].text.contains("Liver metastasis is known"), "{}", told[0].text);
        assert_eq!(told.iter().filter(|it| it.kind() == Kind::LiverMetastasis).count(), 1);
    }
    let ended = plan_on("2026-03-10", &metastatic(year_one()));
    for kind in [Decided::Resume(true), Decided::IntervalMonths(3)] {
        let on_after =
            with(metastatic(year_one()), |it| it.decisions = vec![decision(kind, "2026-03-06", None)]);
        let plan = plan_on("2026-03-10", &on_after);
        assert_eq!((plan.row.as_str(), due(&plan)), ("P6", day("2026-04-10")));
        assert!(!kinds(Some(&ended), &plan).contains(&Kind::LiverMetastasis), "it was told");
        assert!(kinds(Some(&ended), &plan).contains(&Kind::SurveillanceResumed));
    }
}

#[test]
fn a_clinician_goes_on_after_a_metastasis_without_a_date_from_the_day_on_which_it_was_told() {
    use lacteal_clinical::{Finding, finding::Presence};
    let told = |day| fact("liver", None, day, Finding::LiverMetastasis(Presence::Present));
    // A message that says it again later tells nothing new.
    let undated = stating(year_one(), [told("2026-03-05"), told("2026-03-09")]);
    for (decided, status) in [("2026-03-04", Status::Ended), ("2026-03-06", Status::NeedsReview)] {
        let dossier = with(undated.clone(), |it| {
            it.set_liver(LiverState::Metastatic);
            it.liver_date = None;
            it.decisions = vec![decision(Decided::Resume(true), decided, None)];
        });
        assert_eq!(plan_on("2026-03-10", &dossier).status(), status, "{decided}");
    }
}

#[test]
fn a_clinician_may_choose_any_policy_that_is_known_and_another_name_goes_to_a_person() {
    let plan = plan_on("2026-03-01", &decide(year_one(), Decided::Policy("norway".to_owned()), None));
    assert_eq!((plan.policy.as_str(), plan.row.as_str()), ("norway", "P5"));
    assert_eq!(plan.decisions[0].effect, "this policy is used instead of the site's");
    let unknown = plan_on("2026-03-01", &decide(year_one(), Decided::Policy("utopia".to_owned()), None));
    assert_eq!((unknown.policy.as_str(), unknown.status()), ("default", Status::NeedsReview));
    assert_eq!(
        unknown.review,
        [
            "no policy of the name that was decided by Dr Weser on 2026-02-01 is known here: policy default is used"
        ]
    );
    let before = plan_on("2026-03-01", &year_one());
    assert_eq!(kinds(Some(&before), &plan), [Kind::Decision], "told once");
    assert_eq!(kinds(Some(&plan), &plan), []);
}

#[test]
fn a_judgement_of_a_finding_is_shown_and_told_to_nobody() {
    let judged = lacteal_wire::event::JudgedFact::default();
    let plan = plan_on("2026-03-01", &decide(year_one(), Decided::Confirm(judged), None));
    assert_eq!(plan.decisions[0].effect, "the finding counts as stated for certain");
    assert_eq!(kinds(Some(&plan_on("2026-03-01", &year_one())), &plan), []);
}

/// Decisions of any kinds, one a slot, some with a last day.
fn decisions() -> impl Strategy<Value = Vec<ClinicalDecision>> {
    let course = prop_oneof![
        3 => Just(Decided::Hold(true)),
        1 => Just(Decided::Decline(true)),
        1 => Just(Decided::Discharge(true)),
        1 => Just(Decided::Transfer(true)),
        1 => Just(Decided::Resume(true))
    ];
    let policy = prop_oneof![Just("norway"), Just("nccn"), Just("utopia")];
    let slots = (
        prop::option::of((1u32..24).prop_map(Decided::IntervalMonths)),
        prop::option::of(
            prop_oneof![Just(Modality::Ct), Just(Modality::Mr)].prop_map(|it| Decided::Modality(it.into())),
        ),
        prop::option::of(course),
        prop::option::of(policy.prop_map(|it| Decided::Policy(it.to_owned()))),
    );
    let days = prop::collection::vec((0i64..200, prop::option::of(0i64..900)), 4);
    (slots, days).prop_map(|((interval, modality, course, policy), days)| {
        let after = |days: i64| day("2025-12-01").saturating_add(jiff::Span::new().days(days)).to_string();
        let kinds = [interval, modality, course, policy].into_iter().zip(days);
        kinds
            .filter_map(|(kind, (decided, until))| {
                let kind = kind?;
                let until = match kind {
                    Decided::Hold(_) => Some(until.unwrap_or(90)),
                    _ => until,
                };
                Some(decision(kind, &after(decided), until.map(|it| after(decided + it)).as_deref()))
            })
            .collect()
    })
}

fn patients() -> impl Strategy<Value = Dossier> {
    let liver = prop_oneof![4 => Just(LiverState::Free), 1 => Just(LiverState::Indeterminate), 1 => Just(LiverState::Metastatic)];
    (liver, prop::bool::ANY, 0.5f64..5.0, decisions()).prop_map(|(liver, scanned, ratio, decisions)| {
        let bare = if scanned { year_one() } else { reference() };
        with(with_ratio(bare, ratio), |it| {
            it.set_liver(liver);
            it.liver_date = Some(date("2026-02-15"));
            it.decisions = decisions;
        })
    })
}

/// Any instant from after all scans to after all decisions.
fn instants() -> impl Strategy<Value = Timestamp> {
    (1_771_200_000i64..1_900_000_000).prop_map(|it| Timestamp::from_second(it).unwrap())
}

fn at(now: Timestamp, dossier: &Dossier) -> Plan {
    plan(dossier, 1, None, policies("default"), now, &zone()).unwrap()
}

proptest! {
    #[test]
    fn when_a_decision_expires_the_plan_is_the_one_that_is_made_on_that_day_without_it(
        dossier in patients(),
        mut steps in prop::collection::vec(instants(), 2..6),
    ) {
        steps.sort();
        let first = at(steps[0], &dossier);
        let last = *steps.last().unwrap();
        let stepped = steps.iter().fold(first.clone(), |it, now| advance(&it, *now, &zone()));
        prop_assert!(same(&stepped, &advance(&first, last, &zone())));
        prop_assert!(same(&stepped, &at(last, &dossier)), "{:#?}\n{:#?}", stepped, at(last, &dossier));
        let today = dates::day_of(last, &zone());
        let without = with(dossier, |it| it.decisions.retain(|it| {
            dates::first_day(it.decision.as_ref().unwrap().until.as_ref()).is_none_or(|until| until >= today)
        }));
        prop_assert!(same(&stepped, &at(last, &without)));
    }

    #[test]
    fn the_order_in_which_decisions_are_listed_does_not_matter(dossier in patients(), now in instants()) {
        let turned = with(dossier.clone(), |it| it.decisions.reverse());
        prop_assert_eq!(lacteal_wire::encode(&at(now, &dossier)), lacteal_wire::encode(&at(now, &turned)));
        prop_assert_eq!(lacteal_wire::encode(&at(now, &dossier)), lacteal_wire::encode(&at(now, &dossier)));
    }

    #[test]
    fn a_wake_up_comes_when_a_decision_expires_and_tells_each_change_once(dossier in patients(), now in instants()) {
        let mut plan = at(now, &dossier);
        for _ in 0..20 {
            if plan.wake_at_s == 0 {
                prop_assert_eq!(&plan.later, &None);
                return Ok(());
            }
            let wake = Timestamp::from_second(plan.wake_at_s).unwrap();
            let just_before = wake.checked_sub(jiff::Span::new().nanoseconds(1)).unwrap();
            prop_assert_eq!(&advance(&plan, just_before, &zone()), &plan);
            let next = advance(&plan, wake, &zone());
            prop_assert!(next.wake_at_s == 0 || next.wake_at_s > plan.wake_at_s);
            prop_assert_eq!(notices(Some(&next), &next), vec![]);
            plan = next;
        }
        prop_assert!(false, "it wakes for ever");
    }

    #[test]
    fn no_interval_lies_beyond_the_row_without_a_decision(dossier in patients(), now in instants()) {
        let plan = at(now, &dossier);
        let is_decided = plan.decisions.iter().any(|it| it.what.starts_with("interval"));
        let Some(range) = plan.row_interval.filter(|_| !is_decided) else { return Ok(()) };
        prop_assert!(!plan.outside_row);
        prop_assert!(plan.next_scan.is_none_or(|it| it.interval_months <= range.longest));
    }
}
