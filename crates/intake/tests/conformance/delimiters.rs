//! Group 6, delimiters and the shape of segments.

use lacteal_clinical::finding::Attribute;
use lacteal_intake::{Means, SiteField, SourceConfig};

use crate::answered::{answer, facts_of, stands};
use crate::given::{Given, takes_back, words};

const STANDARD: &str = "MSH|^~\\&|PATH|NORTH|L|N|20240610120000||ORU^R01|M1|P|2.5.1\rPID|1||1^^^NORTH^MR\r\
     OBR|1||F1|11529-5^Pathology^LN|||20240601\rOBX|1|SN|29593-1^Ki-67^LN||<^5|%|||||F";

fn same(text: &str) {
    assert_eq!(answer(text), "AA", "{text}");
    assert_eq!(stands(&[text]), ["ki67 <5 % @2024-06-01"], "{text}");
}

#[test]
fn the_message_says_its_own_delimiters() {
    same(STANDARD);
    same(
        "MSH$%!?*$PATH$NORTH$L$N$20240610120000$$ORU%R01$M1$P$2.5.1\rPID$1$$1%%%NORTH%MR\r\
         OBR$1$$F1$11529-5%Pathology%LN$$$20240601\rOBX$1$SN$29593-1%Ki-67%LN$$<%5$?S?$$$$$F",
    );
    same(&STANDARD.replace("^~\\&", "^~\\&#"));
    same(&STANDARD.replace("^~\\&", "^~"));
}

#[test]
fn lines_may_end_in_any_way_and_segments_in_empty_fields() {
    same(&STANDARD.replace('\r', "\n"));
    same(&STANDARD.replace('\r', "\r\n"));
    same(&format!("{STANDARD}|||||||||\r"));
    same(&STANDARD.replace("PID", "pid").replace("OBX", "obx"));
    same(&format!("{STANDARD}\rZZZ|1|anything^at~all&\\"));
}

#[test]
fn a_field_of_a_sites_own_segment_is_what_its_configuration_says() {
    let field = |field, component, means, unit: &str| {
        let unit = unit.to_owned();
        SiteField { segment: "ZTU".to_owned(), field, component, means, unit }
    };
    let z = vec![field(3, 2, Means::Ki67, "%"), field(4, 0, Means::PrimarySite, "")];
    let given = Given { source: SourceConfig { z, ..SourceConfig::default() }, ..Given::default() };
    let text = format!("{STANDARD}\rZTU|1||x^7|C17.2^Ileum^ICDO3\rZTV|1||x^8");
    let shown = |text: &str| {
        let facts = given.facts(text);
        let about = facts.iter().filter(|it| it.finding.is_about_the_tumour() && !takes_back(it));
        about.map(|it| format!("{} {}", it.place.segment, words(it))).collect::<Vec<_>>()
    };
    let expected = ["OBX ki67 <5 % @2024-06-01", "ZTU ki67 7 % @2024-06-01", "ZTU site Ileum @2024-06-01"];
    assert_eq!(shown(&text), expected);
    let admission =
        "MSH|^~\\&|ADT|NORTH|L|N|20240610120000||ADT^A08|M1|P|2.5.1\rPID|1||1^^^NORTH^MR\rZTU|1||x^7";
    assert_eq!(shown(admission), ["ZTU ki67 7 %"]);
    let unread = shown(&admission.replace("x^7", "x^many"));
    assert_eq!(unread, ["ZTU unread ki67 not_a_number"]);
}

#[test]
fn ten_thousand_repetitions_are_one_item_that_cannot_be_read() {
    let many = vec!["5"; 10_000].join("~");
    let text = STANDARD.replace("|SN|", "|NM|").replace("<^5", &many);
    assert_eq!(stands(&[&text]), ["unread ki67 ambiguous @2024-06-01"]);
}

#[test]
fn two_thousand_observations_are_two_thousand_facts() {
    let one = "\rOBX|1|SN|29593-1^Ki-67^LN||<^5|%|||||F";
    let text = format!("{STANDARD}{}", one.repeat(1_999));
    let facts = facts_of(&[&text]);
    assert_eq!(
        facts.iter().filter(|it| it.finding.attribute() == Attribute::Ki67 && !takes_back(it)).count(),
        2_000
    );
}
