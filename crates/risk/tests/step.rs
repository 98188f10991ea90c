//! Laws of the step of risk, on states in memory: what it needs, what it writes, what it leaves alone.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

mod reports;

use bytes::Bytes;
use jiff::Timestamp;
use lacteal_clinical::finding::{Finding, Site};
use lacteal_clinical::{Fact, PatientId, Reading, ReportKey};
use lacteal_ledger::{Decision, Delivery, Kind, Revision, States, Step, Stored, Transaction};
use lacteal_risk::{Model, RiskStep};
use lacteal_wire::{decode, encode, event, subject};
use reports::fact;

const ALICE: PatientId = PatientId([0x1a; 16]);
const BEA: PatientId = PatientId([0x2b; 16]);

fn step() -> RiskStep {
    RiskStep::new(Model::reference())
}

fn report(sequence: u64, patient: PatientId, facts: &[Fact]) -> Delivery {
    report_again(sequence, patient, ReportKey([sequence as u8; 16]), 1, facts)
}

fn report_again(
    sequence: u64,
    patient: PatientId,
    key: ReportKey,
    interpretation_version: u32,
    facts: &[Fact],
) -> Delivery {
    let report = reports::report(patient, key, interpretation_version, facts.iter().cloned());
    delivery(sequence, patient, encode(&report))
}

fn delivery(sequence: u64, patient: PatientId, payload: Bytes) -> Delivery {
    Delivery {
        subject: subject::report(patient, ReportKey([sequence as u8; 16])),
        sequence,
        time: Timestamp::from_second(1_800_000_000 + sequence as i64).unwrap(),
        payload,
        attempt: 1,
    }
}

/// States as a broker would keep them.
struct Store {
    states: States,
    next: u64,
}

impl Store {
    fn new() -> Store {
        Store { states: States::new(), next: 1 }
    }

    /// Takes deliveries through the step, reading what it asks for, and stores what it writes.
    fn take(&mut self, deliveries: &[Delivery]) -> Transaction {
        let mut wanted = step().reads(deliveries);
        for _ in 0..5 {
            let mut read = States::new();
            for name in &wanted {
                read.insert(name.clone(), self.states.get(name).cloned());
            }
            match step().decide(deliveries, &read).unwrap() {
                Decision::Read(more) => wanted.extend(more),
                Decision::Commit(transaction) => {
                    self.store(&transaction);
                    return transaction;
                }
            }
        }
        panic!("the step asks for ever more");
    }

    fn store(&mut self, transaction: &Transaction) {
        for write in transaction.writes() {
            if let Kind::Put { expected } = write.kind {
                assert_eq!(self.states.revision(&write.subject), expected, "compare-and-set");
                let stored = Stored {
                    subject: write.subject.clone(),
                    revision: Revision::new(self.next),
                    time: Timestamp::UNIX_EPOCH,
                    payload: write.payload.clone(),
                };
                self.states.insert(write.subject.clone(), Some(stored));
                self.next += 1;
            }
        }
    }

    fn dossier(&self, patient: PatientId) -> event::Dossier {
        let stored = self.states.get(&subject::dossier(patient)).unwrap();
        decode(&stored.payload, "dossier").unwrap()
    }
}

#[test]
fn a_report_becomes_a_dossier_with_its_assessment_and_a_repetition_writes_nothing() {
    let mut store = Store::new();
    let first = report(1, ALICE, &[fact(ALICE, "site", Finding::PrimarySite(Site::Ileum))]);
    let written = store.take(std::slice::from_ref(&first));
    let subjects: Vec<_> = written.writes().iter().map(|write| write.subject.clone()).collect();
    assert_eq!(subjects, [subject::assessment(ALICE), subject::dossier(ALICE)]);
    let dossier = store.dossier(ALICE);
    assert_eq!(dossier.summary.unwrap().scope(), event::Scope::Undecided, "a site alone shows no NET");
    assert_eq!(dossier.assessment.unwrap().now_s, 1_800_000_001, "now is the broker's time of the delivery");
    assert!(store.take(&[first]).is_empty());
}

