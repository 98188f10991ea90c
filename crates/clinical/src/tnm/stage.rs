//! Stage groups of jejunum and ileum, AJCC 8th edition and Version 9 (identical tables).
//!
//! Sources: AJCC 8th edition as tabulated in World J Gastrointest Surg 2023;15:566, and the Version 9 update, CA Cancer J
//! Clin 2024;74:359. Version 9 added T1 NX M0
//! to stage I for other organs, not for this one.

use std::fmt;

use super::{M, N, T};

/// Stage group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StageGroup {
    /// T1 N0 M0.
    I,
    /// T2 or T3, N0 M0.
    II,
    /// T4 N0 M0, or N1 or N2 with any T.
    III,
    /// M1.
    IV,
}

/// Something to know about a stage group that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StageFlag {
    /// Stage III from the nodes alone: T is X, 0 or not stated.
    PrimaryNotAssessable,
}

/// Why no stage group can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotStageable {
    /// M is X or not stated.
    DistantUnknown,
    /// N is X or not stated.
    NodesUnknown,
    /// N0 M0 with T X, T0 or not stated.
    PrimaryUnknown,
}

/// The group, or why there is none.
pub type Staging = Result<(StageGroup, Option<StageFlag>), NotStageable>;

/// The stage group of three categories; `None` is *not stated* and treated as X. No category is guessed.
pub fn stage(t: Option<T>, n: Option<N>, m: Option<M>) -> Staging {
    let (t, n, m) = (t.unwrap_or(T::X), n.unwrap_or(N::X), m.unwrap_or(M::X));
    if m.is_metastatic() {
        return Ok((StageGroup::IV, None));
    }
    if m == M::X {
        return Err(NotStageable::DistantUnknown);
    }
    match (t, n) {
        (_, N::X) => Err(NotStageable::NodesUnknown),
        (T::X | T::T0, N::N1 | N::N2) => Ok((StageGroup::III, Some(StageFlag::PrimaryNotAssessable))),
        (_, N::N1 | N::N2) | (T::T4, N::N0) => Ok((StageGroup::III, None)),
        (T::T1, N::N0) => Ok((StageGroup::I, None)),
        (T::T2 | T::T3, N::N0) => Ok((StageGroup::II, None)),
        (T::X | T::T0, N::N0) => Err(NotStageable::PrimaryUnknown),
    }
}

/// Edition of the classification by which a group was stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StageEdition {
    /// 7th edition (2010 to 2017), or a group that only it has.
    Seventh,
    /// 8th edition.
    Eighth,
    /// AJCC Version 9.
    Version9,
}

impl StageEdition {
    /// The name that people read.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seventh => "7th edition",
            Self::Eighth => "8th edition",
            Self::Version9 => "Version 9",
        }
    }
}

/// A stage group as a report states it. IIA and IIB, IIIA and IIIB are groups of the 7th edition alone: IIA and IIB are
/// II of today, IIIA (T4 N0) and IIIB (any T, N1) are III, with N1 and N2 not told apart (PathologyOutlines 2018).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatedStage {
    /// The group of today's tables.
    pub group: StageGroup,
    /// The letter after it, `A` to `C`.
    pub letter: Option<char>,
    /// The edition, when told or when only one has such a group.
    pub edition: Option<StageEdition>,
}

impl StatedStage {
    /// A group; a letter after II or III is one of the 7th edition. `None` for a letter that no edition has.
    pub fn new(group: StageGroup, letter: Option<char>, edition: Option<StageEdition>) -> Option<Self> {
        let letter = letter.map(|it| it.to_ascii_uppercase());
        let edition = match (group, letter) {
            (_, None) => edition,
            (StageGroup::II | StageGroup::III, Some('A' | 'B')) => Some(StageEdition::Seventh),
            // Versions for other organs divide IV; here M1a to M1c do.
            (StageGroup::IV, Some('A'..='C')) => edition,
            _ => return None,
        };
        Some(Self { group, letter, edition })
    }

