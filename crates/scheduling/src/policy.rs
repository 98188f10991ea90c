//! The policy: when the next scan is due, as settings in a file, each with its status and source.
//!
//! A policy is data, so that a clinical owner can read it, sign it and replace it. The form is strict: an unknown,
//! missing or implausible key is an error that names it. How the settings are applied is in [`plan`](crate::plan);
//! this file knows no patient.

use lacteal_wire::event;
use serde::Deserialize;

/// The policy file that is built in.
const DEFAULT: &str = include_str!("../policies/default.toml");

/// Longest interval that a file may allow, in months: beyond it a missing scan would go unnoticed for too long.
const MONTHS_MAX: u8 = 36;
/// Longest time before or after the due day that a file may allow.
const DAYS_MAX: u16 = 120;
/// Highest risk between two scans that a file may accept.
const RISK_MAX: f64 = 0.5;

/// Why a policy file is refused. The key is its path in the file, such as `interval.months_max.value`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not TOML.
    #[error("policy file is not TOML: {reason}")]
    Syntax {
        /// What the reader met.
        reason: String,
    },
    /// A key is unknown, missing or of the wrong type.
    #[error("policy file: {key}: {reason}")]
    Key {
        /// Path of the key, or of the table in which one is unknown or missing; `.` for the whole file.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// A value is there and cannot be right.
    #[error("policy file: {key} {rule}")]
    Value {
        /// Path of the key.
        key: &'static str,
        /// What it has to be.
        rule: &'static str,
    },
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

/// One setting of the policy.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting<T> {
    /// The value used.
    pub value: T,
    /// How well it is founded.
    pub status: Status,
    /// Where it comes from, for people to look up.
    pub source: String,
}

/// A policy that passed all checks.
///
/// It is made by [`Policy::parse`] and never changed. What holds for every one of them: shortest before longest,
/// nothing beyond the limits of this module, and at least a day between the opening of a window and its end.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) date: jiff::civil::Date,
    pub(crate) source: String,
    pub(crate) applies: Applies,
    pub(crate) interval: Interval,
    pub(crate) first_scan: FirstScan,
    pub(crate) window: WindowDays,
    pub(crate) indeterminate: Indeterminate,
    pub(crate) modality: ModalityChoice,
    pub(crate) studies: Studies,
    pub(crate) appointments: Appointments,
}

/// Whom the row covers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Applies {
    pub(crate) grade_max: Setting<GradeMax>,
    pub(crate) margin_max: Setting<MarginMax>,
}

/// Interval from one scan to the next.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Interval {
    pub(crate) months_min: Setting<u8>,
    pub(crate) months_max: Setting<u8>,
    pub(crate) risk_max: Setting<f64>,
}

/// Interval from time zero to the first scan.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FirstScan {
    pub(crate) months_min: Setting<u8>,
    pub(crate) months_max: Setting<u8>,
}

/// Days around the due day.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WindowDays {
    pub(crate) opens_before_days: Setting<u16>,
    pub(crate) overdue_after_days: Setting<u16>,
}

/// What follows an indeterminate liver lesion.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Indeterminate {
    pub(crate) within_months: Setting<u8>,
}

/// Choice of modality.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModalityChoice {
    pub(crate) preferred: Setting<Modality>,
    pub(crate) alternate: Setting<Modality>,
    pub(crate) mr_below_age_years: Setting<u8>,
}

/// Which studies count.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Studies {
    pub(crate) pet_counts: Setting<bool>,
}

/// What becomes of appointments.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Appointments {
    pub(crate) report_within_days: Setting<u16>,
}

/// Highest grade of the row. NEC has no place in a row of neuroendocrine tumours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum GradeMax {
    G1,
    G2,
    G3,
}

/// Widest margin of the row. R2 is residual disease and has no place in a row of follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum MarginMax {
    R0,
    R1,
}

/// A modality that can be planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Modality {
    #[serde(rename = "CT")]
    Ct,
    #[serde(rename = "MR")]
    Mr,
}

