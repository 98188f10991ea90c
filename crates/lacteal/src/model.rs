//! `lacteal model`: the risk models that are built in and those of a site, every number with its source.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use comfy_table::{Cell, CellAlignment};
use lacteal_risk::Model;
use lacteal_risk::model::Status;

use crate::args::Files;
use crate::show;

/// Exit code 1 when a model is refused, with its file and line.
pub(crate) fn model(command: &Files) -> anyhow::Result<ExitCode> {
    match command {
        Files::List => list()?,
        Files::Show { which, text: true } => show::text(&text(which)?),
        Files::Show { which, text: false } => print(&named(which)?),
        Files::Check { file } => print(&of_file(file)?),
    }
    Ok(ExitCode::SUCCESS)
}

/// A model by its built-in name, else of a file.
pub(crate) fn named(which: &str) -> anyhow::Result<Model> {
    match built_in(which) {
        Some(name) => Ok(Model::built_in(name)?),
        None => of_file(existing(which)?),
    }
}

/// The built-in name, which may be written as models call themselves.
fn built_in(which: &str) -> Option<&'static str> {
    let short = which.strip_prefix("lacteal-").unwrap_or(which);
    Model::built_in_names().find(|name| *name == short)
}

fn text(which: &str) -> anyhow::Result<String> {
    match built_in(which) {
        Some(name) => Ok(Model::built_in_text(name)?.to_owned()),
        None => std::fs::read_to_string(existing(which)?).with_context(|| format!("failed to read {which}")),
    }
}

fn existing(which: &str) -> anyhow::Result<&Path> {
    let file = Path::new(which);
    if !file.exists() {
        let names: Vec<&str> = Model::built_in_names().collect();
        bail!("there is no model and no file {which:?}: use {} or a file", names.join(", "));
    }
    Ok(file)
}

fn of_file(file: &Path) -> anyhow::Result<Model> {
    let text = std::fs::read_to_string(file).with_context(|| format!("failed to read {}", file.display()))?;
    Model::parse(&text).map_err(|error| show::refused_at(file, &error.to_string()))
}

fn list() -> anyhow::Result<()> {
    let mut table = show::table(&["name", "version", "date", "numbers", "what it predicts"]);
    for name in Model::built_in_names() {
        let model = Model::built_in(name)?;
        table.add_row([
            name.to_owned(),
            model.version().to_owned(),
            model.date().to_owned(),
            model.parameters().count().to_string(),
            model.description().to_owned(),
        ]);
    }
    show::print(&table);
    Ok(())
}

fn print(model: &Model) {
    show::line(&format!("model       {} {} ({})", model.name(), model.version(), model.date()));
    show::line(&format!("predicts    {}", model.description()));
    let life_table = model.life_table();
    show::line(&format!("life table  {}: {}", life_table.name(), life_table.source()));
    let mut table = show::table(&["number", "value", "range", "status", "source"]);
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    for (key, it) in model.parameters() {
        let status = match it.status {
            Status::Published => "published",
            Status::Derived => "derived",
            Status::Assumption => "assumption",
        };
        table.add_row([
            Cell::new(key),
            right(it.value.to_string()),
            right(format!("{} to {}", it.low, it.high)),
            Cell::new(status),
            Cell::new(&it.source),
        ]);
    }
    show::print(&table);
}
