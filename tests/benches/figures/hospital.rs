//! The hospital's side: prebuilt frames and a lean MLLP client, one task a connection on one thread.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use jiff::civil::Date;
use lacteal_lab::{FeedOptions, patient_messages};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::LocalSet;
use tokio::time::Instant;

use crate::Result;

/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(30);
const ANSWER_BYTES_MAX: usize = 4_096;

/// A report of the usual length.
const REPORT: &str = "\
MACROSCOPIC DESCRIPTION:
Segment of terminal ileum 24 cm long with attached mesentery. There is a firm yellow submucosal nodule measuring
1.9 x 1.5 x 1.1 cm, 9 cm from the distal margin. The mesentery contains a stellate mass of 2.8 cm.
MICROSCOPIC DESCRIPTION:
Sections show a well differentiated neuroendocrine tumour composed of nests of uniform cells with stippled
chromatin. The tumour invades through the muscularis propria into the subserosa. The serosal surface is not
breached. Lymphovascular invasion is present. Perineural invasion is present. There is no necrosis.
Mitotic count is less than 2 per 2 mm2. The Ki-67 index is 1.8%.
Tumour cells are positive for synaptophysin and chromogranin A.
Five of seventeen lymph nodes contain metastatic tumour.
DIAGNOSIS:
TERMINAL ILEUM, RESECTION:
- Well differentiated neuroendocrine tumour, G1, 1.9 cm, unifocal.
- Invades into the subserosa (pT3).
- 5/17 lymph nodes positive (pN1).
- Margins are free of tumour (R0).
- Stage pT3 pN1.";

const OPTIONS: FeedOptions =
    FeedOptions { seed: 1, patients: u64::MAX, others_per_patient: 0, today: Date::constant(2026, 6, 1) };

/// First pathology reports, in frames, of patients who have sent nothing before.
#[derive(Default)]
pub(crate) struct Hospital {
    next: u64,
}

impl Hospital {
    /// Frames of so many further patients, one each.
    pub(crate) fn patients(&mut self, count: usize) -> Vec<Vec<u8>> {
        let from = self.next;
        self.next += count as u64;
        (from..self.next).filter_map(pathology).map(|message| framed(message.as_bytes())).collect()
    }

    /// Frames of a patient who has no such tumour: acknowledged and not kept.
    pub(crate) fn others(&mut self) -> Vec<Vec<u8>> {
        // The first of every two has one.
        let options = FeedOptions { others_per_patient: 1, ..OPTIONS };
        let index = self.next.next_multiple_of(2) + 1;
        self.next = index + 1;
        patient_messages(&options, index).iter().map(|message| framed(message)).collect()
    }

    /// Frames of so many further patients whose report is text beside the coded values.
    pub(crate) fn texts(&mut self, count: usize) -> Vec<Vec<u8>> {
        self.messages(count).into_iter().map(|message| framed(&with_text(&message))).collect()
    }

    /// The same as coded, without frames.
    pub(crate) fn messages(&mut self, count: usize) -> Vec<Bytes> {
        let from = self.next;
        self.next += count as u64;
        (from..self.next).filter_map(pathology).map(Bytes::from).collect()
    }

    /// Frames of later versions of the reports of so many known patients, spread over all of them. `round` tells
    /// one call from another.
    pub(crate) fn again(&self, count: usize, round: usize) -> Vec<Vec<u8>> {
        let step = (self.next / count as u64).max(1);
        let known = (0..self.next).step_by(step as usize).take(count);
        known.filter_map(pathology).map(|message| framed(later(&message, round).as_bytes())).collect()
    }
}

/// The coded pathology report of a patient.
fn pathology(index: u64) -> Option<String> {
    let messages = patient_messages(&OPTIONS, index).into_iter();
    messages.filter_map(|bytes| String::from_utf8(bytes).ok()).find(|text| text.contains("|60568-3^"))
}

/// The same report sent a while after, with a control id of its own and another size.
fn later(message: &str, round: usize) -> String {
    let mut fields: Vec<&str> = message.splitn(11, '|').collect();
    let id = format!("{}-{round}", fields.get(9).copied().unwrap_or_default());
    let time = format!("2026060112{:02}00", round % 60);
    if let Some(field) = fields.get_mut(6) {
        *field = &time;
    }
    if let Some(field) = fields.get_mut(9) {
        *field = &id;
    }
    fields.join("|")
}

/// A coded report with its text as the sender would print it, a line an observation.
fn with_text(message: &[u8]) -> Vec<u8> {
    let lines = REPORT.lines().enumerate().map(|(index, line)| {
        let number = index + 100;
        format!("OBX|{number}|TX|22637-3^Final diagnosis^LN|{number}|{line}||||||F\r")
    });
    [message, lines.collect::<String>().as_bytes()].concat()
}

fn framed(message: &[u8]) -> Vec<u8> {
    [b"\x0b", message, b"\x1c\r"].concat()
}

/// What sending took.
pub(crate) struct Sent {
    pub(crate) took: Duration,
    /// From the first byte sent to the last byte of the answer, for each message.
    pub(crate) waits: Vec<Duration>,
}

/// Sends frames over so many connections, each message after the answer to the one before, and fails unless every
/// one is accepted. Connecting is not part of the time.
pub(crate) async fn send(to: SocketAddr, frames: Vec<Vec<u8>>, connections: usize) -> Result<Sent> {
    tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        LocalSet::new().block_on(&runtime, send_all(to, frames, connections))
    })
    .await?
}

async fn send_all(to: SocketAddr, frames: Vec<Vec<u8>>, connections: usize) -> Result<Sent> {
    let mut sockets = Vec::with_capacity(connections);
    for _ in 0..connections {
        let socket = TcpStream::connect(to).await?;
        socket.set_nodelay(true)?;
        sockets.push(socket);
    }
    let waits = Rc::new(RefCell::new(Vec::with_capacity(frames.len())));
    let frames = Rc::new(RefCell::new(frames.into_iter()));
    let began = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for socket in sockets {
        let (frames, waits) = (Rc::clone(&frames), Rc::clone(&waits));
        tasks.spawn_local(async move {
            tokio::time::timeout(PATIENCE * 10, exchange(socket, &frames, &waits)).await?
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    let took = began.elapsed();
    Ok(Sent { took, waits: waits.take() })
}

async fn exchange(
    mut socket: TcpStream,
    frames: &RefCell<std::vec::IntoIter<Vec<u8>>>,
    waits: &RefCell<Vec<Duration>>,
) -> Result<()> {
    let mut answer = [0; ANSWER_BYTES_MAX];
    loop {
        let Some(frame) = frames.borrow_mut().next() else { return Ok(()) };
        let began = Instant::now();
        socket.write_all(&frame).await?;
        let mut length = 0;
        while answer.get(..length).is_none_or(|answer| !answer.ends_with(b"\x1c\r")) {
            let room = answer.get_mut(length..).filter(|room| !room.is_empty()).ok_or("a long answer")?;
            match socket.read(room).await? {
                0 => return Err("intake closed the connection".into()),
                read => length += read,
            }
        }
        waits.borrow_mut().push(began.elapsed());
        let accepted = answer.get(..length).is_some_and(|answer| answer.windows(6).any(|it| it == b"MSA|AA"));
        if !accepted {
            return Err("a message was refused".into());
        }
    }
}