impl From<Modality> for event::Modality {
    fn from(it: Modality) -> Self {
        match it {
            Modality::Ct => Self::Ct,
            Modality::Mr => Self::Mr,
        }
    }
}

// === impl Policy ===

impl Policy {
    /// The policy that is built in.
    pub fn standard() -> Self {
        #[expect(clippy::expect_used, reason = "a test parses the same bytes")]
        Self::parse(DEFAULT).expect("the built-in policy file is valid")
    }

    /// Reads and checks a policy file.
    ///
    /// # Errors
    /// When it is not TOML, a key is unknown, missing or of the wrong type, or a value cannot be right.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let file =
            toml::Deserializer::parse(text).map_err(|error| Error::Syntax { reason: reason(&error) })?;
        let policy: Self = serde_path_to_error::deserialize(file)
            .map_err(|error| Error::Key { key: error.path().to_string(), reason: reason(error.inner()) })?;
        policy.check()?;
        Ok(policy)
    }

    /// Name of the policy, such as `lacteal-default`.
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

    fn check(&self) -> Result<(), Error> {
        let Self {
            name,
            version,
            source,
            applies,
            interval,
            first_scan,
            window,
            indeterminate,
            modality,
            studies,
            appointments,
            ..
        } = self;
        for (key, text) in [("name", name), ("version", version), ("source", source)] {
            require(key, !text.trim().is_empty(), "must not be empty")?;
        }
        for (key, text) in [
            ("applies.grade_max.source", &applies.grade_max.source),
            ("applies.margin_max.source", &applies.margin_max.source),
            ("interval.months_min.source", &interval.months_min.source),
            ("interval.months_max.source", &interval.months_max.source),
            ("interval.risk_max.source", &interval.risk_max.source),
            ("first_scan.months_min.source", &first_scan.months_min.source),
            ("first_scan.months_max.source", &first_scan.months_max.source),
            ("window.opens_before_days.source", &window.opens_before_days.source),
            ("window.overdue_after_days.source", &window.overdue_after_days.source),
            ("indeterminate.within_months.source", &indeterminate.within_months.source),
            ("modality.preferred.source", &modality.preferred.source),
            ("modality.alternate.source", &modality.alternate.source),
            ("modality.mr_below_age_years.source", &modality.mr_below_age_years.source),
            ("studies.pet_counts.source", &studies.pet_counts.source),
            ("appointments.report_within_days.source", &appointments.report_within_days.source),
        ] {
            require(key, !text.trim().is_empty(), "must name a source")?;
        }
        for (key, months) in [
            ("interval.months_min.value", &interval.months_min),
            ("interval.months_max.value", &interval.months_max),
            ("first_scan.months_min.value", &first_scan.months_min),
            ("first_scan.months_max.value", &first_scan.months_max),
            ("indeterminate.within_months.value", &indeterminate.within_months),
        ] {
            require(key, (1..=MONTHS_MAX).contains(&months.value), "must be between 1 and 36 months")?;
        }
        let rule = "must not be below months_min";
        require("interval.months_max.value", interval.months_max.value >= interval.months_min.value, rule)?;
        require(
            "first_scan.months_max.value",
            first_scan.months_max.value >= first_scan.months_min.value,
            rule,
        )?;
        let rule = "must not be above interval.months_min: the first scan is not later than the others";
        require(
            "first_scan.months_min.value",
            first_scan.months_min.value <= interval.months_min.value,
            rule,
        )?;
        let rule = "must not be above interval.months_max: the first scan is not later than the others";
        require(
            "first_scan.months_max.value",
            first_scan.months_max.value <= interval.months_max.value,
            rule,
        )?;
        let rule = "must not be above interval.months_min: a lesion shortens the interval";
        require(
            "indeterminate.within_months.value",
            indeterminate.within_months.value <= interval.months_min.value,
            rule,
        )?;
        let risk = interval.risk_max.value;
        require(
            "interval.risk_max.value",
            risk > 0.0 && risk <= RISK_MAX,
            "must be above 0 and at most 0.5",
        )?;
        for (key, days) in [
            ("window.opens_before_days.value", &window.opens_before_days),
            ("window.overdue_after_days.value", &window.overdue_after_days),
            ("appointments.report_within_days.value", &appointments.report_within_days),
        ] {
            require(key, (1..=DAYS_MAX).contains(&days.value), "must be between 1 and 120 days")?;
        }
        let age = modality.mr_below_age_years.value;
        require("modality.mr_below_age_years.value", age <= 120, "must be at most 120 years")
    }
}

