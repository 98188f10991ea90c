//! `lacteal send`: messages from files over MLLP, with the answers as a table.

use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use bytes::Bytes;
use indicatif::{ProgressBar, ProgressStyle};
use lacteal_hl7::mllp::{FS, Frame, MllpCodec, VT};
use lacteal_hl7::{AckCode, Batch, Limits};
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio_util::codec::Decoder as _;
use tokio_util::sync::CancellationToken;

use crate::args;
use crate::mllp::{Connection, is_accepted};
use crate::show;
use crate::tls::Tls;

/// A message and where it came from.
struct Outgoing {
    from: String,
    bytes: Bytes,
}

/// What became of a message.
struct Sent {
    from: String,
    code: Code,
    words: String,
    accepted: bool,
}

/// The answer to a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Code {
    Answer(AckCode),
    /// The message asks for none, or for one only when it is refused.
    NotAsked,
    /// There was none, after all attempts.
    None,
    /// The message cannot be framed.
    Unsent,
}

impl Code {
    fn as_str(self) -> &'static str {
        match self {
            Code::Answer(code) => code.as_str(),
            Code::NotAsked => "not asked",
            Code::None => "none",
            Code::Unsent => "not sent",
        }
    }
}

/// Sends and prints; exit code 1 when any message was refused or got no answer. The first that gets none ends it, as
/// it holds up an integration engine: what comes after it must not overtake it, and the listener is not there.
pub(crate) async fn send(arguments: args::Send) -> anyhow::Result<ExitCode> {
    let tls = Tls::read(&arguments.tls, &arguments.to)?;
    let mut messages = Vec::new();
    for file in &arguments.files {
        read(file, &mut messages)?;
    }
    let total = messages.len();
    let progress = bar(total as u64);
    let timeout = Duration::from_secs(arguments.timeout_s.max(1));
    // One queue for all connections: with a single connection the order is that of the files.
    let queue = Arc::new(Mutex::new(messages.into_iter()));
    let unanswered = CancellationToken::new();
    let mut connections = JoinSet::new();
    for _ in 0..arguments.connections {
        let (queue, progress, unanswered) = (Arc::clone(&queue), progress.clone(), unanswered.clone());
        let mut connection = Connection::new(&arguments.to, tls.clone(), timeout);
        connections.spawn(async move {
            let mut sent = Vec::new();
            while !unanswered.is_cancelled()
                && let Some(next) = queue.lock().await.next()
            {
                let one = exchange(&mut connection, next).await;
                if one.code == Code::None {
                    unanswered.cancel();
                }
                sent.push(one);
                progress.inc(1);
            }
            sent
        });
    }
    let mut all = Vec::new();
    while let Some(ended) = connections.join_next().await {
        all.append(&mut ended.context("a connection ended by a defect of this program")?);
    }
    progress.finish_and_clear();
    Ok(print(&all, total - all.len(), arguments.all))
}

async fn exchange(connection: &mut Connection, message: Outgoing) -> Sent {
    let Outgoing { from, bytes } = message;
    if let Some(at) = bytes.iter().position(|byte| matches!(*byte, VT | FS)) {
        let words = format!("its byte {at} marks the begin or end of a frame, so that it cannot be sent");
        return Sent { from, code: Code::Unsent, words, accepted: false };
    }
    match connection.send(&bytes).await {
        Ok(None) => {
            let words = "MSH-15 and MSH-16 ask for no answer to what is taken".to_owned();
            Sent { from, code: Code::NotAsked, words, accepted: true }
        }
        Ok(Some(ack)) => {
            // ERR-7 says what is wrong; systems that send none say in ERR-8 what a user should know.
            let diagnoses =
                ack.message.segments_named("ERR").map(|err| err.field(7).trimmed().ok().flatten());
            let errors = ack.errors.iter().zip(diagnoses).map(|(error, diagnosis)| {
                let text = diagnosis.unwrap_or_else(|| error.text.as_str().into());
                format!("{} {text}", error.location).trim().to_owned()
            });
            let words: Vec<_> = errors.chain((!ack.text.is_empty()).then(|| ack.text.clone())).collect();
            let accepted = is_accepted(ack.code);
            Sent { from, code: Code::Answer(ack.code), words: words.join("; "), accepted }
        }
        Err(error) => Sent { from, code: Code::None, words: format!("{error:#}"), accepted: false },
    }
}

