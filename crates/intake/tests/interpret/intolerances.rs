//! Contrast media that a patient does not tolerate, as ADT lists them.

use lacteal_clinical::Finding;
use lacteal_intake::{Code, Means, Verdict};

use crate::given::{Given, PID, facts, kept, message, read, segment, words};

const MSH: &str = "MSH|^~\\&|PAS|NORTH|L|N|20240610120000||ADT^A08^ADT_A01|1|P|2.5.1";

fn al1(agent: &str) -> String {
    message(&[MSH, PID, &segment("AL1", &[(1, "1"), (2, "DA"), (3, agent), (6, "20190304")])])
}

fn iam(agent: &str, action: &str, status: &str) -> String {
    let iam = segment("IAM", &[(1, "1"), (2, "DA"), (3, agent), (6, action), (17, status)]);
    message(&[&MSH.replace("A08", "A60"), PID, &iam])
}

fn told(text: &str) -> Vec<String> {
    let about = |it: &&lacteal_clinical::Fact| !matches!(it.finding, Finding::RecordNumber(_));
    facts(text).iter().filter(about).map(words).collect()
}

#[test]
fn an_allergy_to_a_contrast_medium_matters_of_those_known() {
    assert!(matches!(read(&al1("C1^Iodinated contrast^L")), Verdict::KeepIfKnown(_)));
    for (agent, expected) in [
        ("C1^Iodinated contrast^L", "no iodinated contrast @2019-03-04"),
        ("V08AB02^Iohexol^ATC", "no iodinated contrast @2019-03-04"),
        ("V08CA09^^ATC", "no gadolinium contrast @2019-03-04"),
        ("^Gadovist", "no gadolinium contrast @2019-03-04"),
        ("X^Contrast media^L", "unread contrast_intolerance ambiguous @2019-03-04"),
    ] {
        assert_eq!(told(&al1(agent)), [expected], "{agent}");
    }
    for agent in ["J01CA04^Amoxicillin^ATC", "L1^Latex^L", "F1^Shellfish^L", "N18.6^Renal failure^I10"] {
        assert_eq!(read(&al1(agent)), Verdict::NotRelevant("nothing about a tumour"), "{agent}");
    }
}

#[test]
fn an_entry_that_is_deleted_or_in_error_is_withdrawn_and_one_in_doubt_preliminary() {
    for (action, status, standing) in [
        ("A", "C", ""),
        ("U", "", ""),
        ("D", "C", "Deleted: "),
        ("U", "E", "Deleted: "),
        ("U", "I", "Deleted: "),
        ("A", "S", "Preliminary: "),
    ] {
        let text = iam("V08AB02^Iohexol^ATC", action, status);
        assert_eq!(told(&text), [format!("{standing}no iodinated contrast")], "{action} {status}");
    }
    // By whatever segment: the same substance is the same statement.
    let of = |text: &str| facts(text).into_iter().last().expect("a fact").identity;
    assert_eq!(of(&al1("V08AB02^Iohexol^ATC")), of(&iam("V08AB02^Iohexol^ATC", "D", "")));
    assert_ne!(of(&al1("V08AB02^Iohexol^ATC")), of(&al1("V08AB05^Iopromide^ATC")));
}

#[test]
fn a_site_names_its_own_codes_of_substances() {
    let own = Code {
        system: "99NORTH".into(),
        code: "KM1".into(),
        means: Means::GadoliniumContrast,
        modality: String::new(),
        region: String::new(),
        unit: String::new(),
        source: String::new(),
    };
    let given = Given { codes: vec![own], ..Given::default() };
    let facts = kept(given.read(&al1("KM1^KM^99NORTH")));
    assert!(facts.iter().any(|it| words(it).contains("no gadolinium contrast")));
}
