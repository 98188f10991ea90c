//! The risk model: numbers in a file, each with its range, status and source.
//!
//! The model is data, so that a clinical owner can read it, sign it and replace it without a programmer. The form is
//! strict: an unknown, missing or implausible key is an error that names it. What the numbers do to a patient is in
//! [`factors`]; this file knows no patient.

mod check;
pub(crate) mod draws;
pub mod factors;
mod incomplete;
mod line;
pub(crate) mod term;

use lacteal_clinical::Weibull;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::mortality::LifeTable;
use draws::Draws;

/// The model files that are built in, by name.
const BUILT_IN: [(&str, &str); 2] = [("reference", REFERENCE), ("article", ARTICLE)];
const REFERENCE: &str = include_str!("../models/reference.toml");
const ARTICLE: &str = include_str!("../models/article.toml");

/// Why a model file is refused. The key is its path in the file, such as `ki67.per_point.low`; the line is counted from
/// 1, and 0 where none can be named.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not TOML.
    #[error("model file, line {line}: it is not TOML: {reason}")]
    Syntax {
        /// Line.
        line: usize,
        /// What the reader met.
        reason: String,
    },
    /// A key is unknown, missing or of the wrong type.
    #[error("model file, line {line}: {key}: {reason}")]
    Key {
        /// Line.
        line: usize,
        /// Path of the key, or of the table in which one is unknown or missing; `.` for the whole file.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// A value is there and cannot be right.
    #[error("model file, line {line}: {key} {rule}")]
    Value {
        /// Line.
        line: usize,
        /// Path of the key.
        key: String,
        /// What it has to be.
        rule: &'static str,
    },
    /// No model of that name is built in.
    #[error("there is no built-in model {0:?}: there are \"reference\" and \"article\"")]
    NoSuchModel(String),
}

/// How well a number is founded.
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

/// One number of the model.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// The number used.
    pub value: f64,
    /// Lower end of the plausible range.
    pub low: f64,
    /// Upper end of the plausible range.
    pub high: f64,
    /// How well it is founded.
    pub status: Status,
    /// Where it comes from, for people to look up.
    pub source: String,
}

/// A model that passed all checks.
///
/// It is made by [`Model::parse`] and never changed, so that what holds for its file holds for it: all numbers finite,
/// in their ranges and with a source; no adverse finding with a hazard ratio below 1.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) date: String,
    pub(crate) description: String,
    pub(crate) hazard: Hazard,
    pub(crate) limits: Limits,
    pub(crate) nodes: Nodes,
    pub(crate) ki67: Ki67,
    pub(crate) grade: GradeOnly,
    pub(crate) mesentery: Mesentery,
    pub(crate) depth: Depth,
    pub(crate) size: Size,
    pub(crate) margin: MarginRatio,
    pub(crate) invasion: Invasion,
    pub(crate) focality: Focality,
    pub(crate) unknown: Unknown,
    pub(crate) competing: Competing,
    pub(crate) detection: Detection,
    pub(crate) category: Category,
    pub(crate) interval: Interval,
    pub(crate) band: Band,
    /// Digest of the file and the life table.
    #[serde(skip)]
    pub(crate) digest: [u8; 16],
    #[serde(skip, default = "LifeTable::built_in")]
    pub(crate) life_table: LifeTable,
    #[serde(skip)]
    pub(crate) draws: Draws,
}

macro_rules! parameters {
    ($($(#[$doc:meta])* $table:ident as $key:literal { $($name:ident),+ })+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub(crate) struct $table {
                $(pub(crate) $name: Parameter,)+
            }

            impl $table {
                fn parameters(&self) -> Vec<(&'static str, &Parameter)> {
                    vec![$((concat!($key, ".", stringify!($name)), &self.$name),)+]
                }
            }
        )+
    };
}

// A macro, because the list of all parameters that is checked and shown must never miss one that is used.
parameters! {
    /// The reference patient's hazard.
    Hazard as "hazard" { shape, scale_years }
    /// Limits of the product of all hazard ratios.
    Limits as "limits" { hazard_ratio_min, hazard_ratio_max }
    /// Regional lymph nodes.
    Nodes as "nodes" { negative, per_node, reference_count, cap_count, examined_reliable_from }
    /// Ki-67 as a number.
    Ki67 as "ki67" { per_point, reference_percent, cap_percent }
    /// Grade, used when there is no Ki-67 number.
    GradeOnly as "grade" { g2, g3 }
    /// Mesenteric mass and deposits.
    Mesentery as "mesentery" { mass, mass_over_mm, deposits }
    /// Depth of invasion.
    Depth as "depth" { t3, t4 }
    /// Greatest dimension of the primary.
    Size as "size" { over_2_cm, over_3_cm }
    /// Resection margin.
    MarginRatio as "margin" { r1 }
    /// Invasion of vessels and nerves.
    Invasion as "invasion" { lymphovascular, perineural }
    /// Number of primaries.
    Focality as "focality" { multifocal }
    /// What is plausible where nothing is told: for the band and the value of information, never for the risk itself.
    Unknown as "unknown" { nodes_count, ki67_percent, adverse_share }
    /// Death of other causes.
    Competing as "competing" { age_years }
    /// Sensitivity for liver metastasis by modality.
    Detection as "detection" { ct, mr, pet }
    /// Limits of the categories, as risks within five years.
    Category as "category" { intermediate_from, high_from, very_high_from }
    /// The rule of equal risk between scans, for the value of information.
    Interval as "interval" { risk_max, months_min, months_max }
    /// The band.
    Band as "band" { range_coverage }
}

