//! Stage groups of jejunum and ileum, AJCC 8th edition and Version 9 (identical tables).
//!
//! Sources: AJCC 8th edition as tabulated in World J Gastrointest Surg 2023;15:566, and the Version 9 update, CA Cancer J
//! Clin 2024;74:359. Version 9 added T1 NX M0
//! to stage I for other organs, not for this one.

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
}
