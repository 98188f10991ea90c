//! Group 1, framing. With a socket: `framing`, `connections` of the real-broker tests: a trickle
//! (`a_slow_sender_is_closed_at_the_time_limit_of_a_frame`), a half-open socket
//! (`bytes_outside_of_frames_do_not_keep_a_connection_open`), a frame above the limit
//! (`a_frame_above_the_limit_is_refused_and_the_connection_goes_on`).

use bytes::BytesMut;
use lacteal_hl7::mllp::{CR, Counters, FRAME_BYTES_MAX, FS, Frame, MllpCodec, VT};
use tokio_util::codec::Decoder as _;

use crate::answered::{answer, msh, pid};
use crate::given::{message, obx, segment};

fn report(id: &str) -> String {
    message(&[
        &msh("ORU^R01", id, 0),
        &pid("1"),
        &segment("OBR", &[(3, "F1"), (7, "20240601")]),
        &obx("NM", "29593-1^Ki-67^LN", "5", "%"),
    ])
}

fn framed(text: &str) -> Vec<u8> {
    [&[VT][..], text.as_bytes(), &[FS, CR]].concat()
}

/// The answers to all messages of a stream that comes in these pieces.
fn answers(pieces: &[&[u8]]) -> (Vec<String>, Counters) {
    let mut codec = MllpCodec::new(FRAME_BYTES_MAX);
    let mut buffer = BytesMut::new();
    let mut answers = Vec::new();
    for piece in pieces {
        buffer.extend_from_slice(piece);
        while let Some(frame) = codec.decode(&mut buffer).expect("no io") {
            answers.push(match frame {
                Frame::Message(bytes) => answer(bytes),
                Frame::Oversize { bytes, .. } => format!("too large: {bytes}"),
                Frame::Truncated { .. } => "cut short".to_owned(),
            });
        }
    }
    while let Some(Frame::Message(bytes)) = codec.decode_eof(&mut buffer).expect("no io") {
        answers.push(answer(bytes));
    }
    (answers, codec.counters())
}

#[test]
fn a_frame_cut_at_any_byte_is_one_message() {
    let stream = framed(&report("M1"));
    for at in 0..=stream.len() {
        let (head, tail) = stream.split_at(at);
        assert_eq!(answers(&[head, tail]).0, ["AA"], "cut at {at}");
    }
}

#[test]
fn two_frames_in_one_read_are_two_messages() {
    let stream = [framed(&report("M1")), framed(&report("M2"))].concat();
    assert_eq!(answers(&[&stream]).0, ["AA", "AA"]);
}

#[test]
fn bytes_before_a_frame_are_dropped_and_counted() {
    let stream = [b"\r\nhello".to_vec(), framed(&report("M1"))].concat();
    let (told, counters) = answers(&[&stream]);
    assert_eq!((told, counters.junk_bytes), (vec!["AA".to_owned()], 7));
}

#[test]
fn a_missing_last_carriage_return_is_tolerated_and_counted() {
    let mut first = framed(&report("M1"));
    first.pop();
    let (told, counters) = answers(&[&first, &framed(&report("M2"))]);
    assert_eq!((told.len(), counters.final_cr_missing), (2, 1));
}

#[test]
fn a_sender_that_begins_again_inside_a_frame_is_heard_from_there() {
    let half = &framed(&report("M1"))[..40];
    let (told, counters) = answers(&[half, &framed(&report("M2"))]);
    assert_eq!((told, counters.frames_restarted), (vec!["AA".to_owned()], 1));
}

#[test]
fn a_frame_of_sixteen_mebibytes_and_one_is_too_large_and_the_next_is_taken() {
    let large = [&[VT][..], &vec![b'x'; FRAME_BYTES_MAX + 1], &[FS, CR]].concat();
    let (told, _) = answers(&[&large, &framed(&report("M2"))]);
    assert_eq!(told, [format!("too large: {}", FRAME_BYTES_MAX + 1), "AA".to_owned()]);
}
