//! What a sender is told, and what stands after several messages.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use lacteal_clinical::{Fact, PatientId, merge};
use lacteal_hl7::{AckError, AckMode, Limits, Message, Outcome};
use lacteal_intake::Verdict;

use crate::given::{Given, takes_back, words};

/// The acknowledgements of a message in their order, with the codes of what is wrong: `AA`, `CR 205`.
pub(crate) fn answer(bytes: impl Into<Vec<u8>>) -> String {
    answer_of(&Given::default(), bytes)
}

pub(crate) fn answer_of(given: &Given, bytes: impl Into<Vec<u8>>) -> String {
    let message = match Message::parse(Bytes::from(bytes.into()), &Limits::default()) {
        Ok(message) => message,
        Err(error) => return told(AckMode::Original, Outcome::Reject, &[error.ack_error()]),
    };
    let mode = message.header().ack_mode();
    match given.verdict(&message) {
        Verdict::Refuse(refusal) => told(mode, Outcome::Reject, &refusal.problems),
        _ => told(mode, Outcome::Accept, &[]),
    }
}

fn told(mode: AckMode, outcome: Outcome, problems: &[AckError]) -> String {
    let owed = mode.owed(outcome);
    let codes: Vec<_> = owed.accept.into_iter().chain(owed.application).map(|code| code.as_str()).collect();
    let problems: Vec<_> = problems.iter().map(|problem| problem.code.number().to_string()).collect();
    [codes.join(", "), problems.join(" ")].join(" ").trim().to_owned()
}

/// All facts of messages; those that are refused or not relevant have none.
pub(crate) fn facts_of(messages: &[&str]) -> Vec<Fact> {
    let given = Given { received: "2030-01-01T00:00:00Z".parse().expect("a time"), ..Given::default() };
    let verdicts = messages.iter().map(|text| given.read(text));
    let kept = verdicts.map(|verdict| match verdict {
        Verdict::Keep(all) | Verdict::KeepIfKnown(all) | Verdict::KeepIfToldBefore(all) => all,
        Verdict::NotRelevant(_) | Verdict::Refuse(_) => Vec::new(),
    });
    kept.flatten().flat_map(|one| one.facts).collect()
}

/// What stands of the tumour after all these messages, in words, in alphabetical order. The same in any order of
/// arrival, and when each comes twice.
pub(crate) fn stands(messages: &[&str]) -> Vec<String> {
    let expected = folded(&facts_of(messages));
    let mut turned = messages.to_vec();
    for _ in messages {
        turned.rotate_left(1);
        assert_eq!(folded(&facts_of(&turned)), expected, "another order of arrival");
        let backwards: Vec<_> = turned.iter().rev().chain(&turned).copied().collect();
        assert_eq!(folded(&facts_of(&backwards)), expected, "backwards and twice");
    }
    expected
}

fn folded(facts: &[Fact]) -> Vec<String> {
    let mut standing: BTreeMap<_, &Fact> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| !fact.finding.is_about_the_person()) {
        let known = standing.entry(fact.key()).or_insert(fact);
        if fact.supersedes(known) {
            *known = fact;
        }
    }
    let mut all: Vec<_> = standing.into_values().filter(|fact| !takes_back(fact)).map(words).collect();
    all.sort_unstable();
    all
}

/// Where the record of a patient goes on after all these messages, by number and authority NORTH.
pub(crate) fn survivor(messages: &[&str], number: &str) -> PatientId {
    let mut latest: BTreeMap<_, Fact> = BTreeMap::new();
    for fact in facts_of(messages) {
        let known = latest.entry(fact.key()).or_insert_with(|| fact.clone());
        if fact.supersedes(known) {
            *known = fact;
        }
    }
    let edges: BTreeSet<_> = latest.values().filter_map(merge::edge).collect();
    merge::survivor(&edges, patient(number))
}

/// A patient of authority NORTH.
pub(crate) fn patient(number: &str) -> PatientId {
    let key = lacteal_clinical::PseudonymKey::from_bytes(&[7; 32]).expect("a key");
    key.pseudonym(&lacteal_clinical::RecordNumber::new("NORTH", number).expect("a number"))
}

/// A header of a message of this kind, made at a minute of 10 June 2024.
pub(crate) fn msh(kind: &str, id: &str, minute: u32) -> String {
    format!("MSH|^~\\&|APP|NORTH|LACTEAL|NET|2024061012{minute:02}00+0000||{kind}|{id}|P|2.5.1")
}

/// A patient segment.
pub(crate) fn pid(number: &str) -> String {
    format!("PID|1||{number}^^^NORTH^MR")
}