fn print(all: &[Sent], left: usize, every: bool) -> ExitCode {
    let refused = all.iter().filter(|sent| !sent.accepted).count();
    let mut table = show::table(&["message", "answer", "why"]);
    for sent in all.iter().filter(|sent| every || !sent.accepted || all.len() <= 20) {
        table.add_row([&sent.from, sent.code.as_str(), &sent.words]);
    }
    if table.row_count() > 0 {
        show::print(&table);
    }
    let silent = all.iter().filter(|sent| sent.code == Code::NotAsked).count();
    let accepted = all.len() - refused - silent;
    let silent =
        if silent > 0 { format!(", {silent} without an answer, as they ask") } else { String::new() };
    show::line(&format!("{} sent, {accepted} accepted, {refused} refused{silent}", all.len()));
    if left > 0 {
        show::line(&format!(
            "{} after that not sent: one without an answer ends it",
            show::counted(left, "message")
        ));
    }
    if refused > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Reads the messages of a file: MLLP frames, a batch, or messages one after the other.
fn read(file: &Path, messages: &mut Vec<Outgoing>) -> anyhow::Result<()> {
    let is_stdin = file == Path::new("-");
    let name = if is_stdin { "standard input".to_owned() } else { file.display().to_string() };
    let context = || format!("failed to read {name}");
    let mut bytes = Vec::new();
    if is_stdin {
        std::io::stdin().lock().read_to_end(&mut bytes).with_context(context)?;
    } else {
        std::fs::File::open(file).and_then(|mut file| file.read_to_end(&mut bytes)).with_context(context)?;
    }
    for (index, bytes) in messages_of(Bytes::from(bytes)).with_context(context)?.into_iter().enumerate() {
        messages.push(Outgoing { from: format!("{name}:{}", index + 1), bytes });
    }
    Ok(())
}

/// The messages of a file: framed, in batches, one after the other, or one.
///
/// # Errors
/// There is nothing in it, or a frame is too long or without an end.
pub(crate) fn messages_of(bytes: Bytes) -> anyhow::Result<Vec<Bytes>> {
    ensure!(!bytes.trim_ascii().is_empty(), "it is empty");
    let contents = if bytes.first() == Some(&VT) { frames(&bytes)? } else { vec![bytes] };
    let mut messages = Vec::new();
    for content in contents {
        // What cannot be split is one as it is: the receiver says what is wrong with it.
        let split = Batch::split(&content, &Limits::default());
        let parts: Vec<_> =
            split.iter().flat_map(Batch::messages).map(|message| message.bytes.clone()).collect();
        messages.extend(if parts.is_empty() { vec![content] } else { parts });
    }
    Ok(messages)
}

fn frames(bytes: &[u8]) -> anyhow::Result<Vec<Bytes>> {
    let (mut codec, mut buffer) = (MllpCodec::default(), bytes::BytesMut::from(bytes));
    let mut all = Vec::new();
    while let Some(frame) = codec.decode_eof(&mut buffer)? {
        let number = all.len() + 1;
        match frame {
            Frame::Message(message) => all.push(message),
            Frame::Oversize { bytes, .. } => bail!("its frame {number} has {bytes} bytes, which is too long"),
            Frame::Truncated { bytes } => bail!("its frame {number} has no end after {bytes} bytes"),
        }
    }
    Ok(all)
}

/// A progress bar on standard error; nothing where that is no terminal.
pub(crate) fn bar(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} messages, {per_sec}");
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]
mod tests {
    use super::*;

    fn refused(bytes: &'static [u8]) -> String {
        messages_of(Bytes::from_static(bytes)).unwrap_err().to_string()
    }

    #[test]
    fn a_file_gives_its_messages_whether_framed_or_one_after_the_other() {
        let framed = Bytes::from_static(b"\x0bMSH|^~\\&|A\r\x1c\r\n\x0bMSH|^~\\&|B\r\x1c\r");
        assert_eq!(messages_of(framed).unwrap().len(), 2);
        let plain = Bytes::from_static(b"MSH|^~\\&|A\nPID|1\nMSH|^~\\&|B\n");
        assert_eq!(messages_of(plain).unwrap().len(), 2);
    }

    #[test]
    fn what_cannot_be_sent_whole_is_refused_before_anything_is_sent() {
        assert_eq!(refused(b" \r\n"), "it is empty");
        assert_eq!(
            refused(b"\x0bMSH|^~\\&|A\r\x1c\r\x0bMSH|^~\\&|B\r"),
            "its frame 2 has no end after 11 bytes"
        );
    }
}
