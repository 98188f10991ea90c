//! What becomes of refused messages, asked over NATS as the gateway asks.

use std::time::Duration;

use lacteal_intake::SourceConfig;
use lacteal_wire::api::{self, Answer, Failure, QuarantineState, answer, failure::Kind, replay::Outcome};
use lacteal_wire::{decode, encode, event, subject};

use crate::world::{World, admission, msh, patient, pid, report, until};

const WAIT: Duration = Duration::from_secs(10);

/// Asks intake something.
pub(crate) async fn ask<Q, A>(world: &World, subject: &'static str, request: Q) -> Result<A, Failure>
where
    Q: prost::Message,
    A: prost::Message + Default,
{
    until("intake answers", || async {
        // What cannot be read is answered without doing anything.
        world.ledger.request(subject, bytes::Bytes::from_static(b"\xFF"), WAIT).await.is_ok()
    })
    .await;
    let answer = world.ledger.request(subject, encode(&request), WAIT).await.expect("an answer");
    let answer: Answer = decode(&answer, "answer").expect("an answer");
    match answer.outcome.expect("an outcome") {
        answer::Outcome::Response(response) => Ok(A::decode(response.as_slice()).expect("the response")),
        answer::Outcome::Failure(failure) => Err(failure),
    }
}

async fn list(world: &World, filter: api::QuarantineFilter) -> Vec<api::QuarantineEntry> {
    let mut all = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = api::ListQuarantinedRequest { filter: Some(filter.clone()), page_size: 7, page_token };
        let page: api::ListQuarantinedResponse =
            ask(world, subject::QUARANTINE_LIST, request).await.expect("a page");
        assert!(page.entries.len() <= 7);
        all.extend(page.entries);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return all;
        }
    }
}

async fn everything(world: &World) -> Vec<api::QuarantineEntry> {
    list(world, api::QuarantineFilter::default()).await
}

async fn replay(world: &World, ids: &[&str]) -> Vec<api::Replay> {
    let request = api::ReplayQuarantinedRequest {
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        author: "Iris".to_owned(),
        ..api::ReplayQuarantinedRequest::default()
    };
    let answer: api::ReplayQuarantinedResponse =
        ask(world, subject::QUARANTINE_REPLAY, request).await.expect("an answer");
    answer.replays
}

async fn discard(world: &World, id: &str, reason: &str) -> Result<api::QuarantineEntry, Failure> {
    let (id, reason, author) = (id.to_owned(), reason.to_owned(), "Otto".to_owned());
    let request = api::DiscardQuarantinedRequest { id, reason, author };
    let answer: api::DiscardQuarantinedResponse = ask(world, subject::QUARANTINE_DISCARD, request).await?;
    Ok(answer.entry.expect("an entry"))
}

/// A report whose number has no authority: refused until its source stands in with one.
fn unnamed(id: &str, number: &str, ki67: u32) -> String {
    report(id, number, ki67).replace("^^^NORTH^MR", "^^^^MR")
}

fn outcomes(replays: &[api::Replay]) -> Vec<Outcome> {
    replays.iter().map(api::Replay::outcome).collect()
}

#[tokio::test]
async fn refused_messages_are_listed_in_their_order_by_filter_and_page() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    for number in 0..40 {
        assert_eq!(sender.exchange(&unnamed(&format!("M{number}"), "1", 5)).await, "AR 101");
    }
    // One that names its patient, refused for its missing trigger.
    let untold = [msh("ORU", "N1"), pid("7")].join("\r");
    assert_eq!(sender.exchange(&untold).await, "AR 101");
    let all = everything(&world).await;
    assert_eq!(all.len(), 41);
    assert!(all.iter().all(|entry| entry.state() == QuarantineState::Open && entry.source == "default"));
    assert!(all.is_sorted_by_key(|entry| entry.received_at_s));
    let (first, last) = (&all[0], &all[40]);
    assert_eq!((first.problems[0].code, first.problems[0].location.as_str()), (101, "PID[1]-3"));
    assert_eq!((first.size_bytes, first.cut), (unnamed("M0", "1", 5).len() as u64, false));
    assert_eq!((first.patient_id.as_str(), last.patient_id.as_str()), ("", &*patient("7").to_string()));

    let none = api::QuarantineFilter::default();
    for (filter, count) in [
        (api::QuarantineFilter { source: "default".into(), ..none.clone() }, 41),
        (api::QuarantineFilter { source: "other".into(), ..none.clone() }, 0),
        (api::QuarantineFilter { problem_code: 101, ..none.clone() }, 41),
        (api::QuarantineFilter { problem_code: 207, ..none.clone() }, 0),
        (api::QuarantineFilter { since_s: last.received_at_s + 3_600, ..none.clone() }, 0),
        (api::QuarantineFilter { patient_id: patient("7").to_string(), ..none.clone() }, 1),
        (api::QuarantineFilter { patient_id: patient("1").to_string(), ..none.clone() }, 0),
        (api::QuarantineFilter { state: QuarantineState::Discarded.into(), ..none.clone() }, 0),
    ] {
        assert_eq!(list(&world, filter.clone()).await.len(), count, "{filter:?}");
    }

    let shown = async |include_bytes| {
        let request = api::GetQuarantinedRequest { id: first.id.clone(), include_bytes, from_byte: 0 };
        ask::<_, api::GetQuarantinedResponse>(&world, subject::QUARANTINE_GET, request).await.expect("one")
    };
    let entry_only = api::GetQuarantinedResponse { entry: Some(first.clone()), ..Default::default() };
    assert_eq!(shown(false).await, entry_only);
    assert_eq!(shown(true).await.hl7, unnamed("M0", "1", 5).into_bytes());
}

