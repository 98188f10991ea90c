//! A feed that falls silent is told once, and once when it is back, however many replicas there are and however
//! often they start anew.

use std::sync::Arc;

use jiff::Timestamp;
use lacteal_intake::{Config, FeedWatch, Source, SourceConfig};
use lacteal_ledger::CommitterOptions;
use lacteal_wire::api::{FeedState, ListFeedsRequest, ListFeedsResponse};
use lacteal_wire::event::feed_notice::Kind;
use lacteal_wire::{decode, event, subject};
use tokio::task::JoinSet;

use crate::quarantine::ask;
use crate::world::{World, admission, key, until};

const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 24 * HOUR_S;
/// A Monday, 00:00 UTC.
const MONDAY_S: i64 = 1_704_067_200;

/// A replica of intake, as far as feeds are concerned.
struct Replica {
    source: Arc<Source>,
    watch: FeedWatch,
    _commits: JoinSet<()>,
}

impl Replica {
    fn new(world: &World, at_s: i64) -> Replica {
        let named = SourceConfig { name: "pathology".to_owned(), ..SourceConfig::default() };
        let off = SourceConfig { name: "unwatched".to_owned(), silence_min_minutes: 0, ..named.clone() };
        let config = Config { sources: vec![named, off], ..Config::default() };
        let sources: Vec<_> = Source::all(&config).expect("sources").into_iter().map(Arc::new).collect();
        let (committer, task) = world.stream.committer(CommitterOptions::default());
        let mut commits = JoinSet::new();
        commits.spawn(task.run(Default::default()));
        let watch = FeedWatch::new(&sources, &key(), world.stream.clone(), committer, at(at_s));
        sources[1].hear(at_s);
        Replica { source: Arc::clone(&sources[0]), watch, _commits: commits }
    }

    async fn look(&mut self, at_s: i64) {
        self.watch.look(at(at_s)).await.expect("looked");
    }
}

fn at(at_s: i64) -> Timestamp {
    Timestamp::from_second(at_s).expect("a time")
}

async fn notices(world: &World) -> Vec<(Kind, i64, i64)> {
    let stored = world.all(subject::FEEDS).await;
    let notices = stored.iter().map(|one| {
        let notice: event::FeedNotice = decode(&one.payload, "notice").expect("a notice");
        assert_eq!(notice.source, "pathology");
        assert!(!one.subject.contains("pathology"), "a name in a subject");
        (notice.kind(), notice.last_message_at_s, notice.usual_gap_s)
    });
    notices.collect()
}

/// What a replica says of the sources: state, last message, usual silence.
fn listed(replica: &Replica) -> Vec<(FeedState, i64, i64)> {
    let told = replica.watch.told().borrow().clone().expect("it has looked");
    assert_eq!(
        told.feeds.iter().map(|it| it.source.as_str()).collect::<Vec<_>>(),
        ["pathology", "unwatched"]
    );
    told.feeds.iter().map(|it| (it.state(), it.last_message_at_s, it.usual_gap_s)).collect()
}

#[tokio::test]
async fn a_silence_is_told_once_by_all_replicas_and_its_end_once() {
    let world = World::new().await;
    let mut replicas = [Replica::new(&world, MONDAY_S), Replica::new(&world, MONDAY_S)];
    // A message an hour for two weeks, taken by one replica or the other.
    let (mut now_s, end_s) = (MONDAY_S, MONDAY_S + 14 * DAY_S);
    while now_s < end_s {
        replicas[usize::try_from(now_s / HOUR_S % 2).expect("a place")].source.hear(now_s);
        for replica in &mut replicas {
            replica.look(now_s).await;
        }
        now_s += HOUR_S;
    }
    assert_eq!(notices(&world).await, []);
    // The second replica looked last, and so knows what both heard.
    assert_eq!(listed(&replicas[1])[0], (FeedState::Usual, now_s - HOUR_S, HOUR_S));
    let last_s = now_s - HOUR_S;

    for minutes in (0..=600).step_by(30) {
        for replica in &mut replicas {
            replica.look(last_s + minutes * 60).await;
        }
    }
    let silent = (Kind::Silent, last_s, HOUR_S);
    assert_eq!(notices(&world).await, [silent]);
    for replica in &replicas {
        assert_eq!(listed(replica), [(FeedState::Silent, last_s, HOUR_S), (FeedState::Unwatched, 0, 0)]);
    }

    // A replica that starts now knows that it was told.
    let mut late = Replica::new(&world, last_s + 10 * HOUR_S);
    for hours in 10..30 {
        late.look(last_s + hours * HOUR_S).await;
    }
    assert_eq!(notices(&world).await, [silent]);

    let back_s = last_s + 30 * HOUR_S;
    late.source.hear(back_s);
    for replica in std::iter::once(&mut late).chain(&mut replicas) {
        replica.look(back_s).await;
        replica.look(back_s + 60).await;
    }
    let back = (Kind::Back, last_s, 0);
    assert_eq!(notices(&world).await, [silent, back]);
    for replica in std::iter::once(&late).chain(&replicas) {
        let [(state, heard_s, _), _] = listed(replica)[..] else { panic!("two sources") };
        assert_eq!((state, heard_s), (FeedState::Usual, back_s));
    }

    // The rhythm was learned again from the stream, and the next silence is another.
    let mut fresh = Replica::new(&world, back_s + 60);
    fresh.look(back_s + 60).await;
    for hours in 1..=40 {
        fresh.look(back_s + hours * HOUR_S).await;
    }
    let told = notices(&world).await;
    assert_eq!((told.len(), told[2].0, told[2].1), (3, Kind::Silent, back_s));
}

#[tokio::test]
async fn what_comes_over_mllp_is_a_pulse_of_its_source_and_one_in_five_minutes() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    for id in 0..5 {
        assert_eq!(sender.exchange(&admission(&format!("M{id}"), "1")).await, "AA");
    }
    until("a pulse is noted", || async { !world.all(subject::PULSES).await.is_empty() }).await;
    // The span may have ended between two messages.
    assert!(world.all(subject::PULSES).await.len() <= 2);
}

#[tokio::test]
async fn the_gateway_is_told_of_all_sources_and_when_they_were_heard() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    assert_eq!(sender.exchange(&admission("M1", "1")).await, "AA");
    until("the feed is listed as heard", || async {
        let request = ListFeedsRequest {};
        let listed: Result<ListFeedsResponse, _> = ask(&world, subject::FEEDS_LIST, request).await;
        let Ok(listed) = listed else { return false };
        let [feed] = &listed.feeds[..] else { panic!("one source: {listed:?}") };
        assert_eq!((feed.source.as_str(), feed.state()), ("default", FeedState::Learning));
        feed.last_message_at_s > 0 && feed.last_message_at_s <= listed.looked_at_s
    })
    .await;
}
