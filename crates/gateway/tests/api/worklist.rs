//! Lists and watches follow the plans.

use crate::world::{DEADLINE, World, config, patient, schedule};
use lacteal_gateway::Config;
use lacteal_wire::api::watch_worklist_response::Event;
use lacteal_wire::api::worklist_service_client::WorklistServiceClient;
use lacteal_wire::api::{ListWorklistRequest, WatchWorklistRequest, WorklistFilter, WorklistOrder};
use lacteal_wire::{api, event, subject};
use tonic::transport::Channel;
use tonic::{Code, Streaming};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_types::StatusExt as _;

fn ids(entries: &[api::WorklistEntry]) -> Vec<String> {
    entries.iter().map(|entry| entry.patient_id.clone()).collect()
}

fn ids_of(numbers: &[u8]) -> Vec<String> {
    numbers.iter().map(|number| patient(*number).to_string()).collect()
}

async fn next(events: &mut Streaming<api::WatchWorklistResponse>) -> Event {
    let event = tokio::time::timeout(DEADLINE, events.message()).await.expect("an event in time");
    event.unwrap().expect("the watch goes on").event.unwrap()
}

#[tokio::test]
async fn plans_appear_in_the_orders_of_the_list() {
    let world = World::with(config()).await;
    world.put_plan(1, event::Status::UpToDate).await;
    world.put_plan(4, event::Status::Overdue).await;
    world.put_plan(3, event::Status::Due).await;
    world.put_plan(2, event::Status::NeedsReview).await;
    let revision = world.put_plan(5, event::Status::Ended).await;
    world.until_listed(5, revision).await;

    let mut client = world.worklist().await;
    for (order, expected) in [
        (WorklistOrder::Unspecified, [4, 2, 3, 1]),
        (WorklistOrder::Due, [1, 2, 3, 4]),
        (WorklistOrder::Risk, [4, 3, 2, 1]),
    ] {
        let request = ListWorklistRequest { order: order.into(), ..ListWorklistRequest::default() };
        let page = client.list_worklist(request).await.unwrap().into_inner();
        assert_eq!((ids(&page.entries), page.total), (ids_of(&expected), 4), "{order:?}");
    }
    let filter = WorklistFilter {
        statuses: vec![event::Status::Ended.into(), event::Status::Due.into()],
        due_on_or_before: "2026-05-04".to_owned(),
    };
    let request = ListWorklistRequest { filter: Some(filter), ..ListWorklistRequest::default() };
    let page = client.list_worklist(request).await.unwrap().into_inner();
    assert_eq!((ids(&page.entries), page.total), (ids_of(&[3]), 1));
    let entry = &page.entries[0];
    assert_eq!((entry.reason.as_str(), entry.record_numbers[0].number.as_str()), ("A reason of 3.", "3"));
    assert!(world.stop().await.failures.is_empty());
}

