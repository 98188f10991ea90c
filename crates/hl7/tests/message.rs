//! What a parsed message gives: parts, places and spans, tolerances, and limits.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use lacteal_hl7::{
    Ack, Batch, Charset, Error, Limits, Location, Message, MessageBuilder, Part, ProcessingId, SegmentName,
    Value,
};

const HEADER: &str = r"MSH|^~\&|LAB^1.2.3^ISO|H|NET|H|20240102030405+0100||ORU^R01^ORU_R01|77|P|2.5.1";

fn parse(text: &str) -> Message {
    Message::parse(text.to_owned().into(), &Limits::default()).unwrap()
}

fn fault(text: impl Into<bytes::Bytes>) -> Error {
    Message::parse(text.into(), &Limits::default()).unwrap_err()
}

fn check(value: Value<'_>, place: &str, erl: &str, raw: &str) {
    let location = value.location();
    assert_eq!((location.to_string().as_str(), location.erl().to_string().as_str()), (place, erl));
    assert_eq!(value.raw(), raw.as_bytes(), "{place}");
    assert_eq!(&value_bytes(value), raw.as_bytes(), "the span of {place}");
}

fn value_bytes(value: Value<'_>) -> Vec<u8> {
    // Every value's span points into the bytes that were parsed.
    MESSAGE.as_bytes()[value.span()].to_vec()
}

const MESSAGE: &str = concat!(
    "MSH|^~\\&|LAB^1.2.3^ISO|H|NET|H|20240102030405+0100||ORU^R01^ORU_R01|77|P|2.5.1\r",
    "PID|1||123^^^H&1.2&ISO^MR~456^^^NAT||\"\"\r",
    "OBX|1|NM|a\r",
    "OBX|2|ST|b||x^y&z~~w|\r",
);

#[test]
fn every_part_knows_its_place_and_its_bytes() {
    let message = parse(MESSAGE);
    let pid = message.segment("PID").unwrap();
    check(pid.field(3), "PID[1]-3", "PID^1^3", "123^^^H&1.2&ISO^MR~456^^^NAT");
    check(pid.field(3).repetition(2), "PID[1]-3[2]", "PID^1^3^2", "456^^^NAT");
    check(pid.field(3).repetition(2).component(4), "PID[1]-3[2].4", "PID^1^3^2^4", "NAT");
    check(pid.value(3, 4), "PID[1]-3[1].4", "PID^1^3^1^4", "H&1.2&ISO");
    check(pid.value(3, 4).subcomponent(2), "PID[1]-3[1].4.2", "PID^1^3^1^4^2", "1.2");
    let obx = message.segments_named("OBX").nth(1).unwrap();
    check(obx.field(5).component(2).subcomponent(2), "OBX[2]-5[1].2.2", "OBX^2^5^1^2^2", "z");
    check(obx.field(5).repetition(2), "OBX[2]-5[2]", "OBX^2^5^2", "");
    check(obx.field(6), "OBX[2]-6", "OBX^2^6", "");
    check(obx.field(9), "OBX[2]-9", "OBX^2^9", "");
    check(obx.field(9).component(2).subcomponent(3), "OBX[2]-9[1].2.3", "OBX^2^9^1^2^3", "");
    check(obx.field(0), "OBX[2]", "OBX^2", "");
    assert_eq!(obx.index(), 3);
    assert_eq!(obx.span(), MESSAGE.rfind("OBX").unwrap()..MESSAGE.len() - 1);
}

#[test]
fn a_place_leads_back_to_the_value() {
    let message = parse(MESSAGE);
    let obx = message.segment_at(3).unwrap();
    for value in [obx.field(5), obx.field(5).repetition(3), obx.field(5).component(2).subcomponent(1)] {
        assert_eq!(message.at(&value.location()).unwrap().span(), value.span());
    }
    assert_eq!(message.at(&obx.location()).unwrap().raw(), obx.raw());
    let mut elsewhere = obx.location();
    elsewhere.segment = SegmentName::MSA;
    assert!(message.at(&elsewhere).is_none());
    elsewhere.index = 99;
    assert!(message.at(&elsewhere).is_none());
}

#[test]
fn msh_counts_its_separator_as_field_one() {
    let message = parse(MESSAGE);
    let msh = message.header().segment();
    check(msh.field(1), "MSH[1]-1", "MSH^1^1", "|");
    check(msh.field(2), "MSH[1]-2", "MSH^1^2", "^~\\&");
    check(msh.field(2).component(1), "MSH[1]-2[1].1", "MSH^1^2^1^1", "^~\\&");
    check(msh.field(9).component(2), "MSH[1]-9[1].2", "MSH^1^9^1^2", "R01");
    assert_eq!(msh.field(2).text().unwrap(), "^~\\&");
    assert!(!msh.field(1).is_empty() && !msh.field(2).is_empty());
    assert_eq!(msh.fields().count(), 12);
}

