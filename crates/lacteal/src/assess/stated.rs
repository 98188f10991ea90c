//! What was stated about a patient by hand, under the names of the flags: from flags, and from a file under them.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use toml::Value;

use super::report;
use crate::args;

/// Most bytes of a file with facts.
const FILE_BYTES_MAX: u64 = 64 << 10;
/// Most values under one name.
const VALUES_MAX: usize = 100;

/// The names of facts.
pub(super) const NAMES: [&str; 26] = [
    "born",
    "deposits",
    "depth",
    "grade",
    "histology",
    "ki67",
    "liver",
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
        let is_stdin = file.as_os_str() == "-";
        let shown = if is_stdin { "standard input".to_owned() } else { file.display().to_string() };
        let read = || -> anyhow::Result<Self> {
            let mut text = String::new();
            let most = FILE_BYTES_MAX + 1;
            if is_stdin {
                std::io::stdin().lock().take(most).read_to_string(&mut text)?;
            } else {
                std::fs::File::open(file)?.take(most).read_to_string(&mut text)?;
            }
            ensure!(text.len() as u64 <= FILE_BYTES_MAX, "it is larger than {FILE_BYTES_MAX} bytes");
            ensure!(!text.trim().is_empty(), "it is empty");
            Self::parse(&text)
        };
        read().with_context(|| format!("failed to read {shown}"))
    }

    /// Facts as TOML, as one object of JSON, or as the summary of a report.
    fn parse(text: &str) -> anyhow::Result<Self> {
        if report::is_summary(text) {
            let all = report::stated(text)?;
            return Ok(Self(all.into_iter().map(|(name, value)| (name, vec![value])).collect()));
        }
        let table: BTreeMap<String, Value> = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).context(
                "it is neither one object of JSON with the names of facts nor what lacteal read --summary prints",
            )?
        } else {
            toml::from_str(text).context(
                "it is neither TOML with the names of facts nor what lacteal read --summary prints",
            )?
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

#[cfg(test)]
impl<'a> FromIterator<(&'static str, &'a str)> for Stated {
    fn from_iter<I: IntoIterator<Item = (&'static str, &'a str)>>(all: I) -> Self {
        Self(all.into_iter().map(|(name, value)| (name, vec![value.to_owned()])).collect())
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
    fn the_summary_of_a_report_states_facts_under_the_names_of_the_flags() {
        let summary = r#"{"in_scope": true, "site": "small_bowel", "tumour_size_mm": 18.0, "multifocal": true,
            "extent": "muscularis_propria", "pT": "T2", "pN": "N1", "pM": null, "nodes_examined": 14,
            "nodes_positive": 3, "ki67_percent": {"low": 3.0, "high": 5.0},
            "mitoses_per_2mm2": {"low": 0.0, "high": 2.0}, "grade": "G2", "liver_metastasis": "absent",
            "mesenteric_mass_mm": 12.5}"#;
        let by_summary = Stated::parse(summary).unwrap();
        let by_hand = "site = 'small-bowel'\nsize = '18 mm'\nprimaries = 'several'\ndepth = 'muscularis'\npt = 'T2'\n\
            pn = 'N1'\nnodes-examined = 14\nnodes-positive = 3\nki67 = '3-5'\nmitoses = '<=2'\ngrade = 'G2'\n\
            liver = 'clear'\nmass = '12.5 mm'\n";
        let by_hand = Stated::parse(by_hand).unwrap();
        let findings = |it: &Stated| super::super::facts::hypotheses(it).unwrap();
        assert_eq!(findings(&by_summary), findings(&by_hand));
        assert_eq!(findings(&by_summary).len(), 13, "nothing is lost");
        let open = r#"{"in_scope": true, "ki67_percent": {"low": 20.0, "high": 100.0}}"#;
        assert_eq!(Stated::parse(open).unwrap().one("ki67"), Some(">=20"));
    }

    #[test]
    fn a_summary_of_another_tumour_of_two_reports_or_of_another_form_is_refused() {
        let refused = |text: &str| format!("{:#}", Stated::parse(text).unwrap_err());
        assert!(refused(r#"{"in_scope": false}"#).contains("in_scope is false"));
        assert!(refused("{\"in_scope\": true}\n{\"in_scope\": true}").contains("for one report"));
        assert!(refused(r#"{"in_scope": true, "colour": 1}"#).contains("colour"));
        assert!(refused("MSH|^~").contains("what lacteal read --summary prints"));
        assert!(refused("[{\"in_scope\": true}]").contains("what lacteal read --summary prints"));
        assert!(refused("{").contains("what lacteal read --summary prints"));
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
