//! Acknowledgements: which are owed, what they look like in each version, and how they are read back.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bytes::Bytes;
use lacteal_hl7::{
    Ack, AckCode, AckError, AckMode, Answer, Error, ErrorCode, Limits, Location, Message, Outcome, ReplyTo,
    SegmentName, Severity, Timestamp, build_ack,
};

/// What is owed for accept, error and reject, as `accept acknowledgement/application acknowledgement`.
#[rustfmt::skip]
const OWED: [(&str, &str, [&str; 3]); 25] = [
    ("",   "",   ["-/AA",  "-/AE",  "-/AR"]),
    ("",   "AL", ["-/AA",  "-/AE",  "-/AR"]),
    ("",   "NE", ["-/-",   "-/-",   "-/-"]),
    ("",   "ER", ["-/-",   "-/AE",  "-/AR"]),
    ("",   "SU", ["-/AA",  "-/-",   "-/-"]),
    ("AL", "",   ["CA/-",  "CE/-",  "CR/-"]),
    ("AL", "AL", ["CA/AA", "CE/-",  "CR/-"]),
    ("AL", "NE", ["CA/-",  "CE/-",  "CR/-"]),
    ("AL", "ER", ["CA/-",  "CE/-",  "CR/-"]),
    ("AL", "SU", ["CA/AA", "CE/-",  "CR/-"]),
    ("NE", "",   ["-/-",   "-/-",   "-/-"]),
    ("NE", "AL", ["-/AA",  "-/AE",  "-/AR"]),
    ("NE", "NE", ["-/-",   "-/-",   "-/-"]),
    ("NE", "ER", ["-/-",   "-/AE",  "-/AR"]),
    ("NE", "SU", ["-/AA",  "-/-",   "-/-"]),
    ("ER", "",   ["-/-",   "CE/-",  "CR/-"]),
    ("ER", "AL", ["-/AA",  "CE/-",  "CR/-"]),
    ("ER", "NE", ["-/-",   "CE/-",  "CR/-"]),
    ("ER", "ER", ["-/-",   "CE/-",  "CR/-"]),
    ("ER", "SU", ["-/AA",  "CE/-",  "CR/-"]),
    ("SU", "",   ["CA/-",  "-/-",   "-/-"]),
    ("SU", "AL", ["CA/AA", "-/AE",  "-/AR"]),
    ("SU", "NE", ["CA/-",  "-/-",   "-/-"]),
    ("SU", "ER", ["CA/-",  "-/AE",  "-/AR"]),
    ("SU", "SU", ["CA/AA", "-/-",   "-/-"]),
];

#[test]
fn every_combination_of_msh_15_and_msh_16_owes_what_table_0155_says() {
    for (msh_15, msh_16, expected) in OWED {
        let mode = AckMode::read(msh_15.as_bytes(), msh_16.as_bytes());
        assert_eq!(mode == AckMode::Original, msh_15.is_empty() && msh_16.is_empty());
        let outcomes = [Outcome::Accept, Outcome::Error, Outcome::Reject];
        for (outcome, expected) in outcomes.into_iter().zip(expected) {
            let owed = mode.owed(outcome);
            let shown =
                [owed.accept, owed.application].map(|code| code.map_or("-", AckCode::as_str)).join("/");
            assert_eq!(shown, expected, "MSH-15 {msh_15:?}, MSH-16 {msh_16:?}, {outcome:?}");
        }
    }
}

#[test]
fn conditions_are_read_leniently() {
    assert_eq!(AckMode::read(b"\"\"", b" "), AckMode::Original);
    assert_eq!(AckMode::read(b"al", b"ne"), AckMode::read(b"AL", b"NE"));
    assert_eq!(AckMode::read(b"XX", b""), AckMode::read(b"AL", b""));
}

fn now() -> Timestamp {
    Timestamp::to_second((2024, 5, 6), (7, 8, 9), 120).unwrap()
}

/// The acknowledgement of a request in that version that is refused for PID-3, with LF for CR.
fn refusal(version: &str) -> String {
    let request = format!(
        "MSH|^~\\&|LAB^1.2.3^ISO|HOSP A|NET^9^L|HOSP B|20240506||ORU^R01^ORU_R01|id 7|T^A|{version}|||AL|NE||8859/1\r"
    );
    let mut place = Location::first(SegmentName::PID, 3);
    place.repetition = 1;
    let answer = Answer {
        code: AckCode::CR,
        errors: vec![
            AckError {
                location: Some(place),
                code: ErrorCode::RequiredFieldMissing,
                severity: Severity::Error,
                text: "no identifier | none".into(),
            },
            AckError {
                location: None,
                code: ErrorCode::Internal,
                severity: Severity::Warning,
                text: "größer".into(),
            },
        ],
    };
    let ack = build_ack(&ReplyTo::read(request.as_bytes()), &answer, "our-1", &now());
    String::from_utf8(ack.to_vec()).unwrap().replace('\r', "\n")
}

