//! Any bytes as a message, a batch, an acknowledgement and as something to be answered.
//!
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz message` runs it; `cargo build` in this folder only compiles.
#![no_main]

use bytes::Bytes;
use lacteal_hl7::{
    Ack, AckCode, Answer, Batch, Charset, CharsetRule, Limits, Message, ReplyTo, Timestamp, Value, build_ack,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let bytes = Bytes::copy_from_slice(data);
    let limits = Limits { escape_expansion_bytes_max: 1024, ..Limits::default() };
    let _ = Ack::parse(bytes.clone(), &limits);
    if let Ok(batch) = Batch::split(&bytes, &limits) {
        for part in batch.messages() {
            assert_eq!(&data[part.span.clone()], &part.bytes[..]);
        }
    }
    if let Ok(message) = Message::parse(bytes, &limits) {
        let forced = message.clone().with_charset_rule(CharsetRule::Force(Charset::UTF_8));
        for message in [message, forced] {
            message.segments().flat_map(|segment| segment.fields()).for_each(visit);
            let _ = (message.header().faults(), message.header().time(), message.header().ack_mode());
        }
    }
    let now = Timestamp::to_second((2024, 1, 2), (3, 4, 5), 0).expect("a valid time");
    let ack = build_ack(&ReplyTo::read(data), &Answer::plain(AckCode::AR), "1", &now);
    assert!(Ack::parse(ack, &Limits::default()).is_ok());
});

fn visit(field: Value<'_>) {
    for component in field.repetitions().flat_map(|repetition| repetition.components()) {
        for value in component.subcomponents() {
            let _ = (value.text(), value.timestamp(), value.location().to_string(), value.is_empty());
        }
    }
}
