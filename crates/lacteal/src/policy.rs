//! `lacteal policy`: the policies that are built in and those of a site, row by row with their sources.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use lacteal_scheduling::Policy;

use crate::args::Files;
use crate::show;

/// Exit code 1 when a policy is refused, with its file and line.
pub(crate) fn policy(command: &Files) -> anyhow::Result<ExitCode> {
    match command {
        Files::List => list(),
        Files::Show { which, text: true } => show::text(&text(which)?),
        Files::Show { which, text: false } => print(&named(which)?),
        Files::Check { file } => print(&of_file(file)?),
    }
    Ok(ExitCode::SUCCESS)
}

/// A policy by its built-in name, else of a file.
pub(crate) fn named(which: &str) -> anyhow::Result<Policy> {
    match Policy::built_in(which) {
        Some(policy) => Ok(policy),
        None => of_file(existing(which)?),
    }
}

fn text(which: &str) -> anyhow::Result<String> {
    match Policy::built_in_text(which) {
        Some(text) => Ok(text.to_owned()),
        None => std::fs::read_to_string(existing(which)?).with_context(|| format!("failed to read {which}")),
    }
}

fn existing(which: &str) -> anyhow::Result<&Path> {
    let file = Path::new(which);
    if !file.exists() {
        let names: Vec<&str> = Policy::built_in_names().collect();
        bail!("there is no policy and no file {which:?}: use {} or a file", names.join(", "));
    }
    Ok(file)
}

fn of_file(file: &Path) -> anyhow::Result<Policy> {
    let text = std::fs::read_to_string(file).with_context(|| format!("failed to read {}", file.display()))?;
    let refused = |error: lacteal_scheduling::policy::Error| show::refused_at(file, &error.to_string());
    Policy::parse(&text).map_err(refused)
}

fn list() {
    let mut table = show::table(&["name", "version", "read on", "rows", "source"]);
    for policy in Policy::built_in_names().filter_map(Policy::built_in) {
        table.add_row([
            policy.name().to_owned(),
            policy.version().to_owned(),
            policy.date().to_string(),
            policy.rows().count().to_string(),
            policy.source().to_owned(),
        ]);
    }
    show::print(&table);
}

fn print(policy: &Policy) {
    show::line(&format!("policy   {} {} ({})", policy.name(), policy.version(), policy.date()));
    show::line(&format!("source   {}", policy.source()));
    let mut table = show::table(&[
        "row",
        "for",
        "condition",
        "interval",
        "modality",
        "end",
        "besides",
        "status",
        "source",
    ]);
    for row in policy.rows() {
        table.add_row([
            row.name,
            row.title,
            row.condition,
            row.interval,
            row.modality,
            row.end,
            row.besides,
            row.status.word().to_owned(),
            row.source,
        ]);
    }
    show::print(&table);
}