    /// Reads `IIIB`, `3B`, `Stage IV`, `pStage II`, with or without an edition in parentheses such as `(AJCC 7)`.
    pub fn parse(text: &str) -> Option<Self> {
        let upper = text.trim().to_ascii_uppercase();
        let (head, tail) = upper.split_once('(').unwrap_or((upper.as_str(), ""));
        let head = head.trim().trim_start_matches(['P', 'C', 'Y', ' ']).trim_start_matches("STAGE");
        let head = head.trim().trim_start_matches("GROUP").trim();
        let group = head.trim_end_matches(['A', 'B', 'C']);
        let mut letters = head.strip_prefix(group)?.chars();
        let (letter, None) = (letters.next(), letters.next()) else { return None };
        let group = match group {
            "I" | "1" => StageGroup::I,
            "II" | "2" => StageGroup::II,
            "III" | "3" => StageGroup::III,
            "IV" | "4" => StageGroup::IV,
            _ => return None,
        };
        Self::new(group, letter, edition(tail))
    }

    /// Whether the group is of an edition before the 8th.
    pub fn is_legacy(&self) -> bool {
        self.edition == Some(StageEdition::Seventh)
    }
}

fn edition(text: &str) -> Option<StageEdition> {
    let number = text.split(|c: char| !c.is_ascii_digit()).find(|it| !it.is_empty())?;
    match number {
        "7" => Some(StageEdition::Seventh),
        "8" => Some(StageEdition::Eighth),
        "9" => Some(StageEdition::Version9),
        _ => None,
    }
}

impl StageGroup {
    /// The Roman number.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::I => "I",
            Self::II => "II",
            Self::III => "III",
            Self::IV => "IV",
        }
    }
}

impl fmt::Display for StatedStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.group.as_str())?;
        self.letter.map_or(Ok(()), |it| write!(f, "{it}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_8th_edition_and_version_9_holds() {
        use StageGroup::{I, II, III, IV};
        let plain = |group| Ok((group, None));
        for (t, n, m, expected) in [
            (T::T1, N::N0, M::M0, plain(I)),
            (T::T2, N::N0, M::M0, plain(II)),
            (T::T3, N::N0, M::M0, plain(II)),
            (T::T4, N::N0, M::M0, plain(III)),
            (T::T1, N::N1, M::M0, plain(III)),
            (T::T4, N::N2, M::M0, plain(III)),
            (T::X, N::N1, M::M0, Ok((III, Some(StageFlag::PrimaryNotAssessable)))),
            (T::T0, N::N2, M::M0, Ok((III, Some(StageFlag::PrimaryNotAssessable)))),
            (T::X, N::X, M::M1, plain(IV)),
            (T::T0, N::X, M::M1a, plain(IV)),
            (T::T2, N::N1, M::M1b, plain(IV)),
            (T::T1, N::N0, M::M1c, plain(IV)),
            (T::T1, N::X, M::M0, Err(NotStageable::NodesUnknown)),
            (T::T4, N::X, M::M0, Err(NotStageable::NodesUnknown)),
            (T::X, N::N0, M::M0, Err(NotStageable::PrimaryUnknown)),
            (T::T3, N::N1, M::X, Err(NotStageable::DistantUnknown)),
        ] {
            assert_eq!(stage(Some(t), Some(n), Some(m)), expected, "{t:?} {n:?} {m:?}");
        }
        assert_eq!(stage(None, None, None), Err(NotStageable::DistantUnknown));
    }

    #[test]
    fn stated_groups_keep_their_letter_and_legacy_groups_are_flagged() {
        let read = |text| StatedStage::parse(text).map(|it| (it.group, it.letter, it.is_legacy()));
        assert_eq!(read("Stage IIIB (AJCC 7)"), Some((StageGroup::III, Some('B'), true)));
        assert_eq!(read("IIIB"), Some((StageGroup::III, Some('B'), true)));
        assert_eq!(read("pStage iv"), Some((StageGroup::IV, None, false)));
        assert_eq!(read("3 (AJCC 8th ed.)"), Some((StageGroup::III, None, false)));
        assert_eq!(read("stage 2"), Some((StageGroup::II, None, false)));
        for text in ["", "V", "IB", "IIIBB", "III?", "T3"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
