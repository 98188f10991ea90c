//! What kind of report states a fact: as the order, its section or the document says, and not told otherwise.

use lacteal_clinical::ReportKind;

use crate::given::{MSH_ORU, PID, facts, message, obx, segment};

const KI67: &str = "29593-1^Ki-67^LN";

/// The kinds of the facts that are not about the person, each once.
fn kinds(text: &str) -> Vec<ReportKind> {
    let about = facts(text).into_iter().filter(|it| !it.finding.is_about_the_person());
    let mut kinds: Vec<_> = about.map(|it| it.report_kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn order(service: &str, section: &str, observations: &[String]) -> String {
    let obr = segment("OBR", &[(3, "F77"), (4, service), (7, "20240601"), (24, section)]);
    let observations: Vec<&str> = observations.iter().map(String::as_str).collect();
    message(&[&[MSH_ORU, PID, &obr], &observations[..]].concat())
}

#[test]
fn the_order_says_what_kind_of_report_states_its_results() {
    let value = [obx("NM", KI67, "5", "%")];
    for (service, section, expected) in [
        ("11529-5^Surgical pathology^LN", "", ReportKind::Pathology),
        ("X^x^L", "SP", ReportKind::Pathology),
        ("X^x^L", "RAD", ReportKind::Imaging),
        ("X^x^L", "LAB", ReportKind::Untold),
        ("X^x^L", "", ReportKind::Untold),
    ] {
        assert_eq!(kinds(&order(service, section, &value)), [expected], "{service} {section}");
    }
}

#[test]
fn what_the_text_of_an_order_states_is_of_its_kind_too() {
    let net = "Terminal ileum: well differentiated neuroendocrine tumour, G1. Ki-67 2 %.";
    let text = order("11529-5^Surgical pathology^LN", "", &[obx("TX", "L^Text^L", net, "")]);
    assert_eq!(kinds(&text), [ReportKind::Pathology]);
    let scan = order("X^CT^L", "RAD", &[obx("TX", "L^Text^L", "Ileal NET. Two liver metastases.", "")]);
    assert_eq!(kinds(&scan), [ReportKind::Imaging]);
}

#[test]
fn a_document_is_of_its_type_and_one_of_no_known_type_is_not_told() {
    let msh = "MSH|^~\\&|DOC|NORTH|LACTEAL|NET|20240610120000||MDM^T02|M1|P|2.5.1";
    let net = "Terminal ileum: well differentiated neuroendocrine tumour, G1. Ki-67 2 %.";
    let document = |kind: &str| {
        let txa = segment("TXA", &[(1, "1"), (2, kind), (4, "20240601"), (12, "D1"), (17, "AU")]);
        kinds(&message(&[msh, PID, &txa, &obx("TX", "L^Text^L", net, "")]))
    };
    assert_eq!(document("SP"), [ReportKind::Pathology]);
    assert_eq!(document("DI"), [ReportKind::Imaging]);
    assert_eq!(document("11488-4^Consult note^LN"), [ReportKind::Clinic]);
    assert_eq!(document("ZZ"), [ReportKind::Untold]);
}

#[test]
fn what_is_said_of_the_person_is_of_no_kind() {
    let text = order("11529-5^Surgical pathology^LN", "", &[obx("NM", KI67, "5", "%")]);
    let person = facts(&text).into_iter().filter(|it| it.finding.is_about_the_person());
    assert!(person.map(|it| it.report_kind).all(|kind| kind == ReportKind::Untold));
}
