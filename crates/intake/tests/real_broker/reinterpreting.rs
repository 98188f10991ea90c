//! Stored reports read again after a change of the site's codes.

use lacteal_intake::{Code, Config, Means, SourceConfig};
use lacteal_wire::api::{self, AttributeDifference};
use lacteal_wire::event::finding::Kind;
use lacteal_wire::{decode, event, subject};

use crate::quarantine::ask;
use crate::world::{World, msh, patient, pid, report};

const CT: &str = "41806-1^CT Abdomen^LN";

/// A report with nodes in a built-in code and Ki-67 in one of the site's own.
fn own(id: &str, number: &str) -> String {
    let proliferation = "OBX|2|NM|PROLIF^Proliferation^99NORTH||14|%|||||F";
    [report(id, number, 5).replace("29593-1^Ki-67^LN", "21893-3^Nodes positive^LN"), proliferation.to_owned()]
        .join("\r")
        .replace("|5|%|", "|5|{nodes}|")
}

fn with_code(config: &mut Config) {
    config.codes = vec![Code {
        system: "99NORTH".into(),
        code: "PROLIF".into(),
        means: Means::Ki67,
        modality: String::new(),
        region: String::new(),
        unit: String::new(),
        source: String::new(),
    }];
}

async fn run(world: &World, request: api::ReinterpretRequest) -> (api::ReinterpretResponse, usize) {
    let (mut sum, mut page_token, mut pages) = (api::ReinterpretResponse::default(), String::new(), 0);
    loop {
        let asked = api::ReinterpretRequest { page_token, ..request.clone() };
        let page: api::ReinterpretResponse = ask(world, subject::REINTERPRET, asked).await.expect("a page");
        sum.differences.extend(page.differences);
        for (total, count) in [
            (&mut sum.examined, page.examined),
            (&mut sum.skipped, page.skipped),
            (&mut sum.refused, page.refused),
            (&mut sum.written, page.written),
            (&mut sum.conflicts, page.conflicts),
        ] {
            *total += count;
        }
        (page_token, pages) = (page.next_page_token, pages + 1);
        if page_token.is_empty() {
            return (sum, pages);
        }
    }
}

async fn dry(world: &World) -> api::ReinterpretResponse {
    run(world, api::ReinterpretRequest::default()).await.0
}

async fn apply(world: &World) -> api::ReinterpretResponse {
    run(world, api::ReinterpretRequest { apply: true, ..Default::default() }).await.0
}

fn ki67(report: &event::Report) -> usize {
    let is_ki67 = |fact: &&event::Fact| {
        matches!(fact.finding.as_ref().and_then(|it| it.kind.as_ref()), Some(Kind::Ki67MilliPercent(_)))
    };
    report.facts.iter().filter(is_ki67).count()
}

#[tokio::test]
async fn a_code_that_is_added_is_read_in_what_is_stored_already_when_that_is_applied() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    for number in ["1", "2"] {
        assert_eq!(sender.exchange(&own(&format!("M{number}"), number)).await, "AA");
    }
    assert_eq!(sender.exchange(&report("M3", "3", 5)).await, "AA");
    let same = dry(&world).await;
    assert_eq!((same.examined, same.differences.len()), (3, 0), "without a change nothing differs");

    let world = world.again(with_code).await;
    let before = world.messages().await;
    let dry_run = dry(&world).await;
    assert_eq!((dry_run.examined, dry_run.written, dry_run.differences.len()), (3, 0, 2));
    let first = &dry_run.differences[0];
    assert_eq!(first.patient_id, patient("1").to_string());
    assert_eq!((first.source.as_str(), first.message_type.as_str()), ("default", "ORU^R01"));
    let added = AttributeDifference { attribute: "ki67".into(), added: 1, gone: 0, changed: 0 };
    assert_eq!(first.attributes, [added]);
    assert_eq!(world.messages().await, before, "a dry run writes nothing");

    let applied = apply(&world).await;
    assert_eq!((applied.written, applied.conflicts, applied.differences.len()), (2, 0, 2));
    assert_eq!(applied.differences, dry_run.differences, "what was told is what was done");
    let [old, new] = &world.reports("1").await[..] else { panic!("both readings are there") };
    assert_eq!((old.key.clone(), old.raw_sha256.clone()), (new.key.clone(), new.raw_sha256.clone()));
    assert_eq!((old.raw.clone(), old.received_at_s), (new.raw.clone(), new.received_at_s));
    assert!(new.interpretation_version > old.interpretation_version, "the same program, another table");
    assert_eq!((ki67(old), ki67(new)), (0, 1));
    assert_eq!(world.reports("3").await.len(), 1, "what is equal is not written");

    assert_eq!(apply(&world).await.written, 0, "a second run changes nothing");
    let mut sender = world.sender().await;
    assert_eq!(sender.exchange(&own("M1", "1")).await, "AA");
    assert_eq!(world.reports("1").await.len(), 2, "a repetition is still known as one");

    // Taken out of the table again, its facts go, by a reading that is higher still.
    let world = world.again(|_| {}).await;
    let back = apply(&world).await;
    assert_eq!((back.written, back.differences[0].attributes[0].gone), (2, 1));
    let readings = world.reports("1").await;
    assert_eq!((readings.len(), ki67(&readings[2])), (3, 0));
    assert!(readings.is_sorted_by_key(|reading| reading.interpretation_version));
}

