//! Conditions of rows: what of a patient a row asks for, and whether a patient meets it.
//!
//! A condition is a set of values for each category and a span for each number, so that two conditions can be
//! intersected and compared: that is how a row that no patient can reach is found. "Unknown" is a value like any other.

use serde::Deserialize;

/// Something of a patient that has one of a few values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Category {
    Grade,
    Nodes,
    Distant,
    Margin,
    Liver,
    Deposits,
    Symptoms,
    Rising,
    Raised,
}

impl Category {
    pub(crate) const ALL: [Self; 9] = [
        Self::Grade,
        Self::Nodes,
        Self::Distant,
        Self::Margin,
        Self::Liver,
        Self::Deposits,
        Self::Symptoms,
        Self::Rising,
        Self::Raised,
    ];

    /// Words for each value, in the order of its enumeration.
    fn values(self) -> &'static [&'static str] {
        match self {
            Self::Grade => &["grade not known", "G1", "G2", "G3", "NEC"],
            Self::Nodes => &["N not known", "N0", "N1", "N2"],
            Self::Distant => &["M not known", "M0", "M1"],
            Self::Margin => &["margin not known", "R0", "R1", "R2"],
            Self::Liver => {
                &["liver not known", "liver free", "an indeterminate liver finding", "known liver metastasis"]
            }
            Self::Deposits => &["no mesenteric deposits known", "mesenteric deposits"],
            Self::Symptoms => &["no carcinoid symptoms known", "carcinoid symptoms"],
            Self::Rising => &["no rising marker", "a rising marker"],
            Self::Raised => &["no raised 5-HIAA known", "a raised 5-HIAA"],
        }
    }

    /// All values as a set.
    fn full(self) -> u8 {
        (1 << self.values().len()) - 1
    }

    /// The word for one value.
    pub(crate) fn word(self, value: u8) -> &'static str {
        self.values().get(usize::from(value)).copied().unwrap_or("unknown")
    }
}

/// A number of a patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    Ki67,
    HazardRatio,
    Years,
    EventFreeYears,
}

impl Number {
    pub(crate) const ALL: [Self; 4] = [Self::Ki67, Self::HazardRatio, Self::Years, Self::EventFreeYears];
}

/// Grade of a tumour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Grade {
    #[serde(rename = "unknown")]
    Unknown,
    G1,
    G2,
    G3,
    #[serde(rename = "NEC")]
    Nec,
}

/// Regional nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Nodes {
    #[serde(rename = "unknown")]
    Unknown,
    N0,
    N1,
    N2,
}

/// Distant metastasis as a category of the classification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Distant {
    #[serde(rename = "unknown")]
    Unknown,
    M0,
    M1,
}

/// Residual tumour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Margin {
    #[serde(rename = "unknown")]
    Unknown,
    R0,
    R1,
    R2,
}

/// State of the liver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Liver {
    Unknown,
    Free,
    Indeterminate,
    Metastatic,
}

/// What rows ask of a patient.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Traits {
    pub(crate) grade: Grade,
    pub(crate) nodes: Nodes,
    pub(crate) distant: Distant,
    pub(crate) margin: Margin,
    pub(crate) liver: Liver,
    pub(crate) deposits: bool,
    pub(crate) symptoms: bool,
    pub(crate) rising: bool,
    pub(crate) raised: bool,
    /// The highest value that the Ki-67 of the primary or of a metastasis can have, in percent.
    pub(crate) ki67_percent: Option<f64>,
    pub(crate) hazard_ratio: Option<f64>,
    /// Years from time zero to the last scan that counts; 0 without one.
    pub(crate) years: f64,
    /// The same to the last scan or, when that is earlier, the last word that the liver is free; 0 when it is not known to
    /// be.
    pub(crate) event_free_years: f64,
}

impl Traits {
    fn value(&self, category: Category) -> u8 {
        match category {
            Category::Grade => self.grade as u8,
            Category::Nodes => self.nodes as u8,
            Category::Distant => self.distant as u8,
            Category::Margin => self.margin as u8,
            Category::Liver => self.liver as u8,
            Category::Deposits => u8::from(self.deposits),
            Category::Symptoms => u8::from(self.symptoms),
            Category::Rising => u8::from(self.rising),
            Category::Raised => u8::from(self.raised),
        }
    }

    /// The word for the patient's value.
    pub(crate) fn word(&self, category: Category) -> &'static str {
        category.word(self.value(category))
    }

    fn number(&self, number: Number) -> Option<f64> {
        match number {
            Number::Ki67 => self.ki67_percent,
            Number::HazardRatio => self.hazard_ratio,
            Number::Years => Some(self.years),
            Number::EventFreeYears => Some(self.event_free_years),
        }
    }
}