#[test]
fn empty_null_and_present_are_three_things() {
    let message = parse(&format!("{HEADER}\rPID|||^^&~||\"\"|x|\" \""));
    let pid = message.segment("PID").unwrap();
    for (field, empty, null, text) in [
        (1, true, false, ""),
        (3, true, false, "^^&~"),
        (5, false, true, ""),
        (6, false, false, "x"),
        (7, false, false, "\" \""),
        (99, true, false, ""),
    ] {
        let value = pid.field(field);
        assert_eq!((value.is_empty(), value.is_null()), (empty, null), "PID-{field}");
        assert_eq!(value.present().is_some(), !empty && !null, "PID-{field}");
        assert_eq!(value.text().unwrap(), text, "PID-{field}");
    }
    assert_eq!(pid.field(1).repetitions().count(), 0);
    assert_eq!(pid.field(3).repetitions().count(), 2);
    assert_eq!(pid.field(5).trimmed(), Ok(None));
}

#[test]
fn segments_are_told_apart_and_can_be_grouped() {
    let message = parse(&format!("{HEADER}\rOBR|1\rOBX|1\rNTE|1\rOBX|2\rOBR|2\rOBX|1\r"));
    let groups: Vec<Vec<String>> = message
        .segments_named("OBR")
        .map(|obr| {
            let own = obr.following().take_while(|segment| segment.name() != "OBR");
            own.map(|segment| segment.location().to_string()).collect()
        })
        .collect();
    assert_eq!(groups, [vec!["OBX[1]", "NTE[1]", "OBX[2]"], vec!["OBX[3]"]]);
    assert_eq!(message.segments().len(), 7);
    assert_eq!(message.segments().next_back().unwrap().location().to_string(), "OBX[3]");
}

#[test]
fn what_surrounds_and_ends_segments_does_not_matter() {
    let plain = "PID|1||7\rOBX|1|ST|k||v||";
    for text in [
        format!("{HEADER}\r{plain}"),
        format!("{HEADER}\r{plain}\r"),
        format!("{HEADER}\n{}\n", plain.replace('\r', "\n")),
        format!("{HEADER}\r\n{}\r\n\r\n", plain.replace('\r', "\r\n")),
        format!("\u{feff}{HEADER}\r{plain}\r"),
        format!(" \r\n\t{HEADER}\r\r\n\r{plain}\r \r\t\n"),
        format!("{}\r{}", HEADER.replace("MSH", "msh"), plain.replace("PID", "pid")),
        format!("{HEADER}\n\n\n{}", plain.replace('\r', "\n\n")),
    ] {
        let message = parse(&text);
        let names: Vec<String> = message.segments().map(|segment| segment.name().to_string()).collect();
        assert_eq!(names, ["MSH", "PID", "OBX"], "{text:?}");
        assert_eq!(message.segment("PID").unwrap().field(3).raw(), b"7", "{text:?}");
        assert_eq!(message.segment("OBX").unwrap().raw(), b"OBX|1|ST|k||v||", "{text:?}");
        assert_eq!(message.header().control_id().unwrap(), "77", "{text:?}");
    }
}

#[test]
fn a_line_feed_in_a_text_is_text_and_a_carriage_return_is_an_error() {
    for end in ["\r", "\n", "\r\n"] {
        let message = parse(&format!("{HEADER}{end}OBX|1|TX|k||one\ntwo\n\nNot a segment|x{end}ZZ9|1{end}"));
        let names: Vec<String> = message.segments().map(|segment| segment.name().to_string()).collect();
        assert_eq!(names, ["MSH", "OBX", "ZZ9"]);
        let text = message.segment("OBX").unwrap().field(5).text().unwrap().into_owned();
        assert_eq!(text, "one\ntwo\n\nNot a segment");
    }
    for line in ["and two", "two", "Two"] {
        let broken = format!("{HEADER}\rOBX|1|TX|k||one\r{line}\r");
        let offset = broken.find(line).unwrap();
        assert_eq!(fault(broken), Error::SegmentName { index: 2, offset });
    }
    assert_eq!(parse(&format!("{HEADER}\rNTE\r")).segments().len(), 2);
}