#[tokio::test]
async fn a_large_message_is_shown_piece_by_piece() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    let note = "x".repeat(1_300_000);
    let message = format!("{}NTE|1||{note}\r", unnamed("M1", "1", 5));
    assert_eq!(sender.exchange(&message).await, "AR 101");
    let id = everything(&world).await[0].id.clone();
    let piece = async |from_byte| {
        let request = api::GetQuarantinedRequest { id: id.clone(), include_bytes: true, from_byte };
        ask::<_, api::GetQuarantinedResponse>(&world, subject::QUARANTINE_GET, request).await
    };
    let (mut bytes, mut next, mut pieces) = (Vec::new(), 0, 0);
    loop {
        let got = piece(next).await.expect("a piece");
        bytes.extend(got.hl7);
        pieces += 1;
        next = got.next_byte;
        if next == 0 {
            break;
        }
    }
    assert!(pieces == 3 && bytes == message.as_bytes(), "{pieces} pieces, {} bytes", bytes.len());
    assert_eq!(piece(u64::MAX).await.expect_err("beyond its end").field, "from_byte");
}

#[tokio::test]
async fn requests_that_make_no_sense_are_told_so_by_field() {
    let world = World::new().await;
    let wrong = async |request| {
        let answer: Result<api::ListQuarantinedResponse, _> =
            ask(&world, subject::QUARANTINE_LIST, request).await;
        let failure = answer.expect_err("refused");
        assert_eq!(failure.kind(), Kind::InvalidField);
        failure.field
    };
    let request = api::ListQuarantinedRequest::default();
    assert_eq!(wrong(api::ListQuarantinedRequest { page_size: -1, ..request.clone() }).await, "page_size");
    let token = api::ListQuarantinedRequest { page_token: "x".into(), ..request };
    assert_eq!(wrong(token).await, "page_token");
    let failure = discard(&world, "00", "why").await.expect_err("no id");
    assert_eq!((failure.kind(), failure.field.as_str()), (Kind::InvalidField, "id"));
    let id = "00".repeat(16);
    assert_eq!(discard(&world, &id, " ").await.expect_err("no reason").field, "reason");
    assert_eq!(discard(&world, &id, "why").await.expect_err("not there").kind(), Kind::NotFound);
    assert_eq!(outcomes(&replay(&world, &[&id]).await), [Outcome::NotFound]);
}

#[tokio::test]
async fn a_message_that_is_understood_after_a_change_is_stored_once_and_resolved() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    let message = unnamed("M1", "1", 5);
    assert_eq!(sender.exchange(&message).await, "AR 101");
    let id = everything(&world).await[0].id.clone();
    let [refused] = &replay(&world, &[&id]).await[..] else { panic!("one") };
    assert_eq!((refused.outcome(), refused.problems[0].code), (Outcome::Refused, 101));
    assert_eq!(everything(&world).await[0].state(), QuarantineState::Open, "it stays open");
    assert_eq!(world.messages().await, 1, "a vain replay leaves no trace");

    let world = world.again(authority).await;
    let [stored] = &replay(&world, &[&id]).await[..] else { panic!("one") };
    assert_eq!(stored.outcome(), Outcome::Stored);
    assert_eq!(stored.patient_ids, [patient("1").to_string()]);
    let [kept] = &world.reports("1").await[..] else { panic!("one report") };
    assert_eq!((kept.raw.as_ref(), kept.source.as_str()), (message.as_bytes(), "default"));
    let entry = everything(&world).await[0].clone();
    assert_eq!(entry.state(), QuarantineState::Replayed);
    let resolution = entry.resolution.expect("a record");
    assert_eq!(resolution.author, "Iris");
    assert_eq!(resolution.result(), event::resolved::Result::Stored);

    let before = world.messages().await;
    assert_eq!(outcomes(&replay(&world, &[&id, &id]).await), [Outcome::ResolvedBefore; 2]);
    assert_eq!(discard(&world, &id, "why").await.expect_err("replayed").kind(), Kind::Conflict);
    let mut sender = world.sender().await;
    assert_eq!(sender.exchange(&message).await, "AA", "the sender is told the truth when it sends it again");
    assert_eq!(world.messages().await, before, "nothing happens twice");
}

