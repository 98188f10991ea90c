//! Laws of the work list, over tables that are built from any plans in any order.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up its world must fail loudly")]

use lacteal_clinical::identity::PatientId;
use lacteal_gateway::worklist::{Cursor, Day, Filter, Order, Query, Table, UNREADABLE};
use lacteal_wire::{api, event};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const ORDERS: [Order; 3] = [Order::Urgency, Order::Due, Order::Risk];

fn patient(number: u8) -> PatientId {
    let mut id = [number; 16];
    id[0] = number.wrapping_mul(167);
    PatientId(id)
}

fn date(day: u32) -> event::PartialDate {
    event::PartialDate { year: 2026 + day / 336, month: day / 28 % 12 + 1, day: day % 28 + 1 }
}

fn plan(number: u8, status: event::Status, due: Option<u32>, risk: Option<f64>) -> event::Plan {
    event::Plan {
        patient: patient(number).0.to_vec(),
        status: status.into(),
        reason: format!("The next CT is due in {} months.", due.unwrap_or(0)),
        next_scan: due.map(|due| event::Window {
            opens: Some(date(due.saturating_sub(28))),
            due: Some(date(due)),
            overdue_after: Some(date(due + 28)),
            interval_months: 9,
            modality: event::Modality::Mr.into(),
            interval_reason: "5 % at 9 months".to_owned(),
            modality_reason: format!("MRI spares radiation below {} years", 40 + number % 20),
        }),
        record_numbers: vec![event::RecordNumber { authority: "HOSP".into(), number: format!("00{number}") }],
        risk_5_years: risk,
        ..event::Plan::default()
    }
}

fn any_status() -> impl Strategy<Value = event::Status> {
    (1..=10).prop_map(|code| event::Status::try_from(code).unwrap())
}

fn any_plan() -> impl Strategy<Value = (u8, event::Plan)> {
    let risk = proptest::option::of((0..=20u8).prop_map(|twentieths| f64::from(twentieths) / 20.0));
    (0..40u8, any_status(), proptest::option::of(0..40u32), risk)
        .prop_map(|(number, status, due, risk)| (number, plan(number, status, due, risk)))
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let due = proptest::option::of((0..40u32).prop_map(|day| {
        let event::PartialDate { year, month, day } = date(day);
        Day::parse(&format!("{year:04}-{month:02}-{day:02}")).unwrap()
    }));
    (proptest::collection::vec(any_status(), 0..4), due)
        .prop_map(|(statuses, due)| Filter::new(&statuses, due))
}

fn table(plans: &[(u8, event::Plan)]) -> Table {
    let mut table = Table::default();
    for (revision, (number, plan)) in (1..).zip(plans) {
        table.put(patient(*number), revision, plan);
    }
    table
}

/// All pages, through tokens as a client would.
fn paged(table: &Table, filter: &Filter, order: Order, size: usize) -> Vec<api::WorklistEntry> {
    let query = Query::Worklist(*filter, order);
    let mut token = String::new();
    let mut entries = Vec::new();
    loop {
        let page = table.list(filter, order, size, Cursor::of_token(&token, &query).unwrap());
        assert!(page.entries.len() <= size);
        entries.extend(page.entries);
        let Some(next) = page.next else { return entries };
        token = next.token(&query);
    }
}

/// The order of the API, said again without packing: a smaller tuple comes first.
fn rank(entry: &api::WorklistEntry, order: Order) -> (u8, (u32, u32, u32), f64, PatientId) {
    let due = entry.next_scan.as_ref().and_then(|window| window.due.as_ref());
    let due = due.map_or((9999, 0, 0), |date| (date.year, date.month, date.day));
    let group = match entry.status() {
        event::Status::Overdue => 0,
        event::Status::NeedsReview => 1,
        event::Status::Due => 2,
        _ => 3,
    };
    let id = entry.patient_id.parse().unwrap();
    match order {
        Order::Urgency => (group, due, 0.0, id),
        Order::Due => (0, due, 0.0, id),
        Order::Risk => (0, (0, 0, 0), -entry.risk_5_years.unwrap_or(-1.0), id),
    }
}

