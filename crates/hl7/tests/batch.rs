//! Files and batches taken apart, whole or damaged.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bytes::Bytes;
use lacteal_hl7::{
    Batch, Limits, Message,
    batch::{Defect, MESSAGES_MAX},
};

const MSH: &str = "MSH|^~\\&|A|B|C|D|2024||ADT^A01|1|P|2.5\rPID|1\r";

fn split(text: &str) -> Batch {
    Batch::split(&Bytes::from(text.to_owned()), &Limits::default()).unwrap()
}

/// The number of messages in each batch.
fn shape(batch: &Batch) -> Vec<usize> {
    batch.groups.iter().map(|group| group.messages.len()).collect()
}

#[test]
fn a_whole_file_is_taken_apart_without_defects() {
    let text = format!("FHS|^~\\&|F\rBHS|^~\\&|B1\r{MSH}{MSH}BTS|2\rBHS|^~\\&|B2\r{MSH}BTS|1\rFTS|2\r");
    for text in
        [text.clone(), text.replace('\r', "\n"), text.replace('\r', "\r\n"), format!("\u{feff}\n{text}\n\n")]
    {
        let batch = split(&text);
        assert_eq!((shape(&batch), &batch.defects[..]), (vec![2, 1], &[][..]), "{text:?}");
        assert!(batch.has_header());
        assert_eq!((batch.batches_declared, batch.groups[0].messages_declared), (Some(2), Some(2)));
        let header = batch.file_header.as_ref().unwrap();
        assert_eq!(header.segment("FHS").unwrap().field(3).raw(), b"F");
        let names: Vec<&[u8]> = batch
            .groups
            .iter()
            .map(|group| group.header.as_ref().unwrap().segment("BHS").unwrap().field(3).raw())
            .collect();
        assert_eq!(names, [b"B1", b"B2"]);
        for message in batch.messages() {
            assert_eq!(&text.as_bytes()[message.span.clone()], &message.bytes[..]);
            let parsed = Message::parse(message.bytes.clone(), &Limits::default()).unwrap();
            assert_eq!(parsed.segments().len(), 2);
        }
    }
}

#[test]
fn messages_without_any_header_are_a_file_too() {
    let batch = split(&format!("{MSH}\r\n{MSH}\n\n{MSH}"));
    assert_eq!((shape(&batch), batch.has_header(), batch.defects.len()), (vec![3], false, 0));
    let framed = split(&format!("\x0B{MSH}\x1C\r\x0B{MSH}\x1C\r\n"));
    assert_eq!((shape(&framed), framed.defects.len()), (vec![2], 0));
    assert!(framed.messages().all(|message| message.bytes == MSH.trim_end()));
    assert_eq!((shape(&split("")), split(" \r\n").defects.len()), (vec![], 0));
}

#[test]
fn an_empty_batch_is_a_batch() {
    let batch = split("BHS|^~\\&|B\rBTS|0\r");
    assert_eq!((shape(&batch), batch.has_header(), &batch.defects[..]), (vec![0], true, &[][..]));
}

#[test]
fn defects_are_listed_and_cost_no_message() {
    let bhs = "BHS|^~\\&|B\r";
    let fhs = "FHS|^~\\&|F\r";
    let check = |text: String, messages: &[usize], expected: &[Defect]| {
        let batch = split(&text);
        assert_eq!((shape(&batch).as_slice(), batch.defects.as_slice()), (messages, expected), "{text:?}");
    };
    let at = |text: &str, part: &str| text.rfind(part).unwrap();
    check(format!("{bhs}{MSH}BTS|3"), &[1], &[Defect::MessageCount { batch: 0, declared: 3, found: 1 }]);
    check(format!("{bhs}{MSH}BTS|many"), &[1], &[]);
    check(format!("{bhs}{MSH}"), &[1], &[Defect::BatchNotClosed { batch: 0 }]);
    check(format!("{bhs}{MSH}{bhs}{MSH}BTS|1\r"), &[1, 1], &[Defect::BatchNotClosed { batch: 0 }]);
    check(format!("{fhs}{bhs}{MSH}BTS|1\r"), &[1], &[Defect::FileNotClosed]);
    check(format!("{fhs}{bhs}{MSH}BTS|1\rFTS|5\r"), &[1], &[Defect::BatchCount { declared: 5, found: 1 }]);
    let text = format!("{MSH}BTS|1\r{MSH}FTS|1\r");
    let [bts, fts] = ["BTS", "FTS"].map(|name| at(&text, name));
    check(
        text,
        &[1, 1],
        &[
            Defect::TrailerWithoutHeader { offset: bts },
            Defect::TrailerWithoutHeader { offset: fts },
            Defect::BatchCount { declared: 1, found: 2 },
        ],
    );
    let text = format!("{bhs}PID|1\rEVN|A01\r{MSH}BTS|1\rZZZ|1\r");
    let stray =
        [Defect::Stray { offset: text.find("PID").unwrap() }, Defect::Stray { offset: at(&text, "ZZZ") }];
    check(text, &[1], &stray);
    let text = format!("{MSH}{fhs}");
    let inside = Defect::FileHeaderInside { offset: at(&text, "FHS") };
    check(text, &[1], &[inside]);
    check(format!("BHS|\r{MSH}BTS|1\r"), &[1], &[Defect::Header { offset: 0 }]);
    check(format!("garbage\r{MSH}"), &[1], &[Defect::Stray { offset: 0 }]);
}

#[test]
fn the_number_of_messages_is_bounded() {
    let text = "MSH|\r".repeat(MESSAGES_MAX + 1);
    assert!(Batch::split(&Bytes::from(text.clone()), &Limits::default()).is_err());
    let text = &text[..text.len() - 5];
    assert_eq!(split(text).messages().count(), MESSAGES_MAX);
}
