//! Group 12, dates: kept with the precision that was stated, never widened; what cannot be one is unread beside the
//! value.

use lacteal_intake::SourceConfig;

use crate::answered::{answer, answer_of};
use crate::given::{Given, MSH_ORU, PID, message, segment, takes_back, words};

fn report(msh_7: &str, taken: &str) -> String {
    let obr = segment("OBR", &[(3, "F1"), (4, "x"), (7, taken)]);
    let obx = segment("OBX", &[(2, "NM"), (3, "29593-1^Ki-67^LN"), (5, "5"), (6, "%"), (11, "F")]);
    message(&[&MSH_ORU.replace("20240610120000+0000", msh_7), PID, &obr, &obx])
}

fn stated(given: &Given, text: &str) -> Vec<String> {
    let facts = given.facts(text);
    facts.iter().filter(|it| it.finding.is_about_the_tumour() && !takes_back(it)).map(words).collect()
}

#[test]
fn a_date_keeps_the_precision_that_was_stated() {
    for (taken, expected) in [
        ("2024", " @2024"),
        ("202405", " @2024-05"),
        ("20240229", " @2024-02-29"),
        ("202402291230", " @2024-02-29"),
        ("20240229123015.123+0545", " @2024-02-29"),
        ("20240331023000", " @2024-03-31"),
        ("20231029023000", " @2023-10-29"),
        ("202406092400", " @2024-06-09"),
        ("", ""),
    ] {
        let text = report("20240610120000", taken);
        assert_eq!(answer(&*text), "AA", "{taken}");
        assert_eq!(stated(&Given::default(), &text), [format!("ki67 5 %{expected}")], "{taken}");
    }
}

#[test]
fn what_cannot_be_a_date_is_unread_beside_its_value() {
    for (taken, reason) in [
        ("20230229", "invalid_date"),
        ("00010101", "invalid_date"),
        ("00000101", "invalid_date"),
        ("20241301", "invalid_date"),
        ("yesterday", "invalid_date"),
        ("20240901", "future_date"),
        ("2025", "future_date"),
    ] {
        let text = report("20240610120000", taken);
        assert_eq!(answer(&*text), "AA", "{taken}");
        let expected = ["ki67 5 %".to_owned(), format!("unread ki67 {reason}")];
        assert_eq!(stated(&Given::default(), &text), expected, "{taken}");
    }
}

/// Seconds at which the one result of a message counts as reported.
fn reported_at(zone: &str, msh_7: &str) -> String {
    let source = SourceConfig { zone: zone.to_owned(), ..SourceConfig::default() };
    let given = Given { source, ..Given::default() };
    let text = report(msh_7, "20240601");
    assert_eq!(answer_of(&given, &*text), "AA");
    let fact = given.facts(&text).pop().expect("a fact");
    jiff::Timestamp::from_second(fact.version.reported_at).expect("a time").to_string()
}

#[test]
fn a_time_without_an_offset_is_of_the_zone_of_its_source() {
    for (zone, msh_7, expected) in [
        ("UTC", "20240601120000+0545", "2024-06-01T06:15:00Z"),
        ("Europe/Berlin", "20240601120000", "2024-06-01T10:00:00Z"),
        ("Europe/Berlin", "20240331023000", "2024-03-31T01:30:00Z"),
        ("Europe/Berlin", "20231029023000", "2023-10-29T00:30:00Z"),
        ("UTC", "202405312400", "2024-06-01T00:00:00Z"),
        ("UTC", "2024", "2024-01-01T00:00:00Z"),
        ("UTC", "202405", "2024-05-01T00:00:00Z"),
        ("UTC", "20240229", "2024-02-29T00:00:00Z"),
        ("UTC", "20230229", "1970-01-01T00:00:00Z"),
        ("UTC", "", "1970-01-01T00:00:00Z"),
    ] {
        assert_eq!(reported_at(zone, msh_7), expected, "{zone} {msh_7}");
    }
}