/// Bounds of a number: above `from` up to and with `to` for Ki-67, from and with `from` to below `to` for the others.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Span {
    from: f64,
    to: f64,
}

impl Span {
    const ALL: Self = Self { from: f64::NEG_INFINITY, to: f64::INFINITY };

    fn is_unbounded(self) -> bool {
        self == Self::ALL
    }

    /// Whether no number lies within it. None is below 0, and a Ki-67 of 0 is at most 0.
    fn is_empty(self, number: Number) -> bool {
        self.from >= self.to || (number != Number::Ki67 && self.to <= 0.0)
    }

    fn holds(self, number: Number, value: Option<f64>) -> bool {
        let Some(value) = value else { return self.is_unbounded() };
        if number == Number::Ki67 {
            value > self.from && value <= self.to
        } else {
            value >= self.from && value < self.to
        }
    }
}

/// What must hold of a patient, all at once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    sets: [u8; 9],
    spans: [Span; 4],
}

/// A part of a condition that a patient does not meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Category(Category),
    Number(Number),
}

impl Condition {
    /// The condition that everybody meets.
    pub(crate) fn anybody() -> Self {
        Self { sets: Category::ALL.map(Category::full), spans: [Span::ALL; 4] }
    }

    /// Only these values of a category.
    pub(crate) fn among(mut self, category: Category, values: impl IntoIterator<Item = u8>) -> Self {
        let set = values.into_iter().fold(0, |set, value| set | (1u8 << value));
        self.sets[category as usize] &= set;
        self
    }

    /// Only numbers from here on.
    pub(crate) fn from(mut self, number: Number, bound: f64) -> Self {
        self.spans[number as usize].from = self.spans[number as usize].from.max(bound);
        self
    }

    /// Only numbers up to here.
    pub(crate) fn to(mut self, number: Number, bound: f64) -> Self {
        self.spans[number as usize].to = self.spans[number as usize].to.min(bound);
        self
    }

    /// Both conditions at once.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        for (set, with) in both.sets.iter_mut().zip(other.sets) {
            *set &= with;
        }
        for (span, with) in both.spans.iter_mut().zip(other.spans) {
            *span = Span { from: span.from.max(with.from), to: span.to.min(with.to) };
        }
        both
    }

    /// Whether no patient can meet it.
    pub(crate) fn is_empty(&self) -> bool {
        self.sets.contains(&0) || Number::ALL.iter().zip(self.spans).any(|(it, span)| span.is_empty(*it))
    }

    /// Whether everybody meets it.
    pub(crate) fn is_anybody(&self) -> bool {
        *self == Self::anybody()
    }

    /// Whether whoever meets this one meets the other, too.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        self.sets.iter().zip(other.sets).all(|(set, with)| set & !with == 0)
            && self.spans.iter().zip(other.spans).all(|(span, with)| {
                // A bound asks that the number is known; a span without one does not.
                let known = with.is_unbounded() || !span.is_unbounded();
                known && span.from >= with.from && span.to <= with.to
            })
    }

    /// Whether a patient meets it.
    pub(crate) fn holds(&self, traits: &Traits) -> bool {
        self.failing(traits).next().is_none()
    }

    /// The parts that a patient does not meet.
    pub(crate) fn failing(&self, traits: &Traits) -> impl Iterator<Item = Part> {
        let categories = Category::ALL.into_iter().zip(self.sets);
        let numbers = Number::ALL.into_iter().zip(self.spans);
        let sets = categories.filter(|(it, set)| set & (1 << traits.value(*it)) == 0);
        let spans = numbers.filter(|(it, span)| !span.holds(*it, traits.number(*it)));
        sets.map(|(it, _)| Part::Category(it)).chain(spans.map(|(it, _)| Part::Number(it)))
    }

    /// One part in words.
    pub(crate) fn words_of(&self, part: Part) -> String {
        match part {
            Part::Category(category) => {
                let set = self.sets[category as usize];
                let values = category.values().iter().enumerate();
                let named: Vec<&str> =
                    values.filter(|(bit, _)| set & (1 << bit) != 0).map(|(_, word)| *word).collect();
                or(&named)
            }
            Part::Number(number) => {
                let Span { from, to } = self.spans[number as usize];
                let (low, high) = (from.is_finite(), to.is_finite());
                let (below, span) = (format!("below {to}"), format!("from {from} to below {to}"));
                match (number, low, high) {
                    (Number::Ki67, true, true) => format!("Ki-67 above {from} % and at most {to} %"),
                    (Number::Ki67, true, false) => format!("Ki-67 above {from} %"),
                    (Number::Ki67, false, _) => format!("Ki-67 at most {to} %"),
                    (Number::HazardRatio, true, true) => format!("hazard ratio {span}"),
                    (Number::HazardRatio, true, false) => format!("hazard ratio {from} or more"),
                    (Number::HazardRatio, false, _) => format!("hazard ratio {below}"),
                    (Number::Years, true, true) => format!("last scan {span} years after time zero"),
                    (Number::Years, true, false) => {
                        format!("last scan {from} years or more after time zero")
                    }
                    (Number::Years, false, _) => format!("last scan {below} years after time zero"),
                    (Number::EventFreeYears, true, true) => format!("free of events {span} years"),
                    (Number::EventFreeYears, true, false) => {
                        format!("free of events for {from} years or more")
                    }
                    (Number::EventFreeYears, false, _) => format!("free of events {below} years"),
                }
            }
        }
    }

    /// The whole condition in words, empty for anybody.
    pub(crate) fn words(&self) -> String {
        let categories = Category::ALL.into_iter().zip(self.sets);
        let narrowed = categories.filter(|(it, set)| *set != it.full()).map(|(it, _)| Part::Category(it));
        let numbers = Number::ALL.into_iter().zip(self.spans);
        let bounded = numbers.filter(|(_, span)| !span.is_unbounded()).map(|(it, _)| Part::Number(it));
        let parts: Vec<String> = narrowed.chain(bounded).map(|it| self.words_of(it)).collect();
        parts.join("; ")
    }
}

