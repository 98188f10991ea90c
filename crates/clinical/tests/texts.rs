//! The laws of texts that come in several versions: what a later one no longer says does not stand, whatever the order
//! of arrival.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

mod support;

use lacteal_clinical::{Attribute, Version};
use lacteal_clinical::{
    Dossier, Fact, FactIdentity, Finding, ReportKey, Standing, TextVersion, UnreadReason,
};
use proptest::prelude::*;
use support::{fact, ki67, patient};

/// A version of one text, as a report of its own: it states the Ki-67 index of each slot that has one.
#[derive(Clone, Copy, Debug)]
struct Told {
    report: u8,
    reported_at: i64,
    standing: Standing,
    is_whole: bool,
    slots: [Option<u8>; 3],
}

impl Told {
    fn facts(&self) -> Vec<Fact> {
        let text = TextVersion {
            text: FactIdentity::of(["text"]),
            standing: self.standing,
            is_whole: self.is_whole,
        };
        let base = |name: &str, finding| {
            let mut fact = fact(name, None, finding);
            fact.version = Version { reported_at: self.reported_at, tie: [self.report; 16] };
            fact.standing = self.standing;
            fact.text = Some(text);
            fact.place.report = ReportKey([self.report; 16]);
            fact
        };
        let stated = |(slot, value): (usize, &Option<u8>)| {
            value.map(|value| base(&format!("slot {slot}"), ki67(&format!("{value} %"))))
        };
        let mut facts: Vec<Fact> = self.slots.iter().enumerate().filter_map(stated).collect();
        let silent = Finding::Unread { attribute: Attribute::Ki67, reason: UnreadReason::Empty };
        facts.push(Fact { standing: Standing::Deleted, ..base("silent", silent) });
        facts
    }

    fn rank(&self) -> (bool, i64, Standing, u8) {
        (self.standing != Standing::Preliminary, self.reported_at, self.standing, self.report)
    }
}

fn standing(told: &[Told]) -> Vec<Finding> {
    let dossier = Dossier::from_parts(patient(1), patient(1), told.iter().flat_map(Told::facts));
    dossier.standing_facts().map(|it| it.finding.clone()).collect()
}

fn sorted(mut all: Vec<Finding>) -> Vec<String> {
    let mut words: Vec<String> = all.drain(..).map(|it| format!("{it:?}")).collect();
    words.sort_unstable();
    words
}

fn any_told() -> impl Strategy<Value = Vec<Told>> {
    let standing = prop_oneof![
        2 => Just(Standing::Preliminary),
        5 => Just(Standing::Final),
        2 => Just(Standing::Corrected),
        1 => Just(Standing::Deleted),
        1 => Just(Standing::WrongPatient),
    ];
    let slot = || proptest::option::of(1u8..90);
    let one = (0i64..6, standing, (slot(), slot(), slot()));
    proptest::collection::vec(one, 1..6).prop_map(|all| {
        let told = |(report, (reported_at, standing, (a, b, c))): (usize, _)| Told {
            report: u8::try_from(report).unwrap(),
            reported_at,
            standing,
            is_whole: true,
            slots: [a, b, c],
        };
        all.into_iter().enumerate().map(told).collect()
    })
}

proptest! {
    /// By definition: of all versions the latest says all that stands, unless it is withdrawn.
    #[test]
    fn of_several_versions_of_a_text_the_latest_alone_stands(told in any_told()) {
        let latest = told.iter().max_by_key(|it| it.rank()).unwrap();
        let expected = if latest.standing.counts() {
            latest.slots.iter().flatten().map(|it| ki67(&format!("{it} %"))).collect()
        } else {
            Vec::new()
        };
        prop_assert_eq!(sorted(standing(&told)), sorted(expected));
    }

    #[test]
    fn the_order_and_repetition_of_versions_change_nothing((told, shuffled) in any_told().prop_flat_map(|all| {
        let twice = [all.clone(), all.clone()].concat();
        (Just(all), Just(twice).prop_shuffle())
    })) {
        let dossier = |told: &[Told]| Dossier::from_parts(patient(1), patient(1), told.iter().flat_map(Told::facts));
        prop_assert_eq!(dossier(&told).digest(), dossier(&shuffled).digest());
        prop_assert_eq!(sorted(standing(&told)), sorted(standing(&shuffled)));
    }
}

fn told(report: u8, standing: Standing, slots: [Option<u8>; 3]) -> Told {
    Told { report, reported_at: i64::from(report), standing, is_whole: true, slots }
}

#[test]
fn what_is_added_takes_nothing_back_and_is_taken_back_by_the_next_whole_text() {
    let first = told(1, Standing::Final, [Some(2), None, None]);
    let added = Told { is_whole: false, ..told(2, Standing::Final, [None, Some(7), None]) };
    assert_eq!(standing(&[first, added]), standing(&[told(1, Standing::Final, [Some(2), Some(7), None])]));
    let last = told(3, Standing::Final, [Some(2), None, None]);
    assert_eq!(standing(&[last, added, first]), [ki67("2 %")]);
}

#[test]
fn a_text_of_another_record_is_taken_back_by_a_later_version_but_withdrawn_only_from_the_survivor() {
    let to = |number: u8, told: Told| {
        let facts = told.facts().into_iter();
        facts.map(move |it| Fact { patient: patient(number), ..it }).collect::<Vec<_>>()
    };
    let stands = |facts: Vec<Fact>| {
        let dossier = Dossier::from_parts(patient(1), patient(1), facts);
        dossier.standing_facts().count()
    };
    let retired = to(2, told(1, Standing::Final, [Some(2), Some(3), None]));
    let again = to(1, told(2, Standing::Final, [Some(2), None, None]));
    assert_eq!(stands([retired.clone(), again].concat()), 1);
    let deleted = |number| to(number, told(2, Standing::Deleted, [None; 3]));
    let own = to(1, told(1, Standing::Final, [Some(2), Some(3), None]));
    assert_eq!(stands([retired, deleted(1)].concat()), 0);
    assert_eq!(stands([own, deleted(2)].concat()), 2);
}

#[test]
fn facts_of_before_texts_were_told_apart_stand_by_themselves() {
    let mut old = told(1, Standing::Final, [Some(2), None, None]).facts();
    old.iter_mut().for_each(|it| it.text = None);
    let new = told(2, Standing::Final, [None, Some(7), None]).facts();
    let dossier = Dossier::from_parts(patient(1), patient(1), [old, new].concat());
    assert_eq!(dossier.standing_facts().count(), 2);
}
