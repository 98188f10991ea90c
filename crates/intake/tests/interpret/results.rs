//! How orders, specimens and observations are grouped in the messages that carry results.

use crate::given::{MSH_ORU, PID, about_the_tumour, facts, message, obx, read, segment};
use lacteal_intake::{Processing, SourceConfig, Verdict};

use crate::given::{Given, pathology, refusal};

fn ki67(value: &str) -> String {
    obx("NM", "29593-1^Ki-67^LN", value, "%")
}

fn kind(kind: &str) -> String {
    MSH_ORU.replace("ORU^R01^ORU_R01", kind)
}

#[test]
fn every_trigger_of_results_is_read() {
    for trigger in
        ["ORU^R01", "ORU^R30", "ORU^R31", "ORU^R32", "ORU^R40", "OUL^R21", "OUL^R22", "OUL^R23", "OUL^R24"]
    {
        let obr = segment("OBR", &[(3, "F1"), (4, "x"), (7, "20240601")]);
        let text = message(&[&kind(trigger), PID, "ORC|RE|P1|F1", &obr, &ki67("5")]);
        assert_eq!(about_the_tumour(&text), ["ki67 5 % @2024-06-01"], "{trigger}");
    }
}

#[test]
fn results_of_nobody_are_refused_but_where_the_standard_lets_them_be() {
    assert_eq!(
        read(&message(&[&kind("OUL^R22"), "SPM|1|S1", "OBR|1||F1"])),
        Verdict::NotRelevant("no patient")
    );
    assert!(matches!(read(&message(&[&kind("ORU^R30"), "OBR|1||F1"])), Verdict::Refuse(_)));
}

#[test]
fn the_common_order_gives_the_number_that_the_order_leaves_out() {
    let with = |orc: &str, obr: &str| message(&[MSH_ORU, PID, orc, obr, &ki67("5")]);
    let identity = |text: &str| {
        let facts = facts(text);
        facts.iter().find(|it| it.finding.is_about_the_tumour()).expect("a result").identity
    };
    let own = identity(&with("ORC|RE|P1|F1", "OBR|1|P1|F1|x|||20240601"));
    assert_eq!(identity(&with("ORC|RE|P1|F1", "OBR|1|||x|||20240601")), own);
    assert_ne!(identity(&with("ORC|RE|P1", "OBR|1|||x|||20240601")), own);
    let specimens =
        [kind("OUL^R22"), PID.to_owned(), "SPM|1|S1".to_owned(), "OBR|1|||x|||20240601".to_owned()];
    let text = format!("{}\rORC|RE|P1|F1\r{}", specimens.join("\r"), ki67("5"));
    assert_eq!(identity(&text), own);
}

#[test]
fn an_undated_order_has_the_day_on_which_its_specimen_was_taken() {
    let spm = segment("SPM", &[(1, "1"), (2, "S1"), (17, "202405301000")]);
    let after = message(&[MSH_ORU, PID, "OBR|1||F1|x", &ki67("5"), &spm]);
    assert_eq!(about_the_tumour(&after), ["ki67 5 % @2024-05-30"]);
    let before = message(&[&kind("OUL^R22"), PID, &spm, &ki67("4"), "OBR|1||F1|x", &ki67("5")]);
    assert_eq!(about_the_tumour(&before), ["ki67 4 % @2024-05-30", "ki67 5 % @2024-05-30"]);
}

#[test]
fn nothing_of_a_training_source_is_taken() {
    let source = SourceConfig { processing: Processing::Training, ..SourceConfig::default() };
    let given = Given { source, ..Given::default() };
    assert_eq!(refusal(given.read(&pathology(&[&ki67("5")]))), "202 MSH[1]-11");
}

#[test]
fn a_source_may_say_itself_whose_numbers_identify_a_patient() {
    let source = SourceConfig { authorities: vec!["NORTH".to_owned()], ..SourceConfig::default() };
    let given = Given { source, authorities: vec!["SOUTH".to_owned()], ..Given::default() };
    let text =
        |authority: &str| message(&[MSH_ORU, &format!("PID|1||1^^^{authority}^MR"), "OBR|1||F1", &ki67("5")]);
    assert!(matches!(given.read(&text("NORTH")), Verdict::Keep(_)));
    assert_eq!(refusal(given.read(&text("SOUTH"))), "101 PID[1]-3");
}
