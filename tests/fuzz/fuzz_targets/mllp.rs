//! Any bytes as a stream of frames: the first byte says how the rest is cut, which must not matter.
#![no_main]

use bytes::BytesMut;
use lacteal_hl7::mllp::{Counters, Frame, MllpCodec};
use libfuzzer_sys::fuzz_target;
use tokio_util::codec::Decoder;

const FRAME_BYTES_MAX: usize = 64;

fuzz_target!(|data: &[u8]| {
    let Some((&size, stream)) = data.split_first() else { return };
    assert_eq!(decode(stream.chunks(usize::from(size).max(1))), decode([stream]));
});

fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Frame>, Counters) {
    let mut codec = MllpCodec::new(FRAME_BYTES_MAX);
    let (mut buffer, mut frames) = (BytesMut::new(), Vec::new());
    for piece in pieces {
        buffer.extend_from_slice(piece);
        while let Some(frame) = codec.decode(&mut buffer).expect("decoding has no error") {
            frames.push(frame);
        }
    }
    while let Some(frame) = codec.decode_eof(&mut buffer).expect("decoding has no error") {
        frames.push(frame);
    }
    (frames, codec.counters())
}