#[test]
fn an_acknowledgement_has_the_shape_of_its_version() {
    let old_errors =
        "ERR|PID^1^3^101&Required field missing&HL70357\nERR|^^^207&Application internal error&HL70357\n";
    let errors = concat!(
        "ERR||PID^1^3^1|101^Required field missing^HL70357|E|||no identifier \\F\\ none|",
        "Something required is missing from the message.\n",
        "ERR|||207^Application internal error^HL70357|W|||gr??er|The message could not be processed here.\n",
    );
    for (version, message_type, errors) in [
        ("2.3", "ACK", old_errors),
        ("2.4", "ACK^R01^ACK", old_errors),
        ("2.5.1", "ACK^R01^ACK", errors),
        ("2.8", "ACK^R01^ACK", errors),
    ] {
        let expected = format!(
            "MSH|^~\\&|NET^9^L|HOSP B|LAB^1.2.3^ISO|HOSP A|20240506070809+0200||{message_type}|our-1|T^A|{version}||||||8859/1\n\
             MSA|CR|id 7\n{errors}"
        );
        assert_eq!(refusal(version), expected);
    }
}

#[test]
fn the_senders_delimiters_are_kept() {
    let request = b"MSH$%!?*$A%1$B$C$D$2024$$ADT%A01$5$P$2.5.1\r";
    let error = AckError {
        location: Some(Location::first(SegmentName::PID, 5)),
        code: ErrorCode::DataType,
        severity: Severity::Error,
        text: "50% off?".into(),
    };
    let answer = Answer { code: AckCode::AE, errors: vec![error] };
    let ack = build_ack(&ReplyTo::read(request), &answer, "9", &now());
    let ack = std::str::from_utf8(&ack).unwrap();
    assert!(
        ack.starts_with("MSH$%!?*$C$D$A%1$B$20240506070809+0200$$ACK%A01%ACK$9$P$2.5.1\rMSA$AE$5\r"),
        "{ack}"
    );
    assert!(ack.contains("\rERR$$PID%1%5$102%Data type error%HL70357$E$$$50?S? off?E?$A value"), "{ack}");
    let two = build_ack(&ReplyTo::read(b"MSH|^~|A|B|C|D|||ADT^A01|5|P|2.3\r"), &answer, "9", &now());
    assert!(two.ends_with(b"MSA|AE|5\rERR|PID^1^5^102\r"));
}

#[test]
fn garbage_gets_a_well_formed_answer_too() {
    let long = format!("MSH|^~\\&|{}|B|C|D|||ADT^A01|{}|P|2.5\r", "x".repeat(5000), "y".repeat(2000));
    for (request, expected) in [
        (&b""[..], "MSH|^~\\&|||||20240506070809+0200||ACK|9|P|2.5.1\rMSA|AR|\r"),
        (b"GET / HTTP/1.1\r\n\r\n", "MSH|^~\\&|||||20240506070809+0200||ACK|9|P|2.5.1\rMSA|AR|\r"),
        (b"MSH", "MSH|^~\\&|||||20240506070809+0200||ACK|9|P|2.5.1\rMSA|AR|\r"),
        (
            b"\xEF\xBB\xBF MSH|^~\\&|A|B|C|D|||X",
            "MSH|^~\\&|C|D|A|B|20240506070809+0200||ACK|9|P|2.5.1\rMSA|AR|\r",
        ),
        (
            b"MSH|^^|A|B||D|||X^A01|7|",
            "MSH|^~\\&||D|A|B|20240506070809+0200||ACK^A01^ACK|9|P|2.5.1\rMSA|AR|7\r",
        ),
        (
            b"??\rMSH|^~\\&|A\x1C\x0BB|B|C|D|||ADT^a0\"1|1\x0023|P|twelve\rPID",
            "MSH|^~\\&|C|D|AB|B|20240506070809+0200||ACK|9|P|twelve\rMSA|AR|123\r",
        ),
        (
            b"BHS|^~\\&|A|B|C|D|2024||||b1\rMSH|^~\\&|X",
            "MSH|^~\\&|C|D|A|B|20240506070809+0200||ACK|9|P|2.5.1\rMSA|AR|b1\r",
        ),
        (long.as_bytes(), "MSH|^~\\&|C|D||B|20240506070809+0200||ACK^A01^ACK|9|P|2.5\rMSA|AR|\r"),
    ] {
        let ack = build_ack(&ReplyTo::read(request), &Answer::plain(AckCode::AR), "9", &now());
        // The builder names what it goes to, so an absent MSA-2 still has its separator.
        assert_eq!(std::str::from_utf8(&ack).unwrap(), expected, "{request:?}");
        assert_eq!(Ack::parse(ack, &Limits::default()).unwrap().code, AckCode::AR);
    }
}