#[test]
fn an_assessment_that_stays_the_same_is_not_appended_again() {
    let mut store = Store::new();
    store.take(&[report(1, ALICE, &[fact(ALICE, "site", Finding::PrimarySite(Site::Ileum))])]);
    let written = store.take(&[report(2, ALICE, &[fact(ALICE, "count", Finding::NodesExamined(12))])]);
    let subjects: Vec<_> = written.writes().iter().map(|write| write.subject.clone()).collect();
    assert_eq!(subjects, [subject::dossier(ALICE)], "nothing about the risk has changed");
}

#[test]
fn a_report_that_is_read_again_replaces_what_it_stated() {
    let mut store = Store::new();
    let key = ReportKey([1; 16]);
    let first = report_again(
        1,
        ALICE,
        key,
        1,
        &[
            fact(ALICE, "site", Finding::PrimarySite(Site::Ileum)),
            fact(ALICE, "n", Finding::NodesExamined(9)),
        ],
    );
    store.take(std::slice::from_ref(&first));
    let again = report_again(2, ALICE, key, 2, &[fact(ALICE, "n", Finding::NodesExamined(12))]);
    store.take(std::slice::from_ref(&again));
    let stated = |store: &Store| -> Vec<_> {
        store.dossier(ALICE).facts.into_iter().filter_map(|it| it.finding?.kind).collect()
    };
    assert_eq!(stated(&store), [event::finding::Kind::NodesExamined(12)]);
    assert_eq!(store.dossier(ALICE).interpretations[0].version, 2);
    assert!(store.take(&[first]).is_empty(), "an earlier reading that comes late writes nothing");
    assert!(store.take(&[again]).is_empty());
}

#[test]
fn what_is_uncertain_is_shown_with_its_sentence_and_decides_nothing() {
    use lacteal_clinical::codes::{CodeSystem, TumourKind};
    use lacteal_clinical::finding::{Code, Presence};
    let code = Code::new("C7A.012").unwrap();
    let tumour = fact(ALICE, "net", Finding::Diagnosis { system: CodeSystem::Icd10Cm, code });
    let liver = Finding::LiverMetastasis(Presence::Present);
    let sentence = "A lesion in\n segment VI, “possibly” a metastasis.";
    let hedged =
        Fact { reading: Reading::uncertain("liver.hedged", sentence), ..fact(ALICE, "liver", liver) };
    let kind = Finding::Histology(TumourKind::Nec);
    let unsaid = Fact {
        reading: Reading::Text {
            rule: "kind.hedged".into(),
            certainty: lacteal_clinical::Certainty::Uncertain,
            sentence: None,
        },
        ..fact(ALICE, "kind", kind)
    };
    let mut store = Store::new();
    store.take(&[report(1, ALICE, &[tumour, hedged, unsaid])]);
    let summary = store.dossier(ALICE).summary.unwrap();
    assert_eq!((summary.scope(), summary.liver()), (event::Scope::In, event::LiverState::Unknown));
    let mut texts: Vec<&str> = summary.review.iter().map(|it| it.text.as_str()).collect();
    texts.sort_unstable();
    let quoted = "liver metastasis is not stated for certain: \
                  “A lesion in segment VI, \"possibly\" a metastasis.”";
    assert_eq!(texts, [quoted, "the kind of tumour is not stated for certain"]);
    assert!(summary.review.iter().all(|it| it.facts.len() == 1));
}