#[test]
fn delimiters_are_those_of_the_message() {
    let message = parse("MSH$%!?*$LAB$H$$$2024$$ADT%A01$5$P$2.3\rPID$1$$a%b*c!d?F?e?T?\r");
    let field = message.segment("PID").unwrap().field(3);
    assert_eq!(field.component(2).subcomponent(2).raw(), b"c");
    assert_eq!(field.repetition(2).text().unwrap(), "d$e*");

    let short = parse("MSH|^~|LAB|H|||2024||ADT^A01|5|P|2.3\rPID|1||a^b&c\\F\\~d\r");
    let field = short.segment("PID").unwrap().field(3);
    assert_eq!(field.component(2).text().unwrap(), "b&c\\F\\");
    assert_eq!(field.subcomponent(1).raw(), b"a");
    assert_eq!(field.repetition(2).raw(), b"d");

    let truncating = parse("MSH|^~\\&#|LAB|H|||2024||ADT^A01^ADT_A01|5|P|2.7\rPID|1||a\\P\\b#\r");
    assert_eq!(truncating.header().control_id().unwrap(), "5");
    assert_eq!(truncating.segment("PID").unwrap().field(3).text().unwrap(), "a#b#");
}

#[test]
fn what_is_no_single_message_is_named() {
    assert_eq!(fault(""), Error::Empty);
    assert_eq!(fault("\r\n \u{feff}\r"), Error::Empty);
    assert_eq!(fault("GET / HTTP/1.1\r\n"), Error::NotAMessage);
    assert_eq!(fault("PID|1\r"), Error::NotAMessage);
    assert_eq!(fault(&b"\xFF\x00\x80"[..]), Error::NotAMessage);
    assert!(matches!(fault("MSH"), Error::Delimiters(_)));
    assert!(matches!(fault("MSH|"), Error::Delimiters(_)));
    assert_eq!(fault("FHS|^~\\&|a\rMSH|^~\\&|b\r"), Error::IsBatch { index: 0 });
    assert_eq!(fault(format!("{HEADER}\r{HEADER}\r")), Error::IsBatch { index: 1 });
    assert_eq!(fault(format!("{HEADER}\rBTS|1\r")), Error::IsBatch { index: 1 });
    assert_eq!(
        fault(format!("{HEADER}\rPIDX|1\r")),
        Error::SegmentName { index: 1, offset: HEADER.len() + 1 }
    );
    assert_eq!(fault(format!("{HEADER}\r 1|\r")), Error::SegmentName { index: 1, offset: HEADER.len() + 1 });
}

#[test]
fn limits_are_inclusive_and_named() {
    let limits = Limits {
        message_bytes_max: 200,
        segments_max: 3,
        fields_max: 12,
        repetitions_max: 3,
        components_max: 3,
        subcomponents_max: 3,
        ..Limits::default()
    };
    let parse = |rest: &str| Message::parse(format!("{HEADER}\r{rest}").into(), &limits).map(|_| ());
    let too_many = |part, place: &str, rest: &str| match parse(rest) {
        Err(Error::TooMany { part: found, location, count_max }) => {
            assert_eq!((found, location.to_string().as_str()), (part, place));
            assert_eq!(count_max, if part == Part::Fields { 12 } else { 3 });
        }
        other => panic!("{rest}: {other:?}"),
    };
    assert_eq!(parse("PID|1\rOBX|1\r\r\r"), Ok(()));
    too_many(Part::Segments, "OBX[2]", "OBX|1\rPID|1\rOBX|1");
    assert_eq!(parse("PID|1|2|3|4|5|6|7|8|9|10|11|12"), Ok(()));
    too_many(Part::Fields, "PID[1]", "PID|1|2|3|4|5|6|7|8|9|10|11|12|");
    assert_eq!(parse("PID|a^b^c&&~a^b^c~&&|a^b^c"), Ok(()));
    too_many(Part::Repetitions, "PID[1]-2", "PID|1~2~3|~~~");
    too_many(Part::Components, "PID[1]-2[3]", "PID|1|~~^^^");
    too_many(Part::Subcomponents, "PID[1]-2[2].3", "PID|1|~^^&&&");
    let long = format!("{HEADER}\rPID|{}", "x".repeat(200));
    let error = Message::parse(long.clone().into(), &limits).unwrap_err();
    assert_eq!(error, Error::MessageTooLarge { bytes: long.len(), bytes_max: 200 });
}

#[test]
fn ten_thousand_repetitions_and_two_thousand_observations_are_read() {
    let repetitions = vec!["a^b"; 10_000].join("~");
    let mut text = format!("{HEADER}\rPID|1||{repetitions}\r");
    (1..=2_000).for_each(|number| text.push_str(&format!("OBX|{number}|NM|k||{number}\r")));
    let message = parse(&text);
    let field = message.segment("PID").unwrap().field(3);
    assert_eq!(
        field.repetitions().filter(|repetition| repetition.component(2).raw() == b"b").count(),
        10_000
    );
    assert_eq!(field.repetition(10_000).location().to_string(), "PID[1]-3[10000]");
    let values: Vec<u32> =
        message.segments_named("OBX").map(|obx| obx.field(5).text().unwrap().parse().unwrap()).collect();
    assert_eq!(values, (1..=2_000).collect::<Vec<u32>>());
    assert_eq!(message.segments().last().unwrap().occurrence(), 2_000);
}

