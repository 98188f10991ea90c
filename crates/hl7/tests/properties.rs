//! Laws that hold for any bytes: nothing panics, and what was parsed can be written again.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bytes::{Bytes, BytesMut};
use lacteal_hl7::{
    Ack, Answer, Batch, Charset, CharsetRule, Delimiters, Limits, Message, MessageBuilder, MllpCodec,
    Outcome, ReplyTo, SegmentBuilder, Timestamp, Value,
    ack::AckCode,
    build_ack,
    escape::{LineEnds, escape, unescape},
};
use proptest::{collection::vec, prelude::*};
use tokio_util::codec::Decoder;

/// Small limits, so that generated messages meet them.
const TIGHT: Limits = Limits {
    message_bytes_max: 400,
    segments_max: 5,
    fields_max: 14,
    repetitions_max: 4,
    components_max: 4,
    subcomponents_max: 3,
    escape_expansion_bytes_max: 10,
};

/// Bytes in which HL7's own characters are frequent.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(&b"|^~\\&\r\n\"\"#.XFSTRE0aZ \x0B\x1C\xC3\xBC\xFF"[..]).prop_map(|byte| vec![byte]),
        2 => prop::sample::select(vec![
            "\rMSH|^~\\&|", "\rPID|", "\nOBX|", "\rZZ1|", "\rBHS|^~\\&|", "\rBTS|1", "\rFHS|", "\rMSA|AA|", "\rERR|",
            "\\.sp9\\", "\\X41\\", "\\.br\\", "20240229", "2.5.1", "UNICODE UTF-8", "8859/1",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
    ];
    (
        prop_oneof![
            Just(""),
            Just("MSH|^~\\&"),
            Just("MSH|^~\\&|A|B|C|D|2024||ORU^R01|1|P|2.5||||||"),
            Just("MSH$%!?*#$")
        ],
        vec(piece, 0..60),
    )
        .prop_map(|(head, pieces)| [head.as_bytes(), &pieces.concat()].concat())
}

/// Everything that can be asked of a value and its parts.
fn visit(message: &Message, value: Value<'_>) {
    let location = value.location();
    assert_eq!(&message.bytes()[value.span()], value.raw());
    let again = message.at(&location).map(|value| value.span());
    assert_eq!(again, Some(value.span()), "{location}");
    let _ = (value.text(), value.trimmed(), value.timestamp(), value.is_empty(), value.is_null());
    let _ = format!("{value:?} {location} {}", location.erl());
    for part in value.repetitions().chain(value.components()).chain(value.subcomponents()) {
        if part.location() != location {
            visit(message, part);
        }
    }
    for number in [0, 1, 2, u32::MAX] {
        let _ = (
            value.repetition(number).text(),
            value.component(number).text(),
            value.subcomponent(number).raw(),
        );
    }
}

fn check_anything(bytes: Vec<u8>, limits: &Limits) {
    let bytes = Bytes::from(bytes);
    if let Ok(batch) = Batch::split(&bytes, limits) {
        for part in batch.messages() {
            assert_eq!(&bytes[part.span.clone()], &part.bytes[..]);
        }
    }
    match Message::parse(bytes.clone(), limits) {
        Ok(message) => {
            for message in
                [message.clone(), message.with_charset_rule(CharsetRule::Force(Charset::WINDOWS_1252))]
            {
                message
                    .segments()
                    .flat_map(|segment| segment.fields())
                    .for_each(|field| visit(&message, field));
                let header = message.header();
                let _ = (header.faults(), header.time(), header.processing_id(), header.ack_mode());
                assert_eq!(message.reply_to(), ReplyTo::read(&bytes));
            }
        }
        Err(error) => {
            let _ = (error.to_string(), error.ack_error());
        }
    }
    check_answer(&bytes);
    let mut codec = MllpCodec::new(40);
    let mut buffer = BytesMut::from(&bytes[..]);
    while codec.decode(&mut buffer).unwrap().is_some() {}
    while codec.decode_eof(&mut buffer).unwrap().is_some() {}
}

/// Whatever was received, the answer to it is a message that says what it should.
fn check_answer(request: &[u8]) {
    let errors = vec![lacteal_hl7::Error::Empty.ack_error()];
    let answer = Answer { code: AckCode::application(Outcome::Reject), errors };
    let now = Timestamp::to_second((2024, 1, 2), (3, 4, 5), 0).unwrap();
    let ack = build_ack(&ReplyTo::read(request), &answer, "our id", &now);
    assert!(!ack.iter().any(|byte| matches!(byte, 0x0B | 0x1C | b'\n')));
    let parsed = Ack::parse(ack, &Limits::default()).unwrap();
    assert_eq!((parsed.code, parsed.errors.len()), (AckCode::AR, 1));
    assert_eq!(parsed.errors[0].code, Some(100));
    // The answer names the charset of what it answers, which may be nonsense.
    let message = parsed.message.with_charset_rule(CharsetRule::Force(Charset::WINDOWS_1252));
    assert_eq!(message.header().message_type().unwrap().code, "ACK");
    assert_eq!(message.header().control_id().unwrap(), "our id");
}

/// Writes a message again from its parsed parts alone.
fn rewrite(message: &Message) -> Bytes {
    let mut builder = MessageBuilder::new(*message.delimiters(), Charset::ASCII);
    for segment in message.segments() {
        let name = segment.name().to_string();
        let skipped = if name == "MSH" { 2 } else { 0 };
        let mut out = builder.segment(&name);
        for field in segment.fields().skip(skipped) {
            out.field(field.location().field);
            field.repetitions().for_each(|repetition| write_repetition(&mut out, repetition));
        }
    }
    builder.finish().unwrap()
}

