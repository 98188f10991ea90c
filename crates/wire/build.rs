//! Compiles the protobuf files without protoc, and keeps the descriptor set for gRPC reflection.

use std::path::PathBuf;
use std::{env, error, fs};

const FILES: [&str; 18] = [
    "lacteal/event/v1/assessment.proto",
    "lacteal/event/v1/dossier.proto",
    "lacteal/event/v1/fact.proto",
    "lacteal/event/v1/feed.proto",
    "lacteal/event/v1/notice.proto",
    "lacteal/event/v1/plan.proto",
    "lacteal/event/v1/report.proto",
    "lacteal/v1/answer.proto",
    "lacteal/v1/feed_service.proto",
    "lacteal/v1/intake_service.proto",
    "lacteal/v1/patient_service.proto",
    "lacteal/v1/plan_service.proto",
    "lacteal/v1/quarantine.proto",
    "lacteal/v1/reinterpretation_service.proto",
    "lacteal/v1/risk_service.proto",
    "lacteal/v1/submit.proto",
    "lacteal/v1/supposed_plan.proto",
    "lacteal/v1/worklist_service.proto",
];

fn main() -> Result<(), Box<dyn error::Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    println!("cargo::rerun-if-changed={}", root.display());
    let descriptors = protox::compile(FILES, [&root])?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("descriptors.bin"), prost::Message::encode_to_vec(&descriptors))?;
    tonic_prost_build::configure()
        .bytes(".lacteal.event.v1.Report.raw")
        .bytes(".lacteal.event.v1.Quarantined.raw")
        .compile_fds(descriptors)?;
    Ok(())
}
