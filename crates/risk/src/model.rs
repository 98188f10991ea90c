//! The risk model: numbers in a file, each with its range, status and source.
//!
//! The model is data, so that a clinical owner can read it, sign it and replace it without a programmer. The form is
//! strict: an unknown, missing or implausible key is an error that names it. What the numbers do to a patient is in
//! [`factors`](crate::model::factors); this file knows no patient.

mod check;
pub mod factors;

use lacteal_clinical::Weibull;
use serde::Deserialize;

/// The model file that is built in.
const REFERENCE: &str = include_str!("../models/reference.toml");

/// Why a model file is refused. The key is its path in the file, such as `ki67.per_point.low`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not TOML.
    #[error("model file is not TOML: {reason}")]
    Syntax {
        /// What the reader met.
        reason: String,
    },
    /// A key is unknown, missing or of the wrong type.
    #[error("model file: {key}: {reason}")]
    Key {
        /// Path of the key, or of the table in which one is unknown or missing; `.` for the whole file.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// A value is there and cannot be right.
    #[error("model file: {key} {rule}")]
    Value {
        /// Path of the key.
        key: String,
        /// What it has to be.
        rule: &'static str,
    },
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
}

// === impl Model ===

impl Model {
    /// The model that is built in.
    pub fn reference() -> Self {
        #[expect(clippy::expect_used, reason = "a test parses the same bytes")]
        Self::parse(REFERENCE).expect("the built-in model file is valid")
    }

    /// Reads and checks a model file.
    ///
    /// # Errors
    /// When it is not TOML, a key is unknown, missing or of the wrong type, or a value cannot be right.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let file =
            toml::Deserializer::parse(text).map_err(|error| Error::Syntax { reason: reason(&error) })?;
        let model: Self = serde_path_to_error::deserialize(file)
            .map_err(|error| Error::Key { key: error.path().to_string(), reason: reason(error.inner()) })?;
        check::check(&model)?;
        Ok(model)
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
