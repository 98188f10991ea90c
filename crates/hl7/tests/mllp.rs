//! Frames out of a stream of bytes, however the stream is cut.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bytes::{Bytes, BytesMut};
use lacteal_hl7::{
    Error,
    mllp::{Counters, Frame, HEAD_BYTES_MAX, MllpCodec},
};
use proptest::prelude::*;
use tokio_util::codec::{Decoder, Encoder};

/// Feeds the pieces one after the other, as a connection would, and then its end.
fn decode<'a>(frame_bytes_max: usize, pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Frame>, Counters) {
    let mut codec = MllpCodec::new(frame_bytes_max);
    let (mut buffer, mut frames) = (BytesMut::new(), Vec::new());
    for piece in pieces {
        buffer.extend_from_slice(piece);
        while let Some(frame) = codec.decode(&mut buffer).unwrap() {
            frames.push(frame);
        }
        assert!(buffer.len() <= frame_bytes_max + piece.len() + 1, "no more than one frame is buffered");
    }
    while let Some(frame) = codec.decode_eof(&mut buffer).unwrap() {
        frames.push(frame);
    }
    assert!(buffer.is_empty() && !codec.is_inside_frame());
    (frames, codec.counters())
}

fn whole(stream: &[u8]) -> (Vec<Frame>, Counters) {
    decode(1000, [stream])
}

fn message(payload: &'static str) -> Frame {
    Frame::Message(Bytes::from_static(payload.as_bytes()))
}

const NOTHING: Counters = Counters { junk_bytes: 0, frames_restarted: 0, final_cr_missing: 0 };

#[test]
fn several_frames_in_one_read_are_several_messages() {
    let frames = vec![message("one"), message(""), message("two\r")];
    assert_eq!(whole(b"\x0Bone\x1C\r\x0B\x1C\r\x0Btwo\r\x1C\r"), (frames, NOTHING));
}

#[test]
fn bytes_outside_frames_are_dropped_and_counted() {
    let (frames, counters) = whole(b"junk\r\n\x0Bone\x1C\r\r\n\x1C\x0Btwo\x1C\rtail");
    assert_eq!(frames, [message("one"), message("two")]);
    assert_eq!(counters, Counters { junk_bytes: 6 + 3 + 4, ..NOTHING });
}

#[test]
fn a_sender_that_begins_again_is_heard_from_there() {
    let (frames, counters) = whole(b"\x0Bhalf a mess\x0B\x0Bwhole\x1C\r");
    assert_eq!(frames, [message("whole")]);
    assert_eq!(counters, Counters { frames_restarted: 2, ..NOTHING });
}

#[test]
fn a_missing_final_cr_is_tolerated_before_a_frame_and_at_the_end() {
    let (frames, counters) = whole(b"\x0Bone\x1C\x0Btwo\x1C");
    assert_eq!(frames, [message("one"), message("two")]);
    assert_eq!(counters, Counters { final_cr_missing: 2, ..NOTHING });
}

#[test]
fn a_file_separator_before_other_bytes_ends_nothing() {
    let (frames, counters) = whole(b"\x0Bone\x1Ctwo\x1C\x1C\r");
    assert_eq!(frames, [message("one\x1Ctwo\x1C")]);
    assert_eq!(counters, NOTHING);
}

#[test]
fn a_stream_that_ends_in_a_frame_gives_no_message() {
    assert_eq!(whole(b"\x0Bone\x1C\r\x0Btw").0, [message("one"), Frame::Truncated { bytes: 2 }]);
    assert_eq!(whole(b"\x0B").0, [Frame::Truncated { bytes: 0 }]);
    assert_eq!(whole(b"").0, []);
}

#[test]
fn a_frame_above_the_limit_is_reported_with_its_head_and_the_next_is_read() {
    let long = vec![b'x'; 10_001];
    let stream = [b"\x0B", &long[..], b"\x1C\r\x0Bnext\x1C\r"].concat();
    let head = Bytes::from(vec![b'x'; HEAD_BYTES_MAX]);
    let expected = [Frame::Oversize { bytes: 10_001, head }, message("next")];
    for size in [1, 7, 4096, stream.len()] {
        assert_eq!(decode(10_000, stream.chunks(size)).0, expected, "in pieces of {size}");
    }
    assert!(
        matches!(&decode(10_001, [&stream[..]]).0[0], Frame::Message(payload) if payload.len() == 10_001)
    );
    assert_eq!(decode(10_000, [&stream[..9_000]]).0, [Frame::Truncated { bytes: 8_999 }]);
    assert_eq!(decode(100, stream[..9_000].chunks(10)).0, [Frame::Truncated { bytes: 8_999 }]);
}

#[test]
fn a_large_frame_in_small_pieces_is_read_in_linear_time() {
    // Sixteen mebibytes with many false ends; a decoder that begins again with each piece would need hours.
    let payload: Vec<u8> = (0..16 * 1024 * 1024).map(|at| if at % 64 == 0 { 0x1C } else { b'x' }).collect();
    let stream = [b"\x0B", &payload[..], b"\x1C\r"].concat();
    let (frames, _) = decode(payload.len(), stream.chunks(1024));
    assert_eq!(frames, [Frame::Message(payload.into())]);
}

#[test]
fn every_cut_gives_the_same_frames() {
    let stream = b"junk\x0Bone\r\x1C\r\x0B\x1C\rx\x0Bhal\x0Btwo\x1C\x0B0123456789abcdef\x1C\r\x0Ba\x1Cb\x1C\r\x0Btail\x1C";
    let expected = decode(8, [&stream[..]]);
    assert_eq!(expected.0.len(), 6);
    for first in 0..=stream.len() {
        for second in first..=stream.len() {
            let pieces = [&stream[..first], &stream[first..second], &stream[second..]];
            assert_eq!(decode(8, pieces), expected, "cut at {first} and {second}");
        }
    }
    assert_eq!(decode(8, stream.chunks(1)), expected);
}

#[test]
fn what_cannot_be_framed_is_refused() {
    let mut out = BytesMut::new();
    MllpCodec::default().encode(&b"MSH|"[..], &mut out).unwrap();
    assert_eq!(&out[..], b"\x0BMSH|\x1C\r");
    let error = MllpCodec::default().encode(&b"a\x1Cb"[..], &mut out).unwrap_err();
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    assert_eq!(inner, Some(&Error::Unframeable { offset: 1 }));
}

/// Bytes in which marks are frequent.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(
        prop_oneof![2 => Just(0x0B_u8), 2 => Just(0x1C), 2 => Just(0x0D), 3 => any::<u8>()],
        0..120,
    )
}

proptest! {
    #[test]
    fn any_bytes_cut_anyhow_give_the_same_frames(
        stream in stream(),
        size in 1_usize..20,
        frame_bytes_max in 0_usize..20,
    ) {
        let expected = decode(frame_bytes_max, [&stream[..]]);
        prop_assert_eq!(decode(frame_bytes_max, stream.chunks(size)), expected);
    }

    #[test]
    fn frames_written_are_frames_read(payloads in proptest::collection::vec("[ -~\r]{0,40}", 0..6), size in 1_usize..50) {
        let mut out = BytesMut::new();
        for payload in &payloads {
            MllpCodec::default().encode(Bytes::from(payload.clone()), &mut out).unwrap();
        }
        let expected: Vec<Frame> = payloads.into_iter().map(|payload| Frame::Message(payload.into())).collect();
        prop_assert_eq!(decode(1000, out.chunks(size)), (expected, NOTHING));
    }
}
