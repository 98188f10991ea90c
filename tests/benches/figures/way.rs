//! The whole way from a stored report to a plan, and what it costs in memory and processor time as patients grow.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use lacteal_ledger::{Revision, Stream};
use tokio::time::{Instant, sleep};

use crate::Result;
use crate::floor::{Floor, STEP};
use crate::hospital::{Hospital, send};
use crate::process::{Role, cpu, peak_mib};
use crate::table::{Table, Wanted, median, per_second, rate, ratio};
use crate::world::World;

/// Measurements of which the median is taken.
const ROUNDS: usize = 3;
/// Patients at whom the cost of a message is measured first.
const FEW: usize = 1_000;
/// Messages of one measurement of costs: half about new patients, half about known ones.
const COST_MESSAGES: usize = 1_000;
/// Steps of one measurement of the floor.
const STEPS: usize = 40;
/// Fewest patients of a run: those of the costs, and some for each round.
pub(crate) const PATIENTS_MIN: u64 = 5_000;
/// Connections that reports come over.
const CONNECTIONS: usize = 64;
/// Frames made in advance at one time.
const FRAMES_AT_ONCE: usize = 20_000;
/// A stream that has not grown for this long will not.
const QUIET: Duration = Duration::from_secs(1);
const POLL: Duration = Duration::from_millis(10);
/// Longest wait for plans.
const PATIENCE: Duration = Duration::from_secs(600);

const ROLE_MIB_MAX: f64 = 100.0;
const WORK_LIST_BYTES_MAX: f64 = 300.0;

pub(crate) async fn measure(binary: &Path, patients: u64, table: &mut Table) -> Result<()> {
    let world = World::new(binary).await?;
    let mut hospital = Hospital::default();
    let intake = Role::start(&world, "intake").await?;
    let risk = Role::start(&world, "risk").await?;
    let scheduling = Role::start(&world, "scheduling").await?;
    let gateway = Role::start(&world, "gateway").await?;
    let schedule = world.schedule().await?;

    load(&intake, &mut hospital, FEW).await?;
    settled(&schedule, Revision::NONE, FEW).await?;
    let roles = [&intake, &risk, &scheduling, &gateway];
    let few = costs(&world, &roles, &mut hospital, &schedule, 0).await?;

    gateway.stop().await?;
    scheduling.stop().await?;
    risk.stop().await?;
    let mut floor = floor(&world).await?;
    let known = FEW + ROUNDS * COST_MESSAGES / 2;
    let share = usize::try_from(patients)?.saturating_sub(known + ROUNDS * COST_MESSAGES / 2) / ROUNDS;
    let (mut ours, mut raw) = (Vec::new(), Vec::new());
    let mut last = None;
    for _ in 0..ROUNDS {
        stop(last.take()).await?;
        let took = floor.floor.steps(STEPS, &floor.state, &floor.event).await?;
        raw.push(rate(STEPS * STEP, took));
        load(&intake, &mut hospital, share).await?;
        let before = schedule.numbers().await?.last;
        let broker = world.broker.pid().ok_or("the broker ended")?;
        let server = cpu(broker)?;
        let began = Instant::now();
        let (risk, scheduling) =
            tokio::try_join!(Role::start(&world, "risk"), Role::start(&world, "scheduling"))?;
        let ended = settled(&schedule, before, share).await?;
        ours.push(rate(share, ended - began));
        let spent = |role: &Role| Ok::<_, crate::Error>(cpu(role.pid)?.as_secs_f64() * 1e6 / share as f64);
        let server = (cpu(broker)? - server).as_secs_f64() * 1e6 / share as f64;
        println!(
            "{:.0} patients/s; µs of each: risk {:.0}, scheduling {:.0}, nats-server {server:.0}",
            rate(share, ended - began),
            spent(&risk)?,
            spent(&scheduling)?
        );
        last = Some((risk, scheduling));
    }
    let ratio = ratio(&ours, &raw);
    let (ours, raw) = (median(ours), median(raw));
    table.row(
        "whole way, patients / raw steps of 250",
        per_second(ours),
        per_second(raw),
        ratio,
        Wanted::AtLeast(0.25),
    );

    let (risk, scheduling) = last.ok_or("no round was run")?;
    let gateway = Role::start(&world, "gateway").await?;
    let roles = [&intake, &risk, &scheduling, &gateway];
    let many = costs(&world, &roles, &mut hospital, &schedule, ROUNDS).await?;
    let all = planned(&schedule).await?;
    for (few, many) in few.iter().zip(&many) {
        let figure = format!("cost of a message, {}: {all} / {known} patients", many.name);
        let text = |cost: &Cost| format!("{:.0} µs", cost.microseconds);
        table.row(figure, text(many), text(few), many.microseconds / few.microseconds, Wanted::AtMost(1.25));
    }
    for role in roles {
        let most = ROLE_MIB_MAX
            + if role.name == "gateway" {
                all as f64 * WORK_LIST_BYTES_MAX / f64::from(1 << 20)
            } else {
                0.0
            };
        let peak = peak_mib(role.pid)?;
        let figure = format!("peak memory, {}, at {all} patients", role.name);
        table.row(
            figure,
            format!("{peak:.0} MiB"),
            format!("{most:.0} MiB"),
            peak / most,
            Wanted::AtMost(1.0),
        );
    }
    gateway.stop().await?;
    stop(Some((risk, scheduling))).await?;
    intake.stop().await
}