fn require(key: &'static str, holds: bool, rule: &'static str) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(Error::Value { key, rule }) }
}

/// The message of a TOML error on one line, without the excerpt of the file.
fn reason(error: &toml::de::Error) -> String {
    error.message().replace('\n', ", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The error after setting one key of one table of the built-in file.
    fn with(table: &str, line: &str) -> String {
        let key = line.split(' ').next().unwrap();
        let start = DEFAULT.find(&format!("[{table}]")).unwrap();
        let at = start + DEFAULT[start..].find(&format!("\n{key} = ")).unwrap() + 1;
        let end = at + DEFAULT[at..].find('\n').unwrap();
        Policy::parse(&format!("{}{line}{}", &DEFAULT[..at], &DEFAULT[end..])).unwrap_err().to_string()
    }

    #[test]
    fn the_built_in_file_is_valid_and_every_setting_has_a_status_and_a_source() {
        let policy = Policy::standard();
        assert_eq!((policy.name(), policy.version()), ("lacteal-default", "1.1.0"));
        let settings = DEFAULT.matches("\nvalue = ").count();
        assert_eq!(settings, 15);
        assert_eq!(DEFAULT.matches("\nstatus = ").count(), settings);
        assert_eq!(DEFAULT.matches("\nsource = ").count(), settings + 1);
    }

    #[test]
    fn errors_name_the_key_and_what_is_wrong() {
        let cases = [
            ("interval.months_max", "value = 5", "interval.months_max.value must not be below months_min"),
            (
                "interval.months_max",
                "value = 37",
                "interval.months_max.value must be between 1 and 36 months",
            ),
            ("interval.risk_max", "value = nan", "interval.risk_max.value must be above 0 and at most 0.5"),
            ("interval.risk_max", "source = \"\"", "interval.risk_max.source must name a source"),
            (
                "window.opens_before_days",
                "value = 0",
                "window.opens_before_days.value must be between 1 and 120 days",
            ),
            (
                "appointments.report_within_days",
                "value = 121",
                "appointments.report_within_days.value must be between 1 and 120 days",
            ),
            (
                "indeterminate.within_months",
                "value = 7",
                "indeterminate.within_months.value must not be above interval.months_min: a lesion shortens the interval",
            ),
            (
                "first_scan.months_max",
                "value = 13",
                "first_scan.months_max.value must not be above interval.months_max: the first scan is not later than the others",
            ),
        ];
        for (table, line, text) in cases {
            assert_eq!(with(table, line), format!("policy file: {text}"));
        }
    }

    #[test]
    fn errors_of_form_name_the_key() {
        let modality = with("modality.preferred", "value = \"PET\"");
        assert!(
            modality.starts_with("policy file: modality.preferred.value: unknown variant `PET`"),
            "{modality}"
        );
        let months = with("interval.months_min", "value = -6");
        assert!(months.starts_with("policy file: interval.months_min.value: "), "{months}");
        let unknown =
            Policy::parse(&DEFAULT.replace("[studies.pet_counts]", "[studies.spet_counts]")).unwrap_err();
        assert!(
            unknown.to_string().contains("studies") && unknown.to_string().contains("spet_counts"),
            "{unknown}"
        );
        assert!(matches!(Policy::parse("name"), Err(Error::Syntax { .. })));
    }
}
