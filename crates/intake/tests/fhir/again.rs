//! FHIR bodies that are kept, read once more: from quarantine, and those stored already.

use lacteal_intake::fhir::ClientConfig;
use lacteal_intake::{Code, Config, Means};
use lacteal_wire::api::{self, AttributeDifference, replay::Outcome};
use lacteal_wire::subject;

use crate::given::{SYSTEM, bundle, observation, patient};
use crate::world::World;

/// The system of record numbers of another authority, which has no other name.
const OTHER: &str = "urn:oid:9.9.9";

async fn replay(world: &World) -> Vec<api::Replay> {
    let request = api::ReplayQuarantinedRequest { author: "Iris".to_owned(), ..Default::default() };
    let answer: api::ReplayQuarantinedResponse = world.ask(subject::QUARANTINE_REPLAY, request).await;
    answer.replays
}

fn outcomes(replays: &[api::Replay]) -> Vec<Outcome> {
    replays.iter().map(api::Replay::outcome).collect()
}

async fn reinterpret(world: &World, apply: bool) -> api::ReinterpretResponse {
    let request = api::ReinterpretRequest { apply, ..Default::default() };
    world.ask(subject::REINTERPRET, request).await
}

fn nodes(number: u32) -> String {
    observation("21893-3", &format!(r#""valueInteger": {number}"#))
}

fn findings(report: &lacteal_wire::event::Report) -> Vec<String> {
    let all = report.facts.iter().map(|fact| lacteal_wire::read_fact(fact).expect("a fact"));
    all.filter(|fact| !fact.finding.is_about_the_person()).map(|fact| format!("{:?}", fact.finding)).collect()
}

#[tokio::test]
async fn a_refused_body_is_taken_from_quarantine_once_it_is_understood() {
    let world = World::with(|config| config.fhir.entries_max = 1).await;
    let body = bundle("transaction", "", &[patient("4711", ""), nodes(3)]);
    assert_eq!(world.post("/fhir", &body).await.status, 400);
    let broken = world.post("/fhir", "{").await;
    assert_eq!(broken.status, 400);
    assert!(broken.body.contains("kept in quarantine") && broken.body.contains("send it again corrected"));
    let vain = replay(&world).await;
    assert_eq!(outcomes(&vain), [Outcome::Refused, Outcome::Refused]);
    assert!(vain[0].problems[0].text.contains("entries"), "{:?}", vain[0].problems);

    let world = world.again(&[], |_| {}).await;
    assert_eq!(outcomes(&replay(&world).await), [Outcome::Stored, Outcome::Refused]);
    let [kept] = &world.reports().await[..] else { panic!("one report") };
    assert_eq!(
        (kept.raw.as_ref(), kept.source.as_str(), kept.client.as_str()),
        (body.as_bytes(), "fhir", "fhir")
    );
    assert_eq!(kept.message_type, "Bundle transaction");
    assert_eq!(findings(kept), ["NodesPositive(3)"]);
    assert_eq!(outcomes(&replay(&world).await), [Outcome::Refused], "what is resolved is not open");
    assert_eq!(world.post("/fhir", &body).await.status, 200);
    assert_eq!(world.reports().await.len(), 1, "the body that comes again is a repetition");
}

#[tokio::test]
async fn what_was_refused_of_a_batch_is_added_to_what_was_taken_of_it() {
    let world = World::with(|_| {}).await;
    let world = world.again(&[OTHER], |_| {}).await;
    let mut known = nodes(3).replace(SYSTEM, OTHER);
    known = known.replace(r#""id": "o""#, r#""id": "k""#);
    let batch = bundle("batch", "", &[known, nodes(7)]);
    let answer = world.post("/fhir", &batch).await;
    assert!(answer.body.contains("422") && answer.body.contains("201"), "{}", answer.body);
    assert_eq!(world.reports().await.len(), 1);
    assert_eq!(outcomes(&replay(&world).await), [Outcome::Refused]);

    let world = world.again(&[], |_| {}).await;
    assert_eq!(outcomes(&replay(&world).await), [Outcome::Stored]);
    let [first, added] = &world.reports().await[..] else { panic!("two reports") };
    assert_eq!(
        (findings(first), findings(added)),
        (vec!["NodesPositive(3)".to_owned()], vec!["NodesPositive(7)".to_owned()])
    );
    assert_eq!((added.raw.len(), &added.raw_in, &added.key), (0, &first.patient, &first.key));
    assert_eq!(outcomes(&replay(&world).await), []);
    assert_eq!(reinterpret(&world, false).await.differences, [], "the same as what is read again");

    // By fewer authorities an entry cannot be taken any more: what it said once stays.
    let world = world.again(&[OTHER], |_| {}).await;
    let again = reinterpret(&world, true).await;
    assert_eq!((again.refused, again.written), (1, 0), "{again:?}");
}

fn with_client(config: &mut Config, folder: &tempfile::TempDir) {
    let token_file = folder.path().join("token");
    std::fs::write(&token_file, "a-token-of-the-lab\n").expect("written");
    config.fhir.clients.push(ClientConfig {
        name: "lab".to_owned(),
        token_file: token_file.display().to_string(),
        application: "PATH".to_owned(),
        facility: "NORTH".to_owned(),
        ..ClientConfig::default()
    });
}

#[tokio::test]
async fn a_code_that_is_added_is_read_in_stored_bodies_and_goes_with_it_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = World::with(|config| with_client(config, &folder)).await;
    let own = observation("PROLIF", r#""valueQuantity": {"value": 14, "unit": "%"}"#);
    let own = own.replace("http://loinc.org", "99NORTH").replace(r#""id": "o""#, r#""id": "k""#);
    let body = bundle("collection", "", &[patient("4711", ""), nodes(3), own]);
    let headers = [("Content-Type", "application/fhir+json"), ("Authorization", "Bearer a-token-of-the-lab")];
    assert_eq!(world.send("POST", "/fhir", &headers, &body).await.status, 200);
    let same = reinterpret(&world, true).await;
    assert_eq!((same.examined, same.skipped, same.differences.len()), (1, 0, 0), "nothing has changed");

    let code = Code {
        system: "99NORTH".into(),
        code: "PROLIF".into(),
        means: Means::Ki67,
        modality: String::new(),
        region: String::new(),
        unit: String::new(),
        source: String::new(),
    };
    let with_code = |config: &mut Config| {
        with_client(config, &folder);
        config.codes = vec![code.clone()];
    };
    let world = world.again(&[], with_code).await;
    let dry = reinterpret(&world, false).await;
    let added = AttributeDifference { attribute: "ki67".into(), added: 1, gone: 0, changed: 0 };
    assert_eq!((dry.written, &dry.differences[0].attributes[..]), (0, &[added][..]));
    assert_eq!((dry.differences[0].source.as_str(), world.reports().await.len()), ("lab", 1));
    let applied = reinterpret(&world, true).await;
    assert_eq!((applied.written, &applied.differences), (1, &dry.differences));
    let [old, new] = &world.reports().await[..] else { panic!("both readings are there") };
    assert!(new.interpretation_version > old.interpretation_version && new.raw == old.raw);
    assert_eq!((findings(old).len(), findings(new).len()), (1, 2));
    assert_eq!(reinterpret(&world, true).await.written, 0, "a second run changes nothing");

    let world = world.again(&[], |config| with_client(config, &folder)).await;
    assert_eq!(reinterpret(&world, true).await.differences[0].attributes[0].gone, 1);
    // Without the client nobody knows whose identities these are.
    let world = world.again(&[], |_| {}).await;
    assert_eq!(reinterpret(&world, true).await.skipped, 1);
}

#[tokio::test]
async fn a_body_over_the_limit_is_kept_by_its_beginning_size_and_digest_and_not_replayed() {
    let world = World::with(|config| config.fhir.body_bytes_max = 100_000).await;
    let whole = bundle("collection", "", &[patient("4711", ""), nodes(3)]);
    let large = |filling: &str| format!("{whole}{}", filling.repeat(150_000));
    for body in [large(" "), large("x"), large(" ")] {
        let answer = world.post("/fhir", &body).await;
        assert_eq!(answer.status, 413, "{}", answer.body);
        assert!(answer.body.contains("too-long") && answer.body.contains("several smaller bundles"));
        assert!(answer.body.contains("kept in quarantine"), "{}", answer.body);
    }
    let kept = world.quarantined().await;
    assert_eq!(kept.len(), 2, "each content once");
    for (kept, body) in kept.iter().zip([large(" "), large("x")]) {
        assert_eq!(kept.sent_bytes, body.len() as u64);
        assert_eq!(kept.raw, body.as_bytes()[..64 << 10]);
        assert_eq!(kept.raw_sha256, <sha2::Sha256 as sha2::Digest>::digest(body.as_bytes()).to_vec());
    }
    let world = world.again(&[], |_| {}).await;
    assert_eq!(outcomes(&replay(&world).await), [Outcome::Cut, Outcome::Cut]);
    assert!(world.reports().await.is_empty());
}
