//! Why a configuration is refused, in words that lead to the place to correct.

use super::key::Key;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Built in.
    Default,
    /// A configuration file.
    File(PathBuf),
    /// An environment variable.
    Variable(String),
    /// A command-line flag.
    Flag(String),
}

/// Why a configuration is refused. Values of secret keys are never in the text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The defaults are not a TOML table: a mistake in the program.
    #[error("the defaults cannot be written as TOML: {0}")]
    Defaults(String),
    /// The file cannot be read.
    #[error("cannot read {path}: {reason}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        reason: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{path} is not TOML: line {line}, column {column}: {message}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
        /// What the parser said.
        message: String,
    },
    /// A key that nobody reads.
    #[error("unknown key \"{key}\" {}{hint}", .origin.place())]
    UnknownKey {
        /// The key, dotted.
        key: String,
        /// Where it was set.
        origin: Origin,
        /// The near miss, or what there is; begins with a colon, or is empty.
        hint: String,
    },
    /// A variable that begins like ours and is not the name of a key.
    #[error("unknown environment variable {variable}{hint}")]
    UnknownVariable {
        /// Its name.
        variable: String,
        /// The near miss, or what there is; begins with a colon, or is empty.
        hint: String,
    },
    /// The value of a variable of ours is not Unicode.
    #[error("the environment variable {0} is not Unicode")]
    NotUnicode(String),
    /// A value that is not what its key wants.
    #[error("{key} {}: {message}", .origin.place())]
    WrongType {
        /// The key, dotted.
        key: String,
        /// Where it was set.
        origin: Origin,
        /// What was expected and what was found.
        message: String,
    },
}

/// A mismatch of kinds.
pub(super) struct WrongType {
    pub(super) expected: &'static str,
    pub(super) found: String,
}

impl fmt::Display for WrongType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

impl Error {
    pub(super) fn wrong_type(key: &Key, origin: &Origin, message: String) -> Self {
        Self::WrongType { key: key.to_string(), origin: origin.clone(), message }
    }

    /// The place and the message only: the parser's full text quotes the line, which may hold a secret.
    pub(super) fn syntax(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self::Syntax {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            message: error.message().to_owned(),
        }
    }
}

impl Origin {
    fn place(&self) -> String {
        match self {
            Self::Default => "in the defaults".to_owned(),
            Self::File(path) => format!("in {}", path.display()),
            Self::Variable(name) => format!("from the environment variable {name}"),
            Self::Flag(flag) => format!("from the flag {flag}"),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => path.display().fmt(f),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}
