//! Tests: what holds for every patient, policy date and instant.

use jiff::{Span, Timestamp};
use lacteal_wire::event::{
    AppointmentState, Death, Dossier, LiverState, Modality, OrderState, Plan, Region, Scope, Status,
};
use proptest::prelude::*;

use super::fixture::*;
use super::*;

/// Any dossier that scheduling may meet, in scope more often than not.
fn dossiers() -> impl Strategy<Value = Dossier> {
    let when = || {
        (2024i16..2027, 1i8..13, 1i8..29, 0..3).prop_map(|(year, month, day, parts)| match parts {
            0 => format!("{year}"),
            1 => format!("{year}-{month:02}"),
            _ => format!("{year}-{month:02}-{day:02}"),
        })
    };
    let scope = prop_oneof![6 => Just(Scope::In), 1 => Just(Scope::Out), 1 => Just(Scope::Undecided), 1 => Just(Scope::NoTumour)];
    let liver = prop_oneof![
        4 => Just(LiverState::Free),
        2 => Just(LiverState::Unknown),
        2 => Just(LiverState::Indeterminate),
        1 => Just(LiverState::Metastatic)
    ];
    let modality = prop_oneof![Just(Modality::Ct), Just(Modality::Mr), Just(Modality::Pet)];
    let studies = prop::collection::vec((when(), modality), 0..4);
    let to_come = (
        prop::collection::vec((when(), kinds(), order_states()), 0..3),
        prop::collection::vec((when(), kinds(), appointment_states()), 0..4),
    );
    let ratio = prop_oneof![6 => (0.5f64..5.0).prop_map(Some), 1 => Just(None)];
    let rest =
        (prop::option::weighted(0.8, when()), prop::option::weighted(0.2, Just("Ki-67 could not be read")));
    let facts = (scope, liver, when(), studies, ratio, rest, prop::bool::weighted(0.1), to_come);
    facts.prop_map(
        |(scope, liver, seen, studies, ratio, (time_zero, unread), dead, (orders, appointments))| {
            let mut dossier = with(reference(), |it| {
                it.set_scope(scope);
                it.set_liver(liver);
                it.liver_date = Some(date(&seen));
                it.studies = studies.iter().map(|(when, modality)| study(when, *modality)).collect();
                it.orders = orders.iter().map(|(when, (m, r), state)| order(when, *m, *r, *state)).collect();
                it.appointments = appointments
                    .iter()
                    .map(|(when, (m, r), state)| appointment(when, *m, *r, *state))
                    .collect();
                it.time_zero = time_zero.as_deref().map(date);
                it.review = unread.map(item).into_iter().collect();
                it.death = dead.then(Death::default);
            });
            dossier.assessment = ratio.map(assessment);
            dossier
        },
    )
}

/// What is ordered or booked: scans that would count more often than others.
fn kinds() -> impl Strategy<Value = (Modality, Region)> {
    let modality = prop_oneof![3 => Just(Modality::Ct), 2 => Just(Modality::Unspecified), 1 => Just(Modality::Ultrasound)];
    let region = prop_oneof![3 => Just(Region::Liver), 2 => Just(Region::Other), 1 => Just(Region::Chest)];
    (modality, region)
}

fn order_states() -> impl Strategy<Value = OrderState> {
    prop_oneof![3 => Just(OrderState::Placed), 1 => Just(OrderState::Cancelled), 1 => Just(OrderState::Completed)]
}

fn appointment_states() -> impl Strategy<Value = AppointmentState> {
    prop_oneof![
        4 => Just(AppointmentState::Booked),
        1 => Just(AppointmentState::Cancelled),
        1 => Just(AppointmentState::NoShow),
        1 => Just(AppointmentState::Fulfilled)
    ]
}

/// Any instant from before the dates above to long after them.
fn instants() -> impl Strategy<Value = Timestamp> {
    (1_700_000_000_000i64..1_900_000_000_000).prop_map(|it| Timestamp::from_millisecond(it).unwrap())
}

/// Instants after all dates above, when none of them lies in the future.
fn later_instants() -> impl Strategy<Value = Timestamp> {
    (1_798_800_000_000i64..1_900_000_000_000).prop_map(|it| Timestamp::from_millisecond(it).unwrap())
}

fn plan_at(now: Timestamp, dossier: &Dossier) -> Option<Plan> {
    plan(dossier, 1, None, policies("default"), now, &zone())
}