#[test]
fn what_a_batch_header_leaves_out_is_that_of_the_first_message() {
    let message = ReplyTo::read(b"MSH|^~\\&|M|N|O|P|||ADT^A01|m7|T|2.3||||||8859/1");
    let answered = |header: &[u8]| {
        let reply_to = ReplyTo::read(header).completed_by(&message);
        String::from_utf8(build_ack(&reply_to, &Answer::plain(AckCode::AA), "9", &now()).to_vec()).unwrap()
    };
    assert_eq!(
        answered(b"BHS|^~\\&|A|B|C|D|2024||||b1"),
        "MSH|^~\\&|C|D|A|B|20240506070809+0200||ACK|9|T|2.5.1||||||8859/1\rMSA|AA|b1\r"
    );
    assert!(answered(b"FHS|^~\\&|A|B|C|D|2024").ends_with("MSA|AA|m7\r"));
    assert!(
        !answered(b"BHS/^~\\&/A/B/C/D/2024").contains("8859"),
        "it would be cut by the header's delimiters"
    );
}

#[test]
fn errors_of_this_crate_become_err_segments() {
    let faults = [Error::NotAMessage, Error::MessageTooLarge { bytes: 9, bytes_max: 8 }];
    let answer = Answer { code: AckCode::AR, errors: faults.iter().map(Error::ack_error).collect() };
    let ack = Ack::parse(build_ack(&ReplyTo::read(b""), &answer, "1", &now()), &Limits::default()).unwrap();
    let told: Vec<_> = ack.errors.iter().map(|error| (error.code, error.severity.as_str())).collect();
    assert_eq!(told, [(Some(100), "E"), (Some(207), "E")]);
}

#[test]
fn answers_of_peers_are_read() {
    let parse = |text: &str| Ack::parse(Bytes::from(text.to_owned()), &Limits::default());
    let new = parse(&refusal("2.5.1")).unwrap();
    assert_eq!((new.code, new.acknowledged_id.as_str(), new.text.as_str()), (AckCode::CR, "id 7", ""));
    let first = &new.errors[0];
    assert_eq!((first.location.as_str(), first.code, first.severity.as_str()), ("PID^1^3^1", Some(101), "E"));
    assert_eq!(first.meaning, "Required field missing");
    assert_eq!(first.text, "Something required is missing from the message.");

    let old = parse(&refusal("2.3")).unwrap();
    assert_eq!((old.errors[0].location.as_str(), old.errors[0].code), ("PID^1^3", Some(101)));
    assert_eq!((old.errors[1].location.as_str(), old.errors[1].code), ("", Some(207)));

    let mirth = parse("MSH|^~\\&|B||A||2024||ACK^A01|2|P|2.3\nMSA|ae|7|caf\u{e9} down\n").unwrap();
    assert_eq!((mirth.code, mirth.acknowledged_id.as_str(), mirth.errors.len()), (AckCode::AE, "7", 0));
    assert!(
        matches!(parse("MSH|^~\\&|A\rMSA||7\r"), Err(Error::AckCode { location }) if location.field == 1)
    );
    assert!(matches!(parse("MSH|^~\\&|A\rPID|1\r"), Err(Error::MissingSegment(name)) if name == "MSA"));
    assert!(parse("\x06").is_err());
}

#[test]
fn the_reply_is_found_through_the_message_as_through_its_bytes() {
    let bytes = Bytes::from_static(b"\n MSH|^~\\&|A|B|C|D|||ADT^A01|5|P|2.3\rPID|1\r");
    let message = Message::parse(bytes.clone(), &Limits::default()).unwrap();
    assert_eq!(message.reply_to(), ReplyTo::read(&bytes));
    assert!(message.reply_to().has_control_id());
    let mode = message.header().ack_mode();
    assert_eq!((mode, mode.owed(Outcome::Accept).application), (AckMode::Original, Some(AckCode::AA)));
}
