//! A row of a policy: whom it covers and what it asks for.

use super::condition::{Condition, Part, Traits};
use super::{After, Modality, Status, Then, When};

/// A row that passed all checks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) status: Status,
    pub(crate) source: String,
    /// The row applies when one of these holds; never empty.
    pub(crate) conditions: Vec<Condition>,
    /// How each of the conditions is founded.
    pub(crate) condition_status: Vec<Status>,
    /// How its other parts are founded, with their names.
    pub(crate) footing: Vec<(&'static str, Status)>,
    /// When scans are due; `None` for a row that only asks for a review.
    pub(crate) timing: Option<Timing>,
    /// From time zero to the first scan, when it differs from the interval.
    pub(crate) first_scan: Option<Months>,
    pub(crate) modality: ModalityRule,
    pub(crate) end: End,
    pub(crate) tests: Vec<Test>,
    pub(crate) review: Option<Review>,
}

/// When scans are due.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Timing {
    /// Within these months after a scan or a finding.
    Interval { months: Months, model: bool, after: After },
    /// At these months after time zero, in ascending order, never empty.
    Visits(Vec<u16>),
}

/// A shortest and a longest time, in months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Months {
    pub(crate) min: u8,
    pub(crate) max: u8,
}

/// Which modality a scan should have.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ModalityRule {
    pub(crate) preferred: Modality,
    pub(crate) other: Option<Modality>,
    pub(crate) alternate: bool,
    pub(crate) mr_below_age_years: Option<u8>,
}

/// When follow-up ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) years: Option<u8>,
    pub(crate) then: Then,
}

/// A test besides the scan.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Test {
    pub(crate) name: String,
    pub(crate) when: When,
    pub(crate) source: String,
}

/// What a clinician must look at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Review {
    pub(crate) text: String,
    /// People are told the same minute.
    pub(crate) at_once: bool,
}

/// A row as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowWords {
    /// Name, such as `P1`.
    pub name: String,
    /// What the row is for.
    pub title: String,
    /// Whom it covers.
    pub condition: String,
    /// When scans are due, or that none is.
    pub interval: String,
    /// Modality, and when another one.
    pub modality: String,
    /// End of follow-up.
    pub end: String,
    /// Tests besides the scan, and what must be reviewed.
    pub besides: String,
    /// How well it is founded.
    pub status: Status,
    /// Where it comes from.
    pub source: String,
}

impl Row {
    /// Whether the row applies.
    pub(crate) fn applies(&self, traits: &Traits) -> bool {
        self.conditions.iter().any(|it| it.holds(traits))
    }

    /// The parts that decided and are no published number, in words.
    pub(crate) fn assumptions(&self, traits: &Traits) -> impl Iterator<Item = String> {
        let conditions = self.conditions.iter().zip(&self.condition_status);
        let holding = conditions.filter(|(it, _)| it.holds(traits)).map(|(_, status)| *status);
        // Of several alternatives that hold, a published one is enough.
        let condition = holding.min_by_key(|it| *it as u8).map(|it| ("the condition of the row", it));
        let all = condition.into_iter().chain(self.footing.iter().copied());
        all.filter_map(|(what, status)| status.note(what))
    }

    /// The one part that keeps a patient from the row, in words, when it is only one.
    pub(crate) fn only_obstacle(&self, traits: &Traits) -> Option<(Part, String)> {
        self.conditions.iter().find_map(|condition| {
            let mut failing = condition.failing(traits);
            let part = failing.next()?;
            failing.next().is_none().then(|| (part, condition.words_of(part)))
        })
    }

    /// Shortest time that it asks for, in months.
    pub(super) fn shortest_months(&self) -> Option<u8> {
        match self.timing.as_ref()? {
            Timing::Interval { months, .. } => Some(months.min),
            Timing::Visits(visits) => {
                let gaps = visits.windows(2).filter_map(|it| Some(it.get(1)?.saturating_sub(*it.first()?)));
                let shortest = gaps.chain(visits.first().copied()).min()?;
                Some(u8::try_from(shortest).unwrap_or(u8::MAX))
            }
        }
    }