proptest! {
    #[test]
    fn paging_gives_each_matching_entry_once_and_in_order(
        plans in proptest::collection::vec(any_plan(), 0..80), filter in any_filter(), size in 1..20usize,
    ) {
        let table = table(&plans);
        let mut last = BTreeMap::new();
        for (number, plan) in &plans {
            last.insert(*number, plan);
        }
        let everybody = table.patients(1000, None).entries;
        prop_assert_eq!(everybody.len(), last.len());
        for order in ORDERS {
            let entries = paged(&table, &filter, order, size);
            prop_assert!(entries.is_sorted_by(|a, b| rank(a, order) < rank(b, order)), "{:?}", order);
            let found: BTreeSet<_> = entries.iter().map(|entry| entry.patient_id.clone()).collect();
            let expected: BTreeSet<_> = last.keys()
                .filter(|number| table.get_matching(patient(**number), &filter).is_some())
                .map(|number| patient(*number).to_string())
                .collect();
            prop_assert_eq!(found, expected);
            prop_assert_eq!(entries.len(), table.total(&filter));
        }
    }

    #[test]
    fn a_filter_matches_what_it_says(
        plans in proptest::collection::vec(any_plan(), 0..60), statuses in proptest::collection::vec(any_status(), 0..4),
        day in 0..40u32,
    ) {
        let table = table(&plans);
        let last = date(day);
        let text = format!("{:04}-{:02}-{:02}", last.year, last.month, last.day);
        let filter = Filter::new(&statuses, Day::parse(&text));
        let wanted = |entry: &&api::WorklistEntry| {
            let has_status = if statuses.is_empty() {
                entry.status() != event::Status::Ended
            } else {
                statuses.contains(&entry.status())
            };
            let due = entry.next_scan.as_ref().and_then(|window| window.due);
            has_status && due.is_some_and(|due| (due.year, due.month, due.day) <= (last.year, last.month, last.day))
        };
        let everybody = table.patients(1000, None).entries;
        let expected: Vec<_> = everybody.iter().filter(wanted).map(|entry| &entry.patient_id).collect();
        let scanned = table.scan(&filter, 1000, None).entries;
        prop_assert_eq!(scanned.iter().map(|entry| &entry.patient_id).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_table_that_was_kept_up_equals_one_built_from_the_last_plans(
        plans in proptest::collection::vec(any_plan(), 0..80), filter in any_filter(),
    ) {
        let kept = table(&plans);
        let mut last = BTreeMap::new();
        for (revision, (number, plan)) in (1..).zip(&plans) {
            last.insert(*number, (revision, plan));
        }
        let mut built = Table::default();
        for (number, (revision, plan)) in last.iter().rev() {
            built.put(patient(*number), *revision, plan);
        }
        for order in ORDERS {
            prop_assert_eq!(kept.list(&filter, order, 1000, None).entries, built.list(&filter, order, 1000, None).entries);
        }
        prop_assert_eq!(kept.patients(1000, None).entries, built.patients(1000, None).entries);
    }

    #[test]
    fn plans_may_come_late_and_again(plans in proptest::collection::vec(any_plan(), 1..40), seed in any::<prop::sample::Index>()) {
        let in_order = table(&plans);
        let mut numbered: Vec<_> = (1..).zip(&plans).collect();
        numbered.rotate_left(seed.index(plans.len()));
        let mut mixed = Table::default();
        for (revision, (number, plan)) in numbered.iter().chain(&numbered) {
            mixed.put(patient(*number), *revision, plan);
        }
        prop_assert_eq!(in_order.patients(1000, None).entries, mixed.patients(1000, None).entries);
    }

    #[test]
    fn what_stays_put_is_given_once_while_others_come_and_go(
        plans in proptest::collection::vec(any_plan(), 1..60), moved in any_plan(), size in 1..10usize, order in 0..3usize,
    ) {
        let order = ORDERS[order];
        let mut table = table(&plans);
        let first = table.list(&Filter::ALL, order, size, None);
        table.put(patient(moved.0), 1000, &moved.1);
        let mut entries = first.entries;
        let mut place = first.next;
        while let Some(after) = place {
            let page = table.list(&Filter::ALL, order, size, Some(after));
            entries.extend(page.entries);
            place = page.next;
        }
        let stayed: BTreeSet<_> = plans.iter().map(|(number, _)| patient(*number)).filter(|id| *id != patient(moved.0)).collect();
        let ids = entries.iter().map(|entry| entry.patient_id.parse::<PatientId>().unwrap());
        let mut given: Vec<_> = ids.filter(|id| stayed.contains(id)).collect();
        given.sort_unstable();
        prop_assert_eq!(given, stayed.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn an_entry_shows_what_its_plan_says((number, plan) in any_plan()) {
        let table = table(&[(number, plan.clone())]);
        let expected = api::WorklistEntry {
            patient_id: patient(number).to_string(),
            record_numbers: plan.record_numbers,
            status: plan.status,
            reason: plan.reason,
            next_scan: plan.next_scan,
            risk_5_years: plan.risk_5_years,
            revision: 1,
        };
        prop_assert_eq!(table.get(patient(number)), Some(expected));
    }
}

#[test]
fn the_default_list_leaves_out_those_whose_surveillance_has_ended() {
    let table = table(&[
        (1, plan(1, event::Status::Ended, None, None)),
        (2, plan(2, event::Status::Due, Some(3), None)),
    ]);
    assert_eq!(table.total(&Filter::default()), 1);
    assert_eq!(table.total(&Filter::new(&[event::Status::Ended], None)), 1);
    assert_eq!(table.patients(10, None).entries.len(), 2);
}

#[test]
fn a_plan_that_cannot_be_shown_needs_review_and_keeps_the_record_numbers() {
    let good = plan(1, event::Status::UpToDate, Some(3), Some(0.2));
    let mut unknown_status = good.clone();
    unknown_status.status = 99;
    let mut unspecified = good.clone();
    unspecified.status = 0;
    let mut impossible_risk = good.clone();
    impossible_risk.risk_5_years = Some(f64::NAN);
    let mut impossible_date = good.clone();
    impossible_date.next_scan = Some(event::Window {
        due: Some(event::PartialDate { year: 2026, month: 13, day: 1 }),
        ..event::Window::default()
    });
    let mut of_another = good.clone();
    of_another.patient = patient(2).0.to_vec();
    for bad in [unknown_status, unspecified, impossible_risk, impossible_date, of_another] {
        let table = table(&[(1, good.clone()), (1, bad)]);
        let entry = table.get(patient(1)).unwrap();
        assert_eq!((entry.status(), entry.reason.as_str()), (event::Status::NeedsReview, UNREADABLE));
        assert_eq!(entry.record_numbers, good.record_numbers);
        assert_eq!((entry.revision, table.len()), (2, 1));
    }
}

#[test]
fn an_unreadable_plan_of_an_unknown_patient_shows_too() {
    let mut table = Table::default();
    let change = table.put_unreadable(patient(9), 5).unwrap();
    assert!(
        change.before.is_none() && Filter::new(&[event::Status::NeedsReview], None).matches(change.after)
    );
    assert_eq!(table.put_unreadable(patient(9), 5), None);
    assert_eq!(table.count(event::Status::NeedsReview), 1);
}