#[tokio::test]
async fn pages_follow_each_other_and_a_token_fits_its_own_list_only() {
    let world = World::with(config()).await;
    let mut revision = 0;
    for number in 1..=7 {
        revision = world.put_plan(number, event::Status::Due).await;
    }
    world.until_listed(7, revision).await;
    let mut client = world.worklist().await;
    let mut request = ListWorklistRequest { page_size: 3, ..ListWorklistRequest::default() };
    let mut sizes = Vec::new();
    let mut given = Vec::new();
    loop {
        let page = client.list_worklist(request.clone()).await.unwrap().into_inner();
        sizes.push(page.entries.len());
        given.extend(ids(&page.entries));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!((sizes, given), (vec![3, 3, 1], ids_of(&[1, 2, 3, 4, 5, 6, 7])));

    let wrong = |field: &'static str, request: ListWorklistRequest| {
        let mut client = client.clone();
        async move {
            let status = client.list_worklist(request).await.unwrap_err();
            assert_eq!(status.code(), Code::InvalidArgument);
            let details = status.get_error_details();
            assert_eq!(details.bad_request().unwrap().field_violations[0].field, field);
            assert!(!details.request_info().unwrap().request_id.is_empty());
        }
    };
    wrong("page_token", ListWorklistRequest { order: WorklistOrder::Risk.into(), ..request.clone() }).await;
    wrong("page_token", ListWorklistRequest { page_token: "x".into(), ..request.clone() }).await;
    wrong("page_size", ListWorklistRequest { page_size: -1, ..ListWorklistRequest::default() }).await;
    wrong("order", ListWorklistRequest { order: 9, ..ListWorklistRequest::default() }).await;
    let filter = |statuses, due: &str| {
        let filter = WorklistFilter { statuses, due_on_or_before: due.to_owned() };
        ListWorklistRequest { filter: Some(filter), ..ListWorklistRequest::default() }
    };
    wrong("filter.statuses[1]", filter(vec![1, 0], "")).await;
    wrong("filter.due_on_or_before", filter(vec![], "May 2026")).await;

    let mut patients = world.patients().await;
    let mut token = String::new();
    let mut given = Vec::new();
    loop {
        let request = api::ListPatientsRequest { page_size: 2, page_token: token };
        let page = patients.list_patients(request).await.unwrap().into_inner();
        given.extend(
            page.patients
                .iter()
                .map(|entry| entry.patient_id.parse::<lacteal_clinical::identity::PatientId>().unwrap()),
        );
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    let mut expected: Vec<_> = (1..=7).map(patient).collect();
    expected.sort_unstable();
    assert_eq!(given, expected);
}

#[tokio::test]
async fn a_watch_sends_what_matches_then_every_change() {
    let world = World::with(Config { watchers_max: 1, ..config() }).await;
    world.put_plan(1, event::Status::Due).await;
    let revision = world.put_plan(2, event::Status::UpToDate).await;
    world.until_listed(2, revision).await;

    let mut client = world.worklist().await;
    let filter = WorklistFilter { statuses: vec![event::Status::Due.into()], ..WorklistFilter::default() };
    let request = WatchWorklistRequest { filter: Some(filter) };
    let mut events = client.watch_worklist(request.clone()).await.unwrap().into_inner();
    assert!(
        matches!(next(&mut events).await, Event::Entry(entry) if entry.patient_id == patient(1).to_string())
    );
    assert_eq!(next(&mut events).await, Event::CaughtUp(true));

    world.put_plan(2, event::Status::Due).await;
    assert!(
        matches!(next(&mut events).await, Event::Entry(entry) if entry.patient_id == patient(2).to_string())
    );
    world.put_plan(1, event::Status::Ended).await;
    assert_eq!(next(&mut events).await, Event::Left(patient(1).to_string()));

    let status = client.watch_worklist(request.clone()).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert!(status.get_error_details().retry_info().is_some());
    drop(events);
    let again = async {
        while client.watch_worklist(request.clone()).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(DEADLINE, again).await.expect("an ended watch makes room");
}

#[tokio::test]
async fn a_watch_that_is_not_read_is_ended_and_holds_up_no_other() {
    let world = World::with(Config { watch_backlog_max: 10, ..config() }).await;
    let address = format!("http://{}", world.grpc);
    let narrow =
        Channel::from_shared(address).unwrap().initial_stream_window_size(100).connect().await.unwrap();
    let request = WatchWorklistRequest::default();
    let mut slow =
        WorklistServiceClient::new(narrow).watch_worklist(request.clone()).await.unwrap().into_inner();
    assert_eq!(next(&mut slow).await, Event::CaughtUp(true));
    let mut quick = world.worklist().await.watch_worklist(request).await.unwrap().into_inner();
    assert_eq!(next(&mut quick).await, Event::CaughtUp(true));
    for number in 1..=30 {
        world.put_plan(number, event::Status::Due).await;
        assert!(
            matches!(next(&mut quick).await, Event::Entry(entry) if entry.patient_id == patient(number).to_string())
        );
    }
    let mut given = 0;
    let status = loop {
        match slow.message().await {
            Ok(event) => given += u32::from(event.is_some()),
            Err(status) => break status,
        }
    };
    assert!(given < 30, "{given}");
    assert_eq!(status.code(), Code::Aborted);
    let details = status.get_error_details();
    assert!(details.retry_info().is_some());
    assert_eq!(details.error_info().unwrap().reason, "WATCH_TOO_SLOW");
}

#[tokio::test]
async fn the_first_list_that_is_shown_holds_every_plan_that_was_there() {
    let world = World::without_streams(config()).await;
    for number in 1..=100 {
        world.put_plan(number, event::Status::Due).await;
    }
    // The gateway begins to follow the plans once both streams are there.
    world.stream(crate::world::risk()).await;
    let mut client = world.worklist().await;
    let first = async {
        loop {
            match client.list_worklist(ListWorklistRequest::default()).await {
                Ok(page) => return page.into_inner().total,
                Err(status) => assert_eq!(status.code(), Code::Unavailable),
            }
        }
    };
    assert_eq!(tokio::time::timeout(DEADLINE, first).await.expect("a list"), 100);
}

#[tokio::test]
async fn a_watch_ends_at_the_deadline_of_its_caller() {
    let world = World::with(config()).await;
    let mut request = tonic::Request::new(WatchWorklistRequest::default());
    request.set_timeout(std::time::Duration::from_millis(300));
    let mut events = world.worklist().await.watch_worklist(request).await.unwrap().into_inner();
    assert_eq!(next(&mut events).await, Event::CaughtUp(true));
    let status = tokio::time::timeout(DEADLINE, events.message()).await.unwrap().unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn a_plan_that_cannot_be_read_shows_as_needs_review() {
    let world = World::with(config()).await;
    let revision = world.put(schedule(), subject::plan(patient(1)), b"\xff\xff".to_vec()).await;
    world.until_listed(1, revision.sequence()).await;
    let page =
        world.worklist().await.list_worklist(ListWorklistRequest::default()).await.unwrap().into_inner();
    assert_eq!(page.entries[0].status(), event::Status::NeedsReview);
}

#[tokio::test]
async fn the_list_is_not_shown_before_it_is_whole_nor_when_it_is_stale() {
    let mut world = World::without_streams(Config { stale_s_max: 1, ..config() }).await;
    let mut client = world.worklist().await;
    let unavailable = |status: tonic::Status| {
        assert_eq!(status.code(), Code::Unavailable);
        let details = status.get_error_details();
        assert!(details.retry_info().is_some());
        assert_eq!(details.error_info().unwrap().reason, "WORKLIST_NOT_READY");
    };
    for service in ["", "lacteal.v1.WorklistService", "lacteal.v1.PatientService", "lacteal.v1.IntakeService"]
    {
        world.until_health(service, ServingStatus::NotServing).await;
    }
    unavailable(client.list_worklist(ListWorklistRequest::default()).await.unwrap_err());
    unavailable(client.watch_worklist(WatchWorklistRequest::default()).await.unwrap_err());

    world.stream(crate::world::risk()).await;
    world.stream(schedule()).await;
    world.until_health("", ServingStatus::Serving).await;
    let revision = world.put_plan(1, event::Status::Due).await;
    world.until_listed(1, revision).await;
    let mut events = client.watch_worklist(WatchWorklistRequest::default()).await.unwrap().into_inner();
    assert!(matches!(next(&mut events).await, Event::Entry(_)));
    assert_eq!(next(&mut events).await, Event::CaughtUp(true));

    world.broker.kill().await.unwrap();
    world.until_health("lacteal.v1.IntakeService", ServingStatus::NotServing).await;
    world.until_health("lacteal.v1.WorklistService", ServingStatus::NotServing).await;
    unavailable(client.list_worklist(ListWorklistRequest::default()).await.unwrap_err());
    unavailable(events.message().await.unwrap_err());

    world.broker.restart().await.unwrap();
    world.until_health("", ServingStatus::Serving).await;
    let revision = world.put_plan(2, event::Status::Due).await;
    world.until_listed(2, revision).await;
    assert!(world.stop().await.failures.is_empty());
}
