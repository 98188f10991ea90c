//! The place of a value in the configuration.

use std::fmt;
use toml::{Table, Value};

/// A path of names from the root. Ordered by name, so that a report is sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(Vec<String>);

impl Key {
    pub(super) fn root() -> Self {
        Self::default()
    }

    /// `intake.mllp`
    pub(super) fn dotted(text: &str) -> Self {
        Self(text.split('.').map(str::to_owned).collect())
    }

    /// `LACTEAL_INTAKE__MLLP`; none when a name would be empty.
    pub(super) fn of_variable(variable: &str) -> Option<Self> {
        let names: Vec<String> =
            variable.strip_prefix(super::PREFIX)?.split("__").map(str::to_lowercase).collect();
        (!names.iter().any(String::is_empty)).then_some(Self(names))
    }

    pub(super) fn of_path(path: &serde_path_to_error::Path) -> Self {
        use serde_path_to_error::Segment;
        Self(
            path.iter()
                .map(|segment| match segment {
                    Segment::Seq { index } => format!("[{index}]"),
                    Segment::Map { key } => key.clone(),
                    Segment::Enum { variant } => variant.clone(),
                    Segment::Unknown => "?".to_owned(),
                })
                .collect(),
        )
    }

    pub(super) fn to_variable(&self) -> String {
        format!("{}{}", super::PREFIX, self.0.join("__").to_uppercase())
    }

    pub(super) fn child(&self, name: &str) -> Self {
        let mut names = self.0.clone();
        names.push(name.to_owned());
        Self(names)
    }

    pub(super) fn parent(&self) -> &[String] {
        self.0.split_last().map_or(&[], |(_, parent)| parent)
    }

    pub(super) fn last(&self) -> Option<&str> {
        self.0.last().map(String::as_str)
    }

    pub(super) fn depth(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this is `other` or below it.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    pub(super) fn without_positions(&self) -> Self {
        Self(self.0.iter().filter(|name| !is_position(name)).cloned().collect())
    }

    pub(super) fn find<'a>(&self, tree: &'a Table) -> Option<&'a Value> {
        let (first, rest) = self.0.split_first()?;
        rest.iter().try_fold(tree.get(first)?, |value, name| value.as_table()?.get(name))
    }

    /// A table that holds only `value`, at this key.
    pub(super) fn nest(&self, value: Value) -> Table {
        let whole = self
            .0
            .iter()
            .rev()
            .fold(value, |value, name| Value::Table(Table::from_iter([(name.clone(), value)])));
        match whole {
            Value::Table(table) => table,
            // Only the root has no name to nest under.
            _ => Table::new(),
        }
    }
}

impl fmt::Display for Key {
    /// As TOML writes a dotted key; positions in lists as `[0]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_bare = |name: &str| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        };
        for (position, name) in self.0.iter().enumerate() {
            if is_position(name) {
                f.write_str(name)?;
                continue;
            }
            let dot = if position == 0 { "" } else { "." };
            if is_bare(name) {
                write!(f, "{dot}{name}")?;
            } else {
                write!(f, "{dot}{}", Value::String(name.clone()))?;
            }
        }
        Ok(())
    }
}

fn is_position(name: &str) -> bool {
    name.strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()))
}

/// Visits every key of a tree, tables and leaves.
pub(super) fn every(tree: &Table, at: &Key, visit: &mut impl FnMut(&Key)) {
    for (name, value) in tree {
        let key = at.child(name);
        visit(&key);
        if let Value::Table(below) = value {
            every(below, &key, visit);
        }
    }
}