async fn stop(roles: Option<(Role, Role)>) -> Result<()> {
    if let Some((risk, scheduling)) = roles {
        scheduling.stop().await?;
        risk.stop().await?;
    }
    Ok(())
}

/// Sends first reports of so many further patients.
async fn load(intake: &Role, hospital: &mut Hospital, count: usize) -> Result<()> {
    let mut left = count;
    while left > 0 {
        let now = left.min(FRAMES_AT_ONCE);
        send(intake.listens, hospital.patients(now), CONNECTIONS).await?;
        left -= now;
    }
    Ok(())
}

/// Waits until a stream has so many messages more than it had and has stopped growing; when it grew last.
async fn settled(stream: &Stream, before: Revision, more: usize) -> Result<Instant> {
    let deadline = Instant::now() + PATIENCE;
    let (mut last, mut grew) = (before, Instant::now());
    loop {
        let now = stream.numbers().await?.last;
        if now != last {
            (last, grew) = (now, Instant::now());
        }
        if last.sequence() >= before.sequence() + more as u64 && grew.elapsed() > QUIET {
            return Ok(grew);
        }
        if Instant::now() > deadline {
            return Err("no plans came, or they did not end".into());
        }
        sleep(POLL).await;
    }
}

/// Patients that have a plan.
async fn planned(schedule: &Stream) -> Result<usize> {
    let (mut after, mut count) = (Revision::NONE, 0);
    loop {
        let page = schedule.page("schedule.plan.>", after, 500).await?;
        let Some(last) = page.last() else { return Ok(count) };
        (after, count) = (last.revision, count + page.len());
    }
}

/// Processor time of one message on its whole way through one process.
struct Cost {
    name: &'static str,
    microseconds: f64,
}

/// Sends messages about new and known patients, and measures what each process spends on them.
async fn costs(
    world: &World,
    roles: &[&Role],
    hospital: &mut Hospital,
    schedule: &Stream,
    first_round: usize,
) -> Result<Vec<Cost>> {
    let broker = world.broker.pid().ok_or("the broker ended")?;
    let processes: Vec<(&'static str, u32)> =
        roles.iter().map(|role| (role.name, role.pid)).chain([("nats-server", broker)]).collect();
    let mut spent = vec![Vec::new(); processes.len()];
    for round in first_round..first_round + ROUNDS {
        let mut frames = hospital.again(COST_MESSAGES / 2, round);
        frames.extend(hospital.patients(COST_MESSAGES / 2));
        let messages = frames.len() as f64;
        let last = schedule.numbers().await?.last;
        let before = processes.iter().map(|(_, pid)| cpu(*pid)).collect::<Result<Vec<_>>>()?;
        send(roles.first().ok_or("no intake")?.listens, frames, CONNECTIONS).await?;
        settled(schedule, last, COST_MESSAGES / 2).await?;
        for (((_, pid), before), spent) in processes.iter().zip(before).zip(&mut spent) {
            spent.push((cpu(*pid)? - before).as_secs_f64() * 1e6 / messages);
        }
    }
    let costs = processes.iter().zip(spent);
    Ok(costs.map(|((name, _), spent)| Cost { name, microseconds: median(spent) }).collect())
}

/// A floor that writes as many bytes as risk does.
struct Steps {
    floor: Floor,
    state: Bytes,
    event: Bytes,
}

async fn floor(world: &World) -> Result<Steps> {
    let risk = world.risk().await?;
    let middle = async |filter: &str| -> Result<Bytes> {
        let mut page = risk.page(filter, Revision::NONE, 500).await?;
        page.sort_by_key(|stored| stored.payload.len());
        Ok(page.get(page.len() / 2).ok_or("nothing stored")?.payload.clone())
    };
    let (state, event) = (middle("risk.dossier.>").await?, middle("risk.assessment.>").await?);
    println!("a dossier has {} bytes, an assessment {}", state.len(), event.len());
    Ok(Steps { floor: Floor::new(world.stream_of_floor().await?, Vec::new()), state, event })
}
