//! Guesses at what was meant by an unknown name.

use super::key::Key;
use std::collections::BTreeSet;

/// How many names are listed when none is near.
const LISTED_MAX: usize = 12;

/// For an unknown key: the known key that is nearest, else one of the same name elsewhere, else what there is
/// at its place. Empty when there is nothing to say.
pub(super) fn hint(key: &Key, known: &BTreeSet<Key>, show: impl Fn(&Key) -> String) -> String {
    let text = key.to_string();
    let name = key.last().unwrap_or_default();
    let nearest = known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&text, &candidate.to_string()), candidate))
        .filter(|(distance, _)| *distance <= tolerance(name))
        .min_by_key(|(distance, _)| *distance);
    let mut namesakes = known.iter().filter(|candidate| candidate.last() == Some(name));
    let guess =
        nearest.map(|(_, candidate)| candidate).or_else(|| match (namesakes.next(), namesakes.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        });
    match guess {
        Some(guess) => format!(": did you mean {}?", show(guess)),
        None => listed(known.iter().filter(|candidate| candidate.parent() == key.parent()).map(show)),
    }
}

/// The same among plain names.
pub(super) fn hint_of_names(unknown: &str, expected: &[&str]) -> String {
    let nearest = expected
        .iter()
        .map(|name| (strsim::damerau_levenshtein(unknown, name), name))
        .filter(|(distance, _)| *distance <= tolerance(unknown))
        .min_by_key(|(distance, _)| *distance);
    match nearest {
        Some((_, name)) => format!(": did you mean \"{name}\"?"),
        None => listed(expected.iter().map(|name| format!("\"{name}\""))),
    }
}

/// One slip in a short name, two in a longer one, three in a long one.
fn tolerance(name: &str) -> usize {
    (name.chars().count() / 3).clamp(1, 3)
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let mut names: Vec<String> = names.take(LISTED_MAX + 1).collect();
    if names.is_empty() {
        return String::new();
    }
    if names.len() > LISTED_MAX {
        names.truncate(LISTED_MAX);
        names.push("…".to_owned());
    }
    format!(": known here: {}", names.join(", "))
}

/// What serde says when a name is unknown, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal<'a> {
    Field { unknown: &'a str, expected: Vec<&'a str> },
    Variant { unknown: &'a str, expected: Vec<&'a str> },
}

impl<'a> Refusal<'a> {
    /// Reads "unknown field `a`, expected one of `b`, `c`" and its kin; none for any other message.
    pub(super) fn read(message: &'a str) -> Option<Self> {
        let field = message.strip_prefix("unknown field `");
        let rest = field.or_else(|| message.strip_prefix("unknown variant `"))?;
        let (unknown, rest) = rest.split_once("`, ")?;
        let expected = rest.split('`').skip(1).step_by(2).collect();
        Some(if field.is_some() {
            Self::Field { unknown, expected }
        } else {
            Self::Variant { unknown, expected }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Two {
        #[serde(rename = "first")]
        _first: u8,
        #[serde(rename = "second")]
        _second: Option<Unit>,
    }

    #[derive(serde::Deserialize)]
    #[serde(rename_all = "lowercase", deny_unknown_fields)]
    enum Unit {
        Mm,
        Cm,
    }

    #[test]
    fn the_messages_of_serde_are_understood() {
        let said = |text: &str| toml::from_str::<Two>(text).map(|_| ()).unwrap_err().message().to_owned();
        assert_eq!(
            Refusal::read(&said("frist = 1")),
            Some(Refusal::Field { unknown: "frist", expected: vec!["first", "second"] })
        );
        assert_eq!(
            Refusal::read(&said("first = 1\nsecond = 'm'")),
            Some(Refusal::Variant { unknown: "m", expected: vec!["mm", "cm"] })
        );
        assert_eq!(Refusal::read(&said("first = 'x'")), None);
    }

    #[test]
    fn a_slip_is_guessed_and_a_stranger_is_not() {
        assert_eq!(hint_of_names("jsno", &["json", "human"]), ": did you mean \"json\"?");
        assert_eq!(hint_of_names("xml", &["json", "human"]), ": known here: \"json\", \"human\"");
        assert_eq!(hint_of_names("xml", &[]), "");
    }
}