#[tokio::test]
async fn a_message_that_came_again_meanwhile_is_not_stored_a_second_time() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    let [same, other] = [unnamed("M1", "1", 5), unnamed("M2", "2", 5)];
    for message in [&same, &other] {
        assert_eq!(sender.exchange(message).await, "AR 101");
    }
    let world = world.again(authority).await;
    let mut sender = world.sender().await;
    // One comes again as it was, the other corrected, under its control id.
    assert_eq!(sender.exchange(&same).await, "AA");
    assert_eq!(sender.exchange(&unnamed("M2", "2", 9)).await, "AA");
    let ids: Vec<_> = everything(&world).await.into_iter().map(|entry| entry.id).collect();
    let replays = replay(&world, &[&ids[0], &ids[1]]).await;
    assert_eq!(outcomes(&replays), [Outcome::Repeated, Outcome::Overtaken]);
    assert_eq!((world.reports("1").await.len(), world.reports("2").await.len()), (1, 1));
    let states: Vec<_> = everything(&world).await.iter().map(api::QuarantineEntry::state).collect();
    assert_eq!(states, [QuarantineState::Replayed, QuarantineState::Open]);
    assert_eq!(
        discard(&world, &ids[1], "came again").await.expect("done").state(),
        QuarantineState::Discarded
    );
}

#[tokio::test]
async fn all_open_messages_of_a_source_are_replayed_page_by_page() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    for number in 0..60 {
        assert_eq!(sender.exchange(&unnamed(&format!("M{number}"), &number.to_string(), 5)).await, "AR 101");
    }
    let empty = admission("E1", "").replace("PID|1||^^^NORTH^MR", "PID|1||");
    assert_eq!(sender.exchange(&empty).await, "AR 101");
    let world = world.again(authority).await;
    let (mut all, mut page_token, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let request = api::ReplayQuarantinedRequest {
            filter: Some(api::QuarantineFilter { source: "default".into(), ..Default::default() }),
            author: "Iris".into(),
            page_size: 25,
            page_token,
            ..api::ReplayQuarantinedRequest::default()
        };
        let page: api::ReplayQuarantinedResponse =
            ask(&world, subject::QUARANTINE_REPLAY, request).await.expect("a page");
        all.extend(outcomes(&page.replays));
        (page_token, pages) = (page.next_page_token, pages + 1);
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(pages, 3);
    let count = |wanted| all.iter().filter(|outcome| **outcome == wanted).count();
    assert_eq!((count(Outcome::Stored), count(Outcome::Refused), all.len()), (60, 1, 61));
    let open = api::QuarantineFilter { state: QuarantineState::Open.into(), ..Default::default() };
    assert_eq!(list(&world, open).await.len(), 1);
}

#[tokio::test]
async fn a_discarded_message_stays_on_record_with_who_and_why_and_the_first_word_stands() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    assert_eq!(sender.exchange(&unnamed("M1", "1", 5)).await, "AR 101");
    let id = everything(&world).await[0].id.clone();
    let entry = discard(&world, &id, "a test of the sender").await.expect("discarded");
    assert_eq!(entry.state(), QuarantineState::Discarded);
    let again = discard(&world, &id, "another reason").await.expect("the same");
    assert_eq!(again, entry);
    let resolution = entry.resolution.expect("a record");
    assert_eq!((resolution.author.as_str(), resolution.reason.as_str()), ("Otto", "a test of the sender"));
    let world = world.again(authority).await;
    assert_eq!(outcomes(&replay(&world, &[&id]).await), [Outcome::ResolvedBefore]);
    assert_eq!(world.reports("1").await.len(), 0);
    assert_eq!(world.quarantined().await[0].raw, unnamed("M1", "1", 5).as_bytes(), "nothing is deleted");
}

#[tokio::test]
async fn what_must_not_be_guessed_is_not_replayed() {
    let world = World::with(-1, |config| config.frame_bytes_max = 2_000).await;
    let mut sender = world.sender().await;
    // The beginning of a message that was too large reads like a whole one.
    let large = format!("{}\rNTE|1||{}", report("M1", "1", 5), "x".repeat(5_000));
    assert_eq!(sender.exchange(&large).await, "AR 207");
    let mut sender = world.sender().await;
    assert_eq!(sender.exchange(&unnamed("M2", "2", 5)).await, "AR 101");
    let world = world
        .again(|config| {
            let name = "renamed".to_owned();
            config.sources = vec![SourceConfig { name, ..SourceConfig::default() }];
        })
        .await;
    let all = everything(&world).await;
    let ids: Vec<_> = all.iter().map(|entry| entry.id.as_str()).collect();
    assert!(all[0].cut && all[0].size_bytes > 5_000, "{:?}", all[0]);
    assert_eq!(outcomes(&replay(&world, &ids).await), [Outcome::Cut, Outcome::SourceUnknown]);
    assert_eq!(world.reports("1").await.len(), 0);
}

/// The source says whose numbers those without an authority are.
fn authority(config: &mut lacteal_intake::Config) {
    config.sources = vec![SourceConfig { authority: "NORTH".to_owned(), ..SourceConfig::default() }];
}
