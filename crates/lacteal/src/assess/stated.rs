//! What was stated about a patient by hand, under the names of the flags: from flags, and from a file under them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use toml::Value;

use crate::args;

/// Most bytes of a file with facts.
const FILE_BYTES_MAX: u64 = 64 << 10;
/// Most values under one name.
const VALUES_MAX: usize = 100;

/// The names of facts.
const NAMES: [&str; 25] = [
    "born",
    "deposits",
    "depth",
    "grade",
    "histology",
    "ki67",
    "lymphovascular",
    "margin",
    "marker",
    "mass",
    "metastasis-ki67",
    "mitoses",
    "nodes-examined",
    "nodes-positive",
    "perineural",
    "pm",
    "pn",
    "primaries",
    "pt",
    "resected",
    "scan",
    "sex",
    "site",
    "size",
    "syndrome",
];
/// Names of which there may be several.
const MANY: [&str; 2] = ["marker", "scan"];

/// What was stated, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stated(BTreeMap<&'static str, Vec<String>>);

impl Stated {
    /// The file's facts with those of the flags over them.
    pub(crate) fn of(flags: &args::Facts) -> anyhow::Result<Self> {
        let mut stated = match &flags.file {
            Some(file) => Self::of_file(file)?,
            None => Self::default(),
        };
        for (name, values) in flags.stated() {
            stated.0.insert(name, values);
        }
        Ok(stated)
    }

    fn of_file(file: &Path) -> anyhow::Result<Self> {
        let shown = file.display();
        let size = std::fs::metadata(file).with_context(|| format!("failed to read {shown}"))?.len();
        ensure!(size <= FILE_BYTES_MAX, "failed to read {shown}: it is larger than {FILE_BYTES_MAX} bytes");
        let text = std::fs::read_to_string(file).with_context(|| format!("failed to read {shown}"))?;
        Self::parse(&text).with_context(|| format!("failed to read {shown}"))
    }

    /// Facts as TOML, or as one object of JSON.
    fn parse(text: &str) -> anyhow::Result<Self> {
        let table: BTreeMap<String, Value> = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).context("it is no object of JSON with the names of facts")?
        } else {
            toml::from_str(text)?
        };
        let mut stated = Self::default();
        for (key, value) in table {
            let name = known(&key)?;
            let values =
                values(value).with_context(|| format!("{key} has a value that is none of a fact"))?;
            let is_many = MANY.contains(&name);
            ensure!(is_many || values.len() == 1, "{key} needs exactly one value");
            ensure!(values.len() <= VALUES_MAX, "{key} has more than {VALUES_MAX} values");
            stated.0.insert(name, values);
        }
        Ok(stated)
    }

    /// The value of a name that has one.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.first().map(String::as_str)
    }

    /// The values of a name that may have several.
    pub(crate) fn many(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The name of a fact, also when it is written with underscores.
fn known(key: &str) -> anyhow::Result<&'static str> {
    let written = key.replace('_', "-");
    if let Some(name) = NAMES.into_iter().find(|name| *name == written) {
        return Ok(name);
    }
    let near = |name: &&str| strsim::damerau_levenshtein(&written, name);
    match NAMES.into_iter().min_by_key(near).filter(|name| near(name) <= 2) {
        Some(name) => bail!("there is no fact {key:?}: did you mean {name:?}?"),
        None => bail!("there is no fact {key:?}: use {}", NAMES.join(", ")),
    }
}

fn values(value: Value) -> anyhow::Result<Vec<String>> {
    match value {
        Value::Array(all) => Ok(all.into_iter().map(values).collect::<Result<Vec<_>, _>>()?.concat()),
        Value::String(text) => Ok(vec![text]),
        Value::Integer(number) => Ok(vec![number.to_string()]),
        Value::Float(number) => Ok(vec![number.to_string()]),
        Value::Boolean(is_so) => Ok(vec![if is_so { "yes" } else { "no" }.to_owned()]),
        Value::Datetime(day) => Ok(vec![day.to_string()]),
        Value::Table(_) => bail!("write a text, a number, yes or no, a date, or a list of texts"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toml_and_json_say_the_same_and_dates_and_numbers_need_no_quotes() {
        let toml = "ki67 = \"3-5%\"\nnodes_positive = 4\nresected = 2024-03-01\ndeposits = true\n\
                    scan = [\"2025-01-10 MR liver clear\"]\n";
        let json = r#"{"ki67": "3-5%", "nodes-positive": 4, "resected": "2024-03-01", "deposits": true,
                       "scan": ["2025-01-10 MR liver clear"]}"#;
        let stated = Stated::parse(toml).unwrap();
        assert_eq!(stated, Stated::parse(json).unwrap());
        assert_eq!(stated.one("nodes-positive"), Some("4"));
        assert_eq!(stated.one("resected"), Some("2024-03-01"));
        assert_eq!(stated.many("scan").len(), 1);
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_near_one() {
        let refused = |text: &str| format!("{:#}", Stated::parse(text).unwrap_err());
        assert_eq!(refused("ki76 = 3"), "there is no fact \"ki76\": did you mean \"ki67\"?");
        assert!(refused("haemoglobin = 3").contains("use born, deposits"));
        assert!(refused("ki67 = [1, 2]").contains("exactly one"));
        assert!(refused("ki67 = { low = 1 }").contains("ki67 has a value that is none"));
    }
}
