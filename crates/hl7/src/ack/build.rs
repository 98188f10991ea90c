//! Writing an acknowledgement.
//!
//! It uses the delimiters of the message it answers, because it copies fields of it as they are. The shape
//! depends on the version: MSH-9 has its trigger and structure from 2.4 on, and ERR its separate fields from
//! 2.5 on (before, ERR-1 holds location and code). An answer to something whose version cannot be read is in
//! 2.5.1.

use bytes::Bytes;

use super::{AckError, Answer, ReplyTo};
use crate::{Charset, MessageBuilder, Timestamp, Version};

/// ERR segments in one acknowledgement; further errors are left out.
pub const ERRORS_MAX: usize = 50;

const VERSION_2_4: Version = Version { major: 2, minor: 4, patch: 0 };
const VERSION_2_5: Version = Version { major: 2, minor: 5, patch: 0 };

/// Writes the acknowledgement of a message: segments that end with CR, without a frame.
///
/// `control_id` is that of the acknowledgement itself (MSH-10) and must be unique, also when two are made in
/// the same millisecond; printable ASCII, at most 20 characters for versions before 2.7. `now` is MSH-7.
/// Characters of the given texts that are not ASCII are written as `?`.
pub fn build_ack(reply_to: &ReplyTo, answer: &Answer, control_id: &str, now: &Timestamp) -> Bytes {
    let version = reply_to.version().unwrap_or(VERSION_2_5);
    let mut message = MessageBuilder::new(reply_to.delimiters, Charset::ASCII);
    write_msh(&mut message, reply_to, version, control_id, now);
    message.segment("MSA").field(1).text(answer.code.as_str()).field(2).raw(&reply_to.control_id);
    for error in answer.errors.iter().take(ERRORS_MAX) {
        if version < VERSION_2_5 { write_err_1(&mut message, error) } else { write_err(&mut message, error) }
    }
    message.into_bytes()
}

fn write_msh(
    message: &mut MessageBuilder,
    reply_to: &ReplyTo,
    version: Version,
    control_id: &str,
    now: &Timestamp,
) {
    let [sender, sender_facility, receiver, receiver_facility] = &reply_to.addresses;
    let or = |field: &[u8], otherwise: &str| {
        if field.is_empty() { otherwise.as_bytes().to_vec() } else { field.to_vec() }
    };
    let mut msh = message.segment("MSH");
    msh.field(3)
        .raw(receiver)
        .field(4)
        .raw(receiver_facility)
        .field(5)
        .raw(sender)
        .field(6)
        .raw(sender_facility);
    msh.field(7).text(&now.to_string()).field(9).text("ACK");
    if version >= VERSION_2_4 && !reply_to.trigger.is_empty() {
        msh.component(2).raw(&reply_to.trigger).component(3).text("ACK");
    }
    msh.field(10).text(&ascii(control_id));
    msh.field(11).raw(&or(&reply_to.processing_id, "P"));
    msh.field(12).raw(&or(&reply_to.version, "2.5.1"));
    if !reply_to.charset.is_empty() {
        msh.field(18).raw(&reply_to.charset);
    }
}

/// ERR from 2.5 on.
fn write_err(message: &mut MessageBuilder, error: &AckError) {
    let delimiters = message.delimiters();
    let mut err = message.segment("ERR");
    if let Some(location) = error.location {
        err.field(2).raw(location.erl_separated(delimiters.component()).to_string().as_bytes());
    }
    err.field(3).text(&error.code.number().to_string());
    err.component(2).text(error.code.meaning()).component(3).text("HL70357");
    err.field(4).text(error.severity.as_str());
    err.field(7).text(&ascii(&error.text)).field(8).text(error.code.advice());
}

/// ERR before 2.5: segment, its number, field, and the error as subcomponents.
fn write_err_1(message: &mut MessageBuilder, error: &AckError) {
    let has_subcomponents = message.delimiters().subcomponent().is_some();
    let mut err = message.segment("ERR");
    err.field(1);
    if let Some(location) = error.location {
        err.text(location.segment.as_str()).component(2).text(&location.occurrence.to_string());
        if location.field > 0 {
            err.component(3).text(&location.field.to_string());
        }
    }
    err.component(4).text(&error.code.number().to_string());
    if has_subcomponents {
        err.subcomponent(2).text(error.code.meaning()).subcomponent(3).text("HL70357");
    }
}

fn ascii(text: &str) -> String {
    text.chars().map(|character| if character.is_ascii() { character } else { '?' }).collect()
}