#[test]
fn the_header_is_read_field_by_field() {
    let message = parse(HEADER);
    let header = message.header();
    let message_type = header.message_type().unwrap();
    assert!(message_type.is("ORU", "R01"));
    assert_eq!(message_type.to_string(), "ORU^R01^ORU_R01");
    assert_eq!(header.version().unwrap().to_string(), "2.5.1");
    assert_eq!(header.processing_id(), ProcessingId::Production);
    assert_eq!(header.time().unwrap().unwrap().to_string(), "20240102030405+0100");
    assert_eq!(header.sending_application().component(3).raw(), b"ISO");
    assert_eq!(header.receiving_facility().raw(), b"H");
    assert_eq!(header.faults(), []);
}

#[test]
fn missing_header_fields_are_errors_that_an_acknowledgement_can_use() {
    let message = parse("MSH|^~\\&|LAB|H|||x||^R01||p\r");
    let header = message.header();
    let told: Vec<(String, u16)> = header
        .faults()
        .iter()
        .map(|fault| (fault.location().unwrap().erl().to_string(), fault.code().number()))
        .collect();
    assert_eq!(told, [("MSH^1^9".into(), 101), ("MSH^1^10".into(), 101), ("MSH^1^12^1^1".into(), 101)]);
    assert_eq!(header.processing_id(), ProcessingId::Production);
    assert!(matches!(header.time(), Err(Error::Timestamp { location, .. }) if location.field == 7));

    let strange = parse("MSH|^~\\&|LAB|H|||||ack|1||banana||||||EBCDIC\r");
    let codes: Vec<u16> = strange.header().faults().iter().map(|fault| fault.code().number()).collect();
    assert_eq!(codes, [103]);
    let strange = parse("MSH|^~\\&|LAB|H|||||ack|1||banana\r");
    assert_eq!(strange.header().faults(), [Error::Version { location: version_place(&strange) }]);
    assert_eq!(strange.header().message_type().unwrap().to_string(), "ACK");
    assert_eq!(strange.header().processing_id(), ProcessingId::Absent);
}

fn version_place(message: &Message) -> Location {
    message.header().segment().value(12, 1).location()
}

#[test]
fn times_are_read_where_they_stand() {
    let message = parse(&format!("{HEADER}\rOBX|1|TS|k||20240229^D|00000101||\"\""));
    let obx = message.segment("OBX").unwrap();
    assert_eq!(obx.field(5).timestamp().unwrap().unwrap().to_string(), "20240229");
    let error = obx.field(6).timestamp().unwrap_err();
    assert_eq!(error.location().unwrap().erl().to_string(), "OBX^1^6^1^1^1");
    assert!(error.to_string().contains("year is 0000"));
    assert_eq!(obx.field(7).timestamp(), Ok(None));
    assert_eq!(obx.field(8).timestamp(), Ok(None));
}

#[test]
fn neither_errors_nor_debug_output_hold_content() {
    let secret = "SECRET";
    let text = format!("{HEADER}\rPID|1||{secret}\u{fc}^{secret}||{secret}|\\.sp99999\\{secret}");
    let message = parse(&text);
    let pid = message.segment("PID").unwrap();
    let batch = Batch::split(message.bytes(), &Limits::default()).unwrap();
    let answer =
        format!("{HEADER}\rMSA|AE|{secret}|{secret}\rERR||{secret}|207^{secret}||||{secret}|{secret}\r");
    let ack = Ack::parse(answer.into(), &Limits::default()).unwrap();
    let mut builder = MessageBuilder::new(*message.delimiters(), Charset::ASCII);
    builder.segment("PID").field(3).text(secret);
    let shown = format!(
        "{ack:?} {:?} {message:?} {pid:?} {:?} {:?} {:?} {batch:?} {:?} {:?} {:?}",
        builder.segment("ZZZ"),
        pid.fields(),
        pid.field(3),
        pid.field(3).components(),
        message.segments(),
        message.header(),
        message.reply_to(),
    );
    let faults = [
        pid.field(3).text().unwrap_err(),
        pid.field(5).timestamp().unwrap_err(),
        pid.field(6).text().unwrap_err(),
        fault(format!("{HEADER}\r{secret}|{secret}")),
        fault(secret),
    ];
    for fault in faults {
        assert!(!format!("{fault} {fault:?} {}", fault.ack_error().text).contains(secret), "{fault}");
    }
    assert!(!shown.contains(secret) && !shown.contains("83, 69, 67"), "{shown}");
}