fn or(words: &[&str]) -> String {
    match words {
        [all @ .., last] if !all.is_empty() => format!("{} or {last}", all.join(", ")),
        _ => words.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn traits() -> Traits {
        Traits {
            grade: Grade::G1,
            nodes: Nodes::N1,
            distant: Distant::Unknown,
            margin: Margin::R0,
            liver: Liver::Free,
            deposits: false,
            symptoms: false,
            rising: false,
            raised: false,
            ki67_percent: None,
            hazard_ratio: Some(1.0),
            years: 0.0,
            event_free_years: 0.0,
        }
    }

    #[test]
    fn a_bound_asks_for_a_known_number_and_ki67_of_ten_is_not_above_ten() {
        let above = Condition::anybody().from(Number::Ki67, 10.0);
        let with = |ki67_percent| Traits { ki67_percent, ..traits() };
        assert!(!above.holds(&with(None)) && !above.holds(&with(Some(10.0))));
        assert!(above.holds(&with(Some(10.1))));
        let late = Condition::anybody().from(Number::Years, 3.0);
        assert!(late.holds(&Traits { years: 3.0, ..traits() }));
        assert!(!Condition::anybody().to(Number::Years, 3.0).holds(&Traits { years: 3.0, ..traits() }));
    }

    #[test]
    fn a_condition_lies_within_another_when_everybody_who_meets_it_meets_that_one() {
        let g1 = Condition::anybody().among(Category::Grade, [Grade::G1 as u8]);
        let low = Condition::anybody().among(Category::Grade, [Grade::G1 as u8, Grade::G2 as u8]);
        assert!(g1.is_within(&low) && !low.is_within(&g1) && low.is_within(&Condition::anybody()));
        let g3 = Condition::anybody().among(Category::Grade, [Grade::G3 as u8]);
        assert!(g1.and(&g3).is_empty() && !g1.and(&low).is_empty());
        let known = Condition::anybody().to(Number::Ki67, 20.0);
        assert!(known.is_within(&Condition::anybody()) && !Condition::anybody().is_within(&known));
        assert!(Condition::anybody().to(Number::Years, 0.0).is_empty(), "no number lies below 0");
        assert!(!Condition::anybody().to(Number::Ki67, 0.0).is_empty());
    }

    #[test]
    fn words_name_what_is_asked_for() {
        let condition = Condition::anybody()
            .among(Category::Grade, [1, 2])
            .among(Category::Deposits, [1])
            .from(Number::Ki67, 10.0);
        assert_eq!(condition.words(), "G1 or G2; mesenteric deposits; Ki-67 above 10 %");
        let failing: Vec<Part> = condition.failing(&traits()).collect();
        assert_eq!(failing, [Part::Category(Category::Deposits), Part::Number(Number::Ki67)]);
    }
}