    /// Whether it can never be the row that decides, because another one always asks for a scan that is earlier, or no
    /// later and comes first in the file.
    pub(super) fn never_beats(&self, other: &Self, other_is_first: bool) -> bool {
        let is_within = |it: &Condition| other.conditions.iter().any(|wide| it.is_within(wide));
        let covered = self.conditions.iter().all(is_within);
        match (&self.timing, &other.timing) {
            // A row that ends asks for nothing afterwards.
            (_, Some(_)) if other.end.then == Then::Ended => false,
            (
                Some(Timing::Interval { months, after: After::Scan, .. }),
                Some(Timing::Interval { months: stricter, after: After::Scan, .. }),
            ) => {
                let first = |it: &Self, months: &Months| it.first_scan.unwrap_or(*months);
                let (one, strict) = (first(self, months), first(other, stricter));
                let beaten = |strict: u8, one: u8| strict < one || (strict == one && other_is_first);
                covered && beaten(stricter.max, months.min) && beaten(strict.max, one.min)
            }
            (None, None) => covered && other_is_first && self.review == other.review,
            // Other timings cannot be compared without dates.
            _ => false,
        }
    }

    /// When scans are due, in words.
    pub(crate) fn timing_words(&self) -> String {
        match &self.timing {
            None => "no scan of its own".to_owned(),
            Some(Timing::Interval { months, after: After::Finding, .. }) => {
                format!("within {} months of the finding", months.max)
            }
            Some(Timing::Interval { months, .. }) => format!("{} months", months.words()),
            Some(Timing::Visits(visits)) => {
                let visits: Vec<String> = visits.iter().map(u16::to_string).collect();
                format!("at {} months after time zero", visits.join(", "))
            }
        }
    }

    pub(crate) fn in_words(&self) -> RowWords {
        let conditions: Vec<String> = self.conditions.iter().map(Condition::words).collect();
        let model = match self.timing {
            Some(Timing::Interval { model: true, .. }) => ", within them by risk",
            _ => "",
        };
        let first =
            self.first_scan.map(|it| format!("; first scan at {} months", it.words())).unwrap_or_default();
        let tests = self.tests.iter().map(|it| format!("{} {}", it.name, it.when.words()));
        let review = self.review.iter().map(|it| it.text.clone());
        RowWords {
            name: self.name.clone(),
            title: self.title.clone(),
            condition: conditions.join(" | "),
            interval: format!("{}{model}{first}", self.timing_words()),
            modality: if self.timing.is_some() { self.modality.words() } else { String::new() },
            end: if self.timing.is_some() { self.end.words() } else { String::new() },
            besides: tests.chain(review).collect::<Vec<_>>().join("; "),
            status: self.status,
            source: self.source.clone(),
        }
    }
}

impl Months {
    pub(crate) fn words(self) -> String {
        if self.min == self.max { self.min.to_string() } else { format!("{} to {}", self.min, self.max) }
    }
}

impl ModalityRule {
    fn words(&self) -> String {
        let mut words = self.preferred.words().to_owned();
        if let Some(other) = self.other {
            let link = if self.alternate { "alternating with" } else { "or" };
            words = format!("{words} {link} {}", other.words());
        }
        if let Some(age) = self.mr_below_age_years {
            words = format!("{words}; MRI below {age} years");
        }
        words
    }
}

impl Modality {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Ct => "CT",
            Self::Mr => "MRI",
        }
    }
}

impl End {
    fn words(self) -> String {
        match (self.years, self.then) {
            (Some(years), Then::Review) => format!("reviewed after {years} years"),
            (Some(years), _) => format!("after {years} years"),
            (None, _) => "lifelong".to_owned(),
        }
    }
}

impl When {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Once => "once, as a baseline",
            Self::Scan => "with each scan",
            Self::Now => "now",
        }
    }
}
