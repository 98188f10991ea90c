//! Durable intake over MLLP: rates at growing numbers of connections, and the wait of a lone message.

use std::path::Path;
use std::time::Duration;

use lacteal_ledger::Revision;

use crate::Result;
use crate::floor::{BATCH, Floor};
use crate::hospital::{Hospital, send};
use crate::process::{Role, cpu};
use crate::table::{Table, Wanted, median, per_second, rate, ratio};
use crate::world::World;

/// Measurements of which the median is taken: many short ones, floor and ours in turn, because the disk's speed drifts.
const ROUNDS: usize = 15;
/// Measurements of reports in text.
const TEXT_ROUNDS: usize = 7;
/// Connections, and messages of one measurement.
const LEVELS: [(usize, usize); 9] = [
    (1, 500),
    (2, 700),
    (4, 1_000),
    (8, 1_400),
    (12, 1_600),
    (16, 2_000),
    (32, 3_000),
    (64, 4_000),
    (256, 8_000),
];
/// At this many connections the floor of batches counts, too.
const BATCH_CONNECTIONS: usize = 256;
/// Messages that warm up, and whose stored bytes the floors write.
const WARM_UP: usize = 2_000;

pub(crate) async fn measure(binary: &Path, only: Option<usize>, table: &mut Table) -> Result<()> {
    let world = World::new(binary).await?;
    let intake = Role::start(&world, "intake").await?;
    let mut hospital = Hospital::default();
    // As in any feed not all of it is kept. It matters to the broker: while a stream holds nothing that expires,
    // nats-server 2.15 looks for what has expired after every write (`startAgeChk`).
    send(intake.listens, hospital.others(), 1).await?;
    send(intake.listens, hospital.patients(WARM_UP), 32).await?;
    let stored = world.intake().await?;
    let reports = stored.page("intake.report.>", Revision::NONE, WARM_UP).await?;
    let bytes = reports.iter().map(|report| report.payload.len()).sum::<usize>() / reports.len().max(1);
    println!("a stored report has {bytes} bytes");
    let payloads = reports.into_iter().map(|report| report.payload).collect();
    let mut floor = Floor::new(world.stream_of_floor().await?, payloads);
    floor.batches(4).await?;
    let levels = LEVELS.into_iter().filter(|(connections, _)| only.is_none_or(|only| only == *connections));
    for (connections, messages) in levels {
        let (mut ours, mut raw, mut batches) = (Vec::new(), Vec::new(), Vec::new());
        let (mut waits, mut raw_waits) = (Vec::new(), Vec::new());
        let mut spent = Vec::new();
        for _ in 0..ROUNDS {
            let (took, each) = floor.singles(messages, connections).await?;
            raw.push(rate(messages, took));
            raw_waits.push(median_ms(&each));
            if connections == BATCH_CONNECTIONS {
                batches.push(rate(16 * BATCH, floor.batches(16).await?));
            }
            let frames = hospital.patients(messages);
            let before = cpu(intake.pid)?;
            let sent = send(intake.listens, frames, connections).await?;
            spent.push((cpu(intake.pid)? - before).as_secs_f64() * 1e6 / messages as f64);
            ours.push(rate(messages, sent.took));
            waits.push(median_ms(&sent.waits));
        }
        println!("intake spends {:.0} µs of processor time a message", median(spent));
        let mut rates = |figure: String, raw: &[f64], wanted: Wanted| {
            let ratio = ratio(&ours, raw);
            table.row(
                figure,
                per_second(median(ours.clone())),
                per_second(median(raw.to_vec())),
                ratio,
                wanted,
            );
        };
        let figure = format!("intake, {connections} connections / single publishes");
        rates(figure, &raw, Wanted::AtLeast(0.8));
        if connections == BATCH_CONNECTIONS {
            let figure = format!("intake, {connections} connections / batches of {BATCH}");
            rates(figure.clone(), &batches, Wanted::AtLeast(0.3));
            rates(figure, &batches, Wanted::AtLeast(0.5));
        }
        if connections == 1 {
            let text = |wait: f64| format!("{wait:.3} ms");
            let ratio = ratio(&waits, &raw_waits);
            let figure = "intake, wait of a lone message";
            table.row(figure, text(median(waits)), text(median(raw_waits)), ratio, Wanted::AtMost(2.0));
        }
    }
    intake.stop().await
}

/// Reports in text, with and without reading the text: two roles beside each other, in turn.
pub(crate) async fn measure_texts(binary: &Path, table: &mut Table) -> Result<()> {
    let world = World::new(binary).await?;
    let reading = Role::start(&world, "intake").await?;
    let plain = Role::start_with(&world, "intake", &["intake.narrative=false"]).await?;
    let mut hospital = Hospital::default();
    send(plain.listens, hospital.others(), 1).await?;
    for role in [&plain, &reading] {
        send(role.listens, hospital.texts(WARM_UP), 32).await?;
    }
    for connections in [1, 16, 256] {
        let messages = if connections == 1 { 1_500 } else { 6_000 };
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for _ in 0..TEXT_ROUNDS {
            let sent = send(plain.listens, hospital.texts(messages), connections).await?;
            without.push(rate(messages, sent.took));
            let sent = send(reading.listens, hospital.texts(messages), connections).await?;
            with.push(rate(messages, sent.took));
        }
        let figure = format!("reports in text, {connections} connections: read / not read");
        let (ours, floor) = (per_second(median(with.clone())), per_second(median(without.clone())));
        table.row(figure, ours, floor, ratio(&with, &without), Wanted::AtLeast(0.7));
    }
    plain.stop().await?;
    reading.stop().await
}

fn median_ms(waits: &[Duration]) -> f64 {
    median(waits.iter().map(|wait| wait.as_secs_f64() * 1e3).collect())
}
