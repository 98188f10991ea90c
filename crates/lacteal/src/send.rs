//! `lacteal send`: messages from files over MLLP, with the answers as a table.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use indicatif::{ProgressBar, ProgressStyle};
use lacteal_hl7::mllp::{Frame, MllpCodec, VT};
use lacteal_hl7::{Ack, Batch, Limits};
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio_util::codec::Decoder as _;

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
    code: String,
    words: String,
    accepted: bool,
}

/// Sends and prints; exit code 1 when any message was refused or got no answer.
pub(crate) async fn send(arguments: args::Send) -> anyhow::Result<ExitCode> {
    let tls = Tls::read(&arguments.tls, &arguments.to)?;
    let mut messages = Vec::new();
    for file in &arguments.files {
        read(file, &mut messages)?;
    }
    let progress = bar(messages.len() as u64);
    let timeout = Duration::from_secs(arguments.timeout_s.max(1));
    // One queue for all connections: with a single connection the order is that of the files.
    let queue = Arc::new(Mutex::new(messages.into_iter()));
    let mut connections = JoinSet::new();
    for _ in 0..arguments.connections {
        let (queue, progress) = (Arc::clone(&queue), progress.clone());
        let mut connection = Connection::new(&arguments.to, tls.clone(), timeout);
        connections.spawn(async move {
            let mut sent = Vec::new();
            loop {
                let Some(next) = queue.lock().await.next() else { return sent };
                let answer = connection.send(&next.bytes).await;
                sent.push(judge(next.from, answer));
                progress.inc(1);
            }
        });
    }
    let mut all = Vec::new();
    while let Some(ended) = connections.join_next().await {
        all.append(&mut ended.context("a connection ended by a defect of this program")?);
    }
    progress.finish_and_clear();
    Ok(print(&all, arguments.all))
}

fn judge(from: String, answer: anyhow::Result<Ack>) -> Sent {
    match answer {
        Ok(ack) => {
            // ERR-7 says what is wrong; systems that send none say in ERR-8 what a user should know.
            let diagnoses =
                ack.message.segments_named("ERR").map(|err| err.field(7).trimmed().ok().flatten());
            let errors = ack.errors.iter().zip(diagnoses).map(|(error, diagnosis)| {
                let text = diagnosis.unwrap_or_else(|| error.text.as_str().into());
                format!("{} {text}", error.location).trim().to_owned()
            });
            let words: Vec<_> = errors.chain((!ack.text.is_empty()).then(|| ack.text.clone())).collect();
            let accepted = is_accepted(ack.code);
            Sent { from, code: ack.code.as_str().to_owned(), words: words.join("; "), accepted }
        }
        Err(error) => Sent { from, code: "none".to_owned(), words: format!("{error:#}"), accepted: false },
    }
}

fn print(all: &[Sent], every: bool) -> ExitCode {
    let refused = all.iter().filter(|sent| !sent.accepted).count();
    let mut table = show::table(&["message", "answer", "why"]);
    for sent in all.iter().filter(|sent| every || !sent.accepted || all.len() <= 20) {
        table.add_row([&sent.from, &sent.code, &sent.words]);
    }
    if table.row_count() > 0 {
        show::print(&table);
    }
    show::line(&format!("{} sent, {} accepted, {refused} refused", all.len(), all.len() - refused));
    if refused > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Reads the messages of a file: MLLP frames, a batch, or messages one after the other.
fn read(file: &Path, messages: &mut Vec<Outgoing>) -> anyhow::Result<()> {
    let context = || format!("failed to read {}", file.display());
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).with_context(context)?;
    } else {
        std::fs::File::open(file).and_then(|mut file| file.read_to_end(&mut bytes)).with_context(context)?;
    }
    let name = if file == Path::new("-") { PathBuf::from("standard input") } else { file.to_owned() };
    for (index, bytes) in messages_of(Bytes::from(bytes)).into_iter().enumerate() {
        messages.push(Outgoing { from: format!("{}:{}", name.display(), index + 1), bytes });
    }
    Ok(())
}

/// The messages of a file: framed, in batches, one after the other, or one.
pub(crate) fn messages_of(bytes: Bytes) -> Vec<Bytes> {
    let contents = if bytes.first() == Some(&VT) { frames(&bytes) } else { vec![bytes] };
    let mut messages = Vec::new();
    for content in contents {
        // What cannot be split is one as it is: the receiver says what is wrong with it.
        let split = Batch::split(&content, &Limits::default());
        let parts: Vec<_> =
            split.iter().flat_map(Batch::messages).map(|message| message.bytes.clone()).collect();
        messages.extend(if parts.is_empty() { vec![content] } else { parts });
    }
    messages
}

fn frames(bytes: &[u8]) -> Vec<Bytes> {
    let (mut codec, mut buffer) = (MllpCodec::default(), bytes::BytesMut::from(bytes));
    let mut all = Vec::new();
    while let Ok(Some(frame)) = codec.decode_eof(&mut buffer) {
        if let Frame::Message(message) = frame {
            all.push(message);
        }
    }
    all
}

/// A progress bar on standard error; nothing where that is no terminal.
pub(crate) fn bar(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} messages, {per_sec}");
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
