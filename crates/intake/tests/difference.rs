//! What counts as a difference between two readings of one report.

#![expect(clippy::expect_used, clippy::panic, reason = "a test must fail loudly")]
#![allow(dead_code, reason = "the messages are shared with the tests of interpretation")]

#[path = "interpret/given.rs"]
mod given;

use given::{Given, facts, obx, pathology};
use lacteal_clinical::Fact;
use lacteal_clinical::finding::Attribute;
use lacteal_intake::{Code, Counts, Means, difference};
use proptest::prelude::*;

const KI67: &str = "29593-1^Ki-67^LN";
const OWN: &str = "PROLIF^Proliferation^99NORTH";

fn own_code(unit: &str) -> Given {
    let code = Code {
        system: "99NORTH".into(),
        code: "PROLIF".into(),
        means: Means::Ki67,
        modality: String::new(),
        region: String::new(),
        unit: unit.into(),
        source: String::new(),
    };
    Given { codes: vec![code], ..Given::default() }
}

fn counts(old: &[Fact], new: &[Fact]) -> Vec<(Attribute, Counts)> {
    difference(old, new).into_iter().collect()
}

#[test]
fn a_code_that_is_added_to_the_table_adds_what_it_means_and_touches_nothing_else() {
    let text =
        pathology(&[&obx("NM", "21893-3^Nodes positive^LN", "2", "{nodes}"), &obx("NM", OWN, "7", "%")]);
    let (old, new) = (facts(&text), own_code("").facts(&text));
    assert_eq!(counts(&old, &new), [(Attribute::Ki67, Counts { added: 1, ..Counts::default() })]);
    assert_eq!(counts(&new, &old), [(Attribute::Ki67, Counts { gone: 1, ..Counts::default() })]);
}

#[test]
fn an_unread_item_that_becomes_a_value_is_changed() {
    let text = pathology(&[&obx("NM", OWN, "7", "")]);
    let (old, new) = (own_code("").facts(&text), own_code("%").facts(&text));
    assert_eq!(counts(&old, &new), [(Attribute::Ki67, Counts { changed: 1, ..Counts::default() })]);
}

#[test]
fn a_report_that_says_nothing_any_more_loses_all_of_its_facts() {
    let old = facts(&pathology(&[&obx("NM", KI67, "7", "%")]));
    let gone: u32 = difference(&old, &[]).values().map(|counts| counts.gone).sum();
    assert_eq!(gone as usize, old.len());
}

proptest! {
    #[test]
    fn the_order_of_facts_is_no_difference_and_sizes_add_up(
        values in prop::collection::vec(0_u8..4, 0..6),
        others in prop::collection::vec(0_u8..4, 0..6),
        turn in 0_usize..6,
    ) {
        let read = |values: &[u8]| {
            let lines: Vec<_> = values.iter().map(|value| obx("NM", KI67, &value.to_string(), "%")).collect();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let nodes = obx("NM", "21893-3^Nodes positive^LN", "2", "{nodes}");
            facts(&pathology(&[&[nodes.as_str()], &lines[..]].concat()))
        };
        let (old, new) = (read(&values), read(&others));
        let mut turned = old.clone();
        let length = turned.len().max(1);
        turned.rotate_left(turn % length);
        prop_assert!(difference(&old, &turned).is_empty());
        let all = difference(&old, &new);
        let added: i64 = all.values().map(|counts| i64::from(counts.added) - i64::from(counts.gone)).sum();
        prop_assert_eq!(new.len() as i64 - old.len() as i64, added);
        let turned_back = difference(&new, &old);
        for (attribute, counts) in &all {
            let back = turned_back[attribute];
            prop_assert_eq!((back.added, back.gone, back.changed), (counts.gone, counts.added, counts.changed));
        }
    }
}