#[test]
fn orders_and_appointments_and_what_is_derived_reach_the_summary() {
    use lacteal_clinical::{
        AppointmentState, Extent, ImagingAppointment, ImagingOrder, Modality, OrderState, Region,
    };
    let region = Region::Liver;
    let order = ImagingOrder {
        modality: Some(Modality::Mr),
        region,
        state: OrderState::Placed,
        numbers: Default::default(),
    };
    let appointment = ImagingAppointment {
        modality: None,
        region,
        state: AppointmentState::NoShow,
        order: Default::default(),
    };
    let only = [
        fact(ALICE, "order", Finding::ImagingOrder(order)),
        fact(ALICE, "appointment", Finding::ImagingAppointment(appointment)),
    ];
    let mut store = Store::new();
    store.take(&[report(1, ALICE, &only)]);
    let summary = store.dossier(ALICE).summary.unwrap();
    assert_eq!(summary.scope(), event::Scope::NoTumour, "a scan to come is no evidence of a tumour");
    assert_eq!(
        (summary.orders[0].modality(), summary.orders[0].state()),
        (event::Modality::Mr, event::OrderState::Placed)
    );
    let [booked] = summary.appointments.as_slice() else { panic!("one") };
    assert_eq!(
        (booked.modality(), booked.state()),
        (event::Modality::Unspecified, event::AppointmentState::NoShow)
    );
    store.take(&[report(2, ALICE, &[fact(ALICE, "depth", Finding::Extent(Extent::Subserosa))])]);
    let summary = store.dossier(ALICE).summary.unwrap();
    assert_eq!((summary.t.unwrap().category.as_str(), summary.t_is_derived), ("T3", true));
    assert_eq!(summary.extent, event::Extent::Subserosa as i32);
}

#[test]
fn a_merge_asks_for_both_records_and_rewrites_both() {
    let mut store = Store::new();
    store.take(&[report(1, ALICE, &[fact(ALICE, "site", Finding::PrimarySite(Site::Ileum))])]);
    let merged = fact(ALICE, "merge", Finding::MergedInto { survivor: BEA });
    let written = store.take(&[report(2, ALICE, &[merged])]);
    assert!(written.writes().iter().any(|write| write.subject == subject::dossier(BEA)));
    let (retired, survivor) = (store.dossier(ALICE), store.dossier(BEA));
    assert_eq!(retired.summary.unwrap().merged_into, BEA.0);
    assert!(survivor.facts.iter().any(|fact| fact.patient == ALICE.0), "the survivor holds what was known");
}

#[test]
fn a_report_that_cannot_be_read_names_itself_and_holds_up_no_other() {
    let good = report(1, ALICE, &[fact(ALICE, "site", Finding::PrimarySite(Site::Ileum))]);
    let bad = delivery(2, ALICE, Bytes::from_static(b"\xff\xff\xff"));
    let mut states = States::new();
    states.insert(subject::dossier(ALICE), None);
    let refused = step().decide(&[good, bad], &states).unwrap_err();
    assert_eq!(refused.delivery, 1);
    assert_eq!(refused.error, "report is not readable protobuf");
}

#[test]
fn what_is_set_aside_shows_in_the_dossier_once_and_survives_later_reports() {
    let mut store = Store::new();
    store.take(&[report(1, ALICE, &[fact(ALICE, "site", Finding::PrimarySite(Site::Ileum))])]);
    let bad = delivery(2, ALICE, Bytes::from_static(b"\xff"));
    for _ in 0..2 {
        let Decision::Commit(written) = step().set_aside(&bad, "unreadable", &store.states).unwrap() else {
            panic!("it reads nothing more");
        };
        store.store(&written);
    }
    store.take(&[report(3, ALICE, &[fact(ALICE, "count", Finding::NodesExamined(12))])]);
    let asides = store.dossier(ALICE).asides;
    assert_eq!(asides.len(), 1);
    assert_eq!((asides[0].stream.as_str(), asides[0].sequence), ("INTAKE", 2));
}

#[test]
fn a_later_version_that_can_be_processed_ends_what_was_set_aside_of_its_report() {
    let mut store = Store::new();
    let good = report(5, ALICE, &[fact(ALICE, "count", Finding::NodesExamined(12))]);
    let version = |sequence| Delivery { sequence, payload: Bytes::from_static(b"\xff"), ..good.clone() };
    for bad in [version(2), version(3), delivery(4, ALICE, Bytes::from_static(b"\xff"))] {
        let Decision::Commit(written) = step().set_aside(&bad, "unreadable", &store.states).unwrap() else {
            panic!("it reads nothing more");
        };
        store.store(&written);
    }
    let sequences =
        |store: &Store| store.dossier(ALICE).asides.iter().map(|it| it.sequence).collect::<Vec<_>>();
    assert_eq!(sequences(&store), [3, 4], "one of each report");
    store.take(&[good]);
    assert_eq!(sequences(&store), [4], "another report's stays");
}
