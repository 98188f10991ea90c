//! What is in force and where it came from, for people.

use super::error::Origin;
use super::key::Key;
use std::collections::BTreeMap;
use std::fmt;
use toml::{Table, Value};

/// What is shown in place of a secret that is set.
const SECRET: &str = "<set>";

/// One value in force.
pub(super) struct Entry {
    key: Key,
    value: Value,
    origin: Origin,
}

/// All leaves of the tree, sorted by key, with secrets hidden.
pub(super) fn entries(tree: &Table, secret: &[Key], origin: impl Fn(&Key) -> Origin) -> Vec<Entry> {
    let mut leaves = BTreeMap::new();
    gather(tree, &Key::root(), &mut leaves);
    leaves
        .into_iter()
        .map(|(key, value)| Entry { origin: origin(&key), value: hidden(value, &key, secret), key })
        .collect()
}

fn gather<'a>(tree: &'a Table, at: &Key, leaves: &mut BTreeMap<Key, &'a Value>) {
    for (name, value) in tree {
        match value {
            Value::Table(below) if !below.is_empty() => gather(below, &at.child(name), leaves),
            leaf => {
                leaves.insert(at.child(name), leaf);
            }
        }
    }
}

/// The value with everything that is secret in it replaced. What is empty is not set, and shown so.
fn hidden(value: &Value, at: &Key, secret: &[Key]) -> Value {
    match value {
        Value::Table(table) => Value::Table(
            table
                .iter()
                .map(|(name, below)| (name.clone(), hidden(below, &at.child(name), secret)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(|item| hidden(item, at, secret)).collect()),
        Value::String(text) if text.is_empty() => value.clone(),
        _ if secret.iter().any(|secret| at.is_within(secret)) => Value::String(SECRET.to_owned()),
        _ => value.clone(),
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}   # {}", self.key, self.value, self.origin)
    }
}
