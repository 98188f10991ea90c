//! Durable intake over MLLP: rates at growing numbers of connections, and the wait of a lone message.

use std::path::Path;
use std::time::Duration;

use lacteal_ledger::Revision;

use crate::Result;
use crate::floor::{BATCH, Floor};
use crate::hospital::{Hospital, send};
use crate::process::{Role, cpu};
use crate::table::{Table, Wanted, median, per_second, rate};
use crate::world::World;

/// Measurements of which the median is taken.
const ROUNDS: usize = 3;
/// Connections, and messages of one measurement.
const LEVELS: [(usize, usize); 9] = [
    (1, 1_500),
    (2, 2_000),
    (4, 3_000),
    (8, 4_000),
    (12, 4_000),
    (16, 5_000),
    (32, 8_000),
    (64, 10_000),
    (256, 20_000),
];
/// At this many connections the floor of batches counts, too.
const BATCH_CONNECTIONS: usize = 256;
/// Messages that warm up, and whose stored bytes the floors write.
const WARM_UP: usize = 2_000;

pub(crate) async fn measure(binary: &Path, table: &mut Table) -> Result<()> {
    let world = World::new(binary).await?;
    let intake = Role::start(&world, "intake").await?;
    let mut hospital = Hospital::default();
    send(intake.listens, hospital.patients(WARM_UP), 32).await?;
    let stored = world.intake().await?;
    let reports = stored.page("intake.report.>", Revision::NONE, WARM_UP).await?;
    let bytes = reports.iter().map(|report| report.payload.len()).sum::<usize>() / reports.len().max(1);
    println!("a stored report has {bytes} bytes");
    let payloads = reports.into_iter().map(|report| report.payload).collect();
    let mut floor = Floor::new(world.stream_of_floor().await?, payloads);
    floor.batches(4).await?;
    for (connections, messages) in LEVELS {
        let (mut ours, mut raw, mut batches) = (Vec::new(), Vec::new(), Vec::new());
        let (mut waits, mut raw_waits) = (Vec::new(), Vec::new());
        let mut spent = Vec::new();
        for _ in 0..ROUNDS {
            let (took, each) = floor.singles(messages.min(5_000), connections).await?;
            raw.push(rate(messages.min(5_000), took));
            raw_waits.push(median_ms(&each));
            if connections == BATCH_CONNECTIONS {
                batches.push(rate(40 * BATCH, floor.batches(40).await?));
            }
            let frames = hospital.patients(messages);
            let before = cpu(intake.pid)?;
            let sent = send(intake.listens, frames, connections).await?;
            spent.push((cpu(intake.pid)? - before).as_secs_f64() * 1e6 / messages as f64);
            ours.push(rate(messages, sent.took));
            waits.push(median_ms(&sent.waits));
        }
        println!("intake spends {:.1} µs a message", median(spent));
        let (ours, raw) = (median(ours), median(raw));
        let figure = format!("intake, {connections} connections / single publishes");
        table.row(figure, per_second(ours), per_second(raw), ours / raw, Wanted::AtLeast(0.8));
        if connections == 1 {
            let (ours, raw) = (median(waits), median(raw_waits));
            let text = |wait: f64| format!("{wait:.3} ms");
            table.row(
                "intake, wait of a lone message",
                text(ours),
                text(raw),
                ours / raw,
                Wanted::AtMost(2.0),
            );
        }
        if connections == BATCH_CONNECTIONS {
            let raw = median(batches);
            let figure = format!("intake, {connections} connections / batches of {BATCH}");
            table.row(figure.clone(), per_second(ours), per_second(raw), ours / raw, Wanted::AtLeast(0.3));
            table.row(figure, per_second(ours), per_second(raw), ours / raw, Wanted::AtLeast(0.5));
        }
    }
    intake.stop().await
}

fn median_ms(waits: &[Duration]) -> f64 {
    median(waits.iter().map(|wait| wait.as_secs_f64() * 1e3).collect())
}
