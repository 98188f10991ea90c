//! Text in the charsets that senders use, declared or not, with each kind of escape.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use lacteal_hl7::{Charset, CharsetRule, Error, Limits, Message};

/// A message whose PID-5 is `name` in raw bytes, and whose MSH-18 is `declared`.
fn message(declared: &str, name: &[u8]) -> Message {
    let mut bytes = format!("MSH|^~\\&|A|B|C|D|2024||ADT^A01|1|P|2.5||||||{declared}\rPID|||||").into_bytes();
    bytes.extend_from_slice(name);
    Message::parse(bytes.into(), &Limits::default()).unwrap()
}

fn text(message: &Message) -> Result<String, Error> {
    message.segment("PID").unwrap().field(5).text().map(|text| text.into_owned())
}

fn undecodable(message: &Message) -> bool {
    matches!(text(message), Err(Error::Undecodable { location, .. }) if location.to_string() == "PID[1]-5")
}

#[test]
fn declared_charsets_are_used() {
    for (declared, name, expected) in [
        ("", &b"Muller"[..], "Muller"),
        ("ASCII", b"Muller", "Muller"),
        ("8859/1", b"M\xFCller", "Müller"),
        ("8859/15", b"M\xFCller \xA4", "Müller €"),
        ("8859/2", b"\xA3ukasz", "Łukasz"),
        ("8859/5", b"\xB6\xE3\xDA", "Жук"),
        ("8859/7", b"\xC1\xE2", "Αβ"),
        ("UNICODE UTF-8", "Müller 漢字 Ж".as_bytes(), "Müller 漢字 Ж"),
        ("UNICODE", "Ж".as_bytes(), "Ж"),
        ("8859/1~UNICODE UTF-8", b"\xFC", "ü"),
        ("KS X 1001", b"\xB1\xE8", "김"),
    ] {
        assert_eq!(text(&message(declared, name)).as_deref(), Ok(expected), "{declared}");
    }
}

#[test]
fn hexadecimal_escapes_are_bytes_of_the_charset() {
    for (declared, name, expected) in [
        ("8859/1", &br"M\XFC\ller \F\ \T\ \R\ \S\ \E\"[..], r"Müller | & ~ ^ \"),
        ("8859/15", br"\XA4\\.br\\X0D0A\", "€\n\r\n"),
        ("UNICODE UTF-8", br"M\XC3BC\ller\H\!\N\", "Müller!"),
        ("UNICODE UTF-8", b"\xC3\\XBC\\", "ü"),
        ("ASCII", br"a\X7C\b\X41\", "a|bA"),
    ] {
        assert_eq!(text(&message(declared, name)).as_deref(), Ok(expected), "{declared}");
    }
    assert!(undecodable(&message("ASCII", br"M\XFC\ller")));
    assert!(undecodable(&message("UNICODE UTF-8", br"M\XFC\ller")));
}

#[test]
fn bytes_that_the_charset_does_not_have_are_errors_with_a_place() {
    assert!(undecodable(&message("", b"M\xFCller")));
    assert!(undecodable(&message("ASCII", b"M\xFCller")));
    assert!(undecodable(&message("UNICODE UTF-8", b"M\xFCller")));
    assert!(undecodable(&message("UNICODE UTF-8", b"\xED\xA0\x80")));
    assert!(undecodable(&message("8859/7", b"\xD2")));
    // The rest of the message stays readable.
    assert_eq!(message("", b"M\xFCller").header().control_id().unwrap(), "1");
}

#[test]
fn a_source_may_mean_another_charset_than_it_says() {
    let windows = CharsetRule::Assume(Charset::WINDOWS_1252);
    for declared in ["", "ASCII", "8859/1", "\"\""] {
        let message = message(declared, b"M\xFCller \x80").with_charset_rule(windows);
        assert_eq!(text(&message).as_deref(), Ok("Müller €"), "{declared}");
    }
    let utf_8 = CharsetRule::Assume(Charset::UTF_8);
    assert_eq!(text(&message("", "Müller".as_bytes()).with_charset_rule(utf_8)).as_deref(), Ok("Müller"));
    assert!(undecodable(&message("", b"M\xFCller").with_charset_rule(utf_8)));
    assert!(undecodable(&message("UNICODE UTF-8", b"M\xFCller").with_charset_rule(windows)));
    let force = CharsetRule::Force(Charset::WINDOWS_1252);
    let forced = message("UNICODE UTF-8", b"M\xFCller").with_charset_rule(force);
    assert_eq!(text(&forced).as_deref(), Ok("Müller"));
}

#[test]
fn a_byte_order_mark_says_utf_8() {
    let plain = message("", "Müller".as_bytes());
    let mut bytes = b"\xEF\xBB\xBF".to_vec();
    bytes.extend_from_slice(plain.bytes());
    let marked = Message::parse(bytes.into(), &Limits::default()).unwrap();
    assert_eq!(text(&marked).as_deref(), Ok("Müller"));
    assert!(undecodable(&plain));
}

#[test]
fn unknown_and_unsafe_charsets_are_named_and_never_guessed() {
    let unknown = message("MARTIAN", b"x");
    assert!(matches!(text(&unknown), Err(Error::CharsetUnknown { location }) if location.field == 18));
    let unsupported = message("GB 18030-2000", b"x");
    assert!(matches!(text(&unsupported), Err(Error::CharsetUnsupported { .. })));
    assert_eq!(unknown.header().faults().len(), 1);
}

#[test]
fn a_german_radiology_report_reads_as_it_was_dictated() {
    let report = b"Befund:\\.br\\Leber \\T\\ Milz unauff\xE4llig\\X7C\\ keine Herde > 5 mm.\\.br\\\\H\\Beurteilung\\N\\: gr\xF6\xDFenkonstant";
    let message = message("8859/1", report);
    assert_eq!(
        text(&message).unwrap(),
        "Befund:\nLeber & Milz unauffällig| keine Herde > 5 mm.\nBeurteilung: größenkonstant"
    );
}