#[tokio::test]
async fn reports_are_read_again_by_page_patient_source_and_day() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    for number in 0..50 {
        assert_eq!(sender.exchange(&own(&format!("M{number}"), &number.to_string())).await, "AA");
    }
    let world = world.again(with_code).await;
    let all = api::ReinterpretRequest::default();
    let (paged, pages) = run(&world, api::ReinterpretRequest { page_size: 20, ..all.clone() }).await;
    assert_eq!((paged.examined, paged.differences.len(), pages), (50, 50, 3));
    let (one, _) =
        run(&world, api::ReinterpretRequest { patient_id: patient("7").to_string(), ..all.clone() }).await;
    assert_eq!((one.examined, one.differences.len()), (1, 1));
    let (other, _) = run(&world, api::ReinterpretRequest { source: "other".into(), ..all.clone() }).await;
    assert_eq!(other.examined, 0);
    let (later, _) = run(&world, api::ReinterpretRequest { since_s: 4_000_000_000, ..all.clone() }).await;
    assert_eq!(later.examined, 0);

    // A run that was cut short is resumed with its token, and its token is good for nothing else.
    let first = api::ReinterpretRequest { apply: true, page_size: 20, ..all.clone() };
    let page: api::ReinterpretResponse =
        ask(&world, subject::REINTERPRET, first.clone()).await.expect("a page");
    assert_eq!(page.written, 20);
    let foreign = api::ReinterpretRequest { page_token: page.next_page_token.clone(), ..all };
    let refused: Result<api::ReinterpretResponse, _> = ask(&world, subject::REINTERPRET, foreign).await;
    assert_eq!(refused.expect_err("refused").field, "page_token");
    let (rest, _) = run(&world, first).await;
    assert_eq!((rest.written, rest.examined), (30, 50), "what was written before is not written again");
}

#[tokio::test]
async fn a_message_about_several_patients_is_read_again_for_each_from_the_bytes_kept_once() {
    let world = World::new().await;
    let groups: Vec<_> = ["1", "2", "3"]
        .iter()
        .map(|number| own("", number).split('\r').skip(1).collect::<Vec<_>>().join("\r"))
        .collect();
    let message = [&[msh("ORU^R01", "M1")], &groups[..]].concat().join("\r");
    let mut sender = world.sender().await;
    assert_eq!(sender.exchange(&message).await, "AA");
    let world = world.again(with_code).await;
    assert_eq!(apply(&world).await.written, 3);
    let mut with_bytes = 0;
    for number in ["1", "2", "3"] {
        let readings = world.reports(number).await;
        assert_eq!((readings.len(), ki67(&readings[1])), (2, 1));
        with_bytes += usize::from(!readings[1].raw.is_empty());
    }
    assert_eq!(with_bytes, 1);
}

#[tokio::test]
async fn a_message_that_turns_out_to_be_about_another_patient_leaves_the_first_and_goes_to_the_other() {
    let world = World::new().await;
    let both = report("M1", "1", 5).replace("1^^^NORTH^MR", "1^^^NORTH^PI~9^^^SOUTH^PI");
    let mut sender = world.sender().await;
    assert_eq!(sender.exchange(&both).await, "AA");
    assert_eq!(world.reports("1").await.len(), 1);
    let world = world.again_as(&["SOUTH"], |_| {}).await;
    let applied = apply(&world).await;
    let new: Vec<_> = applied.differences.iter().map(|it| it.is_new).collect();
    assert_eq!((applied.written, new), (2, vec![false, true]));
    let readings = world.reports("1").await;
    assert_eq!((readings.len(), readings[1].facts.len()), (2, 0), "an empty reading takes all of it back");
    let other = lacteal_clinical::RecordNumber::new("SOUTH", "9").expect("a number");
    let other = crate::world::key().pseudonym(&other);
    let [stored] = &world.all(&subject::reports_of(other)).await[..] else { panic!("one report") };
    let stored: event::Report = decode(&stored.payload, "report").expect("a report");
    assert_eq!((stored.raw_in, stored.facts.is_empty()), (patient("1").0.to_vec(), false));
    assert_eq!(apply(&world).await.written, 0);
}

#[tokio::test]
async fn what_would_be_refused_or_has_no_source_any_more_stays_as_it_is() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    assert_eq!(sender.exchange(&report("M1", "1", 5)).await, "AA");
    let world = world.again_as(&["SOUTH"], |_| {}).await;
    let applied = apply(&world).await;
    assert_eq!((applied.refused, applied.written), (1, 0));
    let world = world
        .again(|config| {
            let name = "renamed".to_owned();
            config.sources = vec![SourceConfig { name, ..SourceConfig::default() }];
        })
        .await;
    let applied = apply(&world).await;
    assert_eq!((applied.skipped, applied.written, world.reports("1").await.len()), (1, 0, 1));
}

#[tokio::test]
async fn what_was_kept_of_one_patient_only_is_read_again_for_that_one_only() {
    let world = World::new().await;
    let study = |number: &str| {
        let order = format!("OBR|1||S{number}|{CT}|||20240601||||||||||||||||||F");
        [pid(number), order].join("\r")
    };
    let both = [msh("ORU^R01", "M2"), study("1"), study("2")].join("\r");
    let mut sender = world.sender().await;
    assert_eq!(sender.exchange(&report("M1", "1", 5)).await, "AA");
    assert_eq!(sender.exchange(&both).await, "AA");
    assert_eq!((world.reports("1").await.len(), world.reports("2").await.len()), (2, 0));
    assert_eq!(apply(&world).await.written, 0);
    assert_eq!(sender.exchange(&report("M3", "2", 5)).await, "AA");
    assert_eq!(apply(&world).await.written, 1, "who has become known meanwhile has it too");
}
