//! Which decisions must be stored together: those that write what another reads or writes. Pure.

use std::collections::HashMap;

use crate::Transaction;
use crate::unit::Unit;

/// A unit and what it would write.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) unit: Unit,
    pub(crate) transaction: Transaction,
}

/// Groups that must be stored together: one writes what the other reads or writes. In order of first appearance.
pub(crate) fn components(accepted: Vec<Accepted>) -> Vec<Vec<Accepted>> {
    let mut root: Vec<usize> = (0..accepted.len()).collect();
    fn find(root: &mut [usize], of: usize) -> usize {
        let mut at = of;
        while let Some(&up) = root.get(at).filter(|&&up| up != at) {
            at = up;
        }
        if let Some(place) = root.get_mut(of) {
            *place = at;
        }
        at
    }
    let mut writers: HashMap<&str, usize> = HashMap::new();
    let join = |root: &mut Vec<usize>, a: usize, b: usize| {
        let (a, b) = (find(root, a), find(root, b));
        if let Some(place) = root.get_mut(a.max(b)) {
            *place = a.min(b);
        }
    };
    for (index, one) in accepted.iter().enumerate() {
        for subject in one.transaction.exclusive_subjects() {
            match writers.get(subject) {
                Some(&writer) => join(&mut root, writer, index),
                None => {
                    writers.insert(subject, index);
                }
            }
        }
    }
    for (index, one) in accepted.iter().enumerate() {
        for subject in &one.unit.reads {
            if let Some(&writer) = writers.get(subject.as_str()) {
                join(&mut root, writer, index);
            }
        }
    }
    let roots: Vec<usize> = (0..accepted.len()).map(|index| find(&mut root, index)).collect();
    let mut places: HashMap<usize, usize> = HashMap::new();
    let mut groups: Vec<Vec<Accepted>> = Vec::new();
    for (one, root) in accepted.into_iter().zip(roots) {
        let place = *places.entry(root).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Revision;

    fn accepted(item: usize, reads: &[&str], writes: &[&str]) -> Accepted {
        let reads = reads.iter().map(|subject| (*subject).to_owned()).collect();
        let mut transaction = Transaction::new();
        writes.iter().for_each(|subject| transaction.put(*subject, Revision::NONE, "x"));
        Accepted { unit: Unit { items: vec![item], reads, ..Unit::default() }, transaction }
    }

    fn groups(all: Vec<Accepted>) -> Vec<Vec<usize>> {
        let items = |group: Vec<Accepted>| group.into_iter().flat_map(|one| one.unit.items).collect();
        components(all).into_iter().map(items).collect()
    }

    #[test]
    fn what_shares_nothing_stays_apart_in_order() {
        let all = vec![accepted(0, &["a"], &["a"]), accepted(1, &["b"], &["b"]), accepted(2, &["c"], &[])];
        assert_eq!(groups(all), [vec![0], vec![1], vec![2]]);
    }

    #[test]
    fn a_reader_goes_with_the_writer_and_a_chain_with_both_ends() {
        let all = vec![
            accepted(0, &["a"], &["a"]),
            accepted(1, &["x"], &["x"]),
            accepted(2, &["a", "b"], &["b"]),
            accepted(3, &["b"], &[]),
            accepted(4, &["x"], &["x"]),
        ];
        assert_eq!(groups(all), [vec![0, 2, 3], vec![1, 4]]);
    }

    #[test]
    fn two_readers_of_what_nobody_writes_stay_apart() {
        assert_eq!(groups(vec![accepted(0, &["a"], &[]), accepted(1, &["a"], &[])]), [vec![0], vec![1]]);
    }
}
