//! The form of a policy file, as it is written. What it must hold besides is in [`check`](super::check).

use serde::Deserialize;
use toml::Spanned;

use super::condition::{Distant, Grade, Liver, Margin, Nodes};
use super::{After, Modality, Status, Then, When};

/// A part of the file that holds numbers and says where they come from.
pub(super) trait Cell {
    fn source(&self) -> &str;
    fn status(&self) -> Status;
}

macro_rules! cells {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Deserialize)]
            #[serde(deny_unknown_fields)]
            pub(super) struct $name {
                $(pub(super) $field: $kind,)*
                pub(super) status: Status,
                pub(super) source: String,
            }

            impl Cell for $name {
                fn source(&self) -> &str {
                    &self.source
                }

                fn status(&self) -> Status {
                    self.status
                }
            }
        )*
    };
}

cells! {
    /// Highest accepted risk between two scans.
    Risk { between_scans_max: f64 }
    /// Days around the due day.
    WindowDays { opens_before_days: u16, overdue_after_days: u16 }
    /// How long a report of an appointment is awaited.
    Report { within_days: u16 }
    /// Whether somatostatin-receptor PET counts as a scan of the liver.
    Pet { counts: bool }
    /// Which modality avoids a contrast medium that is not tolerated.
    Contrast { iodinated: Modality, gadolinium: Modality }
    /// What a patient must be.
    Asked {
        grade: Option<Vec<Grade>>,
        n: Option<Vec<Nodes>>,
        m: Option<Vec<Distant>>,
        margin: Option<Vec<Margin>>,
        liver: Option<Vec<Liver>>,
        deposits: Option<bool>,
        symptoms: Option<bool>,
        rising_marker: Option<bool>,
        raised_5hiaa: Option<bool>,
        ki67_above_percent: Option<f64>,
        ki67_at_most_percent: Option<f64>,
        hazard_ratio_from: Option<f64>,
        hazard_ratio_below: Option<f64>,
        years_from: Option<f64>,
        years_below: Option<f64>,
        event_free_years_from: Option<f64>,
        event_free_years_below: Option<f64>,
    }
    /// Interval from one scan to the next.
    Interval { months_min: u8, months_max: u8, model: bool, after: Option<After> }
    /// Fixed visits in months since time zero.
    Visits { months: Vec<u16> }
    /// From time zero to the first scan.
    FirstScan { months_min: u8, months_max: u8 }
    /// Which modality.
    ModalityFile { order: Vec<Modality>, alternate: bool, mr_below_age_years: Option<u8> }
    /// When follow-up ends.
    EndFile { years: Option<u8>, then: Then }
    /// A test besides the scan.
    TestFile { name: String, when: When }
    /// What a clinician must look at.
    ReviewFile { text: String, at_once: bool }
}

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) name: Spanned<String>,
    pub(super) version: Spanned<String>,
    pub(super) date: jiff::civil::Date,
    pub(super) source: Spanned<String>,
    pub(super) risk: Spanned<Risk>,
    pub(super) window: Spanned<WindowDays>,
    pub(super) report: Spanned<Report>,
    pub(super) pet: Spanned<Pet>,
    pub(super) contrast: Option<Spanned<Contrast>>,
    pub(super) row: Vec<Spanned<RowFile>>,
}

/// A row.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowFile {
    pub(super) name: Spanned<String>,
    pub(super) title: Spanned<String>,
    pub(super) status: Status,
    pub(super) source: Spanned<String>,
    pub(super) when: Spanned<Asked>,
    #[serde(default)]
    pub(super) any: Vec<Spanned<Asked>>,
    pub(super) interval: Option<Spanned<Interval>>,
    pub(super) visits: Option<Spanned<Visits>>,
    pub(super) first_scan: Option<Spanned<FirstScan>>,
    pub(super) modality: Option<Spanned<ModalityFile>>,
    pub(super) end: Option<Spanned<EndFile>>,
    #[serde(default)]
    pub(super) test: Vec<Spanned<TestFile>>,
    pub(super) review: Option<Spanned<ReviewFile>>,
}
