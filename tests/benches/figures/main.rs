//! The figures that Lacteal promises, each beside its raw floor, measured in one run against one real
//! nats-server that flushes every message before it acknowledges it.
//!
//! `cargo bench -p lacteal-tests` takes a few minutes; `-- --patients 10000` asks for less (100 000 is the
//! default), `-- --only reading`, `judging`, `intake`, `texts` or `way` for one part, `-- --connections 8` for
//! intake at one number of connections; `-- --binary FILE` measures a binary that was built before instead of
//! building one. Every role is its own process of the release binary, so that its memory and its processor time
//! are its own. The load generator is a thread of this process: prebuilt frames, one task a connection, one
//! thread, so that it takes as little as it can of the processors that it shares with what it measures. Floors
//! are measured through `Stream::commit` by this process, in turn with what they are compared to. Medians of the
//! rounds are printed, of rates and of ratios: a ratio is of two measurements that follow each other.
//!
//! A figure that is missed ends nothing: this prints. It fails only when something breaks.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

mod floor;
mod hospital;
mod intake;
mod judging;
mod process;
mod reading;
mod table;
mod way;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

// As the program that is measured beside it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Any failure ends the run.
type Result<T> = std::result::Result<T, Error>;

/// Whatever broke.
type Error = Box<dyn std::error::Error + Send + Sync>;

/// Patients of the full run.
const PATIENTS: u64 = 100_000;

struct Arguments {
    patients: u64,
    connections: Option<usize>,
    binary: Option<PathBuf>,
    /// All of them without one.
    only: Option<Part>,
}

/// What can be measured by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Reading,
    Judging,
    Intake,
    Texts,
    Way,
}

fn main() -> ExitCode {
    let ended = arguments().and_then(|arguments| {
        // Before any runtime: it may compile for minutes.
        let binary = arguments.binary.clone();
        let binary = binary.unwrap_or_else(|| lacteal_tests::process::binary().to_owned());
        println!("{} patients; binary {}", arguments.patients, binary.display());
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(&arguments, &binary))
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("broken: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments, binary: &Path) -> Result<()> {
    let mut table = table::Table::default();
    let wanted = |part| arguments.only.is_none_or(|only| only == part);
    if wanted(Part::Reading) {
        reading::measure(&mut table)?;
    }
    if wanted(Part::Judging) {
        judging::measure(&mut table)?;
    }
    if wanted(Part::Intake) {
        intake::measure(binary, arguments.connections, &mut table).await?;
    }
    if wanted(Part::Texts) {
        intake::measure_texts(binary, &mut table).await?;
    }
    if wanted(Part::Way) {
        way::measure(binary, arguments.patients, &mut table).await?;
    }
    println!("\n{table}");
    Ok(())
}

fn arguments() -> Result<Arguments> {
    let mut arguments = Arguments { patients: PATIENTS, connections: None, binary: None, only: None };
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            // What cargo says to every benchmark.
            "--bench" => {}
            "--patients" => {
                let number = given.next().ok_or("--patients needs a number")?;
                arguments.patients = number.parse::<u64>()?.max(way::PATIENTS_MIN);
            }
            "--connections" => {
                let number = given.next().ok_or("--connections needs a number")?;
                arguments.connections = Some(number.parse()?);
                arguments.only = Some(Part::Intake);
            }
            "--binary" => arguments.binary = Some(given.next().ok_or("--binary needs a file")?.into()),
            "--only" => {
                arguments.only = Some(match given.next().as_deref() {
                    Some("reading") => Part::Reading,
                    Some("judging") => Part::Judging,
                    Some("intake") => Part::Intake,
                    Some("texts") => Part::Texts,
                    Some("way") => Part::Way,
                    _ => return Err("--only takes reading, judging, intake, texts or way".into()),
                });
            }
            other => return Err(format!("unknown argument {other}").into()),
        }
    }
    Ok(arguments)
}
