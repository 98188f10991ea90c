//! The policy: when the next scan is due, as rows in a file, each with its status and source.
//!
//! A policy is data, so that a clinical owner can read it, sign it and replace it. The form is strict: an unknown,
//! missing or implausible setting, and a row that no patient can reach, is an error that names the line. How the rows
//! are applied is in [`plan`](crate::plan()); this module knows no patient.

mod check;
mod condition;
mod file;
mod incomplete;
mod row;

#[cfg(test)]
mod tables;

use serde::Deserialize;
use sha2::{Digest, Sha256};

pub(crate) use condition::{Category, Distant, Grade, Liver, Margin, Nodes, Part, Traits};
pub use row::RowWords;
pub(crate) use row::{ModalityRule, Months, Row, Timing};

/// The policy files that are built in, by name.
const BUILT_IN: [(&str, &str); 3] = [
    ("default", include_str!("../policies/default.toml")),
    ("nccn", include_str!("../policies/nccn.toml")),
    ("norway", include_str!("../policies/norway.toml")),
];

/// Why a policy file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("policy file, line {line}: {what}")]
pub struct Error {
    line: usize,
    what: String,
}

impl Error {
    /// Line of the file, from 1.
    pub fn line(&self) -> usize {
        self.line
    }
}

/// How well a setting is founded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// As printed in a source.
    Published,
    /// Worked out from published numbers.
    Derived,
    /// A choice that no source makes.
    Assumption,
}

impl Status {
    /// The word in the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Derived => "derived",
            Self::Assumption => "assumption",
        }
    }

    /// What is said of a part that is no published number.
    pub(crate) fn note(self, what: &str) -> Option<String> {
        (self != Self::Published).then(|| format!("{what}: {}", self.word()))
    }
}

/// A modality that can be planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Modality {
    #[serde(rename = "CT")]
    Ct,
    #[serde(rename = "MR")]
    Mr,
}

impl From<Modality> for lacteal_wire::event::Modality {
    fn from(it: Modality) -> Self {
        match it {
            Modality::Ct => Self::Ct,
            Modality::Mr => Self::Mr,
        }
    }
}

/// What an interval is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum After {
    /// The last scan that counts, else time zero.
    Scan,
    /// The indeterminate finding of the liver.
    Finding,
}

/// What comes at the end of follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Then {
    /// There is no end.
    Lifelong,
    /// A clinician decides whether it goes on.
    Review,
    /// It ends.
    Ended,
}

/// When a test is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum When {
    /// Once, as a baseline.
    Once,
    /// With each scan.
    Scan,
    /// As soon as the row applies.
    Now,
}

/// Days and numbers that hold for all rows of a policy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct General {
    /// How the accepted risk is founded.
    pub(crate) risk_status: Status,
    /// How the days around the due day are founded.
    pub(crate) window_status: Status,
    /// Highest accepted risk of liver metastasis between two scans.
    pub(crate) risk_between_scans_max: f64,
    /// Days before the due day on which a scan counts as the one that was due.
    pub(crate) opens_before_days: u16,
    /// Days after the due day until a scan is overdue.
    pub(crate) overdue_after_days: u16,
    /// Days for which the report of an appointment is awaited.
    pub(crate) report_within_days: u16,
    /// PET counts as a scan of the liver.
    pub(crate) pet_counts: bool,
    /// Which modality avoids a contrast medium that is not tolerated; none when the policy does not say.
    pub(crate) contrast: Option<ContrastRule>,
}

/// Which modality avoids a contrast medium that is not tolerated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ContrastRule {
    /// Instead of one with iodinated contrast.
    pub(crate) iodinated: Modality,
    /// Instead of one with gadolinium.
    pub(crate) gadolinium: Modality,
}

/// A policy that passed all checks.
///
/// It is made by [`Policy::parse`] and never changed. What holds for every one of them: each row can be reached, has a
/// source, and gives an interval within the limits of this module or something for a person to review; at least one row
/// gives an interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) date: jiff::civil::Date,
    pub(crate) source: String,
    pub(crate) general: General,
    pub(crate) rows: Vec<Row>,
    /// Shortest interval of all rows, in months: for patients whom no row covers.
    pub(crate) shortest_months: u8,
    /// Digest of the file.
    pub(crate) digest: [u8; 16],
}

impl Policy {
    /// The policy that is built in under this name: `default`, `nccn` or `norway`.
    pub fn built_in(name: &str) -> Option<Self> {
        let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == name)?;
        #[expect(clippy::expect_used, reason = "a test parses the same bytes")]
        Some(Self::parse(text).expect("a built-in policy file is valid"))
    }

    /// Names of the policies that are built in.
    pub fn built_in_names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// The text of a policy file that is built in, to be copied and changed.
    pub fn built_in_text(name: &str) -> Option<&'static str> {
        BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
    }

    /// Reads and checks a policy file.
    ///
    /// # Errors
    /// When it is not TOML, a setting is unknown, missing or of the wrong type, a value cannot be right, or a row is
    /// incomplete or can never apply. The error names the line and what to do.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut policy = check::policy(text)?;
        policy.digest.copy_from_slice(&Sha256::digest(text)[..16]);
        Ok(policy)
    }

    /// Name of the policy, such as `default`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Version of the policy file.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Day on which the policy was last read against its sources.
    pub fn date(&self) -> jiff::civil::Date {
        self.date
    }

    /// Guideline that the policy follows, for people to look up.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The rows in the order of the file, in words.
    pub fn rows(&self) -> impl Iterator<Item = RowWords> {
        self.rows.iter().map(Row::in_words)
    }
}