proptest! {
    #[test]
    fn every_plan_has_one_status_and_a_reason(dossier in dossiers(), now in instants()) {
        let Some(plan) = plan_at(now, &dossier) else {
            prop_assert_eq!(dossier.summary.unwrap().scope(), Scope::NoTumour);
            return Ok(());
        };
        prop_assert!(plan.reason.len() > 10);
        prop_assert!(matches!(
            plan.status(),
            Status::NotEnoughKnown
                | Status::UpToDate
                | Status::Due
                | Status::Ordered
                | Status::Booked
                | Status::DoneUnreported
                | Status::Overdue
                | Status::Ended
                | Status::NeedsReview
        ));
        prop_assert_eq!(plan.status() == Status::NeedsReview, !plan.review.is_empty() && plan.status() != Status::Ended);
        let timed = !matches!(plan.status(), Status::NotEnoughKnown | Status::Ended | Status::NeedsReview);
        prop_assert!(plan.next_scan.is_some() || !timed);
        prop_assert_eq!(plan_at(now, &dossier), Some(plan));
    }

    #[test]
    fn a_wake_up_lies_ahead_and_changes_the_plan(dossier in dossiers(), now in instants()) {
        let Some(plan) = plan_at(now, &dossier) else { return Ok(()) };
        if plan.wake_at_s == 0 {
            let end = Timestamp::from_second(4_000_000_000).unwrap();
            prop_assert_eq!(advance(&plan, end, &zone()), plan, "nothing changes for ever");
            return Ok(());
        }
        let wake = Timestamp::from_second(plan.wake_at_s).unwrap();
        prop_assert!(wake > now);
        let just_before = wake.checked_sub(Span::new().nanoseconds(1)).unwrap();
        prop_assert_eq!(&advance(&plan, just_before, &zone()), &plan, "an early wake-up changes nothing");
        let awake = advance(&plan, wake, &zone());
        prop_assert_eq!(awake.status() == Status::NeedsReview, plan.status() == Status::NeedsReview);
        prop_assert_ne!(&awake.reason, &plan.reason);
        let told = notices(Some(&plan), &awake);
        prop_assert!(told.len() <= 1, "due or overdue, also in review");
        if !matches!(awake.status(), Status::Ordered | Status::Booked | Status::DoneUnreported)
            && !matches!(plan.status(), Status::Booked)
            && awake.window_phase() != plan.window_phase()
        {
            prop_assert_eq!(told.len(), 1, "nobody has the scan in hand");
        }
        prop_assert_eq!(advance(&awake, wake, &zone()), awake, "a wake-up that comes twice changes nothing");
    }

    #[test]
    fn stepping_through_time_is_jumping_over_it_and_planning_anew(
        dossier in dossiers(),
        mut steps in prop::collection::vec(later_instants(), 1..6),
    ) {
        steps.sort();
        let Some(first) = plan_at(steps[0], &dossier) else { return Ok(()) };
        let last = *steps.last().unwrap();
        let stepped = steps.iter().fold(first.clone(), |it, now| advance(&it, *now, &zone()));
        prop_assert!(same(&stepped, &advance(&first, last, &zone())));
        prop_assert!(same(&stepped, &plan_at(last, &dossier).unwrap()));
    }

    #[test]
    fn orders_and_appointments_hide_an_overdue_scan_no_longer_than_stated(dossier in dossiers(), now in instants()) {
        let bare = with(dossier.clone(), |it| {
            it.orders.clear();
            it.appointments.clear();
        });
        let (Some(arranged), Some(bare)) = (plan_at(now, &dossier), plan_at(now, &bare)) else { return Ok(()) };
        prop_assert_eq!(&arranged.next_scan, &bare.next_scan, "the window stays");
        prop_assert_eq!(arranged.window_phase(), bare.window_phase());
        let today = dates::day_of(now, &zone());
        let days = |state: fn(AppointmentState) -> bool| -> Vec<jiff::civil::Date> {
            let appointments = dossier.summary.as_ref().unwrap().appointments.iter();
            let kept = appointments.filter(|it| state(it.state()));
            kept.filter_map(|it| dates::first_day(it.day.as_ref())).collect()
        };
        let booked = |it| it == AppointmentState::Booked;
        let kept = |it| matches!(it, AppointmentState::Booked | AppointmentState::Fulfilled);
        match arranged.status() {
            Status::Ordered => prop_assert!(matches!(bare.status(), Status::UpToDate | Status::Due)),
            Status::Booked => prop_assert!(days(booked).iter().any(|day| *day >= today)),
            Status::DoneUnreported => {
                let first = dates::add_days(today, -14);
                prop_assert!(days(kept).iter().any(|day| (first..=today).contains(day)));
            }
            status => prop_assert_eq!(status, bare.status()),
        }
    }

    #[test]
    fn what_was_cancelled_or_missed_plans_as_if_it_had_never_been_booked(dossier in dossiers(), now in instants()) {
        let all = with(dossier.clone(), |it| {
            it.appointments.iter_mut().for_each(|it| it.set_state(AppointmentState::NoShow));
            it.orders.iter_mut().for_each(|it| it.set_state(OrderState::Cancelled));
        });
        let none = with(dossier, |it| {
            it.orders.clear();
            it.appointments.clear();
        });
        prop_assert_eq!(plan_at(now, &all), plan_at(now, &none));
    }

    #[test]
    fn a_stale_wake_up_changes_nothing(dossier in dossiers(), now in instants(), earlier in 1i64..10_000_000) {
        let Some(plan) = plan_at(now, &dossier) else { return Ok(()) };
        let stale = now.checked_sub(Span::new().seconds(earlier)).unwrap();
        prop_assert_eq!(advance(&plan, stale, &zone()), plan);
    }

    #[test]
    fn an_unchanged_state_tells_nobody_again(dossier in dossiers(), now in instants(), pause in 0i64..40_000_000) {
        let Some(plan) = plan_at(now, &dossier) else { return Ok(()) };
        prop_assert_eq!(notices(Some(&plan), &plan), vec![]);
        let later = plan_at(now.checked_add(Span::new().seconds(pause)).unwrap(), &dossier);
        if let Some(later) = later.filter(|it| same(&plan, it)) {
            prop_assert_eq!(notices(Some(&plan), &later), vec![]);
        }
    }

    #[test]
    fn the_model_never_lengthens_beyond_the_row_nor_shortens_below_it(dossier in dossiers(), now in instants()) {
        let Some(plan) = plan_at(now, &dossier) else { return Ok(()) };
        let Some(window) = &plan.next_scan else { return Ok(()) };
        let basis = plan.basis.as_ref().unwrap();
        prop_assert!((3..=12).contains(&window.interval_months));
        if !basis.anchor_is_study {
            prop_assert!(window.interval_months <= 6);
        }
        if plan.status() == Status::NeedsReview {
            prop_assert!(window.interval_months <= 6, "a patient in review has the shortest interval");
        }
        let [opens, due, over] = [&window.opens, &window.due, &window.overdue_after].map(|it| dates::first_day(it.as_ref()).unwrap());
        prop_assert!(opens < due && due <= over);
        let anchor = dates::first_day(basis.anchor.as_ref()).unwrap();
        prop_assert_eq!(due, dates::add_months(anchor, window.interval_months as u16));
        prop_assert!(opens >= anchor);
    }

    #[test]
    fn a_later_anchor_never_makes_the_next_scan_earlier(ratio in 0.5f64..5.0, day in 0i64..2000, later in 1i64..400) {
        let zero = day_after(0);
        let scan = |days: i64| with_ratio(scanned(&[&day_after(days)]), ratio);
        let (one, other) = (plan_on(&day_after(2500), &scan(day)), plan_on(&day_after(2500), &scan(day + later)));
        prop_assert!(due(&one) <= due(&other), "{} and {}", due(&one), due(&other));
        prop_assert!(due(&one) > zero.parse().unwrap());
    }

    #[test]
    fn a_higher_hazard_never_makes_the_next_scan_later(ratio in 0.5f64..5.0, more in 1.0f64..3.0, day in 0i64..2000) {
        let plan = |ratio| plan_on(&day_after(2500), &with_ratio(scanned(&[&day_after(day)]), ratio));
        prop_assert!(due(&plan(ratio * more)) <= due(&plan(ratio)));
    }

    #[test]
    fn a_less_exact_date_never_makes_the_next_scan_later(ratio in 0.5f64..5.0, day in 1i64..2000, of_zero: bool) {
        let text = day_after(day);
        let exact = with_ratio(scanned(&[&text]), ratio);
        for cut in [4, 7] {
            let vague = if of_zero {
                with(exact.clone(), |it| it.time_zero = Some(date(&TIME_ZERO[..cut])))
            } else {
                with_ratio(scanned(&[&text[..cut]]), ratio)
            };
            let (vague, sharp) = (plan_on(&day_after(2500), &vague), plan_on(&day_after(2500), &exact));
            prop_assert!(due(&vague) <= due(&sharp), "{} and {}", vague.reason, sharp.reason);
        }
    }
}

/// The day so many days after [`TIME_ZERO`].
fn day_after(days: i64) -> String {
    day(TIME_ZERO).saturating_add(Span::new().days(days)).to_string()
}
