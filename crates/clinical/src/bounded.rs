//! Values with a comparator, a range or a "roughly" around them, as reports state them.
//!
//! `<1%`, `1-2%` and `~2%` are different statements and stay different. A model that needs one number asks for
//! [`Bounded::point`]; a rule with a boundary asks for the edges. How they are read is in `read`.

mod read;

use std::fmt;

use crate::Error;

pub use read::Structured;

/// How a value relates to the number that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparator {
    /// The number itself.
    Equal,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

/// What was stated about a value. Not to be confused with the depth of a tumour, [`finding::Extent`](crate::Extent).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extent<T> {
    /// A comparator and one number.
    One(Comparator, T),
    /// From the first to the second, both included; the first is not above the second.
    Range(T, T),
}

/// One end of the values that a statement allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge<T> {
    /// The number at the end.
    pub value: T,
    /// Whether the number itself is allowed.
    pub included: bool,
}

/// A statement about a value: its extent, and whether it was called approximate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bounded<T> {
    extent: Extent<T>,
    approximate: bool,
}

impl<T: Copy + Ord> Bounded<T> {
    /// A value with its comparator.
    pub fn new(comparator: Comparator, value: T) -> Self {
        Self { extent: Extent::One(comparator, value), approximate: false }
    }

    /// Exactly this value.
    pub fn exactly(value: T) -> Self {
        Self::new(Comparator::Equal, value)
    }

    /// From `low` to `high`, both included; refused when reversed. A range of one value is that value.
    pub fn range(low: T, high: T) -> Result<Self, Error> {
        match low.cmp(&high) {
            std::cmp::Ordering::Greater => Err(Error::Unsupported { what: "range" }),
            std::cmp::Ordering::Equal => Ok(Self::exactly(low)),
            std::cmp::Ordering::Less => Ok(Self { extent: Extent::Range(low, high), approximate: false }),
        }
    }

    /// The same statement, marked as approximate or not.
    pub fn approximate(self, approximate: bool) -> Self {
        Self { approximate, ..self }
    }

    /// What was stated.
    pub fn extent(&self) -> Extent<T> {
        self.extent
    }

    /// Whether it was called approximate (`~`, `about`, a count per high-power fields).
    pub fn is_approximate(&self) -> bool {
        self.approximate
    }

    /// The lower end, `None` when open.
    pub fn lower(&self) -> Option<Edge<T>> {
        match self.extent {
            Extent::One(Comparator::Equal | Comparator::AtLeast, value) => {
                Some(Edge { value, included: true })
            }
            Extent::One(Comparator::Above, value) => Some(Edge { value, included: false }),
            Extent::One(Comparator::Below | Comparator::AtMost, _) => None,
            Extent::Range(value, _) => Some(Edge { value, included: true }),
        }
    }

    /// The upper end, `None` when open.
    pub fn upper(&self) -> Option<Edge<T>> {
        match self.extent {
            Extent::One(Comparator::Equal | Comparator::AtMost, value) => {
                Some(Edge { value, included: true })
            }
            Extent::One(Comparator::Below, value) => Some(Edge { value, included: false }),
            Extent::One(Comparator::Above | Comparator::AtLeast, _) => None,
            Extent::Range(_, value) => Some(Edge { value, included: true }),
        }
    }

    /// The highest number written: the one to compute with where a single number is needed.
    pub fn point(&self) -> T {
        match self.extent {
            Extent::One(_, value) | Extent::Range(_, value) => value,
        }
    }

    /// Whether every value it allows is above the limit.
    pub fn certainly_above(&self, limit: T) -> bool {
        self.lower().is_some_and(|edge| edge.value > limit || (edge.value == limit && !edge.included))
    }

    /// Whether any value it allows is above the limit.
    pub fn possibly_above(&self, limit: T) -> bool {
        self.upper().is_none_or(|edge| edge.value > limit)
    }
}

impl<T: fmt::Display> fmt::Display for Bounded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.approximate {
            f.write_str("~")?;
        }
        match &self.extent {
            Extent::One(comparator, value) => {
                f.write_str(match comparator {
                    Comparator::Equal => "",
                    Comparator::Below => "<",
                    Comparator::AtMost => "<=",
                    Comparator::Above => ">",
                    Comparator::AtLeast => ">=",
                })?;
                value.fmt(f)
            }
            Extent::Range(low, high) => write!(f, "{low} to {high}"),
        }
    }
}
