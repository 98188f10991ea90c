//! Reading without a broker: parsing and interpreting coded reports on one core, and writing them as events, beside
//! the floor that looks at every byte once.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use bytes::Bytes;
use lacteal_clinical::{PseudonymKey, ReportKey};
use lacteal_hl7::{Limits, Message};
use lacteal_intake::{Codes, Context, Identity, Source, SourceConfig, Verdict, interpret};
use lacteal_narrative::Kind;
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use crate::Result;
use crate::hospital::Hospital;
use crate::table::{Table, Wanted, median};

/// Messages of a round.
const MESSAGES: usize = 10_000;
/// Rounds of which the median is taken.
const ROUNDS: usize = 7;

pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let messages: Vec<Bytes> = Hospital::default().messages(MESSAGES);
    let bytes: usize = messages.iter().map(Bytes::len).sum();
    println!("a coded report has {} bytes", bytes / messages.len().max(1));
    let source = Source::new(&SourceConfig::default())?;
    let identity = Identity { key: PseudonymKey::from_bytes(&[7; 32])?, authorities: Vec::new() };
    let codes = Codes::with_site(&[])?;
    let received = "2026-11-01T12:00:00Z".parse()?;
    let context = Context {
        source: &source,
        identity: &identity,
        codes: &codes,
        report: ReportKey([9; 16]),
        tie: [1; 16],
        received,
    };
    let limits = Limits::default();
    let understand = |message: &Bytes| -> Result<Verdict> {
        let message = Message::parse(message.clone(), &limits)?;
        Ok(interpret(&message, &context))
    };
    let (mut reads, mut writes, mut digests) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let began = Instant::now();
        for message in &messages {
            black_box(Sha256::digest(message));
        }
        digests.push(megabytes_per_second(bytes, began));
        let began = Instant::now();
        for message in &messages {
            black_box(understand(message)?);
        }
        reads.push(megabytes_per_second(bytes, began));
        let began = Instant::now();
        for message in &messages {
            let Verdict::Keep(understood) = understand(message)? else { return Err("not kept".into()) };
            for one in understood {
                let facts = one.facts.iter().map(lacteal_wire::fact).collect();
                let report = lacteal_wire::event::Report { facts, ..Default::default() };
                black_box(lacteal_wire::encode(&report));
            }
        }
        writes.push(megabytes_per_second(bytes, began));
    }
    let floor = format!("{:.0} MB/s", median(digests.clone()));
    for (figure, rates, wanted) in [
        ("reading: text, MB/s a core", texts()?, Wanted::AtLeast(20.0)),
        ("reading: parse and interpret, MB/s a core", reads, Wanted::AtLeast(100.0)),
        ("reading: the same and write as events, MB/s", writes, Wanted::AtLeast(0.0)),
    ] {
        let rate = median(rates);
        table.row(figure, format!("{rate:.0} MB/s"), floor.clone(), rate, wanted);
    }
    Ok(())
}

/// Rates at which all reports of the narrative's own tests are read.
fn texts() -> Result<Vec<f64>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/narrative/tests/reports");
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "txt") {
            let key = fs::read_to_string(path.with_extension("toml"))?;
            texts.push((kind(&key), fs::read_to_string(path)?));
        }
    }
    let bytes = texts.iter().map(|(_, text)| text.len()).sum();
    let round = || {
        let began = Instant::now();
        for (kind, text) in &texts {
            black_box(lacteal_narrative::read(text, *kind));
        }
        megabytes_per_second(bytes, began)
    };
    Ok((0..ROUNDS).map(|_| round()).collect())
}

/// The kind of a report, which its message tells.
fn kind(key: &str) -> Kind {
    match () {
        () if key.contains("kind = \"pathology\"") => Kind::Pathology,
        () if key.contains("kind = \"radiology\"") => Kind::Radiology,
        () => Kind::Clinic,
    }
}

fn megabytes_per_second(bytes: usize, began: Instant) -> f64 {
    bytes as f64 / 1e6 / began.elapsed().as_secs_f64()
}
