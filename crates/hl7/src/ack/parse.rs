//! Reading an acknowledgement that a peer sent.

use bytes::Bytes;

use super::AckCode;
use crate::{Error, Limits, Message, Segment, SegmentName, Value};

/// An acknowledgement as received.
#[derive(Clone)]
pub struct Ack {
    /// MSA-1.
    pub code: AckCode,
    /// MSA-2: the control id of the message that is answered; empty when the peer gave none.
    pub acknowledged_id: String,
    /// MSA-3, the peer's words; empty when there are none. They may quote the message.
    pub text: String,
    /// The ERR segments.
    pub errors: Vec<PeerError>,
    /// The whole message.
    pub message: Message,
}

/// An ERR segment as received, of any version. All texts are the peer's and may quote the message.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PeerError {
    /// ERR-2, or the location in ERR-1, as written: `PID^1^3`.
    pub location: String,
    /// The code in table 0357, when it is a number.
    pub code: Option<u16>,
    /// The words beside the code.
    pub meaning: String,
    /// ERR-4; empty before 2.5.
    pub severity: String,
    /// ERR-8, or else ERR-7.
    pub text: String,
}

impl Ack {
    /// Reads an acknowledgement: any message that has an MSA segment, so that ORR and the like are read too.
    /// Texts that cannot be decoded in the declared charset are taken byte by byte as Latin-1: an answer
    /// should not be lost for its words.
    ///
    /// # Errors
    /// It is no message, has no MSA, or its code is not in table 0008.
    pub fn parse(bytes: Bytes, limits: &Limits) -> Result<Self, Error> {
        let message = Message::parse(bytes, limits)?;
        let msa = message.segment("MSA").ok_or(Error::MissingSegment(SegmentName::MSA))?;
        let code_field = msa.field(1);
        let location = code_field.location();
        let code = AckCode::read(words(code_field).trim()).ok_or(Error::AckCode { location })?;
        let acknowledged_id = words(msa.field(2)).trim().to_owned();
        let text = words(msa.field(3));
        let errors = message.segments_named("ERR").map(PeerError::read).collect();
        Ok(Self { code, acknowledged_id, text, errors, message })
    }
}

impl PeerError {
    fn read(err: Segment<'_>) -> Self {
        let old = err.field(1);
        let is_old = err.field(3).present().is_none() && old.present().is_some();
        if is_old {
            let place: Vec<String> = old.components().take(3).map(words).collect();
            let code = old.component(4);
            return Self {
                location: place.join("^").trim_end_matches('^').to_owned(),
                code: words(code.subcomponent(1)).trim().parse().ok(),
                meaning: words(code.subcomponent(2)),
                ..Self::default()
            };
        }
        let code = err.field(3);
        let user_text = words(err.field(8));
        Self {
            location: err.field(2).components().map(words).collect::<Vec<_>>().join("^"),
            code: words(code.component(1)).trim().parse().ok(),
            meaning: words(code.component(2)),
            severity: words(err.field(4)),
            text: if user_text.is_empty() { words(err.field(7)) } else { user_text },
        }
    }
}

/// Codes only: ids and a peer's words may quote the message.
impl std::fmt::Debug for Ack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ack").field("code", &self.code).field("errors", &self.errors).finish_non_exhaustive()
    }
}

/// As for [`Ack`].
impl std::fmt::Debug for PeerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PeerError").field("code", &self.code).finish_non_exhaustive()
    }
}

fn words(value: Value<'_>) -> String {
    match value.text() {
        Ok(text) => text.into_owned(),
        Err(_) => value.raw().iter().map(|&byte| char::from(byte)).collect(),
    }
}