// === impl Model ===

impl Model {
    /// The default model.
    pub fn reference() -> Self {
        #[expect(clippy::expect_used, reason = "a test parses the same bytes")]
        Self::parse(REFERENCE).expect("the built-in model file is valid")
    }

    /// A built-in model by name: `reference`, or `article`, which takes the project's source text literally and is for
    /// comparison only.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn built_in(name: &str) -> Result<Self, Error> {
        Self::parse(Self::built_in_text(name)?)
    }

    /// The file of a built-in model.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn built_in_text(name: &str) -> Result<&'static str, Error> {
        let known = BUILT_IN.iter().find(|(known, _)| *known == name);
        known.map(|(_, text)| *text).ok_or_else(|| Error::NoSuchModel(name.to_owned()))
    }

    /// The names of the built-in models.
    pub fn built_in_names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// Reads and checks a model file, with the built-in life table.
    ///
    /// # Errors
    /// When it is not TOML, a key is unknown, missing or of the wrong type, or a value cannot be right.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::with_life_table(text, LifeTable::built_in())
    }

    /// Reads and checks a model file.
    ///
    /// # Errors
    /// As [`Model::parse`].
    pub fn with_life_table(text: &str, life_table: LifeTable) -> Result<Self, Error> {
        let at = |error: &toml::de::Error, key: &str| {
            let spanned = error.span().map(|span| line::of_byte(text, span.start));
            spanned.or_else(|| line::of_key(text, key)).unwrap_or(0)
        };
        let file = toml::Deserializer::parse(text).map_err(|error| Error::Syntax {
            line: at(&error, ""),
            reason: incomplete::syntax(text, &error),
        })?;
        let mut model: Self = serde_path_to_error::deserialize(file).map_err(|error| {
            let key = error.path().to_string();
            let reason = incomplete::keys(text, error.inner()).unwrap_or_else(|| reason(error.inner()));
            Error::Key { line: at(error.inner(), &key), reason, key }
        })?;
        check::check(&model).map_err(|(key, rule)| {
            let line = line::of_key(text, &key).unwrap_or(0);
            Error::Value { line, key, rule }
        })?;
        let digest = Sha256::new().chain_update(text).chain_update(life_table.digest()).finalize();
        model.digest.copy_from_slice(&digest[..16]);
        model.life_table = life_table;
        model.draws = draws::draws(&model, model.digest);
        Ok(model)
    }

    /// Digest of the file and the life table.
    pub fn digest(&self) -> [u8; 16] {
        self.digest
    }

    /// Date of the file.
    pub fn date(&self) -> &str {
        &self.date
    }

    /// The life table of death of other causes.
    pub fn life_table(&self) -> &LifeTable {
        &self.life_table
    }

    /// Name of the model, such as `lacteal-reference`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Version of the model file.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What the model predicts, for whom.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// All numbers with their path in the file, in the order of the file.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static str, &Parameter)> {
        let tables = [
            self.hazard.parameters(),
            self.limits.parameters(),
            self.nodes.parameters(),
            self.ki67.parameters(),
            self.grade.parameters(),
            self.mesentery.parameters(),
            self.depth.parameters(),
            self.size.parameters(),
            self.margin.parameters(),
            self.invasion.parameters(),
            self.focality.parameters(),
            self.unknown.parameters(),
            self.competing.parameters(),
            self.detection.parameters(),
            self.category.parameters(),
            self.interval.parameters(),
            self.band.parameters(),
        ];
        tables.into_iter().flatten()
    }

    /// The product of hazard ratios, brought within the model's limits.
    pub fn limited(&self, hazard_ratio: f64) -> f64 {
        hazard_ratio.clamp(self.limits.hazard_ratio_min.value, self.limits.hazard_ratio_max.value)
    }

    /// The hazard of liver metastasis of a patient with this product of hazard ratios, which is limited first.
    pub(crate) fn hazard(&self, hazard_ratio: f64) -> Weibull {
        let ratio = self.limited(hazard_ratio);
        #[expect(
            clippy::expect_used,
            reason = "parsing checks shape, scale and limits; products of finite ratios are numbers"
        )]
        Weibull::new(self.hazard.shape.value, self.hazard.scale_years.value, ratio)
            .expect("a checked model is a Weibull")
    }
}

/// The message of a TOML error on one line, without the excerpt of the file.
fn reason(error: &toml::de::Error) -> String {
    error.message().replace('\n', ", ")
}
