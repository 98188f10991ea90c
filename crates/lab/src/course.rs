//! What happens to one synthetic patient: tumour, operation, scans, fate.

use jiff::ToSpan;
use jiff::civil::Date;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A synthetic patient's tumour as the pathologist reports it.
#[derive(Clone, Debug)]
pub struct Tumour {
    /// Greatest dimension in millimetres.
    pub size_mm: u32,
    /// pT category without prefix: 1 to 4.
    pub t: u8,
    /// Nodes examined.
    pub nodes_examined: u32,
    /// Nodes with metastasis.
    pub nodes_positive: u32,
    /// Ki-67 labelling index in tenths of a percent; `None` when the report does not give it.
    pub ki67_tenths: Option<u32>,
    /// Mitoses per 2 mm².
    pub mitoses: u32,
}

/// Kind of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StudyKind {
    /// CT of abdomen and pelvis with contrast.
    Ct,
    /// MR of the liver.
    Mr,
}

/// A scan that was performed.
#[derive(Clone, Debug)]
pub struct Study {
    /// Day of the scan.
    pub performed: Date,
    /// Kind of the scan.
    pub kind: StudyKind,
    /// Whether it shows liver metastasis.
    pub liver_metastasis: bool,
}

/// How a course ends, so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Under surveillance.
    Watched,
    /// Liver metastasis was found.
    LiverReached,
    /// Died.
    Died(Date),
    /// Known to the hospital for another reason; has no tumour of ours.
    Other,
}

/// One synthetic patient.
#[derive(Clone, Debug)]
pub struct Course {
    /// Position in the feed, from 0.
    pub index: u64,
    /// Date of birth.
    pub born: Date,
    /// Administrative sex is female.
    pub female: bool,
    /// Date of the resection; for others the day of their visit.
    pub operated: Date,
    /// The tumour; `None` for patients who have none of ours.
    pub tumour: Option<Tumour>,
    /// Scans in order of their dates.
    pub studies: Vec<Study>,
    /// How it ends, so far.
    pub fate: Fate,
    /// The record was first opened under a second number and later merged.
    pub merged: bool,
    /// The pathologist corrected Ki-67 after the first report.
    pub corrected: bool,
}

impl Course {
    /// The course of patient `index` under `seed`, as it stands on `today`.
    /// One in `1 + others_per_patient` has a tumour.
    pub fn of(seed: u64, index: u64, today: Date, others_per_patient: u32) -> Course {
        let mut random = ChaCha8Rng::seed_from_u64(seed ^ index.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let days_ago = random.random_range(120..2600);
        let operated = back(today, days_ago);
        let born = back(operated, random.random_range(40 * 365..82 * 365));
        let female = random.random_bool(0.5);
        let ours = index.is_multiple_of(u64::from(others_per_patient) + 1);
        let mut course = Course {
            index,
            born,
            female,
            operated,
            tumour: None,
            studies: Vec::new(),
            fate: Fate::Other,
            merged: false,
            corrected: false,
        };
        if ours {
            course.tumour = Some(Tumour::random(&mut random));
            course.merged = random.random_bool(0.03);
            course.corrected = random.random_bool(0.05);
            course.live(&mut random, today);
        }
        course
    }

    fn live(&mut self, random: &mut ChaCha8Rng, today: Date) {
        self.fate = Fate::Watched;
        let dies_after_days = random.random_bool(0.06).then(|| random.random_range(200..2400));
        let reached_after_days = random.random_bool(0.18).then(|| random.random_range(90..2600));
        let mut at = forward(self.operated, random.random_range(90..190));
        // Some patients are lost to follow-up for a while: these are the overdue ones.
        let punctual = random.random_bool(0.85);
        while at < today {
            if let Some(days) = dies_after_days
                && at >= forward(self.operated, days)
            {
                self.fate = Fate::Died(forward(self.operated, days));
                return;
            }
            let liver_metastasis = reached_after_days.is_some_and(|days| at >= forward(self.operated, days));
            let kind = if self.studies.len().is_multiple_of(2) { StudyKind::Mr } else { StudyKind::Ct };
            self.studies.push(Study { performed: at, kind, liver_metastasis });
            if liver_metastasis {
                self.fate = Fate::LiverReached;
                return;
            }
            let gap_days = random.random_range(170..380);
            at = forward(at, if punctual { gap_days } else { gap_days * 2 });
        }
    }
}

impl Tumour {
    fn random(random: &mut ChaCha8Rng) -> Tumour {
        let t = *[2_u8, 3, 3, 3, 4].get(random.random_range(0..5)).unwrap_or(&3);
        let nodes_examined = random.random_range(6..30);
        let nodes_positive =
            if random.random_bool(0.85) { random.random_range(1..=nodes_examined.min(14)) } else { 0 };
        let ki67_tenths = random.random_bool(0.92).then(|| match random.random_range(0..10) {
            0..6 => random.random_range(5..29),
            6..9 => random.random_range(30..100),
            _ => random.random_range(100..200),
        });
        Tumour {
            size_mm: random.random_range(6..46),
            t,
            nodes_examined,
            nodes_positive,
            ki67_tenths,
            mitoses: random.random_range(0..3),
        }
    }
}

fn back(from: Date, days: i64) -> Date {
    from.saturating_sub(days.days())
}

fn forward(from: Date, days: i64) -> Date {
    from.saturating_add(days.days())
}