fn write_repetition(out: &mut SegmentBuilder<'_>, repetition: Value<'_>) {
    if repetition.location().repetition > 1 {
        out.repetition();
    }
    for component in repetition.components() {
        out.component(component.location().component);
        for subcomponent in component.subcomponents() {
            out.subcomponent(subcomponent.location().subcomponent).raw(subcomponent.raw());
        }
    }
}

/// A message as it should be: names in upper case, segments that end with CR.
fn canonical() -> impl Strategy<Value = String> {
    let segment = ("[A-Z][A-Z0-9]{2}", "[a-z|^~&\\\\\" \u{e9}]{0,40}")
        .prop_filter("headers begin messages", |(name, _)| {
            !["MSH", "FHS", "BHS", "FTS", "BTS"].contains(&name.as_str())
        })
        .prop_map(|(name, rest)| if rest.is_empty() { name } else { format!("{name}|{rest}") });
    (
        prop_oneof![Just("^~\\&"), Just("^~\\&#"), Just("^~"), Just("&~\\^")],
        "[a-z|^~&]{0,30}",
        vec(segment, 0..6),
    )
        .prop_map(|(encoding, rest, segments)| {
            format!("MSH|{encoding}|{rest}\r{}\r", segments.join("\r")).replace("\r\r", "\r")
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_anything_panic(bytes in soup()) {
        check_anything(bytes.clone(), &Limits::default());
        check_anything(bytes, &TIGHT);
    }

    #[test]
    fn no_random_bytes_make_anything_panic(bytes in vec(any::<u8>(), 0..200)) {
        check_anything(bytes, &Limits::default());
    }

    #[test]
    fn a_parsed_message_is_written_again_byte_for_byte(text in canonical()) {
        let message = Message::parse(text.clone().into(), &Limits::default()).unwrap();
        prop_assert_eq!(rewrite(&message), text.as_bytes());
        let mut copy = MessageBuilder::new(*message.delimiters(), Charset::ASCII);
        message.segments().for_each(|segment| copy.copy_segment(&segment));
        prop_assert_eq!(copy.finish().unwrap(), text);
    }

    #[test]
    fn the_parts_of_any_accepted_message_make_up_its_segments(bytes in soup()) {
        if let Ok(message) = Message::parse(bytes.into(), &Limits::default()) {
            let mut expected = Vec::new();
            for segment in message.segments() {
                expected.extend_from_slice(segment.name().as_str().as_bytes());
                expected.extend_from_slice(&segment.raw()[3..]);
                expected.push(b'\r');
            }
            // Block characters cannot be written, and cannot come out of a frame.
            if !expected.iter().any(|byte| matches!(byte, 0x0B | 0x1C)) {
                prop_assert_eq!(rewrite(&message), expected);
            }
        }
    }

    #[test]
    fn escaped_text_is_read_back(text in any::<String>(), encoding in prop::sample::select(vec![r"^~\&", r"^~\&#", "%!?*"])) {
        for (line_ends, text) in [(LineEnds::Hex, text.clone()), (LineEnds::Break, text)] {
            let delimiters = Delimiters::new(b'|', encoding.as_bytes()).unwrap();
            let mut raw = Vec::new();
            escape(text.as_bytes(), &delimiters, line_ends, &mut raw);
            let reserved = |byte: &u8| byte.is_ascii_control()
                || (*byte == b'|' || delimiters.encoding_characters().any(|c| c == *byte)) && Some(*byte) != delimiters.escape();
            prop_assert!(!raw.iter().any(reserved));
            prop_assert_eq!(&*unescape(&raw, &delimiters, 0).unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn written_text_is_read_back_from_its_place(text in any::<String>(), field in 3_u32..20, component in 1_u32..5, subcomponent in 1_u32..5) {
        let mut builder = MessageBuilder::new(Delimiters::STANDARD, Charset::UTF_8);
        builder.segment("MSH").field(18).text("UNICODE UTF-8");
        builder.segment("ZZZ").field(field).repetition().component(component).subcomponent(subcomponent).text(&text);
        let message = Message::parse(builder.finish().unwrap(), &Limits::default()).unwrap();
        let value = message.segment("ZZZ").unwrap().field(field).repetition(2).component(component).subcomponent(subcomponent);
        let expected = if text == "\"\"" { "" } else { text.as_str() };
        prop_assert_eq!(value.text().unwrap(), expected);
    }

    #[test]
    fn unescaping_never_fails_below_its_bound(raw in soup(), bytes_max in 0_usize..40) {
        if let Ok(text) = unescape(&raw, &Delimiters::STANDARD, bytes_max) {
            prop_assert!(text.len() <= raw.len() + bytes_max);
        }
    }

    #[test]
    fn any_text_is_a_time_that_writes_itself_or_no_time(text in "[0-9]{0,15}(\\.[0-9]{0,10})?([+-][0-9]{0,5})?|.{0,20}") {
        if let Ok(time) = Timestamp::parse(&text) {
            prop_assert_eq!(time.to_string().replace("+0000", "-0000"), text.replace("+0000", "-0000"));
        }
    }

    #[test]
    fn any_valid_time_is_read_back(year in 1_u16..=9999, month in 1_u8..=12, day in 1_u8..=28, clock in (0_u8..24, 0_u8..60, 0_u8..60), offset in -840_i16..=840) {
        let time = Timestamp::to_second((year, month, day), clock, offset).unwrap();
        prop_assert_eq!(Timestamp::parse(&time.to_string()), Ok(time));
    }
}
