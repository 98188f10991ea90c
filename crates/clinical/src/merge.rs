//! Merged patient records: the edges that merges state, and the path from a record to its survivor.
//!
//! An ADT A40 says *retired → survivor*. It may arrive before anything else about either, again, in a chain, or
//! reversed by a later one. The rule is a pure function of the set of edges: follow the latest edge out of each record;
//! when that runs in a circle, the oldest edge of the circle is void, and the search starts again. Circles share no
//! record with each other, so the order of breaking them does not matter and the answer is the same everywhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::{Fact, Version};
use crate::{Finding, PatientId};

/// One statement that a record was merged into another. Ordered by age first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MergeEdge {
    /// When it was reported, and the tie-break within the second.
    pub version: Version,
    /// The record that ends.
    pub retired: PatientId,
    /// The record that goes on.
    pub survivor: PatientId,
}

/// The two records that a merge fact names, standing or withdrawn; `None` for any other fact and for a self-merge.
pub fn ends(fact: &Fact) -> Option<(PatientId, PatientId)> {
    let (retired, survivor) = match fact.finding {
        Finding::MergedInto { survivor } => (fact.patient, survivor),
        Finding::Absorbs { retired } => (retired, fact.patient),
        _ => return None,
    };
    (retired != survivor).then_some((retired, survivor))
}

/// The edge that a settled merge fact states. A withdrawn, preliminary or uncertain one states none.
pub fn edge(fact: &Fact) -> Option<MergeEdge> {
    let (retired, survivor) = ends(fact)?;
    let counts = fact.standing.is_settled() && !fact.reading.is_uncertain();
    counts.then_some(MergeEdge { version: fact.version, retired, survivor })
}

/// From `patient` to its survivor, both included; only `patient` when its record was not merged away.
pub fn survivor_path(edges: &BTreeSet<MergeEdge>, patient: PatientId) -> Vec<PatientId> {
    let mut out: BTreeMap<PatientId, BTreeSet<MergeEdge>> = BTreeMap::new();
    for edge in edges.iter().filter(|it| it.retired != it.survivor) {
        out.entry(edge.retired).or_default().insert(*edge);
    }
    loop {
        match walk(&out, patient) {
            Walk::Ends(path) => return path,
            Walk::Circles(oldest) => {
                if let Some(edges) = out.get_mut(&oldest.retired) {
                    edges.remove(&oldest);
                }
            }
        }
    }
}

/// The last of [`survivor_path`].
pub fn survivor(edges: &BTreeSet<MergeEdge>, patient: PatientId) -> PatientId {
    survivor_path(edges, patient).last().copied().unwrap_or(patient)
}

enum Walk {
    Ends(Vec<PatientId>),
    Circles(MergeEdge),
}

fn walk(out: &BTreeMap<PatientId, BTreeSet<MergeEdge>>, from: PatientId) -> Walk {
    let mut path = vec![from];
    let mut taken: Vec<MergeEdge> = Vec::new();
    let mut at = from;
    while let Some(edge) = out.get(&at).and_then(|it| it.last()) {
        taken.push(*edge);
        at = edge.survivor;
        if let Some(start) = path.iter().position(|it| *it == at) {
            let circle = taken.get(start..).unwrap_or_default();
            return Walk::Circles(circle.iter().min().copied().unwrap_or(*edge));
        }
        path.push(at);
    }
    Walk::Ends(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(number: u8) -> PatientId {
        PatientId([number; 16])
    }

    fn edges(list: &[(u8, u8, i64)]) -> BTreeSet<MergeEdge> {
        let edge = |&(retired, survivor, at): &(u8, u8, i64)| MergeEdge {
            version: Version { reported_at: at, tie: [0; 16] },
            retired: id(retired),
            survivor: id(survivor),
        };
        list.iter().map(edge).collect()
    }

    fn path(list: &[(u8, u8, i64)], from: u8) -> Vec<u8> {
        survivor_path(&edges(list), id(from)).into_iter().map(|it| it.0[0]).collect()
    }

    #[test]
    fn a_record_without_merge_is_its_own_survivor() {
        assert_eq!(path(&[], 1), [1]);
        assert_eq!(path(&[(2, 1, 5)], 1), [1]);
        assert_eq!(path(&[(1, 1, 5)], 1), [1]);
    }

    #[test]
    fn a_chain_is_followed_whatever_the_order_of_its_merges() {
        assert_eq!(path(&[(1, 2, 10), (2, 3, 20)], 1), [1, 2, 3]);
        assert_eq!(path(&[(1, 2, 20), (2, 3, 10)], 1), [1, 2, 3]);
    }

    #[test]
    fn the_latest_merge_of_a_record_counts() {
        assert_eq!(path(&[(1, 2, 10), (1, 3, 20)], 1), [1, 3]);
    }

    #[test]
    fn swapped_merges_break_at_the_oldest() {
        let swapped = [(1, 2, 10), (2, 1, 20)];
        assert_eq!(path(&swapped, 1), [1]);
        assert_eq!(path(&swapped, 2), [2, 1]);
        let again = [(1, 2, 10), (2, 1, 20), (1, 2, 30)];
        assert_eq!(path(&again, 1), [1, 2]);
        assert_eq!(path(&again, 2), [2]);
    }

    #[test]
    fn a_circle_behind_the_record_is_broken_too() {
        assert_eq!(path(&[(1, 2, 40), (2, 3, 10), (3, 4, 20), (4, 2, 30)], 1), [1, 2]);
        assert_eq!(path(&[(1, 2, 40), (2, 3, 10), (3, 4, 20), (4, 2, 30)], 3), [3, 4, 2]);
    }

    proptest! {
        #[test]
        fn every_path_ends_at_a_record_that_is_its_own_survivor(
            list in proptest::collection::vec((0u8..6, 0u8..6, 0i64..20), 0..20)
        ) {
            let edges = edges(&list);
            for from in 0..6 {
                let path = survivor_path(&edges, id(from));
                let end = *path.last().unwrap();
                prop_assert_eq!(survivor(&edges, end), end);
                for step in &path {
                    prop_assert_eq!(survivor(&edges, *step), end);
                }
            }
        }
    }
}
